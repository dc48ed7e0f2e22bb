"""A folder of boards, and a site that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from directory import create_app
from directory.extensions import db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "registries").mkdir()
    return tmp_path / "registries"


@pytest.fixture
def session(database: str, folder: Path, tmp_path: Path) -> Iterator[Session]:
    """A session of a site that knows the boards of `folder`."""
    environ = {"ENV": "test", "DATABASE_URL": database, "SECRET_KEY": "t" * 40, "REGISTRIES_PATH": str(folder)}
    with create_app(environ | {"REHEARSAL": "1"}, instance=tmp_path / "instance").app_context():
        yield db.session()
        db.session.remove()
        db.engine.dispose()
