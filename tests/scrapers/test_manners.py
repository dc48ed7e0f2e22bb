"""Addresses that may be connected to, robots.txt, Retry-After, and turns that processes share."""

from __future__ import annotations

import multiprocessing
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scrapers.adapter import SourceBlocked
from scrapers.addresses import CheckedAdapter, is_public, may_connect
from scrapers.pace import Pace
from scrapers.retry_after import seconds_to_wait
from scrapers.robots import Robots
from tests.scrapers.conftest import Clock

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_public(address)
    assert not may_connect(address, rehearsal=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_public_addresses_may_be_connected_to(address: str) -> None:
    assert may_connect(address, rehearsal=False)


def test_a_rehearsal_opens_loopback_and_nothing_else() -> None:
    assert [address for address in PRIVATE if may_connect(address, rehearsal=True)] == ["127.0.0.1", "::1"]


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    pool = CheckedAdapter(rehearsal=True).poolmanager.connection_from_url("http://board.example/")
    with pytest.raises(SourceBlocked, match=r"board\.example is at 10\.0\.0\.1"):
        pool.urlopen("GET", "/", retries=False)


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def resolved_once(host: str, *_: Any, **__: Any) -> list[Any]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolved_once)
        pool = CheckedAdapter(rehearsal=True).poolmanager.connection_from_url(f"http://board.example:{port}/")
        connection = pool._get_conn()
        connection.connect()
        assert connection.sock.getpeername() == ("127.0.0.1", port)
        connection.guard.close()
        connection.close()
    assert asked == ["board.example"]


def robots(status: int, text: str, clock: Clock, folder: Path | None = None) -> tuple[Robots, list[str]]:
    asked: list[str] = []

    def ask(origin: str) -> tuple[int, str]:
        asked.append(origin)
        return status, text

    return Robots(ask, clock=clock, book=Pace(folder) if folder else None), asked


ORIGIN, PAGE = "https://board.example:443", "https://board.example/private/list"


@pytest.mark.parametrize(
    ("status", "text", "refused"),
    [
        (200, "User-agent: *\nDisallow: /private", True),
        (200, "User-agent: TrueMeridian\nAllow: /\n\nUser-agent: *\nDisallow: /", False),
        (200, "User-agent: TrueMeridian\nDisallow: /\n\nUser-agent: *\nAllow: /", True),
        (200, "User-agent: *\nDisallow: /private\nAllow: /private/list$", False),
        (200, "<html>not robots</html>", False),
        (404, "User-agent: *\nDisallow: /", False),
        (403, "", False),
        (500, "", True),
        (0, "", True),
    ],
)
def test_robots_txt_is_read_as_its_standard_says(clock: Clock, status: int, text: str, refused: bool) -> None:
    assert bool(robots(status, text, clock)[0].refusal(ORIGIN, PAGE)) is refused


def test_robots_txt_is_kept_for_a_day_between_processes_but_never_a_failure(clock: Clock, tmp_path: Path) -> None:
    first, asked = robots(200, "", clock, tmp_path)
    first.refusal(ORIGIN, PAGE)
    second, asked_again = robots(500, "", clock, tmp_path)
    assert second.refusal(ORIGIN, PAGE) == ""
    assert (len(asked), len(asked_again)) == (1, 0)
    clock.seconds += 25 * 3600
    assert "no answer" in second.refusal(ORIGIN, PAGE)
    third, asked_a_third_time = robots(404, "", clock, tmp_path)
    assert third.refusal(ORIGIN, PAGE) == ""
    assert len(asked_a_third_time) == 1


def test_a_request_rate_is_a_pause_too(clock: Clock) -> None:
    rules, _ = robots(200, "User-agent: *\nRequest-rate: 1/15\n", clock)
    assert rules.crawl_delay(ORIGIN) == 15.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Sun, 03 May 2026 12:10:00 GMT", 600.0),
        ("Sun, 03 May 2026 11:00:00 GMT", 0.0),
        ("99999999999999999999999", 604800.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_believed_within_reason(header: str, seconds: float | None) -> None:
    assert seconds_to_wait(header, datetime(2026, 5, 3, 12, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("header", "server_date", "seconds"),
    [
        ("Sun, 03 May 2026 12:10:00 GMT", "Sun, 03 May 2026 12:00:00 GMT", 600.0),
        ("Mon, 03 May 2027 12:01:00 GMT", "Mon, 03 May 2027 12:00:00 GMT", 60.0),  # its clock is a year ahead
        ("Sat, 03 May 2025 12:01:00 GMT", "Sat, 03 May 2025 12:00:00 GMT", 60.0),  # and a year behind
        ("Sun, 03 May 2026 12:10:00 GMT", "Mon, 03 May 2027 12:00:00 GMT", 600.0),  # only one of the two lies
        ("Sun, 03 May 2026 12:10:00 GMT", "Sat, 03 May 2025 12:00:00 GMT", 600.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "", 604800.0),
        ("Sun, 03 May 2026 12:10:00 GMT", "the third of May", 600.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 03 May 2026 12:00:00 GMT", 0.0),
        ("Sun, 03 May 99999 12:10:00 GMT", "Sun, 03 May 2026 12:00:00 GMT", None),
    ],
)
def test_a_server_whose_clock_lies_does_not_make_us_wait_for_it(
    header: str, server_date: str, seconds: float | None
) -> None:
    now = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
    assert seconds_to_wait(header, now, server_date=server_date) == seconds


def test_hosts_do_not_wait_for_each_other_and_a_host_does_for_itself(clock: Clock, tmp_path: Path) -> None:
    pace = Pace(tmp_path, clock=clock, sleep=clock.sleep)
    for host in ("a.example", "b.example", "a.example"):
        with pace.turn(host, 5):
            continue
    assert clock.slept == [5.0]


def test_a_clock_that_was_set_back_does_not_make_us_wait_for_ever(clock: Clock, tmp_path: Path) -> None:
    pace = Pace(tmp_path, clock=clock, sleep=clock.sleep)
    with pace.turn("a.example", 5):
        clock.seconds -= 0
    clock.seconds -= 100_000
    with pace.turn("a.example", 5):
        assert clock.slept == [5.0]


def _take_turns(folder: str, log: str) -> None:
    pace = Pace(Path(folder), sleep=lambda seconds: None)
    for _ in range(20):
        with pace.turn("a.example", 0):
            with Path(log).open("a", encoding="ascii") as lines:
                lines.write(f"in {os.getpid()}\n")
            with Path(log).open("a", encoding="ascii") as lines:
                lines.write(f"out {os.getpid()}\n")


def test_two_processes_never_ask_one_host_at_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_take_turns, args=(str(tmp_path / "pace"), str(log))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    lines = log.read_text(encoding="ascii").split("\n")[:-1]
    assert len(lines) == 80
    assert all(came.replace("in", "out") == left for came, left in zip(lines[::2], lines[1::2], strict=True))
