"""What a moderator says that a saved page says: as a record, what does not fit in it, and the finding that follows by
the same rules as for a run.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from directory.models.page_check import PageCheck
from directory.moderation.page_doubts import Subject, doubts_about_record, name_agrees
from directory.moderation.uploaded_pages import by_hand
from directory.registries.absences import misses_in_a_row
from directory.registries.check_rows import Finding, Seen, latest_checks
from directory.rules.checking import check_with_record, check_without_record
from directory.rules.vocabulary import Outcome
from scrapers import record as words
from scrapers.record import Holder, Method, RegistryRecord, Standing
from scrapers.spec import RegistrySpec

A_DAY = timedelta(days=1)
_DAYS = ("issued_on", "expires_on")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a moderator says that the page says. `found` False: it shows that nobody was found.

    `answered` repeats the doubts that the moderator has decided to go past; `same_person` says that another name is
    the same practitioner's, with `note` as the reason.
    """

    found: bool
    retrieved_at: datetime
    number: str = ""
    name: str = ""
    standing: Standing = Standing.UNKNOWN
    standing_raw: str = ""
    restrictions: str = ""
    discipline: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    same_person: bool = False
    note: str = ""
    answered: str = ""

    def as_json(self) -> dict[str, Any]:
        days = {name: value.isoformat() if (value := getattr(self, name)) else None for name in _DAYS}
        return asdict(self) | days | {"retrieved_at": self.retrieved_at.isoformat()}


def record_of(spec: RegistrySpec, draft: PageCheck, told: Statement) -> RegistryRecord:
    """What is stated, as a record. What the reader read beyond that stays where the number is the same."""
    read = RegistryRecord.from_json(draft.read["record"]) if draft.read["record"] else None
    same = read is not None and read.holder.raw == told.name
    stated = RegistryRecord(
        registry=spec.id,
        source_key=told.number or told.name,
        kind=spec.kind,
        profession=spec.profession,
        jurisdiction=spec.jurisdiction,
        number=told.number.upper(),
        number_raw=told.number,
        holder=read.holder if read is not None and same else Holder(raw=told.name),
        other_names=read.other_names if read is not None and same else (),
        standing=told.standing,
        standing_raw=told.standing_raw,
        restrictions=told.restrictions,
        discipline=told.discipline,
        issued_on=told.issued_on,
        expires_on=told.expires_on,
        evidence=words.Evidence(address_of(spec, draft), told.retrieved_at, draft.sha256, method_of(spec)),
    )
    return replace(stated, profession=read.profession) if read is not None and same else stated


def doubts_of(subject: Subject, draft: PageCheck, told: Statement, record: RegistryRecord | None) -> list[str]:
    found = list(draft.read["doubts"])
    if draft.saved_at is not None and abs(draft.saved_at - told.retrieved_at) > A_DAY:
        found.append(f"The file says that it was saved on {draft.saved_at:%Y-%m-%d}, you state another day.")
    read = RegistryRecord.from_json(draft.read["record"]) if draft.read["record"] else None
    if record is not None:
        return found + doubts_about_record(subject, record, read, same_person=told.same_person)
    if read is not None and subject.is_number_of(read.number_raw or read.number):
        found.append(f"The page shows {read.holder.raw} with this number, and you state that nobody was found.")
    return found


def finding_of(
    session: Session,
    subject: Subject,
    spec: RegistrySpec,
    draft: PageCheck,
    record: RegistryRecord | None,
    told: Statement,
    *,
    at: datetime,
) -> Finding:
    """The same rules as for a run. That nobody was found says as much as a lookup's silence: by number only."""
    seen = Seen(address_of(spec, draft), told.retrieved_at, draft.sha256, method_of(spec))
    if record is not None:
        result = check_with_record(
            subject.credential,
            record,
            today=at.date(),
            completeness=spec.completeness,
            registry_title=spec.title,
            authority=spec.authority,
            name_agrees=None if told.same_person else name_agrees(subject, record),
        )
        return Finding(draft.credential_id, subject.listing.id, result, seen)
    result = check_without_record(
        subject.credential,
        complete="number" in by_hand(spec).search_by,
        completeness=spec.completeness,
        registry_title=spec.title,
        authority=spec.authority,
        by_number=True,
    )
    latest = latest_checks(session, spec.id, [draft.credential_id]).get(draft.credential_id)
    misses = misses_in_a_row(latest, told.retrieved_at) if result.outcome is Outcome.NOT_FOUND else 0
    return Finding(draft.credential_id, subject.listing.id, result, seen, misses=misses)


def method_of(spec: RegistrySpec) -> Method:
    """Where nobody can look, the authority was asked, and its answer is a letter."""
    return Method.LETTER if by_hand(spec).ask else Method.SAVED_PAGE


def address_of(spec: RegistrySpec, draft: PageCheck) -> str:
    return draft.saved_from or by_hand(spec).address or spec.home
