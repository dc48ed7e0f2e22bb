"""What patients see of listings: the front page, the search, a listing, and the evidence behind it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("patients", __name__)
