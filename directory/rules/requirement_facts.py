"""What the requirements pack tells of one place, and of one other profession there. Plain, frozen, without files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from scrapers.record import CredentialKind


class Certification(StrEnum):
    """What the certifying board's exams or certificate (NCBAHM, formerly NCCAOM) count for in a place."""

    REQUIRED = "required"  # a current certificate is asked for
    ONE_WAY = "one_way"  # one of several ways to the license
    EXAM = "exam"  # its exams count, holding the certificate is not asked for
    OWN_EXAM = "own_exam"  # the place has an exam of its own
    ONLY_CREDENTIAL = "only_credential"  # the place issues nothing: certification is all there is
    NONE = "none"  # plays no part in the law
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Whether the law of a place lets another profession needle under its own license. None is "not checked"."""

    jurisdiction: str
    profession: str
    may_needle: bool | None = None
    condition: str = ""
    citation: str = ""
    source: str = ""
    reviewed_on: date | None = None
    review_by: date | None = None

    def as_of(self, day: date) -> Alternative:
        """The same on a day: past its review it answers None."""
        return replace(self, may_needle=None) if _is_past(self.review_by, day) else self


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the law of one jurisdiction asks, as far as somebody has checked it. None is "not checked", never "no".

    `number_pattern` is written for numbers without blanks, dots and hyphens (`numbers.compact`), and is "" wherever
    its confidence isn't high. `citation` has the words that the answer rests on. `unverified` names the columns that
    nobody has checked; in a row that `is_verified` denies, nothing is answered at all.
    """

    jurisdiction: str
    name: str
    is_verified: bool = False
    license_required: bool | None = None
    credential_kind: CredentialKind | None = None
    titles: tuple[str, ...] = ()
    authority: str = ""
    lookup_url: str = ""
    number_format: str = ""
    number_pattern: str = ""
    certification: Certification = Certification.UNVERIFIED
    certification_note: str = ""
    insurance_required: bool | None = None
    insurance_minimum: str = ""
    renewal: str = ""
    facial_note: str = ""
    alternatives: tuple[Alternative, ...] = ()
    unverified: tuple[str, ...] = ()
    confidence: str = ""
    citation: str = ""
    sources: tuple[str, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    in_review: bool = False

    @property
    def issues_none(self) -> bool:
        """Whether it is known that this place issues no license to practice acupuncture."""
        return self.license_required is False

    def may_needle(self, profession: str) -> bool | None:
        """Whether the place lets that other profession needle under its own license; None where nobody has checked."""
        return next((each.may_needle for each in self.alternatives if each.profession == profession), None)

    def as_of(self, day: date) -> Requirement:
        """The same on a day. A row that nobody verified, or past its review, keeps its texts and loses its answers."""
        in_review = not _is_past(self.review_by, day)
        if self.is_verified and in_review:
            return replace(self, in_review=True, alternatives=tuple(each.as_of(day) for each in self.alternatives))
        return replace(
            self,
            license_required=None,
            certification=Certification.UNVERIFIED,
            insurance_required=None,
            number_pattern="",
            alternatives=tuple(replace(each, may_needle=None) for each in self.alternatives),
            in_review=in_review,
        )


def _is_past(review_by: date | None, day: date) -> bool:
    return review_by is not None and day > review_by
