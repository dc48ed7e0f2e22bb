"""What the invented registries publish of a cast: rows and answers in the real registries' own shapes.

Shapes are those of the registries' descriptions in `scrapers/registries/`; the people are `cast`'s.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from scrapers.rehearsal.cast import Player, Story

# The word each board prints for a story; ordinary people get the first column's.
_WORDS = {
    "WA": {Story.ORDINARY: "Active", Story.EXPIRED: "Expired", Story.INACTIVE: "Retired",
           Story.RESTRICTED: "Active With Conditions", Story.SUSPENDED: "Suspended", Story.REVOKED: "Revoked",
           Story.SURRENDERED: "Voluntary Surrender", Story.STANDING_UNREAD: "Awaiting Lunar Review"},
    "CO": {Story.ORDINARY: "Active", Story.EXPIRED: "Expired", Story.INACTIVE: "Inactive",
           Story.RESTRICTED: "Active - With Conditions", Story.SUSPENDED: "Suspended", Story.REVOKED: "Revoked",
           Story.SURRENDERED: "Surrendered", Story.STANDING_UNREAD: "Grandmothered"},
    "IL": {Story.ORDINARY: "ACTIVE", Story.EXPIRED: "NOT RENEWED", Story.INACTIVE: "INACTIVE",
           Story.RESTRICTED: "PROBATION", Story.SUSPENDED: "SUSPENDED", Story.REVOKED: "REVOKED",
           Story.SURRENDERED: "VOLUNTARY SURRENDER", Story.STANDING_UNREAD: "IN THE POST"},
}  # fmt: skip


def on_record(cast: Iterable[Player], region: str) -> Iterator[Player]:
    """Whom the board of `region` has on its list; a number that it gave to two people is there twice."""
    for player in cast:
        if player.town.region == region and player.is_on_record:
            yield player
            if player.story is Story.TWO_RECORDS:
                yield replace(player, given="Wilhelmina", family="Oddfellow", story=Story.EXPIRED)


def standing_word(player: Player, region: str) -> str:
    words = _WORDS[region]
    return words.get(player.story, words[Story.ORDINARY])


def _ends(player: Player) -> Any:
    """When the license ends: in the past for those whose story says so."""
    return player.expires_on - timedelta(days=1100) if player.story is Story.EXPIRED else player.expires_on


def wa_rows(cast: Iterable[Player]) -> list[dict[str, Any]]:
    return [
        {
            "credentialnumber": player.number,
            "lastname": player.family_on_record.upper(),
            "firstname": player.given.upper(),
            "credentialtype": "Acupuncture and Eastern Medicine Practitioner License",
            "status": standing_word(player, "WA"),
            "birthyear": "1900",
            "firstissuedate": f"{player.issued_on:%Y%m%d}",
            "lastissuedate": f"{player.issued_on:%Y%m%d}",
            "expirationdate": f"{_ends(player):%Y%m%d}",
            "actiontaken": "Yes" if player.story is Story.RESTRICTED else "No",
        }
        for player in on_record(cast, "WA")
    ]


def co_rows(cast: Iterable[Player]) -> list[dict[str, Any]]:
    return [
        {
            "lastname": player.family_on_record,
            "firstname": player.given,
            "formattedname": f"{player.given} {player.family_on_record}",
            "city": player.town.city,
            "state": player.town.region,
            "mailzipcode": player.town.postal_code,
            "licensetype": "ACU",
            "licensenumber": player.number.removeprefix("ACU."),
            "licensefirstissuedate": f"{player.issued_on:%Y-%m-%d}T00:00:00.000",
            "licenselastreneweddate": f"{player.issued_on:%Y-%m-%d}T00:00:00.000",
            "licenseexpirationdate": f"{_ends(player):%Y-%m-%d}T00:00:00.000",
            "licensestatusdescription": standing_word(player, "CO"),
            "linktoverifylicense": {"url": f"https://apps2.colorado.gov/dora/licensing/lookup/{player.number}"},
        }
        for player in on_record(cast, "CO")
    ]


def il_rows(cast: Iterable[Player]) -> list[dict[str, Any]]:
    return [
        {
            "license_type": "ACUPUNCTURE",
            "description": "LICENSED ACUPUNCTURIST",
            "license_number": player.number,
            "license_status": standing_word(player, "IL"),
            "business": "N",
            "first_name": player.given.upper(),
            "last_name": player.family_on_record.upper(),
            "business_name": f"{player.given} {player.family_on_record}".upper(),
            "original_issue_date": f"{player.issued_on:%m/%d/%Y}",
            "effective_date": f"{player.issued_on:%m/%d/%Y}",
            "expiration_date": f"{_ends(player):%m/%d/%Y}",
            "city": player.town.city.upper(),
            "state": player.town.region,
            "zip": player.town.postal_code,
            "ever_disciplined": "Y" if player.story in {Story.RESTRICTED, Story.REVOKED} else "N",
        }
        for player in on_record(cast, "IL")
    ]


def md_csv(cast: Iterable[Player]) -> str:
    """Maryland's list of active licensees: whoever is missing from it is only not among the active."""
    rows = [
        (p.number, p.family_on_record, p.given, "A", f"{p.issued_on:%m/%d/%Y}", f"{p.expires_on:%m/%d/%Y}")
        for p in on_record(cast, "MD")
        if p.story in {Story.ORDINARY, Story.MARRIED_NAME, Story.SAYS_CERTIFIED}
    ]
    return _csv(("RegNum", "LName", "FName", "StatusCode", "OrigLicDate", "ExpDate"), rows)


