"""Why a page says what it says of a credential: the rule, in a sentence that can be read aloud in a dispute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from directory.rules.facts import CheckFacts, CredentialFacts, SourceFacts
from directory.rules.freshness import DISPLAY_AGES, ends_on, is_away, is_recent, lapses_on, public_state, speaks_from
from directory.rules.requirements import Requirement
from directory.rules.vocabulary import Outcome, PublicState
from directory.rules.wording import day, outage
from scrapers.record import CredentialKind

AGE_WORDS: Mapping[CredentialKind, str] = {
    CredentialKind.LIABILITY_INSURANCE: "until the end date on the certificate",
    CredentialKind.TRAINING_AWARD: "a course once taken stays taken: the grade of the evidence decides",
}


def age_rule(kind: CredentialKind) -> str:
    """How long evidence of this kind counts: "120 days, and never beyond its own end date". Shown on /how-we-check."""
    age = DISPLAY_AGES[kind]
    return AGE_WORDS[kind] if age is None else f"{age // timedelta(days=1)} days, and never beyond its own end date"


def why_state(
    credential: CredentialFacts,
    requirement: Requirement | None,
    source: SourceFacts | None,
    *,
    now: datetime,
    published: bool,
) -> str:
    """The rule that gives a credential its state at `now`, for those who may know of findings that are not public."""
    state, check = public_state(credential, requirement, source, now), credential.check
    if state is PublicState.NOT_REQUIRED and requirement is not None:
        return f"The table of what places ask for says that {requirement.name} issues no license to check."
    if check is None:
        return _away(source) or "No registry has been read for it, so nothing is said."
    seen = f"{check.registry_title}, {_read_on(check)}"
    if state is PublicState.CONFIRMED:
        last = lapses_on(credential, now)
        until = f" It counts until {day(last)}." if last else ""
        return f"Confirmed by {seen}. Evidence of this kind counts {age_rule(credential.kind)}.{until}"
    if state is PublicState.NOT_CONFIRMED:
        ended = "Due process has ended, so the finding is told in the words of its source."
        open_still = "Due process has not published it, so the page says nothing of it, as if nobody had looked."
        return f"Found {_words(check)} by {seen}. {ended if published else open_still}"
    return _why_unchecked(credential, check, seen, now) + _away(source, before=" ")


def _why_unchecked(credential: CredentialFacts, check: CheckFacts, seen: str, now: datetime) -> str:
    if check.outcome is Outcome.COULD_NOT_CHECK:
        return f"It could not be checked ({check.reason}), so nothing is said."
    if check.outcome is Outcome.STATED_ONLY:
        return f"Only somebody's own word is known ({seen}), which confirms nothing."
    if not is_recent(credential.kind, check, now):
        return f"Found {_words(check)} by {seen}: too old. Evidence of this kind counts {age_rule(credential.kind)}."
    if check.name_agrees is False:
        return f"The number was found by {seen}, under another name, which confirms nothing."
    ending = ends_on(credential)
    if ending is not None and ending < now.date():
        return f"Found {_words(check)} by {seen}; the end date {day(ending)} has passed, and nothing newer is known."
    grade = credential.grade.value if credential.grade else "none"
    return f"Found {_words(check)} by {seen}, with evidence of grade {grade}, which confirms nothing."


def _read_on(check: CheckFacts) -> str:
    read = f"read on {day(check.retrieved_at)}"
    own = speaks_from(check.retrieved_at, check.as_of)
    return f"{read}, of {day(own)} by its own date" if own.date() < check.retrieved_at.date() else read


def _words(check: CheckFacts) -> str:
    quoted = f" (“{check.standing_raw}”)" if check.standing_raw else ""
    return f"{check.outcome.value.replace('_', ' ')}{quoted}"


def _away(source: SourceFacts | None, *, before: str = "") -> str:
    return f"{before}Then it was not to be asked: {outage(source)}." if source is not None and is_away(source) else ""
