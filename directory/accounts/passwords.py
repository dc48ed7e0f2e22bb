"""Which passwords we take: any characters, 12 to 128 of them, none of those that are guessed first. No more rules."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_security.password_util import PasswordUtil

LEAST_PASSWORD, MOST_PASSWORD = 12, 128

COMMON_PARTS = ("password", "passw0rd", "123456", "qwerty", "letmein", "iloveyou", "acupuncture")
"""A password that is one of these, repeated or with digits after it, is in every list that is tried first."""


class Passwords(PasswordUtil):
    """The rules above, asked by Flask-Security at each sign-up, reset and change."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:
        if len(self.normalize(password)) > MOST_PASSWORD:
            return [f"Choose at most {MOST_PASSWORD} characters."], password
        errors, normal = super().validate(password, is_register, **about)
        if not errors and is_guessed_first(normal):
            errors = ["That password is tried first by whoever guesses. Choose several words of your own."]
        return errors, normal


def is_guessed_first(password: str) -> bool:
    """Whether it is one of the common ones, however often repeated and whatever digits or marks follow."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    rest = plain
    for part in COMMON_PARTS:
        rest = rest.replace(part, "")
    return len(set(plain)) < 4 or (rest != plain and not any(letter.isalpha() for letter in rest))
