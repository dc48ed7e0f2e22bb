"""`registries …` from outside: one JSON document on stdout, and the exit codes that scripts rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from directory import create_app
from directory.extensions import db
from directory.models.credential import Evidence
from directory.models.listing import Listing
from directory.models.registry import RegistryRun, TermsReading
from directory.rules.vocabulary import Role
from scrapers.record import Method
from tests.makers import make_account
from tests.mhtml_files import chrome
from tests.registry_files import Register, row
from tests.scrapers.making import make_yaml

OUR_KEYS = {
    *("registry", "outcome", "reason", "requests", "pages", "records", "declared", "rejected_rows", "bytes", "seconds"),
    *("warnings", "run", "accepted", "held_for_review", "matched", "unsure", "listings_created", "checks"),
    *("flags_opened", "flags_closed", "conflicts", "suppressed"),
}


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def ran(cli: FlaskCliRunner, *args: object, code: int = 0) -> dict[str, Any]:
    result = cli.invoke(args=["registries", *map(str, args), "--json"])
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def run_file(cli: FlaskCliRunner, register: Register, rows: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    return ran(cli, "run", "--spec", register.spec_path, "--file", register.file(rows), "--create-listings", **given)


def test_running_a_file_twice_changes_nothing_the_second_time(cli: FlaskCliRunner, register: Register) -> None:
    rows = [row(), row("AC 10002", "Benedikt", "Okonkwo", Status="Expired", Expires="2020-01-01")]

    first, second = run_file(cli, register, rows), run_file(cli, register, rows)

    assert set(first) >= OUR_KEYS
    assert (first["outcome"], first["records"], first["accepted"]) == ("complete", 2, True)
    assert (first["listings_created"], first["checks"], first["flags_opened"]) == (2, 2, 1)
    changes = ("listings_created", "checks", "flags_opened", "flags_closed", "conflicts", "suppressed")
    assert [second[name] for name in changes] == [0] * 6
    assert (second["matched"], second["run"]) == (2, first["run"] + 1)


def test_a_strange_layout_exits_with_1_and_changes_nothing(cli: FlaskCliRunner, register: Register, app: Flask) -> None:
    strange = register.folder / "strange.csv"
    strange.write_text("Number,Surname\nAC 1,Thorne\n", encoding="utf-8")

    found = ran(cli, "run", "--spec", register.spec_path, "--file", strange, code=1)

    assert (found["outcome"], found["accepted"]) == ("changed", False)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Listing)) == 0


def test_a_run_that_is_held_exits_with_3_and_can_be_decided(
    cli: FlaskCliRunner, register: Register, app: Flask
) -> None:
    with app.app_context():
        make_account(db.session(), "mo", role=Role.MODERATOR)
        db.session.commit()
    people = [row(f"AC {number}", last=f"Thorne{number}") for number in range(100, 120)]
    run_file(cli, register, people)

    held = run_file(cli, register, people[:5], code=3)
    assert (held["held_for_review"], held["accepted"]) == (True, False)

    decided = ran(cli, "decide", held["run"], "--accept", "--by", "mo@practice.example", "--reason", "They moved.")
    assert decided["accepted"]
    assert len(json.loads(cli.invoke(args=["registries", "records", register.id, "--json"]).stdout)) == 5


def test_the_network_is_refused_before_the_terms_were_read(cli: FlaskCliRunner, register: Register, app: Flask) -> None:
    found = ran(cli, "run", "--spec", register.spec_path, code=3)

    assert (found["outcome"], found["run"]) == ("blocked", None)
    assert "registries enable us_ca_invented" in found["reason"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(RegistryRun)) == 0


@pytest.mark.parametrize(
    "args",
    [
        ("run",),
        ("run", "no_such_registry"),
        ("records", "no_such_registry", "--json"),
        ("run", "us_md", "--file", "/no/such/file.csv"),
        ("run", "us_md", "--lookup", "1"),
        ("enable", "us_md", "--terms-read-by", "nobody", "--note", "x"),
        ("import-page", "us_ncbahm", __file__, "--by", "nobody@practice.example", "--retrieved-at", "2026-01-01"),
    ],
)
def test_wrong_usage_exits_with_2(cli: FlaskCliRunner, args: tuple[str, ...]) -> None:
    result = cli.invoke(args=["registries", *args])
    assert result.exit_code == 2, result.output


def test_enabling_records_who_read_the_terms(cli: FlaskCliRunner, app: Flask) -> None:
    result = cli.invoke(
        args=["registries", "enable", "us_md", "--terms-read-by", "oz@directory.example", "--note", "Public file."]
    )
    assert result.exit_code == 0, result.output
    with app.app_context():
        reading = db.session.scalars(select(TermsReading)).one()
        assert (reading.registry_id, reading.enabled, reading.read_by) == ("us_md", True, "oz@directory.example")
    listed = {each["id"]: each for each in json.loads(cli.invoke(args=["registries", "list", "--json"]).stdout)}
    assert listed["us_md"]["enabled"]

    assert cli.invoke(args=["registries", "disable", "us_md"]).exit_code == 0
    listed = {each["id"]: each for each in json.loads(cli.invoke(args=["registries", "list", "--json"]).stdout)}
    assert not listed["us_md"]["enabled"]


def test_every_registry_is_listed_shown_and_has_a_health(cli: FlaskCliRunner) -> None:
    listed = json.loads(cli.invoke(args=["registries", "list", "--json"]).stdout)
    assert {"us_md", "us_nppes_file"} <= {each["id"] for each in listed}
    assert len(json.loads(cli.invoke(args=["registries", "health", "--json"]).stdout)) == len(listed)
    shown = json.loads(cli.invoke(args=["registries", "show", "us_md", "--json"]).stdout)
    assert shown["unverified"]


@pytest.mark.real
def test_the_real_sample_makes_four_listings_once(cli: FlaskCliRunner, real: Path, app: Flask) -> None:
    sample = real / "nppes_bulk" / "NPI_Sample_200_Records.csv"

    first = ran(cli, "run", "us_nppes_file", "--file", sample, "--create-listings")
    second = ran(cli, "run", "us_nppes_file", "--file", sample, "--create-listings")

    assert (first["records"], first["listings_created"]) == (4, 4)
    assert first["flags_opened"] > 0
    assert [second[name] for name in ("listings_created", "checks", "flags_opened", "flags_closed")] == [0, 0, 0, 0]


@pytest.mark.real
def test_a_saved_page_names_who_saved_it_and_when(cli: FlaskCliRunner, real: Path, app: Flask) -> None:
    with app.app_context():
        checker = make_account(db.session(), "mo", role=Role.MODERATOR).id
        db.session.commit()
    page = real / "ncbahm" / "ncbahm_search_ca_live.html"
    by = ("--by", "mo@practice.example", "--retrieved-at", "2026-11-01T10:00:00Z", "--create-listings")

    found = ran(cli, "import-page", "us_ncbahm", page, *by)

    assert (found["outcome"], found["records"]) == ("incomplete", 20)
    assert "20 of 2007" in found["reason"]
    with app.app_context():
        evidence = db.session.scalars(select(Evidence)).all()
        assert {(each.method, each.checker_id) for each in evidence} == {(Method.SAVED_PAGE, checker)}
        assert {each.retrieved_at.isoformat() for each in evidence} == {"2026-11-01T10:00:00+00:00"}


def test_a_page_saved_as_one_file_is_imported_like_any_other(cli: FlaskCliRunner, app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        make_account(db.session(), "mo", role=Role.MODERATOR)
        db.session.commit()
    recording = Path(__file__).parent.parent / "registries/us_ca/recording/results.html"
    file = tmp_path / "results.mhtml"
    file.write_bytes(chrome(recording.read_text(encoding="utf-8")))
    by = ("--by", "mo@practice.example", "--retrieved-at", "2026-11-01T10:00:00Z", "--create-listings")

    found = ran(cli, "import-page", "us_ca", file, *by)

    assert (found["outcome"], found["records"], found["listings_created"]) == ("complete", 4, 4)
    with app.app_context():
        addresses = set(db.session.scalars(select(Evidence.url)))
        assert addresses == {"https://search.dca.ca.gov/results"}


def test_health_says_what_a_person_should_look_at(cli: FlaskCliRunner, register: Register) -> None:
    run_file(cli, register, [row(), row("AC 10002", Status="Gone fishing", NPI="1234567893")])
    lines: list[dict[str, Any]] = json.loads(cli.invoke(args=["registries", "health", "--json"]).stdout)
    [found] = [line for line in lines if line["id"] == register.id]
    assert (found["health"], found["unknown_words"]) == ("ok", {"Gone fishing": 1})
    assert (found["new_columns"], found["canaries_missing"]) == ([], [])
    assert (found["fill"]["number"], found["fill"]["standing"], found["fill"]["npi"]) == (1, 0.5, 0.5)
    assert "unknown standing words: 'Gone fishing' (1 records)" in cli.invoke(args=["registries", "health"]).stdout


def test_a_registry_without_canaries_cannot_be_probed(cli: FlaskCliRunner) -> None:
    result = cli.invoke(args=["registries", "health", "--probe", "us_wa"])
    assert result.exit_code == 2
    assert "names no canaries" in result.output


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["run", "--spec", "missing.yaml"], 2, "does not exist"),
        (["run", "--spec", "BAD"], 2, "unknown key: colour"),
        (["run", "us_md", "--most-pages", "0"], 2, "x>=1"),
        (["run", "us_hi"], 2, "manual (a person looks"),
        (["health", "--probe", "us_md"], 2, "names no canaries"),
        (["list", "--colour"], 2, "No such option"),
    ],
)
def test_whoever_asks_for_json_gets_one_document_whatever_is_wrong(
    cli: FlaskCliRunner, tmp_path: Path, args: list[str], code: int, told: str
) -> None:
    bad = make_yaml(tmp_path, colour="red")
    result = cli.invoke(args=["registries", *(str(bad) if word == "BAD" else word for word in args), "--json"])
    assert result.exit_code == code
    document = json.loads(result.stdout)
    assert document["exit_code"] == code
    if args[0] == "run":
        assert document["outcome"] is None and told in document["reason"]
    else:
        assert told in document["error"]["what"] and document["error"]["where"] == f"registries {args[0]}"


@pytest.mark.parametrize("args", [["registries", "health"], ["jobs", "status"], ["check", "--all"]], ids=" ".join)
def test_a_database_without_tables_is_told_with_the_command_to_run(tmp_path: Path, args: list[str]) -> None:
    app = create_app({"ENV": "test", "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite", "SECRET_KEY": "t" * 40},
                     instance=tmp_path)  # fmt: skip
    result = app.test_cli_runner().invoke(args=[*args, "--json"])
    assert (result.exit_code, "flask --app wsgi db upgrade" in json.loads(result.stdout)["error"]["what"]) == (1, True)
    assert "db upgrade" in result.stderr and "Traceback" not in result.stderr


def test_only_a_host_that_is_left_alone_can_be_woken_and_by_somebody_known(cli: FlaskCliRunner, app: Flask) -> None:
    with app.app_context():
        make_account(db.session(), "oz", role=Role.OPERATOR)
        db.session.commit()
    for by, told in (("oz@practice.example", "is not left alone"), ("nobody@site.example", "nobody has an account")):
        result = cli.invoke(args=["registries", "wake", "board.example", "--by", by, "--note", "They agreed."])
        assert (result.exit_code, told in result.stderr) == (2, True)
