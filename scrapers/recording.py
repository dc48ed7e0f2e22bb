"""A recording: what a registry would answer, with few rows and invented people, and what must be read from it.

`recording.yaml` in a folder says:

    channel: roster                       # or lookup, file, saved_page
    retrieved_at: 2026-05-03T12:00:00+00:00
    wanted: {number: "1234"}              # lookups only
    terms_accepted_by: oz@directory.example   # where the source asks to accept its terms
    files: [recording/list.csv]           # file and saved_page channels
    pages:                                # network channels: which request is answered with which file
      - {url: "https://…", file: recording/count.json, media_type: application/json}
      - {url: "https://…", form: {name: Holloway}, file: recording/results.html}
    may_vanish: [".discipline"]           # columns, keys or selectors that may be renamed without stopping the run
    finds_nobody: true                    # the source says, in its own way, that nobody fits
    cannot_be_cut: "why"                  # the registry announces no total, so that a missing page cannot be noticed

A page of a form is found by its address and those form fields that it states; others may differ (hidden state does).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from scrapers.adapter import Wanted
from scrapers.captures import Capture, Captures
from scrapers.channels import Channel
from scrapers.errors import SourceDown, SpecError
from scrapers.request import Request
from scrapers.run import Fetches, RunReport, Scrape
from scrapers.spec import RegistrySpec
from scrapers.strict import StrictMapping


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """One answer. `form` None answers a GET."""

    url: str
    body: bytes
    form: Mapping[str, str] | None = None
    media_type: str = ""

    def answers(self, request: Request) -> bool:
        if self.url != request.url or (self.form is None) != (request.form is None):
            return False
        return all((request.form or {}).get(name) == value for name, value in (self.form or {}).items())


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording in memory, so that tests can tamper with it."""

    channel: str
    retrieved_at: datetime
    wanted: Wanted | None = None
    pages: tuple[RecordedPage, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    may_vanish: tuple[str, ...] = ()
    cannot_be_cut: str = ""
    finds_nobody: bool = False
    terms_accepted_by: str = ""

    @property
    def bodies(self) -> list[bytes]:
        return [page.body for page in self.pages] or list(self.files.values())

    def with_bodies(self, bodies: list[bytes]) -> Recording:
        """The same recording with other bodies, in the same order."""
        pages = tuple(replace(page, body=body) for page, body in zip(self.pages, bodies, strict=False))
        return replace(self, pages=pages, files=dict(zip(self.files, bodies, strict=False)))


class Replay(Fetches):
    """Answers from a recording. What it doesn't hold is an outage, as it would be for a reader of the real source."""

    def __init__(self, recording: Recording, captures: Captures) -> None:
        self._recording, self._captures = recording, captures

    def fetch(self, request: Request, channel: Channel) -> Capture:
        """The recorded answer. Raises SourceDown when there is none."""
        for page in self._recording.pages:
            if page.answers(request):
                return self._captures.keep(
                    [page.body],
                    url=request.url,
                    retrieved_at=self._recording.retrieved_at,
                    media_type=page.media_type,
                )
        raise SourceDown(f"the recording has no answer to {request.method} {request.url} {dict(request.form or {})}")


def load_recording(folder: Path) -> Recording:
    """The recording in a folder. Raises SpecError naming what is wrong in recording.yaml."""
    path = folder / "recording.yaml"
    try:
        keys = StrictMapping(yaml.safe_load(path.read_text(encoding="utf-8")), str(path))
    except (OSError, yaml.YAMLError) as wrong:
        raise SpecError(f"{path}: cannot be read as YAML: {wrong}") from wrong
    stated = keys.take("retrieved_at")
    wanted = keys.take("wanted", None)
    recording = Recording(
        channel=keys.text("channel"),
        retrieved_at=stated if isinstance(stated, datetime) else datetime.fromisoformat(str(stated)),
        wanted=Wanted(**wanted) if wanted else None,
        pages=tuple(_page(given, folder, path) for given in keys.take("pages", [])),
        files={name: (folder / name).read_bytes() for name in keys.texts("files")},
        may_vanish=keys.texts("may_vanish"),
        cannot_be_cut=keys.text("cannot_be_cut", ""),
        finds_nobody=keys.flag("finds_nobody", False),
        terms_accepted_by=keys.text("terms_accepted_by", ""),
    )
    keys.done()
    if not recording.bodies:
        raise SpecError(f"{path}: give pages or files")
    return recording


def _page(given: Any, folder: Path, path: Path) -> RecordedPage:
    keys = StrictMapping(given, f"{path}: pages")
    form = keys.take("form", None)
    page = RecordedPage(
        url=keys.text("url"),
        body=(folder / keys.text("file")).read_bytes(),
        form={str(name): str(value) for name, value in form.items()} if form is not None else None,
        media_type=keys.text("media_type", ""),
    )
    keys.done()
    return page


def replay(spec: RegistrySpec, recording: Recording, folder: Path) -> tuple[list[dict[str, Any]], RunReport, set[str]]:
    """One run over a recording, in a folder of its own: records as JSON, report, and the selectors relied on.

    Expectations are of the real list, and a recording is short: they are left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    captures = Captures(folder / "captures")
    if recording.terms_accepted_by:
        spec = spec.with_terms_read(recording.terms_accepted_by, recording.retrieved_at.date())
    scrape = Scrape(
        spec.without_expectations(),
        channel=recording.channel,
        captures=captures,
        now=lambda: recording.retrieved_at.astimezone(UTC),
        fetcher=Replay(recording, captures),
        wanted=recording.wanted,
        files=list(_written(recording.files, folder)),
    )
    records = [record.as_json() for record in scrape.records()]
    return records, scrape.report, scrape.asked


def _written(files: Mapping[str, bytes], folder: Path) -> Iterator[Path]:
    for name, body in files.items():
        path = folder / Path(name).name
        path.write_bytes(body)
        yield path


def expected_json(records: list[dict[str, Any]], report: RunReport) -> str:
    """What `expected.json` holds: the records and what the run says of itself, without what differs every time and
    without what it doesn't say: a zero, nothing."""
    told = {name: value for name, value in report.as_json().items() if value}
    for name in ("seconds", "bytes", "captures"):
        told.pop(name, None)
    return json.dumps({"report": told, "records": records}, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
