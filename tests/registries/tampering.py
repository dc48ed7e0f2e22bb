"""Ways to spoil a recording, one thing at a time: a renamed column, key, class or id, another word, a missing end."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from bs4 import BeautifulSoup

from scrapers.channels import Channel

APOLOGY = b"<!DOCTYPE html><html><body><h1>We're sorry</h1><p>Please come back later.</p></body></html>"
CHALLENGE = b'<!DOCTYPE html><html><body><div class="cf-turnstile" data-sitekey="x"></div></body></html>'


def shape_of(body: bytes) -> str:
    """What kind of body this is: html, json, packed or delimited."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body.startswith((b"PK", b"\xd0\xcf\x11\xe0")):  # a zip or .xlsx, an .xls
        return "packed"
    if start.startswith(b"<"):
        return "html"
    return "json" if start[:1] in (b"[", b"{") else "delimited"


def renamings(body: bytes, channel: Channel, asked: set[str]) -> Iterator[tuple[str, bytes]]:
    """Each thing that a reader could rely on, and the body in which just that one is renamed."""
    shape = shape_of(body)
    if shape == "delimited":
        yield from _renamed_headings(body, channel.delimiter)
    elif shape == "json":
        yield from _renamed_keys(body)
    elif shape == "html":
        marks = list(_renamed_marks(body, asked))
        yield from marks or _renamed_tags(body, asked)  # tags count where nothing else is relied on
        if channel.table:
            yield from _renamed_table_headings(body, channel.table)
        if not marks:
            yield from _renamed_labels(body, asked)


def _renamed_headings(body: bytes, delimiter: str) -> Iterator[tuple[str, bytes]]:
    first, _, rest = body.decode("utf-8-sig").partition("\n")
    headings = next(csv.reader([first], delimiter=delimiter))
    for place, heading in enumerate(headings):
        line = io.StringIO()
        renamed = [*headings[:place], f"{heading} renamed", *headings[place + 1 :]]
        csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(renamed)
        yield heading, (line.getvalue() + rest).encode()


def _renamed_keys(body: bytes) -> Iterator[tuple[str, bytes]]:
    document = json.loads(body)
    for path in sorted(set(_paths(document))):
        yield ".".join(path), json.dumps(_with_renamed(document, path)).encode()


def _paths(found: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(found, list):
        for item in found:
            yield from _paths(item, at)
    elif isinstance(found, dict):
        for key, value in found.items():
            yield (*at, key)
            yield from _paths(value, (*at, key))


def _with_renamed(found: Any, path: tuple[str, ...]) -> Any:
    if isinstance(found, list):
        return [_with_renamed(item, path) for item in found]
    if not isinstance(found, dict) or path[0] not in found:
        return found
    if len(path) == 1:
        return {(f"{key}_renamed" if key == path[0] else key): value for key, value in found.items()}
    return {key: (_with_renamed(value, path[1:]) if key == path[0] else value) for key, value in found.items()}


def _renamed_marks(body: bytes, asked: set[str]) -> Iterator[tuple[str, bytes]]:
    for mark in sorted({mark for selector in asked for mark in re.findall(r"[.#][A-Za-z][\w-]*", selector)}):
        soup, name = BeautifulSoup(body, "lxml"), mark[1:]
        marked = soup.select(mark)
        for element in marked:
            if mark[0] == "#":
                element["id"] = f"{name}-renamed"
            else:
                kept = [f"{one}-renamed" if one == name else one for one in element.get_attribute_list("class") if one]
                element["class"] = " ".join(kept)
        if marked:
            yield mark, str(soup).encode()
    for name in sorted({name for selector in asked for name in re.findall(r'\[id\$?="_?([\w-]+)"\]', selector)}):
        soup = BeautifulSoup(body, "lxml")
        marked = soup.select(f'[id$="{name}"]:not(input, select, textarea)')
        for element in marked:
            element["id"] = f"{element['id']}-renamed"
        if marked:
            yield name, str(soup).encode()


def _renamed_tags(body: bytes, asked: set[str]) -> Iterator[tuple[str, bytes]]:
    for tag in sorted(selector for selector in asked if re.fullmatch(r"h[1-6]", selector)):
        soup = BeautifulSoup(body, "lxml")
        for element in soup.select(tag):
            element.name = "div"
        yield tag, str(soup).encode()


def _renamed_labels(body: bytes, asked: set[str]) -> Iterator[tuple[str, bytes]]:
    """Labels of a page about one person that has no class and no id to go by."""
    for selector in sorted(asked):
        labels = [f"{selector} th:has(+ td)", f"{selector} dt:has(+ dd)"]
        for place in range(len(BeautifulSoup(body, "lxml").select(", ".join(labels)))):
            soup = BeautifulSoup(body, "lxml")
            label = soup.select(", ".join(labels))[place]
            name = label.get_text(strip=True)
            label.string = f"{name} renamed"
            yield name, str(soup).encode()


def _renamed_table_headings(body: bytes, table: str) -> Iterator[tuple[str, bytes]]:
    for place in range(len(_heading_cells(BeautifulSoup(body, "lxml"), table))):
        soup = BeautifulSoup(body, "lxml")
        cell = _heading_cells(soup, table)[place]
        heading = cell.get_text(strip=True)
        cell.string = f"{heading} renamed"
        yield heading, str(soup).encode()


def _heading_cells(soup: BeautifulSoup, table: str) -> list[Any]:
    row = soup.select_one(f"{table} tr")
    return list(row.find_all(["th", "td"], recursive=False)) if row else []


def with_word(body: bytes, channel: Channel, column: str, word: str) -> bytes:
    """The body with another word in one column of its every row."""
    shape = shape_of(body)
    if shape == "packed":
        return body
    if shape == "json":
        document = json.loads(body)
        changed_document = _with_value(document, column, word, ())
        return body if changed_document == document else json.dumps(changed_document).encode()
    if shape == "delimited":
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=channel.delimiter))
        place = rows[0].index(column)
        changed = [rows[0], *([*row[:place], word, *row[place + 1 :]] for row in rows[1:])]
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=channel.delimiter, lineterminator="\n").writerows(changed)
        return out.getvalue().encode()
    return _with_cell(body, channel, column, word)


