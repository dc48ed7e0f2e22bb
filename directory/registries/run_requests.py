"""Asking for a registry run: what is asked, whether it may be, and whether an earlier one that was cut off goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.registries import registries, run_endings
from directory.registries.run_claims import is_left, let_go
from directory.rules.numbers import bare
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.channels import NETWORK
from scrapers.hosts import host_key
from scrapers.spec import RegistrySpec, load_spec

UNFINISHED = (RunState.QUEUED, RunState.RUNNING, RunState.STAGED)


class NotEnabled(Exception):  # noqa: N818 - an answer to the operator
    """A network channel was asked for, and nobody has recorded having read the registry's terms."""


class HalfApplied(Exception):  # noqa: N818 - an answer to whoever asks for another run
    """An accepted run of the registry has not been applied to its end, and nobody works on it."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        super().__init__(f"run {run_id} has to be applied to its end first")


class RunAtWork(Exception):  # noqa: N818 - an answer to the operator
    """Another run of the same registry is being read or applied."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked to do: enough to begin again after a crash."""

    channel: RunChannel
    files: tuple[str, ...] = ()
    base_url: str = ""
    lookup: str = ""
    create_listings: bool = False
    spec_path: str = ""
    retrieved_at: str = ""  # when files or saved pages were obtained, if somebody said so
    checker_id: int | None = None  # who saved the page
    most_pages: int | None = None
    must_find: bool = False  # the number looked up is known there: not found, the reading is not believed

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"channel": self.channel.value, "files": list(self.files)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Asked:
        return cls(**{**fields, "channel": RunChannel(fields["channel"]), "files": tuple(fields["files"])})


# Asking for a run ----------------------------------------------------------------------------------------------------


def queue_run(
    session: Session,
    spec: RegistrySpec,
    asked: Asked,
    *,
    asked_by: str = "",
    at: datetime,
    scheduled_for: datetime | None = None,
) -> RegistryRun:
    """A run that waits for a worker. The caller commits and rings the bell.

    Raises SpecError for what the registry doesn't offer, NotEnabled where its terms were not read.
    """
    spec.channel(asked.channel.value)
    refuse_unless_enabled(session, spec, asked, today=at.date())
    run = RegistryRun(
        registry_id=spec.id,
        channel=asked.channel,
        state=RunState.QUEUED,
        asked=asked.as_json(),
        asked_by=asked_by,
        lookup_key=bare(asked.lookup, spec.jurisdiction)[:80],
        host=host_of(spec, asked.channel.value),
        described=registries.describe(spec),
        scheduled_for=scheduled_for,
        queued_at=at,
    )
    session.add(run)
    session.flush()
    return run


def host_of(spec: RegistrySpec, channel_name: str) -> str:
    """The host that the channel asks, as the book of hosts knows it; "" for files and saved pages."""
    channel = spec.channel(channel_name)
    if not channel.is_network:
        return ""
    questions = [asked.url for asked in (channel.by_number, channel.by_name) if asked]
    return next((host_key(url) for url in (*channel.start, *questions) if url), "")


def refuse_unless_enabled(session: Session, spec: RegistrySpec, asked: Asked, *, today: date) -> None:
    """Raises NotEnabled where the network would be used and nobody recorded having read the terms, or too long ago."""
    if asked.channel.value not in NETWORK or current_app.config["REHEARSAL"]:
        return
    missing = registries.terms_missing(session, spec, today=today)
    if missing:
        raise NotEnabled(missing)


def take_up(session: Session, registry_id: str, asked: Asked, *, now: datetime) -> RegistryRun | None:
    """An earlier run that was cut off and asked for the very same, freed to go on; None where there is none. Commits.

    A different one that was cut off while it was read is given up: it had changed nothing. Raises RunAtWork while
    another is at work, and HalfApplied where one was cut off while it was applied: that one comes first.
    """
    for run in session.scalars(_unfinished(registry_id)).all():
        was_cut_off = bool(run.worker)
        if was_cut_off and not (is_left(run, now=now) and let_go(session, run)):
            raise RunAtWork(f"run {run.id} of {registry_id} is at work; it is this one's turn when that is over")
        if run.asked == asked.as_json():
            return run
        if run.state is RunState.STAGED:
            raise HalfApplied(run.id)
        if was_cut_off:
            run_endings.give_up(session, run, reason="It was cut off, and another one was asked for.", at=now)
            session.commit()
    return None


def _unfinished(registry_id: str) -> Select[RegistryRun]:
    """The runs of the registry that are not over and wait for no decision, oldest first."""
    return (
        select(RegistryRun)
        .where(RegistryRun.registry_id == registry_id, RegistryRun.state.in_(UNFINISHED))
        .order_by(RegistryRun.id)
    )


def spec_of(registry_id: str, asked: Asked) -> RegistrySpec:
    """The registry's description as the run asked for it. Raises SpecError."""
    spec = load_spec(asked.spec_path) if asked.spec_path else registries.find_registry(registry_id)
    return spec.with_base_url(asked.base_url) if asked.base_url else spec
