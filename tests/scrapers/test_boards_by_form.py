"""What a look-up by form may conclude: who was found, that nobody was, or that it could not be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scrapers.adapter import Wanted, adapter_for
from scrapers.captures import Captures
from scrapers.errors import SourceChanged, SpecError
from scrapers.page import Page
from scrapers.platforms.people_list import fits, taken_apart
from scrapers.record import Method
from scrapers.recording import RecordedPage, Recording, load_recording, replay
from scrapers.request import Request
from scrapers.run import Outcome, RunReport
from scrapers.spec import RegistrySpec, find_spec

RECORDINGS = Path(__file__).parent.parent / "registries"
PAGE = "<!DOCTYPE html><html><body>{}</body></html>"


def read(
    tmp_path: Path, registry: str, change: dict[str, bytes] | None = None, **other: object
) -> tuple[list[dict[str, object]], RunReport]:
    """One run over a board's recording, in which some pages were exchanged: end of address or text in it -> page."""
    spec, recording = find_spec(registry), load_recording(RECORDINGS / registry)
    pages = tuple(_exchanged(page, change or {}) for page in recording.pages)
    records, report, _ = replay(spec, replace(recording, pages=pages, **other), tmp_path)
    return records, report


def _exchanged(page: RecordedPage, change: dict[str, bytes]) -> RecordedPage:
    for mark, body in change.items():
        if mark.encode() in page.body:
            return replace(page, body=body)
    return page


def body_with(registry: str, mark: str) -> bytes:
    """The one recorded page that holds this text."""
    (body,) = [body for body in load_recording(RECORDINGS / registry).bodies if mark.encode() in body]
    return body


# Nobody, too many, or not to be told --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registry", "mark", "words"),
    [
        ("us_va", "<p>5 records</p>", "<p>0 records</p>"),
        ("us_tx_tmb", "gvSearchResults", "<p>No Results Found</p>"),
        ("us_md_web", "View Details", "<p>Your search did not produce any results.</p>"),
    ],
)
def test_nobody_is_found_where_the_source_says_so_in_the_recorded_words(
    tmp_path: Path, registry: str, mark: str, words: str
) -> None:
    records, report = read(tmp_path, registry, {mark: PAGE.format(words).encode()})
    assert (records, report.outcome) == ([], Outcome.COMPLETE)


@pytest.mark.parametrize(
    "words",
    [
        "<p>10 records</p>",
        "<script>var none = '0 records';</script>",
        '<p style="display:none">0 records</p>',
        "<p hidden>0 records</p>",
        "<!-- 0 records -->",
        "<p>Nobody was found</p>",
        "",
    ],
)
def test_words_that_were_not_said_are_not_taken_for_nobody(tmp_path: Path, words: str) -> None:
    _, report = read(tmp_path, "us_va", {"<p>5 records</p>": PAGE.format(words).encode()})
    assert report.outcome is Outcome.CHANGED


def test_too_many_people_is_another_answer_than_nobody(tmp_path: Path) -> None:
    body = PAGE.format("<p>Your search returned too many records.</p>").encode()
    records, report = read(tmp_path, "us_va", {"<p>5 records</p>": body})
    assert (records, report.outcome) == ([], Outcome.INCOMPLETE)
    assert "too many" in report.reason


@pytest.mark.parametrize("mark", ["table-striped", "dl-horizontal"])
def test_a_stub_of_florida_is_an_outage_and_never_nobody(tmp_path: Path, mark: str) -> None:
    records, report = read(tmp_path, "us_fl_mqa", {mark: PAGE.format("<h1>MQA Search</h1>").encode()})
    assert report.outcome is Outcome.DOWN
    assert mark == "dl-horizontal" or records == []


def test_one_hit_in_florida_leads_straight_to_the_person(tmp_path: Path) -> None:
    records, report = read(tmp_path, "us_fl_mqa", {"table-striped": body_with("us_fl_mqa", "<dd>AP9001</dd>")})
    assert [record["number"] for record in records] == ["AP9001"]
    assert report.outcome is Outcome.COMPLETE


def test_more_people_than_may_be_opened_are_an_incomplete_answer(tmp_path: Path) -> None:
    spec, recording = find_spec("us_va"), load_recording(RECORDINGS / "us_va")
    spec = replace(spec, options={**spec.options, "most_people": 1})
    records, report, _ = replay(spec, recording, tmp_path)
    assert (len(records), report.outcome) == (1, Outcome.INCOMPLETE)


def test_a_full_page_may_have_left_others_out(tmp_path: Path) -> None:
    spec = find_spec("us_nc_learningbuilder")
    spec = replace(spec, options={"full_page": 2})
    _, report, _ = replay(spec, load_recording(RECORDINGS / "us_nc_learningbuilder"), tmp_path)
    assert report.outcome is Outcome.INCOMPLETE


# Pages that do not belong together --------------------------------------------------------------------


