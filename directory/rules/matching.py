"""Whether a registry's record is about the holder of a listing: sure, unsure or no, with reasons to read aloud.

Each feature (NPI, license number within jurisdiction and profession, phone, postal code, name) answers True, False or
None, which is "cannot compare". Sure takes a key that agrees (number or NPI) and a name that agrees. A name alone is
never sure; with a phone, a postal code (or the region, for a list of exclusions) it is a question to a person. An
exclusion record is never more than that.
A number that agrees under another name is a question where the registry gives each number once, and nothing where
boards share numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from directory.rules.comparing import same_generation
from directory.rules.distances import Points, kilometers_between
from directory.rules.facts import PERMISSIONS, CredentialFacts, ListingFacts
from directory.rules.likeness import bits_in_common, given_names_agree
from directory.rules.name_reading import Name, name_of, name_of_holder, parse_name
from directory.rules.names import ACCEPT, best_score
from directory.rules.numbers import same_npi, same_number, same_phone, same_postal_code
from directory.rules.persons import person_of_listing, person_of_record
from directory.rules.rarity import Rarity
from directory.rules.requirements import place_name
from directory.rules.verdicts import Features, verdict_of
from directory.rules.vocabulary import Verdict
from scrapers.record import Authority, CredentialKind, Entity, RegistryRecord


@dataclass(frozen=True, slots=True)
class Match:
    """What the matcher thinks, how strongly (0 to 1), why, and which of the listing's credentials the number is."""

    verdict: Verdict
    score: float
    reasons: tuple[str, ...]
    credential_id: int | None = None


def compare(
    listing: ListingFacts,
    record: RegistryRecord,
    *,
    registry_authority: Authority = Authority.ISSUER,
    shared_numbers: bool = False,
    rarity: Rarity | None = None,
    points: tuple[Points, Points] = ((), ()),
) -> Match:
    """What to think of a record and a listing. `rarity` knows how common names and places are among all people,
    `points` where the listing's and the record's places are on the map, as far as anybody knows.

    `shared_numbers` says that the registry uses a number for several boards' licenses. `registry_authority` only
    changes the reasons: who somebody is does not depend on who checked the license.
    """
    if record.holder.entity is Entity.ORGANIZATION:
        return Match(Verdict.NO, 0.0, ("The record is an organization's.",))
    features, credential = features_of(listing, record, rarity=rarity, points=points)
    is_exclusion = record.kind is CredentialKind.EXCLUSION
    verdict, score = verdict_of(features, shared_numbers=shared_numbers, is_exclusion=is_exclusion)
    reasons = tuple(_reasons(listing, record, features, credential, registry_authority))
    if is_exclusion and verdict is Verdict.SURE:
        verdict = Verdict.UNSURE
        reasons += ("It is a list of exclusions: only a person may say that this is the same person.",)
    return Match(verdict, score, reasons, credential.id if credential and features.number else None)


def names_agree(listing: ListingFacts, record: RegistryRecord) -> bool | None:
    """Whether the names can be one person's; None when either side gives no whole name."""
    score = best_name_score(listing, record)
    return None if score is None else score >= ACCEPT


def features_of(
    listing: ListingFacts,
    record: RegistryRecord,
    *,
    rarity: Rarity | None = None,
    points: tuple[Points, Points] = ((), ()),
) -> tuple[Features, CredentialFacts | None]:
    """Every comparison of a listing with a record, and the listing's credential that the record's number was held
    against. The weight of all likenesses is only taken where a name or a key agrees."""
    score = best_name_score(listing, record)
    number, credential = _same_license(listing, record)
    features = Features(
        npi=same_npi(listing.npi, record.npi),
        number=number,
        phone=same_phone(listing.phone, record.phone),
        postal_code=same_postal_code(listing.postal_codes, record.place.postal_code),
        region=_same_region(listing, record),
        kilometers=kilometers_between(*points),
        name=None if score is None else score >= ACCEPT,
        name_score=score or 0.0,
    )
    if features.name or features.key_agrees:
        one = replace(person_of_listing(listing), points=points[0])
        other = replace(person_of_record(record), points=points[1])
        rarity = rarity or Rarity()
        bits = bits_in_common(one, other, rarity)
        given, generation = given_names_agree(one, other), same_generation(one, other)
        features = replace(features, given=given, generation=generation, bits=bits, least_bits=rarity.least_bits)
    return features, credential


