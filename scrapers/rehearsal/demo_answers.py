"""The registries of the demo: three Socrata datasets, the NPI registry, an ASP.NET board, two files, and a wall.

They show the stories of the whole cast, each state its own people, so that the demo leaves a flag of every kind.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence

from scrapers.rehearsal import postback, published
from scrapers.rehearsal.cast import Player
from scrapers.rehearsal.shapes.forms import COOKIE
from scrapers.rehearsal.shapes.shape import HTML, JSON, Answer, Asked
from scrapers.rehearsal.soql import select

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


class Demo:
    """Answers for one cast. Keeps what each session of the ASP.NET board is looking at."""

    def __init__(self, cast: Sequence[Player]) -> None:
        self._cast = cast
        self._board = [player for player in cast if player.town.region == "NJ" and player.is_on_record]
        self._sessions: dict[str, postback.Asked] = {}

    def answer(self, asked: Asked) -> Answer | None:
        """The answer; None for an address that is none of the demo's, or an NPI that nobody of the cast has."""
        dataset = re.fullmatch(r"/resource/([a-z0-9-]+)\.json", asked.path)
        if WALLED.match(asked.path):
            return _text(CHALLENGE, HTML)
        if dataset and dataset[1] in DATASETS:
            return _text(json.dumps(select(DATASETS[dataset[1]](self._cast), asked.query)), JSON)
        if asked.path in FILES:
            return _text(FILES[asked.path](self._cast), "text/csv; charset=utf-8")
        if asked.path == "/api/" and asked.query.get("number"):
            answer = published.nppes_answer(self._cast, asked.query["number"])
            return _text(json.dumps(answer), JSON) if answer.get("results") or "Errors" in answer else None
        if asked.path in (postback.SEARCH, postback.RESULTS):
            return self._posted(asked) if asked.method == "POST" else self._opened(asked)
        return None

    def _opened(self, asked: Asked) -> Answer | None:
        if asked.path == postback.SEARCH:
            return _text(postback.search_page(), HTML)
        known = self._sessions.get(asked.session)
        return _text(postback.results_page(self._board, known), HTML) if known else None

    def _posted(self, asked: Asked) -> Answer:
        if asked.path == postback.SEARCH and (search := postback.asked(asked.form)):
            session = secrets.token_hex(8)
            self._sessions[session] = search
            headers = {"Location": postback.RESULTS, "Set-Cookie": f"{COOKIE}={session}; path=/; HttpOnly"}
            return Answer(b"", HTML, 302, headers)
        if before := self._sessions.get(asked.session):
            turned = postback.turned(asked.form, before)
            if turned is None:
                return _text("<h1>Invalid postback or callback argument</h1>", HTML, status=500)
            self._sessions[asked.session] = turned
            return _text(postback.results_page(self._board, turned), HTML)
        return _text("<h1>Session expired</h1>", HTML, status=500)


def _text(text: str, media_type: str, *, status: int = 200) -> Answer:
    return Answer(text.encode(), media_type, status)
