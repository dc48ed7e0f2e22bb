"""One page or file that was captured, and the ways to read it. Reading never goes back to the network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, BinaryIO
from urllib.parse import urlencode, urljoin, urlsplit

from bs4.element import Tag

from scrapers.captures import Capture
from scrapers.channels import Channel
from scrapers.decoding import decode_page
from scrapers.errors import RowRejected, SourceChanged
from scrapers.markup import Markup, Within, text_of
from scrapers.mhtml import archive_in
from scrapers.record import Evidence, Method
from scrapers.request import Request
from scrapers.row_file import RowFile
from scrapers.rows import Row
from scrapers.walls import wall_in, wall_in_bytes

__all__ = ["Page", "Request", "text_of"]


class Page:
    """A capture, the request that led to it and the channel it came through."""

    def __init__(self, request: Request, capture: Capture, channel: Channel, *, method: Method) -> None:
        self.request = request
        self.capture = capture
        self.channel = channel
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
        charset = re.search(r"charset=\s*\"?([\w-]+)", self.capture.media_type)
        stated = charset.group(1) if charset else self.channel.encoding
        try:
            if self.archive:
                return decode_page(self.archive.html, stated=self.archive.charset or stated)
            return decode_page(self.capture.path.read_bytes(), stated=stated)
        except (ValueError, LookupError) as wrong:
            raise SourceChanged(f"cannot be read as text: {wrong}") from wrong

    def wall(self) -> str:
        """What stands in the way on this page ("reCAPTCHA"), or ""."""
        return wall_in_bytes(self.archive.html) if self.archive else wall_in(self.capture.path)

    @cached_property
    def markup(self) -> Markup:
        return Markup(self.body_text)

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
        try:
            return json.loads(self.body_text)
        except (json.JSONDecodeError, RecursionError) as wrong:
            raise SourceChanged(f"is not JSON: {self.body_text[:80]!r}: {wrong}", expected="JSON") from wrong

    # Files of rows ---------------------------------------------------------------------------------------------------

    @property
    def file(self) -> RowFile:
        """The capture as a file of rows, plain or inside a zip."""
        return RowFile(self.capture.path, self.channel)

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
        return Request(urljoin(self.url, href), note=note, carried=carried or {})

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
        address = urljoin(self.url, str(element.get("action") or self.url))
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
