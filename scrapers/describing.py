"""Drafts a registry's description from a saved page, CSV or JSON. It claims nothing: guesses are comments, values are
shown by their shape, and what a person must decide is marked with a question mark."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag

from scrapers.channels import Channel
from scrapers.decoding import decode_page
from scrapers.errors import SpecError
from scrapers.markup import own_cells, text_of
from scrapers.recorded_html import rows_of
from scrapers.recorded_json import RecordedJson
from scrapers.recorded_rows import RecordedRows
from scrapers.recorded_shapes import ending_of

TEMPLATE = Path(__file__).with_name("describing_template.txt")
FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%Y%m%d",
         "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%m-%d-%Y", "%d.%m.%Y")  # fmt: skip
GUESSES = (  # field, what its heading usually says
    ("number", r"licen[sc]e|number|\bno\b|reg.*\bno|#|certificate"),
    ("holder.given", r"first|given"),
    ("holder.family", r"last|family|surname"),
    ("holder.name", r"name|practitioner|holder|licensee"),
    ("issued_on", r"issue|original|granted|since|effective"),
    ("expires_on", r"expir|until|valid|renew"),
    ("place.city", r"city|town|suburb"),
    ("place.region", r"state|province"),
    ("place.postal_code", r"zip|postal|postcode"),
    ("phone", r"phone|\btel\b"),
)
STANDING = r"status|standing|condition"


def drafted(file: Path) -> str:
    """The draft as YAML. Raises SpecError when nothing in the file looks like a list of people."""
    body = file.read_bytes()
    platform, channel = _door(body, file)
    rows = _rows(body, channel)
    if not rows:
        raise SpecError(f"{file}: no table, CSV or JSON list in it has rows; see the platforms in scrapers/README.md")
    named = ("format", "pattern", "table", "list_at", "delimiter")
    stated = {name: value for name in named if (value := getattr(channel, name)) not in ("", (), ",")}
    return TEMPLATE.read_text(encoding="utf-8").format(
        file=file.name,
        rows=len(rows),
        platform=platform,
        channel=channel.name,
        door=json.dumps(stated, ensure_ascii=False),
        guesses="\n".join(_guesses(rows)),
        ignored="\n".join(f"  - {_quoted(name)}  # {_seen(rows, name)}" for name in rows[0]),
        standing=_standing(rows),
        dates=_dates(rows),
    )


def _door(body: bytes, file: Path) -> tuple[str, Channel]:
    """Which reader and channel fit, and where in the file the list is."""
    ending = ending_of(body)
    if ending == ".html":
        return "html_table", Channel("saved_page", format="html", table=_table(decode_page(body)))
    if ending == ".json":
        return "json_list", Channel("saved_page", format="json", list_at=_longest(json.loads(decode_page(body))))
    first = decode_page(body).partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    return "delimited", Channel("file", pattern=(f"*{file.suffix}",), delimiter=delimiter)


def _rows(body: bytes, channel: Channel) -> list[Mapping[str, str]]:
    if channel.format == "json":
        return RecordedJson(decode_page(body), channel).rows()
    if channel.format != "html":
        return RecordedRows(body, channel).rows()
    headings, rows = rows_of(BeautifulSoup(decode_page(body), "lxml"), channel.table)
    return [dict(zip(headings, map(text_of, own_cells(row)), strict=True)) for row in rows]


def _table(text: str) -> str:
    """A selector of the table with most rows."""
    soup = BeautifulSoup(text, "lxml")
    tables = soup.find_all("table")
    if not tables:
        return "table"
    best = max(tables, key=lambda table: len(table.find_all("tr")))
    marks = [f"table#{best['id']}"] if best.get("id") else []
    marks += [f"table.{name}" for name in best.get_attribute_list("class") if name]
    heading = best.find("th")
    marks += [f'table:has(th:-soup-contains("{text_of(heading)}"))'] if isinstance(heading, Tag) else []
    return next((mark for mark in (*marks, "table") if len(soup.select(mark)) == 1), "table")


def _longest(found: Any, at: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The keys that lead to the longest list of objects."""
    lists = dict(_lists(found, at))
    return max(lists, key=lambda keys: lists[keys], default=())


def _lists(found: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(found, list) and all(isinstance(item, dict) for item in found):
        yield at, len(found)
    for key, value in found.items() if isinstance(found, dict) else ():
        yield from _lists(value, (*at, key))


# Guesses --------------------------------------------------------------------------------------------------------------


def _guesses(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    left = [name for name in rows[0] if not re.search(STANDING, name, re.IGNORECASE)]
    for field, pattern in GUESSES:
        name = next((one for one in left if re.search(pattern, one.replace("_", " "), re.IGNORECASE)), "")
        if not name:
            continue
        left.remove(name)
        comma = sum("," in row.get(name, "") for row in rows) > len(rows) / 2
        order = f", split: {'family_comma_given' if comma else 'given_first'}" if field == "holder.name" else ""
        yield f"  # {field}: {{from: {_quoted(name)}{order}}}"


def _seen(rows: Sequence[Mapping[str, str]], name: str) -> str:
    """The words of a column that has few; the shapes of one that has many, so that no person stands in the draft."""
    values = Counter(row.get(name, "") for row in rows)
    if len(values) <= max(2, len(rows) // 3) and not any(len(value) > 40 for value in values):
        return "says " + " · ".join(f"{value!r} ({count})" for value, count in values.most_common(12))
    shapes = Counter(re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "a", value)) for value in values)
    return "looks like " + " · ".join(repr(shape[:30]) for shape, _ in shapes.most_common(3))


def _standing(rows: Sequence[Mapping[str, str]]) -> str:
    name = next((one for one in rows[0] if re.search(STANDING, one, re.IGNORECASE)), "")
    words = sorted({row.get(name, "") for row in rows} - {""}) if name else []
    return f"  from: {_quoted(name or '?')}  # ?\n  words:\n    unknown: {json.dumps(words, ensure_ascii=False)}"


def _dates(rows: Sequence[Mapping[str, str]]) -> str:
    fitting: Counter[str] = Counter()
    for name in rows[0]:
        values = [row[name] for row in rows if re.search(r"\d", row.get(name, ""))]
        fitting.update(form for form in FORMS if values and sum(_fits(v, form) for v in values) > len(values) * 0.8)
    return (
        "; ".join(f"{form} fits {count} columns" for form, count in fitting.items()) or "none of the usual forms fits"
    )


def _fits(value: str, form: str) -> bool:
    with suppress(ValueError):
        return bool(datetime.strptime(value, form))  # noqa: DTZ007 - a date has no zone
    return False


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
