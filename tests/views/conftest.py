"""Pages are tried at one fixed noon, by somebody who is signed out."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser import Browser
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edge of the house reads the time as NOW."""
    monkeypatch.setattr("directory.clock.utc_now", lambda: NOW)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)
