"""Names in texts: the words of a name are learned once, and replaced in every order and spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from scrapers.invented import Invented, bare
from scrapers.names import AMBIGUOUS, CREDENTIALS, cut_credentials, split_name

WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+(?:['’](?=[^\W\d_]{2})(?:[^\W\d_][\u0300-\u036f]*)+)?")
_GAP = re.compile(r"[\s,.\-_/&+()\"“”]{1,4}")
_PARTICLES = frozenset("de la las los del da das do dos di du van von der den ter bin ibn al el st mc y e".split())  # noqa: SIM905
_BEHIND = frozenset(("jr", "sr", "ii", "iii", "iv", "dr", "mr", "mrs", "ms", "prof", "and")) | CREDENTIALS
_PRACTICE = frozenset(
    """acupuncture acupuncturist oriental chinese medicine medical health healing wellness clinic center centre care
    practice group associates llc inc pc pllc corp corporation ltd company co services service therapy integrative
    natural holistic family community the of and for school college university hospital herbal herbs eastern
    """.split()  # noqa: SIM905 - a list of words to read
)


class Names:
    """What is known of names. `alone` collects names that are other words too, where they stood by themselves and were
    left."""

    def __init__(self, invented: Invented, *, stays: Iterable[str]) -> None:
        """stays: bare words that the reader relies on or that are places: as a name only beside another name."""
        self._invented, self._stays = invented, frozenset(stays)
        self._words: dict[str, tuple[bool, str]] = {}  # bare word -> whether a given name, and its origin
        self._joined: dict[str, tuple[str, str, bool]] = {}  # "wholloway" -> wren, holloway, and that it has an initial
        self.alone: set[str] = set()

    def learn(self, text: str, *, order: str = "") -> None:
        """The words of a whole name, ordered as a spec's `split` says."""
        known = split_name(text, "given_first" if order == "family_first" and "," not in text else order)
        self.learn_person(f"{known.given} {known.middle}", known.family)

    def learn_person(self, given: str, family: str) -> None:
        """A person, whose names are written together in links and file names too."""
        origin, firsts = self._invented.origin(), []
        for text, is_given in ((given, True), (family, False)):
            words = [bare(word) for word in WORD.findall(text) if is_name(word)]
            for word in words:
                self._words.setdefault(word, (is_given, origin))
            firsts.append(words[0] if words else "")
        first, last = firsts
        if first and last:
            self._joined |= {
                first + last: (first, last, False),
                last + first: (last, first, False),
                first[0] + last: (first, last, True),
            }

    def one(self, word: str, *, is_given: bool = False) -> str:
        """The invented word in place of this one, whether it was learned or not."""
        given, origin = self._words.setdefault(bare(word), (is_given, self._invented.origin()))
        return self._invented.name(word, given=given, origin=origin)

    def in_column(self, text: str, *, is_given: bool) -> str:
        """A text that is a name: every word of it, but for initials, particles and the degrees behind it."""
        credentials = cut_credentials(text)[1]
        end = text.rfind(credentials.partition(",")[0]) if credentials else len(text)
        end = end if end > 0 else len(text)
        return self._each(text[:end], lambda word: self.one(word, is_given=is_given)) + text[end:]

    def in_practice(self, text: str) -> str:
        """The name of a practice: its words, but for those that say what it is."""
        stays = _PRACTICE | self._stays
        return self._each(text, lambda word: word if bare(word) in stays else self.one(word))

    def _each(self, text: str, replaced: Callable[[str], str]) -> str:
        return WORD.sub(lambda found: replaced(found[0]) if is_name(found[0]) else found[0], text)

    def in_text(self, text: str) -> str:
        """Any text: names that were learned, and one that is another word too only beside a second name."""
        new: dict[int, str] = {}
        for run in self._runs(text):
            named = [word for word in run if bare(word[0]) in self._words and is_name(word[0])]
            beside = len({bare(word[0]) for word in named}) > 1
            for word in named:
                if beside or self._is_nothing_else(word[0]):
                    new[word.start()] = self.one(word[0])
                else:
                    self.alone.add(word[0])
        return WORD.sub(lambda found: new.get(found.start()) or self._together(found[0]), text)

    def _runs(self, text: str) -> Iterator[list[re.Match[str]]]:
        """Words that belong to names and stand together."""
        run: list[re.Match[str]] = []
        for word in WORD.finditer(text):
            belongs = bare(word[0]) in self._words or len(word[0]) == 1 or bare(word[0]) in _PARTICLES | _BEHIND
            if run and not (belongs and _GAP.fullmatch(text[run[-1].end() : word.start()])):
                yield run
                run = []
            run += [word] if belongs else []
        yield run

    def _is_nothing_else(self, word: str) -> bool:
        return bare(word) not in self._stays and (len(word) > 2 or not word.isascii())

    def _together(self, word: str) -> str:
        """Two names written as one word, as links have them."""
        if (len(word) < 5 and word.isascii()) or bare(word) not in self._joined:
            return word
        first, last, initial = self._joined[bare(word)]
        joined = bare(self.one(first)[: 1 if initial else None] + self.one(last))
        return joined.upper() if word.isupper() else joined


def is_name(word: str) -> bool:
    """Whether a word of a name names somebody: no initial, particle, title or degree."""
    return (len(word) > 1 or not word.isascii()) and bare(word) not in _PARTICLES | (_BEHIND - AMBIGUOUS)
