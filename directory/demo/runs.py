"""Runs the registries against a rehearsal: over real HTTP on loopback, from dropped files, and from a saved page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import clock, jobs
from directory.accounts import accounts
from directory.demo import cases
from directory.models.account import Account
from directory.models.registry import RecordMatch, RegistryRun
from directory.moderation.moderation import judge_match
from directory.registries import registries
from directory.registries.likely_duplicates import find_duplicates
from directory.registries.registry_runs import Asked, HalfApplied, queue_run, take_up, work_on
from directory.rules.vocabulary import Judgement, RunChannel, Verdict
from scrapers.rehearsal import files
from scrapers.rehearsal.cast import Player, cast

OVER_THE_NETWORK = ("us_wa", "us_co", "us_il", "rehearsal_nj", "us_md", "us_oig_leie", "us_ct")
LOOKED_UP = 3
STRANGERS = 60
LEFT_IN_DOUBT = 2
Say = Callable[[str], None]


def read_early(session: Session, address: str, *, say: Say) -> None:
    """Reads the boards whose findings became cases long ago. "Not found", too, needs whole lists of two days."""
    for registry in cases.READ_EARLY.values():
        _run(session, registry, Asked(RunChannel.ROSTER, base_url=address), days_ago=cases.BEGUN, say=say)


def run_all(session: Session, players: Sequence[Player], address: str, *, folder: Path, say: Say) -> None:
    """Reads every rehearsed registry at `address`, and files and a page written to `folder`. Commits as it goes."""
    folder.mkdir(parents=True, exist_ok=True)
    for registry in OVER_THE_NETWORK:
        _run(session, registry, Asked(RunChannel.ROSTER, base_url=address), say=say)
    say("  (What stands before Connecticut's register is part of the rehearsal: it is told, and never got round.)")
    for player in [player for player in players if player.npi][:LOOKED_UP]:
        _run(session, "us_nppes", Asked(RunChannel.LOOKUP, base_url=address, lookup=player.npi), say=say)
    _run_files(session, players, folder, say)
    jobs.look_again(session, clock=clock.utc_now)
    find_duplicates(session, at=clock.utc_now())
    session.commit()


def _run_files(session: Session, players: Sequence[Player], folder: Path, say: Say) -> None:
    """What comes through the operator's hands: California's list, new practitioners from the NPPES file, a page."""
    today = clock.utc_today()
    strangers = [player for player in cast(300, today=today, seed=77) if player.npi][:STRANGERS]
    california = _written(folder / "acupuncture_Data00.xls", files.ca_file(players))
    _run(session, "us_ca_file", Asked(RunChannel.FILE, files=(california,)), say=say)
    nppes = _written(folder / "npidata_pfile_20261109-20261115.csv", files.nppes_file(strangers))
    _run(session, "us_nppes_file", Asked(RunChannel.FILE, files=(nppes,), create_listings=True), say=say)
    page = _written(folder / "ncbahm-washington.html", files.ncbahm_page(players, "WA"))
    checker = accounts.find_account(session, "mo@true-meridian.example")
    saved = Asked(
        RunChannel.SAVED_PAGE,
        files=(page,),
        retrieved_at=(clock.utc_now() - timedelta(hours=3)).isoformat(),
        checker_id=checker.id if checker else None,
    )
    _run(session, "us_ncbahm", saved, say=say)
    if checker is not None:
        say(f"  Mo compared {_compare(session, checker)} of its cards with listings and says: the same person.")


def _compare(session: Session, moderator: Account) -> int:
    """The directory prints no numbers, so a name never decides: a person compares. A few are left for whoever looks."""
    doubtful = select(RecordMatch).where(RecordMatch.registry_id == "us_ncbahm", RecordMatch.verdict == Verdict.UNSURE)
    matches = session.scalars(doubtful.order_by(RecordMatch.id)).all()[LEFT_IN_DOUBT:]
    for match in matches:
        judge_match(
            session,
            registry_id=match.registry_id,
            source_key=match.source_key,
            listing_id=match.listing_id,
            judgement=Judgement.SAME,
            reason="The practice's telephone number and town stand on the card as well.",
            by=moderator,
            at=clock.utc_now(),
        )
        session.commit()
    return len(matches)


def _run(session: Session, registry_id: str, asked: Asked, *, days_ago: int = 0, say: Say) -> None:
    def now() -> datetime:
        return clock.utc_now() - timedelta(days=days_ago)

    spec = registries.find_registry(registry_id)
    _finish_what_was_cut_off(session, registry_id, asked)
    run = queue_run(session, spec, asked, asked_by="the rehearsal", at=now())
    session.commit()
    work_on(session, run.id, clock=now)
    say(f"  {spec.title}: {_result(session.get_one(RegistryRun, run.id, populate_existing=True))}")


def _finish_what_was_cut_off(session: Session, registry_id: str, asked: Asked) -> None:
    """A demo that was interrupted may have left a run of the registry: given up, or applied to its end."""
    while True:
        try:
            left = take_up(session, registry_id, asked, now=clock.utc_now())
        except HalfApplied as half:
            work_on(session, half.run_id, clock=clock.utc_now)
            continue
        if left is None:
            return
        work_on(session, left.id, clock=clock.utc_now)


def _result(run: RegistryRun) -> str:
    counts = run.counts or {}
    told = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in counts.items() if number)
    return f"{run.state.value}; {told}" if told else f"{run.state.value}; {run.reason}"


def _written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)
