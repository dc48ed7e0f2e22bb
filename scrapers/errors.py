"""How a source can disappoint: each error has another reader, and says what was wrong, where, and what was expected."""

from __future__ import annotations

from dataclasses import dataclass


class SpecError(ValueError):
    """A registry's YAML says something that `RegistrySpec` does not know or cannot believe. Names file and key."""


class SourceError(Exception):
    """A run of a registry cannot go on. `where` is a URL or a file, with its row where there is one."""

    outcome = "failed"

    def __init__(self, wrong: str, *, registry: str = "", where: str = "", expected: str = "") -> None:
        self.wrong, self.registry, self.where, self.expected = wrong, registry, where, expected
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """The whole message on one line, made when asked: the runner may fill `registry` and `where` later."""
        place = ", ".join(part for part in (self.registry, self.where) if part)
        text = f"{place}: {self.wrong}" if place else self.wrong
        return f"{text} (expected {self.expected})" if self.expected else text

    def __str__(self) -> str:
        return self.sentence()


class SourceDown(SourceError):  # noqa: N818 - named as we say it
    """Wait: no answer, or none in time. `not_before` is how many seconds the source asked to be left alone;
    `in_maintenance` whether it said that its owner is at work on it."""

    outcome = "down"
    withheld = ""  # why we did not even ask: see NotNow

    def __init__(
        self,
        wrong: str,
        *,
        registry: str = "",
        where: str = "",
        expected: str = "",
        not_before: float | None = None,
        in_maintenance: bool = False,
    ) -> None:
        self.not_before, self.in_maintenance = not_before, in_maintenance
        super().__init__(wrong, registry=registry, where=where, expected=expected)


class NotNow(SourceDown):
    """Wait, and nothing was sent: it is we who do not ask for now. `withheld` is "hours" (outside those in which the
    source may be asked), "rest" (its host is left alone) or "turn" (another run keeps it busy). It says nothing about
    how the source is."""

    def __init__(self, wrong: str, *, where: str = "", not_before: float, withheld: str) -> None:
        super().__init__(wrong, where=where, not_before=not_before)
        self.withheld = withheld


class SourceBlocked(SourceError):  # noqa: N818 - named as we say it
    """Ask: robots.txt, 401, 403, a captcha, a challenge or a terms page stands in the way. It is never evaded."""

    outcome = "blocked"


class SourceChanged(SourceError):  # noqa: N818 - named as we say it
    """Fix: this is not the page or the file that the reader was written for."""

    outcome = "changed"

    def __init__(
        self, wrong: str, *, registry: str = "", where: str = "", expected: str = "", new_columns: tuple[str, ...] = ()
    ) -> None:
        self.new_columns = new_columns
        super().__init__(wrong, registry=registry, where=where, expected=expected)


class SourceSuspect(SourceError):  # noqa: N818 - named as we say it
    """Look: it could be read, but its totals cannot be believed."""

    outcome = "suspect"


class RowRejected(Exception):  # noqa: N818 - a row is rejected, the run goes on: not an error of the run
    """One row that cannot be believed. May be raised by `record`, or yielded by `read` in the row's place."""

    def __init__(self, reason: str, *, line: int = 0) -> None:
        self.reason, self.line = reason, line
        super().__init__(reason)


class NamedByStanding(RowRejected):
    """A row whose name is one of its registry's standing words. Of many, the columns have changed places."""


class DayBeforeMonth(RowRejected):
    """A row with a date that only reads with day and month in each other's place. Of many, other days may be wrong."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Yielded by `read` when it knows that something is missing: a ceiling was reached, a page was left out."""

    reason: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Yielded by `read` for rows of other professions that it did not even parse."""

    rows: int


@dataclass(frozen=True, slots=True)
class Remark:
    """Yielded by `read` when a person should know something that does not touch the outcome."""

    text: str
