"""Whether an address may be asked: it is the registry's own, within its hours, and robots.txt allows it."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urljoin

from scrapers.body import BodyCutOff, beginning_of
from scrapers.channels import Channel
from scrapers.errors import NotNow, SourceBlocked, SourceChanged, SourceDown, SourceError, SpecError
from scrapers.hosts import Hosts, host_key
from scrapers.ledger import Kind, Ledger
from scrapers.request import Request
from scrapers.robots import MOST_BYTES, Robots
from scrapers.session import MayPass, PoliteSession
from scrapers.spec import RegistrySpec, origin_of

REDIRECTS = frozenset((301, 302, 303, 307, 308))
MOST_REDIRECTS = 5


class Permission:
    """What one run may ask. `now` is our own clock: hours are never taken from a server's."""

    def __init__(
        self, spec: RegistrySpec, session: PoliteSession, hosts: Hosts, ledger: Ledger, now: Callable[[], datetime]
    ) -> None:
        self._spec, self._session, self._ledger, self._now = spec, session, ledger, now
        self._robots = Robots(self._ask_robots, clock=hosts.clock, book=hosts, is_passing=session.conduct.is_passing)

    def refuse(self, url: str, channel: Channel) -> None:
        """Returns when this address may be asked now. Raises NotNow, SourceBlocked, SourceDown or SourceChanged."""
        origin = self.own_origin(url)
        refusal = self._out_of_hours(url, channel) or self._barred(url, origin)
        if refusal is not None:
            self._ledger.note(Kind.WITHHELD, host=host_key(url), at=self._now(), url=url, reason=refusal.wrong)
            raise refusal
        self._session.conduct.keep_apart(url, self._robots.crawl_delay(origin))

    def own_origin(self, url: str) -> str:
        """The origin of an address. Raises SourceChanged when it is not one of this registry's."""
        try:
            origin = origin_of(url)
        except (SpecError, ValueError) as wrong:
            raise SourceChanged(f"leads to {url!r}", expected="an http or https address") from wrong
        if origin not in self._spec.allowed_hosts:
            hosts = ", ".join(sorted(self._spec.allowed_hosts))
            raise SourceChanged(f"leads to {origin}, which is not this registry's", where=url, expected=hosts)
        return origin

    def led_to(self, url: str, location: str) -> str:
        """Where a redirect from `url` leads. Raises SourceChanged when that is not one of this registry's addresses."""
        try:
            target = urljoin(url, location)
        except ValueError as wrong:
            raise SourceChanged(f"leads to {location[:200]!r}", where=url, expected="an address") from wrong
        self.own_origin(target)
        return target

    def _out_of_hours(self, url: str, channel: Channel) -> SourceError | None:
        """Whole lists keep to the hours agreed; one person may be looked up at any time."""
        window, now = self._spec.politeness.window, self._now()
        if window is None or channel.name != "roster" or window.is_open(now):
            return None
        told = f"is asked for its whole list only at {window}"
        return NotNow(told, where=url, not_before=window.opens_in(now), withheld="hours")

    def _barred(self, url: str, origin: str) -> SourceError | None:
        refusal = self._robots.refusal(origin, url)
        if not refusal:
            return None
        is_unanswered = self._robots.is_unanswered(origin)
        return SourceDown(refusal, where=url) if is_unanswered else SourceBlocked(refusal, where=url)

    def _ask_robots(self, origin: str, *, again: bool = True) -> tuple[int, str]:
        """The status and what it says; 0 and why there is no answer. Who only stumbled is asked once more."""
        url, status = f"{origin}/robots.txt", 0
        for _ in range(MOST_REDIRECTS):
            status = 0
            try:
                with self._session.answer(Request(url)) as answer:
                    status = answer.status_code
                    if status in (408, 429) or status >= 500:
                        raise MayPass(f"robots.txt answers {status}", where=url)
                    if status not in REDIRECTS:
                        return status, _decoded(beginning_of(answer, MOST_BYTES))
                    url = self.led_to(url, answer.headers.get("Location", ""))
            except NotNow:
                raise
            except (MayPass, BodyCutOff) as wrong:
                return self._ask_robots(origin, again=False) if again else (0, wrong.wrong.removeprefix("robots.txt "))
            except (SourceDown, SourceChanged) as wrong:
                return 0, wrong.wrong
        return 404, ""


def _decoded(body: bytes) -> str:
    """It should be UTF-8; some editors save it as UTF-16, and what it forbids is forbidden all the same."""
    is_utf16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return body.decode("utf-16" if is_utf16 else "utf-8-sig", "replace")
