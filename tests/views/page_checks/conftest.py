"""Mo at the desk, and licenses to look at."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory.models.account import Account
from directory.models.credential import Credential
from tests.makers import make_credential, make_listing
from tests.views.people import Visitor, signed_in


@pytest.fixture
def browser(app: Flask, mo: Account) -> Visitor:
    return signed_in(app, mo)


@pytest.fixture
def hers(session: Session) -> Credential:
    """Wren's California license."""
    listing = make_listing(session, slug="wren", given="Wren", family="Holloway", family_key="holloway")
    return make_credential(session, listing, number="AC 99101", number_key="99101")


@pytest.fixture
def in_new_mexico(session: Session) -> Credential:
    """A license that no program can look up."""
    listing = make_listing(session, slug="nm", given="Wren", family="Holloway", family_key="holloway")
    return make_credential(session, listing, jurisdiction="US-NM", number="1234", number_key="1234")
