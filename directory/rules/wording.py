"""State and evidence -> the one neutral sentence the public reads: dated, sourced, and never an accusation.

Before due process has ended (`published`), of a finding against somebody nothing is said: the sentence is the one of a
credential that nobody has looked for. After it, the sentence gives the source's own words, its name and the day.
Sources: the publication rules of the evidence dossier (state facts with source and date, in the source's words).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from directory.rules.facts import CheckFacts, CredentialFacts, SourceFacts
from directory.rules.findings import as_told
from directory.rules.freshness import CONFIRMING_GRADES, ends_on, is_away, public_state
from directory.rules.requirements import Requirement, place_name
from directory.rules.vocabulary import CosmeticScope, Grade, Outcome, PublicState, SourceHealth
from scrapers.record import CredentialKind

BANNED_WORDS = ("unlicensed", "unlicenced", "fake", "fail", "fails", "failed", "fraud", "quack", "impostor")
"""Words that no public sentence of ours contains."""

WORDS_THAT_NEED_A_SOURCE = ("verified", "certified", "licensed", "safe", "best", "top")
"""Words that mean nothing, or too much, without what, by whom and when. Our sentences do without them."""

_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905

_ARTICLES = ("The", "the", "A", "a", "An", "an")
_IS_REGISTER = re.compile(r"\b(?:register|registry|directory|list)\b", re.IGNORECASE)
_REGISTRY_AND_ADDRESS = re.compile(r"^[a-z][a-z0-9_]*, \S+: ")
_ADDRESS = re.compile(r"https?://(?:www\.)?([^\s/?#]+)\S*?(?=\)?(?:\s|$))")

_NOUNS: Mapping[CredentialKind, str] = {
    CredentialKind.LICENSE: "license",
    CredentialKind.REGISTRATION: "registration",
    CredentialKind.STATE_CERTIFICATION: "state certificate",
    CredentialKind.BOARD_CERTIFICATION: "board certification",
    CredentialKind.PROFESSIONAL_MEMBERSHIP: "membership",
    CredentialKind.ACCREDITED_REGISTER: "register entry",
    CredentialKind.LIABILITY_INSURANCE: "insurance",
    CredentialKind.TRAINING_AWARD: "training",
    CredentialKind.ENUMERATION: "identifier",
    CredentialKind.EXCLUSION: "exclusion",
}
_TONES: Mapping[PublicState, str] = {
    PublicState.CONFIRMED: "good",
    PublicState.NOT_CONFIRMED: "open",
    PublicState.NOT_CHECKED: "quiet",
    PublicState.NOT_REQUIRED: "plain",
    PublicState.SOURCE_UNAVAILABLE: "paused",
}
_STATE_WORDS: Mapping[PublicState, str] = {
    PublicState.CONFIRMED: "Confirmed",
    PublicState.NOT_CONFIRMED: "Not confirmed",
    PublicState.NOT_CHECKED: "Not checked yet",
    PublicState.NOT_REQUIRED: "Not required here",
    PublicState.SOURCE_UNAVAILABLE: "Source unavailable",
}
_OUTAGES: Mapping[SourceHealth, str] = {
    SourceHealth.UNREACHABLE: "unreachable",
    SourceHealth.BLOCKED: "closed to automatic look-ups",
    SourceHealth.CHANGED_LAYOUT: "in a form that we cannot read yet",
    SourceHealth.MAINTENANCE: "under maintenance",
}
_SCOPES: Mapping[CosmeticScope, str] = {
    CosmeticScope.COVERED: "cosmetic acupuncture covered",
    CosmeticScope.EXCLUDED: "cosmetic acupuncture excluded",
    CosmeticScope.NOT_STATED: "cosmetic acupuncture not mentioned",
}
_GRADES: Mapping[Grade, str] = {
    Grade.A: "confirmed by the issuer",
    Grade.B: "certificate seen",
    Grade.C: "listed by a third party",
    Grade.D: "stated by the practitioner",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One public sentence, the state it stands for, a tone for its looks, and where the reader may look it up."""

    text: str
    state: PublicState
    tone: str
    source_title: str = ""
    source_url: str = ""
    checked_on: date | None = None


