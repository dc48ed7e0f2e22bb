"""What there is to read again in the requirements pack: lapsed, due, unverified and contradictory rows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from directory.rules.requirement_facts import Alternative, Certification
from directory.rules.requirement_review import Concern, contradictions, review
from directory.rules.requirements import whole_pack
from scrapers.record import CredentialKind
from tests.rules.makers import TODAY

FLORIDA = whole_pack()["US-FL"]
ALABAMA = whole_pack()["US-AL"]


def concerns(row, on=TODAY, **more):
    return [each.concern for each in review({row.jurisdiction: row}, on=on, **more)]


def test_the_pack_as_it_is_contradicts_itself_nowhere_and_nothing_has_lapsed():
    found = review(whole_pack(), on=TODAY)
    assert {each.concern for each in found} == {Concern.UNVERIFIED}
    assert {each.jurisdiction for each in found} >= {"US-MS", "CA-QC", "US-TX"}
    assert any(each.profession == "nurse" for each in found)


@pytest.mark.parametrize(
    "days_left, concern", [(61, None), (60, Concern.DUE), (1, Concern.DUE), (0, Concern.DUE), (-1, Concern.OVERDUE)]
)
def test_a_review_is_due_before_it_lapses(days_left, concern):
    row = replace(FLORIDA, unverified=(), review_by=TODAY + timedelta(days=days_left))
    assert concerns(row) == ([concern] if concern else [])


def test_a_lapsed_review_comes_first_and_another_profession_has_one_of_its_own():
    other = Alternative("US-FL", "nurse", True, "", "words", "a source", date(2026, 1, 1), date(2026, 6, 1))
    found = review({"US-FL": replace(FLORIDA, alternatives=(other,))}, on=TODAY)
    assert (found[0].concern, found[0].profession) == (Concern.OVERDUE, "nurse")


@pytest.mark.parametrize(
    "row, words",
    [
        (replace(FLORIDA, credential_kind=None), "no known kind"),
        (replace(FLORIDA, credential_kind=CredentialKind.TRAINING_AWARD), "no known kind"),
        (replace(FLORIDA, authority=""), "nobody issues"),
        (replace(FLORIDA, certification=Certification.ONLY_CREDENTIAL), "certification is all there is"),
        (replace(FLORIDA, insurance_minimum=""), "no words on how much"),
        (replace(FLORIDA, insurance_required=None), "a minimum of insurance"),
        (replace(FLORIDA, number_pattern=r"^AP\d{7}$"), "doesn't fit its own pattern"),
        (replace(FLORIDA, reviewed_on=TODAY + timedelta(days=1)), "in the future"),
        (replace(FLORIDA, review_by=FLORIDA.reviewed_on), "before it was"),
        (replace(FLORIDA, is_verified=False), "not verified, yet answers"),
        (replace(ALABAMA, credential_kind=CredentialKind.LICENSE), "yet names a kind"),
        (replace(ALABAMA, number_format="AC###"), "yet gives a number's form"),
        (replace(ALABAMA, alternatives=(Alternative("US-AL", "nurse", True),)), "others who may needle"),
    ],
)
def test_what_can_not_all_be_right(row, words):
    assert any(words in each for each in contradictions(row, TODAY))
    assert Concern.CONTRADICTORY in concerns(row)


def test_rows_as_they_are_do_not_contradict_themselves():
    assert {code: found for code, row in whole_pack().items() if (found := contradictions(row, TODAY))} == {}
