"""A capture as lines of text, with those marked that tell of one record: the row of a table, the lines about a person.

Strangers' markup is never drawn: what comes out is text, and whoever shows it escapes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory.moderation.uploaded_pages import MOST_MARKUP, PageRefused, kind_of, open_in_child
from directory.rules.vocabulary import PageKind
from scrapers.decoding import decode_page
from scrapers.errors import SourceChanged
from scrapers.markup import UNSEEN, Markup
from scrapers.mhtml import read_mhtml

MOST_WHOLE = 10 * 1024 * 1024  # bytes of a file that is opened as a whole
MOST_OF_LIST = 16 * 1024 * 1024  # bytes of a list that is looked through line by line
BEFORE, AROUND = 10, 30
"""Lines before and after the one that counts: so few before that it is seen without scrolling."""
LONGEST_LINE = 2_000
_LEAST_VALUE = 3  # letters; shorter ones stand anywhere
_PICTURES = frozenset({PageKind.PNG, PageKind.JPEG})
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    text: str
    counts: bool  # it tells of the record


@dataclass(frozen=True, slots=True)
class CaptureText:
    """The lines around those that count; `why_not` says why there are none to show."""

    lines: tuple[Line, ...] = ()
    found: bool = False  # whether the record's number, or else its name, stands in it
    why_not: str = ""


def marked_text(path: Path, number: str, values: Iterable[str]) -> CaptureText:
    """The capture at `path` with the lines marked that hold `number` and the other values of the record.

    Without a number the values alone are looked for. What is no text is left to a program that can open it.
    """
    try:
        lines, are_rows = _lines(path)
    except _Unreadable as wrong:
        return CaptureText(why_not=str(wrong))
    wanted = _Wanted(number, values)
    center = wanted.center(lines)
    if center is None:
        return CaptureText(lines=tuple(_cut(lines, 0, 2 * AROUND, set())))
    first, last = max(0, center - BEFORE), center + AROUND + 1
    counting = {center} if are_rows else wanted.counting(lines[:last], first, center)
    return CaptureText(lines=tuple(_cut(lines, first, last, counting)), found=True)


def published_values(record: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The number and the further values that a record's row showed, out of `RegistryRecord.as_json()`."""
    raw = [record["holder"]["raw"], record["holder"]["family"], record["standing_raw"], record["npi"]]
    raw += [value for value in record["as_published"].values() if isinstance(value, str)]
    return record["number_raw"] or record["number"], tuple(dict.fromkeys(value for value in raw if value))


class _Unreadable(Exception):  # noqa: N818 - an answer
    """No text can be shown; the message says why."""


class _Wanted:
    """What to look for in lines."""

    def __init__(self, number: str, values: Iterable[str]) -> None:
        self.number = _folded(number)
        others = {_folded(value) for value in values}
        self.values = {value for value in others if len(value) >= _LEAST_VALUE and value != self.number}

    def hits(self, line: str) -> int:
        """How many of the values stand in the line."""
        text = _folded(line)
        return sum(value in text for value in self.values)

    def counting(self, lines: Sequence[str], first: int, center: int) -> set[int]:
        """The line in the middle, alone where it holds more than the number; else for each value the nearest line."""
        if self.hits(lines[center]) > 0 and self.number:
            return {center}
        folded = {at: _folded(lines[at]) for at in range(first, len(lines))}
        nearest = sorted(folded, key=lambda at: abs(at - center))
        found = (next((at for at in nearest if value in folded[at]), center) for value in self.values)
        return {center, *found}

    def center(self, lines: Sequence[str]) -> int | None:
        """The line that tells most: one with the number where there is any, with most values on it and around it."""
        folded = [_folded(line) for line in lines]
        anchors = [at for at, text in enumerate(folded) if self.number and self.number in text]
        if not anchors and not self.number:
            anchors = [at for at, text in enumerate(folded) if any(value in text for value in self.values)]
        return max(anchors, key=lambda at: (self.hits(lines[at]), self._around(folded, at), -at), default=None)

    def _around(self, folded: Sequence[str], at: int) -> int:
        near = " ".join(folded[max(0, at - AROUND) : at + AROUND + 1])
        return sum(value in near for value in self.values)


def _cut(lines: Sequence[str], first: int, last: int, counting: set[int]) -> Iterator[Line]:
    for at in range(first, min(last, len(lines))):
        yield Line(at + 1, lines[at][:LONGEST_LINE], at in counting)


def _lines(path: Path) -> tuple[list[str], bool]:
    """The file's lines, and whether each of them is a row about somebody else. Raises _Unreadable."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_PACKED):
        raise _Unreadable("It is a packed file or a workbook: download it, and open it with a program for such files.")
    try:
        kind = kind_of(head)
    except PageRefused:
        return _lines_of_list(path, head)
    if kind in _PICTURES:
        raise _Unreadable("It is a picture.")
    if path.stat().st_size > MOST_WHOLE:
        raise _Unreadable("The page is too large to be shown here.")
    body = path.read_bytes()
    try:
        return _lines_of_page(kind, body), False
    except (PageRefused, SourceChanged, ValueError, LookupError) as wrong:
        raise _Unreadable(f"It cannot be shown as text: {wrong}.") from wrong


def _lines_of_page(kind: PageKind, body: bytes) -> list[str]:
    if kind is PageKind.PDF:
        return _not_empty(open_in_child("pdf", body).decode("utf-8", "replace").splitlines())
    charset = ""
    if kind is PageKind.MHTML:
        archive = read_mhtml(body)
        body, charset = archive.html, archive.charset
    html = decode_page(body, stated=charset)
    if len(html) > MOST_MARKUP:
        raise _Unreadable("The page is too large to be shown here.")
    return _lines_of_markup(html)


def _lines_of_markup(html: str) -> list[str]:
    """The text a reader sees, each row of a table on a line of its own."""
    soup = Markup(html).soup
    for unseen in soup.find_all(list(UNSEEN)):
        unseen.decompose()
    for row in soup.find_all("tr"):
        if row.find("tr") is None:
            row.string = " | ".join(" ".join(cell.get_text(" ").split()) for cell in row.find_all(["td", "th"]))
    return _not_empty(soup.get_text("\n").splitlines())


def _lines_of_list(path: Path, head: bytes) -> tuple[list[str], bool]:
    """Lines of a file that is a list: JSON is laid out, anything else read as it stands."""
    size = path.stat().st_size
    if head.lstrip()[:1] in (b"{", b"[") and size <= MOST_WHOLE:
        try:
            laid_out = json.dumps(json.loads(path.read_bytes()), ensure_ascii=False, indent=1)
        except ValueError:
            laid_out = ""
        if laid_out:
            return laid_out.splitlines(), False
    if size > MOST_OF_LIST:
        raise _Unreadable("The list is too long to be looked through here: download it.")
    with path.open(encoding=_charset(head), errors="replace", newline=None) as file:
        return [line.rstrip("\n").replace("\0", "") for line in file], True


def _charset(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head[:-4].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _not_empty(lines: Iterable[str]) -> list[str]:
    return [text for line in lines if (text := " ".join(line.split()))]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
