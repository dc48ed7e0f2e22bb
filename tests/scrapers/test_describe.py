"""`python -m scrapers describe`, and the way from a saved page to a recording that the README promises."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import yaml
from pytest_httpserver import HTTPServer

from scrapers import pace
from scrapers.__main__ import main
from scrapers.describing import drafted
from scrapers.errors import SpecError
from tests.mhtml_files import chrome

ROWS = (
    ("OSGOOD, FERELITH T.", "LA-01200", "In Good Standing", "18-Jan-2027", "Kestrel Bay"),
    ("QUARLES, AMBROSE", "LA-01213", "Lapsed - Nonpayment", "09-Jun-2025", "Port Alder"),
    ("BRANNIGAN, ODILE K.", "LA-01226", "In Good Standing", "28-Dec-2028", "Millbrook"),
    ("PEMBERLY, LUCASTA", "LA-01239", "In Good Standing", "01-Jun-2027", "Millbrook"),
    ("TREVANION, JOSSE", "LA-01252", "Voluntary Surrender", "13-Dec-2026", "Millbrook"),
    ("HARGREAVE, PERDITA", "LA-01265", "In Good Standing", "13-Jun-2026", "Millbrook"),
)
HEADINGS = ("Practitioner", "Certificate", "Condition", "Valid Thru", "Town")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    heads = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    table = f'<table class="grid"><tr>{heads}</tr>{rows}</table>'
    saved = tmp_path / "roster.html"
    saved.write_text(f"<html><body><p>6 practitioners on file</p>{table}</body></html>", encoding="utf-8")
    return saved


def completed(draft: str) -> str:
    """The draft as a person leaves it who agrees with every guess."""
    draft = re.sub(r"^  # (number|holder|expires|place)", r"  \1", draft, flags=re.MULTILINE)
    draft = re.sub(r"^ignored:.*?(?=^standing)", "", draft, flags=re.MULTILINE | re.DOTALL)
    draft = draft.replace("#   total:", "  total:")
    draft = draft.replace("# options:", "options:").replace("date_formats: []", 'date_formats: ["%d-%b-%Y"]')
    return draft.replace("xx_board", "us_xy").replace("unknown: [", "active: [")


def test_a_draft_names_the_table_and_claims_nothing(page: Path) -> None:
    draft = drafted(page)
    known = yaml.safe_load(draft)
    assert known["channels"]["saved_page"]["table"] == "table.grid"
    assert known["ignored"] == list(HEADINGS)
    assert known["columns"] is None
    assert list(known["standing"]["words"]) == ["unknown"]
    assert '"%d-%b-%Y" fits "Valid Thru"' in draft
    assert '#   total: "([0-9,]+) practitioners on file"' in draft


def test_a_draft_shows_nobody(page: Path) -> None:
    draft = drafted(page).lower()
    names = {word for row in ROWS for word in re.findall(r"\w{3,}", row[0].lower())}
    assert [word for word in names if word in draft] == []
    assert "01213" not in draft


@pytest.mark.parametrize("cell", ["th", "td"])
def test_a_page_about_one_person_is_drafted_by_its_labels(tmp_path: Path, cell: str) -> None:
    saved = tmp_path / "person.html"
    pairs = zip(HEADINGS, ROWS[0], strict=True)
    facts = "".join(f"<tr><{cell}>{name}:</{cell}><td>{value}</td></tr>" for name, value in pairs)
    saved.write_text(f"<html><body><table id=facts>{facts}</table></body></html>", encoding="utf-8")
    known = yaml.safe_load(drafted(saved))
    assert known["platform"] == "form_and_detail"
    assert known["options"]["detail"]["labels"] == "table#facts"
    assert known["ignored"] == list(HEADINGS)


def test_a_form_with_postbacks_is_drafted_with_its_button_and_its_pager(page: Path) -> None:
    fields = "<input type=hidden name=__VIEWSTATE><input name=go type=submit value=Search><select name=kind></select>"
    pager = "<p class=pager><b>1</b><a href=?2>2</a></p>"
    page.write_text(page.read_text("utf-8").replace("<body>", f"<body><form id=f>{fields}</form>{pager}"), "utf-8")
    draft = drafted(page)
    known = yaml.safe_load(re.sub(r"^# ", "", draft.replace("#   ", "  "), flags=re.MULTILINE).partition("\n")[2])
    assert (known["platform"], known["channels"]["saved_page"]["form"]) == ("postback_table", "form#f")
    assert (known["options"]["button"], known["options"]["next"]) == ({"go": "Search"}, ".pager a")
    assert "it has kind" in draft


def test_a_page_with_nothing_but_a_form_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<table><tr><td>Name:</td><td><input name=n></td></tr></table>", encoding="utf-8")
    with pytest.raises(SpecError, match="not the form"):
        drafted(tmp_path / "a.html")


def test_columns_are_guessed_by_their_heading_and_what_stands_in_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "License Type;Lic #;Licensee (Last, First);Stat Cd;Exp Dt;City/ST/Zip;NPI#\n"
        "AC;7-A;Hollis, Wren;A;30-JUN-27;Pell XY 00001;1990000000\n",
        encoding="utf-8",
    )
    draft = drafted(tmp_path / "a.csv")
    assert yaml.safe_load(re.sub(r"^  # ", "  ", draft, flags=re.MULTILINE))["columns"] == {
        "npi": {"from": "NPI#"},
        "number": {"from": "Lic #"},
        "holder.name": {"from": "Licensee (Last, First)", "split": "family_comma_given"},
        "expires_on": {"from": "Exp Dt"},
    }
    assert yaml.safe_load(draft)["standing"]["from"] == "Stat Cd"


def test_every_key_of_a_json_list_is_drafted(tmp_path: Path) -> None:
    people = '[{"number": "1", "public": true, "actions": []}, {"number": "2", "public": false, "name": null}]'
    (tmp_path / "a.json").write_text(people, encoding="utf-8")
    assert yaml.safe_load(drafted(tmp_path / "a.json"))["ignored"] == ["number", "public", "actions", "name"]


@pytest.mark.parametrize(
    ("name", "text", "platform"),
    [("a.csv", "Number;Name\n1;x\n2;y\n", "delimited"), ("a.json", '{"found": [{"number": "1"}]}', "json_list")],
)
def test_files_and_json_are_drafted_too(tmp_path: Path, name: str, text: str, platform: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert yaml.safe_load(drafted(tmp_path / name))["platform"] == platform


@pytest.mark.parametrize("titles", [(), (("Board of Points",), ())], ids=["headings first", "under a title"])
def test_a_workbook_is_drafted_and_read_by_its_draft(
    tmp_path: Path, titles: tuple[tuple[str, ...], ...], capsys: pytest.CaptureFixture[str]
) -> None:
    book, spec = openpyxl.Workbook(), tmp_path / "us_xy.yaml"
    for line in (*titles, HEADINGS, *ROWS):
        book.worksheets[0].append(line)
    book.save(tmp_path / "roster.xlsx")
    draft = drafted(tmp_path / "roster.xlsx")
    assert yaml.safe_load(draft)["ignored"] == list(HEADINGS)
    spec.write_text(completed(draft), encoding="utf-8")
    assert main(["read", "--spec", str(spec), str(tmp_path / "roster.xlsx"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["records"] == len(ROWS)


def test_a_zip_and_a_page_saved_as_one_file_are_drafted_by_what_they_hold(tmp_path: Path, page: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "Number|Name\n1|x\n2|y\n")
    (tmp_path / "a.mhtml").write_bytes(chrome(page.read_text("utf-8")))
    assert yaml.safe_load(drafted(tmp_path / "a.zip"))["channels"]["file"] == {"pattern": ["*.zip"], "delimiter": "|"}
    assert yaml.safe_load(drafted(tmp_path / "a.mhtml"))["channels"] == yaml.safe_load(drafted(page))["channels"]


def test_a_page_without_a_list_is_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><p>Hello</p></html>", encoding="utf-8")
    with pytest.raises(SpecError, match="no table"):
        drafted(tmp_path / "a.html")


@pytest.mark.parametrize(
    "body", [b"\x8f\x00\xff\x01" * 40, b'{"people": [1,', b"[" * 100_000], ids=["junk", "cut", "deep"]
)
def test_a_file_that_cannot_be_read_is_wrong_usage_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], body: bytes
) -> None:
    (tmp_path / "list.json").write_bytes(body)
    assert main(["describe", str(tmp_path / "list.json")]) == 2
    told = capsys.readouterr().err
    assert "list.json: " in told and "Traceback" not in told


def test_from_a_saved_page_to_a_recording_in_a_folder_of_ones_own(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    monkeypatch.setenv("REGISTRIES_PATH", str(mine))
    (mine / "us_xy.yaml").write_text(completed(drafted(page)), encoding="utf-8")
    assert main(["check", "us_xy"]) == 0
    assert main(["read", "us_xy", str(page)]) == 0
    assert main(["record", "us_xy", "--from", str(page)]) == 0
    expected = json.loads((mine / "recordings/us_xy/expected.json").read_text("utf-8"))
    assert (expected["report"]["outcome"], len(expected["records"])) == ("complete", 4)
    assert {record["standing_raw"] for record in expected["records"]} == {row[2] for row in ROWS}
    assert main(["record", "us_xy", "--check"]) == 0
    assert "pytest tests/registries/test_contract.py -k us_xy" in capsys.readouterr().err


def test_a_recording_is_made_of_a_live_page(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer
) -> None:
    monkeypatch.setattr(pace, "shared_folder", lambda: tmp_path / "pace")
    monkeypatch.setenv("REHEARSAL", "1")
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/list").respond_with_data(page.read_text("utf-8"), content_type="text/html")
    door = f'  roster: {{start: "{httpserver.url_for("/list")}", table: "table.grid"}}'
    spec = tmp_path / "us_xy.yaml"
    spec.write_text(re.sub(r"^  # roster:.*$", door, completed(drafted(page)), flags=re.MULTILINE), "utf-8")
    assert main(["record", "--spec", str(spec), "--fetch", "--rows", "2", "--out", str(tmp_path / "out")]) == 0
    expected = json.loads((tmp_path / "out/expected.json").read_text("utf-8"))
    assert (expected["report"]["outcome"], expected["report"]["declared"]) == ("complete", 2)
    assert "OSGOOD" not in (tmp_path / "out/recording/page1.html").read_text("utf-8")
