"""Finding oneself: the listings that a license number, an NPI or a name may mean. For the first step of a claim."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, selectinload

from directory.listings.drafts import family_key
from directory.models.credential import Credential
from directory.models.listing import Listing
from directory.rules.numbers import bare, valid_npi
from directory.rules.vocabulary import ListingState
from directory.search.folding import fold

MOST = 20


def find_candidates(session: Session, *, number: str = "", name: str = "", region: str = "") -> list[Listing]:
    """Published listings with that number, or else with that name; at most 20.

    The number may be a license number of any place or an NPI, however it is written. Of a name, its last words or, with
    a comma, its first part are taken for the family name; given names only put the likelier ones first. `region` is the
    code of a state or province ("CA"). Nothing to look for finds nothing.
    """
    by_number = _with_number(session, number, region) if number.strip() else []
    return by_number or (_with_name(session, name, region) if name.strip() else [])


def _with_number(session: Session, number: str, region: str) -> list[Listing]:
    digits, keys = bare(number), {bare(number), bare(number, f"US-{region.upper()}")} - {""}
    if not keys:
        return []
    numbered = select(Credential.listing_id).where(Credential.number_key.in_(keys), Credential.withdrawn_at.is_(None))
    if region:
        numbered = numbered.where(Credential.jurisdiction.endswith(f"-{region.upper()}", autoescape=True))
    fits: list[ColumnElement[bool]] = [Listing.id.in_(numbered)]
    if valid_npi(digits):
        fits.append(Listing.npi == digits)
    return list(session.scalars(_published().where(or_(*fits)).order_by(Listing.family_key, Listing.id).limit(MOST)))


def _with_name(session: Session, name: str, region: str) -> list[Listing]:
    families, given = _families_and_given(name)
    if not families:
        return []
    query = _published().where(Listing.family_key.in_(families))
    if region:
        query = query.where(Listing.region == region.upper())
    found = list(session.scalars(query.order_by(Listing.given, Listing.id).limit(200)))
    return sorted(found, key=lambda listing: not fold(listing.given).startswith(given))[:MOST]


def _families_and_given(name: str) -> tuple[set[str], str]:
    """({"thorne", "vasquezthorne"}, "ottoline") of "Ottoline Vasquez-Thorne" and of "Vasquez-Thorne, Ottoline".

    Where there is no comma, any number of the last words may be the family name.
    """
    family, comma, given = name.partition(",")
    if comma:
        return {family_key(family)} - {""}, fold(given).partition(" ")[0]
    words = fold(name).split()
    return {"".join(words[start:]) for start in range(min(1, len(words) - 1), len(words))}, words[0] if words else ""


def _published() -> Select[Listing]:
    return select(Listing).where(Listing.state == ListingState.PUBLISHED).options(selectinload(Listing.locations))
