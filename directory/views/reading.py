"""Pages to read: how we check, questions to ask, safety, corrections, privacy, credits, and the registries."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reading", __name__)
