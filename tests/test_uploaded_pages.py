"""Strangers' files: what they are is seen in their content, what is active, locked, cut off or huge is not taken."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from directory.moderation.uploaded_pages import MOST_BYTES, PageRefused, open_in_child, open_upload
from directory.rules.vocabulary import PageKind
from tests import page_files
from tests.mhtml_files import chrome

PAGE = "<!doctype html><html><head>{head}</head><body><p>{words}</p></body></html>"
WORDS = "License 99101 of Wren Adair Holloway is current until the last day of March."


def page(head: str = "", words: str = WORDS) -> bytes:
    return PAGE.format(head=head, words=words).encode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (page(), PageKind.HTML),
        (b"\xef\xbb\xbf  " + page(), PageKind.HTML),
        (chrome(page().decode()), PageKind.MHTML),
        (page_files.pdf(), PageKind.PDF),
        (page_files.picture(), PageKind.PNG),
        (page_files.picture("JPEG"), PageKind.JPEG),
    ],
)
def test_a_file_is_what_its_content_says(body: bytes, kind: PageKind) -> None:
    assert open_upload(body).kind is kind


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"PK\x03\x04 a workbook", "no saved page"),
        (b"GIF89a" + b"\0" * 100, "no saved page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "no saved page"),
        (b"Just words, called page.html", "no saved page"),
        (b"x" * (MOST_BYTES + 1), "larger than 10 MB"),
        (page(words=""), "empty"),
        (page(words="<script>document.write('all of it is made by a script')</script>"), "empty"),
        (page()[:-9], "end of the page is missing"),
        (page(words=WORDS + "\ufffd"), "letters of the page cannot be read"),
        (chrome(page().decode())[:-40], "end is missing"),
        (page(words="<b>x" * 20_000), "longer than any page"),
        (page(words="<i>x</i>" * 20_000), "longer than any page"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n" + b"\n" * 600_000, "too many lines"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x; " + b"a=b;" * 9_000, "no end"),
        (page_files.pdf()[:-7], "end of the PDF"),
        (page_files.pdf() + b"<html>more</html>", "end of the PDF"),
        (page_files.pdf(root="/OpenAction << /S /JavaScript /JS (app.alert) >>"), "active"),
        (page_files.pdf(root="/OpenAction << /S /J#61vaScript /J#53 (app.alert) >>"), "active"),
        (page_files.pdf(root="/Names << /EmbeddedFiles << /Names [] >> >>"), "active"),
        (page_files.pdf(root="/AcroForm << /XFA (x) >>"), "active"),
        (page_files.pdf(page="/AA << /O << /S /URI >> >>"), "active"),
        (page_files.pdf(page="/Annots [ << /Subtype /Link /A << /S /Launch >> >> ]"), "active"),
        (page_files.pdf(pages=51), "51 pages"),
        (page_files.encrypted_pdf(), "encrypted"),
        (b"%PDF-1.7\nnonsense\n%%EOF", "damaged"),
        (page_files.png_bomb(), "million dots|damaged"),
        (page_files.picture()[:-200], "damaged"),
        (page_files.picture("JPEG")[:300], "damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_evidence_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(PageRefused, match=reason):
        open_upload(body)


def test_a_picture_of_one_color_shows_nothing() -> None:
    out = BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "PNG")
    with pytest.raises(PageRefused, match="one color"):
        open_upload(out.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_written_anew_and_nothing_else_of_the_file_is_left(kind: str) -> None:
    body = page_files.picture(kind) + b"<script>behind the end</script>"
    again = open_in_child("picture", body)
    assert b"script" in body and b"script" not in again
    with Image.open(BytesIO(again)) as image:
        assert (image.format, image.size) == ("PNG", (400, 300))


def test_the_text_of_a_pdf_is_shown_and_a_link_in_it_is_harmless() -> None:
    link = "/Annots [ << /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://search.dca.ca.gov/) >> >> ]"
    assert "HOLLOWAY, WREN ADAIR" in open_upload(page_files.pdf(page=link)).text


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("", ""),
        ('<link rel="canonical" href="https://a.example/x">', "https://a.example/x"),
        ('<base href="https://b.example/">', "https://b.example/"),
        ('<base href="/relative">', ""),
        ('<base href="http://[">', ""),
        ('<link rel="canonical" href="javascript:alert(1)">', ""),
        ('<!-- saved from url=(0021)https://c.example/x -->\n<link rel="canonical" href="https://a.example/">', "https://c.example/x"),
    ],
)  # fmt: skip
def test_where_a_page_says_it_is_from(head: str, address: str) -> None:
    assert open_upload(page(head)).saved_from == address
