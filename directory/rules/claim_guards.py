"""When the words of a claim are no claim: denied, doubted, asked, reported of somebody, or told as what the law says.

Each question is put to one sentence, as `claim_text` gives it, and to the place in it where the words were found. The
words that answer it are in claim_lists/guards.yaml.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from directory.rules.claim_patterns import read_patterns
from directory.rules.claim_text import ASKING

_FILE = Path(__file__).with_name("claim_lists") / "guards.yaml"
_BEFORE = 120
"""As many letters before the words are looked at: what denies a claim stands close to it."""

_QUESTION = re.compile(r"[?][\"')\]]*\s*$")
_ANSWERED_NO = re.compile(
    r"[^?]*\?\W*(?!(?:yes|sure|absolutely|of course)\b)(?:\w+ ){0,3}?(?:no|nope|none|never|nobody"
    r"|not(?! any ?more| for long| at all)|hardly|unknown|\w+n't|risks)\b(?! (?:more|problem|worries|longer))"
)
_BOUNDARY = re.compile(
    r"[;:!?]|\s-\s|\b(?:but|however|yet|although|though|while|instead|unlike|because|so that|until|since|when)\b"
    r"|,\s*(?=(?:and |so )?(?:i|we|you|he|she|it|they|my|our|just|only|the|this|that|these|your|which|each|nothing"
    r"|nobody|everything|everyone|all|acupuncture|needles?)\b)"
)
_NO_NEAR = re.compile(r"\b(?:no|without|none|not)(?: [\w-]+){0,4} ?$")
_BODIES = "board|college|institute|school|university|association|council|academy"
_GIVEN_BY = re.compile(
    rf"\b(?:by|from|through|with|under|of|at) (?:the )?(?:[\w']+ ){{0,5}}?(?:boards?|{_BODIES}|commission|department"
    r"|society|ministry|register|registry|center|office|authority|bureau)\b"
    r"|\b(?:ncbahm|nccaom|bacc|ahpra|cmba|cab|abordm|ctcma|ccahm|larac?|board of (?:\w+ ){0,3}?examiners)\b"
    rf"|\b(?:{_BODIES}|department) (?:of [\w ]{{0,40}})?(?:license|certificate|registration)\b"
    r"|\b(?:medical|acupuncture|nursing) board\b"
)
_BY_NAME = re.compile(
    rf"\b(?:by|from|through) (?:the )?[A-Z]\w*|\b(?!National|State|Our|My|The)[A-Z]\w+ (?:{_BODIES.title()})\b(?!-)"
)


@cache
def _words(kind: str) -> re.Pattern[str]:
    """Words of one kind from the file, each wherever it stands in a sentence."""
    found = read_patterns(yaml.safe_load(_FILE.read_text(encoding="utf-8"))[kind], {}).alone
    assert found is not None
    return found


def is_asked(sentence: str) -> bool:
    """A question of somebody who wants to know. "Want to look younger?" is an offer, not a question."""
    if not (_QUESTION.search(sentence) and ASKING.match(sentence)):
        return False
    return not _words("offers").match(sentence.lstrip("\"' ¿"))


def is_taken_back(following: str) -> bool:
    """The sentence that follows a claim says that it is not shown: "That has not been confirmed"."""
    return bool(_words("taken_back").match(following.lstrip()))


def is_law(sentence: str) -> bool:
    """The sentence tells what a law or a regulator allows."""
    return bool(_words("law").search(sentence))


def is_neutral(sentence: str) -> bool:
    """The sentence defines something, sends to a doctor, or settles when to come, rather than praises."""
    return bool(_words("neutral").search(sentence))


def is_doubted(sentence: str, start: int, end: int) -> bool:
    """The sentence says of the claim that it is not shown, or tells it as what some people report or believe, or
    asks to be told of something or to see a doctor about it."""
    around = _words("no_referrals").sub(" ", sentence[max(0, start - _BEFORE) : end + _BEFORE])
    if any(_words(kind).search(around) for kind in ("doubts", "referrals", "hedges")):
        return True
    return bool(_words("reports").search(sentence[max(0, start - _BEFORE) : end]))


def is_denied(sentence: str, start: int, end: int) -> bool:
    """Before it, in the same clause, stands a word that denies what follows; or it is denied, or answered with no,
    right after."""
    if _ANSWERED_NO.match(sentence, end) or _words("denied_after").search(sentence[end : end + 60]):
        return True
    ends = [each.end() for each in _BOUNDARY.finditer(sentence, max(0, start - _BEFORE), end) if each.end() <= start]
    clause = sentence[ends[-1] if ends else max(0, start - _BEFORE) : start]
    before = _words("no_denials").sub(" ", clause)
    return bool(_words("denials").search(before) or _NO_NEAR.search(before))


def names_issuer(sentence: str, as_written: str) -> bool:
    """Whether the sentence says who gave the license or certificate: a body by its kind, or a name."""
    if _GIVEN_BY.search(sentence):
        return True
    return not as_written.isupper() and bool(_BY_NAME.search(as_written))
