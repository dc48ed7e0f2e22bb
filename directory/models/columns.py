"""Column shapes that several models share: a word out of few, held by a constraint; and a document."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import JSON, CheckConstraint, Dialect, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

W = TypeVar("W", bound=StrEnum)

Document = JSON().with_variant(JSONB(), "postgresql")


class Word(TypeDecorator[W]):
    """An enum stored as its value. Anything that is not one of its words is refused in Python; `one_of` adds the same
    to the database.
    """

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[W]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: W | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> W | None:
        return None if value is None else self.words(value)


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """The constraint that `column` holds one of `words`, or nothing where the column allows nothing."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
