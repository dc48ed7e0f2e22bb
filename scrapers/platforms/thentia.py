"""Thentia Cloud registers: a search that gives people, and a profile of each with one or more registrations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Incomplete, SourceChanged
from scrapers.markup import Markup, text_of
from scrapers.page import Page
from scrapers.platforms.json_list import objects_of, reach, with_parameter
from scrapers.record import Method
from scrapers.rows import Row

PROFILE = "/rest/public/profile/get/?id="
MOST_PROFILES = 60  # one search leads to no more of them; further ones are said to be missing


class Adapter(Base):
    """`list_at` and `total_at` lead to the results of a search. Columns are the profile's own keys, those of a
    registration or of the first place as LIST.KEY. Options:

    result_keys: the keys that a result has, result_extras those that it may have as well: a further one stops the run.
    result_id: the one that names the profile.
    registrations, places, notices: the keys of the profile's lists. `notices` becomes a column of that name.
    """

    network_method = Method.API_RESPONSE
    options = frozenset(("result_keys", "result_extras", "result_id", "registrations", "places", "notices"))

    def read(self, page: Page) -> Iterator[Found]:
        """From a search the profiles and the next window; from a profile a row for each registration."""
        if page.note == "profile":
            yield from self._registrations(page)
        else:
            yield from self._results(page)

    def _results(self, page: Page) -> Iterator[Found]:
        answer = page.json()
        listed, total = objects_of(reach(answer, page.channel.list_at)), reach(answer, page.channel.total_at)
        if isinstance(total, bool) or not isinstance(total, int) or total < 0:
            raise SourceChanged(f"{'.'.join(page.channel.total_at)} is {total!r}", expected="a whole number")
        needed, extras = set(self._option("result_keys")), set(self.spec.options.get("result_extras", ()))
        for result in listed:
            if unknown := sorted((set(result) ^ needed) - extras):
                raise SourceChanged(f"key {', '.join(unknown)} of a result is new or missing")
            yield page.follow(PROFILE + quote(str(result[str(self._option("result_id"))]), safe=""), note="profile")
        after = int(page.carried.get("after", 0)) + len(listed)
        if after < total and (not listed or after >= MOST_PROFILES):
            yield Incomplete(f"the search gave {after} of {total}")
        elif after < total:
            yield page.follow(with_parameter(page.url, "skip", str(after)), carried={"after": after})

    def _registrations(self, page: Page) -> Iterator[Found]:
        profile = page.json()
        if not isinstance(profile, dict):
            raise SourceChanged(f"holds {str(profile)[:80]}", expected="a profile")
        registrations, places = (_prefixed(profile, str(self._option(name))) for name in ("registrations", "places"))
        notices = _notices(reach(profile, [str(self._option("notices"))]))
        if not registrations:
            raise SourceChanged("the profile holds no registration", expected="one or more")
        place, told = (places or [{}])[0], " | ".join("; ".join(_texts(notice)) for notice in notices)
        for inner in registrations:
            self.check_columns({*profile, *inner, *place, "notices"})
            own = {key: value for key, value in profile.items() if not isinstance(value, list | dict)}
            yield Row({**own, **inner, **place, "notices": told}, columns_checked=True)

    def _option(self, name: str) -> Any:
        return self.spec.options[name]


def _prefixed(profile: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of one of the profile's lists, their keys as LIST.KEY."""
    return [{f"{name}.{key}": value for key, value in item.items()} for item in objects_of(reach(profile, [name]))]


def _notices(listed: Any) -> list[dict[str, Any]]:
    """The public notices of a profile: objects, or plain texts. Raises SourceChanged for anything else."""
    plain = isinstance(listed, list) and all(isinstance(notice, str) for notice in listed)
    return [{"notice": notice} for notice in listed] if plain else objects_of(listed)


def _texts(notice: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a public notice, whose summary may be HTML."""
    for value in notice.values():
        if isinstance(value, str) and (text := text_of(Markup(value).soup)):
            yield text
