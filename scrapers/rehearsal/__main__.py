"""`python -m scrapers.rehearsal`: invented boards on this machine, in the shapes of all the platforms.

--list tells the shapes and the ways to misbehave. With --misbehave NAME the server misbehaves so; with several, one
server for each, at following ports. Ctrl-C ends it.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from scrapers.rehearsal.cast import FEWEST, cast
from scrapers.rehearsal.misbehavior import Misbehavior
from scrapers.rehearsal.misbehaviors import BY_NAME
from scrapers.rehearsal.server import RehearsalServer
from scrapers.rehearsal.shapes.all_shapes import shapes
from scrapers.rehearsal.shapes.shape import Shape
from scrapers.spec import REGISTRIES

DONE, WRONG_USAGE = 0, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is interrupted. Gives the exit code."""
    given = _parser().parse_args(arguments)
    if given.list:
        say(listing())
        return DONE
    unknown = [name for name in given.misbehave if name not in BY_NAME]
    if unknown or given.people < FEWEST:
        wrong = f"nothing misbehaves as {', '.join(unknown)}; see --list" if unknown else f"--people: {FEWEST} or more"
        sys.stderr.write(f"{wrong}\n")
        return WRONG_USAGE
    people = cast(given.people, today=datetime.now(UTC).date())
    ways: list[Misbehavior | None] = [BY_NAME[name] for name in given.misbehave] or [None]
    with ExitStack() as running:
        for at, misbehavior in enumerate(ways):
            port = given.port + at if given.port else 0
            server = running.enter_context(RehearsalServer(people, port=port, misbehave=misbehavior))
            say(welcome(server, misbehavior))
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            say("ended")
    return DONE


def listing() -> str:
    """The shapes and the ways to misbehave, a line for each."""
    lines = ["Shapes:", *(f"  {shape.name:24} {shape.kind:9} {shape.about}" for shape in shapes().values())]
    lines += ["", "Ways to misbehave, and what a run should end with:"]
    lines += [f"  {one.name:24} {one.outcome:11} {one.about}" for one in BY_NAME.values()]
    return "\n".join(lines)


def welcome(server: RehearsalServer, misbehavior: Misbehavior | None) -> str:
    """Where it is and what to try, of the shapes that this misbehavior applies to."""
    lines = [f"Invented boards at {server.address}{f', misbehaving: {misbehavior.about}' if misbehavior else ''}"]
    for shape in shapes().values():
        if misbehavior is None or misbehavior.applies_to(shape):
            lines.append(f"  {command(shape, server)}")
    return "\n".join(lines)


def command(shape: Shape, server: RehearsalServer) -> str:
    """What to type in another terminal to read this board."""
    if shape.kind == "saved":
        file = shape.paths[0].rpartition("/")[2]
        return f"curl -sO {server.address}{shape.paths[0]} && python -m scrapers read {shape.name} {file}"
    built_in = shape.spec_path.parent == REGISTRIES
    which = shape.name if built_in else f"--spec {shape.spec_path}"
    whom = ""
    if shape.wanted:
        number = server.stage.people(shape)[0].number
        by_number = shape.spec.channel("lookup").by_number is not None and not shape.wanted.number
        whom = f" --lookup {shape.wanted.number or number}" if by_number or shape.wanted.number else " --name %"
    # A page of terms is accepted in somebody's name only.
    terms = " --terms-read-by you@directory.example" if shape.name == "us_tx_tmb" else ""
    return f"REHEARSAL=1 python -m scrapers fetch {which}{whom}{terms} --base-url {server.address}"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scrapers.rehearsal", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="a free one if not given")
    parser.add_argument("--people", type=int, default=FEWEST, help=f"in the cast, {FEWEST} or more")
    parser.add_argument("--misbehave", nargs="+", default=[], metavar="NAME", help="a server for each; see --list")
    parser.add_argument("--list", action="store_true", help="tell the shapes and the ways to misbehave")
    return parser


if __name__ == "__main__":
    sys.exit(main())
