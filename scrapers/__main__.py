"""`python -m scrapers`: read registries without the site.

list · check · fetch · read · record. Reports go to stdout with --json, everything else to stderr. Exit codes: 0 done,
1 failed, 2 wrong usage, 3 a registry was blocked or a run is not to be believed.

The environment: REGISTRIES_PATH (further folders of registry descriptions), CONTACT_EMAIL and SITE_URL (who asks),
REHEARSAL=1 (registries on loopback may be asked), and REGISTRY_KEY_… (keys that a registry gave you; its file names
them).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scrapers import commands, run_commands
from scrapers.errors import SpecError

VERBS = {
    "list": commands.list_registries,
    "check": commands.check,
    "fetch": run_commands.fetch,
    "read": run_commands.read,
    "record": run_commands.record,
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
    fetch.add_argument("--lookup", metavar="NUMBER", help="one credential, by its number")
    fetch.add_argument("--name", metavar="'LAST, FIRST'", help="people, by name")
    fetch.add_argument("--region", default="", help="with --name, where the registry asks for a state")
    _run(fetch)

    read = verbs.add_parser("read", help="read saved pages and dropped files")
    _which(read)
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    read.add_argument("--channel", choices=("file", "saved_page"), help="which of the two the files are")
    _run(read)

    record = verbs.add_parser("record", help="renew expected.json from a recording, or begin a recording")
    _which(record)
    _terms(record)
    record.add_argument("files", nargs="*", type=Path, metavar="FILE", help="begin a recording of these files")
    record.add_argument("--fetch", action="store_true", help="begin a recording of the whole list over the network")
    record.add_argument("--folder", type=Path, help="the recording's folder (tests/registries/ID)")
    record.add_argument("--json", action="store_true")
    return top


def _which(verb: argparse.ArgumentParser, *, needed: bool = True) -> None:
    verb.add_argument("id", nargs="?", metavar="ID", help="a known registry")
    verb.add_argument("--spec", type=Path, metavar="FILE", help="any registry description on disk")
    verb.set_defaults(needed=needed)


def _network(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--base-url", metavar="URL", help="ask this scheme and host in place of the registry's")
    _terms(verb)


def _terms(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--terms-read-by", metavar="EMAIL", help="who read its terms, if its file doesn't say")
    verb.add_argument("--most-pages", type=int, metavar="N", help="stop after so many pages")


def _run(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--out", type=Path, metavar="FILE", help="where the records go, one JSON a line")
    verb.add_argument("--captures", type=Path, metavar="DIR", help="keep what was read here")
    verb.add_argument("--json", action="store_true", help="the run's report on stdout")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb and gives its exit code."""
    top = parser()
    given = top.parse_args(arguments)
    if given.verb in ("read", "record") and given.spec and given.id:
        given.files.insert(0, Path(given.id))  # with --spec, the first word is a file
        given.id = None
    try:
        if given.verb != "list" and given.needed and not (given.id or given.spec):
            wanted = ", and the files to read after it" if given.verb == "read" else ""
            raise SpecError(f"give a registry's ID or --spec FILE{wanted}")
        settings = commands.Settings.from_environment(os.environ)
        return VERBS[given.verb](given, settings)
    except SpecError as wrong:
        print(f"{top.prog} {given.verb}: {wrong}", file=sys.stderr)
        return commands.WRONG_USAGE


if __name__ == "__main__":
    sys.exit(main())