def best_name_score(listing: ListingFacts, record: RegistryRecord) -> float | None:
    """The best score of any of the listing's names with any of the record's; None when either gives no whole name."""
    theirs = [name_of_holder(each) for each in (record.holder, *record.other_names)]
    return best_score(names_of(listing), theirs)


def names_of(listing: ListingFacts) -> Iterator[Name]:
    """The listing's name, and the former and other names it has."""
    yield name_of(listing.given, listing.middle, listing.family, listing.suffix)
    yield from map(parse_name, listing.names)


def _same_license(listing: ListingFacts, record: RegistryRecord) -> tuple[bool | None, CredentialFacts | None]:
    """Whether one of the listing's credentials is the record's: place, profession and kind first, then the number."""
    answer: tuple[bool | None, CredentialFacts | None] = (None, None)
    for credential in listing.credentials:
        if not _same_field(credential, record):
            continue
        same = same_number(credential.number, record.number_raw or record.number, record.jurisdiction)
        if same:
            return True, credential
        if same is False:
            answer = (False, credential)
    return answer


def _same_region(listing: ListingFacts, record: RegistryRecord) -> bool | None:
    """Whether the listing has a place in the record's region; None when either gives none."""
    theirs = _region(record.place.country, record.place.region)
    ours = {_region(place.country, place.region) for place in listing.places if place.region}
    return theirs in ours if ours and record.place.region else None


def _same_field(credential: CredentialFacts, record: RegistryRecord) -> bool:
    both_permit = credential.kind in PERMISSIONS and record.kind in (*PERMISSIONS, CredentialKind.ENUMERATION)
    return (
        (both_permit or credential.kind is record.kind)
        and bool(credential.jurisdiction or not both_permit)
        and credential.jurisdiction == record.jurisdiction
        and credential.profession == record.profession
    )


def _reasons(
    listing: ListingFacts,
    record: RegistryRecord,
    features: Features,
    credential: CredentialFacts | None,
    authority: Authority,
) -> Iterator[str]:
    number = record.number_raw or record.number
    ours = " ".join(part for part in (listing.given, listing.middle, listing.family, listing.suffix) if part)
    theirs = record.holder.raw or f"{record.holder.given} {record.holder.family}".strip()
    match features.number:
        case True:
            yield f"Both give {record.profession} number {number} ({place_name(record.jurisdiction)})."
        case False if credential is not None:
            yield f"The listing gives number {credential.number}, the record {number}."
    if features.npi is not None:
        yield f"Both give NPI {record.npi}." if features.npi else f"NPI {listing.npi} is not {record.npi}."
    match features.name:
        case True:
            yield f"The names agree: {ours} and {theirs}."
        case False:
            key = bool(features.number or features.npi)
            perhaps = ": perhaps a married name, perhaps a typing error" if key else ""
            yield f"The names differ: {ours} and {theirs}{perhaps}."
        case None:
            yield "There are no two whole names to compare."
    if features.phone is not None:
        yield "Both give the same phone number." if features.phone else "The phone numbers differ."
    if features.postal_code is not None:
        same, code = features.postal_code, record.place.postal_code
        yield f"Both give postal code {code}." if same else f"Postal code {code} is not the listing's."
    if features.kilometers is not None and not features.postal_code:
        yield f"Their places are {features.kilometers:.0f} km apart."
    if authority is Authority.SELF_REPORTED and features.number:
        yield "The record repeats a number that its holder typed in."


def _region(country: str, region: str) -> str:
    """ "US-CA" for a registry's own "CA" in "US"; the country alone where there is no region."""
    country, region = country.strip().upper(), region.strip().upper().removeprefix(f"{country.strip().upper()}-")
    return f"{country}-{region}" if country and region else country
