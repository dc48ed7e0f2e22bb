"""Names written in Chinese characters, kanji or Hangul, whose family name comes first: "欧阳娜娜" gives "ouyang, nana".

How a character is read depends on whether it is in a family name ("曾" is Zeng there), and on whose name it is: what
begins with a usual Japanese family name is read by `japanese_names.csv`. Where that does not know the given name, the
family name alone is left, which cannot be compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from directory.rules.alphabets import hangul_syllable
from directory.rules.romanization import pinyin_of

_HERE = Path(__file__).parent / "romanization"
_HAN = re.compile("([\u3400-\u9fff]{1,4})[ ·・]?([\u3400-\u9fff]{0,3})")
_HANGUL = re.compile("([\uac00-\ud7a3]{1,4}) ?([\uac00-\ud7a3]{0,3})")
_TWO_SYLLABLES = frozenset(("남궁", "황보", "선우", "제갈", "사공", "독고", "서문"))
_AS_SURNAMES = {"i": "yi", "u": "woo", "o": "oh"}


def family_first(text: str) -> str:
    """A name of these scripts as "family, given" in Latin letters, further given readings in quotes; else unchanged."""
    bare, comma, behind = text.strip().partition(",")
    if comma and (_HAN.search(behind) or _HANGUL.search(behind)):
        return text
    if found := _HAN.fullmatch(bare):
        return _of_han(*found.groups()) + comma + behind
    if found := _HANGUL.fullmatch(bare):
        return _of_hangul(*found.groups()) + comma + behind
    return text


def _of_han(head: str, rest: str) -> str:
    whole = head + rest
    japanese = next((whole[:size] for size in (3, 2) if whole[:size] in _table("japanese_surnames.csv")), "")
    if japanese and len(whole) > len(japanese):
        family = _table("japanese_surnames.csv")[japanese][0]
        readings = _table("japanese_given_names.csv").get(whole[len(japanese) :], ())
        return f"{family}, {readings[0]}" + "".join(f' "{each}"' for each in readings[1:]) if readings else family
    surnames = _table("chinese_surnames.csv")
    size = len(head) if rest else 2 if whole[:2] in surnames and len(whole) > 2 else 1
    family, given = whole[:size], whole[size:]
    return f"{surnames.get(family, (pinyin_of(family),))[0]}, {pinyin_of(given)}"


def _of_hangul(head: str, rest: str) -> str:
    whole = head + rest
    size = len(head) if rest else 2 if whole[:2] in _TWO_SYLLABLES and len(whole) > 2 else 1
    family, given = ("".join(map(hangul_syllable, part)) for part in (whole[:size], whole[size:]))
    return f"{_AS_SURNAMES.get(family, family)}, {given}"


@cache
def _table(name: str) -> Mapping[str, tuple[str, ...]]:
    """What is written, and after a comma its readings."""
    lines = (line.partition(",") for line in (_HERE / name).read_text(encoding="utf-8").splitlines())
    return {written: tuple(readings.split()) for writings, _, readings in lines for written in writings.split()}
