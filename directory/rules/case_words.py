"""How a case stands, in a label and a sentence: one for moderators, one for the person it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from directory.rules.business_days import is_over
from directory.rules.case_dates import appeal_until, ends_by_itself, review_due
from directory.rules.case_events import Case
from directory.rules.due_process import waits_for_second
from directory.rules.vocabulary import CLOSED_FLAG_STATES, Delivery, FlagState
from directory.rules.wording import day


@dataclass(frozen=True, slots=True)
class Standing:
    """`tone` is that of a tag; `then` tells the person it is about what comes next and by when; `who_reads` says
    whether everybody can read it, exactly as `Case.is_public` does."""

    label: str
    tone: str
    for_moderators: str
    for_practitioner: str
    then: str
    who_reads: str


_Words = tuple[str, str, str, str, str]
_MISTAKES = "Registers make mistakes, and so do we. A person reads every answer"
_REASONS_FIRST = "you have our reasons by mail before anything is public."


def standing(case: Case, now: datetime) -> Standing:
    """The words for `case` as it is at `now`."""
    return Standing(*_words(case, now), who_reads(case))


def who_reads(case: Case) -> str:
    """Whether everybody can read it."""
    if case.is_public and case.state is FlagState.APPEALED:
        return "Everybody can read it: it rests on a final public order, and stays while the appeal is decided."
    if case.is_public:
        return "Everybody can read it, with its source and its day."
    if case.state is FlagState.APPEALED:
        return "Our page does not show it while the appeal is decided."
    return "Nothing of this is public."


def _words(case: Case, now: datetime) -> _Words:
    if case.state in CLOSED_FLAG_STATES:
        return "Closed", "plain", "The case is closed.", "The matter is closed.", "You need not do anything."
    if case.state is FlagState.APPEALED:
        ours = f"Somebody who had no part so far decides about the appeal.{_or_it_ends(case)}"
        then = f"Somebody who had no part so far decides about it, and you hear from us by mail.{_or_it_ends(case)}"
        return "Under appeal", "plum", ours, "Your appeal is here.", then
    if case.state is FlagState.PUBLISHED:
        return _published(case, now)
    if case.state is FlagState.DECIDED:
        ours = "It becomes public once a mail server has taken the statement of reasons."
        theirs = "A person has decided that our page may tell this, with its source."
        return "Decided", "slate", ours, theirs, f"The reasons are below. {_appeal(case)}"
    if waits_for_second(case, now):
        ours = "The short way is proposed. A second person has to confirm it within 24 hours."
        return "A second person is asked", "ochre", ours, *_please(case, now)
    return _before_a_decision(case, now)


def _published(case: Case, now: datetime) -> _Words:
    if case.stands_by_order:
        ours = "It rests on a final public order alone. The notice and a decision in the ordinary way follow."
        theirs = "Two people decided that our page tells this at once, because a final public order says it."
        then = f"Please tell us if it is wrong: a person reads every answer and decides again.{_or_it_ends(case)}"
        return "Published by a public order", "jade", ours, theirs, then
    due, ends = review_due(case), ends_by_itself(case)
    ours = then = ""
    if due and ends:
        late = due < now.date()
        ours = f"Somebody {'was to confirm' if late else 'confirms'} by {day(due)} that it still holds."
        ours += f" What nobody confirms ends by itself on {day(ends)}."
        when = "was to be looked at again" if late else "is looked at again"
        then = f" It {when} by {day(due)}; what nobody confirms ends by itself on {day(ends)}."
    again = ", and somebody else has looked at it again" if case.decision and case.decision.appealed else ""
    theirs = f"A person decided that our page may tell this, with its source{again}."
    return "Published", "jade", ours, theirs, f"{_appeal(case)}{then}"


def _appeal(case: Case) -> str:
    until = appeal_until(case)
    if until is None:
        return "If something changes, write to us."
    return f"You can appeal until {day(until)}: somebody else decides, and until then our page does not show it."


def _or_it_ends(case: Case) -> str:
    ends = ends_by_itself(case)
    return f" If nobody has decided by {day(ends)}, it ends by itself." if ends else ""


def _before_a_decision(case: Case, now: datetime) -> _Words:
    please = _please(case, now)
    if case.unread:
        ours = "An answer waits for somebody to read it."
        then = f"A person reads it before anything is decided, and {_REASONS_FIRST}"
        return "An answer waits", "ochre", ours, "Your answer is here.", then
    if case.state is FlagState.REPLY_RECEIVED:
        return "Answered", "slate", "The answer was read. A decision can follow.", *please
    if case.was_told and case.told is not None and case.told.answer_by is not None:
        until = day(case.told.answer_by)
        if is_over(case.told.answer_by, now):
            return "Told", "slate", f"The time to answer ended on {until}. A decision can follow.", *please
        return "Told", "slate", f"The practitioner was told, and has until {until} to answer.", *please
    if case.told is not None and case.told.delivery is Delivery.WAITING:
        return "Notice on its way", "slate", "The notice is written and waits for the mail server.", *please
    if case.told is not None:
        ours = "The last notice did not arrive. A new one begins the case again."
        return "Notice came back", "ochre", ours, *please
    return "Before a notice", "plain", "The practitioner has not been told yet.", *please


def _please(case: Case, now: datetime) -> tuple[str, str]:
    """What the person it is about may do before anything is decided, and what comes then."""
    if case.told is not None and case.told.answered:
        return "Thank you for your answer.", f"A person looks at everything and decides; {_REASONS_FIRST}"
    by = case.told.answer_by if case.told is not None else None
    if by is None:
        return "Please tell us if this is wrong.", f"{_MISTAKES} before anything is decided."
    if is_over(by, now):
        then = f"The time to answer ended on {day(by)}. A person decides next, and {_REASONS_FIRST}"
        return "You can still tell us if this is wrong.", then
    then = f"{_MISTAKES}. Without one nothing is decided before that day is over, and {_REASONS_FIRST}"
    return f"Please tell us by {day(by)} if this is wrong.", then
