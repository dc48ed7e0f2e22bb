"""Whatever happens in whatever order, on the rows: no public mark without due process, and nothing breaks."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from directory import audit
from tests.due_process_lives import Life


def test_no_life_of_a_case_leads_to_a_public_mark_without_due_process(
    app: Flask, session: Session, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = 12 if database.startswith("sqlite") else 3
    monkeypatch.setattr(Life, "session", session, raising=False)
    run_state_machine_as_test(Life, settings=settings(max_examples=lives, stateful_step_count=30))
    assert audit.verify(session).sound
