"""The notation that rules about claims are written in, made into expressions that find words in a sentence.

Words stand for themselves, blanks between them for blanks, hyphens and commas. Besides:

    erase*          any ending                      gone|vanished      one of these
    [very]          may be there                    *                  any word
    ~               up to three words               ...                up to five words
    #               a number in digits              {line}             one of the family `line` of words.yaml
    №               the sign #
    heal <> acne    both near each other, in either order, in one part of a sentence
    /b ?& ?a/       a regular expression, for the few that need one

Text is in lower case with plain quotes and hyphens and without accents (claim_text.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_PART = re.compile(r"\[[^\]]*\]|\S+")
_BETWEEN = r"[^\w!?;:]{1,4}"
_WORD = r"[\w']+"
_GAPS = {"~": 3, "...": 5}
_NEAR = 8
"""Two halves of a claim have at most so many words between them, and no end of a clause."""
_APART = re.compile(
    r"[;!]|(?<!all )\bbut\b|\b(?:no|never|nobody|cannot|\w+n't|not(?! only| just))\b(?! (?:more|longer))"
)


@dataclass(frozen=True, slots=True)
class Patterns:
    """All patterns of one rule: `alone` finds any of those in one piece, `pairs` are those of two halves."""

    alone: re.Pattern[str] | None
    pairs: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]

    def spans(self, sentence: str) -> Iterator[tuple[int, int]]:
        """Where in the sentence words of this rule stand; two places may overlap."""
        if self.alone:
            yield from (found.span() for found in self.alone.finditer(sentence))
        for first, second in self.pairs:
            yield from _near(first, second, sentence)


def read_patterns(lines: str, families: Mapping[str, str]) -> Patterns:
    """The patterns of a rule, one a line. Raises ValueError for a family that there is not."""
    alone, pairs = [], []
    for line in lines.splitlines():
        halves = [_expression(half, families) for half in line.split(" <> ")]
        if len(halves) == 2:
            pairs.append((_compiled(halves[:1]), _compiled(halves[1:])))
        else:
            alone += halves
    return Patterns(_compiled(alone) if alone else None, tuple(pairs))


def _near(first: re.Pattern[str], second: re.Pattern[str], sentence: str) -> Iterator[tuple[int, int]]:
    ones = [found.span() for found in first.finditer(sentence)]
    if not ones:
        return
    others = [found.span() for found in second.finditer(sentence)]
    for one in ones:
        for other in others:
            start, end = min(one[1], other[1]), max(one[0], other[0])
            if start <= end and end - start < 90 and _is_near(sentence[start:end]):
                yield min(one[0], other[0]), max(one[1], other[1])
                break


def _is_near(between: str) -> bool:
    return len(re.findall(_WORD, between)) <= _NEAR and not _APART.search(between)


def _compiled(expressions: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_any(expressions)}(?!\w)")


def _expression(pattern: str, families: Mapping[str, str]) -> str:
    if pattern.startswith("/"):
        return f"(?:{pattern.strip('/')})"
    written, glue = "", ""
    for part in _PART.findall(pattern.replace(",", " ")):
        if part in _GAPS:
            glue += rf"(?:{_WORD}{_BETWEEN}){{0,{_GAPS[part]}}}?"
        elif part == "?":
            written, glue = written + r"\W{0,3}\?\W{0,3}", ""
        elif part.startswith("["):
            glue += rf"(?:{_one_of(part[1:-1], families)}{_BETWEEN})?"
        else:
            written, glue = written + glue + _one_of(part, families), _BETWEEN
    return written


def _one_of(part: str, families: Mapping[str, str]) -> str:
    return _any([each for word in part.split("|") for each in _alternatives(word, families)])


def _any(expressions: list[str]) -> str:
    """One of these; those with the same first letter stand together, so that a wrong letter rules out all of them."""
    if len(expressions) == 1 and "|" not in expressions[0]:
        return expressions[0]
    by_letter: dict[str, list[str]] = {}
    for each in expressions:
        by_letter.setdefault(each[0] if each[0].isalpha() else "", []).append(each)
    groups = [
        f"{letter}(?:{'|'.join(each[1:] for each in same)})" if letter else "|".join(same)
        for letter, same in by_letter.items()
    ]
    return f"(?:{'|'.join(groups)})"


def _alternatives(word: str, families: Mapping[str, str]) -> list[str]:
    if word.startswith("{"):
        name = word.strip("{}")
        if name not in families:
            raise ValueError(f"{word} is not among the families")
        return [_expression(phrase, families) for phrase in families[name].split(",")]
    if word == "*":
        return [_WORD]
    return [
        re.escape(word)
        .replace("_", _BETWEEN)
        .replace(r"\*", r"\w*")
        .replace(r"\#", r"\d[\d.,]*")
        .replace("№", "#")
        .replace("%", " ?%")
    ]
