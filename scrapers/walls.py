"""Challenge pages, captchas and refusals that come with status 200. They are recognized and reported, never evaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_HEAD = 256 * 1024
_SMALL = 8 * 1024

# Lower-case marks -> what a person should be told.
MARKS = {
    b"cf-turnstile": "Cloudflare Turnstile",
    b"challenges.cloudflare.com": "a Cloudflare challenge",
    b"cf-chl-": "a Cloudflare challenge",
    b"<title>just a moment": "a Cloudflare challenge",
    b"g-recaptcha": "reCAPTCHA",
    b"h-captcha": "hCaptcha",
    b"captcha-delivery.com": "DataDome",
    b"datadome": "DataDome",
    b"_incapsula_resource": "Imperva Incapsula",
    b"px-captcha": "PerimeterX",
    b"<title>access denied": "an Access Denied page",
    b"<h1>access denied": "an Access Denied page",
    b"access denied": "an Access Denied page",
    b"attention required!": "a Cloudflare block page",
    b"verify you are human": "a check for humans",
    b"verify that you are human": "a check for humans",
    b"are you a robot": "a check for humans",
    b"pardon our interruption": "a check for humans",
    b"unusual traffic from your": "a check for humans",
    b"checking your browser": "a check of the browser",
    b"the requested url was rejected": "a firewall's refusal",
    b"window.gokuprops": "an AWS WAF challenge",
    b"captcha": "a captcha",
}
HEADERS = {"cf-mitigated": "a Cloudflare challenge", "x-amzn-waf-action": "an AWS WAF challenge"}


def wall_in_headers(headers: Mapping[str, str]) -> str:
    """What stands in the way by the answer's own headers, or ""."""
    return next((told for name, told in HEADERS.items() if headers.get(name)), "")


_PASSWORD = re.compile(rb"<input[^<>]+type\s*=\s*[\"']?password", re.IGNORECASE)


def asks_to_sign_in(path: Path) -> bool:
    """Whether this page asks for a password and holds no table: looked at only when it wasn't the page expected, for
    many lists have a place to sign in above them."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return bool(_PASSWORD.search(head)) and b"<td" not in head.lower()


def wall_in(path: Path) -> str:
    """What stands in the way on this page ("reCAPTCHA"), or "". Only pages of markup and very short answers are
    looked at: a long list of people may hold any word."""
    with path.open("rb") as file:
        return wall_in_bytes(file.read(_HEAD))


def wall_in_bytes(head: bytes) -> str:
    """The same for the beginning of an answer."""
    head = head[:_HEAD].lower()
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"<") and len(head) > _SMALL:
        return ""
    return next((told for mark, told in MARKS.items() if mark in head), "")
