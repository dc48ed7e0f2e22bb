"""The one polite way to the network: every registry is asked through it.

robots.txt first, one request at a time a host with a pause after it, few retries, redirects by hand and only to the
registry's own hosts, limits on time and bytes. Walls are reported, never evaded.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin

from requests import Response

from scrapers.apologies import apology_in_bytes
from scrapers.body import BodyCutOff, Unpacked, beginning_of
from scrapers.captures import Capture, Captures
from scrapers.channels import Channel
from scrapers.errors import SourceBlocked, SourceChanged, SourceDown, SpecError
from scrapers.journal import Cookies
from scrapers.own_keys import with_own_keys
from scrapers.pace import Pace
from scrapers.request import Request
from scrapers.retry_after import seconds_to_wait
from scrapers.robots import MOST_BYTES, PRODUCT, Robots
from scrapers.session import COMPLAINTS, Limits, MayPass, PoliteSession
from scrapers.spec import RegistrySpec, origin_of
from scrapers.walls import wall_in_bytes

REFUSALS = frozenset((401, 403, 407, 451))
REDIRECTS = frozenset((301, 302, 303, 307, 308))
MOST_REDIRECTS = 5
MOST_RETRIES = 3
LONGEST_PAUSE = 30.0


class Fetcher:
    """Fetches requests of one registry into captures. One per run: it keeps the cookies of that run.

    contact: the operator's e-mail or address, shown in the user agent. Raises SpecError without one.
    rehearsal: loopback addresses may be asked as well, for demos and tests.
    environ: where the keys stand that some registries give to their operators; the environment when not given.
    """

    def __init__(
        self,
        spec: RegistrySpec,
        *,
        captures: Captures,
        now: Callable[[], datetime],
        contact: str,
        site_url: str = "",
        version: str = "0.1",
        rehearsal: bool = False,
        pace: Pace | None = None,
        limits: Limits | None = None,
        jitter: Callable[[], float] = random.random,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        if not contact.strip():
            raise SpecError(f"{spec.id}: a registry may only be asked with a contact in the user agent")
        self._spec, self._captures, self._now = spec, captures, now
        self._pace, self._jitter = pace or Pace(), jitter
        self._environ = os.environ if environ is None else environ
        about = "; ".join(part for part in (f"+{site_url}" if site_url else "", contact.strip()) if part)
        self.user_agent = f"{PRODUCT}/{version} ({about})"
        self._session = PoliteSession(
            user_agent=self.user_agent,
            pace=self._pace,
            limits=limits or Limits(),
            rehearsal=rehearsal,
            delay=spec.politeness.delay_seconds,
        )
        kept_in = None if rehearsal else self._pace.folder
        self._robots = Robots(self._ask_robots, clock=self._pace.clock, folder=kept_in)

    @property
    def requests(self) -> int:
        """How many requests were really sent: robots.txt, redirects and retries included."""
        return self._session.requests

    def close(self) -> None:
        self._session.close()

    def cookies(self) -> Cookies:
        """With what the sources know us, for going on later (`scrapers.journal`)."""
        return self._session.cookies()

    def take_cookies(self, cookies: Cookies) -> None:
        """Goes on as whom the sources knew before."""
        self._session.take_cookies(cookies)

    def fetch(self, request: Request, channel: Channel) -> Capture:
        """The capture of what the source answered. Raises SourceDown, SourceBlocked or SourceChanged."""
        request = with_own_keys(self._spec, request, self._environ)
        for _ in range(MOST_REDIRECTS + 1):
            self._allow(request.url)
            answered = self._with_retries(request, channel)
            if isinstance(answered, Capture):
                return answered
            request = answered
        raise SourceChanged(f"leads on more than {MOST_REDIRECTS} times", where=request.url)

    # May we ---------------------------------------------------------------------------------------------------------

    def _allow(self, url: str) -> None:
        origin = self._own_origin(url)
        refusal = self._robots.refusal(origin, url)
        if refusal and self._robots.is_unanswered(origin):
            raise SourceDown(refusal, where=url)
        if refusal:
            raise SourceBlocked(refusal, where=url)
        self._session.keep_apart(url, self._robots.crawl_delay(origin))

    def _own_origin(self, url: str) -> str:
        try:
            origin = origin_of(url)
        except (SpecError, ValueError) as wrong:
            raise SourceChanged(f"leads to {url!r}", expected="an http or https address") from wrong
        if origin not in self._spec.allowed_hosts:
            hosts = ", ".join(sorted(self._spec.allowed_hosts))
            raise SourceChanged(f"leads to {origin}, which is not this registry's", where=url, expected=hosts)
        return origin

    def _ask_robots(self, origin: str) -> tuple[int, str]:
        url = f"{origin}/robots.txt"
        for _ in range(MOST_REDIRECTS):
            try:
                with self._session.answer(Request(url)) as answer:
                    if answer.status_code not in REDIRECTS:
                        return answer.status_code, beginning_of(answer, MOST_BYTES).decode("utf-8", "replace")
                    url = urljoin(url, answer.headers.get("Location", ""))
                    self._own_origin(url)
            except (SourceDown, SourceChanged):
                return 0, ""
        return 404, ""

    # Asking ---------------------------------------------------------------------------------------------------------

    def _with_retries(self, request: Request, channel: Channel) -> Capture | Request:
        again = MOST_RETRIES if request.method in ("GET", "HEAD") else 0
        for attempt in range(again):
            try:
                return self._once(request, channel)
            except (MayPass, BodyCutOff) as wrong:
                pause = wrong.not_before
                if pause is not None and pause > LONGEST_PAUSE:
                    raise
                self._pace.sleep(pause if pause is not None else 2.0**attempt * (1 + self._jitter()))
        return self._once(request, channel)

    def _once(self, request: Request, channel: Channel) -> Capture | Request:
        with self._session.answer(request, bulk=channel.is_bulk) as answer:
            if answer.status_code in REDIRECTS:
                return self._redirected(request, answer)
            if not 200 <= answer.status_code < 300:
                self._refuse(request, answer)
            stated = answer.headers.get("Content-Length", "")
            if stated.isdigit() and int(stated) > channel.max_bytes:
                raise SourceChanged(
                    f"is {stated} bytes long", where=request.url, expected=f"at most {channel.max_bytes}"
                )
            return self._captures.keep(
                Unpacked(answer, most_bytes=channel.max_bytes),
                url=request.url,
                retrieved_at=self._now(),
                media_type=answer.headers.get("Content-Type", ""),
            )

    def _redirected(self, request: Request, answer: Response) -> Request:
        target = urljoin(request.url, answer.headers.get("Location", ""))
        self._own_origin(target)
        if answer.status_code in (307, 308):
            return replace(request, url=target)
        return replace(request, url=target, method="GET", form=None)

    def _refuse(self, request: Request, answer: Response) -> None:
        """Raises the error that a status other than success means."""
        status = answer.status_code
        beginning = beginning_of(answer, MOST_BYTES)
        wall = wall_in_bytes(beginning)
        if wall:
            raise SourceBlocked(f"answers {status} with {wall}", where=request.url)
        if status in REFUSALS:
            raise SourceBlocked(f"answers {status}", where=request.url, expected="to be let in")
        if status in COMPLAINTS or status >= 500:
            wait = seconds_to_wait(answer.headers.get("Retry-After", ""), self._now())
            apology = apology_in_bytes(beginning) if status >= 500 else ""
            told = f"answers {status}" + (f" and is under maintenance: “{apology}”" if apology else "")
            raise MayPass(told, where=request.url, not_before=wait, in_maintenance=bool(apology))
        raise SourceChanged(f"answers {status}", where=request.url, expected="200")
