"""The requirements pack: complete, cited, reviewed, and silent where nobody has checked."""

import re
from datetime import date, timedelta

import pytest

from directory.rules.requirement_pack import ALTERNATIVES
from directory.rules.requirements import (
    PACK,
    Certification,
    RequirementsError,
    known_jurisdictions,
    load,
    place_name,
    requirement,
    whole_pack,
)
from scrapers.record import CredentialKind
from tests.rules.makers import TODAY

STATES = frozenset(
    re.findall(
        "..",
        "ALAKAZARCACOCTDEFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUTVTVAWAWVWIWYDC",
    )
)


PROVINCES = frozenset(re.findall("..", "ABBCMBNBNLNSNTNUONPEQCSKYT"))
NOT_VERIFIED = {f"CA-{province}" for province in PROVINCES - {"BC", "ON"}} | {"US-MS"}


def test_the_pack_has_every_state_every_province_and_three_countries():
    american = {f"US-{state}" for state in STATES}
    assert set(known_jurisdictions()) == american | {f"CA-{each}" for each in PROVINCES} | {"GB", "AU", "NZ"}


def test_a_row_that_nobody_verified_answers_nothing():
    unverified = {code for code, row in whole_pack().items() if not row.is_verified}
    assert unverified == NOT_VERIFIED
    for code in unverified:
        row = requirement(code, on=TODAY)
        assert row.license_required is None and row.insurance_required is None
        assert row.certification is Certification.UNVERIFIED
        assert row.in_review and row.name


def test_certification_counts_for_what_the_law_says_it_counts_for():
    counts = {code: requirement(code, on=TODAY).certification for code in known_jurisdictions()}
    assert {code for code, role in counts.items() if role is Certification.ONLY_CREDENTIAL} == {
        "US-AL",
        "US-OK",
        "US-SD",
    }
    assert counts["US-CA"] is Certification.OWN_EXAM
    assert requirement("US-CO", on=TODAY).certification is Certification.REQUIRED
    assert requirement("US-FL", on=TODAY).certification not in (Certification.REQUIRED, Certification.UNVERIFIED)
    assert requirement("US-MD", on=TODAY).certification is Certification.UNVERIFIED


@pytest.mark.parametrize(
    "place, profession, answer",
    [
        ("US-CA", "dentist", True),
        ("US-CA", "chiropractor", None),
        ("US-NC", "chiropractor", True),
        ("US-NY", "dentist", True),
        ("US-TX", "nurse", None),
        ("US-FL", "physician", None),
        ("US-MS", "physician", None),
    ],
)
def test_which_other_professions_are_known_to_be_allowed(place, profession, answer):
    assert requirement(place, on=TODAY).may_needle(profession) is answer


def test_each_other_profession_is_cited_and_its_answer_ends_with_its_review():
    found = [each for row in whole_pack().values() for each in row.alternatives]
    assert len(found) >= 30
    for each in found:
        assert each.citation and each.source and each.reviewed_on < each.review_by
        assert each.as_of(each.review_by).may_needle is each.may_needle
        assert each.as_of(each.review_by + timedelta(days=1)).may_needle is None


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
    assert row.in_review
    assert not row.is_verified or (row.sources and row.citation)
    assert row.reviewed_on == date(2026, 11, 22)
    assert row.review_by > row.reviewed_on


@pytest.mark.parametrize("code", known_jurisdictions())
def test_a_number_is_only_judged_where_confidence_is_high(code):
    row = requirement(code, on=TODAY)
    assert not row.number_pattern or (row.confidence == "high" and "number" not in row.unverified)


@pytest.mark.parametrize("code", known_jurisdictions())
def test_a_row_out_of_review_answers_nothing(code):
    row = requirement(code, on=requirement(code, on=TODAY).review_by + timedelta(days=1))
    assert (row.license_required, row.certification, row.insurance_required) == (None, Certification.UNVERIFIED, None)
    assert (row.number_pattern, row.in_review) == ("", False)
    assert row.name


@pytest.mark.parametrize("code", ["XX", "US", "CA", "CA-SK", "DE", ""])
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
        ("US-AL,Alabama,yes,no", "US-AL,Alabama,yes,maybe", "license_required"),
        ("US-AL,Alabama", "US-AK,Alabama", "stands there twice"),
        ("2027-11-22", "soon", "review_by"),
        ("certification_note", "certification_remark", "columns"),
        ("US-AL,Alabama,yes,", "US-AL,Alabama,perhaps,", "verified"),
        (",only_credential,", ",nice_to_have,", "certification"),
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


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        ("US-CA,dentist", "US-CA,barber", "profession"),
        ("US-CA,dentist", "US-CA,physician", "stands there twice"),
        ("US-CA,dentist", "US-ZZ,dentist", "jurisdiction"),
        ("US-CA,dentist,yes", "US-CA,dentist,perhaps", "may_needle"),
        ("2027-11-22", "soon", "review_by"),
        ("condition", "proviso", "columns"),
    ],
)
def test_alternatives_that_say_something_else_are_refused(tmp_path, old, new, complaint):
    text = ALTERNATIVES.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "alternatives.csv"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RequirementsError, match=complaint):
        load(PACK, changed)
