"""One page or file that was captured, and the ways to read it. Reading never goes back to the network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, BinaryIO
from urllib.parse import urlencode, urljoin, urlsplit

from bs4.element import Tag

from scrapers.captures import Capture
from scrapers.channels import Channel
from scrapers.decoding import Charset, Claim, as_text_blocks, charset_of, claims_about, decoded
from scrapers.errors import RowRejected, SourceChanged
from scrapers.json_document import JsonDocument, strictly
from scrapers.markup import Markup, Within, text_of
from scrapers.mhtml import archive_in
from scrapers.record import Evidence, Method
from scrapers.request import Request
from scrapers.row_file import RowFile
from scrapers.rows import Row
from scrapers.table_page import TablePage
from scrapers.table_rows import TableRows
from scrapers.walls import wall_in, wall_in_bytes

__all__ = ["Page", "Request", "text_of"]

BLOCK = 1 << 18
LARGEST_AT_ONCE = 2_000_000  # bytes; what is longer is streamed by those who can
LARGEST_WHOLE = 20_000_000  # of a page that is held as one text
LONGEST_TREE = 4_000_000  # letters of a page that is made a tree: it takes fifty times as much memory
NO_TEXT = {b"%PDF-": "a PDF", b"\x89PNG\r\n": "a picture (PNG)", b"\xff\xd8\xff": "a picture (JPEG)"}
"""What people save in place of a page, by how it begins."""
SAVE_THE_PAGE = "the page as the browser saves it, HTML or MHTML; a PDF or a picture is read on the site, under By hand"


class Page:
    """A capture, the request that led to it and the channel it came through."""

    def __init__(self, request: Request, capture: Capture, channel: Channel, *, method: Method) -> None:
        self.request = request
        self.capture = capture
        self.channel = channel
        self.remarks: list[str] = []  # what a person should be told about the page itself
        self.archive = archive_in(capture.path) if channel.name == "saved_page" else None
        self.url = (self.archive.saved_from if self.archive else "") or capture.url
        self.evidence = Evidence(self.url, capture.retrieved_at, capture.sha256, method)

    @property
    def note(self) -> str:
        return self.request.note

    @property
    def carried(self) -> Mapping[str, Any]:
        return self.request.carried

    # Text, HTML, JSON ------------------------------------------------------------------------------------------------

    @cached_property
    def body_text(self) -> str:
        """The whole page as text, of an archive its main document. Raises SourceChanged when it is too long or cannot
        be decoded."""
        size = len(self.archive.html) if self.archive else self.capture.size
        if size > self.channel.max_bytes:
            raise SourceChanged(f"is {size} bytes long", expected=f"at most {self.channel.max_bytes}")
        if size > LARGEST_WHOLE:
            raise SourceChanged(f"is {size} bytes long", expected=f"at most {LARGEST_WHOLE} where it is no list")
        body = self.archive.html if self.archive else self.capture.path.read_bytes()
        if kind := next((kind for start, kind in NO_TEXT.items() if body.startswith(start)), ""):
            raise SourceChanged(f"is {kind}, and not the page itself", expected=SAVE_THE_PAGE)
        try:
            text, remark = decoded(body, self._claims(body))
        except (ValueError, LookupError) as wrong:
            raise SourceChanged(f"cannot be read as text: {wrong}") from wrong
        self.remarks += [remark] if remark else []
        return text

    def _claims(self, head: bytes) -> list[Claim]:
        media_type = f"charset={self.archive.charset}" if self.archive and self.archive.charset else ""
        return claims_about(head, description=self.channel.encoding, media_type=media_type or self.capture.media_type)

    def text_blocks(self) -> Iterator[str]:
        """The page as text, streamed where it is long. Raises SourceChanged when it is too long or not its charset."""
        if self.archive or self.capture.size <= LARGEST_AT_ONCE:
            yield self.body_text.replace("\0", "\ufffd")
            return
        if self.capture.size > self.channel.max_bytes:
            raise SourceChanged(f"is {self.capture.size} bytes long", expected=f"at most {self.channel.max_bytes}")
        try:
            for text in as_text_blocks(self._blocks(), self._charset):
                yield text.replace("\0", "\ufffd")
        except UnicodeDecodeError as wrong:
            raise SourceChanged(f"cannot be read as text: {wrong.reason} as {wrong.encoding}") from wrong

    @cached_property
    def _charset(self) -> Charset:
        found = charset_of(self._blocks, self._claims(next(self._blocks(), b"")), western=True)
        self.remarks += [found.remark] if found.remark else []
        return found

    def _blocks(self) -> Iterator[bytes]:
        with self.capture.path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block

    @property
    def is_empty(self) -> bool:
        """Whether nothing but space came."""
        return self.capture.size < 1000 and not self.capture.path.read_bytes().strip()

    def wall(self) -> str:
        """What stands in the way on this page ("reCAPTCHA"), or ""."""
        return wall_in_bytes(self.archive.html) if self.archive else wall_in(self.capture.path)

    @cached_property
    def markup(self) -> Markup:
        """The page as a tree, or its outline once `shorten` was called. Raises SourceChanged when it is too long."""
        if len(self.body_text) > LONGEST_TREE:
            raise SourceChanged(f"is {len(self.body_text)} letters long", expected=f"at most {LONGEST_TREE}")
        return Markup(self.body_text)

    @cached_property
    def _tables(self) -> TablePage:
        return TablePage(self.text_blocks, length=self.capture.size)

    def shorten(self) -> None:
        """From now on selectors look at the outline of the page: for readers that stream the rows of its tables. Raises
        SourceChanged when the page was cut off."""
        self.markup = self._tables.outline

    def table_rows(self, selector: str) -> TableRows:
        """The rows of the only table that fits, streamed. Raises SourceChanged."""
        rows = self._tables.rows(selector)
        return TableRows(rows, header_row=self.channel.header_row, notes=self.channel.notes)

    @property
    def asked(self) -> set[str]:
        """The selectors that were relied on so far."""
        return self.markup.asked if "markup" in self.__dict__ else set()

    def one(self, selector: str, within: Within = None) -> Tag:
        return self.markup.one(selector, within)

    def some(self, selector: str, within: Within = None) -> list[Tag]:
        return self.markup.some(selector, within)

    def maybe(self, selector: str, within: Within = None) -> Tag | None:
        return self.markup.maybe(selector, within)

    def text(self, selector: str, within: Within = None) -> str:
        return self.markup.text(selector, within)

    def labelled_values(self, selector: str, within: Within = None) -> dict[str, str]:
        return self.markup.labelled_values(selector, within)

    def table_cells(self, selector: str, within: Within = None, *, across: str = "") -> Iterator[dict[str, Tag]]:
        return self.markup.table_cells(selector, within, across=across)

    def says(self, texts: Sequence[str]) -> bool:
        """Whether the page prints one of these texts."""
        return any(text in self.body_text for text in texts)

    def prints(self, texts: Sequence[str]) -> bool:
        """Whether a reader of the page sees one of these texts, as whole words: "0 records" is not in "10 records", and
        what stands in a script or is hidden isn't said."""
        return any(
            re.search(rf"(?<!\w){re.escape(text)}(?!\w)", self.markup.visible_text, re.IGNORECASE) for text in texts
        )

    def json(self) -> Any:
        """The page as JSON. Raises SourceChanged when it isn't, with its beginning."""
        return strictly(self.body_text)

    @cached_property
    def json_document(self) -> JsonDocument:
        """The page as JSON of any size, for lists."""
        return JsonDocument(self.text_blocks)

    # Files of rows ---------------------------------------------------------------------------------------------------

    @property
    def file(self) -> RowFile:
        """The capture as a file of rows, plain or inside a zip."""
        return RowFile(self.capture.path, self.channel, media_type=self.capture.media_type, remarks=self.remarks)

    def rows(
        self, on_headings: Callable[[Sequence[str]], None], *, member: Sequence[str] = (), header_row: int = 0
    ) -> Iterator[Row | RowRejected]:
        """The rows of a delimited file or workbook, plain or inside a zip, streamed. `on_headings` sees the headings
        first and raises SourceChanged when they are not the ones the reader was written for."""
        return self.file.rows(on_headings, member=member, header_row=header_row)

    @property
    def is_json(self) -> bool:
        return self.file.is_json

    @property
    def is_zip(self) -> bool:
        return self.file.is_zip

    def members(self) -> list[str]:
        """The names of the files inside a zip. Raises SourceChanged when it is none."""
        return self.file.members()

    def open(self, member: Sequence[str] = ()) -> AbstractContextManager[BinaryIO]:
        """The bytes, streamed: of the file itself, or of the one zip member whose name fits."""
        return self.file.open(member)

    # Further requests ------------------------------------------------------------------------------------------------

    def follow(self, link: Tag | str, *, note: str = "", carried: Mapping[str, Any] | None = None) -> Request:
        """The request for a link on this page. Raises SourceChanged when it has no address."""
        href = link if isinstance(link, str) else str(link.get("href") or "")
        if not href:
            raise SourceChanged("a link has no address", expected="an href")
        return Request(self._address(href, link), note=note, carried=carried or {})

    def _address(self, href: str, element: Tag | str) -> str:
        """Where an address on this page leads, for an element of markup from its `base`. Raises SourceChanged when it
        is no address."""
        base = self.markup.soup.find("base", href=True) if isinstance(element, Tag) else None
        try:
            return urljoin(urljoin(self.url, str(base["href"])) if isinstance(base, Tag) else self.url, href)
        except ValueError as wrong:
            raise SourceChanged(f"leads to {href[:200]!r}", expected="an address") from wrong

    def submit(
        self, form: str, changes: Mapping[str, str], *, note: str = "", carried: Mapping[str, Any] | None = None
    ) -> Request:
        """The request a browser would make for the only form that fits, with hidden fields kept and `changes` filled
        in. Raises SourceChanged when the form is not there."""
        element = self.one(form)
        unknown = set(changes) - self.markup.field_names(element)
        if unknown:
            raise SourceChanged(f"form {form} has no field {', '.join(sorted(unknown))}")
        fields = self.markup.untouched_fields(element) | dict(changes)
        address = self._address(str(element.get("action") or self.url), element)
        if str(element.get("method") or "get").lower() == "post":
            return Request(address, method="POST", form=fields, note=note, carried=carried or {})
        asked = urlsplit(address)._replace(query=urlencode(fields)).geturl()
        return Request(asked, note=note, carried=carried or {})

    def postback(
        self,
        form: str,
        target: str,
        argument: str = "",
        *,
        note: str = "",
        carried: Mapping[str, Any] | None = None,
    ) -> Request:
        """The request ASP.NET's __doPostBack(target, argument) would make."""
        turned = {"__EVENTTARGET": target, "__EVENTARGUMENT": argument}
        return self.submit(form, turned, note=note, carried=carried)
