"""Texts of strangers as every database stores them."""

from __future__ import annotations

from typing import Any


def storable(value: Any) -> Any:
    """`value` without NUL characters and halves of surrogate pairs, which PostgreSQL stores in no text."""
    if isinstance(value, str):
        whole = value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
        return whole.replace("\0", "") if "\0" in whole else whole
    if isinstance(value, dict):
        return {storable(name): storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [storable(each) for each in value]
    return value
