"""A night of lookups from end to end, at a board on loopback."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import Request as Asked
from werkzeug import Response

from directory.models.credential import Credential, CredentialCheck
from directory.models.registry import RegistryRun
from directory.registries import due_runs, registries, registry_runs
from directory.registries.health_changes import latest_change
from directory.registries.known_numbers import known_numbers
from directory.rules.vocabulary import (
    Outcome,
    RunState,
    SourceHealth,
)
from scrapers.fetch import Fetcher
from scrapers.spec import RegistrySpec
from tests.lookups.boards import BY_NUMBER, NIGHT, board, stated


def unhurried(spec: RegistrySpec, **given: Any) -> Fetcher:
    """A fetcher without pauses: an invented board on loopback has time."""
    return Fetcher(replace(spec, politeness=replace(spec.politeness, delay_seconds=0)), **given)


def checks(session: Session) -> dict[str, Outcome]:
    rows = session.execute(
        select(Credential.number, CredentialCheck.outcome)
        .join(CredentialCheck, CredentialCheck.credential_id == Credential.id)
        .order_by(CredentialCheck.id)
    )
    return {row.number: row.outcome for row in rows}


def test_a_board_that_closes_in_the_middle_keeps_what_it_answered_and_its_silence_speaks_of_one_number(
    session: Session, folder: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"AC 10001": "AC 10001,Ottoline,Vasquez-Thorne,Active\n", "AC 10002": ""}

    def answer(asked: Asked) -> Response:
        found = answers.get(asked.args["number"])
        return Response("no", status=403) if found is None else Response(f"Number,First,Last,Status\n{found}")

    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/find").respond_with_handler(answer)
    monkeypatch.setattr(registry_runs, "Fetcher", unhurried)
    board(session, folder, channels=BY_NUMBER.replace("https://board.example/", httpserver.url_for("/")))
    for number in range(4):
        stated(session, 10001 + number)

    for hours in (1, 2, 3, 4):
        for run_id in due_runs.queue_due_lookups(session, now=NIGHT + timedelta(hours=hours)):
            registry_runs.work_on(session, run_id, clock=lambda: NIGHT)

    assert checks(session) == {"AC 10001": Outcome.CONFIRMED, "AC 10002": Outcome.NOT_FOUND}
    asked_for = [request.args["number"] for request, _ in httpserver.log if request.path == "/find"]
    assert asked_for == ["AC 10001", "AC 10002", "AC 10003"]  # the fourth is not asked of a board that is closed
    assert [run.state for run in session.scalars(select(RegistryRun).order_by(RegistryRun.id))] == [
        *[RunState.APPLIED] * 2,
        RunState.FAILED,
    ]


def test_without_canaries_of_its_own_a_board_must_find_again_whom_it_found_of_late(
    session: Session, folder: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {f"AC {number}": f"AC {number},Ottoline,Vasquez-Thorne,Active\n" for number in (10001, 10002, 10003)}
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/find").respond_with_handler(
        lambda asked: Response(f"Number,First,Last,Status\n{answers.get(asked.args['number'], '')}")
    )
    monkeypatch.setattr(registry_runs, "Fetcher", unhurried)
    board(session, folder, channels=BY_NUMBER.replace("https://board.example/", httpserver.url_for("/")))
    spec = registries.find_registry("us_ca_asked")

    def one_night(at: datetime, *numbers: int) -> list[RegistryRun]:
        for number in numbers:
            stated(session, number)
        for run_id in due_runs.queue_due_lookups(session, now=at):
            registry_runs.work_on(session, run_id, clock=lambda: at)
        return list(session.scalars(select(RegistryRun).where(RegistryRun.queued_at >= at).order_by(RegistryRun.id)))

    one_night(NIGHT + timedelta(hours=1), 10001)
    assert known_numbers(session, spec, now=NIGHT + timedelta(hours=2)) == ()  # one alone may really go
    one_night(NIGHT + timedelta(hours=2), 10002)
    assert known_numbers(session, spec, now=NIGHT + timedelta(days=1)) == ("AC 10002", "AC 10001")

    found, here = dict(answers), "us_ca_asked"
    answers.clear()  # it finds nobody any more, politely
    probe, *_ = one_night(NIGHT + timedelta(days=2, hours=1), 10003)
    assert (probe.asked["must_find"], probe.state) == (True, RunState.REJECTED)
    assert probe.report["canaries_missing"] == [probe.asked["lookup"]]
    assert checks(session)[probe.asked["lookup"]] is Outcome.CONFIRMED
    assert latest_change(session, here).health is SourceHealth.CHANGED_LAYOUT  # type: ignore[union-attr]

    answers.update(found)
    one_night(NIGHT + timedelta(days=3, hours=1))
    assert latest_change(session, here).health is SourceHealth.OK  # type: ignore[union-attr]
    assert known_numbers(session, spec, now=NIGHT + timedelta(days=40)) == ()
