"""Human names: how likely two of them are the same person's.

A name is compared token by token, order-free ("Li Wei" is "Wei Li"), by the best one-to-one assignment of the shorter
name to the longer. A token of the shorter name that finds no partner caps the score below acceptance; what only the
longer one has (a middle name, a second family name) costs little. Other generations (Jr., Sr.) are other people.
A name never decides alone: license number and jurisdiction are the key, the name only confirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

from directory.rules.name_reading import Name
from directory.rules.name_tokens import CANTONESE, INITIAL, KOREAN, SLIP_LONG, SLIP_SHORT, TONGUES, VARIANT, token_score
from directory.rules.romanization import (
    chinese_readings,
    is_cantonese,
    is_korean_surname,
    is_pinyin_syllable,
    same_surname_in_cantonese,
)

ACCEPT = 0.75
"""Names with at least this score are taken for the same person's, as far as names can say."""

_UNMATCHED_CAP = 0.6
_SYLLABLE_CAP = 0.7
_TWO_SLIPS_CAP = 0.7
_OTHER_GENERATION = 0.3
_PER_EXTRA_TOKEN = 0.98
_MOST_TOKENS = 7

_VOWELS, _DOUBLED = re.compile(r"[aeiouyhw]"), re.compile(r"(.)\1")
_SOUND_ALIKE = str.maketrans("kz", "cs")
_FIRST_ALIKE = str.maketrans("kqzjy", "ccsgi")


def same_name(a: Name, b: Name) -> bool | None:
    """Whether both can be one person's name; None when either has fewer than two tokens, or cannot be read."""
    return name_score(a, b) >= ACCEPT if are_comparable(a, b) else None


def are_comparable(a: Name, b: Name) -> bool:
    """Whether both are whole names, in letters that can be held against each other."""
    if len(a.given) + len(a.family) < 2 or len(b.given) + len(b.family) < 2:
        return False
    return (a.is_readable and b.is_readable) or sorted(a.tokens) == sorted(b.tokens)


def best_score(ours: Iterable[Name], theirs: Iterable[Name]) -> float | None:
    """The best score of any of our names with any of theirs; None where no two can be compared."""
    pairs = ((one, other) for one, other in product(ours, theirs) if are_comparable(one, other))
    return max((name_score(one, other) for one, other in pairs), default=None)


@lru_cache(maxsize=131_072)
def name_score(a: Name, b: Name) -> float:
    """How alike two names are, 0 to 1. `ACCEPT` and above means the same, as far as names can say."""
    if not (a.tokens and b.tokens):
        return 0.0
    if a.generation and b.generation and a.generation != b.generation:
        return _OTHER_GENERATION
    if sorted(a.tokens) == sorted(b.tokens):
        return 1.0
    direct = _assigned_score(a, b)
    if direct >= ACCEPT:
        return direct
    others = ((a, each) for each in (*_with_neighbors_joined(b, a), *_otherwise_known(b)))
    more = ((each, b) for each in (*_with_neighbors_joined(a, b), *_otherwise_known(a)))
    return max((direct, *(_assigned_score(one, other) for one, other in (*others, *more))))


def _assigned_score(a: Name, b: Name) -> float:
    """The score of the best assignment of the shorter name's tokens to the longer's."""
    short, long = (a, b) if len(a.tokens) <= len(b.tokens) else (b, a)
    tongues = _tongues(a, b)
    table = [_scores(place, short, long, tongues) for place in range(min(len(short.tokens), _MOST_TOKENS))]
    matched = _best(table)
    if matched is None:
        return _UNMATCHED_CAP * max(max(row, default=0.0) for row in table)
    extra = len(long.tokens) - len(short.tokens)
    score = sum(matched) / len(matched) * _PER_EXTRA_TOKEN**extra
    if sum(each in (SLIP_LONG, SLIP_SHORT) for each in matched) > 1:
        score = min(score, _TWO_SLIPS_CAP)
    if extra and all(map(is_pinyin_syllable, short.tokens + long.tokens)):
        score = min(score, _SYLLABLE_CAP)  # in "Li Na Wang" the second syllable is no middle name to be dropped
    return score


def _tongues(a: Name, b: Name) -> frozenset[str]:
    """By whose spellings the two names may be compared: Korean where both have a Korean family name, Cantonese where
    one has the other's family name as Hong Kong spells it, and all else can be Chinese."""
    tongues = set()
    if any(map(is_korean_surname, a.tokens)) and any(map(is_korean_surname, b.tokens)):
        tongues.add(KOREAN)
    if any(same_surname_in_cantonese(one, other) for one in a.tokens for other in b.tokens) and all(
        chinese_readings(token) or is_cantonese(token) for token in a.tokens + b.tokens
    ):
        tongues.add(CANTONESE)
    return frozenset(tongues)


