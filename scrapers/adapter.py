"""What every registry's reader has in common. An adapter does no I/O: it asks with `Request` and reads a `Page`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any
from urllib.parse import quote

from scrapers.channels import Question
from scrapers.errors import (
    Incomplete,
    PassedOver,
    Remark,
    RowRejected,
    SourceBlocked,
    SourceChanged,
    SourceDown,
    SourceError,
    SourceSuspect,
    SpecError,
)
from scrapers.fields import FieldReader, as_text
from scrapers.page import Page
from scrapers.record import Method, RegistryRecord
from scrapers.request import Request
from scrapers.rows import Row
from scrapers.spec import REGISTRIES, RegistrySpec

__all__ = [
    "Adapter",
    "Found",
    "Incomplete",
    "PassedOver",
    "Remark",
    "Row",
    "RowRejected",
    "SourceBlocked",
    "SourceChanged",
    "SourceDown",
    "SourceError",
    "SourceSuspect",
    "Wanted",
    "adapter_for",
]

COLUMNS_TOLD, COLUMNS_KEPT, LONGEST_COLUMN = 12, 50, 80

Found = Mapping[str, Any] | Request | RowRejected | Incomplete | PassedOver | Remark


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a lookup asks for. A number is asked first, a name second."""

    number: str = ""
    given: str = ""
    family: str = ""
    npi: str = ""
    region: str = ""


class Adapter:
    """The usual registry: start addresses and lookup templates from the spec, records by its columns.

    A platform overrides `read`; few need more.
    """

    network_method = Method.WEB_CAPTURE
    options: frozenset[str] = frozenset()  # the keys of the spec's `options` that this reader understands

    def __init__(self, spec: RegistrySpec) -> None:
        """Raises SpecError when the spec has an option that this reader doesn't know."""
        unknown = set(spec.options) - self.options
        if unknown:
            raise SpecError(f"{spec.id}: platform {spec.platform} knows no option {', '.join(sorted(unknown))}")
        self.spec = spec
        self.fields = FieldReader(spec)
        taken = {source for column in spec.columns.values() for source in column.sources}
        taken |= {*spec.standing.columns, *spec.key, *spec.where}
        self.needed = taken - set(spec.optional)
        self._exact = taken | {*spec.optional, *spec.withheld, *spec.ignored, spec.record_link}
        self._patterns = [name for name in (*spec.ignored, *spec.withheld) if "*" in name or "?" in name]
        self._checked: set[frozenset[str]] = set()

    # What to ask for -------------------------------------------------------------------------------------------------

    def roster(self) -> Iterable[Request]:
        """Requests that lead to everybody."""
        return [Request(address) for address in self.spec.channel("roster").start]

    def lookup(self, wanted: Wanted) -> Iterable[Request]:
        """Requests that lead to one person. Raises SpecError when the registry can't be asked for what is given."""
        channel = self.spec.channel("lookup")
        asked = channel.by_number if wanted.number else channel.by_name if wanted.family else None
        if asked is None or not asked.url:
            raise SpecError(f"{self.spec.id}: cannot be asked for {wanted}")
        return [Request(filled(asked, wanted))]

    # What came back --------------------------------------------------------------------------------------------------

    def read(self, page: Page) -> Iterator[Found]:
        """Rows as published, further requests, and what is known to be missing."""
        raise NotImplementedError

    def declared(self, page: Page) -> int | None:
        """The total that the page itself announces, if it does."""
        return None

    def knows(self, page: Page) -> bool:
        """Whether this surely is the source's own page, whatever else is wrong with it: a page that carries the script
        of a challenge and its results all the same. A change in it is then a change, and no wall."""
        return False

    def record(self, row: Row) -> RegistryRecord | None:
        """The record of one row; None for a row of another profession. Raises RowRejected, SourceChanged."""
        if not row.columns_checked:
            self.check_columns(row)
        if not self.is_ours(row):
            return None
        return self._record(row)

    def is_ours(self, row: Mapping[str, Any]) -> bool:
        """Whether the row is one of our profession, by the spec's `where` (exact words, or patterns with *)."""
        return all(
            any(_is_word(as_text(row.get(column)).lower(), word.lower()) for word in words)
            for column, words in self.spec.where.items()
        )

    def knows_column(self, name: str) -> bool:
        """Whether the spec lists a column of that name, if only to ignore it."""
        return name in self._exact or any(fnmatchcase(name, pattern) for pattern in self._patterns)

    def check_columns(self, names: Iterable[str]) -> None:
        """Raises SourceChanged when a needed column is missing or one is there that the spec doesn't list."""
        found = frozenset(names)
        if found in self._checked:
            return
        missing = sorted(self.needed - found)
        extra = sorted(name for name in found if not self.knows_column(name))
        if missing or extra:
            wrong = [f"column {_few(missing)} is missing"] if missing else []
            wrong += [f"column {_few(extra)} is new"] if extra else []
            new = tuple(name[:LONGEST_COLUMN] for name in extra[:COLUMNS_KEPT])
            raise SourceChanged(" and ".join(wrong), expected="what the description reads or ignores", new_columns=new)
        self._checked.add(found)

    def _record(self, row: Row) -> RegistryRecord:
        spec, fields = self.spec, self.fields
        if row.evidence is None:
            raise TypeError("the runner gives each row its evidence before it is made a record")
        published = tuple(as_text(row.get(name)) for name in spec.standing.columns)
        standing, standing_raw = spec.standing.of(published), self.fields.said(published)
        if row.unended and not spec.standing.lists(published):
            raise RowRejected(f"ends the file without a line break, and {standing_raw!r} may be cut off")
        as_of = fields.day("as_of", row)
        return RegistryRecord(
            registry=spec.id,
            source_key=self.source_key(row),
            kind=spec.kind,
            profession=fields.text("profession", row).lower() or spec.profession,
            jurisdiction=spec.jurisdiction,
            number=fields.number(row),
            number_raw=fields.raw("number", row),
            holder=fields.holder(row),
            standing=standing,
            standing_raw=standing_raw,
            evidence=replace(row.evidence, as_of=as_of) if as_of else row.evidence,
            restrictions=fields.text("restrictions", row),
            discipline=fields.text("discipline", row) if fields.has("discipline") else None,
            issued_on=fields.day("issued_on", row),
            expires_on=fields.day("expires_on", row),
            place=fields.place(row),
            npi=fields.npi(row),
            phone=fields.phone(row),
            as_published=self.as_published(row),
        )

    def source_key(self, row: Row) -> str:
        """The raw published values that name this record at its source, and the name where it has no number. Raises
        RowRejected when they are all empty."""
        number = self.spec.columns.get("number")
        columns = self.spec.key or (number.sources if number else ())
        values = [as_text(row.get(name)) for name in columns]
        if not any(values):
            raise RowRejected(f"has nothing in {', '.join(columns)}")
        if number is not None and number.sources[0] in columns and not self.fields.number(row):
            values.append(self.fields.holder(row).raw)
        return "|".join(values)

    def as_published(self, row: Row) -> dict[str, Any]:
        """The row as it stood, without the columns that are kept nowhere."""
        published = dict(row.published if row.published is not None else row)
        for pattern in self.spec.withheld:
            for name in [name for name in published if name == pattern or fnmatchcase(name, pattern)]:
                del published[name]
        return published


