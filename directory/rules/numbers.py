"""License numbers, NPIs, phones and postal codes: published text -> comparable text, and honest comparisons.

Every comparison answers True, False or None: None is "one of them gives none". Oddities per jurisdiction come from the
numbers that people file with NPPES beside those that the boards publish; the text as published is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from stdnum import luhn

from directory.rules.requirements import Requirement

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_NOT_DIGIT = re.compile(r"\D+", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_PHONE_DIGITS_LEAST = 7
_KEPT = 50_000  # keys: one text is compared with many, one after the other

_ODDITIES: Mapping[str, tuple[re.Pattern[str], str]] = {
    # Utah prints the profession behind the number, people leave it out: 1234567-1201.
    "US-UT": (re.compile(r"^(\d{4,8})-?1201$"), r"\1"),
    # Hawaii's detail pages add a sequence: ACU-123-0.
    "US-HI": (re.compile(r"^(ACU-?\d{1,5})-0$"), r"\1"),
    # New Jersey prints board and profession before the serial: 25MZ00012300; people write MZ00012300.
    "US-NJ": (re.compile(r"^25(MZ\d+)$"), r"\1"),
    # New York's profession code, when it is set apart: 25-001234 or 25 001234.
    "US-NY": (re.compile(r"^0?25[- ](\d{1,6})$"), r"\1"),
}


def compact(number: str) -> str:
    """The number in capitals without blanks, dots, hyphens and other marks: "lac-012273" gives "LAC012273"."""
    return _NOT_ALPHANUMERIC.sub("", number).upper()


def bare(number: str, jurisdiction: str = "") -> str:
    """The number's digits without leading zeros: "AC.AC.60907523" gives "60907523". "" where there is no digit but 0.

    `jurisdiction` takes its own prefixes and suffixes off first. Letters say the board or the kind, not the holder, so
    a bare number may only be compared within one jurisdiction and profession.
    """
    text = number.strip().upper()
    oddity = _ODDITIES.get(jurisdiction)
    if oddity is not None:
        pattern, kept = oddity
        text = pattern.sub(kept, text)
    return _NOT_DIGIT.sub("", text).lstrip("0")


def same_number(a: str, b: str, jurisdiction: str = "") -> bool | None:
    """Whether both are the same number of one board; None when either gives none."""
    bare_a, bare_b = bare(a, jurisdiction), bare(b, jurisdiction)
    if not (bare_a and bare_b):
        return None
    return bare_a == bare_b


def fits_pattern(number: str, requirement: Requirement) -> bool | None:
    """Whether the number has the form that its board gives out; None without a number or a trusted pattern."""
    if not (requirement.number_pattern and compact(number)):
        return None
    return _pattern(requirement.number_pattern).fullmatch(compact(number)) is not None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


def valid_npi(npi: str) -> bool:
    """Whether ten digits, 1 or 2 first, carry the right check digit (Luhn over 80840 and the number, CMS)."""
    return len(npi) == 10 and npi.isascii() and npi.isdigit() and npi[0] in "12" and bool(luhn.is_valid("80840" + npi))


def same_npi(a: str, b: str) -> bool | None:
    """Whether both give the same valid NPI; None when either gives none or one that can't exist."""
    a, b = a.strip(), b.strip()
    if not (valid_npi(a) and valid_npi(b)):
        return None
    return a == b


def same_phone(a: str, b: str) -> bool | None:
    """Whether both give the same subscriber, country and trunk prefixes aside; None when either gives none.

    Two numbers of the North American plan are compared whole, others by their last nine digits.
    """
    return same_phone_key(phone_key(a), phone_key(b))


def same_phone_key(a: str, b: str) -> bool | None:
    """As `same_phone`, of what `phone_key` gives."""
    if not (a and b):
        return None
    return a == b if len(a) == len(b) else a[-9:] == b[-9:]


@lru_cache(_KEPT)
def phone_key(text: str) -> str:
    """A phone number's own digits, to find it by; "" where there are too few."""
    digits = _phone_digits(text)
    return digits if len(digits) >= _PHONE_DIGITS_LEAST else ""


def _phone_digits(text: str) -> str:
    digits = "".join(_DIGITS.findall(re.split(r"(?i)\s*(?:x|ext)", text, maxsplit=1)[0]))
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits


@lru_cache(_KEPT)
def postal_key(code: str) -> str:
    """A postal code to compare by: five digits of a ZIP or ZIP+4, capitals without blanks elsewhere."""
    text = compact(code)
    if text.isdigit() and len(text) in (8, 9):  # a spreadsheet took the leading zero of a ZIP+4
        text = text.zfill(9)[:5]
    return text


def same_postal_code(codes: tuple[str, ...], code: str) -> bool | None:
    """Whether `code` is one of `codes`; None when either side gives none."""
    wanted, key = {postal_key(each) for each in codes} - {""}, postal_key(code)
    if not (wanted and key):
        return None
    return key in wanted
