"""What was fetched, dropped or saved, kept by content hash before anybody reads it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Capture:
    """Bytes on disk and where they came from. `url` is an address, or `file:NAME` for a dropped file."""

    sha256: str
    path: Path
    size: int
    url: str
    retrieved_at: datetime
    media_type: str = ""
    is_unchanged: bool = False  # the source said that these bytes, kept before, are still what it shows


class Captures:
    """A content-addressed folder: `ab/abcd…` holds the bytes, a small JSON beside it each place they were seen at.

    With `folder=None` nothing is kept beyond this object's life: fetched pages go to a folder that is removed with it,
    and dropped files are hashed where they lie.
    """

    def __init__(self, folder: Path | str | None) -> None:
        self._passing = tempfile.TemporaryDirectory(prefix="captures-") if folder is None else None
        self.folder = Path(self._passing.name if self._passing else folder or "")
        self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, chunks: Iterable[bytes], *, url: str, retrieved_at: datetime, media_type: str = "") -> Capture:
        """The capture of a stream, written whole (temporary name, fsync, rename) before it can be read."""
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=".incoming-")
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(descriptor, "wb") as out:
                for chunk in chunks:
                    digest.update(chunk)
                    size += out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            path = self._path(digest.hexdigest())
            path.parent.mkdir(exist_ok=True)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()
            raise
        capture = Capture(digest.hexdigest(), path, size, url, retrieved_at, media_type)
        self._note(capture)
        return capture

    def keep_file(self, file: Path, *, retrieved_at: datetime) -> Capture:
        """The capture of a dropped or saved file. The same bytes under the same name keep their FIRST time, so that
        reading a file twice is the same evidence. Raises OSError when the file cannot be read."""
        url = f"file:{file.name}"
        digest = _digest_of(file)
        known = self._noted(digest, url)
        if known is not None:
            return known
        if self._passing is None:
            with file.open("rb") as source:
                return self.keep(_blocks(source), url=url, retrieved_at=retrieved_at)
        return Capture(digest, file, file.stat().st_size, url, retrieved_at)

    def keep_again(self, sha256: str, *, url: str, retrieved_at: datetime, media_type: str) -> Capture:
        """The capture of bytes that are here already and that the source has just confirmed."""
        path = self._path(sha256)
        capture = Capture(sha256, path, path.stat().st_size, url, retrieved_at, media_type, is_unchanged=True)
        self._note(capture)
        return capture

    def is_whole(self, sha256: str) -> bool:
        """Whether the bytes with this hash are here and are still the same."""
        path = self._path(sha256)
        return path.is_file() and _digest_of(path) == sha256

    def path_of(self, sha256: str) -> Path | None:
        """Where the bytes with this hash lie, or None."""
        path = self._path(sha256)
        return path if path.is_file() else None

    def kept(self) -> Iterator[tuple[str, float]]:
        """The hash of each capture, and when it was last seen (seconds since 1970)."""
        for path in sorted(self.folder.glob("??/" + "?" * 64)):
            seen_at = self.seen_at(path.name)
            if seen_at is not None:
                yield path.name, seen_at

    def seen_at(self, sha256: str) -> float | None:
        """When the bytes with this hash were last written or confirmed by their source; None where they are gone."""
        path = self._path(sha256)
        if not path.is_file():
            return None
        return max(each.stat().st_mtime for each in (path, *path.parent.glob(f"{sha256}.*.json")))

    def forget(self, sha256: str) -> None:
        """Removes the bytes with this hash and all notes of where they were seen. What is not there is no error."""
        for path in (*self._path(sha256).parent.glob(f"{sha256}.*.json"), self._path(sha256)):
            path.unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def _note_path(self, sha256: str, url: str) -> Path:
        seen_at = hashlib.sha256(url.encode()).hexdigest()[:16]
        return self.folder / sha256[:2] / f"{sha256}.{seen_at}.json"

    def _note(self, capture: Capture) -> None:
        note = {
            "url": capture.url,
            "retrieved_at": capture.retrieved_at.isoformat(),
            "media_type": capture.media_type,
            "size": capture.size,
        }
        path = self._note_path(capture.sha256, capture.url)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_text(json.dumps(note), encoding="utf-8")
        draft.replace(path)

    def _noted(self, sha256: str, url: str) -> Capture | None:
        path, note_path = self.path_of(sha256), self._note_path(sha256, url)
        if path is None or not note_path.is_file():
            return None
        note = json.loads(note_path.read_text(encoding="utf-8"))
        seen = datetime.fromisoformat(note["retrieved_at"])
        return Capture(sha256, path, note["size"], url, seen, note["media_type"])


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(BLOCK):
        yield block


def _digest_of(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
