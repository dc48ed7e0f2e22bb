"""A worker is killed with SIGKILL at random points and started again: the database ends as if nothing had happened.

Real processes, real databases: the only thing that is not real is the clock, so that even times can be compared.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.models.registry import RegistryRun
from directory.registries import registry_runs
from directory.registries.applying import Sizes
from directory.registries.registry_runs import Asked
from directory.rules.vocabulary import RunChannel, RunState
from tests.conftest import NOW
from tests.databases import Sites, Template, let_go
from tests.makers import make_credential, make_listing
from tests.registry_files import Register, row

SIZES = Sizes(stage=15, publish=15, match=4, absences=4)
ROWS = 110
LISTED = 40
BOOKKEEPING = {"attempt", "worker", "heartbeat_at"}
SPAWN = multiprocessing.get_context("fork")  # everything is imported already: a start takes no second


def people() -> list[dict[str, Any]]:
    """Lapsed and active ones, some of whom are listed, under their own name or another."""
    return [
        row(
            f"AC {10000 + number}",
            first=f"Given{chr(97 + number % 26)}",
            last=f"Family{chr(97 + number // 26)}{chr(97 + number % 26)}",
            Status="Expired" if number % 5 == 0 else "Active",
            Expires="2026-01-31" if number % 5 == 0 else "2027-12-31",
            Zip=f"9{number:04}",
        )
        for number in range(ROWS)
    ]


def fill(session: Session) -> None:
    """Listings that state a license which the register has, has under another name, or has not."""
    for number in range(LISTED):
        person = people()[number * 2]
        stated = person["Number"] if number % 4 else f"AC {90000 + number}"
        listing = make_listing(
            session,
            slug=f"listed-{number}",
            origin_key=f"listed-{number}",
            given=person["First"] if number % 3 else "Somebody",
            family=person["Last"] if number % 3 else "Else",
            family_key=person["Last"].lower() if number % 3 else "else",
        )
        make_credential(session, listing, number=stated, number_key=stated.removeprefix("AC "))
    session.commit()


def work(app: Flask, spec_path: str, file: str) -> None:
    """What a worker does: takes up the run that was cut off, or begins it."""
    with app.app_context():
        asked = Asked(RunChannel.FILE, files=(file,), create_listings=True, spec_path=spec_path)
        session = db.session()
        spec = registry_runs.spec_of("", asked)
        run = registry_runs.take_up(session, spec.id, asked, now=NOW)
        if run is None and session.scalar(select(RegistryRun.id)) is None:
            run = registry_runs.queue_run(session, spec, asked, at=NOW)
        run_id = run.id if run is not None else 0
        session.commit()
        if run_id:
            registry_runs.work_on(session, run_id, clock=lambda: NOW, sizes=SIZES)
    os._exit(0)


def work_until(seconds: float | None, app: Flask, *files: str) -> bool:
    """Starts a worker and kills it after so many seconds. Whether it had to be killed."""
    let_go(app)  # a connection is of one process
    worker = SPAWN.Process(target=work, args=(app, *files))
    worker.start()
    worker.join(seconds)
    worker.kill()  # nothing happens to one that is over
    worker.join()
    assert worker.exitcode in {0, -signal.SIGKILL}
    return worker.exitcode != 0


def state_in(app: Flask) -> str:
    """The state that the run was left in."""
    with app.app_context():
        return str(db.session.execute(text("SELECT state FROM registry_run")).scalar())


def content(app: Flask) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table. Ids become ranks: PostgreSQL leaves gaps where a transaction was cut off."""
    found: dict[str, list[dict[str, Any]]] = {}
    with app.app_context():
        ranks: dict[str, dict[Any, int]] = {}
        tables = db.metadata.sorted_tables
        for table in tables:
            order = list(table.primary_key) or list(table.columns)
            rows = [dict(each._mapping) for each in db.session.execute(select(table).order_by(*order))]
            if "id" in table.columns:
                ranks[table.name] = {each["id"]: rank for rank, each in enumerate(rows)}
            found[table.name] = rows
    return {table.name: [_plain(table, each, ranks) for each in found[table.name]] for table in tables}


def _plain(table: Any, values: dict[str, Any], ranks: dict[str, dict[Any, int]]) -> dict[str, Any]:
    plain = {name: value for name, value in values.items() if name not in BOOKKEEPING}
    for column in table.columns:
        for key in column.foreign_keys:
            target = key.column.table.name
            if column.name in plain and target in ranks and plain[column.name] is not None:
                plain[column.name] = ranks[target][plain[column.name]]
    if "id" in plain:
        plain["id"] = ranks[table.name][values["id"]]
    if table.name == "flag":  # "listing:7" and "credential:12" name rows as well
        word, _, number = plain["subject"].partition(":")
        plain["subject"] = f"{word}:{ranks[word][int(number)]}" if word in ranks else plain["subject"]
        plain.pop("fingerprint")
    if table.name == "listing_content":  # it holds ids, and the digest is made with them
        plain["content"] = _with_ranks(plain["content"], ranks)
        plain.pop("digest")
    if table.name == "listing_version":
        plain["last_check_id"] = ranks["credential_check"].get(plain["last_check_id"], 0)
    if table.name == "registry_run":
        plain["report"] = plain["report"] | {"seconds": 0}
    return plain


def _with_ranks(content: dict[str, Any], ranks: dict[str, dict[Any, int]]) -> dict[str, Any]:
    listing = content["listing"] | {"id": ranks["listing"][content["listing"]["id"]]}
    credentials = [each | {"id": ranks["credential"][each["id"]]} for each in content["credentials"]]
    return content | {"listing": listing, "credentials": credentials}


@pytest.mark.slow
def test_a_run_killed_at_random_points_ends_as_one_that_was_not(
    template: Template, sites: Sites, tmp_path: Path
) -> None:
    register = Register(tmp_path)
    files = (str(register.spec_path), str(register.file(people())))
    with template.fresh(filled_by=fill) as url, sites.at(url) as app:
        began = time.monotonic()
        assert not work_until(None, app, *files)
        whole = time.monotonic() - began
        expected = content(app)
    assert [each["state"] for each in expected["registry_run"]] == [RunState.APPLIED]
    assert len(expected["listing"]) > LISTED
    assert expected["flag"]

    kills_wanted = 20 if url.startswith("sqlite") else 6
    chance, kills, rounds, caught = random.Random(20261122), 0, 0, set[str]()
    while kills < kills_wanted:
        rounds += 1
        assert rounds < 40, "workers are never caught at work"
        before = kills
        with template.fresh(filled_by=fill) as url, sites.at(url) as app:
            while work_until(chance.uniform(0.1, 0.8) * whole, app, *files):
                kills += 1
                caught.add(state_in(app))
            assert content(app) == expected
        if kills == before:
            whole *= 0.8  # the first worker was slower than they are now: come earlier
    assert RunState.STAGED.value in caught, "never killed while it was applied"
