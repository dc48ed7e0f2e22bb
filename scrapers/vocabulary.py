"""The standing words of one registry: exact published words, read up on by a person, to our normalized standings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scrapers.errors import SpecError
from scrapers.record import Standing
from scrapers.strict import StrictMapping, texts_of

ANY = "*"


@dataclass(frozen=True, slots=True)
class StandingWords:
    """Which columns say the standing, and what each exact word (or each combination of words) means.

    `always` is for registries that list one standing only and print no word for it.
    """

    columns: tuple[str, ...] = ()
    words: Mapping[tuple[str, ...], Standing] = field(default_factory=dict)
    always: Standing | None = None

    def of(self, published: tuple[str, ...]) -> Standing:
        """The standing of these exact words. A combination nobody read up on is UNKNOWN: never guessed."""
        if self.always is not None:
            return self.always
        return self.words.get(published) or self._with_any(published) or Standing.UNKNOWN

    def _with_any(self, published: tuple[str, ...]) -> Standing | None:
        """The standing of a combination in which ANY stands for whatever one column says."""
        for listed, standing in self.words.items():
            if ANY in listed and all(word in (ANY, said) for word, said in zip(listed, published, strict=True)):
                return standing
        return None

    def lists(self, published: tuple[str, ...]) -> bool:
        """Whether somebody read up on these words, even if only to say that a person must look."""
        return self.always is not None or published in self.words or self._with_any(published) is not None


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
        if all(word == ANY for word in item):
            raise SpecError(f"{where}: {item!r} would fit whatever is published")
    return found
