"""What is remembered of a host and shared by all who ask it: whose turn it is, and how it behaved."""

from __future__ import annotations

import ipaddress
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class HostState:
    """How a host behaved. Times are seconds since 1970."""

    failures: int = 0  # complaints and silences in a row
    closures: int = 0  # how often in a row it was left alone
    closed_until: float = 0.0
    closed_because: str = ""
    delay: float = 0.0  # slower than agreed, for it was slow or complained; 0 when it was not
    delay_until: float = 0.0


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What an origin answered for /robots.txt. `status` 0 is no answer."""

    status: int
    text: str
    asked_at: float


class Hosts(Protocol):
    """The book of hosts. A state is only written by whoever has the turn at that host."""

    def clock(self) -> float:
        """Wall-clock seconds, for they are shared between processes."""

    def sleep(self, seconds: float) -> None: ...

    def turn(self, host: str, delay: float) -> AbstractContextManager[None]:
        """Our turn at a host: begins when nobody else asks it and `delay` seconds after the last request ended. Free
        at once when its holder is killed. Raises NotNow when another run keeps it for too long."""

    def state(self, host: str) -> HostState: ...

    def keep_state(self, host: str, state: HostState) -> None: ...

    def robots(self, origin: str) -> RobotsFile | None: ...

    def keep_robots(self, origin: str, file: RobotsFile, *, delay: float) -> None: ...


def host_key(url: str) -> str:
    """The host of an address as turns know it. http and https of one host are one; another port is another host."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


def is_this_machine(url: str) -> bool:
    """Whether an address names this machine by itself, as rehearsals do."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
