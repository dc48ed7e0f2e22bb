"""Facts and evidence to the lines of a page. Sentences and states are the rules'; here they get a title and a place.

What was found against somebody is told only after due process (`StatedFact.published`). Until then a line is the one
of a credential that nobody has looked for (`as_everybody_reads_it`): nothing in it gives the finding away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from directory.evidence.listing_pages import CheckLine, CredentialLine, EvidenceFact
from directory.evidence.page_words import GRADE_WORDS, METHOD_WORDS, STATED_WORDS, age_words
from directory.listings.stated_facts import StatedFact, as_everybody_reads_it, source_title
from directory.rules.circumstances import Circumstances
from directory.rules.facts import PERMISSIONS, CredentialFacts, SourceFacts
from directory.rules.findings import is_against
from directory.rules.freshness import ends_on, lapses_on
from directory.rules.requirements import Requirement, place_name
from directory.rules.vocabulary import CosmeticScope, Grade, Outcome, PublicState, StatedBy
from directory.rules.wording import (
    Sentence,
    credential_sentence,
    not_asked_sentence,
    place_sentence,
    state_words,
)
from scrapers.record import CredentialKind

SHORT_HASH = 12
FACTS: Mapping[CredentialKind, str] = {
    CredentialKind.LICENSE: "permission",
    CredentialKind.REGISTRATION: "permission",
    CredentialKind.STATE_CERTIFICATION: "permission",
    CredentialKind.BOARD_CERTIFICATION: "certification",
    CredentialKind.ACCREDITED_REGISTER: "membership",
    CredentialKind.PROFESSIONAL_MEMBERSHIP: "membership",
    CredentialKind.LIABILITY_INSURANCE: "insurance",
    CredentialKind.TRAINING_AWARD: "training",
    CredentialKind.ENUMERATION: "identifier",
}
ORDER = ("permission", "certification", "membership", "insurance", "training", "identifier")
_TITLES: Mapping[CredentialKind, str] = {
    CredentialKind.LICENSE: "acupuncture license",
    CredentialKind.REGISTRATION: "registration",
    CredentialKind.STATE_CERTIFICATION: "state certificate",
    CredentialKind.BOARD_CERTIFICATION: "Board certification",
    CredentialKind.ACCREDITED_REGISTER: "Accredited register",
    CredentialKind.PROFESSIONAL_MEMBERSHIP: "Membership",
    CredentialKind.LIABILITY_INSURANCE: "Liability insurance",
    CredentialKind.TRAINING_AWARD: "Training",
    CredentialKind.ENUMERATION: "Identifier",
}
_TONES: Mapping[PublicState, str] = {PublicState.CONFIRMED: "confirmed", PublicState.NOT_CONFIRMED: "caution"}
_COSMETIC: Mapping[CosmeticScope, str] = {
    CosmeticScope.COVERED: "Cosmetic acupuncture is covered",
    CosmeticScope.EXCLUDED: "Cosmetic acupuncture is excluded",
    CosmeticScope.NOT_STATED: "Whether cosmetic acupuncture is covered is not stated",
}
_PAPERS = frozenset({CredentialKind.LIABILITY_INSURANCE, CredentialKind.TRAINING_AWARD})


def credential_line(stated: StatedFact, circumstances: Circumstances) -> CredentialLine:
    """What a page says of one credential now."""
    stated = as_everybody_reads_it(stated, circumstances.now)
    facts, sentence = stated.facts, _sentence(stated, circumstances)
    seen = facts.check is not None and stated.row.evidence_id is not None
    grade = facts.grade if seen else None
    checked_on = sentence.checked_on if seen else None
    settled = sentence.state is PublicState.CONFIRMED or stated.published or facts.kind in _PAPERS
    return CredentialLine(
        fact=FACTS[facts.kind],
        kind=facts.kind.value,
        title=title(facts),
        sentence=sentence.text,
        state=sentence.state,
        state_words=state_words(sentence.state),
        tone=_TONES.get(sentence.state, "neutral"),
        icon="stated" if _is_word_alone(facts, sentence) else sentence.state.value,
        anchor=anchor_of(facts),
        number=facts.number,
        jurisdiction=facts.jurisdiction,
        issuer=facts.issuer,
        source_name=sentence.source_title if seen or facts.check is None else "",
        source_url=sentence.source_url if seen or facts.check is None else "",
        checked_on=checked_on,
        age_words=age_words(checked_on, circumstances.today) if checked_on else "",
        grade=grade.value if grade else "",
        grade_words=GRADE_WORDS[grade] if grade else "",
        expires_on=ends_on(facts) if settled else None,
        stated_words=STATED_WORDS[facts.stated_by],
        claimed_number=_claimed_number(stated),
        hours=facts.hours_total,
        technique=facts.technique,
        cosmetic_words=_cosmetic(facts),
    )


def anchor_of(facts: CredentialFacts) -> str:
    """The fact's id on the evidence page."""
    return f"{FACTS[facts.kind]}-{facts.id}"


def title(facts: CredentialFacts) -> str:
    """ "California acupuncture license AC 10001", "Mei Zen, 60 hours", "Liability insurance"."""
    words = _TITLES[facts.kind]
    if facts.kind in PERMISSIONS:
        place = place_name(facts.jurisdiction) if facts.jurisdiction else ""
        return f"{place} {words} {facts.number}".strip() if place else f"{words} {facts.number}".strip().capitalize()
    if facts.kind is CredentialKind.TRAINING_AWARD:
        hours = f"{facts.hours_total} hours" if facts.hours_total else ""
        return ", ".join(part for part in (facts.title or words, hours) if part)
    if facts.kind is CredentialKind.LIABILITY_INSURANCE:
        return words
    return facts.title or f"{words} {facts.number}".strip()


