"""The one polite way to the network: every registry is asked through it.

robots.txt first, one request at a time a host with a pause after it, few retries, redirects by hand and only to the
registry's own hosts, limits on time and bytes. Walls are reported, never evaded. A host that complains is left alone.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from requests import Response

from scrapers.apologies import apology_in_bytes
from scrapers.body import BodyCutOff, Unpacked, beginning_of
from scrapers.captures import Capture, Captures
from scrapers.channels import Channel
from scrapers.conduct import COMPLAINTS, LONGEST_PAUSE, Conduct
from scrapers.errors import SourceBlocked, SourceChanged, SpecError
from scrapers.hosts import Hosts, host_key
from scrapers.journal import Cookies
from scrapers.ledger import Kind, Ledger, Unkept
from scrapers.own_keys import with_own_keys
from scrapers.pace import Pace
from scrapers.permission import MOST_REDIRECTS, REDIRECTS, Permission
from scrapers.request import Request
from scrapers.retry_after import seconds_to_wait
from scrapers.robots import MOST_BYTES, PRODUCT
from scrapers.session import Limits, MayPass, PoliteSession
from scrapers.spec import RegistrySpec
from scrapers.validators import Kept, Validators, conditions
from scrapers.walls import wall_in, wall_in_bytes, wall_in_headers

REFUSALS = frozenset((401, 403, 407, 451))
WHOLE_ANSWERS = frozenset((200, 203))
NOT_DONE = 202  # accepted, and to be asked for again
MOST_RETRIES = 3


class Fetcher:
    """Fetches requests of one registry into captures. One per run: it keeps the cookies of that run.

    contact: the operator's e-mail or address, shown in the user agent. Raises SpecError without one.
    rehearsal: loopback addresses may be asked as well, for demos and tests.
    pace: the book of hosts, shared with whoever else asks them; files of this machine when not given.
    ledger: who keeps count; nobody when not given.
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
        pace: Hosts | None = None,
        ledger: Ledger | None = None,
        limits: Limits | None = None,
        jitter: Callable[[], float] = random.random,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        if not contact.strip():
            raise SpecError(f"{spec.id}: a registry may only be asked with a contact in the user agent")
        self._spec, self._captures, self._now = spec, captures, now
        self._hosts, self._ledger, self._jitter = pace or Pace(), ledger or Unkept(), jitter
        self._environ = os.environ if environ is None else environ
        about = "; ".join(part for part in (f"+{site_url}" if site_url else "", contact.strip()) if part)
        self.user_agent = f"{PRODUCT}/{version} ({about})"
        self._session = PoliteSession(
            user_agent=self.user_agent,
            hosts=self._hosts,
            conduct=Conduct(self._hosts, usual=spec.politeness.delay_seconds, rehearsal=rehearsal),
            ledger=self._ledger,
            now=now,
            limits=limits or Limits(),
            rehearsal=rehearsal,
        )
        self._permission = Permission(spec, self._session, self._hosts, self._ledger, now)
        self._validators = Validators(captures, spec.id)

    @property
    def requests(self) -> int:
        """How many requests were really sent: robots.txt, redirects and retries included."""
        return self._session.requests

    def believe(self) -> None:
        """The run was complete: next time a source may say of these pages that they have not changed."""
        self._validators.keep()

    def close(self) -> None:
        self._session.close()
        self._ledger.flush()

    def cookies(self) -> Cookies:
        """With what the sources know us, for going on later (`scrapers.journal`)."""
        return self._session.cookies()

    def take_cookies(self, cookies: Cookies) -> None:
        """Goes on as whom the sources knew before."""
        self._session.take_cookies(cookies)

    def fetch(self, request: Request, channel: Channel) -> Capture:
        """The capture of what the source answered. Raises NotNow, SourceDown, SourceBlocked or SourceChanged."""
        request = with_own_keys(self._spec, request, self._environ)
        for _ in range(MOST_REDIRECTS + 1):
            self._permission.refuse(request.url, channel)
            answered = self._with_retries(request, channel)
            if isinstance(answered, Capture):
                self._note_wall(answered)
                return answered
            request = answered
        raise SourceChanged(f"leads on more than {MOST_REDIRECTS} times", where=request.url)

    def _note_wall(self, capture: Capture) -> None:
        """A wall that comes with status 200 is a refusal as well; whoever reads the page stops at it."""
        wall = wall_in(capture.path)
        if wall:
            host, told = host_key(capture.url), f"{wall} stands in the way"
            self._ledger.note(Kind.REFUSAL, host=host, at=self._now(), url=capture.url, reason=told)

    # Asking ---------------------------------------------------------------------------------------------------------

    def _with_retries(self, request: Request, channel: Channel) -> Capture | Request:
        again = MOST_RETRIES if request.method in ("GET", "HEAD") else 0
        for attempt in range(again):
            try:
                return self._once(request, channel)
            except (MayPass, BodyCutOff) as wrong:
                pause = wrong.not_before or 0.0
                if pause > LONGEST_PAUSE:
                    raise
                self._session.conduct.refuse_resting(request.url)
                self._hosts.sleep(max(pause, 2.0**attempt * (1 + self._jitter())))
        return self._once(request, channel)

    def _once(self, request: Request, channel: Channel) -> Capture | Request:
        kept = self._kept(request, channel)
        asked = replace(request, headers={**request.headers, **conditions(kept)}) if kept else request
        with self._session.answer(asked, bulk=channel.is_bulk) as answer:
            if answer.status_code in REDIRECTS:
                return self._redirected(request, answer)
            if answer.status_code == 304:
                return self._unchanged(request, kept)
            if answer.status_code not in WHOLE_ANSWERS or wall_in_headers(answer.headers):
                self._refuse(request, answer)
            return self._captured(request, channel, answer)

    def _captured(self, request: Request, channel: Channel, answer: Response) -> Capture:
        stated = answer.headers.get("Content-Length", "")
        if _announced(stated) > channel.max_bytes:
            raise SourceChanged(
                f"is {stated[:40]} bytes long", where=request.url, expected=f"at most {channel.max_bytes}"
            )
        capture = self._captures.keep(
            Unpacked(answer, most_bytes=channel.max_bytes),
            url=request.url,
            retrieved_at=self._now(),
            media_type=answer.headers.get("Content-Type", ""),
        )
        self._ledger.add_bytes(capture.size, host=host_key(request.url), at=self._now())
        if self._may_be_conditional(request, channel):
            self._validators.notice(request, capture, answer.headers)
        return capture

    def _may_be_conditional(self, request: Request, channel: Channel) -> bool:
        """Only whole lists, and only pages that are the same for everybody."""
        return request.method == "GET" and channel.name == "roster" and not self._session.cookies()

    def _kept(self, request: Request, channel: Channel) -> Kept | None:
        return self._validators.kept(request, self._now()) if self._may_be_conditional(request, channel) else None

    def _unchanged(self, request: Request, kept: Kept | None) -> Capture:
        if kept is None:
            raise SourceChanged("answers 304 (not changed), which nobody asked", where=request.url, expected="200")
        self._ledger.note(Kind.UNCHANGED, host=host_key(request.url), at=self._now(), url=request.url)
        return self._validators.again(request, kept, self._now())

    def _redirected(self, request: Request, answer: Response) -> Request:
        target = self._permission.led_to(request.url, answer.headers.get("Location", ""))
        if answer.status_code in (307, 308):
            return replace(request, url=target)
        return replace(request, url=target, method="GET", form=None)

    def _refuse(self, request: Request, answer: Response) -> None:
        """Raises the error that an answer other than the whole page means."""
        status = answer.status_code
        beginning = beginning_of(answer, MOST_BYTES)
        wall = wall_in_headers(answer.headers) or wall_in_bytes(beginning)
        if wall:
            raise SourceBlocked(f"answers {status} with {wall}", where=request.url)
        if status in REFUSALS:
            raise SourceBlocked(f"answers {status}", where=request.url, expected="to be let in")
        if status in COMPLAINTS or status >= 500 or status == NOT_DONE:
            stated, server_date = answer.headers.get("Retry-After", ""), answer.headers.get("Date", "")
            wait = seconds_to_wait(stated, self._now(), server_date=server_date)
            apology = apology_in_bytes(beginning) if status >= 500 else ""
            told = f"answers {status}" + (f" and is under maintenance: “{apology}”" if apology else "")
            raise MayPass(told, where=request.url, not_before=wait, in_maintenance=bool(apology))
        raise SourceChanged(f"answers {status}", where=request.url, expected="200")


def _announced(length: str) -> int:
    """How many bytes a Content-Length announces; 0 when it is no number. Python reads no number of 5,000 digits."""
    return int(length[:30]) if length.isascii() and length.isdigit() else 0
