"""An invented board as saved pages, with people in every spelling that a recording must replace."""

from __future__ import annotations

import os
from pathlib import Path


def made_board(folder: Path) -> list[str]:
    """A form, its result and two people's pages, written to a folder with their description: arguments for a verb."""
    (folder / "board.yaml").write_text(BOARD, encoding="utf-8")
    pages = {"form": FORM, "list": LIST, "first": PERSON, "second": SECOND}
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
        os.utime(folder / f"{name}.html", (1_770_000_000, 1_770_000_000))
    files = [str(folder / f"{name}.html") for name in pages]
    lookup = ["--channel", "lookup", "--name", "Osgood, Ferelith"]
    return ["--spec", str(folder / "board.yaml"), "--from", *files, *lookup]


BOARD = """
id: xx_form
title: "An invented board"
home: "https://verify.board.example/"
platform: form_and_detail
issues: {kind: license, profession: acupuncturist}
jurisdiction: US-XX
authority: issuer
completeness: all_statuses
date_formats: ["%m/%d/%Y"]
channels:
  lookup:
    start: "https://verify.board.example/search"
    form: "form#f"
    table: "table#r"
    by_name: {fields: {last: "{family}", first: "{given}"}}
options:
  list: [Name, License, City, Status]
  same: {License: Number}
  detail: {known_by: "dl.who", link: "a.detail", labels: "dl.who"}
columns:
  number: Number
  holder.name: {from: Full Name, split: given_first}
  expires_on: Expires
  phone: Phone
  place.city: Town
ignored: [Name, License, City, Address, Website, E-mail, NPI, Remarks]
standing:
  from: Status
  words: {active: [Active], expired: [Lapsed]}
"""

FORM = """<html><head><script>var last = "Ferelith Osgood"</script></head><body><form id="f" method="post"
action="results"><input type="hidden" name="__VIEWSTATE" value="dDwtMTM4NzE2Nzg5Mjs7PkLongOpaque+/==123"><input
name="last"><input name="first"></form></body></html>"""

LIST = """<html><body><h1>Board</h1><p>Ask Lucasta Pemberly, (503) 378-4154</p>
<table id="r"><tr><th>Name</th><th>License</th><th>City</th><th>Status</th></tr>
<tr><td><a class="detail" href="detail?id=8812345&amp;n=OSGOOD%2C+FERELITH+E">OSGOOD, FERELITH E</a></td>
<td>AC-00471</td><td>Salem</td><td>Active</td></tr>
<tr><td><a class="detail" href="detail?id=8812999&amp;n=QUARLES-BRANNIGAN%2C+AMBR%C3%93SE">QUARLES-BRANNIGAN,
AMBRÓSE</a></td><td>AC-01502</td><td>Eugene</td><td>Lapsed</td></tr></table></body></html>"""

PERSON = """<html><body><h2>Ferelith E. Osgood, L.Ac.</h2><!-- Osgood --><dl class="who"><dt>Full Name</dt>
<dd>Ferelith E. Osgood, L.Ac.</dd><dt>Number</dt><dd>AC-00471</dd><dt>Expires</dt><dd>06/30/2027</dd><dt>Phone</dt>
<dd>(503) 399-1234</dd><dt>Town</dt><dd>Salem</dd><dt>Address</dt>
<dd>1420 NE Liberty St Suite 4<br>Salem, OR 97301-2211</dd><dt>Website</dt>
<dd><a href="https://www.osgoodpoints.com/about">www.osgoodpoints.com</a></dd><dt>E-mail</dt>
<dd><a href="mailto:ferelith.osgood@gmail.com">ferelith.osgood@gmail.com</a></dd><dt>NPI</dt><dd>1003000126</dd>
<dt>Status</dt><dd>Active</dd><dt>Remarks</dt><dd>On 05/01/2020 Ms. Osgood (license 471) agreed with Ambróse
Quarles-Brannigan; see FOSGOOD.pdf and ferelithosgood.pdf, NPI 1003000126</dd></dl></body></html>"""

SECOND = (
    PERSON.replace("Ferelith E. Osgood, L.Ac.", "Ambrose Quarles-Brannigan")
    .replace("AC-00471", "AC-01502")
    .replace("399-1234", "399-1235")
    .replace("Salem", "Eugene")
    .replace("Active", "Lapsed")
)
