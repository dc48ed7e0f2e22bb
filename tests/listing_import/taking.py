"""Lists as files, and what is on record after they were taken in."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from directory.listings.listing_import import ImportReport, import_listings
from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.listing import Listing, Location, SearchEntry
from tests.conftest import NOW

FULL = {
    "name": "Ottoline Vasquez-Thorne, L.Ac.",
    "license_number": "AC 10001",
    "license_jurisdiction": "CA",
    "certification_number": "109876",
    "practice_name": "Quiet Needle",
    "street": "12 Harbor Lane",
    "city": "Los Angeles",
    "region": "California",
    "postal_code": "90012",
    "country": "USA",
    "phone": "(213) 555-0142",
    "email": "ottoline@quiet-needle.example",
    "website": "quiet-needle.example",
    "techniques": "Mei Zen; facial gua sha",
    "languages": "Spanish, Mandarin",
    "price_session": "$120.50",
    "sessions": "10",
    "insurance_expires_on": "2027-03-31",
    "training": "Mei Zen, 60 hours; Facial cupping 12h",
    "external_id": "m-1",
}


def csv_of(*rows: dict[str, str], delimiter: str = ",", **options: Any) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    body = io.StringIO()
    writer = csv.DictWriter(body, columns, restval="", delimiter=delimiter, **options)
    writer.writeheader()
    writer.writerows(rows)
    return body.getvalue()


def take(session: Session, content: str | bytes, *, days: int = 0) -> ImportReport:
    body = content.encode() if isinstance(content, str) else content
    at = NOW + timedelta(days=days)
    return import_listings(session, io.BytesIO(body), at=at, commit=session.commit, progress=lambda _: None)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.rejected)


def everything(session: Session) -> list[list[tuple[Any, ...]]]:
    tables = (Listing, Location, Credential, SearchEntry, Flag)
    return [[tuple(row) for row in session.execute(select(*model.__table__.c).order_by(text("1")))] for model in tables]
