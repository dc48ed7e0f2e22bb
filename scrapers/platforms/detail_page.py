"""A page about one person, read as its registry's `detail` option describes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import soupsieve

from scrapers.errors import SourceChanged, SpecError
from scrapers.markup import text_of
from scrapers.page import Page
from scrapers.strict import StrictMapping


@dataclass(frozen=True, slots=True)
class Detail:
    """How to read the page about one person. Several ways may be given; each adds its columns."""

    known_by: str  # a selector that this page has and a list of people hasn't
    link: str = ""  # selector of the link that leads to it, inside a row of the list
    labels: str = ""  # selector of the dl or table of label and value
    lines: str = ""  # selector of lines whose first element is the label and whose second the value
    texts: Mapping[str, str] = field(default_factory=dict)  # column -> selector of the element that holds it
    ids: tuple[str, ...] = ()  # columns that are the end of an element's id
    patterns: Mapping[str, str] = field(default_factory=dict)  # column -> expression with one group, on the shown text

    def is_on(self, page: Page) -> bool:
        """Whether this is a page about one person."""
        return bool(page.markup.soup.select(self.known_by))

    def values(self, page: Page, optional: tuple[str, ...]) -> dict[str, str]:
        """What the page says, by column. Raises SourceChanged when a column that is not optional isn't there."""
        page.some(self.known_by)
        found = page.labelled_values(self.labels) if self.labels else {}
        found |= self._lines(page) if self.lines else {}
        for column, selector in {**self.texts, **{name: ending(name) for name in self.ids}}.items():
            element = page.maybe(selector) if column in optional else page.one(selector)
            found |= {column: text_of(element)} if element is not None else {}
        for column, pattern in self.patterns.items():
            shown = re.search(pattern, page.markup.visible_text)
            if shown is None and column not in optional:
                raise SourceChanged(f"says nothing like {pattern!r}")
            found |= {column: shown[1]} if shown else {}
        return found

    def _lines(self, page: Page) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in page.some(self.lines):
            cells = line.find_all(recursive=False)
            label = text_of(cells[0]).rstrip(":").strip() if cells else ""
            if len(cells) != 2 or not label or label in found:
                raise SourceChanged(f"{self.lines} {label!r} is no label with one value, or stands twice")
            found[label] = text_of(cells[1])
        return found


def ending(name: str) -> str:
    """The selector of the element whose id is this, or ends with it behind the names of its containers. A field of a
    form may be called the same, and is not meant."""
    return f':is([id="{name}"], [id$="_{name}"]):not(input, select, textarea)'


def detail_from(options: Mapping[str, Any], where: str) -> Detail | None:
    """The `detail` option of a spec. Raises SpecError for what it doesn't know."""
    if "detail" not in options:
        return None
    keys = StrictMapping(options["detail"], f"{where}: options.detail")
    detail = Detail(
        known_by=keys.text("known_by"),
        link=keys.text("link", ""),
        labels=keys.text("labels", ""),
        lines=keys.text("lines", ""),
        texts={name: str(selector) for name, selector in keys.mapping("texts", {}).rest().items()},
        ids=keys.texts("ids"),
        patterns={name: str(pattern) for name, pattern in keys.mapping("patterns", {}).rest().items()},
    )
    keys.done()
    for selector in (detail.known_by, detail.link, detail.labels, detail.lines, *detail.texts.values()):
        try:
            soupsieve.compile(selector or "*")
        except soupsieve.SelectorSyntaxError as wrong:
            raise SpecError(f"{keys.where}: {selector!r} is no selector: {wrong}") from wrong
    return detail
