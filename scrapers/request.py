"""What an adapter asks for. It never touches the network itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask a source for.

    note: what this page is, for the adapter's `read` ("count", "certificate").
    carried: what an earlier page already told about the row that this page completes.
    turn: the how-manieth page of a list this is, where it is reached from the one before. The same posted form may then
        mean another page each time; the same address may not.
    """

    url: str
    method: str = "GET"
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    carried: Mapping[str, Any] = field(default_factory=dict)
    turn: int = 0

    @property
    def identity(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """Two requests with the same identity ask for the same thing."""
        fields = sorted((self.form or {}).items())
        turned = [("turn", str(self.turn))] if self.turn and self.method == "POST" else []
        return (self.method, self.url, (*fields, *turned))
