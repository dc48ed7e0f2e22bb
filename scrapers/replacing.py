"""Replaces what names or leads to a person in one text, wherever it stands and however it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote, unquote_plus, urlsplit

from scrapers.invented import Invented, bare
from scrapers.normalize import valid_npi
from scrapers.personal_columns import Kind, PersonalColumns
from scrapers.replacing_links import GUID, Links
from scrapers.replacing_names import WORD, Names

MAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}")
WEB = re.compile(r"https?://[^\s\"'<>\\)]+|\bwww\.[^\s\"'<>\\)]+", re.IGNORECASE)
PHONE = re.compile(
    r"(?<![\d-])(?:\+?1[\s.\-]{1,2})?(?:\([2-9]\d{2}\)\s?|[2-9]\d{2}[\s.\-])\d{3}[\s.\-]\d{4}(?!\d)"
    r"|\+\d{1,3}[\s().\-\d]{7,16}\d"
)
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")  # may stand in the middle of a number
DIGITS = re.compile(r"\d+")
_WAYS = "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Way|Parkway|Pkwy|Highway|Hwy"
STREET = re.compile(
    rf"\b\d{{1,6}}\s+(?:[NSEW]{{1,2}}\.?\s+)?(?:[A-Z][\w.'-]*\s+){{1,4}}(?:{_WAYS}|Terrace|Circle|Cir)\b\.?"
    r"(?:,?\s*(?:Suite|Ste|Apt|Unit|#)\.?\s*[\w-]+)?|\bP\.?\s?O\.?\s?Box\s+\d+",
    re.IGNORECASE,
)
_TOWN = re.compile(r"(.*?)((?:^|,\s*|\s+)[A-Z]{2}\.?,?\s+\d{5})(?:-?\d{4})?", re.DOTALL)
_CALLED_A_NUMBER = re.compile(
    r"(\b(licen[sc]e|lic|no|number|nbr|certificate)\b|#|\b[A-Z]{1,4}-?)[\s.:#]*$", re.IGNORECASE
)
_SHORT_AND_CALLED_SO = re.compile(  # one digit may be a page or a count
    r"((\b(licen[sc]e|lic|no|number|nbr|certificate)\b|#)[\s.:#]*|(?-i:\b[A-Z]{1,4})-?)$", re.IGNORECASE
)
_PAGING = frozenset(("page", "skip", "offset", "start", "take", "size", "limit", "top", "count", "rows", "pagesize"))
_NAMES = (Kind.NAME, Kind.GIVEN, Kind.FAMILY)
Rule = tuple[re.Pattern[str], Callable[[str], str]]


class Replacing:
    """First `learn` everything, then `text`: what was learned in one place is replaced in all."""

    def __init__(
        self, columns: PersonalColumns, invented: Invented, *, stays: Iterable[str], own_hosts: Iterable[str]
    ) -> None:
        """stays: texts that the reader relies on. own_hosts: hosts of the registry itself."""
        stays = list(stays)
        self.columns, self.invented = columns, invented
        self.names = Names(invented, stays={bare(word) for text in stays for word in WORD.findall(text)})
        self.links = Links(invented, self.text, own_hosts=own_hosts, stays=stays)
        self._exactly = {line.strip() for text in stays for line in text.splitlines()}
        self._stays_digits = {run for text in stays for run in DIGITS.findall(text)}

    # Learning --------------------------------------------------------------------------------------------------------

    def learn(self, text: str, column: str) -> None:
        """Remembers names and numbers of a column that holds them."""
        kind = self.columns.kind(column)
        if MAIL.search(text) or GUID.search(text):
            return
        if kind is Kind.NAME:
            self.names.learn(text, order=self.columns.order(column))
        elif kind in _NAMES:
            self.names.learn_person(*((text, "") if kind is Kind.GIVEN else ("", text)))
        elif kind is Kind.NUMBER:
            self.learn_number(text, is_the_number=self.columns.knows(column))

    def learn_number(self, text: str, *, is_the_number: bool = True) -> None:
        """Remembers what tells one number from another. A single digit does so only where the description itself says
        that this is the number; elsewhere it is a count or a choice."""
        for run in telling_runs(text):
            if run not in self._stays_digits and (is_the_number or len(run.lstrip("0")) > 1):
                self.invented.digits(run)

    def learn_url(self, url: str) -> None:
        """Remembers what links to people carry: names and numbers in their parameters."""
        for part in urlsplit(url).query.split("&"):
            name, value = (unquote_plus(one) for one in (part.partition("=")[0], part.partition("=")[2]))
            if name.lower().strip("$_") in _PAGING or GUID.search(value):
                continue
            self.learn(value, name)
            for run in DIGITS.findall(value):
                if len(run) >= 5:
                    self.learn_number(run)

    # Replacing -------------------------------------------------------------------------------------------------------

    def text(self, text: str, column: str = "") -> str:
        """The text with everything known or recognized replaced, as text of that column."""
        kind = self.columns.kind(column) if column else Kind.OTHER
        core = _INVISIBLE.sub("", text).strip()
        if not core or kind is Kind.STAYS or self.columns.is_date(core) or core.rstrip(":").rstrip() in self._exactly:
            return text
        ours = None if kind is Kind.OTHER or MAIL.search(core) else self.of_kind(core, kind)
        new = self._running(core) if ours is None else ours
        return text if new == core else _INVISIBLE.sub("", text).replace(core, new, 1)

    def of_kind(self, text: str, kind: Kind) -> str | None:
        """What a column of this kind says instead; None where it is read like any other text."""
        if kind in _NAMES:
            return self.names.in_column(text, is_given=kind is Kind.GIVEN)
        if kind is Kind.NUMBER and not GUID.search(text):
            runs = {run for run in telling_runs(text) if self._is_told(run)} - self._stays_digits
            return DIGITS.sub(lambda run: self.invented.digits(run[0]) if run[0] in runs else run[0], text)
        if kind is Kind.NPI and re.fullmatch(r"(?!0{10})\d{10}", text):
            return self.invented.npi(text)
        if kind is Kind.PHONE and DIGITS.search(text):
            return self.invented.phone(text)
        if kind is Kind.PLACE:
            return re.sub(r"^(\d{5}-?)\d{4}$", r"\g<1>0001", text)
        if kind is Kind.STREET:
            return self._street(text)
        if kind is Kind.WITHHELD:
            return DIGITS.sub(lambda run: "1970" if len(run[0]) == 4 else "1".rjust(len(run[0]), "0"), text)
        if kind is Kind.WEB and re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", text) and not WEB.search(text):
            return self.invented.host(text.partition("/")[0])
        if kind is Kind.PRACTICE:
            street: tuple[Rule, ...] = ((STREET, self.invented.street),)
            return _apply(text, street, lambda rest: self._numbers(self.names.in_practice(rest)))
        return None

    def _is_told(self, run: str) -> bool:
        core = run.lstrip("0")
        return len(core) > 1 or self.invented.known("number", core) is not None

    def _street(self, text: str) -> str | None:
        town = _TOWN.fullmatch(text)
        if town and not re.search(r"\d", town[1]):  # a town alone
            return town[1] + town[2]
        if not re.search(r"\d", text):  # a town, or what kind of address it is
            return None
        if re.match(r"(suite|ste|apt|unit|floor|#)\b", text, re.IGNORECASE):
            return DIGITS.sub("1", text)
        if STREET.search(text) and town:
            return None  # the street is found as in running text, and the town stays
        return self.invented.street(text) + (re.sub(r"^.*?(?=,[^,]*$|$)", "", town[1]) + town[2] if town else "")

    # Running text ----------------------------------------------------------------------------------------------------

    def _running(self, text: str) -> str:
        rules: tuple[Rule, ...] = (
            (MAIL, self.invented.mail),
            (WEB, self.links.url),
            (GUID, self.invented.token),
            (PHONE, lambda phone: self.invented.phone(phone) if len(re.sub(r"\D", "", phone)) > 9 else phone),
            (STREET, self.invented.street),
        )
        return _apply(text, rules, lambda rest: self.names.in_text(self._numbers(rest)))

    def link(self, url: str) -> str:
        """The address of a link, mail and telephone included."""
        scheme, _, rest = url.partition(":")
        if scheme.lower() == "mailto":
            return f"{scheme}:{self._running(unquote(rest.partition('?')[0]))}"
        if scheme.lower() == "tel":
            return f"{scheme}:{self.invented.phone(unquote(rest))}"
        return self._running(url) if scheme.lower() == "javascript" else self.links.url(url)

    def _numbers(self, text: str) -> str:
        return DIGITS.sub(lambda found: self._number(found[0], text[: found.start()]), text)

    def _number(self, run: str, before: str) -> str:
        """A run of digits in running text: replaced when it is an NPI, or was learned and is too long for chance, or
        is called a number."""
        core = run.lstrip("0")
        known = self.invented.known("number", core)
        if not known and run[0] == "1" and valid_npi(run):
            return self.invented.npi(run)
        is_year = len(run) == 4 and run[:2] in ("19", "20")
        called_so = _CALLED_A_NUMBER if len(core) > 1 else _SHORT_AND_CALLED_SO
        is_sure = (len(core) >= 4 and not is_year) or called_so.search(before)
        return self.invented.digits(run) if known and is_sure else run


def _apply(text: str, rules: tuple[Rule, ...], rest: Callable[[str], str]) -> str:
    """Each rule on what the earlier ones left, `rest` on what is left in the end."""
    if not rules:
        return rest(text)
    (pattern, replaced), *others = rules
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts += [_apply(text[at : found.start()], tuple(others), rest), replaced(found[0])]
        at = found.end()
    return "".join(parts) + _apply(text[at:], tuple(others), rest)


def telling_runs(text: str) -> list[str]:
    """The digits of a number that tell one from another: runs of three or more, or all where there are none. A year in
    front of a longer run stays."""
    runs = DIGITS.findall(text)
    long = [run for run in runs if len(run) >= 3]
    if len(long) > 1:
        long = [run for run in long if not re.fullmatch(r"(19|20)\d\d", run)] or long
    return long or runs
