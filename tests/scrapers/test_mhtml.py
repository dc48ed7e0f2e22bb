"""A page saved as one file says the same as the page, and where and when it was saved; half a file says nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.__main__ import main
from scrapers.errors import SourceChanged
from scrapers.mhtml import archive_in, is_mhtml, read_mhtml
from scrapers.report import Outcome
from scrapers.spec import find_spec
from tests.mhtml_files import add_on, chrome
from tests.scrapers.making import read_files

RESULTS = Path(__file__).parent.parent / "registries" / "us_ca" / "recording" / "results.html"
ADDRESS = "https://search.dca.ca.gov/results"
SHAPES = [chrome, add_on]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_main_page_is_found_with_its_address_and_time(shape: Callable[..., bytes]) -> None:
    archive = read_mhtml(shape("<html><p>José Zoë 李</p></html>"))
    assert archive.html.decode().strip() == "<html><p>José Zoë 李</p></html>"
    assert archive.saved_from == ADDRESS
    assert archive.saved_at == datetime(2026, 11, 22, 11, 15, tzinfo=UTC)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_archive_reads_like_the_page_it_holds(tmp_path: Path, shape: Callable[..., bytes]) -> None:
    spec = find_spec("us_ca")
    plain, _ = read_files(spec, RESULTS, channel="saved_page")
    file = tmp_path / "results.mhtml"
    file.write_bytes(shape(RESULTS.read_text(encoding="utf-8")))
    records, report = read_files(spec, file, channel="saved_page")
    assert report.outcome is Outcome.COMPLETE, report.reason
    assert [each.number for each in records] == [each.number for each in plain] != []
    assert {each.evidence.url for each in records} == {ADDRESS}


def test_the_command_reads_it_without_being_told_the_channel(tmp_path: Path) -> None:
    file = tmp_path / "results.mhtml"
    file.write_bytes(chrome(RESULTS.read_text(encoding="utf-8")))
    assert main(["read", "us_ca", str(file), "--json"]) == 0


def test_a_challenge_inside_an_archive_is_a_challenge(tmp_path: Path) -> None:
    file = tmp_path / "page.mhtml"
    file.write_bytes(chrome("<html><title>Just a moment...</title><div class='cf-turnstile'></div></html>"))
    records, report = read_files(find_spec("us_ca"), file, channel="saved_page")
    assert (records, report.outcome) == ([], Outcome.BLOCKED)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, shape: Callable[..., bytes]) -> None:
    whole = shape(RESULTS.read_text(encoding="utf-8"))
    file = tmp_path / "results.mhtml"
    for share in (0.2, 0.5, 0.9, 0.98):
        file.write_bytes(whole[: int(len(whole) * share)])
        records, report = read_files(find_spec("us_ca"), file, channel="saved_page")
        assert report.outcome is Outcome.CHANGED and not records, share


HEADERS = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"


@pytest.mark.parametrize(
    "body",
    [
        HEADERS + b"--x\r\nContent-Type: image/png\r\n\r\n1\r\n--x--\r\n",
        HEADERS + b"--x\r\nContent-Type: text/html\r\n\r\n\r\n--x--\r\n",
        HEADERS.replace(b"; boundary=x", b"") + b"no boundary\r\n",
    ],
)
def test_an_archive_without_a_page_is_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        read_mhtml(body)


def test_an_archive_of_thousands_of_parts_is_refused() -> None:
    part = b"--x\r\nContent-Type: text/plain\r\n\r\na\r\n"
    with pytest.raises(SourceChanged, match="parts"):
        read_mhtml(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n" + part * 2100 + b"--x--")


def test_a_page_that_talks_of_mime_is_still_a_page(tmp_path: Path) -> None:
    page = b"<html><pre>\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n</pre></html>"
    assert not is_mhtml(page)
    file = tmp_path / "page.html"
    file.write_bytes(page)
    assert archive_in(file) is None


def test_an_address_that_is_no_web_address_is_not_taken_over() -> None:
    assert read_mhtml(chrome("<html>x</html>", "javascript:alert(1)")).saved_from == ""


def test_a_time_without_a_zone_is_not_believed() -> None:
    assert read_mhtml(chrome("<html>x</html>", date="Sun, 22 Nov 2026 11:15:00")).saved_at is None
    assert read_mhtml(chrome("<html>x</html>", date="yesterday")).saved_at is None
