"""The file of a dispute as files: a page to print, what was shown, captures, and a manifest with the hash of each.

The same listing at the same moment gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from flask import current_app, render_template
from sqlalchemy.orm import Session

from directory.evidence.dispute import Dispute, gather
from directory.listings.listing_versions import law_table
from directory.rules.vocabulary import ListingState
from directory.views.past_pages import evidence_now, evidence_then, listing_now, listing_then

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the time of every file in an archive, so that it is the same one each time
_DOCUMENT = '<!doctype html>\n<html lang="en-US">\n<meta charset="utf-8">\n<title>{}</title>\n{}\n</html>\n'

Files = Mapping[str, bytes]


def dispute_files(
    session: Session, slug: str, *, now: datetime, as_of: datetime | None, states: Sequence[ListingState]
) -> Files | None:
    """The content of each file by its path; None where there was no such listing."""
    found = gather(session, slug, now=now, as_of=as_of, states=states)
    if found is None:
        return None
    files = {"index.html": _index(found).encode(), **_shown(slug, now, as_of)}
    files |= {each.path: each.body for each in found.kept if each.path}
    files["manifest.json"] = _manifest(found, files)
    return dict(sorted(files.items()))


def write_dispute(files: Files, out: Path) -> None:
    """Writes them to a new folder, or to a new archive where `out` ends in .zip."""
    if out.suffix != ".zip":
        for name, body in files.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        return
    with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)


def _index(found: Dispute) -> str:
    with current_app.test_request_context("/"):
        return render_template("exports/dispute.html", dispute=found, page=found.explanation.page)


def _shown(slug: str, now: datetime, as_of: datetime | None) -> dict[str, bytes]:
    """The main content of both public pages, as everybody saw it."""
    listing = listing_then(slug, as_of) if as_of else listing_now(slug, now)
    evidence = evidence_then(slug, as_of) if as_of else evidence_now(slug, now)
    pages = {"shown/listing.html": listing, "shown/evidence.html": evidence}
    return {name: _DOCUMENT.format("As it was shown", html).encode() for name, html in pages.items() if html}


def _manifest(found: Dispute, files: Files) -> bytes:
    page = found.explanation.page
    manifest = {
        "listing": page.listing_id,
        "slug": page.slug,
        "moment": found.moment.isoformat(),
        "shown_since": page.since.isoformat() if page.since else None,
        "law_table": law_table(),
        "law_table_changed_since": page.law_changed,
        "files": [
            {"path": name, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            for name, body in sorted(files.items())
        ],
        "captures": [
            {"sha256": each.sha256, "path": each.path, "whole": each.whole, "left_out": each.why_not}
            for each in found.kept
        ],
    }
    return (json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
