"""The demo of `make run`: interrupted anywhere, the next start goes on; what does not end is ended."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from math import ceil
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory import ROOT, create_app, notifications
from directory.config import SettingError
from directory.demo import cases, filling, pages, runs, saved_pages, site
from directory.demo.site import stop
from directory.models.due_process import CaseAppeal, CaseDecision, CaseNotice, CaseReply
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing
from directory.models.notice import Notice
from directory.models.registry import RegistryRun
from directory.moderation.due_case import case_of
from directory.moderation.uploaded_pages import host_of, hosts_of, open_upload
from directory.registries import registries, registry_runs
from directory.registries.registry_runs import Asked
from directory.rules.case_words import standing
from directory.rules.due_process import why_no_decision
from directory.rules.vocabulary import FlagState, Role, RunChannel, RunState
from scrapers.rehearsal import files
from scrapers.rehearsal.cast import FEWEST, cast
from scrapers.spec import load_spec
from tests.conftest import NOW
from tests.databases import let_go
from tests.evidence_makers import make_flag
from tests.makers import make_account, make_credential, make_listing
from tests.views.people import Visitor

PLAYERS = cast(pages.PEOPLE, today=NOW.date())


def owned(session: Session) -> list[int]:
    return sorted(session.scalars(select(Listing.id).where(Listing.owner_id.is_not(None))))


def test_a_filling_that_was_interrupted_goes_on_where_it_was(session: Session) -> None:
    players = PLAYERS[:60]
    commits = 0

    def interrupted_later() -> None:
        nonlocal commits
        session.commit()
        commits += 1
        if owned(session) and commits > 3:
            raise KeyboardInterrupt

    listed = filling.list_everybody(session, players, password="a-long-password", at=NOW, commit=session.commit)
    with pytest.raises(KeyboardInterrupt):
        filling.let_owners_in(session, players, password="a-long-password", at=NOW, commit=interrupted_later)
    begun = owned(session)
    again = filling.list_everybody(session, players, password="a-long-password", at=NOW, commit=session.commit)
    let_in = filling.let_owners_in(session, players, password="a-long-password", at=NOW, commit=session.commit)

    claimed = owned(session)
    owners = Counter(session.scalars(select(Listing.owner_id).where(Listing.owner_id.is_not(None))))
    assert (listed.created, again.created) == (len(players) + 3, 0)
    assert set(begun) < set(claimed)
    assert len(claimed) == len(begun) + let_in == len(players[:: filling.EVERY])
    assert set(owners.values()) == {1}, "an owner of the first start was given a second listing"


def test_a_run_that_an_interrupted_demo_left_is_finished_before_the_next(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs.clock, "utc_now", lambda: NOW)
    page = tmp_path / "acupuncture_Data00.xls"
    page.write_text(files.ca_file(cast(FEWEST, today=NOW.date())), encoding="utf-8")
    asked = Asked(RunChannel.FILE, files=(str(page),))
    left = registry_runs.queue_run(session, registries.find_registry("us_ca_file"), asked, at=NOW)
    left.state, left.worker = RunState.RUNNING, "a machine that is gone|1|1"
    session.commit()

    told: list[str] = []
    runs._run(session, "us_ca_file", asked, say=told.append)

    states = session.scalars(select(RegistryRun.state).order_by(RegistryRun.id)).all()
    assert states == [RunState.APPLIED, RunState.APPLIED]
    assert len(told) == 1


def test_what_does_not_end_when_it_is_asked_is_ended_by_force() -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    child = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        stop([child], patience=0.1)
    assert child.returncode == -signal.SIGKILL


@pytest.fixture
def story_flags(session: Session, monkeypatch: pytest.MonkeyPatch) -> dict[str, Flag]:
    """The flags of all stories, as the boards' lists of long ago leave them, and a mail server."""
    monkeypatch.setattr(notifications, "send_by_mail", lambda notice: not notice.to.startswith("returned"))
    begun, found = NOW - timedelta(days=cases.BEGUN), {}
    for story, number in cases.casting(PLAYERS):
        to = f"{'returned' if story.name == 'returned' else 'practice'}-{number}@clinic.example"
        listing = make_listing(session, slug=story.name, email=to, origin_key=f"demo:{filling.external_id(number)}")
        credential = make_credential(session, listing, number=f"{number}")
        found[story.name] = make_flag(
            session, listing, credential, cases.KINDS[story.happened], FlagState.DETECTED, at=begun
        )
    session.commit()
    return found


