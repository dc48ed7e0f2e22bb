"""The runs that a moderator looks through: those that wait for a word first, then the latest of the kind wanted.

A night has hundreds of scheduled lookups of one number each, so they are left out unless somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.rules.vocabulary import RunChannel, RunState

PER_PAGE = 50
MOST_PAGES = 100  # what is older is found by registry and state
KINDS = {
    "": "Whole lists, files and pages",
    "lookup": "Lookups of one number",
    "all": "All",
}


@dataclass(frozen=True, slots=True)
class RunsWanted:
    """What of the runs to show. Words that nobody knows mean no filter."""

    kind: str = ""
    registry: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class RunsShown:
    held: Sequence[RegistryRun]
    latest: Sequence[RegistryRun]
    page: int
    pages: int
    registries: Sequence[str]  # that have runs


def runs_shown(session: Session, wanted: RunsWanted, *, page: int) -> RunsShown:
    """The runs of one page. Those that wait for a decision are shown on the first one, of whatever kind."""
    fitting = [RegistryRun.registry_id == wanted.registry] if wanted.registry else []
    held = select(RegistryRun).where(RegistryRun.state == RunState.HELD, *fitting).order_by(RegistryRun.id)
    is_shown = [*fitting, *_of_kind(wanted.kind), *_in_state(wanted.state)]
    pages = max(1, -(-_how_many(session, is_shown) // PER_PAGE))
    page = min(page, pages)
    latest = select(RegistryRun).where(RegistryRun.state != RunState.HELD, *is_shown).order_by(RegistryRun.id.desc())
    return RunsShown(
        held=session.scalars(held.limit(PER_PAGE)).all() if page == 1 else (),
        latest=session.scalars(latest.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all(),
        page=page,
        pages=pages,
        registries=session.scalars(select(RegistryRun.registry_id).distinct().order_by(RegistryRun.registry_id)).all(),
    )


def _how_many(session: Session, is_shown: list[ColumnElement[bool]]) -> int:
    """How many runs the pages hold. Held ones are taken off afterwards: so an index alone answers, of years of runs."""
    found = select(RegistryRun.id).where(*is_shown).limit(PER_PAGE * MOST_PAGES).subquery()
    held = select(func.count()).select_from(RegistryRun).where(RegistryRun.state == RunState.HELD, *is_shown)
    return (session.scalar(select(func.count()).select_from(found)) or 0) - (session.scalar(held) or 0)


def _of_kind(kind: str) -> list[ColumnElement[bool]]:
    if kind == "all":
        return []
    is_lookup = RegistryRun.channel == RunChannel.LOOKUP
    return [is_lookup if kind == "lookup" else ~is_lookup]


def _in_state(state: str) -> list[ColumnElement[bool]]:
    return [RegistryRun.state == RunState(state)] if state in list(RunState) else []
