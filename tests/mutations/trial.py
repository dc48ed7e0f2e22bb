"""A source through the whole pipeline, day by day, well or mutated; and what became of everybody it knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.credential import CredentialCheck
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.registry import PublishedRecord, RegistryRun
from directory.registries import registry_runs, source_health, storage
from directory.registries.registry_runs import Asked
from directory.rules.numbers import bare
from directory.rules.vocabulary import FlagKind, Outcome, RunChannel, RunState, SourceHealth
from scrapers.adapter import Wanted
from scrapers.captures import Capture, Captures
from scrapers.channels import Channel
from scrapers.record import Standing
from scrapers.recording import Replay
from scrapers.request import Request
from tests.mutations.mutations import Mutated, Mutation
from tests.mutations.sources import Source

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OF_NOBODY = {FlagKind.SOURCE_BLOCKED, FlagKind.CHECK_OVERDUE}  # about a registry, or about the days that passed


class Played(Replay):
    """A recording in the fetcher's place, which may break off."""

    def __init__(self, mutated: Mutated, captures: Any) -> None:
        super().__init__(mutated.recording, captures)
        self._mutated, self._given = mutated, 0

    def fetch(self, request: Request, channel: Channel) -> Capture:
        self._given += 1
        if self._mutated.error is not None and self._given > self._mutated.after:
            raise self._mutated.error()
        return super().fetch(request, channel)

    def believe(self) -> None:
        """Nothing is asked again with validators."""

    def close(self) -> None:
        """There is no line to hang up."""

    def cookies(self) -> Any:
        return ()

    def take_cookies(self, cookies: Any) -> None:
        """A recording knows nobody."""


@dataclass(frozen=True)
class Known:
    """What the site knows: facts of current records, listings, the last outcome of each check, open flags."""

    records: dict[tuple[Any, ...], int]
    listings: dict[int, Any]
    outcomes: dict[int, Outcome]
    flags: set[tuple[str, FlagKind]]


@dataclass
class Told:
    """What the mutated days came to. `wrong`: what was written and is not true."""

    state: RunState
    outcome: str
    reason: str
    health: SourceHealth | None
    read: int
    wrong: list[str] = field(default_factory=list)
    only_unread_words: bool = False  # the source's own new words, kept as unknown, and shown as new


@dataclass
class Trial:
    """One source in one database. `today` moves on with each run."""

    session: Session
    source: Source
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    today: datetime
    runs: int = 0

    def well(self) -> RegistryRun:
        """A run of the source as it should be, an hour later."""
        self.today += HOUR
        return self._run(Mutated(self.source.recording))

    def known(self) -> Known:
        """What is known now."""
        records: dict[tuple[Any, ...], int] = {}
        rows = select(PublishedRecord.registry_id, PublishedRecord.record).where(PublishedRecord.is_current.is_(True))
        for row in self.session.execute(rows):
            facts = _facts(row.registry_id, row.record)
            records[facts] = records.get(facts, 0) + 1
        people = self.session.execute(select(Listing.id, Listing.state, Listing.family))
        listings = {row.id: (row.state, row.family) for row in people}
        checks = select(CredentialCheck.credential_id, CredentialCheck.outcome).order_by(CredentialCheck.id)
        outcomes = {row.credential_id: row.outcome for row in self.session.execute(checks)}
        flags = self.session.execute(select(Flag.subject, Flag.kind).where(Flag.closed_at.is_(None)))
        return Known(records, listings, outcomes, {(s, k) for s, k in flags if k not in OF_NOBODY})

    def days_of(self, mutated: Mutated, truth: Known) -> Told:
        """What a mutated day did to what is true, and where it was believed or held, the same on the next day too."""
        last_check = self.session.scalar(select(func.max(CredentialCheck.id))) or 0
        self.today += DAY
        run = self._run(mutated)
        if run.state in (RunState.APPLIED, RunState.HELD):
            self.today += DAY
            run = self._run(mutated)
        line = source_health.registry_line(self.session, self.source.spec.id)
        now = self.known()
        wrong = [*_written_wrongly(truth, now), *self._said_wrongly(truth, since=last_check)]
        return Told(
            run.state,
            run.outcome,
            run.reason,
            line.health if line else None,
            int((run.report or {}).get("records", 0)),
            wrong,
            bool(line and line.unknown_words) and _differ_by_unread_words(truth, now),
        )

    def _said_wrongly(self, truth: Known, *, since: int) -> Iterator[str]:
        """Outcomes that the truth does not have. That something could not be checked is said of nobody."""
        for check in self.session.scalars(select(CredentialCheck).where(CredentialCheck.id > since)):
            if check.outcome not in (truth.outcomes.get(check.credential_id), Outcome.COULD_NOT_CHECK):
                yield f"check {check.outcome.value}: {check.reason}"

    def _run(self, mutated: Mutated) -> RegistryRun:
        self.runs += 1
        recording, at = mutated.recording, self.today
        mutated = replace(mutated, recording=replace(recording, retrieved_at=at))
        monkeypatch = self.monkeypatch
        captures = Captures(self.folder / f"captures-{self.runs}")  # the same file on another day is asked for anew
        monkeypatch.setattr(storage, "captures", lambda: captures)
        monkeypatch.setattr(registry_runs, "spec_of", lambda *_: self.source.spec)
        monkeypatch.setattr(registry_runs, "_fetcher", lambda _, __, captures, ___: Played(mutated, captures))
        monkeypatch.setattr(registry_runs, "Wanted", lambda number: recording.wanted or Wanted(number=number))
        asked = Asked(
            RunChannel(recording.channel),
            files=tuple(str(path) for path in self._written(mutated)),
            lookup=self._number(),
            create_listings=True,
        )
        run = registry_runs.queue_run(self.session, self.source.spec, asked, at=at)
        self.session.commit()
        registry_runs.work_on(self.session, run.id, clock=lambda: at)
        return self.session.get_one(RegistryRun, run.id, populate_existing=True)

    def _number(self) -> str:
        """The number that a lookup is about; a search for a name is taken for one of the first person it finds."""
        wanted = self.source.recording.wanted
        return (wanted.number or wanted.npi or "AC 1") if wanted else ""

    def _written(self, mutated: Mutated) -> Iterator[Path]:
        for name, body in mutated.recording.files.items():
            path = self.folder / str(self.runs) / Path(name).name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            yield path


