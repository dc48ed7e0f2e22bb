"""Matches where they are very many: the search stops counting, and puts only the first of them in order.

However large the directory is, a page reads a bounded number of rows. The order is the same as of few.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from directory.models.listing import SearchEntry
from directory.search import search_query
from directory.search.search_query import Matches, clock_of, gather, matches_statement
from directory.search.search_request import SearchRequest
from directory.search.sphere import Circle

MOST_SHOWN = 1000
"""Of more listings than are counted so many can be leafed through."""

_ROOM = 1.25  # entries a listing: most have one location
_NARROWEST_KM = 1.0


def find_matches(session: Session, request: SearchRequest, circle: Circle | None, *, now: datetime) -> Matches:
    """All matches, or, of more than are counted, the first MOST_SHOWN in the order that was asked for."""
    found = _up_to(session, matches_statement(request, circle), search_query.MOST_COUNTED, now)
    if not found.is_more:
        return found
    if circle is None or request.sort == "name":
        first = _first(session, request, circle, now)
    else:
        first = _nearest(session, request, circle, now)
    return replace(first, facets=found.facets, is_more=True)


def _nearest(session: Session, request: SearchRequest, circle: Circle, now: datetime) -> Matches:
    """Halves the circle until few are in it; where too few are left then, the database puts all in order."""
    few = 4 * MOST_SHOWN  # half the radius is a quarter of the area: so it mostly ends between few and MOST_SHOWN
    while circle.km > _NARROWEST_KM:
        narrower = replace(circle, km=circle.km / 2)
        found = _up_to(session, matches_statement(request, narrower), few, now)
        if not found.is_more:
            if len(found.nearest) >= MOST_SHOWN:
                return found
            break
        circle = narrower
    return _first(session, request, circle, now)


def _first(session: Session, request: SearchRequest, circle: Circle | None, now: datetime) -> Matches:
    entry, statement = SearchEntry.__table__.c, matches_statement(request, circle)
    by_name = circle is None or request.sort == "name"
    order = (entry.name_key, entry.listing_id) if by_name else ("haversine", entry.name_key, entry.listing_id)
    return _up_to(session, statement.order_by(*order), MOST_SHOWN, now)


def _up_to(session: Session, statement: Select[Any], listings: int, now: datetime) -> Matches:
    """The first rows of the statement by listing: all, or those of more than `listings`."""
    limit = int(listings * _ROOM) + 1
    while True:
        rows = session.execute(statement.limit(limit), clock_of(now)).tuples().all()
        found = gather(rows, most=listings)
        if len(rows) < limit or found.is_more:
            return found
        limit *= 2
