"""The NPPES NPI Registry API, version 2.1: one provider by NPI, or people by name, 200 at a time and at most 1,200.

What a provider states about a license is self-reported: the record says so, and says nothing about how the license
stands. An NPI permits nothing. Saved answers of the API are read the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapers.adapter import Adapter as Base
from scrapers.adapter import Found, Incomplete, Row, RowRejected, SourceChanged, Wanted, filled
from scrapers.errors import SpecError
from scrapers.normalize import bare_phone, valid_npi
from scrapers.page import Page
from scrapers.platforms import nppes_answer, nppes_row
from scrapers.record import Holder, Method, RegistryRecord, Standing
from scrapers.request import Request

PAGE = 200  # the API cuts a higher limit silently
LAST_SKIP = 1000  # the API gives the same page again for a higher skip
CEILING = "1,200 people were given, the most this API gives for one question: ask again with a state or a given name"

# Parts of `basic` that travel with the record. Sex and the authorized official (another person) do not.
_BASIC = ("first_name", "middle_name", "last_name", "name_prefix", "name_suffix", "credential", "organization_name")
_BASIC_DATES = ("status", "enumeration_date", "last_updated", "certification_date", "reactivation_date")


class Adapter(Base):
    """Each result is a provider; each license of each taxonomy entry of an acupuncturist is a row."""

    network_method = Method.API_RESPONSE

    def lookup(self, wanted: Wanted) -> Iterable[Request]:
        """One question by NPI, else one by name. Raises SpecError for a number that is no NPI: licenses cannot be
        asked for by their number."""
        channel = self.spec.channel("lookup")
        npi = wanted.npi or wanted.number
        if npi and not valid_npi(npi):
            raise SpecError(f"{self.spec.id}: {npi} is no NPI (ten digits, the last a check digit)")
        if npi and channel.by_number:
            return [Request(filled(channel.by_number, Wanted(number=npi)), note="npi", carried={"npi": npi})]
        if wanted.family and channel.by_name:
            asked = {"family": wanted.family, "region": wanted.region, "skip": 0}
            return [_question(filled(channel.by_name, wanted), asked)]
        raise SpecError(f"{self.spec.id}: cannot be asked for {wanted}")

    def read(self, page: Page) -> Iterator[Found]:
        results = nppes_answer.results_of(page.json())
        for result in results:
            yield from self._rows(result, page.carried)
        if len(results) >= PAGE:
            yield self._further(page)

    def _further(self, page: Page) -> Request | Incomplete:
        if page.note != "name":
            return Incomplete(f"the answer is full with {PAGE} results: those behind it were not given")
        skip = page.carried["skip"] + PAGE
        return _question(page.url, {**page.carried, "skip": skip}) if skip <= LAST_SKIP else Incomplete(CEILING)

    def _rows(self, result: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[Row | RowRejected]:
        self.check_columns(nppes_answer.names_in(result))
        npi, entries = str(result["number"]), nppes_answer.entries_of(result)
        if asked.get("npi", npi) != npi:
            raise SourceChanged(f"the answer is about NPI {npi}", expected=f"NPI {asked['npi']}")
        if not valid_npi(npi):
            yield RowRejected(f"NPI {npi} has a wrong check digit")
            return
        wanted = nppes_answer.fits(result, family=asked.get("family", ""), region=asked.get("region", ""))
        if not (wanted and nppes_row.is_acupuncturist(entries)):
            yield Row({"number": npi, "taxonomy": None}, columns_checked=True)
            return
        location = nppes_answer.location_of(result)
        published = _published(result, location)
        for claimed in nppes_row.claimed_licenses(entries, home_state=nppes_row.tidy(location.get("state"))):
            taxonomy = result["taxonomies"][entries.index(claimed.entry)]
            row = Row(published | {"taxonomy": taxonomy}, columns_checked=True)
            row.published = dict(row)
            row |= {"claimed": claimed, "phone": location.get("telephone_number")}
            yield row

    def record(self, row: Row) -> RegistryRecord | None:
        if row["taxonomy"] is None:
            return None
        if row.evidence is None:
            raise TypeError("the runner gives each row its evidence before it is made a record")
        claimed: nppes_row.ClaimedLicense = row["claimed"]
        word = nppes_row.tidy(row["basic"].get("status"))
        standing = self.spec.standing.of((word,)) if word else Standing.NOT_STATED
        location = row["location"]
        place = nppes_row.practice_place(
            city=location["city"],
            state=location["state"],
            postal_code=location["postal_code"],
            country=location["country_code"],
        )
        return RegistryRecord(
            registry=self.spec.id,
            source_key=claimed.source_key(row["number"]),
            kind=self.spec.kind,
            profession=claimed.profession,
            jurisdiction=claimed.jurisdiction,
            number=claimed.number,
            number_raw=claimed.number_raw,
            holder=_holder(row),
            # The word is about the NPI. About the license NPPES says nothing, so a usual word is no word.
            standing=standing,
            standing_raw=word if standing is Standing.UNKNOWN else "",
            evidence=row.evidence,
            other_names=tuple(name for name in map(_other_name, row["other_names"]) if name.raw),
            place=place,
            npi=row["number"],
            phone=bare_phone(nppes_row.tidy(row["phone"]), place.country or "US"),
            as_published=dict(row.published or {}),
        )


def _question(url: str, asked: Mapping[str, Any]) -> Request:
    """The address with 200 results a page from `skip` on, and without parameters that nobody filled in."""
    parts = urlsplit(url)
    query = {name: value for name, value in parse_qsl(parts.query) if value}
    query |= {"limit": str(PAGE), "skip": str(asked["skip"])}
    return Request(parts._replace(query=urlencode(query)).geturl(), note="name", carried=asked)


def _published(result: Mapping[str, Any], location: Mapping[str, Any]) -> dict[str, Any]:
    """What travels as published: no street, no mailing address, no phone, nobody but the provider."""
    basic = result["basic"]
    return {
        "number": result["number"],
        "enumeration_type": result["enumeration_type"],
        "basic": {name: basic[name] for name in (*_BASIC, *_BASIC_DATES) if name in basic},
        "other_names": result["other_names"],
        "location": {name: location.get(name) for name in ("city", "state", "postal_code", "country_code")},
    }


def _holder(row: Row) -> Holder:
    """Raises RowRejected when nobody is named, SourceChanged for a kind of provider that is neither."""
    kind = row["enumeration_type"]
    given, middle, family, prefix, suffix, credential, organization = (row["basic"].get(name) for name in _BASIC)
    if kind == "NPI-2":
        holder = nppes_row.organization(organization)
    elif kind == "NPI-1":
        holder = nppes_row.person(given, middle, family, prefix=prefix, suffix=suffix, credential=credential)
    else:
        raise SourceChanged(f"enumeration_type is {kind!r}", expected="NPI-1 or NPI-2")
    if not (holder.given or holder.family or (kind == "NPI-2" and holder.raw)):
        raise RowRejected(f"NPI {row['number']} names nobody")
    return holder


def _other_name(name: Mapping[str, Any]) -> Holder:
    if name.get("organization_name"):
        return nppes_row.organization(name["organization_name"])
    given, middle, family = (name.get(part) for part in ("first_name", "middle_name", "last_name"))
    return nppes_row.person(
        given, middle, family, prefix=name.get("prefix"), suffix=name.get("suffix"), credential=name.get("credential")
    )
