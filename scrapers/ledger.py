"""What is noted while a source is asked: sent, answered, refused, withheld. Who keeps it is told to the fetcher."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What happened. Each request ends as an answer (`unchanged` besides, when it was a 304), a complaint or silence,
    or a refusal. `withheld` is ours: nothing was sent."""

    REQUEST = "request"
    ANSWER = "answer"
    UNCHANGED = "unchanged"
    COMPLAINT = "complaint"
    REFUSAL = "refusal"
    WITHHELD = "withheld"


class Ledger(Protocol):
    """Keeps count for one registry."""

    def note(self, kind: Kind, *, host: str, at: datetime, url: str, reason: str = "") -> None: ...

    def add_bytes(self, size: int, *, host: str, at: datetime) -> None:
        """What one answer brought, unpacked."""

    def flush(self) -> None:
        """Writes what was only counted so far. Called at the end of a run."""


class Unkept:
    """The ledger of whoever keeps none."""

    def note(self, kind: Kind, *, host: str, at: datetime, url: str, reason: str = "") -> None:
        pass

    def add_bytes(self, size: int, *, host: str, at: datetime) -> None:
        pass

    def flush(self) -> None:
        pass
