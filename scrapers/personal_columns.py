"""Which columns of a registry name or lead to a person, by its description and else by their headings."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from scrapers.spec import RegistrySpec


class Kind(StrEnum):
    """What stands in a column, as far as replacing it goes."""

    GIVEN = "given"
    FAMILY = "family"
    NAME = "name"
    NUMBER = "number"
    NPI = "NPI"
    PHONE = "phone"
    MAIL = "e-mail"
    WEB = "web address"
    STREET = "street"
    PRACTICE = "practice"
    WITHHELD = "withheld"
    PLACE = "place"  # city, region, postal code: stays but for the four digits behind a ZIP
    STAYS = "stays"  # dates, standing words, professions: what the reader relies on
    OTHER = "other"


_FIELDS = {
    "holder.given": Kind.GIVEN,
    "holder.middle": Kind.GIVEN,
    "holder.family": Kind.FAMILY,
    "holder.name": Kind.NAME,
    "holder.organization": Kind.PRACTICE,
    "number": Kind.NUMBER,
    "npi": Kind.NPI,
    "phone": Kind.PHONE,
    "place.city": Kind.PLACE,
    "place.region": Kind.PLACE,
    "place.postal_code": Kind.PLACE,
    "place.country": Kind.PLACE,
    "profession": Kind.STAYS,
    "issued_on": Kind.STAYS,
    "expires_on": Kind.STAYS,
    "as_of": Kind.STAYS,
}

# By heading, for columns that no field is made of. The first that fits counts.
_HEADINGS = (
    (Kind.MAIL, r"e-?mail"),
    (Kind.NPI, r"\bnpi\b"),
    (
        Kind.WITHHELD,
        r"birth|\bdob\b|\bssn\b|social security|gender|\bsex\b|latitude|longitude|\blat\b|\blon\b|geo|coord",
    ),
    (Kind.STAYS, r"\b(status|standing|type|date|expires|expiration|issued?|profession|specialty|degree|credential)\b"),
    (Kind.PLACE, r"\b(city|town|county|state|zip|zip ?code|postal ?code|post ?code|country|suburb)\b"),
    (Kind.PHONE, r"phone|\bfax\b|\btel\b|\bmobile\b|\bcell\b"),
    (Kind.WEB, r"web|\burl\b|homepage|\blink\b"),
    (Kind.STREET, r"addr|street|\bline ?[1-4]\b|p\.?o\.? ?box"),
    (Kind.NUMBER, r"number|identifier|\bno\b|\bnum\b|\bnbr\b|\blic(ense)? ?#|#$|\bid\b|\bkey\b|\bcase\b|file ?#"),
    (Kind.PRACTICE, r"business|\bdba\b|practice|employer|facility|company|organi[sz]ation|clinic|\bfirm\b|school"),
    (Kind.GIVEN, r"\b(first|given|fore|middle|preferred|nick)[ -]?names?\b|\b(fname|mname)\b|\b(first|middle)\b"),
    (Kind.FAMILY, r"\b(last|family|sur|maiden)[ -]?names?\b|\blname\b|\bsurname\b|\blast\b"),
    (Kind.NAME, r"name\b|supervis|owner|alias|\baka\b|holder|licensee|contact|person|practitioner|attention"),
)


class PersonalColumns:
    """The columns of one registry by kind."""

    def __init__(self, spec: RegistrySpec) -> None:
        self._known: dict[str, Kind] = dict.fromkeys(spec.key, Kind.NUMBER)
        for field, column in spec.columns.items():
            for source in column.sources:
                kind = _FIELDS.get(field)
                if kind and self._known.get(source) in (None, Kind.NUMBER, Kind.PLACE):
                    self._known[source] = kind
        for source in (*spec.standing.columns, *spec.where):
            if self._known.get(source) is not Kind.NUMBER:  # numbers that begin so are ours
                self._known[source] = Kind.STAYS
        self._withheld = spec.withheld
        self._dates = {*spec.date_formats, *(form for column in spec.columns.values() for form in column.formats)}
        self.orders = {source: column.split for column in spec.columns.values() for source in column.sources}

    def kind(self, column: str) -> Kind:
        """What stands under this heading, in this key (dotted), form field or parameter."""
        column = column.strip().rstrip(":").strip()
        stated = next((kind for name, kind in self._known.items() if _is_called(column, name)), None)
        if stated is not None:
            return stated
        words = words_of(column.rpartition(".")[2] or column)
        usual = next((kind for kind, pattern in _HEADINGS if words and re.search(pattern, words)), Kind.OTHER)
        is_withheld = any(fnmatchcase(column, name) for name in self._withheld)
        return Kind.WITHHELD if is_withheld and usual in (Kind.OTHER, Kind.STAYS, Kind.NUMBER) else usual

    def knows(self, column: str) -> bool:
        """Whether the description itself names this column."""
        return any(_is_called(column, name) for name in self._known)

    def of_id(self, id_or_class: str) -> str:
        """The column whose value an element with this id or class holds; ids often begin with the containers' names."""
        return next((name for name in self._known if id_or_class == name or id_or_class.endswith(f"_{name}")), "")

    def is_date(self, text: str) -> bool:
        """Whether this is a date in one of the forms that the registry writes."""
        for form in self._dates:
            with suppress(ValueError):
                return bool(datetime.strptime(text, form))  # noqa: DTZ007 - a date has no zone
        return False

    def order(self, column: str) -> str:
        """How a whole name is ordered there, where the description says it."""
        return next((order for name, order in self.orders.items() if order and column.endswith(name)), "")


def _is_called(column: str, name: str) -> bool:
    return column == name or column.endswith(f".{name}")


def words_of(column: str) -> str:
    """A heading, key or field name as words: "lastName", "LAST_NAME" and "t_web_lookup__last_name" have a last name."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return " ".join(re.sub(r"[_\W]+(?!$)", " ", apart).split()).lower() if "#" not in apart else apart.lower()
