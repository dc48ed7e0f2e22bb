"""`check`, `flags list` and `jobs …` from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from directory.extensions import db
from tests.conftest import NOW
from tests.makers import make_credential, make_listing
from tests.registry_files import Register, read_file, row


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def slug(app: Flask, tmp_path: Path) -> str:
    """Somebody who came after the register was read."""
    with app.app_context():
        session = db.session()
        read_file(session, Register(tmp_path), [row(Status="Expired", Expires="2026-01-31")], at=NOW)
        listing = make_listing(session)
        make_credential(session, listing, number="AC 10001", number_key="10001")
        session.commit()
        return listing.slug


@pytest.mark.parametrize("everybody", [True, False])
def test_a_listing_is_checked_and_its_flag_listed(cli: FlaskCliRunner, slug: str, everybody: bool) -> None:
    result = cli.invoke(args=["check", "--all" if everybody else slug, "--json"])
    assert json.loads(result.stdout) == {"listings": 1, "checks": 1, "flags_opened": 1, "flags_closed": 0}

    flags = json.loads(cli.invoke(args=["flags", "list", "--json"]).stdout)
    assert [(each["kind"], each["listing"], each["state"]) for each in flags] == [("license_expired", slug, "detected")]
    assert json.loads(cli.invoke(args=["flags", "list", "--state", "dismissed", "--json"]).stdout) == []


@pytest.mark.parametrize("args", [(), ("--all", "somebody"), ("nobody-by-that-name",)])
def test_wrong_usage_exits_with_2(cli: FlaskCliRunner, args: tuple[str, ...]) -> None:
    assert cli.invoke(args=["check", *args]).exit_code == 2


def test_jobs_say_how_they_stand(cli: FlaskCliRunner) -> None:
    assert json.loads(cli.invoke(args=["jobs", "status", "--json"]).stdout)["bells"] == 0
    assert json.loads(cli.invoke(args=["jobs", "sweep", "--json"]).stdout) == {"rung": []}
