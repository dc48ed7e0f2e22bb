"""Golden cases of jurisdiction, profession and credentials held, through the real flag rules: who is asked for what.

Each row of `golden_requirements.csv` has the places, what is held (kind:jurisdiction:number:profession; …), the
letters, and the answer for each place. Only "needed" may become a flag, and it names that place and no other.
"""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules import requirements
from directory.rules.authority_to_practice import Permission, permission
from directory.rules.circumstances import Circumstances
from directory.rules.facts import PlaceFacts
from directory.rules.flagging import wanted_flags
from directory.rules.other_professions import professions_in
from directory.rules.requirements import known_jurisdictions, place_name, requirement, whole_pack
from directory.rules.vocabulary import FlagKind
from directory.rules.wanted import fingerprint
from scrapers.record import CredentialKind
from tests.rules.makers import make_license, make_listing

with (Path(__file__).parent / "golden_requirements.csv").open(encoding="utf-8", newline="") as file:
    GOLDEN = list(csv.DictReader(file))


def credential(text, number):
    kind, jurisdiction, stated, profession = (*text.split(":"), "acupuncturist")[:4]
    return make_license(
        id=number, kind=CredentialKind(kind), jurisdiction=jurisdiction, number=stated, profession=profession
    )


def place(code):
    country, _, region = code.partition("-")
    return PlaceFacts(country, region)


def listing_of(row):
    held = [credential(text, number) for number, text in enumerate(filter(None, row["held"].split("; ")), start=1)]
    places = tuple(place(code) for code in row["places"].split())
    return make_listing(*held, profession=row["profession"], places=places, credentials_text=row["letters"])


def missing(listing, on):
    """The flag about a missing license that the rules want on that day, if any."""
    now = datetime.combine(on, time(12), tzinfo=UTC)
    found = [each for each in wanted_flags(listing, today=on, now=now, sources={}) if each.kind is MISSING]
    return found[0] if found else None


MISSING = FlagKind.LICENSE_MISSING


def test_there_are_enough_golden_cases_and_every_place_and_answer_is_among_them():
    assert len({row["case"] for row in GOLDEN}) == len(GOLDEN) >= 120
    assert {code for row in GOLDEN for code in row["places"].split()} >= set(known_jurisdictions()) - {"AU"}
    assert {answer for row in GOLDEN for answer in row["answers"].split()} == set(Permission)


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["case"])
def test_who_is_asked_for_a_license(row):
    listing, on = listing_of(row), date.fromisoformat(row["on"])
    circumstances = Circumstances(today=on, now=datetime.combine(on, time(12), tzinfo=UTC), sources={})
    codes = row["places"].split()
    answers = [
        permission(listing, requirement(code, on=on), lambda stated: circumstances.requirement(stated).jurisdiction)
        for code in codes
    ]
    assert answers == row["answers"].split()
    asking = {code for code, answer in zip(codes, answers, strict=True) if answer is Permission.NEEDED}
    flag = missing(listing, on)
    assert (flag is not None) == bool(asking)
    if flag is not None:
        named = {requirement(code, on=on).jurisdiction for code in asking}
        assert flag.fingerprint == fingerprint(
            MISSING, "listing", [c for _, c in sorted((place_name(c), c) for c in named)]
        )
        assert all(place_name(code) in flag.reason for code in named)


def test_no_golden_case_is_falsely_said_to_miss_a_license():
    false = [
        row["case"]
        for row in GOLDEN
        if "needed" not in row["answers"].split() and missing(listing_of(row), date.fromisoformat(row["on"]))
    ]
    assert false == []


LETTERS = st.sampled_from(["", "L.Ac.", "MD", "DC, L.Ac.", "RN", "Dipl. O.M.", "PhD"])
CODES = st.sampled_from([*known_jurisdictions(), "FR", "US", "CA"])


@given(CODES, LETTERS, st.booleans(), st.booleans(), st.integers(-400, 4000))
def test_a_row_nobody_verified_or_overdue_never_leads_to_a_missing_license(code, letters, verified, answer, late):
    """Whatever the row would say, and however the listing looks: one of both reasons is enough for silence."""
    on = date(2026, 12, 1)
    changed = whole_pack().get(code)
    if changed is not None:
        review_by = on - timedelta(days=late)
        changed = replace(changed, is_verified=verified, license_required=answer, review_by=review_by)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requirements, "_pack", lambda: {code: changed} if changed is not None else {})
        flag = missing(make_listing(places=(place(code),), credentials_text=letters), on)
    if changed is None or not verified or late > 0 or answer is False:
        assert flag is None
    elif not professions_in(letters):
        assert flag is not None, "a row that is verified and in review is heard"


@given(st.sampled_from(list(whole_pack())), st.integers(1, 5000))
def test_every_row_of_the_pack_falls_silent_when_its_review_lapses(code, days):
    on = whole_pack()[code].review_by + timedelta(days=days)
    assert missing(make_listing(places=(place(code),)), on) is None


@pytest.mark.parametrize(
    "letters, professions",
    [
        ("M.D., L.Ac.", {"physician"}),
        ("M. D.", {"physician"}),
        ("MD/PhD", {"physician"}),
        ("DO & RN", {"osteopathic_physician", "nurse"}),
        ("D.C. and L.Ac.", {"chiropractor"}),
        ("PA-C", {"physician_assistant"}),
        ("FNP-BC", {"nurse"}),
        ("OMD (MD in China)", set()),
        ("DACM, DAOM, MSOM, PhD", set()),
        ("", set()),
    ],
)
def test_letters_point_to_professions(letters, professions):
    assert professions_in(letters) == professions


def test_of_a_practice_it_is_asked_for_the_people_in_it():
    practice = make_listing(given="", family="", names=("Invented Needles LLC",))
    flag = missing(practice, date(2026, 12, 1))
    assert flag is not None and "nobody's number is stated for this practice" in flag.reason
