"""Bytes to text: what the bytes prove, then what the source says of them, and never a guess that reads nonsense.

A page that is not what it says of itself is refused. In a file of rows a bad byte costs its row, and says so.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_STATED = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_ONE_BYTE = re.compile(r"ascii|latin|iso-?8859|cp125\d|windows-125\d|mac|koi8|cp\d{3}$")
NEED_A_BOM = ("utf-16", "utf-32")  # without one they are not what they are called
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"))  # Python's own
_SEVEN_BIT = re.compile(r"iso.?2022|^hz|utf.?7")
_WIDE = re.compile(rb"[\x80-\xff]+")
LONG_RUNS = 0.3  # of all bytes beyond ASCII: other scripts and spoiled UTF-8 come in runs, Western letters do not
_BYTE_OF = {sign: byte for byte in range(0x80, 0xA0) if (sign := bytes([byte]).decode("cp1252", "ignore"))}
_FOLLOWING = "[\x80-\xbf" + "".join(_BYTE_OF) + "]"  # as what the later bytes of a letter in UTF-8 are read
_BYTES_OF_A_LETTER = re.compile(f"[\xc2-\xdf]{_FOLLOWING}|[\xe0-\xef]{_FOLLOWING}{{2}}|[\xf0-\xf4]{_FOLLOWING}{{3}}")
_BESIDE_LETTERS = frozenset("ŠšŽžŒœŸ‘’‚“”„‹›«»–—…™®©°\xa0\xad")
EXAMINED = 32 << 20  # bytes of a file that are looked at before it is read


def is_charset(name: str) -> bool:
    """Whether text can be written by that name; "zip" and "hex" are codecs of bytes."""
    try:
        return bool("a".encode(name)) and codecs.lookup(name).name not in _NO_CHARSETS
    except (LookupError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class Charset:
    """How to read a file: the codec, the bytes its BOM takes, and what a person should be told."""

    name: str
    skip: int = 0
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says the charset is: "its header", "windows-1252"."""

    who: str
    says: str

    @property
    def codec(self) -> str:
        """The codec's own name, or "" when there is none."""
        return codecs.lookup(self.says).name if is_charset(self.says) else ""


def claims_about(head: bytes, *, description: str = "", media_type: str = "") -> list[Claim]:
    """What the description of the registry, the answer's header and the page's own markup say, in that order."""
    header, meta = _STATED.search(media_type), _META.search(head[:4096])
    said = [
        Claim("its description", description),
        Claim("its header", header[1] if header else ""),
        Claim("its markup", meta[1].decode("ascii") if meta else ""),
    ]
    return [claim for claim in said if claim.says]


def charset_of(blocks: Callable[[], Iterable[bytes]], claims: list[Claim], *, western: bool = False) -> Charset:
    """How to read what `blocks()` gives, asked anew each time. western: CP1252 may be meant where nothing is said.

    A BOM or the zero bytes of UTF-16 are proof. Bytes that are UTF-8 throughout are taken for it, even against a claim
    one byte a letter, which fits anything. Then the first claim that holds counts. At last the first one that is known,
    or UTF-8, whose reader will find bytes that don't fit.
    """
    head = next(iter(blocks()), b"")
    name, skip = encoding_of(head)
    if skip or name != "utf-8":
        return Charset(name, skip)
    first = claims[0].codec if claims else ""
    if _SEVEN_BIT.search(first):
        return Charset(first)
    if _decodes(blocks(), "utf-8"):
        doubted = _ONE_BYTE.search(first) and first != "utf-8" and any(map(_WIDE.search, blocks()))
        doubted = doubted or first in NEED_A_BOM
        if doubted or first in ("", "utf-8") or _ONE_BYTE.search(first):
            return Charset("utf-8", remark=f"{_quoted(claims[0])}, but it is UTF-8 and was read so" if doubted else "")
    for claim in claims:
        if claim.codec and _decodes(blocks(), claim.codec):
            wrong = f"{_quoted(claims[0])}, which it is not; it was read as {claim.says}"
            return Charset(claim.codec, remark="" if claim is claims[0] else wrong)
    if western and not claims and _reads_western(blocks()) and _decodes(blocks(), "cp1252"):
        return Charset("cp1252", remark="nothing says its charset; it was read as windows-1252")
    wrong = f"{_quoted(claims[0])}, but not all of it can be read so" if claims else "its charset cannot be told"
    known = (claim.codec for claim in claims if claim.codec and claim.codec not in NEED_A_BOM)
    return Charset(next(known, "utf-8"), remark=wrong)