def _few(names: list[str]) -> str:
    """The first names for a person to read: a page that is no list may have thousands."""
    more = f" and {len(names) - COLUMNS_TOLD} more" if len(names) > COLUMNS_TOLD else ""
    return ", ".join(name[:LONGEST_COLUMN] for name in names[:COLUMNS_TOLD]) + more


def _is_word(text: str, word: str) -> bool:
    return fnmatchcase(text, word) if "*" in word else text == word


def filled(asked: Question, wanted: Wanted) -> str:
    """A lookup address with what is wanted filled in, each value quoted for a URL."""
    values = {name: quote(str(getattr(wanted, name)), safe="") for name in Wanted.__slots__}
    return asked.url.format_map(values)


def adapter_for(spec: RegistrySpec) -> Adapter:
    """The reader of a registry: its own module beside its YAML where there is one, else its platform's. Raises
    SpecError when there is none or an option is unknown."""
    if spec.only_by_hand:
        raise SpecError(f"{spec.id} is looked up by hand; no program reads it")
    own = (REGISTRIES / f"{spec.id}.py").is_file() and spec.path is not None and spec.path.parent == REGISTRIES
    name = f"scrapers.registries.{spec.id}" if own else f"scrapers.platforms.{spec.platform}"
    try:
        module = import_module(name)
    except ModuleNotFoundError as wrong:
        if wrong.name != name:
            raise
        raise SpecError(f"{spec.id}: {spec.platform} is not a known platform") from wrong
    adapter: Adapter = module.Adapter(spec)
    return adapter
