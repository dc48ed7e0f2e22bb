"""Opens a PDF or a picture that somebody uploaded: a process of its own, with little memory and little time.

`python open_in_child.py pdf|picture` reads the file from standard input. It prints the PDF's text, or the picture
written anew as PNG, and exits with 0; or says on standard error why the file is refused, and exits with 3. It imports
nothing of ours. Source of the limits: trust, "Uploads".
"""

from __future__ import annotations

import resource
import sys
from io import BytesIO
from typing import Any

MEMORY, SECONDS = 768 * 1024 * 1024, 15
MOST_PAGES, MOST_PIXELS, MOST_OBJECTS, MOST_TEXT = 50, 25_000_000, 300_000, 200_000
ACTIVE_KEYS = frozenset(
    ("/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA")
)
ACTIVE_WORDS = frozenset(
    (*ACTIVE_KEYS, "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/FileAttachment", "/Movie", "/3D")
)
BLANK = b"\0 \t\r\n\f"


class Refused(Exception):  # noqa: N818 - an answer to whoever uploaded it
    """Why the file is not taken, as a sentence."""


def read_pdf(body: bytes) -> bytes:
    """The text of a PDF, pages parted by form feeds. Raises Refused when it is damaged, locked, long or active."""
    from pypdf import PdfReader

    if not body.startswith(b"%PDF-"):
        raise Refused("It is no PDF.")
    if not body.rstrip(BLANK).endswith(b"%%EOF"):
        raise Refused("The end of the PDF is missing, or something was put behind it.")
    reader = PdfReader(BytesIO(body))
    if reader.is_encrypted:
        raise Refused("The PDF is encrypted.")
    if len(reader.pages) > MOST_PAGES:
        raise Refused(f"The PDF has {len(reader.pages)} pages; at most {MOST_PAGES} are taken.")
    if active := active_part(reader.trailer):
        raise Refused(f"The PDF holds something active ({active.strip('/')}).")
    return "\f".join(page.extract_text() for page in reader.pages)[:MOST_TEXT].encode("utf-8", "replace")


def active_part(trailer: Any) -> str:
    """The first active thing that can be reached in a PDF, or ""."""
    from pypdf.generic import IndirectObject

    waiting, seen = [trailer], set()
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if (each.idnum, each.generation) in seen:
                continue
            seen.add((each.idnum, each.generation))
            if len(seen) > MOST_OBJECTS:
                raise Refused("The PDF is made of too many parts.")
            each = each.get_object()
        if isinstance(each, dict):
            kinds = {str(dict.get(each, name, "")) for name in ("/S", "/Subtype", "/Type")}
            if found := (ACTIVE_KEYS & set(each)) | (ACTIVE_WORDS & kinds):
                return min(found)
            waiting.extend(dict.values(each))
        elif isinstance(each, list):
            waiting.extend(list.__iter__(each))
    return ""


def renew_picture(body: bytes) -> bytes:
    """A picture written anew as PNG: nothing but its dots is left. Raises Refused for too large, empty or damaged."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(BytesIO(body), formats=("PNG", "JPEG")) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(f"The picture has more than {MOST_PIXELS // 1_000_000} million dots.")
        picture.load()
        plain = ImageOps.exif_transpose(picture).convert("RGB")
    colors = plain.getcolors(maxcolors=1)
    if colors is not None:
        raise Refused("The picture shows one color and nothing else.")
    out = BytesIO()
    plain.save(out, "PNG", compress_level=3)
    return out.getvalue()


def main(kind: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer = {"pdf": read_pdf, "picture": renew_picture}[kind](sys.stdin.buffer.read())
    except Refused as why:
        sys.stderr.write(f"{why}\n")
        return 3
    except Exception as wrong:  # whatever a library makes of a stranger's file: it is not taken
        sys.stderr.write(f"The file is damaged or has a form that is not taken ({type(wrong).__name__}).\n")
        return 3
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
