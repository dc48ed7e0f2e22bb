"""From what was compared to sure, unsure or no: what holds for whatever was compared."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from directory.rules.verdicts import Features, verdict_of
from directory.rules.vocabulary import Verdict

SURE, UNSURE, NO = Verdict.SURE, Verdict.UNSURE, Verdict.NO
ANSWERS = st.sampled_from([True, False, None])
FEATURES = st.builds(
    Features,
    npi=ANSWERS,
    number=ANSWERS,
    phone=ANSWERS,
    postal_code=ANSWERS,
    region=ANSWERS,
    town=ANSWERS,
    door=ANSWERS,
    given=ANSWERS,
    name=ANSWERS,
    generation=ANSWERS,
    name_score=st.floats(0, 1),
    number_slip=st.booleans(),
    keyless=st.booleans(),
    bits=st.floats(-20, 90),
    name_bits=st.floats(-20, 40),
    place_bits=st.floats(-20, 60),
).filter(lambda each: not (each.keyless and (each.npi is not None or each.number is not None)))
AT_HOME = Features(name=False, given=False, place_bits=40.0, bits=45.0)
AT_THE_DOOR = Features(name=True, name_score=1.0, given=True, door=True, bits=45.0)
YES = Features(name=True, name_score=1.0, bits=30.0)


@pytest.mark.parametrize(
    "why, features, verdict",
    [
        ("number and name", replace(YES, number=True), SURE),
        ("NPI and name", replace(YES, npi=True), SURE),
        ("NPI and given name, as after a wedding", Features(npi=True, name=False, given=True), SURE),
        ("number, given name and phone", Features(number=True, name=False, given=True, phone=True), SURE),
        ("number and given name alone", Features(number=True, name=False, given=True), UNSURE),
        ("number and phone of another", Features(number=True, name=False, given=False, phone=True), UNSURE),
        ("two NPIs", replace(YES, npi=False, phone=True), NO),
        ("two NPIs and one number", replace(YES, npi=False, number=True), UNSURE),
        ("two numbers", replace(YES, number=False, postal_code=True), NO),
        ("two numbers, but one phone", replace(YES, number=False, phone=True), UNSURE),
        ("a number mistyped", replace(YES, number=False, number_slip=True, postal_code=True), UNSURE),
        ("a number mistyped, far away", replace(YES, number=False, number_slip=True), NO),
        ("father and son, two numbers", replace(YES, number=False, phone=True, generation=False), NO),
        ("a common name in one town", replace(YES, bits=12.0, town=True), NO),
        ("a rare name in one town", replace(YES, bits=30.0, town=True), UNSURE),
        ("a rare name and nothing else", replace(YES, bits=30.0, given=True), NO),
        ("a rare name among people who were counted", replace(YES, bits=30.0, given=True, counted=True), UNSURE),
        ("an initial among them", replace(YES, bits=30.0, counted=True), NO),
        ("a Jr. among them", replace(YES, bits=30.0, given=True, counted=True, generation=False), NO),
        ("a whole name at one door, no keys", replace(AT_THE_DOOR, keyless=True), SURE),
        ("a whole name and a phone, no keys", replace(AT_THE_DOOR, door=None, phone=True, keyless=True), SURE),
        ("one of two of the name there", replace(AT_THE_DOOR, keyless=True, namesakes=True), UNSURE),
        ("an initial at one door, no keys", replace(AT_THE_DOOR, keyless=True, given=None), UNSURE),
        ("a whole name at one door", AT_THE_DOOR, UNSURE),
        ("a Jr. at the same door", replace(AT_THE_DOOR, keyless=True, generation=False), UNSURE),
        ("his sister", AT_HOME, NO),
        ("a name misspelled at an address of its own", replace(AT_HOME, keyless=True, alone=True), UNSURE),
        ("his sister, in a file with phones", replace(AT_HOME, keyless=True, alone=True, phone=True), NO),
        ("his colleague, of several at the address", replace(AT_HOME, keyless=True), NO),
        ("a name nobody could read at one door", Features(door=True, place_bits=40.0, bits=45.0), UNSURE),
        ("a name nobody could read in one postal area", Features(place_bits=20.0, bits=20.0), NO),
    ],
)
def test_what_follows_from_what_was_compared(why, features, verdict):
    assert verdict_of(features)[0] is verdict, why


@given(FEATURES, st.booleans(), st.booleans())
def test_a_key_alone_is_never_sure(features, shared, exclusion):
    stranger = replace(features, name=False, given=False)
    assert verdict_of(stranger, shared_numbers=shared, is_exclusion=exclusion)[0] is not SURE


@given(FEATURES)
def test_a_name_alone_is_never_sure(features):
    keyless = replace(features, npi=None, number=None, door=None, phone=None)
    assert verdict_of(keyless)[0] is not SURE


@given(FEATURES)
def test_two_valid_npis_are_never_sure(features):
    assert verdict_of(replace(features, npi=False))[0] is not SURE


@given(FEATURES)
def test_without_a_key_only_files_without_keys_have_sure_pairs(features):
    assume(not features.key_agrees and not features.keyless)
    assert verdict_of(features)[0] is not SURE


@given(FEATURES)
def test_a_key_that_agrees_too_never_makes_it_less_sure(features):
    assume(features.npi is not False and not features.keyless)
    order = [NO, UNSURE, SURE]
    assert order.index(verdict_of(replace(features, number=True))[0]) >= order.index(verdict_of(features)[0])


@given(FEATURES, st.booleans(), st.booleans())
def test_a_strength_is_a_share_and_sure_is_the_strongest(features, shared, exclusion):
    verdict, strength = verdict_of(features, shared_numbers=shared, is_exclusion=exclusion)
    assert 0.0 <= strength <= 1.0
    assert (strength > 0.9) is (verdict is SURE)
