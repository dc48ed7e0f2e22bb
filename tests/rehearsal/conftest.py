"""One server for all the tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scrapers.rehearsal.server import RehearsalServer
from tests.rehearsal.readings import CAST, NOON


@pytest.fixture(scope="session")
def one_server() -> Iterator[RehearsalServer]:
    with RehearsalServer(CAST, now=lambda: NOON) as running:
        yield running


@pytest.fixture
def server(one_server: RehearsalServer) -> Iterator[RehearsalServer]:
    """The server, well-behaved again after each test."""
    one_server.misbehaves(None)
    yield one_server
    one_server.misbehaves(None)
