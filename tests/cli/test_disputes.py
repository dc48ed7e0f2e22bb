"""The file of a dispute: what was shown and why, with captures and hashes, the same each time, about nobody else."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.cli.listings import IsoTime
from directory.listings.listing_changes import settle
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.moderation.moderation import decide_flag
from directory.rules.vocabulary import FlagDecision, Role
from tests.conftest import NOW
from tests.evidence_makers import publish_finding
from tests.makers import make_account, make_credential, make_listing
from tests.registry_files import Register, read_file, row

DAY = timedelta(days=1)
THEN = (NOW + DAY).isoformat()
OTHERS = ("Benedikt", "Okonkwo-Lindqvist", "AC 10002")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["listings", *words])


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("directory.cli.listings.utc_now", lambda: NOW + 4 * DAY)


@pytest.fixture
def listing(session: Session, tmp_path: Path) -> Listing:
    """Ottoline's license was active, was read as suspended a day later, and a moderator looked at that."""
    listing = make_listing(session, at=NOW - 9 * DAY)
    make_credential(session, listing, number="AC 10001", number_key="10001", stated_at=NOW - 9 * DAY)
    settle(session, [listing.id], at=NOW - 9 * DAY)
    session.commit()
    ben = {"first": OTHERS[0], "last": OTHERS[1]}
    register = Register(tmp_path)
    read_file(session, register, [row(), row(OTHERS[2], **ben)], at=NOW - 5 * DAY)
    read_file(session, register, [row(Status="Suspended"), row(OTHERS[2], **ben)], at=NOW)
    flag = session.scalars(select(Flag).where(Flag.listing_id == listing.id, Flag.closed_at.is_(None))).one()
    mo = make_account(session, "mo", role=Role.MODERATOR)
    decide_flag(session, flag, FlagDecision.TRIAGE, reason="It is her number.", by=mo, at=NOW + DAY / 2)
    session.commit()
    return listing


def test_show_says_what_was_true_what_was_shown_and_why(app: Flask, listing: Listing) -> None:
    before = run(app, "show", listing.slug, "--as-of", (NOW - DAY).isoformat()).stdout
    assert "Confirmed. Active license AC 10001" in before
    assert "Why: Confirmed by Invented California register, read on 17 November 2026." in before
    assert "It counts until 17 March 2027." in before
    after = json.loads(run(app, "show", listing.slug, "--as-of", THEN, "--json").stdout)["facts"][0]
    assert after["line"]["sentence"] == "License AC 10001 (California): not checked yet."
    assert after["why"].startswith("Found suspended (“Suspended”) by Invented California register")
    assert "as if nobody had looked" in after["why"]
    assert [(check["outcome"], check["speaks"]) for check in after["on_file"]] == [
        ("suspended", True),
        ("confirmed", False),
    ]


def test_show_prints_the_page_as_it_was_served(app: Flask, listing: Listing) -> None:
    html = run(app, "show", listing.slug, "--as-of", (NOW - DAY).isoformat(), "--html").stdout
    assert html.startswith('<main id="content"')
    assert "Active license AC 10001" in html
    assert "Suspended" not in run(app, "show", listing.slug, "--as-of", THEN, "--html").stdout


def test_show_says_since_when_it_could_know(app: Flask, listing: Listing) -> None:
    result = run(app, "show", listing.slug, "--as-of", "2020-01-01")
    assert result.exit_code == 1
    assert "known since 2026-11-13 12:00 UTC" in result.stderr


def test_a_dispute_s_file_is_whole_and_the_same_each_time(app: Flask, listing: Listing, tmp_path: Path) -> None:
    for name in ("one", "two", "one.zip", "two.zip"):
        assert run(app, "dispute", listing.slug, "--as-of", THEN, "--out", str(tmp_path / name)).exit_code == 0
    one, two = tmp_path / "one", tmp_path / "two"
    paths = sorted(path.relative_to(one).as_posix() for path in one.rglob("*") if path.is_file())
    assert [(one / path).read_bytes() for path in paths] == [(two / path).read_bytes() for path in paths]
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == paths
    manifest = json.loads((one / "manifest.json").read_text(encoding="utf-8"))
    listed = {each["path"]: each["sha256"] for each in manifest["files"]}
    assert sorted([*listed, "manifest.json"]) == paths
    for path, sha in listed.items():
        assert hashlib.sha256((one / path).read_bytes()).hexdigest() == sha
    assert len(manifest["captures"]) == 2


