"""What is mutated: every recording of a registry, and lists of some hundred people in the usual shapes.

A recording has few rows, so that the rule which holds a shrunken list, max(5, 5 %), is tried on the longer ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qsl, urlsplit

from scrapers.captures import Capture, Captures
from scrapers.channels import Channel
from scrapers.errors import SourceDown
from scrapers.recording import RecordedPage, Recording, load_recording
from scrapers.rehearsal.cast import FEWEST, cast
from scrapers.rehearsal.people import people_of
from scrapers.rehearsal.shapes.all_shapes import shapes
from scrapers.rehearsal.shapes.shape import Asked, Scene, Shape
from scrapers.request import Request
from scrapers.run import Fetches, Scrape
from scrapers.spec import RegistrySpec, known_specs, load_spec
from tests.conftest import NOW

RECORDINGS = Path(__file__).parent.parent / "registries"
LONG = ("shape_csv", "shape_workbook", "shape_json", "us_de", "us_tx", "shape_table", "shape_postback")
PEOPLE, PAGE_SIZE = 48, 16


@dataclass(frozen=True)
class Source:
    """A registry and what it answers, as long as nothing is wrong with it. `is_long`: it has some hundred people."""

    name: str
    spec: RegistrySpec
    recording: Recording
    is_long: bool = False

    @property
    def channel(self) -> Channel:
        return self.spec.channel(self.recording.channel)

    @property
    def is_list(self) -> bool:
        """Whether it claims to give everybody."""
        return self.recording.channel in ("roster", "file")


@cache
def recorded(name: str) -> Source:
    """A recording of tests/registries; `us_nj.number` is the second way into us_nj."""
    folder, registry_id = RECORDINGS / name, name.partition(".")[0]
    own = folder / "spec.yaml"
    spec = load_spec(own) if own.is_file() else known_specs()[registry_id]
    recording = load_recording(folder)
    return Source(name, _as_rehearsed(spec, recording), recording)


def recorded_names() -> list[str]:
    """All of them that have somebody in them."""
    found = sorted(path.parent.name for path in RECORDINGS.glob("*/recording.yaml"))
    return [name for name in found if not name.endswith(".nobody")]


@cache
def long_list(name: str) -> Source:
    """A shape of the rehearsal with PEOPLE on it, recorded once."""
    shape = shapes()[name]
    shape = replace(shape, how_many=PEOPLE, page_size=PAGE_SIZE, sessions={})
    people = people_of(cast(FEWEST, today=NOW.date()), numbers=shape.numbers, how_many=PEOPLE)
    board = Board(shape, Scene(people))
    recording = Recording(channel="roster", retrieved_at=NOW)
    spec = _as_rehearsed(shape.spec, recording)
    with TemporaryDirectory() as folder:
        captures = Captures(Path(folder))
        scrape = Scrape(spec, channel="roster", captures=captures, now=lambda: NOW, fetcher=Recorder(board, captures))
        if sum(1 for _ in scrape.records()) != len(people):
            raise AssertionError(f"{name} was not recorded whole: {scrape.report.reason}")
    return Source(name, spec, replace(recording, pages=tuple(board.given)), is_long=True)


def _as_rehearsed(spec: RegistrySpec, recording: Recording) -> RegistrySpec:
    """Without what is expected of the real list: this one is shorter, and other guards must do."""
    return spec.without_expectations().with_terms_read(
        recording.terms_accepted_by or "oz@directory.example", NOW.date()
    )


class Board:
    """A shape that answers without a network, and notes each answer."""

    def __init__(self, shape: Shape, scene: Scene) -> None:
        self._shape, self._scene, self._session = shape, scene, ""
        self.given: list[RecordedPage] = []

    def answer(self, request: Request) -> RecordedPage:
        parts, form = urlsplit(request.url), dict(request.form or {})
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        answer = self._shape.answer(Asked(request.method, parts.path, query, form, self._session), self._scene)
        if answer is not None and (there := answer.headers.get("Location")):
            answer = self._shape.answer(Asked("GET", there, {}, {}, self._session), self._scene)
        if answer is None or answer.status != 200:
            raise SourceDown(f"has no answer to {request.method} {request.url}")
        self._session = answer.headers.get("Set-Cookie", "=" + self._session).partition("=")[2].partition(";")[0]
        page = RecordedPage(request.url, answer.body, request.form, answer.media_type)
        self.given.append(page)
        return page


class Recorder(Fetches):
    """Fetches from a board."""

    def __init__(self, board: Board, captures: Captures) -> None:
        self._board, self._captures = board, captures

    def fetch(self, request: Request, channel: Channel) -> Capture:
        page = self._board.answer(request)
        return self._captures.keep([page.body], url=page.url, retrieved_at=NOW, media_type=page.media_type)
