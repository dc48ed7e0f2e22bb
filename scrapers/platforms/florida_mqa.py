"""Florida's Medical Quality Assurance search: one hit leads straight to the person's page, several to a list.

At times it answers with a stub that holds neither. That is an outage: it says nothing about anybody.
"""

from __future__ import annotations

from collections.abc import Iterator

from scrapers.adapter import Found, SourceDown
from scrapers.page import Page
from scrapers.platforms.form_and_detail import Adapter as FormAdapter


class Adapter(FormAdapter):
    """As form_and_detail, with stubs told apart."""

    def read(self, page: Page) -> Iterator[Found]:
        """As every form. Raises SourceDown for a stub."""
        person = self.detail is not None and self.detail.is_on(page)
        listed = page.note != "detail" and page.maybe(page.channel.table) is not None
        nobody = page.note != "detail" and page.prints(self.spec.none_found)
        if page.note != "form" and not (person or listed or nobody):
            raise SourceDown(
                "answers with a page that holds neither a person nor a list, as it does at times",
                where=page.url,
                expected=f"{page.channel.table} or a person's page; if it stays so, its layout has changed",
            )
        yield from super().read(page)
