"""The world in which cases live for a search: two listings of one person, moderators, practitioners, and a ledger.

The ledger beside each case is kept from what was done alone: which mails a server took, what came back, who did what.
Neither the rules nor the rows of due process are asked whether a mark may stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.evidence.evidence import listing_page
from directory.listings.listing_judgements import PairRefused
from directory.listings.listing_rows import published_findings
from directory.models.account import Account
from directory.models.credential import Credential
from directory.models.due_process import CaseNotice
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing
from directory.models.notice import Notice
from directory.moderation import moderation
from directory.moderation.claims import ClaimRefused
from directory.rules.due_process import MoveRefused
from directory.rules.vocabulary import PUBLISHED_FLAG_STATES, FlagKind, FlagState, ListingState, PublicState, Role
from directory.views.dispute_files import dispute_files
from tests.conftest import NOW
from tests.makers import make_account, make_credential, make_listing

ANSWERS = (MoveRefused, PairRefused, ClaimRefused, moderation.DecisionRefused)
"""What a verb may refuse with. Anything else that comes up, from the database above all, is an error."""
ON_FILE = (ListingState.PUBLISHED, ListingState.HIDDEN)
AGAINST = re.compile(r"Order \d (expired|suspended|revoked)")
FINAL = (FlagKind.LICENSE_SUSPENDED, FlagKind.LICENSE_REVOKED)
_numbers = count(1)


@dataclass
class Ledger:
    """What really happened in one case since it last began, and who ever took part."""

    facts: str
    notice: tuple[int, str] | None = None  # the mail that is on its way, and to whom
    taken_at: datetime | None = None
    answered: bool = False
    unread: bool = False
    decided: bool = False  # fairly, by a person, with reasons
    statement: int | None = None  # the mail with the reasons
    stated: bool = False
    proposed: tuple[int, datetime] | None = None
    ordered: bool = False
    people: set[int] = field(default_factory=set)

    def begin_again(self) -> None:
        self.notice = self.taken_at = self.statement = None
        self.answered = self.decided = self.stated = False

    @property
    def is_fair(self) -> bool:
        return self.taken_at is not None and self.decided and self.stated


class World(RuleBasedStateMachine):
    """Two listings of one person with a license each, three moderators, two practitioners, and a clock."""

    session: Session
    now: datetime
    taken: dict[int, datetime]
    """When a server took a mail, by the mail."""
    changed = False
    """Whether anything has been done, or time has passed, since it was last held to account."""

    @initialize(same_number=st.booleans())
    def begin(self, same_number: bool) -> None:
        session, number, self.now = self.session, next(_numbers), NOW
        self.moderators = [self._moderator() for _ in range(3)]
        self.people = [self._practitioner() for _ in range(2)]
        self.listings, self.credentials = [], []
        for place in (0, 1):
            listing = make_listing(session, slug=f"ada-{number}-{place}", email=f"ada{number * place}@studio.example")
            held = f"{number}" if same_number else f"{number}{place}"
            self.listings.append(listing.id)
            self.credentials.append(make_credential(session, listing, number=held, number_key=held).id)
        self.ledgers: dict[int, Ledger] = {}
        self.taken: dict[int, datetime] = {}
        self._kept()

    # What must hold ---------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_public_without_due_process(self) -> None:
        if not self.changed:
            return
        self.changed = False
        shown = self.session.execute(published_findings(Flag.listing_id.in_(self.listings))).all()
        public = {flag.id: flag for flag in self._flags() if (flag.credential_id, flag.kind) in set(map(tuple, shown))}
        told = set()
        for flag in public.values():
            if flag.is_public:
                assert self.ledgers[flag.id].is_fair or self.ledgers[flag.id].ordered, (flag.id, self.ledgers[flag.id])
                told.add(flag.credential_id)
        for slug in self.session.scalars(select(Listing.slug).where(Listing.id.in_(self.listings))):
            page = listing_page(self.session, slug, now=self.now)
            for line in page.lines if page else ():
                if line.number and line.state is PublicState.NOT_CONFIRMED:
                    assert int(line.anchor.rpartition("-")[2]) in told, line
        self.session.rollback()

    def teardown(self) -> None:
        """Both pages as they are, and as they were a week ago, and the file of a dispute, of each listing."""
        for slug in self.session.scalars(select(Listing.slug).where(Listing.id.in_(self.listings))).all():
            for as_of in (None, self.now - timedelta(days=7)):
                files = dispute_files(self.session, slug, now=self.now, as_of=as_of, states=ON_FILE) or {}
                shown = b"".join(body for name, body in files.items() if name.startswith("shown/")).decode()
                against = set(AGAINST.findall(shown))
                published = {step.flag.kind.removeprefix("license_") for step in self._published(as_of or self.now)}
                assert against <= published, (slug, as_of, against, published)
        self.session.rollback()

    def _published(self, moment: datetime) -> list[FlagChange]:
        """Steps into the public before that moment."""
        into = select(FlagChange).join(Flag).where(Flag.listing_id.in_(self.listings), FlagChange.at <= moment)
        return list(self.session.scalars(into.where(FlagChange.to_state == FlagState.PUBLISHED)))

    # Doing it ---------------------------------------------------------------------------------------------------------

    def _try(self, which: int, act: Callable[[Flag], Any]) -> Flag | None:
        """Does it to one of the flags; the flag where it was let through."""
        flags = self._flags()
        if not flags:
            return None
        flag = flags[which % len(flags)]
        try:
            act(flag)
        except ANSWERS:
            self.session.rollback()
            return None
        self._kept()
        return flag

    def _by(self, which: int, who: int, act: Callable[[Flag, Account], Any]) -> Flag | None:
        by = self._account(who)
        flag = self._try(which, lambda flag: act(flag, by))
        if flag is not None:
            self.ledgers[flag.id].people.add(by.id)
        return flag

    def _moved(self, act: Callable[[], Any], *, on_one_page: bool = False) -> None:
        """Something that may put a case into other hands: whoever has it now was told, or it begins again. What was
        public on a page before somebody claimed it stays: they saw it."""
        seen = {flag.id for flag in self._flags() if on_one_page and flag.state in PUBLISHED_FLAG_STATES}
        try:
            act()
        except ANSWERS:
            return self.session.rollback()
        self.session.flush()
        for flag in self._flags():
            ledger = self.ledgers.get(flag.id)
            if ledger is None or ledger.notice is None or flag.id in seen:
                continue
            if ledger.notice[1] != self._address(flag):
                ledger.begin_again()
        return self._kept()

    def _kept(self) -> None:
        self.session.commit()
        self.changed = True
        for flag in self._flags():
            ledger = self.ledgers.setdefault(flag.id, Ledger(flag.fingerprint))
            if ledger.facts != flag.fingerprint:
                ledger.begin_again()
                ledger.facts, ledger.ordered, ledger.proposed = flag.fingerprint, False, None

    def _noticed(self, flag: Flag) -> None:
        last = select(CaseNotice).where(CaseNotice.flag_id == flag.id).order_by(CaseNotice.id.desc())
        row, ledger = self.session.scalars(last).first(), self.ledgers[flag.id]
        ledger.begin_again()
        ledger.notice = (row.mail_id, row.to) if row is not None and row.mail_id is not None else None

    def _mails_of(self, ledger: Ledger) -> None:
        for mail_id in (ledger.notice and ledger.notice[0], ledger.statement):
            mail = self.session.get(Notice, mail_id) if mail_id is not None else None
            if mail is not None and mail.sent_at is not None and mail_id not in self.taken:
                ledger.begin_again()
        if ledger.notice is not None and ledger.taken_at is None:
            ledger.taken_at = self.taken.get(ledger.notice[0])
        ledger.stated = ledger.statement in self.taken

    def _flags(self) -> list[Flag]:
        kinds = (FlagKind.LICENSE_EXPIRED, *FINAL)
        found = select(Flag).where(Flag.listing_id.in_(self.listings), Flag.kind.in_(kinds)).order_by(Flag.id)
        return list(self.session.scalars(found))

    def _credential(self, place: int) -> Any:

        return self.session.get_one(Credential, self.credentials[place])

    def _account(self, who: int) -> Account:
        return self.session.get_one(Account, self.moderators[who])

    def _person(self, person: int) -> Account:
        return self.session.get_one(Account, self.people[person])

    def _moderator(self) -> int:
        return make_account(self.session, f"mo{next(_numbers)}", role=Role.MODERATOR).id

    def _practitioner(self) -> int:
        return make_account(self.session, f"ada{next(_numbers)}").id

    def _address(self, flag: Flag) -> str:
        listing = self.session.get_one(Listing, flag.listing_id)
        return self.session.get_one(Account, listing.owner_id).email if listing.owner_id else listing.email
