"""An imported row, understood: who it is about, what it states, and the key by which a second import knows it again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory.listings.drafts import Draft, StatedCredential, Town, family_key
from directory.listings.import_cells import CellRefused, Cells, technique_of
from directory.listings.name_case import readable_parts
from directory.listings.suppression import Identity, name_mark, number_mark, place_marks
from directory.rules.claims import find_title_claims
from directory.rules.numbers import bare
from directory.rules.requirements import requirement
from directory.rules.vocabulary import ListingOrigin
from scrapers.names import split_name
from scrapers.record import CredentialKind, Holder

_HOURS = re.compile(r"[,(\s-]*\b(\d{1,5})\s*(?:h|hr|hrs|hour|hours)\b\.?\)?", re.IGNORECASE)
_MOST_HOURS = 10_000
CERTIFYING_BOARD = "NCBAHM (formerly NCCAOM)"


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """One row that can be taken. `line` is where it stands in the file."""

    line: int
    draft: Draft
    remarks: tuple[tuple[str, str], ...] = ()

    @property
    def npi(self) -> str:
        return str(self.draft.columns["npi"] or "")

    @property
    def name_mark(self) -> str:
        return name_mark(self.draft.given, self.draft.family)

    @property
    def identity(self) -> Identity:
        """Whom the row is about, to be held against those who left."""
        town = self.draft.town
        marks = {number_mark(each.kind, each.jurisdiction, each.number) for each in self.draft.credentials}
        return Identity(
            npi=self.npi,
            numbers=frozenset(marks - {""}),
            names=frozenset({self.name_mark} - {""}),
            places=frozenset(place_marks(town.city, town.region, town.postal_code, town.country)),
        )


def read_row(line: int, values: Mapping[str, str], *, today: date) -> ImportedRow:
    """The row, or CellRefused naming the cell, the reason and what was expected."""
    cells = Cells(values)
    holder = _holder(cells)
    country = cells.country()
    town = Town(
        city=cells.text("city"),
        region=cells.region(country),
        postal_code=cells.text("postal_code"),
        country=country,
        practice_name=_name(cells, "practice_name", cells.text("practice_name")),
    )
    credentials = tuple(_credentials(cells, town, today))
    columns = _columns(cells, country, letters=cells.text("credentials") or holder.credentials, today=today)
    cells.text("street")  # read to be refused when impossible; an address of record is not kept
    draft = Draft(
        origin=ListingOrigin.IMPORT,
        origin_key=_origin_key(cells, holder, town, credentials, columns),
        given=holder.given,
        middle=holder.middle,
        family=holder.family,
        suffix=holder.suffix,
        town=town,
        credentials=credentials,
        columns=columns,
    )
    return ImportedRow(line, draft, tuple(cells.remarks))


def _holder(cells: Cells) -> Holder:
    given, family, name = cells.text("given_name"), cells.text("family_name"), cells.text("name")
    if given and family:
        first, last = readable_parts(given, family)
        return Holder(given=first, family=last, raw=f"{first} {last}")
    if not name:
        missing = "family_name" if given else "given_name" if family else "name"
        raise CellRefused(missing, "empty", "a given and a family name, or both in name")
    split = split_name(name, "given_first")
    if not (split.given and split.family):
        raise CellRefused("name", f"“{name}” has no given and family name", "such as Wei Li, or Li, Wei")
    parts = readable_parts(split.given, split.middle, split.family, split.suffix)
    longest = (100, 100, 100, 40)
    if any(len(part) > most for part, most in zip(parts, longest, strict=True)):
        raise CellRefused("name", "a part of it is too long", "at most 100 characters each")
    first, middle, last, suffix = parts
    return Holder(first, middle, last, suffix, credentials=split.credentials[:200], raw=split.raw)


def _columns(cells: Cells, country: str, *, letters: str, today: date) -> dict[str, Any]:
    price, currency = cells.price(country)
    return {
        "npi": cells.npi() or None,
        "credentials_text": letters,
        "phone": cells.phone(country),
        "email": cells.email(),
        "website": cells.website(),
        "techniques": cells.techniques(),
        "languages": cells.languages(),
        "price_session": price,
        "price_currency": currency,
        "price_sessions": cells.sessions(),
        "price_stated_on": today if price is not None else None,
    }


def _credentials(cells: Cells, town: Town, today: date) -> Iterator[StatedCredential]:
    if number := cells.text("license_number"):
        jurisdiction = cells.jurisdiction(town.country, town.region)
        kind = requirement(jurisdiction, on=today).credential_kind or CredentialKind.LICENSE
        yield StatedCredential(kind, jurisdiction, number)
    if number := cells.text("certification_number"):
        issuer = CERTIFYING_BOARD if town.country == "US" else ""
        yield StatedCredential(CredentialKind.BOARD_CERTIFICATION, town.country, number, issuer=issuer)
    if ending := cells.day("insurance_expires_on"):
        yield StatedCredential(CredentialKind.LIABILITY_INSURANCE, expires_on=ending)
    for part in re.split(r"[;|]", cells.text("training")):
        if part.strip():
            yield _award(cells, part.strip())


def _name(cells: Cells, column: str, name: str) -> str:
    """The name of a practice or course; "" with a remark for one that promises an effect, which is not published."""
    found = find_title_claims(name)
    for each in found:
        cells.remarks.append((column, f"“{name}” is left out for “{each.words}”: {each.reason}"))
    return "" if found else name


def _award(cells: Cells, text: str) -> StatedCredential:
    """ "Mei Zen, 60 hours": a course, with its hours where they are given."""
    found = _HOURS.search(text)
    title = _HOURS.sub("", text, count=1).strip(" ,-()") if found else text
    hours = int(found[1]) if found else None
    if hours is not None and not 0 < hours <= _MOST_HOURS:
        raise CellRefused("training", f"“{text}” has {hours} hours", f"from 1 to {_MOST_HOURS} hours")
    if len(title) > 200:
        raise CellRefused("training", f"a course with a name of {len(title)} characters", "at most 200 each")
    technique = technique_of(title)
    title = _name(cells, "training", title)
    return StatedCredential(
        CredentialKind.TRAINING_AWARD,
        title=title or "Training",
        hours_total=hours,
        technique=technique.value if technique else "",
    )


def _origin_key(
    cells: Cells,
    holder: Holder,
    town: Town,
    credentials: tuple[StatedCredential, ...],
    columns: Mapping[str, Any],
) -> str:
    """The list's own key, else the NPI, else the license, else the name and where it is."""
    if external := cells.text("external_id"):
        return f"ext:{external}"
    if columns["npi"]:
        return f"npi:{columns['npi']}"
    for each in credentials:
        if each.kind is not CredentialKind.BOARD_CERTIFICATION and bare(each.number, each.jurisdiction):
            return f"license:{each.jurisdiction}:{each.number_key}:{family_key(holder.family)}"[:200]
    where = "|".join(place_marks(town.city, town.region, town.postal_code, town.country))
    return f"name:{name_mark(holder.given, holder.family)}|{where}"[:200]
