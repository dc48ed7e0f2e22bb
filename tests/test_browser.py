"""The audit of pages notices what no page may have: each thing is spoiled in turn."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser import Browser

SOUND = """<!doctype html><html lang="en"><head><title>A page</title><meta name="description" content="What it is">
<link rel="canonical" href="https://elsewhere.example/"></head><body><a class="skip" href="#content">Skip</a>
<main id="content"><h1>A page</h1><p>Words.</p><blockquote>We are certified.</blockquote><!-- quiet -->
<form method="post"><input type="hidden" name="csrf_token" value="T"><label for="town">Town</label>
<input id="town" aria-describedby="hint"><p id="hint">Hint</p><button>Send</button></form>
<section role="region" aria-label="One"></section></main></body></html>"""


def look(markup: str, **headers: str) -> None:
    app = Flask(__name__)
    usual = {"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff"}
    app.add_url_rule("/", view_func=lambda: (markup, usual | headers))
    Browser(app).get("/")


def test_a_sound_page_passes() -> None:
    look(SOUND)


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ((' lang="en"', ""), "no language"),
        (("<title>A page</title>", ""), "0 of /html/head/title"),
        (("<h1>A page</h1>", "<h1> </h1>"), "//h1, or it is empty"),
        (("<p>Words.</p>", "<h1>Another</h1>"), "2 of //h1"),
        (("main", "div"), "0 of //main"),
        (('class="skip"', ""), "no way to skip"),
        (('content="What it is"', 'content=""'), "no description"),
        (('id="hint"', 'id="town"'), "ids used twice"),
        (('id="hint"', ""), "aria-describedby names hint"),
        (("<p>Words.</p>", '<section role="region" aria-label="One">'), "regions of one name"),
        (("<p>Words.</p>", '<a href="#nowhere">Words</a>'), "#nowhere leads nowhere"),
        (('for="town"', ""), "no label for"),
        (('name="csrf_token"', ""), "a form without a token"),
        (("Send", ""), "nothing to read on"),
        (("<p>", '<p style="color: red">'), "inline style or script"),
        (("<p>", "<script>1</script><p>"), "inline style or script"),
        (("<p>", '<p onclick="x()">'), "handlers in the markup"),
        (("<p>", '<img src="//cdn.example/x.png"><p>'), "asks a third party"),
        (("canonical", "stylesheet"), "asks a third party"),
        (("<p>", '<a href="javascript:x()">Words</a><p>'), "a link by javascript"),
        (("Words", "A certified person"), "says “certified”"),
        (("quiet", "certified"), "says “certified”"),
        (("What it is", "Certified"), "says “Certified”"),
    ],
)
def test_what_no_page_may_have_is_noticed(spoiled: tuple[str, str], told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        look(SOUND.replace(*spoiled))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("Content-Security-Policy", "default-src 'unsafe-inline'", "a weak policy"),
        ("X-Content-Type-Options", "", "/"),
        ("Set-Cookie", "seen=1", "sets a cookie"),
    ],
)
def test_headers_are_looked_at_too(name: str, value: str, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        look(SOUND, **{name: value})
