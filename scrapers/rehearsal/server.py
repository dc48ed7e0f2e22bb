"""Invented registries on loopback, over real HTTP: Socrata, the NPI registry, an ASP.NET board, files, and a wall.

`RehearsalServer` serves one cast until it is closed. Paths are those of the real registries, so that a description
needs only another base address.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapers.rehearsal import postback, published
from scrapers.rehearsal.cast import Player

DATASETS = {"qxh8-f4bd": published.wa_rows, "7s5z-vewr": published.co_rows, "pzzh-kp68": published.il_rows}
FILES = {
    "/bacc/Documents/acupactive.csv": published.md_csv,
    "/exclusions/downloadables/UPDATED.csv": published.leie_csv,
}
WALLED = re.compile(r"^/resource/ngch-56tr")  # Connecticut's dataset plays the registry that shows a challenge
CHALLENGE = (
    "<!DOCTYPE html><html lang='en'><title>Just a moment...</title>"
    "<div class='cf-turnstile' data-sitekey='rehearsal'></div></html>"
)
_CONDITION = re.compile(r"^(?P<upper>upper\()?(?P<column>\w+)\)?\s*(?P<operator>=|like)\s*'(?P<value>(?:[^']|'')*)'$")


class RehearsalServer:
    """Serves `cast` on 127.0.0.1, at `port` or a free one. Use as a context manager, or `close()` it."""

    def __init__(self, cast: Sequence[Player], *, port: int = 0) -> None:
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
        self._http.daemon_threads = True
        self._http.stage = _Stage(cast)  # type: ignore[attr-defined]
        self._thread = Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def __enter__(self) -> RehearsalServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Stage:
    """The cast, and what each session of the ASP.NET board is looking at."""

    def __init__(self, cast: Sequence[Player]) -> None:
        self.cast = cast
        self.board = [player for player in cast if player.town.region == "NJ" and player.is_on_record]
        self.sessions: dict[str, postback.Asked] = {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def stage(self) -> _Stage:
        return self.server.stage  # type: ignore[attr-defined, no-any-return]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = dict(parse_qsl(parts.query))
        dataset = re.fullmatch(r"/resource/([a-z0-9-]+)\.json", parts.path)
        if parts.path == "/robots.txt":
            self._answer("User-agent: *\nDisallow: /private/\n", "text/plain")
        elif WALLED.match(parts.path):
            self._answer(CHALLENGE, "text/html")
        elif dataset and dataset[1] in DATASETS:
            self._answer(json.dumps(select(DATASETS[dataset[1]](self.stage.cast), asked)), "application/json")
        elif parts.path in FILES:
            self._answer(FILES[parts.path](self.stage.cast), "text/csv")
        elif parts.path == "/api/":
            answer = published.nppes_answer(self.stage.cast, asked.get("number", ""))
            self._answer(json.dumps(answer), "application/json")
        elif parts.path == postback.SEARCH:
            self._answer(postback.search_page(), "text/html")
        elif parts.path == postback.RESULTS and self._session() in self.stage.sessions:
            self._answer(postback.results_page(self.stage.board, self.stage.sessions[self._session()]), "text/html")
        else:
            self._answer("<h1>Not found</h1>", "text/html", status=404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        path = urlsplit(self.path).path
        if path == postback.SEARCH and (asked := postback.asked(form)):
            session = secrets.token_hex(8)
            self.stage.sessions[session] = asked
            self._redirect(postback.RESULTS, session)
        elif path == postback.RESULTS and (before := self.stage.sessions.get(self._session())):
            turned = postback.turned(form, before)
            if turned is None:
                self._answer("<h1>Invalid postback or callback argument</h1>", "text/html", status=500)
                return
            self.stage.sessions[self._session()] = turned
            self._answer(postback.results_page(self.stage.board, turned), "text/html")
        else:
            self._answer("<h1>Session expired</h1>", "text/html", status=500)

    def _session(self) -> str:
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("ASP.NET_SessionId")
        return cookie.value if cookie else ""

    def _redirect(self, path: str, session: str) -> None:
        self.send_response(302)
        self.send_header("Location", path)
        self.send_header("Set-Cookie", f"ASP.NET_SessionId={session}; path=/; HttpOnly")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, text: str, media_type: str, *, status: int = 200) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: whoever rehearses hears the runs, not the server."""


def select(rows: list[dict[str, Any]], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """What Socrata answers to `$where`, `$select=count(*)`, `$order`, `$limit` and `$offset`, as far as we ask it."""
    found = [row for row in rows if all(_holds(row, term) for term in _terms(asked.get("$where", "")))]
    if "count(" in asked.get("$select", ""):
        return [{"count": str(len(found))}]
    begin = int(asked.get("$offset", "0"))
    return found[begin : begin + int(asked.get("$limit", "1000"))]


def _terms(where: str) -> list[str]:
    return [term for term in where.split(" AND ") if term.strip()]


def _holds(row: Mapping[str, Any], term: str) -> bool:
    """Whether one condition, or one of several joined by OR, holds."""
    choices = term.strip().removeprefix("(").removesuffix(")") if term.startswith("(") else term
    return any(_fits(row, choice.strip()) for choice in choices.split(" OR "))


def _fits(row: Mapping[str, Any], condition: str) -> bool:
    found = _CONDITION.match(condition)
    if found is None:
        raise ValueError(f"the rehearsal does not know this $where: {condition!r}")
    column, operator, wanted = found["column"], found["operator"], found["value"].replace("''", "'")
    value = str(row.get(column, ""))
    if found["upper"]:
        value = value.upper()
    return value == wanted if operator == "=" else fnmatchcase(value, wanted.replace("%", "*"))
