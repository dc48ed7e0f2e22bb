"""Which pairs of persons are worth comparing: those that share a key, of 100,000 times 100,000.

A key joins two things that seldom agree by chance (a name's sound and a postal code, a house number and a street), so
that one error anywhere leaves others. Keys that very many share are passed over by whoever uses them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from directory.rules.names import skeleton, sound_keys
from directory.rules.persons import Person
from directory.rules.rarity import Rarity

_SHORTEST_WORD = 4
_COMMON_WORD = 0.02  # "street" and "road" lead nowhere
_MOST_WORDS = 3  # of a street: its rarest


def keys_of_numbers(person: Person) -> Iterator[int]:
    """Keys that lead to the same number, NPI or phone, however many share them."""
    for number in person.numbers:
        yield hash(("number", *number))
    if person.npi:
        yield hash(("npi", person.npi))
    if person.phone:
        yield hash(("phone", person.phone[-9:]))


def keys_of_likeness(person: Person, rarity: Rarity) -> set[int]:
    """Keys of names and places."""
    names = {sound for name in person.names for token in name.tokens if len(token) > 1 for sound in sound_keys(token)}
    initials = {token for name in person.names for token in name.given if len(token) == 1}
    street, town = _street_sounds(person, rarity), {skeleton(word) for word in person.town}
    places = [("postal", code) for code in person.postal]
    places += [("town", each) for each in town] + [("house", each) for each in person.house]
    places += [("street", each) for each in street]
    keys = {hash(("names", *sorted(pair))) for pair in combinations(names, 2)}
    keys |= {hash(("initial", name, initial[0])) for name in names for initial in initials}
    keys |= {hash(("name", name, place)) for name in names for place in places}
    keys |= {hash(("place", one, other)) for one, other in combinations(sorted(places), 2) if one[0] != other[0]}
    return keys | {hash(("streets", *pair)) for pair in combinations(sorted(street), 2)}


def _street_sounds(person: Person, rarity: Rarity) -> set[str]:
    words = [word for word in person.street if len(word) >= _SHORTEST_WORD]
    rare = [word for word in words if rarity.share("place", word) < _COMMON_WORD]
    rare.sort(key=lambda word: -rarity.bits("place", word))
    return {skeleton(word) for word in rare[:_MOST_WORDS]}
