"""The doors of a registry: network roster, network lookup, dropped bulk file, saved page, and a check by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import soupsieve

from scrapers.by_hand import ByHand, by_hand_from_yaml
from scrapers.decoding import is_charset
from scrapers.errors import SpecError
from scrapers.mhtml import ENDINGS
from scrapers.strict import StrictMapping, texts_of

CHANNELS = ("roster", "lookup", "file", "saved_page", "manual")
NETWORK = frozenset(("roster", "lookup"))
FORMATS = frozenset(("", "delimited", "workbook", "json", "html"))
LARGEST_PAGE = 64_000_000  # bytes, unpacked: lists are streamed


@dataclass(frozen=True, slots=True)
class Question:
    """A lookup template: an address, and form fields where it is a form. {number}, {family}, {given} are filled in."""

    url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy whole list looks like. None of it is ever moved to fit a surprise."""

    least: int = 0
    most: int | None = None
    fill: Mapping[str, float] = field(default_factory=dict)  # field of a record -> share of records that have it


@dataclass(frozen=True, slots=True)
class Channel:
    """One door, and what reading through it needs."""

    name: str
    start: tuple[str, ...] = ()
    by_number: Question | None = None
    by_name: Question | None = None
    pattern: tuple[str, ...] = ()  # exact file-name patterns
    member: tuple[str, ...] = ()  # patterns of the one member to read inside a zip
    format: str = ""
    encoding: str = ""  # stated by the source; empty: BOM, then UTF-8 strictly
    delimiter: str = ","
    quoting: bool = True
    headings: str = "as_published"  # or "field_names": "License Type" is read as license_type
    header_row: int = 1
    only_rows_with: str = ""  # a text that a row must contain to be parsed at all
    notes: tuple[str, ...] = ()  # patterns of the first cell of rows that are no record: footers, totals
    table: str = ""  # selector of the HTML table
    form: str = ""  # selector of the HTML form
    list_at: tuple[str, ...] = ()  # keys that lead to the list inside a JSON answer
    total_at: tuple[str, ...] = ()  # keys that lead to the declared total
    page_size: int = 1000
    max_bytes: int = LARGEST_PAGE
    expect: Expect | None = None  # in place of the spec's own
    by_hand: ByHand | None = None  # the manual channel, and only that one

    @property
    def is_network(self) -> bool:
        return self.name in NETWORK

    @property
    def is_bulk(self) -> bool:
        """Whether answers may be so long that they take more than a page's time."""
        return self.max_bytes > LARGEST_PAGE

    def fits(self, file_name: str) -> bool:
        """Whether a file's name is one that this channel reads. No pattern fits every name."""
        name = file_name.lower()
        if self.name == "saved_page" and name.endswith(ENDINGS):
            name = f"{name.rpartition('.')[0]}.html"  # the same page, saved as one file
        return not self.pattern or any(fnmatchcase(name, one.lower()) for one in self.pattern)


def channel_from_yaml(name: str, given: Any, where: str) -> Channel:
    """The channel's description. Raises SpecError for what it doesn't know or is missing."""
    if name not in CHANNELS:
        raise SpecError(f"{where}: {name} is not a channel; known are {', '.join(CHANNELS)}")
    keys = StrictMapping(given if given is not None else {}, f"{where}.{name}")
    if name == "manual":
        return Channel(name=name, by_hand=by_hand_from_yaml(keys))
    channel = Channel(
        name=name,
        start=keys.texts("start"),
        by_number=_question(keys, "by_number"),
        by_name=_question(keys, "by_name"),
        pattern=keys.texts("pattern"),
        member=keys.texts("member"),
        format=keys.text("format", ""),
        encoding=keys.text("encoding", ""),
        delimiter=keys.text("delimiter", ","),
        quoting=keys.flag("quoting", True),
        headings=keys.text("headings", "as_published"),
        header_row=keys.whole("header_row", 1),
        only_rows_with=keys.text("only_rows_with", ""),
        notes=keys.texts("notes"),
        table=keys.text("table", ""),
        form=keys.text("form", ""),
        list_at=keys.path("list_at"),
        total_at=keys.path("total_at"),
        page_size=keys.whole("page_size", 1000),
        max_bytes=keys.whole("max_bytes", LARGEST_PAGE),
        expect=expect_from_yaml(keys.mapping("expect")) if isinstance(given, dict) and "expect" in given else None,
    )
    keys.done()
    return _checked(channel, keys.where)


def _checked(channel: Channel, where: str) -> Channel:
    if channel.format not in FORMATS:
        raise SpecError(f"{where}: format {channel.format!r} is none of {', '.join(sorted(FORMATS - {''}))}")
    if channel.headings not in ("as_published", "field_names"):
        raise SpecError(f"{where}: headings should be as_published or field_names, found {channel.headings!r}")
    if len(channel.delimiter) != 1 or channel.delimiter in '"\r\n\0':
        raise SpecError(f"{where}: delimiter should be one character between values, found {channel.delimiter!r}")
    if channel.encoding and not is_charset(channel.encoding):
        raise SpecError(f"{where}: encoding {channel.encoding!r} is not known; try utf-8, windows-1252 or gb18030")
    for selector in (channel.table, channel.form):
        check_selector(selector, where)
    if min(channel.page_size, channel.max_bytes, channel.header_row) < 1:
        raise SpecError(f"{where}: page_size, max_bytes and header_row should be 1 or more")
    return channel


def check_selector(selector: str, where: str) -> None:
    """Raises SpecError for a selector that isn't CSS. An empty one is none at all."""
    try:
        soupsieve.compile(selector or "*")
    except soupsieve.SelectorSyntaxError as wrong:
        raise SpecError(f"{where}: {selector!r} is no CSS selector: {str(wrong).splitlines()[0]}") from wrong


def _question(keys: StrictMapping, name: str) -> Question | None:
    given = keys.take(name, None)
    if given is None:
        return None
    if isinstance(given, str):
        return Question(url=given)
    inner = StrictMapping(given, f"{keys.where}.{name}")
    fields = inner.mapping("fields", {}).rest()
    question = Question(
        url=inner.text("url", ""),
        fields={key: texts_of(value, f"{inner.where}.fields")[0] for key, value in fields.items()},
    )
    inner.done()
    return question


def expect_from_yaml(keys: StrictMapping) -> Expect:
    """Bounds of a healthy whole list: least, most, fill. Raises SpecError."""
    least, most, fill = keys.whole("least", 0), keys.whole("most", None), keys.mapping("fill", {})
    shares = {field_name: fill.number(field_name) for field_name in list(fill.rest_names())}
    keys.done()
    if most is not None and most < least:
        raise SpecError(f"{keys.where}: most is below least")
    if not all(0 <= share <= 1 for share in shares.values()):
        raise SpecError(f"{keys.where}.fill: shares lie between 0 and 1")
    return Expect(least, most, shares)
