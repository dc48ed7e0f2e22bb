"""Letters of other alphabets as Latin ones: Cyrillic, Greek, Hangul and kana. To compare names, never to print one.

Arabic and Hebrew are left as they are: without vowels they say too little to be compared with Latin spellings.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_CYRILLIC = dict(zip("абвгдезийклмнопрстуфыэіґѣ", "abvgdeziiklmnoprstufyeige", strict=True)) | {
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ё": "yo",
    "є": "ye",
    "ї": "yi",
    "ъ": "",
    "ь": "",
}
_GREEK = dict(zip("αβγδεζηικλμνξοπρστυφωςάέήίόύώϊϋ", "avgdeziiklmnxoprstyfosaeiioyoiy", strict=True)) | {
    "θ": "th",
    "χ": "ch",
    "ψ": "ps",
    "ΐ": "i",
    "ΰ": "y",
}
_LETTERS = str.maketrans(_CYRILLIC | _GREEK)
_GREEK_PAIRS = (("ου", "u"), ("ού", "u"), ("μπ", "b"), ("γγ", "ng"), ("γκ", "g"), ("ευ", "ef"), ("αυ", "af"))
_HANGUL_FIRST, _HANGUL_LAST = 0xAC00, 0xD7A3
_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    *("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu"),
    *("eu", "ui", "i"),
)
_FINALS = (
    *("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng"),
    *("t", "t", "k", "t", "p", "t"),
)
_KANA_FIRST, _KANA_LAST = "\u3041", "\u30ff"
_HEPBURN = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu"}


def in_latin(text: str) -> str:
    """Folded text with these alphabets in Latin letters; all others stay."""
    if any(_KANA_FIRST <= letter <= _KANA_LAST for letter in text):
        text = _from_kana(text)
    for pair, latin in _GREEK_PAIRS:
        text = text.replace(pair, latin)
    return text.translate(_LETTERS)


@cache
def hangul_syllable(letter: str) -> str:
    """ "gim" for "김"; "" for what is no syllable of Hangul."""
    place = ord(letter) - _HANGUL_FIRST
    if not 0 <= place <= _HANGUL_LAST - _HANGUL_FIRST:
        return ""
    return _INITIALS[place // 588] + _VOWELS[place % 588 // 28] + _FINALS[place % 28]


def _from_kana(text: str) -> str:
    read: list[str] = []
    for letter in text:
        _, _, syllable = unicodedata.name(letter, "").lower().partition(" letter ")
        small, syllable = syllable.startswith("small "), syllable.removeprefix("small ")
        if letter == "ー" or (small and syllable == "tu"):
            continue  # a long vowel, a doubled consonant: written or not
        if small and read:  # "shi" and a small "ya" are "sha", "ki" and a small "yo" are "kyo"
            soft = read[-1] in ("shi", "chi", "ji")
            read[-1] = read[-1].removesuffix("i") + (syllable.removeprefix("y") if soft else syllable)
        else:
            read.append(_HEPBURN.get(syllable, syllable) or letter)
    return "".join(read)
