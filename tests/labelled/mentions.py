"""How two sources write one invented person down: a board's roster and a federal index, each in its own way.

Both leave things out, spell names their own way, and may know an old address or a former name.
"""

from __future__ import annotations

from random import Random

from tests.labelled.people import Address, Invented

COLUMNS = (
    *("id", "name", "given_name", "middle_name", "family_name", "suffix", "credentials", "npi", "license_number"),
    *("license_jurisdiction", "profession", "phone", "street", "city", "region", "postal_code"),
)
Row = dict[str, str]

_SHORT = {"Street": "ST", "Avenue": "AVE", "Road": "RD", "Boulevard": "BLVD", "Drive": "DR", "Lane": "LN"}
_STATES = dict(
    pair.split("=")
    for line in (
        "CA=California,NV=Nevada,WA=Washington,OR=Oregon,TX=Texas,IL=Illinois,NY=New York,NJ=New Jersey",
        "MA=Massachusetts,FL=Florida,CO=Colorado,HI=Hawaii,VA=Virginia,MD=Maryland,AZ=Arizona",
    )
    for pair in line.split(",")
)
_CREDENTIALS = ("L.Ac.", "LAc", "Lic. Ac.", "L.Ac., DAOM", "LAc, MSOM", "Dipl. O.M.", "DACM, L.Ac.", "M.Ac., L.Ac.")
_FAMILY_FIRST = frozenset({"chinese", "korean", "vietnamese", "japanese"})


def on_a_roster(person: Invented, dice: Random) -> Row:
    """The row of a board that writes names as they stand on the license."""
    given, family = _written(person, dice, varied=0.10)
    row = _named(person, given, family, dice, style=dice.choice(("apart", "last first", "whole")))
    row |= {"license_number": _number(person, dice), "license_jurisdiction": _jurisdiction(person.board, dice)}
    row["profession"] = person.profession if dice.random() < 0.5 or person.profession != "acupuncturist" else ""
    row["npi"] = person.npi if dice.random() < 0.30 else ""
    row["phone"] = _phone(person.phone, dice) if dice.random() < 0.55 else ""
    row |= _at(person.address, dice, capitals=False, missing=0.12)
    return row


def in_the_index(person: Invented, dice: Random) -> Row:
    """The row of an index that people fill in themselves: capitals, later names, earlier addresses."""
    given, family = _written(person, dice, varied=0.35)
    if person.maiden and dice.random() < 0.6:
        family = person.maiden[0]
    row = _named(person, given, family, dice, style="apart" if dice.random() < 0.8 else "last first")
    row = {column: value.upper() for column, value in row.items()}
    if dice.random() < 0.93:
        row |= {"license_number": _number(person, dice), "license_jurisdiction": _jurisdiction(person.board, dice)}
        if dice.random() < 0.02:
            row["license_number"] = _mistyped(row["license_number"], dice)
    row["profession"] = person.profession if dice.random() < 0.5 or person.profession != "acupuncturist" else ""
    row["npi"] = person.npi if dice.random() < 0.95 else ""
    row["phone"] = _phone(person.phone, dice) if dice.random() < 0.85 else ""
    row |= _at(person.moved_from or person.address, dice, capitals=True, missing=0.03)
    return row


def _written(person: Invented, dice: Random, *, varied: float) -> tuple[str, str]:
    """Given names and family names as this source spells them."""
    given = dice.choice(person.given) if dice.random() < varied else person.given[0]
    family = dice.choice(person.family) if dice.random() < varied else person.family[0]
    if person.origin == "slavic" and person.is_woman and dice.random() < 0.85:
        family = _of_a_woman(family)
    if person.western and dice.random() < 0.6:
        given = person.western if dice.random() < 0.15 else f"{person.western} {given}"
    return given, family


def _of_a_woman(family: str) -> str:
    if family.endswith(("ov", "ev")):
        return family + "a"
    for ending in ("skiy", "sky", "ski"):
        if family.endswith(ending):
            return family.removesuffix(ending) + ("ska" if ending == "ski" else "skaya")
    return family


def _named(person: Invented, given: str, family: str, dice: Random, *, style: str) -> Row:
    middle = person.middle
    if middle and dice.random() < 0.6:
        middle = "" if dice.random() < 0.4 else middle[0]
    suffix = person.suffix if dice.random() < 0.8 else ""
    titles = dice.choice(_CREDENTIALS) if dice.random() < 0.5 else ""
    if style == "apart":
        if person.origin in _FAMILY_FIRST and dice.random() < 0.06:
            given, family = family, given  # somebody took the first word for the given name
        apart = {"given_name": given, "middle_name": middle, "family_name": family, "suffix": suffix}
        return {**apart, "credentials": titles}
    if style == "last first":
        name = f"{family}, {given} {middle}".strip() + (f" {suffix}" if suffix else "")
        return {"name": name.upper(), "credentials": titles}
    if person.origin in _FAMILY_FIRST and dice.random() < 0.25:
        given, family = family, given
    whole = " ".join(part for part in (given, middle, family, suffix) if part)
    return {"name": f"{whole}, {titles}" if titles else whole}


def _number(person: Invented, dice: Random) -> str:
    number = person.number
    return dice.choice(
        (f"{number}", f"AC{number}", f"AC {number}", f"AC-{number:06}", f"{number:05}", f"L.Ac. {number}")
    )


def _mistyped(number: str, dice: Random) -> str:
    place = dice.choice([at for at, sign in enumerate(number) if sign.isdigit()])
    return number[:place] + str((int(number[place]) + dice.randint(1, 9)) % 10) + number[place + 1 :]


def _jurisdiction(state: str, dice: Random) -> str:
    return dice.choice((state, state, f"US-{state}", _STATES[state]))


def _phone(phone: str, dice: Random) -> str:
    area, office, line = phone[:3], phone[3:6], phone[6:]
    return dice.choice((phone, f"({area}) {office}-{line}", f"{area}-{office}-{line}", f"+1 {area}.{office}.{line}"))


def _at(address: Address, dice: Random, *, capitals: bool, missing: float) -> Row:
    if dice.random() < missing:
        return {}
    city, state, postal, _ = address.town
    kind = _SHORT[address.kind] if capitals or dice.random() < 0.3 else address.kind
    suite = (
        f" {dice.choice(('Suite', 'Ste', '#', 'Unit'))} {address.suite}"
        if address.suite and dice.random() < 0.7
        else ""
    )
    street = f"{address.house} {address.street} {kind}{suite}"
    if dice.random() < 0.05:
        street = f"PO Box {dice.randint(10, 9_000)}"
    region = state if dice.random() < 0.8 else _STATES[state]
    code = f"{postal}-{dice.randint(1, 9_999):04}" if dice.random() < 0.25 else postal
    row = {"street": street, "city": city if dice.random() < 0.95 else "", "region": region, "postal_code": code}
    return {column: value.upper() for column, value in row.items()} if capitals else row
