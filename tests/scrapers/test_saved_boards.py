"""Pages that a person saved: whole or refused, no label passed over, and nothing said that the page does not say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scrapers.record import RegistryRecord, Standing
from scrapers.report import Outcome, RunReport
from scrapers.spec import find_spec
from tests.scrapers.making import make_file, read_files

RECORDINGS = Path(__file__).parent.parent / "registries"
Read = Callable[..., tuple[list[RegistryRecord], RunReport]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a recorded page with some of its words replaced."""

    def reader(folder: str, file: str, *changes: tuple[str, str]) -> tuple[list[RegistryRecord], RunReport]:
        html = (RECORDINGS / folder / "recording" / file).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in html
            html = html.replace(old, new)
        spec = find_spec(folder.partition(".")[0])
        return read_files(spec, make_file(tmp_path, html, "page.html"), channel="saved_page")

    return reader


def by_number(records: list[RegistryRecord]) -> dict[str, RegistryRecord]:
    return {record.number: record for record in records}


# California ----------------------------------------------------------------------------------------------------------


def test_california_probation_is_a_restriction_and_completed_probation_is_not(read: Read) -> None:
    found = by_number(read("us_ca", "results.html")[0])
    assert found["99103"].standing is Standing.RESTRICTED
    assert found["99103"].restrictions == "Probation"
    assert found["99103"].discipline == "Has public record or disciplinary action"
    [completed], _ = read("us_ca.detail", "detail.html")
    assert (completed.standing, completed.restrictions, completed.discipline) == (Standing.ACTIVE, "", None)


@pytest.mark.parametrize("word", ["Current - Restricted", "Suspended", "current", ""])
def test_california_words_that_nobody_read_up_on_are_unknown(read: Read, word: str) -> None:
    [record], _ = read("us_ca.detail", "detail.html", ("Current/Active", word))
    assert record.standing is Standing.UNKNOWN


@pytest.mark.parametrize("label", ["License Type:", "License Status:", "Expiration Date:"])
def test_california_results_without_a_needed_label_are_refused(read: Read, label: str) -> None:
    records, report = read("us_ca", "results.html", (f"<strong>{label}</strong>", "<strong>Something:</strong>"))
    assert (records, report.outcome) == ([], Outcome.CHANGED)


def test_a_california_page_without_results_is_not_nobody(read: Read) -> None:
    _, report = read("us_ca.detail", "detail.html", ('id="licDetail"', 'id="other"'))
    assert report.outcome is Outcome.CHANGED


@pytest.mark.parametrize(
    ("folder", "file"),
    [("us_ca", "results.html"), ("au_ahpra.search", "search.html"), ("us_ncbahm.profile", "profile.html")],
)
def test_a_page_whose_end_is_missing_is_refused(read: Read, folder: str, file: str) -> None:
    _, report = read(folder, file, ("</html>", ""))
    assert not report.outcome.is_usable
    assert "its end is missing" in report.reason or report.outcome is Outcome.BLOCKED


# Australia -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Conditions", "Undertakings", "Reprimands"])
def test_whatever_limits_an_australian_registration_is_told_in_its_words(read: Read, label: str) -> None:
    none = f'{label}</div><div class="field-entry">None'
    [record], _ = read("au_ahpra", "holloway.html", (none, none.replace("None", "As published")))
    assert record.standing is Standing.RESTRICTED
    assert record.restrictions == f"{label}: As published"
    assert record.discipline == ("As published" if label == "Reprimands" else "")


def test_a_label_nobody_read_up_on_makes_a_person_look(read: Read) -> None:
    [record], report = read("au_ahpra", "holloway.html", ("Undertakings", "Prohibition orders"))
    assert record.standing is Standing.UNKNOWN
    assert any("Prohibition orders" in warning for warning in report.warnings)


def test_an_australian_search_says_nothing_about_standing(read: Read) -> None:
    records, report = read("au_ahpra.search", "search.html")
    assert {record.standing for record in records} == {Standing.NOT_STATED}
    assert {record.discipline for record in records} == {None}
    assert report.skipped == 1  # another profession's number


def test_a_herbalist_is_no_acupuncturist(read: Read) -> None:
    division = ("Acupuncturist, Chinese Herbal Medicine Practitioner", "Chinese Herbal Dispenser")
    [record], _ = read("au_ahpra", "holloway.html", division)
    assert record.profession == "herbal dispenser"


def test_fifty_results_may_be_more(read: Read) -> None:
    row = (
        '<div class="search-results-table-row" data-practitioner-row-id="CMR00099{:05}">'
        '<div class="search-results-table-col"><a>Wren Holloway</a></div></div>'
    )
    rows = "".join(row.format(number) for number in range(200, 247))
    _, report = read("au_ahpra.search", "search.html", ("</div></body>", f"{rows}</div></body>"))
    assert (report.outcome, "50 people at most" in report.reason) == (Outcome.INCOMPLETE, True)


# NCBAHM --------------------------------------------------------------------------------------------------------------


def test_a_profile_shows_certificates_and_neither_standing_nor_gender(read: Read) -> None:
    [record], _ = read("us_ncbahm.profile", "profile.html")
    assert record.standing is Standing.NOT_STATED
    assert "Dipl. C.H. (NCBAHM)" in record.holder.credentials
    assert "Female" not in str(record.as_json())
    assert "rejuvenation" not in str(record.as_json())


def test_a_profile_that_names_nobody_is_refused(read: Read) -> None:
    _, report = read("us_ncbahm.profile", "profile.html", ("Wren Holloway, L.Ac.", ""))
    assert report.outcome is Outcome.CHANGED
