"""Published text to comparable text. What was published is kept elsewhere, as it stood; this is for comparing."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from stdnum import luhn

LONGEST_TEXT = 300


def tidy(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text for showing: NFC, control and invisible characters gone, spaces folded, cut at `longest`."""
    if text.isascii() and text.isprintable() and "  " not in text and len(text) <= longest:
        return text.strip()
    clean = text if text.isascii() else unicodedata.normalize("NFC", text)
    if not clean.isascii() or not clean.isprintable():
        clean = "".join(
            " " if character.isspace() else character
            for character in clean
            if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf")
        )
    return " ".join(clean.split())[:longest].rstrip()


def bare_number(text: str) -> str:
    """A license number for comparing within one profession of one state: digits without leading zeros. Letters, blanks,
    dots and hyphens are dropped. "AP-4160" and "ap 04160" are the same; "" when there is no digit but zeros."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(character for character in folded if character.isascii() and character.isdigit()).lstrip("0")


def valid_npi(text: str) -> bool:
    """Whether this is a well-formed NPI: ten digits, 1 or 2 first, and the check digit (Luhn over 80840 and it)."""
    return bool(re.fullmatch(r"[12][0-9]{9}", text)) and bool(luhn.is_valid(f"80840{text}"))


def postal_code(text: str, country: str = "US") -> str:
    """A postal code for comparing: the five digits of a US ZIP or ZIP+4, otherwise upper case with single spaces."""
    text = tidy(text, 20).upper()
    if country == "US" and (found := re.fullmatch(r"(\d{5})(?:[- ]?\d{4})?(?:\.0)?", text)):
        return found.group(1)
    return text


def bare_phone(text: str, country: str = "US") -> str:
    """A phone number as +14155550123, or the tidied text when it cannot be one."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return tidy(text, 40)
    if not phonenumbers.is_possible_number(number):
        return tidy(text, 40)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
