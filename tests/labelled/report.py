"""What the matcher makes of the labelled set, by origin: precision and recall of sure pairs and of all pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from directory.registries.person_files import PersonFile
from directory.registries.person_pairs import PersonPair, pairs_of
from directory.rules.vocabulary import Verdict
from tests.labelled.pairs import Labelled, write_files


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the true pairs, how many were found and how many of those are sure; and what was found besides."""

    true: int
    sure_right: int
    sure_wrong: int
    unsure_right: int
    unsure_wrong: int

    @property
    def sure_precision(self) -> float:
        return _share(self.sure_right, self.sure_right + self.sure_wrong)

    @property
    def sure_recall(self) -> float:
        return _share(self.sure_right, self.true)

    @property
    def precision(self) -> float:
        return _share(self.sure_right + self.unsure_right, self.found)

    @property
    def recall(self) -> float:
        return _share(self.sure_right + self.unsure_right, self.true)

    @property
    def found(self) -> int:
        return self.sure_right + self.sure_wrong + self.unsure_right + self.unsure_wrong


def matched(pairs: Sequence[Labelled], *, one_to_one: bool = False) -> list[PersonPair]:
    """All rows of one side against all of the other, as `flask match` does it."""
    with TemporaryDirectory() as folder:
        left, right = Path(folder) / "left.csv", Path(folder) / "right.csv"
        write_files(pairs, left, right)
        return list(pairs_of(PersonFile(left), PersonFile(right), one_to_one=one_to_one))


def figures(pairs: Sequence[Labelled], found: Iterable[PersonPair]) -> Mapping[str, Figures]:
    """By origin of the left row, and "all"."""
    by_left = {pair.left["id"]: pair for pair in pairs}
    true = Counter(pair.origin for pair in pairs if pair.same)
    counts: Counter[tuple[str, Verdict, bool]] = Counter()
    for each in found:
        pair = by_left[each.left_id]
        right = pair.same and pair.right["id"] == each.right_id
        counts[pair.origin, each.likeness.verdict, right] += 1
    answer = {origin: _figures(counts, (origin,), true) for origin in sorted(true)}
    return answer | {"all": _figures(counts, tuple(true), true)}


def parity(by_origin: Mapping[str, Figures]) -> float:
    """How many points of sure precision lie between the best and the worst origin."""
    precisions = [each.sure_precision for origin, each in by_origin.items() if origin != "all"]
    return 100 * (max(precisions) - min(precisions))


def _figures(counts: Counter[tuple[str, Verdict, bool]], origins: Sequence[str], true: Counter[str]) -> Figures:
    def total(verdict: Verdict, right: bool) -> int:
        return sum(counts[origin, verdict, right] for origin in origins)

    return Figures(
        true=sum(true[origin] for origin in origins),
        sure_right=total(Verdict.SURE, True),
        sure_wrong=total(Verdict.SURE, False),
        unsure_right=total(Verdict.UNSURE, True),
        unsure_wrong=total(Verdict.UNSURE, False),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
