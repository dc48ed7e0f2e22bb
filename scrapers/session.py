"""One answer at a time: in our turn at the host, with an honest name, and cut off when its time is over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from requests.cookies import create_cookie
from urllib3.exceptions import HTTPError

from scrapers.addresses import CheckedAdapter
from scrapers.body import BodyCutOff
from scrapers.errors import SourceChanged, SourceDown
from scrapers.journal import Cookies
from scrapers.pace import Pace
from scrapers.request import Request

COMPLAINTS = frozenset((408, 429, 500, 502, 503, 504))
LONGEST_DELAY = 60.0
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


class PoliteSession:
    """Sends requests, one at a time a host. Keeps cookies; follows no redirect; believes no environment."""

    def __init__(self, *, user_agent: str, pace: Pace, limits: Limits, rehearsal: bool, delay: float) -> None:
        self.pace, self.requests = pace, 0
        self._limits, self._usual = limits, delay
        self._least: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._transport = CheckedAdapter(rehearsal=rehearsal)
        self._session = requests.Session()
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

    def keep_apart(self, url: str, seconds: float) -> None:
        """From now on at least so many seconds between requests to this host (its robots.txt asked for it)."""
        host = _host(url)
        self._least[host] = max(self._usual, seconds)
        self._delays[host] = max(self._delays.get(host, 0.0), self._least[host])

    @contextmanager
    def answer(self, request: Request, *, bulk: bool = False) -> Iterator[requests.Response]:
        """The answer while its body is being read. Raises SourceDown, BodyCutOff, MayPass, SourceBlocked."""
        host, over = _host(request.url), threading.Event()
        whole = self._limits.bulk if bulk else self._limits.whole
        with self.pace.turn(host, self._delays.get(host, self._usual)), self._ended_after(whole, over):
            began = self.pace.clock()
            try:
                with self._sent(request) as answer:
                    self._adapt(host, self.pace.clock() - began, answer.status_code)
                    yield answer
                if over.is_set():
                    raise BodyCutOff("the body was cut off", where=request.url)
            except SourceDown as wrong:
                if over.is_set():
                    raise SourceDown(f"was not done after {whole:g} s", where=request.url) from wrong
                raise
            finally:
                self._transport.let_go()

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
        self.requests += 1
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
            raise SourceDown(f"its certificate is not accepted: {wrong}", where=request.url) from wrong
        except (requests.RequestException, HTTPError) as wrong:
            raise MayPass(f"gives no answer: {wrong}", where=request.url) from wrong
        if sum(len(name) + len(value) for name, value in answer.headers.items()) > MOST_HEADER_BYTES:
            raise SourceChanged("its headers are too long", where=request.url)
        return answer

    def _adapt(self, host: str, latency: float, status: int) -> None:
        """Slower when the source is slow; twice as slow when it complains; never faster than agreed."""
        least = self._least.get(host, self._usual)
        delay = max(least, min(latency, LONGEST_DELAY))
        if status in COMPLAINTS:
            delay = min(2 * max(delay, self._delays.get(host, least)), LONGEST_DELAY)
        self._delays[host] = delay


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
