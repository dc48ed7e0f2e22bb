"""Saved pages of the certification board's directory: a card a practitioner, and the total the page announces."""

import json
from pathlib import Path

import pytest

from scrapers.record import CredentialKind, Standing
from scrapers.report import Outcome
from scrapers.spec import find_spec
from tests.scrapers.making import make_file, read_files
from tests.scrapers.ncbahm_making import card, older_card, older_page, result_page

REAL = Path(__file__).parents[2] / ".." / "shared" / "real" / "ncbahm"


@pytest.fixture
def board():
    return find_spec("us_ncbahm")


@pytest.fixture
def read(board, tmp_path):
    def read(*pages):
        files = [make_file(tmp_path, page, f"page{nth}.html") for nth, page in enumerate(pages)]
        return read_files(board, *files, channel="saved_page")

    return read


def test_a_card_is_a_certification_with_its_words_and_no_number(read):
    (record,), report = read(result_page(card(badges=["AC Certification", "OM Certification"])))
    assert report.outcome is Outcome.COMPLETE
    assert record.kind is CredentialKind.BOARD_CERTIFICATION
    assert (record.holder.given, record.holder.family) == ("Wren", "Holloway")
    assert (record.standing, record.standing_raw) == (Standing.ACTIVE, "Certified Diplomate")
    assert (record.number, record.source_key, record.profession) == ("", "Ab1=", "acupuncturist")
    assert record.holder.credentials == "AC Certification, OM Certification"
    assert record.as_published["certificates"] == ["AC Certification", "OM Certification"]
    assert record.phone == "+12065550142"


def test_the_directory_is_never_fetched(board):
    assert set(board.channels) == {"saved_page", "manual"}
    assert not board.needs_network


@pytest.mark.parametrize("name", ["NCCAOM", "NCBAHM"])
def test_pages_under_both_names_of_the_board_are_read(read, name):
    people = [card(badges=[f"Dipl. Ac. ({name})®"]), card("Ab2=", badges=[f"AC Certification ({name})"])]
    records, report = read(result_page(*people, board=name))
    assert [record.profession for record in records] == ["acupuncturist", "acupuncturist"]
    assert (report.outcome, report.warnings) == (Outcome.COMPLETE, [])


@pytest.mark.parametrize(
    "address, place",
    [
        ("12 Elder Ln , Seattle, WA, USA", ("Seattle", "WA", "", "US")),
        ("12 Elder Ln, Ste 4 , Seattle, WA 98101-0000, USA", ("Seattle", "WA", "98101", "US")),
        ("Elder Valley Rd , Seattle, WA, USA", ("Seattle", "WA", "", "US")),
        ("Seattle, WA, USA", ("Seattle", "WA", "", "US")),
        ("12 Elder Ln , WA, USA", ("", "WA", "", "US")),
        ("12 Elder Ln , Seoul, Korea", ("", "", "", "")),
        ("Not Available", ("", "", "", "")),
    ],
)
def test_a_place_is_town_state_and_country_and_never_a_street(read, address, place):
    (record,), _ = read(result_page(card(address=address)))
    found = record.place
    assert (found.city, found.region, found.postal_code, found.country) == place
    assert "Elder" not in json.dumps(record.as_json())


@pytest.mark.parametrize(
    "name, given, family, credentials",
    [
        ("Wren Holloway DACM, L.Ac.", "Wren", "Holloway", "DACM, L.Ac."),
        ("Wren Holloway Dacm, Faborm", "Wren", "Holloway", "Dacm, Faborm"),
        ("Wren Holloway L. Ac", "Wren", "Holloway", "L. Ac"),
        ("Wren Rose Holloway Jr.", "Wren", "Holloway", ""),
    ],
)
def test_degrees_behind_a_name_are_not_part_of_it(read, name, given, family, credentials):
    (record,), _ = read(result_page(card(name=name)))
    expected = ", ".join(filter(None, (credentials, "AC Certification")))
    assert (record.holder.given, record.holder.family, record.holder.raw) == (given, family, name)
    assert record.holder.credentials == expected


def test_a_herbalist_is_not_taken_for_an_acupuncturist(read):
    (record,), _ = read(result_page(card(badges=["CH Certification"])))
    assert record.profession == "herbalist"


def test_a_badge_nobody_knows_is_kept_and_a_person_is_told(read):
    (record,), report = read(result_page(card(badges=["XY Certification"])))
    assert (record.profession, record.as_published["certificates"]) == ("", ["XY Certification"])
    assert "XY Certification" in report.warnings[0]


def test_badges_that_the_slider_repeats_count_once(read):
    (record,), _ = read(result_page(card(badges=["OM Certification"], clones=["OM Certification", "AC Certification"])))
    assert record.as_published["certificates"] == ["OM Certification"]


@pytest.mark.parametrize("status", ["Recertification Pending", "certified diplomate", "Terminated"])
def test_a_standing_nobody_read_up_on_is_unknown(read, status):
    (record,), report = read(result_page(card(status=status)))
    assert (record.standing, record.standing_raw) == (Standing.UNKNOWN, status)
    assert report.unknown_words == {status: 1}


