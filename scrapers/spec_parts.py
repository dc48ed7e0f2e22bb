"""Smaller parts of a registry's description: how gently to ask, what the terms say, what nobody has verified."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from scrapers.errors import SpecError
from scrapers.strict import StrictMapping
from scrapers.window import Window, window_of

CONFIDENCE = ("high", "medium", "low", "unverified")


@dataclass(frozen=True, slots=True)
class Politeness:
    delay_seconds: float = 2.0
    window: Window | None = None  # hours in which the source may be asked for its whole list
    most_pages: int = 10_000
    lookups_per_day: int = 200  # numbers that are asked for one by one, where no whole list can be read


@dataclass(frozen=True, slots=True)
class Terms:
    """What the source's terms say. A network channel stays off until somebody recorded having read them."""

    url: str = ""
    says: str = ""
    read_on: date | None = None
    read_by: str = ""
    reread_days: int = 365  # terms change: they are to be read again after so many days

    @property
    def were_read(self) -> bool:
        return self.read_on is not None and bool(self.read_by)

    def are_in_force(self, today: date) -> bool:
        """Whether they were read, and not too long ago."""
        return self.read_on is not None and self.were_read and today < self.read_on + timedelta(days=self.reread_days)


@dataclass(frozen=True, slots=True)
class License:
    """Under which license the published rows themselves may be used, and how the source wants to be named."""

    name: str = ""
    url: str = ""
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key that the source gives to whoever runs the directory. Its value stands in the setting, never in a file of
    ours. It is sent as a header; what is no secret (a code) may be a parameter of the address instead."""

    setting: str
    header: str = ""
    about: str = ""  # how the operator comes by it
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far a description may be trusted before it was tried against the live source, and what that rests on."""

    level: str = "unverified"  # one of CONFIDENCE
    rests_on: str = ""


@dataclass(frozen=True, slots=True)
class Unverified:
    """Something the description relies on that nobody has checked against the live source yet."""

    what: str
    note: str = ""


def politeness_from_yaml(keys: StrictMapping) -> Politeness:
    """How gently the source is to be asked. Raises SpecError."""
    found = Politeness(
        keys.number("delay_seconds", 2.0),
        window_of(keys.text("window", ""), keys.text("time_zone", ""), keys.where),
        keys.whole("most_pages", 10_000),
        keys.whole("lookups_per_day", 200),
    )
    keys.done()
    if found.delay_seconds < 1:
        raise SpecError(f"{keys.where}: delay_seconds should be 1 or more")
    if found.lookups_per_day < 0:
        raise SpecError(f"{keys.where}: lookups_per_day should be 0 or more, found {found.lookups_per_day}")
    return found


def terms_from_yaml(keys: StrictMapping) -> Terms:
    """What its terms say, and who read them when. Raises SpecError."""
    found = Terms(
        keys.text("url", ""),
        keys.text("says", ""),
        keys.day("read_on"),
        keys.text("read_by", ""),
        keys.whole("reread_days", 365),
    )
    keys.done()
    if not 1 <= found.reread_days <= 3650:
        raise SpecError(f"{keys.where}: reread_days should be 1 to 3650, found {found.reread_days}")
    return found


def license_from_yaml(keys: StrictMapping) -> License:
    """Under which license its rows may be used. Raises SpecError."""
    found = License(keys.text("name", ""), keys.text("url", ""), keys.text("attribution", ""))
    keys.done()
    return found


def confidence_from_yaml(keys: StrictMapping) -> Confidence:
    """How far the description may be trusted. Raises SpecError for another word, or when it doesn't say why."""
    found = Confidence(keys.text("level"), keys.text("rests_on"))
    keys.done()
    if found.level not in CONFIDENCE:
        raise SpecError(f"{keys.where}: level {found.level!r} is none of {', '.join(CONFIDENCE)}")
    if not found.rests_on.strip():
        raise SpecError(f"{keys.where}: rests_on should say where the description comes from")
    return found


def unverified_from_yaml(given: object, where: str) -> Unverified:
    """One thing that nobody has checked yet. Raises SpecError."""
    keys = StrictMapping(given, f"{where}: unverified")
    found = Unverified(keys.text("what"), keys.text("note", ""))
    keys.done()
    return found


def own_key_from_yaml(given: object, where: str) -> OwnKey:
    """A key that the source asks for. Raises SpecError for a setting that could be another secret of the site."""
    keys = StrictMapping(given, f"{where}: keys")
    found = OwnKey(
        keys.text("setting"), keys.text("header", ""), keys.text("about", ""), parameter=keys.text("parameter", "")
    )
    keys.done()
    if not re.fullmatch(r"REGISTRY_KEY_[A-Z0-9_]+", found.setting):
        raise SpecError(f"{keys.where}: setting should begin with REGISTRY_KEY_, found {found.setting!r}")
    if bool(found.header) == bool(found.parameter):
        raise SpecError(f"{keys.where}: give either header or parameter")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", found.header or found.parameter):
        raise SpecError(f"{keys.where}: {found.header or found.parameter!r} is no name of a header or a parameter")
    return found
