"""Due process by search: every path of the machine up to a depth, with an account of its own of what really happened.

The ledger beside each case is kept by the test from the events alone, so that the machine is not asked whether it was
right. Paths that lead to the same case with the same ledger are walked on once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from directory.rules import case_events as e
from directory.rules.business_days import is_business_day, is_over, window_end
from directory.rules.case_events import Case
from directory.rules.due_process import MoveRefused, may_move, move
from directory.rules.vocabulary import CLOSED_FLAG_STATES, AppealOutcome, Finding, FlagKind, FlagState

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday; a window from here ends about Thanksgiving's fortnight
DAY = timedelta(days=1)
OWNER, PEOPLE = 9, (1, 2, 3, 9)
GOOD = "The register shows it so, and nothing that was answered speaks against it."
SHORT = "Because."
ORDER = "https://board.example/orders/7"
SUSPENSION = Case(kind=FlagKind.LICENSE_SUSPENDED, jurisdiction="US-CA", interested=frozenset({OWNER}))
STEPS = (DAY * 2, DAY * 15, DAY * 105)


@dataclass(frozen=True)
class Ledger:
    """What really happened, from the events alone."""

    delivered_at: datetime | None = None
    unread: int = 0
    heard: bool = False  # an answer to this notice came
    decided_fairly: bool = False
    stated: bool = False
    proposed: tuple[int, datetime] | None = None
    ordered: bool = False
    people: frozenset[int] = frozenset()
    looked_at: datetime | None = None  # when a person last said that it may be, or stay, public


@dataclass(frozen=True)
class Node:
    case: Case
    ledger: Ledger
    now: datetime
    path: tuple[Any, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        """Two nodes with one key have the same future: times count by their age, and not beyond the longest limit."""
        now, case, ledger = self.now, self.case, self.ledger
        told = case.told and (case.told.delivery, case.told.answered, _age(now, case.told.accepted_at, 25))
        decision = case.decision and replace(case.decision, at=START, reasons="")
        decided = case.decision and _age(now, case.decision.at, 184)
        held = replace(ledger, delivered_at=None, proposed=None, looked_at=None)
        proposed = ledger.proposed and (ledger.proposed[0], _age(now, ledger.proposed[1], 2))
        return (
            *(case.kind, case.state, told, min(case.unread, 2), decision, decided, case.order_url, case.took_part),
            *(_age(now, case.holds_since, 105), replace(held, unread=min(held.unread, 2)), proposed),
            *(_age(now, ledger.delivered_at, 25), _age(now, ledger.looked_at, 105)),
        )


def _age(now: datetime, then: datetime | None, most: int) -> int | None:
    return None if then is None else min((now - then).days, most)


def events(node: Node) -> Iterator[Any]:
    """Everything that could be tried now, allowed or not."""
    yield from (e.Accepted(), e.Returned(), e.Reply(), e.Stated(), e.Publish(), e.Appeal(OWNER), e.Lapse())
    yield from (e.FactsChanged(), e.FactsGone())
    for person in PEOPLE:
        yield from (e.Triage(person), e.Notify(person), e.Handle(person, GOOD), e.Confirm(person, GOOD))
        yield from (e.Decide(person, Finding.PUBLISH, GOOD), e.Decide(person, Finding.NOTHING, GOOD))
        yield from (e.DecideAppeal(person, outcome, GOOD) for outcome in AppealOutcome)
        yield from (e.ProposeOrder(person, ORDER, GOOD), e.SecondOrder(person))
    yield from (e.Notify(1, has_address=False), e.SecondOrder(2, has_address=False))
    yield from (e.Decide(1, Finding.PUBLISH, SHORT), e.Handle(1, ""), e.DecideAppeal(3, AppealOutcome.UPHELD, SHORT))
    yield from (e.ProposeOrder(1, "the order is in my drawer", GOOD), e.Confirm(1, SHORT))


def written_down(ledger: Ledger, event: Any, now: datetime) -> Ledger:
    """The ledger after an event that was let through."""
    by = getattr(event, "by", None)
    if by is not None and not isinstance(event, e.Appeal):
        assert by != OWNER, "whoever the listing belongs to took part"
        ledger = replace(ledger, people=ledger.people | {by})
    for text in (getattr(event, "reasons", GOOD), getattr(event, "note", GOOD)):
        assert len(text) >= 40, "without reasons"
    match event:
        case e.Notify():
            return replace(ledger, delivered_at=None, heard=False)
        case e.Accepted():
            return replace(ledger, delivered_at=now)
        case e.Returned() | e.FactsChanged():
            return replace(ledger, delivered_at=None, heard=False, decided_fairly=False, stated=False)
        case e.Reply():
            return replace(ledger, unread=ledger.unread + 1, heard=True)
        case e.Handle():
            return replace(ledger, unread=0)
        case e.Decide(outcome=Finding.PUBLISH):
            waited = ledger.delivered_at is not None and now - ledger.delivered_at >= 14 * DAY
            answered = ledger.delivered_at is not None and ledger.heard
            fair = ledger.unread == 0 and (waited or answered)
            return replace(ledger, decided_fairly=fair, stated=False, looked_at=now, ordered=False)
        case e.Decide():  # in somebody's favor, and closed: there is nothing left to read
            return replace(ledger, unread=0)
        case e.Stated():
            return replace(ledger, stated=True)
        case e.Publish() | e.Confirm() | e.DecideAppeal():
            return replace(ledger, looked_at=now)
        case e.ProposeOrder():
            return replace(ledger, proposed=(by, now), ordered=False)
        case e.SecondOrder():
            assert ledger.proposed is not None
            person, at = ledger.proposed
            return replace(ledger, ordered=person != by and now - at <= DAY, looked_at=now)
    return ledger


def after(node: Node, event: Any) -> Node | None:
    try:
        case = move(node.case, event, node.now)
    except MoveRefused:
        return None
    if isinstance(event, e.DecideAppeal):
        assert event.by not in node.ledger.people, ("who took part decided the appeal", node.path)
    ledger = written_down(node.ledger, event, node.now)
    return Node(case, ledger, node.now, (*node.path, event))


def hold_to_account(node: Node) -> None:
    """What must be true at every point of every path."""
    case, ledger = node.case, node.ledger
    if case.is_public:
        by_order = ledger.ordered and case.kind in (FlagKind.LICENSE_SUSPENDED, FlagKind.LICENSE_REVOKED)
        by_due_process = ledger.delivered_at is not None and ledger.decided_fairly and ledger.stated
        assert (by_order and case.order_url == ORDER) or by_due_process, ("a mark without due process", node.path)
        assert case.told is not None, ("a mark, and no notice was even written", node.path)
        assert ledger.looked_at is not None
        if node.now - ledger.looked_at >= 104 * DAY:
            assert may_move(case, e.Lapse(), node.now), ("a mark that nobody confirmed stays", node.path)
    if case.state in CLOSED_FLAG_STATES:
        assert not any(after(node, event) for event in events(node)), ("a closed case moved", node.path)
    if node.path and isinstance(node.path[-1], e.Returned) and not (ledger.ordered and case.order_url):
        assert case.state is FlagState.TRIAGED, ("returned mail did not begin again", node.path)
    if case.told is not None and case.told.answer_by is not None and case.told.accepted_at is not None:
        assert is_business_day(case.told.answer_by, case.jurisdiction)
        assert case.told.answer_by >= case.told.accepted_at.date() + 14 * DAY
    if case.order_url:  # what a person has decided in the ordinary way rests on that, and an appeal hides it
        assert case.decision is not None and case.decision.order_url, ("a decision that keeps its order", node.path)
    assert case.unread == ledger.unread
    assert case.took_part == ledger.people


def search(first: Case, depth: int) -> tuple[int, set[FlagState]]:
    """Walks every path of `depth` steps: how many different cases were met, and their states."""
    edge = [Node(first, Ledger(), START)]
    seen = {edge[0].key}
    for _ in range(depth):
        further: list[Node] = []
        for node in edge:
            found = (after(node, event) for event in events(node))
            clock = (Node(node.case, node.ledger, node.now + step, (*node.path, step)) for step in STEPS)
            for reached in (*(each for each in found if each is not None), *clock):
                if reached.key not in seen:
                    seen.add(reached.key)
                    hold_to_account(reached)
                    further.append(reached)
        edge = further
    return len(seen), {key[1] for key in seen}


def test_no_path_leads_to_a_public_mark_without_due_process() -> None:
    """Of a suspension, which has every path that another finding has, and the emergency path besides."""
    cases, states = search(SUSPENSION, depth=8)
    assert states == set(FlagState), "the search did not get everywhere"
    assert cases > 10_000


@pytest.mark.parametrize("kind", sorted(set(FlagKind) - {FlagKind.LICENSE_SUSPENDED, FlagKind.LICENSE_REVOKED}))
def test_the_emergency_path_is_for_final_orders_only(kind: FlagKind) -> None:
    case = move(replace(SUSPENSION, kind=kind), e.Triage(1), START)
    assert not may_move(case, e.ProposeOrder(1, ORDER, GOOD), START)


def test_nor_does_any_path_that_goes_on_from_a_public_mark() -> None:
    """From what was published by the whole way, five steps further: thirteen in all."""
    node = Node(replace(SUSPENSION, kind=FlagKind.LICENSE_EXPIRED), Ledger(), START)
    for event in (e.Triage(1), e.Notify(1), e.Accepted(), 20 * DAY, e.Decide(1, Finding.PUBLISH, GOOD), e.Stated()):
        node = step(node, event)
    node = step(node, e.Publish())
    edge, seen = [node], {node.key}
    for _ in range(5):
        reached = [found for each in edge for event in (*events(each), *STEPS) if (found := step_or_none(each, event))]
        fresh = {each.key: each for each in reached if each.key not in seen}
        for each in fresh.values():
            hold_to_account(each)
        edge, seen = list(fresh.values()), seen | set(fresh)
    assert len(seen) > 300


@pytest.mark.parametrize(
    ("start", "place", "end"),
    [
        (datetime(2026, 11, 12, 9, tzinfo=UTC), "US-CA", date(2026, 11, 30)),  # Thanksgiving, the day after, a weekend
        (
            datetime(2026, 12, 11, 9, tzinfo=UTC),
            "GB",
            date(2026, 12, 29),
        ),  # Christmas, weekend, Boxing Day's substitute
        (datetime(2026, 11, 9, 9, tzinfo=UTC), "US-CA", date(2026, 11, 23)),
        (datetime(2026, 11, 7, 9, tzinfo=UTC), "XX", date(2026, 11, 23)),  # nobody's calendar: weekends only
    ],
)
def test_the_time_to_answer_never_ends_on_a_weekend_or_a_holiday(start: datetime, place: str, end: date) -> None:
    assert window_end(start, 14, place) == end
    assert not is_over(end, datetime(end.year, end.month, end.day, 23, 59, tzinfo=UTC))
    assert is_over(end, datetime(end.year, end.month, end.day, 12, tzinfo=UTC) + DAY)


def step_or_none(node: Node, event: Any) -> Node | None:
    if isinstance(event, timedelta):
        return Node(node.case, node.ledger, node.now + event, (*node.path, event))
    return after(node, event)


def step(node: Node, event: Any) -> Node:
    reached = step_or_none(node, event)
    assert reached is not None, event
    return reached
