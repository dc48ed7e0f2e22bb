"""The columns of the NPPES file: by heading, never by place. The file had 329 of them and has 330, and they move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from scrapers.errors import RowRejected
from scrapers.platforms import nppes_row
from scrapers.platforms.nppes_row import TaxonomyEntry
from scrapers.record import Entity, Holder
from scrapers.rows import Row

SLOTS = range(1, 16)
CODE, LICENSE, STATE = (
    "Healthcare Provider Taxonomy Code",
    "Provider License Number",
    "Provider License Number State Code",
)
NPI, ENTITY, DEACTIVATED, REACTIVATED = "NPI", "Entity Type Code", "NPI Deactivation Date", "NPI Reactivation Date"
ORGANIZATION = "Provider Organization Name (Legal Business Name)"
FAMILY, GIVEN, MIDDLE = "Provider Last Name (Legal Name)", "Provider First Name", "Provider Middle Name"
PREFIX, SUFFIX, CREDENTIAL = (f"Provider {part} Text" for part in ("Name Prefix", "Name Suffix", "Credential"))
OTHER = tuple(
    f"Provider Other {part}"
    for part in ("First Name", "Middle Name", "Last Name", "Name Prefix Text", "Name Suffix Text", "Credential Text")
)
OTHER_ORGANIZATION = "Provider Other Organization Name"
OTHER_KIND = "Provider Other Last Name Type Code"
CITY, REGION, POSTAL_CODE, COUNTRY, PHONE = (
    f"Provider Business Practice Location Address {part}"
    for part in ("City Name", "State Name", "Postal Code", "Country Code (If outside U.S.)", "Telephone Number")
)
# What travels as published, besides the taxonomy entry: no street, no mailing address, no phone, nobody else.
PUBLISHED = (
    *(NPI, ENTITY, ORGANIZATION, FAMILY, GIVEN, MIDDLE, PREFIX, SUFFIX, CREDENTIAL),
    *(*OTHER, OTHER_ORGANIZATION, OTHER_KIND),
    *(CITY, REGION, POSTAL_CODE, COUNTRY),
    *("Provider Enumeration Date", "Last Update Date", "Certification Date", DEACTIVATED, REACTIVATED),
)
# Known and of no use here. The many numbered ones stand here, the others in the YAML.
NUMBERED = frozenset(
    (
        *(
            f"Healthcare Provider {what}_{slot}"
            for what in ("Primary Taxonomy Switch", "Taxonomy Group")
            for slot in SLOTS
        ),
        *(
            f"Other Provider Identifier{what}_{nth}"
            for what in ("", " Type Code", " State", " Issuer")
            for nth in range(1, 51)
        ),
    )
)
NEEDED = frozenset((*PUBLISHED, PHONE, *(f"{part}_{slot}" for part in (CODE, LICENSE, STATE) for slot in SLOTS))) - {
    "Certification Date",
    "Provider Enumeration Date",
    "Last Update Date",
}


class Providers:
    """Makes rows of one file's values; knows its headings and the forms its dates may have."""

    def __init__(self, headings: Sequence[str], date_formats: Sequence[str]) -> None:
        self._at = {heading: place for place, heading in enumerate(headings)}
        self._date_formats = date_formats
        self._slots = [(slot, *(self._at[f"{part}_{slot}"] for part in (CODE, LICENSE, STATE))) for slot in SLOTS]

    def rows(self, values: Sequence[str], *, line: int = 0) -> Iterator[Row | RowRejected]:
        """One row for each license of an acupuncturist, one for a deactivated acupuncturist, one that names no license
        for anybody else. RowRejected when a date or the kind of provider cannot be read."""
        entries = {
            slot: TaxonomyEntry(values[code], values[number], values[state])
            for slot, code, number, state in self._slots
        }
        if not nppes_row.is_acupuncturist(entries.values()):
            yield Row({NPI: values[self._at[NPI]]}, line=line, columns_checked=True)
            return
        published = {name: values[self._at[name]] for name in PUBLISHED if name in self._at and values[self._at[name]]}
        try:
            gone = self._is_deactivated(published)
        except ValueError as wrong:
            yield RowRejected(str(wrong), line=line)
            return
        if gone:
            yield deactivation(published[NPI], published.get(DEACTIVATED, ""), line=line)
            return
        slot_of = {entry: slot for slot, entry in reversed(entries.items())}
        home_state = nppes_row.tidy(published.get(REGION))
        for claimed in nppes_row.claimed_licenses(entries.values(), home_state=home_state):
            slot, entry = slot_of[claimed.entry], claimed.entry
            stated = {f"{CODE}_{slot}": entry.code, f"{LICENSE}_{slot}": entry.license, f"{STATE}_{slot}": entry.state}
            row = Row(
                published | {name: value for name, value in stated.items() if value}, line=line, columns_checked=True
            )
            row.published = dict(row)
            row |= {"claimed": claimed, PHONE: values[self._at[PHONE]]}
            yield row

    def _is_deactivated(self, published: Mapping[str, str]) -> bool:
        """Whether the number was withdrawn and not given back. Raises ValueError for a date in no declared form."""
        withdrawn, given_back = (self._day(published.get(name, "")) for name in (DEACTIVATED, REACTIVATED))
        if not nppes_row.tidy(published.get(ENTITY)) and withdrawn is None:
            raise ValueError(f"names no {ENTITY}, and no {DEACTIVATED}")
        return withdrawn is not None and (given_back is None or given_back < withdrawn)

    def _day(self, text: str) -> date | None:
        return day(text, self._date_formats)


def deactivation(npi: str, on: str, *, line: int = 0) -> Row:
    """The row of a number that was withdrawn."""
    row = Row({NPI: npi, DEACTIVATED: on}, line=line, columns_checked=True)
    row.published = dict(row)
    row["claimed"] = None
    return row


def day(text: str, formats: Sequence[str]) -> date | None:
    """A date in one of the declared forms, None for an empty text. Raises ValueError."""
    if not nppes_row.tidy(text):
        return None
    for form in formats:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a date without a time
        except ValueError:
            continue
    raise ValueError(f"{text!r} is no date in the form {' or '.join(formats)}")


def holder_of(row: Mapping[str, str]) -> Holder:
    """Whom a row names. Raises RowRejected when it names nobody, or a kind of provider that is neither."""
    kind = nppes_row.tidy(row.get(ENTITY))
    if kind == "2":
        holder = nppes_row.organization(row.get(ORGANIZATION))
    elif kind == "1":
        given, middle, family = (row.get(name) for name in (GIVEN, MIDDLE, FAMILY))
        prefix, suffix, credential = (row.get(name) for name in (PREFIX, SUFFIX, CREDENTIAL))
        holder = nppes_row.person(given, middle, family, prefix=prefix, suffix=suffix, credential=credential)
    else:
        raise RowRejected(f"{ENTITY} is {kind!r}, neither 1 nor 2")
    if not (holder.given or holder.family or (holder.entity is Entity.ORGANIZATION and holder.raw)):
        raise RowRejected(f"NPI {row[NPI]} names nobody")
    return holder


def other_names_of(row: Mapping[str, str]) -> tuple[Holder, ...]:
    """Further names of the same provider, as the row gives them."""
    given, middle, family, prefix, suffix, credential = (row.get(name) for name in OTHER)
    names = (
        nppes_row.person(given, middle, family, prefix=prefix, suffix=suffix, credential=credential),
        nppes_row.organization(row.get(OTHER_ORGANIZATION)),
    )
    return tuple(name for name in names if name.raw)
