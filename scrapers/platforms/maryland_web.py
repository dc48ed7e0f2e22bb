"""Maryland's web form: every person who fits has a "View Details" link; nothing else of the list is relied on."""

from __future__ import annotations

from collections.abc import Iterator

from scrapers.adapter import Found, Incomplete, SourceChanged
from scrapers.page import Page, text_of
from scrapers.platforms.form_and_detail import MOST_PEOPLE
from scrapers.platforms.form_and_detail import Adapter as FormAdapter
from scrapers.platforms.form_fields import POSTBACK, opened

LINK = "View Details"


class Adapter(FormAdapter):
    """As form_and_detail, but people are found by their links."""

    by_table = False

    def people(self, page: Page) -> Iterator[Found]:
        """The pages about the people who fit. Raises SourceChanged when there is no link and nothing says that nobody
        was found."""
        links = [link for link in page.markup.soup.find_all("a") if text_of(link) == LINK]
        if not links and page.prints(self.spec.none_found):
            return
        if not links:
            raise SourceChanged(f"has no link {LINK!r}", expected="people, or words that nobody was found")
        for link in links[: int(self.spec.options.get("most_people", MOST_PEOPLE))]:
            yield opened(page, link, page.channel.form, note="detail", carried={})
        if len(links) > int(self.spec.options.get("most_people", MOST_PEOPLE)):
            yield Incomplete(f"{len(links)} people fit; not all were opened")
        if any(
            "Page$" in (found[2] if (found := POSTBACK.search(str(link.get("href")))) else "")
            for link in page.markup.soup.find_all("a")
        ):
            yield Incomplete("it has a pager, which is not turned")
