"""How much two persons have in common, in bits: what agrees adds its rarity, what differs takes away.

Typing errors are allowed for here, since no part decides alone: tokens of a name, a street or a town count in full
when they are equal or other spellings, in part when they are one or two slips apart, and against when both sides have
one that the other lacks. Fields that were put into each other's place (a given name for a family name) still meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from directory.rules.distances import NEARBY_KM, area_of, kilometers_between
from directory.rules.name_reading import Name
from directory.rules.name_tokens import KOREAN, SHARED_NICKNAME, token_score
from directory.rules.names import ACCEPT, are_comparable, name_score
from directory.rules.numbers import same_phone_key
from directory.rules.persons import Person
from directory.rules.rarity import Rarity

# What a difference takes away, in bits: log2 of how seldom two mentions of one person differ in it.
_OTHER_NAME, _OTHER_WORD, _OTHER_TOWN = 4.0, 2.0, 3.0
_OTHER_HOUSE, _OTHER_POSTAL, _OTHER_REGION, _OTHER_PHONE = 2.0, 4.0, 2.0, 1.0
_OTHER_GENERATION, _OTHER_PLACE = 8.0, 4.0
# What agreement adds where it does not depend on rarity.
_SAME_PHONE, _SAME_REGION, _NEAR_POSTAL, _RUN_TOGETHER = 14.0, 1.5, 3.0, 8.0
_TWO_ADDRESSES, _MOST_OF_DISTANCE = 2.0, 4.0
_MOST_OF_STREET, _MOST_OF_TOWN = 24.0, 14.0
_SWAPPED = 1.0
_KOREAN = frozenset((KOREAN,))
_FEW = 8.0  # names with fewer bits are tried again with given and family names in one bag


def bits_in_common(one: Person, other: Person, rarity: Rarity) -> float:
    """The weight of all that can be compared but license numbers and NPIs, which are keys and not likenesses."""
    return name_bits(one, other, rarity) + place_bits(one, other, rarity) + phone_bits(one, other)[1]


def name_bits(one: Person, other: Person, rarity: Rarity) -> float:
    """Of the names that go together best."""
    return max((_bits_of_names(a, b, rarity) for a in one.names for b in other.names), default=0.0)


def place_bits(one: Person, other: Person, rarity: Rarity) -> float:
    """Of street, town, region and postal code. Who moved, moved with all of them: they count once."""
    street = _bag(one.street, other.street, "place", _OTHER_WORD, rarity)
    town = _bag(one.town, other.town, "place", _OTHER_TOWN, rarity)
    bits = min(street, _MOST_OF_STREET) + min(town, _MOST_OF_TOWN)
    if one.house and other.house:
        shared = set(one.house) & set(other.house)
        bits += max((rarity.bits("house", each) for each in shared), default=-_OTHER_HOUSE)
    if one.regions and other.regions:
        bits += _SAME_REGION if one.regions & other.regions else -_OTHER_REGION
    bits += _postal_bits(one, other, rarity)
    return bits if bits >= 0 else max(bits, _distance_bits(one, other, rarity))


def _distance_bits(one: Person, other: Person, rarity: Rarity) -> float:
    """Of two addresses: within a drive they may be of one person, the sooner the fewer people are about there."""
    far = kilometers_between(one.points, other.points)
    if far is None or far > NEARBY_KM:
        return -_OTHER_PLACE
    area = min(rarity.bits("area", area_of(point)) for point in (*one.points, *other.points))
    return min(area - _TWO_ADDRESSES, _MOST_OF_DISTANCE)


def _bits_of_names(a: Name, b: Name, rarity: Rarity) -> float:
    straight = _name_bag(a.family, b.family, rarity) + _name_bag(a.given, b.given, rarity)
    if straight < _FEW:
        straight = max(straight, _name_bag(a.given + a.family, b.given + b.family, rarity) - _SWAPPED)
    if a.generation and b.generation and a.generation != b.generation:
        straight -= _OTHER_GENERATION
    return straight


def _name_bag(a: Sequence[str], b: Sequence[str], rarity: Rarity) -> float:
    return _bag(a, b, "name", _OTHER_NAME, rarity)


def _postal_bits(one: Person, other: Person, rarity: Rarity) -> float:
    if not (one.postal and other.postal):
        return 0.0
    shared = one.postal & other.postal
    if shared:
        return max(rarity.bits("postal", code) for code in shared)
    slip = any(OSA.distance(a, b, score_cutoff=1) <= 1 for a in one.postal for b in other.postal)
    return _NEAR_POSTAL if slip else -_OTHER_POSTAL


def given_names_agree(one: Person, other: Person) -> bool | None:
    """Whether they share their given names, of whatever family name. None where one of them gives none in full, and
    where they are merely alike: "Hong" is not "Long", but may be a slip of the pen; Anna and Briana may share one."""
    answers = {_given_names_agree(a, b) for a in one.names for b in other.names if are_comparable(a, b)}
    return True if True in answers else None if None in answers or not answers else False


@lru_cache(maxsize=131_072)
def _given_names_agree(a: Name, b: Name) -> bool | None:
    ours, theirs = _in_full(a.given), _in_full(b.given)
    if not (ours and theirs):
        return None
    if name_score(Name(tuple(ours)), Name(tuple(theirs))) >= ACCEPT:
        return (
            None if max(token_score(x, y, tongues=_KOREAN) for x in ours for y in theirs) == SHARED_NICKNAME else True
        )
    is_alike = any(_near(x, y, "name") for x in ours for y in _in_full(b.tokens)) or any(
        _near(x, y, "name") for x in _in_full(a.tokens) for y in theirs
    )
    return None if is_alike else False


def _in_full(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if len(token) > 1]


def phone_bits(one: Person, other: Person) -> tuple[bool | None, float]:
    """Whether both have the same phone, and what that says."""
    same = same_phone_key(one.phone, other.phone)
    return same, 0.0 if same is None else _SAME_PHONE if same else -_OTHER_PHONE


def _bag(a: Sequence[str], b: Sequence[str], kind: str, penalty: float, rarity: Rarity) -> float:
    """Two bags of tokens. Nothing on one side says nothing."""
    if not (a and b):
        return 0.0
    if a == b:
        return sum(rarity.bits(kind, token) for token in a)
    total, left, rest = _equal_ones(a, b, kind, rarity)
    if left and rest:
        total += _near_ones(left, rest, kind, rarity)
    if not (left and rest):
        return total
    run_together = _slip("".join(left), "".join(rest))
    return total + (run_together * _RUN_TOGETHER if run_together else -penalty * min(len(left), len(rest)))


def _near_ones(left: list[str], rest: list[str], kind: str, rarity: Rarity) -> float:
    """What tokens say that are spelled alike, the best pairs first; they are taken out of both lists."""
    pairs = [
        (score * min(rarity.bits(kind, one), rarity.bits(kind, other)), one, other)
        for one in left
        for other in rest
        if (score := _near(one, other, kind))
    ]
    pairs.sort(key=lambda pair: (-pair[0], *sorted(pair[1:])))
    total = 0.0
    for bits, one, other in pairs:
        if one in left and other in rest:
            left.remove(one)
            rest.remove(other)
            total += bits
    return total


def _equal_ones(a: Sequence[str], b: Sequence[str], kind: str, rarity: Rarity) -> tuple[float, list[str], list[str]]:
    total, left, rest = 0.0, [], list(b)
    for token in a:
        if token in rest:
            rest.remove(token)
            total += rarity.bits(kind, token)
        else:
            left.append(token)
    return total, left, rest


@lru_cache(maxsize=524_288)
def _near(a: str, b: str, kind: str) -> float:
    slip = _slip(a, b)
    return slip if slip or kind != "name" else token_score(a, b, tongues=_KOREAN)


def _slip(a: str, b: str) -> float:
    """1.0 for equal, less for one or two slips of the pen in a word long enough, else 0."""
    if a == b:
        return 1.0
    longest = max(len(a), len(b))
    most = 1 if longest < 6 else 2
    if longest < 4 or abs(len(a) - len(b)) > most:
        return 0.0
    slips = OSA.distance(a, b, score_cutoff=most)
    return {1: 0.85, 2: 0.7}.get(slips, 0.0) if slips <= most else 0.0
