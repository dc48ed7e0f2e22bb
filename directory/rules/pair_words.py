"""Why two persons of two lists may be one, in the words of a moderator: keys first, then names, then where they are."""

from __future__ import annotations

from collections.abc import Iterator

from directory.rules.persons import Person
from directory.rules.verdicts import Features


def reasons_of(one: Person, other: Person, features: Features) -> Iterator[str]:
    """Each a few words: "same license number in WA", "names agree (Lee, Min / LEE MIN J)", "same town, other phone"."""
    yield from _of_keys(one, other, features)
    written = f" ({one.title} / {other.title})" if one.title and other.title else ""
    if features.name is None:
        yield f"no two whole names to compare{written}"
    else:
        yield f"names {'agree' if features.name else 'differ'}{written}"
    if features.given is not None and not features.name:
        yield "same given name" if features.given else "other given name"
    if features.generation is not None:
        yield "same generation" if features.generation else "Jr. or Sr. differs or stands on one side only"
    if features.phone is not None:
        yield "same phone" if features.phone else "other phone"
    yield from _of_places(features)


def _of_keys(one: Person, other: Person, features: Features) -> Iterator[str]:
    if features.number:
        yield f"same license number{_shared_place(one, other)}"
    elif features.number is False:
        slip = ", a slip of the pen away" if features.number_slip else ""
        yield f"other license number of the same place{slip}"
    if features.npi is not None:
        yield "same NPI" if features.npi else "other NPI"


def _shared_place(one: Person, other: Person) -> str:
    """ " in WA" for a number that both give for Washington."""
    places = {
        place for place, _, digits in one.numbers for at, _, same in other.numbers if (place, digits) == (at, same)
    }
    return f" in {min(places).removeprefix('US-')}" if places - {""} else ", of no stated place"


def _of_places(features: Features) -> Iterator[str]:
    """The closest place that both have in common, and the widest that they have not."""
    if features.door:
        yield "same street and house number"
        return
    steps = (("postal_code", "postal code"), ("town", "town"), ("region", "region"))
    same = next((words for field, words in steps if getattr(features, field)), "")
    differs = next((words for field, words in reversed(steps) if getattr(features, field) is False), "")
    if features.door is False and not differs:
        differs = "street or house number"
    words = ", ".join(part for part in (same and f"same {same}", differs and f"other {differs}") if part)
    far = features.kilometers is not None and not (features.postal_code or features.town)
    distance = f"{features.kilometers:.0f} km apart" if far else ""
    if words or distance:
        yield ", ".join(filter(None, (words, distance)))
