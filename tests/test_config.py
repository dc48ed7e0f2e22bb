"""Settings are read once at start; a wrong one stops the start with its name, in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from directory import ROOT
from directory.config import SettingError, flask_settings, read_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "prod"),
        ("DATABASE_URL", "mysql://board.example/x"),
        ("QUEUE_URL", "amqp://board.example/x"),
        ("STORAGE_URL", "ftp://board.example/x"),
        ("STORAGE_URL", "s3://bucket/prefix"),
        ("SITE_URL", "directory.example"),
        ("CONTACT_EMAIL", "nobody"),
        ("MAIL_URL", "https://board.example"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://mail.example:99999"),
        ("REGISTRIES_PATH", "/no/such/folder"),
        ("REHEARSAL", "perhaps"),
        ("PROXY_HOPS", "two"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=f"^{name}: expected|^{name}: no folder"):
        read_settings({name: value}, tmp_path)


def test_a_command_tells_a_wrong_setting_in_one_line() -> None:
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "registries", "list", "--json"]
    ended = subprocess.run(
        flask, cwd=ROOT, env={**os.environ, "STORAGE_URL": "ftp://board.example"}, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Error: STORAGE_URL: expected a folder; buckets are not supported yet\n"


def test_the_user_and_password_of_a_mail_server_may_hold_any_letter(tmp_path: Path) -> None:
    url = "smtp://mail%40needles.example:p%3Aw%2F@smtp.needles.example:2525"
    settings = flask_settings(read_settings({"MAIL_URL": url}, tmp_path))
    assert (settings["MAIL_USERNAME"], settings["MAIL_PASSWORD"]) == ("mail@needles.example", "p:w/")
    assert (settings["MAIL_SERVER"], settings["MAIL_PORT"]) == ("smtp.needles.example", 2525)
    assert settings["MAIL_USE_TLS"]
