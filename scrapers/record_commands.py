"""The verb `record`: makes a recording with invented people, renews what is expected of it, or checks it."""

from __future__ import annotations

import sys
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from scrapers.captures import Captures
from scrapers.channels import Channel
from scrapers.commands import DONE, FAILED, Settings, chosen, now, tell
from scrapers.describing import drafted
from scrapers.errors import SpecError
from scrapers.leftovers import leftovers_of
from scrapers.recorded_shapes import ending_of
from scrapers.recording import RecordedPage, Recording, expected_json, load_recording, replay
from scrapers.recording_anonymous import Made, anonymous
from scrapers.recording_new import Cutter, SavedAnswers, body_of, of_answers, of_files, saved_at
from scrapers.report import RunReport
from scrapers.run_commands import channel_of_files, concluded, fetcher_for, refused_for_terms, wanted_of, with_terms
from scrapers.spec import REGISTRIES, RegistrySpec

BUILT_IN = Path("tests/registries")


def record(given: Namespace, settings: Settings) -> int:
    """Makes a recording --from pages or by --fetch; without either, renews expected.json; with --check, only looks."""
    spec = chosen(given, settings)
    folder = given.out or folder_of(spec)
    if given.check:
        return _check(spec, folder)
    if given.pages or given.fetch or given.lookup or given.name:
        if (folder / "recording.yaml").exists() and not given.again:
            raise SpecError(f"{folder} holds a recording already: --again makes it anew, or give another --out")
        try:
            made = _made(spec, given, settings)
        except NothingToRecord as nothing:
            tell(f"{folder}: nothing was recorded: only what can be read is")
            return concluded(nothing.report, given)
        write(folder, made.recording)
        _tell_of(made, folder)
    return _renewed(with_terms(spec, given), folder, given)


class NothingToRecord(Exception):  # noqa: N818 - an answer to whoever wants a recording
    """The registry was not asked, or what it answered cannot be read: `report` says why."""

    def __init__(self, report: RunReport) -> None:
        self.report = report
        super().__init__(report.reason)


def _made(spec: RegistrySpec, given: Namespace, settings: Settings) -> Made:
    """A recording with invented people. Raises NothingToRecord."""
    channel = _channel_of(spec, given)
    refused = None if given.pages else refused_for_terms(spec, given, settings)
    if refused is not None:
        raise NothingToRecord(refused)
    cutter = Cutter(with_terms(spec, given), channel, given.rows)
    with TemporaryDirectory(prefix="recording-") as scratch:
        made = anonymous(_raw(cutter, given, settings), cutter, Path(scratch))
    if made.unread is not None:
        raise NothingToRecord(made.unread)
    return made


def describe(given: Namespace, settings: Settings) -> int:
    """Writes a draft of a description to stdout."""
    if not given.file.is_file():
        raise SpecError(f"{given.file} is no file")
    sys.stdout.write(drafted(given.file))
    return DONE


def folder_of(spec: RegistrySpec, *, built_in: Path = BUILT_IN) -> Path:
    """Where a registry's recording lives: with the tests, or beside the description of one that is not built in."""
    if spec.path is None or spec.path.parent == REGISTRIES:
        return built_in / spec.id
    if spec.path.name == "spec.yaml":  # an invented registry, in the folder of its recording
        return spec.path.parent
    return spec.path.parent / "recordings" / spec.id


def _channel_of(spec: RegistrySpec, given: Namespace) -> Channel:
    """The channel to record. Raises SpecError where the registry doesn't offer it."""
    for page in given.pages:
        if not page.is_file():
            raise SpecError(f"--from: {page} is no file")
    usual = "lookup" if wanted_of(given) else "" if given.pages else "roster"
    return spec.channel(given.channel or usual or channel_of_files(spec, given.pages))


