"""What a draft says of an HTML page: which reader fits, where the list or the person is, and how pages are turned."""

from __future__ import annotations

import json
import re
from contextlib import suppress

from bs4.element import Tag

from scrapers.channels import Channel
from scrapers.describing_guesses import quoted
from scrapers.errors import SourceChanged
from scrapers.markup import Markup, own_cells, own_rows, text_of

TOTALS = (  # how pages announce how many there are
    r"\bof ([\d,]+) [a-z]+",
    r"\b([\d,]+) (?:[a-z()]+ ){1,2}(?:found|on file|in total)\b",
    r"\b([\d,]+) (?:records?|results?|matches|entries|licensees|registrants|practitioners)\b",
    r"\b(?:total|found|matches|results|records)[a-z ]{0,20}: ([\d,]+)",
)
SEARCHES = re.compile(r"search|find|look|submit|go\b|verify", re.IGNORECASE)


class PageDraft:
    """A page's reader (`platform`), its `door`, and the lines of its options."""

    def __init__(self, page: Markup) -> None:
        self._page, self._holder = page, _holder(page)
        self.person = _labels(page, self._holder)
        stateful = page.soup.select_one("form:has([name=__VIEWSTATE])")
        self._form = stateful if stateful and not self.person else None
        self.platform = "form_and_detail" if self.person else "postback_table" if stateful else "html_table"
        table = "" if self.person else self._holder
        self.door = Channel("saved_page", format="html", table=table, form=_named(page, self._form))

    def options(self, rows: int) -> str:
        """How a page about one person is known, or how the list is asked for and turned, as far as the page tells."""
        if self.person:
            return f"options:\n  detail: {{known_by: {quoted(self._holder)}, labels: {quoted(self._holder)}}}"
        turned = quoted(self._pager() or "a[rel=next]")
        total = quoted(self._total(rows) or "([0-9,]+) licensees")
        lines = ["# options:", *self._search()]
        lines += [f"#   next: {turned}  # ? selector of the link to the next page, or of all links with page numbers"]
        return "\n".join((*lines, f"#   total: {total}  # ? the total it prints, so that a missing end is noticed"))

    def _search(self) -> list[str]:
        if self._form is None:
            return []
        buttons = [one for one in self._form.select("input[type=submit], button") if one.get("name")]
        best = next((one for one in buttons if SEARCHES.search(f"{one.get('value')} {one['name']}")), None)
        said = json.dumps({str(best["name"]): str(best.get("value") or "")} if best else {}, ensure_ascii=False)
        fields = [str(one["name"]) for one in self._form.select("select[name], input[type=text][name]")]
        return [
            f"#   button: {said}  # ? the button that searches",
            f"#   search_fields: {{}}  # ? what a whole list is asked with; it has {', '.join(fields) or 'none'}",
        ]

    def _pager(self) -> str:
        """A selector of links with page numbers."""
        for link in self._page.soup.find_all("a"):
            if not re.fullmatch(r"\d{1,3}", text_of(link)):
                continue
            for box in list(link.parents)[:7]:
                names = box.get_attribute_list("class") if box.name not in ("form", "body") else []
                if name := next((name for name in names if name and re.search("pag", name, re.IGNORECASE)), ""):
                    return f".{name} a"
        return ""

    def _total(self, rows: int) -> str:
        """An expression around the first number on the page that may be the total."""
        for pattern in TOTALS:
            for found in re.finditer(pattern, self._page.visible_text, re.IGNORECASE):
                if (said := found[1].replace(",", "")) and int(said) >= rows:
                    before, _, after = found[0].partition(found[1])
                    return "([0-9,]+)".join(re.escape(text).replace("\\ ", " ") for text in (before, after))
        return ""


def _holder(page: Markup) -> str:
    """A selector of the table or list of labels that holds most; not of one that lays out a form."""
    tables = [
        one for one in page.soup.find_all(["table", "dl"]) if not one.select_one("select, input:not([type=checkbox])")
    ]
    if not tables:
        return "table:not(:has(select, input))"
    best = max(tables, key=lambda table: len(table.find_all(["tr", "dt"])))
    marks = [f"{best.name}#{best['id']}"] if best.get("id") else []
    marks += [f"{best.name}.{name}" for name in best.get_attribute_list("class") if name]
    heading = best.find(["th", "dt"])
    marks += [f'{best.name}:has(:-soup-contains("{text_of(heading)}"))'] if isinstance(heading, Tag) else []
    return next((mark for mark in marks if len(page.soup.select(mark)) == 1), best.name)


def _named(page: Markup, form: Tag | None) -> str:
    """A selector of a form with hidden state."""
    if form is None:
        return ""
    name = f"form#{form.get('id')}"
    return name if form.get("id") and len(page.soup.select(name)) == 1 else "form:has([name=__VIEWSTATE])"


def _labels(page: Markup, selector: str) -> dict[str, str]:
    """The values by label where this is a page about one person; nothing where it is a list."""
    holder = page.soup.select_one(selector)
    rows = own_rows(holder) if holder and holder.name == "table" else []
    if holder is None or any(len(own_cells(row)) != 2 or not _is_label(own_cells(row)[0]) for row in rows):
        return {}
    with suppress(SourceChanged):
        return page.labelled_values(selector)
    return {}


def _is_label(cell: Tag) -> bool:
    return cell.name == "th" or text_of(cell).endswith(":")
