"""What a listing says beside its credentials. Of an unclaimed one: a name, a town and where it comes from, no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from directory.evidence.listing_pages import Contact, CredentialLine, ListingPage, PlaceLine, PriceLines
from directory.evidence.page_words import CONSULTATION_WORDS, amount, techniques_in_words
from directory.listings.languages import language_names
from directory.listings.listing_rows import ListingRows
from directory.listings.stated_facts import StatedFact, source_title
from directory.place_tables.tables import COUNTRY_NAMES
from directory.rules.circumstances import Circumstances
from directory.rules.facts import PERMISSIONS, PlaceFacts
from directory.rules.requirements import place_name
from directory.rules.vocabulary import ListingOrigin
from directory.rules.wording import place_sentence

_TOWN_DECIMALS = 2  # about a kilometer


def described(
    rows: ListingRows, *, lines: tuple[CredentialLine, ...], notes: tuple[str, ...], stated: Sequence[StatedFact]
) -> ListingPage:
    """The listing's page. What only the owner may say is left out where there is no owner."""
    listing = rows.listing
    claimed = listing.claimed_at is not None
    common: dict[str, Any] = {
        "listing_id": listing.id,
        "slug": listing.slug,
        "name": name_of(listing),
        "claimed": claimed,
        "town": town_of(rows),
        "lines": lines,
        "notes": notes,
        "origin": origin_sentence(listing, stated, claimed=claimed),
        "updated_on": listing.updated_at.date(),
        "is_organization": bool(listing.organization),
        "credentials_text": listing.credentials_text,
        "places": tuple(_place_line(place, claimed=claimed) for place in rows.places),
    }
    if not claimed:
        return ListingPage(**common)
    return ListingPage(
        **common,
        other_names=tuple(listing.other_names or ()),
        about=listing.about,
        techniques=techniques_in_words(listing.techniques or []),
        languages=language_names(listing.languages or []),
        cosmetic_since=listing.cosmetic_since,
        price=_price(listing),
        consultation=CONSULTATION_WORDS[listing.consultation],
        new_patients=listing.new_patients,
        contact=_contact(listing),
    )


def _contact(listing: Row[Any]) -> Contact:
    """What the owner gave for the public. What an import or a registry brought was not given by them."""
    return Contact(listing.phone, listing.email, listing.website) if listing.contact_given_at else Contact()


def name_of(listing: Row[Any]) -> str:
    """The name as a page shows it, without letters behind it."""
    parts = (listing.given, listing.middle, listing.family, listing.suffix)
    return listing.organization or " ".join(part for part in parts if part)


def town_of(rows: ListingRows) -> str:
    """ "Los Angeles, CA", "Bath, UK": the town of the first place."""
    return _town(rows.places[0]) if rows.places else ""


def origin_sentence(listing: Row[Any], stated: Sequence[StatedFact], *, claimed: bool) -> str:
    """Where the listing comes from, and that being listed is no tie to us."""
    if claimed:
        return "Managed by the practitioner. What is confirmed, and by whom, stands beside each line."
    if listing.origin is ListingOrigin.REGISTRY:
        source = _registry_of(listing, stated)
        return f"From {source}, a public record. The practitioner is not affiliated with this directory."
    if listing.origin is ListingOrigin.PRACTITIONER:
        return "Entered by the practitioner, and not claimed at present. Not affiliated with this directory."
    return "From a list given to this directory, not claimed. The practitioner is not affiliated with it."


def notes_on(rows: ListingRows, stated: Sequence[StatedFact], circumstances: Circumstances) -> tuple[str, ...]:
    """What somebody should know about the place or the listing as a whole."""
    notes = []
    permitted = {each.facts.jurisdiction for each in stated if each.facts.kind in PERMISSIONS}
    for place in rows.places:
        jurisdictions = PlaceFacts(place.country, place.region).jurisdictions
        if not jurisdictions:
            continue
        asked = circumstances.requirement(jurisdictions[0])
        if asked.issues_none and (asked.jurisdiction in permitted or rows.listing.organization):
            notes.append(place_sentence(asked).text)
    if rows.listing.organization:
        notes.append("This is a practice. Licenses belong to the people who work there.")
    if rows.listing.credentials_text:
        notes.append("Letters after a name are as stated. They prove nothing by themselves.")
    return tuple(dict.fromkeys(notes))


def _registry_of(listing: Row[Any], stated: Sequence[StatedFact]) -> str:
    """What the registry that the listing was made from is called: the NPI registry, or by its own title."""
    key = listing.origin_key or ""
    if key.startswith("npi:"):
        return "the NPI registry"
    registry_id = key.partition(":")[0]
    titles = (source_title(row) for each in stated for row in each.checks if row.registry_id == registry_id)
    return next(titles, "a public register")


def _town(place: Row[Any]) -> str:
    region = place.region if place.country in ("US", "CA", "AU") else ""
    if not place.city and region:
        return place_name(f"{place.country}-{region}")
    abroad = "" if place.country == "US" and region else COUNTRY_NAMES.get(place.country, place.country)
    return ", ".join(part for part in (place.city, region, abroad) if part)


def _place_line(place: Row[Any], *, claimed: bool) -> PlaceLine:
    """A practice address in full where the owner gave one; else the town, at a point no finer than the town."""
    given = claimed and place.is_practice_address
    lat, lon = place.lat, place.lon
    if not given and lat is not None:
        lat, lon = round(lat, _TOWN_DECIMALS), round(lon, _TOWN_DECIMALS)
    return PlaceLine(
        town=_town(place),
        postal_area=place.postal_code if given else "",
        country=place.country,
        practice_name=place.practice_name if claimed else "",
        street=place.street if given else "",
        lat=lat,
        lon=lon,
    )


def _price(listing: Row[Any]) -> PriceLines | None:
    if listing.price_session is None:
        return None
    one, count = listing.price_session, listing.price_sessions
    course = f"{amount(one * count, listing.price_currency)} for {count} sessions" if count and count > 1 else ""
    return PriceLines(amount(one, listing.price_currency), count, course, listing.price_stated_on)
