"""Misbehavior of pages: other pages in their place, broken text, broken files, pages that cannot be turned."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from scrapers.rehearsal.misbehavior import (
    BLOCKED,
    CHANGED,
    DOWN,
    HTML_SHAPES,
    INCOMPLETE,
    JSON_SHAPES,
    PAGED,
    Misbehavior,
)
from scrapers.rehearsal.people import Person
from scrapers.rehearsal.shapes.shape import Answer, Asked

if TYPE_CHECKING:
    from scrapers.rehearsal.server import Exchange

Change = Callable[[Answer, Asked, int], Answer]
BIG = 50_000_000  # bytes
BLOCK = 1000  # rows that are written at once
WIDTH = {"html": 6000, "file": 140}  # bytes by which a cell or three are widened
CAPTCHA = "<html><title>Security check</title><div class='g-recaptcha' data-sitekey='rehearsal'></div></html>"
MAINTENANCE = (
    "<!DOCTYPE html><html><head><title>Scheduled maintenance</title></head><body><h1>We'll be back soon</h1>"
    "<p>Our system is currently undergoing scheduled maintenance. We apologize for the inconvenience.</p></body></html>"
)


def other_page(text: str) -> Change:
    """Another page in the place of every answer, with status 200."""
    return lambda answer, asked, nth: replace(answer, body=text.encode())


def with_body(change: Callable[[bytes], bytes]) -> Change:
    return lambda answer, asked, nth: replace(answer, body=change(answer.body))


def called(charset: str) -> Change:
    """The charset in its header is another one."""
    return lambda answer, asked, nth: replace(
        answer, media_type=re.sub("charset=.*", f"charset={charset}", answer.media_type)
    )


def _as_cp1252(body: bytes) -> bytes:
    return body.decode().encode("cp1252", errors="replace")


def _in_the_last_row(body: bytes) -> bytes:
    """Cut off a little before the end of the last cell."""
    end = body.rfind(b"</td>")
    return body[: end - 2] if end > 0 else body[: len(body) // 2]


def _in_the_very_last_row(answer: Answer, asked: Asked, nth: int) -> Answer:
    """The same on the last page of a list only, where no link to a further one is missed."""
    is_last = b"<td>" in answer.body and b">Next<" not in answer.body
    return replace(answer, body=_in_the_last_row(answer.body)) if is_last else answer


def _with_nan(body: bytes) -> bytes:
    return re.sub(rb': "[^"]*"', b": NaN", body, count=1)


def _with_nul(body: bytes) -> bytes:
    lines = body.split(b"\r\n")
    lines[2] = lines[2].replace(b",", b",\0", 1)
    return b"\r\n".join(lines)


def _with_short_row(body: bytes) -> bytes:
    lines = body.split(b"\r\n")
    lines[2] = lines[2].rpartition(b",")[0]
    return b"\r\n".join(lines)


def big(exchange: Exchange, answer: Answer, nth: int) -> bool:
    """A table of 50 MB, every row whole, its length not stated, on one page with the right total; a form without a
    table goes out as it is."""
    if answer.media_type.startswith("text/html") and b"<tr><td>" not in answer.body:
        return False
    exchange.begin(replace(answer, headers={**answer.headers, "Connection": "close"}))
    head, row, end = _parts(answer.body)
    blocks = BIG // (len(row) * BLOCK) + 1
    exchange.wfile.write(re.sub(rb"\d+( licensees| records found)", rb"%d\1" % (blocks * BLOCK), head))
    for block in range(blocks):
        rows = (row.replace(b"X-01001", b"X-%07d" % at) for at in range(block * BLOCK, (block + 1) * BLOCK))
        exchange.wfile.write(b"".join(rows))
    exchange.wfile.write(end)
    exchange.close_connection = True
    return True


def _parts(body: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the rows, the first row (widened, to be fewer), and what stands behind them."""
    if rows := re.findall(rb"<tr><td>.*?</tr>", body, re.DOTALL):
        head, _, rest = body.partition(rows[0])
        behind = re.sub(rb'<a class="next".*?</a>', b"", rest[rest.rfind(b"</table>") :])
        return head, rows[0].replace(b"</td></tr>", b"<!--%s--></td></tr>" % (b"W" * WIDTH["html"])), behind
    head, row, *_ = body.split(b"\r\n")
    wide = [b"W" * WIDTH["file"] if at in (1, 2, 4) else cell for at, cell in enumerate(row.split(b","))]
    return head + b"\r\n", b",".join(wide) + b"\r\n", b""


