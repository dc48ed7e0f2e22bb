"""What the columns of a list may be, by their headings and the look of their values: for a person to confirm."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from scrapers.personal_columns import words_of

DIGITS, LETTERS = r"\d", r"^\D+$"
FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%Y%m%d",
         "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%m-%d-%Y", "%d.%m.%Y",
         "%m/%d/%y", "%d-%b-%y")  # fmt: skip
GUESSES = (  # field, what its heading usually says, and what its values have; the surest come first
    ("npi", r"\bnpi\b", DIGITS),
    ("number", r"number|\bno\b|\bnum\b|#", DIGITS),
    ("number", r"licen[sc]e|\blic\b|certificate", DIGITS),
    ("holder.name", r"\blast\b.*\bfirst\b", ","),
    ("holder.given", r"first|given|fname", LETTERS),
    ("holder.family", r"last|family|surname|lname", LETTERS),
    ("holder.name", r"name|practitioner|holder|licensee|registrant|member|provider", LETTERS),
    ("issued_on", r"issue|\borig|granted|since|effective|initial|registered", DIGITS),
    ("expires_on", r"\bexp|until|valid|renew", DIGITS),
    ("place.city", r"city|town|suburb", LETTERS),
    ("place.region", r"state|province", LETTERS),
    ("place.postal_code", r"zip|postal|postcode", r"^[\w -]{3,10}$"),
    ("phone", r"phone|\btel\b", DIGITS),
)
STANDING = r"status|standing|condition|\bstat\b"


def guesses(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Fields of a record with the heading that may be theirs, as comments."""
    left = [name for name in rows[0] if not re.search(STANDING, words_of(name))]
    found: set[str] = set()
    for field, pattern, has in GUESSES:
        fitting = (one for one in left if re.search(pattern, words_of(one)) and _mostly(rows, one, has))
        if field in found or (field == "holder.name" and "holder.family" in found) or not (name := next(fitting, "")):
            continue
        left.remove(name)
        found.add(field)
        order = f", split: {'family_comma_given' if _mostly(rows, name, ',') else 'given_first'}"
        yield f"  # {field}: {{from: {quoted(name)}{order if field == 'holder.name' else ''}}}"


def _mostly(rows: Sequence[Mapping[str, str]], name: str, pattern: str) -> bool:
    """Whether most of the values that a column has are so. Of one that is empty nothing is known."""
    values = [value for row in rows if (value := row.get(name, ""))]
    return not values or sum(bool(re.search(pattern, value)) for value in values) > len(values) / 2


def seen(rows: Sequence[Mapping[str, str]], name: str) -> str:
    """The words of a column that has few; the shapes of one that has many, so that no person stands in the draft."""
    values = Counter(row.get(name, "") for row in rows)
    if len(values) <= len(rows) // 3 and not any(len(value) > 40 for value in values):
        return "says " + " · ".join(f"{value!r} ({count})" for value, count in values.most_common(12))
    shapes = Counter(re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "a", value)) for value in values)
    return "looks like " + " · ".join(repr(shape[:30]) for shape, _ in shapes.most_common(3))


def standing_of(rows: Sequence[Mapping[str, str]]) -> str:
    """The column that may hold the standing, and all its words, none of them interpreted."""
    name = next((one for one in rows[0] if re.search(STANDING, words_of(one))), "")
    words = sorted({row.get(name, "") for row in rows} - {""}) if name else []
    return f"  from: {quoted(name or '?')}  # ?\n  words:\n    unknown: {json.dumps(words, ensure_ascii=False)}"


def dates_of(rows: Sequence[Mapping[str, str]]) -> str:
    """The forms of date that fit whole columns; where two fit, a person decides."""
    fitting: dict[str, list[str]] = {}
    for name in rows[0]:
        values = [row[name] for row in rows if re.search(r"\d", row.get(name, ""))]
        for form in FORMS:
            if values and sum(_fits(value, form) for value in values) > len(values) * 0.8:
                fitting.setdefault(form, []).append(quoted(name))
    told = (f"{quoted(form)} fits {' and '.join(names)}" for form, names in fitting.items())
    return "; ".join(told) or "none of the usual forms fits"


def _fits(value: str, form: str) -> bool:
    with suppress(ValueError):
        return bool(datetime.strptime(value, form))  # noqa: DTZ007 - a date has no zone
    return False


def quoted(text: str) -> str:
    """A text as YAML, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)
