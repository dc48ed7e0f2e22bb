"""Two files of people, and which rows are one person: streamed, blocked by keys, compared by the rules of runs.

The right file is held in memory, the left one is read row by row: once to count how common names and places are, and,
where it is long, once more to compare.
"""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from rapidfuzz.distance import Indel

from directory.registries.file_remarks import Remarks, Tell, no_remarks
from directory.registries.person_files import PersonFile, people_in
from directory.rules.blocking import keys_of_likeness, keys_of_numbers
from directory.rules.comparing import Likeness, compare_persons
from directory.rules.persons import Person
from directory.rules.rarity import Rarity
from directory.rules.vocabulary import Verdict

MOST_AT_A_KEY = 200  # a key that more people share says too little to compare them all
_ALIKE = 0.55
PROGRESS_EVERY = 5_000  # rows
_OBJECTS = 100_000
"""People hold no cycles: to look for some at every 700 new objects, as Python does, takes a tenth of the time."""
FEW = 20_000
"""So many rows of the left file are kept; a longer one is read twice, for memory."""


@dataclass(frozen=True, slots=True)
class PersonPair:
    """Two rows taken for one person."""

    left_id: str
    right_id: str
    likeness: Likeness


def pairs_of(
    left: PersonFile, right: PersonFile, *, one_to_one: bool = False, remarks: Remarks | None = None
) -> Iterator[PersonPair]:
    """The pairs taken for one person, left row by left row; with `one_to_one` the best ones first, each row once.

    Progress and what was left out is told to `remarks`. Raises PersonFileError before the first pair for a file that
    is none.
    """
    gc.set_threshold(_OBJECTS)
    remarks = remarks or no_remarks()
    rarity, rows, keyed, people, kept = Rarity(), 0, False, list[Person](), list[Person]()
    for person in people_in(right, remarks):
        rarity.count(person.counted())
        people.append(person)
    for person in people_in(left, remarks):
        rarity.count(person.counted())
        keyed = keyed or person.has_key
        rows += 1
        if rows <= FEW:
            kept.append(person)
    keyed = keyed and any(person.has_key for person in people)
    remarks.tell_the_rest()
    remarks.tell(f"{rows} rows on the left, {len(people)} on the right")
    tell = partial(_tell_rows, rows, remarks.tell)
    again = kept if rows <= FEW else people_in(left, no_remarks())
    pairs = _pairs(again, _Index(people, rarity), keyed, tell)
    return _best_ones(pairs) if one_to_one else pairs


def _pairs(left: Iterable[Person], index: _Index, keyed: bool, tell: Callable[[int], None]) -> Iterator[PersonPair]:
    for done, person in enumerate(left, start=1):
        for other in index.worth_comparing(person):
            likeness = compare_persons(person, other, index.rarity, keyed=keyed)
            if likeness is not None:
                yield PersonPair(person.id, other.id, likeness)
        tell(done)


def _tell_rows(rows: int, tell: Tell, done: int) -> None:
    if done % PROGRESS_EVERY == 0 or done == rows:
        tell(f"compared {done} of {rows} rows")


class _Index:
    """The people of the right file by their keys."""

    def __init__(self, people: list[Person], rarity: Rarity) -> None:
        self._people, self.rarity = people, rarity
        self._by_number: defaultdict[int, list[int]] = defaultdict(list)
        self._by_likeness: defaultdict[int, list[int]] = defaultdict(list)
        for place, person in enumerate(people):
            for key in keys_of_numbers(person):
                self._by_number[key].append(place)
            for key in keys_of_likeness(person, rarity):
                at_key = self._by_likeness[key]
                if len(at_key) <= MOST_AT_A_KEY:
                    at_key.append(place)

    def worth_comparing(self, person: Person) -> list[Person]:
        """Those that share a key with this person, in the order of their file. Where only one likeness is shared and
        both give a street, the lines as a whole must be alike: nine in ten comparisons would be spent on others."""
        places: set[int] = set()
        for key in keys_of_numbers(person):
            places.update(self._by_number.get(key, ()))
        shared: Counter[int] = Counter()
        for key in keys_of_likeness(person, self.rarity):
            at_key = self._by_likeness.get(key, ())
            if len(at_key) <= MOST_AT_A_KEY:
                shared.update(at_key)
        places.update(place for place, keys in shared.items() if keys > 1 or self._is_alike(person, place))
        return [self._people[place] for place in sorted(places)]

    def _is_alike(self, person: Person, place: int) -> bool:
        other = self._people[place]
        if not (person.street and other.street):
            return True
        return Indel.normalized_similarity(person.line, other.line, score_cutoff=_ALIKE) > 0


def _worst_last(pair: PersonPair) -> tuple[bool, float, list[str]]:
    """The same order whichever file is the left one, and however its rows are sorted."""
    found = pair.likeness
    return found.verdict is not Verdict.SURE, -round(found.weight, 6), sorted((pair.left_id, pair.right_id))


def _best_ones(pairs: Iterator[PersonPair]) -> Iterator[PersonPair]:
    """Sure ones first, then by weight; each id once."""
    ordered = sorted(pairs, key=_worst_last)
    left, right = set(), set()
    for pair in ordered:
        if pair.left_id not in left and pair.right_id not in right:
            left.add(pair.left_id)
            right.add(pair.right_id)
            yield pair
