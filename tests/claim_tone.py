"""Learns how much words sound like a claim, from the labelled sentences: `python -m tests.claim_tone`.

The halves that are held back for measuring are not looked at.
"""

from __future__ import annotations

import csv
import hashlib
import math
import random
from collections import Counter, defaultdict
from pathlib import Path

from directory.rules.claim_rules import claim_rules
from directory.rules.claim_text import sentences
from directory.rules.claim_tone import FILE, words_weighed

RULES = Path(__file__).with_name("rules")
_ROUNDS, _STEP, _SHRINK = 15, 0.3, 0.002
_LEAST = 0.1
"""Smaller weights, and words of one sentence only, are left out."""


def is_held_back(sentence: str) -> bool:
    """Which half a sentence is in follows from its letters, so it never moves."""
    return bool(hashlib.sha256(sentence.encode()).digest()[0] % 2)


def learned_from() -> list[tuple[bool, str]]:
    """The sentences to learn from, the neutral wordings among them, each with whether it is a claim."""
    rows: list[dict[str, str]] = []
    for name in ("claims_corpus.csv", "claims_fresh.csv", "claims_seen.csv"):
        with (RULES / name).open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file))
        rows += [each for each in read if name == "claims_seen.csv" or not is_held_back(each["sentence"])]
    told = [(row["label"] == "prohibited", row["sentence"]) for row in rows]
    return told + [(False, rule.instead) for rule in claim_rules()]


def learn(rows: list[tuple[bool, str]]) -> dict[str, float]:
    """Logistic regression, a sentence at a time, each word with a step of its own that shrinks as it is used."""
    told = [(claim, sorted(_words(sentence))) for claim, sentence in rows]
    often = Counter(word for _, words in told for word in words)
    weights: defaultdict[str, float] = defaultdict(float)
    moved: defaultdict[str, float] = defaultdict(float)
    shuffled = random.Random(1)
    for _ in range(_ROUNDS):
        shuffled.shuffle(told)
        for claim, words in told:
            wrong = claim - 1 / (1 + math.exp(-sum(weights[word] for word in words)))
            for word in words:
                pull = wrong - _SHRINK * weights[word]
                moved[word] += pull * pull
                weights[word] += _STEP * pull / math.sqrt(moved[word] + 1e-6)
    return {word: round(weight, 1) for word, weight in weights.items() if often[word] > 1 and abs(weight) >= _LEAST}


def _words(text: str) -> set[str]:
    return words_weighed(" ".join(each.text.strip() for each in sentences(text)))


def main() -> None:
    with FILE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("word", "weight"), *sorted(learn(learned_from()).items())])


if __name__ == "__main__":
    main()
