"""What happened in the cases about one listing, for the file of a dispute: found, told, answered, decided, appealed.

Who acted is told by role alone; where a notice went is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.flag import Flag
from directory.moderation.case_steps import CaseStep, steps_of


@dataclass(frozen=True, slots=True)
class Happened:
    """One step: of a flag, or of the log."""

    at: datetime
    what: str
    by: str
    reason: str


def of_cases(
    session: Session, listing_id: int, moment: datetime, role: Callable[[int | None], str]
) -> Iterator[Happened]:
    """The steps of every case about the listing up to `moment`, case by case; `role` says what an account is."""
    flags = select(Flag).where(Flag.listing_id == listing_id, Flag.opened_at <= moment).order_by(Flag.id)
    for flag in session.scalars(flags).all():
        kind = flag.kind.value.replace("_", " ")
        for step in steps_of(session, flag):
            if step.at <= moment:
                what = f"Flag {flag.id}, {kind}: {step.what[0].lower()}{step.what[1:]}"
                yield Happened(step.at, what, _by(step, role), _words(step))


def _by(step: CaseStep, role: Callable[[int | None], str]) -> str:
    run = f" (run {step.run_id})" if step.run_id is not None else ""
    return f"{step.by or role(step.by_id)}{run}"


def _words(step: CaseStep) -> str:
    return "\n".join(part for part in (step.quoted, step.words, step.url, step.sent) if part)
