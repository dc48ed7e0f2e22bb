"""Nothing is called confirmed without evidence that is there, stands, agrees and is recent: anywhere, at any time."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory import clock
from directory.evidence.credential_lines import credential_line, evidence_fact
from directory.evidence.evidence import evidence_page, listing_page
from directory.evidence.explanation_words import as_document
from directory.evidence.explanations import explanation
from directory.evidence.listing_pages import CredentialLine
from directory.extensions import Base
from directory.listings.listing_rows import credential_rows
from directory.listings.stated_facts import stated_facts
from directory.models.listing import Listing
from directory.rules.circumstances import Circumstances
from directory.rules.reasons import why_state
from directory.rules.vocabulary import ListingState, PublicState
from directory.search.search import find_listings, parse_search
from directory.search.search_index import by_listing, confirmed_until
from tests.check_histories import DAY, may_be_confirmed, random_clocks, random_history
from tests.conftest import NOW
from tests.listing_histories import Life
from tests.views.people import signed_in

HISTORIES = 10_000
ON_FILE = (ListingState.PUBLISHED, ListingState.HIDDEN)
FACTS = {"permission": "license", "certification": "certification", "membership": "certification"}
AGE = re.compile(r"\b(today|yesterday|\d+ (days|months|years) ago)\b")


def circumstances(now: datetime) -> Circumstances:
    return Circumstances(today=now.date(), now=now, sources={})


def histories(seed: int, count: int = HISTORIES) -> Iterator[tuple[list[SimpleNamespace], list[datetime]]]:
    chosen = random.Random(seed)
    for _ in range(count):
        yield random_history(chosen), random_clocks(chosen)


def searched(rows: list[SimpleNamespace], now: datetime) -> bool:
    """Whether the search, which has rows of its own, takes the credential for confirmed."""
    own = [SimpleNamespace(**vars(row), id=row.credential_id, listing_id=1) for row in rows]
    newest = {row.registry_id: row for row in reversed(own)}
    (told,) = by_listing(newest.values())[1]  # type: ignore[arg-type]
    return confirmed_until(told, now) is not None


def test_ten_thousand_histories_are_confirmed_where_they_may_be_and_nowhere_else() -> None:
    confirmed = 0
    for rows, clocks in histories(seed=1):
        (stated,) = stated_facts(rows)  # type: ignore[arg-type]
        for now in clocks:
            allowed = may_be_confirmed(rows, now)
            line = credential_line(stated, circumstances(now))
            assert (line.state is PublicState.CONFIRMED) is allowed, (rows, now)
            assert (line.state_words == "Confirmed") is (line.tone == "confirmed") is allowed
            fact = evidence_fact(stated, circumstances(now))
            assert (fact.lapses_on is None or allowed) and (fact.line == line)
            assert searched(rows, now) is allowed, (rows, now)
            why = why_state(stated.facts, None, None, now=now, published=stated.published)
            assert why.startswith("Confirmed") is allowed or line.state is PublicState.NOT_REQUIRED, (why, rows, now)
            confirmed += allowed
    assert confirmed > HISTORIES / 10


def test_while_nothing_happens_only_ages_change_and_confirmations_end() -> None:
    lapsed = 0
    for rows, clocks in histories(seed=2):
        (stated,) = stated_facts(rows)  # type: ignore[arg-type]
        clocks = [now for now in clocks if now > NOW + 3 * DAY]  # all that happened is past
        lines = [credential_line(stated, circumstances(now)) for now in clocks]
        for before, after in pairwise(lines):
            assert before.state is PublicState.CONFIRMED or after.state is not PublicState.CONFIRMED, (rows, clocks)
            if before.state is after.state:
                assert replace(after, age_words="") == replace(before, age_words=""), (rows, clocks)
            lapsed += before.state is not after.state
    assert lapsed > HISTORIES / 100


# Through the database ------------------------------------------------------------------------------------------------


def confirmed_facts(session: Session, listing: Listing, now: datetime) -> set[str]:
    """The credentials of a listing that may be called confirmed, by their anchors' last part."""
    found: dict[int, list[SimpleNamespace]] = {}
    for row in credential_rows(session, listing.id, checks=100):
        found.setdefault(row.credential_id, []).append(SimpleNamespace(**row._mapping))
    return {str(credential_id) for credential_id, rows in found.items() if may_be_confirmed(rows, now)}


def check_every_surface(app: Flask, session: Session, life: Life, now: datetime) -> int:
    """Holds pages, search rows and JSON of all listings against the rule; how much was confirmed."""
    rows = {row.listing_id: row for row in find_listings(session, parse_search({}), now=now).rows}
    total = 0
    for listing in life.listings:
        allowed = confirmed_facts(session, listing, now)
        shown = listing_page(session, listing.slug, now=now)
        evidence = explanation(session, listing.slug, now=now, states=ON_FILE)
        assert evidence is not None
        lines = [each.shown.line for each in evidence.lines] + list(shown.lines if shown else ())
        assert anchors_confirmed(lines) <= allowed
        document = json.loads(json.dumps(as_document(evidence), default=str))
        for fact in document["facts"]:
            number = fact["line"]["anchor"].rpartition("-")[2]
            assert (fact["line"]["state"] == "confirmed") is (number in allowed), fact["line"]
        if listing.id in rows:
            named = {FACTS.get(line.fact, line.fact) for line in lines if line.state is PublicState.CONFIRMED}
            assert {each.fact for each in rows[listing.id].confirmations} <= named
            assert not rows[listing.id].license_confirmed or "license" in named
            assert not rows[listing.id].insured or "insurance" in named
        total += len(allowed)
    return total


def anchors_confirmed(lines: list[CredentialLine]) -> set[str]:
    return {line.anchor.rpartition("-")[2] for line in lines if line.state is PublicState.CONFIRMED}


@pytest.mark.parametrize("seed", [11, 12])
def test_no_page_row_or_document_oversteps_the_evidence_in_a_random_life(
    app: Flask, session: Session, tmp_path: Path, seed: int
) -> None:
    life, confirmed = Life(session, tmp_path, seed=seed, at=NOW - 900 * DAY), 0
    for _ in range(30):
        life.step()
        for days in (0, 119, 121):
            confirmed += check_every_surface(app, session, life, life.at + days * DAY)
    assert confirmed > 10


def test_stopping_all_background_work_changes_no_page_except_for_age(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life, stranger = Life(session, tmp_path, seed=21, at=NOW - 900 * DAY), signed_in(app, None)
    for _ in range(40):
        life.step()
    rows_before, last = counted(session), dict[str, tuple[set[str], str]]()
    for days in (0, 1, 8, 100, 130, 400):
        now = life.at + days * DAY
        monkeypatch.setattr(clock, "utc_now", lambda now=now: now)
        for listing in life.listings:
            for path in (f"/practitioners/{listing.slug}", f"/practitioners/{listing.slug}/evidence"):
                text = AGE.sub("AGE", stranger.client.get(path).get_data(as_text=True))
                states = states_of(session, listing, now)
                before = last.get(path)
                if before is not None and before[0] == states:
                    assert text == before[1], (path, days)
                last[path] = states, text
    assert counted(session) == rows_before, "reading a page wrote something"


def states_of(session: Session, listing: Listing, now: datetime) -> set[str]:
    page = evidence_page(session, listing.slug, now=now)
    return {f"{fact.line.anchor} {fact.line.state}" for fact in page.facts} if page else set()


def counted(session: Session) -> dict[str, int]:
    session.commit()
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
