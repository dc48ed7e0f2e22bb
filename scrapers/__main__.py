"""`python -m scrapers`: read registries without the site.

list · check · fetch · read · describe · record. Reports go to stdout with --json, everything else to stderr. Exit
codes: 0 done, 1 failed, 2 wrong usage, 3 a registry was blocked or a run is not to be believed.

The environment: REGISTRIES_PATH (further folders of registry descriptions), CONTACT_EMAIL and SITE_URL (who asks),
REHEARSAL=1 (registries on loopback may be asked), and REGISTRY_KEY_… (keys that a registry gave you; its file names
them).
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from scrapers import commands, record_commands, run_commands
from scrapers.errors import SpecError

VERBS = {
    "list": commands.list_registries,
    "check": commands.check,
    "fetch": run_commands.fetch,
    "read": run_commands.read,
    "describe": record_commands.describe,
    "record": record_commands.record,
}


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m scrapers", description="Read licensing and certification registries.")
    verbs = top.add_subparsers(dest="verb", required=True)

    listing = verbs.add_parser("list", help="the known registries")
    listing.add_argument("--json", action="store_true")

    check = verbs.add_parser("check", help="is a description sound?")
    _which(check, needed=False)
    check.add_argument("--json", action="store_true")

    fetch = verbs.add_parser("fetch", help="ask a registry over the network")
    _which(fetch)
    _network(fetch)
    _wanted(fetch)
    _run(fetch)

    read = verbs.add_parser("read", help="read saved pages and dropped files")
    _which(read)
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    read.add_argument("--channel", choices=("file", "saved_page"), help="which of the two the files are")
    _run(read)

    describe = verbs.add_parser("describe", help="draft a description from a saved page, CSV, workbook or JSON")
    describe.add_argument("file", type=Path, metavar="FILE")
    describe.set_defaults(needed=False)

    _record(verbs.add_parser("record", help="make a recording with invented people, or renew what is expected of it"))
    return top


def _record(verb: argparse.ArgumentParser) -> None:
    _which(verb)
    _terms(verb)
    _wanted(verb)
    verb.add_argument(
        "--from", dest="pages", nargs="+", type=Path, default=[], metavar="PAGE", help="of saved pages or files"
    )
    verb.add_argument("--fetch", action="store_true", help="of the whole list, over the network")
    verb.add_argument(
        "--channel",
        choices=("roster", "lookup", "file", "saved_page"),
        help="which of the registry's channels the pages are of",
    )
    verb.add_argument("--rows", type=_at_least_one, default=4, metavar="N", help="rows to keep of each list (4)")
    verb.add_argument("--out", type=Path, metavar="FOLDER", help="where the recording lives (tests/registries/ID)")
    verb.add_argument("--again", action="store_true", help="replace the recording that is there")
    verb.add_argument("--check", action="store_true", help="only look for what looks like a real person")
    verb.add_argument("--json", action="store_true", help="the report on stdout")


def _which(verb: argparse.ArgumentParser, *, needed: bool = True) -> None:
    verb.add_argument("id", nargs="?", metavar="ID", help="a known registry")
    verb.add_argument("--spec", type=Path, metavar="FILE", help="any registry description on disk")
    verb.set_defaults(needed=needed)


def _network(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--base-url", metavar="URL", help="ask this scheme and host in place of the registry's")
    _terms(verb)


def _wanted(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--lookup", metavar="NUMBER", help="one credential, by its number")
    verb.add_argument("--name", metavar="'LAST, FIRST'", help="people, by name")
    verb.add_argument("--region", default="", help="with --name, where the registry asks for a state")


def _terms(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--terms-read-by", metavar="EMAIL", help="who read its terms, if its file doesn't say")
    verb.add_argument("--most-pages", type=_at_least_one, metavar="N", help="stop after so many pages")


def _at_least_one(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text} should be a whole number, 1 or more")
    return int(text)


def _run(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--out", type=Path, metavar="FILE", help="where the records go, one JSON a line")
    verb.add_argument("--captures", type=Path, metavar="DIR", help="keep what was read here")
    verb.add_argument("--json", action="store_true", help="the run's report on stdout")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb and gives its exit code. With --json there is one document on stdout, whatever happens."""
    top = parser()
    try:
        given = top.parse_args(arguments)
    except SystemExit as wrong:
        if wrong.code and "--json" in (sys.argv[1:] if arguments is None else arguments):
            commands.put_json(commands.no_report("", "the command was not understood; see its --help"))
        raise
    if given.verb == "read" and given.spec and given.id:
        given.files.insert(0, Path(given.id))  # with --spec, the first word is a file
        given.id = None
    try:
        if getattr(given, "spec", None) and not given.spec.is_file():
            raise SpecError(f"--spec: {given.spec} is no file")
        if given.verb != "list" and given.needed and not (given.id or given.spec):
            wanted = ", and the files to read after it" if given.verb == "read" else ""
            raise SpecError(f"give a registry's ID or --spec FILE{wanted}")
        settings = commands.Settings.from_environment(os.environ)
        return VERBS[given.verb](given, settings)
    except SpecError as wrong:
        return _given_up(given, f"{top.prog} {given.verb}: {wrong}", commands.WRONG_USAGE)
    except Exception as wrong:  # the last resort: a program that asked for JSON is told too
        traceback.print_exc()
        return _given_up(given, f"{top.prog} {given.verb}: broke: {type(wrong).__name__}: {wrong}", commands.FAILED)


def _named(given: argparse.Namespace) -> str:
    """The registry or the description that was asked for, where one was."""
    return str(getattr(given, "id", None) or getattr(given, "spec", None) or "")


def _given_up(given: argparse.Namespace, reason: str, code: int) -> int:
    commands.tell(reason)
    if getattr(given, "json", False):
        commands.put_json(commands.no_report(_named(given), reason))
    return code


if __name__ == "__main__":
    sys.exit(main())
