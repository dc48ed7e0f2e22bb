"""How pages write days, numbers and addresses: the filters of all templates."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlsplit

import phonenumbers
from flask import Flask

from directory.registries.registries import known_registries
from directory.rules import wording
from directory.rules.requirements import place_name

NBSP = "\N{NO-BREAK SPACE}"


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        count=count,
        phone=phone,
        host=host,
        place=place_name,
        registry=registry,
        cause=wording.cause,
    )


def day(value: date | datetime) -> str:
    """10 November 2026, held together. The same for readers of every country."""
    return wording.day(value).replace(" ", NBSP)


def moment(value: datetime) -> str:
    """10 November 2026, 04:16 UTC"""
    return f"{day(value)}, {value:%H:%M} UTC"


def registry(registry_id: str) -> str:
    """What a registry is called: its title, or its name for commands where no description of it is installed."""
    spec = known_registries().specs.get(registry_id)
    return spec.title if spec else registry_id


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