def _scores(place: int, short: Name, long: Name, tongues: frozenset[str]) -> list[float]:
    """How well the token at `place` of the short name goes with each token of the long one."""
    token, is_family = short.tokens[place], place >= len(short.given)
    scores = []
    for other_place, other in enumerate(long.tokens[:_MOST_TOKENS]):
        other_is_family = other_place >= len(long.given)
        score = token_score(token, other, both_family=is_family and other_is_family, tongues=tongues)
        if score == INITIAL and 1 in (len(token), len(other)):
            if is_family != other_is_family or (is_family and len(short.family) != len(long.family)):
                score = 0.0  # an initial stands for a given name; "Harris G." is not Harris, nor George
            elif (place == 0) != (other_place == 0) and _first_names_in_full(short, long):
                score = 0.0  # "Jennifer S. Lee" is not Sarah Lee
        scores.append(score)
    return scores


def _first_names_in_full(one: Name, other: Name) -> bool:
    """Whether both give a first name, none of them as an initial, and not the same one."""
    first, second = one.given[:1], other.given[:1]
    return first != second and all(len(token) > 1 for token in first + second)


def _best(table: Sequence[Sequence[float]]) -> tuple[float, ...] | None:
    """The scores of the best complete one-to-one assignment of rows to columns; None where there is none."""

    def assign(row: int, taken: frozenset[int]) -> tuple[float, ...] | None:
        if row == len(table):
            return ()
        best: tuple[float, ...] | None = None
        for column, score in enumerate(table[row]):
            if score and column not in taken:
                rest = assign(row + 1, taken | {column})
                if rest is not None and (best is None or score + sum(rest) > sum(best)):
                    best = (score, *rest)
        return best

    return assign(0, frozenset())


def _with_neighbors_joined(name: Name, other: Name) -> Iterator[Name]:
    """The name with two or three neighboring tokens written as one, where that one is a token of the other name; and
    with further ones, as in "Ou Yang Na Na". Each once, and of a very long name only one at a time: ways to join many
    tokens double with each."""
    known, waiting = {name}, [name]
    while waiting:
        for shorter in _with_some_joined(waiting.pop(), other):
            if shorter not in known:
                known.add(shorter)
                yield shorter
                if len(name.tokens) <= _MOST_TOKENS:
                    waiting.append(shorter)


def _with_some_joined(name: Name, other: Name) -> Iterator[Name]:
    if len(name.tokens) < 3:
        return
    if len(name.family) > 2:
        yield Name(name.given, ("".join(name.family),), name.also, name.generation)
    for part, tokens in (("given", name.given), ("family", name.family), ("across", name.tokens)):
        for size in (2, 3):
            for place in range(len(tokens) - size + 1):
                joined = "".join(tokens[place : place + size])
                if any(token_score(joined, each, tongues=TONGUES) >= VARIANT for each in other.tokens if len(each) > 1):
                    yield _replaced(name, part, (*tokens[:place], joined, *tokens[place + size :]))


def _otherwise_known(name: Name) -> Iterator[Name]:
    """The name with a nickname for the first given name, or a former family name for the family name."""
    for token in name.also:
        yield Name((token, *name.given[1:]), name.family, (), name.generation)
        yield Name(name.given, (token,), (), name.generation)


def _replaced(name: Name, part: str, tokens: tuple[str, ...]) -> Name:
    match part:
        case "given":
            return Name(tokens, name.family, name.also, name.generation)
        case "family":
            return Name(name.given, tokens, name.also, name.generation)
    return Name(tokens[:-1], tokens[-1:], name.also, name.generation)


@lru_cache(maxsize=131_072)
def sound_keys(token: str) -> frozenset[str]:
    """Keys under which spellings of one token meet: its Chinese readings, or its consonants."""
    readings = chinese_readings(token)
    if readings:
        return frozenset("".join(reading) for reading in readings)
    return frozenset({skeleton(token)})


@lru_cache(maxsize=262_144)
def skeleton(word: str) -> str:
    """A word's first letter and consonants, by which its misspellings are found again."""
    consonants = _VOWELS.sub("", word[1:]).translate(_SOUND_ALIKE)
    return word[0].translate(_FIRST_ALIKE) + _DOUBLED.sub(r"\1", consonants)[:4]
