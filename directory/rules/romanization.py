"""Names across scripts and spellings: any script -> plain Latin tokens, and the readings two spellings may share.

Chinese: the table `romanization/chinese.json` lists pinyin syllables and what each Wade-Giles syllable, written as
people do without apostrophes and dots, may stand for. It is made from pypinyin by `chinese_table`, and a test holds
both equal. Korean: the usual spellings of common syllables, `korean_syllables.csv`. Cantonese:
`cantonese_surnames.csv` and `cantonese_syllables.csv`, by the pinyin they stand for. All others: the usual spellings of
common names, `usual_spellings.csv`, and nicknames that English lists do not know, `nicknames.csv`. Each only serves to
compare two names, never to print one.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from directory.rules.alphabets import hangul_syllable, in_latin

_HERE = Path(__file__).parent / "romanization"
_LONGEST_SYLLABLE = 7
_MOST_SYLLABLES = 4

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "’": "'", "ʼ": "'"}
)
_HAN, _HANGUL = re.compile("[\u3400-\u9fff]+"), re.compile("[\uac00-\ud7a3]+")
_AS_TYPED = str.maketrans({"'": "", "`": "", "v": "u"})
_ALONE = {"i": "yi", "u": "woo", "o": "oh", "a": "ah"}  # syllables of Hangul that would read as an initial


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Lower-case Latin letters without accents, whatever the script: "García" gives "garcia", "李伟" "li wei"."""
    if text.isascii():
        return text.lower()
    latin = in_latin(_from_hangul(_from_han(unicodedata.normalize("NFC", text).casefold())))
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(letter))
    return plain.translate(_LETTERS)


def _from_han(text: str) -> str:
    """Each run of Chinese characters as one word of pinyin."""
    return _HAN.sub(lambda found: pinyin_of(found.group()), text) if _HAN.search(text) else text


def pinyin_of(han: str) -> str:
    """ "xiaoming" for "小明"."""
    from pypinyin import lazy_pinyin  # 20 MB and a tenth of a second that most processes never need

    return "".join(lazy_pinyin(han, v_to_u=True))


def _from_hangul(text: str) -> str:
    """Each run of Hangul as one word."""

    def latin(run: re.Match[str]) -> str:
        word = "".join(map(hangul_syllable, run.group()))
        return _ALONE.get(word, word)

    return _HANGUL.sub(latin, text)


@lru_cache(maxsize=65_536)
def chinese_readings(token: str) -> frozenset[tuple[str, ...]]:
    """The pinyin syllables a token may stand for, read as pinyin or as Wade-Giles; empty where it can't be Chinese."""
    table = _chinese()
    return frozenset(_readings(token, table["pinyin"]) | _readings(token, table["wade_giles"]))


@lru_cache(maxsize=65_536)
def korean_readings(token: str) -> frozenset[tuple[str, ...]]:
    """The Korean syllables (in the revised romanization) a token may stand for."""
    return frozenset(_readings(token, _spellings("korean_syllables.csv")))


@lru_cache(maxsize=65_536)
def cantonese_readings(token: str) -> frozenset[tuple[str, ...]]:
    """The pinyin syllables a token may stand for that is spelled as in Hong Kong: "siuming" gives "xiao ming"."""
    return frozenset(_readings(token, _spellings("cantonese_syllables.csv")))


@cache
def is_pinyin_syllable(token: str) -> bool:
    """Whether the token is one syllable of pinyin, as in "Li Na Wang"."""
    return token in _chinese()["pinyin"]


def is_korean_surname(token: str) -> bool:
    """Whether the token is a usual spelling of a common Korean family name."""
    return token in _spellings("korean_surnames.csv")


def is_cantonese(token: str) -> bool:
    """Whether the token can be read as Hong Kong spells Chinese names."""
    return bool(cantonese_readings(token)) or token in _spellings("cantonese_surnames.csv")


def same_surname_in_cantonese(one: str, other: str) -> bool:
    """Whether one is the other's family name as Hong Kong spells it: "wong" is "wang" or "huang"."""
    forms = _spellings("cantonese_surnames.csv")
    return one != other and (other in forms.get(one, ()) or one in forms.get(other, ()))


def usual_forms(token: str) -> tuple[str, ...]:
    """The names of which the token is a usual spelling: "muhammad" for "mohamed"; () for most tokens."""
    return _spellings("usual_spellings.csv").get(token, ())


def further_nicknames(token: str) -> tuple[str, ...]:
    """The full names of which the token is a nickname that English lists do not know, and itself where it has one."""
    return _spellings("nicknames.csv").get(token, ())


@cache
def given_names() -> frozenset[str]:
    """Given names that a slip of the pen would turn into another one of them: Rajesh and Rakesh."""
    return frozenset((_HERE / "given_names.csv").read_text(encoding="utf-8").replace(",", " ").split())


def _readings(token: str, syllables: Mapping[str, tuple[str, ...]]) -> set[tuple[str, ...]]:
    """The ways to read the token as syllables of the table, as few as will do and at most four."""
    found: set[tuple[str, ...]] = set()
    open_ends: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    while open_ends:
        start, read = open_ends.pop()
        if start == len(token):
            found.add(read)
        elif len(read) < _MOST_SYLLABLES:
            for end in range(start + 1, min(start + _LONGEST_SYLLABLE, len(token)) + 1):
                open_ends += [(end, (*read, each)) for each in syllables.get(token[start:end], ())]
    fewest = min(map(len, found), default=0)
    return {reading for reading in found if len(reading) == fewest and reading}


@cache
def _chinese() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    table = json.loads((_HERE / "chinese.json").read_text(encoding="utf-8"))
    return {
        "pinyin": {syllable: (syllable,) for syllable in table["pinyin"]},
        "wade_giles": {spelling: tuple(syllables) for spelling, syllables in table["wade_giles"].items()},
    }


@cache
def _spellings(name: str) -> Mapping[str, tuple[str, ...]]:
    """A table of spellings: each line is a form and, after a comma, the ways people write it."""
    forms: dict[str, tuple[str, ...]] = {}
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        form, _, spellings = line.partition(",")
        for spelling in (form, *spellings.split()):
            forms[spelling] = (*forms.get(spelling, ()), form)
    return forms


def chinese_table() -> dict[str, object]:
    """The content of `romanization/chinese.json`, made anew from pypinyin. Only its test and its maker call this."""
    from pypinyin import Style
    from pypinyin.pinyin_dict import pinyin_dict
    from pypinyin.style import convert

    marked = {syllable for readings in pinyin_dict.values() for syllable in readings.split(",")}
    plain = {fold(convert(each, Style.NORMAL, strict=True)).replace("v", "u"): each for each in sorted(marked)}
    pinyin = sorted(each for each in plain if each.isascii() and set(each) & set("aeiou"))
    wade_giles: dict[str, set[str]] = {}
    for each in sorted(marked):
        syllable = fold(convert(each, Style.NORMAL, strict=True)).replace("v", "u")
        spelling = fold(convert(each, Style.WADEGILES, strict=True)).translate(_AS_TYPED)
        if syllable in pinyin:
            wade_giles.setdefault(spelling, set()).add(syllable)
    return {"pinyin": pinyin, "wade_giles": {key: sorted(wade_giles[key]) for key in sorted(wade_giles)}}