def test_a_page_about_somebody_else_is_suspect(tmp_path: Path) -> None:
    other = body_with("us_nj", ">25MZ00090200</span>").replace(b"25MZ00090200", b"25MZ00099900")
    _, report = read(tmp_path, "us_nj", {">25MZ00090200</span>": other})
    assert report.outcome is Outcome.SUSPECT
    assert "25MZ00090200" in report.reason


def test_a_second_page_that_repeats_the_first_is_suspect(tmp_path: Path) -> None:
    first = body_with("us_co_lookup", "ACU.0000901")
    _, report = read(tmp_path, "us_co_lookup", {"ACU.0000903": first})
    assert report.outcome is Outcome.SUSPECT


@pytest.mark.parametrize(
    ("place", "found", "outcome"),
    [
        (b"<b>1</b>", 3, Outcome.COMPLETE),
        (b"<a href=\"javascript:__doPostBack('list','Page$1')\">1</a>", 2, Outcome.CHANGED),
    ],
)
def test_a_pager_says_which_page_this_is(tmp_path: Path, place: bytes, found: int, outcome: Outcome) -> None:
    body = body_with("us_co_lookup", "ACU.0000901").replace(b"<span>1</span>", place)
    records, report = read(tmp_path, "us_co_lookup", {"ACU.0000901": body})
    assert (len(records), report.outcome) == (found, outcome)


@pytest.mark.parametrize(
    ("words", "found", "outcome"), [(b"Next &gt;", 3, Outcome.COMPLETE), (b"New search", 2, Outcome.CHANGED)]
)
def test_a_lone_link_below_the_list_is_followed_only_where_it_says_so(
    tmp_path: Path, words: bytes, found: int, outcome: Outcome
) -> None:
    body = body_with("us_co_lookup", "ACU.0000901").replace(b"<td><span>1</span></td>", b"")
    body = body.replace(b"'Page$2')\">2</a>", b"'Page$2')\">" + words + b"</a>")
    records, report = read(tmp_path, "us_co_lookup", {"ACU.0000901": body})
    assert (len(records), report.outcome) == (found, outcome)


def test_people_of_other_professions_are_not_even_opened(tmp_path: Path) -> None:
    records, report = read(tmp_path, "us_nj")
    assert all(record["as_published"]["profession_id"] == "Acupuncture" for record in records)
    assert report.skipped == 1


BY_LABEL = [("us_va", "th"), ("us_fl_mqa", "dt"), ("us_md_web", "td:first-child"), ("us_me", "div > div:first-child")]


@pytest.mark.parametrize(("registry", "labels"), BY_LABEL)
def test_a_renamed_label_stops_the_run(tmp_path: Path, registry: str, labels: str) -> None:
    recording = load_recording(RECORDINGS / registry)
    last = recording.bodies[-1]
    for place in range(len(BeautifulSoup(last, "lxml").select(labels))):
        soup = BeautifulSoup(last, "lxml")
        label = soup.select(labels)[place]
        label.string = f"{label.get_text()} renamed"
        spoiled = recording.with_bodies([*recording.bodies[:-1], str(soup).encode()])
        _, report, _ = replay(find_spec(registry), spoiled, tmp_path / str(place))
        assert report.outcome is Outcome.CHANGED, label


# What is asked --------------------------------------------------------------------


def test_terms_that_nobody_accepted_are_a_block(tmp_path: Path) -> None:
    records, report = read(tmp_path, "us_tx_tmb", terms_accepted_by="")
    assert (records, report.outcome) == ([], Outcome.BLOCKED)
    assert "usage terms" in report.reason
    assert report.requests == 1


def test_who_accepted_the_terms_is_told_by_each_run(tmp_path: Path) -> None:
    _, report = read(tmp_path, "us_tx_tmb")
    told = [warning for warning in report.warnings if "terms" in warning]
    assert told == ["its usage terms were accepted in the name of oz@directory.example, who read them on 2026-05-03"]


def test_texas_is_asked_for_licenses_of_every_standing(tmp_path: Path) -> None:
    form = posted(tmp_path, "us_tx_tmb", "tbLastName", {"fields": {"ctl00$BodyContent$tbLicense": "AC00901"}})
    assert "ctl00$BodyContent$cbActiveLicensesOnly" not in form
    assert form["ctl00$BodyContent$tbLicense"] == "AC00901"


def test_the_anti_forgery_token_goes_with_floridas_form(tmp_path: Path) -> None:
    form = posted(tmp_path, "us_fl_mqa", "BoardDD", {"fields": {"SearchDto.LicenseNumber": "AP9001"}})
    assert form["__RequestVerificationToken"] == "TOKEN1"
    assert (form["SearchDto.Board"], form["SearchDto.Profession"]) == ("38", "3801")


def test_a_status_that_only_the_list_tells_is_not_taken_for_what_the_persons_page_says(tmp_path: Path) -> None:
    body = body_with("us_fl_mqa", "<dd>AP9001</dd>").replace(b"<dt>License Status</dt><dd>CLEAR/Active</dd>", b"")
    _, report = read(tmp_path, "us_fl_mqa", {"<dd>AP9001</dd>": body})
    assert report.outcome is Outcome.CHANGED
    assert "License Status" in report.reason


