"""Two persons from two lists: are they one? By the same features and the same verdict as records and listings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from directory.rules.distances import kilometers_between
from directory.rules.likeness import given_names_agree, name_bits, phone_bits, place_bits
from directory.rules.names import ACCEPT, best_score
from directory.rules.pair_words import reasons_of
from directory.rules.persons import Person
from directory.rules.rarity import Rarity
from directory.rules.verdicts import Features, verdict_of
from directory.rules.vocabulary import Verdict

_ONE_A_FILE = 2  # mentions of a name at a door that may all be of one person
_MANY_TOGETHER = 0.01  # of the doors: where more have several people of one file, another name there is another person
_SHORT_NUMBER = 3  # digits: of numbers this short, the next one is somebody else's
_OTHER_FIELD = 3.0  # bits: one in eight people holds licenses of two places
_STEP = 4.0  # bits that make the odds of the score twice as good


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two persons that may be one: the verdict, all bits in common with those of keys, and why."""

    verdict: Verdict
    weight: float
    reasons: tuple[str, ...]
    least_bits: float

    @property
    def score(self) -> float:
        """From 0 to 1, half at the threshold. It orders; it is no probability."""
        return float(round(1 / (1 + 2 ** ((self.least_bits - self.weight) / _STEP)), 4))


def compare_persons(one: Person, other: Person, rarity: Rarity, *, keyed: bool = True) -> Likeness | None:
    """What to think of the two; None where nothing says that they are one. `keyed`: both files have numbers or NPIs."""
    features = features_of_persons(one, other, rarity, keyed=keyed)
    if features is None:
        return None
    # A file says less than a registry of whose numbers it holds: without anything else in common it is a coincidence.
    is_coincidence = features.name_bits <= 0 and not (features.phone or features.door)
    verdict, _ = verdict_of(features, shared_numbers=is_coincidence)
    if verdict is Verdict.NO:
        return None
    return Likeness(verdict, features.weight, tuple(reasons_of(one, other, features)), rarity.least_bits)


def features_of_persons(one: Person, other: Person, rarity: Rarity, *, keyed: bool = True) -> Features | None:
    """Every comparison of two persons; None, and quickly, where neither a key nor likeness joins them."""
    number, npi = _same_number(one, other), one.npi == other.npi if one.npi and other.npi else None
    phone, of_phone = phone_bits(one, other)
    loose = not number and _number_of_another_field(one, other)
    if _other_key(number, npi) and not (phone or loose or _number_slip(one, other)):
        return None
    names, place = name_bits(one, other, rarity), place_bits(one, other, rarity)
    bits = names + place + of_phone - (_OTHER_FIELD if number is None and _other_fields(one, other) else 0.0)
    if bits < rarity.least_bits and not (number or npi or loose):
        return None
    score = best_score(one.names, other.names)
    if loose and score is not None and score >= ACCEPT:
        number = True
    return Features(
        npi=npi,
        number=number,
        number_slip=number is False and _number_slip(one, other),
        phone=phone,
        postal_code=_share(one.postal, other.postal),
        region=_share(one.regions, other.regions),
        name=None if score is None else score >= ACCEPT,
        name_score=score or 0.0,
        given=given_names_agree(one, other),
        town=_share(one.town, other.town),
        keyless=not (keyed and (one.has_key or other.has_key)),
        counted=True,
        alone=_live_alone(one, other, rarity),
        namesakes=any(rarity.number_of("namesake", each) > _ONE_A_FILE for each in (*one.homes, *other.homes)),
        door=_same_door(one, other),
        generation=same_generation(one, other),
        kilometers=kilometers_between(one.points, other.points),
        bits=bits,
        name_bits=names,
        place_bits=place,
        least_bits=rarity.least_bits,
    )


def _other_key(number: bool | None, npi: bool | None) -> bool:
    """Whether one key tells the two apart and no other joins them: nine in ten comparisons end here."""
    return not (number or npi) and (number is False or npi is False)


def _same_number(one: Person, other: Person) -> bool | None:
    """Within the same place and profession; None where they have none in common."""
    if not (one.numbers and other.numbers):
        return None
    if not one.numbers.isdisjoint(other.numbers):
        return True
    same_field = any(a[0] == b[0] and a[1] == b[1] for a in one.numbers for b in other.numbers)
    return False if same_field else None


def _other_fields(one: Person, other: Person) -> bool:
    """Whether both give numbers, none of them of one place and profession: few people hold two licenses."""
    return bool(one.numbers and other.numbers)


def _number_of_another_field(one: Person, other: Person) -> bool:
    """Whether they give one number, of no place or of another profession: beside the same name it is no coincidence."""
    for ours in one.numbers:
        for theirs in other.numbers:
            same = ours[2] == theirs[2] and len(ours[2]) > _SHORT_NUMBER
            if same and (ours[0] == theirs[0] or not (ours[0] and theirs[0])):
                return True
    return False


def _live_alone(one: Person, other: Person, rarity: Rarity) -> bool:
    """Whether both give a street, and neither has neighbors, of whom their files would tell."""
    if not (one.street and other.street) or rarity.together > _MANY_TOGETHER:
        return False
    return max(rarity.number_of("door", each.door) for each in (one, other)) <= _ONE_A_FILE


def _number_slip(one: Person, other: Person) -> bool:
    """Whether two numbers of one place and profession are a slip of the pen apart."""
    return any(
        ours[:2] == theirs[:2]
        and len(ours[2]) > _SHORT_NUMBER
        and OSA.distance(ours[2], theirs[2], score_cutoff=1) <= 1
        for ours in one.numbers
        for theirs in other.numbers
    )


def _same_door(one: Person, other: Person) -> bool | None:
    if not (one.house and other.house and one.street and other.street):
        return None
    near = bool(one.postal & other.postal or set(one.town) & set(other.town))
    # "120 Route 9" is not "450 Route 9", nor "100 Main Street" the same door as "450 Main Street, Suite 100".
    same_house = one.house[0] in other.house and other.house[0] in one.house
    return near and same_house and not set(one.street).isdisjoint(other.street)


def same_generation(one: Person, other: Person) -> bool | None:
    """Whether both are a Jr., or both a Sr.; None where neither says."""
    ours, theirs = ({name.generation for name in person.names} - {""} for person in (one, other))
    return None if not (ours or theirs) else ours == theirs


def _share(ours: Iterable[str], theirs: Iterable[str]) -> bool | None:
    ours, theirs = set(ours), set(theirs)
    return not ours.isdisjoint(theirs) if ours and theirs else None
