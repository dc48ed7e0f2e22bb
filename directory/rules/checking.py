"""What a registry's record, or the lack of one, says about one credential: an outcome and its reason.

A record may confirm from any run, whole or not. The lack of one says something only where a list of all standings was
read whole, or a number was asked for there. A self-reported register confirms nothing, a word that nobody has read up
on is never guessed, and a date that contradicts a standing goes to a person.
Sources: registries' dossiers (not found is never unlicensed; an active row past its date is a question).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory.rules.facts import PERMISSIONS, CredentialFacts
from directory.rules.name_reading import name_of_holder
from directory.rules.names import same_name
from directory.rules.numbers import bare, same_number
from directory.rules.requirements import place_name
from directory.rules.vocabulary import Outcome
from directory.rules.wording import body_of, day
from scrapers.record import Authority, CredentialKind, RegistryRecord, Standing

ALL_STATUSES = "all_statuses"
_LISTED_MEANS_ACTIVE = frozenset({"active_only", "opt_in"})

_OUTCOMES: Mapping[Standing, Outcome] = {
    Standing.ACTIVE: Outcome.CONFIRMED,
    Standing.RESTRICTED: Outcome.RESTRICTED,
    Standing.INACTIVE: Outcome.INACTIVE,
    Standing.EXPIRED: Outcome.EXPIRED,
    Standing.SUSPENDED: Outcome.SUSPENDED,
    Standing.REVOKED: Outcome.REVOKED,
    Standing.SURRENDERED: Outcome.SURRENDERED,
    Standing.DECEASED: Outcome.AMBIGUOUS,
    Standing.PENDING: Outcome.AMBIGUOUS,
    Standing.DEACTIVATED: Outcome.INACTIVE,
    Standing.EXCLUDED: Outcome.COULD_NOT_CHECK,
    Standing.NOT_STATED: Outcome.COULD_NOT_CHECK,
    Standing.UNKNOWN: Outcome.COULD_NOT_CHECK,
}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found. `reason` is a sentence for moderators; the public reads `wording` instead."""

    outcome: Outcome
    reason: str
    standing_raw: str = ""
    expires_on: date | None = None
    name_agrees: bool | None = None


def check_with_record(
    credential: CredentialFacts,
    record: RegistryRecord,
    *,
    today: date,
    complete: bool = True,
    completeness: str = ALL_STATUSES,
    registry_title: str = "",
    authority: Authority = Authority.ISSUER,
    name_agrees: bool | None = None,
    conflicts: Sequence[RegistryRecord] = (),
) -> CheckResult:
    """What `record`, matched to the credential's holder, says of the credential.

    `conflicts` are further records of the same number, `name_agrees` is the matcher's answer. `complete` is taken so
    that both kinds of check are called alike: a record counts from an incomplete run too.
    """
    title = body_of(registry_title or record.registry)
    outcome, reason = _read(credential, record, today, completeness, title, authority, name_agrees, conflicts)
    return CheckResult(outcome, reason, record.standing_raw, record.expires_on, name_agrees)


def _read(
    credential: CredentialFacts,
    record: RegistryRecord,
    today: date,
    completeness: str,
    title: str,
    authority: Authority,
    name_agrees: bool | None,
    conflicts: Sequence[RegistryRecord],
) -> tuple[Outcome, str]:
    other = _about_something_else(credential, record)
    if other:
        return Outcome.COULD_NOT_CHECK, f"{title} gave a record of something else: {other}."
    if credential.kind is not CredentialKind.ENUMERATION:
        if authority is Authority.SELF_REPORTED or record.kind is CredentialKind.ENUMERATION:
            return Outcome.STATED_ONLY, f"{title} repeats what holders type in about themselves; it checks nothing."
        if authority is not Authority.ISSUER:
            return Outcome.STATED_ONLY, f"{title} is not the issuer; it can only repeat what others say."
    if same_number(credential.number, record.number_raw or record.number, credential.jurisdiction) is False:
        return Outcome.AMBIGUOUS, f"The listing says {credential.number}, {title} says {record.number_raw}."
    disagreement = _disagreement(record, conflicts)
    if disagreement:
        return Outcome.AMBIGUOUS, f"{title} has several records of this number that disagree on {disagreement}."
    if name_agrees is False:
        return Outcome.AMBIGUOUS, f"{title} has this number under another name: {record.holder.raw}."
    return _by_standing(record, today, completeness, title)