def day(when: date | datetime) -> str:
    """ "3 May 2026": one way of writing days, whatever the machine's language."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def cause(reason: str) -> str:
    """Why a source could not be read, for people: without the registry and the address that run reports begin with.

    Other addresses in it are told by their host: "us_az, https://board.example/a?b: a captcha" is "a captcha".
    """
    told = _REGISTRY_AND_ADDRESS.sub("", reason)
    return _ADDRESS.sub(lambda found: found[1], told)


def body_of(title: str) -> str:
    """Who keeps a registry. Titles name the body first: "Oregon Medical Board: license look-up"."""
    return title.partition(": ")[0]


def register_of(title: str) -> str:
    """A registry within a sentence: "the register of the Oregon Medical Board", "the Invented Register"."""
    body = body_of(title)
    first = body.partition(" ")[0]
    named = body if (first.isupper() and len(first) > 1) or first in _ARTICLES else f"the {body}"
    return named if _IS_REGISTER.search(body) else f"the register of {named}"


def state_words(state: PublicState) -> str:
    """The state in two or three words, for a badge or a filter."""
    return _STATE_WORDS[state]


def credential_sentence(
    credential: CredentialFacts,
    requirement: Requirement | None = None,
    source: SourceFacts | None = None,
    *,
    now: datetime,
    published: bool = False,
) -> Sentence:
    """What a page says of one credential now. `published` says that due process allows a finding to be shown."""
    credential = as_told(credential, now=now, published=published)
    state, check = public_state(credential, requirement, source, now), credential.check
    match state:
        case PublicState.NOT_REQUIRED if requirement is not None:
            return place_sentence(requirement)
        case PublicState.CONFIRMED if check is not None:
            text = _confirmed(credential, check) + _away_now(source)
        case PublicState.NOT_CONFIRMED if check is not None:
            text = _finding(credential, check)
        case PublicState.SOURCE_UNAVAILABLE if source is not None:
            text = f"{_named(credential)}: could not be checked: {outage(source)}."
        case _:
            text = _unchecked(credential, now)
    return _sentence(text, state, check)


def place_sentence(requirement: Requirement, *, source: SourceFacts | None = None) -> Sentence:
    """What a page says of the license a place asks for, where the listing states none."""
    if requirement.issues_none:
        article = "The " if requirement.name.startswith("United") else ""
        text = f"{article}{requirement.name} issues no acupuncture license."
        if requirement.credential_kind is CredentialKind.ACCREDITED_REGISTER:
            text += " Registers there are voluntary."
        return _sentence(text, PublicState.NOT_REQUIRED, None, url=requirement.lookup_url)
    if requirement.license_required is None:
        text = f"Not checked yet: what {requirement.name} asks of acupuncturists has not been reviewed."
        return _sentence(text, PublicState.NOT_CHECKED, None)
    if source is not None and is_away(source):
        text = f"License in {requirement.name}: could not be checked: {outage(source)}."
        return _sentence(text, PublicState.SOURCE_UNAVAILABLE, None, url=requirement.lookup_url)
    text = f"Not checked yet: no license number for {requirement.name} has been given."
    return _sentence(text, PublicState.NOT_CHECKED, None, decided_by(requirement), requirement.lookup_url)


def decided_by(requirement: Requirement) -> str:
    """The body that decides in a place, with the place: "Washington: Department of Health, Advisory Committee"."""
    body, name = requirement.authority, requirement.name
    return body if not body or name in body else f"{name}: {body}"


def not_asked_sentence(kind: CredentialKind) -> Sentence:
    """Insurance or training on a listing whose practitioner has not been asked: no gap, only no question yet."""
    text = f"{_NOUNS[kind].capitalize()}: the practitioner has not been asked yet."
    return _sentence(text, PublicState.NOT_CHECKED, None)


def outage(source: SourceFacts) -> str:
    """ "the register of the Florida board has been unreachable since 3 May 2026": why a source can't be asked."""
    words, named = _OUTAGES.get(source.health, "not available"), register_of(source.title)
    return f"{named} has been {words} since {day(source.since)}" if source.since else f"{named} is {words}"


