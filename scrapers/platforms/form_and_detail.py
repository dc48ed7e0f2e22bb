"""Look-ups by a form, with a table of the people who fit and a page about each. The usual shape of a state's board.

A person is looked for by number where the board can be asked for one, else by name. Where the board has a page about
each person, the record is made of that page; what only the table says is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bs4.element import Tag

from scrapers.adapter import Found, Incomplete, PassedOver, SourceChanged, SourceSuspect, Wanted, filled
from scrapers.errors import SpecError
from scrapers.normalize import bare_number
from scrapers.page import Page, text_of
from scrapers.platforms.detail_page import Detail, detail_from
from scrapers.platforms.form_fields import POSTBACK, filled_form, opened
from scrapers.platforms.html_table import Adapter as TableAdapter
from scrapers.platforms.number_form import NumberForm, number_form_from
from scrapers.platforms.numbered_pager import link_behind
from scrapers.platforms.people_list import check_headings, fits, taken_apart
from scrapers.request import Request
from scrapers.rows import Row

MOST_PEOPLE = 40


_WORDS = re.compile(r"\w+")


class Adapter(TableAdapter):
    """The channel's `form` and `table` are selectors. Options beside `total` of html_table:

    list: the exact headings of the table of people, where the record is made of a page about each. Without it, only
        the links in that table are used.
    across: the column made of a row that holds one cell, for all rows below it (Virginia's occupations).
    same: heading of the table -> column of the page about a person that says the same.
    detail: how the page about a person is read; see detail_page.
    split: column -> {at, into, alone}: one published text that says several things; `alone` is the one that it says
        when it says only one.
    too_many: what the source prints when too many people fit; that is no answer, and not "nobody".
    full_page: a list of so many people may have left others out, where the source turns no pages.
    most_people: how many pages about people are opened in one look-up.
    number: {drop, shape}: characters left out of a number, and what it must look like, before it is asked for.
    """

    options = frozenset(
        {"total", "list", "across", "same", "split", "detail", "number", "button"}
        | {"too_many", "full_page", "most_people"}
    )
    streams = False
    by_table = True  # whether a list of people is known by the channel's `table`

    def __init__(self, spec: Any) -> None:
        super().__init__(spec)
        self.detail: Detail | None = detail_from(spec.options, spec.id)
        self.number_form: NumberForm = number_form_from(spec.options, spec.id)
        self.listed = tuple(spec.options.get("list", ()))
        self._across = str(spec.options.get("across", ""))
        self._same: Mapping[str, str] = spec.options.get("same", {})
        made_of = {source for column in spec.columns.values() for source in column.sources} | {*spec.standing.columns}
        self._of_the_page = made_of - {*spec.optional}  # must stand on the page about a person, not only in the list
        if self.detail:
            self._exact |= {*self.listed, self._across} - {""}

    def lookup(self, wanted: Wanted) -> Iterable[Request]:
        """The search form to be filled in, or the answer itself where it has an address. Raises SpecError when the
        board cannot be asked for what is given."""
        channel = self.spec.channel("lookup")
        number = self.number_form.asked(wanted.number) if channel.by_number else ""
        asked = channel.by_number if number else channel.by_name if wanted.family else None
        if asked is None:
            raise SpecError(f"{self.spec.id}: cannot be asked for {wanted}; {self.number_form.wanted}")
        wanted = replace(wanted, number=number)
        if not asked.fields:
            return [Request(filled(asked, wanted), note="results")]
        values = {name: getattr(wanted, name) for name in Wanted.__slots__}
        fields = {name: template.format_map(values) for name, template in asked.fields.items()}
        return [Request(asked.url or channel.start[0], note="form", carried={"fields": fields})]

    def declared(self, page: Page) -> int | None:
        """The total of a list; pages with a form or about one person announce none."""
        if page.note in ("form", "detail") or (self.detail and self.detail.is_on(page)):
            return None
        return super().declared(page)

    def read(self, page: Page) -> Iterator[Found]:
        """The filled form from the empty one; from a list the pages about people; from such a page its row."""
        if "</html" not in page.body_text.lower():
            raise SourceChanged("is cut off: it ends without </html>")
        if page.note == "form":
            yield self.search(page)
        elif page.note == "detail":
            yield self.person(page)
        elif self.detail and self.detail.is_on(page):
            if "pages" in page.carried:
                raise SourceChanged("is a page about one person", expected="the next page of the list")
            yield self.person(page)
        elif self.detail and self.by_table and not page.channel.table:
            raise SourceChanged("is no page about one person", expected=f"an element {self.detail.known_by}")
        else:
            yield from self.people(page)

    def search(self, page: Page) -> Request:
        """The request of the filled form."""
        return filled_form(page, page.channel.form, page.carried["fields"] | self.spec.options.get("button", {}))

    # The page about one person ---------------------------------------------------------------------------------------

    def person(self, page: Page) -> Row:
        """Its row, with what only the list said. Raises SourceSuspect when it is about somebody else."""
        if self.detail is None:
            raise SpecError(f"{self.spec.id}: has no page about one person")
        values = self.detail.values(page, self.spec.optional)
        before: Mapping[str, str] = page.carried.get("listed", {})
        for heading, column in self._same.items():
            told, listed = values.get(column, ""), before.get(heading, "")
            if told and listed and not self._agree(column, told, listed):
                raise SourceSuspect(f"shows {told!r}", where=page.url, expected=f"{listed!r}, as the list said")
        added = {name: text for name, text in before.items() if self.listed and name not in self._of_the_page}
        return self.row({**added, **values})

    def _agree(self, column: str, told: str, listed: str) -> bool:
        """Whether a number or a name of the page is the list's; of other columns nothing is held against it."""
        made_of = {name: found.sources for name, found in self.spec.columns.items()}
        if column in made_of.get("number", ()):
            return bare_number(told) == bare_number(listed)
        if column in made_of.get("holder.name", ()):
            page, row = set(_WORDS.findall(told.casefold())), set(_WORDS.findall(listed.casefold()))
            return page <= row or row <= page
        return True

    def row(self, published: Mapping[str, str], *, line: int = 0) -> Row:
        """The published texts as a row, with those taken apart that say several things."""
        row, apart = Row(published, line=line), taken_apart(published, self.spec.options.get("split", {}))
        if apart:
            row |= apart
            row.published = dict(published)
        return row

    # The list of people ----------------------------------------------------------------------------------------------

    def people(self, page: Page) -> Iterator[Found]:
        """The people of one page of the list, and the next page. Raises SourceChanged for another table, or none where
        nothing says that nobody was found; SourceSuspect for a page that was given before."""
        if page.prints(tuple(self.spec.options.get("too_many", ()))):
            yield Incomplete("too many people fit for the source to show them")
            return
        if not self.has_list(page) and page.prints(self.spec.none_found):
            return
        rows = self.rows_of(page)
        if not rows and not page.prints(self.spec.none_found):
            raise SourceChanged("its table is empty", expected="people, or words that nobody was found")
        earlier, now = page.carried.get("pages", ()), repr([texts for texts, _ in rows])
        if now in earlier:
            raise SourceSuspect("gives the same people as an earlier page", where=page.url, expected="others")
        count = int(page.carried.get("people", 0))
        for line, (texts, cells) in enumerate(rows, start=1):
            if self._opens and not self._may_be_ours(texts):
                yield PassedOver(1)
            elif self._opens and count >= int(self.spec.options.get("most_people", MOST_PEOPLE)):
                yield Incomplete(f"more than {count} people fit; the others were not opened")
                return
            else:
                count += 1
                yield self._opened(page, texts, cells) if self._opens else self.row(texts, line=line)
        if 0 < int(self.spec.options.get("full_page", 0)) <= len(rows):
            yield Incomplete(f"{len(rows)} people fill the page: there may be more")
        links = self.pager_links(page)
        link = link_behind(links, f"the pager of {page.channel.table}") if links else None
        if link is not None:
            carried = {"pages": (*earlier, now), "people": count}
            yield opened(page, link, page.channel.form, note="results", carried=carried)

    def has_list(self, page: Page) -> bool:
        """Whether the page has a list of people."""
        return page.maybe(page.channel.table) is not None

    def rows_of(self, page: Page) -> list[tuple[dict[str, str], Mapping[str, Tag]]]:
        """The rows of the list: what each says by heading, and its cells. Raises SourceChanged for another list."""
        if self.listed:
            check_headings(page.markup.table_headings(page.channel.table), self.listed)
        rows = page.table_cells(page.channel.table, across=self._across)
        return [(self._texts(cells), cells) for cells in rows]

    @property
    def _opens(self) -> bool:
        return bool(self.detail and self.detail.link)

    def _texts(self, cells: Mapping[str, Tag]) -> dict[str, str]:
        return {heading: text_of(cell) for heading, cell in cells.items() if heading}

    def _may_be_ours(self, texts: Mapping[str, str]) -> bool:
        """Whether the list does not rule out that the person is of our profession."""
        told = {**texts, **{column: texts[heading] for heading, column in self._same.items() if texts.get(heading)}}
        known = {column: words for column, words in self.spec.where.items() if column in told}
        return all(any(fits(told[column], word) for word in words) for column, words in known.items())

    def _opened(self, page: Page, texts: Mapping[str, str], cells: Mapping[str, Tag]) -> Request:
        if self.detail is None:
            raise SpecError(f"{self.spec.id}: has no page about one person")
        row = next(cell for heading, cell in cells.items() if heading != self._across).parent
        link = page.one(self.detail.link, row)
        return opened(page, link, page.channel.form, note="detail", carried={"listed": dict(texts)})

    def pager_links(self, page: Page) -> list[Tag]:
        """The links that send the form, of the rows of the table that hold one cell: there its pager stands."""
        links = (link for row in page.markup.rows_across(page.channel.table) for link in row.find_all("a"))
        return [link for link in links if POSTBACK.search(str(link.get("href") or ""))]
