"""By when things happen in a case: to answer, to be reminded, to appeal, to look again. The one place for these limits.

Sources: the due-process rules of the evidence dossier (3.2); DSA Art. 20 (six months to complain).
"""

from __future__ import annotations

from datetime import date, timedelta

from directory.rules.case_events import Case
from directory.rules.vocabulary import Finding

REPLY_DAYS = 14
REMINDER_AFTER = timedelta(days=7)
APPEAL_WITHIN = timedelta(days=183)
REVIEW_EVERY = timedelta(days=90)
REVIEW_GRACE = timedelta(days=14)
SECOND_PERSON_WITHIN = timedelta(hours=24)
ORDER_LASTS = timedelta(days=60)
"""How long a mark of the emergency path stays without a decision in the ordinary way."""


def lasts(case: Case) -> timedelta:
    """How long a mark stays that nobody confirms."""
    return ORDER_LASTS if case.stands_by_order else REVIEW_EVERY + REVIEW_GRACE


def ends_by_itself(case: Case) -> date | None:
    """The day on which a public finding, or one under appeal, ends where nobody confirms it or decides."""
    return None if case.holds_since is None else (case.holds_since + lasts(case)).date()


def review_due(case: Case) -> date | None:
    """The day on which somebody should confirm that a public finding still holds."""
    return None if case.holds_since is None else (case.holds_since + REVIEW_EVERY).date()


def appeal_until(case: Case) -> date | None:
    """The last day on which the decision may be appealed against; None where it was, or there is none against them."""
    decision = case.decision
    if decision is None or decision.appealed or decision.outcome is not Finding.PUBLISH:
        return None
    return (decision.at + APPEAL_WITHIN).date()
