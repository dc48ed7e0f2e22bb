"""California's Department of Consumer Affairs: result and detail pages of its search, saved by a person, and its API,
asked with the operator's own keys. The search itself stands behind Turnstile and is never fetched.

Whatever it is read from, a row has the columns of the detail page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bs4.element import Tag

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, SourceChanged, Wanted
from scrapers.fields import as_text
from scrapers.names import split_name
from scrapers.normalize import bare_number
from scrapers.page import Page, text_of
from scrapers.platforms.json_list import objects_of, reach
from scrapers.record import Method, RegistryRecord
from scrapers.request import Request
from scrapers.rows import Row
from scrapers.saved import refuse_without_end

RESULT, DETAIL = "article.post", "#licDetail"
PUBLIC_RECORD = "img[src*='disc.png']"
# What is written before a value: in a card of the results, and in an element of the detail page.
LABELS = {
    "License Type": "licType",
    "License Status": "primaryStatus",
    "Expiration Date": "expDate",
    "Secondary Status": "secondaryStatus",
    "City": "city",
    "State": "state",
    "County": "county",
    "Zip": "zip",
}
NEEDED = ("licType", "primaryStatus", "expDate")
DETAIL_IDS = ("name", "licType", "primaryStatus", "secondaryStatus", "prevName", "issueDate", "expDate")
_LABEL = re.compile(rf"\b({'|'.join(LABELS)})\s*:\s*")


class Adapter(Base):
    network_method = Method.API_RESPONSE

    def knows(self, page: Page) -> bool:
        """The site's pages carry the script of Turnstile along with their results."""
        return page.says(("/details/", 'id="licDetail"'))

    def lookup(self, wanted: Wanted) -> Iterable[Request]:
        """By number: the API takes digits without letters and leading zeros."""
        return super().lookup(replace(wanted, number=bare_number(wanted.number)))

    def read(self, page: Page) -> Iterator[Found]:
        """The people of a result page, the one of a detail page, or those of an answer of the API."""
        if page.channel.is_network:
            yield from self._answered(page)
            return
        refuse_without_end(page)
        if page.maybe(DETAIL) is not None:
            yield self._row(_detail(page))
        else:
            yield from (self._row(_card(page, card)) for card in page.some(RESULT))

    def _row(self, values: Mapping[str, Any]) -> Row:
        self.check_columns(values)
        return Row(values, columns_checked=True)

    def record(self, row: Row) -> RegistryRecord | None:
        record = super().record(row)
        if record is None:
            return None
        former = as_text(row.get("prevName"))
        names = tuple(split_name(name, "family_comma_given") for name in former.split(";") if name.strip())
        told = "publicRecord" in row
        return replace(record, other_names=names, discipline=record.discipline if told else None)

    def _answered(self, page: Page) -> Iterator[Found]:
        for detail in objects_of(reach(page.json(), ["licenseDetails"])):
            for full in objects_of(reach(detail, ["getFullLicenseDetail"])):
                yield self._row(_of_answer(full))


def _card(page: Page, card: Tag) -> dict[str, str]:
    """One result: its name stands in the heading, everything else behind a label."""
    listed = page.one("footer ul.actions", card)
    link = page.one("a.newTab[href*='/details/']", listed)
    parts = _LABEL.split(text_of(listed))
    values = {LABELS[label]: text.strip() for label, text in zip(parts[1::2], parts[2::2], strict=True)}
    values["zip"] = values.get("zip", "").partition(" ")[0]  # the last label: links may follow it
    values["region"] = "CA" if values.get("state", "").upper() == "CALIFORNIA" else ""  # spelled in words
    if missing := [name for name in NEEDED if name not in values]:
        raise SourceChanged(f"a result has no {', '.join(missing)}")
    icon = page.maybe(PUBLIC_RECORD, card)
    return {
        "name": page.text("h3", listed),
        "number": page.text("span[id^='lic']", link),
        **values,
        "publicRecord": str(icon.get("title") or "Has public record or disciplinary action") if icon else "",
    }


def _detail(page: Page) -> dict[str, str]:
    """The page of one person. A value may stand behind its label in the same element."""
    values = {name: _unlabelled(page.text(f"#{name}")) for name in DETAIL_IDS}
    heading = page.text(DETAIL)
    number = re.search(r"(\d+)\s*$", heading)
    if number is None:
        raise SourceChanged(f"{DETAIL} says {heading!r}", expected="a license number at its end")
    return {**values, "number": number[1]}


def _unlabelled(text: str) -> str:
    return text.rpartition(":")[2].strip()


def _of_answer(full: Mapping[str, Any]) -> dict[str, Any]:
    """The row of one license in the API's answer. Raises SourceChanged for a missing key."""
    licenses = objects_of(reach(full, ["getLicenseDetails"]))
    people = [
        person
        for names in objects_of(reach(full, ["getNameDetails"]))
        for person in objects_of(reach(names, ["individualNameDetails"]))
    ]
    if len(licenses) != 1 or not people:
        raise SourceChanged(
            f"holds {len(licenses)} licenses and {len(people)} names", expected="one license of one person"
        )
    license_, person = licenses[0], people[0]
    given = [as_text(reach(person, [key])) for key in ("firstName", "middleName")]
    return {
        "name": f"{as_text(reach(person, ['lastName']))}, {' '.join(part for part in given if part)}",
        "number": as_text(reach(license_, ["licNumber"])),
        "licType": "Licensed Acupuncturist",  # the only type that is asked for
        "primaryStatus": as_text(reach(license_, ["primaryStatusCode"])),
        "issueDate": as_text(reach(license_, ["issueDate"])),
        "expDate": as_text(reach(license_, ["expDate"])),
        "publicRecord": "; ".join(_texts(reach(full, ["getPublicRecordActions"]))),
    }


def _texts(found: Any) -> Iterator[str]:
    items = found.values() if isinstance(found, Mapping) else found if isinstance(found, list) else ()
    for item in items:
        yield from _texts(item)
    if not items and not isinstance(found, Mapping | list) and (text := as_text(found)):
        yield text
