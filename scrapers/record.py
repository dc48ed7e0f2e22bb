"""The words scrapers and directory share: what a registry published about one credential, and where it was read.

A `RegistryRecord` is the border between the two. It is frozen, it carries published facts only, and it knows nothing of
listings. `as_json` and `from_json` are exact inverses; a line of `records.jsonl` is `as_json` dumped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class CredentialKind(StrEnum):
    """What a registry grants or lists. The first four are permissions or titles; an exclusion is the opposite."""

    LICENSE = "license"
    REGISTRATION = "registration"
    STATE_CERTIFICATION = "state_certification"
    BOARD_CERTIFICATION = "board_certification"
    PROFESSIONAL_MEMBERSHIP = "professional_membership"
    ACCREDITED_REGISTER = "accredited_register"
    LIABILITY_INSURANCE = "liability_insurance"
    TRAINING_AWARD = "training_award"
    ENUMERATION = "enumeration"  # a number that identifies somebody and permits nothing, such as an NPI
    EXCLUSION = "exclusion"  # barred from a public program


class Standing(StrEnum):
    """How the registry says a credential stands, normalized. The registry's own words travel beside it."""

    ACTIVE = "active"
    RESTRICTED = "restricted"  # in force, with conditions, probation or undertakings
    INACTIVE = "inactive"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SURRENDERED = "surrendered"
    DECEASED = "deceased"
    PENDING = "pending"
    EXCLUDED = "excluded"
    DEACTIVATED = "deactivated"  # an enumeration that was withdrawn
    NOT_STATED = "not_stated"  # the registry says nothing about standing
    UNKNOWN = "unknown"  # the registry says something that we have not read up on: a person looks


class Authority(StrEnum):
    """How close the registry is to whoever grants the credential."""

    ISSUER = "issuer"  # the body that grants it, or its official agent
    SELF_REPORTED = "self_reported"  # the holder typed it in; the registry did not check (NPPES license numbers)
    THIRD_PARTY = "third_party"


class Method(StrEnum):
    """How the evidence was obtained (URAC's kinds of evidence, as far as a machine or a person with a page can)."""

    API_RESPONSE = "api_response"
    WEB_CAPTURE = "web_capture"
    BULK_FILE_ROW = "bulk_file_row"
    SAVED_PAGE = "saved_page"
    DOCUMENT = "document"
    ATTESTATION = "attestation"
    LETTER = "letter"
    PHONE_NOTE = "phone_note"


class Entity(StrEnum):
    PERSON = "person"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Holder:
    """A name as published, split as far as the registry itself splits it. `raw` is always the published text.

    For an organization only `raw` is filled.
    """

    given: str = ""
    middle: str = ""
    family: str = ""
    suffix: str = ""
    credentials: str = ""
    raw: str = ""
    entity: Entity = Entity.PERSON


@dataclass(frozen=True, slots=True)
class Place:
    """Town and area only. Street addresses of registries are often homes and never leave the row as published."""

    city: str = ""
    region: str = ""  # US-CA is given as "CA": the registry's own code within `country`
    postal_code: str = ""
    country: str = ""  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where and when a record was read. `sha256` names the capture that holds the bytes."""

    url: str
    retrieved_at: datetime  # UTC, aware
    sha256: str
    method: Method
    as_of: date | None = None  # the source's own date, where it prints one


@dataclass(frozen=True, slots=True)
class RegistryRecord:
    """One credential of one holder, as one registry published it.

    `source_key` is made of raw published values, and is unique and lasting within the registry. `number` is tidied for
    reading (upper case, no blanks at the ends); `number_raw` is what stood there. `jurisdiction` is ISO 3166-2
    ("US-CA", "CA-ON") or 3166-1 ("AU") for national bodies. `restrictions` and `discipline` are the registry's words.
    `discipline` None means that the registry does not say; "" that it says there is none.
    """

    registry: str
    source_key: str
    kind: CredentialKind
    profession: str
    jurisdiction: str
    number: str
    number_raw: str
    holder: Holder
    standing: Standing
    standing_raw: str
    evidence: Evidence
    other_names: tuple[Holder, ...] = ()
    restrictions: str = ""
    discipline: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    place: Place = field(default_factory=Place)
    npi: str = ""
    phone: str = ""
    as_published: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The record as JSON-ready values: dates ISO 8601, times with offset, enums by value."""
        return {
            "registry": self.registry,
            "source_key": self.source_key,
            "kind": self.kind,
            "profession": self.profession,
            "jurisdiction": self.jurisdiction,
            "number": self.number,
            "number_raw": self.number_raw,
            "holder": _as_json(self.holder),
            "standing": self.standing,
            "standing_raw": self.standing_raw,
            "evidence": {
                **_as_json(self.evidence),
                "retrieved_at": self.evidence.retrieved_at.isoformat(),
                "as_of": self.evidence.as_of.isoformat() if self.evidence.as_of else None,
            },
            "other_names": [_as_json(name) for name in self.other_names],
            "restrictions": self.restrictions,
            "discipline": self.discipline,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "expires_on": self.expires_on.isoformat() if self.expires_on else None,
            "place": _as_json(self.place),
            "npi": self.npi,
            "phone": self.phone,
            "as_published": dict(self.as_published),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> RegistryRecord:
        """The record that `as_json` gave. Raises KeyError, TypeError or ValueError on anything else."""
        given = dict(fields)
        evidence = dict(given["evidence"])
        given["kind"] = CredentialKind(given["kind"])
        given["standing"] = Standing(given["standing"])
        given["holder"] = _holder(given["holder"])
        given["other_names"] = tuple(_holder(name) for name in given.get("other_names", ()))
        given["place"] = Place(**given.get("place", {}))
        for name in ("issued_on", "expires_on"):
            given[name] = date.fromisoformat(given[name]) if given.get(name) else None
        evidence["retrieved_at"] = datetime.fromisoformat(evidence["retrieved_at"])
        evidence["as_of"] = date.fromisoformat(evidence["as_of"]) if evidence.get("as_of") else None
        evidence["method"] = Method(evidence["method"])
        given["evidence"] = Evidence(**evidence)
        return cls(**given)


def _as_json(part: Holder | Place | Evidence) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__slots__}


def _holder(fields: Mapping[str, Any]) -> Holder:
    return Holder(**{**fields, "entity": Entity(fields.get("entity", Entity.PERSON))})
