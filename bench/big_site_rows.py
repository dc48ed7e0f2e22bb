"""The rows of an invented site, person by person: who somebody is, and everything that hangs on their listing."""

from __future__ import annotations

import csv
import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from directory.extensions import Model
from directory.listings.drafts import family_key
from directory.models.account import Account
from directory.models.claim import Claim, ListingRequest
from directory.models.credential import Credential, CredentialCheck, Evidence
from directory.models.flag import Flag, FlagChange
from directory.models.listing import Listing, Location
from directory.models.registry import PublishedRecord, RecordMatch, RegistryRun
from directory.place_tables import tables
from directory.registries.registries import describe
from directory.registries.staging import content_hash
from directory.rules.vocabulary import (
    ClaimState,
    Consultation,
    CosmeticScope,
    FlagKind,
    FlagState,
    Grade,
    ListingOrigin,
    ListingState,
    Outcome,
    RequestKind,
    RunChannel,
    RunState,
    Severity,
    StatedBy,
    Technique,
    Verdict,
)
from scrapers import record as published
from scrapers.record import CredentialKind, Method, RegistryRecord, Standing
from scrapers.spec import RegistrySpec

ONE_IN_OWNED, ONE_IN_FLAGGED, ONE_IN_DOUBT, ONE_IN_ASKED = 20, 25, 50, 500
RUNS_EACH, LOOKUPS = 30, 20_000
ABOUT = "I work with people who would like to look rested. A first visit takes ninety minutes; we talk for half of it."
TOLD = (FlagState.DETECTED, FlagState.DETECTED, FlagState.TRIAGED, FlagState.NOTIFIED, FlagState.DISMISSED)
FOUND = (
    (FlagKind.LICENSE_EXPIRED, Severity.HIGH),
    (FlagKind.LICENSE_NOT_FOUND, Severity.MEDIUM),
    (FlagKind.LICENSE_NAME_MISMATCH, Severity.MEDIUM),
    (FlagKind.LICENSE_SUSPENDED, Severity.CRITICAL),
    (FlagKind.INSURANCE_MISSING, Severity.LOW),
)


class Rows(defaultdict[type[Model], list[dict[str, Any]]]):
    """Rows to be stored, by model."""

    def __init__(self) -> None:
        super().__init__(list)


@dataclass(frozen=True, slots=True)
class BigPerson:
    number: int
    given: str
    family: str
    city: str
    region: str
    postal_code: str
    lat: float
    lon: float
    draw: float  # what else is true of them hangs on this

    def is_one_in(self, many: int) -> bool:
        return self.number % many == 3

    def add_to(self, rows: Rows, board: RegistrySpec | None, *, now: datetime) -> None:
        """The listing with place, owner, credentials, what the board says, and what waits for a person."""
        owned = self.is_one_in(ONE_IN_OWNED)
        if owned:
            rows[Account].append(_account(self.number, now))
        rows[Listing].append(_listing(self, owned=owned, now=now))
        for position in range(2 if self.is_one_in(10) else 1):
            rows[Location].append(_location(self, position, owned=owned))
        rows[Credential].append(_credential(self, 0, CredentialKind.BOARD_CERTIFICATION, "US", now))
        if board is not None:
            rows[Credential].append(_credential(self, 1, CredentialKind.LICENSE, f"US-{self.region}", now))
            _add_board(self, rows, board, now)
        if owned:
            _add_stated(self, rows, now)
        if self.is_one_in(ONE_IN_FLAGGED):
            _add_flag(self, rows, now)
        if self.is_one_in(ONE_IN_ASKED):
            _add_asked(self, rows, now)


