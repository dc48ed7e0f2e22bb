"""The linter of listing text: what it finds, what it leaves alone, and how well on sentences it was not tuned with."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from directory.rules.claim_rules import Weight, claim_rules
from directory.rules.claim_tone import FILE
from directory.rules.claims import LONGEST, find_claims, find_title_claims, withheld
from tests.claim_tone import is_held_back, learn, learned_from

CORPUS = Path(__file__).with_name("claims_corpus.csv")


def rules_in(text: str) -> set[str]:
    return {each.rule for each in find_claims(text)}


def labelled(*, held_back: bool, corpus: Path = CORPUS) -> list[dict[str, str]]:
    """One half of a corpus.

    Rules were written against the other half, and words weighed by it. Look only at the totals of the one held back;
    who has to look at its sentences writes new ones.
    """
    with corpus.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if is_held_back(row["sentence"]) is held_back]


@pytest.mark.parametrize("held_back", [False, True])
def test_it_finds_what_is_prohibited_and_little_else(held_back: bool) -> None:
    rows = labelled(held_back=held_back)
    told = [(row["label"] == "prohibited", row["rule"], rules_in(row["sentence"])) for row in rows]
    hits = sum(bool(found) for wrong, _, found in told if wrong)
    recall = hits / sum(wrong for wrong, _, _ in told)
    precision = hits / sum(bool(found) for _, _, found in told)
    by_name = sum(rule in found for wrong, rule, found in told if wrong) / sum(wrong for wrong, _, _ in told)
    assert recall >= 0.95 and precision >= 0.90, f"recall {recall:.3f}, precision {precision:.3f}"
    assert by_name >= 0.90, f"the rule that the label names is found in {by_name:.3f}"


def test_further_sentences_that_rules_were_widened_with_stay_found() -> None:
    with CORPUS.with_name("claims_seen.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["label"] == "prohibited", bool(rules_in(row["sentence"]))) for row in csv.DictReader(file)]
    hits = sum(wrong and found for wrong, found in rows)
    assert hits / sum(wrong for wrong, _ in rows) >= 0.95
    assert hits / sum(found for _, found in rows) >= 0.95


@pytest.mark.parametrize(
    ("held_back", "batches", "recall_floor", "precision_floor"),
    [
        (False, "1234", 0.97, 0.95),
        (True, "1234", 0.90, 0.95),
        (False, "123456", 0.97, 0.95),
        (True, "123456", 0.80, 0.90),
    ],
)
def test_on_sentences_written_without_the_rules_it_finds_most_and_little_else(
    held_back: bool, batches: str, recall_floor: float, precision_floor: float
) -> None:
    """Batches as practices write, from the second on indirect on purpose. The held-back half stays unread."""
    rows = labelled(held_back=held_back, corpus=CORPUS.with_name("claims_fresh.csv"))
    told = [(row["label"] == "prohibited", bool(rules_in(row["sentence"]))) for row in rows if row["batch"] in batches]
    hits = sum(wrong and found for wrong, found in told)
    recall, precision = hits / sum(wrong for wrong, _ in told), hits / sum(found for _, found in told)
    assert recall >= recall_floor, f"recall {recall:.3f}, precision {precision:.3f}"
    assert precision >= precision_floor, f"recall {recall:.3f}, precision {precision:.3f}"


def test_the_corpus_is_large_balanced_and_has_every_rule_in_both_halves() -> None:
    both = [labelled(held_back=False), labelled(held_back=True)]
    sentences = [row["sentence"] for half in both for row in half]
    assert len(sentences) == len(set(sentences)) >= 500
    for half in both:
        share = sum(row["label"] == "prohibited" for row in half) / len(half)
        assert 0.4 < share < 0.6
        assert {row["rule"] for row in half} - {""} == {rule.id for rule in claim_rules() if not rule.least_tone}


def test_words_are_weighed_as_the_labelled_sentences_say() -> None:
    """Else run `python -m tests.claim_tone`."""
    with FILE.open(encoding="utf-8", newline="") as file:
        kept = {row["word"]: float(row["weight"]) for row in csv.DictReader(file)}
    assert kept == pytest.approx(learn(learned_from()), abs=0.11)


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Naturally beautiful, naturally you!", Weight.WITHHELD),
        ("Wake what has gone to sleep in you.", Weight.ADVISED),
        ("The number 7 bus stops in front of the door.", None),
        ("She swims, gardens and plays the cello badly.", None),
    ],
)
def test_a_promise_in_words_of_no_list_is_heard_by_its_tone(text: str, weight: Weight | None) -> None:
    assert [each.weight for each in find_claims(text)] == [weight] * (weight is not None)


ARTICLE_SAYS = [  # the rows of the list of corrections that are claims, in the words of such articles
    (2, "It is a natural treatment with no risk of adverse reactions.", "no_risk"),
    (3, "It is a non-invasive procedure.", "non_invasive"),
    (4, "It also does not involve any downtime or recovery.", "no_downtime"),
    (5, "Make sure you do not take any blood-thinning medications before treatment.", "medication"),
    (6, "It does not carry the same risks as Botox injections.", "botox_comparison"),
    (7, "Temporary fixes only address the surface level of the skin.", "injectable_facts"),
    (8, "Whatever injection you do, there is a risk of bruising or infection.", "injectable_facts"),
    (9, "Botox results last for about three to four months.", "injectable_facts"),
    (10, "Results can last for several years with upkeep every few months.", "years_of_results"),
    (11, "An effective treatment for conditions like acne and rosacea.", "cures"),
    (12, "Stimulates collagen production.", "collagen"),
    (12, "The needles tone the facial muscles and lift sagging skin.", "lifting"),
    (13, "Circulation delivers oxygen while removing toxins.", "toxins"),
    (13, "It addresses the root cause of imbalances.", "root_cause"),
    (13, "Acupuncturists restore the flow of vital energy.", "root_cause"),
    (14, "It may end up being more cost-effective in the long run.", "cost"),
    (17, "Botox is FDA-approved.", "fda"),
]


@pytest.mark.parametrize(("row", "sentence", "rule"), ARTICLE_SAYS)
def test_each_claim_that_articles_make_is_found(row: int, sentence: str, rule: str) -> None:
    assert rule in rules_in(sentence), f"row {row}"


@pytest.mark.parametrize(
    "words",
    [
        "No Side-Effects!",
        "NO SIDE EFFECTS",
        "no\xa0side‑effects",
        "no <b>side</b> effects",
        "no side&nbsp;effects",
        "no\u202e side\u202c effects",
        "no si\xadde ef\u200bfects",
        "ｎｏ side effects",
        "no\nside effects",
        "nо sіde effeсts",
        "no s i d e effects",
        "sin efectos secundarios",
    ],
)
def test_a_claim_is_found_however_it_is_spelled(words: str) -> None:
    text = f"I am Ada. “Gentle needles”: {words}. Call me."
    (finding,) = [each for each in find_claims(text) if each.rule == "no_risk"]
    assert text[finding.start : finding.end] == finding.words
    assert text.index(words) <= finding.start < finding.end <= text.index(words) + len(words)


@pytest.mark.parametrize(
    "text",
    [
        "Results are not permanent.",
        "We cannot promise that lines disappear.",
        "Acupuncture doesn’t cure rosacea, eczema or acne.",
        "There are risks such as bruising.",
        "Ask your doctor about rosacea.",
        "Can it cure rosacea?",
        "Advertising rules forbid words like “guaranteed results”.",
        "<script>alert('hello')</script> & <b>Tuesdays</b>",
        "No prometemos resultados permanentes.",
        "Does it cure rosacea? No.",
        "",
        "\u202e\u200b\ud800",
    ],
)
def test_what_is_denied_doubted_asked_or_the_law_is_left_alone(text: str) -> None:
    assert find_claims(text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("I do not use lasers, but I erase wrinkles.", "wrinkles"),
        ("Not only gentle: it erases wrinkles.", "wrinkles"),
        ("You can’t believe it: wrinkles vanish.", "wrinkles"),
        ("Smooths wrinkles without surgery.", "wrinkles"),
        ("Want to look ten years younger?", "younger"),
    ],
)
def test_a_denial_of_something_else_excuses_nothing(text: str, rule: str) -> None:
    assert rule in rules_in(text)


def test_certified_and_licensed_ask_who_gave_it() -> None:
    assert rules_in("I am certified and licensed.") == {"certified", "licensed"}
    assert rules_in("Certified by NCBAHM since 2012, licensed by the Oregon Medical Board.") == set()
    assert withheld(find_claims("I am a licensed acupuncturist.")) == []


def test_a_name_may_praise_itself_but_promise_no_effects() -> None:
    assert find_title_claims("The Best Needles, certified") == []
    assert [each.rule for each in find_title_claims("Collagen Booster Course")] == ["collagen"]


def test_every_rule_says_why_with_its_source_and_its_own_wording_is_neutral() -> None:
    for rule in claim_rules():
        assert rule.weight in Weight and rule.reason.endswith(".") and rule.citation
        assert find_claims(rule.instead) == [], rule.id


@pytest.mark.parametrize(
    "unit",
    (
        *("the skin will look better and results stay ", "no ", "a", "<a ", "&a", "' ", "reduce a b c d e ", "skin-"),
        *('"!? ', "treat the face and reduce ", "\u0301", "1-", " ", "board ", "board certified by the a b c "),
        *("session ", "will see a b c ", "results are ", "some redness and acne ", "studies of skin ", "? ", "qi "),
    ),
)
def test_time_grows_with_the_length_of_the_text_and_no_faster(unit: str) -> None:
    def seconds(letters: int) -> float:
        text = (unit * letters)[:letters]
        begun = time.process_time()
        find_claims(text)
        return time.process_time() - begun

    short = min(seconds(LONGEST // 16) for _ in range(2))
    assert seconds(LONGEST // 4) < 12 * short + 0.2  # four times the text; a square would be sixteen times


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 20,000"):
        find_claims("a" * (LONGEST + 1))
