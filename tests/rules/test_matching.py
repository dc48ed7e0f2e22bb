"""Matching: number and place decide, the name confirms, and a name alone never does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.facts import PlaceFacts
from directory.rules.matching import compare
from directory.rules.rarity import Rarity
from directory.rules.vocabulary import Verdict
from scrapers.record import Authority, CredentialKind, Entity, Holder, Place
from tests.rules.makers import NPI, OTHER_NPI, make_holder, make_license, make_listing, make_record

SURE, UNSURE, NO = Verdict.SURE, Verdict.UNSURE, Verdict.NO
STRANGER = make_holder("Bartholomew", "Quillfeather")
ELSEWHERE = Place(city="Reno", region="NV", postal_code="89501", country="US")


@pytest.mark.parametrize(
    "why, listing, record, verdict",
    [
        ("number and name agree", make_listing(make_license()), make_record(), SURE),
        ("number as typed", make_listing(make_license(number="ac-12345")), make_record(number="AC 012345"), SURE),
        ("number agrees, name differs", make_listing(make_license()), make_record(holder=STRANGER), UNSURE),
        ("other state", make_listing(make_license(jurisdiction="US-NV"), postal_codes=()), make_record(), NO),
        ("other board", make_listing(make_license(profession="physician"), postal_codes=()), make_record(), NO),
        ("NPI and name agree", make_listing(npi=NPI), make_record(npi=NPI, number=""), SURE),
        ("NPI agrees, name differs", make_listing(npi=NPI), make_record(npi=NPI, holder=STRANGER), UNSURE),
        ("the NPI can't exist", make_listing(npi="1234567890"), make_record(npi="1234567890", place=ELSEWHERE), NO),
        ("NPIs differ", make_listing(npi=NPI), make_record(npi=OTHER_NPI), NO),
        ("number agrees, NPIs differ", make_listing(make_license(), npi=NPI), make_record(npi=OTHER_NPI), UNSURE),
        ("name alone", make_listing(), make_record(place=ELSEWHERE), NO),
        ("name and region", make_listing(postal_codes=()), make_record(), NO),
        ("name and postal code", make_listing(), make_record(), UNSURE),
        ("name and phone", make_listing(phone="209-555-0101"), make_record(phone="(209) 555-0101"), UNSURE),
        ("phone alone", make_listing(phone="209-555-0101"), make_record(phone="2095550101", holder=STRANGER), NO),
        ("postal code alone", make_listing(), make_record(holder=STRANGER), NO),
        ("another number, same name and postal code", make_listing(make_license(number="777")), make_record(), NO),
        ("nothing to compare", make_listing(given="", family=""), make_record(holder=Holder(raw="")), NO),
        (
            "number agrees, one word for a name",
            make_listing(make_license(), given="", family="Ferncastle"),
            make_record(),
            UNSURE,
        ),
        (
            "a former name agrees",
            make_listing(make_license(), names=("Rosalind Quill",)),
            make_record(holder=make_holder("Rosalind", "Quill")),
            SURE,
        ),
        (
            "the register's other name agrees",
            make_listing(make_license()),
            make_record(holder=STRANGER, other_names=(make_holder(),)),
            SURE,
        ),
        (
            "a father and his son",
            make_listing(make_license(), suffix="Jr."),
            make_record(holder=make_holder(suffix="Sr.")),
            UNSURE,
        ),
        (
            "an organization",
            make_listing(make_license()),
            make_record(holder=Holder(raw="Ferncastle Clinic", entity=Entity.ORGANIZATION)),
            NO,
        ),
    ],
)
def test_what_the_matcher_thinks(why, listing, record, verdict):
    match = compare(listing, record)
    assert match.verdict is verdict, why
    assert match.reasons, why


def test_a_stranger_with_a_number_that_boards_share_is_no_match():
    listing, record = make_listing(make_license()), make_record(holder=STRANGER)
    assert compare(listing, record, shared_numbers=True).verdict is NO
    assert compare(listing, record, shared_numbers=False).verdict is UNSURE


def test_the_match_names_the_credential_whose_number_it_is():
    listing = make_listing(make_license(id=1, number="777"), make_license(id=2))
    assert compare(listing, make_record()).credential_id == 2
    assert compare(make_listing(npi=NPI), make_record(npi=NPI)).credential_id is None


def test_reasons_are_sentences_with_what_was_compared():
    listing = make_listing(make_license(), npi=NPI)
    reasons = compare(listing, make_record(npi=NPI), registry_authority=Authority.SELF_REPORTED).reasons
    assert reasons == (
        "Both give acupuncturist number AC12345 (California).",
        "Both give NPI 1234567893.",
        "The names agree: Rosalind Ferncastle and Rosalind Ferncastle.",
        "Both give postal code 95370.",
        "The record repeats a number that its holder typed in.",
    )


def test_a_name_that_differs_is_explained_without_accusing():
    reasons = " ".join(compare(make_listing(make_license()), make_record(holder=STRANGER)).reasons)
    assert "perhaps a married name, perhaps a typing error" in reasons


def test_two_with_a_common_name_are_less_likely_one_person_than_two_with_a_rare_one():
    rarity = Rarity(60_000, {("name", "lee"): 3_000, ("name", "min"): 900})

    def question(given, family):
        return compare(
            make_listing(given=given, family=family), make_record(holder=make_holder(given, family)), rarity=rarity
        )

    common, rare = question("Min", "Lee"), question("Ottoline", "Vasquez-Thorne")
    assert rare.verdict is UNSURE
    assert common.score < 0.8 * rare.score
    everybody = Rarity(60_000, {("name", "lee"): 30_000, ("name", "min"): 30_000})
    assert (
        compare(
            make_listing(given="Min", family="Lee"), make_record(holder=make_holder("Min", "Lee")), rarity=everybody
        ).verdict
        is NO
    )


def test_a_family_name_that_changed_is_no_doubt_where_the_rest_agrees():
    married = make_holder("Rosalind", "Quill")
    assert compare(make_listing(make_license()), make_record(holder=married)).verdict is SURE
    assert compare(make_listing(make_license()), make_record(holder=married, place=ELSEWHERE)).verdict is UNSURE
    assert compare(make_listing(npi=NPI), make_record(npi=NPI, number="", holder=married)).verdict is SURE


EXCLUSION = {"kind": CredentialKind.EXCLUSION, "number": "", "jurisdiction": "US"}


@pytest.mark.parametrize(
    "listing, record, verdict",
    [
        (make_listing(npi=NPI), make_record(**EXCLUSION, npi=NPI), UNSURE),
        (make_listing(), make_record(**EXCLUSION), UNSURE),
        (make_listing(postal_codes=()), make_record(**EXCLUSION), UNSURE),
        (make_listing(places=(PlaceFacts("US", "NV"),), postal_codes=()), make_record(**EXCLUSION), NO),
        (make_listing(), make_record(**EXCLUSION, holder=STRANGER), NO),
    ],
)
def test_an_exclusion_is_a_question_at_most(listing, record, verdict):
    assert compare(listing, record).verdict is verdict


WORDS = st.sampled_from(["Rosalind", "Ferncastle", "Wei", "Li", "Ada", "J.", ""])
NUMBERS = st.sampled_from(["", "AC12345", "12345", "777", "none"])
LISTINGS = st.builds(
    lambda given, family, number, state, npi, code, phone: make_listing(
        make_license(number=number, jurisdiction=state),
        given=given,
        family=family,
        npi=npi,
        postal_codes=(code,),
        phone=phone,
    ),
    WORDS,
    WORDS,
    NUMBERS,
    st.sampled_from(["US-CA", "US-NV"]),
    st.sampled_from(["", NPI, OTHER_NPI, "1"]),
    st.sampled_from(["", "95370"]),
    st.sampled_from(["", "209-555-0101"]),
)
RECORDS = st.builds(
    lambda given, family, number, kind, npi, phone: make_record(
        holder=make_holder(given, family), number=number, kind=kind, npi=npi, phone=phone
    ),
    WORDS,
    WORDS,
    NUMBERS,
    st.sampled_from(list(CredentialKind)),
    st.sampled_from(["", NPI, OTHER_NPI, "1"]),
    st.sampled_from(["", "209-555-0101"]),
)


@given(LISTINGS, RECORDS, st.booleans())
def test_a_name_alone_is_never_sure(listing, record, shared):
    keyless = replace(record, npi="", number="", number_raw="")
    assert compare(listing, keyless, shared_numbers=shared).verdict is not SURE


@given(LISTINGS, RECORDS, st.booleans())
def test_a_key_alone_is_never_sure(listing, record, shared):
    assert compare(listing, replace(record, holder=STRANGER), shared_numbers=shared).verdict is not SURE


@given(LISTINGS, RECORDS)
def test_an_exclusion_is_never_sure(listing, record):
    assert compare(listing, replace(record, kind=CredentialKind.EXCLUSION)).verdict is not SURE


@given(LISTINGS, RECORDS)
def test_the_same_pair_has_the_same_answer(listing, record):
    assert compare(listing, record) == compare(listing, record)
