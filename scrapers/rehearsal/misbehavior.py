"""A way in which a registry can misbehave: small, named, and with what a reader should make of it.

outcome and reason: what a run should end with; the reason is an expression that the report's reason must contain.
`right_for` says so for single shapes or kinds of shape where it is another one. `shapes`: kinds or names that it
applies to, all where empty; `but` those it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scrapers.rehearsal.people import Person
from scrapers.rehearsal.shapes.shape import Answer, Asked, Shape, Window

if TYPE_CHECKING:
    from scrapers.rehearsal.server import Exchange

COMPLETE, INCOMPLETE, DOWN, BLOCKED, CHANGED, SUSPECT = (
    "complete",
    "incomplete",
    "down",
    "blocked",
    "changed",
    "suspect",
)
LISTS = ("csv", "workbook", "json", "socrata", "table", "postback")
HTML_SHAPES = ("table", "postback", "form")
JSON_SHAPES = ("json", "socrata", "api")
PAGED = ("json", "table", "postback", "us_nj", "us_ri", "us_in", "us_nh", "us_co_lookup", "us_ct_lookup", "us_tx_tmb")


@dataclass(frozen=True, slots=True)
class Misbehavior:
    """One of them. At most a few of its parts are set:

    people, rows, window: change whom the board has, its published rows, the turning of its pages.
    answer: changes a finished answer, given how many were given before (robots.txt aside).
    send: sends something itself in the answer's place; False leaves the answer to the server.
    robots: status and text of robots.txt.
    withholds: good records never leave the server, so that they cannot be read.
    """

    name: str
    about: str
    outcome: str = COMPLETE
    reason: str = ""
    shapes: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    right_for: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    people: Callable[[list[Person]], list[Person]] = list
    rows: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = list
    window: Callable[[Sequence[Any], int, int], Window] | None = None
    answer: Callable[[Answer, Asked, int], Answer] | None = None
    send: Callable[[Exchange, Answer, int], bool] | None = None
    robots: tuple[int, str] | None = None
    withholds: bool = False

    def applies_to(self, shape: Shape) -> bool:
        """Whether this board can misbehave so."""
        names = (shape.name, shape.kind)
        return (not self.shapes or any(name in self.shapes for name in names)) and not any(
            name in self.but for name in names
        )

    def right(self, shape: Shape) -> tuple[str, str]:
        """The right outcome and what its reason must contain."""
        return self.right_for.get(shape.name) or self.right_for.get(shape.kind) or (self.outcome, self.reason)
