"""A page or file that is made a recording of: its rows can be cut, its texts and links replaced, whatever its shape."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Texts = Callable[[str, str], str]  # a text and the column it stands in, to the text instead
Links = Callable[[str], str]


class Recorded(ABC):
    """One body. Its changes are in `body()`."""

    @abstractmethod
    def rows(self) -> list[Mapping[str, str]]:
        """The rows of its list by heading or key; none where it has no list."""

    @abstractmethod
    def keep(self, places: set[int]) -> None:
        """Leaves only these rows of the list."""

    @abstractmethod
    def cells(self) -> Iterator[tuple[str, str]]:
        """Texts with the column they stand in, for learning who is named."""

    def links(self) -> Iterator[str]:
        """Addresses that it leads to."""
        yield from ()

    @abstractmethod
    def replace(self, text: Texts, link: Links) -> None:
        """Puts other texts and links in place of all."""

    def declare(self, total: int, options: Mapping[str, Any]) -> bool:
        """Writes another total where the description says how one is announced; whether it did."""
        return False

    def end_here(self, options: Mapping[str, Any]) -> bool:
        """Takes the link to a further page out, where the description says which; whether there was one."""
        return False

    @abstractmethod
    def body(self) -> bytes:
        """The bytes to record."""

    def shown(self) -> str:
        """What a person sees of it, to look through."""
        return "\n".join(text for text, _ in self.cells())