def _latin(people: list[Person]) -> list[Person]:
    """Names that CP1252 can write, one of them with letters that UTF-8 writes in another way."""
    plain = [replace(who, given="Marigold", family=f"Thornbury{chr(97 + at)}") for at, who in enumerate(people)]
    return [replace(plain[0], given="Zoë", family="Núñez", spoiled="is not in the stated charset"), *plain[1:]]


def _latin_and_right(people: list[Person]) -> list[Person]:
    return [replace(who, spoiled="") for who in _latin(people)]


def _second_spoiled(people: list[Person]) -> list[Person]:
    return [replace(who, spoiled="its line is broken") if at == 1 else who for at, who in enumerate(people)]


PAGES = (
    Misbehavior(
        "empty_200",
        "an empty page with status 200",
        CHANGED,
        "empty|is not JSON|cut off|workbook|no element|0 elements|announces no|neither a person",
        answer=other_page(""),
    ),
    Misbehavior("captcha_200", "a captcha with status 200", BLOCKED, "reCAPTCHA", answer=other_page(CAPTCHA)),
    Misbehavior(
        "captcha_later",
        "a captcha after two good pages",
        BLOCKED,
        "reCAPTCHA",
        shapes=PAGED,
        answer=lambda answer, asked, nth: answer if nth < 2 else replace(answer, body=CAPTCHA.encode()),
    ),
    Misbehavior(
        "maintenance_200",
        "an apology for maintenance with status 200",
        DOWN,
        "maintenance",
        answer=other_page(MAINTENANCE),
    ),
    Misbehavior(
        "wrong_charset",
        "CP1252 that is called UTF-8",
        CHANGED,
        "cannot be read as text",
        people=_latin,
        answer=with_body(_as_cp1252),
        but=("workbook",),
        right_for={"csv": (INCOMPLETE, "cannot be decoded")},
    ),
    Misbehavior(
        "utf8_called_latin1",
        "UTF-8 that is called Latin-1",
        people=_latin_and_right,
        answer=called("iso-8859-1"),
        but=("workbook",),
    ),
    Misbehavior(
        "truncated",
        "every page ends after two thirds",
        CHANGED,
        "cut off|is not JSON|no element|0 elements|workbook|announces no|has no|cells",
        withholds=True,
        answer=with_body(lambda body: body[: len(body) * 2 // 3]),
        right_for={"csv": (INCOMPLETE, "columns|may be cut off")},
    ),
    Misbehavior(
        "cut_in_the_last_row",
        "every page ends in the last cell of its last row",
        CHANGED,
        "cut off|0 elements|has no",
        shapes=HTML_SHAPES,
        withholds=True,
        answer=with_body(_in_the_last_row),
    ),
    Misbehavior(
        "cut_on_the_last_page",
        "the last page of a list ends in its last cell",
        CHANGED,
        "cut off",
        shapes=("table", "postback", "form"),
        but=("us_va",),
        withholds=True,
        answer=_in_the_very_last_row,
    ),
    Misbehavior(
        "big_table",
        "a table of 50 MB",
        shapes=("csv", "table", "postback", "shape_form"),
        send=big,
        right_for={"form": (CHANGED, "too long|bytes long")},
    ),
    Misbehavior(
        "invalid_json",
        "JSON with something behind it",
        CHANGED,
        "is not JSON",
        shapes=JSON_SHAPES,
        answer=with_body(lambda body: body + b"]"),
    ),
    Misbehavior("nan", "NaN in the JSON", CHANGED, "NaN|is not JSON", shapes=JSON_SHAPES, answer=with_body(_with_nan)),
    Misbehavior(
        "html_for_json",
        "an HTML page in the place of JSON",
        CHANGED,
        "is not JSON|has no",
        shapes=JSON_SHAPES,
        answer=other_page("<html><body><p>Welcome</p></body></html>"),
    ),
    Misbehavior(
        "csv_bom",
        "a file that begins with a BOM",
        shapes=("csv",),
        answer=with_body(lambda body: b"\xef\xbb\xbf" + body),
    ),
    Misbehavior(
        "csv_utf16", "a file in UTF-16", shapes=("csv",), answer=with_body(lambda body: body.decode().encode("utf-16"))
    ),
    Misbehavior(
        "csv_nul",
        "a NUL in a row",
        INCOMPLETE,
        "NUL",
        shapes=("csv",),
        people=_second_spoiled,
        answer=with_body(_with_nul),
    ),
    Misbehavior(
        "csv_short_rows",
        "a row with a column too few",
        INCOMPLETE,
        "columns",
        shapes=("csv",),
        people=_second_spoiled,
        answer=with_body(_with_short_row),
    ),
)
