"""Whether what was read can be believed: repeats, declared totals, expectations, words nobody read up on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from scrapers.channels import Channel
from scrapers.errors import RowRejected, SourceChanged, SourceSuspect
from scrapers.fields import as_text
from scrapers.odd_columns import OddColumns
from scrapers.page import Page
from scrapers.record import Authority, RegistryRecord, Standing
from scrapers.report import Outcome, RunReport
from scrapers.rows import Row
from scrapers.seen_rows import SeenRows, digest_of
from scrapers.spec import RegistrySpec

WHOLE_LISTS = ("roster", "file")
SHOWN, LONGEST_SHOWN = 5, 80
WATCHED = ("number", "standing", "expires_on", "issued_on", "place", "phone", "npi")
"""Fields whose share of filled records every run reports: one that falls silent is noticed even with no expectation."""


def canary_lookup(spec: RegistrySpec, *, on: date) -> str:
    """The known number to look up on that day, each in its turn; "" where none is known or none can be asked for."""
    channel = spec.channels.get("lookup")
    if not spec.canaries or channel is None or channel.by_number is None:
        return ""
    return spec.canaries[on.toordinal() % len(spec.canaries)]


class Judge:
    """Watches a run row by row, holds back what belongs together, and concludes with an outcome."""

    def __init__(self, spec: RegistrySpec, channel: Channel, report: RunReport, *, wanted: str = "") -> None:
        self._spec, self._channel, self._report, self._wanted = spec, channel, report, wanted
        self._missing: list[str] = []
        self._declared: set[int] = set()
        self.further_pages = self.unread = 0  # pages that were not given; rows that their reader could not read
        self._page_count = self._came_again = 0
        self._new_here = set[bytes]()
        self._page_digest = hashlib.sha256()
        self._page_rows = self._page_news = 0
        self._pages_seen: dict[bytes, str] = {}
        self._seen = SeenRows()
        self._held: dict[str, list[RegistryRecord]] = {}
        self._differing, self._first_differing = 0, list[str]()
        self._listed_words: set[str] = set()
        self._odd_columns = OddColumns(spec, is_whole_list=self._is_whole_list())
        self._canaries = self._known_records()
        self._filled = dict.fromkeys((*WATCHED, *(channel.expect or spec.expect).fill), 0)

    # Pages -----------------------------------------------------------------------------------------------------------

    def begin_page(self, page: Page) -> None:
        self._page_digest, self._page_rows, self._page_news = hashlib.sha256(), 0, 0
        self._repeated_before = self._report.repeated
        self._page_count, self._new_here = self._page_count + 1, set()

    def see_row(self, row: Row) -> None:
        self._report.rows += 1
        self._page_rows += 1
        self._page_digest.update(repr(dict(row)).encode())

    def end_page(self, page: Page) -> None:
        """Raises SourceSuspect when another request or file already gave the very same rows."""
        if not self._page_rows:
            return
        digest = self._page_digest.digest()
        earlier = self._pages_seen.setdefault(digest, page.url)
        if earlier is not page.url:
            raise SourceSuspect(
                f"gives the same {self._page_rows} rows as {earlier}", where=page.url, expected="others"
            )
        if self._report.repeated - self._repeated_before == self._page_rows > 1 and not self._page_news:
            raise SourceSuspect(
                f"gives the same {self._page_rows} rows as earlier pages did", where=page.url, expected="others"
            )

    def declare(self, total: int | None) -> None:
        if total is not None:
            self._declared.add(total)
            self._report.declared = max(self._declared)

    def reject(self, rejected: RowRejected, *, where: str, line: int) -> None:
        """Notes a row that was read and cannot be believed."""
        self._report.reject(where, rejected.line or line, rejected.reason)
        self._odd_columns.see_rejected(rejected)

    def miss(self, reason: str) -> None:
        """Notes that something is known to be missing."""
        if reason not in self._missing:
            self._missing.append(reason)

    # Records ---------------------------------------------------------------------------------------------------------

    def admit(self, record: RegistryRecord) -> Iterator[RegistryRecord]:
        """The record, unless the same row was already given or it must wait for rows that belong to it."""
        if record.standing is Standing.UNKNOWN:
            word = self._report.meet_unknown(record.standing_raw)
            published = tuple(as_text(record.as_published.get(name)) for name in self._spec.standing.columns)
            if self._spec.standing.lists(published):
                self._listed_words.add(word)
        row = digest_of(record.as_published, besides=self._ordinals(record.as_published))
        known = self._seen.put(record.source_key, row)
        differs = known is not None and known != row
        own_key = f"{record.source_key}~{row.hex()[:8]}"
        if known == row or (differs and self._seen.put(own_key, row) is not None):
            self._report.repeated += 1
            self._came_again += self._page_count > 1 and row not in self._new_here
            return
        self._page_news += 1
        if self._page_count > 1:  # of the first page, nothing can have come before
            self._new_here.add(row)
        if self._spec.one_row_per == "case":
            self._hold(record)
            return
        if differs:
            self._differ(record.source_key)
            record = replace(record, source_key=own_key)
        yield record

    def _ordinals(self, published: Mapping[str, Any]) -> set[str]:
        """Ignored columns that only count the rows of the list: in them, a row that came again differs from itself."""
        here = str(self._report.rows)
        return {name for name in self._spec.ignored if published.get(name) == here} if self._is_turned() else set()

    def _differ(self, key: str) -> None:
        self._differing += 1
        if len(self._first_differing) < SHOWN:
            self._first_differing.append(key[:LONGEST_SHOWN])

    def _hold(self, record: RegistryRecord) -> None:
        """Keeps the rows of one credential until the end. What says something else of it stands for itself."""
        held = self._held.setdefault(record.source_key, [])
        if not held or _same_credential(held[0], record):
            held.append(record)
        else:
            self._differ(record.source_key)
            self._held[f"{record.source_key}~{digest_of(record.as_published).hex()[:8]}"] = [record]

    def held_back(self) -> Iterable[RegistryRecord]:
        """What waited for the end, each with a key of its own."""
        return [replace(_put_together(records), source_key=key) for key, records in self._held.items()]

    def weigh(self, record: RegistryRecord) -> None:
        for number in (record.number, record.number_raw):
            if number in self._canaries:
                self._canaries[number] = True
        self._odd_columns.see(record)
        for name in self._filled:
            self._filled[name] += _has(record, name)

    # The end ---------------------------------------------------------------------------------------------------------

    def summarize(self) -> None:
        """Puts into words what a person should look at, whatever the outcome, and how full the records are."""
        if count := self._report.records:
            self._report.fill = {name: round(filled / count, 4) for name, filled in self._filled.items()}
        for word, count in self._report.unknown_words.items():
            advice = "a person must look" if word in self._listed_words else "read up on it and add it"
            self._report.warn(f"standing word {word!r} is not known ({count} records): {advice}")
        if more := self._report.unknown_words_more:
            self._report.warn(f"{more} records have further standing words that are not known")
        if self._differing:
            few = ", ".join(self._first_differing)
            self._report.warn(f"{self._differing} keys stand there again and differ: {few}")
        if self._report.repeated:
            self._report.warn(f"{self._report.repeated} rows repeat word for word and were taken once")

    def conclude(self) -> None:
        """Sets outcome and reason of a run that reached its end."""
        self.summarize()
        self._refuse_what_nobody_could_read()
        self._compare_declared()
        if self._came_again and self._is_turned():
            self.miss(f"{self._came_again} rows of earlier pages came again, so others may have been left out")
        if self._report.rejected_rows:
            first = self._report.row_errors[0]
            where = f"the first in line {first['line']}" if first["line"] else "the first"
            self.miss(f"{self._report.rejected_rows} rows could not be read, {where}: {first['reason']}")
        suspicions = self._suspicions()
        if not (suspicions or self._missing or self._report.records) and self._should_hold_somebody():
            self.miss(f"none of the {self._report.rows} rows belongs to this registry, so its silence means nothing")
        if suspicions:
            self._report.outcome, self._report.reason = Outcome.SUSPECT, "; ".join(suspicions)
        elif self._missing:
            self._report.outcome, self._report.reason = Outcome.INCOMPLETE, "; ".join(self._missing)
        else:
            self._report.outcome, self._report.reason = Outcome.COMPLETE, ""

    def _refuse_what_nobody_could_read(self) -> None:
        """Raises SourceChanged when not one row of a list could be read: it is another list than the described one."""
        count = self._report.rejected_rows
        if self._is_whole_list() and count > 1 and not (self._report.records or self._report.skipped):
            first = self._report.row_errors[0]["reason"]
            raise SourceChanged(f"none of its {count} rows could be read, the first: {first}")

    def _compare_declared(self) -> None:
        seen = self._report.rows + self.unread
        if len(self._declared) > 1:
            self.miss(f"the pages announce different totals: {', '.join(map(str, sorted(self._declared)))}")
        elif self._declared and seen != self._report.declared:
            self.miss(f"{seen} of {self._report.declared}")
        elif not self._declared and self.further_pages:
            self.miss("the page leads to further pages that were not given")

    def _is_whole_list(self) -> bool:
        return self._channel.name in WHOLE_LISTS

    def _is_turned(self) -> bool:
        """Whether this is one list, given page by page, in which no row is published twice on purpose."""
        return self._channel.name == "roster" and len(self._channel.start) == 1 and self._spec.one_row_per != "case"

    def _should_hold_somebody(self) -> bool:
        """Whether rows of which none is ours are a surprise: in a whole list, on a saved page of the issuer,
        and in the answer about a number that no other board uses. The word for our profession may have changed, and
        then nobody would be found. A registry that holders fill in themselves says nothing by its silence."""
        is_issuers_page = self._channel.name == "saved_page" and self._spec.authority is Authority.ISSUER
        is_about_one = is_issuers_page or (self._wanted and not self._spec.shared_numbers)
        return self._is_whole_list() or bool(is_about_one and self._report.rows)

    def _known_records(self) -> dict[str, bool]:
        """The canaries that this run must bring back, and whether they came: all of them in a whole list, in a lookup
        the one that was asked for."""
        if self._is_whole_list():
            return dict.fromkeys(self._spec.canaries, False)
        return {self._wanted: False} if self._wanted in self._spec.canaries else {}

    def _note_canaries(self) -> None:
        self._report.canaries_found = sorted(number for number, came in self._canaries.items() if came)
        self._report.canaries_missing = sorted(number for number, came in self._canaries.items() if not came)

    def _canaries_that_stayed_away(self) -> list[str]:
        if not self._report.canaries_missing:
            return []
        return [f"known records did not come back: {', '.join(self._report.canaries_missing)}"]

    def _suspicions(self) -> list[str]:
        if not self._missing:  # of what was not read to its end, nobody is surprised that somebody is not in it
            self._note_canaries()
        if not self._is_whole_list():
            return [*self._odd_columns.reasons(), *self._canaries_that_stayed_away()]
        expect, count = self._channel.expect or self._spec.expect, self._report.records
        found = []
        if expect.most is not None and count > expect.most:
            found.append(f"{count} records, where at most {expect.most} were expected")
        found += self._odd_columns.reasons()
        if self._missing:  # not a whole list: too few is no surprise
            return found
        if count < expect.least:
            found.append(f"{count} records, where at least {expect.least} were expected")
        elif not self._report.rows:
            found.append("not a single row, where a whole list was expected")
        for name, share in expect.fill.items():
            if count and self._filled[name] < share * count:
                found.append(f"{name} is filled in {self._filled[name]} of {count} records, expected {share:.0%}")
        return found + self._canaries_that_stayed_away()


def _same_credential(one: RegistryRecord, other: RegistryRecord) -> bool:
    same = (one.holder, one.standing, one.standing_raw, one.expires_on, one.number)
    return same == (other.holder, other.standing, other.standing_raw, other.expires_on, other.number)


def _put_together(records: list[RegistryRecord]) -> RegistryRecord:
    """The record of a credential whose rows are about its cases: the same in whatever order they came."""
    first, *others = sorted(records, key=lambda each: (each.discipline or "", digest_of(each.as_published)))
    if not others:
        return first
    cases = dict.fromkeys(each.discipline for each in (first, *others) if each.discipline)
    further = [dict(each.as_published) for each in others]
    return replace(first, discipline=" | ".join(cases), as_published={**first.as_published, "further_rows": further})


def _has(record: RegistryRecord, name: str) -> bool:
    """Whether the record has something in that field. A standing that nobody read up on is none."""
    if name == "standing":
        return record.standing is not Standing.UNKNOWN
    if name == "place":
        return bool(record.place.city or record.place.region or record.place.postal_code)
    value: Any = record
    for part in name.split("."):
        value = getattr(value, part)
    return bool(value)