def people(count: int, chosen: random.Random, *, seed: int) -> Iterator[BigPerson]:
    """As many invented people, spread as the population is."""
    given, family = _names()
    towns = _towns()
    codes = _codes(seed)
    weights = [town.population for town in towns]
    for start in range(1, count + 1, 10_000):
        at = chosen.choices(towns, weights, k=10_000)
        for number, town in zip(range(start, min(start + 10_000, count + 1)), at, strict=False):
            last = chosen.choice(family)
            if chosen.random() < 0.5:
                last = f"{last}-{chosen.choice(family)}" if chosen.random() < 0.5 else last + chosen.choice(_ENDINGS)
            yield BigPerson(
                number=number,
                given=chosen.choice(given),
                family=last,
                city=town.name,
                region=town.region,
                postal_code=chosen.choice(codes.get(town.region, ["00501"])),
                lat=round(town.lat + chosen.gauss(0, 0.04), 4),
                lon=round(town.lon + chosen.gauss(0, 0.04), 4),
                draw=chosen.random(),
            )


def registry_rows(boards: Sequence[RegistrySpec], *, now: datetime) -> Rows:
    """Runs of these boards, the last of each a whole one; then years of lookups."""
    rows = Rows()
    for age in range(RUNS_EACH - 1, -1, -1):
        for board in boards:
            rows[RegistryRun].append(_run(board, RunChannel.FILE, now - timedelta(days=7 * age + 3)))
    for place, run in enumerate(rows[RegistryRun], start=1):
        run["id"] = place
    for nth in range(LOOKUPS):
        run = _run(boards[nth % len(boards)], RunChannel.LOOKUP, now - timedelta(hours=LOOKUPS - nth))
        rows[RegistryRun].append(run | {"id": len(rows[RegistryRun]) + 1, "lookup_key": str(nth), "is_whole": False})
    _RUN_OF.update({run["registry_id"]: run["id"] for run in rows[RegistryRun] if run["is_whole"]})
    return rows


_RUN_OF: dict[str, int] = {}  # registry: its last whole run
_ENDINGS = (
    "son",
    "field",
    "worth",
    "ley",
    "by",
    "man",
    "ova",
    "ini",
    "etti",
    "sen",
    "berg",
    "ström",
    "gård",
    "ley-Reyes",
)


def _run(board: RegistrySpec, channel: RunChannel, at: datetime) -> dict[str, Any]:
    times = dict.fromkeys(("queued_at", "started_at", "finished_at", "retrieved_at", "accepted_at"), at)
    return {
        "registry_id": board.id,
        "channel": channel,
        "state": RunState.APPLIED,
        "asked": {},
        "described": describe(board),
        "outcome": "complete",
        "is_whole": True,
        "report": {"records": 20_000, "captures": []},
        "counts": {"matched": 20_000},
        "applied_step": "done",
        **times,
    }


@cache
def _names() -> tuple[list[str], list[str]]:
    """Given and family names of all origins, each in its first spelling."""
    with Path(__file__).parents[1].joinpath("tests/labelled/names.csv").open(encoding="utf-8", newline="") as lines:
        parts: dict[bool, list[str]] = {True: [], False: []}
        for row in csv.DictReader(lines):
            parts[row["part"] in ("women", "men", "given")] += [name.split("/")[0] for name in row["names"].split("|")]
    return parts[True], parts[False]


@cache
def _towns() -> list[tables.City]:
    lines = [line for line in tables._lines("cities.csv.gz") if ",US," in line]
    return [town for line in lines if (town := tables._city(line)) and town.population]


