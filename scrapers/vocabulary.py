"""The standing words of one registry: exact published words, read up on by a person, to our normalized standings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scrapers.errors import SpecError
from scrapers.record import Standing
from scrapers.strict import StrictMapping, texts_of


@dataclass(frozen=True, slots=True)
class StandingWords:
    """Which columns say the standing, and what each exact word (or each combination of words) means.

    `always` is for registries that list one standing only and print no word for it.
    """

    columns: tuple[str, ...] = ()
    words: Mapping[tuple[str, ...], Standing] = field(default_factory=dict)
    always: Standing | None = None

    def of(self, published: tuple[str, ...]) -> tuple[Standing, str]:
        """The standing and its raw text. A combination nobody read up on is UNKNOWN: never guessed."""
        raw = " / ".join(word for word in published if word)
        if self.always is not None:
            return self.always, raw
        return self.words.get(published, Standing.UNKNOWN), raw


def standing_from_yaml(keys: StrictMapping) -> StandingWords:
    """The `standing` block: `from` and `words` (standing -> exact words), or `always`. Raises SpecError."""
    columns = keys.texts("from")
    always = keys.text("always", "")
    words: dict[tuple[str, ...], Standing] = {}
    for standing, listed in keys.mapping("words", {}).rest().items():
        for published in _combinations(listed, len(columns), f"{keys.where}.words.{standing}"):
            if published in words:
                raise SpecError(f"{keys.where}.words: {' / '.join(published)} stands under two standings")
            words[published] = _standing(standing, f"{keys.where}.words")
    keys.done()
    if bool(columns) == bool(always) or bool(columns) != bool(words):
        raise SpecError(f"{keys.where}: give either from with words, or always")
    return StandingWords(columns, words, _standing(always, keys.where) if always else None)


def _standing(word: str, where: str) -> Standing:
    try:
        return Standing(word)
    except ValueError:
        raise SpecError(f"{where}: {word!r} is not a standing; known are {', '.join(Standing)}") from None


def _combinations(listed: Any, width: int, where: str) -> list[tuple[str, ...]]:
    """Exact words, each as a tuple as wide as the columns that say the standing."""
    if not isinstance(listed, list):
        raise SpecError(f"{where}: expected a list of exact words, found {listed!r}")
    found = [texts_of(item, where) for item in listed]
    for item in found:
        if len(item) != width:
            raise SpecError(f"{where}: {item!r} should give {width} words, one for each column")
    return found
