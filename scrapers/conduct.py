"""How hosts behave, and what we make of it: a slower pace, or a rest. Shared with other runs by the book of hosts."""

from __future__ import annotations

import math
from collections import Counter

from scrapers import breaker
from scrapers.errors import NotNow
from scrapers.hosts import Hosts, HostState, host_key, is_this_machine

COMPLAINTS = frozenset((408, 429, 500, 502, 503, 504))
LONGEST_DELAY = 60.0
LONGEST_PAUSE = 30.0  # that a run waits for because a source asked it to; a longer one ends the run
MOST_TOO_MANY = 8  # answers 429 in one run, whatever comes between them


class Conduct:
    """The hosts of one run. `usual` is the agreed pause, which nothing undercuts. A rehearsal remembers nothing of this
    machine beyond the run: another server may stand there the next time."""

    def __init__(self, hosts: Hosts, *, usual: float, rehearsal: bool) -> None:
        self._hosts, self._usual, self._rehearsal = hosts, usual, rehearsal
        self._least: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._passing: dict[str, HostState] = {}
        self._too_many: Counter[str] = Counter()

    def is_passing(self, url: str) -> bool:
        """Whether what is found out about this host is forgotten with the run."""
        return self._rehearsal and is_this_machine(url)

    def keep_apart(self, url: str, seconds: float) -> None:
        """From now on at least so many seconds between requests to this host (its robots.txt asked for it)."""
        self._least[host_key(url)] = max(self._usual, seconds)

    def delay(self, url: str) -> float:
        """The pause before the next request to this host: the agreed one, or a longer one that it needs."""
        host = host_key(url)
        remembered = breaker.remembered_delay(self._state(url), self._hosts.clock())
        return max(self._least.get(host, self._usual), self._delays.get(host, min(remembered, LONGEST_DELAY)))

    def refuse_resting(self, url: str) -> None:
        """Raises NotNow while the host is left alone."""
        state = self._state(url)
        left = breaker.rest_left(state, self._hosts.clock())
        if left:
            told = f"{host_key(url)} is left alone for {_span(left)} more: {state.closed_because}"
            raise NotNow(told, where=url, not_before=left, withheld="rest")

    def heard(self, url: str, latency: float, status: int) -> None:
        """An answer began. Slower when the source is slow; twice as slow when it complains; back by halves."""
        host, before = host_key(url), self.delay(url)
        if status in COMPLAINTS:
            self._delays[host] = min(2 * max(before, latency), LONGEST_DELAY)
        else:
            self._delays[host] = min(max(latency, (before + latency) / 2), LONGEST_DELAY)
        if status == 429:
            self._too_many[host] += 1
        self._remember_pace(url)

    def answered(self, url: str) -> None:
        """It answered as it should."""
        self._keep(url, breaker.after_answer(self._state(url)))

    def failed(self, url: str, because: str, *, not_before: float | None) -> None:
        """It complained, or fell silent. `not_before` is how many seconds it asked to be left alone."""
        host, now = host_key(url), self._hosts.clock()
        state = breaker.after_failure(self._state(url), now=now, because=because)
        if not_before is not None and not_before > LONGEST_PAUSE:
            told = f"it asked to be left alone for {_span(not_before)} ({because})"
            state = breaker.left_alone(state, now=now, rest=not_before, because=told)
        if self._too_many[host] >= MOST_TOO_MANY:
            told = f"it answered {self._too_many[host]} times in one run that it is asked too often (429)"
            state = breaker.left_alone(state, now=now, rest=breaker.FIRST_REST, because=told)
        self._keep(url, state)

    def _remember_pace(self, url: str) -> None:
        """Whole seconds are enough for the book; what is no slower than agreed is not written down."""
        delay, least = self._delays[host_key(url)], self._least.get(host_key(url), self._usual)
        slower = float(math.ceil(delay)) if delay > least else 0.0
        self._keep(url, breaker.at_pace(self._state(url), slower, now=self._hosts.clock()))

    def _state(self, url: str) -> HostState:
        host = host_key(url)
        return self._passing.get(host, HostState()) if self.is_passing(url) else self._hosts.state(host)

    def _keep(self, url: str, state: HostState) -> None:
        if state == self._state(url):
            return
        if self.is_passing(url):
            self._passing[host_key(url)] = state
        else:
            self._hosts.keep_state(host_key(url), state)


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} s"
