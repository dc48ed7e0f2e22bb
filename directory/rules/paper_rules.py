"""The flag rules about what has no public register (insurance, training), about certification, and about exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from directory.rules.circumstances import Circumstances
from directory.rules.facts import CredentialFacts, ListingFacts
from directory.rules.freshness import ends_on
from directory.rules.vocabulary import CosmeticScope, FlagKind, Grade, Judgement, Outcome, Severity
from directory.rules.wanted import Wanted, wanted
from directory.rules.wording import day
from scrapers.record import CredentialKind


def certification_not_seen(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """A certification is stated, and nothing that was read or seen confirms it.

    The certifying board's directory is opt-in, so this asks for a look and says nothing about the person.
    """
    certifications = _of_kind(listing, CredentialKind.BOARD_CERTIFICATION)
    if any(each.check is not None and each.check.outcome is Outcome.CONFIRMED for each in certifications):
        return
    for each in certifications:
        outcome = each.check.outcome if each.check is not None else None
        reason = f"{each.title or 'A board certification'} is stated, and no evidence of it has been seen."
        facts = (each.title, each.issuer, each.number, outcome)
        yield wanted(FlagKind.CERTIFICATION_NOT_SEEN, reason, *facts, subject=f"credential:{each.id}")
    if listing.states_certification and not certifications:
        reason = f"The letters behind the name ({listing.credentials_text}) state a certification; none has been seen."
        yield wanted(FlagKind.CERTIFICATION_NOT_SEEN, reason, listing.credentials_text)


def insurance_missing(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """Asked, and none given. The reason says whether the law wants it or only the directory."""
    if not _asked(listing, listing.asked_insurance) or _of_kind(listing, CredentialKind.LIABILITY_INSURANCE):
        return
    places = circumstances.requirements_of(listing).values()
    by_law = sorted((each for each in places if each.insurance_required is True), key=lambda each: each.name)
    if by_law:
        law = " and ".join(f"{each.name} ({each.insurance_minimum or 'no minimum on record'})" for each in by_law)
        reason = f"Insurance is required by law in {law}. The practitioner was asked and has given none."
        codes = [each.jurisdiction for each in by_law]
        yield wanted(FlagKind.INSURANCE_MISSING, reason, "law", codes, severity=Severity.HIGH)
    else:
        reason = "The practitioner was asked for insurance and has given none. The directory asks; no law that we know."
        yield wanted(FlagKind.INSURANCE_MISSING, reason, "directory")


def insurance_expired(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """Every policy on file has an end date, and the last of them is past."""
    policies = _of_kind(listing, CredentialKind.LIABILITY_INSURANCE)
    if not policies or not _asked(listing, listing.asked_insurance):
        return
    endings = [(ends_on(each) or date.max, each) for each in policies]
    ended, latest = max(endings, key=lambda pair: (pair[0], pair[1].id))
    if ended < circumstances.today:
        reason = f"The latest policy on file ran until {day(ended)}."
        yield wanted(FlagKind.INSURANCE_EXPIRED, reason, ended, subject=f"credential:{latest.id}")


def insurance_excludes_cosmetic(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """The policies in force leave cosmetic work out, in writing."""
    if not _asked(listing, listing.asked_insurance):
        return
    in_force = [
        each
        for each in _of_kind(listing, CredentialKind.LIABILITY_INSURANCE)
        if (ends_on(each) or date.max) >= circumstances.today
    ]
    if in_force and all(each.cosmetic_scope is CosmeticScope.EXCLUDED for each in in_force):
        policy = in_force[-1]
        reason = f"The policy of {policy.issuer or 'an insurer not named'} excludes cosmetic acupuncture in writing."
        facts = [(each.id, each.issuer, ends_on(each)) for each in in_force]
        yield wanted(FlagKind.INSURANCE_EXCLUDES_COSMETIC, reason, facts, subject=f"credential:{policy.id}")


def training_missing(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """Asked about training in facial work, and none given."""
    if _asked(listing, listing.asked_training) and not _of_kind(listing, CredentialKind.TRAINING_AWARD):
        reason = "The practitioner was asked about training in facial acupuncture and has given none."
        yield wanted(FlagKind.TRAINING_MISSING, reason, "none")


def training_self_stated(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """Training is given, and all of it rests on the practitioner's word alone."""
    awards = _of_kind(listing, CredentialKind.TRAINING_AWARD)
    if awards and _asked(listing, listing.asked_training) and all(_is_word_alone(each) for each in awards):
        titles = sorted(each.title or "training without a title" for each in awards)
        reason = f"No certificate has been seen of: {', '.join(titles)}."
        facts = sorted((each.title, each.issuer, each.hours_total or 0) for each in awards)
        yield wanted(FlagKind.TRAINING_SELF_STATED, reason, facts)


def exclusion_possible(listing: ListingFacts, circumstances: Circumstances) -> Iterator[Wanted]:
    """An exclusion list has somebody who may be this person. Only a person may say so; nobody else is told."""
    candidates = [each for each in listing.exclusion_candidates if each.judgement is not Judgement.DIFFERENT]
    if candidates:
        named = "; ".join(f"{each.holder_name} in {each.registry_title}" for each in candidates)
        reason = f"Perhaps the same person, perhaps a namesake: {named}. To be compared by a person."
        facts = sorted((each.registry_id, each.holder_name, each.ground, each.judgement or "") for each in candidates)
        yield wanted(FlagKind.EXCLUSION_POSSIBLE, reason, facts)


def _of_kind(listing: ListingFacts, kind: CredentialKind) -> list[CredentialFacts]:
    return [each for each in listing.credentials if each.kind is kind]


def _asked(listing: ListingFacts, asked: bool) -> bool:
    """Whether somebody stands behind the listing who was asked. An unclaimed listing has nobody to answer."""
    return listing.claimed and asked


def _is_word_alone(award: CredentialFacts) -> bool:
    return award.grade is None or award.grade is Grade.D


PAPER_RULES = (
    certification_not_seen,
    insurance_missing,
    insurance_expired,
    insurance_excludes_cosmetic,
    training_missing,
    training_self_stated,
    exclusion_possible,
)