def _by_standing(record: RegistryRecord, today: date, completeness: str, title: str) -> tuple[Outcome, str]:
    words = f"“{record.standing_raw}”" if record.standing_raw else "no standing"
    outcome = _OUTCOMES[record.standing]
    if record.standing is Standing.NOT_STATED and completeness in _LISTED_MEANS_ACTIVE:
        outcome, words = Outcome.CONFIRMED, "it, and lists only those in force"
    if outcome is Outcome.CONFIRMED and record.expires_on is not None and record.expires_on < today:
        ended = day(record.expires_on)
        return Outcome.AMBIGUOUS, f"{title} shows {words} with an end date of {ended}: stale or in grace, look again."
    match record.standing:
        case Standing.UNKNOWN:
            return outcome, f"{title} shows {words}, which nobody has read up on yet."
        case Standing.PENDING:
            return outcome, f"{title} shows {words}: applied for, neither granted nor refused."
        case Standing.DECEASED:
            return outcome, f"{title} shows {words}: it lists the holder as deceased."
        case Standing.EXCLUDED:
            return outcome, f"{title} is a list of exclusions and says nothing about this credential."
    ending = f", until {day(record.expires_on)}" if record.expires_on else ""
    return outcome, f"{title} shows {words}{ending}."


def _about_something_else(credential: CredentialFacts, record: RegistryRecord) -> str:
    """What of kind, place or profession differs between credential and record; "" where nothing does."""
    both_permit = credential.kind in PERMISSIONS and record.kind in PERMISSIONS
    # An enumeration that repeats license numbers is read as the statement that it is.
    states_license = record.kind is CredentialKind.ENUMERATION and credential.kind in PERMISSIONS
    if not (both_permit or states_license or credential.kind is record.kind):
        return f"{record.kind.value.replace('_', ' ')}, not {credential.kind.value.replace('_', ' ')}"
    if _differ(credential.jurisdiction, record.jurisdiction) and not states_license:
        return f"{place_name(record.jurisdiction)}, not {place_name(credential.jurisdiction)}"
    if _differ(credential.profession, record.profession):
        return f"{record.profession}, not {credential.profession}"
    return ""


def _differ(a: str, b: str) -> bool:
    return bool(a and b and a != b)


def _disagreement(record: RegistryRecord, others: Sequence[RegistryRecord]) -> str:
    for other in others:
        if other.standing is not record.standing:
            return "the standing"
        if same_name(name_of_holder(other.holder), name_of_holder(record.holder)) is False:
            return "the holder"
    return ""


def check_without_record(
    credential: CredentialFacts,
    *,
    complete: bool,
    completeness: str,
    registry_title: str = "",
    authority: Authority = Authority.ISSUER,
    by_number: bool = False,
) -> CheckResult:
    """What it says that a run found no record of the credential. Mostly nothing.

    `complete` is whether the whole roster, or with `by_number` the whole answer to a question for this very number,
    was read. Not found is only said of a list of all standings by the credential's own issuer.
    """
    title = body_of(registry_title or "The registry")
    if reason := _why_silence_says_nothing(credential, complete, completeness, title, authority):
        return CheckResult(Outcome.COULD_NOT_CHECK, reason)
    asked = f"asked for number {credential.number}" if by_number else "read whole, with all standings"
    return CheckResult(Outcome.NOT_FOUND, f"{title} was {asked}, and has no record of {credential.number}.")


def _why_silence_says_nothing(
    credential: CredentialFacts, complete: bool, completeness: str, title: str, authority: Authority
) -> str:
    if credential.kind is CredentialKind.EXCLUSION:
        return f"{title}: not being on a list of exclusions is no finding."
    if not complete:
        return f"{title} was not read whole, so its silence means nothing."
    if not bare(credential.number, credential.jurisdiction):
        return f"The listing gives no number to look for in {title}; a name alone decides nothing."
    if authority is not Authority.ISSUER:
        return f"{title} is not the issuer, so its silence means nothing."
    match completeness:
        case "all_statuses":
            return ""
        case "active_only":
            return f"{title} lists only those in force now; who is not on it may be inactive, new or renamed."
        case "opt_in":
            return f"{title} lists only those who chose to be listed."
        case "capped":
            return f"{title} cuts its answers off, so its silence means nothing."
        case _:
            return f"What {title} leaves out is not known ({completeness or 'not stated'})."


def may_flag_not_found(misses: int, *, least: int = 2) -> bool:
    """Whether a credential was missed often enough for a flag: by complete runs on two different days."""
    return misses >= least
