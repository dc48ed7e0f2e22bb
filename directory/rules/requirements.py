"""What a place requires of somebody who practices acupuncture: cited data with review dates, read from a pack.

Each row of `requirements/acupuncture.csv` is one jurisdiction, with its sources, the day it was reviewed and the day
the review lapses. A cell that is not verified, and every legal cell of a row whose review has lapsed, answers None, and
None means "not checked": no flag and no public sentence may rest on it. Nothing here is legal advice.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from scrapers.record import CredentialKind

PACK = Path(__file__).parent / "requirements" / "acupuncture.csv"
PROFESSION = "acupuncturist"

_COLUMNS = [
    *("jurisdiction", "name", "license_required", "credential_kind", "titles", "authority", "lookup_url"),
    *("number_format", "number_pattern", "certification_required", "certification_note", "insurance_required"),
    *("insurance_minimum", "renewal", "alternatives", "unverified", "confidence", "sources"),
    *("reviewed_on", "review_by"),
]
_ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, "unverified": None}
_CONFIDENCES = frozenset({"high", "medium", "low"})


class RequirementsError(ValueError):
    """The pack says something that can't be read. Names the file, the row and the column."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the law of one jurisdiction asks, as far as somebody has checked it. None is "not checked", never "no".

    `number_pattern` is written for numbers without blanks, dots and hyphens (`numbers.compact`), and is "" wherever
    its confidence isn't high. `alternatives` are professions whose own license may permit needling.
    """

    jurisdiction: str
    name: str
    license_required: bool | None = None
    credential_kind: CredentialKind | None = None
    titles: tuple[str, ...] = ()
    authority: str = ""
    lookup_url: str = ""
    number_format: str = ""
    number_pattern: str = ""
    certification_required: bool | None = None
    certification_note: str = ""
    insurance_required: bool | None = None
    insurance_minimum: str = ""
    renewal: str = ""
    alternatives: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    confidence: str = ""
    sources: tuple[str, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    in_review: bool = False

    @property
    def issues_none(self) -> bool:
        """Whether it is known that this place issues no license to practice acupuncture."""
        return self.license_required is False


def requirement(jurisdiction: str, profession: str = PROFESSION, *, on: date) -> Requirement:
    """What `jurisdiction` asks of `profession` on a day. A place or profession not in the pack answers None throughout.

    "AU-NSW" is answered by "AU" where the pack has no row for the part. A row past its review date keeps its texts
    and loses its answers.
    """
    code = jurisdiction.strip().upper()
    row = _pack().get(code) or _pack().get(code.partition("-")[0])
    if row is None or profession != PROFESSION:
        return Requirement(jurisdiction=code, name=row.name if row else code)
    if row.review_by is not None and on > row.review_by:
        return replace(
            row,
            license_required=None,
            certification_required=None,
            insurance_required=None,
            number_pattern="",
            in_review=False,
        )
    return row


def known_jurisdictions() -> tuple[str, ...]:
    """The codes of all jurisdictions in the pack, in its order."""
    return tuple(_pack())


def place_name(jurisdiction: str) -> str:
    """The jurisdiction's name for a sentence: "California"; its code where the pack doesn't know it."""
    row = _pack().get(jurisdiction) or _pack().get(jurisdiction.partition("-")[0])
    return row.name if row else jurisdiction


@cache
def _pack() -> Mapping[str, Requirement]:
    return load(PACK)


def load(path: Path) -> dict[str, Requirement]:
    """Every row of a pack by jurisdiction. Raises RequirementsError on anything it doesn't understand."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != _COLUMNS:
            raise RequirementsError(f"{path.name}: columns are {reader.fieldnames}, expected {_COLUMNS}")
        pack: dict[str, Requirement] = {}
        for line, cells in enumerate(reader, start=2):
            row = _Row(f"{path.name}, row {line}", cells).requirement()
            if row.jurisdiction in pack:
                raise RequirementsError(f"{path.name}, row {line}: {row.jurisdiction} stands there twice")
            pack[row.jurisdiction] = row
    return pack


@dataclass(frozen=True)
class _Row:
    where: str
    cells: Mapping[str, str]

    def requirement(self) -> Requirement:
        cells, unverified = self.cells, tuple(self.several("unverified"))
        confidence = self.one_of("confidence", _CONFIDENCES)
        kind = cells["credential_kind"]
        return Requirement(
            jurisdiction=self.matching("jurisdiction", r"[A-Z]{2}(-[A-Z]{2})?"),
            name=self.matching("name", r".+"),
            license_required=self.answer("license_required", unverified),
            credential_kind=CredentialKind(self.one_of("credential_kind", set(CredentialKind))) if kind else None,
            titles=tuple(self.several("titles")),
            authority=cells["authority"],
            lookup_url=self.matching("lookup_url", r"(https://\S+)?"),
            number_format=cells["number_format"],
            number_pattern=self.pattern() if confidence == "high" and "number" not in unverified else "",
            certification_required=self.answer("certification_required", unverified),
            certification_note=cells["certification_note"],
            insurance_required=self.answer("insurance_required", unverified),
            insurance_minimum=cells["insurance_minimum"],
            renewal=cells["renewal"],
            alternatives=tuple(self.several("alternatives")),
            unverified=unverified,
            confidence=confidence,
            sources=tuple(self.several("sources", least=1)),
            reviewed_on=self.day("reviewed_on"),
            review_by=self.day("review_by"),
            in_review=True,
        )

    def answer(self, column: str, unverified: tuple[str, ...]) -> bool | None:
        answer = _ANSWERS[self.one_of(column, set(_ANSWERS))]
        if (answer is None) != (column in unverified):
            raise self.wrong(column, "an answer that is 'unverified' exactly where the unverified cells name it")
        return answer

    def pattern(self) -> str:
        try:
            re.compile(self.cells["number_pattern"])
        except re.error as problem:
            raise self.wrong("number_pattern", f"a pattern ({problem})") from problem
        return self.cells["number_pattern"]

    def several(self, column: str, *, least: int = 0) -> Iterator[str]:
        parts = [part.strip() for part in self.cells[column].split(";") if part.strip()]
        if len(parts) < least:
            raise self.wrong(column, f"at least {least}, separated by ';'")
        return iter(parts)

    def one_of(self, column: str, allowed: set[str] | frozenset[str] | set[CredentialKind]) -> str:
        if self.cells[column] not in allowed:
            raise self.wrong(column, f"one of {sorted(allowed)}")
        return self.cells[column]

    def matching(self, column: str, pattern: str) -> str:
        if not re.fullmatch(pattern, self.cells[column]):
            raise self.wrong(column, f"{pattern}")
        return self.cells[column]

    def day(self, column: str) -> date:
        try:
            return date.fromisoformat(self.cells[column])
        except ValueError as problem:
            raise self.wrong(column, "a date like 2026-11-22") from problem

    def wrong(self, column: str, expected: str) -> RequirementsError:
        return RequirementsError(f"{self.where}, {column}: {self.cells[column]!r}, expected {expected}")
