"""Keys that a source gives to whoever runs the directory. They stand in settings, are put on a request at the last
moment, and are written nowhere: not into a capture, a recording, a report or a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scrapers.errors import SourceBlocked
from scrapers.request import Request
from scrapers.spec import RegistrySpec


def with_own_keys(spec: RegistrySpec, request: Request, environ: Mapping[str, str]) -> Request:
    """The request with the headers that hold the operator's keys. Raises SourceBlocked when a key is not set."""
    missing = [key for key in spec.keys if not environ.get(key.setting, "").strip()]
    if missing:
        names = " and ".join(key.setting for key in missing)
        raise SourceBlocked(
            f"asks for a key of its operator's own, and {names} is not set",
            where=request.url,
            expected=missing[0].about or "a key",
        )
    if not spec.keys:
        return request
    own = {key.header: environ[key.setting].strip() for key in spec.keys}
    return replace(request, headers={**request.headers, **own})
