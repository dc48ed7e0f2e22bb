"""What each kind of page costs on a big site: statements, milliseconds of this process, and milliseconds in all.

    DATABASE_URL=… python -m bench.pages [--times 7] [--only WORD] [--explain] [--json]

The site is one that `bench.big_site` filled; a moderator is added. Statements are counted where they are sent, so a
page that asks for each row by itself shows at once, whatever else the machine does. `--explain` prints the plans.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from directory import create_app
from directory.extensions import db, limiter
from directory.models.account import Account, AccountRole
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.registry import RecordMatch, RegistryRun

LA = "near=Los+Angeles%2C+CA"
FILTERS = (
    *("license=yes", "certified=yes", "insured=yes", "insured=cosmetic", "training=B", "training=D", "hours=40"),
    *("technique=mei_zen", "language=ko", "price=100", "consultation=free", "consultation=offered", "new_patients=yes"),
)
PATIENTS = (
    *("/", f"/search?{LA}", f"/search?{LA}&sort=name", f"/search?{LA}&page=50", f"/search?{LA}&page=500"),
    *(f"/search?{LA}&within=5mi", f"/search?{LA}&within=100mi", f"/search?{LA}&within=497mi"),
    *("/search?near=New+York%2C+NY&within=497mi", "/search?near=59001", "/search?near=Nowhereville"),
    *("/search", "/search?page=2", "/search?page=50", "/search?page=500"),
    *("/search?q=vasquez", "/search?q=lee", "/search?q=vasquez+thorne", "/search?q=a", "/search?q=zzz"),
    *("/search?q=san", "/search?q=maria+lopez", f"/search?{LA}&q=zzz", f"/search?{LA}&q=lee", "/search?q=lee&page=50"),
    *(f"/search?{LA}&{each}" for each in FILTERS),
    *(f"/search?{each}" for each in FILTERS),
    *(f"/search?{LA}&within=497mi&{each}" for each in ("license=yes", "certified=yes", "language=ko&price=100")),
    *("/registries", "/requirements", "/requirements/US-CA", "/robots.txt", "/healthz", "/readyz"),
)
MODERATORS = (
    *("/moderation/", "/moderation/?page=50", "/moderation/?severity=critical", "/moderation/?region=CA"),
    *("/moderation/?kind=license_expired&state=triaged", "/moderation/matches", "/moderation/claims"),
    *("/moderation/requests", "/moderation/duplicates", "/moderation/by-hand", "/moderation/registries"),
    *("/moderation/registries/us_ca", "/moderation/runs", "/moderation/runs?kind=all", "/moderation/runs?page=100"),
    *("/moderation/runs?registry=us_ca&kind=lookup", "/moderation/audit", "/moderation/audit?page=100"),
    *("/account/find?name=Maria+Lopez", "/account/find?name=Lee&region=CA", "/account/find?number=100123"),
    *("/account/find?name=Nguyen", "/account/", "/account/notices"),
)


def main(arguments: list[str] | None = None) -> list[dict[str, Any]]:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--only", default="", help="Pages with this in their address.")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    app = create_app()
    limiter.enabled = False
    found = []
    for who, address in _addresses(app):
        if options.only in address:
            found.append(_measured(app, who, address, options))
            if not options.json:
                print(_line(found[-1]), flush=True)
    if options.json:
        print(json.dumps(found))
    return found


def _addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Who asks, and for what: pages of listings and of cases are those of some that are there."""
    yield from (("", address) for address in PATIENTS)
    with app.app_context():
        moderator = _moderator()
        some = {
            "flags": select(Flag.id).where(Flag.closed_at.is_(None)),
            "matches": select(RecordMatch.id).where(RecordMatch.verdict == "unsure"),
            "runs": select(RegistryRun.id),
        }
        found = [*_of_listings(moderator)]
        cases = [f"/moderation/{name}/{db.session.scalar(query.limit(1))}" for name, query in some.items()]
    yield from (*found, *((moderator, address) for address in (*MODERATORS, *cases)))


def _of_listings(moderator: str) -> Iterator[tuple[str, str]]:
    """The pages of a listing that nobody has claimed, and of one that somebody has."""
    slugs = select(Listing.slug, Listing.owner_id).where(Listing.state == "published").limit(1)
    for query in (slugs.where(Listing.owner_id.is_(None)), slugs.where(Listing.owner_id.is_not(None))):
        slug, owner = db.session.execute(query).one()
        yield from (("", f"/practitioners/{slug}{page}") for page in ("", "/evidence", "/report"))
        yield moderator, f"/moderation/listings/{slug}"
        if owner is not None:
            account = db.session.get_one(Account, owner).fs_uniquifier
            yield from ((account, page) for page in ("/account/", f"/account/listing/{slug}", "/account/leave"))


def _moderator() -> str:
    """Somebody who moderates: what their session holds."""
    found = db.session.scalar(select(Account).where(Account.email == "moderator@bench.example"))
    if found is None:
        role = db.session.scalar(select(AccountRole).where(AccountRole.name == "moderator"))
        found = Account(email="moderator@bench.example", password="x", fs_uniquifier="bench-moderator", active=True)
        found.roles = [role or AccountRole(name="moderator")]
        db.session.add(found)
        db.session.commit()
    return found.fs_uniquifier


def _measured(app: Flask, who: str, address: str, options: argparse.Namespace) -> dict[str, Any]:
    client = app.test_client()
    if who:
        with client.session_transaction() as session:
            session.update({"_user_id": who, "_fresh": True, "fs_cc": "set", "fs_paa": time.time()})
    took, own = [], []
    for _ in range(options.times):
        with _statements(app) as said:
            began, worked = time.perf_counter(), time.process_time()
            answer = client.get(address)
            took.append((time.perf_counter() - began) * 1000)
            own.append((time.process_time() - worked) * 1000)
    if options.explain:
        _explain(app, said)
    took, own = sorted(took), sorted(own)
    return {
        "address": address,
        "status": answer.status_code,
        "bytes": len(answer.data),
        "statements": len(said),
        "p50": round(took[len(took) // 2], 1),
        "p95": round(took[int(len(took) * 0.95)], 1),
        "own": round(own[0], 1),
        "best": round(took[0], 1),
    }


@contextmanager
def _statements(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """The statements sent inside, with their parameters."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN")):
            said.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _explain(app: Flask, said: list[tuple[str, Any]]) -> None:
    with app.app_context(), db.engine.connect() as connection:
        how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS)"
        for statement, parameters in said:
            began = time.perf_counter()
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(statement, parameters).all()
            took = (time.perf_counter() - began) * 1000
            print(f"\n  {took:.1f} ms: {' '.join(statement.split())[:1500]}")
            for row in connection.exec_driver_sql(f"{how} {statement}", parameters):
                print("    ", row[-1])


def _line(found: dict[str, Any]) -> str:
    times = f"{found['statements']:4} statements {found['p50']:8} p50 {found['p95']:8} p95 {found['own']:8} own"
    return f"{found['status']} {times} {found['bytes']:7} bytes  {found['address']}"


if __name__ == "__main__":
    main(sys.argv[1:])
