"""Lives of cases on the rows, for a search: everything that may happen to a finding, at any time and in any order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from directory.listings.leaving import leave
from directory.listings.listing_changes import settle
from directory.listings.listing_merges import agree, merge_listings, undo_merge
from directory.models.account import Account
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.merge import ListingMerge, MergeState
from directory.models.notice import Notice
from directory.moderation import due_process, moderation
from directory.moderation.claims import ClaimDecision, decide_claim, make_claim
from directory.moderation.due_rounds import go_round
from directory.notifications import send_waiting
from directory.rules.vocabulary import (
    AppealOutcome,
    ClaimState,
    Finding,
    FlagDecision,
    FlagState,
    Outcome,
)
from tests.case_world import FINAL, World
from tests.evidence_makers import make_check

WHY = "The register shows it so, and nothing that was answered speaks against it."
ORDER = "https://board.example/orders/7"

DAY = timedelta(days=1)
PASSES = (DAY / 12, DAY + DAY / 24, *(days * DAY for days in (7, 13, 16, 30, 61, 91, 105, 190)))

WHICH, WHO, PLACE = st.integers(0, 3), st.integers(0, 2), st.integers(0, 1)
REASONS = st.sampled_from([WHY, WHY, WHY, "Because."])
SAID = st.sampled_from([Outcome.EXPIRED, Outcome.SUSPENDED, Outcome.REVOKED, Outcome.CONFIRMED])


class Life(World):
    """What may be done; `case_world` keeps account of it and says what must hold."""

    # What a source says, and the clock --------------------------------------------------------------------------------

    @rule(place=PLACE, said=SAID, words=st.sampled_from(["Order 1", "Order 2"]))
    def a_registry_is_read(self, place: int, said: Outcome, words: str) -> None:
        credential = self._credential(place)
        make_check(self.session, credential, said, at=self.now, standing_raw=f"{words} {said.value}")
        settle(self.session, [credential.listing_id], at=self.now)
        self._kept()

    @rule(passes=st.sampled_from(PASSES), looked_again=st.booleans())
    def time_passes(self, passes: timedelta, looked_again: bool = False) -> None:
        self.now += passes
        self.changed = True
        if looked_again:
            settle(self.session, self.listings, at=self.now)
            self._kept()

    @rule(taken=st.sampled_from([True, True, False]))
    def mails_go_out(self, taken: bool) -> None:
        def send(mail: Notice) -> bool:
            if taken:
                self.taken[mail.id] = self.now
            return taken

        before = {flag.id for flag in self._flags() if flag.closed_at is None}
        send_waiting(self.session, now=self.now, send=send)
        for ledger in self.ledgers.values():
            self._mails_of(ledger)
        for _ in range(2):
            go_round(self.session, now=self.now)
        assert before >= {flag.id for flag in self._flags() if flag.closed_at is None}

    # Steps of a case --------------------------------------------------------------------------------------------------

    @rule(which=WHICH, who=WHO, decision=st.sampled_from(list(FlagDecision)))
    def triage(self, which: int, who: int, decision: FlagDecision = FlagDecision.TRIAGE) -> None:
        def act(flag: Flag, by: Account) -> None:
            moderation.decide_flag(self.session, flag, decision, reason=WHY, by=by, at=self.now)

        self._by(which, who, act)

    @rule(which=WHICH, who=WHO)
    def undo(self, which: int, who: int) -> None:
        flags = self._flags()
        last = max(flags, key=lambda flag: flag.history[-1].id, default=None)
        if last is not None:
            self._by(
                flags.index(last),
                who,
                lambda flag, by: moderation.undo_flag(self.session, flag, reason=WHY, by=by, at=self.now),
            )

    @rule(which=WHICH, who=WHO)
    def notify(self, which: int, who: int) -> None:
        flag = self._by(which, who, lambda flag, by: due_process.notify(self.session, flag.id, by=by, at=self.now))
        if flag is not None:
            self._noticed(flag)

    @rule(which=WHICH)
    def reply(self, which: int) -> None:
        flag = self._try(which, lambda flag: due_process.reply(self.session, flag.id, "No.", at=self.now))
        if flag is not None:
            self.ledgers[flag.id].answered = self.ledgers[flag.id].unread = True

    @rule(which=WHICH, who=WHO, note=REASONS)
    def read_answers(self, which: int, who: int, note: str = WHY) -> None:
        flag = self._by(
            which,
            who,
            lambda flag, by: due_process.handle_replies(self.session, flag.id, note=note, by=by, at=self.now),
        )
        if flag is not None:
            assert len(note) >= 40
            self.ledgers[flag.id].unread = False

    @rule(which=WHICH, who=WHO, outcome=st.sampled_from([Finding.PUBLISH, Finding.PUBLISH, *Finding]), reasons=REASONS)
    def decide(self, which: int, who: int, outcome: Finding = Finding.PUBLISH, reasons: str = WHY) -> None:
        def act(flag: Flag, by: Account) -> None:
            row = due_process.decide(self.session, flag.id, outcome, reasons=reasons, by=by, at=self.now)
            ledger = self.ledgers[flag.id]
            waited = ledger.taken_at is not None and self.now - ledger.taken_at >= 14 * DAY
            heard = ledger.taken_at is not None and ledger.answered
            ledger.decided = outcome is Finding.PUBLISH and len(reasons) >= 40 and not ledger.unread
            ledger.decided = ledger.decided and (waited or heard)
            ledger.statement, ledger.stated, ledger.ordered = row.mail_id, False, False

        self._by(which, who, act)

    @rule(which=WHICH)
    def appeal(self, which: int) -> None:
        self._try(which, lambda flag: due_process.appeal(self.session, flag.id, "I renewed it.", at=self.now))

    @rule(which=WHICH, who=WHO, outcome=st.sampled_from(list(AppealOutcome)), reasons=REASONS)
    def decide_appeal(
        self, which: int, who: int, outcome: AppealOutcome = AppealOutcome.UPHELD, reasons: str = WHY
    ) -> None:
        def act(flag: Flag, by: Account) -> None:
            part = by.id in self.ledgers[flag.id].people
            due_process.decide_appeal(self.session, flag.id, outcome, reasons=reasons, by=by, at=self.now)
            assert not part, "somebody who took part decided about the appeal"
            assert len(reasons) >= 40

        self._by(which, who, act)

    @rule(which=WHICH, who=WHO)
    def confirm(self, which: int, who: int) -> None:
        self._by(
            which, who, lambda flag, by: due_process.confirm(self.session, flag.id, reasons=WHY, by=by, at=self.now)
        )

    @rule(which=WHICH, who=WHO)
    def propose_order(self, which: int, who: int) -> None:
        def act(flag: Flag, by: Account) -> None:
            due_process.propose_order(self.session, flag.id, order_url=ORDER, reasons=WHY, by=by, at=self.now)
            self.ledgers[flag.id].proposed = (by.id, self.now)

        self._by(which, who, act)

    @rule(which=WHICH, who=WHO)
    def confirm_order(self, which: int, who: int) -> None:
        def act(flag: Flag, by: Account) -> None:
            due_process.confirm_order(self.session, flag.id, by=by, at=self.now)
            ledger = self.ledgers[flag.id]
            assert ledger.proposed is not None
            first, at = ledger.proposed
            ledger.ordered = first != by.id and self.now - at <= DAY and flag.kind in FINAL

        flag = self._by(which, who, act)
        if flag is not None and self.ledgers[flag.id].notice is None:
            self._noticed(flag)

    @rule(which=WHICH)
    def bounce(self, which: int) -> None:
        def act(flag: Flag) -> None:
            due_process.mark_returned(self.session, flag.id, reason="mailbox unknown", at=self.now)
            self.ledgers[flag.id].begin_again()
            assert flag.state is FlagState.TRIAGED or (self.ledgers[flag.id].ordered and flag.is_public)

        self._try(which, act)

    @rule(steps=st.integers(1, 5))
    def go_on(self, steps: int) -> None:
        """The next ordinary steps of the latest case, so that a life gets somewhere."""
        for _ in range(steps):
            self._step()

    def _step(self) -> None:
        flag = next((flag for flag in reversed(self._flags()) if flag.closed_at is None), None)
        which = self._flags().index(flag) if flag is not None else 0
        match flag.state if flag is not None else None:
            case None:
                self.a_registry_is_read(0, Outcome.SUSPENDED, "Order 1")
            case FlagState.DETECTED:
                self.triage(which, 0)
            case FlagState.TRIAGED:
                self.notify(which, 0)
                self.mails_go_out(True)
            case FlagState.NOTIFIED | FlagState.REPLY_RECEIVED:
                self.time_passes(20 * DAY)
                self.read_answers(which, 0)
                self.decide(which, 0)
            case FlagState.DECIDED:
                self.mails_go_out(True)
            case FlagState.PUBLISHED:
                self.appeal(which)
            case _:
                self.decide_appeal(which, 2)

    # Everything else that may come in between -------------------------------------------------------------------------

    @rule(who=WHO, keep=PLACE)
    def merge(self, who: int, keep: int) -> None:
        def act() -> None:
            ids = (self.listings[keep], self.listings[1 - keep])
            found = merge_listings(self.session, *ids, reason=WHY, by=self._account(who), at=self.now)
            if found.state is MergeState.PROPOSED:
                agree(self.session, found, reason=WHY, by=self._account((who + 1) % 3), at=self.now)

        self._moved(act)

    @rule(who=WHO)
    def undo_the_merge(self, who: int) -> None:
        done = select(ListingMerge).where(
            ListingMerge.kept_id.in_(self.listings), ListingMerge.state == MergeState.DONE
        )
        merge = self.session.scalars(done.order_by(ListingMerge.id.desc())).first()
        if merge is not None:
            self._moved(lambda: undo_merge(self.session, merge, reason=WHY, by=self._account(who), at=self.now))

    @rule(place=PLACE, who=WHO, person=PLACE)
    def claim(self, place: int, who: int, person: int) -> None:
        def act() -> None:
            listing, account = self.session.get_one(Listing, self.listings[place]), self._person(person)
            asked: dict[str, Any] = {"number": "", "jurisdiction": "", "statement": "It is me.", "at": self.now}
            claim = make_claim(self.session, listing, account, **asked)
            word = ClaimDecision.TRANSFER if claim.state is ClaimState.DISPUTED else ClaimDecision.APPROVE
            decide_claim(self.session, claim, word, reason=WHY, by=self._account(who), at=self.now)

        self._moved(act, on_one_page=True)

    @rule(person=PLACE)
    def practitioner_leaves(self, person: int) -> None:
        leave(self.session, self._person(person), remove_listings=False, at=self.now)
        self.people[person] = self._practitioner()
        self._kept()

    @rule(who=WHO)
    def moderator_leaves(self, who: int) -> None:
        leave(self.session, self._account(who), remove_listings=False, at=self.now)
        self.moderators[who] = self._moderator()
        self._kept()
