"""The registries as operators and the public see them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.models.account import Account
from directory.registries.health_history import lookup_days
from directory.rules.vocabulary import Role
from tests.browser import Browser, Page, statements
from tests.conftest import NOW
from tests.databases import Template
from tests.makers import make_account
from tests.source_histories import DAY, make_run, stage_histories
from tests.views.people import Visitor, signed_in


def two_months(session: Session) -> None:
    make_account(session, "oz", role=Role.OPERATOR)
    stage_histories(session, now=NOW)


@pytest.fixture
def database(template: Template) -> Iterator[str]:
    with template.fresh(filled_by=two_months) as url:
        yield url


@pytest.fixture
def oz(app: Flask, session: Session) -> Visitor:
    """Oz operates, and there are two months to look back at."""
    return signed_in(app, session.scalar(select(Account)))


def rows_of(page: Page, group: str) -> list[str]:
    heading = next(each for each in page.html.select("section h2") if each.get_text() == group)
    return [row.get_text(" ", strip=True) for row in heading.parent.select(".source-row h3")]  # type: ignore[union-attr]


def test_the_list_begins_with_what_needs_a_look_the_worst_first(oz: Visitor) -> None:
    page = oz.get("/moderation/registries")
    need = rows_of(page, "Need a look")
    assert [name.split()[0] for name in need] == ["Arizona", "Colorado", "Washington"]
    assert "Cloudflare Turnstile stands in the way" in page.text
    assert "Blocked since 18 November 2026" in page.text
    assert "2 new standing words" in page.text
    assert any(name.startswith("HHS Office") for name in rows_of(page, "Read normally"))
    assert any(link.startswith("/moderation/runs/") for link in page.links())


def test_a_registry_page_shows_its_history_as_pictures_and_as_numbers(oz: Visitor) -> None:
    page = oz.get("/moderation/registries/us_wa")
    pictures = page.html.select("svg[role=img]")
    assert len(pictures) >= 8
    assert all(picture.title and picture.title.get_text() for picture in pictures)
    letters = [cell.get_text() for cell in page.html.select(".strip .strip-cell")]
    assert len(letters) == 60
    assert set(letters) == {"C", "D", "I", "M", "S", "X"}
    runs, fills = page.html.select("details table")
    assert len(runs.select("tbody tr")) == 60
    assert "42 %" in fills.get_text()
    assert "Phone: 42% of the records in the last run, usually 91%, at least 42%." in page.text


def test_a_word_nobody_knew_stands_there_with_its_day_its_run_and_what_to_do(oz: Visitor) -> None:
    page = oz.get("/moderation/registries/us_co")
    [section] = [each for each in page.html.select("section") if each.select("#new")]
    told = " ".join(section.get_text(" ").replace("\N{NO-BREAK SPACE}", " ").split())
    assert "不详 since 8 November 2026, last on 15 November 2026, in 1 record, for example in run" in told
    assert "add it to the YAML under standing: words:" in told


def test_lookups_are_counted_by_day(oz: Visitor, session: Session) -> None:
    page = oz.get("/moderation/registries/us_nj")
    assert "Numbers looked up" in page.text
    days = lookup_days(session, "us_nj", now=NOW)
    assert [(each.asked, each.answered) for each in days] == [(3, 3), (4, 4), (5, 4), (6, 6), (7, 7), (8, 8)]
    assert (days[0].day, days[2].day) == (NOW.date(), (NOW - 2 * DAY).date())


@pytest.mark.parametrize("registry_id", ["us_nd", "us_hi", "us_nppes_file"])
def test_a_registry_that_was_never_read_says_what_comes_first(oz: Visitor, registry_id: str) -> None:
    assert "No run of it yet" in oz.get(f"/moderation/registries/{registry_id}").text


def test_one_that_was_run_with_a_description_from_disk_has_a_page_too(oz: Visitor, session: Session) -> None:
    make_run(session, "xx_on_disk", at=NOW, title="A board from disk")
    assert oz.get("/moderation/registries/xx_on_disk").one("h1").get_text() == "A board from disk"


@pytest.mark.parametrize("registry_id", ["nowhere", "us_wa%00", "..", "US_WA", "a" * 80])
def test_what_is_no_registry_is_not_there(oz: Visitor, registry_id: str) -> None:
    oz.get(f"/moderation/registries/{registry_id}", status=404)


@pytest.mark.parametrize(
    "path",
    [
        "/moderation/registries",
        "/moderation/registries/us_wa",
        "/moderation/registries/us_nj",
        "/registries",
        "/registries/us_az",
    ],
)
def test_no_page_asks_the_database_registry_by_registry(oz: Visitor, app: Flask, path: str) -> None:
    visitor = oz if path.startswith("/moderation") else Browser(app)
    with statements(db.engine) as seen:
        visitor.get(path)
    assert len([each for each in seen if each.startswith("SELECT")]) <= 26


# The public page -----------------------------------------------------------------------------------------------------


def groups_of(page: Page) -> dict[str, list[str]]:
    """The registries' ids by the heading they stand under."""
    sections = [(each.h2, each.select(".row")) for each in page.html.select("section.registries")]
    return {heading.get_text(): [str(row["id"]) for row in rows] for heading, rows in sections if heading}


