"""Random lives of listings: files are read, owners edit, findings are published, sources go away, time passes."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings import listings
from directory.listings.listing_changes import settle
from directory.models.credential import Credential
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.models.registry import RecordMatch, TermsReading
from directory.moderation import flags
from directory.moderation.moderation import judge_match
from directory.registries import checks
from directory.registries.run_endings import note_health
from directory.rules.vocabulary import (
    CosmeticScope,
    FlagState,
    Grade,
    Judgement,
    ListingState,
    Outcome,
    Role,
    StatedBy,
    Technique,
)
from scrapers.record import CredentialKind, Method
from tests.evidence_makers import make_check, publish_finding
from tests.makers import make_account, make_credential, make_listing
from tests.registry_files import Register, read_file, row
from tests.source_histories import make_run

NUMBERS = ("AC 10001", "AC 10002", "AC 10003")
WORDS = ("", "I needle with care.\n\nAsk me anything.", "Für Gesichter & Hände <3", "Twenty years in Los Angeles.")
AGES = (0, 0, 1, 5, 60, 119, 121)


class Life:
    """Three listings, one of them claimed, and all that may happen to them. `at` is the clock of that world."""

    def __init__(self, session: Session, folder: Path, *, seed: int, at: datetime) -> None:
        self.session, self.at, self.chosen = session, at, random.Random(seed)
        self.register = Register(folder)
        self.mo, self.ada = make_account(session, "mo", role=Role.MODERATOR), make_account(session, "ada")
        self.listings = [
            make_listing(session, at=at, claimed_by=self.ada if number == NUMBERS[0] else None) for number in NUMBERS
        ]
        for listing, number in zip(self.listings, NUMBERS, strict=True):
            make_credential(session, listing, number=number, number_key=number[3:], stated_at=at)
        settle(session, [each.id for each in self.listings], at=at)
        session.commit()

    def step(self) -> str:
        """One thing happens, a while after the last; its name."""
        self.at += timedelta(minutes=self.chosen.choice([3, 47, 1_440, 9_000, 60_000]))
        what = self.chosen.choice([name for name in dir(self) if name.startswith("_so_")])
        getattr(self, what)()
        self.session.commit()
        return what

    def _so_a_file_is_read(self) -> None:
        rows = [
            row(number, Status=self.chosen.choice(["Active", "Active", "Expired", "Suspended"]), Expires=self._end())
            for number in NUMBERS
            if self.chosen.random() < 0.8
        ]
        read_file(self.session, self.register, rows or [row("AC 10009", "Wilhelmina", "Oyelaran")], at=self.at)

    def _so_a_registry_was_looked_at(self) -> None:
        listing, outcome = self._any(), self.chosen.choice([Outcome.CONFIRMED, self.chosen.choice(list(Outcome))])
        as_of = self.at.date() - timedelta(days=self.chosen.choice([0, 30, 200]))
        make_check(
            self.session,
            self._credential(listing),
            outcome,
            at=self.at,
            method=self.chosen.choice(list(Method)),
            grade=self.chosen.choice(list(Grade)),
            registry_id=self.chosen.choice(["us_invented", "us_other"]),
            name_agrees=self.chosen.choice([None, True, True, False]),
            as_of=self.chosen.choice([None, as_of]),
        )
        settle(self.session, [listing.id], at=self.at)

    def _so_the_owner_edits(self) -> None:
        changes: dict[str, Any] = {
            "about": self.chosen.choice(WORDS),
            "price_session": self.chosen.choice(["", "120", "85.50"]),
            "languages": self.chosen.choice([[], ["en", "zh"]]),
            "techniques": self.chosen.choice([[], [Technique.MEI_ZEN.value]]),
            "new_patients": self.chosen.choice([None, True, False]),
            "phone": self.chosen.choice(["", "+1 213 555 0142"]),
        }
        place = {"city": "Los Angeles", "region": "CA", "country": "US", "postal_code": "90012"}
        place["street"] = self.chosen.choice(["", "1 Juniper Way"])
        changes["locations"] = [place, {**place, "city": "Birmingham", "region": "AL", "postal_code": "35203"}]
        kept = self.chosen.sample(sorted(changes), 3)
        wanted = {name: changes[name] for name in kept}
        listings.edit_listing(self.session, self.listings[0], wanted, by=self.ada, at=self.at)

    def _so_the_owner_states(self) -> None:
        own, scope = self.listings[0], self.chosen.choice(list(CosmeticScope))
        if self.chosen.random() < 0.5:
            title = self.chosen.choice(["Mei Zen", "Facial acupuncture"])
            listings.state_training(self.session, own, title=title, hours_total=60, by=self.ada, at=self.at)
            return
        until = self.at.date() + timedelta(days=self.chosen.choice([1, 40, 300]))
        listings.state_insurance(
            self.session, own, issuer="Invented Mutual", expires_on=until, cosmetic_scope=scope, by=self.ada, at=self.at
        )

    def _so_the_owner_takes_back(self) -> None:
        stated = select(Credential).where(
            Credential.stated_by == StatedBy.PRACTITIONER, Credential.withdrawn_at.is_(None)
        )
        held = self.session.scalars(stated.order_by(Credential.id)).all()
        if held:
            listings.withdraw_credential(self.session, self.chosen.choice(held), by=self.ada, at=self.at)

    def _so_a_finding_moves_on(self) -> None:
        open_flags = select(Flag).where(Flag.listing_id.is_not(None), Flag.closed_at.is_(None)).order_by(Flag.id)
        found = self.session.scalars(open_flags).all()
        if not found:
            return
        flag = self.chosen.choice(found)
        if self.chosen.random() < 0.7 and flag.state is not FlagState.PUBLISHED:
            publish_finding(self.session, flag, at=self.at)
        else:
            flags.change_flag(self.session, flag, FlagState.DISMISSED, reason="nothing in it", by=self.mo, at=self.at)
        settle(self.session, [flag.listing_id or 0], at=self.at)

    def _so_a_listing_is_hidden_or_shown(self) -> None:
        listing, why = self.listings[2], "as the test wants it"
        change = listings.hide_listing if listing.state is ListingState.PUBLISHED else listings.show_listing
        change(self.session, listing, by="operator", reason=why, at=self.at)
        self.session.refresh(listing)

    def _so_a_source_changes(self) -> None:
        outcome = self.chosen.choice(["complete", "down", "blocked", "changed"])
        run = make_run(self.session, self.register.id, at=self.at, outcome=outcome)
        run.described = run.described | {"jurisdiction": "US-CA"}
        note_health(self.session, run, at=self.at)
        self.session.add(TermsReading(registry_id="us_wa", enabled=True, read_by="oz@practice.example", at=self.at))

    def _so_a_person_says_whose_record_it_is(self) -> None:
        pairs = self.session.scalars(select(RecordMatch).order_by(RecordMatch.id)).all()
        if pairs:
            pair = self.chosen.choice(pairs)
            judge_match(
                self.session,
                registry_id=pair.registry_id,
                source_key=pair.source_key,
                listing_id=pair.listing_id,
                judgement=self.chosen.choice([Judgement.DIFFERENT, Judgement.SAME]),
                reason="as the test wants it",
                by=self.mo,
                at=self.at,
            )

    def _so_the_night_comes(self) -> None:
        checks.check_listing(self.session, [each.id for each in self.listings], now=self.at)

    def _end(self) -> str:
        return str(self.at.date() + timedelta(days=self.chosen.choice([-200, 20, 700])))

    def _any(self) -> Listing:
        return self.chosen.choice(self.listings)

    def _credential(self, listing: Listing) -> Credential:
        held = select(Credential).where(Credential.listing_id == listing.id, Credential.withdrawn_at.is_(None))
        others = Credential.kind != CredentialKind.EXCLUSION
        return self.chosen.choice(self.session.scalars(held.where(others).order_by(Credential.id)).all())
