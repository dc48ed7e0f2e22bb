"""When the words of a claim are no claim: denied, doubted, asked, reported of somebody, or told as what the law says.

Each question is put to one sentence, as `claim_text` gives it, and to the place in it where the words were found.
"""

from __future__ import annotations

import re

_BEFORE = 120
"""As many letters before the words are looked at: what denies a claim stands close to it."""

_INVITES = re.compile(
    r"[\"' ]*(?:want|looking|ready|tired|wish|need|dreaming|dream of|why (?:choose|pay|spend|not|wait"
    r"|freeze|inject|settle|risk|let|live with|put up)"
    r"|ever wonder|are you tired"
    r"|are you (?:ready|looking)|do you want|would you like to (?:look|erase|lose|have)|imagine|who wants)\b"
)
_NO_QUESTION = re.compile(r"[?][\"')\]]*\s*$")
_LAW = re.compile(
    r"\b(?:laws?|rules?|codes?|guidelines?|regulat\w+|ahpra|ftc|asa|australia)\b.{0,60}"
    r"\b(?:not allow|allowed|forbids?|prohibits?|bans?|banned|restricts?|requires?|says? that|asks? for"
    r"|may not|may anyone"
    r"|before anyone)\b"
)
_DOUBTS = re.compile(
    r"\b(?:(?:not|n't|never|nothing) (?:been |yet )?(?:\w+ )?(?:shown|proven|established|known|supported"
    r"|studied|true|fit|work like)"
    r"|some (?:texts|articles|pages|sites) (?:tell|say|claim)|unclear|dangerous to"
    r"|unproven|unknown|myth|no (?:good |clear |solid |real )?(?:proof|evidence)"
    r"|without (?:good )?(?:proof|trials|evidence)"
    r"|popular claim|(?:is|as) a (?:traditional|popular) (?:idea|concept|claim)|never trust"
    r"|(?:be )?(?:wary|careful|skeptical)"
    r"|beware|is wrong|are wrong|misleading|not suit|not be for|not for"
    r"|(?:instead of|rather than|stopped|without) (?:\w+ )?(?:promis"
    r"|call|claim|say)ing"
    r"|rather (?:\w+ ){1,4}than promise|the word|words like|is a name|no claims?|claims? that|what does)\b"
)
_REPORTS = re.compile(
    r"\b(?:some (?:people|clients|patients|practitioners|women|of them)(?: may)? (?:report|say|feel"
    r"|notice|find|believe|see|hope|want|wish|come|expect|ask)"
    r"|(?:study|studies|trials?)\b[^.;]{0,80}\b(?:suggests?|reports?)|in (?:one|a"
    r"|two) (?:\w+ )?(?:study|trial)"
    r"|(?:some|many|most|other) \w+ (?:believe|think|suspect|assume)"
    r"|according to|traditional (?:theory|chinese medicine) (?:describes|holds|sees|says)"
    r"|in (?:traditional|the words of)"
    r"|(?:is|are) (?:thought|believed|said|traditionally used)|whether|the idea that|that)\b"
)
_ONLY_BEFORE = re.compile(r"\b(?:whether|the idea that)\b")
_PSEUDO = re.compile(
    r"\b(?:not only|not just|not merely|not to mention|why not|(?:can't|cannot|don't|do not|won't) "
    r"(?:wait|worry|miss|hesitate|believe|regret|forget)|no wonder|no doubt|no matter|no longer|never looked back)\b"
)
_BOUNDARY = re.compile(
    r"[;:!?]|\s-\s|\b(?:but|however|yet|although|though|instead|unlike)\b"
    r"|,\s*(?=(?:and |so )?(?:i|we|you|it|they|my|our|just|only|the|this|that|these|your|which|each"
    r"|acupuncture|needles?)\b)"
)
_DENIES = re.compile(
    r"\b(?:not|never|cannot|nor|neither|nobody|nothing|hardly|isn't|aren't|wasn't|[a-z]+n't|avoid(?:s"
    r"|ing)?|refuse to|fail to"
    r"|no one|anyone who|pages that)\b"
)
_DENIES_NEAR = re.compile(r"\b(?:no|without|none)(?: [\w-]+){0,4} ?$")
_GIVEN_BY = re.compile(
    r"\b(?:by|from|through|with|under|of|at) (?:the )?(?:[\w']+ ){0,5}?(?:board|boards|college|institute"
    r"|school|university|association|council"
    r"|academy|commission|department|society|ministry|register|registry|center)\b"
    r"|\b(?:ncbahm|nccaom|bacc|ahpra|cmba|cab|abordm|ctcma|board of (?:\w+ ){0,3}?examiners)\b"
    r"|\b(?:board|council|department|college|institute|school) (?:of [\w ]{0,40})?(?:license|certificate"
    r"|registration)\b"
)
_BY_NAME = re.compile(r"\b(?:by|from|through) (?:the )?[A-Z]\w*")


def is_asked(sentence: str) -> bool:
    """A question of somebody who wants to know. "Want to look younger?" is an offer, not a question."""
    return bool(_NO_QUESTION.search(sentence)) and not _INVITES.match(sentence)


def is_law(sentence: str) -> bool:
    """The sentence tells what a law or a regulator allows."""
    return bool(_LAW.search(sentence))


def is_doubted(sentence: str, start: int, end: int) -> bool:
    """The sentence says of the claim that it is not shown, or tells it as what some people report or believe."""
    if _DOUBTS.search(sentence[max(0, start - _BEFORE) : end + _BEFORE]):
        return True
    before = sentence[max(0, start - _BEFORE) : start]
    return any(found[0] != "that" for found in _REPORTS.finditer(before))


def is_denied(sentence: str, start: int) -> bool:
    """Somewhere before, in the same clause, stands a word that denies what follows."""
    before = sentence[max(0, start - _BEFORE) : start]
    for boundary in _BOUNDARY.finditer(before):
        before = " " * boundary.end() + before[boundary.end() :]
    before = _PSEUDO.sub(" ", before)
    return bool(_DENIES.search(before) or _DENIES_NEAR.search(before))


def names_issuer(sentence: str, as_written: str) -> bool:
    """Whether the sentence says who gave the license or certificate: a body by its kind, or after "by" a name."""
    if _GIVEN_BY.search(sentence):
        return True
    return not as_written.isupper() and bool(_BY_NAME.search(as_written))
