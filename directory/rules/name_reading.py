"""What people publish as a name, read: given names, family names, nicknames and generation, as folded tokens.

Credentials and titles around it are left out. A name in Chinese characters, kanji or Hangul has its family name first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from nameparser import HumanName
from nameparser.config import Constants

from directory.rules.east_asian_names import family_first
from directory.rules.name_titles import (
    CREDENTIALS,
    field_without_credentials,
    generation_in,
    generation_of,
    without_capitals_behind,
    without_credentials,
)
from directory.rules.romanization import chinese_readings, fold
from scrapers.record import Entity, Holder

_FILLERS = frozenset({"", "none", "null", "n/a", "nmn", "nfn", "unknown"})
_NO_NAMES = frozenset(("nmn", "nmi", "nfn", "fnu", "lnu"))  # "no middle name", "first name unknown" and so on
_TITLES = frozenset(
    ["dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "doctor", "rev", "reverend", "sister", "sifu"]
)
_GENERATIONS = ("jr", "sr", "junior", "senior", "ii", "iii", "iv", "2nd", "3rd", "4th")
_APOSTROPHES = re.compile(r"['`´‘’ʼ]")
_FORMERLY = re.compile(r"[(,]?\s*\b(?:formerly|also known as|[af]/?k/?a|nee)\b\.?:? ([\w' -]+)\)?")
_BEYOND_LATIN = "\u0370"
_MARIA = re.compile(r"\bma\. ?(?=\w{3})")
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

    @property
    def is_readable(self) -> bool:
        """Whether all of it is in Latin letters now; Arabic and Hebrew names are compared with their like only."""
        return max("".join(self.tokens), default="") < _BEYOND_LATIN


@lru_cache(maxsize=65_536)
def parse_name(text: str) -> Name:
    """A name from one line of text: "LI, WEI", "Dr. Robert A. Smith, DACM, LAc", "Jane Doe (née Smith)", "李伟"."""
    plain = without_credentials(fold(without_capitals_behind(family_first(text))))
    human = HumanName(_former(_without_dots(plain)), constants=_constants())
    given = _tokens(human.first) + _tokens(human.middle)
    also = _tokens(human.nickname) + _tokens(human.maiden)
    generation = generation_of(human.suffix)
    family = human.last or ("" if generation else human.suffix)  # "Tran Vi" is no sixth of her name
    return Name(given, _tokens(family), also, generation)


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


@cache
def _constants() -> Constants:
    """Few titles and no numerals but generations: "Law Mei", "Hon Lee" and "Tran Vi" are names."""
    acronyms = {each for each in Constants().suffix_acronyms if len(each) > 2 and not chinese_readings(each)}
    return Constants(
        titles=_TITLES,
        first_name_titles=(),
        suffix_acronyms=acronyms | CREDENTIALS,
        suffix_not_acronyms=(*_GENERATIONS, "esq"),
    )


def _former(text: str) -> str:
    """A former name in brackets, as nameparser knows it: "doe fka jane smith" gives "doe (nee smith)"."""
    found = _FORMERLY.search(text)
    if found is None or not text[: found.start()].strip(" ,"):  # "Aka Tanaka", "Nee Wei": so they are called
        return text
    rest = (text[: found.start()] + text[found.end() :]).replace("()", "").strip(" ,")
    return f"{rest} (née {found.group(1).split()[-1]})"


def _tokens(text: str) -> tuple[str, ...]:
    if text in _FILLERS:
        return ()
    words = _SEPARATORS.split(_APOSTROPHES.sub("", _without_dots(text)))
    return tuple(word for word in words if word and word not in _NO_NAMES)


def _without_dots(text: str) -> str:
    """Dots part initials ("J.R.") and end abbreviations ("St."). "Ma." is how Maria is abbreviated in Mexico."""
    return _MARIA.sub("maria ", text).replace(".", " ") if "." in text else text
