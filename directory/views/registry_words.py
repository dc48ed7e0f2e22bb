"""One registry in words, for its public page: what it lists, how it is, what was asked of it and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from directory.evidence.page_words import age_words
from directory.registries.asking import AskingLine
from directory.registries.source_health import RegistryLine
from directory.rules.requirements import place_name
from directory.rules.vocabulary import PublicState, SourceHealth
from directory.rules.wording import cause
from directory.views.formats import day
from scrapers.record import Authority, CredentialKind

_KINDS: Mapping[CredentialKind, str] = {
    CredentialKind.LICENSE: "licenses",
    CredentialKind.REGISTRATION: "registrations",
    CredentialKind.STATE_CERTIFICATION: "state certificates",
    CredentialKind.BOARD_CERTIFICATION: "board certifications",
    CredentialKind.PROFESSIONAL_MEMBERSHIP: "memberships",
    CredentialKind.ACCREDITED_REGISTER: "entries of an accredited register",
    CredentialKind.LIABILITY_INSURANCE: "insurance",
    CredentialKind.TRAINING_AWARD: "training awards",
    CredentialKind.ENUMERATION: "numbers that identify people and permit nothing",
    CredentialKind.EXCLUSION: "exclusions from public programs; seen by moderators only",
}
_CHANNELS: Mapping[str, str] = {
    "roster": "the whole list over the network",
    "lookup": "one person at a time over the network",
    "file": "a file it publishes",
    "saved_page": "a page that a person opened and saved",
    "manual": "a person looks and writes down what is there",
}
_COMPLETENESS: Mapping[str, str] = {
    "all_statuses": "Lists every standing, so its silence can mean something.",
    "active_only": "Lists active holders only: its silence says nothing.",
    "opt_in": "Lists only who asked to be listed: its silence says nothing.",
    "capped": "Shows only part of a long list: its silence says nothing.",
    "not_known": "What it lists is not known: its silence says nothing.",
}
_AUTHORITIES: Mapping[Authority, str] = {
    Authority.ISSUER: "The body that decides, or its official agent.",
    Authority.SELF_REPORTED: "The holders type it in; it is not looked up there.",
    Authority.THIRD_PARTY: "A third party that lists what others grant.",
}
_HEALTH: Mapping[SourceHealth, tuple[str, PublicState]] = {
    SourceHealth.OK: ("Read in full", PublicState.CONFIRMED),
    SourceHealth.DEGRADED: ("Read in part", PublicState.NOT_CONFIRMED),
    SourceHealth.UNREACHABLE: ("Unreachable", PublicState.SOURCE_UNAVAILABLE),
    SourceHealth.CHANGED_LAYOUT: ("Changed, and being read anew", PublicState.SOURCE_UNAVAILABLE),
    SourceHealth.BLOCKED: ("Closed to programs", PublicState.SOURCE_UNAVAILABLE),
    SourceHealth.MAINTENANCE: ("Under maintenance", PublicState.SOURCE_UNAVAILABLE),
}


@dataclass(frozen=True, slots=True)
class RegistryCard:
    """One registry as patients read it on its own page. `state` only chooses the sign beside `health`."""

    id: str
    title: str
    place: str
    home: str
    issues: str
    health: str
    state: PublicState
    last_accepted: str
    records: int
    channels: tuple[str, ...]
    completeness: str
    authority: str
    terms: str
    asked: str  # by programs; "" where none may
    refused: str
    last_refusal: str  # in the source's words
    left_alone: str
    robots: str
    license_name: str
    license_url: str
    attribution: str
    unverified: tuple[str, ...]


def registry_card(line: RegistryLine, asking: AskingLine | None, *, now: datetime) -> RegistryCard:
    """All that is told of one registry."""
    health, state = health_words(line)
    accepted = line.last_success_at
    return RegistryCard(
        id=line.id,
        title=line.title,
        place=place_name(line.jurisdiction),
        home=line.home,
        issues=issues_words(line),
        health=health,
        state=state,
        last_accepted=f"{day(accepted)}, {age_words(accepted.date(), now.date())}" if accepted else "none yet",
        records=line.records,
        channels=tuple(_CHANNELS.get(channel, channel) for channel in line.channels),
        completeness=_COMPLETENESS.get(line.completeness, ""),
        authority=_AUTHORITIES[line.authority],
        terms=_terms(line, asking, now),
        **_ledger(line, asking, now),
        license_name=line.license_name,
        license_url=line.license_url,
        attribution=line.attribution,
        unverified=line.unverified,
    )


def health_words(line: RegistryLine) -> tuple[str, PublicState]:
    """ "Unreachable since 3 May 2026", and the state whose sign goes with it."""
    if line.health is None:
        return ("Looked up by a person" if line.only_by_hand else "Not read yet"), PublicState.NOT_CHECKED
    words, state = _HEALTH[line.health]
    is_away = line.since and state is PublicState.SOURCE_UNAVAILABLE
    return (f"{words} since {day(line.since)}" if is_away and line.since else words), state


def issues_words(line: RegistryLine) -> str:
    if line.authority is Authority.SELF_REPORTED:
        return "license numbers as their holders typed them in"
    return _KINDS[line.kind]


def _ledger(line: RegistryLine, asking: AskingLine | None, now: datetime) -> dict[str, str]:
    """What was asked of it by programs, how often and when, what was refused, and what its robots.txt says."""
    found = dict.fromkeys(("asked", "refused", "last_refusal", "left_alone", "robots"), "")
    if asking is None:
        return found
    found["asked"] = "nothing yet, and nothing will be before its terms are read" if not line.enabled else "nothing yet"
    if asking.last_asked_at:
        pause = f"at least {asking.pause_seconds:g} s apart"
        found["asked"] = (
            f"{times(asking.requests_30d)} in the last 30 days, {pause}; last on {day(asking.last_asked_at)}"
        )
    if asking.last_refused_at:
        found["refused"] = f"{times(asking.refused_30d)} in the last 30 days; last on {day(asking.last_refused_at)}"
        found["last_refusal"] = cause(asking.last_refusal)
    if asking.withheld_30d:
        more = f"{times(asking.withheld_30d)} we did not ask, by robots.txt, terms, hours or a pause it wished for"
        found["refused"] = "; ".join(part for part in (found["refused"], more) if part)
    if asking.closed_until and asking.closed_until > now:
        found["left_alone"] = f"until {day(asking.closed_until)}, {asking.closed_until:%H:%M} UTC"
    found["robots"] = asking.robots
    return found


def times(count: int) -> str:
    """ "once", "twice", "1,200 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _terms(line: RegistryLine, asking: AskingLine | None, now: datetime) -> str:
    if line.terms_read_on:
        due = asking.terms_due_on if asking else None
        if due and due <= now.date():
            return f"read on {day(line.terms_read_on)}; to be read again since {day(due)}, and not asked until then"
        again = f", to be read again by {day(due)}" if due else ""
        return f"read on {day(line.terms_read_on)}{again}; network reading is on"
    if line.enabled:
        return "no network reading; files and saved pages only"
    spared = ", but in a rehearsal" if asking and asking.last_asked_at else ""
    return f"not read yet; network reading is off until they are{spared}"
