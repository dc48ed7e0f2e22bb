"""What was seen, for moderators: text with the row marked that counts, the file in a sandbox, nothing for others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.evidence.capture_text import AROUND, BEFORE, CaptureText, marked_text
from directory.listings import listings
from directory.models.credential import CredentialCheck, Evidence
from directory.models.listing import Listing
from directory.models.registry import PublishedRecord, RecordMatch
from directory.registries import storage
from directory.rules.vocabulary import Role
from tests import page_files
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing
from tests.mhtml_files import chrome
from tests.registry_files import Register, read_file, row
from tests.views.people import Visitor, signed_in

NASTY = "<script>alert(1)</script>"
PAGE = """<!doctype html><html><head><style>.x { color: red }</style></head><body><p>Results 1 to 2</p><table>
<tr><th>Name</th><th>Number</th><th>Standing</th></tr>
<tr><td>Okonkwo, Benedikt</td><td>AC 10002</td><td>Active</td></tr>
<tr><td>Vasquez-Thorne, Ottoline</td><td>AC 10001</td><td>Suspended</td></tr></table>
<script>var n = "AC 10001 Suspended Vasquez-Thorne, Ottoline"</script></body></html>"""
LABELS = """<!doctype html><html><body><dl><dt>Name</dt><dd>Vasquez-Thorne, Ottoline</dd><dt>Number</dt>
<dd>AC 10001</dd><dt>Standing</dt><dd>Suspended</dd><dt>Fee</dt><dd>paid</dd></dl></body></html>"""
VALUES = ("Vasquez-Thorne, Ottoline", "Suspended", "CA")


def marked(found: CaptureText) -> list[str]:
    return [line.text for line in found.lines if line.counts]


@pytest.fixture
def listing(session: Session, tmp_path: Path) -> Listing:
    """Ottoline, whose license was read from a list of 200."""
    listing = make_listing(session)
    make_credential(session, listing, number="AC 10001", number_key="10001")
    session.commit()
    others = [row(f"AC 2{at:04}", "Wilhelmina", f"Oyelaran {NASTY}") for at in range(199)]
    read_file(session, Register(tmp_path), [*others[:100], row(Status="Suspended"), *others[100:]], at=NOW)
    return listing


@pytest.fixture
def mo(app: Flask, session: Session) -> Visitor:
    return signed_in(app, make_account(session, "mo", role=Role.MODERATOR))


def evidence_of(session: Session, listing: Listing) -> Evidence:
    return session.scalars(select(Evidence).join(CredentialCheck).order_by(Evidence.id.desc())).first()  # type: ignore[return-value]


def test_a_moderator_sees_the_row_that_counts_among_its_neighbours(
    session: Session, listing: Listing, mo: Visitor
) -> None:
    evidence = evidence_of(session, listing)
    page = mo.get(f"/moderation/evidence/{evidence.id}")
    assert [mark.text for mark in page.html.select(".page-text mark")] == [
        "AC 10001,Ottoline,Vasquez-Thorne,Suspended,2027-12-31,Los Angeles,CA,90012,"
    ]
    assert len(page.one(".page-text").text.splitlines()) == BEFORE + 1 + AROUND
    assert evidence.sha256 in page.text
    assert NASTY in page.one(".page-text").text
    assert "<script>alert" not in str(page.one(".page-text"))


def test_a_flag_and_a_match_lead_to_what_was_seen(session: Session, listing: Listing, mo: Visitor) -> None:
    evidence, match = evidence_of(session, listing), session.scalars(select(RecordMatch)).first()
    record = session.scalars(select(PublishedRecord).where(PublishedRecord.number_key == "10001")).one()
    flag = next(link for link in mo.get("/moderation/").links() if "/moderation/flags/" in link)
    assert f"/moderation/evidence/{evidence.id}" in mo.get(flag).links()
    assert match is not None
    assert f"/moderation/records/{record.id}" in mo.get(f"/moderation/matches/{match.id}").links()
    page = mo.get(f"/moderation/records/{record.id}")
    assert "AC 10001" in page.one(".page-text mark").text
    assert mo.client.get(f"/moderation/records/{record.id}/file").status_code == 200


def test_the_very_file_is_never_a_page_of_ours(session: Session, listing: Listing, mo: Visitor) -> None:
    evidence = evidence_of(session, listing)
    answer = mo.client.get(f"/moderation/evidence/{evidence.id}/file")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=capture-{evidence.sha256[:16]}.bin"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]
    path = storage.captures().path_of(evidence.sha256)
    assert path is not None
    assert answer.data == path.read_bytes()


def test_captures_are_not_there_for_others(app: Flask, session: Session, listing: Listing) -> None:
    path = f"/moderation/evidence/{evidence_of(session, listing).id}"
    for who, status in ((None, 302), (make_account(session, "ben"), 404)):
        for end in ("", "/file"):
            assert signed_in(app, who).client.get(path + end).status_code == status


def test_of_somebody_who_left_nothing_is_shown(session: Session, listing: Listing, mo: Visitor) -> None:
    evidence = evidence_of(session, listing)
    listings.remove_listing(session, listing, by="operator", reason="asked", at=NOW)
    session.commit()
    for end in ("", "/file"):
        mo.get(f"/moderation/evidence/{evidence.id}{end}", status=404)


def test_a_capture_that_is_no_longer_kept_is_said_to_be_gone(session: Session, listing: Listing, mo: Visitor) -> None:
    evidence = evidence_of(session, listing)
    storage.captures().forget(evidence.sha256)
    assert "no longer kept" in mo.get(f"/moderation/evidence/{evidence.id}").text
    mo.get(f"/moderation/evidence/{evidence.id}/file", status=404)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (PAGE.encode(), ["Vasquez-Thorne, Ottoline | AC 10001 | Suspended"]),
        (chrome(PAGE), ["Vasquez-Thorne, Ottoline | AC 10001 | Suspended"]),
        (LABELS.encode(), ["Vasquez-Thorne, Ottoline", "AC 10001", "Suspended"]),
        (
            page_files.pdf("AC 10001 Vasquez-Thorne, Ottoline Suspended"),
            ["AC 10001 Vasquez-Thorne, Ottoline Suspended"],
        ),
        (
            json.dumps([{"name": "Vasquez-Thorne, Ottoline", "no": "AC 10001"}, {"no": "AC 10002"}]).encode(),
            ['  "name": "Vasquez-Thorne, Ottoline",', '  "no": "AC 10001"'],
        ),
        (
            "No;Name\nAC 10002;Müller\nAC 10001;Vasquez-Thorne, Ottoline\n".encode("cp1252"),
            ["AC 10001;Vasquez-Thorne, Ottoline"],
        ),
        (b"No;Name\nAC 10002;Okonkwo\n", []),
        (b"<html><body>" + b"<p>broken", []),
    ],
)
def test_what_counts_is_found_in_whatever_was_captured(
    app: Flask, tmp_path: Path, body: bytes, expected: list[str]
) -> None:
    file = tmp_path / "capture"
    file.write_bytes(body)
    found = marked_text(file, "AC 10001", VALUES)
    assert marked(found) == expected
    assert found.found is bool(expected)


@pytest.mark.parametrize("body", [b"PK\x03\x04rest", page_files.picture()])
def test_what_is_no_text_is_left_to_other_programs(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "capture"
    file.write_bytes(body)
    found = marked_text(file, "AC 10001", VALUES)
    assert found.why_not
    assert found.lines == ()


def test_a_moderator_sees_what_was_on_file_at_any_moment(session: Session, listing: Listing, mo: Visitor) -> None:
    path, evidence = f"/moderation/listings/{listing.slug}", evidence_of(session, listing)
    now = mo.get(path)
    assert "Found suspended (“Suspended”)" in now.text
    assert f"/moderation/evidence/{evidence.id}" in now.links()
    assert "or nothing was kept of it yet" in mo.get(f"{path}?as_of=2026-11-22T11:59:59").text
    assert "decided the line" in mo.get(f"{path}?as_of=2026-11-22T12:00:00").text
    assert "is no day and time" in mo.get(f"{path}?as_of=soon").text
    mo.get("/moderation/listings/nobody", status=404)
    assert path in mo.get(next(link for link in mo.get("/moderation/").links() if "/flags/" in link)).links()
