"""Who stands on an invented board: people of the cast with a number of that board, and what is published of them.

What a reading gives back is compared with `Fact`s: nothing else may come out of a rehearsal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from scrapers.record import RegistryRecord, Standing
from scrapers.rehearsal.cast import Player, Story

_STANDINGS = (Standing.ACTIVE, Standing.EXPIRED, Standing.ACTIVE, Standing.SUSPENDED, Standing.ACTIVE)


@dataclass(frozen=True, slots=True)
class Person:
    """One person on one board.

    said: field of a record -> what the board publishes in its place, word for word.
    spoiled: why no reader may believe this person's row, where that is so.
    """

    number: str
    given: str
    family: str
    standing: Standing
    issued_on: date
    expires_on: date
    city: str
    region: str
    postal_code: str
    said: Mapping[str, Any] = field(default_factory=dict)
    spoiled: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What may be read of somebody. The order of a name's parts is the board's, so that they are compared as a set."""

    number: str
    name: frozenset[str]
    standing: Standing
    expires_on: date | None


def people_of(cast: Sequence[Player], *, numbers: str, how_many: int) -> list[Person]:
    """The first of the cast that have a place, numbered in order by the board's own form (`AP{:04d}`)."""
    chosen = [player for player in cast if player.town.country == "US" and player.story is Story.ORDINARY]
    return [
        Person(
            number=numbers.format(at + 1001),
            given=player.given,
            family=player.family,
            standing=_STANDINGS[at % len(_STANDINGS)],
            issued_on=player.issued_on,
            expires_on=player.expires_on - timedelta(days=2000) if at % 5 == 1 else player.expires_on,
            city=player.town.city,
            region=player.town.region,
            postal_code=player.town.postal_code,
        )
        for at, player in enumerate(chosen[:how_many])
    ]


def fact_of(record: RegistryRecord) -> Fact:
    """What was read."""
    return Fact(record.number, words_of(record.holder.raw), record.standing, record.expires_on)


def words_of(name: str) -> frozenset[str]:
    """The words of a name, in whatever order, without what cannot be seen."""
    seen = "".join(letter for letter in unicodedata.normalize("NFC", name) if unicodedata.category(letter) != "Cf")
    return frozenset(seen.replace(",", " ").casefold().split())
