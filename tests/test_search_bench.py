"""The search benchmark compares like with like: it stops when the two ways differ in a total."""

from __future__ import annotations

import json

import pytest

from bench import search


def test_the_search_benchmark_runs_and_gives_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    answer = search.main(["--listings", "400", "--queries", "6", "--json"])
    assert json.loads(capsys.readouterr().out) == answer
    assert answer["database"] == "sqlite"
    assert answer["ratio_p50"] > 0
    assert answer["mean_total"] > 0


def test_the_search_benchmark_stops_at_a_wrong_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "usual_way", lambda *_: -1)
    with pytest.raises(AssertionError, match="is not -1"):
        search.main(["--listings", "50", "--queries", "1"])
