"""The site served on loopback with invented listings, and Debian's Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from directory import clock, create_app
from directory.extensions import db
from tests import databases
from tests.conftest import NOW
from tests.invented_listings import make_crowd, make_neighborhood

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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, noon: None) -> Iterator[str]:
    """The address of the site, served by a thread of this process from a SQLite file."""
    folder = tmp_path_factory.mktemp("site")
    address = f"sqlite:///{folder / 'site.sqlite'}"
    databases.migrate_to_head(address, folder)
    app = create_app({"ENV": "test", "DATABASE_URL": address, "SECRET_KEY": "t" * 40}, instance=folder)
    with app.app_context():
        make_neighborhood(db.session())
        make_crowd(db.session(), 25)
        db.session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def shots() -> Path | None:
    """Where screenshots go, when SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS", "")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)


def settled(page: Page, address: str) -> Page:
    """`page` at `address`, with its fonts there, so that widths are the final ones."""
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    return page