def _raw(cutter: Cutter, given: Namespace, settings: Settings) -> Recording:
    """What the registry answered or was saved, cut to a few rows, with the real people still in it. Raises
    NothingToRecord."""
    if given.pages and not cutter.channel.is_network:
        return of_files(given.pages, cutter, at=saved_at(given.pages))
    spec, wanted, captures = cutter.spec, wanted_of(given), Captures(None)
    if given.pages:
        at = saved_at(given.pages)
        saved = SavedAnswers([RecordedPage(page.name, body_of(page)) for page in given.pages], captures, at=at)
        recording, report = of_answers(saved, cutter, at=at, wanted=wanted)
        for left in saved.left:
            tell(f"{spec.id}: {left.url} was not asked for")
    else:
        with closing(fetcher_for(spec, settings, captures)) as fetcher:
            recording, report = of_answers(fetcher, cutter, at=now(), wanted=wanted, most_pages=given.most_pages or 8)
    if not recording.pages:
        raise NothingToRecord(report)
    return recording


# Writing --------------------------------------------------------------------------------------------------------------


def write(folder: Path, recording: Recording) -> None:
    """The files of a recording and its recording.yaml. Earlier files of it are removed."""
    target = folder / "recording"
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        old.unlink()
    about: dict[str, Any] = {
        "channel": recording.channel,
        "retrieved_at": recording.retrieved_at.replace(microsecond=0).isoformat(),
    }
    wanted = recording.wanted
    if wanted:
        about["wanted"] = {name: value for name in wanted.__slots__ if (value := getattr(wanted, name))}
    if recording.terms_accepted_by:
        about["terms_accepted_by"] = recording.terms_accepted_by
    if recording.files:
        about["files"] = list(recording.files)
    for name, body in recording.files.items():
        (folder / name).write_bytes(body)
    for place, page in enumerate(recording.pages, start=1):
        file = f"recording/page{place}{ending_of(page.body)}"
        (folder / file).write_bytes(page.body)
        entry: dict[str, Any] = {"url": page.url} | ({"form": dict(page.form)} if page.form is not None else {})
        media_type = {"media_type": page.media_type} if page.media_type else {}
        about.setdefault("pages", []).append(entry | {"file": file} | media_type)
    text = yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=1000)
    (folder / "recording.yaml").write_text(f"# Invented people.\n{text}", encoding="utf-8")


def _tell_of(made: Made, folder: Path) -> None:
    counts = ", ".join(f"{number} × {kind}" for kind, number in made.counts.items())
    tell(f"{folder}: replaced {counts or 'nothing: does the description name the columns?'}")
    for line in made.to_do:
        tell(f"DO BY HAND: {line}")
    for line in made.doubts:
        tell(f"LOOK: {line}")
    tell("LOOK: dates, towns, ZIP codes and standing words stayed as they were")


def _renewed(spec: RegistrySpec, folder: Path, given: Namespace) -> int:
    """Reads the recording and writes what is expected of it."""
    if not (folder / "recording.yaml").exists():
        raise SpecError(f"{folder} holds no recording yet: give a saved page (--from PAGE) or --fetch")
    with TemporaryDirectory(prefix="replay-") as scratch:
        records, report, _ = replay(spec, load_recording(folder), Path(scratch))
    (folder / "expected.json").write_text(expected_json(records, report), encoding="utf-8")
    tell(f"{folder}: look through its files (invented people only?) and expected.json, then run the contract tests:")
    tell(f"  pytest tests/registries/test_contract.py -k {folder.name}")
    return concluded(report, given)


def _check(spec: RegistrySpec, folder: Path) -> int:
    """Lists what in a recording looks like a real person."""
    recording = load_recording(folder)
    with TemporaryDirectory(prefix="replay-") as scratch:
        records, _, _ = replay(spec, recording, Path(scratch))
    found = list(leftovers_of(recording, spec, records))
    for finding in found:
        tell(finding)
    tell(f"{folder}: {len(found)} findings")
    return FAILED if found else DONE
