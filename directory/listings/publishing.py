"""Unclaimed listings from registries' records: names and towns, and the numbers that a registry states.

A street never becomes part of a listing, and a phone is kept for comparing only. Two records of one NPI are one
practitioner. Nobody is listed for being on a list of exclusions, or after having left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings import suppression
from directory.listings.drafts import Draft, StatedCredential, Town, existing_keys, insert_credentials, insert_listings
from directory.listings.merged_listings import as_kept
from directory.listings.name_case import readable_organization, readable_parts
from directory.models.listing import Listing
from directory.rules.numbers import valid_npi
from directory.rules.vocabulary import ListingOrigin, ListingState, StatedBy
from scrapers.record import CredentialKind, Entity, Holder, RegistryRecord, Standing

_AT_ONCE = 400
_NOT_LISTED = frozenset({Standing.DECEASED, Standing.DEACTIVATED, Standing.EXCLUDED})
_OTHER_PROFESSION = "nucc:"  # a taxonomy beside the acupuncturist's, of somebody who is listed for that one


def publish_from_record(
    session: Session, record: RegistryRecord, *, run_id: int | None, at: datetime
) -> Listing | None:
    """The listing of whom `record` is about, made where there is none; None for somebody who is not to be listed."""
    return publish_from_records(session, [record], run_id=run_id, at=at)[0]


def publish_from_records(
    session: Session, records: Sequence[RegistryRecord], *, run_id: int | None, at: datetime
) -> list[Listing | None]:
    """For each record the listing of whom it is about: made, or found and completed with the record's number.

    None where nobody is to be listed: exclusions, the deceased, records without a name, and whoever left for good. Some
    seven statements for each 400 records. The caller checks, flags and indexes the listings afterwards. `run_id` is
    taken as by every verb of a run; what ties a listing to its run is the check that follows.
    """
    found: list[Listing | None] = []
    for start in range(0, len(records), _AT_ONCE):
        found += _publish(session, records[start : start + _AT_ONCE], at)
    return found


def _publish(session: Session, records: Sequence[RegistryRecord], at: datetime) -> list[Listing | None]:
    session.flush()
    left = suppression.which_are_suppressed(session, [suppression.identity_of_record(each) for each in records])
    groups: dict[str, list[RegistryRecord]] = {}
    for record, gone in zip(records, left, strict=True):
        if not gone and is_listable(record):
            groups.setdefault(origin_key(record), []).append(record)
    ids = _listed_already(session, groups)
    known = [(ids[key], each) for key, group in groups.items() if key in ids for each in _stated(group)]
    insert_credentials(session, known, stated_by=StatedBy.REGISTRY, at=at)
    drafts = [_draft(key, group) for key, group in groups.items() if key not in ids]
    ids |= insert_listings(session, drafts, stated_by=StatedBy.REGISTRY, at=at)
    listings = {each.id: each for each in session.scalars(select(Listing).where(Listing.id.in_(set(ids.values()))))}
    return [
        listings.get(ids[origin_key(record)]) if not gone and is_listable(record) else None
        for record, gone in zip(records, left, strict=True)
    ]


def is_listable(record: RegistryRecord) -> bool:
    """Whether a record may become a listing: somebody is named, lives, and is an acupuncturist by it."""
    named = record.holder.raw or record.holder.family
    return bool(
        named
        and record.kind is not CredentialKind.EXCLUSION
        and record.standing not in _NOT_LISTED
        and not record.profession.startswith(_OTHER_PROFESSION)
    )


def origin_key(record: RegistryRecord) -> str:
    """By what the listing of this record is found again: the NPI where there is one, else the registry's own key."""
    return f"npi:{record.npi}" if valid_npi(record.npi) else f"{record.registry}:{record.source_key}"[:200]


def _listed_already(session: Session, groups: Iterable[str]) -> dict[str, int]:
    """Listings that stand for a key: made from it before, or of the same NPI whatever their origin."""
    npis = sorted(key.removeprefix("npi:") for key in groups if key.startswith("npi:"))
    query = select(Listing.npi, Listing.id).where(Listing.npi.in_(npis), Listing.state != ListingState.REMOVED)
    by_npi = {f"npi:{npi}": listing_id for npi, listing_id in session.execute(query.order_by(Listing.id.desc()))}
    return as_kept(session, by_npi | existing_keys(session, groups, origin=ListingOrigin.REGISTRY))


def _draft(key: str, records: Sequence[RegistryRecord]) -> Draft:
    first = records[0]
    holder = first.holder
    is_organization = holder.entity is Entity.ORGANIZATION
    # A name that the register prints unsplit stays whole: where the family name ends, nobody can say.
    whole = "" if holder.given or holder.family else holder.raw
    given, middle, family, suffix = readable_parts(holder.given, holder.middle, holder.family or whole, holder.suffix)
    return Draft(
        origin=ListingOrigin.REGISTRY,
        origin_key=key,
        given="" if is_organization else given,
        middle="" if is_organization else middle,
        family="" if is_organization else family,
        suffix="" if is_organization else suffix,
        organization=readable_organization(holder.raw) if is_organization else "",
        town=_town(records),
        credentials=tuple(_stated(records)),
        columns={
            "npi": first.npi if valid_npi(first.npi) else None,
            "phone": next((each.phone for each in records if each.phone), "")[:40],
            "credentials_text": holder.credentials[:200],
            "other_names": sorted({_plain_name(each) for each in first.other_names} - {""}),
        },
    )


def _town(records: Iterable[RegistryRecord]) -> Town:
    """The town of the first record that names one; else only the state whose board has the record."""
    record = next((each for each in records if each.place.city or each.place.postal_code), next(iter(records)))
    country, _, region = record.jurisdiction.partition("-")
    place = record.place
    if not (place.city or place.postal_code or place.region):
        return Town(region=region, country=country or "US")
    return Town(_readable_town(place.city), place.region, place.postal_code, place.country or country or "US")


def _readable_town(city: str) -> str:
    return readable_parts(city)[0]


def _plain_name(holder: Holder) -> str:
    parts = readable_parts(holder.given, holder.middle, holder.family, holder.suffix)
    return " ".join(part for part in parts if part) or readable_organization(holder.raw)


def _stated(records: Iterable[RegistryRecord]) -> Iterable[StatedCredential]:
    stated = (
        StatedCredential(
            kind=each.kind,
            jurisdiction=each.jurisdiction,
            number=each.number,
            profession=each.profession or "acupuncturist",
        )
        for each in records
        if each.number
    )
    return {each.identity: each for each in stated}.values()
