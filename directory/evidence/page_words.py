"""The small words of a listing's pages: ages, amounts, where a listing comes from, how evidence was obtained."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from directory.rules.vocabulary import Consultation, Grade, StatedBy, Technique
from scrapers.record import Method

METHOD_WORDS: Mapping[Method, str] = {
    Method.API_RESPONSE: "answered by the source's own interface for programs",
    Method.WEB_CAPTURE: "read from the source's web page",
    Method.BULK_FILE_ROW: "read from a file the source publishes",
    Method.SAVED_PAGE: "read from a page of the source that a person saved",
    Method.DOCUMENT: "a document that a person looked at",
    Method.ATTESTATION: "a statement by the practitioner",
    Method.LETTER: "a letter of the source",
    Method.PHONE_NOTE: "a documented telephone call with the source",
}
GRADE_WORDS: Mapping[Grade, str] = {
    Grade.A: "from the issuer or a primary source",
    Grade.B: "a document was looked at",
    Grade.C: "from a third party",
    Grade.D: "stated, not checked",
}
STATED_WORDS: Mapping[StatedBy, str] = {
    StatedBy.REGISTRY: "stated in a public record",
    StatedBy.IMPORT: "stated in an imported list",
    StatedBy.PRACTITIONER: "stated by the practitioner",
}
CONSULTATION_WORDS: Mapping[Consultation, str] = {
    Consultation.FREE: "Free consultation before treatment",
    Consultation.CHARGED: "Consultation before treatment, charged",
    Consultation.NONE: "No separate consultation",
    Consultation.NOT_STATED: "",
}
TECHNIQUE_WORDS: Mapping[str, str] = {
    Technique.FACIAL_ACUPUNCTURE: "Facial acupuncture",
    Technique.CONSTITUTIONAL: "Constitutional facial acupuncture",
    Technique.MEI_ZEN: "Mei Zen",
    Technique.FACIAL_ENHANCEMENT: "Facial enhancement acupuncture",
    Technique.MICRONEEDLING: "Microneedling",
    Technique.MICROCURRENT: "Microcurrent",
    Technique.GUA_SHA: "Facial gua sha",
    Technique.CUPPING: "Facial cupping",
    Technique.MOTOR_POINT: "Facial motor points",
}
_SIGNS = {"USD": "$", "GBP": "£", "EUR": "€", "AUD": "A$", "CAD": "C$", "NZD": "NZ$"}


def age_words(then: date, today: date) -> str:
    """ "today", "12 days ago", "3 months ago", "2 years ago"."""
    days = (today - then).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 60:
        return f"{days} days ago"
    return f"{days // 30} months ago" if days < 730 else f"{days // 365} years ago"


def amount(value: Decimal, currency: str) -> str:
    """ "$1,440", "£85.50"; a currency without a sign goes first by its code."""
    whole = value == value.to_integral_value()
    text = f"{value:,.0f}" if whole else f"{value:,.2f}"
    return f"{_SIGNS[currency]}{text}" if currency in _SIGNS else f"{currency} {text}"


def techniques_in_words(values: list[str]) -> tuple[str, ...]:
    """Techniques by their names; one that has left the vocabulary by the words it is made of."""
    return tuple(TECHNIQUE_WORDS.get(value, value.replace("_", " ").capitalize()) for value in values)
