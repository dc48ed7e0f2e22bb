"""Pages that apologize instead of answering: "the system is down for scheduled maintenance", often with status 200.

Looked for only where the reader did not know the page. What holds a list of people is never an apology, and neither is
an announcement of what will be closed on some later day.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from scrapers.errors import SourceChanged, SourceDown
from scrapers.markup import Markup

_HEAD = 256 * 1024
_LONGEST_APOLOGY = 4_000  # letters that a reader sees
_LONGEST_BARE = 1_500  # bytes of an answer without markup
_FEWEST_CELLS = 3  # a row of a list of people has a name, a number and a standing at least
_UNSEEN = ("script", "style", "template", "noscript", "nav", "select", "head")

_NOW = re.compile(
    r"""(?:is|are|was)\s+(?:currently\s+|temporarily\s+|presently\s+|now\s+)*
            (?:unavailable|down|offline|out\ of\ service|closed|being\ (?:updated|upgraded|serviced|maintained))
      | temporarily\s+(?:unavailable|offline|down|closed|out\ of\ service)
      | (?:down|closed|offline|unavailable)\s+(?:for|due\ to|while|during)\b[^.]{0,60}\b
            (?:maintenance|upgrade|updates?|repairs?|improvements)
      | (?:undergoing|performing|under(?:\ going)?|in)\s+(?:\w+\s+){0,2}maintenance
      | (?:will\ be|be\ right|we'?ll\ be)\s+back\b
      | (?:come|check|try)\s+(?:back|again)\s+(?:later|soon|shortly)""",
    re.IGNORECASE | re.VERBOSE,
)
_WORK = re.compile(
    r"maintenance|temporarily|being (?:updated|upgraded|serviced)|upgrad(?:e|ing)|out of service|down for|offline",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:(?:scheduled|planned|system|site|routine|server|under) maintenance|maintenance (?:mode|page|in progress)"
    r"|^maintenance$|service unavailable|temporarily unavailable)",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\bwill\s+(?:also\s+)?be\s+(?:\w+\s+){0,2}(?:unavailable|down|offline|closed)"
    r"|\b(?:scheduled|planned)\s+(?:\w+\s+){0,3}(?:on|for)\s+\w*(?:day|\d)"
    r"|\bmaintenance\s+(?:on|this|next|every)\s",
    re.IGNORECASE,
)


def under_maintenance(apology: str, *, registry: str, where: str) -> SourceDown:
    """The error for a page that came with success and says this."""
    return SourceDown(f"is under maintenance: “{apology}”", registry=registry, where=where, in_maintenance=True)


def apology_in(path: Path) -> str:
    """The sentence in which a captured page excuses itself ("The system is down for maintenance."), or ""."""
    with path.open("rb") as file:
        return apology_in_bytes(file.read(_HEAD))


def apology_in_bytes(head: bytes) -> str:
    """The same for the beginning of an answer."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff").strip()
    if not text.startswith("<"):
        return _of_bare_text(text)
    try:
        page = Markup(text).soup
    except SourceChanged:
        return ""
    title = _seen(page.title) if page.title else ""
    headings = [title, *(_seen(each) for each in page.find_all(["h1", "h2"]))]
    for each in page.find_all(_UNSEEN):
        each.decompose()
    seen = _seen(page)
    if len(seen) > _LONGEST_APOLOGY or _is_list(page):
        return ""
    return _apology(seen) or next((each for each in headings if _is_titled(each)), "")


def _of_bare_text(text: str) -> str:
    """Of plain text or JSON. Anything that may be a list is none."""
    if len(text) > _LONGEST_BARE or text.startswith("["):
        return ""
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        words = [str(value) for value in found.values() if isinstance(value, str)] if isinstance(found, dict) else []
        lists = isinstance(found, dict) and any(isinstance(value, list) and value for value in found.values())
        return "" if lists else _apology(". ".join(words)) or next((each for each in words if _is_titled(each)), "")
    looks_like_rows = any(len(re.findall(r"[,;|\t]", line)) >= _FEWEST_CELLS - 1 for line in text.splitlines())
    return "" if looks_like_rows else _apology(text)


def _apology(text: str) -> str:
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if _NOW.search(sentence) and _WORK.search(sentence) and not _LATER.search(sentence):
            return _shortened(sentence)
    return ""


def _is_titled(text: str) -> bool:
    return bool(_TITLED.search(text)) and not _LATER.search(text)


def _is_list(page: BeautifulSoup) -> bool:
    """Whether the page holds rows as a list of people has them: their own cells, not those of a table within."""
    for row in page.find_all("tr"):
        cells = row.find_all(["td", "th"], recursive=False)
        if (
            len(cells) >= _FEWEST_CELLS
            and sum(next(cell.stripped_strings, "") != "" for cell in cells) >= _FEWEST_CELLS
        ):
            return True
    return False


def _seen(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def _shortened(sentence: str) -> str:
    return sentence if len(sentence) <= 160 else f"{sentence[:157]}…"
