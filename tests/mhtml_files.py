"""Pages saved as one file, in the shapes that browsers write them."""

from __future__ import annotations

import base64
import quopri

CHROME = """\
From: <Saved by Blink>
Snapshot-Content-Location: {address}
Subject: =?utf-8?Q?Search_results?=
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----MultipartBoundary--f00d----"


------MultipartBoundary--f00d----
Content-Type: text/html
Content-ID: <frame-1@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: {address}

{page}
------MultipartBoundary--f00d----
Content-Type: text/html
Content-ID: <frame-2@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://frame.example/inside

<html><body>A frame inside: NUMBER 99999</body></html>
------MultipartBoundary--f00d----
Content-Type: text/css
Content-Transfer-Encoding: quoted-printable
Content-Location: cid:css-1@mhtml.blink

body {{ color: black; }}
------MultipartBoundary--f00d------
"""

ADD_ON = """\
From: <Saved by UnMHT>
Subject: Search results
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/related;
 boundary="=_unmht_boundary"; start="<main@unmht>"; type="text/html"

--=_unmht_boundary
Content-Type: text/html; charset=utf-8
Content-ID: <frame@unmht>
Content-Location: https://frame.example/inside

<html><body>A frame that stands first</body></html>
--=_unmht_boundary
Content-Type: text/html; charset=utf-8
Content-ID: <main@unmht>
Content-Transfer-Encoding: base64
Content-Location: {address}

{page}
--=_unmht_boundary--
"""

DATE = "Sun, 22 Nov 2026 11:15:00 -0000"


def chrome(html: str, address: str = "https://search.dca.ca.gov/results", *, date: str = DATE) -> bytes:
    page = quopri.encodestring(html.encode()).decode("ascii")
    return CHROME.format(address=address, date=date, page=page).replace("\n", "\r\n").encode("ascii")


def add_on(html: str, address: str = "https://search.dca.ca.gov/results", *, date: str = DATE) -> bytes:
    page = base64.encodebytes(html.encode()).decode("ascii")
    return ADD_ON.format(address=address, date=date, page=page).encode("ascii")
