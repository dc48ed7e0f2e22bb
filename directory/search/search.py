"""The one query that answers patients.

A page is two statements: one for all matches, from which order, exact total and facet counts come, and one for what its
cards show, with what backs each confirmation; a few more where matches are very many (`crowds`). Nothing in here can be
bought: the order is distance, then name, then the listing's number, and `SearchPage.order_sentence` says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from directory.rules.facts import PERMISSIONS, PlaceFacts
from directory.rules.vocabulary import Consultation, CosmeticScope, Grade
from directory.search import search_query
from directory.search.crowds import MOST_SHOWN, find_matches
from directory.search.places import Place
from directory.search.search_index import CERTIFICATIONS, by_listing, confirmed_until, index_listing, index_listings
from directory.search.search_query import Matches, Nearest, cards_statement, gather
from directory.search.search_request import KM_PER_MILE, SearchRequest, parse_search
from directory.search.sphere import Circle, kilometers
from scrapers.record import CredentialKind

__all__ = ["ResultRow", "SearchPage", "find_listings", "index_listing", "index_listings", "parse_search"]


ROWS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A credential of a result that is confirmed today, and what says so."""

    fact: str  # "license", "certification", "insurance" or "training"
    kind: CredentialKind
    jurisdiction: str
    source_title: str
    checked_at: datetime
    until: datetime  # how long the evidence speaks
    grade: Grade
    cosmetic: bool = False  # insurance: cosmetic work is covered


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A published listing at the one of its locations that is nearest, with what its card may show."""

    listing_id: int
    location_id: int
    slug: str
    name: str
    credentials_text: str  # as stated: never proof
    practice_name: str
    city: str
    region: str
    country: str
    claimed: bool
    at_address: bool  # whether the point is a practice's, or only its town's
    lat: float | None
    lon: float | None
    distance_km: float | None
    license_confirmed: bool
    certified_confirmed: bool
    insured: bool
    insured_cosmetic: bool
    training_hours: int
    training_grade: Grade | None
    techniques: tuple[str, ...]
    languages: tuple[str, ...]
    price_session: Decimal | None
    price_currency: str
    price_sessions: int | None
    price_stated_on: date | None
    consultation: Consultation
    new_patients: bool | None
    confirmations: tuple[Confirmation, ...] = ()

    def distance_words(self, unit: str) -> str:
        """ "3.2 miles", or "about 3 miles" and "in this town" where only the town is known; "" without a place."""
        if self.distance_km is None:
            return ""
        distance = self.distance_km / KM_PER_MILE if unit == "mi" else self.distance_km
        name = "mile" if unit == "mi" else "kilometer"
        if self.at_address:
            return f"{distance:.1f} {name}s"
        return f"about {distance:.0f} {name}{'' if round(distance) == 1 else 's'}" if distance >= 1 else "in this town"


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results. `facets` maps parameter to value to how many listings would be left with it added.

    Where `is_more`, nobody counted further than `total`, and no facets.
    """

    rows: tuple[ResultRow, ...]
    total: int
    facets: Mapping[str, Mapping[str, int | None]]
    place: Place | None
    page: int
    pages: int
    order_sentence: str
    is_more: bool = False


def find_listings(session: Session, request: SearchRequest, *, now: datetime) -> SearchPage:
    """The page of published listings that `request` asks for, with total and facet counts, exact up to MOST_COUNTED.

    A place that was asked for and is not known finds nothing: listings from anywhere would be no answer.
    """
    if request.near and request.place is None:
        return _page(request, (), gather(()))
    circle = Circle(request.place.point, request.radius.km) if request.place else None
    matches = find_matches(session, request, circle, now=now)
    by_name = request.sort == "name" or circle is None
    found = matches.first(ROWS_PER_PAGE, skip=(request.page - 1) * ROWS_PER_PAGE, by_name=by_name)
    return _page(request, _results(session, found, request, now), matches)