def test_it_tells_what_was_found_and_decided_and_names_nobody_else(
    app: Flask, listing: Listing, tmp_path: Path
) -> None:
    run(app, "dispute", listing.slug, "--as-of", THEN, "--out", str(tmp_path / "out"))
    whole = {
        path.name: path.read_text(encoding="utf-8") for path in sorted((tmp_path / "out").rglob("*")) if path.is_file()
    }
    index = whole["index.html"]
    for words in ("not checked yet.", "“Suspended”", "It is her number.", "a moderator", "decided the line"):
        assert words in index, words
    rows = "".join(body for name, body in whole.items() if name.endswith(".txt"))
    assert "AC 10001,Ottoline,Vasquez-Thorne,Suspended" in rows
    for body in whole.values():
        for private in (*OTHERS, "mo@practice.example"):
            assert private not in body
    assert "http-equiv" not in index
    assert "src=" not in index
    assert "Suspended" not in whole["listing.html"]


def test_what_happened_later_is_not_in_the_file_of_an_earlier_moment(
    app: Flask, listing: Listing, tmp_path: Path
) -> None:
    run(app, "dispute", listing.slug, "--as-of", (NOW - DAY).isoformat(), "--out", str(tmp_path / "out"))
    index = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert "Suspended" not in index
    assert "her number" not in index


def test_a_published_finding_is_explained_so(app: Flask, session: Session, listing: Listing) -> None:
    flag = session.scalars(select(Flag).where(Flag.listing_id == listing.id, Flag.closed_at.is_(None))).one()
    publish_finding(session, flag, at=NOW + 2 * DAY)
    settle(session, [listing.id], at=NOW + 2 * DAY)
    session.commit()
    words = run(app, "show", listing.slug, "--as-of", (NOW + 3 * DAY).isoformat()).stdout
    assert "Due process has ended, so the finding is told in the words of its source." in words


def test_what_is_still_to_come_is_told_as_such_and_is_no_evidence(app: Flask, listing: Listing, tmp_path: Path) -> None:
    later = (NOW + 400 * DAY).date().isoformat()
    assert "is still to come" in run(app, "show", listing.slug, "--as-of", later).stdout
    assert run(app, "dispute", listing.slug, "--as-of", later, "--out", str(tmp_path / "new")).exit_code == 2


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-13-01"])
def test_a_time_that_nobody_can_write_is_wrong_usage(app: Flask, moment: str) -> None:
    assert run(app, "show", "nobody", "--as-of", moment).exit_code == 2


@pytest.mark.parametrize("day", ["2026-11-23", "20261123", "2026-W48-1"])
def test_a_day_means_its_end_however_it_is_written(day: str) -> None:
    assert IsoTime().convert(day, None, None) == datetime(2026, 11, 23, 23, 59, 59, 999999, tzinfo=UTC)


def test_a_program_is_told_in_one_document_that_there_is_no_such_listing(app: Flask) -> None:
    result = run(app, "show", "nobody", "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["what"]) == (1, "There is no listing nobody.")


def test_nothing_is_overwritten_and_nobody_s_file_is_made(app: Flask, listing: Listing, tmp_path: Path) -> None:
    assert run(app, "dispute", listing.slug, "--out", str(tmp_path)).exit_code == 2
    assert run(app, "dispute", "nobody", "--out", str(tmp_path / "new")).exit_code == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["nowhere/file.zip", "a-file/folder"])
def test_a_place_that_cannot_be_written_to_is_named(app: Flask, listing: Listing, tmp_path: Path, name: str) -> None:
    (tmp_path / "a-file").touch()
    result = run(app, "dispute", listing.slug, "--out", str(tmp_path / name))
    assert result.exit_code == 1
    assert f"{tmp_path / name} cannot be written" in result.stderr
