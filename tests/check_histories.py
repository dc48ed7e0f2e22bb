"""Random histories of checks of one credential, as the database would give them, without a database."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from directory.rules.vocabulary import CosmeticScope, FlagKind, Grade, Outcome, StatedBy
from scrapers.record import CredentialKind, Method
from tests.conftest import NOW

DAY = timedelta(days=1)
KINDS = [kind for kind in CredentialKind if kind is not CredentialKind.EXCLUSION]
PAPERS = (CredentialKind.LIABILITY_INSURANCE, CredentialKind.TRAINING_AWARD)
MOST_DAYS = 120  # written down a second time on purpose: what the public page promises
NOTHING_FOUND = (Outcome.COULD_NOT_CHECK, Outcome.STATED_ONLY)
Row = SimpleNamespace


def random_history(chosen: random.Random) -> list[Row]:
    """Rows as `listing_rows.credential_rows` gives them, newest first: one for each check, one alone without any."""
    stated = _stated(chosen)
    checks = [_check(chosen, number) for number in range(1, chosen.choice([0, 1, 1, 2, 2, 3, 5]) + 1)]
    flag = chosen.choice([None, None, *FlagKind])
    rows = [Row(**stated, **check, published_flag=flag) for check in reversed(checks)]
    return rows or [Row(**stated, **dict.fromkeys(_NO_CHECK), published_flag=None)]


def random_clocks(chosen: random.Random) -> list[datetime]:
    """Three moments, in order: around everything that happened, and long after."""
    return sorted(
        NOW + timedelta(days=chosen.choice([*range(-3, 40), *range(-150, 260), 700]), hours=chosen.randrange(24))
        for _ in range(3)
    )


def may_be_confirmed(rows: Sequence[Row], now: datetime) -> bool:
    """The whole rule once more, in other words: what no page, row or export may overstep."""
    latest: dict[str, Row] = {}
    for row in sorted((row for row in rows if row.check_id is not None), key=lambda row: row.check_id):
        latest[row.registry_id] = row  # each registry's later check supersedes its earlier ones
    told = [row for row in latest.values() if row.outcome not in NOTHING_FOUND]
    if not told:
        return False
    best = min((row.grade.value if row.grade else "E") for row in told)
    first = [row for row in told if (row.grade.value if row.grade else "E") in ((best,) if best < "D" else ("D", "E"))]
    row = max(first, key=lambda each: (each.retrieved_at or each.checked_at, each.check_id))
    if row.evidence_id is None or row.outcome is not Outcome.CONFIRMED or row.name_agrees is False:
        return False
    read = row.retrieved_at
    if row.as_of is not None:
        read = min(read, datetime.combine(row.as_of, time.max, UTC))
    is_paper = row.kind in PAPERS
    if row.retrieved_at > now + timedelta(hours=26) or (not is_paper and now - read > MOST_DAYS * DAY):
        return False
    end = row.seen_end or (row.stated_end if is_paper else None)
    if is_paper and row.grade not in (Grade.A, Grade.B):
        return False
    if row.kind is CredentialKind.LIABILITY_INSURANCE and end is None:
        return False
    return end is None or end >= now.date()


_NO_CHECK = (
    *("check_id", "registry_id", "outcome", "reason", "standing_raw", "seen_end", "name_agrees", "checked_at"),
    *(
        "evidence_id",
        "source",
        "source_title",
        "method",
        "grade",
        "url",
        "retrieved_at",
        "as_of",
        "sha256",
        "described",
    ),
)


def _stated(chosen: random.Random) -> dict[str, Any]:
    kind = chosen.choice(KINDS)
    return {
        "credential_id": 7,
        "kind": kind,
        "profession": chosen.choice(["acupuncturist", ""]),
        "jurisdiction": "" if kind in PAPERS else chosen.choice(["US-CA", "US-AL", "XX"]),
        "title": chosen.choice(["", "Mei Zen"]),
        "issuer": "",
        "number": chosen.choice(["", "AC 10001"]),
        "stated_by": chosen.choice(list(StatedBy)),
        "stated_at": NOW - 500 * DAY,
        "issued_on": None,
        "stated_end": _day(chosen),
        "hours_total": chosen.choice([None, 60]),
        "technique": "",
        "cosmetic_scope": chosen.choice([None, *CosmeticScope]),
    }


def _check(chosen: random.Random, number: int) -> dict[str, Any]:
    at = NOW + timedelta(days=chosen.choice([-390, -130, -121, -120, -119, -60, -5, 0, 0, 2]), minutes=number)
    outcome = chosen.choice([*(Outcome.CONFIRMED,) * 12, *Outcome])
    seen = {
        "evidence_id": number,
        "source": "us_invented",
        "source_title": "Invented Register",
        "method": chosen.choice(list(Method)),
        "grade": chosen.choice([Grade.A, Grade.A, Grade.A, *Grade]),
        "url": "https://register.example/1",
        "retrieved_at": at - timedelta(hours=chosen.choice([0, 5])),
        "as_of": chosen.choice([None, None, (at - chosen.choice([-3, 0, 0, 40, 200]) * DAY).date()]),
        "sha256": "ab" * 32,
    }
    without = dict.fromkeys(seen)
    return {
        "check_id": number,
        "registry_id": chosen.choice(["us_invented", "us_other"]),
        "outcome": outcome,
        "reason": "as the test wants it",
        "standing_raw": "Word",
        "seen_end": _day(chosen),
        "name_agrees": chosen.choice([None, True, True, True, False]),
        "checked_at": at,
        "described": None,
        **(seen if chosen.random() < 0.85 else without),
    }


def _day(chosen: random.Random) -> date | None:
    return chosen.choice([None, None, None, (NOW + chosen.choice([-200, -1, 0, 30, 400, 500]) * DAY).date()])
