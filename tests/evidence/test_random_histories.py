"""Whatever the checks of a credential were: nothing is confirmed without evidence that still speaks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.models.credential import Credential
from directory.rules.vocabulary import (
    Grade,
    Outcome,
    PublicState,
)
from directory.rules.wording import BANNED_WORDS
from scrapers.record import CredentialKind
from tests.conftest import NOW
from tests.evidence.reading import page_of
from tests.evidence_makers import make_check
from tests.makers import make_account, make_credential, make_listing

checks = st.lists(
    st.tuples(
        st.sampled_from(Outcome),
        st.integers(-2, 400),  # days ago
        st.one_of(st.none(), st.integers(-300, 300)),  # until, in days
        st.booleans(),  # has evidence
        st.sampled_from([None, True, False]),  # the name agrees
        st.sampled_from(["us_invented", "us_other"]),
        st.sampled_from(Grade),
    ),
    max_size=5,
)
kinds = st.sampled_from(
    [CredentialKind.LICENSE, CredentialKind.BOARD_CERTIFICATION, CredentialKind.LIABILITY_INSURANCE]
)


@pytest.fixture
def sqlite_app(sqlite_template: Any, sites: Any) -> Any:
    with sqlite_template.fresh() as url, sites.at(url) as app:
        yield app


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=checks, kind=kinds, later=st.integers(0, 500))
def test_no_line_is_confirmed_without_evidence_that_is_young_enough_and_has_not_ended(
    sqlite_app: Flask, history: list[tuple[Any, ...]], kind: CredentialKind, later: int
) -> None:
    with sqlite_app.app_context():
        session = db.session()
        listing = make_listing(session, claimed_by=make_account(session, f"ada-{id(history)}"))
        credential = make_credential(session, listing, kind=kind)
        now = NOW + timedelta(days=later)
        good = add_history(session, credential, history, now)
        text = str([asdict(line) for line in page_of(session, listing, now=now).lines])
        for line in page_of(session, listing, now=now).lines:
            if line.state is PublicState.CONFIRMED:
                assert good
                assert line.checked_on
                assert line.grade
                assert line.expires_on is None or line.expires_on >= now.date()
            assert not [word for word in BANNED_WORDS if word in line.sentence.lower().split()]
        assert "Word for" not in text
        session.rollback()


def add_history(session: Session, credential: Credential, history: list[tuple[Any, ...]], now: datetime) -> bool:
    """Write the checks; answers whether any of them could confirm the credential at `now`."""
    good = False
    for outcome, days_ago, until, evidence, name_agrees, registry, grade in history:
        backed = evidence or outcome not in (Outcome.COULD_NOT_CHECK, Outcome.STATED_ONLY)
        ends = NOW.date() + timedelta(days=until) if until is not None else None
        make_check(
            session,
            credential,
            outcome,
            days_ago=days_ago,
            evidence=backed,
            grade=grade,
            expires_on=ends,
            name_agrees=name_agrees,
            registry_id=registry,
        )
        age = now - (NOW - timedelta(days=days_ago))
        paper = credential.kind is CredentialKind.LIABILITY_INSURANCE
        in_time = age <= timedelta(days=120) or paper
        ending = ends or credential.expires_on
        in_force = ending >= now.date() if ending else not paper
        seen = grade in (Grade.A, Grade.B) or not paper
        good = good or (outcome is Outcome.CONFIRMED and name_agrees is not False and in_time and in_force and seen)
    return good
