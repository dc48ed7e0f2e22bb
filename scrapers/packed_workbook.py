"""A workbook inside a zip, unpacked to a file of its own while it is read: its readers must jump about in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from scrapers.errors import SourceChanged

NAMES = ("*.xlsx", "*.xls")
_OF_A_WORKBOOK = "[Content_Types].xml"
_BLOCK = 1 << 16


def is_workbook(members: Sequence[str]) -> bool:
    """Whether a zip with these members is an .xlsx itself, and not a zip that holds one."""
    return _OF_A_WORKBOOK in members


@contextmanager
def unpacked_workbook(stream: BinaryIO, *, largest: int) -> Iterator[Path]:
    """The workbook that a zip member holds, as a file. Raises SourceChanged when it has more than `largest` bytes."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as unpacked:
        size = 0
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > largest:
                raise SourceChanged("the workbook inside it is too large", expected=f"at most {largest} bytes")
            unpacked.write(block)
        unpacked.flush()
        yield Path(unpacked.name)
