"""Look-ups by form over real HTTP: sessions, redirects, tokens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytest_httpserver import HTTPServer
from werkzeug import Request as Asked
from werkzeug import Response

from scrapers.adapter import Wanted
from scrapers.captures import Captures
from scrapers.fetch import Fetcher
from scrapers.run import Outcome
from scrapers.spec import find_spec
from tests.scrapers.making import ask

RECORDINGS = Path(__file__).parent.parent / "registries"


def recorded(registry: str, name: str) -> str:
    return (RECORDINGS / registry / "recording" / name).read_text(encoding="utf-8")


def html(text: str) -> Response:
    return Response(text, content_type="text/html; charset=utf-8")


def test_mylicense_keeps_its_session_through_the_redirect_to_the_details(
    httpserver: HTTPServer, captures: Captures, fetcher: Callable[..., Fetcher]
) -> None:
    def form(asked: Asked) -> Response:
        if asked.method == "POST":
            assert asked.form["__VIEWSTATE"] == "SEARCH"
            assert asked.form["t_web_lookup__license_no"] == "DAC90101"
            return Response(status=302, headers={"Location": "SearchResults.aspx"})
        answer = html(recorded("us_ri", "search.html"))
        answer.set_cookie("ASP.NET_SessionId", "s1")
        return answer

    def results(asked: Asked) -> Response:
        assert asked.cookies["ASP.NET_SessionId"] == "s1"
        return html(recorded("us_ri", "results1.html"))

    def details(asked: Asked) -> Response:
        if asked.cookies.get("ASP.NET_SessionId") != "s1":
            return html("<html><body>Your session ended.</body></html>")
        return html(recorded("us_ri", f"detail{asked.args['result'][-1]}.html"))

    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/Verification/").respond_with_handler(form)
    httpserver.expect_request("/Verification/Search.aspx").respond_with_handler(form)
    httpserver.expect_request("/Verification/SearchResults.aspx").respond_with_handler(results)
    httpserver.expect_request("/Verification/Details.aspx").respond_with_handler(details)
    spec = find_spec("us_ri").with_base_url(httpserver.url_for("/").rstrip("/"))
    records, report = ask(spec, fetcher(spec=spec), captures=captures, wanted=Wanted(number="DAC90101"))
    httpserver.check_assertions()
    assert [(record.number, record.standing) for record in records] == [
        ("DAC90101", "active"),
        ("DAC90102", "restricted"),
    ]
    assert report.outcome is Outcome.COMPLETE


def test_a_session_that_was_lost_is_a_changed_page_and_never_nobody(
    httpserver: HTTPServer, captures: Captures, fetcher: Callable[..., Fetcher]
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/Verification/").respond_with_data(recorded("us_ri", "search.html"))
    httpserver.expect_request("/Verification/Search.aspx").respond_with_data(recorded("us_ri", "search.html"))
    spec = find_spec("us_ri").with_base_url(httpserver.url_for("/").rstrip("/"))
    records, report = ask(spec, fetcher(spec=spec), captures=captures, wanted=Wanted(number="DAC90101"))
    assert (records, report.outcome) == ([], Outcome.CHANGED)


def test_florida_sends_its_token_and_follows_one_hit_to_the_person(
    httpserver: HTTPServer, captures: Captures, fetcher: Callable[..., Fetcher]
) -> None:
    start = "/MQASearchServices/HealthCareProviders"

    def form(asked: Asked) -> Response:
        if asked.method != "POST":
            return html(recorded("us_fl_mqa", "search.html"))
        sent = asked.form
        assert (sent["__RequestVerificationToken"], sent["SearchDto.LicenseStatus"]) == ("TOKEN1", "ALL")
        assert sent["SearchDto.LicenseNumber"] == "AP9001"
        return Response(status=302, headers={"Location": f"{start}/LicenseVerification?LicInd=9001&ProCde=3801"})

    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request(start).respond_with_handler(form)
    httpserver.expect_request(f"{start}/LicenseVerification").respond_with_data(
        recorded("us_fl_mqa", "detail1.html"), content_type="text/html"
    )
    spec = find_spec("us_fl_mqa").with_base_url(httpserver.url_for("/").rstrip("/"))
    records, report = ask(spec, fetcher(spec=spec), captures=captures, wanted=Wanted(number="AP-9001"))
    httpserver.check_assertions()
    assert [(record.number, record.standing_raw) for record in records] == [("AP9001", "CLEAR / Active")]
    assert records[0].evidence.url.endswith("LicInd=9001&ProCde=3801")
    assert report.outcome is Outcome.COMPLETE
