"""ASP.NET look-ups: a form with hidden state, a result table, and pages that are turned by __doPostBack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bs4.element import Tag

from scrapers.adapter import Found, SourceChanged, Wanted
from scrapers.errors import SpecError
from scrapers.page import Page
from scrapers.platforms.form_fields import POSTBACK, filled_form
from scrapers.platforms.html_table import Adapter as TableAdapter
from scrapers.request import Request
from scrapers.spec import RegistrySpec

STATEFUL = "form:has([name=__VIEWSTATE])"  # the form of a saved page, where the channel names none


class Adapter(TableAdapter):
    """The channel's `form` and `table` are selectors. The form may be a GET form too. `next` may be a button. Options
    beside those of html_table:

    button: the name and value of the button that searches, {btnSearch: Search} or {name: btnSearch, value: Search}.
    search_fields: what a whole list is asked with; empty fields are sent as they stand in the form.
    """

    options = TableAdapter.options | {"button", "search_fields"}

    def __init__(self, spec: RegistrySpec) -> None:
        """Raises SpecError for an option that cannot be, or a channel without a form."""
        super().__init__(spec)
        for name in ("button", "search_fields"):
            if not isinstance(spec.options.get(name, {}), Mapping):
                raise SpecError(f"{spec.id}: options.{name} should be keys with values")
        for channel in spec.channels.values():
            if channel.is_network and not channel.form:
                raise SpecError(f"{spec.id}: channel {channel.name} needs form, a selector")

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
            if set(button) == {"name", "value"}:
                button = {str(button["name"]): button["value"]}
            yield filled_form(page, page.channel.form, {**_texts(page.carried["fields"]), **_texts(button)})
            return
        if page.request.method == "POST":
            page.one(page.channel.form)  # such a result without its form is another page, even where no other is needed
        yield from super().read(page)

    def turn(self, page: Page, link: Tag, carried: Mapping[str, Any]) -> Request:
        """The request of a postback, of a button or of an address. Raises SourceChanged for anything else."""
        if link.name in ("input", "button") and link.get("name"):
            pressed = {str(link["name"]): str(link.get("value") or "")}
            return page.submit(page.channel.form or STATEFUL, pressed, note="results", carried=carried)
        target = str(link.get("href") or "")
        found = POSTBACK.search(target)
        if found is not None:
            return page.postback(page.channel.form or STATEFUL, *found.groups(), note="results", carried=carried)
        if not target or target.lower().startswith("javascript:"):
            raise SourceChanged(f"the link {target!r} turns no page", expected="__doPostBack or an address")
        return page.follow(link, note="results", carried=carried)


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}
