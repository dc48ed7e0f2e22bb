"""Finds claims in listing text that may not be published: promises of effects, and credentials without an issuer.

English, and the commonest of it in Spanish: a person has to read text in another language. What is denied, doubted,
asked, taken back or told as the law is no finding. Rules, reasons and neutral wordings are in claim_lists/, their
sources beside them; what no list holds is judged by the tone of the whole sentence (claim_tone.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from directory.rules.claim_guards import (
    is_asked,
    is_denied,
    is_doubted,
    is_law,
    is_neutral,
    is_taken_back,
    names_issuer,
)
from directory.rules.claim_rules import ClaimRule, Weight, claim_rules
from directory.rules.claim_text import Sentence, sentences
from directory.rules.claim_tone import tone

LONGEST = 20_000
"""Letters of one text that are read; listings hold fewer."""
_AROUND = 60
"""As many letters to both sides of the words tell what they mean."""
_DENIED = 3
"""So much less a sentence sounds like a claim where its last clause is a denial."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Words that may not stand as they are. `start` and `end` are places in the text that was given."""

    rule: str
    weight: Weight
    start: int
    end: int
    words: str
    reason: str
    citation: str
    instead: str


def find_claims(text: str) -> list[Finding]:
    """Every finding, in the order of the text; of one rule at most one for the same words.

    Raises ValueError for a text longer than `LONGEST`.
    """
    return _found(text, claim_rules())


def find_title_claims(title: str) -> list[Finding]:
    """The findings in the name of a practice or course: a name may praise itself, but promise no effects."""
    return _found(title, [rule for rule in claim_rules() if rule.holds_for_titles])


def withheld(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep a text from being published."""
    return [each for each in findings if each.weight is Weight.WITHHELD]


def _found(text: str, rules: Iterable[ClaimRule]) -> list[Finding]:
    if len(text) > LONGEST:
        raise ValueError(f"a text of at most {LONGEST:,} letters; this one has {len(text):,}")
    rules, told = tuple(rules), list(sentences(text))
    found = [
        finding
        for sentence, following in zip(told, [*told[1:], None], strict=False)
        if not (following and is_taken_back(following.text))
        for finding in _in_sentence(sentence, rules, text)
    ]
    return sorted(found, key=lambda each: (each.start, each.end, each.rule))


def _in_sentence(sentence: Sentence, rules: Iterable[ClaimRule], text: str) -> Iterator[Finding]:
    if is_asked(sentence.text) or is_law(sentence.text):
        return
    as_written = text[slice(*sentence.span(0, len(sentence.text)))]
    found = [
        _finding(rule, *sentence.span(*span), text)
        for rule in rules
        if not (rule.needs_issuer and names_issuer(sentence.text, as_written))
        for span in _apart(_spans(rule, sentence.text))
    ]
    yield from found or _by_tone(sentence, rules, text)


def _by_tone(sentence: Sentence, rules: Iterable[ClaimRule], text: str) -> Iterator[Finding]:
    """What the sentence is as a whole, by the strongest rule that asks for its tone."""
    after = len(sentence.text)
    if is_doubted(sentence.text, 0, after):
        return
    heard = tone(sentence.text) - (_DENIED if is_denied(sentence.text, after, after) else 0)
    for rule in sorted((rule for rule in rules if rule.least_tone), key=lambda rule: -(rule.least_tone or 0)):
        if heard >= (rule.least_tone or 0):
            start, end = len(sentence.text) - len(sentence.text.lstrip()), len(sentence.text.rstrip())
            yield _finding(rule, *sentence.span(start, end), text)
            return


def _finding(rule: ClaimRule, start: int, end: int, text: str) -> Finding:
    return Finding(rule.id, rule.weight, start, end, text[start:end], rule.reason, rule.citation, rule.instead)


def _spans(rule: ClaimRule, sentence: str) -> Iterator[tuple[int, int]]:
    found = list(rule.patterns.spans(sentence))
    if rule.mentions and not is_neutral(sentence):
        found += rule.mentions.spans(sentence)
    return (each for each in found if _is_claim(rule, sentence, *each))


def _apart(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in their order, without those that overlap an earlier one."""
    free_from = 0
    for start, end in sorted(spans):
        if start >= free_from:
            yield start, end
            free_from = end


def _is_claim(rule: ClaimRule, sentence: str, start: int, end: int) -> bool:
    around = sentence[max(0, start - _AROUND) : end + _AROUND]
    if rule.excused and any(rule.excused.spans(around)):
        return False
    return not (is_denied(sentence, start, end) or is_doubted(sentence, start, end))


def put_right(text: str, finding: Finding) -> str:
    """The text with the neutral wording in place of the sentence that holds the finding's words."""
    for sentence in sentences(text):
        lead = len(sentence.text) - len(sentence.text.lstrip())
        start, end = sentence.span(lead, len(sentence.text.rstrip()))
        if start <= finding.start < end:
            return text[:start] + finding.instead + text[end:]
    return text
