"""Invented histories of registries: runs as they would stand after days and weeks, without reading anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from directory.models.asking import AskingDay, AskingRefusal
from directory.models.registry import RegistryRun, TermsReading
from directory.registries.run_endings import note_health
from directory.rules.vocabulary import RunChannel, RunState
from scrapers.report import Outcome, RunReport

DAY = timedelta(days=1)
DESCRIBED = {
    "title": "Invented Register",
    "kind": "license",
    "profession": "acupuncturist",
    "jurisdiction": "US-WA",
    "authority": "issuer",
    "completeness": "all_statuses",
    "home": "https://register.example/",
    "shared_numbers": False,
}
FILL = {"number": 1.0, "standing": 1.0, "expires_on": 0.98, "issued_on": 0.97, "place": 0.95, "phone": 0.0, "npi": 0.4}
_STATES = {"complete": RunState.APPLIED, "incomplete": RunState.APPLIED, "suspect": RunState.REJECTED}


def make_run(
    session: Session,
    registry_id: str,
    *,
    at: datetime,
    outcome: str = "complete",
    channel: RunChannel = RunChannel.ROSTER,
    reason: str = "",
    report: dict[str, Any] | None = None,
    title: str = "",
) -> RegistryRun:
    """A run that ended at `at`. `report` is laid over a report with nothing remarkable."""
    usual: dict[str, Any] = {}
    if outcome:
        made = RunReport(registry=registry_id, outcome=Outcome(outcome), reason=reason, channel=channel.value)
        usual = made.as_json()
    run = RegistryRun(
        registry_id=registry_id,
        channel=channel,
        state=_STATES.get(outcome, RunState.FAILED),
        outcome=outcome,
        reason=reason,
        described=DESCRIBED | ({"title": title} if title else {}),
        report=usual | (report or {}),
        queued_at=at - timedelta(minutes=3),
        started_at=at - timedelta(minutes=2),
        finished_at=at,
        retrieved_at=at - timedelta(minutes=1),
    )
    session.add(run)
    session.flush()
    return run


def stage_histories(session: Session, *, now: datetime) -> None:
    """Two months of five known registries: one with a bit of everything, one blocked, one with a word and a column
    nobody knew, one that is asked for single numbers, one that is fine."""
    for registry_id in ("us_wa", "us_az", "us_co", "us_nj"):
        session.add(
            TermsReading(registry_id=registry_id, enabled=True, read_by="oz@practice.example", at=now - 50 * DAY)
        )
    _a_bit_of_everything(session, now)
    _blocked(session, now)
    _unknown_things(session, now)
    _lookups(session, now)
    for weeks in range(9, -1, -1):
        _end(session, "us_oig_leie", now - weeks * 7 * DAY, channel=RunChannel.FILE, report=_counts(81_000 + 9 * weeks))
    _ledger(session, now)


def _a_bit_of_everything(session: Session, now: datetime) -> None:
    """A roster, daily: it grows, is down for maintenance on Sundays, was away once, and lately lost its phones."""
    changed = {"new_columns": ["credential_sub_type"]}
    wrong: dict[int, tuple[str, str, dict[str, Any]]] = {
        20: ("down", "no answer within 30 s", {}),
        21: ("down", "no answer within 30 s", {}),
        33: ("changed", "column credential_sub_type is new (expected the columns of the spec)", changed),
        34: ("changed", "column credential_sub_type is new (expected the columns of the spec)", changed),
        41: ("incomplete", "1,890 of 1,902", {}),
        52: ("suspect", "12 records, where at least 900 were expected", {}),
    }
    for day in range(60):
        at = now - (59 - day) * DAY
        total = 1_843 + day // 2 + (day % 7 == 3) * 4
        outcome, reason, report = wrong.get(day, ("complete", "", {}))
        if at.weekday() == 6 and day % 14 < 7 and day < 56:
            outcome, reason, report = "down", "is under maintenance: “The system is down.”", {"in_maintenance": True}
        records = {"complete": total, "incomplete": total - 12, "suspect": 12}.get(outcome, 0)
        fill = FILL | {"phone": 0.91 if day < 49 else 0.42, "expires_on": 0.98 - day % 5 / 200}
        words = {"Active In Renewal Review": day - 55} if day > 55 else {}
        counts = _counts(
            records, declared=total, fill=fill, seconds=9 + day % 7 + (day == 41) * 40, unknown_words=words
        )
        _end(session, "us_wa", at, outcome, reason=reason, report=counts | report)


def _blocked(session: Session, now: datetime) -> None:
    for day in range(12, -1, -1):
        is_blocked = day < 5
        reason = "us_az, https://azboard.example/search: Cloudflare Turnstile stands in the way" if is_blocked else ""
        _end(
            session,
            "us_az",
            now - day * DAY,
            "blocked" if is_blocked else "complete",
            reason=reason,
            report=_counts(740),
        )


def _unknown_things(session: Session, now: datetime) -> None:
    strange = {"unknown_words": {"Expired - Pending Continuing Education Audit and Board Review": 14, "不详": 1}}
    for weeks in range(6, 0, -1):
        report = _counts(3_120 - weeks) | (strange if weeks < 3 else {})
        _end(session, "us_co", now - weeks * 7 * DAY, report=report)


def _lookups(session: Session, now: datetime) -> None:
    for day in reversed(range(6)):
        for number in reversed(range(3 + day)):
            at, outcome = (
                now - day * DAY - timedelta(minutes=number),
                "down" if day == 2 and number == 2 else "complete",
            )
            _end(session, "us_nj", at, outcome, channel=RunChannel.LOOKUP, report=_counts(1))


def _ledger(session: Session, now: datetime) -> None:
    for registry_id, host in (("us_wa", "data.wa.gov"), ("us_az", "azboard.example")):
        asked = AskingDay(registry_id=registry_id, host=host, day=now.date(), requests=61, first_at=now, last_at=now)
        if registry_id == "us_az":
            url, reason = "https://azboard.example/search", "Cloudflare Turnstile stands in the way"
            refusal = AskingRefusal(registry_id=registry_id, host=host, kind="refusal", at=now, reason=reason, url=url)
            session.add(refusal)
        asked.last_sent_at, asked.refusals = now, 5 if registry_id == "us_az" else 0
        session.add(asked)


def _counts(records: int, **given: Any) -> dict[str, Any]:
    usual = {"records": records, "rows": records, "pages": 2, "requests": 3, "bytes": records * 410, "fill": FILL}
    return usual | {"seconds": 4.0 + records % 5} | given


def _end(session: Session, registry_id: str, at: datetime, outcome: str = "complete", **given: Any) -> None:
    note_health(session, make_run(session, registry_id, at=at, outcome=outcome, **given), at=at)
