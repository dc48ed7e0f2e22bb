"""A person ends the rest of a host that refused us: its owner agreed, or what it complained of is mended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory import audit
from directory.models.account import Account
from directory.models.asking import RegistryHost
from directory.registries.host_book import resting_hosts


class NotResting(Exception):  # noqa: N818 - an answer to the operator
    """The host is not left alone at present. The message names those that are."""


def wake_host(session: Session, host: str, *, by: Account, note: str, at: datetime) -> None:
    """Lets a host be asked again before its rest is over; a slower pace than agreed stays. The caller commits.

    Raises NotResting where it isn't left alone.
    """
    resting = select(RegistryHost.closed_until, RegistryHost.closed_because).where(
        RegistryHost.host == host, RegistryHost.closed_until > at
    )
    was = session.execute(resting.with_for_update()).one_or_none()
    if was is None:
        others = ", ".join(sorted(resting_hosts(session, now=at)))
        raise NotResting(f"{host} is not left alone at present. " + (f"These are: {others}" if others else "None is."))
    session.execute(
        update(RegistryHost)
        .where(RegistryHost.host == host)
        .values(failures=0, closures=0, closed_until=None, closed_because="")
    )
    audit.record(
        session,
        actor=by,
        action="host woken",
        subject=f"host:{host}"[:120],
        before={"left_alone_until": was.closed_until, "because": was.closed_because},
        reason=note,
        at=at,
    )
