"""Which stated credentials are one and the same: a claim that gives a number, and what a source shows without one.

A certifying board's directory prints no numbers, and many a listing states a license without its number. Beside a
credential of the same kind, field, issuer and person such a claim is no second credential. Two numbers always are two.
"""

from __future__ import annotations

from collections.abc import Iterable

from directory.rules.facts import CredentialFacts
from directory.rules.numbers import bare
from directory.rules.romanization import fold
from directory.rules.speaking import TELLS_NOTHING
from scrapers.record import CredentialKind

_NATIONAL_BOARD = ("ncbahm", "nccaom")
"""The certifying board of the United States, by its name and by the one it had until January 2026."""


def told_by(credentials: Iterable[CredentialFacts]) -> dict[int, int]:
    """Which of one listing's credentials are told by which other one, by id. None of them has a check that tells
    anything, so nothing that was found is left out."""
    credentials = tuple(credentials)
    found: dict[int, int] = {}
    for claim in credentials:
        telling = [each.id for each in credentials if not _tells(claim) and _is_same(claim, each)]
        if telling:
            found[claim.id] = telling[0]
    return found


def _is_same(claim: CredentialFacts, other: CredentialFacts) -> bool:
    """Whether `other` is the claim, with more of it: its number, or, of a certification, what a source shows of it."""
    if claim.profession != other.profession or bool(bare(claim.number)) == bool(bare(other.number)):
        return False
    if claim.is_permission and other.is_permission:
        return claim.jurisdiction == other.jurisdiction != "" and not bare(claim.number)
    if claim.kind is not CredentialKind.BOARD_CERTIFICATION or other.kind is not claim.kind:
        return False
    alike = _agree(claim.jurisdiction, other.jurisdiction) and _agree(claim.title, other.title)
    return alike and _one_issuer(claim, other) and (_tells(other) or not bare(claim.number))


def _tells(credential: CredentialFacts) -> bool:
    return credential.check is not None and credential.check.outcome not in TELLS_NOTHING


def _agree(one: str, other: str) -> bool:
    return not one or not other or fold(one) == fold(other)


def _one_issuer(one: CredentialFacts, other: CredentialFacts) -> bool:
    """Whether both can be of one issuer: by the name they state, or that of the register that shows them."""
    first, second = (fold(each.issuer or (each.check.registry_title if each.check else "")) for each in (one, other))
    return _agree(first, second) or all(any(name in each for name in _NATIONAL_BOARD) for each in (first, second))