def test_the_public_page_sums_up_with_those_in_trouble_first(oz: Visitor, app: Flask) -> None:
    page = Browser(app).get("/registries")
    assert "1 is being looked at, 4 are read normally," in page.text
    assert "Our programs sent 122 requests to 2 of them in the last 30 days; 5 of these were refused" in page.text
    groups = groups_of(page)
    assert list(groups) == ["Being looked at", "Read normally", "Looked up only by a person", "Not read yet"]
    assert groups["Being looked at"] == ["us_az"]
    assert len(page.html.select("details:not([open]) .row")) == sum(map(len, list(groups.values())[2:]))
    arizona = page.one("#us_az").get_text(" ", strip=True).replace("\N{NO-BREAK SPACE}", " ")
    assert "Closed to programs since 18 November 2026" in arizona
    assert "asked 61 times in 30 days, 5 times refused" in arizona


def test_the_public_page_is_light(oz: Visitor, app: Flask) -> None:
    assert len(Browser(app).get("/registries").html.select("*")) < 1_200


@pytest.mark.parametrize(
    ("query", "groups"),
    [
        ("?place=US-AZ", {"Being looked at": ["us_az"]}),
        ("?place=NZ&state=by-hand", {"Looked up only by a person": ["nz"]}),
        ("?place=US-AZ&state=ok", {}),
    ],
)
def test_registries_are_chosen_by_place_and_by_state(
    oz: Visitor, app: Flask, query: str, groups: dict[str, list[str]]
) -> None:
    page = Browser(app).get(f"/registries{query}")
    assert groups_of(page) == groups
    assert not page.html.select(".registries details")
    assert "Show all" in page.text and bool(groups) != ("No registry fits" in page.text)


def test_a_registry_has_a_page_with_the_whole_ledger(oz: Visitor, app: Flask) -> None:
    page = Browser(app).get("/registries/us_az")
    assert "61 times in the last 30 days" in page.text
    assert "5 times in the last 30 days; last on 22 November 2026" in page.text
    assert "read on 3 October 2026, to be read again by" in page.text
    days = [[cell.get_text() for cell in row.select("td")] for row in page.html.select("table tbody tr")]
    assert sum(int(sent) for sent, *_ in days) == 61
    assert sum(int(refused) for _, refused, _ in days if refused != "–") == 5


@pytest.mark.parametrize("registry_id", ["nowhere", "us_wa%00", "..", "US_WA", "a" * 80])
def test_what_is_no_registry_has_no_public_page(oz: Visitor, app: Flask, registry_id: str) -> None:
    Browser(app).get(f"/registries/{registry_id}", status=404)


@pytest.mark.parametrize("path", ["/registries", "/registries/us_co"])
def test_the_public_pages_name_no_new_word_and_no_run(oz: Visitor, app: Flask, path: str) -> None:
    page = Browser(app).get(path)
    assert "不详" not in page.text
    assert not [link for link in page.links() if "/moderation/" in link]
