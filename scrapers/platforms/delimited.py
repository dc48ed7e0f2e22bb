"""Lists published as a file of rows: csv, tsv, pipe-separated (whatever its name says), xlsx, plain or inside a zip.

One heading row, one row per credential. The same reader serves a file fetched from an address and one that was dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found
from scrapers.page import Page
from scrapers.record import Method


class Adapter(Base):
    network_method = Method.BULK_FILE_ROW

    def read(self, page: Page) -> Iterator[Found]:
        """The rows of the file. Raises SourceChanged when its columns are not those of the spec."""
        yield from page.rows(self.check_columns)
