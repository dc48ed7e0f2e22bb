"""What to read again in the requirements pack: reviews that lapse, answers nobody verified, contradictions.

Nothing here changes an answer: a row past its review, or not verified, is silent by itself (`Requirement.as_of`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from directory.rules.requirement_facts import Alternative, Certification, Requirement
from scrapers.record import CredentialKind

SOON = timedelta(days=60)
"""How long before a review lapses somebody is told."""


class Concern(StrEnum):
    OVERDUE = "overdue"  # the review has lapsed: the place is "not checked" until somebody reads its law again
    CONTRADICTORY = "contradictory"  # two cells can't both be right
    DUE = "due"  # the review lapses soon
    UNVERIFIED = "unverified"  # cells, or a whole row, that nobody has checked


URGENT = frozenset({Concern.OVERDUE, Concern.CONTRADICTORY})
"""What makes `requirements check` end with exit code 1."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to do: about a place, or about another profession in that place."""

    concern: Concern
    jurisdiction: str
    words: str
    profession: str = ""
    review_by: date | None = None


def review(pack: Mapping[str, Requirement], *, on: date, soon: timedelta = SOON) -> list[Finding]:
    """All findings of a pack on a day: the urgent ones first, then by the day they are due, then in its order."""
    found = [finding for row in pack.values() for finding in _of_row(row, on, soon)]
    order = list(Concern)
    return sorted(found, key=lambda each: (order.index(each.concern), each.review_by or date.max))


def _of_row(row: Requirement, on: date, soon: timedelta) -> Iterator[Finding]:
    yield from _reviews(row, "", on, soon)
    for words in contradictions(row, on):
        yield Finding(Concern.CONTRADICTORY, row.jurisdiction, words, review_by=row.review_by)
    if not row.is_verified:
        words = "nobody has verified this row: no flag and no public answer rests on it"
        yield Finding(Concern.UNVERIFIED, row.jurisdiction, words, review_by=row.review_by)
    elif row.unverified:
        words = f"not verified: {', '.join(row.unverified)}"
        yield Finding(Concern.UNVERIFIED, row.jurisdiction, words, review_by=row.review_by)
    for other in row.alternatives:
        yield from _reviews(other, other.profession, on, soon)
        if other.may_needle is None:
            words = "nobody has verified whether this profession may needle"
            yield Finding(Concern.UNVERIFIED, row.jurisdiction, words, other.profession, other.review_by)


def _reviews(row: Requirement | Alternative, profession: str, on: date, soon: timedelta) -> Iterator[Finding]:
    if row.review_by is None:
        return
    if on > row.review_by:
        words = f"the review lapsed on {row.review_by}: not checked until somebody reads the law again"
        yield Finding(Concern.OVERDUE, row.jurisdiction, words, profession, row.review_by)
    elif on + soon >= row.review_by:
        words = f"to be read again by {row.review_by}"
        yield Finding(Concern.DUE, row.jurisdiction, words, profession, row.review_by)


def contradictions(row: Requirement, on: date) -> list[str]:
    """What can't all be right in one row, in words."""
    return [words for is_so, words in _CONTRADICTIONS if is_so(row)] + list(_odd_dates(row, on))


def _asks_and_issues_none(row: Requirement) -> bool:
    return row.license_required is True and row.certification is Certification.ONLY_CREDENTIAL


def _format_against_pattern(row: Requirement) -> bool:
    """Whether the number as it is written down doesn't fit the pattern it is tested by. "#" stands for a digit."""
    written = re.sub(r"[\W_]+", "", row.number_format.replace("#", "0")).upper()
    single = bool(row.number_pattern and "#" in row.number_format and " " not in row.number_format.strip("# "))
    return single and re.fullmatch(row.number_pattern, written, re.ASCII) is None


_PERMISSIONS = frozenset({CredentialKind.LICENSE, CredentialKind.REGISTRATION, CredentialKind.STATE_CERTIFICATION})
_CONTRADICTIONS: Iterable[tuple[Callable[[Requirement], bool], str]] = (
    (lambda row: row.license_required is True and row.credential_kind not in _PERMISSIONS, "asks for no known kind"),
    (lambda row: row.license_required is True and not row.authority, "asks for a license that nobody issues"),
    (
        lambda row: row.license_required is False and row.credential_kind in _PERMISSIONS,
        "issues none, yet names a kind",
    ),
    (lambda row: row.license_required is False and bool(row.number_format), "issues none, yet gives a number's form"),
    (_asks_and_issues_none, "asks for a license, yet says that certification is all there is"),
    (
        lambda row: bool(row.insurance_minimum) and row.insurance_required is not True,
        "a minimum of insurance not asked for",
    ),
    (
        lambda row: row.insurance_required is True and not row.insurance_minimum,
        "insurance asked for, and no words on how much",
    ),
    (
        lambda row: row.license_required is False and bool(row.alternatives),
        "issues none, yet names others who may needle",
    ),
    (_format_against_pattern, "the form of the number doesn't fit its own pattern"),
    (lambda row: not row.is_verified and row.license_required is not None, "not verified, yet answers"),
)


def _odd_dates(row: Requirement, on: date) -> Iterator[str]:
    reviews = [("", row.reviewed_on, row.review_by)]
    reviews += [(f" ({each.profession})", each.reviewed_on, each.review_by) for each in row.alternatives]
    for about, reviewed_on, review_by in reviews:
        if reviewed_on is not None and reviewed_on > on:
            yield f"reviewed in the future{about}"
        if reviewed_on is not None and review_by is not None and review_by <= reviewed_on:
            yield f"to be reviewed before it was{about}"
