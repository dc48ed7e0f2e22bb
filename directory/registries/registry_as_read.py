"""A registry as its description stood when a run read it. Runs carry it, so that later readers need no spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from directory.models.registry import RegistryRun
from directory.rules.facts import PERMISSIONS
from directory.rules.vocabulary import Grade
from scrapers.record import Authority, CredentialKind

_GRADES = {Authority.ISSUER: Grade.A, Authority.THIRD_PARTY: Grade.C, Authority.SELF_REPORTED: Grade.D}


@dataclass(frozen=True, slots=True)
class RegistryAsRead:
    """What checking and matching must know of a registry, and the run that read it; None where a person did."""

    registry_id: str
    run_id: int | None
    title: str
    kind: CredentialKind
    profession: str
    jurisdiction: str
    authority: Authority
    completeness: str
    shared_numbers: bool
    home: str

    @classmethod
    def of(cls, run: RegistryRun) -> RegistryAsRead:
        return cls.described(run.registry_id, run.id, run.described)

    @classmethod
    def described(cls, registry_id: str, run_id: int | None, described: Mapping[str, Any]) -> RegistryAsRead:
        return cls(
            registry_id=registry_id,
            run_id=run_id,
            title=described["title"],
            kind=CredentialKind(described["kind"]),
            profession=described["profession"],
            jurisdiction=described["jurisdiction"],
            authority=Authority(described["authority"]),
            completeness=described["completeness"],
            shared_numbers=described["shared_numbers"],
            home=described["home"],
        )

    @property
    def grade(self) -> Grade:
        """How good evidence from it is: the issuer's own words, a third party's, or what holders typed in."""
        return _GRADES[self.authority]

    @property
    def kinds(self) -> frozenset[CredentialKind]:
        """The kinds of credential that it can speak of: a government's permissions are one field."""
        return PERMISSIONS if self.kind in PERMISSIONS else frozenset({self.kind})
