"""Form fields and checks that several forms share. Messages say what to enter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.fields.core import Field
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from directory.listings.listing_edits import EditRefused
from directory.rules.requirements import known_jurisdictions, place_name

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def clean(text: Any) -> Any:
    """Text as people mean it: composed, without control characters, without blanks around it."""
    if not isinstance(text, str):
        return text
    return _NOT_TEXT.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n")).strip()


class Form(FlaskForm):  # type: ignore[misc]
    """A form with a token. Each form of ours is one."""


class Line(StringField):
    """One line of text."""

    def __init__(self, label: str, validators: Any = (), **more: Any) -> None:
        super().__init__(label, validators, filters=[clean], **more)


class Words(TextAreaField):
    """Several lines of text."""

    def __init__(self, label: str, validators: Any = (), **more: Any) -> None:
        super().__init__(label, validators, filters=[clean], **more)


class ChecksField(SelectMultipleField):
    """Several boxes under one question. The forms macro knows it by this name."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def wanted(message: str) -> Callable[[FlaskForm, Field], None]:
    """Something has to be entered; `message` says what."""

    def check(form: FlaskForm, field: Field) -> None:
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors = []
            raise StopValidation(message)

    return check


def optional(form: FlaskForm, field: Field) -> None:
    """Nothing entered is fine, and what else is checked is then not asked."""
    if not field.raw_data or not (isinstance(field.raw_data[0], str) and field.raw_data[0].strip()):
        field.errors = []
        raise StopValidation


def length(*, least: int = 0, most: int, message: str) -> Callable[[FlaskForm, Field], None]:
    """Between so many letters; `message` says how many are wanted."""

    def check(form: FlaskForm, field: Field) -> None:
        if not least <= len(field.data or "") <= most:
            raise ValidationError(message)

    return check


def blame(form: FlaskForm, refused: EditRefused) -> None:
    """Puts what a verb refused beside the field it is about, or above the form where there is none."""
    message = f"Enter {refused.expected}."
    field = form._fields.get(refused.field)
    if field is None:
        form.form_errors.append(message)
    else:
        field.errors = [*field.errors, message]


def jurisdictions(first: str) -> list[tuple[str, str]]:
    """Choices of places whose law we know, by name, `first` standing for none."""
    places = sorted((place_name(code), code) for code in known_jurisdictions())
    return [("", first), *((code, name) for name, code in places)]
