"""Somebody who states a license."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from directory.models.listing import Listing
from tests.makers import make_credential, make_listing


@pytest.fixture
def listing(session: Session) -> Listing:
    """Ottoline Vasquez-Thorne, who states license AC 10001."""
    listing = make_listing(session)
    make_credential(session, listing, number="AC 10001", number_key="10001")
    session.commit()
    return listing
