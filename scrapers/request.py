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
    """

    url: str
    method: str = "GET"
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    carried: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """Two requests with the same identity ask for the same thing."""
        return (self.method, self.url, tuple(sorted((self.form or {}).items())))
