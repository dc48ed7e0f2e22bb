"""Which shape a body has, and its rows cut to a few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scrapers.adapter import adapter_for
from scrapers.channels import Channel
from scrapers.decoding import decode_page
from scrapers.personal_columns import PersonalColumns
from scrapers.recorded import Recorded
from scrapers.recorded_html import RecordedHtml
from scrapers.recorded_json import RecordedJson
from scrapers.recorded_rows import RecordedRows, RecordedWorkbook, RecordedZip
from scrapers.spec import RegistrySpec

LARGEST = 60_000_000  # bytes of a file that is cut in memory


def recorded(body: bytes, channel: Channel, columns: PersonalColumns) -> Recorded:
    """The body as something to cut and replace in. Raises ValueError saying what to do where that cannot be done."""
    if len(body) > LARGEST:
        raise ValueError(f"is {len(body) // 1_000_000} MB: make an excerpt first, its headings and some hundred rows")
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError("is an Excel 97 workbook (.xls): save it as .xlsx or .csv first")
    if body.startswith(b"PK"):
        return RecordedWorkbook(body, channel) if b"xl/workbook.xml" in body else RecordedZip(body, channel)
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        return RecordedHtml(decode_page(body, stated=channel.encoding), channel, columns)
    if start in (b"{", b"["):
        return RecordedJson(decode_page(body, stated=channel.encoding), channel)
    return RecordedRows(body, channel)


def ending_of(body: bytes) -> str:
    """What the name of a file with this body should end with."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return {b"<": ".html", b"{": ".json", b"[": ".json"}.get(start, ".csv")


def chosen_rows(rows: Sequence[Mapping[str, str]], spec: RegistrySpec, most: int) -> set[int]:
    """The places of a few rows of our profession, with as many different standings as there are, and of one other row.
    Where all rows are few, all."""
    if len(rows) <= most:
        return set(range(len(rows)))
    is_ours = adapter_for(spec).is_ours
    has_where = set(spec.where) <= set(rows[0])
    ours = [place for place, row in enumerate(rows) if not has_where or is_ours(row)]
    others = [place for place in range(len(rows)) if place not in set(ours)]
    columns = [column for column in spec.standing.columns if column in rows[0]]
    first_of: dict[tuple[str, ...], int] = {}
    for place in ours:
        first_of.setdefault(tuple(rows[place][column] for column in columns), place)
    wanted = [*first_of.values(), *ours]
    return {*list(dict.fromkeys(wanted))[:most], *others[:1]}
