"""What a listing that becomes part of another gives to it: names, towns, credentials, matches, flags, claims.

Where both state the same license, the kept one's stands, and the other's is out of use with its own checks. Of an
owner's words nothing is touched: a claimed listing gets no town, phone or name that its owner did not give; its other
names are known to the matcher all the same (`moderation/listing_facts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.claim import Claim, ListingRequest
from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.listing import Listing, Location
from directory.models.registry import MatchJudgement, RecordMatch
from directory.moderation import flags
from directory.registries.match_judgements import judgements_on_listings
from directory.rules.vocabulary import FlagState, Judgement, ListingState, Verdict
from directory.search.folding import fold

PART_OF_ANOTHER = "The listing is part of another one now."
STANDS_THERE = "The same is found of the listing that this one is part of now."
MOST_PLACES = 5
_EARLY = (FlagState.DETECTED, FlagState.TRIAGED)
_WORTH = {Verdict.SURE: 2, Verdict.UNSURE: 1, Verdict.NO: 0}
_TOWN = ("city", "region", "postal_code", "country", "lat", "lon")


def contradiction(session: Session, kept_id: int, merged_id: int) -> str:
    """What people decided about the two that cannot hold for one listing; "" where nothing stands in the way."""
    words: dict[tuple[str, str], set[Judgement]] = {}
    for (registry_id, source_key, _), word in judgements_on_listings(session, (kept_id, merged_id)).items():
        words.setdefault((registry_id, source_key), set()).add(word)
    for (registry_id, source_key), said in words.items():
        if {Judgement.SAME, Judgement.DIFFERENT} <= said:
            return (
                f"Record {source_key} of {registry_id} was judged to be about one of them and not about the other. "
                "Judge it anew first."
            )
    for ours, theirs in _met(session, kept_id, merged_id, _twins(session, kept_id, merged_id)):
        if ours.state not in _EARLY and theirs.state not in _EARLY:
            return "Both have been written to about the same finding. Bring one of the two to its end first."
    return ""


def move_all(session: Session, kept_id: int, merged_id: int, *, by: Account, at: datetime) -> None:
    """All of `merged_id` becomes `kept_id`'s, and the listing goes out of sight. The caller keeps what changed."""
    kept, merged = session.get_one(Listing, kept_id), session.get_one(Listing, merged_id)
    _fill(kept, merged)
    kept.updated_at = at
    if not kept.is_claimed:
        _add_places(session, kept, merged)
    session.flush()
    twins = _twins(session, kept_id, merged_id)
    _move_flags(session, kept_id, merged_id, twins, by=by, at=at)
    _move_credentials(session, kept_id, merged_id, twins, at=at)
    _move_judgements(session, kept_id, merged_id)
    _move_matches(session, kept_id, merged_id, twins)
    for model in (Claim, ListingRequest):
        _set(session, update(model).where(model.listing_id == merged_id).values(listing_id=kept_id))
    _set(
        session,
        update(Listing).where(Listing.id == merged_id).values(state=ListingState.HIDDEN, merged_into_id=kept_id),
    )


def _fill(kept: Listing, merged: Listing) -> None:
    kept.npi = kept.npi or merged.npi
    if kept.is_claimed:
        return
    kept.phone, kept.credentials_text = kept.phone or merged.phone, kept.credentials_text or merged.credentials_text
    known = {fold(name) for name in (kept.name, *kept.other_names)}
    more = [name for name in (merged.name, *merged.other_names) if name and fold(name) not in known]
    if more:
        kept.other_names = sorted({*kept.other_names, *more})


def _add_places(session: Session, kept: Listing, merged: Listing) -> None:
    """Towns that only the other one names, as towns: a street is its owner's to give."""
    known = {(fold(each.city), each.region, each.country) for each in kept.locations}
    position = max((each.position for each in kept.locations), default=-1)
    for place in merged.locations:
        town = (fold(place.city), place.region, place.country)
        if town not in known and len(known) < MOST_PLACES:
            known.add(town)
            position += 1
            values = {name: getattr(place, name) for name in _TOWN}
            session.execute(insert(Location).values(listing_id=kept.id, position=position, **values))


