"""Result pages and profiles of NCBAHM's public directory (formerly NCCAOM), saved by a person: Turnstile guards it, so
it is never fetched. The saved page itself carries the Turnstile script; what makes it a page is its list of results.

Each practitioner is a card with one status and one or more certificates. The directory prints no numbers, and it is
opt-in: who isn't in it may be certified all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bs4.element import Tag

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Remark, Row, RowRejected, SourceChanged
from scrapers.names import split_name
from scrapers.normalize import bare_phone, postal_code, tidy
from scrapers.page import Page, text_of
from scrapers.platforms.ncbahm_older import LAYOUT, TITLE, is_older, older_cards
from scrapers.platforms.ncbahm_profile import is_profile, profile_card
from scrapers.record import Holder, Place, RegistryRecord
from scrapers.saved import refuse_without_end
from scrapers.spec import RegistrySpec

CARD = "div.result-card__item"
FOUND = ".result-info-bar__found p.title"
NOTHING = "Not Available"
COUNTRIES = {"USA": "US", "Canada": "CA"}
_SPACED_DEGREE = re.compile(r"\s[LDM]\.? Ac\.?$", re.IGNORECASE)  # "L. Ac", "D Ac."
_GENERATION = re.compile(r"(?:[JS]r\.?|I{1,3}|IV|V)?", re.IGNORECASE)
_NAME_OF_THE_BOARD = re.compile(r"\s*\(?\b(NCCAOM|NCBAHM)\b\)?\s*®?", re.IGNORECASE)


class Adapter(Base):
    options = frozenset(("certificates",))

    def __init__(self, spec: RegistrySpec) -> None:
        super().__init__(spec)
        self._professions: dict[str, str] = dict(spec.options.get("certificates", {}))

    def knows(self, page: Page) -> bool:
        """A page with practitioners' profiles is no challenge, though it carries the script of one."""
        return page.says(("/FAP/PractitionerDetail?", LAYOUT, "pageListDetail")) or is_profile(page)

    def declared(self, page: Page) -> int | None:
        """The N of "N Practitioners found", behind which the older layout repeats what was asked."""
        if is_profile(page):
            return None
        title = page.text(TITLE if is_older(page) else FOUND)
        found = re.fullmatch(r"([\d,]+) Practitioners? found(?: for .*)?", title)
        if not found:
            raise SourceChanged(f"the result bar says {title!r}", expected="a number of practitioners found")
        return int(found.group(1).replace(",", ""))

    def read(self, page: Page) -> Iterator[Found]:
        """The practitioners of a result page, or the one of a profile."""
        for row in [_row_of(profile_card(page))] if is_profile(page) else self._listed(page):
            yield row
            for label in row["certificates"]:
                if _without_board(label) not in self._professions:
                    yield Remark(f"certificate {label!r} is not known: read up on it and add it")

    def _listed(self, page: Page) -> Iterator[Row]:
        refuse_without_end(page)
        if self.declared(page) == 0 and page.maybe(CARD) is None:
            return  # nobody of that name is listed, which says nothing: being listed is opt-in
        if is_older(page):
            yield from map(_row_of, older_cards(page))
            return
        places = tuple(f"input#{name}" for name in ("hdncurrpage", "hdnlastpage"))
        if any(page.maybe(name) for name in places):  # a page saved as one file comes without its hidden fields
            current, last = (_whole_number(page, name) for name in places)
            if not 1 <= current <= last:
                raise SourceChanged(f"the page says it is page {current} of {last}", expected="a page of the list")
        for card in page.some(CARD, page.one("#pageListDetail")):
            yield self._row(page, card)

    def _row(self, page: Page, card: Tag) -> Row:
        link = page.one("p.name a", card)
        badges = page.some(".cert-box__item p.copy", card)
        shown_once = [badge for badge in badges if not badge.find_parent(class_="slick-cloned")]
        return _row_of(
            {
                "key": _client_id(link),
                "name": text_of(link),
                "line": page.text("p.gendar", card),
                "certificates": list(dict.fromkeys(text_of(badge) for badge in shown_once)),
                "address": _contact(page, card, "icon-location-pin"),
                "phone": _contact(page, card, "icon-call-end"),
            }
        )

    def record(self, row: Row) -> RegistryRecord:
        if row.evidence is None:
            raise TypeError("the runner gives each row its evidence before it is made a record")
        if not row["name"]:
            raise RowRejected("names nobody")
        return RegistryRecord(
            registry=self.spec.id,
            source_key=row["AgencyClientId"],
            kind=self.spec.kind,
            profession=self._profession(row["certificates"]),
            jurisdiction=self.spec.jurisdiction,
            number="",
            number_raw="",
            holder=_holder(row["name"], row["certificates"]),
            standing=self.spec.standing.of((row["gendar"],)),
            standing_raw=row["gendar"],
            evidence=row.evidence,
            place=_place(row["location"]),
            phone=bare_phone(row["phone"]) if row["phone"] else "",
            as_published=self.as_published(row),
        )

    def _profession(self, certificates: list[str]) -> str:
        """The registry's own profession where one certificate covers it, else that of the first known certificate."""
        known = [self._professions.get(_without_board(label), "") for label in certificates]
        return self.spec.profession if self.spec.profession in known else next(filter(None, known), "")


