"""A moderator's desk for checks by hand: pages to upload, and what is said of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.credential import Credential, CredentialCheck
from directory.models.page_check import PageCheck
from tests.views.people import Visitor, fill

RESULTS = (Path(__file__).parents[2] / "registries/us_ca/recording/results.html").read_text(encoding="utf-8")
DCA = "https://search.dca.ca.gov/results"
NM = "https://nmrldlpi.my.site.com/bcd/s/public-search-license-division"
EARLIER, NOON = "2026-11-22T10:15", "2026-11-22T11:15"
WHOLE_PAGE = "<!doctype html><html><head><title>Search</title></head><body><main>{}</main></body></html>"
CHECKED_FIRST = (
    "<!doctype html><html><head><title>{title}</title></head><body><main><p>{words}</p></main></body></html>"
)


def upload(browser: Visitor, credential: Credential, body: bytes, *, name: str = "page.bin", status: int = 200) -> Any:
    path = f"/moderation/credentials/{credential.id}/by-hand"
    return fill(browser, path, {"page": (BytesIO(body), name)}, status=status, content_type="multipart/form-data")


def latest_draft(session: Session) -> PageCheck:
    session.rollback()
    return session.scalars(select(PageCheck).order_by(PageCheck.id.desc())).first() or pytest.fail("no draft")


def state(browser: Visitor, check: PageCheck, *, status: int = 200, **said: Any) -> Any:
    """Fills in what the page says. Values that the page offers stay unless given."""
    path = f"/moderation/page-checks/{check.id}"
    page = browser.get(path)
    form = page.html.select_one(f"form[action='{path}']")
    assert form is not None, page.text
    fields: dict[str, Any] = {}
    for tag in form.select("input[name]"):
        if tag.get("type") in ("radio", "checkbox") and not tag.has_attr("checked"):
            continue
        fields[str(tag["name"])] = str(tag.get("value", ""))
    fields |= {str(tag["name"]): tag.get_text().strip() for tag in form.select("textarea")}
    fields |= {
        str(tag["name"]): str(chosen["value"])
        for tag in form.select("select")
        if (chosen := tag.select_one("option[selected]") or tag.select_one("option"))
    }
    return browser.post(path, {**fields, **said}, status=status)


def checks(session: Session) -> list[CredentialCheck]:
    session.rollback()
    return list(session.scalars(select(CredentialCheck).order_by(CredentialCheck.id)))


def kept_files(folder: str) -> list[Path]:
    root = Path(current_app.config["STORAGE_URL"]) / folder
    return [path for path in root.rglob("*") if path.is_file() and path.suffix != ".json"]


TYPED = {
    "found": "shown",
    "number": "1234",
    "name": "Wren Holloway",
    "standing_raw": "Active",
    "standing": "active",
    "expires_on": "2027-07-31",
    "retrieved_at": NOON,
}
