"""Cases of due process at each point of their way, led there by the same verbs as everybody's, day by day.

What was found stands in the registers' lists of `BEGUN` days ago (`runs.read_early`). From then on each day is gone
through with a clock of that day: what the story says is done, mails go out, and what comes round does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import notifications
from directory.demo.filling import EVERY, external_id
from directory.extensions import Model
from directory.models.account import Account
from directory.models.due_process import CaseAppeal, CaseDecision, CaseNotice, CaseReply
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.moderation import due_process, due_rounds
from directory.moderation.moderation import decide_flag
from directory.rules.vocabulary import Finding, FlagDecision, FlagKind, FlagState
from scrapers.rehearsal.cast import Player
from scrapers.rehearsal.cast import Story as Happened

BEGUN = 130
BEFORE_EVENING = timedelta(hours=1)
"""People act so long before what comes round does: what follows from it stands after it."""
READ_EARLY = {"WA": "us_wa", "IL": "us_il"}
KINDS = {
    Happened.RESTRICTED: FlagKind.LICENSE_RESTRICTED,
    Happened.SUSPENDED: FlagKind.LICENSE_SUSPENDED,
    Happened.REVOKED: FlagKind.LICENSE_REVOKED,
    Happened.SURRENDERED: FlagKind.LICENSE_SURRENDERED,
    Happened.INACTIVE: FlagKind.LICENSE_INACTIVE,
    Happened.EXPIRED: FlagKind.LICENSE_EXPIRED,
}
ORDER = "https://board.example/orders/2026-0417"
LOOKED = "The number, the name and the town on the board's page are those of the listing."
REASONS = (
    "The board's own page shows this standing under the number of the listing and the same name. We wrote, and nobody "
    "said that it is wrong."
)
ORDERED = "The order is final, on the board's own page, and names the number of the listing and the same name."
ANSWER = "This is not the whole story: the board took it back in spring, and its letter is on my website."
OBJECTION = "The board and I have settled this, and its page is about to be changed. Please look at it again."


@dataclass(frozen=True, slots=True)
class Step:
    """Something a person does in a case. `leaves` is the row by which one can see that it was done."""

    act: Callable[[Session, Flag, Account, datetime], Any]
    leaves: type[Model] | None


@dataclass(frozen=True, slots=True)
class CaseStory:
    """A case: of whom, what the demo says of it, and what was done how many days ago.

    Three weeks lie between a notice and a decision: two, and whatever holidays may be at their end.
    """

    name: str
    happened: Happened
    to_try: str
    steps: Mapping[float, Step]
    of_an_owner: bool = False


def _triage(session: Session, flag: Flag, mo: Account, at: datetime) -> None:
    decide_flag(session, flag, FlagDecision.TRIAGE, reason=LOOKED, by=mo, at=at)


TRIAGE = Step(_triage, None)
NOTIFY = Step(lambda session, flag, mo, at: due_process.notify(session, flag.id, by=mo, at=at), CaseNotice)
ANSWERED = Step(lambda session, flag, mo, at: due_process.reply(session, flag.id, ANSWER, at=at), CaseReply)
DECIDE = Step(
    lambda session, flag, mo, at: due_process.decide(session, flag.id, Finding.PUBLISH, reasons=REASONS, by=mo, at=at),
    CaseDecision,
)
APPEAL = Step(lambda session, flag, mo, at: due_process.appeal(session, flag.id, OBJECTION, at=at), CaseAppeal)
PROPOSE = Step(
    lambda session, flag, mo, at: due_process.propose_order(
        session, flag.id, order_url=ORDER, reasons=ORDERED, by=mo, at=at
    ),
    CaseDecision,
)

STORIES = (
    CaseStory(
        "triaged", Happened.RESTRICTED, "Send the notice: it is in the mailbox at once. Answer by its link.",
        {2: TRIAGE},
    ),
    CaseStory(
        "window", Happened.SUSPENDED, "Told eight days ago and reminded: nothing can be decided yet. Answer as they.",
        {9: TRIAGE, 8: NOTIFY},
    ),
    CaseStory(
        "owner", Happened.EXPIRED, "The same, but somebody claimed the listing: the notice is in their account too.",
        {9: TRIAGE, 8: NOTIFY}, of_an_owner=True,
    ),
    CaseStory(
        "returned", Happened.INACTIVE, "The notice came back: nobody was told, and it begins again with a new one.",
        {9: TRIAGE, 8: NOTIFY},
    ),
    CaseStory(
        "answered", Happened.RESTRICTED, "An answer waits: read it, say what you make of it, then decide.",
        {27: TRIAGE, 26: NOTIFY, 8: ANSWERED},
    ),
    CaseStory(
        "silent", Happened.SURRENDERED, "Two weeks passed without an answer: decide, with reasons.",
        {30: TRIAGE, 29: NOTIFY},
    ),
    CaseStory(
        "published", Happened.REVOKED, "Public: look at the listing, then appeal by the link in the mail.",
        {60: TRIAGE, 59: NOTIFY, 38: DECIDE},
    ),
    CaseStory(
        "appealed", Happened.RESTRICTED, "Mo decided, so Mo cannot decide the appeal: somebody else does.",
        {70: TRIAGE, 69: NOTIFY, 45: DECIDE, 3: APPEAL},
    ),
    CaseStory(
        "order", Happened.REVOKED, "Mo proposes the short way for a final public order: a second person confirms it.",
        {2: TRIAGE, 1 / 24: PROPOSE},
    ),
    CaseStory(
        "review", Happened.SURRENDERED, "Public for over 90 days: confirm that it still holds, or it ends by itself.",
        {120: TRIAGE, 119: NOTIFY, 98: DECIDE},
    ),
    CaseStory(
        "lapsed", Happened.RESTRICTED, "Nobody confirmed it in time: it is public no more.",
        {128: TRIAGE, 127: NOTIFY, 106: DECIDE},
    ),
)  # fmt: skip


def casting(players: Sequence[Player]) -> Iterator[tuple[CaseStory, int]]:
    """Who of the cast each case is about, by number: each once, with a finding of a board that is read early."""
    taken: set[int] = set()
    for story in STORIES:
        for number, player in enumerate(players):
            fits = player.story is story.happened and player.town.region in READ_EARLY
            if fits and number not in taken and story.of_an_owner is (number % EVERY == 0):
                taken.add(number)
                yield story, number
                break


def flags_of(session: Session, players: Sequence[Player]) -> Iterator[tuple[CaseStory, Flag, Listing]]:
    """Each case with its flag and listing; those that are not there (yet) are left out."""
    for story, number in casting(players):
        query = select(Flag, Listing).join(Listing, Listing.id == Flag.listing_id)
        query = query.where(Listing.origin_key.endswith(f":{external_id(number)}"), Flag.kind == KINDS[story.happened])
        for flag, listing in session.execute(query.order_by(Flag.id).limit(1)):
            yield story, flag, listing


def play(session: Session, players: Sequence[Player], *, mo: Account, now: datetime, days: Iterable[int]) -> None:
    """Goes through `days` (so many ago), the oldest first. What was done by a filling that was cut off is not done
    again. Commits as it goes."""
    told = [(story, flag.id) for story, flag, _ in flags_of(session, players)]
    for ago in sorted(days, reverse=True):
        for story, flag_id in told:
            for since, step in story.steps.items():
                if ago - 1 < since <= ago:
                    _take(session, flag_id, step, mo=mo, at=now - timedelta(days=since) - BEFORE_EVENING)
        evening = now - timedelta(days=ago)
        notifications.send_waiting(session, now=evening)
        due_rounds.go_round(session, now=evening)


def _take(session: Session, flag_id: int, step: Step, *, mo: Account, at: datetime) -> None:
    flag = session.get_one(Flag, flag_id, populate_existing=True)
    if step.leaves is None:
        done = flag.state is not FlagState.DETECTED
    else:
        rows: Any = step.leaves
        done = session.scalar(select(rows.id).where(rows.flag_id == flag_id).limit(1)) is not None
    if not done:
        step.act(session, flag, mo, at)
    session.commit()
