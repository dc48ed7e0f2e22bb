"""The cast of a rehearsal: invented practitioners, what each board publishes of them, and what their listing says.

The same seed and number give the same people. Each `Story` is one way in which a listing and a registry can agree or
differ; together they leave a flag of every kind behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from scrapers.rehearsal import names


class Story(StrEnum):
    ORDINARY = "ordinary"
    EXPIRED = "expired"
    INACTIVE = "inactive"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SURRENDERED = "surrendered"
    STANDING_UNREAD = "standing_unread"  # the board uses a word nobody has read up on
    NOT_ON_THE_LIST = "not_on_the_list"  # the listing states a number the board does not have
    MARRIED_NAME = "married_name"  # the number is somebody's whose family name is another
    MISTYPED = "mistyped"  # a number that does not look like one of that state's
    NUMBER_LEFT_OUT = "number_left_out"
    SAYS_CERTIFIED = "says_certified"
    EXCLUDED_NAMESAKE = "excluded_namesake"  # somebody of the same name is on the federal exclusion list
    TWO_RECORDS = "two_records"  # the board publishes two people under one number


@dataclass(frozen=True, slots=True)
class Town:
    city: str
    region: str
    postal_code: str
    country: str = "US"

    @property
    def jurisdiction(self) -> str:
        """Whose law applies: the state, or the country where practice is regulated nationally or not at all."""
        return f"{self.country}-{self.region}" if self.country in {"US", "CA"} else self.country


@dataclass(frozen=True, slots=True)
class Player:
    """One invented practitioner."""

    given: str
    family: str
    credentials: str
    town: Town
    number: str  # as the board publishes it
    npi: str
    issued_on: date
    expires_on: date
    story: Story
    phone: str

    @property
    def number_stated(self) -> str:
        """The number as the listing gives it."""
        if self.story is Story.NUMBER_LEFT_OUT:
            return ""
        if self.story is Story.MISTYPED:
            return self.number[:5]
        return self.number

    @property
    def family_on_record(self) -> str:
        return "Featherstonehaugh" if self.story is Story.MARRIED_NAME else self.family

    @property
    def is_on_record(self) -> bool:
        return self.story not in {Story.NOT_ON_THE_LIST, Story.MISTYPED, Story.NUMBER_LEFT_OUT}


TOWNS = (
    Town("Seattle", "WA", "98101"), Town("Spokane", "WA", "99201"), Town("Bellingham", "WA", "98225"),
    Town("Denver", "CO", "80202"), Town("Boulder", "CO", "80302"), Town("Fort Collins", "CO", "80521"),
    Town("Chicago", "IL", "60614"), Town("Evanston", "IL", "60201"), Town("Naperville", "IL", "60540"),
    Town("Austin", "TX", "78701"), Town("Houston", "TX", "77002"), Town("Dallas", "TX", "75201"),
    Town("Baltimore", "MD", "21201"), Town("Bethesda", "MD", "20814"),
    Town("Newark", "NJ", "07102"), Town("Princeton", "NJ", "08540"),
    Town("Hartford", "CT", "06103"), Town("New Haven", "CT", "06510"),
    Town("Los Angeles", "CA", "90012"), Town("San Francisco", "CA", "94110"), Town("San Diego", "CA", "92101"),
    Town("New York", "NY", "10001"), Town("Brooklyn", "NY", "11201"), Town("Miami", "FL", "33139"),
    Town("Orlando", "FL", "32801"), Town("Portland", "OR", "97209"), Town("Honolulu", "HI", "96815"),
    Town("Birmingham", "AL", "35203"), Town("Tulsa", "OK", "74103"),
)  # fmt: skip

TOWNS_ABROAD = (
    Town("London", "", "SW1A", "GB"), Town("Manchester", "", "M1", "GB"), Town("Sydney", "NSW", "2000", "AU"),
    Town("Melbourne", "VIC", "3000", "AU"), Town("Toronto", "ON", "M5V", "CA"), Town("Vancouver", "BC", "V6B", "CA"),
    Town("Auckland", "", "1010", "NZ"),
)  # fmt: skip

# How a number of each place looks, by the boards' own pages; the digits are drawn. "" where nothing is licensed or
# the shape is not known.
NUMBERS = {
    "US-WA": "AC6{:07d}", "US-CO": "ACU.{:07d}", "US-IL": "198{:06d}", "US-TX": "AC{:05d}", "US-MD": "U{:05d}",
    "US-NJ": "25MZ{:08d}", "US-CT": "{:06d}", "US-CA": "AC {:05d}", "US-NY": "{:06d}", "US-FL": "AP{:04d}",
    "US-OR": "AC{:06d}", "US-HI": "ACU-{:04d}", "AU": "CMR000{:07d}", "CA-ON": "{:04d}", "CA-BC": "{:05d}",
    "NZ": "{:05d}", "US-AL": "", "US-OK": "", "GB": "",
}  # fmt: skip

# Of a hundred people in a place that has a board to ask.
_STORIES = (
    *(Story.ORDINARY,) * 62, *(Story.EXPIRED,) * 6, *(Story.INACTIVE,) * 3, *(Story.RESTRICTED,) * 3,
    Story.SUSPENDED, Story.REVOKED, Story.SURRENDERED, *(Story.STANDING_UNREAD,) * 2, *(Story.NOT_ON_THE_LIST,) * 5,
    *(Story.MARRIED_NAME,) * 4, *(Story.MISTYPED,) * 2, *(Story.NUMBER_LEFT_OUT,) * 5, *(Story.SAYS_CERTIFIED,) * 3,
    Story.EXCLUDED_NAMESAKE, Story.TWO_RECORDS,
)  # fmt: skip

FEWEST = 300

# These happen whatever is drawn, so that a small cast shows every flag too.
_ALWAYS = tuple(story for story in Story if story is not Story.ORDINARY)


def cast(number: int, *, today: date, seed: int = 5) -> tuple[Player, ...]:
    """`number` invented practitioners, every story among them. Raises ValueError for less than FEWEST."""
    if number < FEWEST:
        raise ValueError(f"a cast of {number} is too small to show every story: {FEWEST} or more")
    draw = Random(seed)  # noqa: S311 - a rehearsal wants the same people each time
    drawn = list(_draw_players(draw, number, today))
    boards = [at for at, player in enumerate(drawn) if player.town.region in {"WA", "IL"}]
    for at, story in zip(boards[1::3], _ALWAYS, strict=False):
        drawn[at] = replace(drawn[at], story=story)
    return tuple(drawn)


def _draw_players(draw: Random, number: int, today: date) -> Iterator[Player]:
    origins, shares = zip(*names.SHARES.items(), strict=True)
    taken: set[tuple[str, str, str]] = set()
    serials = draw.sample(range(1000, 9999), number)
    while len(taken) < number:
        origin = draw.choices(origins, shares)[0]
        given, family = draw.choice(names.GIVEN[origin]), draw.choice(names.FAMILY[origin])
        town = draw.choice(TOWNS_ABROAD) if draw.random() < 0.06 else draw.choice(TOWNS)
        if (given, family, town.jurisdiction) in taken:
            continue
        serial = serials[len(taken)]
        taken.add((given, family, town.jurisdiction))
        form = NUMBERS[town.jurisdiction]
        yield Player(
            given=given,
            family=family,
            credentials=draw.choice(names.POST_NOMINALS),
            town=town,
            number=form.format(serial) if form else "",
            npi=npi(draw.randrange(100_000_000, 199_999_999)) if town.country == "US" else "",
            issued_on=today - timedelta(days=draw.randrange(900, 7000)),
            expires_on=today + timedelta(days=draw.randrange(40, 720)),
            story=draw.choice(_STORIES) if form else Story.ORDINARY,
            phone=f"+1202555{100 + serial % 100:04d}",
        )


def npi(nine: int) -> str:
    """Nine digits with the check digit of an NPI: Luhn over 80840 and the number (CMS, 45 CFR 162.406)."""
    digits = [int(digit) for digit in f"80840{nine:09d}"]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[::-2]]
    total = sum(doubled) + sum(digits[-2::-2])
    return f"{nine:09d}{-total % 10}"
