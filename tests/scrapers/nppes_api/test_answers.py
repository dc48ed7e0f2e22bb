"""NPPES answers that are none: errors, other versions, other shapes."""

import pytest

from scrapers.report import Outcome
from tests.scrapers.nppes_api.making import answer, npi, provider


def test_an_empty_answer_is_a_true_none_found(read):
    records, report = read(answer())
    assert (records, report.outcome, report.reason) == ([], Outcome.COMPLETE, "")


@pytest.mark.parametrize(
    "number, words",
    [("03", "wildcard"), ("04", "nothing valid"), ("06", "not ten digits"), ("07", "needs more"), ("09", "kind of")],
)
def test_an_error_that_comes_as_an_answer_is_named(read, number, words):
    error = {"description": "No valid search criteria provided", "field": "generic", "number": number}
    _, report = read({"Errors": [error]})
    assert report.outcome is Outcome.CHANGED
    assert number in report.reason
    assert words in report.reason


def test_the_shape_of_version_2_0_is_refused_by_name(read):
    old = provider() | {"number": int(npi()), "created_epoch": 1500000000, "last_updated_epoch": 1500000000}
    records, report = read(answer(provider(npi(1)), old))
    assert records == []
    assert report.outcome is Outcome.CHANGED
    assert "version 2.0" in report.reason


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.pop("result_count"),
        lambda body: body.update(result_count=7),
        lambda body: body.update(warning="slow down"),
        lambda body: body["results"][0].pop("taxonomies"),
        lambda body: body["results"][0].pop("basic"),
        lambda body: body["results"][0]["basic"].update(license_status="revoked"),
        lambda body: body["results"][0]["taxonomies"][0].update(license_number="7"),
        lambda body: body["results"][0]["addresses"][0].pop("address_purpose"),
        lambda body: body["results"][0].update(enumeration_type="NPI-3"),
    ],
)
def test_an_answer_of_another_shape_stops_the_reading(read, spoil):
    body = answer(provider())
    spoil(body)
    records, report = read(body)
    assert (records, report.outcome) == ([], Outcome.CHANGED)


def test_a_page_that_is_no_answer_is_refused(read):
    _, report = read("<html><body>We are sorry</body></html>")
    assert report.outcome is Outcome.CHANGED


def test_a_saved_answer_that_is_full_is_incomplete(read):
    _, report = read(answer(*[provider(npi(nth)) for nth in range(200)]))
    assert report.outcome is Outcome.INCOMPLETE