def test_fewer_cards_than_the_page_announces_are_incomplete(read):
    _, report = read(result_page(card(), found="2,007", last=101))
    assert (report.outcome, report.declared) == (Outcome.INCOMPLETE, 2007)
    assert "1 of 2007" in report.reason


def test_two_pages_that_add_up_to_the_total_are_complete(read):
    records, report = read(
        result_page(card("A="), card("B="), found=3, last=2), result_page(card("C="), found=3, page=2, last=2)
    )
    assert (len(records), report.outcome) == (3, Outcome.COMPLETE)


def test_a_second_page_that_repeats_the_first_is_refused(read):
    first = result_page(card("A="), card("B="), found=4, last=2)
    _, report = read(first, first.replace("0x0", "0x1"))
    assert report.outcome is Outcome.SUSPECT


def test_a_card_of_the_older_layout_says_what_one_of_the_newer_says(read):
    badges = ["AC Certification", "CH Certification"]
    (newer,), _ = read(result_page(card(badges=badges)))
    (older,), report = read(older_page(older_card(badges=", ".join(badges))))
    assert (report.outcome, report.warnings) == (Outcome.COMPLETE, [])
    left_out = {"evidence"}
    assert {key: value for key, value in older.as_json().items() if key not in left_out} == {
        key: value for key, value in newer.as_json().items() if key not in left_out
    }


def test_the_older_layout_announces_its_total_too(read):
    _, report = read(older_page(older_card(), found=3))
    assert (report.outcome, report.declared) == (Outcome.INCOMPLETE, 3)


def test_the_older_layout_without_its_end_is_refused(read):
    _, report = read(older_page(older_card()).removesuffix("</html>"))
    assert (report.outcome, "its end is missing" in report.reason) == (Outcome.CHANGED, True)


@pytest.mark.parametrize(
    "relied_on",
    [
        "search-count",
        "Practitioners found",
        "citySearchList__content",
        "pageListDetail",
        'card-item"',
        "nameinfo__text",
        "/FAPPractitionerProfile/",
        "addressinfo__item",
        "icon-call-end",
        "icon-location-pin",
    ],
)
def test_an_older_page_whose_parts_were_renamed_is_changed(read, relied_on):
    records, report = read(older_page(older_card()).replace(relied_on, f"x{relied_on}"))
    assert (records, report.outcome) == ([], Outcome.CHANGED)


@pytest.mark.parametrize("page", [result_page(found=0, page=1, last=0), older_page(found=0)], ids=["newer", "older"])
def test_nobody_found_is_read_as_nobody_and_says_nothing_of_anyone(board, read, page):
    records, report = read(page)
    assert (records, report.declared, report.outcome.is_usable) == ([], 0, True)
    assert board.completeness == "opt_in"


def test_nobody_found_is_not_believed_beside_a_card(read):
    _, report = read(result_page(card(), found=0))
    assert report.outcome is Outcome.INCOMPLETE


def test_a_challenge_page_is_blocked(read):
    _, report = read('<html><title>Just a moment...</title><div class="cf-turnstile"></div></html>')
    assert report.outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    "relied_on",
    [
        "result-info-bar__found",
        "Practitioners found",
        "pageListDetail",
        "hdncurrpage",
        "hdnlastpage",
        "result-card__item",
        'class="name"',
        "AgencyClientId",
        "gendar",
        "iconic-callout__item",
        "icon-call-end",
        "icon-location-pin",
        "cert-box__item",
    ],
)
def test_a_page_whose_parts_were_renamed_is_changed_though_it_carries_turnstile(read, relied_on):
    page = result_page(card()).replace(relied_on, f"x{relied_on}")
    records, report = read(page)
    assert (records, report.outcome) == ([], Outcome.CHANGED)


needs_captures = pytest.mark.skipif(not REAL.is_dir(), reason="the real captures are not beside the repository")


def read_real(board, *states):
    return read_files(board, *(REAL / f"ncbahm_search_{state}_live.html" for state in states), channel="saved_page")


@pytest.mark.real
@needs_captures
def test_the_real_page_of_california_is_20_of_2007(board):
    records, report = read_real(board, "ca")
    assert (len(records), report.declared, report.outcome) == (20, 2007, Outcome.INCOMPLETE)
    assert "20 of 2007" in report.reason
    assert {record.standing for record in records} == {Standing.ACTIVE}
    assert {record.place.region for record in records} == {"CA", ""}
    assert report.warnings == []


@pytest.mark.real
@needs_captures
def test_the_real_second_page_of_hawaii_repeats_the_first_and_is_refused(board):
    _, report = read_real(board, "hi", "hi_p2")
    assert report.outcome is Outcome.SUSPECT
    assert "same 20 rows" in report.reason


def test_a_pdf_in_place_of_a_page_is_no_page_and_breaks_nothing(read):
    records, report = read(b"%PDF-1.4\n%\xd3\xeb\xe9\xe1\n")
    assert (records, report.outcome) == ([], Outcome.CHANGED)
    assert "is a PDF, and not the page itself" in report.reason
