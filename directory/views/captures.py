"""What was seen, for moderators: a capture as escaped text with the row marked that counts, and the very file.

A stranger's file is never a page of ours: it leaves as an attachment, in a sandbox, with a name we gave it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, send_file, url_for
from sqlalchemy import select

from directory.evidence.capture_text import CaptureText, marked_text, published_values
from directory.extensions import db
from directory.models.account import Account
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.listing import Listing
from directory.models.registry import PublishedRecord
from directory.registries import storage
from directory.views.access import moderators_only
from directory.views.formats import registry
from directory.views.loading import ID, row
from directory.views.page_checks import ALONE
from scrapers.record import RegistryRecord

bp = Blueprint("captures", __name__, url_prefix="/moderation")


@bp.get(f"/evidence/<{ID}:evidence_id>")
@moderators_only
def evidence(evidence_id: int) -> str:
    """The evidence of a check, its record as published, and where that stands in what was read."""
    found, credential = _in_use(evidence_id)
    record = db.session.get(PublishedRecord, found.record_id) if found.record_id is not None else None
    return _page(
        record,
        sha256=found.sha256,
        number=credential.number,
        listing=db.session.get_one(Listing, credential.listing_id),
        credential=credential,
        source=found.source_title,
        url=found.url,
        retrieved_at=found.retrieved_at,
        as_of=found.as_of,
        method=found.method.value,
        grade=found.grade.value,
        checker=db.session.get(Account, found.checker_id) if found.checker_id else None,
        file=url_for("captures.file", evidence_id=found.id),
    )


@bp.get(f"/records/<{ID}:record_id>")
@moderators_only
def record(record_id: int) -> str:
    """A record as published, and where it stands in what was read."""
    found = row(PublishedRecord, record_id)
    seen = RegistryRecord.from_json(found.record).evidence
    return _page(
        found,
        sha256=seen.sha256,
        source=registry(found.registry_id),
        url=seen.url,
        retrieved_at=seen.retrieved_at,
        as_of=seen.as_of,
        method=seen.method.value,
        file=url_for("captures.record_file", record_id=record_id),
    )


@bp.get(f"/evidence/<{ID}:evidence_id>/file")
@moderators_only
def file(evidence_id: int) -> Response:
    """The very bytes, to be kept by a moderator and never to be drawn by a browser here."""
    return _file(_in_use(evidence_id)[0].sha256)


@bp.get(f"/records/<{ID}:record_id>/file")
@moderators_only
def record_file(record_id: int) -> Response:
    """The same of what a record was read from."""
    return _file(row(PublishedRecord, record_id).record["evidence"]["sha256"])


def _page(found: PublishedRecord | None, *, sha256: str, number: str = "", **shown: Any) -> str:
    values: tuple[str, ...] = ()
    if found is not None:
        number, values = published_values(found.record)
    path = storage.captures().path_of(sha256) if sha256 else None
    return render_template(
        "moderators/capture.html",
        sha256=sha256,
        published=dict(found.record["as_published"]) if found else {},
        number=number,
        text=marked_text(path, number, values) if path else CaptureText(),
        size=path.stat().st_size if path else None,
        **shown,
    )


def _file(sha256: str) -> Response:
    path = storage.captures().path_of(sha256) if sha256 else None
    if path is None:
        abort(404)
    name = f"capture-{sha256[:16]}.bin"
    answer = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=name, max_age=0)
    answer.headers.update(ALONE)
    return answer


def _in_use(evidence_id: int) -> tuple[Evidence, Credential]:
    """The evidence and the credential it is about. Of somebody who left nothing is shown: 404."""
    found = row(Evidence, evidence_id)
    query = (
        select(Credential)
        .join(CredentialCheck, CredentialCheck.credential_id == Credential.id)
        .where(CredentialCheck.evidence_id == evidence_id)
        .order_by(CredentialCheck.id.desc())
    )
    credential = db.session.scalars(query.limit(1)).first()
    if credential is None:
        abort(404)
    return found, credential
