"""robots.txt, as RFC 9309 has it: 4xx means all is allowed, 5xx or no answer means nothing is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from protego import Protego

PRODUCT = "TrueMeridian"
KEPT_FOR = 24 * 3600.0
LONGEST_CRAWL_DELAY = 30.0
MOST_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What an origin answered for /robots.txt. `status` 0 is no answer."""

    status: int
    text: str
    asked_at: float


class Robots:
    """The rules of each origin, asked once a day. `ask` fetches an origin's robots.txt; `folder` keeps the answers
    between processes (None: only in memory)."""

    def __init__(
        self, ask: Callable[[str], tuple[int, str]], *, clock: Callable[[], float], folder: Path | None = None
    ) -> None:
        self._ask, self._clock, self._folder = ask, clock, folder
        self._known: dict[str, RobotsFile] = {}

    def refusal(self, origin: str, url: str) -> str:
        """Why this address may not be asked, or ""."""
        file = self._file(origin)
        if file.status == 0 or file.status >= 500:
            return f"robots.txt gives no answer ({file.status or 'none'}), so nothing may be asked"
        if file.status < 300 and not Protego.parse(file.text).can_fetch(url, PRODUCT):
            return "robots.txt does not allow this address"
        return ""

    def is_unanswered(self, origin: str) -> bool:
        file = self._file(origin)
        return file.status == 0 or file.status >= 500

    def crawl_delay(self, origin: str) -> float:
        """The pause that robots.txt asks for, up to half a minute."""
        file = self._file(origin)
        if not 200 <= file.status < 300:
            return 0.0
        rules = Protego.parse(file.text)
        rate = rules.request_rate(PRODUCT)
        asked = max(rules.crawl_delay(PRODUCT) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0.0)
        return float(min(asked, LONGEST_CRAWL_DELAY))

    def _file(self, origin: str) -> RobotsFile:
        known = self._known.get(origin) or self._kept(origin)
        if known is None or self._clock() - known.asked_at > KEPT_FOR:
            status, text = self._ask(origin)
            known = RobotsFile(status, text, self._clock())
            self._keep(origin, known)
        self._known[origin] = known
        return known

    def _path(self, origin: str) -> Path | None:
        name = f"robots-{hashlib.sha256(origin.encode()).hexdigest()[:24]}.json"
        return self._folder / name if self._folder else None

    def _kept(self, origin: str) -> RobotsFile | None:
        path = self._path(origin)
        if path is None or not path.is_file():
            return None
        return RobotsFile(**json.loads(path.read_text(encoding="utf-8")))

    def _keep(self, origin: str, file: RobotsFile) -> None:
        path = self._path(origin)
        if path is not None and 200 <= file.status < 500:
            draft = path.with_suffix(f".{id(file)}")
            draft.write_text(json.dumps(asdict(file)), encoding="utf-8")
            draft.replace(path)
