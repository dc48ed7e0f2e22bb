"""`flask --app wsgi claims …`: does a text, or a listing, promise what may not be promised?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from directory import clock
from directory.extensions import db, only_reading
from directory.listings.held_words import held_words
from directory.listings.listings import find_listing
from directory.listings.published_words import ask_about_published_words, published_claims
from directory.rules.claims import LONGEST, Finding, find_claims, find_title_claims, withheld

commands = AppGroup("claims", help="Health and credential claims in text (English, some Spanish).")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("lint")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--listing", "slug", help="Read a listing's own words instead, also those that wait.")
@click.option("--listings", is_flag=True, help="Read the public words of all managed listings.")
@click.option("--ask", is_flag=True, help="With --listings: put what is found before a moderator.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def lint(file: Path | None, slug: str | None, listings: bool, ask: bool, as_json: bool) -> None:
    """Tell what is claimed, why it may not be, and what to write instead. Exits with 1 where a text would wait."""
    if [file is not None, slug is not None, listings].count(True) != 1 or (ask and not listings):
        raise click.UsageError("name a file, or a listing with --listing SLUG, or --listings [--ask]")
    if file:
        found = _in_file(file)
    else:
        found = _in_listings(ask=ask) if listings else _in_listing(slug or "")
    if as_json:
        print(json.dumps([{"field": field, **asdict(each)} for field, each in found]))
    else:
        for field, each in found:
            print(f"{field}:{each.start}-{each.end} {each.rule} ({each.weight.value}): {' '.join(each.words.split())}")
            print(f"    {each.reason} [{each.citation}]\n    Instead: {each.instead}")
        print(f"{len(found)} found")
    if withheld(each for _, each in found):
        raise click.exceptions.Exit(1)


def _in_file(file: Path) -> list[tuple[str, Finding]]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise click.ClickException(f"{file}: expected text in UTF-8; its byte {wrong.start + 1} is none") from wrong
    if len(text) > LONGEST:
        raise click.ClickException(f"{file}: expected at most {LONGEST:,} letters; it has {len(text):,}. Split it.")
    return [(file.name, each) for each in find_claims(text)]


def _in_listing(slug: str) -> list[tuple[str, Finding]]:
    with only_reading():
        listing = find_listing(db.session(), slug)
        if listing is None:
            raise click.ClickException(f"no listing is called {slug}")
        found = [("about", each) for each in find_claims(listing.about)]
        if waiting := held_words(db.session(), listing.id):
            found += [("waiting", each) for each in find_claims(waiting.text)]
        for place in listing.locations:
            found += [("practice_name", each) for each in find_title_claims(place.practice_name)]
        return found


def _in_listings(*, ask: bool) -> list[tuple[str, Finding]]:
    if ask:
        ask_about_published_words(db.session(), at=clock.utc_now())
        db.session.commit()
    with only_reading():
        return [(listing.slug, each) for listing, found in published_claims(db.session()) for each in found]
