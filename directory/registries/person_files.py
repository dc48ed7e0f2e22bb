"""Two files of people, and which rows are one person: streamed, blocked by keys, compared by the rules of runs.

The right file is held in memory, the left one is read row by row, twice: once to count how common names and places
are, once to compare.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Indel

from directory.registries.person_rows import person_of_row
from directory.rules.blocking import keys_of_likeness, keys_of_numbers
from directory.rules.comparing import Likeness, compare_persons
from directory.rules.persons import Person
from directory.rules.rarity import Rarity
from directory.rules.vocabulary import Verdict

COLUMNS = (
    *("id", "name", "given_name", "middle_name", "family_name", "suffix", "other_names", "credentials", "npi"),
    *("license_number", "license_jurisdiction", "profession", "phone", "street", "city", "region", "postal_code"),
    "country",
)
NAMES = frozenset({"name", "given_name", "family_name"})
MOST_AT_A_KEY = 200  # a key that more people share says too little to compare them all
_ALIKE = 0.55
PROGRESS_EVERY = 5_000  # rows

Progress = Callable[[str], None]


class PersonFileError(ValueError):
    """A file that cannot be matched. The message says which, where, and what was expected."""


@dataclass(frozen=True, slots=True)
class PersonPair:
    """Two rows taken for one person."""

    left_id: str
    right_id: str
    likeness: Likeness


def people_in(path: Path) -> Iterator[Person]:
    """The people of a CSV file with a header. Raises PersonFileError naming the file and the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, skipinitialspace=True, restkey="")
            _refuse_header(path, [(name or "").strip() for name in reader.fieldnames or ()])
            seen: set[str] = set()
            for cells in reader:
                row = {name.strip(): value for name, value in cells.items() if name and isinstance(value, str)}
                yield _person(path, reader.line_num, row, seen)
    except OSError as wrong:
        raise PersonFileError(f"{path.name}: cannot be read: {wrong.strerror}") from wrong
    except UnicodeDecodeError as wrong:
        raise PersonFileError(f"{path.name}: is not UTF-8 at byte {wrong.start}") from wrong
    except csv.Error as wrong:
        raise PersonFileError(f"{path.name}: line {reader.line_num}: {wrong}") from wrong


def pairs_of(left: Path, right: Path, *, one_to_one: bool = False, on_progress: Progress) -> Iterator[PersonPair]:
    """The pairs taken for one person, left row by left row; with `one_to_one` the best ones first, each row once.

    Raises PersonFileError before the first pair for a file that cannot be read to its end.
    """
    rarity, rows, people = Rarity(), 0, []
    for person in people_in(right):
        rarity.count(person.counted())
        people.append(person)
    for person in people_in(left):
        rarity.count(person.counted())
        rows += 1
    on_progress(f"{rows} rows on the left, {len(people)} on the right")
    pairs = _pairs(left, rows, people, rarity, on_progress)
    return _best_ones(pairs) if one_to_one else pairs


def _pairs(left: Path, rows: int, people: list[Person], rarity: Rarity, on_progress: Progress) -> Iterator[PersonPair]:
    index = _Index(people, rarity)
    for done, person in enumerate(people_in(left), start=1):
        for other in index.worth_comparing(person):
            likeness = compare_persons(person, other, rarity)
            if likeness is not None:
                yield PersonPair(person.id, other.id, likeness)
        if done % PROGRESS_EVERY == 0 or done == rows:
            on_progress(f"compared {done} of {rows} rows")


class _Index:
    """The people of the right file by their keys."""

    def __init__(self, people: list[Person], rarity: Rarity) -> None:
        self._people, self._rarity = people, rarity
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
        for key in keys_of_likeness(person, self._rarity):
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


def _best_ones(pairs: Iterator[PersonPair]) -> Iterator[PersonPair]:
    """Sure ones first, then by weight; each id once."""
    ordered = sorted(
        pairs, key=lambda pair: (pair.likeness.verdict is not Verdict.SURE, -pair.likeness.weight, pair.left_id)
    )
    left, right = set(), set()
    for pair in ordered:
        if pair.left_id not in left and pair.right_id not in right:
            left.add(pair.left_id)
            right.add(pair.right_id)
            yield pair


def _refuse_header(path: Path, names: list[str]) -> None:
    if "id" not in names or NAMES.isdisjoint(names):
        raise PersonFileError(
            f"{path.name}: line 1: the header should name id and a name (name, or given_name and family_name); "
            f"it names {', '.join(names) or 'nothing'}. Known columns: {', '.join(COLUMNS)}"
        )


def _person(path: Path, line: int, row: dict[str, str], seen: set[str]) -> Person:
    key = row.get("id", "").strip()
    if not key or key in seen:
        wrong = f"id {key} stands there twice" if key else "the id is empty"
        raise PersonFileError(f"{path.name}: line {line}: {wrong}")
    seen.add(key)
    return person_of_row(row)
