"""A list inside a JSON document of any size: its items one by one, and what stands around it. Strictly JSON.

Python's own reader takes NaN, lets a key that stands twice pass, and holds the whole document in memory; this one does
not. What is around the list is kept, so it must be small.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Any

from scrapers.errors import RowRejected, SourceChanged
from scrapers.rows import said_twice

LONGEST_VALUE = 5_000_000  # letters of one item, or of what stands beside the list
MOST_DIGITS = 40  # of a whole number; a longer one is kept as text
DEEPEST = 30
_OF_NUMBERS = frozenset(["", *"0123456789.eE+-"])
_BEGINNINGS = frozenset('{["-0123456789tfn')  # of a value
_SPACE = re.compile(r"[ \t\r\n]*")
_LONE = re.compile(r"[\ud800-\udfff]")


class _Refused(ValueError):  # noqa: N818 - what cannot be believed, in a place where Python itself sees nothing wrong
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = said_twice(key for key, _ in pairs)
        raise _Refused(f"says {', '.join(twice[:3])!r} twice")
    return found


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits


def _fraction(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _Refused(f"holds {digits[:20]}, which is too large for a number")
    return number


def _constant(word: str) -> Any:
    raise _NotJson(f"holds {word}, which is not JSON")


class _NotJson(ValueError):  # noqa: N818
    pass


_STRICT = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=_whole, parse_float=_fraction, parse_constant=_constant)
_PASSING = json.JSONDecoder(parse_int=str, parse_float=str)


def strictly(text: str) -> Any:
    """A small document's value. Raises SourceChanged when it isn't JSON, with its beginning, or says a key twice."""
    document = JsonDocument(lambda: [text])
    return document.value()


class JsonDocument:
    """A document whose blocks of text `blocks()` gives, anew each time it is asked."""

    def __init__(self, blocks: Callable[[], Iterable[str]]) -> None:
        self._blocks = blocks
        self.around: Any = None  # all but the list, once it was read

    def value(self) -> Any:
        """The whole document as one value. Raises SourceChanged."""
        window = _Window(self._blocks(), longest=None)
        try:
            value = window.value(strict=True)
        except _Refused as wrong:
            raise SourceChanged(f"{wrong}: {window.beginning}") from wrong
        window.end()
        return value

    def items(self, path: Sequence[str] = ()) -> Iterator[Any | RowRejected]:
        """The items of the list that these keys lead to. An item that cannot be believed comes as RowRejected. Raises
        SourceChanged when this isn't JSON throughout, or no list is there."""
        window = _Window(self._blocks(), longest=LONGEST_VALUE)
        try:
            self.around = yield from self._through(window, list(path), list(path))
        except _Refused as wrong:
            raise SourceChanged(f"{wrong}: {window.beginning}") from wrong
        window.end()

    def _through(self, window: _Window, keys: list[str], path: list[str]) -> Generator[Any, None, Any]:
        if not keys:
            yield from self._listed(window, path)
            return []
        if window.peek() != "{":
            window.refuse_no_value()
            raise SourceChanged(f"has no {keys[0]!r}: {window.beginning}", expected=f"a list at {'.'.join(path)}")
        found: dict[str, Any] = {}
        for _ in window.parts("{", "}"):
            key = window.value(strict=True)
            if not isinstance(key, str):
                raise window.broken("a key is no text")
            if key in found:
                raise SourceChanged(f"says {key!r} twice: {window.beginning}")
            window.take(":")
            found[key] = (yield from self._through(window, keys[1:], path)) if key == keys[0] else window.value(True)
        if keys[0] not in found:
            raise SourceChanged(f"has no {keys[0]!r}: {window.beginning}", expected=f"a list at {'.'.join(path)}")
        return found

    def _listed(self, window: _Window, path: list[str]) -> Iterator[Any]:
        if window.peek() != "[":
            window.refuse_no_value()
            where = f"holds no list at {'.'.join(path)}" if path else "holds no list"
            raise SourceChanged(f"{where}: {window.beginning}", expected="an array of objects")
        for number, _ in enumerate(window.parts("[", "]"), start=1):
            try:
                yield window.value(strict=True)
            except _Refused as wrong:
                window.value(strict=False)
                yield RowRejected(f"item {number} {wrong}", line=number)


