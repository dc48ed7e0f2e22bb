"""Reading HTML by counted selectors: a page that changed must stop the run, not shorten it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from scrapers.decoding import looks_garbled
from scrapers.errors import SourceChanged
from scrapers.normalize import tidy
from scrapers.tags import MOST_TAGS, refuse_long_tags, tags_in

Within = Tag | None
LONGEST_CELL = 20_000  # letters; what is too long for a field is refused when the field is read
_SPACES = re.compile(r"\s+")
UNSEEN = frozenset(("script", "style", "template", "noscript"))
BREAKS = frozenset(
    """address article aside blockquote br caption center dd details dialog div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr label legend li main nav ol option p pre section select summary table tbody td
    tfoot th thead title tr ul""".split()  # noqa: SIM905 - a list of words to read
)


def _has_comment_left_open(text: str) -> bool:
    """Whether a parser would take the rest of the page for a comment. Inside a script it is none."""
    begins = text.rfind("<!--")
    if begins < 0 or text.find("-->", begins) >= 0:
        return False
    behind = text[begins:].lower()
    script_begins, script_ends = behind.find("<script"), behind.find("</script")
    return script_ends < 0 or 0 <= script_begins < script_ends


class Markup:
    """A parsed page. `asked` lists the selectors that were relied on, so that tests can tamper with each."""

    def __init__(self, text: str) -> None:
        """Raises SourceChanged for a tag that takes a parser minutes, more tags than the memory should hold, and a
        comment that swallows the rest."""
        refuse_long_tags(text)
        if _has_comment_left_open(text):
            raise SourceChanged("is cut off by a comment that never ends", expected="-->")
        if tags_in(text) > MOST_TAGS:
            raise SourceChanged(f"has more than {MOST_TAGS} elements", expected="a page")
        self.soup = BeautifulSoup(text.replace("\0", "\ufffd"), "lxml")
        self.asked: set[str] = set()

    def one(self, selector: str, within: Within = None) -> Tag:
        """The only element that fits. Raises SourceChanged when there are none or several."""
        found = self._all(selector, within)
        if len(found) != 1:
            raise SourceChanged(f"{len(found)} elements fit {selector}", expected="exactly one")
        return found[0]

    def some(self, selector: str, within: Within = None) -> list[Tag]:
        """All elements that fit. Raises SourceChanged when there are none."""
        found = self._all(selector, within)
        if not found:
            raise SourceChanged(f"no element fits {selector}", expected="at least one")
        return found

    def maybe(self, selector: str, within: Within = None) -> Tag | None:
        """The element that fits, or None. Raises SourceChanged when there are several."""
        found = self._all(selector, within)
        if len(found) > 1:
            raise SourceChanged(f"{len(found)} elements fit {selector}", expected="one or none")
        return found[0] if found else None

    def any(self, selector: str, within: Within = None) -> list[Tag]:
        """All elements that fit, which may be none."""
        return self._all(selector, within)

    def _all(self, selector: str, within: Within) -> list[Tag]:
        self.asked.add(selector)
        return list((within or self.soup).select(selector))

    def text(self, selector: str, within: Within = None) -> str:
        """The tidied text of the only element that fits."""
        return text_of(self.one(selector, within))

    def labelled_values(self, selector: str, within: Within = None) -> dict[str, str]:
        """The dt/dd or th/td pairs of the only element that fits, or else the two cells of its rows: label without its
        colon -> text."""
        holder = self.one(selector, within)
        labels = list(holder.select("dt, th")) or [
            own_cells(row)[0] for row in own_rows(holder) if len(own_cells(row)) == 2
        ]
        pairs: dict[str, str] = {}
        for label in labels:
            value = label.find_next_sibling(["dd", "td"])
            name = text_of(label).rstrip(":").strip()
            if not isinstance(value, Tag) or name in pairs:
                raise SourceChanged(f"label {name!r} in {selector} has no value or stands twice")
            pairs[name] = text_of(value)
        if not pairs:
            raise SourceChanged(f"{selector} holds no labelled values", expected="dt and dd, th and td, or two td")
        return pairs

    def table_cells(self, selector: str, within: Within = None, *, across: str = "") -> Iterator[dict[str, Tag]]:
        """Each row of a table: heading text -> cell. Cells are direct children of their row, so nested tables don't
        count. Rows that hold one cell across (pagers, notes) are passed over, or, where `across` names them, come with
        each row below them. Raises SourceChanged."""
        rows = own_rows(self.one(selector, within))
        if not rows:
            raise SourceChanged(f"table {selector} has no rows", expected="a row of headings")
        headings = [text_of(cell) for cell in own_cells(rows[0])]
        if len(set(headings)) != len(headings):
            raise SourceChanged(f"table {selector} has a heading twice: {', '.join(headings)}")
        above: dict[str, Tag] = {}
        for number, row in enumerate(rows[1:], start=1):
            cells = own_cells(row)
            if len(cells) == 1 and len(headings) > 1:
                above = {across: cells[0]} if across else {}
                continue
            if len(cells) != len(headings):
                raise SourceChanged(
                    f"row {number} of table {selector} has {len(cells)} cells", expected=str(len(headings))
                )
            yield above | dict(zip(headings, cells, strict=True))

    def rows_across(self, selector: str) -> list[Tag]:
        """The rows of a table that hold one cell across, such as its pager."""
        rows = own_rows(self.one(selector))
        return [row for row in rows[1:] if len(own_cells(row)) == 1]

    @cached_property
    def visible_text(self) -> str:
        """What a reader sees: no scripts, and nothing that is hidden in place."""
        unseen = "script, style, template, noscript, [hidden], [style*='display:none' i], [style*='display: none' i]"
        hidden = {id(element) for element in self.soup.select(unseen)}
        texts, within = list[str](), [iter(self.soup.contents)]
        while within:
            child = next(within[-1], None)
            if child is None:
                within.pop()
            elif isinstance(child, Tag) and id(child) not in hidden:
                within.append(iter(child.contents))
            elif type(child) is NavigableString:
                texts.append(child)
        shown = " ".join(texts)
        return tidy(shown, len(shown))

    def table_headings(self, selector: str, within: Within = None) -> list[str]:
        """The texts of the first row of a table."""
        rows = own_rows(self.one(selector, within))
        return [text_of(cell) for cell in own_cells(rows[0])] if rows else []

    def field_names(self, form: Tag) -> set[str]:
        """The names of all a form's controls, buttons included."""
        return {str(field["name"]) for field in form.select("[name]")}

    def untouched_fields(self, form: Tag) -> dict[str, str]:
        """The named fields of a form as a browser would send them untouched, hidden ones included."""
        fields: dict[str, str] = {}
        for field in form.select("input[name], select[name], textarea[name]"):
            value = _field_value(field)
            if value is not None:
                fields[str(field["name"])] = value
        return fields


