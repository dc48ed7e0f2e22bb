"""The Texas Medical Board: a page of usage terms stands before its search form.

A program accepts terms only in the name of somebody: whoever recorded having read them. Each run says who that was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scrapers.adapter import Found, Remark, SourceBlocked, SourceChanged
from scrapers.page import Page
from scrapers.platforms.form_and_detail import Adapter as FormAdapter
from scrapers.request import Request

ACCEPT = "ctl00$BodyContent$btnAccept"
ACTIVE_ONLY = "ctl00$BodyContent$cbActiveLicensesOnly"


class Adapter(FormAdapter):
    """As form_and_detail, behind a page of terms."""

    def read(self, page: Page) -> Iterator[Found]:
        """The acceptance of the terms, then as every form. Raises SourceBlocked when nobody accepted them."""
        if page.note == "form" and page.markup.soup.find(attrs={"name": ACCEPT}):
            yield from self._accept(page)
            return
        yield from super().read(page)

    def _accept(self, page: Page) -> Iterator[Found]:
        terms = self.spec.terms
        if not terms.were_read:
            raise SourceBlocked(
                "asks to accept its usage terms, and nobody has recorded having read and accepted them",
                where=page.url,
                expected="an operator who did (enable the registry with their name)",
            )
        if page.carried.get("accepted"):
            raise SourceChanged("asks again to accept its terms", expected="the search form")
        words = str(page.one(f'[name="{ACCEPT}"]').get("value") or "")
        yield Remark(f"its usage terms were accepted in the name of {terms.read_by}, who read them on {terms.read_on}")
        yield page.submit(page.channel.form, {ACCEPT: words}, note="form", carried={**page.carried, "accepted": True})

    def search(self, page: Page) -> Request:
        """The filled form, for licenses of every standing."""
        request = super().search(page)
        return replace(request, form={k: v for k, v in (request.form or {}).items() if k != ACTIVE_ONLY})
