"""ASP.NET look-ups: a form with hidden state, a result table, and pages that are turned by __doPostBack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bs4.element import Tag

from scrapers.adapter import Found, SourceChanged, Wanted
from scrapers.errors import SpecError
from scrapers.page import Page
from scrapers.platforms.html_table import Adapter as TableAdapter
from scrapers.request import Request

POSTBACK = re.compile(r"__doPostBack\('([^']*)'\s*,\s*'([^']*)'\)")


class Adapter(TableAdapter):
    """The channel's `form` and `table` are selectors. Options beside those of html_table:

    button: the name and value of the button that searches.
    search_fields: what a whole list is asked with; empty fields are sent as they stand in the form.
    """

    options = frozenset(("next", "total", "button", "search_fields"))

    def roster(self) -> Iterable[Request]:
        """The search form."""
        fields = self.spec.options.get("search_fields", {})
        return [Request(start, note="form", carried={"fields": fields}) for start in self.spec.channel("roster").start]

    def lookup(self, wanted: Wanted) -> Iterable[Request]:
        """The search form, to be filled with a number or else a name. Raises SpecError when it has no such field."""
        channel = self.spec.channel("lookup")
        question = channel.by_number if wanted.number else channel.by_name if wanted.family else None
        if question is None:
            raise SpecError(f"{self.spec.id}: cannot be asked for {wanted}")
        values = {name: getattr(wanted, name) for name in Wanted.__slots__}
        fields = {name: template.format_map(values) for name, template in question.fields.items()}
        return [Request(question.url or channel.start[0], note="form", carried={"fields": fields})]

    def declared(self, page: Page) -> int | None:
        return None if page.note == "form" else super().declared(page)

    def read(self, page: Page) -> Iterator[Found]:
        """The filled form from the empty one; rows and the next page from a result."""
        if page.note == "form":
            button = self.spec.options.get("button", {})
            yield page.submit(page.channel.form, {**_texts(page.carried["fields"]), **_texts(button)}, note="results")
            return
        page.one(page.channel.form)  # a result without its form is another page, even where no further one is needed
        yield from super().read(page)

    def turn(self, page: Page, link: Tag, carried: Mapping[str, Any]) -> Request:
        found = POSTBACK.search(str(link.get("href") or ""))
        if found is None:
            raise SourceChanged(f"the link {link.get('href')!r} turns no page", expected="__doPostBack")
        target, argument = found.groups()
        return page.postback(page.channel.form, target, argument, note="results", carried=carried)


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}
