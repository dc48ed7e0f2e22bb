"""The frame: errors with a reference, files under fingerprints, health, and no trace of visitors."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort
from sqlalchemy.orm import Session

from directory import create_app
from tests.browser import Browser
from tests.databases import let_go, make_site


@pytest.fixture
def breaking(database: str, tmp_path: Path) -> Iterator[Flask]:
    """A site of its own, as it gets routes that no site has."""
    app = make_site(database, tmp_path)

    @app.get("/breaks")
    def breaks() -> str:
        raise RuntimeError("a secret detail")

    @app.get("/refuses/<int:code>")
    def refuses(code: int) -> str:
        abort(code)

    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    let_go(app)


def test_what_breaks_is_told_with_a_reference_that_stands_in_the_log(
    breaking: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        page = Browser(breaking).get("/breaks", status=500)
    reference = page.one("main code").get_text()
    assert len(reference) == 8 and reference in caplog.text
    assert "a secret detail" in caplog.text and "a secret detail" not in page.text


@pytest.mark.parametrize("code", [400, 403, 404, 413, 422, 429, 503])
def test_errors_are_explained_in_the_frame_of_the_site(breaking: Flask, code: int) -> None:
    page = Browser(breaking).get(f"/refuses/{code}", status=code)
    assert page.one(".wordmark") and "/search" in page.links()


def test_a_method_that_does_not_work_says_which_do(app: Flask) -> None:
    answer = app.test_client().delete("/safety")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_files_have_a_fingerprint_and_are_kept_for_a_year(app: Flask) -> None:
    client, assets = app.test_client(), app.extensions["assets"]
    for name in ("site.css", "fonts/inter-latin.woff2", "icon.svg"):
        answer = client.get(assets.url(name))
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"], name
    assert "immutable" not in client.get("/static/000000000000/site.css").headers.get("Cache-Control", "")
    assert client.get(assets.url("../config.py")).status_code == 404


def test_all_files_that_the_styles_name_are_there(app: Flask) -> None:
    assets = app.extensions["assets"]
    named = {part.split('"')[0] for part in assets.stylesheet.split('url("fonts/')[1:]}
    assert len(named) == 6
    assert all((Path(assets.folder) / "fonts" / name).is_file() for name in named)


def test_our_own_styles_stay_small_and_name_colors_in_one_file(app: Flask) -> None:
    folder = Path(app.extensions["assets"].folder) / "css"
    own = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.css")}
    assert len(gzip.compress("".join(own.values()).encode())) < 10_240
    for name in own.keys() - {"tokens.css", "fonts.css"}:
        assert not [line for line in own[name].splitlines() if "#" in line.partition("/*")[0]], name


def test_health_needs_no_database_and_readiness_does(app: Flask, tmp_path: Path) -> None:
    client = app.test_client()
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
    bare = create_app(
        {"ENV": "test", "SECRET_KEY": "t" * 40, "DATABASE_URL": f"sqlite:///{tmp_path / 'no.sqlite'}"},
        instance=tmp_path,
    )
    assert bare.test_client().get("/healthz").status_code == 200
    assert bare.test_client().get("/readyz").status_code == 503


def test_the_gallery_is_not_in_production(tmp_path: Path) -> None:
    production = create_app(
        {
            "ENV": "production",
            "SECRET_KEY": "t" * 40,
            "SITE_URL": "https://meridian.example",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'p.sqlite'}",
        },
        instance=tmp_path,
    )
    assert "/parts" not in {rule.rule for rule in production.url_map.iter_rules()}


def test_a_visitor_with_an_old_cookie_gets_no_new_one(app: Flask, session: Session) -> None:
    client = app.test_client()
    client.set_cookie("session", "nonsense")
    for path in ("/", "/search?near=90012", "/safety"):
        assert "Set-Cookie" not in client.get(path).headers, path
