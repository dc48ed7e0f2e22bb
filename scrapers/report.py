"""What a run says about itself when it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ROW_ERRORS_KEPT = 50
WORDS_KEPT = 100
LONGEST_WORD = 120
LONGEST_REASON = 400  # letters; what a source published may be of any length


class Outcome(StrEnum):
    """How a run ended. Only COMPLETE may say that somebody is absent."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    DOWN = "down"
    BLOCKED = "blocked"
    CHANGED = "changed"
    SUSPECT = "suspect"

    @property
    def is_usable(self) -> bool:
        """Whether the records may be used at all: those of a complete or an incomplete run."""
        return self in (Outcome.COMPLETE, Outcome.INCOMPLETE)


@dataclass(slots=True)
class RunReport:
    """Counts and reasons of one run. `records` are those given; `rows` counts all rows seen, ours or not."""

    registry: str
    outcome: Outcome = Outcome.INCOMPLETE
    reason: str = "it was not read to the end"
    requests: int = 0
    pages: int = 0
    records: int = 0
    declared: int | None = None
    rejected_rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    warnings: list[str] = field(default_factory=list)
    channel: str = ""
    rows: int = 0
    skipped: int = 0
    repeated: int = 0
    unknown_words: dict[str, int] = field(default_factory=dict)
    unknown_words_more: int = 0  # records with further unknown words than those kept
    fill: dict[str, float] = field(default_factory=dict)  # field -> share of the records that have it
    canaries_found: list[str] = field(default_factory=list)  # known records that came back
    canaries_missing: list[str] = field(default_factory=list)
    in_maintenance: bool = False  # down, and the source says that its owner is at work on it
    unchanged: int = 0  # pages that the source said had not changed since they were kept
    withheld: str = ""  # down because we did not ask: "hours", "rest" or "turn"; the source may be well
    new_columns: list[str] = field(default_factory=list)
    captures: list[str] = field(default_factory=list)
    row_errors: list[dict[str, Any]] = field(default_factory=list)
    not_before_seconds: float | None = None

    def reject(self, file: str, line: int, reason: str) -> None:
        """Counts one bad row and keeps the first ones word for word."""
        self.rejected_rows += 1
        if len(self.row_errors) < ROW_ERRORS_KEPT:
            self.row_errors.append({"file": file, "line": line, "reason": reason[:LONGEST_REASON]})

    def meet_unknown(self, word: str) -> str:
        """Counts one record with a standing word nobody read up on, and gives the word as it is kept: a shifted column
        may be full of them."""
        word = (word or "(nothing)")[:LONGEST_WORD]
        if word not in self.unknown_words and len(self.unknown_words) >= WORDS_KEPT:
            self.unknown_words_more += 1
        else:
            self.unknown_words[word] = self.unknown_words.get(word, 0) + 1
        return word

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "outcome": self.outcome.value,
            "seconds": round(self.seconds, 3),
        }
