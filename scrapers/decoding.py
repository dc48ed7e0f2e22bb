"""Bytes to text: BOM first, then what the source states, then UTF-8 strictly. A character that is lost is refused."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)


def encoding_of(head: bytes, stated: str = "") -> tuple[str, int]:
    """The encoding of a file that begins with `head`, and how many bytes its BOM takes.

    UTF-16 without a BOM is known by the zero bytes in every other place.
    """
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, len(bom)
    sample = head[:512]
    if len(sample) >= 8:
        pairs = len(sample) // 2
        if sample[1::2].count(0) > pairs * 0.7:
            return "utf-16-le", 0
        if sample[0::2].count(0) > pairs * 0.7:
            return "utf-16-be", 0
    return stated or "utf-8", 0


def decode_page(body: bytes, *, stated: str = "") -> str:
    """A page's text: BOM, then the stated encoding, then a meta tag, then UTF-8 strictly, then CP1252 when nothing said
    UTF-8. Raises UnicodeDecodeError, or ValueError when a character was already lost before us (U+FFFD)."""
    name, skip = encoding_of(body[:512], stated)
    meta = _META.search(body[:4096])
    if name == "utf-8" and not stated and not skip and meta:
        name = _known(meta.group(1).decode("ascii")) or name
    said_utf8 = bool(skip or stated or meta)
    try:
        text = body[skip:].decode(name)
    except UnicodeDecodeError:
        if said_utf8:
            raise
        text = body.decode("cp1252")
    if "\ufffd" in text:
        raise ValueError("it holds U+FFFD, a character that was lost before it reached us")
    return text


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def as_utf8(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Blocks decoded from `name` and given as UTF-8. What cannot be decoded becomes U+FFFD, which the reader of rows
    rejects row by row."""
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", errors="replace")
    yield decoder.decode(b"", final=True).encode("utf-8", errors="replace")
