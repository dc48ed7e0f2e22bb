"""Conditional requests: a source says whether a page is still the one we have, and need not send it again.

What a source said to know a page by (ETag, Last-Modified) is kept beside the captures, for each registry and request.
Only a run that was complete writes them down: a page that was cut off unnoticed must not be confirmed for ever.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from scrapers.captures import Capture, Captures
from scrapers.request import Request

BELIEVED_FOR = timedelta(days=7)  # then a page is fetched whole again, whatever its source says
LONGEST = 500  # letters of a header


@dataclass(frozen=True, slots=True)
class Kept:
    """What a source said of one page, and the bytes that it was said of."""

    sha256: str
    media_type: str
    fetched_at: str  # whole
    etag: str = ""
    last_modified: str = ""


class Validators:
    """Of one registry. In memory until `keep`."""

    def __init__(self, captures: Captures, registry_id: str) -> None:
        self._captures, self._folder = captures, captures.folder / "validators" / registry_id
        self._found: dict[Path, Kept] = {}

    def kept(self, request: Request, now: datetime) -> Kept | None:
        """What may be used to ask whether the page is still the same: its bytes are here, whole, and not too old."""
        path = self._path(request)
        try:
            kept = self._found.get(path) or Kept(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        age = now - datetime.fromisoformat(kept.fetched_at)
        if not timedelta(0) <= age <= BELIEVED_FOR or not self._captures.is_whole(kept.sha256):
            return None
        return kept

    def again(self, request: Request, kept: Kept, now: datetime) -> Capture:
        """The capture of a page that its source confirmed just now."""
        return self._captures.keep_again(kept.sha256, url=request.url, retrieved_at=now, media_type=kept.media_type)

    def notice(self, request: Request, capture: Capture, headers: Mapping[str, str]) -> None:
        """What the source says of a page that came whole."""
        etag, changed = headers.get("ETag", "").strip(), headers.get("Last-Modified", "").strip()
        etag = etag if etag.isascii() and etag.isprintable() and len(etag) <= LONGEST else ""
        changed = changed if _is_past(changed, capture.retrieved_at) else ""
        if etag or changed:
            at = capture.retrieved_at.isoformat()
            self._found[self._path(request)] = Kept(capture.sha256, capture.media_type, at, etag, changed)

    def keep(self) -> None:
        """Writes down what was noticed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path, kept in self._found.items():
            draft = path.with_name(f".{path.name}.{os.getpid()}")
            draft.write_text(json.dumps(asdict(kept)), encoding="utf-8")
            draft.replace(path)

    def _path(self, request: Request) -> Path:
        asked = json.dumps([request.identity, sorted(request.headers)])
        return self._folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:32]}.json"


def conditions(kept: Kept) -> dict[str, str]:
    """The headers that ask whether the page is still the same."""
    asked = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified}
    return {name: value for name, value in asked.items() if value}


def _is_past(header: str, now: datetime) -> bool:
    """Whether this is a date that lies behind us: a server whose clock is wrong cannot tell what is new."""
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, IndexError, TypeError):
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) < now
