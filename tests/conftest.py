"""What every test may use. Nothing here reaches the network, sleeps, or reads today's date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.models.account import Account
from directory.rules.vocabulary import Role
from tests import databases
from tests.makers import NOW, make_account
from tests.registry_files import Register

# No example is too slow: two cores may be shared by others. The examples are the same each time, so that a failure is
# found by whoever caused it; more of them are tried with --hypothesis-profile=search.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "real"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("real") and not REAL.is_dir():
            item.add_marker(pytest.mark.skip(reason="no ../shared/real beside this checkout"))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def real() -> Path:
    """The folder of real captures. For tests marked `real`."""
    return REAL


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> databases.SqliteTemplate:
    return databases.SqliteTemplate(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgresql_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.PostgresTemplate]:
    if not databases.POSTGRES:
        pytest.skip("no PostgreSQL: TEST_POSTGRES_URL is not set (`make test` starts one where it can)")
    template = databases.PostgresTemplate(tmp_path_factory.mktemp("template"))
    yield template
    template.drop()


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> databases.Sites:
    return databases.Sites(tmp_path_factory.mktemp("sites"))


@pytest.fixture(params=databases.KINDS)
def template(request: pytest.FixtureRequest) -> databases.Template:
    """What databases are copied from. Each test that uses it runs on SQLite and on PostgreSQL."""
    template: databases.Template = request.getfixturevalue(f"{request.param}_template")
    return template


@pytest.fixture
def database(template: databases.Template) -> Iterator[str]:
    """The address of a fresh, migrated database, of each kind."""
    with template.fresh() as url:
        yield url


@pytest.fixture
def app(database: str, sites: databases.Sites) -> Iterator[Flask]:
    """The site on a fresh database, with jobs run on the spot."""
    with sites.at(database) as app:
        yield app


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The app's database session, inside an app context."""
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def mo(session: Session) -> Account:
    """Mo, who moderates."""
    return make_account(session, "mo", role=Role.MODERATOR)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """A register in a folder of its own, described and ready to publish files."""
    return Register(tmp_path)