def _row_of(card: Mapping[str, Any]) -> Row:
    """The columns of a card in either layout. Of the line "Certified Diplomate | Female" only the standing is kept, of
    an address no street."""
    row = Row(
        {
            "AgencyClientId": card["key"],
            "name": card["name"],
            "gendar": card["line"].partition("|")[0].strip(),  # the class of that line
            "certificates": card["certificates"],
            "location": _without_street(_given(card["address"])),
        },
        columns_checked=True,
    )
    row.published = dict(row)
    row["phone"] = _given(card["phone"])
    return row


def _given(text: str) -> str:
    """A text of the directory; "" where it says that it has none."""
    return "" if text == NOTHING else text


def _whole_number(page: Page, selector: str) -> int:
    value = str(page.one(selector).get("value") or "")
    if not value.isdigit():
        raise SourceChanged(f"{selector} holds {value!r}", expected="a page number")
    return int(value)


def _client_id(link: Tag) -> str:
    """The directory's own lasting key of a practitioner. Raises SourceChanged when the link has none."""
    found = parse_qs(urlsplit(str(link.get("href") or "")).query).get("AgencyClientId", [])
    if len(found) != 1:
        raise SourceChanged(f"the link {link.get('href')!r} has no AgencyClientId", expected="a link to the profile")
    return found[0]


def _holder(name: str, certificates: list[str]) -> Holder:
    """The name, given name first. What stands behind a comma is never a given name here, but degrees; the certificates
    of the card are put behind them."""
    before, _, behind = name.partition(",")
    degree = _SPACED_DEGREE.search(before)
    holder = split_name(before[: degree.start()] if degree else before, "given_first")
    generation = holder.suffix if _GENERATION.fullmatch(holder.suffix) else ""
    degrees = [holder.suffix.removeprefix(generation), holder.credentials, degree.group().strip() if degree else ""]
    credentials = ", ".join(text for text in (*degrees, behind.strip(), *certificates) if text)
    return replace(holder, suffix=generation, credentials=credentials, raw=name)


def _contact(page: Page, card: Tag, icon: str) -> str:
    """The text beside an icon."""
    return page.text(f".iconic-callout__item:has(> i.{icon}) p.copy", card)


def _without_board(label: str) -> str:
    """A certificate without the board's name, which it bears in either form: Dipl. Ac. (NCCAOM)® is Dipl. Ac."""
    return _NAME_OF_THE_BOARD.sub("", label).strip()


def _without_street(address: str) -> str:
    """Town, state and country of "22 Elm St , Hilo, HI 96720, USA". Streets are often homes and are not kept; a first
    part with a digit is a street, whatever follows it."""
    parts = [tidy(part) for part in address.split(",")]
    kept = parts[-3:] if len(parts) > 3 or not re.search(r"\d", parts[0]) else parts[1:]
    return ", ".join(part for part in kept if part)


def _place(location: str) -> Place:
    """A place from "Hilo, HI 96720, USA"; empty when it has another form or a country that is not known."""
    found = re.fullmatch(r"(?:([^,\d]+), )?([A-Z]{2})(?: ([0-9A-Z -]+))?, ([A-Za-z ]+)", location)
    country = COUNTRIES.get(found.group(4), "") if found else ""
    if not found or not country:
        return Place()
    return Place(found.group(1) or "", found.group(2), postal_code(found.group(3) or "", country), country)