def test_the_days_bring_each_case_of_the_demo_to_its_point_and_a_second_time_change_nothing(
    session: Session, story_flags: dict[str, Flag]
) -> None:
    mo = make_account(session, "mo", role=Role.MODERATOR)
    days, steps = {ceil(since) for story in cases.STORIES for since in story.steps} | {4, 1, 0}, []
    for again in (days, {day for day in days if day < 31}):
        cases.play(session, PLAYERS, mo=mo, now=NOW, days=again)
        rows = (CaseNotice, CaseReply, CaseDecision, CaseAppeal, FlagChange, Notice)
        steps.append([session.scalar(select(func.count()).select_from(each)) for each in rows])
    assert steps[0] == steps[1]
    session.expire_all()
    labels = {name: standing(case_of(session, flag), NOW).label for name, flag in story_flags.items()}
    assert labels == {
        "triaged": "Before a notice",
        "window": "Told",
        "owner": "Told",
        "returned": "Notice came back",
        "answered": "An answer waits",
        "silent": "Told",
        "published": "Published",
        "appealed": "Under appeal",
        "order": "A second person is asked",
        "review": "Published",
        "lapsed": "Closed",
    }
    assert why_no_decision(case_of(session, story_flags["silent"]), NOW) == ""
    assert why_no_decision(case_of(session, story_flags["window"]), NOW) == "The time to answer has not passed yet."
    lapsed = story_flags["lapsed"]
    assert [step.to_state for step in lapsed.history][-2:] == [FlagState.PUBLISHED, FlagState.EXPIRED]


def test_the_pages_of_the_demo_exist_in_a_rehearsal_only(database: str, tmp_path: Path) -> None:
    settings = {"ENV": "test", "DATABASE_URL": database, "SECRET_KEY": "t" * 40}
    with pytest.raises(SettingError, match="REHEARSAL: expected 1"):
        pages.init_app(create_app(settings, instance=tmp_path))
    folder = tmp_path / "demo" / "mails"
    folder.mkdir(parents=True)
    headers = "Date: Sun, 22 Nov 2026 12:00:00 +0000\nTo: ada@practice.example\nSubject: A notice"
    (folder / "00001.eml").write_text(f"{headers}\n\n<b> https://x.example/n </b>\n")
    app = create_app({**settings, "REHEARSAL": "1"}, instance=tmp_path)
    pages.init_app(app)
    reader = Visitor(app)
    assert "There is" not in reader.get("/demo/").text
    assert "A notice" in reader.get("/demo/mail?to=ada@practice.example").text
    assert "None yet" in reader.get("/demo/mail?to=ben@practice.example").text
    assert "https://x.example/n" in reader.get("/demo/mail/1").links()
    assert reader.client.get("/demo/mail/2").status_code == 404
    let_go(app)


def test_the_saved_pages_of_the_demo_are_what_the_demo_says_they_are() -> None:
    player = saved_pages.subject(PLAYERS)
    spec = load_spec(ROOT / "scrapers" / "registries" / f"{saved_pages.REGISTRY}.yaml")
    opened = {name: open_upload(saved_pages.saved_page(name, player, now=NOW)) for name in saved_pages.ABOUT}
    for name in ("record.html", "record.mhtml", "record.pdf", "probation.html"):
        assert player.number in opened[name].text
    assert {opened[name].kind.value for name in opened} == {"html", "mhtml", "pdf", "png"}
    assert host_of(opened["record.mhtml"].saved_from) in hosts_of(spec)
    assert host_of(opened["another-register.html"].saved_from) not in hosts_of(spec)
    assert "Turnstile" in opened["challenge.html"].wall


def test_a_taken_port_is_told_in_words_before_anything_is_filled() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match=r"answers at .* already"):
            site._refuse_a_taken_port(f"http://127.0.0.1:{taken.getsockname()[1]}")


def test_a_demo_without_its_invented_boards_says_where_they_are(tmp_path: Path) -> None:
    settings = {"ENV": "test", "DATABASE_URL": f"sqlite:///{tmp_path}/s.db", "SECRET_KEY": "t" * 40, "REHEARSAL": "1"}
    app = create_app(settings, instance=tmp_path)
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 2
    assert "set REGISTRIES_PATH=scrapers/rehearsal/registries first" in result.stderr
