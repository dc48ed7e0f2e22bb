"""Ways to spoil an answer as a whole, whatever stands in it: cut off, replaced by another page, written differently."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.registries.tampering import APOLOGY, CHALLENGE, shape_of

Change = Callable[[bytes], bytes]

PLAIN = b"<!DOCTYPE html><html><head><title>%s</title></head><body>%s</body></html>"
LOGIN = PLAIN % (
    b"Sign in",
    b'<h1>Sign in</h1><form method="post"><input name="user"><input type="password" name="password"></form>',
)
RECAPTCHA = PLAIN % (b"One moment", b'<form><div class="g-recaptcha" data-sitekey="x"></div></form>')
MAINTENANCE = PLAIN % (b"Maintenance", b"<h1>The system is down for scheduled maintenance</h1>")
NEW_SITE = PLAIN % (
    b"License search",
    b'<main id="root"><h1>Our new search</h1><ul><li class="card"><h3>Wren Holloway</h3><p>Active</p></li></ul></main>',
)
NOBODY_ELSEWHERE = PLAIN % (b"Results", b"<h1>Search results</h1><p>0 results. Nothing matches your search.</p>")
WHOLLY_OTHER: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \r\n\r\n",
    "apology": APOLOGY,
    "challenge": CHALLENGE,
    "captcha": RECAPTCHA,
    "login page": LOGIN,
    "maintenance page": MAINTENANCE,
    "new site": NEW_SITE,
    "nobody, in words of another site": NOBODY_ELSEWHERE,
    "JSON error": b'{"error": true, "message": "Internal error", "code": 500}',
    "empty JSON object": b"{}",
    "empty JSON list": b"[]",
    "null": b"null",
    "NaN": b"NaN",
    "plain words": b"Service temporarily unavailable\n",
    "an icon": b"\x00\x00\x01\x00\x01\x00\x10\x10" + bytes(300),
}


def cut(share: float) -> Change:
    return lambda body: body[: int(len(body) * share)]


def cut_at_a_line(body: bytes) -> bytes:
    """Without what follows a line break in the middle."""
    at = body.find(b"\n", len(body) // 2)
    return body[: at + 1] if at >= 0 else body


def cut_at_a_tag(body: bytes) -> bytes:
    """Without what follows an end tag in the middle."""
    tag = re.compile(rb"</(tr|li|div|td|dd)>").search(body, len(body) // 2)
    return body[: tag.end()] if shape_of(body) == "html" and tag else body


def without_the_last_letter(body: bytes) -> bytes:
    return body.rstrip()[:-1]


def re_templated(body: bytes) -> bytes:
    """Each class and id has another name, as after a new build of the site."""
    if shape_of(body) != "html":
        return body
    return re.sub(rb'\b(class|id)="([^"]+)"', rb'\1="x-\2"', re.sub(rb"\b(class|id)='([^']+)'", rb'\1="\2"', body))


def lists_for_tables(body: bytes) -> bytes:
    """Tables and definition lists become plain elements."""
    if shape_of(body) != "html":
        return body
    return re.sub(rb"<(/?)(table|thead|tbody|tr|td|th|dl|dt|dd)\b", rb"<\1div", body)


def read_as_latin(body: bytes) -> bytes:
    """UTF-8 taken for Latin-1 and written again, twice over: names become mojibake."""
    if shape_of(body) == "packed" or body.isascii():
        return body
    return body.decode("utf-8", "replace").encode().decode("latin-1").encode()


def in_utf_16(body: bytes) -> bytes:
    """The same letters in UTF-16 with its mark: no harm, if it is read."""
    return body if shape_of(body) == "packed" else body.decode("utf-8-sig", "replace").encode("utf-16")


def with_nul(body: bytes) -> bytes:
    """A NUL after each tenth of it."""
    step = max(len(body) // 10, 1)
    return body if shape_of(body) == "packed" else b"\0".join(body[at : at + step] for at in range(0, len(body), step))


def twice_over(body: bytes) -> bytes:
    """The whole answer stands there twice."""
    return body + body


def comment_left_open(body: bytes) -> bytes:
    """A comment begins behind the first half and never ends."""
    found = re.compile(rb"<(tr|li|div|dd)\b").search(body, len(body) // 2) if shape_of(body) == "html" else None
    return body[: found.start()] + b"<!-- " + body[found.start() :] if found else body


DAMAGES: dict[str, Change] = {
    "cut at a quarter": cut(0.25),
    "cut at a half": cut(0.5),
    "cut at three quarters": cut(0.75),
    "cut at nine tenths": cut(0.9),
    "cut at a tag": cut_at_a_tag,
    "cut at a line": cut_at_a_line,
    "last letter lost": without_the_last_letter,
    "classes and ids renamed": re_templated,
    "tables become plain elements": lists_for_tables,
    "mojibake": read_as_latin,
    "UTF-16": in_utf_16,
    "NULs": with_nul,
    "twice over": twice_over,
    "a comment left open": comment_left_open,
}