def _facts(registry_id: str, said: Any) -> tuple[Any, ...]:
    """What a record says, in whatever form: a number that is written differently is the same one."""
    names = (said["expires_on"], said["issued_on"], said["discipline"], said["restrictions"], said["npi"])
    number = bare(said["number_raw"] or said["number"], said["jurisdiction"])
    return (registry_id, number, said["holder"]["raw"], said["standing"], *names, str(said["place"]))


def _differ_by_unread_words(truth: Known, now: Known) -> bool:
    """Whether what changed is only that standings are unknown now, which is a question for a person and no finding."""
    came = now.records.keys() - truth.records.keys()
    opened = {kind for _, kind in now.flags - truth.flags}
    known = {_but_words(facts) for facts in truth.records}
    return (
        truth.listings == now.listings
        and opened <= {FlagKind.LICENSE_STANDING_UNREAD}
        and all(facts[3] == Standing.UNKNOWN.value and _but_words(facts) in known for facts in came)
    )


def _but_words(facts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the standing, and what some registries make of the same words: discipline and restrictions."""
    return (*facts[:3], *facts[4:6], *facts[8:])


def _written_wrongly(truth: Known, now: Known) -> Iterator[str]:
    gone = {facts: count for facts, count in truth.records.items() if now.records.get(facts, 0) < count}
    came = now.records.keys() - truth.records.keys()  # the same said twice, under a number written otherwise, is true
    if gone or came:
        yield f"records: {len(gone)} gone {list(gone)[:1]}, {len(came)} came {sorted(map(str, came))[:1]}"
    if truth.listings != now.listings:
        yield f"listings: {len(truth.listings)} before, {len(now.listings)} now"
    if opened := now.flags - truth.flags:
        yield f"flags: {sorted({kind.value for _, kind in opened})} ({len(opened)})"


def unshown(source: Source, mutation: Mutation, told: Told, truth: Known) -> Iterator[str]:
    """What is not as it should be: something wrong was written, or a harm was not shown, or none was made of it."""
    if told.wrong and not told.only_unread_words:
        yield "; ".join(told.wrong)[:500]
    read_whole = (told.state, told.outcome) == (RunState.APPLIED, "complete") and told.read >= sum(
        truth.records.values()
    )
    if mutation.is_harmless and source.is_list and not (read_whole and told.health is SourceHealth.OK):
        yield f"was not read, though nothing is wrong with it: {told.reason}"
    if read_whole:  # everybody was read, and is as before
        return
    wanted = source.recording.wanted
    if wanted and not (wanted.number or wanted.npi) and told.outcome == "complete":
        return  # a search for a name: the site asks by number only, and whom such a search leaves out is not missed
    if told.outcome == "complete" and told.state is not RunState.HELD:
        yield f"was taken for complete with {told.read} records"
    if not told.reason:
        yield "gives no reason"
    if told.health is SourceHealth.OK and source.recording.channel in ("roster", "lookup"):
        yield "shows nothing of it"