def _twins(session: Session, kept_id: int, merged_id: int) -> dict[int, int]:
    """Credentials of the merged one that the kept one states too: its own by the other's."""
    rows = session.scalars(
        select(Credential).where(Credential.listing_id.in_((kept_id, merged_id)), Credential.number_key != "")
    ).all()

    def identity(each: Credential) -> tuple[Any, ...]:
        return (each.kind, each.profession, each.jurisdiction, each.number_key)

    ours = {identity(each): each.id for each in rows if each.listing_id == kept_id}
    return {each.id: ours[identity(each)] for each in rows if each.listing_id == merged_id and identity(each) in ours}


def _move_credentials(
    session: Session, kept_id: int, merged_id: int, twins: Mapping[int, int], *, at: datetime
) -> None:
    own = Credential.listing_id == merged_id
    _set(session, update(Credential).where(own, Credential.id.not_in(twins)).values(listing_id=kept_id))
    standing = (own, Credential.id.in_(twins), Credential.withdrawn_at.is_(None))
    _set(session, update(Credential).where(*standing).values(withdrawn_at=at))


def _move_matches(session: Session, kept_id: int, merged_id: int, twins: Mapping[int, int]) -> None:
    rows = session.scalars(select(RecordMatch).where(RecordMatch.listing_id.in_((kept_id, merged_id)))).all()
    ours = {(row.registry_id, row.source_key): row for row in rows if row.listing_id == kept_id}
    for row in rows:
        if row.listing_id == kept_id:
            continue
        credential_id = twins.get(row.credential_id or 0, row.credential_id)
        other = ours.get((row.registry_id, row.source_key))
        if other is None:
            row.listing_id, row.credential_id = kept_id, credential_id
            continue
        if _WORTH[row.verdict] > _WORTH[other.verdict]:
            other.verdict, other.score, other.reasons = row.verdict, row.score, list(row.reasons)
            other.credential_id, other.run_id, other.at = credential_id, row.run_id, row.at
        if row.verdict is not Verdict.NO:
            row.verdict, row.score, row.reasons, row.credential_id = Verdict.NO, 0.0, [PART_OF_ANOTHER], None
    session.flush()


def _move_judgements(session: Session, kept_id: int, merged_id: int) -> None:
    """A person's words go along. One who could not tell does not stand against one who could."""
    last = judgements_on_listings(session, (kept_id, merged_id))
    for row in session.scalars(select(MatchJudgement).where(MatchJudgement.listing_id == merged_id)).all():
        here = last.get((row.registry_id, row.source_key, kept_id), Judgement.UNSURE)
        if here is Judgement.UNSURE or last[row.registry_id, row.source_key, merged_id] is not Judgement.UNSURE:
            row.listing_id = kept_id
    session.flush()


def _met(session: Session, kept_id: int, merged_id: int, twins: Mapping[int, int]) -> list[tuple[Flag, Flag]]:
    """Open flags of both about the same thing: the kept one's and the other's."""
    query = select(Flag).where(Flag.listing_id.in_((kept_id, merged_id)), Flag.closed_at.is_(None)).order_by(Flag.id)
    rows = session.scalars(query).all()
    ours = {(flag.kind, flag.subject): flag for flag in rows if flag.listing_id == kept_id}
    others = [(flag, (flag.kind, _subject(flag, kept_id, twins))) for flag in rows if flag.listing_id == merged_id]
    return [(ours[key], flag) for flag, key in others if key in ours]


def _move_flags(
    session: Session, kept_id: int, merged_id: int, twins: Mapping[int, int], *, by: Account, at: datetime
) -> None:
    for ours, theirs in _met(session, kept_id, merged_id, twins):
        less = ours if ours.state in _EARLY and theirs.state not in _EARLY else theirs
        flags.change_flag(session, less, FlagState.WITHDRAWN, reason=STANDS_THERE, by=by, at=at)
    for flag in session.scalars(select(Flag).where(Flag.listing_id == merged_id)).all():
        flag.subject, flag.listing_id = _subject(flag, kept_id, twins), kept_id
        flag.credential_id = twins.get(flag.credential_id or 0, flag.credential_id)
    session.flush()


def _subject(flag: Flag, kept_id: int, twins: Mapping[int, int]) -> str:
    word, _, number = flag.subject.partition(":")
    if word == "listing":
        return f"listing:{kept_id}"
    return f"credential:{twins.get(int(number), int(number))}" if word == "credential" else flag.subject


def _set(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
