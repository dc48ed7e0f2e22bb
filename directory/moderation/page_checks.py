"""Checks by hand: a page that a moderator saved at a registry becomes a draft, and once a person said what it says, a
check with its evidence, by the same rules as a run's.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory import audit
from directory.listings.listing_versions import note_versions
from directory.models.account import Account
from directory.models.credential import Credential, CredentialCheck
from directory.models.listing import Listing
from directory.models.page_check import PageCheck
from directory.moderation import flags
from directory.moderation.listing_facts import credential_facts, facts_of
from directory.moderation.page_doubts import Subject, digest, doubts_about_page, record_about, refuse
from directory.moderation.page_statements import A_DAY, Statement, address_of, doubts_of, finding_of, record_of
from directory.moderation.uploaded_pages import PageRefused, Upload, open_upload
from directory.registries import registries, storage
from directory.registries.check_rows import append_checks, latest_checks
from directory.registries.page_reading import PageReading, read_page
from directory.registries.registry_as_read import RegistryAsRead
from directory.registries.storable_text import storable
from directory.rules.checking import CheckResult
from directory.rules.vocabulary import ListingState, PageCheckState
from directory.search.search_index import index_listings
from scrapers.spec import RegistrySpec


class NeedsDecision(Exception):  # noqa: N818 - a question to the moderator
    """What does not fit and was not answered. `doubts` are sentences, `seen` is what an answer must repeat."""

    def __init__(self, doubts: list[str]) -> None:
        self.doubts, self.seen = doubts, digest(doubts)
        super().__init__(" ".join(doubts))


class Settled(Exception):  # noqa: N818 - an answer to the moderator
    """The draft was confirmed or dropped in the meantime."""


def subject_of(session: Session, credential_id: int, *, now: datetime) -> Subject | None:
    """The credential and its listing as rules see them; None where either is gone."""
    credential = session.get(Credential, credential_id)
    listing = session.get(Listing, credential.listing_id) if credential is not None else None
    if credential is None or listing is None or listing.state is ListingState.REMOVED or credential.withdrawn_at:
        return None
    return Subject(credential_facts(credential), facts_of(session, [listing.id], now)[listing.id])


# Uploading -----------------------------------------------------------------------------------------------------------


def take_upload(
    session: Session, subject: Subject, spec: RegistrySpec, body: bytes, *, by: Account, at: datetime
) -> PageCheck:
    """The draft that the file becomes; the same file again is the same draft. The caller commits.

    Raises PageRefused with the reason; nothing of the file is kept then.
    """
    upload = open_upload(body)
    store = storage.waiting_pages()
    capture = store.keep([body], url="upload:", retrieved_at=at)
    try:
        reading = read_page(spec, capture.path, retrieved_at=at) if upload.is_page else None
        refuse(subject, spec, upload, reading)
    except PageRefused:
        if not _is_waiting(session, capture.sha256):
            store.forget(capture.sha256)
        raise
    draft = PageCheck(
        credential_id=subject.credential.id,
        registry_id=spec.id,
        state=PageCheckState.DRAFT,
        kind=upload.kind,
        sha256=capture.sha256,
        saved_from=upload.saved_from[:2000],
        saved_at=_believable(upload.saved_at, at),
        read=storable(_as_read(subject, spec, upload, reading)),
        uploaded_by_id=by.id,
        uploaded_at=at,
    )
    return _added(session, draft)


def _added(session: Session, draft: PageCheck) -> PageCheck:
    same = select(PageCheck).where(
        PageCheck.credential_id == draft.credential_id,
        PageCheck.registry_id == draft.registry_id,
        PageCheck.sha256 == draft.sha256,
        PageCheck.state == PageCheckState.DRAFT,
    )
    if (known := session.scalar(same)) is not None:
        return known
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:  # somebody else uploaded the same file just now
        return session.scalars(same).one()
    return draft


def _believable(saved_at: datetime | None, at: datetime) -> datetime | None:
    """The time in a file, unless the clock that wrote it cannot have been right."""
    return saved_at if saved_at is not None and at - 365 * A_DAY < saved_at <= at else None


def _as_read(subject: Subject, spec: RegistrySpec, upload: Upload, reading: PageReading | None) -> dict[str, Any]:
    """What the reader made of it: the record about this credential alone, not those of others on the page."""
    record = record_about(subject, reading.records) if reading else None
    return {
        "reader": reading is not None,
        "outcome": reading.outcome.value if reading else "",
        "reason": reading.reason if reading else "",
        "people": len(reading.records) if reading else None,
        "record": record.as_json() if record else None,
        "doubts": list(doubts_about_page(subject, spec, upload, reading)),
    }


# Settling ------------------------------------------------------------------------------------------------------------


def confirm(session: Session, draft: PageCheck, told: Statement, *, by: Account, at: datetime) -> CheckResult:
    """The check that follows from what a moderator says of the page. Flags and search follow. The caller commits.

    Raises PageRefused where it cannot count, NeedsDecision where something does not fit and was not answered, Settled
    where somebody was first, SpecError where the registry is no longer known.
    """
    spec = registries.find_registry(draft.registry_id)
    subject = subject_of(session, draft.credential_id, now=at)
    if subject is None:
        raise PageRefused("The credential is no longer on the listing.")
    _refuse_time(session, draft, told, at)
    record = record_of(spec, draft, told) if told.found else None
    unanswered = doubts_of(subject, draft, told, record)
    if unanswered and told.answered != digest(unanswered):
        raise NeedsDecision(unanswered)
    if told.same_person and len(told.note) < 10:
        raise PageRefused("Say in the note how you know that it is the same person.")
    _hold(session, draft)
    finding = finding_of(session, subject, spec, draft, record, told, at=at)
    store = storage.captures()
    store.keep([file_of(draft).read_bytes()], url=address_of(spec, draft), retrieved_at=told.retrieved_at)
    append_checks(session, _registry(spec), [finding], at=at, checker_id=by.id)
    _settle(session, draft, PageCheckState.CONFIRMED, by=by, at=at, evidence_id=_evidence_id(session, draft), told=told)
    flags.refresh_flags(session, [subject.listing.id], now=at)
    index_listings(session, [subject.listing.id], now=at)
    note_versions(session, [subject.listing.id], at=at)
    audit.record(
        session,
        actor=by,
        action="page confirmed",
        subject=f"credential:{draft.credential_id}",
        after={
            "page_check": draft.id,
            "registry": spec.id,
            "outcome": finding.result.outcome,
            "sha256": draft.sha256,
            "doubts": unanswered,
        },
        reason=told.note,
        at=at,
    )
    return finding.result


def drop(session: Session, draft: PageCheck, *, by: Account, at: datetime) -> None:
    """Gives the draft up: nothing follows from it. The caller commits, and forgets the file. Raises Settled."""
    _hold(session, draft)
    _settle(session, draft, PageCheckState.DROPPED, by=by, at=at)
    audit.record(
        session,
        actor=by,
        action="page dropped",
        subject=f"credential:{draft.credential_id}",
        after={"page_check": draft.id, "registry": draft.registry_id},
        at=at,
    )


def forget_file(session: Session, sha256: str) -> None:
    """Removes an uploaded file that no draft waits with. Call it after committing; evidence is kept elsewhere."""
    if not _is_waiting(session, sha256):
        storage.waiting_pages().forget(sha256)


def forget_left_files(session: Session, *, now: datetime) -> int:
    """Removes uploads that no draft waits with: of pages that were refused or whose listing is gone. How many.

    One that came within the hour may be about to become a draft, and is left alone.
    """
    waiting, left = storage.waiting_pages(), 0
    for path in sorted(waiting.folder.glob("??/" + "?" * 64)):
        if now.timestamp() - path.stat().st_mtime > 3600 and not _is_waiting(session, path.name):
            waiting.forget(path.name)
            left += 1
    return left


def file_of(draft: PageCheck) -> Path:
    """Where the very file lies. Raises FileNotFoundError where it is gone, as that of a dropped draft is."""
    path = storage.waiting_pages().path_of(draft.sha256) or storage.captures().path_of(draft.sha256)
    if path is None:
        raise FileNotFoundError(draft.sha256)
    return path


def _is_waiting(session: Session, sha256: str) -> bool:
    waits = select(PageCheck.id).where(PageCheck.sha256 == sha256, PageCheck.state == PageCheckState.DRAFT)
    return session.scalars(waits).first() is not None


def _refuse_time(session: Session, draft: PageCheck, told: Statement, at: datetime) -> None:
    if told.retrieved_at > at:
        raise PageRefused("The page cannot have been saved in the future.")
    latest = latest_checks(session, draft.registry_id, [draft.credential_id]).get(draft.credential_id)
    if latest is not None and latest.retrieved_at is not None and latest.retrieved_at > told.retrieved_at:
        seen = latest.retrieved_at.strftime("%d %B %Y, %H:%M UTC").lstrip("0")
        raise PageRefused(f"The register was looked at later than that, on {seen}: save the page as it is now.")


def _registry(spec: RegistrySpec) -> RegistryAsRead:
    return RegistryAsRead.described(spec.id, None, registries.describe(spec))


def _evidence_id(session: Session, draft: PageCheck) -> int | None:
    """The evidence of the check that stands now: this one's, or that of an earlier one that says the very same."""
    latest = (
        select(CredentialCheck.evidence_id)
        .where(CredentialCheck.credential_id == draft.credential_id, CredentialCheck.registry_id == draft.registry_id)
        .order_by(CredentialCheck.id.desc())
        .limit(1)
    )
    return session.scalar(latest)


def _hold(session: Session, draft: PageCheck) -> None:
    """Until the end of the transaction nobody else settles the draft. Raises Settled when somebody has."""
    state = session.scalar(select(PageCheck.state).where(PageCheck.id == draft.id).with_for_update())
    if state is not PageCheckState.DRAFT:
        raise Settled("Somebody has settled this page in the meantime.")


def _settle(
    session: Session,
    draft: PageCheck,
    state: PageCheckState,
    *,
    by: Account,
    at: datetime,
    evidence_id: int | None = None,
    told: Statement | None = None,
) -> None:
    done: Any = session.execute(
        update(PageCheck)
        .where(PageCheck.id == draft.id, PageCheck.state == PageCheckState.DRAFT)
        .values(
            state=state,
            settled_by_id=by.id,
            settled_at=at,
            evidence_id=evidence_id,
            stated=told.as_json() if told else {},
            read=draft.read if told else {},
        )
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        raise Settled("Somebody has settled this page in the meantime.")
    session.expire(draft)
