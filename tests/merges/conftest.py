"""Who decides about merges beside Mo."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.rules.vocabulary import (
    Role,
)
from tests.makers import make_account


@pytest.fixture
def max_(session: Session) -> Account:
    return make_account(session, "max", role=Role.MODERATOR)
