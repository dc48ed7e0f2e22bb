"""A browser for tests that looks at each page it is given: every `get` and `post` also audits what came back.

What may be checked without drawing the page is checked here; contrast, size and overflow are `tests/pages`' business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from directory.rules.wording import BANNED_WORDS, WORDS_THAT_NEED_A_SOURCE

NOT_PUBLIC = ("/account", "/moderation", "/parts")
WITH_FORMS = re.compile(r"/notices/|/claim/|/practitioners/[^/]+/(report|remove)")
BANNED = re.compile(rf"\b({'|'.join((*BANNED_WORDS, *WORDS_THAT_NEED_A_SOURCE))})\b", re.IGNORECASE)
UNSEEN = ("script", "style", "template")
QUOTED = "blockquote, q, [data-words-of]"
"""Words of a source or of a practitioner stand as they were written; the pages mark them."""


class Page:
    """An answer, and its markup."""

    def __init__(self, path: str, response: TestResponse) -> None:
        self.path = path
        self.response = response
        self.status = response.status_code
        self.html = BeautifulSoup(response.get_data(as_text=True), "lxml")

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
    assert page.one("html").get("lang"), f"{page.path}: no language"
    assert page.one("head > title").get_text(strip=True), f"{page.path}: no title"
    assert page.one("h1").get_text(strip=True), f"{page.path}: an empty h1"
    assert page.one("main") and page.one("a.skip")["href"] == "#content", f"{page.path}: no way to skip to the content"
    assert page.one("meta[name=description]")["content"], f"{page.path}: no description"


def _identifiers(page: Page) -> None:
    ids = Counter(tag["id"] for tag in page.html.select("[id]"))
    assert not [name for name, times in ids.items() if times > 1], f"{page.path}: ids used twice: {ids.most_common(3)}"
    for attribute in ("aria-describedby", "aria-labelledby", "for"):
        for tag in page.html.select(f"[{attribute}]"):
            for name in str(tag[attribute]).split():
                assert name in ids, f"{page.path}: {attribute} names {name}, which is not there"
    regions = [tag["aria-label"] for tag in page.html.select("[role=region][aria-label]")]
    assert len(regions) == len(set(regions)), f"{page.path}: regions of one name: {regions}"
    for link in page.html.select('a[href^="#"], use[href^="#"]'):
        assert str(link["href"])[1:] in ids, f"{page.path}: {link['href']} leads nowhere"


def _controls(page: Page) -> None:
    labeled = {label["for"] for label in page.html.select("label[for]")}
    for control in page.html.select("input:not([type=hidden]), select, textarea"):
        named = control.get("id") in labeled or control.get("aria-label") or control.find_parent("label")
        assert named or control.get("type") == "submit", f"{page.path}: no label for {control}"
    for form in page.html.select("form"):
        if str(form.get("method", "get")).lower() == "post":
            assert form.select_one("input[name=csrf_token][value]"), f"{page.path}: a form without a token"
    for button in page.html.select("button, a[href]"):
        words = button.get_text(strip=True) or button.get("aria-label")
        assert words, f"{page.path}: nothing to read on {button}"


def _nothing_inline(page: Page) -> None:
    assert not page.html.select("[style], style, script:not([src])"), f"{page.path}: inline style or script"
    handlers = [name for tag in page.html.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert not handlers, f"{page.path}: handlers in the markup: {handlers}"


def _nothing_foreign(page: Page) -> None:
    for tag in page.html.select("link[href]:not([rel=canonical]), script[src], img[src], source[src], iframe[src]"):
        address = str(tag.get("href") or tag.get("src"))
        assert not urlsplit(address).netloc, f"{page.path}: asks a third party for {address}"
    for link in page.html.select("a[href]"):
        scheme = urlsplit(str(link["href"])).scheme
        assert scheme in {"", "http", "https", "mailto", "tel"}, f"{page.path}: a link by {scheme}"


def _headers(page: Page) -> None:
    headers = page.response.headers
    assert "unsafe" not in headers["Content-Security-Policy"], f"{page.path}: a weak policy"
    assert headers["X-Content-Type-Options"] == "nosniff" and "charset" in headers["Content-Type"], page.path
    if is_public(page.path) and not WITH_FORMS.search(page.path) and page.response.request.method == "GET":
        assert "Set-Cookie" not in headers, f"{page.path}: sets a cookie on a visitor"


def _public_words(page: Page) -> None:
    if is_public(page.path):
        found = BANNED.search(" ".join(words for words in _words_seen(page)))
        assert not found, f"{page.path}: says “{found[0]}”"  # type: ignore[index]


def _words_seen(page: Page) -> Iterator[str]:
    quoted = {id(tag) for tag in page.html.select(QUOTED)}
    for text in page.html.find_all(string=True):
        around = list(text.parents)
        if around[0].name not in UNSEEN and not any(id(tag) in quoted for tag in around):
            yield str(text)
    yield from (str(tag["content"]) for tag in page.html.select("meta[name=description]"))


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
