"""Pages of a register as a person would have saved them, to be uploaded in the demo's checks by hand.

They are of Florida's register, which no program asks, about one of the cast; and two that are to be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from io import BytesIO

from PIL import Image, ImageDraw

from scrapers.rehearsal.cast import Player, Story

REGISTRY = "us_fl_mqa"
ADDRESS = "https://mqa-internet.doh.state.fl.us/MQASearchServices/HealthCareProviders/LicenseVerification?LicInd="
CHALLENGE = (
    "<title>Just a moment...</title><h1>Checking your browser</h1><p>Verify that you are human before you go on to the "
    'register.</p><div class="cf-turnstile"></div>'
)
ABOUT = {
    "record.html": "the right page, as HTML",
    "record.mhtml": "the same, as one file with its address and its day",
    "record.pdf": "the same, printed to a PDF",
    "record.png": "the same, as a screenshot: you type what it says",
    "probation.html": "the same person, on probation",
    "somebody-else.html": "somebody else's page",
    "another-register.html": "a page of another register: refused",
    "challenge.html": "a page that asks whether you are human: refused",
}


def subject(players: Sequence[Player]) -> Player:
    """Whom the pages are about."""
    return next(player for player in players if player.town.region == "FL" and player.story is Story.ORDINARY)


def saved_page(name: str, player: Player, *, now: datetime) -> bytes:
    """The file of that name. Raises KeyError for a name that `ABOUT` does not have."""
    told = _told(player, standing="Probation/Active" if name == "probation.html" else "CLEAR/Active", now=now)
    makers = {
        "record.html": lambda: _html(told, player),
        "probation.html": lambda: _html(told, player),
        "record.mhtml": lambda: _mhtml(_html(told, player), ADDRESS + player.number, now),
        "record.pdf": lambda: _pdf([f"{label}: {words}" for label, words in told.items()]),
        "record.png": lambda: _png([f"{label}: {words}" for label, words in told.items()]),
        "somebody-else.html": lambda: _html({**told, "Name": "ODDFELLOW, WILHELMINA", "License": "AP1234"}, player),
        "another-register.html": lambda: _page("https://profile.tmb.state.tx.us/PublicReport.aspx", _list(told)),
        "challenge.html": lambda: _page(ADDRESS + player.number, CHALLENGE),
    }
    return makers[name]()


def _told(player: Player, *, standing: str, now: datetime) -> dict[str, str]:
    return {
        "Name": f"{player.family}, {player.given}".upper(),
        "Data As Of": f"{now:%m/%d/%Y}",
        "Profession": "Acupuncturist",
        "License": player.number,
        "License Status": standing,
        "License Expiration Date": f"{player.expires_on:%m/%d/%Y}",
        "License Original Issue Date": f"{player.issued_on:%m/%d/%Y}",
        "Address of Record": f"{player.town.city.upper()}, FL",
        "Controlled Substance Prescriber": "No",
        "Discipline on File": "No",
        "Public Complaint": "No",
    }


def _html(told: dict[str, str], player: Player) -> bytes:
    return _page(ADDRESS + player.number, _list(told))


def _list(told: dict[str, str]) -> str:
    rows = [
        f"<dt>{label}</dt><dd>{escape(words)}</dd>"
        for label, words in told.items()
        if label not in ("Name", "Data As Of")
    ]
    name, day = escape(told["Name"]), told["Data As Of"]
    return f'<h3>{name}</h3><p>Data As Of {day}</p><dl class="dl-horizontal">{"".join(rows)}</dl>'


def _page(address: str, body: str) -> bytes:
    note = f"<!-- saved from url=({len(address):04d}){address} -->"
    head = f'<!DOCTYPE html>\n{note}\n<html lang="en"><head><meta charset="utf-8"></head>'
    return f"{head}<body>{body}</body></html>".encode()


def _mhtml(html: bytes, address: str, now: datetime) -> bytes:
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = address
    message["Date"] = format_datetime(now)
    message.set_content(html.decode(), subtype="html", cte="quoted-printable")
    message["Content-Location"] = address
    message.make_related()
    return message.as_bytes()


def _png(lines: Sequence[str]) -> bytes:
    image = Image.new("RGB", (900, 60 + 40 * len(lines)), "white")
    draw, out = ImageDraw.Draw(image), BytesIO()
    for at, line in enumerate(lines):
        draw.text((30, 30 + 40 * at), line, fill="black", font_size=22)
    image.save(out, "PNG")
    return out.getvalue()


def _pdf(lines: Sequence[str]) -> bytes:
    """One page of text, in the least that a PDF must have."""
    shown = " T* ".join("({}) Tj".format(line.translate({40: r"\(", 41: r"\)", 92: r"\\"})) for line in lines)
    drawn = f"BT /F1 12 Tf 16 TL 72 720 Td {shown} ET".encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    body, starts = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        starts.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    trailer = b"trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 7\n0000000000 65535 f \n" + table + trailer
