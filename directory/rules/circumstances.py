"""What a flag rule may look at beside the listing: the day, the clock's time and the health of the sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from directory.rules.facts import CredentialFacts, ListingFacts, SourceFacts
from directory.rules.requirements import Requirement, requirement
from scrapers.record import Authority


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The day, the time, and the sources by registry."""

    today: date
    now: datetime
    sources: Mapping[str, SourceFacts]

    def requirement(self, jurisdiction: str) -> Requirement:
        """What the place asks of an acupuncturist today."""
        return requirement(jurisdiction, on=self.today)

    def requirements_of(self, listing: ListingFacts) -> dict[str, Requirement]:
        """What each place of the listing asks, by jurisdiction, without repeats."""
        found = (self.requirement(place.jurisdictions[0]) for place in listing.places if place.jurisdictions)
        return {each.jurisdiction: each for each in found}

    def source_of(self, credential: CredentialFacts) -> SourceFacts | None:
        """The issuer's registry that can check the credential: the one that last did, else one for its place and kind.

        None where there is none: such a credential is never overdue.
        """
        if credential.check is not None:
            checked_by = self.sources.get(credential.check.registry_id)
            if checked_by is not None and checked_by.authority is Authority.ISSUER:
                return checked_by
        return next((source for source in self.sources.values() if _covers(source, credential)), None)


def _covers(source: SourceFacts, credential: CredentialFacts) -> bool:
    return (
        source.authority is Authority.ISSUER
        and source.kind is credential.kind
        and bool(source.jurisdiction)
        and source.jurisdiction == credential.jurisdiction
        and source.profession == (credential.profession or source.profession)
    )
