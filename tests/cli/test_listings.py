"""`flask --app wsgi listings …` as an operator types it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.clock import utc_now
from directory.listings.listing_versions import note_versions
from directory.models.audit import AuditLine
from directory.models.listing import Listing
from directory.rules.vocabulary import ListingState
from tests.evidence_makers import make_check
from tests.makers import make_account, make_credential, make_listing

LIST = "name,license_number,license_jurisdiction,city,region\nWei Li,AC 10001,CA,Reno,NV\nCher,,,,\n"


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["listings", *words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_import_prints_one_json_document_and_nothing_else_on_stdout(app: Flask, file: Path) -> None:
    result = run(app, "import", str(file), "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert {name: report[name] for name in ("rows", "created", "updated", "unchanged", "suppressed")} == {
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "suppressed": 0,
    }
    assert [(each["line"], each["field"]) for each in report["rejected"]] == [(3, "name")]
    assert report["rejected"][0]["reason"]
    again = json.loads(run(app, "import", str(file), "--json").stdout)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)


def test_import_in_words_names_line_field_reason_and_what_was_expected(app: Flask, file: Path) -> None:
    result = run(app, "import", str(file))
    assert "2 rows: 1 created" in result.stdout
    assert "line 3: name: “Cher” has no given and family name; expected such as Wei Li, or Li, Wei" in result.stdout


def test_a_file_without_a_header_ends_with_one_and_a_missing_file_is_wrong_usage(app: Flask, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("city\nReno\n", encoding="utf-8")
    result = run(app, "import", str(empty), "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["exit_code"], told["error"]["where"]) == (1, 1, "listings import")
    assert "given_name" in result.stderr and "given_name" in told["error"]["what"]
    assert run(app, "import", str(tmp_path / "none.csv")).exit_code == 2


def test_show_tells_what_the_page_says_now_and_said_before(app: Flask, session: Session) -> None:
    now = utc_now()
    listing = make_listing(session, at=now - timedelta(days=100))
    credential = make_credential(session, listing, stated_at=now - timedelta(days=100))
    note_versions(session, [listing.id], at=now - timedelta(days=100))
    make_check(session, credential, at=now - timedelta(days=20))
    session.commit()
    page = json.loads(run(app, "show", listing.slug, "--json").stdout)
    assert page["facts"][0]["line"]["state"] == "confirmed"
    before = (now - timedelta(days=50)).date().isoformat()
    page = json.loads(run(app, "show", listing.slug, "--as-of", before, "--json").stdout)
    assert page["facts"][0]["line"]["state"] == "not_checked"
    assert page["as_of"].startswith(before)
    words = run(app, "show", listing.slug)
    assert "Confirmed. Active license" in words.stdout
    assert run(app, "show", listing.slug, "--as-of", "2001-01-01").exit_code == 1
    assert run(app, "show", listing.slug, "--as-of", "yesterday").exit_code == 2
    assert run(app, "show", "nobody").exit_code == 1


def test_remove_is_final_and_says_who_decided(app: Flask, session: Session, file: Path) -> None:
    run(app, "import", str(file))
    slug = session.scalars(select(Listing.slug)).one()
    session.commit()
    assert run(app, "remove", slug).exit_code == 2
    assert run(app, "remove", slug, "--by", "nobody").exit_code == 2
    result = run(app, "remove", slug, "--by", "oz@practice.example")
    assert result.exit_code == 0
    assert run(app, "remove", slug, "--by", "oz@practice.example").exit_code == 1
    assert session.scalars(select(AuditLine.actor)).all() == ["oz@practice.example"]
    session.commit()
    report = json.loads(run(app, "import", str(file), "--json").stdout)
    assert (report["created"], report["suppressed"]) == (0, 1)


def test_the_list_of_who_left_is_carried_over_a_restored_backup(app: Flask, session: Session, tmp_path: Path) -> None:
    make_account(session, "oz")
    slug = make_listing(session, slug="as-in-the-backup").slug
    session.commit()
    kept = tmp_path / "left.txt"
    run(app, "remove", slug, "--by", "oz@practice.example")
    assert run(app, "suppressed", "--out", str(kept)).exit_code == 0
    assert "ottoline" not in kept.read_text(encoding="ascii").lower()
    make_listing(session, slug="as-in-the-backup", origin_key="back")
    session.commit()
    result = run(app, "suppressed", "--restore", str(kept))
    assert "1 listings of people who left were removed again" in result.stdout
    assert set(session.scalars(select(Listing.state))) == {ListingState.REMOVED}


@pytest.mark.parametrize("command", ["match", "check"])
def test_a_command_that_cannot_be_understood_is_told_to_a_program_in_one_document(app: Flask, command: str) -> None:
    result = app.test_cli_runner().invoke(args=[command, "--nonsense", "--json"])
    told = json.loads(result.stdout)
    assert (result.exit_code, told["exit_code"], told["error"]["where"]) == (2, 2, command)
