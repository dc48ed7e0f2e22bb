"""Rows of a flag to the `Case` that the rules of due process are asked about, locked until the transaction ends."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.credential import Credential
from directory.models.due_process import CaseAppeal, CaseDecision, CaseNotice, CaseReply
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing
from directory.rules.case_events import Case, Decision, Told
from directory.rules.vocabulary import Delivery


def locked_flag(session: Session, flag_id: int) -> Flag:
    """The flag as it is now. On PostgreSQL others wait until we are done; on SQLite they do already.

    Its listing is locked first, as runs and merges do: two that lock in two orders would wait for each other for ever.
    """
    of_flag = select(Flag.listing_id).where(Flag.id == flag_id).scalar_subquery()
    session.execute(select(Listing.id).where(Listing.id == of_flag).with_for_update())
    found = select(Flag).where(Flag.id == flag_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one()


def case_of(session: Session, flag: Flag) -> Case:
    """The case of a flag about a listing."""
    session.flush()
    notice, decision = live_notice(session, flag.id), live_decision(session, flag.id)
    people = select(FlagChange.by_id).where(FlagChange.flag_id == flag.id, FlagChange.by_id.is_not(None)).distinct()
    unread = select(func.count(CaseReply.id)).where(CaseReply.flag_id == flag.id, CaseReply.handled_at.is_(None))
    return Case(
        kind=flag.kind,
        jurisdiction=_jurisdiction(session, flag),
        state=flag.state,
        told=_told(notice) if notice is not None else None,
        unread=session.scalar(unread) or 0,
        decision=_decision(session, decision) if decision is not None else None,
        order_url=flag.order_url,
        holds_since=flag.holds_since,
        took_part=frozenset(by for by in session.scalars(people) if by is not None),
        interested=interested(session, flag),
    )


def live_notice(session: Session, flag_id: int) -> CaseNotice | None:
    """The last notice of this round; one that told of other facts does not count."""
    query = select(CaseNotice).where(CaseNotice.flag_id == flag_id, CaseNotice.delivery != Delivery.VOID)
    return session.scalar(query.order_by(CaseNotice.id.desc()).limit(1))


def told_elsewhere(session: Session, of: ColumnElement[bool]) -> list[int]:
    """Open flags, of those that `of` chooses, whose notice went to an address that is not the listing's now."""
    under_way = CaseNotice.delivery.in_((Delivery.WAITING, Delivery.ACCEPTED))
    query = (
        select(Flag, CaseNotice.to)
        .join(CaseNotice, CaseNotice.flag_id == Flag.id)
        .where(of, Flag.closed_at.is_(None), under_way)
        .order_by(Flag.id)
    )
    rows = session.execute(query).all()
    return [flag.id for flag, to in rows if to.casefold() != address_of(session, flag).casefold()]


def address_of(session: Session, flag: Flag) -> str:
    """Where somebody can be told: the owner's address, or the contact on file of a listing that nobody claimed."""
    listing = session.get(Listing, flag.listing_id) if flag.listing_id is not None else None
    if listing is None:
        return ""
    owner = session.get(Account, listing.owner_id) if listing.owner_id is not None else None
    return owner.email if owner is not None and owner.active else listing.email if owner is None else ""


def notices_about(session: Session, owner: Account) -> list[tuple[CaseNotice, Listing]]:
    """The last notice of each case about a listing that `owner` looks after, the latest first."""
    last = select(func.max(CaseNotice.id)).where(CaseNotice.delivery != Delivery.VOID).group_by(CaseNotice.flag_id)
    query = (
        select(CaseNotice, Listing)
        .join(Flag, Flag.id == CaseNotice.flag_id)
        .join(Listing, Listing.id == Flag.listing_id)
        .where(CaseNotice.id.in_(last), Listing.owner_id == owner.id)
        .order_by(CaseNotice.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def live_decision(session: Session, flag_id: int) -> CaseDecision | None:
    query = select(CaseDecision).where(CaseDecision.flag_id == flag_id, CaseDecision.void_at.is_(None))
    return session.scalar(query.order_by(CaseDecision.id.desc()).limit(1))


def interested(session: Session, flag: Flag) -> frozenset[int]:
    """Accounts that gain or lose by the case: the owner, whoever claimed the listing, the address on file."""
    listing = session.get(Listing, flag.listing_id) if flag.listing_id is not None else None
    if listing is None:
        return frozenset()
    found = set(session.scalars(select(Claim.account_id).where(Claim.listing_id == listing.id)))
    if listing.email:
        found |= set(session.scalars(select(Account.id).where(Account.email == listing.email)))
    return frozenset(found | ({listing.owner_id} if listing.owner_id is not None else set()))


def _jurisdiction(session: Session, flag: Flag) -> str:
    """Whose calendar counts: the credential's place, else the listing's."""
    credential = session.get(Credential, flag.credential_id) if flag.credential_id is not None else None
    if credential is not None and credential.jurisdiction:
        return credential.jurisdiction
    listing = session.get(Listing, flag.listing_id) if flag.listing_id is not None else None
    place = listing.locations[0] if listing is not None and listing.locations else None
    return f"{place.country}-{place.region}" if place is not None else ""


def _told(notice: CaseNotice) -> Told:
    arrived = notice.delivery is Delivery.ACCEPTED
    return Told(
        notice.delivery,
        notice.accepted_at if arrived else None,
        notice.answer_by if arrived else None,
        notice.answered,
    )


def _decision(session: Session, row: CaseDecision) -> Decision:
    appealed = session.scalar(select(CaseAppeal.id).where(CaseAppeal.decision_id == row.id).limit(1))
    return Decision(
        outcome=row.outcome,
        by=row.by_id,
        reasons=row.reasons,
        at=row.at,
        order_url=row.order_url,
        second=row.second_by_id,
        stated=row.stated_at is not None,
        appealed=appealed is not None,
    )
