"""Pairs of listings that may be one person, found by the rules by which files of people are compared.

Each night anew, and by `flask listings duplicates`: a pair is kept for moderators with its reasons, and is evidence of
nothing. Pairs that a person settled are not offered again; "I cannot tell" comes back when something compared changed.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from directory.extensions import only_reading
from directory.listings.listing_judgements import last_words
from directory.models.listing import Listing, Location
from directory.models.merge import ListingLikeness
from directory.moderation.listing_facts import AT_ONCE, facts_of
from directory.registries.person_pairs import MOST_AT_A_KEY
from directory.rules.blocking import keys_of_likeness, keys_of_numbers
from directory.rules.comparing import Likeness, compare_persons
from directory.rules.persons import Person, person_of_listing
from directory.rules.rarity import Rarity
from directory.rules.streets import words_of
from directory.rules.vocabulary import Judgement, ListingState

Pair = tuple[int, int]
"""Two listings, the lower id first."""


def find_duplicates(session: Session, *, at: datetime) -> dict[str, int]:
    """Brings the pairs on record in step with the listings as they are: how many there are, and how many are new.

    Comparing takes minutes where there are very many: it keeps nobody from writing. Commits before it and after it.
    """
    session.commit()
    with only_reading():
        people = _people(session, at)
        settled = last_words(session, (Judgement.SAME, Judgement.DIFFERENT))
    session.commit()
    found = {pair: likeness for pair, likeness in _likely(people) if pair not in settled}
    marks = {person.id: _mark(person) for person in people}
    known = {
        (row.low_id, row.high_id): row
        for row in session.execute(
            select(ListingLikeness.id, ListingLikeness.low_id, ListingLikeness.high_id, ListingLikeness.fingerprint)
        )
    }
    gone = [row.id for pair, row in known.items() if pair not in found]
    for start in range(0, len(gone), AT_ONCE):
        session.execute(delete(ListingLikeness).where(ListingLikeness.id.in_(gone[start : start + AT_ONCE])))
    rows = {pair: _row(pair, likeness, marks, at) for pair, likeness in found.items()}
    new = [row for pair, row in rows.items() if pair not in known]
    if new:
        session.execute(insert(ListingLikeness), new)
    for pair, row in rows.items():
        if pair in known and known[pair].fingerprint != row["fingerprint"]:
            session.execute(update(ListingLikeness).where(ListingLikeness.id == known[pair].id).values(row))
    session.commit()
    return {"pairs": len(found), "new": len(new), "gone": len(gone)}


def _people(session: Session, at: datetime) -> list[Person]:
    """Everybody listed who is a person and not part of another listing."""
    ids = session.scalars(
        select(Listing.id)
        .where(Listing.state != ListingState.REMOVED, Listing.merged_into_id.is_(None), Listing.organization == "")
        .order_by(Listing.id)
    ).all()
    people: list[Person] = []
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        towns: defaultdict[int, list[str]] = defaultdict(list)
        cities = select(Location.listing_id, Location.city).where(Location.listing_id.in_(some))
        for listing_id, city in session.execute(cities.order_by(Location.listing_id, Location.position)):
            towns[listing_id] += [word for word in words_of(city) if word not in towns[listing_id]]
        for listing_id, facts in sorted(facts_of(session, some, at).items()):
            people.append(replace(person_of_listing(facts), town=tuple(towns[listing_id])))
    return people


def _likely(people: Sequence[Person]) -> Iterator[tuple[Pair, Likeness]]:
    rarity = Rarity()
    for person in people:
        rarity.count(person.counted())
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    likenesses: defaultdict[int, list[int]] = defaultdict(list)
    for place, person in enumerate(people):
        earlier: set[int] = set()
        for key in keys_of_numbers(person):
            earlier.update(numbers[key])
            numbers[key].append(place)
        shared: Counter[int] = Counter()
        for key in keys_of_likeness(person, rarity):
            at_key = likenesses[key]
            if len(at_key) <= MOST_AT_A_KEY:
                shared.update(at_key)
                at_key.append(place)
        for other in sorted(earlier.union(shared)):
            likeness = compare_persons(people[other], person, rarity)
            if likeness is not None:
                yield (int(people[other].id), int(person.id)), likeness


def _row(pair: Pair, likeness: Likeness, marks: dict[str, str], at: datetime) -> dict[str, Any]:
    low, high = pair
    return {
        "low_id": low,
        "high_id": high,
        "verdict": likeness.verdict,
        "score": likeness.score,
        "reasons": list(likeness.reasons),
        "fingerprint": hashlib.sha256(f"{marks[str(low)]} {marks[str(high)]}".encode()).hexdigest(),
        "found_at": at,
    }


def _mark(person: Person) -> str:
    """What is compared of a person, as text that is the same every night."""
    names = [(name.given, name.family, name.generation) for name in person.names]
    sets = [sorted(each) for each in (person.numbers, person.regions, person.postal)]
    return repr((names, sets, person.npi, person.phone, person.town))
