"""How many rows there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models.listing import Listing


def rows(session: Session, model: Any = Listing) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0
