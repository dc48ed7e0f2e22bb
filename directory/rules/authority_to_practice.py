"""By what a listing's holder may needle in one place: the law of that place and of no other, and what is stated.

Five answers, of which one alone may lead to a flag. Whoever may be permitted by something that nobody has read up on
(another profession, a license whose place is not stated, a row out of review) is "not checked".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from directory.rules.facts import CredentialFacts, ListingFacts
from directory.rules.numbers import bare
from directory.rules.other_professions import professions_in
from directory.rules.requirements import PROFESSION, Requirement
from directory.rules.vocabulary import Outcome
from scrapers.record import CredentialKind

PlaceOf = Callable[[str], str]
"""The jurisdiction of the pack that answers for a code: "AU" for "AU-NSW"."""


class Permission(StrEnum):
    """What a place's law and the listing together say."""

    NEEDED = "needed"  # the place asks for a license, and nothing stated could be it
    STATED = "stated"  # a license for the place is stated
    ALTERNATIVE = "alternative"  # another profession is stated, which the law lets needle
    NOT_REQUIRED = "not_required"  # the place issues none
    NOT_CHECKED = "not_checked"  # nobody knows well enough to say more


def permission(listing: ListingFacts, place: Requirement, place_of: PlaceOf = str) -> Permission:
    """By what may be needled in `place`. Of a practice it is asked for the people in it: it holds no license itself."""
    if listing.profession != PROFESSION:
        return Permission.NOT_CHECKED
    if any(_is_for(place, each, place_of) for each in _permissions(listing)):
        return Permission.STATED
    if place.license_required is None:
        return Permission.NOT_CHECKED
    if place.license_required is False:
        return Permission.NOT_REQUIRED
    answers = {place.may_needle(profession) for profession in _other_professions(listing)}
    if True in answers:
        return Permission.ALTERNATIVE
    if None in answers or any(_may_be_for(place, each) for each in _permissions(listing)):
        return Permission.NOT_CHECKED
    return Permission.NEEDED


def _permissions(listing: ListingFacts) -> Iterator[CredentialFacts]:
    """Permissions with a number, or that a register has confirmed. A license without either is only a word."""
    for each in listing.credentials:
        confirmed = each.check is not None and each.check.outcome is Outcome.CONFIRMED
        if each.is_permission and (bare(each.number) or confirmed):
            yield each


def _is_for(place: Requirement, credential: CredentialFacts, place_of: PlaceOf) -> bool:
    """Whether it is the place's own permission to needle. A state certificate is one whatever its holder's profession:
    New York certifies physicians and dentists."""
    own = credential.profession in ("", PROFESSION) or credential.kind is CredentialKind.STATE_CERTIFICATION
    return own and place_of(credential.jurisdiction) == place.jurisdiction


def _may_be_for(place: Requirement, credential: CredentialFacts) -> bool:
    """Whether it doesn't say where it is from, or only the country: then it may be this place's."""
    stated = credential.jurisdiction.strip().upper()
    return not stated or place.jurisdiction.startswith(f"{stated}-")


def _other_professions(listing: ListingFacts) -> frozenset[str]:
    """Professions that letters or a license point to. Where that license is from does not matter: the same person may
    well hold one here, and nobody has asked."""
    licensed = {each.profession for each in _permissions(listing)} - {"", PROFESSION}
    return professions_in(listing.credentials_text) | licensed
