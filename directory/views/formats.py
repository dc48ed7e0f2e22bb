"""How pages write days, numbers and addresses: the filters of all templates."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlsplit

import phonenumbers
from flask import Flask

from directory.rules import wording

NBSP = "\N{NO-BREAK SPACE}"


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(day=day, count=count, phone=phone, host=host)


def day(value: date | datetime) -> str:
    """10 November 2026, held together. The same for readers of every country."""
    return wording.day(value).replace(" ", NBSP)


def count(value: int) -> str:
    """12,500"""
    return f"{value:,}"


def phone(number: str) -> str:
    """A stored number as people of its country dial it: "(323) 555-0100"; as it stands where it cannot be read."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)
    except phonenumbers.NumberParseException:
        return number


def host(url: str) -> str:
    """The part of an address that people know: "lotus.example"."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