class _Window:
    """The part of a document that is looked at. Grows until a value is whole, and forgets what was read."""

    def __init__(self, blocks: Iterable[str], *, longest: int | None) -> None:
        self._blocks, self._text, self._at, self._longest = iter(blocks), "", 0, longest
        self.beginning = "''"
        self._more()
        self.beginning = repr(self._text[:80])

    def _more(self) -> bool:
        """Reads on, at least as much again as is there. Says whether anything came."""
        left, grown = self._text[self._at :], []
        size, wanted = 0, max(len(left), 1)
        while size < wanted and (block := next(self._blocks, None)) is not None:
            grown.append(block)
            size += len(block)
        self._text, self._at = left + "".join(grown), 0
        return size > 0

    def peek(self) -> str:
        """The next letter that is no space; "" at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, letter: str) -> None:
        if self.peek() != letter:
            raise self.broken(f"{letter!r} is missing")
        self._at += 1

    def parts(self, opening: str, closing: str) -> Iterator[None]:
        """Stands before each part of a list or an object in turn."""
        self.take(opening)
        if self.peek() == closing:
            self._at += 1
            return
        while True:
            yield
            if self.peek() == closing:
                self._at += 1
                return
            self.take(",")

    def value(self, strict: bool) -> Any:
        """The value that stands here. Raises _Refused for one that JSON allows and nobody should believe."""
        decoder = _STRICT if strict else _PASSING
        self.peek()
        while True:
            try:
                value, end = decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as wrong:
                if self._grows():
                    continue
                raise self.broken(wrong.msg) from wrong
            except RecursionError as wrong:
                raise self.broken("it is nested too deeply") from wrong
            except _NotJson as wrong:
                raise SourceChanged(f"{wrong}: is not JSON: {self.beginning}", expected="JSON") from wrong
            whole = self._text[end : end + 1] not in _OF_NUMBERS  # "-2." may go on; so may what ends the block
            if whole or not self._grows():
                if strict:
                    _look_into(value)
                self._at = end
                return value

    def _grows(self) -> bool:
        if self._longest is not None and len(self._text) - self._at > self._longest:
            raise SourceChanged(f"holds a value of more than {self._longest} letters", expected="rows")
        return self._more()

    def refuse_no_value(self) -> None:
        """Raises SourceChanged when what stands here is no JSON at all, such as a page of markup."""
        if self.peek() not in _BEGINNINGS:
            raise SourceChanged(f"is not JSON: {self.beginning}", expected="JSON")

    def end(self) -> None:
        """Raises SourceChanged when anything but space is left."""
        if self.peek():
            raise self.broken("there is more behind its end")

    def broken(self, why: str) -> SourceChanged:
        here = self._text[max(0, self._at - 20) : self._at + 20]
        return SourceChanged(f"is not JSON: {self.beginning}: {why} near {here!r}", expected="JSON")


def _look_into(value: Any, depth: int = 0) -> None:
    """Raises _Refused for half a letter, or for things in things beyond reason."""
    if isinstance(value, str):
        if not value.isascii() and _LONE.search(value):
            raise _Refused("holds half a letter (a lone surrogate)")
    elif isinstance(value, dict | list):
        if depth > DEEPEST:
            raise _Refused(f"is nested more than {DEEPEST} deep")
        for one in value.values() if isinstance(value, dict) else value:
            _look_into(one, depth + 1)
        if isinstance(value, dict) and any(not key.isascii() and _LONE.search(key) for key in value):
            raise _Refused("holds half a letter (a lone surrogate)")
