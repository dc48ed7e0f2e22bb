"""Which rows a run gave already, by their keys: in memory for a usual list, in a temporary file for millions."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Container, Mapping
from typing import Any

IN_MEMORY = 200_000


def digest_of(published: Mapping[str, Any], *, besides: Container[str] = ()) -> bytes:
    """What two rows have in common when they say the same in all columns but those."""
    told = sorted((name, value) for name, value in published.items() if name not in besides)
    return hashlib.blake2b(repr(told).encode(), digest_size=12).digest()


class SeenRows:
    """Keys and the digests of their first rows. The file behind it, if any, ends with this object."""

    def __init__(self, *, in_memory: int = IN_MEMORY) -> None:
        self._most, self._rows = in_memory, dict[bytes, bytes]()
        self._file: sqlite3.Connection | None = None

    def put(self, key: str, row: bytes) -> bytes | None:
        """The digest that this key has from before; None for a new key, which then has this one."""
        name = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12).digest()
        known = self._rows.get(name)
        if known is not None:
            return known
        if self._file is None:
            self._rows[name] = row
            if len(self._rows) >= self._most:
                self._move_to_file()
            return None
        if self._file.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (name, row)).rowcount:
            return None
        found = self._file.execute("SELECT digest FROM seen WHERE name = ?", (name,)).fetchone()
        return bytes(found[0])

    def _move_to_file(self) -> None:
        """An empty name makes SQLite keep the database in a temporary file that nobody else sees."""
        self._file = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -32000", "temp_store = FILE"):
            self._file.execute(f"PRAGMA {setting}")
        self._file.execute("CREATE TABLE seen (name BLOB PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID")
        self._file.execute("BEGIN")
        self._file.executemany("INSERT INTO seen VALUES (?, ?)", self._rows.items())
        self._rows = {}
