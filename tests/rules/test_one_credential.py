"""A claim and what a source shows of it are one credential, where nothing speaks against it."""

from __future__ import annotations

import pytest

from directory.rules.facts import CredentialFacts
from directory.rules.one_credential import told_by
from directory.rules.vocabulary import Outcome
from scrapers.record import CredentialKind
from tests.rules.makers import make_check, make_license

BOARD = "NCBAHM (National Certification Board, formerly NCCAOM): directory"
SEEN = make_check(registry_title=BOARD)
COULD_NOT = make_check(Outcome.COULD_NOT_CHECK, registry_title=BOARD)


def certification(id: int, number: str = "", check=None, **more) -> CredentialFacts:  # noqa: A002
    kind = CredentialKind.BOARD_CERTIFICATION
    return CredentialFacts(id, kind, profession="acupuncturist", number=number, check=check, **more)


@pytest.mark.parametrize(
    ("claim", "shown", "is_one"),
    [
        ({"number": "108204"}, {"check": SEEN}, True),
        ({"number": "108204", "check": COULD_NOT}, {"check": SEEN}, True),
        ({"number": "108204", "issuer": "NCCAOM", "jurisdiction": "US"}, {"check": SEEN, "jurisdiction": "US"}, True),
        ({"number": "108204", "title": "Dipl. Ac."}, {"check": SEEN}, True),
        ({"number": "108204", "title": "Dipl. Ac."}, {"check": SEEN, "title": "Dipl. C.H."}, False),
        ({"number": "108204", "issuer": "American Board of Medical Acupuncture"}, {"check": SEEN}, False),
        ({"number": "108204", "jurisdiction": "AU"}, {"check": SEEN, "jurisdiction": "US"}, False),
        ({"number": "108204"}, {}, False),  # nothing was seen of either: the number stays the claim
        ({"number": "108204"}, {"check": COULD_NOT}, False),
        ({"number": "108204", "check": SEEN}, {"check": SEEN}, False),  # both tell: nothing found is left out
        ({"number": "108204"}, {"number": "108205", "check": SEEN}, False),
    ],
)
def test_a_certification_is_one_where_only_the_claim_gives_a_number(claim, shown, is_one) -> None:
    found = told_by((certification(1, **claim), certification(2, **shown)))
    assert found.get(1) == (2 if is_one else None)


@pytest.mark.parametrize(
    ("number", "jurisdiction", "check", "is_one"),
    [
        ("", "US-CA", None, True),
        ("N/A", "US-CA", COULD_NOT, True),
        ("-", "US-CA", COULD_NOT, True),
        ("", "US-WA", None, False),
        ("", "US-CA", make_check(), False),
        ("AC999", "US-CA", None, False),
    ],
)
def test_a_license_without_a_number_is_the_numbered_one_of_the_same_place(number, jurisdiction, check, is_one) -> None:
    claim = make_license(check, id=1, number=number, jurisdiction=jurisdiction)
    for other in (make_license(make_check(), id=2), make_license(id=2)):
        assert told_by((claim, other)).get(1) == (2 if is_one else None)


def test_a_number_of_a_license_never_hides_behind_one_without() -> None:
    shown = make_license(make_check(), id=2, number="")
    assert told_by((make_license(id=1, number="AC999"), shown)) == {}
