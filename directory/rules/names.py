"""Human names: parsing what people publish, and saying how likely two names are the same person's.

A name is compared token by token, order-free ("Li Wei" is "Wei Li"), by the best one-to-one assignment of the shorter
name to the longer. A token of the shorter name that finds no partner caps the score below acceptance; what only the
longer one has (a middle name, a second family name) costs little. Other generations (Jr., Sr.) are other people.
A name never decides alone: license number and jurisdiction are the key, the name only confirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from nameparser import HumanName
from nameparser.config import Constants

from directory.rules.name_titles import (
    CREDENTIALS,
    field_without_credentials,
    generation_in,
    generation_of,
    without_credentials,
)
from directory.rules.name_tokens import INITIAL, SLIP_LONG, SLIP_SHORT, VARIANT, token_score
from directory.rules.romanization import chinese_readings, fold, is_korean_surname, is_pinyin_syllable
from scrapers.record import Entity, Holder

ACCEPT = 0.75
"""Names with at least this score are taken for the same person's, as far as names can say."""

_UNMATCHED_CAP = 0.6
_SYLLABLE_CAP = 0.7
_TWO_SLIPS_CAP = 0.7
_OTHER_GENERATION = 0.3
_PER_EXTRA_TOKEN = 0.98
_MOST_TOKENS = 7

_VIETNAMESE = frozenset(("nguyen", "tran", "pham", "huynh", "hoang", "phan", "dang", "bui", "ngo", "duong", "truong"))
_FILLERS = frozenset({"", "none", "null", "n/a", "nmn", "nfn", "unknown"})
_APOSTROPHES = re.compile(r"['`´‘’ʼ.]")
_VOWELS, _DOUBLED = re.compile(r"[aeiouyhw]"), re.compile(r"(.)\1")
_SOUND_ALIKE = str.maketrans("kz", "cs")
_FIRST_ALIKE = str.maketrans("kqzjy", "ccsgi")
_FORMERLY = re.compile(r"[(,]?\s*\b(?:formerly|f/?k/?a|nee)\b\.?:? ([\w' -]+)\)?")
_SEPARATORS = re.compile(r"[^\w]+|_")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as folded tokens. `also` holds nicknames and former family names, which may match and need not."""

    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    generation: str = ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """Given and family tokens, in that order."""
        return self.given + self.family


@lru_cache(maxsize=65_536)
def parse_name(text: str) -> Name:
    """A name from one line of text: "LI, WEI", "Dr. Robert A. Smith, DACM, LAc", "Jane Doe (née Smith)", "李伟"."""
    human = HumanName(_former(without_credentials(fold(text))), constants=_constants())
    given = _tokens(human.first) + _tokens(human.middle)
    also = _tokens(human.nickname) + _tokens(human.maiden)
    return Name(given, _tokens(human.last), also, generation_of(human.suffix))


@lru_cache(maxsize=262_144)
def name_of(given: str = "", middle: str = "", family: str = "", suffix: str = "") -> Name:
    """A name from the fields that a registry or a form gives apart."""
    return Name(_tokens(fold(given)) + _tokens(fold(middle)), _tokens(fold(family)), (), generation_of(fold(suffix)))


def name_of_fields(given: str, middle: str, family: str, suffix: str = "") -> Name:
    """As `name_of`, of columns that people fill in: credentials and generations may stand in any of them."""
    bare, generation = generation_in(field_without_credentials(fold(family)))
    given = field_without_credentials(fold(given))
    return name_of(given, middle, bare, suffix or generation)


def name_of_holder(holder: Holder) -> Name:
    """The holder's name: its fields where the registry gives them apart, else what stands in the raw text."""
    if holder.entity is Entity.ORGANIZATION:
        return Name()
    if holder.family:
        return name_of(holder.given, holder.middle, holder.family, holder.suffix)
    return parse_name(holder.raw)


def same_name(a: Name, b: Name) -> bool | None:
    """Whether both can be one person's name; None when either has fewer than two tokens."""
    if min(len(a.tokens), len(b.tokens)) < 2:
        return None
    return name_score(a, b) >= ACCEPT


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
    korean = any(map(is_korean_surname, a.tokens)) and any(map(is_korean_surname, b.tokens))
    table = [_scores(place, short, long, korean) for place in range(min(len(short.tokens), _MOST_TOKENS))]
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


def _scores(place: int, short: Name, long: Name, korean: bool) -> list[float]:
    """How well the token at `place` of the short name goes with each token of the long one."""
    token, is_family = short.tokens[place], place >= len(short.given)
    scores = []
    for other_place, other in enumerate(long.tokens[:_MOST_TOKENS]):
        other_is_family = other_place >= len(long.given)
        score = token_score(token, other, both_family=is_family and other_is_family, korean=korean)
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
    """The name with two neighboring tokens written as one, where that one is a token of the other name."""
    if len(name.tokens) < 3:
        return
    if len(name.family) > 2:
        yield Name(name.given, ("".join(name.family),), name.also, name.generation)
    for part, tokens in (("given", name.given), ("family", name.family), ("across", name.tokens)):
        for place in range(len(tokens) - 1):
            joined = tokens[place] + tokens[place + 1]
            if any(token_score(joined, each, korean=True) >= VARIANT for each in other.tokens if len(each) > 1):
                shorter = (*tokens[:place], joined, *tokens[place + 2 :])
                yield _replaced(name, part, shorter)


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


def family_keys(name: Name) -> frozenset[str]:
    """Keys under which names worth comparing meet: the sound of each family token, in every reading.

    The given tokens count too where the family name is anybody's guess: of two tokens only, and of Chinese and
    Vietnamese names. Of four tokens and more, one in the middle may be the first of two family names.
    """
    uncertain = len(name.tokens) <= 2 or any(map(chinese_readings, name.family))
    if uncertain or not _VIETNAMESE.isdisjoint(name.tokens):
        tokens = name.tokens + name.also
    elif len(name.tokens) > 3:
        tokens = name.tokens[1:] + name.also
    else:
        tokens = name.family + name.also
    return frozenset(key for token in tokens if len(token) > 1 for key in sound_keys(token))


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


@cache
def _constants() -> Constants:
    constants = Constants()
    constants.suffix_acronyms.add(*CREDENTIALS)
    return constants


def _former(text: str) -> str:
    """A former name in brackets, as nameparser knows it: "doe fka jane smith" gives "doe (nee smith)"."""
    found = _FORMERLY.search(text)
    if found is None:
        return text
    rest = (text[: found.start()] + text[found.end() :]).replace("()", "").strip(" ,")
    return f"{rest} (née {found.group(1).split()[-1]})"


def _tokens(text: str) -> tuple[str, ...]:
    if text in _FILLERS:
        return ()
    words = _SEPARATORS.split(_APOSTROPHES.sub("", text) if "." not in text else _dotted(text))
    return tuple(word for word in words if word)


def _dotted(text: str) -> str:
    """Dots part initials ("J.R.") and end abbreviations ("St."); apostrophes vanish ("O'Brien")."""
    return _APOSTROPHES.sub("", text.replace(".", " "))
