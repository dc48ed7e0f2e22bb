"""What the columns of a list may be, by their headings and the look of their values: for a person to confirm."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from scrapers.personal_columns import words_of

FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%Y%m%d",
         "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%m-%d-%Y", "%d.%m.%Y")  # fmt: skip
GUESSES = (  # field, what its heading usually says
    ("number", r"licen[sc]e|number|\bno\b|\bnum\b|#|certificate"),
    ("holder.given", r"first|given|fname"),
    ("holder.family", r"last|family|surname|lname"),
    ("holder.name", r"name|practitioner|holder|licensee"),
    ("issued_on", r"issue|original|granted|since|effective"),
    ("expires_on", r"expir|until|valid|renew"),
    ("place.city", r"city|town|suburb"),
    ("place.region", r"state|province"),
    ("place.postal_code", r"zip|postal|postcode"),
    ("phone", r"phone|\btel\b"),
)
STANDING = r"status|standing|condition"


def guesses(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Fields of a record with the heading that may be theirs, as comments."""
    left = [name for name in rows[0] if not re.search(STANDING, words_of(name))]
    for field, pattern in GUESSES:
        name = next((one for one in left if re.search(pattern, words_of(one))), "")
        if not name:
            continue
        left.remove(name)
        comma = sum("," in row.get(name, "") for row in rows) > len(rows) / 2
        order = f", split: {'family_comma_given' if comma else 'given_first'}" if field == "holder.name" else ""
        yield f"  # {field}: {{from: {quoted(name)}{order}}}"


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
    fitting: Counter[str] = Counter()
    for name in rows[0]:
        values = [row[name] for row in rows if re.search(r"\d", row.get(name, ""))]
        fitting.update(form for form in FORMS if values and sum(_fits(v, form) for v in values) > len(values) * 0.8)
    return (
        "; ".join(f"{form} fits {count} columns" for form, count in fitting.items()) or "none of the usual forms fits"
    )


def _fits(value: str, form: str) -> bool:
    with suppress(ValueError):
        return bool(datetime.strptime(value, form))  # noqa: DTZ007 - a date has no zone
    return False


def quoted(text: str) -> str:
    """A text as YAML, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)
