"""The pages of the demo: what there is to try, the mails that were sent, and saved pages to upload.

They exist only where `directory.demo.wsgi` is served, and only in a rehearsal: whoever reads these mails could sign in
as anybody.
"""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from directory import clock
from directory.config import SettingError
from directory.demo import cases, saved_pages
from directory.demo.filling import USERS
from directory.extensions import db
from directory.models.account import Account
from directory.models.credential import Credential
from directory.moderation.due_case import case_of, live_notice
from directory.rules.case_words import standing
from directory.views.access import everybody
from scrapers.rehearsal.cast import Player, cast

PEOPLE = 400
MOST = 60

bp = Blueprint("demo", __name__, url_prefix="/demo", template_folder="templates")


def init_app(app: Flask) -> None:
    """Adds the pages to the site. Raises SettingError where this is no rehearsal."""
    if not app.config["REHEARSAL"]:
        raise SettingError("REHEARSAL: expected 1, as the pages of the demo show every mail to everybody")
    app.register_blueprint(bp)


@bp.get("/")
@everybody
def start() -> str:
    session, now, players = db.session(), clock.utc_now(), _players()
    shown = []
    for story, flag, listing in cases.flags_of(session, players):
        notice, owner = live_notice(session, flag.id), session.get(Account, listing.owner_id or 0)
        told = notice.to if notice else ""
        shown.append((story, flag, listing, standing(case_of(session, flag), now), told, owner))
    by_hand = select(Credential).where(
        Credential.number == saved_pages.subject(players).number, Credential.jurisdiction == "US-FL"
    )
    return render_template(
        "demo/start.html",
        users=USERS,
        cases=shown,
        credential=session.scalars(by_hand).first(),
        registry=saved_pages.REGISTRY,
        files=saved_pages.ABOUT,
    )


@bp.get("/mail")
@everybody
def mailbox() -> str:
    """Every mail that the demo's server took, the newest first, or those to one address."""
    to = request.args.get("to", "")
    found = [(number, mail) for number, mail in _mails() if not to or mail["To"] == to]
    newest = sorted(found, key=lambda each: (_sent(each[1]), each[0]), reverse=True)
    return render_template("demo/mailbox.html", mails=newest[:MOST], more=len(newest) > MOST, to=to, sent=_sent)


@bp.get("/mail/<int:number>")
@everybody
def mail(number: int) -> ResponseReturnValue:
    found = dict(_mails()).get(number) or abort(404)
    answer = current_app.make_response(
        render_template("demo/mail.html", mail=found, sent=_sent(found), text=found.get_content())
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@bp.get("/pages/<name>")
@everybody
def saved_page(name: str) -> Response:
    """A page of a register, as if a person had saved it."""
    if name not in saved_pages.ABOUT:
        abort(404)
    body = saved_pages.saved_page(name, saved_pages.subject(_players()), now=clock.utc_now())
    answer = Response(body, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _players() -> tuple[Player, ...]:
    return cast(PEOPLE, today=clock.utc_today())


def _mails() -> list[tuple[int, EmailMessage]]:
    folder = Path(current_app.instance_path) / "demo" / "mails"
    return [(int(path.stem), _opened(path)) for path in sorted(folder.glob("*.eml"))]


def _opened(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def _sent(message: EmailMessage) -> datetime:
    return parsedate_to_datetime(message["Date"])
