"""Reading YAML strictly: keys are taken out one by one, each with its type, and what is left over is an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from scrapers.errors import SpecError

_REQUIRED = object()


class StrictMapping:
    """A mapping from a YAML file whose keys are taken once. `where` is the file and the keys that lead here."""

    def __init__(self, given: object, where: str) -> None:
        if not isinstance(given, Mapping):
            raise SpecError(f"{where}: expected keys with values, found {given!r}")
        self._left: dict[Any, Any] = dict(given)
        self.where = where

    def take(self, key: str, default: Any = _REQUIRED) -> Any:
        """The value as YAML gave it. Raises SpecError when it is needed and absent."""
        if key not in self._left:
            if default is _REQUIRED:
                raise SpecError(f"{self.where}: {key} is missing")
            return default
        return self._left.pop(key)

    def _typed(self, key: str, default: Any, kinds: tuple[type, ...], wanted: str) -> Any:
        value = self.take(key, default)
        wrong_flag = isinstance(value, bool) and bool not in kinds
        if value is not default and (wrong_flag or not isinstance(value, kinds)):
            raise SpecError(f"{self.where}: {key} should be {wanted}, found {value!r}")
        return value

    def text(self, key: str, default: Any = _REQUIRED) -> str:
        return str(self._typed(key, default, (str,), "a text (put it in quotes)"))

    def whole(self, key: str, default: Any = _REQUIRED) -> Any:
        return self._typed(key, default, (int,), "a whole number")

    def number(self, key: str, default: Any = _REQUIRED) -> float:
        return float(self._typed(key, default, (int, float), "a number"))

    def flag(self, key: str, default: Any = _REQUIRED) -> bool:
        return bool(self._typed(key, default, (bool,), "true or false"))

    def day(self, key: str, default: Any = None) -> date | None:
        value = self._typed(key, default, (date, type(None)), "a date such as 2026-05-03")
        return value if isinstance(value, date) else None

    def texts(self, key: str, default: Any = ()) -> tuple[str, ...]:
        """One text or a list of texts."""
        value = self.take(key, default)
        return texts_of(value, f"{self.where}: {key}")

    def path(self, key: str) -> tuple[str, ...]:
        """Keys that lead into JSON, as `path_of` reads them; none if not given."""
        return path_of(self.take(key, ()), f"{self.where}: {key}")

    def mapping(self, key: str, default: Any = _REQUIRED) -> StrictMapping:
        value = self.take(key, default)
        return StrictMapping(value if value is not None else {}, f"{self.where}.{key}")

    def has(self, key: str) -> bool:
        """Whether the key is given and was not taken yet."""
        return key in self._left

    def rest(self) -> dict[str, Any]:
        """Everything not taken yet, taken now."""
        left, self._left = self._left, {}
        for key in left:
            if not isinstance(key, str):
                raise SpecError(f"{self.where}: {key!r} should be a text (put it in quotes)")
        return left

    def rest_names(self) -> tuple[str, ...]:
        """The names of the keys not taken yet."""
        return tuple(str(key) for key in self._left)

    def done(self) -> None:
        """Raises SpecError naming a key that nobody took."""
        if self._left:
            names = ", ".join(str(key) for key in self._left)
            raise SpecError(f"{self.where}: unknown key: {names}")


def texts_of(value: object, where: str) -> tuple[str, ...]:
    """One text or a list of texts as a tuple. YAML's own booleans and numbers are refused: NO is not false here."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(item, str) for item in given):
        raise SpecError(f"{where} should be texts (put each in quotes), found {value!r}")
    return tuple(str(item) for item in given)


def path_of(value: object, where: str) -> tuple[str, ...]:
    """Keys that lead into JSON: a list of them, or one text with a dot between them ("@odata.count" is one key)."""
    if isinstance(value, str) and not value.startswith("@"):
        return tuple(value.split("."))
    return texts_of(value, where)
