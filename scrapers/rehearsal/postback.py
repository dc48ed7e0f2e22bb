"""An invented board on an ASP.NET site: a search form with view state, a table of results, a pager of postbacks.

A later page needs the session cookie, the view state and the event validation of the page before it, as on the real
ones. Its shape is that of MyLicense eGov (New Jersey, Indiana, Rhode Island, New Hampshire).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from scrapers.rehearsal.cast import Player

ROWS_A_PAGE = 10
SEARCH, RESULTS = "/board/Search.aspx", "/board/SearchResults.aspx"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one session is looking at: the family name or number asked for, and the page it is on."""

    family: str
    number: str
    page: int = 0


def search_page() -> str:
    """The empty search form."""
    fields = "".join(
        f'<label for="{name}">{label}</label><input type="text" name="{name}" id="{name}">'
        for name, label in (
            ("t_web_lookup__first_name", "First Name"),
            ("t_web_lookup__last_name", "Last Name"),
            ("t_web_lookup__license_no", "License Number"),
        )
    )
    profession = (
        '<select name="t_web_lookup__profession_name"><option value="">All</option>'
        '<option value="Acupuncture">Acupuncture</option></select>'
    )
    button = '<input type="submit" name="sch_button" value="Search">'
    return _document("License Verification", _form("Search.aspx", "search", fields + profession + button))


def asked(form: Mapping[str, str]) -> Asked | None:
    """What a posted search form asks for; None when its view state isn't ours."""
    if form.get("__VIEWSTATE") != _state("search"):
        return None
    return Asked(form.get("t_web_lookup__last_name", ""), form.get("t_web_lookup__license_no", ""))


def turned(form: Mapping[str, str], before: Asked) -> Asked | None:
    """The page a pager's postback leads to; None unless it carries the view state of the page before."""
    if form.get("__VIEWSTATE") != _state(f"results {before.page}"):
        return None
    _, _, target = form.get("__EVENTTARGET", "").rpartition("_ctl")
    return Asked(before.family, before.number, int(target)) if target.isdigit() else None


def results_page(cast: Sequence[Player], asked: Asked) -> str:
    """One page of results, ten a page, with the whole number of them and a pager."""
    found = [
        player
        for player in cast
        if player.family_on_record.lower().startswith(asked.family.lower())
        and (not asked.number or player.number == asked.number)
    ]
    if not found:
        return _document("Search Results", "<p>No records found matching your criteria.</p>")
    shown = found[asked.page * ROWS_A_PAGE : (asked.page + 1) * ROWS_A_PAGE]
    pages = -(-len(found) // ROWS_A_PAGE)
    links = " ".join(
        f"<span>{at + 1}</span>"
        if at == asked.page
        else f"<a href=\"javascript:__doPostBack('datagrid_results$_ctl44$_ctl{at}','')\">{at + 1}</a>"
        for at in range(pages)
    )
    header = "".join(f"<td>{name}</td>" for name in ("Name", "Lic #", "Profession", "Type", "Status", "City", "State"))
    if asked.page + 1 < pages:
        turn = f"javascript:__doPostBack('datagrid_results$_ctl44$_ctl{asked.page + 1}','')"
        links += f' <a class="next" href="{turn}">Next</a>'
    table = (
        f'<table id="datagrid_results" class="gdata"><tr>{header}</tr>{"".join(map(_row, shown))}</table>'
        f'<div class="pager">{links}</div>'
    )
    count = f'<p class="found">{len(found)} records found</p>'
    return _document("Search Results", count + _form("SearchResults.aspx", f"results {asked.page}", table))


def _row(player: Player) -> str:
    name = escape(f"{player.family_on_record}, {player.given}")
    link = f'<table><tr><td><a href="Details.aspx?result={player.npi}">{name}</a></td></tr></table>'
    word = {"expired": "Expired", "suspended": "Suspended", "revoked": "Revoked"}.get(player.story.value, "Active")
    cells = (player.number, "Acupuncture", "Acupuncturist", word, player.town.city, player.town.region)
    return f"<tr><td>{link}</td>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _form(action: str, state: str, inside: str) -> str:
    hidden = {
        "__EVENTTARGET": "",
        "__EVENTARGUMENT": "",
        "__VIEWSTATE": _state(state),
        "__VIEWSTATEGENERATOR": "CA0B0334",
        "__EVENTVALIDATION": _state(f"valid {state}"),
    }
    inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in hidden.items())
    return f'<form method="post" action="{action}" id="TheForm">{inputs}{inside}</form>'


def _state(of: str) -> str:
    return hashlib.sha256(f"rehearsal {of}".encode()).hexdigest()


def _document(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>Invented Board of Acupuncture: {title}</h1>{body}</body></html>"
    )
