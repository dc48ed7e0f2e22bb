"""From a row as published to the fields of a record, by the declared columns of a spec."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from scrapers.columns import Column
from scrapers.decoding import looks_garbled
from scrapers.errors import DayBeforeMonth, NamedByStanding, RowRejected
from scrapers.names import split_name
from scrapers.normalize import LONGEST_TEXT, bare_phone, postal_code, tidy
from scrapers.record import Entity, Holder, Place
from scrapers.spec import RegistrySpec

LONGEST_STATEMENT = 4000  # letters of a discipline or a restriction, which must not lose its end
STATEMENTS = ("discipline", "restrictions")
FIRST_DAY = date(1900, 1, 1)  # to it a date is a placeholder; far ones (2999) are how boards write "does not expire"
LOST = "\N{REPLACEMENT CHARACTER}"
_TOTAL = re.compile(r"(GRAND |SUB ?)?TOTALS?\b(?!\S*[0-9])|(NUMBER|COUNT) OF\b")
_NO_NAME = r"(?:undefined|null|none|nan|#?n/a|\[object object\])"
_NOBODY = re.compile(rf"{_NO_NAME}(?:[, ]+{_NO_NAME})*", re.IGNORECASE)  # as programs write nothing
_NO_NUMBER = re.compile(r"#?N/A|NONE|NULL|NAN|UNDEFINED|#(REF|VALUE|NUM|NULL|DIV/0)!|#NAME\?|[-–—.?/_]+")
_FLOAT = re.compile(r"([0-9]+)\.0")  # a number that went through a spreadsheet or a data frame
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+")  # one that lost its last digits there


def as_text(value: Any) -> str:
    """A published value as text, trimmed: None is empty, 60617.0 is 60617, a link object is its address."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Mapping):
        return as_text(value.get("url"))
    return str(value)


class FieldReader:
    """Takes the fields of one registry's rows. Raises RowRejected for a value that cannot be believed."""

    def __init__(self, spec: RegistrySpec) -> None:
        self._spec = spec
        self._columns = spec.columns
        self._nothing = frozenset(spec.no_value)
        self._plain = {name: column.sources[0] for name, column in spec.columns.items() if _is_plain(column)}

    def has(self, name: str) -> bool:
        return name in self._columns

    def raw(self, name: str, row: Mapping[str, Any]) -> str:
        """The field's text exactly as published (only ends trimmed)."""
        column = self._columns.get(name)
        if column is None:
            return ""
        return column.join.join(text for source in column.sources if (text := as_text(row.get(source))))

    def text(self, name: str, row: Mapping[str, Any]) -> str:
        """The field's text after its declared options: no-value words, words, prefixes and suffixes."""
        source = self._plain.get(name)
        if source is not None:
            text = _whole(name, _said(name, source, row))
            return "" if text in self._nothing else text
        column = self._columns.get(name)
        if column is None:
            return ""
        if column.always is not None:
            return column.always
        parts = [(source, self._part(column, _said(name, source, row))) for source in column.sources]
        if column.label:
            return _whole(name, "; ".join(f"{source}: {text}" for source, text in parts if text))
        return _whole(name, column.join.join(text for _, text in parts if text))

    def _part(self, column: Column, text: str) -> str:
        if tidy(text) in self._nothing or text in column.none:
            text = ""
        text = column.words.get(text, text)
        return text.removeprefix(column.strip_prefix).removesuffix(column.strip_suffix)

    def number(self, row: Mapping[str, Any]) -> str:
        """The number for reading: upper case, digits of other scripts as ours. A masked one ("31*****13") is no number,
        nor is what programs and spreadsheets write for none ("N/A", "#REF!")."""
        text = _in_plain_digits(self.text("number", row).upper())
        if _TOTAL.match(text):
            raise RowRejected(f"{text[:40]!r} is no number but a total; name such rows under notes")
        if _ROUNDED.fullmatch(text):
            raise RowRejected(f"{text!r} is no number but what a spreadsheet made of one")
        if whole := _FLOAT.fullmatch(text):
            return whole[1]
        return "" if "*" in text or _NO_NUMBER.fullmatch(text) else text

    def said(self, words: tuple[str, ...]) -> str:
        """Several columns' words as one text, without those that mean nothing."""
        return " / ".join(word for word in words if word and word not in self._nothing)

    def day(self, name: str, row: Mapping[str, Any]) -> date | None:
        """The field's date, by its declared formats only."""
        text = self.text(name, row)
        if not text:
            return None
        formats = self._columns[name].formats or self._spec.date_formats
        days = _days(text, formats)
        if not days:
            is_turned = _days(text, tuple(re.sub("%[md]", lambda sign: _TURNED[sign[0]], form) for form in formats))
            rejected = DayBeforeMonth if is_turned else RowRejected
            raise rejected(f"{name} {text!r} is no date in the form {' or '.join(formats) or '(none declared)'}")
        if len(days) > 1:
            raise RowRejected(f"{name} {text!r} may be {' or '.join(map(str, days))}: two declared forms fit")
        if days[0] <= FIRST_DAY:
            raise RowRejected(f"{name} {text!r} is not believed: list it under none if it means nothing")
        return days[0]

    def holder(self, row: Mapping[str, Any]) -> Holder:
        """Whom the row names. Raises RowRejected when it names nobody."""
        organization = self.text("holder.organization", row)
        if self.text("holder.entity", row) == Entity.ORGANIZATION:
            raw = organization or self.text("holder.family", row) or self.text("holder.name", row)
            return self._named(Holder(raw=raw, entity=Entity.ORGANIZATION))
        if self.has("holder.name"):
            return self._named(split_name(self.text("holder.name", row), self._columns["holder.name"].split))
        given, middle, family, suffix = (
            self.text(f"holder.{part}", row) for part in ("given", "middle", "family", "suffix")
        )
        if not (given or family):
            return self._named(Holder(raw=organization, entity=Entity.ORGANIZATION))
        return Holder(
            given=given,
            middle=middle,
            family=family,
            suffix=suffix,
            credentials=self.text("holder.credentials", row),
            raw=" ".join(part for part in (given, middle, family, suffix) if part),
        )

    def _named(self, holder: Holder) -> Holder:
        """The holder. Raises RowRejected for a name that a program wrote for none, or that is a standing word."""
        if not holder.raw:
            raise RowRejected("names nobody")
        if _NOBODY.fullmatch(holder.raw):
            raise RowRejected(f"names nobody: {holder.raw!r} is no name")
        if (holder.raw,) in self._spec.standing.words:
            raise NamedByStanding(f"names nobody: {holder.raw!r} is no name but a standing")
        return holder

    def place(self, row: Mapping[str, Any]) -> Place:
        column, region = self._columns.get("place.country"), self.text("place.region", row).upper()
        country = self.text("place.country", row).upper()
        if len(country) != 2 or (column and column.always and not region):
            country = ""  # no code, or a country that is stated for the registry's own regions only
        return Place(
            city=self.text("place.city", row),
            region=region,
            postal_code=postal_code(self.text("place.postal_code", row), country),
            country=country,
        )

    def npi(self, row: Mapping[str, Any]) -> str:
        text = self.text("npi", row)
        return text if len(text) == 10 and text.isdigit() else ""

    def phone(self, row: Mapping[str, Any]) -> str:
        text = self.text("phone", row)
        return bare_phone(text, self.text("place.country", row) or "US") if text else ""


