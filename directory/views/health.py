"""Whether the site runs, for load balancers and operators."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from directory.extensions import db
from directory.views.access import everybody

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@everybody
def healthz() -> Response:
    """Operators: the process answers."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@bp.get("/readyz")
@everybody
def readyz() -> Response:
    """Operators: the database answers and has been migrated; 503 with the reason otherwise."""
    try:
        head = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError as problem:
        db.session.rollback()
        return _not_ready(type(problem).__name__)
    return Response("ready\n", mimetype="text/plain") if head else _not_ready("not migrated")


def _not_ready(reason: str) -> Response:
    return Response(f"not ready: {reason}\n", status=503, mimetype="text/plain", headers={"Cache-Control": "no-store"})