def place_line(requirement: Requirement, source: SourceFacts | None) -> CredentialLine:
    """What a page says of the license a place asks for, where the listing states none."""
    return _line_without_credential(
        place_sentence(requirement, source=source),
        fact="permission",
        kind=(requirement.credential_kind or CredentialKind.LICENSE).value,
        title=f"License in {requirement.name}",
        anchor=f"place-{requirement.jurisdiction.lower()}",
        jurisdiction=requirement.jurisdiction,
    )


def not_asked_line(kind: CredentialKind) -> CredentialLine:
    """Insurance or training of somebody who has not been asked: a question nobody put, and no gap."""
    return _line_without_credential(
        not_asked_sentence(kind),
        fact=FACTS[kind],
        kind=kind.value,
        title=_TITLES[kind],
        anchor=FACTS[kind],
        words="Nobody has been asked yet",
        asked=False,
    )


def none_stated_line(kind: CredentialKind) -> CredentialLine:
    """Insurance or training of somebody who was asked and has stated none: told without a judgement."""
    return _line_without_credential(
        Sentence(f"{_TITLES[kind]}: the practitioner has stated none here.", PublicState.NOT_CHECKED, "quiet"),
        fact=FACTS[kind],
        kind=kind.value,
        title=_TITLES[kind],
        anchor=FACTS[kind],
        words="None stated",
    )


def evidence_fact(stated: StatedFact, circumstances: Circumstances) -> EvidenceFact:
    """A line with what backs it and its earlier checks."""
    stated = as_everybody_reads_it(stated, circumstances.now)
    line, row = credential_line(stated, circumstances), stated.row
    if stated.facts.check is None or row.evidence_id is None:
        return EvidenceFact(line, checks=_history(stated))
    return EvidenceFact(
        line,
        words_of_source=row.standing_raw,
        retrieved_at=row.retrieved_at,
        as_of=row.as_of,
        method_words=METHOD_WORDS[row.method],
        sha256=row.sha256[:SHORT_HASH],
        lapses_on=lapses_on(stated.facts, circumstances.now),
        checks=_history(stated),
    )


def _line_without_credential(
    sentence: Sentence,
    *,
    fact: str,
    kind: str,
    title: str,
    anchor: str,
    words: str = "",
    jurisdiction: str = "",
    asked: bool = True,
) -> CredentialLine:
    return CredentialLine(
        fact=fact,
        kind=kind,
        title=title,
        sentence=sentence.text,
        state=sentence.state,
        state_words=words or state_words(sentence.state),
        tone="neutral",
        icon=sentence.state.value,
        anchor=anchor,
        jurisdiction=jurisdiction,
        source_name=sentence.source_title,
        source_url=sentence.source_url,
        asked=asked,
    )


def _sentence(stated: StatedFact, circumstances: Circumstances) -> Sentence:
    facts = stated.facts
    asked = circumstances.requirement(facts.jurisdiction) if facts.kind in PERMISSIONS and facts.jurisdiction else None
    source = circumstances.source_of(facts)
    return credential_sentence(facts, asked, source, now=circumstances.now, published=stated.published)


def _is_word_alone(facts: CredentialFacts, sentence: Sentence) -> bool:
    return (
        facts.stated_by is StatedBy.PRACTITIONER
        and facts.grade is Grade.D
        and sentence.state is PublicState.NOT_CHECKED
    )


def _claimed_number(stated: StatedFact) -> str:
    """ "Number 108204: stated by the practitioner; the source prints none"."""
    claims = [each.facts for each in stated.claimed if each.facts.number]
    numbers = [f"Number {each.number}: {STATED_WORDS[each.stated_by]}" for each in claims]
    return f"{', '.join(numbers)}; the source prints none" if numbers else ""


def _cosmetic(facts: CredentialFacts) -> str:
    if facts.kind is not CredentialKind.LIABILITY_INSURANCE:
        return ""
    return _COSMETIC[facts.cosmetic_scope or CosmeticScope.NOT_STATED]


def _history(stated: StatedFact) -> tuple[CheckLine, ...]:
    """Its checks, without what was found against somebody and was not published: where and when would say enough."""
    return tuple(
        _check_line(row)
        for row in stated.checks
        if not is_against(row.outcome, row.name_agrees) or (stated.published and row.check_id == stated.row.check_id)
    )


def _check_line(row: Row[Any]) -> CheckLine:
    state, words = _words_of_check(row)
    seen = row.evidence_id is not None
    return CheckLine(
        on=(row.retrieved_at if seen else row.checked_at).date(),
        source_name=source_title(row),
        words=words,
        state=state,
        method_words=METHOD_WORDS[row.method] if seen else "",
        sha256=row.sha256[:SHORT_HASH] if seen else "",
    )


def _words_of_check(row: Row[Any]) -> tuple[PublicState, str]:
    """One check in a few words."""
    quoted = f", “{row.standing_raw}”" if row.standing_raw else ""
    if row.evidence_id is None or row.outcome is Outcome.COULD_NOT_CHECK:
        return PublicState.NOT_CHECKED, "could not be checked"
    if row.outcome is Outcome.STATED_ONLY:
        return PublicState.NOT_CHECKED, "stated, not checked with the issuer"
    if is_against(row.outcome, row.name_agrees):
        return PublicState.NOT_CONFIRMED, f"not confirmed{quoted}"
    return PublicState.CONFIRMED, f"confirmed{quoted}"