LEIE_HEADER = (
    "LASTNAME", "FIRSTNAME", "MIDNAME", "BUSNAME", "GENERAL", "SPECIALTY", "UPIN", "NPI", "DOB", "ADDRESS", "CITY",
    "STATE", "ZIP", "EXCLTYPE", "EXCLDATE", "REINDATE", "WAIVERDATE", "WVRSTATE",
)  # fmt: skip


def leie_csv(cast: Iterable[Player]) -> str:
    """The federal exclusion list: namesakes of some of the cast, who may be somebody else, and one firm."""
    rows = [
        (p.family.upper(), p.given.upper(), "", "", "INDIVIDUAL (UNAFFILI", "ACUPUNCTURIST", "", "0000000000",
         "19000101", "1 INVENTED WAY", p.town.city.upper(), p.town.region, p.town.postal_code, "1128b4", "20190520",
         "00000000", "00000000", "")
        for p in cast
        if p.story is Story.EXCLUDED_NAMESAKE
    ]  # fmt: skip
    firm = ("", "", "", "QUIET NEEDLE HOLDINGS LLC", "CLINIC", "ACUPUNCTURIST", "", "0000000000", "", "2 INVENTED WAY",
            "MIAMI", "FL", "33139", "1128b8", "20200220", "00000000", "00000000", "")  # fmt: skip
    return _csv(LEIE_HEADER, [*rows, firm])


def nppes_answer(cast: Iterable[Player], number: str) -> dict[str, Any]:
    """The NPI registry's answer (API 2.1) to a question by NPI. Errors come with status 200 there, and so here."""
    if len(number) != 10 or not number.isdigit():
        wrong = {"description": "NPI must be 10 digits", "field": "number", "number": "06"}
        return {"Errors": [wrong]}
    found = [_nppes_result(player) for player in cast if player.npi == number]
    return {"result_count": len(found), "results": found}


def _nppes_result(player: Player) -> dict[str, Any]:
    place = {
        "country_code": "US", "country_name": "United States", "address_type": "DOM", "address_1": "1 INVENTED WAY",
        "city": player.town.city.upper(), "state": player.town.region, "postal_code": player.town.postal_code,
        "telephone_number": f"202-555-{player.phone[-4:]}",
    }  # fmt: skip
    return {
        "number": player.npi,
        "enumeration_type": "NPI-1",
        "basic": {
            "first_name": player.given.upper(), "last_name": player.family.upper(),
            "credential": player.credentials or "--", "sole_proprietor": "YES", "status": "A", "sex": "X",
            "enumeration_date": f"{player.issued_on}", "last_updated": f"{player.issued_on}",
        },
        "taxonomies": [
            {"code": "171100000X", "desc": "Acupuncturist", "license": player.number_stated or None,
             "state": player.town.region, "primary": True, "taxonomy_group": ""}
        ],
        "addresses": [{**place, "address_purpose": purpose} for purpose in ("MAILING", "LOCATION")],
        "practiceLocations": [], "identifiers": [], "other_names": [], "endpoints": [],
        "created_epoch": "1400000000000", "last_updated_epoch": "1400000000000",
    }  # fmt: skip


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
