"""A search result as its card shows it: the four facts patients ask for first, each in sign and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from directory.evidence.page_words import age_words, amount, techniques_in_words
from directory.listings.languages import language_names
from directory.rules.requirements import requirement
from directory.rules.vocabulary import Consultation, PublicState
from directory.rules.wording import register_of
from directory.search.search import ResultRow
from directory.views.formats import day

_LABELS = {"license": "License", "certification": "Certification", "insurance": "Insurance", "training": "Training"}


@dataclass(frozen=True, slots=True)
class CardLine:
    """One fact: `label` names it, `words` say how it stands; `state` chooses the sign."""

    label: str
    words: str
    state: PublicState


@dataclass(frozen=True, slots=True)
class Card:
    slug: str
    name: str
    letters: str
    town: str
    practice_name: str
    distance: str
    claimed: bool
    lines: tuple[CardLine, ...]
    extras: tuple[str, ...]  # what the practitioner says: techniques, price, languages, new patients


def card(row: ResultRow, *, unit: str, now: datetime) -> Card:
    """The card of one result. `unit` ("mi" or "km") is what the patient thinks in."""
    return Card(
        slug=row.slug,
        name=row.name,
        letters=row.credentials_text,
        town=", ".join(part for part in (row.city, row.region if row.country in {"US", "CA", "AU"} else "") if part),
        practice_name=row.practice_name,
        distance=row.distance_words(unit),
        claimed=row.claimed,
        lines=_lines(row, now),
        extras=_extras(row),
    )


def _lines(row: ResultRow, now: datetime) -> tuple[CardLine, ...]:
    facts = ("license", "certification", "insurance", "training") if row.claimed else ("license", "certification")
    lines = [_line(row, fact, now) for fact in facts]
    if not row.claimed:
        words = "the practitioner has not been asked yet"
        lines.append(CardLine("Insurance, training", words, PublicState.NOT_CHECKED))
    return tuple(_together(lines))


def _together(lines: Iterable[CardLine]) -> Iterator[CardLine]:
    """Neighbors that say the same become one: "License, certification: nothing confirmed at present"."""
    for (words, state), same in groupby(lines, key=lambda line: (line.words, line.state)):
        labels = [line.label for line in same]
        yield CardLine(", ".join([labels[0], *(label.lower() for label in labels[1:])]), words, state)


def _line(row: ResultRow, fact: str, now: datetime) -> CardLine:
    confirmed = [found for found in row.confirmations if found.fact == fact]
    label = _LABELS[fact]
    if confirmed:
        latest = max(confirmed, key=lambda found: found.checked_at)
        seen = latest.checked_at.date()
        where = register_of(latest.source_title)
        words = {
            "license": f"active, seen {age_words(seen, now.date())}, {day(seen)}, in {where}",
            "certification": f"seen {age_words(seen, now.date())}, {day(seen)}, in {where}",
            "insurance": f"certificate seen {age_words(seen, now.date())}, {day(seen)}; {_cosmetic(row)}",
            "training": f"{row.training_hours} hours, grade {row.training_grade}, seen on {day(seen)}",
        }
        return CardLine(label, words[fact], PublicState.CONFIRMED)
    if fact == "license" and _none_issued(row, now.date()):
        return CardLine(label, "this place issues none", PublicState.NOT_REQUIRED)
    return CardLine(label, "nothing confirmed at present", PublicState.NOT_CHECKED)


def _cosmetic(row: ResultRow) -> str:
    return "covers cosmetic work" if row.insured_cosmetic else "cosmetic work not stated as covered"


def _none_issued(row: ResultRow, today: date) -> bool:
    region = row.region.removeprefix(f"{row.country}-")
    return requirement(f"{row.country}-{region}" if region else row.country, on=today).issues_none


def _extras(row: ResultRow) -> tuple[str, ...]:
    if not row.claimed:
        return ()
    said = list(techniques_in_words(list(row.techniques)))
    if row.price_session is not None:
        said.append(f"{amount(row.price_session, row.price_currency)} a session")
    if row.consultation is Consultation.FREE:
        said.append("free consultation")
    said += [", ".join(language_names(row.languages))] if row.languages else []
    if row.new_patients:
        said.append("takes new patients")
    return tuple(said)
