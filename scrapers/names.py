"""Whole published names to given, middle and family name, by the order the registry declares. Degrees are cut off."""

from __future__ import annotations

import re

from nameparser import HumanName
from nameparser.config import Constants

from scrapers.normalize import tidy
from scrapers.record import Holder

# Degrees and titles of this profession, bare. Those in AMBIGUOUS are also names and count only behind a comma.
CREDENTIALS = frozenset(
    """lac licac daom dacm msom mstom maom macom mtom mtcm omd dtcm daoam dnbao eamp aemp ltcm dac rac rtcmp rtcmh drtcm
    diplac diplom diplch diplabt diplahm dipl nccaom ncbahm ccahm dabma faama mbacc fbacc phd md do dc nd rn msn np aprn
    pa lmt pt dpt ms mph msc bsc mba ma""".split()  # noqa: SIM905 - a list of words to read
)
AMBIGUOUS = frozenset(("do", "ma", "pa", "nd", "ms", "rac", "dac", "np", "pt", "dc", "md"))
BEHIND_A_COMMA = CREDENTIALS | {"ap", "dom", "mac", "ca", "om", "ac", "ch", "abt"}

_constants = Constants()

# Words that mean something to the parser; a name without them is split at its comma, fifty times as fast.
_MEANING = frozenset(
    word.lower().replace(".", "")
    for words in (
        _constants.titles, _constants.prefixes, _constants.conjunctions, _constants.suffix_acronyms,
        _constants.suffix_not_acronyms, _constants.first_name_titles, _constants.bound_first_names,
    )
    for word in words
)  # fmt: skip
_PLAIN = re.compile(r"([A-Za-z][a-zA-Z]+), ([A-Za-z][a-zA-Z]+)(?: ([A-Za-z][a-zA-Z]*))?")


def split_name(published: str, order: str) -> Holder:
    """The name as a Holder; `raw` is the published text.

    order: family_comma_given ("LI, WEI M"), given_first ("WEI M LI, LAc"), or family_first. The last cannot be split
    safely when it has no comma: then only `raw` is filled.
    """
    raw = tidy(published)
    name, credentials = cut_credentials(raw, family_comma_given=order == "family_comma_given")
    if order == "family_first" and "," not in name:
        return Holder(raw=raw, credentials=credentials)
    if order == "family_comma_given" and (plain := _PLAIN.fullmatch(name)):
        family, given, middle = plain.groups(default="")
        if _MEANING.isdisjoint((family.lower(), given.lower(), middle.lower())):
            return Holder(given=given, middle=middle, family=family, credentials=credentials, raw=raw)
    parsed = HumanName(name, constants=_constants)
    middle = " ".join(part for part in (parsed.middle, parsed.nickname and f"({parsed.nickname})") if part)
    return Holder(
        given=parsed.first,
        middle=middle,
        family=parsed.last,
        suffix=parsed.suffix,
        credentials=credentials,
        raw=raw,
    )


def cut_credentials(name: str, *, family_comma_given: bool = False) -> tuple[str, str]:
    """The name without the degrees at its end, and those degrees as published, joined by commas.

    family_comma_given: what stands behind the first comma is a given name, whatever it looks like ("LI, MA").
    """
    name, *behind = [part.strip() for part in re.sub(r"[®™]", "", name).split(",")]
    found: list[str] = []
    kept = [part for part in behind if part]
    while len(kept) > family_comma_given and all(_bare(word) in BEHIND_A_COMMA for word in kept[-1].split()):
        found.insert(0, kept.pop())
    words = name.split()
    while not kept and len(words) > 2 and _bare(words[-1]) in CREDENTIALS - AMBIGUOUS:
        found.insert(0, words.pop())
    return ", ".join([" ".join(words), *kept]), ", ".join(found)


def _bare(word: str) -> str:
    return re.sub(r"[^a-z]", "", word.lower())
