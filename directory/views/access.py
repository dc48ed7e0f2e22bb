"""Who may use a route. Each view says so with one of these, and a test finds those that do not.

What somebody may not use they are not told about: it answers 404, as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, flash, redirect, request, url_for
from flask_login import current_user  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from directory.models.account import Account
from directory.rules.vocabulary import Role

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]

BY_FLASK_SECURITY = "security"
"""The blueprint whose views are guarded by Flask-Security itself."""


def current_account() -> Account:
    """Whoever is signed in. Only for views that are not for everybody."""
    account: Account = current_user._get_current_object()
    return account


def is_signed_in() -> bool:
    return bool(current_user.is_authenticated)


def has_role(*roles: Role) -> bool:
    """Whether whoever is signed in holds one of the roles."""
    return is_signed_in() and any(held.name in roles for held in current_user.roles)


def everybody(view: View[P, R]) -> View[P, R]:
    """Anybody, signed in or not."""
    view.access = "everybody"  # type: ignore[attr-defined]
    return view


def signed_in(view: View[P, R]) -> Callable[P, Any]:
    """Whoever has an account. Others are sent to sign in, and come back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not is_signed_in():
            return _sign_in_first()
        return view(*args, **kwargs)

    guarded.access = "signed in"  # type: ignore[attr-defined]
    return guarded


def moderators_only(view: View[P, R]) -> Callable[P, Any]:
    """Moderators, and operators, who can make themselves moderators. Nobody else is told that there is such a page."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not is_signed_in():
            return _sign_in_first()
        if not has_role(Role.MODERATOR, Role.OPERATOR):
            abort(404)
        return view(*args, **kwargs)

    guarded.access = "moderators"  # type: ignore[attr-defined]
    return guarded


def _sign_in_first() -> Any:
    flash("Sign in to see that page.", "info")
    come_back = request.full_path.rstrip("?") if request.method == "GET" else url_for("practitioners.home")
    return redirect(url_for("security.login", next=come_back))


def safe_next(target: str | None, default: str) -> str:
    """`target` where it is a page of ours that can be got, else `default`.

    Browsers drop blanks and control characters and take `\\` for `/`, so anything that needs such cleaning is refused.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    if "\\" in target or any(ord(letter) <= 32 or ord(letter) == 127 for letter in target):
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return default
    try:
        current_app.url_map.bind("").match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return default
    return target
