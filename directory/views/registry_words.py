"""The registries in words, for their public page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.evidence.page_words import age_words
from directory.registries.source_health import RegistryLine
from directory.rules.requirements import place_name
from directory.rules.vocabulary import PublicState, SourceHealth
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
    SourceHealth.CHANGED_LAYOUT: ("Changed; its reader is being looked at", PublicState.SOURCE_UNAVAILABLE),
    SourceHealth.BLOCKED: ("Closed to programs; we stopped", PublicState.SOURCE_UNAVAILABLE),
    SourceHealth.MAINTENANCE: ("Under maintenance", PublicState.SOURCE_UNAVAILABLE),
}


@dataclass(frozen=True, slots=True)
class RegistryCard:
    """One registry as patients read it. `state` only chooses the sign beside `health`."""

    id: str
    title: str
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
    license_name: str
    license_url: str
    attribution: str
    unverified: tuple[str, ...]


def registry_cards(lines: Sequence[RegistryLine], *, now: datetime) -> list[tuple[str, list[RegistryCard]]]:
    """The cards by place, in the order of the lines; national ones under their country."""
    by_place: dict[str, list[RegistryCard]] = {}
    for line in lines:
        name = "United States" if line.jurisdiction == "US" else place_name(line.jurisdiction)
        by_place.setdefault(name, []).append(_card(line, now))
    return sorted(by_place.items())


def _card(line: RegistryLine, now: datetime) -> RegistryCard:
    health, state = _HEALTH[line.health] if line.health else ("Not read yet", PublicState.NOT_CHECKED)
    if line.since and state is PublicState.SOURCE_UNAVAILABLE:
        health += f" since {day(line.since)}"
    accepted = line.last_success_at
    return RegistryCard(
        id=line.id,
        title=line.title,
        home=line.home,
        issues=_issues(line),
        health=health,
        state=state,
        last_accepted=f"{day(accepted)}, {age_words(accepted.date(), now.date())}" if accepted else "none yet",
        records=line.records,
        channels=tuple(_CHANNELS.get(channel, channel) for channel in line.channels),
        completeness=_COMPLETENESS.get(line.completeness, ""),
        authority=_AUTHORITIES[line.authority],
        terms=_terms(line),
        license_name=line.license_name,
        license_url=line.license_url,
        attribution=line.attribution,
        unverified=line.unverified,
    )


def _issues(line: RegistryLine) -> str:
    if line.authority is Authority.SELF_REPORTED:
        return "license numbers as their holders typed them in"
    return _KINDS[line.kind]


def _terms(line: RegistryLine) -> str:
    if line.terms_read_on:
        return f"read on {day(line.terms_read_on)}; network reading is on"
    if line.enabled:
        return "no network reading; files and saved pages only"
    return "not read yet; network reading is off until they are"
