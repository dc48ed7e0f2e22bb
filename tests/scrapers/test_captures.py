"""What was read is kept by content before it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scrapers.captures import Captures
from scrapers.run import Outcome
from tests.scrapers.making import NOON, ROWS, make_file, make_spec, read_files


def test_a_capture_is_found_by_its_hash(tmp_path: Path) -> None:
    captures = Captures(tmp_path)
    capture = captures.keep(
        [b"one ", b"two"], url="https://board.example/a", retrieved_at=NOON, media_type="text/plain"
    )
    assert capture.sha256 == hashlib.sha256(b"one two").hexdigest()
    assert (capture.size, capture.path.read_bytes()) == (7, b"one two")
    assert captures.path_of(capture.sha256) == capture.path
    assert captures.path_of("0" * 64) is None


def test_an_address_asked_again_has_its_new_time_and_a_file_read_again_its_first(tmp_path: Path) -> None:
    captures, later = Captures(tmp_path / "kept"), NOON + timedelta(days=30)
    address = "https://board.example/a"
    assert captures.keep([b"x"], url=address, retrieved_at=NOON).retrieved_at == NOON
    assert captures.keep([b"x"], url=address, retrieved_at=later).retrieved_at == later
    file = make_file(tmp_path, "x")
    assert captures.keep_file(file, retrieved_at=NOON).retrieved_at == NOON
    assert captures.keep_file(file, retrieved_at=later).retrieved_at == NOON
    assert Captures(tmp_path / "kept").keep_file(file, retrieved_at=later).retrieved_at == NOON


def test_nothing_half_written_is_left_behind(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        Captures(tmp_path).keep(broken(), url="https://board.example", retrieved_at=NOON)
    assert list(tmp_path.iterdir()) == []


def test_a_dropped_file_is_kept_even_when_it_is_taken_away_later(tmp_path: Path) -> None:
    captures, file = Captures(tmp_path / "kept"), make_file(tmp_path, ROWS)
    capture = captures.keep_file(file, retrieved_at=NOON)
    file.unlink()
    assert capture.path.read_text(encoding="utf-8") == ROWS


def test_without_a_folder_a_dropped_file_is_read_where_it_lies(tmp_path: Path) -> None:
    file = make_file(tmp_path, ROWS)
    assert Captures(None).keep_file(file, retrieved_at=NOON).path == file


def test_reading_a_file_twice_is_the_same_evidence(tmp_path: Path) -> None:
    spec, file = make_spec(tmp_path), make_file(tmp_path, ROWS)
    first, report = read_files(spec, file, captures=tmp_path / "kept")
    again, _ = read_files(spec, file, captures=tmp_path / "kept", retrieved_at=NOON + timedelta(days=1))
    assert report.outcome is Outcome.COMPLETE
    assert [record.as_json() for record in first] == [record.as_json() for record in again]
