"""`requirements …` from outside: what a script reads, and the exit code that a nightly job relies on."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from directory.cli import requirements as command


@pytest.fixture
def cli(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskCliRunner:
    monkeypatch.setattr(command, "utc_today", lambda: date(2026, 12, 1))
    return app.test_cli_runner()


def test_nothing_has_lapsed_so_the_check_is_quiet_about_haste(cli: FlaskCliRunner) -> None:
    result = cli.invoke(args=["requirements", "check", "--json"])
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found["counts"]["overdue"] == found["counts"]["contradictory"] == 0
    assert found["counts"]["unverified"] == len(found["findings"]) > 50


def test_a_lapsed_review_ends_with_exit_code_one(cli: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "utc_today", lambda: date(2027, 2, 23))
    result = cli.invoke(args=["requirements", "check"])
    assert result.exit_code == 1
    assert result.stdout.startswith("overdue")
    assert "US-DC" in result.stdout


def test_reviews_that_lapse_later_are_told_when_asked(cli: FlaskCliRunner) -> None:
    result = cli.invoke(args=["requirements", "check", "--within", "120", "--json"])
    assert result.exit_code == 0
    due = [each for each in json.loads(result.stdout)["findings"] if each["concern"] == "due"]
    assert {each["jurisdiction"] for each in due} >= {"US-DC", "US-WY"}
    assert due[0]["review_by"] == "2027-02-22"


def test_the_list_has_every_place_and_one_can_be_shown(cli: FlaskCliRunner) -> None:
    listed = json.loads(cli.invoke(args=["requirements", "list", "--json"]).stdout)
    assert len(listed) == 67
    assert "issues none" in cli.invoke(args=["requirements", "list"]).stdout
    shown = cli.invoke(args=["requirements", "show", "us-ny"])
    assert "physician: may needle with an acupuncture certificate" in shown.stdout
    as_json = json.loads(cli.invoke(args=["requirements", "show", "US-NY", "--json"]).stdout)
    assert as_json["alternatives"][0]["may_needle"] is True


def test_a_place_that_is_not_in_the_pack_is_a_wrong_word(cli: FlaskCliRunner) -> None:
    result = cli.invoke(args=["requirements", "show", "US-ZZ"])
    assert result.exit_code == 2
    assert "no place is called US-ZZ" in result.stderr


@pytest.mark.parametrize("days", ["-5", "100000000000", "soon"])
def test_a_time_that_is_none_is_wrong_usage(cli: FlaskCliRunner, days: str) -> None:
    assert cli.invoke(args=["requirements", "check", "--within", days]).exit_code == 2
