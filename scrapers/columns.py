"""How one field of a record is taken from the columns a registry publishes: small, declared options, no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from scrapers.errors import SpecError
from scrapers.strict import StrictMapping, texts_of

_PARTS = {
    "": ("number", "npi", "phone", "profession", "restrictions", "discipline", "issued_on", "expires_on", "as_of"),
    "holder.": ("name", "given", "middle", "family", "suffix", "credentials", "organization", "entity"),
    "place.": ("city", "region", "postal_code", "country"),
}
FIELDS = frozenset(f"{group}{name}" for group, names in _PARTS.items() for name in names)
DATE_FIELDS = frozenset(("issued_on", "expires_on", "as_of"))
SOME_DAY = date(2026, 11, 23)
NAME_ORDERS = frozenset(("family_comma_given", "given_first", "family_first"))


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field comes from. Exactly one of `sources` and `always` is given."""

    name: str
    sources: tuple[str, ...] = ()
    always: str | None = None
    join: str = " "  # put between several sources
    label: bool = False  # each source is preceded by its own name: "action: Reprimand; case: 12"
    split: str = ""  # how a whole name is ordered: see NAME_ORDERS
    formats: tuple[str, ...] = ()  # date formats; the spec's own when empty
    strip_prefix: str = ""
    strip_suffix: str = ""
    none: tuple[str, ...] = ()  # published texts that mean "no value"
    words: Mapping[str, str] = field(default_factory=dict)  # published text -> ours; others stay as they are


def column_from_yaml(name: str, given: Any, where: str) -> Column:
    """The column rule for field `name`: a published column's name, a list of them, or options. Raises SpecError."""
    if name not in FIELDS:
        raise SpecError(f"{where}: {name} is not a field of a record; known are {', '.join(sorted(FIELDS))}")
    if isinstance(given, str | list):
        return Column(name=name, sources=texts_of(given, f"{where}.{name}"))
    keys = StrictMapping(given, f"{where}.{name}")
    column = Column(
        name=name,
        sources=keys.texts("from"),
        always=keys.text("always", None) if "always" in given else None,
        join=keys.text("join", " "),
        label=keys.flag("label", False),
        split=keys.text("split", ""),
        formats=keys.texts("formats"),
        strip_prefix=keys.text("strip_prefix", ""),
        strip_suffix=keys.text("strip_suffix", ""),
        none=keys.texts("none"),
        words={
            key: texts_of(value, f"{keys.where}.words")[0] for key, value in keys.mapping("words", {}).rest().items()
        },
    )
    keys.done()
    return _checked(column, keys.where)


def _checked(column: Column, where: str) -> Column:
    if bool(column.sources) == (column.always is not None):
        raise SpecError(f"{where}: give either from or always")
    if column.split and (column.name != "holder.name" or column.split not in NAME_ORDERS):
        raise SpecError(f"{where}: split is for holder.name, and one of {', '.join(sorted(NAME_ORDERS))}")
    if column.formats and column.name not in DATE_FIELDS:
        raise SpecError(f"{where}: formats are for dates only")
    check_date_formats(column.formats, where)
    return column


def check_date_formats(formats: tuple[str, ...], where: str) -> None:
    """Raises SpecError for a form in which no date can be written and read again."""
    for wanted in formats:
        try:
            same = datetime.strptime(SOME_DAY.strftime(wanted), wanted).date()  # noqa: DTZ007 - a date without a time
        except ValueError as wrong:
            raise SpecError(f"{where}: {wanted!r} is no form of a date: {wrong}") from wrong
        if same != SOME_DAY and same != SOME_DAY.replace(day=1):
            raise SpecError(f"{where}: {wanted!r} leaves out part of a date, such as %m/%d/%Y has it")
