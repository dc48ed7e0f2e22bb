"""What we write to somebody about whom something was found: calm, complete, and with the way to answer.

Mails are plain text. The link in them is sealed with a salt of its own and opens that one notice, without an account.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from directory.links import site_link
from directory.models.credential import CredentialCheck, Evidence
from directory.models.due_process import CaseNotice
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.notice import Notice
from directory.notifications import queue_notice
from directory.rules.business_days import window_end
from directory.rules.case_dates import REPLY_DAYS
from directory.rules.vocabulary import Delivery
from directory.rules.wording import day

_NOTHING_IS_PUBLIC = (
    "Nothing of this is public. Registers make mistakes and so do we: please tell us if it is wrong, has changed, or "
    "is about somebody else. A person reads every answer before anything is decided."
)  # one line: whoever shows the mail wraps it


def seal(notice_id: int) -> str:
    """The last part of the link to a notice: only we can make it."""
    return _seal().dumps(notice_id)


def unseal(token: str) -> int | None:
    try:
        number = _seal().loads(token)
    except BadSignature:
        return None
    return number if isinstance(number, int) else None


def what_was_found(session: Session, flag: Flag) -> str:
    """The finding with its source, day and words, as the notice tells it: of the last look that found the same."""
    check = _last_that_says_so(session, flag)
    evidence_id = check.evidence_id if check is not None else flag.evidence_id
    evidence = session.get(Evidence, evidence_id) if evidence_id is not None else None
    lines = [flag.reason]
    if evidence is not None:
        lines.append(f"Source: {evidence.source_title}, read on {day(evidence.retrieved_at)}. {evidence.url}".strip())
    if check is not None and check.standing_raw:
        lines.append(f"In its words: “{check.standing_raw}”.")
    return "\n".join(lines)


def send_notice(session: Session, notice: CaseNotice, flag: Flag, *, jurisdiction: str, at: datetime) -> Notice:
    """The notice: what was found, where, in whose words, how to answer and until when."""
    until = day(window_end(at, REPLY_DAYS, jurisdiction))
    text = f"""While checking public registers we came upon something about the listing of {_name(session, flag)}:

{_indented(notice.text)}

{_NOTHING_IS_PUBLIC}

Read the notice and answer here, without an account: {_link(notice)}

Please answer by {until}. If you need more time, write to us and say so."""
    return queue_notice(session, notice.to, f"A question about the listing of {_name(session, flag)}", text, at=at)


def send_about(session: Session, notice: CaseNotice, flag: Flag, subject: str, words: str, *, at: datetime) -> Notice:
    """A later mail of the same case, with the same link."""
    text = f"{words}\n\nThe whole matter, and how to answer or appeal: {_link(notice)}"
    return queue_notice(session, notice.to, f"{subject}: {_name(session, flag)}", text, at=at)


def tell_it_is_over(session: Session, flag: Flag, words: str, *, at: datetime) -> None:
    """Tells whoever was written to about the flag, while that notice still counts, that it is over or begins again."""
    under_way = CaseNotice.delivery.in_((Delivery.WAITING, Delivery.ACCEPTED))
    notice = session.scalar(select(CaseNotice).where(CaseNotice.flag_id == flag.id, under_way))
    if notice is not None and notice.to:
        send_about(session, notice, flag, "News of what we wrote to you about", words, at=at)


def forget_address(session: Session, address: str) -> None:
    """Whoever left keeps no address with us: sent mails go, and so does it in cases that are over. A case that is still
    open keeps it until its end, as they have a right to hear how it ends."""
    closed = select(Flag.id).where(Flag.closed_at.is_not(None))
    over = update(CaseNotice).where(CaseNotice.to == address, CaseNotice.flag_id.in_(closed)).values(to="")
    still = select(CaseNotice.mail_id).where(CaseNotice.to == address, CaseNotice.mail_id.is_not(None))
    sent = delete(Notice).where(Notice.to == address, Notice.sent_at.is_not(None), Notice.id.not_in(still))
    for each in (over, sent):  # in this order: what is over no longer holds its mail
        session.execute(each.execution_options(synchronize_session=False))


def statement(session: Session, flag: Flag, reasons: str) -> str:
    """The statement of reasons: the facts, the ground, whether a machine decided, and the ways of redress."""
    return f"""A person has decided that our page may tell the following, neutrally, with its source and its date.

The facts:
{_indented(what_was_found(session, flag))}

The reasons, as the moderator gave them:
{_indented(reasons)}

The ground: our rules of publication, under which public facts of a register may be told once you have been heard.
The register was read automatically. The decision was made by a person.

If you think this is wrong you can appeal within six months.
Somebody who had no part in the decision decides about it, and until then our page does not show it.
You may also turn to the register itself, or to a court."""


def _last_that_says_so(session: Session, flag: Flag) -> CredentialCheck | None:
    """The latest check of the credential that found what the flag was opened on, at the same registry."""
    of_flag = select(CredentialCheck).where(CredentialCheck.credential_id == flag.credential_id)
    of_evidence = of_flag.where(CredentialCheck.evidence_id == flag.evidence_id)
    first = session.scalar(of_evidence.order_by(CredentialCheck.id).limit(1))
    if first is None:
        return None
    same = of_flag.where(
        CredentialCheck.registry_id == first.registry_id,
        CredentialCheck.outcome == first.outcome,
        CredentialCheck.standing_raw == first.standing_raw,
        CredentialCheck.evidence_id.is_not(None),
    )
    return session.scalar(same.order_by(CredentialCheck.id.desc()).limit(1))


def _name(session: Session, flag: Flag) -> str:
    listing = session.get(Listing, flag.listing_id) if flag.listing_id is not None else None
    return listing.name if listing is not None else ""


def _link(notice: CaseNotice) -> str:
    return site_link("case_notices.read", token=seal(notice.id))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="due process notice")
