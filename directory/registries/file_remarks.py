"""What somebody should know of the files that were read: notes at once, of rows the first few of a kind and a count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_TOLD = 20  # rows of a kind

Tell = Callable[[str], None]


@dataclass(slots=True)
class Remarks:
    """left_out: rows that were not read; in_part: rows that went in although something of them is missing."""

    tell: Tell
    left_out: int = 0
    in_part: int = 0

    def note(self, text: str) -> None:
        """Of a file as a whole."""
        self.tell(text)

    def leave_out(self, text: str) -> None:
        """Of a row that does not go in."""
        self.left_out += 1
        if self.left_out <= MOST_TOLD:
            self.tell(text)

    def take_in_part(self, text: str) -> None:
        """Of a row that goes in without something."""
        self.in_part += 1
        if self.in_part <= MOST_TOLD:
            self.tell(text)

    def tell_the_rest(self) -> None:
        """How many rows were not told one by one."""
        if self.left_out > MOST_TOLD:
            self.tell(f"and {self.left_out - MOST_TOLD} more that were left out")
        if self.in_part > MOST_TOLD:
            self.tell(f"and {self.in_part - MOST_TOLD} more that lack cells or a name")


def no_remarks() -> Remarks:
    """For a file that is read again: everything was told before."""
    return Remarks(lambda _text: None)
