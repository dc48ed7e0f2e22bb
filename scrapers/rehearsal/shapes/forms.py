"""Boards behind a search form: a list of the people who fit, turned by postback, and a page about each.

The page of a list after the first needs the cookie, the view state and the event validation of the page before it, and
so does a page about a person that is opened by postback: as on the real ones.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from scrapers.rehearsal.people import Person
from scrapers.rehearsal.published_rows import listed_cell, published_row
from scrapers.rehearsal.shapes.shape import EVERYBODY, Answer, Asked, Scene, Shape, Window, page

COOKIE = "ASP.NET_SessionId"
_TARGET = re.compile(r"Page\$(\d+)|Select\$(\d+)")


@dataclass(frozen=True, slots=True)
class Board:
    """What one board's form and list look like.

    start, results: paths of the form, and of the list where that is another page.
    number, family: names of the form's fields; "" where it has none. `with_ids`: they have ids made of their names.
    more: further controls, or `controls` all of them. form: attributes of the form. get: it is sent in the address.
    plain: it carries no view state.
    headings: of the list. link: the heading under which the link stands. opens: a path with {number}, or "" for a
    postback, or None where there is no page about a person. detail: that page's body, of the published row.
    listed: how the list is written, where not as a plain table with `table` as its attributes.
    """

    start: str
    number: str = ""
    family: str = ""
    results: str = ""
    more: str = ""
    controls: str = ""
    form: str = 'id="aspnetForm"'
    get: bool = False
    plain: bool = False
    with_ids: bool = True
    headings: tuple[str, ...] = ()
    table: str = ""
    link: str = ""
    opens: str | None = None
    detail: Callable[[Mapping[str, Any]], str] | None = None
    listed: Callable[[Sequence[Mapping[str, str]]], str] | None = None
    count: str = ""
    nobody: str = "<p>No records found</p>"
    around: str = ""  # what stands before the form
    terms: str = ""  # the body of a page that stands before the form, until its button is pressed


@dataclass(frozen=True, slots=True)
class Search:
    """What a visitor looks at."""

    number: str = ""
    family: str = ""
    at: int = 0
    accepted: bool = False


def answering(board: Board) -> Callable[[Shape, Asked, Scene], Answer | None]:
    """How this board answers."""

    def answers(shape: Shape, asked: Asked, scene: Scene) -> Answer | None:
        return _Visit(board, shape, asked, scene).answer()

    return answers


class _Visit:
    def __init__(self, board: Board, shape: Shape, asked: Asked, scene: Scene) -> None:
        self.board, self.shape, self.asked, self.scene = board, shape, asked, scene

    def answer(self) -> Answer | None:
        board, asked = self.board, self.asked
        before = self.shape.sessions.get(asked.session)
        if board.opens and (key := _key_in(board.opens, asked)) is not None:
            return self._person(key) if before or board.plain or "Lookup/Detail" in board.opens else _lost()
        if board.get:
            searched = Search(asked.query.get(board.number, ""), asked.query.get(board.family, ""))
            return self._list(searched) if searched.number or searched.family else self._form()
        if asked.method != "POST":
            moved = board.results and asked.path == board.results and before is not None
            return self._list(before) if moved and before else self._form()
        if not board.plain and (before is None or not self._holds_state(before)):
            return _lost()
        return self._posted(before or Search())

    def _holds_state(self, before: Search) -> bool:
        return self.asked.form.get("__VIEWSTATE") in {self._state("form"), self._state(f"list {before.at}")}

    def _posted(self, before: Search) -> Answer:
        board, form = self.board, self.asked.form
        if board.terms and not before.accepted:
            return self._remembering(Search(accepted=True), self._form(accepted=True))
        target = _TARGET.search(form.get("__EVENTARGUMENT", ""))
        if target and target[2]:
            return self._shown(self._found(before)[int(target[2])])
        if target:
            turned = replace(before, at=int(target[1]) - 1)
            return self._remembering(turned, self._list(turned))
        searched = Search(form.get(board.number, ""), form.get(board.family, ""), accepted=before.accepted)
        if board.results and board.results != self.asked.path and not board.plain:
            return self._remembering(searched, Answer(b"", status=302, headers={"Location": board.results}))
        return self._remembering(searched, self._list(searched))

    def _remembering(self, search: Search, answer: Answer) -> Answer:
        self.shape.sessions[self.asked.session] = search
        return answer

    # Pages -----------------------------------------------------------------------------------------------------------

    def _form(self, *, accepted: bool = False) -> Answer:
        board, session = self.board, self.asked.session or secrets.token_hex(8)
        self.shape.sessions[session] = Search(accepted=accepted)
        headers = {} if self.asked.session else {"Set-Cookie": f"{COOKIE}={session}; path=/; HttpOnly"}
        if board.terms and not accepted:
            return replace(page("Usage terms", self._in_form(board.terms, "form")), headers=headers)
        return replace(page("Search", board.around + self._in_form(self._controls(), "form")), headers=headers)

    def _controls(self) -> str:
        if self.board.controls:
            return self.board.controls
        names = [name for name in (self.board.number, self.board.family) if name]
        ids = [f' id="{name.replace("$", "_")}"' if self.board.with_ids else "" for name in names]
        inputs = [f'<input type="text" name="{name}"{own}>' for name, own in zip(names, ids, strict=True)]
        return "".join(inputs) + self.board.more

    def _in_form(self, inside: str, state: str) -> str:
        board = self.board
        hidden = (
            {}
            if board.plain or board.get
            else {
                "__EVENTTARGET": "",
                "__EVENTARGUMENT": "",
                "__VIEWSTATE": self._state(state),
                "__EVENTVALIDATION": self._state(f"valid {state}"),
            }
        )
        inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in hidden.items())
        action = board.results if board.plain and board.results else board.start
        method = "get" if board.get else "post"
        return f'<form method="{method}" action="{action}" {board.form}>{inputs}{inside}</form>'

    def _found(self, search: Search) -> list[Person]:
        wanted = search.family.removesuffix(EVERYBODY).casefold()
        return [
            person
            for person in self.scene.people
            if (not search.number or person.number == search.number) and person.family.casefold().startswith(wanted)
        ]

    def _list(self, search: Search) -> Answer:
        board, size = self.board, self.shape.page_size
        shown = self.scene.window(self._found(search), search.at * size, size)
        if not shown.total:
            return page("Search Results", board.nobody)
        rows = self._rows(shown, self._found(search))
        if board.listed:
            listed = board.listed(rows)
        else:
            listed = plain_list(board.table, rows, pager=self._pager(search.at, shown))
        turn = f'<a class="next" href="{_postback(f"Page${search.at + 2}")}">Next</a>' if shown.more else ""
        body = self._in_form(listed + ("" if board.opens is not None or board.get else turn), f"list {search.at}")
        return page("Search Results", board.count.format(shown.total) + body)

    def _rows(self, shown: Window, found: Sequence[Person]) -> list[dict[str, str]]:
        """The people of a page by heading, as HTML, a link under the heading that has it."""
        board, spec, rows = self.board, self.shape.spec, []
        for person in shown.shown:
            place = next(at for at, other in enumerate(found) if other is person)
            if board.headings:
                row: dict[str, Any] = {heading: listed_cell(spec, person, heading) for heading in board.headings}
            else:
                row = published_row(spec, person)
            row = {heading: escape(str(text or "")) for heading, text in row.items()}
            if board.opens is not None:
                address = board.opens.format(number=self._key(person)) if board.opens else _postback(f"Select${place}")
                text = row[board.link] or "Details"
                row[board.link] = f'<a id="list_ctl{place}_name" href="{escape(address)}">{text}</a>'
            rows.append(row)
        return self.scene.rows(rows)

    def _pager(self, at: int, shown: Window) -> str:
        if self.board.get or (at == 0 and not shown.more):
            return ""
        further = f'<a href="{_postback(f"Page${at + 2}")}">{at + 2}</a>' if shown.more else ""
        back = f'<a href="{_postback(f"Page${at}")}">{at}</a> ' if at else ""
        return f"{back}<span>{at + 1}</span> {further}"

    def _key(self, person: Person) -> str:
        """What names the page about a person: the number, and which one of those who have it."""
        alike = [other for other in self.scene.people if other.number == person.number]
        at = [(other.given, other.family) for other in alike].index((person.given, person.family))
        return f"{person.number}.{at}" if at else person.number

    def _person(self, key: str) -> Answer:
        found = [person for person in self.scene.people if self._key(person) == key]
        return self._shown(found[0]) if found else Answer(b"<h1>Not found</h1>", status=404)

    def _shown(self, found: Person) -> Answer:
        if self.board.detail is None:
            return Answer(b"<h1>Not found</h1>", status=404)
        [row] = self.scene.rows([published_row(self.shape.spec, found)])
        texts = {name: escape(str(text or "")) for name, text in row.items()}
        return page("Details", self._in_form(self.board.detail(texts), "detail") + "</form>")

    def _state(self, of: str) -> str:
        return hashlib.sha256(f"{self.shape.name} {of}".encode()).hexdigest()


def plain_list(attributes: str, rows: Sequence[Mapping[str, str]], *, pager: str = "") -> str:
    """Cells that are HTML already, as a table with a row for the pager."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in (rows[0] if rows else ()))
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.values())}</tr>" for row in rows)
    turn = f'<tr><td colspan="{len(rows[0])}">{pager}</td></tr>' if pager and rows else ""
    return f"<table {attributes}><tr>{head}</tr>{body}{turn}</table>"


def _key_in(opens: str, asked: Asked) -> str | None:
    """The number in the address of a page about a person; None when this is another address."""
    before, _, after = opens.partition("{number}")
    path, _, parameter = before.partition("?")
    if asked.path == path and parameter:
        return asked.query.get(parameter.rstrip("=").rpartition("&")[2])
    return (
        asked.path.removeprefix(before).removesuffix(after) if not parameter and asked.path.startswith(before) else None
    )


def _postback(argument: str) -> str:
    return f"javascript:__doPostBack('ctl00$list','{argument}')"


def _lost() -> Answer:
    return Answer(b"<html><h1>Invalid postback or callback argument</h1></html>", status=500)
