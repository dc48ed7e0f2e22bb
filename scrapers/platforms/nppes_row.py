"""What the NPPES API and the NPPES file share: names, licenses and places as providers typed them.

NPPES publishes what was typed in. A field without a value may hold `--`, `-----`, `0`, a masked number or an HTML
entity; the dossier lists them (registries/bulk.md, section 1). Such fillers are read as empty. Nothing here guesses.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scrapers import normalize
from scrapers.record import Entity, Holder, Place

ACUPUNCTURIST = "171100000X"  # NUCC code; the code list itself is not ours to ship

_FILLER = re.compile(r"[\W_0]*")  # punctuation, blanks and zeros only: -- , 0 , ******** , _________ , $$$$$$$$$
_MASK = re.compile(r"[*$]|__")
_FILLER_WORDS = frozenset(("NULL", "NONE", "N/A", "NA", "UNAVAIL", "<UNAVAIL>", "NOT APPLICABLE"))

# USPS codes of places that could license somebody; AA, AE and AP are military post and license nobody.
_LICENSING_PLACES = re.compile(
    "A[KLRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]"
)
# Codes that ISO 3166 leaves to its users. NPPES writes AA and ZZ for countries that it doesn't know.
_NO_COUNTRY = re.compile("AA|Q[M-Z]|X[A-Z]|ZZ")


@dataclass(frozen=True, slots=True)
class TaxonomyEntry:
    """One of a provider's taxonomy entries, as published."""

    code: str
    license: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedLicense:
    """One license (or the lack of one) that a provider states beside a taxonomy code."""

    entry: TaxonomyEntry
    number: str
    number_raw: str
    jurisdiction: str

    @property
    def profession(self) -> str:
        return "acupuncturist" if self.entry.code == ACUPUNCTURIST else f"nucc:{self.entry.code}"

    def source_key(self, npi: str) -> str:
        """A key from published values; unique within a provider, for equal entries are read once."""
        return "|".join((npi, self.entry.code, self.jurisdiction, self.number_raw))


def tidy(value: Any) -> str:
    """The text with entities resolved and blanks folded; "" for None and for a filler."""
    if not value:
        return ""
    text = normalize.tidy(html.unescape(str(value)))
    return "" if _FILLER.fullmatch(text) or text.upper() in _FILLER_WORDS else text


def is_acupuncturist(entries: Iterable[TaxonomyEntry]) -> bool:
    """Whether any taxonomy entry carries the acupuncturist's code; the words beside a code are not looked at."""
    return any(entry.code == ACUPUNCTURIST for entry in entries)


def claimed_licenses(entries: Iterable[TaxonomyEntry], *, home_state: str) -> Iterator[ClaimedLicense]:
    """Every license an acupuncturist states, one for each entry; equal entries once.

    An entry of another profession counts only with a license. An acupuncture entry without a license is given with an
    empty number, placed by its own state or else by `home_state`, the state of the practice location.
    """
    seen = set()
    for entry in entries:
        raw = entry.license.strip() if tidy(entry.license) else ""
        if entry.code != ACUPUNCTURIST and not raw:
            continue
        state = tidy(entry.state) or ("" if raw else home_state)
        claimed = ClaimedLicense(entry, license_number(raw), raw, jurisdiction(state))
        key = claimed.source_key("")
        if key not in seen:
            seen.add(key)
            yield claimed


def license_number(raw: str) -> str:
    """The number tidied for reading; "" where the text has no digit ("PENDING") or is masked ("31*****13")."""
    text = tidy(raw).upper()
    return text if any(character.isdigit() for character in text) and not _MASK.search(text) else ""


def jurisdiction(state: str) -> str:
    """ISO 3166-2 for a US state or territory; "" for anything else, foreign provinces and military post included."""
    code = state.strip().upper()
    return f"US-{code}" if _LICENSING_PLACES.fullmatch(code) else ""


def practice_place(*, city: Any, state: Any, postal_code: Any, country: Any) -> Place:
    """Town, state, five-digit ZIP and country of the practice location. The street is left out: it is often a home.
    An empty country means the United States, where the state is one of theirs."""
    region, nation = tidy(state).upper(), tidy(country).upper()
    if not nation and jurisdiction(region):
        nation = "US"
    if not re.fullmatch("[A-Z]{2}", nation) or _NO_COUNTRY.fullmatch(nation):
        nation = ""
    return Place(tidy(city), region, normalize.postal_code(tidy(postal_code), nation), nation)


def person(given: Any, middle: Any, family: Any, *, prefix: Any = "", suffix: Any = "", credential: Any = "") -> Holder:
    """A person's name as NPPES splits it. `raw` is the parts in reading order."""
    parts = [tidy(part) for part in (prefix, given, middle, family, suffix)]
    credentials = tidy(credential)
    raw = " ".join(part for part in parts if part)
    return Holder(
        given=parts[1],
        middle=parts[2],
        family=parts[3],
        suffix=parts[4],
        credentials=credentials,
        raw=f"{raw}, {credentials}" if raw and credentials else raw,
    )


def organization(name: Any) -> Holder:
    """An organization's name; only `raw` is filled."""
    return Holder(raw=tidy(name), entity=Entity.ORGANIZATION)
