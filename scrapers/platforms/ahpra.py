"""Australia's register of practitioners (AHPRA): search results and details, saved by a person.

A search gives names and numbers and no standing. A detail gives the standing and whatever limits it; a label nobody has
read up on may be such a limit, and makes the standing one that a person must look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Incomplete, Remark, SourceChanged
from scrapers.fields import as_text
from scrapers.page import Page, text_of
from scrapers.record import RegistryRecord
from scrapers.rows import Row
from scrapers.saved import refuse_without_end
from scrapers.spec import RegistrySpec

RESULT, DETAIL = "div.search-results-table-row[data-practitioner-row-id]", "h2.practitioner-name"
PAGE_SIZE = 50
LIMITED = "limited"


class Adapter(Base):
    """Options:

    limits: the labels of what limits a registration. nothing: the words that say there is none.
    divisions: the label of the divisions. profession_words: a division, in small letters, and the profession it is.
    """

    options = frozenset(("limits", "nothing", "divisions", "profession_words"))

    def __init__(self, spec: RegistrySpec) -> None:
        super().__init__(spec)
        self._limits = tuple(spec.options["limits"])
        self._nothing = frozenset(("", *spec.options["nothing"]))
        self._known = {*spec.optional, *spec.ignored, *self.needed, *self._limits}

    def read(self, page: Page) -> Iterator[Found]:
        """The people of a result page, or the one of a detail."""
        refuse_without_end(page)
        if page.maybe(DETAIL) is not None:
            yield from self._detail(page)
            return
        results = page.some(RESULT)
        for result in results:
            page.some(".search-results-table-col", result)
            number = str(result.get("data-practitioner-row-id") or "")
            row = Row({"number": number, "name": text_of(page.some("a", result)[0])}, columns_checked=True)
            row.published = dict(row)
            row.update({"Registration status": "", LIMITED: ""})
            yield row
        if len(results) >= PAGE_SIZE:
            yield Incomplete(f"a page shows {PAGE_SIZE} people at most")

    def _detail(self, page: Page) -> Iterator[Found]:
        found = re.search(r"\b[A-Z]{3}\d{10}\b", page.text("div.practitioner-reg-details"))
        if found is None:
            raise SourceChanged("its registration details hold no number", expected="three letters and ten digits")
        values = {"number": found[0], "name": page.text(DETAIL), "profession": page.text("h3.practitioner-profession")}
        values |= self._sections(page)
        if missing := sorted(self.needed - {LIMITED} - set(values)):
            raise SourceChanged(f"label {', '.join(missing)} is missing")
        unread = sorted(label for label in values if label not in self._known)
        if unread:
            yield Remark(f"label {', '.join(unread)} is not known: read up on it and add it")
        limits = [label for label in self._limits if values.get(label, "") not in self._nothing]
        row = Row(values, columns_checked=True)
        row.published = dict(values)
        row[LIMITED] = f"not read: {', '.join(unread)}" if unread else LIMITED if limits else ""
        yield row

    def _sections(self, page: Page) -> dict[str, str]:
        """Label and value of every section; a label that stands twice keeps both values, unless they are the same."""
        values: dict[str, str] = {}
        for section in page.some("div.practitioner-detail-section"):
            for line in page.some(".section-row", section):
                label = page.text(".field-title", line).rstrip(":").strip()
                value = page.text(".field-entry", line)
                known = values.get(label)
                values[label] = value if known in (None, value) else f"{known} / {value}"
        return values

    def record(self, row: Row) -> RegistryRecord | None:
        record = super().record(row)
        if record is None:
            return None
        divisions = as_text(row.get(str(self.spec.options["divisions"]))).lower()
        words = self.spec.options["profession_words"]
        profession = next((known for word, known in words.items() if word in divisions), divisions)
        told = "Reprimands" in row
        return replace(
            record,
            profession=profession or "chinese medicine practitioner",
            discipline=record.discipline if told else None,
        )