@cache
def _codes(seed: int) -> Mapping[str, list[str]]:
    """Some ZIP codes of each state."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in tables._lines("codes.csv.gz"):
        if line.startswith("US") and (place := tables.postal_code("US", line[2:7])):
            found[place.region].append(place.code)
    return found


def _account(number: int, now: datetime) -> dict[str, Any]:
    address = f"somebody{number}@practice.example"
    times = {"create_datetime": now, "update_datetime": now, "confirmed_at": now}
    return {"id": number, "email": address, "password": "x", "active": True, "fs_uniquifier": f"b{number}", **times}


def _listing(person: BigPerson, *, owned: bool, now: datetime) -> dict[str, Any]:
    owners = {
        "owner_id": person.number,
        "claimed_at": now,
        "contact_given_at": now,
        "about": ABOUT,
        "techniques": [list(Technique)[person.number % 9].value, "facial_gua_sha"],
        "languages": ["en", ("es", "zh", "ko")[person.number % 3]],
        "price_session": 90 + person.number % 150,
        "consultation": list(Consultation)[person.number % 4],
        "new_patients": bool(person.number % 2),
        "phone": f"+1555555{person.number % 10000:04}",
    }
    nobodys: dict[str, Any] = {
        "owner_id": None, "claimed_at": None, "contact_given_at": None, "about": "", "techniques": [], "languages": [],
        "price_session": None, "consultation": Consultation.NOT_STATED, "new_patients": None, "phone": "",
    }  # fmt: skip
    return {
        "id": person.number,
        "slug": f"{family_key(person.given)}-{family_key(person.family)}-{person.number}",
        "state": ListingState.HIDDEN if person.is_one_in(97) else ListingState.PUBLISHED,
        "origin": ListingOrigin.IMPORT,
        "origin_key": f"big-{person.number}",
        "given": person.given,
        "family": person.family,
        "family_key": family_key(person.family),
        "region": person.region,
        "credentials_text": "L.Ac." if person.draw < 0.5 else "",
        "created_at": now - timedelta(days=100),
        "updated_at": now - timedelta(days=30),
        **(owners if owned else nobodys),
    }


def _location(person: BigPerson, position: int, *, owned: bool) -> dict[str, Any]:
    return {
        "listing_id": person.number,
        "position": position,
        "city": person.city,
        "region": person.region,
        "postal_code": person.postal_code,
        "country": "US",
        "lat": person.lat + position / 10,
        "lon": person.lon,
        "is_practice_address": owned,
        "street": f"{person.number % 900} Juniper Walk" if owned else "",
        "practice_name": "The Quiet Needle" if owned else "",
    }


def _credential(person: BigPerson, nth: int, kind: CredentialKind, place: str, now: datetime) -> dict[str, Any]:
    prefix, key = ("NB", f"nb{person.number}") if nth == 0 else ("AC ", str(100_000 + person.number))
    number = f"{prefix}{person.number:07}" if nth == 0 else f"{prefix}{key}"
    return {
        "id": person.number * 4 + nth,
        "listing_id": person.number,
        "kind": kind,
        "jurisdiction": place,
        "number": number,
        "number_key": _bare(number, place),
        "stated_by": StatedBy.IMPORT,
        "stated_at": now - timedelta(days=100),
        "hours_total": None,
        "cosmetic_scope": None,
        "expires_on": None,
    }


def _bare(number: str, place: str) -> str:
    from directory.rules.numbers import bare

    return bare(number, place)


def _add_board(person: BigPerson, rows: Rows, board: RegistrySpec, now: datetime) -> None:
    """What the state's board published, the match, and the check with its evidence; some saw it long ago."""
    credential, run = rows[Credential][-1], _RUN_OF[board.id]
    seen = now - timedelta(days=3 if person.draw < 0.9 else 150)
    lapsed = person.is_one_in(ONE_IN_FLAGGED)
    found = RegistryRecord(
        registry=board.id,
        source_key=f"{board.id}:{credential['number']}",
        kind=CredentialKind.LICENSE,
        profession="acupuncturist",
        jurisdiction=board.jurisdiction,
        number=credential["number"],
        number_raw=credential["number"],
        holder=published.Holder(given=person.given, family=person.family, raw=f"{person.given} {person.family}"),
        standing=Standing.EXPIRED if lapsed else Standing.ACTIVE,
        standing_raw="Expired" if lapsed else "Active",
        evidence=published.Evidence("https://board.example/", seen, "ab" * 32, Method.BULK_FILE_ROW),
        expires_on=date(2025, 3, 31) if lapsed else date(2028, 3, 31),
        place=published.Place(person.city, person.region, person.postal_code, "US"),
        as_published={"Number": credential["number"], "Name": f"{person.given} {person.family}", "Status": "Active"},
    )
    rows[PublishedRecord].append(_record(person, found, credential["number_key"], run))
    rows[RecordMatch].append(_match(person, found, run, credential["id"], Verdict.SURE, now))
    if person.is_one_in(ONE_IN_DOUBT):
        rows[RecordMatch].append(_match(person, found, run, None, Verdict.UNSURE, now, of=max(1, person.number - 7)))
    rows[Evidence].append(
        {
            "id": person.number, "source": board.id, "source_title": board.title, "method": Method.BULK_FILE_ROW,
            "grade": Grade.A, "url": "https://board.example/", "retrieved_at": seen, "sha256": "ab" * 32,
            "record_id": person.number, "run_id": run, "recorded_at": seen,
        }
    )  # fmt: skip
    rows[CredentialCheck].append(
        {
            "id": person.number, "credential_id": credential["id"], "registry_id": board.id,
            "outcome": Outcome.EXPIRED if lapsed else Outcome.CONFIRMED,
            "reason": "number and place agree, the name confirms", "standing_raw": found.standing_raw,
            "expires_on": found.expires_on, "name_agrees": True, "evidence_id": person.number, "run_id": run,
            "at": seen,
        }
    )  # fmt: skip


