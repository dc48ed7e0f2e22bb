"""All that concerns one listing up to a moment, for a dispute: what was shown and why, flags, decisions, captures.

Private data of others is left out: who reported, who decided (only in what role), and other people's rows of a list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.evidence.capture_text import marked_text, published_values
from directory.evidence.dispute_cases import Happened, of_cases
from directory.evidence.explanations import CheckOnFile, Explanation, explanation
from directory.models.account import Account
from directory.models.audit import AuditLine
from directory.models.credential import Evidence
from directory.models.listing import Listing
from directory.models.notice import Notice
from directory.models.page_check import PageCheck
from directory.models.registry import PublishedRecord, RegistryRun
from directory.registries import storage
from directory.rules.vocabulary import ListingState, RunChannel
from scrapers.record import Method

BY_ONE = frozenset({Method.DOCUMENT, Method.LETTER, Method.PHONE_NOTE, Method.ATTESTATION})
"""Evidence that is about one person by its nature."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of what a check saw. `path` is "" where nothing goes along; `whole` is False for the rows alone."""

    sha256: str
    path: str
    body: bytes
    whole: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    explanation: Explanation
    moment: datetime
    history: tuple[Happened, ...]
    kept: tuple[Kept, ...]


def gather(
    session: Session, slug: str, *, now: datetime, as_of: datetime | None, states: Sequence[ListingState]
) -> Dispute | None:
    """The file of a listing as it stood at `as_of`, or now; None where there was no such listing."""
    found = explanation(session, slug, now=now, as_of=as_of, states=states)
    if found is None:
        return None
    moment, listing = as_of or now, session.get_one(Listing, found.page.listing_id)
    checks = {check.check_id: check for each in found.lines for check in each.on_file if check.sha256}
    role = partial(_role, session, listing, {})
    steps = [*of_cases(session, listing.id, moment, role), *_of_log(session, listing, found, moment, role)]
    steps += _notices(session, listing, moment)
    history = tuple(sorted(steps, key=lambda step: step.at))
    kept = {each.sha256 + each.path: each for each in (_kept(session, check) for _, check in sorted(checks.items()))}
    return Dispute(found, moment, history, tuple(kept.values()))


def _of_log(
    session: Session, listing: Listing, found: Explanation, moment: datetime, role: Callable[[int | None], str]
) -> Iterator[Happened]:
    """Decisions about the listing and its credentials. Claims and requests of others are not among them."""
    anchors = [each.shown.line.anchor.rpartition("-")[2] for each in found.lines if each.shown.line.number]
    subjects = [f"listing:{listing.id}"]
    subjects += [f"credential:{each}" for each in anchors if each.isdigit()]
    lines = select(AuditLine).where(AuditLine.subject.in_(subjects), AuditLine.at <= moment).order_by(AuditLine.id)
    for line in session.scalars(lines):
        by = role(line.actor_id) if line.actor_id else "an operator or a program"
        yield Happened(line.at, f"{line.action.capitalize()} ({line.subject})", by, line.reason)


def _notices(session: Session, listing: Listing, moment: datetime) -> Iterator[Happened]:
    """What was sent to its owner."""
    if listing.owner_id is None:
        return
    sent = select(Notice).where(Notice.account_id == listing.owner_id, Notice.queued_at <= moment).order_by(Notice.id)
    for notice in session.scalars(sent):
        when = f"sent {notice.sent_at:%Y-%m-%d %H:%M} UTC" if notice.sent_at else notice.state.value
        yield Happened(notice.queued_at, f"Notice to the practitioner: {notice.subject}", "the site", when)


def _role(session: Session, listing: Listing, met: dict[int, int], account_id: int | None) -> str:
    """What somebody is, with a number of this file alone, so that it can be seen where two people decided."""
    account = session.get(Account, account_id) if account_id is not None else None
    if account is None or account.id == listing.owner_id:
        return "the practitioner" if account is not None else "somebody"
    number = met.setdefault(account.id, len(met) + 1)
    return f"{account.roles[0].name if account.roles else 'somebody with an account'} {number}"


# Captures ------------------------------------------------------------------------------------------------------------


def _kept(session: Session, check: CheckOnFile) -> Kept:
    """The capture where it is about this person alone; else the rows about them."""
    path = storage.captures().path_of(check.sha256)
    if path is None:
        return Kept(check.sha256, "", b"", whole=False, why_not="no longer kept")
    evidence = session.get_one(Evidence, check.evidence_id)
    if _is_about_one(session, evidence):
        return Kept(check.sha256, f"captures/{check.sha256}.txt", path.read_bytes(), whole=True)
    record = session.get(PublishedRecord, evidence.record_id) if evidence.record_id else None
    if record is None:
        return Kept(check.sha256, "", b"", whole=False, why_not="a list without this person")
    number, values = published_values(record.record)
    shown = marked_text(path, number, values)
    rows = [line.text for line in shown.lines if line.counts]
    published = json.dumps(record.record["as_published"], ensure_ascii=False, indent=1, sort_keys=True)
    body = "\n".join(["As read from the source:", published, "", "As it stands in the capture:", *rows, ""])
    return Kept(check.sha256, f"captures/{check.sha256}-{evidence.record_id}.txt", body.encode(), whole=False)


def _is_about_one(session: Session, evidence: Evidence) -> bool:
    if evidence.method in BY_ONE:
        return True
    by_hand = select(PageCheck.read).where(PageCheck.evidence_id == evidence.id)
    for read in session.scalars(by_hand):
        return bool(read.get("people", 0) == 1)
    run = session.get(RegistryRun, evidence.run_id) if evidence.run_id is not None else None
    if run is None or run.channel is not RunChannel.LOOKUP:
        return False
    sha: Any = PublishedRecord.record["evidence"]["sha256"].as_string()
    others = select(func.count()).where(PublishedRecord.registry_id == run.registry_id, sha == evidence.sha256)
    return (session.scalar(others) or 0) == 1 and run.report.get("records") == 1
