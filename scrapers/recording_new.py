"""The first half of making a recording: few rows of what a registry answered, kept with the requests it answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from scrapers.adapter import Wanted
from scrapers.captures import Capture, Captures
from scrapers.channels import Channel
from scrapers.errors import SourceChanged, SourceDown, SpecError
from scrapers.mhtml import ENDINGS, as_page
from scrapers.personal_columns import Kind, PersonalColumns
from scrapers.recorded import Recorded
from scrapers.recorded_shapes import chosen_rows, recorded
from scrapers.recording import RecordedPage, Recording
from scrapers.replacing_names import WORD
from scrapers.request import Request
from scrapers.run import Fetches, RunReport, Scrape
from scrapers.spec import RegistrySpec

_NAMED = (Kind.NAME, Kind.GIVEN, Kind.FAMILY)


@dataclass
class Cutter:
    """Cuts each body to `most` rows (0: not at all) before the reader sees it: only those people's pages are asked."""

    spec: RegistrySpec
    channel: Channel
    most: int
    columns: PersonalColumns = field(init=False)
    was_cut: bool = False
    gone: list[tuple[str, str]] = field(default_factory=list)  # names of rows left out that stand elsewhere on the page

    def __post_init__(self) -> None:
        self.columns = PersonalColumns(self.spec)

    def parsed(self, body: bytes, name: str) -> Recorded:
        """Raises SpecError naming the file or address when it cannot be taken apart."""
        try:
            return recorded(body, self.channel, self.columns)
        except ValueError as wrong:
            raise SpecError(f"{name}: {wrong}") from wrong

    def cut(self, body: bytes, name: str) -> bytes:
        document = self.parsed(body, name)
        rows = document.rows()
        kept = chosen_rows(rows, self.spec, self.most)
        if len(kept) < len(rows):
            document.keep(kept)
            self.was_cut = True
            left = _words(document.body().decode(errors="replace"))
            dropped = (cell for place, row in enumerate(rows) if place not in kept for cell in row.items())
            self.gone += [
                (text, column)
                for column, text in dropped
                if self.columns.kind(column) in _NAMED and _words(text) & left
            ]
        return document.body()


def _words(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text) if len(word) > 2}


def of_files(files: Sequence[Path], cutter: Cutter, *, at: datetime) -> Recording:
    """A recording of dropped files or saved pages. Raises SpecError for a name that the channel does not read."""
    for file in files:
        if not cutter.channel.fits(file.name):
            raise SpecError(f"{file.name}: channel {cutter.channel.name} reads {', '.join(cutter.channel.pattern)}")
    bodies = {f"recording/{_page_name(file)}": cutter.cut(body_of(file), file.name) for file in files}
    return Recording(cutter.channel.name, at, files=bodies)


def body_of(file: Path) -> bytes:
    """What a file holds; of a page saved as one file (MHTML) the page. Raises SpecError for a damaged one."""
    try:
        return as_page(file.read_bytes())
    except (SourceChanged, ValueError) as wrong:
        raise SpecError(f"{file}: {wrong}") from wrong


def _page_name(file: Path) -> str:
    return f"{file.stem}.html" if file.suffix.lower() in ENDINGS else file.name


def of_answers(
    fetcher: Fetches,
    cutter: Cutter,
    *,
    at: datetime,
    wanted: Wanted | None = None,
    most_pages: int | None = None,
) -> tuple[Recording, RunReport]:
    """A recording of what is answered over the network, or from saved pages that stand in for it."""
    captures = Captures(None)
    recorder = _Recorder(fetcher, cutter, captures)
    scrape = Scrape(
        cutter.spec.without_expectations(),
        channel=cutter.channel.name,
        captures=captures,
        now=lambda: at,
        fetcher=recorder,
        wanted=wanted,
        most_pages=most_pages,
    )
    for _ in scrape.records():
        continue
    accepted = "reader@directory.example" if cutter.spec.terms.were_read else ""
    pages = tuple(recorder.pages)
    return Recording(cutter.channel.name, at, wanted=wanted, pages=pages, terms_accepted_by=accepted), scrape.report


def asked_anew(recording: Recording, cutter: Cutter) -> Recording:
    """The recording with the requests that the reader makes of its pages, after these were changed."""
    if not recording.pages:
        return recording
    at, whole = recording.retrieved_at, Cutter(cutter.spec, cutter.channel, 0)
    if recording.terms_accepted_by:
        whole.spec = cutter.spec.with_terms_read(recording.terms_accepted_by, at.date())
    answers = SavedAnswers(recording.pages, Captures(None), at=at)
    again, _ = of_answers(answers, whole, at=at, wanted=recording.wanted)
    return replace(recording, pages=again.pages)


class _Recorder(Fetches):
    def __init__(self, fetcher: Fetches, cutter: Cutter, captures: Captures) -> None:
        self._fetcher, self._cutter, self._captures = fetcher, cutter, captures
        self.pages: list[RecordedPage] = []

    def fetch(self, request: Request, channel: Channel) -> Capture:
        answer = self._fetcher.fetch(request, channel)
        body = answer.path.read_bytes()
        body = self._cutter.cut(body, request.url) if self._cutter.most else body
        form = dict(request.form) if request.form is not None else None
        media_type = answer.media_type.partition(";")[0]
        self.pages.append(RecordedPage(request.url, body, form, media_type))
        return self._captures.keep([body], url=answer.url, retrieved_at=answer.retrieved_at, media_type=media_type)


class SavedAnswers(Fetches):
    """Saved pages in place of the network: each request is answered with the next of them."""

    def __init__(self, pages: Sequence[RecordedPage], captures: Captures, *, at: datetime) -> None:
        self.left, self._captures, self._at = list(pages), captures, at

    def fetch(self, request: Request, channel: Channel) -> Capture:
        """Raises SourceDown when there is no page left."""
        if not self.left:
            raise SourceDown(f"no page was given for {request.method} {request.url} {dict(request.form or {})}")
        page = self.left.pop(0)
        return self._captures.keep([page.body], url=request.url, retrieved_at=self._at, media_type=page.media_type)


def saved_at(files: Sequence[Path]) -> datetime:
    """When the first of the files was saved, so that a second recording of it says the same."""
    return datetime.fromtimestamp(files[0].stat().st_mtime, UTC).replace(microsecond=0)
