"""When a host that complains is left alone, and for how long: the rules of the circuit breaker, without a clock."""

from __future__ import annotations

from dataclasses import replace

from scrapers.hosts import HostState
from scrapers.retry_after import LONGEST_BELIEVED

MOST_FAILURES = 5  # complaints and silences in a row, from whichever run
FIRST_REST = 15 * 60.0
LONGEST_REST = 24 * 3600.0
SLOW_FOR = 6 * 3600.0  # a slower pace is kept for so long after it was last needed


def after_failure(state: HostState, *, now: float, because: str) -> HostState:
    """One more complaint or silence. The fifth in a row closes the host, and each one after a rest closes it for
    twice as long."""
    failures = state.failures + 1
    if failures < MOST_FAILURES:
        return replace(state, failures=failures)
    rest = min(FIRST_REST * 2.0 ** min(state.closures, 10), LONGEST_REST)
    told = f"it has not answered as it should {failures} times in a row: {because}"
    return left_alone(replace(state, failures=failures, closures=state.closures + 1), now=now, rest=rest, because=told)


def left_alone(state: HostState, *, now: float, rest: float, because: str) -> HostState:
    """Not asked for `rest` seconds. A longer rest that was agreed before stands."""
    until = now + min(rest, LONGEST_BELIEVED)
    if until <= now + rest_left(state, now):
        return state
    return replace(state, closed_until=until, closed_because=because)


def after_answer(state: HostState) -> HostState:
    """It answers as it should: nothing is held against it. What it asked for in seconds went by before it was asked."""
    return replace(state, failures=0, closures=0, closed_until=0.0, closed_because="")


def at_pace(state: HostState, delay: float, *, now: float) -> HostState:
    """Remembers a pause longer than agreed; 0 forgets it."""
    if delay == state.delay and (not delay or state.delay_until - now > SLOW_FOR / 2):
        return state
    return replace(state, delay=delay, delay_until=now + SLOW_FOR if delay else 0.0)


def rest_left(state: HostState, now: float) -> float:
    """For how many seconds the host is still to be left alone. A time further away than we ever agree to was written
    by a clock that was wrong, and is not believed."""
    left = state.closed_until - now
    return left if 0 < left <= LONGEST_BELIEVED else 0.0


def remembered_delay(state: HostState, now: float) -> float:
    """The slower pause that this host needed lately, or 0."""
    return state.delay if 0 < state.delay_until - now <= SLOW_FOR else 0.0
