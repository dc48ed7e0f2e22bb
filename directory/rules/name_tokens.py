"""Two tokens of two names: how alike they are, from 0 to 1, and never by edit distance where they are short.

Equal 1.0, a nickname of the other 0.95, other romanization 0.93, initial 0.9, spelling variant 0.9, one slip of the pen
in five letters or more 0.8 to 0.9, else 0. Four letters or fewer are equal or not: that alone tells Li from Lin.
Source: the golden pairs in `tests/rules/golden_names.csv`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nicknames import NickNamer
from rapidfuzz.distance import OSA

from directory.rules.romanization import (
    cantonese_readings,
    chinese_readings,
    further_nicknames,
    given_names,
    korean_readings,
    same_surname_in_cantonese,
    usual_forms,
)

EQUAL = 1.0
NICKNAME = 0.95
ROMANIZED = 0.93
INITIAL = 0.9
VARIANT = 0.9
SHARED_NICKNAME = 0.84
SLIP_LONG, SLIP_SHORT = 0.85, 0.8
KOREAN, CANTONESE = "korean", "cantonese"
TONGUES = frozenset((KOREAN, CANTONESE))
"""Whose spellings are only compared where both names may be of that language."""

_SHORTEST_SLIP = 5
_LONG = 8
_SYLLABLES_OF_A_NAME = 2
_SLAVIC = (
    *(("skaia", "ski"), ("skaya", "ski"), ("skaja", "ski"), ("skiy", "ski"), ("skij", "ski"), ("skii", "ski")),
    *(("sky", "ski"), ("ska", "ski"), ("ova", "ov"), ("eva", "ev"), ("ina", "in"), ("aya", "y"), ("aia", "y")),
)
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        *(("ph", "f"), ("ck", "k"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("c(?=[aoulrk]|$)", "k"), ("y", "i")),
        *(("^mac(?=[^aeiou])", "mk"), ("^mc", "mk"), ("ks", "x"), ("^tch", "ch"), ("^ie(?=[^r])", "e")),
        *(("ee", "i"), ("oo", "u"), ("aa", "a"), ("uu", "u"), ("i[ijy]", "i"), ("i[oe](?=v)", "e")),
        # Long vowels of Japanese as people write them: Satoh, Satou, Ohno.
        *(("oh(?=[bcdfgjkmnprstz])", "o"), ("ou(?=$|[hkjtsmr][aeiou]|sh|ch)", "o")),
        # What is silent or doubled.
        *((r"([bcdfgklmnprstz])\1", r"\1"), ("(?<=[aeiou])h$", ""), ("(?<=[bdgkt])h(?=[aeiou])", "")),
    )
)


@lru_cache(maxsize=262_144)
def token_score(a: str, b: str, *, both_family: bool = False, tongues: frozenset[str] = frozenset()) -> float:
    """How alike two folded tokens are. `both_family` rules out nicknames; `tongues` allow their spellings."""
    if a == b:
        return EQUAL
    if len(a) == 1 or len(b) == 1:
        return INITIAL if a[:1] == b[:1] else 0.0
    if not both_family and (related := _nickname_score(a, b)):
        return related
    if _same_reading(a, b, tongues):
        return ROMANIZED
    if _same_name(a, b):
        return VARIANT
    if both_family and _same_family_name(a, b):
        return VARIANT
    return _spelling_score(a, b, both_family)


def _nickname_score(a: str, b: str) -> float:
    if b in _nicknames(a) or a in _nicknames(b) or a in further_nicknames(b) or b in further_nicknames(a):
        return NICKNAME
    return SHARED_NICKNAME if _canonicals(a) & _canonicals(b) else 0.0


def _same_name(a: str, b: str) -> bool:
    return not set(usual_forms(a)).isdisjoint(usual_forms(b))


def _same_reading(a: str, b: str, tongues: frozenset[str]) -> bool:
    chinese_a, chinese_b = chinese_readings(a), chinese_readings(b)
    if not chinese_a.isdisjoint(chinese_b):
        return True
    if CANTONESE in tongues and (
        same_surname_in_cantonese(a, b)
        or not cantonese_readings(a).isdisjoint(chinese_b)
        or not cantonese_readings(b).isdisjoint(chinese_a)
    ):
        return True
    return KOREAN in tongues and not korean_readings(a).isdisjoint(korean_readings(b))


def _same_family_name(a: str, b: str) -> bool:
    """Whether one is the other's as a wife or daughter bears it: Petrova, Kowalska, Dvořáková."""
    if a + "ova" == b or b + "ova" == a:
        return True
    return min(len(a), len(b)) >= _SHORTEST_SLIP - 1 and _sound(_slavic(a)) == _sound(_slavic(b))


def _spelling_score(a: str, b: str, both_family: bool) -> float:
    """Whether one is the other spelled by ear, or with one slip. Christine and Christina, Daniel and
    Daniela are two names."""
    if min(len(a), len(b)) < _SHORTEST_SLIP - 1:
        return 0.0
    if not both_family and ((_is_known(a) and _is_known(b)) or _other_sex(a, b) or _other_sex(b, a)):
        return 0.0
    if _may_be_chinese(a) and _may_be_chinese(b):
        return 0.0  # one letter makes another syllable
    sound_a, sound_b = _sound(a), _sound(b)
    if sound_a == sound_b:
        return VARIANT
    if min(len(a), len(b)) < _SHORTEST_SLIP or sound_a[:1] != sound_b[:1]:
        return 0.0
    if OSA.distance(a, b, score_cutoff=1) > 1:
        return 0.0
    return SLIP_LONG if max(len(a), len(b)) >= _LONG else SLIP_SHORT


def _other_sex(man: str, woman: str) -> bool:
    """Daniel and Daniela, Paulo and Paula, Kazuo and Kazuko."""
    return man + "a" == woman or (man.endswith("o") and woman in (man[:-1] + "a", man[:-1] + "ko"))


@lru_cache(maxsize=65_536)
def _may_be_chinese(token: str) -> bool:
    """Whether it can be read as a given name of one or two syllables."""
    return any(len(reading) <= _SYLLABLES_OF_A_NAME for reading in chinese_readings(token))


@lru_cache(maxsize=262_144)
def _sound(token: str) -> str:
    for pattern, sound in _SOUNDS:
        token = pattern.sub(sound, token)
    return token


@lru_cache(maxsize=262_144)
def _slavic(token: str) -> str:
    """The token with a feminine ending made masculine: "petrova" gives "petrov"."""
    for ending, masculine in _SLAVIC:
        if token.endswith(ending) and len(token) > len(ending) + 2:
            return token.removesuffix(ending) + masculine
    return token


@cache
def _namer() -> NickNamer:
    return NickNamer()


@lru_cache(maxsize=65_536)
def _nicknames(token: str) -> frozenset[str]:
    return frozenset(_namer().nicknames_of(token))


@lru_cache(maxsize=65_536)
def _canonicals(token: str) -> frozenset[str]:
    return frozenset(_namer().canonicals_of(token))


def _is_known(token: str) -> bool:
    """Whether the token is a given name that a list knows: two of them, a letter apart, are two names."""
    return bool(_nicknames(token) or _canonicals(token)) or token in given_names()
