"""What `listings show` prints of a listing: one JSON document, or words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from directory.evidence.explanations import CheckOnFile, Explained, Explanation
from directory.rules.wording import day


def as_document(found: Explanation) -> dict[str, Any]:
    """The evidence page, and with each fact the rule behind it and the checks on file."""
    document = asdict(found.page)
    for fact, each in zip(document["facts"], found.lines, strict=True):
        fact |= {"why": each.why, "published": each.published, "on_file": [asdict(check) for check in each.on_file]}
    return document


def in_words(found: Explanation, *, now: datetime) -> str:
    """The same for reading."""
    return "\n".join(_lines(found, now))


def _lines(found: Explanation, now: datetime) -> Iterator[str]:
    page = found.page
    yield f"{page.name}, {page.town}"
    if page.as_of is not None and page.as_of.date() > now.date():
        yield f"{day(page.as_of)} is still to come: so the page would stand if nothing but its age changed."
    elif page.as_of is not None and page.since is not None:
        yield f"As the page stood on {day(page.as_of)}; it had been so since {page.since:%Y-%m-%d %H:%M} UTC."
    if page.law_changed:
        yield "The table of what places ask for has changed since: lines that rest on it may have read otherwise."
    if page.words_forgotten:
        yield "Its owner has left since; their own words are no longer kept."
    for each in found.lines:
        yield from _fact(each)
    yield from (f"\n{note}" for note in page.notes)
    yield f"\n{page.origin}"


def _fact(each: Explained) -> Iterator[str]:
    line = each.shown.line
    yield f"\n{line.title}\n  {line.state_words}. {line.sentence}\n  Why: {each.why}"
    yield from (f"  {_check(check)}" for check in each.on_file)


def _check(check: CheckOnFile) -> str:
    found = check.outcome.replace("_", " ") + (f" “{check.standing_raw}”" if check.standing_raw else "")
    told = f"{'*' if check.speaks else '-'} {day(check.retrieved_at or check.at)}: {check.source}, {found}"
    if check.evidence_id is None:
        return f"{told} ({check.reason})"
    kept = f"capture {check.sha256}" if check.sha256 else "no capture"
    return f"{told}; {check.method.replace('_', ' ')}, grade {check.grade}, {kept}"