def _with_value(found: Any, column: str, word: str, at: tuple[str, ...]) -> Any:
    """The document with `word` wherever the path ends with the dotted `column`."""
    if isinstance(found, list):
        return [_with_value(item, column, word, at) for item in found]
    if isinstance(found, dict):
        return {key: _with_value(value, column, word, (*at, key)) for key, value in found.items()}
    return word if ".".join(at).removesuffix(".value").endswith(column) else found  # {"label": …, "value": …} too


def _with_cell(body: bytes, channel: Channel, column: str, word: str) -> bytes:
    soup = BeautifulSoup(body, "lxml")
    values = _values_beside(soup, column)
    if not channel.table and re.fullmatch(r"[\w-]+", column):  # no table: the "column" is the class of an element
        values += soup.select(f".{column}")
    headings = [cell.get_text(strip=True) for cell in _heading_cells(soup, channel.table)] if channel.table else []
    for row in soup.select(f"{channel.table} tr")[1:] if column in headings else ():
        cells = row.find_all("td", recursive=False)
        if len(cells) == len(headings):
            values.append(cells[headings.index(column)])
    for value in values:
        value.string = word
    return str(soup).encode() if values else body


def _values_beside(soup: BeautifulSoup, column: str) -> list[Any]:
    """What a page about one person says under a label, or in the element whose id ends so."""
    values: list[Any] = list(soup.select(f'[id$="{column}"]:not(input)')) if re.fullmatch(r"\w+", column) else []
    for label in soup.select("dt, th, td:first-child, div > span:first-child, div > div:first-child"):
        value = label.find_next_sibling(["dd", "td", "span", "div"])
        if value is not None and label.get_text(" ", strip=True).rstrip(":").strip() == column:
            values.append(value)
    return values


CUTS: dict[str, Callable[[bytes], bytes]] = {}


def cut(body: bytes) -> bytes:
    """The body without its end, as a broken download or a page that somebody lost would leave it."""
    return CUTS[shape_of(body)](body)


def _cut_rows(body: bytes) -> bytes:
    last = body.rstrip(b"\r\n").rfind(b"\n") + 1
    return body[: last + (len(body) - last) // 2]


def _cut_list(body: bytes) -> bytes:
    document = json.loads(body)
    longest: list[Any] = max(_lists(document), key=len, default=[])
    del longest[len(longest) // 2 :]
    return json.dumps(document).encode()


def _lists(found: Any) -> Iterator[list[Any]]:
    if isinstance(found, list):
        if all(isinstance(item, dict) for item in found):
            yield found
        for item in found:
            yield from _lists(item)
    elif isinstance(found, dict):
        for value in found.values():
            yield from _lists(value)


CUTS |= {
    "delimited": _cut_rows,
    "json": _cut_list,
    "html": lambda body: body[: len(body) * 2 // 3],
    "packed": lambda body: body[: len(body) * 2 // 3],
}
