"""A list as headings and rows, whatever it is written in, so that one mutation does for all of them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import openpyxl
from bs4 import BeautifulSoup

from scrapers.channels import Channel
from scrapers.spec import RegistrySpec
from tests.registries.tampering import shape_of

ABSENT = object()  # a key that a JSON row does not have


@dataclass(frozen=True)
class Grid:
    """`shape`: csv, json, html or xlsx; `body`: what it was taken from; cells of HTML are its inner markup."""

    shape: str
    body: bytes
    channel: Channel
    headings: list[str]
    rows: list[list[Any]]

    def with_rows(self, rows: Iterable[list[Any]]) -> Grid:
        return replace(self, rows=list(rows))

    def with_columns(self, order: list[int]) -> Grid:
        """The same with these columns, in this order."""
        headings = [self.headings[place] for place in order]
        return replace(self, headings=headings, rows=[[row[place] for place in order] for row in self.rows])

    def written(self) -> bytes:
        return _WRITERS[self.shape](self)


def grid_of(body: bytes, channel: Channel) -> Grid | None:
    """The list in a body; None where there is none, or nobody on it."""
    shape = shape_of(body)
    if shape == "delimited":
        return _of_csv(body, channel)
    if shape == "json":
        return _of_json(body, channel)
    if shape == "html":
        return _of_html(body, channel)
    return _of_workbook(body, channel) if b"xl/workbook.xml" in body else None


def places(grid: Grid, names: Iterable[str]) -> list[int]:
    """Where the columns of these names stand, as far as they do."""
    wanted = {_bare(name) for name in names}
    return [place for place, heading in enumerate(grid.headings) if _bare(heading) in wanted]


def columns_of(spec: RegistrySpec, fields: Iterable[str]) -> list[str]:
    """The published columns of fields; a field that ends in a dot stands for all below it."""
    chosen = tuple(fields)
    found = [
        source
        for name, column in spec.columns.items()
        if any(name == each or (each.endswith(".") and name.startswith(each)) for each in chosen)
        for source in column.sources
    ]
    return found + list(spec.standing.columns if "standing" in chosen else ())


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


# CSV and workbooks ---------------------------------------------------------------------------------------------------


def _of_csv(body: bytes, channel: Channel) -> Grid | None:
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=channel.delimiter))
    rows = [row for row in rows if row]
    return Grid("csv", body, channel, rows[0], rows[1:]) if len(rows) > 1 else None


def _as_csv(grid: Grid) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=grid.channel.delimiter, lineterminator="\n")
    writer.writerows([grid.headings, *grid.rows])
    return out.getvalue().encode()


def _of_workbook(body: bytes, channel: Channel) -> Grid | None:
    sheet = openpyxl.load_workbook(io.BytesIO(body), read_only=True).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return Grid("xlsx", body, channel, [str(cell or "") for cell in rows[0]], rows[1:]) if len(rows) > 1 else None


def _as_workbook(grid: Grid) -> bytes:
    book, kept = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in [grid.headings, *grid.rows]:
        sheet.append(row)
    book.save(kept)
    return kept.getvalue()


# JSON ----------------------------------------------------------------------------------------------------------------


def _list_in(found: Any) -> list[Any] | None:
    """The longest list of objects in a document."""
    below = found if isinstance(found, list) else list(found.values()) if isinstance(found, dict) else []
    lists = [each for each in (_list_in(item) for item in below) if each is not None]
    if isinstance(found, list) and found and all(isinstance(item, dict) for item in found):
        lists.append(found)
    return max(lists, key=len, default=None)


def _of_json(body: bytes, channel: Channel) -> Grid | None:
    listed = _list_in(json.loads(body))
    if listed is None or b'"count"' in body:
        return None
    headings = list(dict.fromkeys(key for row in listed for key in row))
    return Grid("json", body, channel, headings, [[row.get(key, ABSENT) for key in headings] for row in listed])


def _as_json(grid: Grid) -> bytes:
    document = json.loads(grid.body)
    listed = _list_in(document)
    if listed is None:
        raise ValueError("no list in it")
    rows = [zip(grid.headings, row, strict=False) for row in grid.rows]
    listed[:] = [{key: value for key, value in row if value is not ABSENT} for row in rows]
    return json.dumps(document).encode()


# HTML ----------------------------------------------------------------------------------------------------------------


def _table(soup: BeautifulSoup, channel: Channel) -> list[tuple[Any, list[Any]]]:
    """The rows of the list, each with its cells; only those as wide as the headings."""
    tables = soup.select(channel.table) if channel.table else soup.select("table:not(:has(table))")
    if not tables:
        return []
    lines = [(row, row.find_all(["td", "th"], recursive=False)) for row in tables[0].select("tr")]
    lines = [line for line in lines if line[1]]
    return [line for line in lines if len(line[1]) == len(lines[0][1])]


def _of_html(body: bytes, channel: Channel) -> Grid | None:
    lines = _table(BeautifulSoup(body, "lxml"), channel)
    if len(lines) < 2 or len(lines[0][1]) < 3:
        return None
    headings = [cell.get_text(" ", strip=True) for cell in lines[0][1]]
    return Grid("html", body, channel, headings, [[cell.decode_contents() for cell in row] for _, row in lines[1:]])


def _as_html(grid: Grid) -> bytes:
    """In place: rows and cells keep their attributes, and what else stands in the table stays."""
    soup = BeautifulSoup(grid.body, "lxml")
    (head, names), *lines = _table(soup, grid.channel)
    for place, row in enumerate(grid.rows):
        stands_at = lines[min(place, len(lines) - 1)][0]
        written = copy(stands_at)
        _fill(written, row, "td")
        stands_at.insert_before(written)
    for line, _ in lines:
        line.decompose()
    if grid.headings != [cell.get_text(" ", strip=True) for cell in names]:
        _fill(head, grid.headings, "th")
    return str(soup).encode()


def _fill(row: Any, texts: list[str], tag: str) -> None:
    cells = row.find_all(["td", "th"], recursive=False)
    for cell in cells[len(texts) :]:
        cell.decompose()
    for place, text in enumerate(texts):
        if place >= len(cells):
            row.append(BeautifulSoup(f"<{tag}></{tag}>", "html.parser").find(tag))
        cell = row.find_all(["td", "th"], recursive=False)[place]
        cell.clear()
        cell.append(BeautifulSoup(text, "html.parser"))


_WRITERS = {"csv": _as_csv, "xlsx": _as_workbook, "json": _as_json, "html": _as_html}
