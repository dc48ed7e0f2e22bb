"""What is drawn of a registry's history, and pages with little or odd history."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory.registries.health_history import list_runs
from directory.rules.vocabulary import Role, RunChannel
from directory.views import plots, source_plots
from tests.conftest import NOW
from tests.makers import make_account
from tests.source_histories import DAY, make_run
from tests.views.people import signed_in


def test_a_line_has_a_gap_where_a_run_gave_nothing() -> None:
    drawn = plots.line([0, 10, None, 5], low=0, high=10)
    assert drawn.path == "M4 96 L201.3 4 M596 50"
    assert drawn.dots == "M596 50h0"
    assert plots.line([None, 3, None], low=0, high=10).dots


@pytest.mark.parametrize(
    ("value", "end"), [(0, 1), (0.3, 0.3), (1, 1), (7, 8), (59.9, 60), (1_902, 2_000), (81_000, 100_000)]
)
def test_scales_end_at_numbers_that_read_well(value: float, end: float) -> None:
    assert plots.round_up(value) == pytest.approx(end)


def test_numbers_that_were_not_believed_do_not_press_the_others_flat(session: Session) -> None:
    for day, (outcome, records) in enumerate([("complete", 1_900), ("suspect", 3), ("complete", 1_910)]):
        make_run(session, "us_wa", at=NOW + day * DAY, outcome=outcome, report={"records": records})
    plot = source_plots.records_plot(list_runs(session, "us_wa"))
    assert plot is not None
    assert int(plot.bottom.replace(",", "")) > 1_800
    assert (
        plot.says
        == "Between 1,900 and 1,910 records in 2 runs that gave any; the last gave 1,910. 1 were not believed."
    )


def test_reports_of_an_older_kind_and_odd_ones_are_drawn(session: Session, app: Flask) -> None:
    old = {"records": 7, "fill": None, "unknown_words": None, "declared": None}
    make_run(session, "us_wa", at=NOW, channel=RunChannel.FILE, report=old)
    run = make_run(session, "us_wa", at=NOW, outcome="incomplete")
    run.report = {}
    session.flush()
    assert [each.records for each in list_runs(session, "us_wa")] == [7, None]
    oz = signed_in(app, make_account(session, "oz", role=Role.OPERATOR))
    assert oz.get("/moderation/registries/us_wa")


def test_a_list_without_histories_stands(app: Flask, session: Session) -> None:
    page = signed_in(app, make_account(session, "mo", role=Role.MODERATOR)).get("/moderation/registries")
    [section] = [each.parent for each in page.html.select("section h2") if each.get_text() == "Not read yet"]
    assert section.select(".source-row h3")
