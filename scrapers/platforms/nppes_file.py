"""The NPPES files: the monthly list of every provider, the weekly list of changes, and the report of withdrawn numbers.

The index page links to all three, and only exact patterns tell them apart. The list is ten gigabytes inside a zip: it
is streamed, and only rows that contain the acupuncturists' code are parsed at all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, PassedOver, Remark, Row, RowRejected, SourceChanged
from scrapers.decoding import encoding_of
from scrapers.errors import SpecError
from scrapers.normalize import bare_phone, valid_npi
from scrapers.page import Page
from scrapers.platforms import nppes_columns, nppes_row, nppes_withdrawn
from scrapers.platforms.rows_with import DamagedRow, Lines, Wanted, rows_in_stream
from scrapers.record import CredentialKind, Holder, Method, RegistryRecord, Standing
from scrapers.request import Request
from scrapers.spec import RegistrySpec

MEMBER = re.compile(r"npidata_pfile_(\d{8})-(\d{8})\.csv", re.IGNORECASE)
LONGEST_HEADING = 1 << 20
COUNTED = 256 * 1024 * 1024  # bytes of a plain file whose lines are counted


class Adapter(Base):
    """Options: `links`, the exact pattern of each kind of file on the index page, and `take`, which kind to follow."""

    network_method = Method.BULK_FILE_ROW
    options = frozenset(("links", "take"))

    def __init__(self, spec: RegistrySpec) -> None:
        super().__init__(spec)
        self.needed |= nppes_columns.NEEDED
        self._exact |= nppes_columns.NEEDED | nppes_columns.NUMBERED | {*nppes_columns.PUBLISHED}
        links, take = spec.options.get("links", {}), spec.options.get("take", "")
        if take not in links:
            raise SpecError(f"{spec.id}: options.take is {take!r}, none of {', '.join(links)}")
        self._link = re.compile(links[take])

    def read(self, page: Page) -> Iterator[Found]:
        if page.channel.name == "roster" and page.note != "file":
            yield from self._links(page)
            return
        members = page.members() if page.is_zip else []
        if nppes_withdrawn.holds_report(members):
            yield from nppes_withdrawn.rows_of(page, members)
        else:
            yield from self._providers(page, _list_member(members))

    def _links(self, page: Page) -> Iterator[Request]:
        """The one link to the file that is to be taken, by its exact name."""
        links = {str(link["href"]) for link in page.some("a[href]")}
        wanted = sorted(link for link in links if self._link.fullmatch(_file_name(link)))
        if len(wanted) != 1:
            names = ", ".join(map(_file_name, wanted)) or "no link"
            raise SourceChanged(f"{names} fits {self._link.pattern}", expected="one link")
        yield page.follow(wanted[0], note="file")

    # The list of providers -------------------------------------------------------------------------------------------

    def _providers(self, page: Page, member: str) -> Iterator[Found]:
        dates = MEMBER.fullmatch(PurePosixPath(member).name)
        if dates and not dates.group(1).startswith("2005"):
            yield Remark(f"{member} holds what changed from {dates.group(1)} to {dates.group(2)}, not the whole list")
        with ExitStack() as files:
            stream = files.enter_context(page.open([member] if member else ()))
            lines = _LineNumbers(files.enter_context(page.open([member] if member else ())))
            first = stream.readline(LONGEST_HEADING)
            encoding, skip = encoding_of(first[:512], page.channel.encoding)
            if encoding.startswith("utf-16"):
                yield from self._providers_parsed(page, member)
                return
            headings = _headings(first[skip:], encoding)
            self.check_columns(headings)
            providers = nppes_columns.Providers(headings, self.spec.date_formats)
            # Beside inflating, counting lines costs little. In a plain file it would cost more than everything else.
            seen, count = 0, Lines() if member or page.capture.size < COUNTED else None
            wanted = Wanted(page.channel.only_rows_with, len(headings), encoding)
            for found in rows_in_stream(stream, wanted, count):
                seen += 1
                if isinstance(found, DamagedRow):
                    yield RowRejected(found.reason, line=lines.at(found.offset))
                else:
                    yield from providers.rows(found.columns)
            if count:
                yield PassedOver(max(0, count.read - seen))

    def _providers_parsed(self, page: Page, member: str) -> Iterator[Found]:
        """The same from a file saved again as UTF-16, by parsing: slower, and seldom needed."""
        providers = None
        for found in page.rows(self.check_columns, member=[member] if member else ()):
            if isinstance(found, RowRejected):
                yield found
                continue
            providers = providers or nppes_columns.Providers(list(found), self.spec.date_formats)
            yield from providers.rows(list(found.values()), line=found.line)

    # Records ---------------------------------------------------------------------------------------------------------

    def record(self, row: Row) -> RegistryRecord | None:
        if "claimed" not in row:
            return None
        npi = row[nppes_columns.NPI].strip()
        if not valid_npi(npi):
            raise RowRejected(f"NPI {npi} has a wrong check digit")
        return self._license(npi, row) if row["claimed"] else self._deactivation(npi, row)

    def _license(self, npi: str, row: Row) -> RegistryRecord:
        claimed: nppes_row.ClaimedLicense = row["claimed"]
        city, state, postal_code, country = (
            row.get(name)
            for name in (nppes_columns.CITY, nppes_columns.REGION, nppes_columns.POSTAL_CODE, nppes_columns.COUNTRY)
        )
        place = nppes_row.practice_place(city=city, state=state, postal_code=postal_code, country=country)
        return RegistryRecord(
            registry=self.spec.id,
            source_key=claimed.source_key(npi),
            kind=self.spec.kind,
            profession=claimed.profession,
            jurisdiction=claimed.jurisdiction,
            number=claimed.number,
            number_raw=claimed.number_raw,
            holder=nppes_columns.holder_of(row),
            standing=self.spec.standing.of(()),
            standing_raw="",
            other_names=nppes_columns.other_names_of(row),
            place=place,
            npi=npi,
            phone=bare_phone(nppes_row.tidy(row[nppes_columns.PHONE]), place.country or "US"),
            **self._read_from(row),
        )

    def _deactivation(self, npi: str, row: Row) -> RegistryRecord:
        """The withdrawn number itself. Whose it was the report does not say, nor of which profession."""
        published = row[nppes_columns.DEACTIVATED]
        try:
            withdrawn_on = nppes_columns.day(published, self.spec.date_formats)
        except ValueError as wrong:
            raise RowRejected(str(wrong)) from wrong
        return RegistryRecord(
            registry=self.spec.id,
            source_key=f"{npi}|deactivated",
            kind=CredentialKind.ENUMERATION,
            profession="",
            jurisdiction=self.spec.jurisdiction,
            number=npi,
            number_raw=npi,
            holder=Holder(),
            standing=Standing.DEACTIVATED,
            standing_raw=f"{nppes_columns.DEACTIVATED} {published}".strip(),
            expires_on=withdrawn_on,
            npi=npi,
            **self._read_from(row),
        )

    def _read_from(self, row: Row) -> dict[str, Any]:
        if row.evidence is None:
            raise TypeError("the runner gives each row its evidence before it is made a record")
        return {"evidence": row.evidence, "as_published": dict(row.published or {})}


class _LineNumbers:
    """Which line stands at a place of a stream, for places that come in order."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._read, self._line = stream, 0, 1

    def at(self, offset: int) -> int:
        while self._read < offset and (block := self._stream.read(min(1 << 20, offset - self._read))):
            self._read += len(block)
            self._line += block.count(b"\n")
        return self._line


def _file_name(link: str) -> str:
    return PurePosixPath(unquote(urlsplit(link).path)).name


def _list_member(members: Sequence[str]) -> str:
    """The member that holds the list: the one of the exact name, or else the only csv. "" for a file that is no zip."""
    if not members:
        return ""
    exact = [name for name in members if MEMBER.fullmatch(PurePosixPath(name).name)]
    tables = [name for name in members if name.lower().endswith(".csv") and "_fileheader" not in name.lower()]
    chosen = exact or tables
    if len(chosen) != 1:
        raise SourceChanged(f"the zip holds {', '.join(members[:20])}", expected="one npidata_pfile_….csv")
    return chosen[0]


def _headings(line: bytes, encoding: str) -> list[str]:
    try:
        (headings,) = csv.reader([line.decode(encoding)], strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError) as wrong:
        raise SourceChanged(f"its headings cannot be read: {wrong}") from wrong
    headings = [heading.strip() for heading in headings]
    if len(set(headings)) != len(headings):
        raise SourceChanged("has a heading twice", expected="each heading once")
    return headings
