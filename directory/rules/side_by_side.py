"""A listing and a registry's record beside each other, field by field, for a moderator's eyes.

Each field agrees, differs, or cannot be compared because one side says nothing; the comparisons are the matcher's own,
so what a moderator sees is what the machine saw. Words that only one side has are marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from directory.rules.facts import CredentialFacts, ListingFacts
from directory.rules.matching import features_of
from directory.rules.names import ACCEPT, name_score
from directory.rules.numbers import same_number, same_phone
from directory.rules.persons import person_of_listing
from directory.rules.requirements import place_name
from directory.rules.romanization import fold
from directory.rules.wording import day
from scrapers.record import Holder, RegistryRecord

Marked = tuple[tuple[str, bool], ...]
"""Words in order, each with whether the other side lacks it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One field on both sides. `agrees` is None where it cannot be compared."""

    label: str
    ours: Marked
    theirs: Marked
    agrees: bool | None

    @property
    def words(self) -> str:
        return {True: "agrees", False: "differs", None: "cannot compare"}[self.agrees]


def side_by_side(
    listing: ListingFacts, record: RegistryRecord, credential: CredentialFacts | None = None, *, town: str = ""
) -> tuple[Compared, ...]:
    """Every field that either side fills, the telling ones first.

    `credential` is the one in question, if one is; `town` where the listing's patients are seen.
    """
    return tuple(line for line in _fields(listing, record, credential, town) if line.ours or line.theirs)


def two_listings(one: ListingFacts, other: ListingFacts, *, towns: tuple[str, str]) -> tuple[Compared, ...]:
    """Every field of two listings that either fills, the telling ones first. `towns` as their pages name them."""
    return tuple(line for line in _fields_of_two(one, other, towns) if line.ours or line.theirs)


def _fields_of_two(one: ListingFacts, other: ListingFacts, towns: tuple[str, str]) -> Iterator[Compared]:
    ours, theirs = person_of_listing(one), person_of_listing(other)
    scores = [name_score(a, b) for a in ours.names for b in theirs.names]
    yield _line("Name", _name(one), _name(other), max(scores, default=0.0) >= ACCEPT)
    yield _line("Also known as", ", ".join(one.names), ", ".join(other.names), None)
    shared = bool(ours.numbers & theirs.numbers)
    comparable = shared or bool(ours.fields & theirs.fields)
    yield _line("Numbers", _numbers(one), _numbers(other), shared if comparable else None)
    yield _line("NPI", one.npi, other.npi, one.npi == other.npi if one.npi and other.npi else None)
    yield _line("Phone", one.phone, other.phone, same_phone(one.phone, other.phone))
    codes = bool(ours.postal & theirs.postal) if ours.postal and theirs.postal else None
    yield _line("Postal code", ", ".join(one.postal_codes), ", ".join(other.postal_codes), codes)
    yield _equal("Town", *towns)
    yield _line("After the name", one.credentials_text, other.credentials_text, None)
    yield _line("Claimed", "yes" if one.claimed else "no", "yes" if other.claimed else "no", None)


def _numbers(listing: ListingFacts) -> str:
    return ", ".join(f"{each.number} ({place_name(each.jurisdiction)})" for each in listing.credentials if each.number)


def _fields(
    listing: ListingFacts, record: RegistryRecord, credential: CredentialFacts | None, town: str
) -> Iterator[Compared]:
    found, held_against = features_of(listing, record)
    credential = credential or held_against
    place = record.place
    yield _line("Name", _name(listing), record.holder.raw or _holder(record.holder), found.name)
    yield _line("Also known as", ", ".join(listing.names), ", ".join(map(_holder, record.other_names)), None)
    ours, theirs = credential.number if credential else "", record.number_raw or record.number
    yield _line("Number", ours, theirs, same_number(ours, theirs, record.jurisdiction))
    ours = place_name(credential.jurisdiction) if credential and credential.jurisdiction else ""
    yield _equal("Issued in", ours, place_name(record.jurisdiction) if record.jurisdiction else "")
    profession = credential.profession if credential else listing.profession
    yield _equal("Profession", _plain(profession), _plain(record.profession))
    yield _line("NPI", listing.npi, record.npi, found.npi)
    yield _line("Phone", listing.phone, record.phone, found.phone)
    yield _line("Postal code", ", ".join(listing.postal_codes), place.postal_code, found.postal_code)
    yield _line("Region", ", ".join(each.region for each in listing.places if each.region), place.region, found.region)
    yield _equal("Town", town, place.city)
    ours_end = day(credential.expires_on) if credential and credential.expires_on else ""
    yield _equal("Valid until", ours_end, day(record.expires_on) if record.expires_on else "")
    yield _line("Standing", "", record.standing_raw or _plain(record.standing.value), None)
    yield _line("Restrictions", "", record.restrictions, None)
    yield _line("Discipline", "", record.discipline or "", None)


def _line(label: str, ours: str, theirs: str, agrees: bool | None) -> Compared:
    return Compared(label, _marked(ours, theirs), _marked(theirs, ours), agrees)


def _equal(label: str, ours: str, theirs: str) -> Compared:
    return _line(label, ours, theirs, fold(ours) == fold(theirs) if ours and theirs else None)


def _marked(text: str, other: str) -> Marked:
    """Nothing is marked where the other side is empty: that is no difference."""
    known = {fold(word) for word in other.split()}
    return tuple((word, bool(known) and fold(word) not in known) for word in text.split())


def _name(listing: ListingFacts) -> str:
    parts = (listing.given, listing.middle, listing.family, listing.suffix)
    return " ".join(part for part in parts if part) or next(iter(listing.names), "")


def _holder(holder: Holder) -> str:
    parts = (holder.given, holder.middle, holder.family, holder.suffix)
    return " ".join(part for part in parts if part) or holder.raw


def _plain(word: str) -> str:
    return word.replace("_", " ")
