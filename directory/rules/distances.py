"""How far two people are from each other, where a gazetteer knows their towns or postal codes; else unknown.

Points are (latitude, longitude) in degrees; whoever makes a `Person` looks them up. A home, an office and a mailing
address of one person mostly lie within a drive of each other, which says more than that the three differ.
"""

from __future__ import annotations

import math

Point = tuple[float, float]
Points = tuple[Point, ...]

NEARBY_KM = 50.0
_KM_A_DEGREE = 111.2
_CELLS_A_DEGREE = 2


def kilometers_between(ours: Points, theirs: Points) -> float | None:
    """Between the nearest two; None where one is unknown. On a flat map, which is good enough within a drive."""
    return min((_kilometers(one, other) for one in ours for other in theirs), default=None)


def area_of(point: Point) -> str:
    """The half degree around a point, to count how many people are about there."""
    lat, lon = point
    return f"{math.floor(lat * _CELLS_A_DEGREE)} {math.floor(lon * _CELLS_A_DEGREE)}"


def _kilometers(one: Point, other: Point) -> float:
    east = (one[1] - other[1] + 180) % 360 - 180
    return _KM_A_DEGREE * math.hypot(one[0] - other[0], east * math.cos(math.radians((one[0] + other[0]) / 2)))
