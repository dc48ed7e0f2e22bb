"""Files that can be read from the beginning as often as needed: what is packed or comes through a pipe is copied."""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from directory.registries.person_files import PersonFile, PersonFileError

_GZIP = b"\x1f\x8b"


@contextmanager
def seekable(path: Path) -> Iterator[PersonFile]:
    """The file itself, or a copy of what it holds, for as long as it is needed. Raises PersonFileError where there can
    be none: it was cut off while it was packed, or there is no room."""
    with TemporaryDirectory(prefix="match-") as folder:
        copy = Path(folder) / "copy"
        try:
            is_copied = _copied(path, copy)
        except (OSError, EOFError, zlib.error) as wrong:
            raise PersonFileError(f"{path}: cannot be read: {getattr(wrong, 'strerror', '') or wrong}") from wrong
        yield PersonFile(copy if is_copied else path, str(path))


def _copied(path: Path, copy: Path) -> bool:
    """Whether a copy was needed, and made."""
    with path.open("rb") as stream:
        is_packed = stream.peek(2)[:2] == _GZIP
        if path.is_file() and not is_packed:
            return False
        with copy.open("wb") as out:
            shutil.copyfileobj(gzip.GzipFile(fileobj=stream) if is_packed else stream, out)
    return True