def _quoted(claim: Claim) -> str:
    return f"{claim.who} says {claim.says}"


def _decodes(blocks: Iterable[bytes], codec: str) -> bool:
    """Whether all of it (of a big file, its beginning) can be read so. An end within a letter is no matter."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        for block in _examined(blocks):
            decoder.decode(block)
    except UnicodeError:  # not always UnicodeDecodeError: UTF-16 without its BOM
        return False
    return True


def _examined(blocks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for block in blocks:
        yield block
        size += len(block)
        if size >= EXAMINED:
            return


def _reads_western(blocks: Iterable[bytes]) -> bool:
    """Whether letters beyond ASCII stand alone or in twos, as in a Western language, and all bytes mean something."""
    alone = in_runs = 0
    for block in _examined(blocks):
        for found in _WIDE.findall(block):
            odd = len(found) > 2 or (len(found) == 2 and not found.decode("cp1252", errors="replace").isalpha())
            alone, in_runs = (alone, in_runs + len(found)) if odd else (alone + len(found), in_runs)
    return in_runs <= LONG_RUNS * (alone + in_runs)


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
    """A page's text. Raises UnicodeDecodeError when it isn't what is said of it, or ValueError when a character
    was already lost before us (U+FFFD)."""
    return decoded(body, claims_about(body, description=stated))[0]


def decoded(body: bytes, claims: list[Claim]) -> tuple[str, str]:
    """A page's text, and what a person should be told about its charset. Raises ValueError as `decode_page` does."""
    charset = charset_of(lambda: [body], claims, western=True)
    text = body[charset.skip :].decode(charset.name)
    if "\ufffd" in text:
        raise ValueError("it holds U+FFFD, a character that was lost before it reached us")
    return text, charset.remark


def as_text_blocks(blocks: Iterable[bytes], charset: Charset, *, errors: str = "strict") -> Iterator[str]:
    """Blocks of a file as text. Raises UnicodeDecodeError unless `errors` says otherwise."""
    decoder, skip = codecs.getincrementaldecoder(charset.name)(errors=errors), charset.skip
    for block in blocks:
        yield decoder.decode(block[skip:])
        skip = 0
    yield decoder.decode(b"", final=True)


def keeps_ascii(codec: str) -> bool:
    """Whether quotes and line breaks are single bytes in it that are never part of another letter."""
    return codec in ("utf-8", "ascii") or bool(_ONE_BYTE.search(codec))


def as_utf8(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Blocks decoded from `name` and given as UTF-8. What cannot be decoded becomes U+FFFD, which the reader of rows
    rejects row by row."""
    for text in as_text_blocks(blocks, Charset(name), errors="replace"):
        yield text.encode("utf-8", errors="replace")


def looks_garbled(text: str) -> bool:
    """Whether a letter in it is its bytes in UTF-8, read as CP1252 or Latin-1: "JosÃ©"."""
    if text.isascii():
        return False
    return any(_is_one_letter(found[0]) for found in _BYTES_OF_A_LETTER.finditer(text))


def _is_one_letter(found: str) -> bool:
    """Whether these signs are a letter's bytes, and no letter beside a sign that a word can hold: "JOSÉ’S", "MATÚŠ"."""
    if found[0] > "Æ" and not set(found[1:]) - _BESIDE_LETTERS:
        return False
    try:
        return bool(bytes(_BYTE_OF.get(sign, ord(sign)) for sign in found).decode("utf-8"))
    except UnicodeDecodeError:
        return False
