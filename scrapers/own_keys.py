"""Keys that a source gives to whoever runs the directory. They stand in settings, are put on a request at the last
moment, and headers are written nowhere: not into a capture, a recording, a report or a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapers.errors import SourceBlocked
from scrapers.request import Request
from scrapers.spec import RegistrySpec


def with_own_keys(spec: RegistrySpec, request: Request, environ: Mapping[str, str]) -> Request:
    """The request with the headers and parameters that hold the operator's keys. Raises SourceBlocked when one is not
    set."""
    missing = [key for key in spec.keys if not environ.get(key.setting, "").strip()]
    if missing:
        names = " and ".join(key.setting for key in missing)
        raise SourceBlocked(
            f"asks for a key of its operator's own, and {names} is not set",
            where=request.url,
            expected=missing[0].about or "a key",
        )
    own = {key.header: environ[key.setting].strip() for key in spec.keys if key.header}
    return replace(request, url=_with_parameters(spec, request.url, environ), headers={**request.headers, **own})


def _with_parameters(spec: RegistrySpec, url: str, environ: Mapping[str, str]) -> str:
    added = [(key.parameter, environ[key.setting].strip()) for key in spec.keys if key.parameter]
    if not added:
        return url
    parts = urlsplit(url)
    return parts._replace(query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *added])).geturl()
