"""Drafts a registry's description from a saved page, CSV, workbook or JSON. It claims nothing: guesses are comments,
values are shown by their shape, and what a person must decide is marked with a question mark."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bs4.element import Tag

from scrapers.channels import Channel
from scrapers.decoding import decode_page
from scrapers.describing_guesses import dates_of, guesses, quoted, seen, standing_of
from scrapers.errors import SourceChanged, SourceError, SpecError
from scrapers.markup import Markup, own_cells, own_rows, text_of
from scrapers.mhtml import as_page
from scrapers.recorded_html import rows_of
from scrapers.recorded_json import RecordedJson
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
        raise SpecError(f"{file}: no table, CSV or JSON list in it has rows; see the platforms in scrapers/README.md")
    named = ("format", "pattern", "table", "list_at", "delimiter", "header_row")
    stated = {name: value for name in named if (value := getattr(channel, name)) not in ("", (), ",", 1)}
    return TEMPLATE.read_text(encoding="utf-8").format(
        file=file.name,
        rows=len(rows),
        platform=platform,
        channel=channel.name,
        door=json.dumps(stated, ensure_ascii=False),
        guesses="\n".join(guesses(rows)),
        ignored="\n".join(f"  - {quoted(name)}  # {seen(rows, name)}" for name in rows[0]),
        standing=standing_of(rows),
        dates=dates_of(rows),
        options=_options(body, platform),
    )


def _door(body: bytes, file: Path) -> tuple[str, Channel]:
    """Which reader and channel fit, and where in the file the list is."""
    ending = ending_of(body)
    if ending == ".html":
        page = Markup(decode_page(body))
        selector = _holder(page)
        if _labels(page, selector):
            return "form_and_detail", Channel("saved_page", format="html")
        return "html_table", Channel("saved_page", format="html", table=selector)
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
        return RecordedJson(decode_page(body), channel).rows()
    if channel.format != "html":
        return RecordedRows(body, channel).rows()
    page = Markup(decode_page(body))
    if not channel.table:
        return [_labels(page, _holder(page))]
    headings, rows = rows_of(page.soup, channel.table)
    return [dict(zip(headings, map(text_of, own_cells(row)), strict=True)) for row in rows]


def _holder(page: Markup) -> str:
    """A selector of the table or list of labels that holds most."""
    tables = page.soup.find_all(["table", "dl"])
    if not tables:
        return "table"
    best = max(tables, key=lambda table: len(table.find_all(["tr", "dt"])))
    marks = [f"{best.name}#{best['id']}"] if best.get("id") else []
    marks += [f"{best.name}.{name}" for name in best.get_attribute_list("class") if name]
    heading = best.find(["th", "dt"])
    marks += [f'{best.name}:has(:-soup-contains("{text_of(heading)}"))'] if isinstance(heading, Tag) else []
    return next((mark for mark in marks if len(page.soup.select(mark)) == 1), best.name)


def _labels(page: Markup, selector: str) -> dict[str, str]:
    """The values by label where this is a page about one person; nothing where it is a list."""
    holder = page.soup.select_one(selector)
    rows = own_rows(holder) if holder and holder.name == "table" else []
    if holder is None or any(len(own_cells(row)) != 2 or row.find("td") == own_cells(row)[0] for row in rows):
        return {}
    with suppress(SourceChanged):
        return page.labelled_values(selector)
    return {}


def _options(body: bytes, platform: str) -> str:
    """What an HTML reader needs beside the table: how a page about one person is known, or how pages are turned."""
    if platform == "form_and_detail":
        holder = quoted(_holder(Markup(decode_page(body))))
        return f"options:\n  detail: {{known_by: {holder}, labels: {holder}}}"
    lines = ("# options:", '#   next: "a[rel=next]"  # ? selector of the link to the next page')
    total = '#   total: "([0-9,]+) licensees"  # ? the total it prints, so that a missing end is noticed'
    return "\n".join((*lines, total)) if platform == "html_table" else "# options: {}"


def _longest(found: Any, at: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The keys that lead to the longest list of objects."""
    lists = dict(_lists(found, at))
    return max(lists, key=lambda keys: lists[keys], default=())


def _lists(found: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(found, list) and all(isinstance(item, dict) for item in found):
        yield at, len(found)
    for key, value in found.items() if isinstance(found, dict) else ():
        yield from _lists(value, (*at, key))
