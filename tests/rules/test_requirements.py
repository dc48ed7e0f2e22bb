"""The requirements pack: complete, cited, reviewed, and silent where nobody has checked."""

import re
from datetime import date, timedelta

import pytest

from directory.rules.requirements import PACK, RequirementsError, known_jurisdictions, load, place_name, requirement
from scrapers.record import CredentialKind
from tests.rules.makers import TODAY

STATES = frozenset(
    re.findall(
        "..",
        "ALAKAZARCACOCTDEFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUTVTVAWAWVWIWYDC",
    )
)


def test_the_pack_has_every_state_and_five_places_abroad():
    assert set(known_jurisdictions()) == {f"US-{state}" for state in STATES} | {"GB", "AU", "NZ", "CA-ON", "CA-BC"}


def test_three_states_and_the_united_kingdom_issue_no_license():
    none = {code for code in known_jurisdictions() if requirement(code, on=TODAY).issues_none}
    assert none == {"US-AL", "US-OK", "US-SD", "GB"}
    assert requirement("GB", on=TODAY).credential_kind is CredentialKind.ACCREDITED_REGISTER


def test_insurance_is_law_where_a_source_says_so_and_nowhere_by_guess():
    by_law = {code for code in known_jurisdictions() if requirement(code, on=TODAY).insurance_required}
    assert by_law == {"US-FL", "US-PA", "US-OH", "US-KS", "US-WV", "AU", "CA-ON"}
    assert all(requirement(code, on=TODAY).insurance_minimum for code in by_law)
    assert not [code for code in known_jurisdictions() if requirement(code, on=TODAY).insurance_required is False]


@pytest.mark.parametrize("code", known_jurisdictions())
def test_each_row_is_cited_and_dated(code):
    row = requirement(code, on=TODAY)
    assert row.sources and row.in_review
    assert row.reviewed_on == date(2026, 11, 22)
    assert row.review_by > row.reviewed_on


@pytest.mark.parametrize("code", known_jurisdictions())
def test_a_number_is_only_judged_where_confidence_is_high(code):
    row = requirement(code, on=TODAY)
    assert not row.number_pattern or (row.confidence == "high" and "number" not in row.unverified)


@pytest.mark.parametrize("code", known_jurisdictions())
def test_a_row_out_of_review_answers_nothing(code):
    row = requirement(code, on=requirement(code, on=TODAY).review_by + timedelta(days=1))
    assert (row.license_required, row.certification_required, row.insurance_required) == (None, None, None)
    assert (row.number_pattern, row.in_review) == ("", False)
    assert row.name


@pytest.mark.parametrize("code", ["XX", "US", "CA", "CA-QC", "DE", ""])
def test_a_place_nobody_looked_at_answers_nothing(code):
    row = requirement(code, on=TODAY)
    assert (row.license_required, row.insurance_required, row.sources) == (None, None, ())


def test_another_profession_answers_nothing():
    assert requirement("US-CA", "physician", on=TODAY).license_required is None


def test_a_part_of_a_country_with_one_law_is_answered_by_the_country():
    assert requirement("AU-NSW", on=TODAY).jurisdiction == "AU"
    assert place_name("GB-SCT") == "United Kingdom"


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        ("US-AL,Alabama,no", "US-AL,Alabama,maybe", "license_required"),
        ("US-AL,Alabama", "US-AK,Alabama", "stands there twice"),
        ("2027-11-22", "soon", "review_by"),
        ("certification_note", "certification_remark", "columns"),
        (",high,", ",sure,", "confidence"),
        ("insurance_required; number; renewal; titles,medium", "number; renewal; titles,medium", "insurance_required"),
    ],
)
def test_a_pack_that_says_something_else_is_refused(tmp_path, old, new, complaint):
    text = PACK.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "pack.csv"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RequirementsError, match=complaint):
        load(changed)
