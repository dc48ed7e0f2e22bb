"""A browser for tests that looks at each page it is given: every `get` and `post` also audits what came back.

What may be checked without drawing the page is checked here; contrast, size and overflow are `tests/pages`' business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from lxml.html import HTMLParser, document_fromstring, tostring
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from directory.rules.wording import BANNED_WORDS, WORDS_THAT_NEED_A_SOURCE

NOT_PUBLIC = ("/account", "/moderation", "/parts")
WITH_FORMS = re.compile(r"/notices/|/claim/|/practitioners/[^/]+/(report|remove)")
BANNED = re.compile(rf"\b({'|'.join((*BANNED_WORDS, *WORDS_THAT_NEED_A_SOURCE))})\b", re.IGNORECASE)
UNSEEN = "ancestor::script or ancestor::style or ancestor::template"
QUOTED = "ancestor::blockquote or ancestor::q or ancestor::*[@data-words-of]"
"""Words of a source or of a practitioner stand as they were written; the pages mark them."""


class Page:
    """An answer, and its markup: `html` for tests to choose from, `tree` for the audit, which it makes much quicker."""

    def __init__(self, path: str, response: TestResponse) -> None:
        self.path = path
        self.response = response
        self.status = response.status_code

    @cached_property
    def html(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.get_data(as_text=True), "lxml")

    @cached_property
    def tree(self) -> Any:
        return document_fromstring(self.response.get_data(), parser=HTMLParser(encoding="utf-8"))

    @property
    def text(self) -> str:
        """The words a reader sees, with single spaces."""
        return " ".join(self.html.get_text(" ").replace("\N{NO-BREAK SPACE}", " ").split())

    def one(self, selector: str) -> Tag:
        """The only element that fits. Fails with the number found otherwise."""
        found = self.html.select(selector)
        assert len(found) == 1, f"{self.path}: {len(found)} of {selector}"
        return found[0]

    def links(self) -> list[str]:
        return [str(link["href"]) for link in self.html.select("a[href]")]


class Browser:
    """A visitor with a memory for cookies. Pages it is not meant to see cleanly are asked for with their `status`."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str, *, status: int = 200, **options: Any) -> Page:
        """The page at `path`, audited; redirects are followed. Fails when its status is another."""
        return self._seen(self.client.get(path, follow_redirects=True, **options), path, status)

    def post(self, path: str, fields: dict[str, Any], *, status: int = 200, **options: Any) -> Page:
        """Sends a form and gives the page that follows, audited. Fails when its status is another."""
        return self._seen(self.client.post(path, data=fields, follow_redirects=True, **options), path, status)

    def _seen(self, response: TestResponse, path: str, status: int) -> Page:
        at = response.request.full_path.rstrip("?") if response.history else path
        page = Page(at, response)
        assert page.status == status, f"{path}: {page.status}, expected {status}\n{page.text[:2000]}"
        if response.mimetype == "text/html":
            audit(page)
        return page


def audit(page: Page) -> None:
    """Fails naming the first thing on the page that no page may have."""
    for check in (_frame, _identifiers, _controls, _nothing_inline, _nothing_foreign, _headers, _public_words):
        check(page)


def _frame(page: Page) -> None:
    root = page.tree
    assert root.get("lang"), f"{page.path}: no language"
    for wanted in ("/html/head/title", "//h1", "//main"):
        found = root.xpath(wanted)
        assert len(found) == 1 and _words(found[0]), f"{page.path}: {len(found)} of {wanted}, or it is empty"
    skips = root.xpath("//a[contains(concat(' ', @class, ' '), ' skip ')]/@href")
    assert skips == ["#content"], f"{page.path}: no way to skip to the content"
    descriptions = root.xpath("//meta[@name='description']/@content")
    assert len(descriptions) == 1 and descriptions[0], f"{page.path}: no description"


def _identifiers(page: Page) -> None:
    ids = Counter(page.tree.xpath("//@id"))
    assert not [name for name, times in ids.items() if times > 1], f"{page.path}: ids used twice: {ids.most_common(3)}"
    for names in page.tree.xpath("//@aria-describedby | //@aria-labelledby | //@for"):
        for name in names.split():
            assert name in ids, f"{page.path}: {names.attrname} names {name}, which is not there"
    regions = page.tree.xpath("//*[@role='region']/@aria-label")
    assert len(regions) == len(set(regions)), f"{page.path}: regions of one name: {regions}"
    for link in page.tree.xpath("//a/@href | //use/@href"):
        assert not link.startswith("#") or link[1:] in ids, f"{page.path}: {link} leads nowhere"


def _controls(page: Page) -> None:
    labeled = set(page.tree.xpath("//label/@for"))
    for control in page.tree.xpath("//input[not(@type='hidden' or @type='submit')] | //select | //textarea"):
        named = control.get("id") in labeled or control.get("aria-label") or control.xpath("ancestor::label")
        assert named, f"{page.path}: no label for {tostring(control)}"
    for form in page.tree.xpath("//form"):
        if form.get("method", "get").lower() == "post":
            assert form.xpath(".//input[@name='csrf_token'][@value]"), f"{page.path}: a form without a token"
    for button in page.tree.xpath("//button | //a[@href]"):
        assert _words(button) or button.get("aria-label"), f"{page.path}: nothing to read on {tostring(button)}"


def _nothing_inline(page: Page) -> None:
    inline = page.tree.xpath("//*[@style] | //style | //script[not(@src)]")
    assert not inline, f"{page.path}: inline style or script"
    handlers = page.tree.xpath("//@*[starts-with(name(), 'on')]")
    assert not handlers, f"{page.path}: handlers in the markup: {handlers}"


def _nothing_foreign(page: Page) -> None:
    loaded = "//link[not(@rel='canonical')]/@href | //*[self::script or self::img or self::source or self::iframe]/@src"
    for address in page.tree.xpath(loaded):
        assert not urlsplit(address).netloc, f"{page.path}: asks a third party for {address}"
    for link in page.tree.xpath("//a/@href"):
        scheme = urlsplit(link).scheme
        assert scheme in {"", "http", "https", "mailto", "tel"}, f"{page.path}: a link by {scheme}"


def _words(tag: Any) -> str:
    return str(tag.text_content()).strip()


def _headers(page: Page) -> None:
    headers = page.response.headers
    assert "unsafe" not in headers["Content-Security-Policy"], f"{page.path}: a weak policy"
    assert headers["X-Content-Type-Options"] == "nosniff" and "charset" in headers["Content-Type"], page.path
    if is_public(page.path) and not WITH_FORMS.search(page.path) and page.response.request.method == "GET":
        assert "Set-Cookie" not in headers, f"{page.path}: sets a cookie on a visitor"


def _public_words(page: Page) -> None:
    if is_public(page.path):
        seen = f"//text()[not({UNSEEN} or {QUOTED})] | //comment() | //meta[@name='description']/@content"
        found = BANNED.search(" ".join(str(getattr(words, "text", words)) for words in page.tree.xpath(seen)))
        assert not found, f"{page.path}: says “{found[0]}”"  # type: ignore[index]


def is_public(path: str) -> bool:
    return not path.startswith(NOT_PUBLIC)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements run inside, for holding a page to its number."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(("BEGIN", "PRAGMA", "SELECT 1")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