def _record(person: BigPerson, found: RegistryRecord, number_key: str, run: int) -> dict[str, Any]:
    fields = found.as_json()
    return {
        "id": person.number, "registry_id": found.registry, "source_key": found.source_key, "kind": found.kind,
        "standing": found.standing, "jurisdiction": found.jurisdiction, "profession": found.profession,
        "number_key": number_key, "family_key": family_key(person.family), "region": person.region,
        "expires_on": found.expires_on, "content_hash": content_hash(fields), "record": fields,
        "first_run_id": run, "last_run_id": run, "last_seen_at": found.evidence.retrieved_at,
    }  # fmt: skip


def _match(
    person: BigPerson, found: RegistryRecord, run: int, credential_id: int | None, verdict: Verdict, now: datetime,
    of: int = 0,
) -> dict[str, Any]:  # fmt: skip
    return {
        "registry_id": found.registry, "source_key": found.source_key, "listing_id": of or person.number,
        "credential_id": credential_id, "verdict": verdict, "score": 1.0 if verdict is Verdict.SURE else person.draw,
        "reasons": ["number and place agree", "the name agrees"], "run_id": run, "at": now - timedelta(days=3),
    }  # fmt: skip


def _add_stated(person: BigPerson, rows: Rows, now: datetime) -> None:
    own = {"jurisdiction": "", "number": "", "number_key": "", "stated_by": StatedBy.PRACTITIONER}
    cover = _credential(person, 2, CredentialKind.LIABILITY_INSURANCE, "", now) | own
    award = _credential(person, 3, CredentialKind.TRAINING_AWARD, "", now) | own
    rows[Credential].append(cover | {"cosmetic_scope": CosmeticScope.COVERED, "expires_on": date(2027, 2, 1)})
    rows[Credential].append(award | {"hours_total": 40 + person.number % 100})


def _add_flag(person: BigPerson, rows: Rows, now: datetime) -> None:
    kind, severity = FOUND[person.number // ONE_IN_FLAGGED % len(FOUND)]
    state = TOLD[person.number // ONE_IN_FLAGGED % 7 % len(TOLD)]
    at = now - timedelta(days=3)
    rows[Flag].append(
        {
            "id": person.number, "listing_id": person.number, "subject": f"listing:{person.number}", "kind": kind,
            "severity": severity, "state": state, "reason": "The board shows it as lapsed since 2025-03-31.",
            "fingerprint": hashlib.sha256(str(person.number).encode()).hexdigest(), "opened_at": at,
            "closed_at": now if state is FlagState.DISMISSED else None,
        }
    )  # fmt: skip
    change = {"flag_id": person.number, "from_state": None, "to_state": state, "reason": "opened", "at": at}
    rows[FlagChange].append(change)


def _add_asked(person: BigPerson, rows: Rows, now: datetime) -> None:
    said = {"listing_id": person.number, "made_at": now}
    rows[ListingRequest].append(said | {"kind": RequestKind.CORRECTION, "text": "My town is another one."})
    if person.is_one_in(ONE_IN_OWNED):
        rows[Claim].append(said | {"account_id": person.number, "state": ClaimState.PENDING})
