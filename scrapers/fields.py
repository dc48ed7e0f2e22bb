"""From a row as published to the fields of a record, by the declared columns of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from scrapers.columns import Column
from scrapers.errors import RowRejected
from scrapers.names import split_name
from scrapers.normalize import LONGEST_TEXT, bare_phone, postal_code, tidy
from scrapers.record import Entity, Holder, Place
from scrapers.spec import RegistrySpec

LONGEST_STATEMENT = 4000  # letters of a discipline or a restriction, which must not lose its end


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
            text = tidy(as_text(row.get(source)))
            return "" if text in self._nothing else text
        column = self._columns.get(name)
        if column is None:
            return ""
        if column.always is not None:
            return column.always
        parts = [(source, self._part(column, as_text(row.get(source)))) for source in column.sources]
        if column.label:
            return tidy("; ".join(f"{source}: {text}" for source, text in parts if text), LONGEST_STATEMENT)
        longest = LONGEST_STATEMENT if name in ("discipline", "restrictions") else LONGEST_TEXT
        return tidy(column.join.join(text for _, text in parts if text), longest)

    def _part(self, column: Column, text: str) -> str:
        if tidy(text) in self._nothing or text in column.none:
            text = ""
        text = column.words.get(text, text)
        return text.removeprefix(column.strip_prefix).removesuffix(column.strip_suffix)

    def number(self, row: Mapping[str, Any]) -> str:
        """The number for reading: upper case. A masked one ("31*****13") is no number."""
        text = self.text("number", row).upper()
        return "" if "*" in text else text

    def said(self, words: tuple[str, ...]) -> str:
        """Several columns' words as one text, without those that mean nothing."""
        return " / ".join(word for word in words if word and word not in self._nothing)

    def day(self, name: str, row: Mapping[str, Any]) -> date | None:
        """The field's date, by its declared formats only."""
        text = self.text(name, row)
        if not text:
            return None
        formats = self._columns[name].formats or self._spec.date_formats
        day = _day(text, formats)
        if day is None:
            raise RowRejected(f"{name} {text!r} is no date in the form {' or '.join(formats) or '(none declared)'}")
        return day

    def holder(self, row: Mapping[str, Any]) -> Holder:
        """Whom the row names. Raises RowRejected when it names nobody."""
        organization = self.text("holder.organization", row)
        if self.text("holder.entity", row) == Entity.ORGANIZATION:
            raw = organization or self.text("holder.family", row) or self.text("holder.name", row)
            return _named(Holder(raw=raw, entity=Entity.ORGANIZATION))
        if self.has("holder.name"):
            return _named(split_name(self.text("holder.name", row), self._columns["holder.name"].split))
        given, middle, family, suffix = (
            self.text(f"holder.{part}", row) for part in ("given", "middle", "family", "suffix")
        )
        if not (given or family):
            return _named(Holder(raw=organization, entity=Entity.ORGANIZATION))
        return Holder(
            given=given,
            middle=middle,
            family=family,
            suffix=suffix,
            credentials=self.text("holder.credentials", row),
            raw=" ".join(part for part in (given, middle, family, suffix) if part),
        )

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


def _is_plain(column: Column) -> bool:
    """Whether a column is taken as it stands: the usual case, and worth its own way in lists of millions."""
    options = (column.label, column.none, column.words, column.strip_prefix, column.strip_suffix)
    statement = column.name in ("discipline", "restrictions")
    return len(column.sources) == 1 and not any(options) and not statement


@lru_cache(maxsize=10_000)
def _day(text: str, formats: tuple[str, ...]) -> date | None:
    for wanted in formats:
        try:
            return datetime.strptime(text, wanted).date()  # noqa: DTZ007 - a date without a time
        except ValueError:
            continue
    return None


def _named(holder: Holder) -> Holder:
    if not holder.raw:
        raise RowRejected("names nobody")
    return holder
