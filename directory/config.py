"""Settings, read once at start from the environment. A wrong one stops the start with its name.

`SETTINGS` is the list that the README prints and that a test holds against it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import click


class SettingError(click.ClickException):
    """A setting that cannot be used. The message begins with its name; a command prints that line and exits with 1."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its default, how its text becomes a value, and a sentence about it."""

    name: str
    default: str
    read: Callable[[str], Any]
    about: str


def _text(value: str) -> str:
    return value


def _yes_no(value: str) -> bool:
    if value.lower() in {"1", "yes", "true", "on"}:
        return True
    if value.lower() in {"", "0", "no", "false", "off"}:
        return False
    raise ValueError("expected 1 or 0")


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise ValueError("expected a whole number")
    return int(value)


def _one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in words:
            raise ValueError(f"expected one of {', '.join(words)}")
        return value

    return read


def _url(*schemes: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value and urlsplit(value).scheme not in schemes:
            raise ValueError(f"expected an address that begins with {' or '.join(schemes)}")
        return value

    return read


def _mail_url(value: str) -> str:
    address = urlsplit(_url("smtp", "smtps")(value))
    try:
        sound = not value or (address.hostname and address.port != 0)
    except ValueError:  # the port is no number, or too high a one
        sound = False
    if not sound:
        raise ValueError("expected smtp://host, with :port and user:password@ where they are needed")
    return value


def _database_url(value: str) -> str:
    if value.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + value.split("://", 1)[1]
    if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("expected sqlite:///… or postgresql://…")
    return value


def _folder(value: str) -> str:
    if "://" in value:
        raise ValueError("expected a folder; buckets are not supported yet")
    return value


def _email(value: str) -> str:
    if value.count("@") != 1 or any(character.isspace() for character in value):
        raise ValueError("expected one e-mail address")
    return value


def _folders(value: str) -> tuple[Path, ...]:
    folders = tuple(Path(part) for part in value.split(os.pathsep) if part)
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"no folder {folder}")
    return folders


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ENV",
        "development",
        _one_of("development", "production", "test"),
        "Where this runs. In production a secret key is demanded, cookies need TLS, and rehearsal is refused.",
    ),
    Setting("DATABASE_URL", "", _database_url, "`sqlite:///…` or `postgresql://…`. Empty: SQLite in `instance/`."),
    Setting(
        "QUEUE_URL",
        "",
        _url("sqlite", "redis", "postgresql"),
        "Where jobs wait: `sqlite:…`, `redis://…` or `postgresql://…`. Empty: a SQLite file in `instance/`.",
    ),
    Setting(
        "STORAGE_URL",
        "",
        _folder,
        "The folder where captures and documents are kept. Empty: `instance/storage`. Buckets are not supported yet.",
    ),
    Setting(
        "SECRET_KEY",
        "",
        _text,
        "Signs sessions and links, and keys the suppression list. Empty: made once and "
        "kept in `instance/`; refused in production.",
    ),
    Setting("SITE_URL", "http://127.0.0.1:8000", _url("http", "https"), "The address in mails and absolute links."),
    Setting("SITE_NAME", "True Meridian", _text, "The name at the top of each page."),
    Setting(
        "CONTACT_EMAIL",
        "contact@true-meridian.example",
        _email,
        "Shown to people, and sent to registries in the user agent.",
    ),
    Setting(
        "MAIL_URL",
        "",
        _mail_url,
        "`smtp://user:password@host:port` (STARTTLS where there is a user) or `smtps://…`; write `%40` for an @ in the "
        "user or password. Empty: mails are written to the log, and nobody counts as notified.",
    ),
    Setting("REGISTRIES_PATH", "", _folders, "Further folders of registry descriptions, separated like PATH."),
    Setting(
        "REHEARSAL",
        "0",
        _yes_no,
        "Allows registries on loopback addresses and without recorded terms, for "
        "demos and tests. Refused in production.",
    ),
    Setting(
        "PROXY_HOPS", "0", _count, "How many trusted proxies stand in front: so many X-Forwarded-For are believed."
    ),
    Setting(
        "METRICS_TOKEN",
        "",
        _text,
        "With it, /metrics answers whoever shows it as a bearer token. Empty: only loopback may ask.",
    ),
)


def read_settings(environ: Mapping[str, str], instance: Path) -> dict[str, Any]:
    """Every setting by name, read from `environ`; folders and files that are not named lie in `instance`.

    Raises SettingError naming the first setting that is wrong.
    """
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        try:
            values[setting.name] = setting.read(environ.get(setting.name, setting.default))
        except ValueError as problem:
            raise SettingError(f"{setting.name}: {problem}") from problem
    if values["ENV"] == "production":
        _refuse_in_production(values)
    instance.mkdir(parents=True, exist_ok=True)
    values["DATABASE_URL"] = values["DATABASE_URL"] or f"sqlite:///{instance / 'true-meridian.sqlite'}"
    values["QUEUE_URL"] = values["QUEUE_URL"] or f"sqlite:{instance / 'queue.sqlite'}"
    values["STORAGE_URL"] = values["STORAGE_URL"] or str(instance / "storage")
    values["SECRET_KEY"] = values["SECRET_KEY"] or _kept_secret(instance / "secret-key")
    return values


def flask_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What Flask and its extensions call our settings, and what we decided for them."""
    secure = settings["SITE_URL"].startswith("https://")
    site = urlsplit(settings["SITE_URL"])
    return {
        "SQLALCHEMY_DATABASE_URI": settings["DATABASE_URL"],
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True},
        "TRUSTED_HOSTS": [site.hostname, "127.0.0.1", "localhost"],
        "PREFERRED_URL_SCHEME": site.scheme,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_ENABLED": settings["ENV"] != "test",
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        **_mail_settings(settings["MAIL_URL"], sender=settings["CONTACT_EMAIL"]),
    }


def _mail_settings(url: str, *, sender: str) -> dict[str, Any]:
    address = urlsplit(url)
    if not url:
        return {"MAIL_BACKEND": "console", "MAIL_DEFAULT_SENDER": sender}
    return {
        "MAIL_BACKEND": "smtp",
        "MAIL_SERVER": address.hostname,
        "MAIL_PORT": address.port or (465 if address.scheme == "smtps" else 587),
        "MAIL_USERNAME": unquote(address.username or "") or None,
        "MAIL_PASSWORD": unquote(address.password or "") or None,
        "MAIL_USE_SSL": address.scheme == "smtps",
        "MAIL_USE_TLS": address.scheme == "smtp" and bool(address.username),
        "MAIL_DEFAULT_SENDER": sender,
    }


def _refuse_in_production(values: Mapping[str, Any]) -> None:
    if len(values["SECRET_KEY"]) < 32:
        raise SettingError("SECRET_KEY: expected at least 32 characters in production")
    if values["REHEARSAL"]:
        raise SettingError("REHEARSAL: refused in production")
    if not values["SITE_URL"].startswith("https://"):
        raise SettingError("SITE_URL: expected https:// in production")


def _kept_secret(path: Path) -> str:
    """The secret in `path`, made the first time. Two processes that start together agree on one."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with suppress(FileExistsError):  # another process was first: its secret counts
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii")
