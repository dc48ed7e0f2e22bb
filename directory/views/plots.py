"""Numbers over time as lines to draw: points in a box of 600 by 100, which the page stretches to its width.

A gap is a run that gave no number. What is drawn here stands beside it as a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 100
_MARGIN = 4  # so that no stroke is cut off at the edge


@dataclass(frozen=True, slots=True)
class Line:
    """A line in pieces; `dots` are zero-length strokes where a point stands alone or is the last one."""

    path: str
    dots: str


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


def line(values: Sequence[float | None], *, low: float, high: float) -> Line:
    """A line through the values from left to right, from `low` at the bottom to `high` at the top."""
    path, dots, is_down = [], [], False
    for at, value in enumerate(values):
        if value is None:
            is_down = False
            continue
        point = f"{_x(at, len(values)):g} {_y(value, low, high):g}"
        path.append(f"{'L' if is_down else 'M'}{point}")
        ends = at + 1 == len(values) or values[at + 1] is None
        if ends and (not is_down or at + 1 == len(values)):
            dots.append(f"M{point}h0")
        is_down = True
    return Line(" ".join(path), " ".join(dots))


def bars(values: Sequence[float | None], *, high: float) -> list[Bar]:
    """An upright bar for each value that is more than nothing."""
    step = WIDTH / max(1, len(values))
    found = []
    for at, value in enumerate(values):
        if value:
            top = _y(value, 0, high)
            found.append(Bar(round(at * step + step * 0.15, 1), top, round(step * 0.7, 1), round(HEIGHT - top, 1)))
    return found


def round_up(value: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten: an end of a scale that reads well."""
    if value <= 0:
        return 1
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)


def _x(at: int, count: int) -> float:
    return round(WIDTH / 2 if count == 1 else _MARGIN + at * (WIDTH - 2 * _MARGIN) / (count - 1), 1)


def _y(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return round(HEIGHT - _MARGIN - min(max(share, 0.0), 1.0) * (HEIGHT - 2 * _MARGIN), 1)
