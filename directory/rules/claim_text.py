"""Text of listings, made even for rules to read: lower case, plain quotes, no markup, each letter's place kept."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from directory.rules.claim_spelling import even_spelling

_TAG_OR_ENTITY = re.compile(r"<[/!?a-zA-Z][^<>]{0,500}>|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_WITHIN_LINES = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|small|big|mark|sup|sub)\b", re.IGNORECASE)
_MEANT = str.maketrans(
    {
        **dict.fromkeys("‘’ʼ`´′", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("™®©", ""),
    }
)
_ABBREVIATED = re.compile(r"(?:\b(?:no|dr|mr|mrs|ms|st|vs|inc|lic|l\.ac|dipl|approx|e\.g|i\.e)|\b[a-z])$")
_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|\n|[•·|]")
_SAYS_SOMETHING = re.compile(r"\w")
_WRAPPED = re.compile(r"\n(?=[a-z])")
_ANSWER = re.compile(
    r"\s{0,8}(?:yes|yep|right away|immediately|instantly|after|within|by|up to|most|all of|it|they|those|these|one|two"
    r"|three|four|five|six|ten|everyone|anyone|\d+|no|nope|none|never|nothing|zero|not?|absolutely|definitely"
    r"|of course|sure|certainly|gone|always|nada|come and|acupuncture (?:can|may|will|has)|needles can"
    r"|(?:we|i) (?:can(?!['n])|lift|tighten|treat|fix|cure|erase|remove|smooth|help|have)|our|let us|there is hope"
    r"|vanished|curad[oa]|erased|solved|skip|forget|try)\b"
)
"""What follows a question in one breath is read together with it."""
ASKING = re.compile(
    r"\W{0,8}(?:(?:and|but|so|or|then|now|ok|well),? )?(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were"
    r"|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had|cual|como|cuando|donde|quien|es|son|puede"
    r"|que|(?:in|at|on|for|with|from|to) (?:what|which|whom)|(?:is|are|do|does|ca|wo)n't|if|any)\b"
)
"""How a question begins; "Sagging jawline?" is the hook of an offer, read with what follows."""
_LONGEST = 600
"""A sentence as long as this is cut: nobody means one thing in it, and reading stays quick."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as rules read it; `places[n]` is where its letter n stands in the text that was given."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where letters `start` to `end` of the sentence stand in the text that was given."""
        return self.places[start], self.places[end - 1] + 1


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, headings and lines counted as such."""
    even, places = even_spelling(*_even(text))
    start = 0
    for end in _ends(even):
        while start < end:
            cut = _cut(even, start, end)
            if _SAYS_SOMETHING.search(even, start, cut):
                yield Sentence(even[start:cut].replace("\n", " "), tuple(places[start:cut]))
            start = cut


def _even(text: str) -> tuple[str, list[int]]:
    """The text made even, and for each of its letters the place it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, raw in _without_markup(text):
        for letter in unicodedata.normalize("NFKD", raw.translate(_MEANT)).translate(_MEANT).lower():
            if unicodedata.category(letter) in ("Cf", "Mn", "Cs"):
                continue  # bidi marks, soft hyphens, blanks of no width, accents
            if letter.isspace() and letter != "\n":
                letter = " "
            if letter == " " and letters and letters[-1] in " \n":
                continue
            letters.append(letter)
            places.append(place)
    return _unwrapped(text, "".join(letters), places), places


def _unwrapped(text: str, even: str, places: list[int]) -> str:
    """Lines that go on in the next one, as it begins with a small letter, joined."""
    return _WRAPPED.sub(lambda found: " " if text[places[found.end()]].islower() else "\n", even)


def _without_markup(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for mark in _TAG_OR_ENTITY.finditer(text):
        yield from enumerate(text[at : mark.start()], at)
        if mark[0].startswith("&"):
            yield mark.start(), html.unescape(mark[0])[:1]
        elif not _WITHIN_LINES.match(mark[0]):
            yield mark.start(), "\n"
        at = mark.end()
    yield from enumerate(text[at:], at)


def _ends(even: str) -> Iterator[int]:
    start = 0
    for end in _END.finditer(even):
        if end[0] == "." and _ABBREVIATED.search(even, max(0, end.start() - 8), end.start()):
            continue
        if end[0].startswith(("?", "\n")) and _goes_on(even, start, end):
            continue
        start = end.end()
        yield start
    yield len(even)


def _goes_on(even: str, start: int, end: re.Match[str]) -> bool:
    if end[0] == "\n":
        return even[max(0, end.start() - 8) : end.start()].rstrip().endswith(":")
    return bool(_ANSWER.match(even, end.end())) or not ASKING.match(even, start)


def _cut(even: str, start: int, end: int) -> int:
    """Where the sentence ends, or a blank before that where it goes on for too long."""
    if end - start <= _LONGEST:
        return end
    blank = even.rfind(" ", start + 1, start + _LONGEST)
    return blank if blank > start else start + _LONGEST
