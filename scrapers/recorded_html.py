"""A page that is made a recording of. Scripts, styles, pictures and comments are left out: no reader needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, Tag

from scrapers.channels import Channel
from scrapers.markup import own_cells, own_rows, text_of
from scrapers.personal_columns import Kind, PersonalColumns
from scrapers.recorded import Links, Recorded, Texts

_FURNITURE = "script, style, link, svg, img, noscript, iframe, template, meta:not([charset], [http-equiv])"
_LINKS = ("href", "action", "src", "formaction")
_LABELS = ("dt", "th", "label")
_BEFORE = ("dt", "th", "td", "span", "div", "label", "strong", "b")
_TEXTS = ("title", "alt", "content", "placeholder", "aria-label", "onclick", "onchange", "label", "summary")


class RecordedHtml(Recorded):
    def __init__(self, text: str, channel: Channel, columns: PersonalColumns) -> None:
        self._soup, self._channel, self._columns = BeautifulSoup(text, "lxml"), channel, columns
        for element in self._soup.select(_FURNITURE):
            element.decompose()
        for comment in self._soup.find_all(string=lambda text: isinstance(text, Comment)):
            comment.extract()
        for meta in self._soup.select("meta"):
            meta.attrs = {"charset": "utf-8"}

    # Rows ------------------------------------------------------------------------------------------------------------

    def _list(self) -> tuple[list[str], list[Tag]]:
        """The headings of the channel's table, and its rows of as many cells."""
        return rows_of(self._soup, self._channel.table)

    def rows(self) -> list[Mapping[str, str]]:
        headings, rows = self._list()
        return [dict(zip(headings, map(text_of, own_cells(row)), strict=True)) for row in rows]

    def keep(self, places: set[int]) -> None:
        for place, row in enumerate(self._list()[1]):
            if place not in places:
                row.decompose()

    def declare(self, total: int, options: Mapping[str, Any]) -> bool:
        pattern = str(options.get("total", ""))
        for text in self._soup.find_all(string=True) if pattern else ():
            found = re.search(pattern, str(text))
            if found:
                start, end = found.span(1)
                text.replace_with(NavigableString(f"{text[:start]}{total}{text[end:]}"))
                return True
        return False

    def end_here(self, options: Mapping[str, Any]) -> bool:
        links = self._soup.select(str(options["next"])) if options.get("next") else []
        for link in links:
            link.decompose()
        return bool(links)

    # Texts -----------------------------------------------------------------------------------------------------------

    def cells(self) -> Iterator[tuple[str, str]]:
        headings = self._headings()
        for element in self._soup.find_all(
            ["td", "dd", "span", "div", "p", "a", "li", "h1", "h2", "h3", "h4", "strong"]
        ):
            own = any(str(text).strip() for text in element.find_all(string=True, recursive=False))
            if element.name in ("td", "dd") or own:
                yield text_of(element), self._column(element, headings)
        for field in self._soup.select("input[name][value]"):
            yield str(field["value"]), str(field["name"])

    def links(self) -> Iterator[str]:
        for name in ("href", "action"):
            yield from (str(element[name]) for element in self._soup.select(f"[{name}]"))

    def replace(self, text: Texts, link: Links) -> None:
        headings = self._headings()
        texts = [one for one in self._soup.find_all(string=True) if one.strip() and type(one) is NavigableString]
        columns = [self._column(one.parent, headings) if one.parent else "" for one in texts]  # before labels change
        for found, column in zip(texts, columns, strict=True):
            new = text(str(found), column)
            if new != found:
                found.replace_with(NavigableString(new))
        for element in self._soup.find_all(True):
            for name, value in list(element.attrs.items()):
                if isinstance(value, str) and value.strip():
                    element[name] = self._attribute(element, name, value, text, link)

    def _attribute(self, element: Tag, name: str, value: str, text: Texts, link: Links) -> str:
        if name in _LINKS:
            return link(value)
        if name == "value":
            return text(value, str(element.get("name", "")))
        return text(value, "") if name in _TEXTS or name.startswith("data-") else value

    def _headings(self) -> dict[int, str]:
        """The heading above each cell of each table, by the identity of the cell."""
        found: dict[int, str] = {}
        for table in self._soup.find_all("table"):
            first, *rows = own_rows(table) or [table]
            headings = [text_of(cell) for cell in own_cells(first)]
            for cells in map(own_cells, rows):
                if len(cells) == len(headings) > 1:
                    found |= {id(cell): heading for cell, heading in zip(cells, headings, strict=True)}
        return found

    def _column(self, element: Tag, headings: Mapping[int, str]) -> str:
        """What an element's text is called: by the description's own columns first, else by what headings usually say.
        It may be called by the heading above it, the label before it, its id or its class."""
        if text_of(element).endswith(":") or element.find_parent(["dt", "th", "label"]) or element.name in _LABELS:
            return ""
        names = list(_names_of(element, headings))
        known = [name for name in names if self._columns.knows(name)]
        marked = [name for mark in _marks(element) if (name := self._columns.of_id(mark))]
        usual = [name for name in names if self._columns.kind(name) is not Kind.OTHER]
        return next(iter(known or marked or usual), "")

    def body(self) -> bytes:
        return (str(self._soup) + "\n").encode(self._channel.encoding or "utf-8", errors="xmlcharrefreplace")

    def shown(self) -> str:
        return self._soup.get_text("\n", strip=True)


def rows_of(soup: BeautifulSoup, selector: str) -> tuple[list[str], list[Tag]]:
    """The headings of a table, and its rows of as many cells."""
    table = soup.select_one(selector) if selector else None
    rows = own_rows(table) if table else []
    headings = [text_of(cell) for cell in own_cells(rows[0])] if rows else []
    return headings, [row for row in rows[1:] if len(own_cells(row)) == len(headings)]


def _names_of(element: Tag, headings: Mapping[int, str]) -> Iterator[str]:
    """What a person sees an element's text called, from the inside out: the heading above it, the label before it."""
    for holder in _holders(element):
        if id(holder) in headings:
            yield headings[id(holder)]
        label = holder.find_previous_sibling(lambda tag: tag.name != "br")
        if isinstance(label, Tag) and label.name in _BEFORE and len(label.get_text(strip=True)) < 40:
            yield text_of(label)


def _marks(element: Tag) -> Iterator[str]:
    """The ids and classes of an element and of what it stands in."""
    for holder in _holders(element):
        yield from (str(holder[name]) for name in ("id", "data-label", "itemprop") if holder.get(name))
        yield from (str(name) for name in holder.get_attribute_list("class") if name)


def _holders(element: Tag) -> Iterator[Tag]:
    for holder in [element, *list(element.parents)[:5]]:
        if holder.name in ("form", "body", "html", "main", "tr"):
            return
        yield holder
