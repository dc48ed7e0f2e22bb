"""What a moderator saved at a registry and uploaded: its kind by content, its text, and where and when it was saved.

Nothing of it is ever run or drawn as it came: text is shown as text, pictures are written anew. What cannot be evidence
is refused with the reason. Sources: trust, "Uploads"; scrapers.walls.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from directory.rules.vocabulary import PageKind
from scrapers.by_hand import ByHand
from scrapers.decoding import decode_page
from scrapers.errors import SourceChanged
from scrapers.markup import Markup
from scrapers.mhtml import is_mhtml, read_mhtml
from scrapers.spec import RegistrySpec
from scrapers.walls import wall_in_bytes

MOST_BYTES = 10 * 1024 * 1024
MOST_MARKUP, MOST_TAGS, MOST_DEPTH = 3_000_000, 30_000, 400  # of a page: more takes a parser too long
LEAST_TEXT = 40  # letters: less is no page about anybody
MOST_ON_A_WALL = 600  # letters: with more, a captcha in the markup may only guard the form beside the results
MOST_SHOWN = 60_000  # letters of a page's text
_CHILD = Path(__file__).with_name("open_in_child.py")
_SECONDS = 30
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]+)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_NEED_NO_END = frozenset(
    (
        *("area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "optgroup"),
        *("option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr"),
        *("path", "circle", "rect", "line", "polygon"),
    )
)
_ADDRESSES = (("link[rel=canonical][href]", "href"), ("base[href]", "href"), ("meta[property='og:url']", "content"))


class PageRefused(Exception):  # noqa: N818 - an answer to the moderator
    """The file cannot be evidence of this registry. The message says why, in words for a moderator."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An opened file. `text` is what a reader sees; of a picture it is "". `saved_from` is "" where nothing says it.
    `wall` is what the markup of a page shows to stand before the register, which its text may not say."""

    kind: PageKind
    text: str
    saved_from: str = ""
    saved_at: datetime | None = None
    wall: str = ""

    @property
    def is_page(self) -> bool:
        return self.kind in (PageKind.HTML, PageKind.MHTML)


def open_upload(body: bytes) -> Upload:
    """The file, opened as what its content says it is. Raises PageRefused."""
    if not body.strip():
        raise PageRefused("The file is empty.")
    if len(body) > MOST_BYTES:
        raise PageRefused("The file is larger than 10 MB. Save the page without its pictures, or as a PDF.")
    kind = kind_of(body)
    if kind in (PageKind.PNG, PageKind.JPEG):
        open_in_child("picture", body)
        return Upload(kind, "")
    if kind is PageKind.PDF:
        return Upload(kind, open_in_child("pdf", body).decode("utf-8", "replace").replace("\0", ""))
    return _page(kind, body)


def kind_of(body: bytes) -> PageKind:
    """The kind of a file by its first bytes; its name is not asked. Raises PageRefused for any other."""
    if body.startswith(b"%PDF-"):
        return PageKind.PDF
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return PageKind.PNG
    if body.startswith(b"\xff\xd8\xff"):
        return PageKind.JPEG
    if is_mhtml(body):
        return PageKind.MHTML
    start = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<") and any(mark in start for mark in (b"<html", b"<!doctype html", b"<head", b"<body")):
        return PageKind.HTML
    raise PageRefused("This is no saved page (HTML or MHTML), PDF, PNG or JPEG picture, whatever the file is called.")


def open_in_child(kind: str, body: bytes) -> bytes:
    """The text of a PDF, or a picture written anew as PNG, from a process with limits. Raises PageRefused."""
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and nothing of the upload is an argument
            [sys.executable, "-I", str(_CHILD), kind], input=body, capture_output=True, timeout=_SECONDS, env={}
        )
    except subprocess.TimeoutExpired:
        raise PageRefused("The file takes too long to open.") from None
    if done.returncode == 3:
        raise PageRefused(done.stderr.decode("utf-8", "replace").strip().splitlines()[-1])
    if done.returncode != 0:
        raise PageRefused("The file takes too much memory or time to open.")
    return done.stdout


def _page(kind: PageKind, body: bytes) -> Upload:
    saved_from, saved_at, charset = "", None, ""
    try:
        if kind is PageKind.MHTML:
            archive = read_mhtml(body)
            body, charset, saved_from, saved_at = archive.html, archive.charset, archive.saved_from, archive.saved_at
        html = decode_page(body, stated=charset)
    except SourceChanged as wrong:
        raise PageRefused(f"The saved page cannot be used: {wrong.wrong}.") from wrong
    except (ValueError, LookupError) as wrong:
        raise PageRefused(
            "The letters of the page cannot be read. Save it again as a single file (MHTML), or as a PDF."
        ) from wrong
    if len(html) > MOST_MARKUP or html.count("<") > MOST_TAGS or _depth(html) > MOST_DEPTH:
        raise PageRefused("The page is longer than any page about one person: save the one with their record.")
    if "</html>" not in html[-2000:].lower():
        raise PageRefused("The end of the page is missing: save it again when it has loaded.")
    markup = Markup(html)
    text = markup.visible_text.replace("\0", "")
    if len(text) < LEAST_TEXT:
        raise PageRefused("The page is empty: save it when its results are to be seen, as one file or as a PDF.")
    address = saved_from or _saved_from(html, markup)
    sound = host_of(address) and address.isascii() and address.isprintable()
    wall = wall_in_bytes(html.lstrip().encode()) if len(text) < MOST_ON_A_WALL else ""
    return Upload(kind, text, address if sound else "", saved_at, wall)


def _depth(html: str) -> int:
    """How deep the elements of a page may stand in each other, counted before anything parses it."""
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _NEED_NO_END:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _saved_from(html: str, markup: Markup) -> str:
    """The address that a page gives of itself: the browser's note first, then what its author wrote."""
    if note := _SAVED_FROM.search(html[:4096]):
        return note[1]
    for selector, attribute in _ADDRESSES:
        found = markup.soup.select_one(selector)
        address = str(found.get(attribute) or "").strip() if found else ""
        if address.lower().startswith(("http://", "https://")):
            return address
    return ""


def hosts_of(spec: RegistrySpec) -> frozenset[str]:
    """The hosts whose pages are the registry's own, without a leading www."""
    addresses = [spec.home, by_hand(spec).address, *spec.allowed_hosts]
    for channel in spec.channels.values():
        addresses += channel.start
        addresses += [asked.url for asked in (channel.by_number, channel.by_name) if asked and asked.url]
    return frozenset(host_of(address) for address in addresses if address)


def host_of(address: str) -> str:
    """The host of an address without a leading www, "" where it has none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def by_hand(spec: RegistrySpec) -> ByHand:
    """Where a person looks and what is written down; where a description says nothing of it, its home and the usual."""
    manual = spec.channels.get("manual")
    if manual is not None and manual.by_hand is not None:
        return manual.by_hand
    usual = ("number", "holder.name", "standing", "restrictions", "issued_on", "expires_on", "discipline")
    known = tuple(name for name in usual if name == "standing" or name in spec.columns)
    return ByHand(address=spec.home, look_at="The page of this one person, with all that it says.", write_down=known)