def _page(request: SearchRequest, rows: tuple[ResultRow, ...], matches: Matches) -> SearchPage:
    total = search_query.MOST_COUNTED if matches.is_more else len(matches.nearest)
    shown = min(total, MOST_SHOWN) if matches.is_more else total
    pages = max(1, math.ceil(shown / ROWS_PER_PAGE))
    by_name = "In order of name. Nobody can pay for a place on this list."
    by_distance = "Nearest first, then by name. Nobody can pay for a place on this list."
    sentence = by_distance if request.sort == "distance" and request.place else by_name
    return SearchPage(rows, total, matches.facets, request.place, request.page, pages, sentence, matches.is_more)


def _results(
    session: Session, found: Sequence[Nearest], request: SearchRequest, now: datetime
) -> tuple[ResultRow, ...]:
    """What the cards show, in the order of `found`. One that was unpublished a moment ago is left out."""
    if not found:
        return ()
    asked = {"listing_ids": [each.listing_id for each in found], "location_ids": [each.location_id for each in found]}
    fetched = session.execute(cards_statement(), asked).all()
    cards = {row.listing_id: row for row in fetched}
    credentials = by_listing(fetched)
    return tuple(
        _result(
            cards[each.listing_id],
            confirmations=_confirmations(cards[each.listing_id], credentials.get(each.listing_id, ()), now),
            distance_km=kilometers(each.haversine) if request.place else None,
            now=now,
        )
        for each in found
        if each.listing_id in cards
    )


def _confirmations(card: Row[Any], credentials: Iterable[Row[Any]], now: datetime) -> tuple[Confirmation, ...]:
    """What is confirmed of a listing today at the place where it was found, with its source."""
    here = PlaceFacts(card.country, card.region).jurisdictions
    found = []
    for credential in credentials:
        fact = _fact(credential.kind)
        elsewhere = fact == "license" and credential.jurisdiction not in here
        until = None if elsewhere or not fact else confirmed_until(credential, now)
        if until is not None:
            found.append(_confirmation(fact, credential, until))
    return tuple(found)


def _fact(kind: CredentialKind) -> str:
    if kind in PERMISSIONS:
        return "license"
    if kind in CERTIFICATIONS:
        return "certification"
    return {CredentialKind.LIABILITY_INSURANCE: "insurance", CredentialKind.TRAINING_AWARD: "training"}.get(kind, "")


def _confirmation(fact: str, credential: Row[Any], until: datetime) -> Confirmation:
    return Confirmation(
        fact=fact,
        kind=credential.kind,
        jurisdiction=credential.jurisdiction,
        source_title=credential.source_title,
        checked_at=credential.retrieved_at,
        until=until,
        grade=credential.grade,
        cosmetic=credential.cosmetic_scope is CosmeticScope.COVERED,
    )


def _result(
    row: Row[Any], *, confirmations: tuple[Confirmation, ...], distance_km: float | None, now: datetime
) -> ResultRow:
    name = " ".join(part for part in (row.given, row.middle, row.family, row.suffix) if part)
    insured = row.insured_until is not None and row.insured_until >= now.date()
    return ResultRow(
        listing_id=row.listing_id,
        location_id=row.location_id,
        slug=row.slug,
        name=row.organization or name,
        credentials_text=row.credentials_text,
        practice_name=row.practice_name if row.claimed else "",
        city=row.city,
        region=row.region,
        country=row.country,
        claimed=row.claimed,
        at_address=row.claimed and row.is_practice_address,
        lat=row.lat,
        lon=row.lon,
        distance_km=distance_km,
        license_confirmed=row.license_until is not None and row.license_until >= now,
        certified_confirmed=row.certified_until is not None and row.certified_until >= now,
        insured=insured,
        insured_cosmetic=insured and row.insured_cosmetic,
        training_hours=row.training_hours,
        training_grade=Grade(row.training_grade) if row.training_grade else None,
        techniques=tuple(row.techniques.split()),
        languages=tuple(row.languages.split()),
        price_session=row.price_session,
        price_currency=row.price_currency,
        price_sessions=row.price_sessions if row.claimed else None,
        price_stated_on=row.price_stated_on if row.claimed else None,
        consultation=row.consultation,
        new_patients=row.new_patients,
        confirmations=confirmations,
    )
