"""Sites served on loopback with invented listings, and Debian's Chromium to look at them."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from directory import clock
from directory.extensions import db
from tests import databases
from tests.conftest import NOW

Serve = Callable[[Callable[[Session, Path], None]], tuple[str, Flask]]
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Where there is none the test is skipped with a line; in CI that is a failure."""
    executable = shutil.which("chromium")
    if executable is None and os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail("no chromium in CI: `apt-get install chromium`")
    if executable is None:
        pytest.skip("no chromium found: pages were not looked at in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def noon() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: NOW)
        yield


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    """The address of `app`, served by a thread of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def serve(
    sqlite_template: databases.SqliteTemplate, tmp_path_factory: pytest.TempPathFactory, noon: None
) -> Iterator[Serve]:
    """Serves a site of its own from a SQLite file that was filled first."""
    folder = tmp_path_factory.mktemp("desk")
    with ExitStack() as stack:

        def start(fill: Callable[[Session, Path], None]) -> tuple[str, Flask]:
            app = databases.make_site(stack.enter_context(sqlite_template.fresh("served")), folder)
            stack.callback(databases.let_go, app)
            with app.app_context():
                fill(db.session(), folder)
                db.session.commit()
                db.session.remove()
            return stack.enter_context(_served(app)), app

        yield start


@pytest.fixture
def shots() -> Path | None:
    """Where screenshots go, when SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS", "")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)
