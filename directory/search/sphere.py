"""Distances in SQL: one expression for SQLite and PostgreSQL, and the box that lets them use a plain index.

Rows are compared by their haversine (which grows with the distance) and not by kilometers: that spares the database two
functions a row. `kilometers` turns the few that are shown into a distance.
"""

from __future__ import annotations

import math
import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, event, false, func, literal, or_, true

from directory.search.places import Point

EARTH_RADIUS_KM = 6371.0088
_MARGIN = 1e-9  # degrees and haversines: rounding must not lose what lies on the edge
Columns = ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Circle:
    """All points within `km` of `center`."""

    center: Point
    km: float

    def haversine(self, lat: Any, lon: Any) -> ColumnElement[float]:
        """The haversine of the distance from the center to (lat, lon) in degrees, as SQL."""
        half_degree = math.pi / 360
        half_lat = func.sin((lat - literal(self.center.lat)) * literal(half_degree))
        half_lon = func.sin((lon - literal(self.center.lon)) * literal(half_degree))
        scale = literal(math.cos(math.radians(self.center.lat))) * func.cos(lat * literal(math.pi / 180))
        return half_lat * half_lat + scale * half_lon * half_lon

    def holds(self, haversine: ColumnElement[float]) -> ColumnElement[bool]:
        if self.km >= math.pi * EARTH_RADIUS_KM:
            return true()
        return haversine <= literal(math.sin(self.km / (2 * EARTH_RADIUS_KM)) ** 2 + _MARGIN * _MARGIN)

    def box(self, lat: Any, lon: Any) -> ColumnElement[bool]:
        """A condition that an index on (lat, lon) can answer, true for every point of the circle.

        Split in two where the circle crosses the 180th meridian; without a bound on the longitude at a pole.
        """
        reach = math.degrees(self.km / EARTH_RADIUS_KM) + _MARGIN
        south, north = self.center.lat - reach, self.center.lat + reach
        in_height = lat.between(literal(max(south, -90.0)), literal(min(north, 90.0)))
        if south <= -90 or north >= 90:
            return and_(in_height, lon.is_not(None))
        sine = math.sin(math.radians(reach)) / math.cos(math.radians(self.center.lat))
        wide = math.degrees(math.asin(min(1.0, sine))) + _MARGIN
        west, east = self.center.lon - wide, self.center.lon + wide
        parts = [lon.between(literal(max(west, -180.0)), literal(min(east, 180.0)))]
        if west < -180:
            parts.append(lon >= literal(west + 360))
        if east > 180:
            parts.append(lon <= literal(east - 360))
        return and_(in_height, or_(false(), *parts))


def kilometers(haversine: float) -> float:
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, max(0.0, haversine))))


@event.listens_for(Engine, "connect")
def _give_sqlite_its_functions(connection: Any, _record: Any) -> None:
    """SQLite's mathematics is an option of its build: where it is missing, Python's takes its place."""
    if not isinstance(connection, sqlite3.Connection):
        return
    try:
        connection.execute("SELECT sin(1), cos(1)").fetchone()
    except sqlite3.OperationalError:
        for name in ("sin", "cos"):
            connection.create_function(name, 1, _or_null(getattr(math, name)), deterministic=True)


def _or_null(function: Any) -> Any:
    return lambda value: None if value is None else function(value)
