"""`flask --app wsgi listings …`: take in a list, look at what a page says and why, remove somebody for good."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import func, select

from directory.clock import utc_now
from directory.evidence.explanation_words import as_document, in_words
from directory.evidence.explanations import explanation
from directory.extensions import db, only_reading
from directory.listings import listing_edits, listings, suppression
from directory.listings.listing_import import ImportRefused, ImportReport, import_listings
from directory.listings.listing_past import kept_since
from directory.models.account import Account
from directory.rules.vocabulary import ListingState
from directory.rules.wording import day
from directory.views.dispute_files import dispute_files, write_dispute
from directory.views.past_pages import listing_now, listing_then

_ON_FILE = (ListingState.PUBLISHED, ListingState.HIDDEN)

commands = AppGroup("listings", help="Listings: import, show, remove.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


class IsoTime(click.ParamType[datetime]):
    """A day or a time, as ISO 8601 writes it. A day means its end, a time without a zone is UTC."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return _moment(value)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time; expected one such as 2026-11-22 or 2026-11-22T12:00:00Z", param, ctx)


def _moment(text: str) -> datetime:
    """The end of a day, however ISO 8601 writes it, or a time, in UTC. Raises ValueError, OverflowError."""
    try:
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


class Address(click.ParamType[str]):
    """An e-mail address."""

    name = "EMAIL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            address = listing_edits.email(value)
        except listing_edits.EditRefused as refused:
            self.fail(f"{value!r}: expected {refused.expected}", param, ctx)
        return address


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def import_(file: Path, as_json: bool) -> None:
    """Take in a CSV file. Twice changes nothing; rows that cannot be taken are reported, and the others go in."""

    def progress(rows: int) -> None:
        print(f"{rows} rows", file=sys.stderr)

    try:
        with file.open("rb") as stream:
            report = import_listings(
                db.session(), stream, at=utc_now(), commit=db.session.commit, progress=progress, clock=utc_now
            )
    except ImportRefused as refused:
        raise click.ClickException(f"{file.name}: {refused}") from refused
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _print_report(report)


@commands.command("show")
@click.argument("slug")
@click.option("--as-of", type=IsoTime(), help="What the page said at that time.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--html", "as_html", is_flag=True, help="Print the main content of the page, as it was served.")
def show(slug: str, as_of: datetime | None, as_json: bool, as_html: bool) -> None:
    """What is on file for a listing, what the pages say of it, line by line, and by which rule. For operators: it names
    findings that are not public."""
    now = utc_now()
    if as_html:
        html = listing_then(slug, as_of) if as_of else listing_now(slug, now)
        print(html if html is not None else _nowhere(slug, as_of))
        return
    with only_reading():
        found = explanation(db.session(), slug, now=now, as_of=as_of, states=_ON_FILE)
    if found is None:
        _nowhere(slug, as_of)
    elif as_json:
        print(json.dumps(as_document(found), default=_plain, ensure_ascii=False))
    else:
        print(in_words(found, now=now))


@commands.command("dispute")
@click.argument("slug")
@click.option("--as-of", type=IsoTime(), help="What was shown at that time; now, if not given.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A folder to make, or FILE.zip.")
def dispute(slug: str, as_of: datetime | None, out: Path) -> None:
    """Write all that concerns a listing as a file for a dispute: a printable page, captures, and their hashes."""
    if out.exists():
        raise click.UsageError(f"{out} is there already")
    now = utc_now()
    if as_of and as_of.date() > now.date():
        raise click.UsageError(f"{day(as_of)} is still to come: nothing was shown then")
    with only_reading():
        files = dispute_files(db.session(), slug, now=now, as_of=as_of, states=_ON_FILE)
    if files is None:
        _nowhere(slug, as_of)
    try:
        write_dispute(files, out)
    except OSError as wrong:
        raise click.ClickException(f"{out} cannot be written: {wrong.strerror}") from wrong
    print(f"{len(files)} files in {out}. Look through them before they leave the house.")


@commands.command("remove")
@click.argument("slug")
@click.option("--by", required=True, type=Address(), help="E-mail address of whoever decides; it is logged.")
@click.option("--reason", default="Removed by an operator on request.", show_default=True)
def remove(slug: str, by: str, reason: str) -> None:
    """Remove a listing for good. The person is not listed again by any import, run or restored backup."""
    listing = listings.find_listing(db.session(), slug)
    if listing is None:
        raise click.ClickException(f"There is no listing {slug}.")
    account = db.session.scalar(select(Account).where(func.lower(Account.email) == by.lower()))
    listings.remove_listing(db.session(), listing, by=account or by, reason=reason, at=utc_now())
    db.session.commit()
    print(f"{slug} is removed, and whoever it was is not listed again.")


@commands.command("suppressed")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the keyed hashes to a file.")
@click.option(
    "--restore",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take such a file back in, and remove everybody in it who is listed.",
)
@click.option("--by", default="operator", show_default=True, help="Who is named in the log.")
def suppressed(out: Path | None, restore: Path | None, by: str) -> None:
    """Who left, as keyed hashes: keep them beside each backup, and restore them after it, with the same SECRET_KEY."""
    added = 0
    if restore is not None:
        keys = [line.split(",") for line in restore.read_text(encoding="ascii").split()]
        added = suppression.keep_keys(db.session(), ((what, key) for what, key in keys), at=utc_now())
    back = list(suppression.listings_of_suppressed(db.session()))
    for listing in back:
        listings.remove_listing(
            db.session(), listing, by=by, reason="Left before the backup was restored.", at=utc_now()
        )
    db.session.commit()
    kept = list(suppression.kept_keys(db.session()))
    if out is not None:
        out.write_text("".join(f"{what},{key}\n" for what, key in kept), encoding="ascii")
    print(f"{len(kept)} hashes, {added} of them new; {len(back)} listings of people who left were removed again.")


def _print_report(report: ImportReport) -> None:
    print(
        f"{report.rows} rows: {report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
        f"{len(report.rejected)} rejected, {report.suppressed} of people who left."
    )
    for each in report.rejected:
        named = f"{each['field']}: " if each["field"] else ""
        print(f"line {each['line']}: {named}{each['reason']}; expected {each['expected']}")
    for each in report.warnings:
        print(f"line {each['line']}: {each['field']}: {each['reason']}")


def _nowhere(slug: str, as_of: datetime | None) -> NoReturn:
    """Says that there is no such listing, or was none then, and since when we could know."""
    since = kept_since(db.session(), slug) if as_of else None
    known = f" What its page was made of is known since {since:%Y-%m-%d %H:%M} UTC." if since else ""
    raise click.ClickException(f"There is no listing {slug}{f' on {day(as_of)}' if as_of else ''}.{known}")


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
