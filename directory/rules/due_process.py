"""The way of a finding against somebody to a public mark, and off it again: one pure function from a case to a case.

    detected -> triaged -> notified -> [reply_received] -> decided -> published -> [appealed] -> ...

`move(case, event, now)` gives the case after the event, or raises MoveRefused with the reason as a sentence. Rows are
turned into a `Case` and back by `moderation/due_case`; no other code decides what may follow what. What must hold on
every path (nothing public without a notice that arrived, time or an answer that somebody read, a person's decision and
reasons; no appeal decided by who took part) is searched for in `tests/rules/test_due_process.py`.

Sources: the due-process rules of the evidence dossier (3.2): CMS let plans concur or contest before determinations;
DSA Art. 17 (statement of reasons) and Art. 20 (complaints within six months, not decided by automation alone).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from directory.rules.business_days import is_over, window_end
from directory.rules.case_dates import APPEAL_WITHIN, REPLY_DAYS, SECOND_PERSON_WITHIN, lasts
from directory.rules.case_events import (
    Accepted,
    Appeal,
    Case,
    Confirm,
    Decide,
    DecideAppeal,
    Decision,
    FactsChanged,
    FactsGone,
    Handle,
    Lapse,
    Notify,
    ProposeOrder,
    Publish,
    Reply,
    Returned,
    SecondOrder,
    Stated,
    Told,
    Triage,
)
from directory.rules.vocabulary import (
    CLOSED_FLAG_STATES,
    PUBLISHED_FLAG_STATES,
    AppealOutcome,
    Delivery,
    Finding,
    FlagKind,
    FlagState,
)

LEAST_REASONS = 40
FINAL_ORDERS = frozenset({FlagKind.LICENSE_SUSPENDED, FlagKind.LICENSE_REVOKED})


class MoveRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """A step that due process does not allow now. The message says why, to the person who tried."""


def move(case: Case, event: Any, now: datetime) -> Case:
    """The case after `event`. Raises MoveRefused where due process does not allow it now."""
    if case.state in CLOSED_FLAG_STATES:
        raise MoveRefused("This case is closed.")
    by = getattr(event, "by", None)
    if by is not None and not isinstance(event, Reply | Appeal):
        _refuse(by in case.interested, "Somebody who has no part in this listing has to do that.")
        case = replace(case, took_part=case.took_part | {by}) if not isinstance(event, DecideAppeal) else case
    for text in (getattr(event, "reasons", None), getattr(event, "note", None)):
        if text is not None:
            _refuse(len(text.strip()) < LEAST_REASONS, f"Give the reasons in at least {LEAST_REASONS} characters.")
    return _MOVES[type(event)](case, event, now)


def may_move(case: Case, event: Any, now: datetime) -> bool:
    """Whether `event` is allowed now."""
    try:
        move(case, event, now)
    except MoveRefused:
        return False
    return True


def why_no_decision(case: Case, now: datetime) -> str:
    """Why nothing may be decided against somebody yet; "" where it may."""
    if not case.was_told or case.told is None or case.told.answer_by is None:
        return "The practitioner has not been told: no notice has arrived."
    if case.unread:
        return "There is an answer that nobody has read yet."
    if not case.told.answered and not is_over(case.told.answer_by, now):
        return "The time to answer has not passed yet."
    return ""


def waits_for_second(case: Case, now: datetime) -> bool:
    """Whether somebody has proposed the emergency path, and a second person may still confirm it."""
    decision = case.decision
    if decision is None or not decision.order_url or decision.second is not None:
        return False
    return now - decision.at <= SECOND_PERSON_WITHIN


def _triage(case: Case, event: Triage, now: datetime) -> Case:
    _refuse(case.state is not FlagState.DETECTED, "Somebody has looked at it already.")
    return replace(case, state=FlagState.TRIAGED)


def _notify(case: Case, event: Notify, now: datetime) -> Case:
    by_order = case.state is FlagState.PUBLISHED and case.stands_by_order
    _refuse(case.state is not FlagState.TRIAGED and not by_order, "A notice is written after triage, and once.")
    _refuse(case.is_under_way, "A notice is under way already.")
    return replace(case, told=Told(Delivery.WAITING if event.has_address else Delivery.RETURNED))


def _accepted(case: Case, event: Accepted, now: datetime) -> Case:
    told = case.told
    if told is None or told.delivery is not Delivery.WAITING:
        raise MoveRefused("No notice is waiting.")
    told = replace(
        told, delivery=Delivery.ACCEPTED, accepted_at=now, answer_by=window_end(now, REPLY_DAYS, case.jurisdiction)
    )
    return replace(case, told=told, state=FlagState.NOTIFIED if case.state is FlagState.TRIAGED else case.state)


def _returned(case: Case, event: Returned, now: datetime) -> Case:
    """Not told: everything since the notice counts for nothing. A mark that rests on a public order stays its time."""
    _refuse(not case.is_under_way, "No notice is under way that could come back.")
    case = replace(case, told=Told(Delivery.RETURNED))
    if case.stands_by_order:
        return case
    return replace(case, state=FlagState.TRIAGED, decision=None, holds_since=None, order_url="")


def _reply(case: Case, event: Reply, now: datetime) -> Case:
    """An answer stops the clock; one that comes after a decision that is not public yet undoes the decision."""
    if case.told is None or case.state in (FlagState.DETECTED, FlagState.APPEALED):
        raise MoveRefused("There is nothing to answer now.")
    public = case.state is FlagState.PUBLISHED
    _refuse(public and not case.stands_by_order, "It is published: please appeal instead.")
    case = replace(case, told=replace(case.told, answered=True), unread=case.unread + 1)
    if public or case.state is FlagState.TRIAGED:
        return case
    return replace(case, state=FlagState.REPLY_RECEIVED, decision=None)


def _handle(case: Case, event: Handle, now: datetime) -> Case:
    _refuse(not case.unread, "There is no answer that waits to be read.")
    return replace(case, unread=0)


def _decide(case: Case, event: Decide, now: datetime) -> Case:
    _refuse(case.state in (FlagState.DETECTED, FlagState.APPEALED), "It is not for deciding now.")
    decision = Decision(event.outcome, event.by, event.reasons, now)
    if event.outcome is not Finding.PUBLISH:  # in somebody's favor there is nothing to wait for
        closed = FlagState.DISMISSED if event.outcome is Finding.NOTHING else FlagState.WITHDRAWN
        return replace(case, state=closed, decision=decision, unread=0, holds_since=None, order_url="")
    fits = case.state in (FlagState.NOTIFIED, FlagState.REPLY_RECEIVED)
    _refuse(
        not fits and not (case.state is FlagState.PUBLISHED and case.stands_by_order), "It is not for deciding now."
    )
    reason = why_no_decision(case, now)
    _refuse(bool(reason), reason)
    # From now on it rests on this decision, no more on an order alone: an appeal hides it as any other.
    return replace(case, state=FlagState.DECIDED, decision=decision, holds_since=None, order_url="")


def _stated(case: Case, event: Stated, now: datetime) -> Case:
    if case.decision is None or case.decision.stated or case.state is not FlagState.DECIDED:
        raise MoveRefused("No statement of reasons is under way.")
    return replace(case, decision=replace(case.decision, stated=True))


def _publish(case: Case, event: Publish, now: datetime) -> Case:
    decision = case.decision
    _refuse(case.state is not FlagState.DECIDED or decision is None, "Nothing has been decided.")
    _refuse(not case.was_told, "The practitioner has not been told.")
    _refuse(decision is not None and not decision.stated, "The statement of reasons is not on its way yet.")
    return replace(case, state=FlagState.PUBLISHED, holds_since=now)


def _appeal(case: Case, event: Appeal, now: datetime) -> Case:
    public = case.state is FlagState.PUBLISHED
    if case.decision is None or not (public or (case.state is FlagState.DECIDED and case.decision.stated)):
        raise MoveRefused("There is no decision to appeal against.")
    _refuse(case.decision.appealed, "The decision has been looked at by a second person already.")
    _refuse(now - case.decision.at > APPEAL_WITHIN, "The time to appeal has passed. Please write to us all the same.")
    return replace(case, state=FlagState.APPEALED, decision=replace(case.decision, appealed=True))


def _decide_appeal(case: Case, event: DecideAppeal, now: datetime) -> Case:
    _refuse(case.state is not FlagState.APPEALED, "There is no appeal to decide.")
    _refuse(event.by in case.took_part, "Somebody who had no part in the decision has to look at the appeal.")
    case = replace(case, took_part=case.took_part | {event.by})
    if event.outcome is AppealOutcome.OVERTURNED:
        return replace(case, state=FlagState.DISMISSED, holds_since=None)
    return replace(case, state=FlagState.PUBLISHED, holds_since=case.holds_since if case.stands_by_order else now)


def _confirm(case: Case, event: Confirm, now: datetime) -> Case:
    _refuse(
        case.state is not FlagState.PUBLISHED or case.stands_by_order,
        "Only what was decided and is public is reviewed.",
    )
    return replace(case, holds_since=now)


def _lapse(case: Case, event: Lapse, now: datetime) -> Case:
    """Also while an appeal waits: one that nobody decides in time ends in favor of who appealed."""
    if case.state not in PUBLISHED_FLAG_STATES or case.holds_since is None:
        raise MoveRefused("Nothing public can lapse.")
    _refuse(now < case.holds_since + lasts(case), "It is not due yet.")
    return replace(case, state=FlagState.EXPIRED, holds_since=None)


def _propose_order(case: Case, event: ProposeOrder, now: datetime) -> Case:
    _refuse(case.kind not in FINAL_ORDERS, "The short way is only for a final order of suspension or revocation.")
    _refuse(not event.order_url.startswith("https://"), "Give the public link to the order, beginning with https://.")
    early = (FlagState.TRIAGED, FlagState.NOTIFIED, FlagState.REPLY_RECEIVED)
    _refuse(case.state not in early, "The short way begins with a case that somebody has looked at.")
    _refuse(waits_for_second(case, now), "A second person is asked already.")
    decision = Decision(Finding.PUBLISH, event.by, event.reasons, now, order_url=event.order_url)
    return replace(case, decision=decision)


def _second_order(case: Case, event: SecondOrder, now: datetime) -> Case:
    """Public at once; the notice goes out with it, and the ordinary way follows."""
    decision = case.decision
    if decision is None or not decision.order_url or decision.second is not None:
        raise MoveRefused("Nobody has proposed the short way.")
    _refuse(event.by == decision.by, "A second person has to confirm that.")
    _refuse(now - decision.at > SECOND_PERSON_WITHIN, "That was proposed more than 24 hours ago: please begin again.")
    told = case.told if case.is_under_way else Told(Delivery.WAITING if event.has_address else Delivery.RETURNED)
    return replace(
        case,
        state=FlagState.PUBLISHED,
        told=told,
        decision=replace(decision, second=event.by),
        order_url=decision.order_url,
        holds_since=now,
    )


def _facts_changed(case: Case, event: FactsChanged, now: datetime) -> Case:
    return replace(case, state=FlagState.DETECTED, told=None, decision=None, holds_since=None, order_url="")


def _facts_gone(case: Case, event: FactsGone, now: datetime) -> Case:
    return replace(case, state=FlagState.WITHDRAWN, holds_since=None)


def _refuse(condition: bool, reason: str) -> None:
    if condition:
        raise MoveRefused(reason)


_MOVES: Mapping[type, Callable[[Case, Any, datetime], Case]] = {
    Triage: _triage,
    Notify: _notify,
    Accepted: _accepted,
    Returned: _returned,
    Reply: _reply,
    Handle: _handle,
    Decide: _decide,
    Stated: _stated,
    Publish: _publish,
    Appeal: _appeal,
    DecideAppeal: _decide_appeal,
    Confirm: _confirm,
    Lapse: _lapse,
    ProposeOrder: _propose_order,
    SecondOrder: _second_order,
    FactsChanged: _facts_changed,
    FactsGone: _facts_gone,
}