@pytest.mark.parametrize("field", ["SSN", "#SSN", "SocialSecurityNumber", "BirthDate"])
def test_a_social_security_number_is_never_filled_in(tmp_path: Path, field: str) -> None:
    with pytest.raises(SpecError, match="never filled in"):
        posted(tmp_path, "us_va", "LicenseNo", {"fields": {field: "1"}})


def test_a_field_that_the_form_does_not_have_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(SourceChanged):
        posted(tmp_path, "us_fl_mqa", "BoardDD", {"fields": {"SearchDto.Npi": "1"}})


def posted(tmp_path: Path, registry: str, mark: str, carried: dict[str, object]) -> dict[str, str]:
    """The fields that the filled form would send."""
    request = adapter_for(find_spec(registry)).search(page_with(tmp_path, registry, mark, carried))  # type: ignore[attr-defined]
    return dict(request.form)


def page_with(tmp_path: Path, registry: str, mark: str, carried: dict[str, object]) -> Page:
    spec, body = find_spec(registry), body_with(registry, mark)
    url = spec.channel("lookup").start[0]
    capture = Captures(tmp_path).keep([body], url=url, retrieved_at=datetime(2026, 5, 3, tzinfo=UTC))
    return Page(Request(url, carried=carried), capture, spec.channel("lookup"), method=Method.WEB_CAPTURE)


@pytest.mark.parametrize(
    ("registry", "wanted", "url", "fields"),
    [
        ("us_va", Wanted(number="0121-000901"), "https://dhp.virginiainteractive.org/Lookup/Detail/0121000901", None),
        ("us_fl_mqa", Wanted(number="AP-9001", family="Okafor"), None, {"SearchDto.LicenseNumber": "AP9001"}),
        ("us_fl_mqa", Wanted(number="LA 1", family="Okafor"), None, {"SearchDto.LastName": "Okafor"}),
        ("us_mi", Wanted(number="5401000901", family="Okafor"), None, {"txtLastName": "Okafor"}),
        ("us_nj", Wanted(number="25MZ00090100"), None, {"license_no": "25MZ00090100"}),
    ],
)
def test_a_number_is_asked_first_where_it_can_be_one(
    registry: str, wanted: Wanted, url: str | None, fields: dict[str, str] | None
) -> None:
    (request,) = adapter_for(find_spec(registry)).lookup(wanted)
    if url:
        assert (request.method, request.url) == ("GET", url)
    for name, value in (fields or {}).items():
        assert [text for field, text in request.carried["fields"].items() if field.endswith(name)] == [value]


@pytest.mark.parametrize("number", ["012000167", "121000901", "01210009011", "AB21000901"])
def test_virginia_is_not_asked_for_a_number_that_is_not_ten_digits(number: str) -> None:
    with pytest.raises(SpecError, match="should look like"):
        list(adapter_for(find_spec("us_va")).lookup(Wanted(number=number)))


# Small parts --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CLEAR/Active", {"A": "CLEAR", "B": "Active"}),
        ("CLEAR", {"A": "CLEAR", "B": ""}),
        ("Null and Void/", {"A": "Null and Void", "B": ""}),
        ("", {"A": "", "B": ""}),
    ],
)
def test_a_text_that_says_two_things_is_taken_apart(text: str, found: dict[str, str]) -> None:
    assert taken_apart({"Status": text}, {"Status": {"at": "/", "into": ["A", "B"]}}) == found


def test_a_text_that_says_more_than_it_should_stops_the_run() -> None:
    with pytest.raises(SourceChanged):
        taken_apart({"Status": "CLEAR/Active/Restricted"}, {"Status": {"at": "/", "into": ["A", "B"]}})


def test_patterns_fit_whole_texts() -> None:
    assert fits("Licensed Acupuncturist", "*acupunct*")
    assert not fits("Registered Nurse", "*acupunct*")
    assert not fits("ACTIVE", "ACT")


BOARDS = """us_nj us_in us_ri us_nh us_co_lookup us_ct_lookup us_mi us_nd us_ky us_me us_tx_tmb us_va us_md_web
us_fl_mqa""".split()  # noqa: SIM905 - a list of words to read


@pytest.mark.parametrize("registry", BOARDS)
def test_no_board_may_be_asked_before_its_terms_were_read(registry: str) -> None:
    spec: RegistrySpec = find_spec(registry)
    assert spec.needs_network
    assert not spec.terms.were_read
    assert "roster" not in spec.channels
    assert all(host.startswith("https://") for host in spec.allowed_hosts)


def test_a_page_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    for place, body in enumerate(load_recording(RECORDINGS / "us_nj").bodies):
        recording: Recording = load_recording(RECORDINGS / "us_nj")
        bodies = [*recording.bodies]
        bodies[place] = body[: body.index(b"</form")]
        _, report, _ = replay(find_spec("us_nj"), recording.with_bodies(bodies), tmp_path / str(place))
        assert report.outcome is Outcome.CHANGED
