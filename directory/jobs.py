"""Work in the background. The queue is only a bell: each task claims a row that says what is to be done."""

from __future__ import annotations

from typing import Any

from flask import Flask
from huey import RedisHuey, SqliteHuey
from huey.api import Huey


def make_queue(url: str, *, immediate: bool = False) -> Huey:
    """The queue that `url` names: `sqlite:FILE`, `redis://…`, or `postgresql://…`."""
    if url.startswith("sqlite:"):
        return SqliteHuey("true-meridian", filename=url.removeprefix("sqlite:"), fsync=True, immediate=immediate)
    if url.startswith("redis:"):
        return RedisHuey("true-meridian", url=url, immediate=immediate)
    from huey import PostgresHuey

    return PostgresHuey("true-meridian", dsn=url, immediate=immediate)


def init_app(app: Flask) -> None:
    app.extensions["queue"] = make_queue(app.config["QUEUE_URL"], immediate=app.config["ENV"] == "test")
    _: Any = app.extensions["queue"]
