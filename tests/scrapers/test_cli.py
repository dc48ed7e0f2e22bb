"""`python -m scrapers`: verbs, exit codes, and one JSON document on stdout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request as Asked
from werkzeug import Response

from scrapers import pace
from scrapers.__main__ import VERBS, main
from scrapers.commands import put_json, tell
from scrapers.spec import known_specs
from tests.scrapers.layouts import MD
from tests.scrapers.making import ROWS, make_file, make_yaml

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("REGISTRIES_PATH", "CONTACT_EMAIL", "SITE_URL", "REHEARSAL", "ENV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pace, "shared_folder", lambda: tmp_path / "pace")
    monkeypatch.setattr(pace.time, "sleep", lambda seconds: None)


def run(capsys: Captured, *words: str | Path) -> tuple[int, Any]:
    """The exit code, and the document on stdout."""
    code = main([str(word) for word in words])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_list_knows_every_registry(capsys: Captured) -> None:
    code, listed = run(capsys, "list", "--json")
    assert code == 0
    assert {one["id"] for one in listed} == set(known_specs())
    assert not any(one["terms_read"] for one in listed)
    assert main(["list"]) == 0
    assert "us_md" in capsys.readouterr().out


def test_an_operators_folder_is_listed_too(capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_yaml(tmp_path)
    monkeypatch.setenv("REGISTRIES_PATH", str(tmp_path))
    assert "xx_board" in {one["id"] for one in run(capsys, "list", "--json")[1]}
    assert run(capsys, "check", "xx_board", "--json") == (0, {"sound": True, "doubts": {"xx_board": []}})


@pytest.mark.parametrize(("name", "value"), [("REGISTRIES_PATH", "/no/such/folder"), ("REHEARSAL", "perhaps")])
def test_a_wrong_setting_stops_the_start_with_its_name(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["list"]) == 2
    assert f"{name}: " in capsys.readouterr().err


def test_one_bad_description_does_not_take_the_others_along(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_yaml(tmp_path, id="xx_bad", colour="red")
    make_yaml(tmp_path)
    file = make_file(tmp_path, ROWS)
    monkeypatch.setenv("REGISTRIES_PATH", str(tmp_path))
    assert run(capsys, "read", "xx_board", file, "--json")[1]["outcome"] == "complete"
    assert main(["list"]) == 0
    assert "cannot be used: xx_bad.yaml: unknown key: colour" in capsys.readouterr().err
    code, told = run(capsys, "check", "--json")
    assert (code, told["sound"], told["doubts"]["registries"]) == (1, False, ["xx_bad.yaml: unknown key: colour"])
    assert main(["read", "xx_bad", str(file)]) == 2
    assert "unknown key: colour" in capsys.readouterr().err


def test_records_that_can_go_nowhere_are_refused_before_anything_is_read(capsys: Captured, tmp_path: Path) -> None:
    file = make_file(tmp_path, ROWS)
    for out in (tmp_path / "missing" / "records.jsonl", tmp_path):
        assert main(["read", "--spec", str(make_yaml(tmp_path)), str(file), "--out", str(out)]) == 2
        assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [["check"], ["fetch"], ["read", "list.csv"], ["record"]], ids=lambda verb: verb[0])
def test_a_description_that_is_not_there_is_wrong_usage_for_every_verb(
    capsys: Captured, tmp_path: Path, verb: list[str]
) -> None:
    code, told = run(capsys, *verb, "--spec", tmp_path / "missing.yaml", "--json")
    assert (code, told["outcome"]) == (2, None)
    assert "missing.yaml is no file" in told["reason"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["fetch", "us_hi"], "manual (a person looks: https://"),
        (["fetch", "us_ca"], "saved_page (save the page in a browser at https://"),
        (["fetch", "us_md", "--lookup", "5"], "It offers roster (the whole list, over the network)"),
        (["record", "us_hi", "--fetch"], "manual (a person looks: https://"),
    ],
)
def test_who_asks_at_a_door_that_is_not_there_is_told_of_the_others(
    capsys: Captured, arguments: list[str], told: str
) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("pages", ["0", "-1", "many"])
def test_no_page_at_all_is_wrong_usage(capsys: Captured, pages: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["fetch", "us_md", "--most-pages", pages])
    assert "1 or more" in capsys.readouterr().err


def test_check_says_what_is_wrong_with_a_description(capsys: Captured, tmp_path: Path) -> None:
    assert run(capsys, "check", "--json")[1]["sound"] is True
    code, told = run(capsys, "check", "--spec", make_yaml(tmp_path, colour="red"), "--json")
    assert (code, told["sound"]) == (1, False)
    assert "unknown key: colour" in str(told["doubts"])
    code, told = run(capsys, "check", "--spec", make_yaml(tmp_path, date_formats=None), "--json")
    assert (code, told["doubts"]["xx_board"]) == (1, ["expires_on has no date format"])


def test_read_prints_the_report_and_writes_the_records(capsys: Captured, tmp_path: Path) -> None:
    file, out = make_file(tmp_path, MD.text(), "acupactive.csv"), tmp_path / "records.jsonl"
    code, report = run(capsys, "read", "us_md", file, "--out", out, "--captures", tmp_path / "kept", "--json")
    assert (code, report["outcome"], report["records"]) == (0, "complete", 3)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["number"] for line in lines] == ["U03116", "U643", "U1023"]
    assert {line["evidence"]["method"] for line in lines} == {"bulk_file_row"}
    assert list((tmp_path / "kept").rglob(report["captures"][0]))


def test_read_without_out_and_json_prints_the_records(capsys: Captured, tmp_path: Path) -> None:
    assert main(["read", "--spec", str(make_yaml(tmp_path)), str(make_file(tmp_path, ROWS))]) == 0
    captured = capsys.readouterr()
    assert [json.loads(line)["number"] for line in captured.out.splitlines()] == ["A-1", "A-2"]
    assert "complete" in captured.err


@pytest.mark.parametrize(
    ("content", "code", "outcome"),
    [
        (ROWS, 0, "complete"),
        (ROWS + "A-3,cut", 0, "incomplete"),
        (ROWS.replace("Status", "State"), 1, "changed"),
        ('<div class="cf-turnstile">', 3, "blocked"),
    ],
)
def test_the_exit_code_says_how_a_run_ended(
    capsys: Captured, tmp_path: Path, content: str, code: int, outcome: str
) -> None:
    file = make_file(tmp_path, content)
    found, report = run(capsys, "read", "--spec", make_yaml(tmp_path), file, "--json")
    assert (found, report["outcome"]) == (code, outcome)


def test_records_of_a_run_that_is_not_believed_do_not_replace_earlier_ones(capsys: Captured, tmp_path: Path) -> None:
    spec, out = make_yaml(tmp_path, expect={"least": 10}), tmp_path / "records.jsonl"
    out.write_text("earlier\n", encoding="utf-8")
    code, report = run(capsys, "read", "--spec", spec, make_file(tmp_path, ROWS), "--out", out, "--json")
    assert (code, report["outcome"]) == (3, "suspect")
    assert out.read_text(encoding="utf-8") == "earlier\n"
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []


@pytest.mark.parametrize(
    "words",
    [
        ["read", "us_nobody", "x.csv"],
        ["read", "us_md", "nowhere.csv"],
        ["fetch"],
        ["fetch", "us_ca_file", "--terms-read-by", "ada@directory.example"],
        ["fetch", "us_md", "--terms-read-by", "ada@directory.example"],
        ["fetch", "us_md", "--base-url", "not an address"],
    ],
)
def test_wrong_usage_is_two(capsys: Captured, words: list[str]) -> None:
    code, told = run(capsys, *words, "--json")
    assert (code, told["outcome"], bool(told["reason"])) == (2, None, True)


def test_unknown_words_are_wrong_usage_too(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2


def test_a_registry_is_not_asked_before_its_terms_were_read(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTACT_EMAIL", "operator@directory.example")
    code, report = run(capsys, "fetch", "us_md", "--json")
    assert (code, report["outcome"], report["requests"]) == (3, "blocked", 0)
    assert "terms" in report["reason"]


def test_a_rehearsal_asks_this_machine_only_when_it_is_switched_on(
    capsys: Captured, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/bacc/Documents/acupactive.csv").respond_with_data(MD.text(), content_type="text/csv")
    base = httpserver.url_for("").rstrip("/")
    monkeypatch.setenv("CONTACT_EMAIL", "operator@directory.example")
    words = ("fetch", "us_md", "--base-url", base, "--terms-read-by", "ada@directory.example", "--json")
    code, report = run(capsys, *words)
    assert (code, report["outcome"]) == (3, "blocked")
    assert "not a public address" in report["reason"]
    monkeypatch.setenv("REHEARSAL", "1")
    code, report = run(capsys, "fetch", "us_md", "--base-url", base, "--json")
    assert (code, report["outcome"], report["records"]) == (0, "complete", 3)
    monkeypatch.setenv("ENV", "production")
    assert run(capsys, "fetch", "us_md", "--base-url", base, "--json")[0] == 2


def test_a_dataset_is_counted_and_then_read_in_windows(
    capsys: Captured, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = json.loads((Path(__file__).parent.parent / "registries/us_il/recording/rows.json").read_text("utf-8"))
    asked: list[dict[str, str]] = []

    def answer(request: Asked) -> Response:
        query = dict(request.args)
        asked.append(query)
        assert query["$where"] == "license_type='ACUPUNCTURE'"
        if "$select" in query:
            return Response(json.dumps([{"count": str(len(rows))}]), content_type="application/json")
        start = int(query["$offset"])
        found = rows[start : start + int(query["$limit"])]
        return Response(json.dumps(found), content_type="application/json")

    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/resource/pzzh-kp68.json").respond_with_handler(answer)
    monkeypatch.setenv("REHEARSAL", "1")
    spec = known_specs()["us_il"].path
    assert spec is not None
    small = make_file(tmp_path, spec.read_text("utf-8").replace("page_size: 5000", "page_size: 3"), "us_il.yaml")
    base = httpserver.url_for("").rstrip("/")
    code, report = run(capsys, "fetch", "--spec", small, "--base-url", base, "--json")
    assert (code, report["outcome"], report["declared"], report["records"]) == (0, "complete", 7, 5)
    assert [(query.get("$order"), query.get("$offset")) for query in asked] == [
        (None, None),
        (":id", "0"),
        (":id", "3"),
        (":id", "6"),
    ]


def test_a_lookup_asks_for_one_number(
    capsys: Captured, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def answer(request: Asked) -> Response:
        seen.append(request.args["$where"])
        return Response("[]", content_type="application/json")

    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/resource/qxh8-f4bd.json").respond_with_handler(answer)
    monkeypatch.setenv("REHEARSAL", "1")
    base = httpserver.url_for("").rstrip("/")
    code, report = run(capsys, "fetch", "us_wa", "--base-url", base, "--lookup", "AC 60907523", "--json")
    assert (code, report["outcome"], report["records"]) == (0, "complete", 0)
    run(capsys, "fetch", "us_wa", "--base-url", base, "--name", "O'Mara, Síle", "--json")
    assert seen[0].startswith("credentialnumber like '%60907523' AND (upper(credentialtype) like")
    assert seen[1].startswith("upper(lastname) like '%O''MARA%' AND")


def test_record_begins_a_recording_and_renews_what_is_expected(capsys: Captured, tmp_path: Path) -> None:
    spec, folder = make_yaml(tmp_path), tmp_path / "recording-of-a-board"
    made = make_file(tmp_path, ROWS)
    code, report = run(capsys, "record", "--spec", spec, "--from", made, "--out", folder, "--json")
    assert (code, report["records"]) == (0, 2)
    first = (folder / "expected.json").read_text(encoding="utf-8")
    assert json.loads(first)["records"][0]["number"].startswith("A-")
    assert run(capsys, "record", "--spec", spec, "--out", folder, "--json")[0] == 0
    assert (folder / "expected.json").read_text(encoding="utf-8") == first


def test_a_command_that_is_not_understood_is_answered_in_json_too(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["fetch", "us_md", "--most-pages", "many", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (stopped.value.code, told["outcome"], "not understood" in told["reason"]) == (2, None, True)


def test_a_mistake_of_the_program_is_a_failure_with_its_trace_and_one_document(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setitem(VERBS, "list", broken)
    assert main(["list", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["reason"].endswith("broke: ZeroDivisionError: a mistake")
    assert "Traceback" in said.err


def test_what_a_source_published_does_not_steer_the_terminal(capsys: Captured) -> None:
    tell("column \x1b[2J\u202e is new")
    put_json({"reason": "half a letter: \ud800"})
    said = capsys.readouterr()
    assert said.err == "column \\x1b[2J\\u202e is new\n"
    assert json.loads(said.out) == {"reason": "half a letter: \ud800"}
