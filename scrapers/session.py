"""One answer at a time: in our turn at the host, with an honest name, and cut off when its time is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from requests.cookies import create_cookie
from urllib3.exceptions import HTTPError

from scrapers.addresses import AddressRefused, CheckedAdapter
from scrapers.body import BodyCutOff, told_by
from scrapers.conduct import Conduct
from scrapers.errors import NotNow, SourceBlocked, SourceChanged, SourceDown
from scrapers.hosts import Hosts, host_key
from scrapers.journal import Cookies
from scrapers.ledger import Kind, Ledger
from scrapers.request import Request

MOST_HEADER_BYTES = 64 * 1024
COOKIE = ("name", "value", "domain", "path", "secure", "expires", "discard")


class MayPass(SourceDown):
    """No answer, or one that says to come again: asking again may help."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: to connect, between two packets, and for a whole request (a bulk file gets `bulk`)."""

    connect: float = 5.0
    read: float = 10.0
    whole: float = 30.0
    bulk: float = 4 * 3600.0


class _FollowingNobody(requests.Session):
    """Does not even look where a redirect leads: its own way to find out reads the whole body first, without a bound,
    and stumbles over addresses that are none."""

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[requests.Response]:
        return iter(())


class PoliteSession:
    """Sends requests, one at a time a host. Keeps cookies; follows no redirect; believes no environment."""

    def __init__(
        self,
        *,
        user_agent: str,
        hosts: Hosts,
        conduct: Conduct,
        ledger: Ledger,
        now: Callable[[], datetime],
        limits: Limits,
        rehearsal: bool,
    ) -> None:
        self.conduct, self.requests = conduct, 0
        self._hosts, self._ledger, self._now, self._limits = hosts, ledger, now, limits
        self._transport = CheckedAdapter(rehearsal=rehearsal)
        self._session = _FollowingNobody()
        self._session.trust_env = False
        self._session.mount("http://", self._transport)
        self._session.mount("https://", self._transport)
        self._session.headers.clear()
        self._session.headers.update({"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip"})

    def close(self) -> None:
        self._session.close()
        self._transport.let_go()

    def cookies(self) -> Cookies:
        """The cookies of this session, as plain values."""
        return [{name: getattr(cookie, name) for name in COOKIE} for cookie in self._session.cookies]

    def take_cookies(self, cookies: Cookies) -> None:
        """Puts such cookies back."""
        for cookie in cookies:
            self._session.cookies.set_cookie(create_cookie(**cookie))  # type: ignore[no-untyped-call]

    @contextmanager
    def answer(self, request: Request, *, bulk: bool = False) -> Iterator[requests.Response]:
        """The answer while its body is being read. Raises NotNow, SourceDown, BodyCutOff, MayPass, SourceBlocked."""
        url, over = request.url, threading.Event()
        whole = self._limits.bulk if bulk else self._limits.whole
        self._refuse_resting(url)
        with self._hosts.turn(host_key(url), self.conduct.delay(url)):
            self._refuse_resting(url)  # another run may have found out while we waited for our turn
            with self._judged(url), self._ended_after(whole, over):
                began = self._hosts.clock()
                try:
                    with self._sent(request) as answer:
                        self.conduct.heard(url, self._hosts.clock() - began, answer.status_code)
                        yield answer
                    if over.is_set():
                        raise BodyCutOff("the body was cut off", where=url)
                except SourceDown as wrong:
                    if over.is_set():
                        raise SourceDown(f"was not done after {whole:g} s", where=url) from wrong
                    raise
                finally:
                    self._transport.let_go()

    def _refuse_resting(self, url: str) -> None:
        try:
            self.conduct.refuse_resting(url)
        except NotNow as wrong:
            self._note(Kind.WITHHELD, url, wrong.wrong)
            raise

    @contextmanager
    def _judged(self, url: str) -> Iterator[None]:
        """Notes how the host behaved, while it is still our turn: nobody else writes on it meanwhile."""
        try:
            yield
        except AddressRefused as wrong:
            self._note(Kind.WITHHELD, url, wrong.wrong)
            raise
        except SourceBlocked as wrong:
            self._note(Kind.REFUSAL, url, wrong.wrong)
            raise
        except SourceDown as wrong:
            self._note(Kind.COMPLAINT, url, wrong.wrong)
            self.conduct.failed(url, wrong.wrong, not_before=wrong.not_before)
            raise
        except SourceChanged:
            self._answered(url)
            raise
        self._answered(url)

    def _answered(self, url: str) -> None:
        self._note(Kind.ANSWER, url)
        self.conduct.answered(url)

    def _note(self, kind: Kind, url: str, reason: str = "") -> None:
        self._ledger.note(kind, host=host_key(url), at=self._now(), url=url, reason=reason)

    @contextmanager
    def _ended_after(self, seconds: float, over: threading.Event) -> Iterator[None]:
        def end() -> None:
            over.set()
            self._transport.hang_up()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _sent(self, request: Request) -> requests.Response:
        try:
            answer = self._session.request(
                request.method,
                request.url,
                data=dict(request.form) if request.form is not None else None,
                headers=dict(request.headers),
                timeout=(self._limits.connect, self._limits.read),
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.SSLError as wrong:
            self._count(request)
            raise SourceDown(f"its certificate is not accepted: {wrong}", where=request.url) from wrong
        except (requests.RequestException, HTTPError) as wrong:
            self._count(request)
            raise MayPass(f"gives no answer: {told_by(wrong)}", where=request.url) from wrong
        self._count(request)
        if sum(len(name) + len(value) for name, value in answer.headers.items()) > MOST_HEADER_BYTES:
            answer.close()
            raise SourceChanged("its headers are too long", where=request.url)
        return answer

    def _count(self, request: Request) -> None:
        self.requests += 1
        self._note(Kind.REQUEST, request.url)
