"""Two processes that list the same people at the same time make each listing once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from directory.extensions import db
from directory.listings.publishing import publish_from_records
from directory.models.credential import Credential
from directory.models.listing import Listing, Location
from tests.conftest import NOW
from tests.evidence_makers import holder_of, make_record


def test_two_at_once_make_each_listing_once_and_every_address_is_one_persons(app: Flask, tmp_path: Path) -> None:
    same = [make_record(str(number), holder=holder_of("ADA", "PENROSE")) for number in range(30)]
    together = Barrier(2)

    def publish(offset: int) -> list[int]:
        with app.app_context():
            together.wait(timeout=20)
            made = publish_from_records(db.session(), same[offset:] + same[:offset], run_id=None, at=NOW)
            db.session.commit()
            return sorted(each.id for each in made if each)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(publish, (0, 15))
    assert one == other
    with app.app_context():
        counts = [
            db.session.scalar(select(func.count()).select_from(model)) for model in (Listing, Location, Credential)
        ]
        assert counts == [30, 30, 30]
