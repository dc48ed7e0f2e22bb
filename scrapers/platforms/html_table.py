"""Lists and look-ups that are one HTML table: columns by their heading text, further pages by a link or a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from bs4.element import Tag

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Incomplete, RowRejected, SourceChanged, SourceSuspect
from scrapers.channels import check_selector
from scrapers.errors import SpecError
from scrapers.page import Page
from scrapers.platforms.numbered_pager import is_numbered, link_behind
from scrapers.platforms.turning import Turning, turning_from, with_parameter
from scrapers.request import Request
from scrapers.spec import RegistrySpec

MOST_DIGITS = 15  # of a number of people
_NOWHERE = re.compile(r"^(#.*|javascript:\s*(void\s*\(?\s*0\s*\)?)?;?\s*)?$", re.IGNORECASE)


class Adapter(Base):
    """The channel's `table` is the table's selector (the only `table` if not given), `header_row` the row of it that
    holds the headings, `notes` patterns of the first cell of rows that are no record. Options:

    next: selector of the link or button to the next page; absent or disabled on the last page. Or of all links of a
        pager with page numbers: the one behind the number of the shown page is followed.
    page_parameter, first_page: in place of a link, the parameter of the address that counts pages, and where it begins
        (1). Pages are asked for until the total is reached or one is empty.
    total: a regular expression with one group around the number of rows the page announces.
    """

    options = frozenset(("next", "total", "page_parameter", "first_page"))
    streams = True  # whether the rows are all that is read of a page, so that a long one need not become a tree

    def __init__(self, spec: RegistrySpec) -> None:
        """Raises SpecError for an option that cannot be."""
        super().__init__(spec)
        self._next, pattern = spec.options.get("next", ""), spec.options.get("total", "")
        if not isinstance(self._next, str) or not isinstance(pattern, str):
            raise SpecError(f"{spec.id}: options next and total should be texts")
        check_selector(self._next, f"{spec.id}: options.next")
        self._total = _total_pattern(pattern, spec.id)
        self._turning: Turning = turning_from(spec, ("page_parameter",))

    def declared(self, page: Page) -> int | None:
        """The total that the page prints. Raises SourceChanged when it should and doesn't, unless nobody was found."""
        if self.streams:
            page.shorten()
        if self._total is None:
            return None
        found = self._total.search(page.markup.visible_text)
        if found is not None:
            digits = re.sub(r"[\s,.’']", "", found[1])
            if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS:
                return int(digits)
            raise SourceChanged(f"announces a total of {found[1][:40]!r}", expected="a whole number")
        if page.prints(self.spec.none_found):
            return None
        raise SourceChanged(f"announces no total like {self._total.pattern!r}")

    def read(self, page: Page) -> Iterator[Found]:
        """The table's rows and the next page. Raises SourceChanged for another table, or none where nothing says that
        nobody was found."""
        table = page.channel.table or "table"
        if page.prints(self.spec.none_found) and page.maybe(table) is None:
            return
        rows = page.table_rows(table)
        self.check_columns(rows.named)
        good = bad = 0
        for found in rows:
            bad += isinstance(found, RowRejected)
            good += not isinstance(found, RowRejected)
            yield found
        if bad and not good:
            raise SourceChanged(
                f"none of its {bad} rows has {len(rows.headings)} cells", expected="one for each heading"
            )
        seen = int(page.carried.get("seen", 0)) + good + bad
        if not seen and not page.prints(self.spec.none_found):
            raise SourceChanged("its table is empty", expected="rows, or words that nobody was found")
        yield from self._further(page, good + bad, seen)

    def _further(self, page: Page, here: int, seen: int) -> Iterator[Found]:
        """The next page, or what is wrong with there being none. Raises SourceChanged, SourceSuspect."""
        total = self.declared(page)
        said_first = page.carried.get("total", total)
        carried = {"seen": seen, "total": said_first, "page": int(page.carried.get("page", 1)) + 1}
        link = self._link(page) if self._next else None
        if link is not None and link.get("href") and seen == total and urljoin(page.url, str(link["href"])) == page.url:
            link = None  # some pagers link the last page to itself
        if link is not None and _leads_nowhere(link):
            if (total is None or seen < total) and page.channel.is_network:
                raise SourceChanged(
                    f"{self._next} leads to {link.get('href')!r}", expected="an address, or no such link"
                )
            if total is None or seen < total:  # browsers that save a page as one file leave scripts out of its links
                yield Incomplete("the page leads to further pages that were not given")
            link = None
        more = link is not None or bool(self._turning.page_parameter and here and (total is None or seen < total))
        if more and total is not None and seen > total:
            raise SourceSuspect(f"has given {seen} rows and goes on", expected=f"the {total} that it announces")
        if link is not None and not here:
            raise SourceChanged("its table is empty and leads on", expected="rows")
        if link is not None:
            yield replace(self.turn(page, link, carried), turn=carried["page"])
        elif more:
            yield replace(self._turned(page, carried), turn=carried["page"])
        elif self._next and page.channel.is_network and total is not None and total == said_first and seen < total:
            raise SourceChanged(f"has no {self._next} after {seen} of {total} rows", expected="a further page")

    def _link(self, page: Page) -> Tag | None:
        """What leads to the next page; a pager may stand above and below. Raises SourceChanged when two differ."""
        links = [link for link in page.markup.any(self._next) if not _is_off(link)]
        if is_numbered(links):
            return link_behind(links, self._next)
        leading = {_target(link): link for link in links}
        if len(leading) > 1:
            raise SourceChanged(f"{len(leading)} elements fit {self._next}", expected="one, or the same twice")
        return next(iter(leading.values()), None)

    def turn(self, page: Page, link: Tag, carried: Mapping[str, Any]) -> Request:
        """The request for the next page."""
        return page.follow(link, carried=carried)

    def _turned(self, page: Page, carried: Mapping[str, Any]) -> Request:
        name = self._turning.page_parameter
        stated = parse_qs(urlsplit(page.url).query).get(name, [""])[0]
        here = int(stated) if stated.isascii() and stated.isdigit() else self._turning.first_page
        return page.follow(with_parameter(page.url, name, str(here + 1)), carried=carried)


def _total_pattern(pattern: str, registry: str) -> re.Pattern[str] | None:
    try:
        compiled = re.compile(pattern)
    except re.error as wrong:
        raise SpecError(f"{registry}: options.total {pattern!r} is no regular expression: {wrong}") from wrong
    if pattern and compiled.groups != 1:
        raise SpecError(f"{registry}: options.total {pattern!r} needs one group, around the number")
    return compiled if pattern else None


def _target(link: Tag) -> str:
    return str(link.get("href") or f"{link.get('name')}={link.get('value')}")


def _is_off(link: Tag) -> bool:
    """Whether it is shown as one that cannot be pressed, as on the last page."""
    around = [*(link.get("class") or []), *((link.parent.get("class") or []) if link.parent else [])]
    return link.has_attr("disabled") or link.get("aria-disabled") == "true" or "disabled" in around


def _leads_nowhere(link: Tag) -> bool:
    """Whether it has no address: a script may turn the page, or it is the last one; nobody can tell."""
    return link.name in ("a", "link") and bool(_NOWHERE.match(str(link.get("href") or "")))
