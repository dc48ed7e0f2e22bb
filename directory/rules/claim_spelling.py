"""Spelling of listing texts made even: look-alike letters, words spelled letter by letter, and slips in long words."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from functools import cache

_LOOK_ALIKES = str.maketrans("ıаеорсухікмтнвԁѕјɡοαερν", "iaeopcyxikmthbdsjgoaepv")
"""Letters of other alphabets that look Latin: who hides a word with them means the Latin one."""

_SPELLED = re.compile(r"(?<![\w'])[a-z](?P<gap>[ .*_-])[a-z](?:(?P=gap)[a-z](?!\w))+(?![\w'])(?:\.(?= ))?")
_HYPHENATED = re.compile(r"(?<![\w-])[a-z]{1,6}(?:-[a-z]{1,6}){1,3}(?![\w-])")
_LONG = re.compile(r"[a-z]{6,14}")
_WATCHED = frozenset(
    re.findall(
        r"\w+",
        """botox rosacea collagen guarantee guarantees guaranteed permanent permanently certified licensed accredited
        wrinkle wrinkles eczema psoriasis testimonial testimonials clinically scientifically painless harmless detox
        alternative acupuncturist forever rejuvenation dermatologist reduction""",
    )
)
_OTHER_WORDS = frozenset(
    re.findall(
        r"\w+",
        """license licence accredits collage collages certifies certifier licenses licenser wrinkled alternatives""",
    )
)


def even_spelling(text: str, places: list[int]) -> tuple[str, list[int]]:
    """The text with what is hidden or mistyped put right, and for each of its letters its place as before."""
    text = re.sub(r"(?<=[a-z])0(?=[a-z])", "o", text.translate(_LOOK_ALIKES))
    text, places = _put(text, places, _SPELLED, lambda word: re.sub(r"\W|_", "", word))
    text, places = _put(text, places, _HYPHENATED, _without_hyphens)
    return _put(text, places, _LONG, lambda word: _meant().get(word, word))


def _without_hyphens(word: str) -> str:
    joined = word.replace("-", "")
    return joined if joined in _WATCHED else word


def _put(text: str, places: list[int], words: re.Pattern[str], spelled: Callable[[str], str]) -> tuple[str, list[int]]:
    """Each of the words as it is to be spelled, its letters keeping places within the word."""
    letters, kept, at = [], [], 0
    for found in words.finditer(text):
        better = spelled(found[0])
        if better == found[0]:
            continue
        letters += [text[at : found.start()], better]
        kept += places[at : found.start()]
        own = places[found.start() : found.end()]
        kept += [own[min(n, len(own) - 1)] for n in range(len(better) - 1)] + own[-1:]
        at = found.end()
    return "".join([*letters, text[at:]]), kept + places[at:]


@cache
def _meant() -> dict[str, str]:
    """What is meant by words that are one slip away from a watched word and are no words themselves."""
    slips = {slip: word for word in sorted(_WATCHED) if len(word) > 6 for slip in _slips(word)}
    return {slip: word for slip, word in slips.items() if slip not in _WATCHED | _OTHER_WORDS}


def _slips(word: str) -> Iterator[str]:
    for n in range(len(word)):
        head, letter, tail = word[:n], word[n], word[n + 1 :]
        yield head + tail
        yield head + tail[:1] + letter + tail[1:]
        for other in string.ascii_lowercase:
            yield head + other + tail
            yield head + other + letter + tail
