"""A page saved as one file (MHTML): its main document, the address it was saved from, and when.

Chrome and Edge write such files by themselves ("Webpage, Single File"), Firefox through add-ons, Internet Explorer
once did. Frames and pictures inside are never looked at. Source: RFC 2557; files as those browsers write them.
"""

from __future__ import annotations

import email
import email.errors
import email.utils
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

from scrapers.decoding import claims_about, decoded
from scrapers.errors import SourceChanged

ENDINGS = (".mhtml", ".mht")
_HEADERS = 16 * 1024
_MOST_PARTS = 2000
_MOST = {b"\n": 500_000, b"\n--": 8_000, b"boundary": 100}  # what a parser of mail takes too long for
_CUT_OFF = (email.errors.CloseBoundaryNotFoundDefect, email.errors.StartBoundaryNotFoundDefect)


@dataclass(frozen=True, slots=True)
class Archive:
    """The main document of a saved page, as bytes. `charset` and `saved_from` are "" where the file doesn't say."""

    html: bytes
    charset: str
    saved_from: str
    saved_at: datetime | None  # UTC; as the browser's clock had it


def is_mhtml(head: bytes) -> bool:
    """Whether a file begins with the headers of a saved page, and not with markup."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:_HEADERS].replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
    if start.startswith(b"<"):
        return False
    return b"mime-version:" in start and (b"multipart/related" in start or b"content-type: text/html" in start)


def archive_in(path: Path) -> Archive | None:
    """The archive in a file; None where it holds something else. Raises SourceChanged for a damaged one."""
    with path.open("rb") as file:
        head = file.read(_HEADERS)
        return read_mhtml(head + file.read()) if is_mhtml(head) else None


def read_mhtml(body: bytes) -> Archive:
    """The main document of an MHTML file. Raises SourceChanged when it is cut off or holds no page."""
    if b"\n\n" not in body[:_HEADERS].replace(b"\r\n", b"\n"):
        raise SourceChanged("its headers have no end", expected="a page, saved by a browser as one file")
    if any(body.count(mark) > most for mark, most in _MOST.items()):
        raise SourceChanged("it is made of too many lines or parts", expected="a page, saved by a browser as one file")
    # compat32 leaves headers as they stand: the newer policy parses each of them, and strangers wrote these.
    whole = email.message_from_bytes(body.removeprefix(b"\xef\xbb\xbf").lstrip())
    if any(isinstance(defect, _CUT_OFF) for defect in whole.defects):
        raise SourceChanged("its end is missing", expected="a whole page, saved by a browser as one file")
    main = _main_part(whole)
    html = main.get_payload(decode=True)
    if not isinstance(html, bytes) or not html.strip():
        raise SourceChanged("the page inside is empty", expected="a page, saved by a browser as one file")
    stated = main.get_content_charset("")
    return Archive(html, stated, _saved_from(whole, main), _moment(str(whole.get("Date") or "")))


def as_page(body: bytes) -> bytes:
    """The page inside, as UTF-8, where this is an MHTML file; any other body as it is. Raises SourceChanged for a
    damaged one, ValueError where its text cannot be read."""
    if not is_mhtml(body):
        return body
    archive = read_mhtml(body)
    media_type = f"charset={archive.charset}" if archive.charset else ""
    return decoded(archive.html, claims_about(archive.html, media_type=media_type))[0].encode()


def _main_part(whole: Message) -> Message:
    """The part that `start` names, else the first page: browsers write frames after it."""
    if whole.get_content_type() == "text/html":
        return whole
    parts = []
    for number, part in enumerate(whole.walk()):
        if number > _MOST_PARTS:
            raise SourceChanged(f"it has more than {_MOST_PARTS} parts", expected="a page, saved by a browser")
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            parts.append(part)
    if not parts:
        raise SourceChanged("there is no page inside", expected="a page, saved by a browser as one file")
    start = str(whole.get_param("start") or "").strip()
    return next((part for part in parts if start and str(part.get("Content-ID", "")).strip() == start), parts[0])


def _saved_from(whole: Message, main: Message) -> str:
    """The address of the main document. The inner one is its own; Chrome repeats it outside."""
    found = main.get("Content-Location") or whole.get("Snapshot-Content-Location") or whole.get("Content-Location")
    address = "".join(str(found or "").split())  # long addresses are folded over lines
    return address if address.lower().startswith(("http://", "https://")) else ""


def _moment(text: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None and text.rstrip().endswith("-0000"):  # so Chrome writes UTC
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC) if moment.tzinfo is not None else None
