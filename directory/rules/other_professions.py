"""Other professions whose own license may let them needle, and the letters behind a name that point to them.

Letters are a statement and prove nothing. They are only ever read in somebody's favor: whoever may hold another
license is not said to lack one. So a letter with several meanings ("PA", "DC") counts as the profession.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

PROFESSIONS: Mapping[str, str] = {
    "physician": "physician",
    "osteopathic_physician": "osteopathic physician",
    "chiropractor": "chiropractor",
    "dentist": "dentist",
    "podiatrist": "podiatrist",
    "physical_therapist": "physical therapist",
    "naturopath": "naturopathic doctor",
    "nurse": "nurse",
    "physician_assistant": "physician assistant",
}
"""The professions of the pack, as a sentence names them."""

_LETTERS: Mapping[str, tuple[str, ...]] = {
    "physician": ("MD", "MBBS", "MBCHB", "BMBS", "DRMED"),
    "osteopathic_physician": ("DO",),
    "chiropractor": ("DC",),
    "dentist": ("DDS", "DMD", "BDS"),
    "podiatrist": ("DPM",),
    "physical_therapist": ("PT", "DPT", "MPT", "MSPT", "RPT"),
    "naturopath": ("ND", "NMD"),
    "nurse": ("RN", "BSN", "MSN", "DNP", "NP", "FNP", "FNPC", "FNPBC", "APRN", "APN", "ARNP", "CRNP", "ANP", "LPN"),
    "physician_assistant": ("PA", "PAC"),
}
_PROFESSION_OF: Mapping[str, str] = {
    letters: profession for profession, several in _LETTERS.items() for letters in several
}
_BRACKETS = re.compile(r"\(.*?\)")
_SEPARATORS = re.compile(r"[,;/&+|]|\band\b", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W\d_]+")


def professions_in(credentials_text: str) -> frozenset[str]:
    """Professions that the letters point to: "M. D., L.Ac." gives physician. What stands in brackets is left out:
    "OMD (MD in China)" gives none, for that license was never one to practice here."""
    found: set[str] = set()
    for part in _SEPARATORS.split(_BRACKETS.sub(",", credentials_text)):
        words = [_NOT_LETTERS.sub("", word).upper() for word in part.split()]
        found |= {_PROFESSION_OF[word] for word in (*words, "".join(words)) if word in _PROFESSION_OF}
    return frozenset(found)
