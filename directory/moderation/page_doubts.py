"""Whether an uploaded page may be evidence about one credential: what refuses it, and what a person must decide first.

A page of another host, a challenge, or one that its register's reader does not know is refused. What only looks odd
(another number, another name, no address in the file) becomes a doubt: a sentence that a moderator must answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from directory.moderation.uploaded_pages import PageRefused, Upload, by_hand, host_of, hosts_of
from directory.registries.page_reading import PageReading
from directory.rules.facts import CredentialFacts, ListingFacts
from directory.rules.matching import best_name_score, names_of
from directory.rules.names import ACCEPT
from directory.rules.numbers import bare, same_number
from directory.rules.romanization import fold
from scrapers.record import RegistryRecord
from scrapers.report import Outcome
from scrapers.spec import RegistrySpec
from scrapers.walls import wall_in_bytes

# Why a page was not read, as somebody would say who looks at it. What the reader itself tells is for operators.
WHY_NOT = {
    Outcome.DOWN: "it holds no answer, as when a register is out of order",
    Outcome.CHANGED: "the parts by which its pages are known are not on it",
    Outcome.SUSPECT: "what it lists contradicts itself",
    Outcome.BLOCKED: "something stands before the register",
}
_WORD = re.compile(r"[\w.\-/]+")
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a page is meant to be about."""

    credential: CredentialFacts
    listing: ListingFacts

    def is_number_of(self, number: str) -> bool | None:
        return same_number(self.credential.number, number, self.credential.jurisdiction)


def refuse(subject: Subject, spec: RegistrySpec, upload: Upload, reading: PageReading | None) -> None:
    """Raises PageRefused for a page that cannot be evidence of this registry, whatever a person says of it."""
    host, known = host_of(upload.saved_from), hosts_of(spec)
    if host and host not in known and not by_hand(spec).ask:
        raise PageRefused(
            f"This page was saved from {host}. Pages of {spec.title} come from {' or '.join(sorted(known))}."
        )
    if reading is not None and reading.outcome is Outcome.BLOCKED:
        wall = upload.wall or "a page that asks for something first, such as a sign-in or its terms"
        raise PageRefused(
            f"This is not the register but what stands before it: {wall}. Save the page that comes behind it."
        )
    if reading is not None and not reading.knows_it and not host:
        raise PageRefused(
            f"This does not look like a page of {spec.title}: {WHY_NOT[reading.outcome]}. If it is one, save it as a "
            "single file (MHTML), which keeps its address."
        )
    if not (reading is not None and reading.knows_it) and not _is_about(subject, upload.text):
        may_be_one = upload.is_page or len(upload.text) < 2000
        wall = upload.wall or (wall_in_bytes(f"<p>{upload.text}".encode()) if may_be_one else "")
        if wall:
            raise PageRefused(
                f"This is not the register but what stands before it: {wall}. Save the page that comes behind it."
            )


def doubts_about_page(
    subject: Subject, spec: RegistrySpec, upload: Upload, reading: PageReading | None
) -> tuple[str, ...]:
    """What a person must decide before the page can count, as sentences."""
    return tuple(_doubts(subject, spec, upload, reading))


def _doubts(subject: Subject, spec: RegistrySpec, upload: Upload, reading: PageReading | None) -> Iterable[str]:
    number = subject.credential.number
    if not upload.saved_from:
        source = spec.title if by_hand(spec).ask else " or ".join(sorted(hosts_of(spec)))
        yield f"Nothing in the file says where it comes from. It counts only if you got it from {source} yourself."
    if reading is not None and not reading.knows_it:
        yield f"The reader of this register does not know this page ({WHY_NOT[reading.outcome]}): state what it says."
    if reading is not None and reading.records:
        if bare(number) and not any(subject.is_number_of(_number(each)) for each in reading.records):
            yield f"Nobody on the page has the number {number}."
    elif upload.text and (reading is None or not reading.knows_it):
        if bare(number) and not has_number(subject, upload.text):
            yield f"The number {number} is nowhere on the page."
        if not has_name(subject, upload.text):
            yield "The practitioner's family name is nowhere on the page."


def has_number(subject: Subject, text: str) -> bool:
    """Whether the credential's number stands somewhere in a text, however it is written."""
    wanted = bare(subject.credential.number, subject.credential.jurisdiction)
    where = subject.credential.jurisdiction
    return bool(wanted) and any(bare(word, where) == wanted for word in _WORD.findall(text) if wanted in word)


def has_name(subject: Subject, text: str) -> bool:
    """Whether a family name of the practitioner stands in a text."""
    folded = f" {' '.join(_LETTERS.findall(fold(text)))} "
    return any(f" {' '.join(name.family)} " in folded for name in names_of(subject.listing) if name.family)


def _is_about(subject: Subject, text: str) -> bool:
    return has_number(subject, text) and has_name(subject, text)


def _number(record: RegistryRecord) -> str:
    return record.number_raw or record.number


# What was read, and what is stated -----------------------------------------------------------------------------------


def record_about(subject: Subject, records: Sequence[RegistryRecord]) -> RegistryRecord | None:
    """The record of this number, or where either gives none, the only one of this name; a single one otherwise."""
    same = [each for each in records if subject.is_number_of(_number(each))]
    if not same:
        same = [
            each
            for each in records
            if subject.is_number_of(_number(each)) is None and (best_name_score(subject.listing, each) or 0) >= ACCEPT
        ]
    if len(same) > 1:
        same = sorted(same, key=lambda each: best_name_score(subject.listing, each) or 0, reverse=True)
        return same[0]
    return same[0] if same else records[0] if len(records) == 1 else None


def name_agrees(subject: Subject, record: RegistryRecord) -> bool | None:
    """Whether the record's holder can be the practitioner by name; None where either gives no whole name."""
    score = best_name_score(subject.listing, record)
    return None if score is None else score >= ACCEPT


def doubts_about_record(
    subject: Subject, stated: RegistryRecord, read: RegistryRecord | None, *, same_person: bool
) -> list[str]:
    """What of the stated record does not fit the listing or what the reader read."""
    found = []
    if subject.is_number_of(_number(stated)) is False:
        found.append(f"The listing gives the number {subject.credential.number}, you state {stated.number_raw}.")
    if name_agrees(subject, stated) is False and not same_person:
        found.append(f"“{stated.holder.raw}” is not the name on the listing.")
    if read is not None:
        found += [
            f"The reader read “{theirs}” as {label}, you state “{ours}”."
            for label, ours, theirs in _both(stated, read)
            if _letters(ours) != _letters(theirs)
        ]
    return found


def _both(stated: RegistryRecord, read: RegistryRecord) -> Iterable[tuple[str, str, str]]:
    yield "the number", stated.number_raw, _number(read)
    yield "the standing", stated.standing_raw, read.standing_raw
    yield "the last day", str(stated.expires_on or "–"), str(read.expires_on or "–")
    yield "restrictions", stated.restrictions or "–", read.restrictions or "–"


def _letters(text: str) -> str:
    """Without spaces: a reader may join or part words where the page does not."""
    return "".join(text.split())


def digest(doubts: Sequence[str]) -> str:
    """The doubts as one word, so that an answer is known to be about these."""
    return hashlib.sha256("\n".join(doubts).encode()).hexdigest()[:24]
