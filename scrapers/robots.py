"""robots.txt, as RFC 9309 has it: 4xx means all is allowed, 5xx or no answer means nothing is, and so does 429."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from protego import Protego

from scrapers.hosts import RobotsFile

PRODUCT = "TrueMeridian"
KEPT_FOR = 24 * 3600.0
LONGEST_CRAWL_DELAY = 30.0
MOST_BYTES = 500_000


class RobotsBook(Protocol):
    """Where answers are kept between processes."""

    def robots(self, origin: str) -> RobotsFile | None: ...

    def keep_robots(self, origin: str, file: RobotsFile, *, delay: float) -> None: ...


class Robots:
    """The rules of each origin, asked once a day. `ask` fetches an origin's robots.txt; `book` keeps what it said.

    is_passing: says of an origin that it may be another server by tomorrow, so that what is kept is not believed.
    """

    def __init__(
        self,
        ask: Callable[[str], tuple[int, str]],
        *,
        clock: Callable[[], float],
        book: RobotsBook | None = None,
        is_passing: Callable[[str], bool] = lambda origin: False,
    ) -> None:
        self._ask, self._clock, self._book, self._is_passing = ask, clock, book, is_passing
        self._known: dict[str, RobotsFile] = {}

    def refusal(self, origin: str, url: str) -> str:
        """Why this address may not be asked, or ""."""
        file = self._file(origin)
        if _is_silent(file):
            why = file.status or file.text.removeprefix("gives no answer: ")
            return f"robots.txt gives no answer ({why}), so nothing may be asked"
        if file.status < 300 and not Protego.parse(file.text).can_fetch(url, PRODUCT):
            return "robots.txt does not allow this address"
        return ""

    def is_unanswered(self, origin: str) -> bool:
        return _is_silent(self._file(origin))

    def crawl_delay(self, origin: str) -> float:
        """The pause that robots.txt asks for, up to half a minute."""
        return _delay_asked(self._file(origin))

    def _file(self, origin: str) -> RobotsFile:
        known = self._known.get(origin) or self._kept(origin)
        if known is None or not 0 <= self._clock() - known.asked_at <= KEPT_FOR:
            status, text = self._ask(origin)
            known = RobotsFile(status, text, self._clock())
            if self._book is not None:
                self._book.keep_robots(origin, known, delay=_delay_asked(known))
        self._known[origin] = known
        return known

    def _kept(self, origin: str) -> RobotsFile | None:
        """What was answered before. A failure is asked anew."""
        if self._book is None or self._is_passing(origin):
            return None
        kept = self._book.robots(origin)
        return None if kept is None or _is_silent(kept) else kept


def _is_silent(file: RobotsFile) -> bool:
    return file.status == 0 or file.status >= 500


def _delay_asked(file: RobotsFile) -> float:
    if not 200 <= file.status < 300:
        return 0.0
    rules = Protego.parse(file.text)
    rate = rules.request_rate(PRODUCT)
    asked = max(rules.crawl_delay(PRODUCT) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0.0)
    return float(min(asked, LONGEST_CRAWL_DELAY))
