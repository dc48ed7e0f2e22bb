"""How much it says that two people share a token: the rarer it is among all people, the more.

Two "Min Lee" in Los Angeles are less likely one person than two "Ottoline Vasquez-Thorne". Weights are bits, log2 of
how many people would have to be looked at until one has the token by chance. They come from the counts of the people at
hand, held down by a table of common names, so that a file of ten rows does not make "Lee" rare.
Source of the method: Fellegi and Sunter 1969, with term frequencies as Winkler 1989 adds them.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent / "frequencies"
_BACKGROUND = 5_000  # how many imagined people the table speaks for
_UNLISTED: Mapping[str, float] = {"name": 2**-12, "place": 2**-10, "house": 2**-7, "postal": 2**-12, "area": 2**-6}
_UNWEIGHED = ("door", "namesake")
_INITIAL = 2**-4
MOST_BITS = 13.0
_LEAST_BITS = 19.0
_LEAST_ODDS = 6.0


class Rarity:
    """Counts of tokens by kind: name, place (street and town words), house (numbers) and postal,
    and whole doors and names at a door or phone, of which it is asked how many people are behind."""

    def __init__(self, people: int = 0, counts: Mapping[tuple[str, str], int] | None = None) -> None:
        """`counts` says how many of `people` have a (kind, token), where somebody has counted them before."""
        self._people = people
        self._counts: dict[str, Counter[str]] = {kind: Counter() for kind in (*_UNLISTED, *_UNWEIGHED)}
        for (kind, token), count in (counts or {}).items():
            self._counts[kind][token] = count
        self._bits: dict[tuple[str, str], float] = {}
        self._together: float | None = None

    def count(self, tokens: Iterable[tuple[str, str]]) -> None:
        """One more person, with (kind, token) pairs; a token that stands there twice counts once."""
        self._people += 1
        for kind, token in set(tokens):
            self._counts[kind][token] += 1
        self._bits.clear()
        self._together = None

    def bits(self, kind: str, token: str) -> float:
        """What sharing this token says, from 0 (everybody has it) to MOST_BITS."""
        known = self._bits.get((kind, token))
        if known is None:
            known = self._bits[kind, token] = self._weighed(kind, token)
        return known

    @property
    def least_bits(self) -> float:
        """From how many bits two mentions are taken for one person: the more people, the more pairs agree by chance.
        At this weight one in about sixty is chance: the one fixed threshold of matching."""
        return max(_LEAST_BITS, math.log2(self._people + 1) + _LEAST_ODDS)

    def number_of(self, kind: str, token: str) -> int:
        """How many of the people at hand have it."""
        return self._counts[kind][token]

    def share(self, kind: str, token: str) -> float:
        """The share of the people at hand who have it."""
        return self._counts[kind][token] / self._people if self._people else 0.0

    @property
    def together(self) -> float:
        """The share of doors behind which at least three mentions are: of two files, some are of several people."""
        if self._together is None:
            doors = self._counts["door"]
            self._together = sum(count > 2 for count in doors.values()) / max(len(doors), 1)
        return self._together

    def _weighed(self, kind: str, token: str) -> float:
        background = _UNLISTED[kind]
        if kind == "name":
            background = _INITIAL if len(token) == 1 else common_names().get(token, background)
        seen = self._counts[kind][token] + _BACKGROUND * background
        return min(math.log2((self._people + _BACKGROUND) / max(seen, 1.0)), MOST_BITS)


@cache
def common_names() -> Mapping[str, float]:
    """Folded name tokens and the share of people who bear them, for those that many bear."""
    with (_HERE / "names.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: float(row["per_100000"]) / 100_000 for row in csv.DictReader(file)}
