"""MyLicense eGov, which several states run: a form, a list with a table in each name's cell, a page about each person.

Which search fields a state shows varies, so they are looked up in its form. The page about a person names its parts by
the ends of their ids (`_ctl25__ctl1_full_name`). Everything hangs on one session: one search at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapers.adapter import Found, SourceChanged
from scrapers.page import Page
from scrapers.platforms.detail_page import Detail, ending
from scrapers.platforms.form_and_detail import Adapter as FormAdapter
from scrapers.platforms.form_fields import filled_form
from scrapers.request import Request

FIELD = "t_web_lookup__"
SEARCH = {"sch_button": "Search"}
DETAIL = Detail(
    known_by=ending("license_no"),
    link='a[id$="_name"], a[id$="_hl"]',
    ids=("full_name", "license_no", "status", "profession_id", "issue", "expiration_date", "addr_city"),
)


class Adapter(FormAdapter):
    """No option is needed but `list`, the headings a state shows, and `same`."""

    def __init__(self, spec: Any) -> None:
        super().__init__(spec)
        self.detail = self.detail or DETAIL
        self._exact |= {*self.listed}

    def read(self, page: Page) -> Iterator[Found]:
        """As every form. Raises SourceChanged for a person's page in place of the list, to which each search leads here
        even where one fits: it lacks what only the list says."""
        if page.note == "results" and self.detail and self.detail.is_on(page):
            raise SourceChanged("is a page about one person", expected="the list of those who fit")
        yield from super().read(page)

    def search(self, page: Page) -> Request:
        """The filled form. A state without a field for the family name has one for the whole name."""
        names = page.markup.field_names(page.one(page.channel.form))
        family = page.carried["fields"].get(f"{FIELD}last_name", "")
        fields = dict(page.carried["fields"])
        if family and f"{FIELD}last_name" not in names:
            fields = {f"{FIELD}full_name": family}
        elif f"{FIELD}first_name" not in names:
            fields.pop(f"{FIELD}first_name", None)
        return filled_form(page, page.channel.form, fields | SEARCH)
