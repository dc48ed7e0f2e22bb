"""Copies of the first listings of a big site, made by the database itself: other numbers, a bit further away."""

from __future__ import annotations

from sqlalchemy import Connection, Table, text

from directory.extensions import db

# Tables whose rows are copied, with what is not simply moved on by the ids. {k} is the copy, {n} the listings before.
CHANGED: dict[str, dict[str, str]] = {
    "account": {"email": "'{k}.' || email", "fs_uniquifier": "'{k}.' || fs_uniquifier"},
    "listing": {"slug": "slug || '-{k}'", "origin_key": "origin_key || '-{k}'"},
    "location": {
        "lat": "lat + {k} * 0.003",
        # Nobody has a namesake in their own postal area only for being a copy.
        "postal_code": "substr('' || (100000 + (CAST(postal_code AS INTEGER) + 37 * {k}) % 100000), 2)",
    },
    "search_entry": {"lat": "lat + {k} * 0.003"},
    "credential": {
        "number": "CASE WHEN number LIKE 'NB%' THEN 'NB' || substr('' || (10000000 + listing_id + {n}), 2) "
        "WHEN number <> '' THEN 'AC ' || (100000 + listing_id + {n}) ELSE '' END",
        "number_key": "CASE WHEN number LIKE 'NB%' THEN '' || (listing_id + {n}) "
        "WHEN number <> '' THEN '' || (100000 + listing_id + {n}) ELSE '' END",
    },
    "published_record": {
        "source_key": "source_key || '-{k}'",
        "number_key": "'' || (100000 + id + {n})",
        "record": "{from_text}(replace({to_text}(record), 'AC ' || (100000 + id), 'AC ' || (100000 + id + {n})))",
    },
    "record_match": {"source_key": "source_key || '-{k}'"},
    "evidence": {},
    "credential_check": {},
    "flag": {"subject": "'listing:' || (listing_id + {n})"},
    "flag_change": {},
    "listing_request": {},
    "claim": {},
}


def copy_all(connection: Connection, originals: int, *, times: int) -> None:
    """Adds `times` copies of the first `originals` listings and of all that hangs on them."""
    is_sqlite = connection.dialect.name == "sqlite"
    words = {"to_text": "" if is_sqlite else "text", "from_text": "" if is_sqlite else "jsonb"}
    tables = [table for table in db.metadata.sorted_tables if table.name in CHANGED]
    steps = {table.name: _highest(connection, table) for table in tables}
    for k in range(1, times + 1):
        for table in tables:
            changed = {name: sql.format(k=k, n=k * originals, **words) for name, sql in CHANGED[table.name].items()}
            columns = [column.name for column in table.columns]
            chosen = [changed.get(name) or _moved(table, name, k, steps) for name in columns]
            key = next(iter(table.primary_key)).name
            source = f"SELECT {', '.join(chosen)} FROM {table.name} WHERE {key} <= {steps[table.name]}"
            connection.execute(text(f"INSERT INTO {table.name} ({', '.join(map(_quoted, columns))}) {source}"))


def _highest(connection: Connection, table: Table) -> int:
    key = next(iter(table.primary_key)).name
    return int(connection.exec_driver_sql(f"SELECT max({key}) FROM {table.name}").scalar() or 0)


def _moved(table: Table, name: str, k: int, steps: dict[str, int]) -> str:
    """The column as it is, or moved on with the rows that it names."""
    column = table.c[name]
    to = [key.column.table.name for key in column.foreign_keys] or ([table.name] if column.primary_key else [])
    step = steps.get(to[0], 0) if to else 0
    return f"{_quoted(name)} + {k * step}" if step else _quoted(name)


def _quoted(name: str) -> str:
    return f'"{name}"'
