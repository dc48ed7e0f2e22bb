"""Which flags a listing's facts call for, and what that changes among the flags it has.

A flag is an internal finding that needs a person's decision; nothing here is public. Each rule is a small generator
from facts to wishes, with its reason as a sentence a moderator can read aloud. Whoever was not asked (an unclaimed
listing) is not flagged for not answering, and a source's silence is only a finding after two whole runs.
Sources: the registries' dossier (flags the facts support) and the due-process rules of the evidence dossier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from directory.rules.circumstances import Circumstances
from directory.rules.facts import ListingFacts, SourceFacts
from directory.rules.freshness import is_away
from directory.rules.license_rules import LICENSE_RULES
from directory.rules.paper_rules import PAPER_RULES
from directory.rules.vocabulary import CLOSED_FLAG_STATES, FlagKind, FlagState, SourceHealth
from directory.rules.wanted import LISTING, SEVERITIES, Wanted, fingerprint, wanted
from directory.rules.wording import cause, outage

__all__ = [
    "LISTING",
    "RULES",
    "SEVERITIES",
    "Changes",
    "FlagFacts",
    "FlagOnRecord",
    "Wanted",
    "changes",
    "fingerprint",
    "source_flags",
    "wanted_flags",
]

Rule = Callable[[ListingFacts, Circumstances], Iterator[Wanted]]

RULES: tuple[Rule, ...] = (*LICENSE_RULES, *PAPER_RULES)


def wanted_flags(
    listing: ListingFacts, *, today: date, now: datetime, sources: Mapping[str, SourceFacts]
) -> list[Wanted]:
    """Every flag the facts call for on that day, in the order of the rules, one for each kind and subject."""
    circumstances = Circumstances(today=today, now=now, sources=sources)
    found: dict[tuple[FlagKind, str], Wanted] = {}
    for rule in RULES:
        for wish in rule(listing, circumstances):
            found.setdefault((wish.kind, wish.subject_key), wish)
    return list(found.values())


def source_flags(sources: Mapping[str, SourceFacts]) -> list[Wanted]:
    """The operational flags of registries that can't be asked at present. They are about a registry, never a person."""
    return [
        wanted(
            FlagKind.SOURCE_BLOCKED,
            _why_away(source),
            source.registry_id,
            source.health,
            subject=f"source:{source.registry_id}",
        )
        for source in sources.values()
        if is_away(source) and source.health is not SourceHealth.MAINTENANCE
    ]


def _why_away(source: SourceFacts) -> str:
    away = outage(source)
    return f"{away[:1].upper()}{away[1:]}{f': {cause(source.reason)}' if source.reason else '.'}"


class FlagOnRecord(Protocol):
    """What `changes` reads of a flag that exists, open or closed. The model's row has it."""

    @property
    def kind(self) -> FlagKind: ...
    @property
    def subject_key(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def state(self) -> FlagState: ...


@dataclass(frozen=True, slots=True)
class FlagFacts:
    """A flag on record as plain facts; `id` is the row's."""

    id: int
    kind: FlagKind
    subject_key: str
    fingerprint: str
    state: FlagState = FlagState.DETECTED


F = TypeVar("F", bound=FlagOnRecord)


@dataclass(frozen=True, slots=True)
class Changes(Generic[F]):
    """What becomes of a listing's flags: `open` new ones, `keep` those still called for, `withdraw` the others.

    `refresh` pairs those of `keep` whose facts have changed with what is wanted now: the flag stays, and whoever
    decides about it should see the new reason and fingerprint.
    """

    open: tuple[Wanted, ...] = ()
    keep: tuple[F, ...] = ()
    withdraw: tuple[F, ...] = ()
    refresh: tuple[tuple[F, Wanted], ...] = ()


def changes(wishes: Iterable[Wanted], flags: Sequence[F]) -> Changes[F]:
    """Compare wanted flags with those on record (all open ones, and the dismissed ones), and say what to do.

    A dismissed flag holds its place as long as the fingerprint it was dismissed on is wanted. A withdrawn or expired
    one does not: the same thing may be found again.
    """
    wished = {(wish.kind, wish.subject_key): wish for wish in wishes}
    standing = [flag for flag in flags if flag.state not in CLOSED_FLAG_STATES]
    opened = {(flag.kind, flag.subject_key) for flag in standing}
    dismissed = {(flag.kind, flag.subject_key, flag.fingerprint) for flag in flags if flag.state is FlagState.DISMISSED}
    keep = tuple(flag for flag in standing if (flag.kind, flag.subject_key) in wished)
    pairs = ((flag, wished[flag.kind, flag.subject_key]) for flag in keep)
    return Changes(
        open=tuple(_unanswered(wished, opened, dismissed)),
        keep=keep,
        withdraw=tuple(flag for flag in standing if (flag.kind, flag.subject_key) not in wished),
        refresh=tuple((flag, wish) for flag, wish in pairs if flag.fingerprint != wish.fingerprint),
    )


def _unanswered(
    wished: Mapping[tuple[FlagKind, str], Wanted],
    opened: set[tuple[FlagKind, str]],
    dismissed: set[tuple[FlagKind, str, str]],
) -> Iterator[Wanted]:
    for (kind, subject), wish in wished.items():
        if (kind, subject) not in opened and (kind, subject, wish.fingerprint) not in dismissed:
            yield wish
