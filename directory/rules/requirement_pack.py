"""Reads the requirements pack, CSV beside the code, and refuses what it doesn't understand, by file, row and column.

`acupuncture.csv` has one row per jurisdiction, `alternatives.csv` one per jurisdiction and other profession. What is
contradictory but readable is no error here: `requirement_review` lists it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from directory.rules.other_professions import PROFESSIONS
from directory.rules.requirement_facts import Alternative, Certification, Requirement
from scrapers.record import CredentialKind

FOLDER = Path(__file__).parent / "requirements"
PACK = FOLDER / "acupuncture.csv"
ALTERNATIVES = FOLDER / "alternatives.csv"

_COLUMNS = [
    *("jurisdiction", "name", "verified", "license_required", "credential_kind", "titles", "authority", "lookup_url"),
    *("number_format", "number_pattern", "certification", "certification_note", "insurance_required"),
    *("insurance_minimum", "renewal", "facial_note", "unverified", "confidence", "citation", "sources"),
    *("reviewed_on", "review_by"),
]
_ALTERNATIVE_COLUMNS = [
    *("jurisdiction", "profession", "may_needle", "condition", "citation", "source", "reviewed_on", "review_by")
]
_ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, "unverified": None}
_CONFIDENCES = frozenset({"high", "medium", "low"})
_JURISDICTION = r"[A-Z]{2}(-[A-Z]{2})?"


class RequirementsError(ValueError):
    """The pack says something that can't be read. Names the file, the row and the column."""


def load(path: Path = PACK, alternatives: Path = ALTERNATIVES) -> dict[str, Requirement]:
    """Every row of a pack by jurisdiction, with the other professions of the place. Raises RequirementsError."""
    pack: dict[str, Requirement] = {}
    for row in _rows(path, _COLUMNS):
        found = row.requirement()
        if found.jurisdiction in pack:
            raise RequirementsError(f"{row.where}: {found.jurisdiction} stands there twice")
        pack[found.jurisdiction] = found
    for row in _rows(alternatives, _ALTERNATIVE_COLUMNS):
        other = row.alternative(pack)
        place = pack[other.jurisdiction]
        if any(each.profession == other.profession for each in place.alternatives):
            raise RequirementsError(f"{row.where}: {other.jurisdiction} {other.profession} stands there twice")
        pack[other.jurisdiction] = replace(place, alternatives=(*place.alternatives, other))
    return pack


def _rows(path: Path, columns: Sequence[str]) -> Iterator[_Row]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != columns:
            raise RequirementsError(f"{path.name}: columns are {reader.fieldnames}, expected {columns}")
        for line, cells in enumerate(reader, start=2):
            yield _Row(f"{path.name}, row {line}", cells)


@dataclass(frozen=True)
class _Row:
    where: str
    cells: Mapping[str, str]

    def requirement(self) -> Requirement:
        cells, unverified = self.cells, self.several("unverified")
        confidence, verified = self.one_of("confidence", _CONFIDENCES), self.one_of("verified", ("yes", "no")) == "yes"
        kind = cells["credential_kind"]
        return Requirement(
            jurisdiction=self.matching("jurisdiction", _JURISDICTION),
            name=self.matching("name", r".+"),
            is_verified=verified,
            license_required=self.answer("license_required", unverified),
            credential_kind=CredentialKind(self.one_of("credential_kind", tuple(CredentialKind))) if kind else None,
            titles=self.several("titles"),
            authority=cells["authority"],
            lookup_url=self.matching("lookup_url", r"(https://\S+)?"),
            number_format=cells["number_format"],
            number_pattern=self.pattern() if confidence == "high" and "number" not in unverified else "",
            certification=self.certification(unverified),
            certification_note=cells["certification_note"],
            insurance_required=self.answer("insurance_required", unverified),
            insurance_minimum=cells["insurance_minimum"],
            renewal=cells["renewal"],
            facial_note=cells["facial_note"],
            unverified=unverified,
            confidence=confidence,
            citation=self.matching("citation", r".+" if verified else r".*"),
            sources=self.several("sources", least=1 if verified else 0),
            reviewed_on=self.day("reviewed_on"),
            review_by=self.day("review_by"),
        )

    def alternative(self, pack: Collection[str]) -> Alternative:
        return Alternative(
            jurisdiction=self.one_of("jurisdiction", pack),
            profession=self.one_of("profession", PROFESSIONS),
            may_needle=_ANSWERS[self.one_of("may_needle", _ANSWERS)],
            condition=self.cells["condition"],
            citation=self.matching("citation", r".+"),
            source=self.matching("source", r".+"),
            reviewed_on=self.day("reviewed_on"),
            review_by=self.day("review_by"),
        )

    def certification(self, unverified: Sequence[str]) -> Certification:
        found = Certification(self.one_of("certification", tuple(Certification)))
        self.named_if("certification", found is Certification.UNVERIFIED, unverified)
        return found

    def answer(self, column: str, unverified: Sequence[str]) -> bool | None:
        found = _ANSWERS[self.one_of(column, _ANSWERS)]
        self.named_if(column, found is None, unverified)
        return found

    def named_if(self, column: str, is_unverified: bool, unverified: Sequence[str]) -> None:
        if is_unverified != (column in unverified):
            raise self.wrong(column, "an answer that is 'unverified' exactly where the unverified cells name it")

    def pattern(self) -> str:
        try:
            re.compile(self.cells["number_pattern"])
        except re.error as problem:
            raise self.wrong("number_pattern", f"a pattern ({problem})") from problem
        return self.cells["number_pattern"]

    def several(self, column: str, *, least: int = 0) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in self.cells[column].split(";") if part.strip())
        if len(parts) < least:
            raise self.wrong(column, f"at least {least}, separated by ';'")
        return parts

    def one_of(self, column: str, allowed: Collection[str]) -> str:
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
