"""Invented people of nine origins, drawn from a seed, and what is true of them.

`names.csv` holds given and family names by origin; after slashes stand other spellings and short forms.
Towns and ZIP codes exist, the people, streets and numbers do not: phones are 555-01xx, license numbers are drawn.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from stdnum import luhn

ORIGINS = ("english", "spanish", "chinese", "korean", "vietnamese", "japanese", "arabic", "slavic", "indian")
TOWNS = (
    *(("Sonora", "CA", "95370", "209"), ("Los Angeles", "CA", "90019", "213"), ("Los Angeles", "CA", "90027", "323")),
    *(("San Gabriel", "CA", "91776", "626"), ("Oakland", "CA", "94610", "510"), ("San Jose", "CA", "95112", "408")),
    *(("Reno", "NV", "89501", "775"), ("Las Vegas", "NV", "89102", "702"), ("Seattle", "WA", "98115", "206")),
    *(("Spokane", "WA", "99201", "509"), ("Portland", "OR", "97209", "503"), ("Austin", "TX", "78701", "512")),
    *(("Houston", "TX", "77036", "713"), ("Plano", "TX", "75023", "972"), ("Chicago", "IL", "60614", "773")),
    *(("Naperville", "IL", "60540", "630"), ("Flushing", "NY", "11354", "718"), ("New York", "NY", "10016", "212")),
    *(("Fort Lee", "NJ", "07024", "201"), ("Edison", "NJ", "08817", "732"), ("Boston", "MA", "02116", "617")),
    *(("Quincy", "MA", "02169", "781"), ("Miami", "FL", "33139", "305"), ("Tampa", "FL", "33602", "813")),
    *(("Denver", "CO", "80206", "303"), ("Boulder", "CO", "80302", "720"), ("Honolulu", "HI", "96815", "808")),
    *(("Annandale", "VA", "22003", "703"), ("Rockville", "MD", "20850", "301"), ("Phoenix", "AZ", "85012", "602")),
)
_STREETS = (
    *(
        "Maple",
        "Cedar",
        "Juniper",
        "Harbor",
        "Mission",
        "Lincoln",
        "Orchard",
        "Foothill",
        "Prospect",
        "Alder",
        "Kestrel",
    ),
    *("Broad", "Sycamore", "Laurel", "Quarry", "Meridian", "Ferry", "Willow", "Chestnut", "Granite", "Sunset", "Union"),
)
_KINDS = ("Street", "Avenue", "Road", "Boulevard", "Drive", "Lane")


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody works: house number, street, its kind, a suite, and the town."""

    house: int
    street: str
    kind: str
    suite: int
    town: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Invented:
    """One person. Names are lists of spellings, the first of them the one on the license; `western` is a second given
    name used beside it, `maiden` a former family name, `moved_from` an earlier address. `board` is the state."""

    key: int
    origin: str
    is_woman: bool
    given: tuple[str, ...]
    family: tuple[str, ...]
    middle: str
    western: str
    maiden: tuple[str, ...]
    suffix: str
    number: int
    board: str
    profession: str
    npi: str
    phone: str
    address: Address
    moved_from: Address | None


class World:
    """Draws people from one seed; no two have the same key."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self._made = 0

    def person(self, origin: str) -> Invented:
        """Somebody of this origin."""
        dice = self.dice
        is_woman = dice.random() < 0.55
        address = self.address()
        moved_from = self.address() if dice.random() < 0.25 else None
        self._made += 1
        return Invented(
            key=self._made,
            origin=origin,
            is_woman=is_woman,
            given=dice.choice(_names()[origin, "women" if is_woman else "men"]),
            family=dice.choice(_names()[origin, "family"]),
            middle=self._middle(origin, is_woman),
            western=self._western(origin, is_woman),
            maiden=dice.choice(_names()[origin, "family"]) if is_woman and dice.random() < 0.10 else (),
            suffix="",
            number=dice.randint(200, 29_999),
            board=address.town[1],
            profession="acupuncturist",
            npi=self.npi(),
            phone=self.phone(address),
            address=address,
            moved_from=moved_from,
        )

    def address(self) -> Address:
        dice = self.dice
        suite = dice.randint(1, 400) if dice.random() < 0.4 else 0
        return Address(dice.randint(10, 9_900), dice.choice(_STREETS), dice.choice(_KINDS), suite, dice.choice(TOWNS))

    def phone(self, address: Address) -> str:
        return f"{address.town[3]}55501{self.dice.randint(0, 99):02}"

    def npi(self) -> str:
        nine = f"1{self.dice.randint(0, 99_999_999):08}"
        return nine + str(luhn.calc_check_digit("80840" + nine))

    def again(self, person: Invented, **changes: object) -> Invented:
        """Another person, who has everything of this one but a key, NPI and number, and but the changes."""
        self._made += 1
        fresh = {"key": self._made, "npi": self.npi(), "number": self.dice.randint(200, 29_999)}
        return replace(person, **{**fresh, **changes})  # type: ignore[arg-type]

    def given_like(self, person: Invented, taken: tuple[str, ...]) -> tuple[str, ...]:
        """A given name of the same origin and sex, but not the one that is taken."""
        names = _names()[person.origin, "women" if person.is_woman else "men"]
        return self.dice.choice([name for name in names if name != taken])

    def given_of_spouse(self, person: Invented) -> tuple[str, ...]:
        return self.dice.choice(_names()[person.origin, "men" if person.is_woman else "women"])

    def _middle(self, origin: str, is_woman: bool) -> str:
        if origin not in ("english", "indian") or self.dice.random() < 0.4:
            return ""
        return self.dice.choice(_names()[origin, "women" if is_woman else "men"])[0].split()[0]

    def _western(self, origin: str, is_woman: bool) -> str:
        if origin not in ("chinese", "korean", "vietnamese") or self.dice.random() < 0.8:
            return ""
        return self.dice.choice(("Sharon", "Grace", "Lisa", "Amy") if is_woman else ("David", "Peter", "Kevin", "Eric"))


@cache
def _names() -> Mapping[tuple[str, str], tuple[tuple[str, ...], ...]]:
    """By origin and part, each name with its spellings."""
    with (Path(__file__).parent / "names.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["origin"], row["part"]): tuple(tuple(name.split("/")) for name in row["names"].split("|"))
            for row in csv.DictReader(file)
        }
