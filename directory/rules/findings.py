"""What of a credential may be told: of a finding against somebody nothing, until due process lets it be published.

Until then the public reads what it would read without any check: not that something was looked for, nor that an
earlier confirmation has ended, since that alone would tell. Practitioners read their notice, moderators the flag.
Sources: the publication rules of the evidence dossier (nothing negative without due process).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from directory.rules.facts import CredentialFacts
from directory.rules.freshness import LOOKED_AND_NOT_CONFIRMED, public_state
from directory.rules.speaking import grade_of
from directory.rules.vocabulary import Outcome, PublicState


def is_against(outcome: Outcome, name_agrees: bool | None) -> bool:
    """Whether a check found something that speaks against somebody, be it only another name at the number."""
    return outcome in LOOKED_AND_NOT_CONFIRMED or (outcome is Outcome.CONFIRMED and name_agrees is False)


def is_finding(credential: CredentialFacts, now: datetime) -> bool:
    """Whether its check speaks against its holder, however old; a certificate that was seen and has run out does."""
    check = credential.check
    if check is None:
        return False
    against = is_against(check.outcome, check.name_agrees)
    return against or public_state(credential, None, None, now) is PublicState.NOT_CONFIRMED


def as_told(credential: CredentialFacts, *, now: datetime, published: bool) -> CredentialFacts:
    """The facts that the public may be told: those of a finding that is not published as if nobody had looked."""
    if published or not is_finding(credential, now):
        return credential
    return replace(credential, check=None, grade=grade_of(credential.kind, credential.stated_by, None))
