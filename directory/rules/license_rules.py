"""The flag rules about permissions to practice: missing, not found, another name, not in force, and overdue checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from directory.rules.authority_to_practice import Permission, permission
from directory.rules.checking import may_flag_not_found
from directory.rules.circumstances import Circumstances
from directory.rules.facts import CheckFacts, CredentialFacts, ListingFacts
from directory.rules.freshness import MONITORING_AGE, last_success
from directory.rules.numbers import bare, compact, fits_pattern
from directory.rules.requirements import PROFESSION, place_name
from directory.rules.vocabulary import FlagKind, Outcome, Severity
from directory.rules.wanted import Wanted, wanted
from directory.rules.wording import day

_BY_OUTCOME: Mapping[Outcome, FlagKind] = {
    Outcome.EXPIRED: FlagKind.LICENSE_EXPIRED,
    Outcome.INACTIVE: FlagKind.LICENSE_INACTIVE,
    Outcome.RESTRICTED: FlagKind.LICENSE_RESTRICTED,
    Outcome.SUSPENDED: FlagKind.LICENSE_SUSPENDED,
    Outcome.REVOKED: FlagKind.LICENSE_REVOKED,
    Outcome.SURRENDERED: FlagKind.LICENSE_SURRENDERED,
}
_LAPSES = frozenset({FlagKind.LICENSE_EXPIRED, FlagKind.LICENSE_INACTIVE, FlagKind.LICENSE_NOT_FOUND})


def license_missing(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """A place asks for a license, and the listing states none for it, nor anything that may stand in for it.

    Each place is judged by its own law. A place nobody has read up on, or whose review has lapsed, asks for nothing.
    """
    missing = sorted(
        (place.name, code)
        for code, place in circumstances.requirements_of(listing).items()
        if permission(listing, place, lambda stated: circumstances.requirement(stated).jurisdiction)
        is Permission.NEEDED
    )
    if missing:
        asks = " and ".join(name for name, _ in missing) + (" ask" if len(missing) > 1 else " asks")
        whose = (
            "nobody's number is stated for this practice"
            if _is_practice(listing)
            else "the listing states no number for it"
        )
        reason = f"{asks} for a license or registration, and {whose}."
        yield wanted(FlagKind.LICENSE_MISSING, reason, [code for _, code in missing])


def _is_practice(listing: ListingFacts) -> bool:
    """Whether it is an organization's listing: the license would be that of somebody who works there."""
    return bool(listing.names) and not (listing.given or listing.family)


def license_not_in_force(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """The register itself shows the license as expired, inactive, restricted, suspended, revoked or surrendered."""
    for credential, check in _checked(listing):
        kind = _BY_OUTCOME.get(check.outcome)
        if kind is not None:
            reason = f"{_named(credential)}: {check.reason}"
            facts = (_key(credential), check.registry_id, check.standing_raw, check.expires_on)
            yield wanted(
                kind, reason, *facts, subject=_subject(credential), severity=_weight(kind, credential, listing)
            )


def license_not_found(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """Two whole readings of a list of all standings, on different days, had no such number."""
    for credential, check in _checked(listing):
        if check.outcome is Outcome.NOT_FOUND and may_flag_not_found(check.misses):
            kind = FlagKind.LICENSE_NOT_FOUND
            reason = f"{_named(credential)}: {check.reason} It was missing {check.misses} times in a row."
            weight = _weight(kind, credential, listing)
            yield wanted(
                kind, reason, _key(credential), check.registry_id, subject=_subject(credential), severity=weight
            )


def license_in_doubt(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """Found, but under another name, contradicting itself, or with a standing that nobody has read up on."""
    for credential, check in _checked(listing):
        facts = (_key(credential), check.registry_id, check.standing_raw, check.expires_on)
        if check.outcome is Outcome.AMBIGUOUS and check.name_agrees is False:
            names = (listing.given, listing.family, listing.names)
            reason = f"{_named(credential)}: {check.reason} Perhaps a married name, perhaps a typing error."
            yield wanted(FlagKind.LICENSE_NAME_MISMATCH, reason, *facts, names, subject=_subject(credential))
        elif check.outcome is Outcome.AMBIGUOUS:
            reason = f"{_named(credential)}: {check.reason}"
            yield wanted(FlagKind.LICENSE_AMBIGUOUS, reason, *facts, subject=_subject(credential))
        elif check.outcome is Outcome.COULD_NOT_CHECK and check.standing_raw:
            reason = f"{_named(credential)}: {check.reason}"
            yield wanted(FlagKind.LICENSE_STANDING_UNREAD, reason, *facts, subject=_subject(credential))


def license_format(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """The number doesn't have the form its board gives out, and no register has shown that it knows it."""
    for credential in listing.credentials:
        known = credential.check is not None and bool(credential.check.standing_raw)
        if not credential.is_permission or known or credential.profession not in ("", PROFESSION):
            continue
        place = circumstances.requirement(credential.jurisdiction)
        if bare(credential.number) and fits_pattern(credential.number, place) is False:
            reason = f"{credential.number} doesn't look like a number of {place.name} ({place.number_format})."
            yield wanted(FlagKind.LICENSE_FORMAT, reason, _key(credential), subject=_subject(credential))


def check_overdue(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """A register could tell, and no check has told anything for longer than monitoring allows.

    The day of the last success is itself the fact, so it is part of the fingerprint.
    """
    for credential in listing.credentials:
        source = circumstances.source_of(credential) if credential.is_permission else None
        if source is None or not bare(credential.number):
            continue
        succeeded = last_success(credential)
        if succeeded is None and credential.check is None and credential.stated_on is None:
            continue  # just stated, as far as is known: its first check is on its way
        since = succeeded.date() if succeeded is not None else credential.stated_on
        if since is not None and circumstances.today - since <= MONITORING_AGE:
            continue
        told = f"since {day(since)}" if since is not None else "so far"
        reason = f"{_named(credential)}: no check against {source.title} has told anything {told}."
        facts = (_key(credential), source.registry_id, since)
        yield wanted(FlagKind.CHECK_OVERDUE, reason, *facts, subject=_subject(credential))


def _checked(listing: ListingFacts) -> Iterator[tuple[CredentialFacts, CheckFacts]]:
    for each in listing.credentials:
        if each.is_permission and each.check is not None:
            yield each, each.check


def _weight(kind: FlagKind, credential: CredentialFacts, listing: ListingFacts) -> Severity | None:
    """LOW for a lapse that keeps nobody from practicing: elsewhere, or beside another license for the same place."""
    practices_there = any(credential.jurisdiction in place.jurisdictions for place in listing.places)
    another = any(
        each.id != credential.id and each.jurisdiction == credential.jurisdiction and _is_confirmed(each)
        for each in listing.credentials
        if each.is_permission
    )
    if kind in _LAPSES and (another or (listing.places and not practices_there)):
        return Severity.LOW
    return None


def _is_confirmed(credential: CredentialFacts) -> bool:
    return credential.check is not None and credential.check.outcome is Outcome.CONFIRMED


def _named(credential: CredentialFacts) -> str:
    return f"{credential.number or 'The license without a number'} ({place_name(credential.jurisdiction)})"


def _subject(credential: CredentialFacts) -> str:
    return f"credential:{credential.id}"


def _key(credential: CredentialFacts) -> tuple[str, str, str]:
    return (credential.jurisdiction, credential.profession, compact(credential.number))


LICENSE_RULES = (
    license_missing,
    license_not_in_force,
    license_not_found,
    license_in_doubt,
    license_format,
    check_overdue,
)
