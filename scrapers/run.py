"""One reading of one registry: pages until done, records as they come, and a report that says what they are worth."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from scrapers.adapter import Wanted, adapter_for
from scrapers.apologies import apology_in, under_maintenance
from scrapers.captures import Capture, Captures
from scrapers.channels import Channel
from scrapers.errors import (
    Incomplete,
    PassedOver,
    Remark,
    RowRejected,
    SourceBlocked,
    SourceChanged,
    SourceDown,
    SourceError,
    SourceSuspect,
    SpecError,
)
from scrapers.judging import Judge
from scrapers.page import Page
from scrapers.record import Method, RegistryRecord
from scrapers.report import Outcome, RunReport
from scrapers.request import Request
from scrapers.rows import Row
from scrapers.spec import RegistrySpec
from scrapers.walls import asks_to_sign_in, wall_in

__all__ = ["Outcome", "RunReport", "Scrape"]

PROGRESS_EVERY = 10_000  # rows
LONGEST_RUN = 12 * 3600.0  # seconds over the network: a list is not put together from two days
MOST_BYTES = 2_000_000_000  # of all pages together, where one alone may not be longer
MOST_REJECTED = 100_000  # where they are more than all others
MOST_ROWS = 5_000_000  # of all pages together, counted after each


class Fetches(Protocol):
    """Whatever can fetch a request into a capture: the polite Fetcher, or a recording."""

    def fetch(self, request: Request, channel: Channel) -> Capture: ...


class Scrape:
    """One reading of one registry. `report` is complete once `records()` is exhausted.

    channel: roster, lookup (with `wanted`), file or saved_page (with `files`).
    retrieved_at: when dropped files and saved pages were obtained, if somebody stated it; otherwise now.
    most_pages: stop there; the outcome is then incomplete.
    Raises SpecError at once for a channel the registry doesn't have or that lacks what it needs.
    """

    def __init__(
        self,
        spec: RegistrySpec,
        *,
        channel: str,
        captures: Captures,
        now: Callable[[], datetime],
        fetcher: Fetches | None = None,
        wanted: Wanted | None = None,
        files: Sequence[Path] = (),
        retrieved_at: datetime | None = None,
        most_pages: int | None = None,
        on_progress: Callable[[RunReport], None] | None = None,
    ) -> None:
        self.spec = spec
        self.channel = spec.channel(channel)
        if self.channel.by_hand:
            raise SpecError(f"{spec.id}: channel {channel} is a check by hand; no program reads it")
        self.adapter = adapter_for(spec)
        self.report = RunReport(registry=spec.id, channel=channel)
        self.asked: set[str] = set()  # the selectors that reading relied on
        self._captures, self._now, self._fetcher = captures, now, fetcher
        self._files, self._retrieved_at = [Path(file) for file in files], retrieved_at
        self._most_pages = most_pages or spec.politeness.most_pages
        self._on_progress = on_progress or (lambda report: None)
        self._judge = Judge(spec, self.channel, self.report, wanted=wanted.number if wanted else "")
        self._queue: deque[Request] = deque()
        self._known_requests: set[object] = set()
        if self.channel.is_network and fetcher is None:
            raise SpecError(f"{spec.id}: channel {channel} needs a fetcher")
        if not self.channel.is_network and not self._files:
            raise SpecError(f"{spec.id}: channel {channel} needs a file")
        self._first: Iterable[Request] = ()
        if channel == "lookup":
            if wanted is None:
                raise SpecError(f"{spec.id}: channel lookup needs somebody to look for")
            self._first = list(self.adapter.lookup(wanted))
        elif channel == "roster":
            self._first = self.adapter.roster()

    def records(self) -> Iterator[RegistryRecord]:
        """The records, streamed. Never raises a SourceError: it ends, and the report says why. Records of a run whose
        outcome is not usable must not be used."""
        started = time.monotonic()
        page: Page | None = None
        try:
            for page in self._pages():
                yield from self._records_of(page)
            yield from self._counted(self._judge.held_back())
            self._judge.conclude()
        except SourceError as wrong:
            self._fail(wrong, page)
        finally:
            self.report.seconds = time.monotonic() - started
            self._on_progress(self.report)

    # Pages -----------------------------------------------------------------------------------------------------------

    def _pages(self) -> Iterator[Page]:
        if not self.channel.is_network:
            yield from self._given_pages()
            return
        self._enqueue(self._first)
        started = time.monotonic()
        while self._queue:
            bound = self._bound_reached(time.monotonic() - started)
            if bound:
                self._judge.miss(bound)
                return
            yield self._fetched(self._queue.popleft())

    def _bound_reached(self, seconds: float) -> str:
        """Why no further page is asked for, or "": a source that never ends must not keep a worker or fill the disk."""
        report = self.report
        if report.pages >= self._most_pages:
            return f"stopped after {report.pages} pages, as asked"
        if seconds >= LONGEST_RUN:
            return f"stopped after {seconds / 3600:.0f} hours and {report.pages} pages"
        if report.bytes >= max(MOST_BYTES, self.channel.max_bytes):
            return f"stopped after {report.bytes} bytes on {report.pages} pages"
        if report.rows >= MOST_ROWS and not self.channel.is_bulk:
            return f"stopped after {report.rows} rows on {report.pages} pages"
        return ""

    def _enqueue(self, requests: Iterable[Request]) -> None:
        for request in requests:
            if request.identity not in self._known_requests:
                self._known_requests.add(request.identity)
                self._queue.append(request)

    def _fetched(self, request: Request) -> Page:
        if self._fetcher is None:
            raise TypeError("a network channel has a fetcher")
        self.report.requests += 1
        capture = self._fetcher.fetch(request, self.channel)
        self._count(capture)
        if wall := wall_in(capture.path):
            raise SourceBlocked(f"{wall} stands in the way", where=capture.url)
        return Page(request, capture, self.channel, method=self.adapter.network_method)

    def _given_pages(self) -> Iterator[Page]:
        method = Method.SAVED_PAGE if self.channel.name == "saved_page" else Method.BULK_FILE_ROW
        for file in self._files:
            try:
                capture = self._captures.keep_file(file, retrieved_at=self._retrieved_at or self._now())
            except OSError as wrong:
                raise SourceDown(f"cannot be read: {wrong.strerror}", where=file.name) from wrong
            self._count(capture)
            yield Page(Request(capture.url), capture, self.channel, method=method)

    def _count(self, capture: Capture) -> None:
        self.report.pages += 1
        self.report.bytes += capture.size
        self.report.unchanged += capture.is_unchanged
        self.report.captures.append(capture.sha256)

    # Rows ------------------------------------------------------------------------------------------------------------

    def _records_of(self, page: Page) -> Iterator[RegistryRecord]:
        if page.is_empty:
            raise SourceChanged("is empty", expected="a page or a file")
        self._judge.begin_page(page)
        self._judge.declare(self.adapter.declared(page))
        try:
            for found in self.adapter.read(page):
                if isinstance(found, Request):
                    self._follow(found)
                elif isinstance(found, RowRejected):
                    self._judge.unread += 1
                    self.report.reject(page.url, found.line, found.reason)
                    self._refuse_rubbish()
                elif isinstance(found, Incomplete):
                    self._judge.miss(found.reason)
                elif isinstance(found, PassedOver):
                    self.report.rows += found.rows
                    self.report.skipped += found.rows
                elif isinstance(found, Remark):
                    self.report.warn(found.text)
                else:
                    yield from self._records_of_row(page, found if isinstance(found, Row) else Row(found))
        finally:
            self.asked |= page.asked
            for remark in page.remarks:
                self.report.warn(remark)
        self._judge.end_page(page)
        self._on_progress(self.report)

    def _refuse_rubbish(self) -> None:
        """Raises SourceChanged when most of a long list cannot be read: a page of millions of such rows takes hours."""
        report = self.report
        if report.rejected_rows >= MOST_REJECTED and report.rejected_rows > report.rows:
            raise SourceChanged(f"{report.rejected_rows} of its rows cannot be read", expected="a list of people")

    def _follow(self, request: Request) -> None:
        if self.channel.is_network:
            if request.turn and request.identity in self._known_requests:
                raise SourceSuspect("leads back to a page that was read", where=request.url, expected="a further one")
            self._enqueue([request])
        else:
            self._judge.further_pages += 1

    def _records_of_row(self, page: Page, row: Row) -> Iterator[RegistryRecord]:
        row.evidence = page.evidence
        self._judge.see_row(row)
        try:
            record = self.adapter.record(row)
        except RowRejected as rejected:
            self._judge.reject(rejected, where=page.url, line=row.line)
            return
        if record is None:
            self.report.skipped += 1
        else:
            yield from self._counted(self._judge.admit(record))
        if self.report.rows % PROGRESS_EVERY == 0:
            self._on_progress(self.report)

    def _counted(self, records: Iterable[RegistryRecord]) -> Iterator[RegistryRecord]:
        for record in records:
            self.report.records += 1
            self._judge.weigh(record)
            yield record

    # The end ---------------------------------------------------------------------------------------------------------

    def _knows(self, page: Page) -> bool:
        """Whether the reader knows the page as its registry's; what is no text, such as a PDF, it doesn't."""
        try:
            return self.adapter.knows(page)
        except SourceChanged:
            return False

    def _fail(self, wrong: SourceError, page: Page | None) -> None:
        wrong.registry = wrong.registry or self.spec.id
        wrong.where = wrong.where or (page.url if page else "")
        if page is not None and isinstance(wrong, SourceChanged):
            known = self._knows(page)
            wall = "" if known else page.wall()
            if not wall and not known and asks_to_sign_in(page.capture.path):
                wall = "a sign-in page"
            apology = "" if wall or known else apology_in(page.capture.path)
            if wall:
                wrong = SourceBlocked(f"{wall} stands in the way", registry=self.spec.id, where=page.url)
            elif apology:
                wrong = under_maintenance(apology, registry=self.spec.id, where=page.url)
            else:
                self.report.new_columns = list(wrong.new_columns)
        if isinstance(wrong, SourceDown):
            self.report.not_before_seconds, self.report.in_maintenance = wrong.not_before, wrong.in_maintenance
            self.report.withheld = wrong.withheld
        self._judge.summarize()
        self.report.outcome, self.report.reason = Outcome(wrong.outcome), str(wrong)
