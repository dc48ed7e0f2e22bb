"""A labelled set of pairs of mentions, drawn from a seed: one half of them one person, the other half two.

Every origin has the same number of pairs, and of each of them the same share of every kind of two people who are easily
taken for one. The rows of all pairs together make two files, in which everybody meets everybody.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.labelled.mentions import COLUMNS, Row, in_the_index, on_a_roster
from tests.labelled.people import ORIGINS, Invented, World

LEAST_PAIRS = 2_000
SAME = "one person"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pair: whether it is one person, of which origin, and what kind of pair it is."""

    left: Row
    right: Row
    same: bool
    origin: str
    kind: str


def labelled_pairs(seed: int, *, each: int = 250) -> list[Labelled]:
    """`each` pairs of every origin, the same for the same seed."""
    world = World(seed)
    pairs: list[Labelled] = []
    for origin in ORIGINS:
        for place in range(each):
            one = world.person(origin)
            kind, other = (SAME, one) if place % 2 else _stranger(world, one, place // 2)
            left, right = on_a_roster(one, world.dice), in_the_index(other, world.dice)
            left["id"], right["id"] = f"L{len(pairs)}", f"R{len(pairs)}"
            pairs.append(Labelled(left, right, kind == SAME, origin, kind))
    return pairs


def write_files(pairs: Iterable[Labelled], left: Path, right: Path) -> None:
    """Both sides as files for `flask match`."""
    pairs = list(pairs)
    for path, rows in ((left, [pair.left for pair in pairs]), (right, [pair.right for pair in pairs])):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)


# Two people ----------------------------------------------------------------------------------------------------------


def _stranger(world: World, person: Invented, place: int) -> tuple[str, Invented]:
    kind = list(_STRANGERS)[place % len(_STRANGERS)]
    return kind, _STRANGERS[kind](world, person)


def _namesake(world: World, person: Invented) -> Invented:
    address = replace(world.address(), town=person.address.town)
    return world.again(person, address=address, phone=world.phone(address), moved_from=None)


def _father_or_son(world: World, person: Invented) -> Invented:
    return world.again(person, suffix="Jr.", middle=person.middle)


def _sibling(world: World, person: Invented) -> Invented:
    return world.again(person, given=world.given_like(person, person.given), western="")


def _spouse(world: World, person: Invented) -> Invented:
    given = world.given_of_spouse(person)
    return world.again(person, given=given, is_woman=not person.is_woman, middle="", western="", maiden=())


def _colleague(world: World, person: Invented) -> Invented:
    other = world.person(person.origin)
    return replace(other, phone=person.phone, address=person.address, board=person.board, moved_from=None)


def _other_board(world: World, person: Invented) -> Invented:
    other = world.person(person.origin)
    if world.dice.random() < 0.5:
        return replace(other, number=person.number)  # of whatever state the other lives in
    return replace(other, number=person.number, board=person.board, profession="massage therapist")


def _next_number(world: World, person: Invented) -> Invented:
    other = world.person(person.origin)
    return replace(other, number=person.number + 1, board=person.board)


def _reused_number(world: World, person: Invented) -> Invented:
    other = world.person(person.origin)
    return replace(other, given=world.given_like(other, person.given), number=person.number, board=person.board)


_STRANGERS: Mapping[str, Callable[[World, Invented], Invented]] = {
    "namesakes in one town": _namesake,
    "father and son": _father_or_son,
    "siblings at one address": _sibling,
    "couple at one address": _spouse,
    "colleagues with one phone": _colleague,
    "one number, two boards": _other_board,
    "numbers in a row": _next_number,
    "a number given out again": _reused_number,
}
