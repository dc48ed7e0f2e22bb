"""What patients see: the search and its one address, the listing and its limits, the evidence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from directory.extensions import db
from directory.rules.vocabulary import Outcome
from tests.browser import Browser, statements
from tests.conftest import NOW
from tests.invented_listings import checked, make_crowd, make_neighborhood
from tests.makers import make_credential, make_listing


@pytest.fixture
def neighborhood(session: Session) -> Session:
    make_neighborhood(session)
    session.commit()
    return session


def test_the_front_page_asks_where_and_asks_the_database_nothing(browser: Browser, session: Session) -> None:
    with statements(db.engine) as seen:
        page = browser.get("/")
    assert seen == []
    assert page.one("input[name=near]") and page.one("input[name=license]") and page.one("select[name=within]")
    assert "Nobody can pay to be higher" in page.text and "an invented example" in page.text


def test_results_are_in_order_of_distance_and_the_page_says_so(browser: Browser, neighborhood: Session) -> None:
    page = browser.get("/search?near=90012")
    names = [link.get_text() for link in page.html.select(".card-name a")]
    assert names[0] == "Ottoline Vasquez-Thorne" and names[-1] == "Cosimo Bellweather"
    assert "Nearest first, then by name. Nobody can pay" in page.text
    assert page.html.select_one("[role=status]").get_text(strip=True).startswith(f"{len(names)} practitioners")


def test_a_search_page_takes_two_statements(browser: Browser, neighborhood: Session) -> None:
    browser.get("/search?near=90012")
    with statements(db.engine) as seen:
        browser.get("/search?near=90012")
    assert len(seen) <= 2, "\n".join(seen)


def test_a_listing_and_its_evidence_take_two_statements_each(browser: Browser, neighborhood: Session) -> None:
    for path in ("/practitioners/perpetua-lindqvist", "/practitioners/perpetua-lindqvist/evidence"):
        browser.get(path)
        with statements(db.engine) as seen:
            browser.get(path)
        assert len(seen) <= 2, "\n".join(seen)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("near=90012&within=25mi&license=&q=", "/search?near=90012"),
        ("utm_source=x&license=on&near=90012", "/search?near=90012&license=yes"),
        ("near=los+angeles%2C+ca&within=50+miles", "/search?near=Los+Angeles%2C+CA&within=50mi"),
        ("sort=distance", "/search"),
    ],
)
def test_each_search_has_one_address(browser: Browser, session: Session, typed: str, address: str) -> None:
    answer = browser.client.get(f"/search?{typed}")
    assert (answer.status_code, answer.location) == (302, address)
    assert browser.client.get(address).status_code == 200


def test_one_click_leaves_only_confirmed_licenses(browser: Browser, neighborhood: Session) -> None:
    page = browser.get("/search?near=90012&license=yes")
    names = {link.get_text() for link in page.html.select(".card-name a")}
    assert names == {"Ottoline Vasquez-Thorne", "Perpetua Lindqvist"}
    assert page.one(".chosen a")["href"] == "/search?near=90012"


def test_a_town_that_shares_its_name_offers_the_others(browser: Browser, neighborhood: Session) -> None:
    assert "/search?near=Vancouver%2C+BC%2C+Canada" in browser.get("/search?near=Vancouver").links()
    assert "Not this one?" not in browser.get("/search?near=90012").text


def test_a_card_says_how_old_its_evidence_is(browser: Browser, neighborhood: Session) -> None:
    card = browser.get("/search?near=90012&license=yes").html.select(".card")[0].get_text(" ", strip=True)
    card = card.replace("\N{NO-BREAK SPACE}", " ")
    seen = "License active, seen 12 days ago, 10 November 2026, in the register of the California Acupuncture Board"
    assert seen in card
    assert "Managed by the practitioner" in card and "$140 a session" in card


def test_a_card_of_alabama_says_that_the_place_issues_none(browser: Browser, neighborhood: Session) -> None:
    card = browser.get("/search?near=35203").one(".card")
    assert "this place issues none" in card.get_text(" ")
    assert card.select_one(".state--not_required")


def test_an_unclaimed_card_says_that_nobody_was_asked(browser: Browser, neighborhood: Session) -> None:
    card = browser.get("/search?near=91101&within=5mi").one(".card")
    assert "Insurance, training the practitioner has not been asked yet" in card.get_text(" ", strip=True)
    assert "not claimed" in card.get_text(" ").lower()


def test_a_place_nobody_knows_is_answered_kindly(browser: Browser, neighborhood: Session) -> None:
    page = browser.get("/search?near=xyzzy")
    assert "We do not know the place “xyzzy”" in page.text
    field = page.one("#search-near")
    assert field["aria-invalid"] == "true" and field["value"] == "xyzzy"
    assert page.html.select(".card") == []


def test_markup_in_a_place_stays_text(browser: Browser, session: Session) -> None:
    page = browser.get("/search?near=%3Cscript%3Ealert(1)%3C/script%3E&q=%22%3E%3Cb%3E")
    assert page.html.select("script") == [] and page.html.select("b") == []


def test_an_empty_circle_names_the_nearest_and_offers_a_wider_one(browser: Browser, neighborhood: Session) -> None:
    page = browser.get("/search?near=Fresno%2C+CA&license=yes")
    assert "The nearest who fits is Perpetua Lindqvist in Santa Monica" in page.text
    assert "/search?near=Fresno%2C+CA&within=250mi&license=yes" in page.links()
    assert "/search?near=Fresno%2C+CA" in page.links()
    wider = browser.get("/search?near=Fresno%2C+CA&within=250mi&license=yes")
    assert "Perpetua Lindqvist" in wider.text


def test_the_links_of_later_pages_keep_the_search(browser: Browser, neighborhood: Session) -> None:
    make_crowd(neighborhood, 25)
    neighborhood.commit()
    first = browser.get("/search?near=90012&within=50mi")
    later = str(first.one("a[rel=next]")["href"])
    assert later == "/search?near=90012&within=50mi&page=2"
    second = browser.get(later)
    both = [{link["href"] for link in page.html.select(".card-name a")} for page in (first, second)]
    assert len(both[0]) == 20 and not both[0] & both[1]


def test_a_page_past_the_last_leads_to_the_last(browser: Browser, neighborhood: Session) -> None:
    answer = browser.client.get("/search?near=90012&page=99")
    assert (answer.status_code, answer.location) == (302, "/search?near=90012")


def test_an_unclaimed_listing_shows_no_street_phone_or_prose(browser: Browser, session: Session) -> None:
    make_listing(
        session,
        slug="juniper",
        phone="+13235550199",
        about="Secret prose",
        email="j@practice.example",
        website="https://juniper.example/",
        postal_code="90012",
    )
    session.commit()
    page = browser.get("/practitioners/juniper")
    for hidden in ("555", "Secret", "practice.example", "juniper.example", "90012"):
        assert hidden not in str(page.html.main), hidden
    assert "not affiliated" in page.text


def test_claim_correct_and_remove_are_one_click_away(browser: Browser, neighborhood: Session) -> None:
    links = browser.get("/practitioners/perpetua-lindqvist").links()
    slug = "perpetua-lindqvist"
    assert {f"/claim/{slug}", f"/practitioners/{slug}/report", f"/practitioners/{slug}/remove"} <= {*links}


def test_a_claimed_listing_shows_what_its_owner_says(browser: Browser, neighborhood: Session) -> None:
    page = browser.get("/practitioners/ottoline-vasquez-thorne")
    for shown in (
        "18 Juniper Walk",
        "$1,400 for 10 sessions",
        "1 October 2026",
        "(323) 555-0142",
        "Vietnamese",
        "We talk for half of it.",
        "cosmetic acupuncture covered",
        "64 hours",
    ):
        assert shown in page.text, shown
    assert page.one('a[href^="tel:"]')["href"] == "tel:+13235550142"
    assert "/claim/ottoline-vasquez-thorne" not in page.links()


def test_a_finding_reads_as_if_nobody_had_looked(browser: Browser, neighborhood: Session) -> None:
    for path in ("/practitioners/cosimo-bellweather", "/practitioners/cosimo-bellweather/evidence"):
        text = browser.get(path).text
        assert "not checked yet." in text
        assert (
            "not found" not in text.lower()
            and "not confirmed" not in text.lower()
            and "no active record" not in text.lower()
        )


def test_evidence_says_where_when_how_and_in_whose_words(browser: Browser, neighborhood: Session) -> None:
    page = browser.get("/practitioners/perpetua-lindqvist/evidence")
    for shown in (
        "the California Acupuncture Board",
        "17 November 2026, 12:00 UTC",
        "5 days ago",
        "Active",
        "read from a file the source publishes",
        "abababababab",
        "All 2 checks",
    ):
        assert shown in page.text, shown


def test_each_evidence_link_of_a_listing_leads_to_its_fact(browser: Browser, neighborhood: Session) -> None:
    path = "/practitioners/ottoline-vasquez-thorne"
    anchors = [link.partition("#")[2] for link in browser.get(path).links() if link.startswith(f"{path}/evidence#")]
    there = {tag["id"] for tag in browser.get(f"{path}/evidence").html.select("[id]")}
    assert len(anchors) == 4 and there.issuperset(anchors)


def test_a_confirmation_ends_by_itself(browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = make_listing(session, slug="juniper")
    checked(session, make_credential(session, listing), Outcome.CONFIRMED, days_ago=1, expires_on=None)
    session.commit()
    assert browser.get("/practitioners/juniper").html.select(".line--confirmed")
    monkeypatch.setattr("directory.clock.utc_now", lambda: NOW + timedelta(days=130))
    later = browser.get("/practitioners/juniper")
    assert not later.html.select(".line--confirmed") and "due to be checked again" in later.text


def test_names_in_other_scripts_have_their_own_direction(browser: Browser, neighborhood: Session) -> None:
    assert browser.get("/practitioners/layla").one("h1")["dir"] == "auto"


@pytest.mark.parametrize("path", ["/practitioners/nobody", "/practitioners/nobody/evidence", "/practitioners/a%00b"])
def test_a_listing_that_is_not_there_is_not_found(browser: Browser, session: Session, path: str) -> None:
    assert "There is no page here" in browser.get(path, status=404).text


def test_a_listing_leads_back_to_the_search_it_was_found_in(browser: Browser, neighborhood: Session) -> None:
    def back(referrer: str) -> str:
        page = browser.get("/practitioners/perpetua-lindqvist", headers={"Referer": referrer})
        return str(page.one(".crumbs a")["href"])

    assert back("http://localhost/search?near=90012&license=yes") == "/search?near=90012&license=yes"
    assert back("https://elsewhere.example/search?near=1") == "/search"