def _in_plain_digits(text: str) -> str:
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in folded)


def _is_plain(column: Column) -> bool:
    """Whether a column is taken as it stands: the usual case, and worth its own way in lists of millions."""
    options = (column.label, column.none, column.words, column.strip_prefix, column.strip_suffix)
    return len(column.sources) == 1 and not any(options) and column.name not in STATEMENTS


def _said(name: str, source: str, row: Mapping[str, Any]) -> str:
    """What one column says for a field. Raises RowRejected for what cannot be its text: a yes or no for a name or a
    number, a list, an object."""
    value = row.get(source)
    if isinstance(value, str):
        return value if looks_garbled(value) else value.strip()
    if isinstance(value, list) and name in STATEMENTS and not any(isinstance(one, list | Mapping) for one in value):
        return "; ".join(text for one in value if (text := as_text(one)))
    if isinstance(value, list) or (isinstance(value, Mapping) and "url" not in value):
        raise RowRejected(f"{source} holds {str(value)[:40]!r}, where {name} should be one text")
    if isinstance(value, bool) and (name == "number" or name.startswith(("holder.", "place."))):
        raise RowRejected(f"{source} says {as_text(value)}, which is no {name}")
    return as_text(value)


def _whole(name: str, text: str) -> str:
    """The tidied text. Raises RowRejected when it is too long to be what it should be, has lost a letter, or was read
    in a wrong charset before it reached us: a wrong name would be somebody else's."""
    if "\0" in text:
        raise RowRejected(f"{name} {text[:60]!r} holds a NUL, where a letter may have stood")
    if "&" in text and name.startswith(("holder.", "place.")):
        text = html.unescape(text)  # as programs leave it that escaped it once too often
    clean = tidy(text, max(len(text), 1))
    if len(clean) > LONGEST_TEXT and name not in STATEMENTS:
        raise RowRejected(
            f"{name} is {len(clean)} letters long ({clean[:20]!r} …), at most {LONGEST_TEXT} are believed"
        )
    if not clean.isascii():
        if LOST in clean:
            raise RowRejected(f"{name} {clean[:60]!r} holds a character that was lost (U+FFFD)")
        if looks_garbled(text):
            raise RowRejected(f"{name} {clean[:60]!r} was written in another charset than it was read in")
    return clean[:LONGEST_STATEMENT].rstrip()


_TURNED = {"%m": "%d", "%d": "%m"}


@lru_cache(maxsize=10_000)
def _days(text: str, formats: tuple[str, ...]) -> tuple[date, ...]:
    """The different days that the text is by one of these forms."""
    found: dict[date, None] = {}
    for wanted in formats:
        try:
            found[datetime.strptime(text, wanted).date()] = None  # noqa: DTZ007 - a date without a time
        except ValueError:
            continue
    return tuple(found)
