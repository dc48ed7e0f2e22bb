"""Filling in a search form whose fields are known by name or by id, and pressing its button."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bs4.element import Tag

from scrapers.errors import SourceChanged, SpecError
from scrapers.markup import text_of
from scrapers.page import Page
from scrapers.request import Request

POSTBACK = re.compile(r"__doPostBack\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]\s*\)")
NEVER_FILLED = re.compile(r"ssn|social|birth|password", re.IGNORECASE)


def filled_form(page: Page, form: str, wanted: Mapping[str, str]) -> Request:
    """The request that a browser would make after filling in `wanted`: a field's name or a selector (#id), and what to
    put there. A button stands among them with nothing to put. Raises SourceChanged when one of them is not in the form,
    and SpecError for a field that asks for what nobody may be asked here."""
    element, changes = page.one(form), dict[str, str]()
    for key, text in wanted.items():
        if NEVER_FILLED.search(key):
            raise SpecError(f"field {key} is never filled in")
        control = _control(page, element, key)
        posted = POSTBACK.search(str(control.get("href") or ""))
        if posted:
            changes |= {"__EVENTTARGET": posted[1], "__EVENTARGUMENT": posted[2]}
            continue
        name = str(control.get("name") or "")
        if not name:
            raise SourceChanged(f"{key} in form {form} has no name")
        changes[name] = _value(control, text)
    return page.submit(form, changes, note="results")


def _control(page: Page, form: Tag, key: str) -> Tag:
    if key.startswith(("#", "[")):
        return page.one(key, form)
    found = form.find(attrs={"name": key}) or form.find(id=key)
    if not isinstance(found, Tag):
        raise SourceChanged(f"its form has no field {key}")
    return found


def _value(control: Tag, text: str) -> str:
    """What a browser would send: a button's own value, and of a list the value behind the words that are shown."""
    if not text and str(control.get("type") or "").lower() in ("submit", "button"):
        return str(control.get("value") or "")
    if control.name != "select":
        return text
    for option in control.select("option"):
        if text in (option.get("value"), text_of(option)):
            return str(option.get("value", text))
    raise SourceChanged(f"its list {control.get('name')} does not offer {text!r}")


def opened(page: Page, link: Tag, form: str, *, note: str, carried: Mapping[str, object]) -> Request:
    """The request behind a link, whether it has an address or posts the form back. Raises SourceChanged when it has
    neither."""
    href = str(link.get("href") or "")
    posted = POSTBACK.search(href)
    if posted:
        return page.postback(form, posted[1], posted[2], note=note, carried=carried)
    if not href or href.startswith("#") or href.lower().startswith("javascript:"):
        raise SourceChanged(f"a link leads to {href!r}", expected="an address or __doPostBack")
    return page.follow(link, note=note, carried=carried)
