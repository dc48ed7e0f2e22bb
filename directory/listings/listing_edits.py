"""What an owner may change about a listing: description, contact, prices and practice addresses. Never a credential.

Values are checked here as well as in forms, for whoever calls: an imported row, a form, a program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

import phonenumbers

from directory.listings.languages import language_code
from directory.rules.vocabulary import Consultation, Technique
from scrapers.normalize import tidy

LONGEST_ABOUT = 5000
MOST_SESSIONS = 60
MOST_PRICE = Decimal(100_000)
_EARLIEST = 1950
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_HOST = re.compile(r"[^.\s]+(\.[^.\s]+)+", re.ASCII)
CURRENCIES = ("USD", "GBP", "EUR", "AUD", "CAD", "NZD")


class EditRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """A value that cannot be taken. `field` is its name, `expected` says what to enter."""

    def __init__(self, field: str, expected: str) -> None:
        self.field, self.expected = field, expected
        super().__init__(f"{field}: expected {expected}")


def phone(value: Any, *, country: str = "US") -> str:
    """A phone number as E.164 without its extension; "" for none."""
    text = str(value or "").strip()
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as problem:
        raise EditRefused("phone", "a phone number with its area code") from problem
    if not phonenumbers.is_possible_number(number):
        raise EditRefused("phone", "a phone number with its area code")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email(value: Any) -> str:
    """An e-mail address; "" for none."""
    text = str(value or "").strip()
    if text and not (_EMAIL.fullmatch(text) and len(text) <= 254 and text.isprintable()):
        raise EditRefused("email", "one e-mail address, such as name@practice.example")
    return text


def website(value: Any) -> str:
    """A web address with its scheme, which is https where none is given; "" for none."""
    text = str(value or "").strip()
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    fine = host and _HOST.fullmatch(host) and parts.scheme in ("http", "https") and not parts.username
    if not fine or len(address) > 300 or any(sign.isspace() or not sign.isprintable() for sign in address):
        raise EditRefused("website", "a web address, such as https://practice.example")
    return address


def price(value: Any) -> Decimal | None:
    """An amount above zero with at most two decimals; None for none."""
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation as problem:
        raise EditRefused("price_session", "an amount, such as 120 or 120.50") from problem
    if not amount.is_finite() or not 0 < amount <= MOST_PRICE or amount != round(amount, 2):
        raise EditRefused("price_session", f"an amount above 0 and up to {MOST_PRICE}, such as 120 or 120.50")
    return round(amount, 2)


def sessions(value: Any) -> int | None:
    """How many sessions a course has; None for none."""
    return _whole(value, "price_sessions", 1, MOST_SESSIONS)


def techniques(value: Any) -> list[str]:
    """Known techniques, each once, in the vocabulary's order."""
    given = {str(each) for each in value or ()}
    known = [each.value for each in Technique]
    if unknown := sorted(given - set(known)):
        raise EditRefused("techniques", f"some of {', '.join(known)}; not {', '.join(unknown)}")
    return [each for each in known if each in given]


def languages(value: Any) -> list[str]:
    """ISO 639-1 codes, each once, in the order given; names are understood."""
    codes = []
    for each in value or ():
        code = language_code(str(each))
        if code is None:
            raise EditRefused("languages", f"languages by name or code, such as Spanish or es; not {each}")
        codes.append(code)
    return list(dict.fromkeys(codes))


def checked_changes(changes: Mapping[str, Any], *, country: str, at: datetime) -> dict[str, Any]:
    """`changes` as values of Listing's columns. Raises EditRefused for a value, or a field that no owner may change."""
    readers: Mapping[str, Callable[[Any], Any]] = {
        "about": _about,
        "techniques": techniques,
        "languages": languages,
        "cosmetic_since": lambda value: _whole(value, "cosmetic_since", _EARLIEST, at.year),
        "price_session": price,
        "price_sessions": sessions,
        "price_currency": _currency,
        "consultation": _consultation,
        "new_patients": _yes_no,
        "phone": lambda value: phone(value, country=country),
        "email": email,
        "website": website,
    }
    if unknown := sorted(changes.keys() - readers.keys()):
        raise EditRefused(unknown[0], f"one of {', '.join(readers)}")
    return {name: readers[name](value) for name, value in changes.items()}


def _about(value: Any) -> str:
    lines = [tidy(line, len(line)) for line in str(value or "").splitlines()]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if len(text) > LONGEST_ABOUT:
        raise EditRefused("about", f"at most {LONGEST_ABOUT} characters")
    return text


def _whole(value: Any, field: str, least: int, most: int) -> int | None:
    if value is None or value == "":
        return None
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise EditRefused(field, f"a whole number from {least} to {most}")
    return int(text)


def _currency(value: Any) -> str:
    code = str(value or "").strip().upper()
    if code not in CURRENCIES:
        raise EditRefused("price_currency", f"one of {', '.join(CURRENCIES)}")
    return code


def _consultation(value: Any) -> Consultation:
    try:
        return Consultation(value or Consultation.NOT_STATED)
    except ValueError as problem:
        raise EditRefused("consultation", f"one of {', '.join(Consultation)}") from problem


def _yes_no(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise EditRefused("new_patients", "yes, no or not stated")
    return value
