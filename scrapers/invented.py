"""Invented people in place of real ones: the same word, number or address gets the same invented one, everywhere.

Inventions depend on the order in which the real ones appear and on a seed, never on what they are: nobody can reckon
back from them, and the same pages give the same inventions again. Nothing is invented twice, and nothing is invented
that stands in the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from random import Random

from scrapers.normalize import valid_npi
from scrapers.rehearsal.cast import npi as npi_of
from scrapers.rehearsal.names import FAMILY, GIVEN, SHARES

LETTERS = {  # for names in other scripts: letters that names have
    "CJK": "林明嘉文思远雨晴安然星河秋月清风竹云山海",
    "HANGUL": "민서준하윤지우현은수정아영재",
    "HIRAGANA": "はるかみつきそらあおいのり",
    "KATAKANA": "ハルカミツキソラアオイノリ",
    "ARABIC": "نورليثمهاسامردين",
    "HEBREW": "נורליאםשבטדגמ",
    "CYRILLIC": "алениротмскувд",
    "GREEK": "αλενιροτμσκδ",
    "DEVANAGARI": "नवरतमकलसजद",
    "THAI": "กขนมรสวทพ",
}
ENDINGS = ("", "ton", "well", "ford", "son", "by", "field", "mere")  # when the names run out
STREETS = (
    "Larkspur",
    "Brackenfield",
    "Wintersole",
    "Copperfield",
    "Ashgrove",
    "Penhallow",
    "Quillfeather",
    "Lockridge",
)
WAYS = ("Lane", "Street", "Avenue", "Road")


class Invented:
    """What stands for what. `counts` says how many of each kind there are."""

    def __init__(self, seed: str, *, avoid: Iterable[str] = ()) -> None:
        """`avoid`: every word and number of the original, none of which is invented."""
        self.counts: Counter[str] = Counter()
        self._draw = Random(seed)  # noqa: S311 - the same pages give the same people each time
        self._taken = {bare(word) for word in avoid}
        self._known: dict[tuple[str, str], str] = {}

    def known(self, kind: str, real: str) -> str | None:
        return self._known.get((kind, real))

    def _keep(self, kind: str, real: str, invented: str) -> str:
        self._known[kind, real] = invented
        self._taken.add(bare(invented))
        self.counts[kind] += 1
        return invented

    @property
    def inventions(self) -> list[str]:
        return list(self._known.values())

    # Names -----------------------------------------------------------------------------------------------------------

    def origin(self) -> str:
        """Where the next person's names come from, in the mix that the profession has."""
        origins, shares = zip(*SHARES.items(), strict=True)
        drawn: str = self._draw.choices(origins, shares)[0]
        return drawn

    def name(self, real: str, *, given: bool, origin: str) -> str:
        """The name in place of one word of a name, in its case, script and about its length."""
        found = self.known("name", bare(real))
        if found is None:
            script = _script(real)
            drawn = self._letters(real, script) if script in LETTERS else self._from_lists(real, given, origin)
            found = self._keep("name", bare(real), drawn)
        return like(real, unaccented(found) if real.isascii() else found)

    def _letters(self, real: str, script: str) -> str:
        for _ in range(200):
            drawn = "".join(self._draw.choice(LETTERS[script]) for _ in range(max(1, len(real))))
            if bare(drawn) not in self._taken:
                return drawn
        raise ValueError(f"cannot invent another name of {len(real)} letters in {script}")

    def _from_lists(self, real: str, given: bool, origin: str) -> str:
        lists = GIVEN if given else FAMILY
        origins = [origin, *(one for one in SHARES if one != origin)]
        for ending in ENDINGS:
            for one in origins:
                words = [word + ending for name in lists[one] for word in re.split(r"[ -]", name) if len(word) > 2]
                free = [word for word in dict.fromkeys(words) if bare(word) not in self._taken]
                self._draw.shuffle(free)
                if free:
                    close = min(free, key=lambda word: abs(_length_class(word) - _length_class(real)))
                    return close if not real.isascii() else unaccented(close)
        raise ValueError("the invented names have run out: record fewer rows")

    # Numbers ---------------------------------------------------------------------------------------------------------

    def digits(self, real: str) -> str:
        """As many digits, with the same zeros in front; one more where all numbers of that length are taken."""
        core = real.lstrip("0")
        if not core:  # zeros tell nobody from anybody
            return real
        found = self.known("number", core)
        if found is None:
            found = self._keep("number", core, self._free_digits(len(core)))
        return found.rjust(len(real), "0")

    def _free_digits(self, length: int) -> str:
        for low in (10 ** (length - 1), 10**length):
            for _ in range(2000):
                drawn = str(self._draw.randrange(low, low * 10))
                if drawn not in self._taken and not valid_npi(drawn):
                    return drawn
        raise ValueError(f"cannot invent another number of {length} digits: record fewer rows")

    def npi(self, real: str) -> str:
        """An NPI with a valid check digit, of those that this project invents."""
        return self.known("NPI", real) or self._keep("NPI", real, npi_of(199_000_100 + self.counts["NPI"]))

    def phone(self, real: str) -> str:
        """The same writing and area code, and 555-01xx behind it; only a hundred of them differ."""
        digits = re.sub(r"\D", "", real)
        found = self.known("phone", digits[-10:])
        if found is None:
            found = self._keep("phone", digits[-10:], f"55501{self.counts['phone'] % 100:02}")
        new = iter(digits[:-7] + found)
        return re.sub(r"\d", lambda _: next(new), real) if len(digits) >= 7 else re.sub(r"\d", "0", real)

    # Addresses -------------------------------------------------------------------------------------------------------

    def host(self, real: str) -> str:
        real = real.lower().removeprefix("www.")
        return self.known("web address", real) or self._keep(
            "web address", real, f"site{self.counts['web address'] + 1}.example"
        )

    def mail(self, real: str) -> str:
        real = real.lower()
        return self.known("e-mail", real) or self._keep(
            "e-mail", real, f"person{self.counts['e-mail'] + 1}@{self.host(real.partition('@')[2])}"
        )

    def street(self, real: str) -> str:
        """A street and house number, in the case of the real one."""
        found = self.known("street", bare(real))
        if found is None:
            place = self.counts["street"]
            street = f"{10 + place} {STREETS[place % len(STREETS)]} {WAYS[place // len(STREETS) % len(WAYS)]}"
            found = self._keep("street", bare(real), street)
        return found.upper() if real.isupper() else found

    def token(self, real: str, name: str = "TOKEN") -> str:
        """A short text in place of an opaque one; a GUID in place of a GUID."""
        found = self.known("token", real)
        if found is None:
            place = self.counts["token"] + 1
            guid = re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", real)
            found = self._keep("token", real, f"00000000-0000-4000-8000-{place:012}" if guid else f"{name}{place}")
        return found


def bare(word: str) -> str:
    """A word for comparing: no accents, no case, no apostrophes."""
    return re.sub("['’]", "", unaccented(word).casefold())


def unaccented(word: str) -> str:
    if word.isascii():
        return word
    word = word.translate(str.maketrans("đĐłŁøØ", "dDlLoO"))
    return unicodedata.normalize(
        "NFC", "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))
    )


def like(real: str, invented: str) -> str:
    """The invented word in the case of the real one."""
    if len(real) > 1 and real.isupper():
        return invented.upper()
    return invented.lower() if real.islower() else invented[:1].upper() + invented[1:]


def _length_class(word: str) -> int:
    return 0 if len(word) <= 4 else 1 if len(word) <= 8 else 2


def _script(word: str) -> str:
    letter = next((one for one in word if one.isalpha()), "")
    return unicodedata.name(letter, "").split()[0].removesuffix("-UNIFIED") if letter else ""
