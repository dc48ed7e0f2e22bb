"""`python -m scrapers record`: real people go in, invented ones come out, and the registry reads as before.

The "real" people here are invented too; their telephone numbers, hosts and NPIs only look real.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scrapers.__main__ import main
from scrapers.leftovers import leftovers
from scrapers.normalize import valid_npi
from scrapers.recording import load_recording
from scrapers.recording_anonymous import anonymous
from scrapers.recording_new import Cutter
from scrapers.spec import known_specs, load_spec
from tests.mhtml_files import add_on, chrome
from tests.scrapers.boards import ADDRESS, PEOPLE, json_board, objects, table, table_board
from tests.scrapers.record_making import made_board

RECORDED = Path(__file__).parent.parent / "registries"
SECRETS = ("osgood", "ferelith", "quarles", "brannigan", "ambrose", "1420 ne", "00471", "01502", "8812345", "8812999",
           "399-123", "378-415", "gmail", "osgoodpoints", "1003000126", "dDwtMTM4", "2211")  # fmt: skip


@pytest.fixture
def board(tmp_path: Path) -> list[str]:
    """The arguments that record an invented board's form, list and two people's pages."""
    return made_board(tmp_path)


def everything_in(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file())


def test_nobody_real_is_left_in_any_spelling(board: list[str], tmp_path: Path) -> None:
    assert main(["record", *board, "--out", str(tmp_path / "out")]) == 0
    written = everything_in(tmp_path / "out").lower()
    assert [secret for secret in SECRETS if secret.lower() in written] == []


def test_the_same_person_is_the_same_invented_one_on_every_page(board: list[str], tmp_path: Path) -> None:
    main(["record", *board, "--out", str(tmp_path / "out")])
    listed, detail = ((tmp_path / f"out/recording/page{n}.html").read_text("utf-8") for n in (2, 3))
    family, given = re.search(r">([A-Z]+), ([A-Z]+) E<", listed).groups()  # type: ignore[union-attr]
    number = re.search(r"AC-(\d+)", listed)[1]  # type: ignore[index]
    assert f"n={family}%2C+{given}+E" in listed
    assert f"{given.title()} E. {family.title()}, L.Ac." in detail
    assert f"Ms. {family.title()} (license {number.lstrip('0')})" in detail
    assert f"{given[0]}{family}.pdf and {given.lower()}{family.lower()}.pdf" in detail
    assert re.search(rf"detail\?id=\d{{7}}&amp;n={family}", listed)
    assert f"AC-{number}" in detail


def test_what_is_invented_keeps_the_shape(board: list[str], tmp_path: Path) -> None:
    main(["record", *board, "--out", str(tmp_path / "out")])
    detail = (tmp_path / "out/recording/page3.html").read_text("utf-8")
    assert re.search(r"AC-00\d{3}<", detail)
    assert re.search(r"\(503\) 555-01\d\d", detail)
    assert valid_npi(re.findall(r"199\d{7}", detail)[0])
    assert re.search(r"mailto:[\w.]+@[\w.]+\.example", detail)
    assert "Salem, OR 97301<" in detail.replace("\n", "")
    assert all(word in detail for word in ("06/30/2027", "Active", "Full Name", 'class="who"'))


def test_a_second_recording_equals_the_first(board: list[str], tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert main(["record", *board, "--out", str(tmp_path / name)]) == 0
    assert everything_in(tmp_path / "one") == everything_in(tmp_path / "two")


def test_what_nobody_could_be_sure_of_is_said(
    board: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["record", *board, "--out", str(tmp_path / "out")])
    told = capsys.readouterr().err
    assert "Lucasta, Pemberly" in told  # stands in running text only
    assert "× name" in told
    assert "1 × NPI" in told


def test_a_recording_is_not_overwritten_unasked(
    board: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["record", *board, "--out", str(tmp_path / "out")]
    assert (main(arguments), main(arguments), main([*arguments, "--again"])) == (0, 2, 0)
    assert "--again" in capsys.readouterr().err


def test_rows_are_cut_and_the_total_follows(tmp_path: Path) -> None:
    pages = [RECORDED / f"xx_table/recording/page{n}.html" for n in (1, 2)]
    spec = RECORDED / "xx_table/spec.yaml"
    arguments = ["--channel", "roster", "--rows", "1", "--out", str(tmp_path)]
    assert main(["record", "--spec", str(spec), "--from", *map(str, pages), *arguments]) == 0
    report = json.loads((tmp_path / "expected.json").read_text("utf-8"))["report"]
    assert (report["declared"], report["records"], report["outcome"]) == (2, 2, "complete")


def test_pages_that_are_counted_by_a_parameter_end_with_the_total(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    door = {"start": f"{ADDRESS}/api", "list_at": ["people"], "total_at": ["total"]}
    json_board(tmp_path, channels={"roster": door}, options={"page_parameter": "page"})
    for page in (1, 2):
        answer = {"total": 6, "people": objects(PEOPLE[3 * page - 3 : 3 * page])}
        (tmp_path / f"{page}.json").write_text(json.dumps(answer), encoding="utf-8")
    pages, out = [str(tmp_path / f"{page}.json") for page in (1, 2)], str(tmp_path / "out")
    spec = str(next(tmp_path.glob("*.yaml")))
    assert main(["record", "--spec", spec, "--channel", "roster", "--rows", "2", "--out", out, "--from", *pages]) == 0
    assert "BY HAND" not in capsys.readouterr().err


def test_somebody_whose_row_was_left_out_is_not_left_in_the_title(tmp_path: Path) -> None:
    table_board(tmp_path)
    page = table(PEOPLE).replace("Permits", "Permits: Hollis to Okafor to Brandt to Quist to Sarn to Vane")
    (tmp_path / "list.html").write_text(page, encoding="utf-8")
    spec, out = str(next(tmp_path.glob("*.yaml"))), tmp_path / "out"
    assert (
        main(["record", "--spec", spec, "--from", str(tmp_path / "list.html"), "--rows", "1", "--out", str(out)]) == 0
    )
    names = {name.partition(",")[0] for _, name, *_ in PEOPLE}
    assert [name for name in names if name in everything_in(out)] == []


def test_a_list_that_goes_on_ends_where_the_recording_does(tmp_path: Path) -> None:
    spec, page = RECORDED / "xx_table/spec.yaml", RECORDED / "xx_table/recording/page1.html"
    arguments = ["--channel", "roster", "--out", str(tmp_path)]
    assert main(["record", "--spec", str(spec), "--from", str(page), *arguments]) == 0
    assert "next-page" not in (tmp_path / "recording/page1.html").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "Call (503) 378-4154",
        "+1 503 378 4154",
        "a@b.gov",
        "see http://smith-acupuncture.com/x",
        "www.smith.com",
        "NPI 1003000126",
    ],
)
def test_what_looks_like_somebody_real_is_found(text: str) -> None:
    assert list(leftovers(text, load_spec(RECORDED / "xx_table/spec.yaml")))


@pytest.mark.parametrize(
    "text",
    [
        "(503) 555-0142",
        "a@b.example",
        "https://board.example/list",
        "NPI 1990000113",
        "06/30/2027",
        "AC-00901",
        "1500000000000",
    ],
)
def test_what_is_invented_is_not_found(text: str) -> None:
    assert list(leftovers(text, load_spec(RECORDED / "xx_table/spec.yaml"))) == []


def test_check_says_what_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, page = RECORDED / "xx_table/spec.yaml", RECORDED / "xx_table/recording/page1.html"
    arguments = ["record", "--spec", str(spec), "--out", str(tmp_path)]
    main([*arguments, "--from", str(page), "--channel", "roster"])
    assert main([*arguments, "--check"]) == 0
    kept = tmp_path / "recording/page1.html"
    kept.write_text(kept.read_text("utf-8").replace("<h1>", "<p>(503) 378-4154</p><h1>"), "utf-8")
    assert main([*arguments, "--check"]) == 1
    assert "the telephone number (503) 378-4154" in capsys.readouterr().err


def test_a_license_number_of_one_digit_is_replaced_wherever_it_leads(board: list[str], tmp_path: Path) -> None:
    for page in tmp_path.glob("*.html"):
        text = page.read_text("utf-8").replace("AC-00471", "AC-00007").replace("license 471", "license 7")
        page.write_text(text.replace("Ms. Osgood", "Page 7 of 7, Ms. Osgood"), "utf-8")
    main(["record", *board, "--out", str(tmp_path / "out")])
    listed, detail = ((tmp_path / f"out/recording/page{n}.html").read_text("utf-8") for n in (2, 3))
    number = re.search(r"AC-0*(\d+)", listed)[1]  # type: ignore[index]
    assert number != "7"
    assert f"(license {number})" in detail
    assert "Page 7 of 7" in detail


@pytest.mark.parametrize("body", ["", "<html><body><p>Nothing here</p></body></html>"], ids=["empty", "another page"])
def test_what_cannot_be_read_leaves_no_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str) -> None:
    page, out = tmp_path / "page.html", tmp_path / "out"
    page.write_text(body, "utf-8")
    spec = RECORDED / "xx_table/spec.yaml"
    arguments = ["record", "--spec", str(spec), "--from", str(page), "--channel", "roster", "--out", str(out), "--json"]
    assert main(arguments) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["outcome"] == "changed"
    assert "nothing was recorded" in told.err
    assert not out.exists()


@pytest.mark.parametrize("shape", [chrome, add_on])
def test_a_page_saved_as_one_file_is_recorded_like_the_page_in_it(tmp_path: Path, shape: Callable[..., bytes]) -> None:
    page, spec = RECORDED / "us_ca/recording/results.html", ["us_ca", "--channel", "saved_page"]
    one = shape(page.read_text("utf-8"))
    for name, body in (("plain/results.html", page.read_bytes()), ("one/results.mhtml", one)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(body)
        os.utime(tmp_path / name, (1_770_000_000, 1_770_000_000))
        out = tmp_path / name.partition("/")[0] / "out"
        assert main(["record", *spec, "--from", str(tmp_path / name), "--out", str(out)]) == 0
    assert everything_in(tmp_path / "one/out") == everything_in(tmp_path / "plain/out")


RECORDINGS = sorted(path.parent.name for path in RECORDED.glob("*/recording.yaml"))


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recording_can_be_made_anonymous_and_reads_as_before(name: str, tmp_path: Path) -> None:
    folder, known = RECORDED / name, known_specs()
    own = folder / "spec.yaml"
    spec = load_spec(own) if own.exists() else known[name.partition(".")[0]]
    recording = load_recording(folder)
    if any(body.startswith(b"\xd0\xcf\x11\xe0") for body in recording.bodies):
        pytest.skip("an Excel 97 workbook, which record refuses and says so")
    made = anonymous(recording, Cutter(spec, spec.channel(recording.channel), 1000), tmp_path)
    assert made.to_do == ()
