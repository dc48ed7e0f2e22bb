"""What a person saves in a browser or downloads: pages and files of the registries that no program asks.

They are served at /saved/NAME; whoever rehearses takes them from there and gives them to `python -m scrapers read`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from scrapers.rehearsal.people import Person
from scrapers.rehearsal.published_rows import listed_cell, published_row
from scrapers.rehearsal.shapes.forms import plain_list
from scrapers.rehearsal.shapes.lists import as_json
from scrapers.rehearsal.shapes.shape import Answer, Asked, Scene, Shape, page

_TABLES = {
    "us_ks": 'class="results"',
    "us_ar": 'id="x_gvVerifyLicenseResultsLookup"',
    "us_wy_glsuite": 'id="ContentPlaceHolder1_dtgResults"',
    "us_nc_learningbuilder": 'class="Grid"',
}
_FILES = ("us_mo", "us_oh", "us_ak", "us_ct_roster", "us_ca_file", "us_pa_exclusions")
_NUMBERS = {"au_ahpra": "CMR000{:07d}", "us_ca": "{:05d}", "us_ca_file": "{:05d}"}
_CARD = (
    ("License Type", "licType"),
    ("License Status", "primaryStatus"),
    ("Expiration Date", "expDate"),
    ("Secondary Status", "secondaryStatus"),
)


def shapes() -> list[Shape]:
    """Pages and files, by the id of their registry."""
    pages: dict[str, Callable[[Shape, Asked, Scene], Answer]] = dict.fromkeys(_TABLES, _table)
    pages |= {"us_aama": _memberclicks, "us_ma": _json, "us_ca": _california, "au_ahpra": _australia}
    made = {**{name: (f"{name}.html", answers) for name, answers in pages.items()}}
    made |= {name: (f"roster-{name}.csv", _file) for name in _FILES}
    made |= {name: (f"{name}.json", pages[name]) for name in ("us_aama", "us_ma")}
    return [
        Shape(
            name,
            "saved",
            "a page or file that a person takes",
            (f"/saved/{file}",),
            answers,
            numbers=_NUMBERS.get(name, "X{:05d}"),
            how_many=1 if name == "au_ahpra" else 9,
        )
        for name, (file, answers) in made.items()
    ]


def _rows(shape: Shape, scene: Scene) -> list[dict[str, Any]]:
    return [{name: escape(str(text or "")) for name, text in row.items()} for row in shape.rows(scene)]


def _table(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    rows = _rows(shape, scene)
    return page("Results", f"<p>Total matches found: {len(rows)}</p>{plain_list(_TABLES[shape.name], rows)}")


def _file(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    channel, text, rows = shape.spec.channel("file"), io.StringIO(), shape.rows(scene)
    writer = csv.writer(text, delimiter=channel.delimiter)
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return Answer(text.getvalue().encode(channel.encoding or "utf-8"), "text/csv")


def _json(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    return as_json(
        {
            "results": {
                "data": [{**row, "businessAddress": None} for row in shape.rows(scene)],
                "totalDataCount": len(scene.people),
            }
        }
    )


def _memberclicks(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    people = [_member(at, person) for at, person in enumerate(scene.people)]
    return as_json({"total_count": len(people), "total_page_count": 1, "data_url": "", "results": people})


def _member(at: int, person: Person) -> dict[str, Any]:
    address = f"1 Invented Way<br />\n{person.city}, {person.region} {person.postal_code}"
    left = [{"display_order": 0, "html": address}, {"display_order": 1, "html": "<strong>Phone:</strong> 202-555-0100"}]
    title = escape(f"{person.given} {person.family}")
    aside: Mapping[str, Any] = {"avatar_url": None, "top": [], "bottom": [], "right": [], "distance": 0}
    return {"id": 990_000 + at, "title": title, "left": left, **aside}


def _california(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    return page("Search Results", f'<main id="main">{"".join(map(_card, range(99), _rows(shape, scene)))}</main>')


def _card(at: int, row: Mapping[str, str]) -> str:
    address = f"/details/6500/AC/{row['number']}/0123456789abcde{at}"
    lines = "".join(f"<li><strong>{label}:</strong> {row[column]}</li>" for label, column in _CARD)
    place = f'<li><strong>City:</strong> <span id="city{at}">{row["city"]}</span></li>'
    place += "<li><strong>State:</strong> </li><li><strong>County:</strong> </li>"
    place += f"<li><strong>Zip:</strong> {row['zip']}</li>"
    return (
        f'<article class="post yes" id="{at}"><footer><ul class="actions"><li><h3>{row["name"]}</h3></li>'
        f'<li><strong>License Number:</strong> <a class="newTab" href="{address}">'
        f'<span id="lic{at}">{row["number"]}</span>'
        f'</a></li>{lines}{place}<li><a id="mD{at}" href="{address}">More Detail</a></li></ul></footer></article>'
    )


def _australia(shape: Shape, asked: Asked, scene: Scene) -> Answer:
    [person] = scene.people
    row, name = published_row(shape.spec, person), escape(f"{person.given} {person.family}")
    labels = ("Suburb", "State", "Postcode", "Registration status", "Expiry Date")
    told = [(label, escape(str(row[label]))) for label in labels]
    told += [
        ("Division", "Acupuncturist"),
        *((label, "None") for label in ("Conditions", "Undertakings", "Reprimands")),
    ]
    lines = "".join(
        f'<div class="section-row"><div class="field-title">{label}</div><div class="field-entry">{text}</div></div>'
        for label, text in told
    )
    head = f'<h2 class="practitioner-name">{name}</h2>'
    head += '<h3 class="practitioner-profession">Chinese Medicine Practitioner</h3>'
    number = (
        f'<div class="practitioner-reg-details">Registration number {listed_cell(shape.spec, person, "Number")}</div>'
    )
    return page("Practitioner", f'{head}{number}<div class="practitioner-detail-section">{lines}</div>')
