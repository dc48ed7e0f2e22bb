"""Whole lists: a file of rows, a workbook, JSON in windows, a Socrata dataset, one HTML table with further pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import openpyxl

from scrapers.rehearsal.shapes.shape import JSON, Answer, Asked, Scene, Shape, page
from scrapers.rehearsal.soql import select

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    text = io.StringIO()
    rows = shape.rows(scene)
    writer = csv.writer(text, delimiter=shape.spec.channel("roster").delimiter)
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return Answer(text.getvalue().encode(), "text/csv; charset=utf-8")


def workbook(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    book, rows, kept = openpyxl.Workbook(write_only=True), shape.rows(scene), io.BytesIO()
    sheet = book.create_sheet("Licensees")
    for row in [list(rows[0]), *(list(row.values()) for row in rows)]:
        sheet.append(row)
    book.save(kept)
    return Answer(kept.getvalue(), XLSX)


def json_list(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    """Nested objects behind dotted names, in windows of `take` from `skip`."""
    shown = scene.window(
        shape.rows(scene), number(asked.query, "skip", 0), number(asked.query, "take", shape.page_size)
    )
    return as_json({"totalCount": shown.total, "result": [_nested(row) for row in shown.shown]})


def socrata(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    """Counts, then windows. A column without a value is left out of a row, as there."""
    may_lack = shape.spec.optional
    rows = [{n: v for n, v in row.items() if v or n not in may_lack} for row in shape.rows(scene)]
    found = select(rows, {"$where": asked.query.get("$where", ""), "$limit": str(len(rows))})
    start = number(asked.query, "$offset", 0)
    shown = scene.window(found, start, number(asked.query, "$limit", 1000))
    if "count(" in asked.query.get("$select", ""):
        return as_json([{"count": str(shown.total)}])
    return as_json(list(shown.shown))


def html_table(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    at = number(asked.query, "page", 1)
    shown = scene.window(shape.rows(scene), (at - 1) * shape.page_size, shape.page_size)
    further = f'<a class="next" href="?page={at + 1}">Next</a>' if shown.more else ""
    return page("Licensees", f"<p>{shown.total} licensees</p>{table('licensees', shown.shown)}{further}")


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as an HTML table."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in (rows[0] if rows else ()))
    return f'<table id="{name}"><tr>{head}</tr>{"".join(map(table_row, rows))}</table>'


def table_row(row: Mapping[str, Any]) -> str:
    cells = "".join(f"<td>{escape(str(value or ''))}</td>" for value in row.values())
    return f"<tr>{cells}</tr>"


def as_json(document: Any) -> Answer:
    return Answer(json.dumps(document, ensure_ascii=False).encode(), JSON)


def number(query: Mapping[str, str], name: str, usual: int) -> int:
    """A whole number of the question; the usual one where it is none."""
    return int(query[name]) if query.get(name, "").isdigit() else usual


def _nested(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        outer, dot, inner = name.partition(".")
        if dot:
            found.setdefault(outer, {})[inner] = value
        else:
            found[name] = value
    return found
