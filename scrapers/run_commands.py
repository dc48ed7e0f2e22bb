"""The verbs of `python -m scrapers` that read: fetch and read."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from scrapers.adapter import Wanted
from scrapers.captures import Captures
from scrapers.commands import DONE, FAILED, NOT_BELIEVED, Settings, chosen, now, put_json, tell
from scrapers.doors import ways_in
from scrapers.errors import SpecError
from scrapers.fetch import Fetcher
from scrapers.record import RegistryRecord
from scrapers.run import Outcome, RunReport, Scrape
from scrapers.spec import RegistrySpec

CODES = {
    Outcome.COMPLETE: DONE,
    Outcome.INCOMPLETE: DONE,
    Outcome.DOWN: FAILED,
    Outcome.CHANGED: FAILED,
    Outcome.BLOCKED: NOT_BELIEVED,
    Outcome.SUSPECT: NOT_BELIEVED,
}


def fetch(given: Namespace, settings: Settings) -> int:
    spec = chosen(given, settings)
    wanted = wanted_of(given)
    channel = spec.channel("lookup" if wanted else "roster").name
    _look_where_records_go(given.out)
    report = refused_for_terms(spec, given, settings)
    if report is not None:
        return concluded(report, given)
    spec = with_terms(spec, given)
    captures = Captures(given.captures)
    with closing(fetcher_for(spec, settings, captures)) as fetcher:
        scrape = Scrape(
            spec,
            channel=channel,
            captures=captures,
            now=now,
            fetcher=fetcher,
            wanted=wanted,
            most_pages=given.most_pages,
            on_progress=_progress,
        )
        code = _run_to_the_end(scrape, given)
        if scrape.report.outcome is Outcome.COMPLETE:
            fetcher.believe()
        return code


def read(given: Namespace, settings: Settings) -> int:
    spec = chosen(given, settings)
    for file in given.files:
        if not file.is_file():
            raise SpecError(f"{file} is no file")
    _look_where_records_go(given.out)
    channel = given.channel or channel_of_files(spec, given.files)
    scrape = Scrape(
        spec, channel=channel, captures=Captures(given.captures), now=now, files=given.files, on_progress=_progress
    )
    return _run_to_the_end(scrape, given)


def channel_of_files(spec: RegistrySpec, files: Iterable[Path]) -> str:
    """Whether files given without a word are bulk files or saved pages. Raises SpecError when the registry reads
    neither."""
    offered = [name for name in ("file", "saved_page") if name in spec.channels]
    if not offered:
        raise SpecError(f"{spec.id}: reads no files. It offers {ways_in(spec.channels, spec.home)}")
    fitting = [name for name in offered if all(spec.channel(name).fits(file.name) for file in files)]
    return (fitting or offered)[0]


def refused_for_terms(spec: RegistrySpec, given: Namespace, settings: Settings) -> RunReport | None:
    """Why a registry may not be asked yet: nobody recorded having read its terms. A rehearsal asks nobody real."""
    if is_rehearsal(spec, settings) or given.terms_read_by or spec.terms.are_in_force(now().date()):
        return None
    report = RunReport(registry=spec.id, outcome=Outcome.BLOCKED)
    lacking = (
        f"its terms of {spec.terms.read_on} are to be read again"
        if spec.terms.were_read
        else "nobody has recorded that its terms were read"
    )
    report.reason = f"{spec.id}: {lacking}; read them, then say --terms-read-by EMAIL"
    return report


def with_terms(spec: RegistrySpec, given: Namespace) -> RegistrySpec:
    """The registry with whoever is named as having read its terms, for sources that ask to accept them."""
    return spec.with_terms_read(given.terms_read_by, now().date()) if given.terms_read_by else spec


def is_rehearsal(spec: RegistrySpec, settings: Settings) -> bool:
    """Whether only this machine is asked, and that is allowed."""
    hosts = {urlsplit(origin).hostname for origin in spec.allowed_hosts}
    return settings.rehearsal and hosts <= {"127.0.0.1", "localhost", "::1"}


def fetcher_for(spec: RegistrySpec, settings: Settings, captures: Captures) -> Fetcher:
    contact = settings.contact or ("rehearsal@directory.example" if is_rehearsal(spec, settings) else "")
    if not contact:
        raise SpecError("set CONTACT_EMAIL: a registry is only asked with a contact in the user agent")
    return Fetcher(
        spec, captures=captures, now=now, contact=contact, site_url=settings.site_url, rehearsal=settings.rehearsal
    )


def wanted_of(given: Namespace) -> Wanted | None:
    """Whom --lookup or --name asks for; None for everybody."""
    if given.lookup:
        return Wanted(number=given.lookup, region=given.region)
    if given.name:
        family, _, first = given.name.partition(",")
        return Wanted(family=family.strip(), given=first.strip(), region=given.region)
    return None


def _progress(report: RunReport) -> None:
    tell(f"{report.registry}: {report.pages} pages, {report.rows} rows, {report.records} records")


def _look_where_records_go(out: Path | None) -> None:
    """Raises SpecError for a place that cannot be written to, before anybody is asked."""
    if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
        raise SpecError(f"--out: {out} cannot be written: {'it is a folder' if out.is_dir() else 'no such folder'}")


def _run_to_the_end(scrape: Scrape, given: Namespace) -> int:
    if given.out:
        draft = given.out.with_name(f".{given.out.name}.unfinished")
        with draft.open("w", encoding="utf-8") as lines:
            lines.writelines(_lines(scrape.records()))
        if scrape.report.outcome.is_usable:
            draft.replace(given.out)
        else:
            draft.unlink()
    elif given.json:
        for _ in scrape.records():
            continue
    else:
        sys.stdout.writelines(_lines(scrape.records()))
    return concluded(scrape.report, given)


def _lines(records: Iterable[RegistryRecord]) -> Iterator[str]:
    return (json.dumps(record.as_json(), ensure_ascii=False, default=str) + "\n" for record in records)


def concluded(report: RunReport, given: Namespace) -> int:
    """Says how a run ended and gives the exit code of that."""
    if given.json:
        put_json(report.as_json())
    for warning in report.warnings:
        tell(f"{report.registry}: {warning}")
    for error in report.row_errors:
        tell(f"{report.registry}: {error['file']} line {error['line']} {error['reason']}")
    tell(f"{report.registry}: {report.outcome}{': ' if report.reason else ''}{report.reason}")
    if not report.outcome.is_usable:
        tell(f"{report.registry}: nothing of this run may be used")
    return CODES[report.outcome]
