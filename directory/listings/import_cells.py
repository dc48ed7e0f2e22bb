"""The cells of an imported row, read one by one: what each may hold, and what to write instead of what it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from directory.evidence.page_words import TECHNIQUE_WORDS
from directory.listings import listing_edits
from directory.listings.drafts import region_code
from directory.listings.languages import language_code
from directory.listings.listing_edits import EditRefused
from directory.place_tables.tables import countries_named, region_titles, regions_named
from directory.rules.numbers import valid_npi
from directory.rules.vocabulary import Technique
from directory.search.folding import fold
from scrapers.normalize import tidy

COLUMNS = (
    *("name", "given_name", "family_name", "credentials", "license_number", "license_jurisdiction", "npi"),
    *("certification_number", "practice_name", "street", "city", "region", "postal_code", "country", "phone", "email"),
    *("website", "techniques", "languages", "price_session", "sessions", "insurance_expires_on", "training"),
    "external_id",
)
_LONGEST = {
    "name": 300,
    "given_name": 100,
    "family_name": 100,
    "credentials": 200,
    "license_number": 80,
    "certification_number": 80,
    "practice_name": 200,
    "street": 200,
    "city": 100,
    "postal_code": 16,
    "external_id": 190,
    "training": 2000,
    "techniques": 1000,
    "languages": 500,
}
_LIST = re.compile(r"[;|,/\n]")
_CURRENCIES = {"$": "USD", "US$": "USD", "£": "GBP", "€": "EUR", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD"}
_CURRENCY_OF = {"US": "USD", "GB": "GBP", "AU": "AUD", "CA": "CAD", "NZ": "NZD", "IE": "EUR"}
_PRICE = re.compile(r"([^\d\s.,-]*)\s*(\d[\d.,]*)\s*([A-Za-z]{3})?")
_SYNONYMS: Mapping[str, Technique] = {
    **{fold(words): Technique(value) for value, words in TECHNIQUE_WORDS.items()},
    **{fold(each.value): each for each in Technique},
    **dict.fromkeys(
        (
            "cosmetic acupuncture",
            "facial rejuvenation acupuncture",
            "facial rejuvenation",
            "facial cosmetic acupuncture",
        ),
        Technique.FACIAL_ACUPUNCTURE,
    ),
    "gua sha": Technique.GUA_SHA,
    "cupping": Technique.CUPPING,
    "motor points": Technique.MOTOR_POINT,
    "mei zen cosmetic acupuncture": Technique.MEI_ZEN,
}

T = TypeVar("T")


class CellRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """A cell that cannot be taken: which one, why, and what was expected."""

    def __init__(self, field: str, reason: str, expected: str) -> None:
        self.field, self.reason, self.expected = field, reason, expected
        super().__init__(f"{field}: {reason}; expected {expected}")


@dataclass
class Cells:
    """One row by column. `remarks` collects (field, what) for what was left out without refusing the row."""

    values: Mapping[str, str]
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The cell's text, tidied; "" where there is none. Refuses what no column could hold."""
        text = tidy(self.values.get(name, ""), 100_000)
        longest = _LONGEST.get(name, 300)
        if len(text) > longest:
            raise CellRefused(name, f"{len(text)} characters", f"at most {longest}")
        return text

    def country(self) -> str:
        text = self.text("country")
        code = countries_named().get(fold(text)) or {"uk": "GB"}.get(fold(text), text.upper()) if text else "US"
        if not re.fullmatch("[A-Z]{2}", code):
            raise CellRefused("country", f"“{text}” is not known", "an ISO 3166 code of two letters, such as US or GB")
        return code

    def region(self, country: str) -> str:
        text = self.text("region")
        code = region_code(text, country)
        if text and not code:
            raise CellRefused("region", f"“{text}” is not known in {country}", "the region's code, such as CA")
        return code

    def npi(self) -> str:
        text = re.sub(r"[\s-]", "", self.text("npi"))
        if text and not valid_npi(text):
            raise CellRefused("npi", f"“{text}” is no NPI", "ten digits with a right check digit")
        return text

    def jurisdiction(self, country: str, region: str) -> str:
        """Whose license it is: as stated, else of the region where the practice is, with a remark."""
        text = self.text("license_jurisdiction")
        if text:
            return _jurisdiction(text, country)
        if not region and country == "US":
            raise CellRefused("license_jurisdiction", "empty beside a license number", "a code such as US-CA")
        inferred = f"{country}-{region}" if country in ("US", "CA") and region else country
        self.remarks.append(("license_jurisdiction", f"empty; {inferred} was taken, where the practice is"))
        return inferred

    def day(self, name: str) -> date | None:
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as problem:
            raise CellRefused(name, f"“{text}” is no date", "a date such as 2027-03-31") from problem

    def price(self, country: str) -> tuple[Decimal | None, str]:
        """The amount and its currency, by its sign or code, else that of the country."""
        text, currency = self.text("price_session"), _CURRENCY_OF.get(country, "USD")
        if not text:
            return None, currency
        found = _PRICE.fullmatch(text)
        sign = (found[1] or found[3] or "").upper() if found else ""
        if found and sign:
            currency = (
                _CURRENCIES.get(sign, sign) if not (sign == "$" and currency in ("AUD", "CAD", "NZD")) else currency
            )
        if not found or currency not in listing_edits.CURRENCIES:
            raise CellRefused("price_session", f"“{text}” is no price", "an amount such as 120, $120.50 or 85 GBP")
        return self._checked("price_session", lambda: listing_edits.price(_plain_amount(found[2]))), currency

    def sessions(self) -> int | None:
        return self._checked("sessions", lambda: listing_edits.sessions(self.text("sessions")))

    def phone(self, country: str) -> str:
        return self._checked("phone", lambda: listing_edits.phone(self.text("phone"), country=country))

    def email(self) -> str:
        return self._checked("email", lambda: listing_edits.email(self.text("email")))

    def website(self) -> str:
        return self._checked("website", lambda: listing_edits.website(self.text("website")))

    def techniques(self) -> list[str]:
        """Techniques we have a name for; others are remarked on, for nobody could search for them."""
        found = [(part, technique_of(part)) for part in self._parts("techniques")]
        self.remarks += [("techniques", f"“{part}” is not known, left out") for part, known in found if known is None]
        return listing_edits.techniques([known.value for _, known in found if known])

    def languages(self) -> list[str]:
        found = [(part, language_code(part)) for part in self._parts("languages")]
        self.remarks += [("languages", f"“{part}” is not known, left out") for part, code in found if code is None]
        return list(dict.fromkeys(code for _, code in found if code))

    def _parts(self, name: str) -> list[str]:
        return [part.strip() for part in _LIST.split(self.text(name)) if part.strip()]

    def _checked(self, name: str, read: Callable[[], T]) -> T:
        try:
            return read()
        except EditRefused as refused:
            raise CellRefused(name, f"“{self.text(name)}” cannot be taken", refused.expected) from refused


def technique_of(text: str) -> Technique | None:
    """The technique that a text names, or None."""
    return _SYNONYMS.get(fold(text))


def _jurisdiction(text: str, country: str) -> str:
    code = text.strip().upper()
    of_country, dash, part = code.partition("-")
    if dash and (of_country, part) in region_titles():
        return code
    places = regions_named().get(fold(text), [])
    here = [at for at in places if at[0] == country] or (places if len(places) == 1 else [])
    if here:
        return "-".join(here[0]) if here[0][0] in ("US", "CA") else here[0][0]
    nation = countries_named().get(fold(text)) or {"uk": "GB"}.get(fold(text))
    if nation and nation != "US":
        return nation
    raise CellRefused("license_jurisdiction", f"“{text}” is not known", "a code such as US-CA, CA-ON or GB")


def _plain_amount(text: str) -> str:
    """ "1,200.50" and "1.200,50" give "1200.50"; a comma before two last digits is a decimal point."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?", text):
        return text.replace(",", "")
    return text.replace(".", "").replace(",", ".") if re.fullmatch(r"[\d.]+,\d{1,2}", text) else text