def _field_value(field: Tag) -> str | None:
    kind = str(field.get("type") or "text").lower()
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen.get("value", text_of(chosen))) if chosen else None
    if field.name == "textarea":
        return field.get_text()
    if kind in ("submit", "button", "image", "reset", "file"):
        return None
    if kind in ("checkbox", "radio"):
        return str(field.get("value", "on")) if field.has_attr("checked") else None
    return str(field.get("value", ""))


def own_rows(table: Tag) -> list[Tag]:
    rows: list[Tag] = []
    for child in table.find_all(["tr", "thead", "tbody", "tfoot"], recursive=False):
        rows += [child] if child.name == "tr" else child.find_all("tr", recursive=False)
    return rows


def own_cells(row: Tag) -> list[Tag]:
    return list(row.find_all(["td", "th"], recursive=False))


def text_of(element: Tag) -> str:
    """The text of an element: no scripts, comments or invisible characters, spaces folded; a space where a line breaks
    or a block ends, and none within a word ("Hol<b>lo</b>way")."""
    return as_shown("".join(_pieces(element)))


def as_shown(text: str) -> str:
    """What a browser shows of a text. Where a letter was read in a wrong charset, the text as it stands: folding its
    spaces and dropping what is invisible would leave a wrong name that nothing gives away."""
    return text[:LONGEST_CELL] if looks_garbled(text) else tidy(_SPACES.sub(" ", text), LONGEST_CELL)


def _pieces(element: Tag) -> Iterator[str]:
    """What stands in an element, without calling itself: pages nest thousands deep."""
    within: list[tuple[Tag, Iterator[PageElement]]] = [(element, iter(element.contents))]
    while within:
        holder, left = within[-1]
        child = next(left, None)
        if child is None:
            within.pop()
            yield " " if holder.name in BREAKS else ""
        elif isinstance(child, Tag):
            if child.name not in UNSEEN:
                yield " " if child.name in BREAKS else ""
                within.append((child, iter(child.contents)))
        elif type(child) is NavigableString:
            yield str(child)