def _confirmed(credential: CredentialFacts, check: CheckFacts) -> str:
    seen, register = day(check.retrieved_at), register_of(check.registry_title)
    ending = ends_on(credential)
    until = f", until {day(ending)}" if ending else ""
    match credential.kind:
        case CredentialKind.LIABILITY_INSURANCE:
            scope = _SCOPES[credential.cosmetic_scope or CosmeticScope.NOT_STATED]
            return f"Insurance certificate seen on {seen}, cover{until.removeprefix(',')}; {scope}."
        case CredentialKind.TRAINING_AWARD:
            return f"{_award(credential)}: {_graded(credential)} on {seen}."
        case CredentialKind.ENUMERATION:
            return f"Identifier {credential.number}, seen in {register} on {seen}; it permits nothing."
    until = until.replace("until", "valid until")
    issuer = f", {credential.issuer}" if credential.issuer and credential.issuer not in register else ""
    named = _lower_first(_named(credential, beside=register + issuer))
    return f"Active {named}{issuer}{until}, seen in {register} on {seen}."


def _finding(credential: CredentialFacts, check: CheckFacts) -> str:
    seen = day(check.retrieved_at)
    ending = ends_on(credential)
    if credential.kind is CredentialKind.LIABILITY_INSURANCE and ending is not None:
        return f"The insurance certificate seen on {seen} ran until {day(ending)}; no later one has been seen."
    if check.outcome is Outcome.NOT_FOUND:
        return f"No active record found in {register_of(check.registry_title)} on {seen}."
    if check.outcome is Outcome.AMBIGUOUS or not check.standing_raw:
        return f"{_named(credential)}: not confirmed by {register_of(check.registry_title)} on {seen}."
    shown = f"{register_of(check.registry_title)} showed {_lower_first(_named(credential))}"
    return f"{_upper_first(shown)} as “{check.standing_raw}” on {seen}."


def _unchecked(credential: CredentialFacts, now: datetime) -> str:
    check = credential.check
    if credential.kind is CredentialKind.TRAINING_AWARD:
        return f"{_award(credential)}: {_graded(credential)}, not checked yet."
    if credential.kind is CredentialKind.LIABILITY_INSURANCE:
        scope = _SCOPES[credential.cosmetic_scope or CosmeticScope.NOT_STATED]
        return f"Insurance stated by the practitioner, certificate not seen yet; {scope}."
    if check is not None and check.outcome is Outcome.CONFIRMED:
        return f"{_named(credential)}: last seen as active on {day(check.retrieved_at)}; due to be checked again."
    if check is not None and check.outcome is Outcome.STATED_ONLY:
        return f"{_named(credential)}: stated in {register_of(check.registry_title)}, not checked with the issuer yet."
    return f"{_named(credential)}: not checked yet."


def _named(credential: CredentialFacts, *, beside: str = "") -> str:
    """ "License AC 12345 (California)": the credential by its kind and its number or title.

    The place is left out where `beside`, the text that follows, names it anyway.
    """
    name = credential.number or credential.title
    if credential.kind is CredentialKind.BOARD_CERTIFICATION:
        name = credential.title or credential.number
    place = place_name(credential.jurisdiction) if credential.is_permission else ""
    placed = f" ({place})" if place and place not in beside else ""
    return f"{_NOUNS[credential.kind].capitalize()} {name}".strip() + placed


def _award(credential: CredentialFacts) -> str:
    hours = f"{credential.hours_total} hours" if credential.hours_total is not None else ""
    return ", ".join(part for part in (credential.title or "Training", hours, credential.issuer) if part)


def _graded(credential: CredentialFacts) -> str:
    grade = credential.grade or Grade.D
    if grade not in CONFIRMING_GRADES or credential.check is not None:
        return f"{_GRADES[grade]} (grade {grade.value})"
    return f"{_GRADES[Grade.D]} (grade {Grade.D.value})"


def _away_now(source: SourceFacts | None) -> str:
    return f" {_upper_first(outage(source))}." if source is not None and is_away(source) else ""


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _sentence(text: str, state: PublicState, check: CheckFacts | None, title: str = "", url: str = "") -> Sentence:
    if check is None:
        return Sentence(text, state, _TONES[state], title, url)
    return Sentence(text, state, _TONES[state], check.registry_title, check.url, check.retrieved_at.date())
