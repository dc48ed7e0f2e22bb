"""Drafts a registry's description from a saved page, CSV, workbook or JSON. It claims nothing: guesses are comments,
values are shown by their shape, and what a person must decide is marked with a question mark."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapers.channels import Channel
from scrapers.decoding import decode_page
from scrapers.describing_guesses import dates_of, guesses, quoted, seen, standing_of
from scrapers.describing_pages import PageDraft
from scrapers.errors import SourceChanged, SourceError, SpecError
from scrapers.fields import as_text
from scrapers.markup import Markup, own_cells, text_of
from scrapers.mhtml import as_page
from scrapers.platforms.json_list import flat, reach
from scrapers.recorded_html import rows_of
from scrapers.recorded_rows import RecordedRows
from scrapers.recorded_shapes import ending_of
from scrapers.row_file import RowFile
from scrapers.rows import Row

PACKED = (b"PK", b"\xd0\xcf\x11\xe0")  # a workbook (.xlsx, .xls), or a zip
MOST_TITLES = 10  # rows above the headings of a workbook
TEMPLATE = Path(__file__).with_name("describing_template.txt")


def drafted(file: Path) -> str:
    """The draft as YAML. Raises SpecError when nothing in the file looks like a list of people."""
    try:
        body = as_page(file.read_bytes())
        is_packed = body.startswith(PACKED)
        platform, channel = _packed_door(file) if is_packed else _door(body, file)
        rows = list(_packed_rows(file, channel)) if is_packed else _rows(body, channel)
    except (SourceError, ValueError, LookupError, RecursionError) as wrong:
        raise SpecError(f"{file}: cannot be read as a page, CSV, workbook or JSON: {wrong}") from wrong
    if not rows:
        raise SpecError(
            f"{file}: no table, CSV or JSON list in it has rows. Save the page with the people found, not the form"
        )
    named = ("format", "pattern", "form", "table", "list_at", "delimiter", "header_row")
    stated = {name: value for name in named if (value := getattr(channel, name)) not in ("", (), ",", 1)}
    asked = {"start": "https://?"} | {name: value for name, value in stated.items() if name != "pattern"}
    return TEMPLATE.read_text(encoding="utf-8").format(
        file=file.name,
        rows=len(rows),
        platform=platform,
        channel=channel.name,
        door=json.dumps(stated, ensure_ascii=False),
        roster=json.dumps(asked, ensure_ascii=False),
        guesses="\n".join(guesses(rows)),
        ignored="\n".join(f"  - {quoted(name)}  # {seen(rows, name)}" for name in rows[0]),
        standing=standing_of(rows),
        dates=dates_of(rows),
        options=_page_of(body).options(len(rows)) if ending_of(body) == ".html" and not is_packed else "# options: {}",
    )


def _door(body: bytes, file: Path) -> tuple[str, Channel]:
    """Which reader and channel fit, and where in the file the list is."""
    ending = ending_of(body)
    if ending == ".html":
        page = _page_of(body)
        return page.platform, page.door
    if ending == ".json":
        return "json_list", Channel("saved_page", format="json", list_at=_longest(json.loads(decode_page(body))))
    return "delimited", Channel("file", pattern=(f"*{file.suffix}",), delimiter=_delimiter(decode_page(body)))


def _delimiter(text: str) -> str:
    return max(",;\t|", key=text.partition("\n")[0].count)


def _packed_door(file: Path) -> tuple[str, Channel]:
    """The same for a workbook, and for a zip that holds one or one file of rows. Raises SourceChanged for any other."""
    channel = Channel("file", pattern=(f"*{file.suffix}",))
    packed = RowFile(file, channel)
    members = packed.members() if packed.is_zip else []
    if members and not any(name.lower().endswith((".xml", ".xlsx", ".xls")) for name in members):
        with packed.open() as stream:
            return "delimited", replace(channel, delimiter=_delimiter(decode_page(stream.readline())))
    workbook = replace(channel, format="workbook")
    for row in range(1, MOST_TITLES + 1):
        with suppress(SourceChanged):
            if all(next(_packed_rows(file, replace(workbook, header_row=row)), {"": ""})):
                return "delimited", replace(workbook, header_row=row)
    return "delimited", workbook


def _packed_rows(file: Path, channel: Channel) -> Iterator[Mapping[str, str]]:
    found = RowFile(file, channel).rows(lambda headings: None)
    return (row for row in found if isinstance(row, Row))


def _rows(body: bytes, channel: Channel) -> list[Mapping[str, str]]:
    if channel.format == "json":
        found = [flat(item) for item in reach(json.loads(decode_page(body)), channel.list_at) or ()]
        named = dict.fromkeys(name for row in found for name in row)
        return [{name: as_text(row.get(name)) for name in named} for row in found]
    if channel.format != "html":
        return RecordedRows(body, channel).rows()
    if not channel.table:
        return [_page_of(body).person]
    headings, rows = rows_of(Markup(decode_page(body)).soup, channel.table)
    return [dict(zip(headings, map(text_of, own_cells(row)), strict=True)) for row in rows]


def _page_of(body: bytes) -> PageDraft:
    return PageDraft(Markup(decode_page(body)))


def _longest(found: Any, at: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The keys that lead to the longest list of objects."""
    lists = dict(_lists(found, at))
    return max(lists, key=lambda keys: lists[keys], default=())


def _lists(found: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(found, list) and all(isinstance(item, dict) for item in found):
        yield at, len(found)
    for key, value in found.items() if isinstance(found, dict) else ():
        yield from _lists(value, (*at, key))
