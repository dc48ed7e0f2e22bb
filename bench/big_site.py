"""An invented site of any size, for trying pages and commands on: the same seed gives the same rows.

    DATABASE_URL=… python -m bench.big_site [--listings 1000000]

Fills an empty, migrated database: one listing in twenty is claimed, one in twenty-five has a flag, licenses of the
states are checked and matched. Each listing holds a certification of a national board that nobody has read yet, so that
a run of `board_file` finds as many people as there are listings. Names are rarer than in `tests/labelled`, as in life.
"""

from __future__ import annotations

import argparse
import csv
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, insert, select

from bench.big_site_copies import copy_all
from bench.big_site_rows import Rows, people, registry_rows
from directory import create_app
from directory.extensions import Model, db, only_reading
from directory.models.credential import Credential
from directory.models.listing import Listing, Location
from directory.registries.registries import known_registries
from directory.search.search_index import index_listings

AT_ONCE = 2000
ORIGINALS = 40_000
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

BOARD = """
id: us_big_board
title: "Invented National Board"
issues: {kind: board_certification, profession: acupuncturist}
jurisdiction: US
authority: issuer
home: "https://board.example/"
platform: delimited
schedule: ""
completeness: all_statuses
channels: {file: {pattern: ["*.csv"], max_bytes: 8000000000}}
key: [Number]
columns:
  number: Number
  holder.given: First
  holder.family: Last
  expires_on: Expires
  place.city: City
  place.region: State
  place.postal_code: Zip
  place.country: {always: US}
standing: {from: Status, words: {active: [Active], expired: [Expired]}}
date_formats: ["%Y-%m-%d"]
"""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--listings", type=int, default=1_000_000)
    parser.add_argument("--board", type=Path, help="A folder: also write the board's description and its file there.")
    options = parser.parse_args(arguments)
    with create_app().app_context():
        fill(options.listings)
        if options.board:
            board_file(options.board)


def fill(listings: int, *, seed: int = 7) -> None:
    """Listings with all that hangs on them, and the search: some by the site's own code, others as copies of them."""
    originals = min(listings, ORIGINALS)
    states = {spec.jurisdiction[3:]: spec for spec in known_registries().specs.values() if _is_state_board(spec)}
    with db.engine.begin() as connection:
        rows = registry_rows(list(states.values()), now=NOW)
        for person in people(originals, random.Random(seed), seed=seed):
            person.add_to(rows, states.get(person.region), now=NOW)
            if person.number % AT_ONCE == 0 or person.number == originals:
                _store(connection, rows)
                rows = Rows()
    index_listings(db.session(), now=NOW)
    db.session.commit()
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size=-400000")  # 400 MB: indexes grow in no order
        copy_all(connection, originals, times=listings // originals - 1)
        _catch_up_sequences(connection)
        connection.exec_driver_sql("ANALYZE")


def board_file(folder: Path, *, seed: int = 7, name: str = "board.csv", lapsed: float = 0.01) -> Path:
    """The national board's file of all who are listed: one in a hundred has lapsed, one in fifty is not on it."""
    (folder / "us_big_board.yaml").write_text(BOARD)
    said = random.Random(seed + 1)
    listed = (
        select(Credential.number, Listing.given, Listing.family, Location.city, Location.region, Location.postal_code)
        .join(Listing, Listing.id == Credential.listing_id)
        .join(Location, and_(Location.listing_id == Listing.id, Location.position == 0))
        .where(Credential.jurisdiction == "US")
        .order_by(Credential.id)
    )
    with (folder / name).open("w", encoding="utf-8", newline="") as out, only_reading():
        writer = csv.writer(out)
        writer.writerow(("Number", "First", "Last", "City", "State", "Zip", "Status", "Expires"))
        for row in db.session.execute(listed, execution_options={"yield_per": AT_ONCE}):
            if said.random() >= 0.02:
                standing = ("Expired", "2025-03-31") if said.random() < lapsed else ("Active", "2028-03-31")
                writer.writerow((*row, *standing))
    return folder / name


def _is_state_board(spec: Any) -> bool:
    return bool(spec.jurisdiction.startswith("US-") and spec.kind == "license" and spec.authority == "issuer")


def _store(connection: Connection, rows: dict[type[Model], list[dict[str, Any]]]) -> None:
    order = [table.name for table in db.metadata.sorted_tables]
    for model in sorted(rows, key=lambda model: order.index(model.__tablename__)):
        connection.execute(insert(model), rows[model])


def _catch_up_sequences(connection: Connection) -> None:
    """Rows were given their numbers here; PostgreSQL would begin at 1 again."""
    if connection.dialect.name != "postgresql":
        return
    for table in db.metadata.sorted_tables:
        if "id" in table.c:
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
            )


if __name__ == "__main__":
    main()
