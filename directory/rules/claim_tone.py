"""How much a sentence sounds like a promise, for claims made in words that no list holds.

Each word, and each two in a row, has a weight: above zero where it stood in claims more than in plain sentences,
below where it was the other way round. The weights of a sentence are added up. They are learned from the labelled
sentences of tests/rules and kept in frequencies/claim_words.csv; `python -m tests.claim_tone` learns them anew.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from itertools import pairwise
from math import fsum
from pathlib import Path

FILE = Path(__file__).with_name("frequencies") / "claim_words.csv"
_WORD = re.compile(r"[a-z']+|\d+|[#%?!]")
_STEM = 6
"""So many letters of a word count: "wrinkle" and "wrinkles" are one."""
_FEWEST = 4


def words_weighed(sentence: str) -> set[str]:
    """The words of a sentence, as `claim_text` gives it, and each two in a row; "^" and "$" are its ends."""
    words = ["#" if word[0].isdigit() else word[:_STEM] for word in _WORD.findall(sentence)]
    return {*words, *(f"{one} {other}" for one, other in pairwise(["^", *words, "$"]))}


def tone(sentence: str) -> float:
    """The weight of all words: above 0 it sounds more like a claim than not, above 3 it nearly always is one.

    Nought for fewer than four words, which say too little.
    """
    if len(_WORD.findall(sentence)) < _FEWEST:
        return 0.0
    weights = _weights()
    return fsum(weights.get(word, 0.0) for word in words_weighed(sentence))  # the same in whatever order a set comes


@cache
def _weights() -> dict[str, float]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["word"]: float(row["weight"]) for row in csv.DictReader(file)}
