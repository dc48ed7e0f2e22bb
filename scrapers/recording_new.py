"""Beginning a recording, from files or over the network. Its people must then be replaced by invented ones."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from scrapers.captures import Capture, Captures
from scrapers.channels import Channel
from scrapers.request import Request
from scrapers.run import Fetches, Scrape
from scrapers.spec import RegistrySpec


def from_files(folder: Path, files: Sequence[Path], *, channel: str, at: datetime) -> None:
    """Copies files into a recording and writes its recording.yaml."""
    (folder / "recording").mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, folder / "recording" / file.name)
    _write(folder, {"channel": channel, "files": [f"recording/{file.name}" for file in files]}, at)


def from_network(
    folder: Path,
    spec: RegistrySpec,
    fetcher: Fetches,
    captures: Captures,
    *,
    now: Callable[[], datetime],
    most_pages: int | None = None,
) -> None:
    """Reads the whole list once and records what was answered."""
    (folder / "recording").mkdir(parents=True, exist_ok=True)
    recorder = _Recorder(fetcher, folder)
    scrape = Scrape(spec, channel="roster", captures=captures, now=now, fetcher=recorder, most_pages=most_pages)
    for _ in scrape.records():
        continue
    _write(folder, {"channel": "roster", "pages": recorder.pages}, now())


class _Recorder(Fetches):
    def __init__(self, fetcher: Fetches, folder: Path) -> None:
        self._fetcher, self._folder = fetcher, folder
        self.pages: list[dict[str, Any]] = []

    def fetch(self, request: Request, channel: Channel) -> Capture:
        capture = self._fetcher.fetch(request, channel)
        name = f"recording/{len(self.pages) + 1:03}"
        shutil.copyfile(capture.path, self._folder / name)
        page: dict[str, Any] = {"url": request.url, "file": name, "media_type": capture.media_type}
        self.pages.append(page | ({"form": dict(request.form)} if request.form is not None else {}))
        return capture


def _write(folder: Path, about: dict[str, Any], at: datetime) -> None:
    about = {"retrieved_at": at.replace(microsecond=0).isoformat(), **about}
    text = yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=1000)
    (folder / "recording.yaml").write_text(f"# Invented people.\n{text}", encoding="utf-8")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one replay."""
    with tempfile.TemporaryDirectory(prefix="replay-") as name:
        yield Path(name)
