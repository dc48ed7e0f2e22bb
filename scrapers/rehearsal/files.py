"""Files that an operator would drop, made of a cast: California's monthly list, the NPPES file, a saved page."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterable
from html import escape

from scrapers.platforms import nppes_columns
from scrapers.rehearsal.cast import Player, Story

CA_HEADINGS = (
    "Agency Code", "Agency Name", "LicTypeCode", "License Type", "License Number", "Indiv/Org", "Org/Last Name",
    "First Name", "Middle Name", "Suffix", "Address Line 1", "Address Line 2", "City", "County", "State", "Zip",
    "Country", "Original Issue Date", "Expiration Date", "License Status",
)  # fmt: skip
NPPES_HEADINGS = sorted(nppes_columns.NEEDED)


def ca_file(cast: Iterable[Player]) -> str:
    """The file whose name ends in .xls and which is tab-separated text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\r\n")
    writer.writerow(CA_HEADINGS)
    for player in cast:
        if player.town.region != "CA" or player.town.country != "US" or not player.is_on_record:
            continue
        word = {Story.EXPIRED: "Delinquent", Story.SUSPENDED: "Suspension"}.get(player.story, "Current")
        writer.writerow((
            "6500", "Acupuncture Board", "AC", "Licensed Acupuncturist", player.number.removeprefix("AC "), "I",
            player.family_on_record.upper(), player.given.upper(), "", "", "1 INVENTED WAY", "",
            player.town.city.upper(), "", "CA", player.town.postal_code, "USA", f"{player.issued_on:%m/%d/%Y}",
            f"{player.expires_on:%m/%d/%Y}", word,
        ))  # fmt: skip
    return text.getvalue()


def nppes_file(cast: Iterable[Player]) -> str:
    """Rows of the NPPES data dissemination file, every value quoted, with the columns that are read."""
    text = io.StringIO()
    writer = csv.DictWriter(text, NPPES_HEADINGS, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for player in cast:
        if player.npi:
            writer.writerow(_nppes_row(player))
    return text.getvalue()


def _nppes_row(player: Player) -> dict[str, str]:
    return {
        nppes_columns.NPI: player.npi,
        nppes_columns.ENTITY: "1",
        nppes_columns.FAMILY: player.family.upper(),
        nppes_columns.GIVEN: player.given.upper(),
        nppes_columns.CREDENTIAL: player.credentials,
        nppes_columns.CITY: player.town.city.upper(),
        nppes_columns.REGION: player.town.region,
        nppes_columns.POSTAL_CODE: player.town.postal_code,
        nppes_columns.COUNTRY: "US",
        nppes_columns.PHONE: f"202555{player.phone[-4:]}",
        f"{nppes_columns.CODE}_1": "171100000X",
        f"{nppes_columns.LICENSE}_1": player.number_stated,
        f"{nppes_columns.STATE}_1": player.town.region,
    }


def ncbahm_page(cast: Iterable[Player], region: str) -> str:
    """One result page of the certification body's directory, as a person would save it from a browser."""
    here = [player for player in cast if player.town.region == region and player.npi]
    listed = [player for at, player in enumerate(here) if at % 3 == 0 or player.story is Story.SAYS_CERTIFIED][:20]
    cards = "".join(map(_card, listed))
    return (
        '<!DOCTYPE html><html lang="en"><head><title>NCBAHM directory (rehearsal)</title></head><body>'
        f'<div class="result-info-bar__found"><p class="title">{len(listed)} Practitioners found</p></div>'
        f'<input type="hidden" id="hdnStateCode" value="{region}">'
        '<input type="hidden" id="hdncurrpage" value="1"><input type="hidden" id="hdnlastpage" value="1">'
        f'<div class="result-card"><div class="pageListDetail" id="pageListDetail">{cards}</div></div></body></html>'
    )


def _card(player: Player) -> str:
    key = base64.b64encode(player.npi.encode()).decode()
    address = f"1 Invented Way, {player.town.city}, {player.town.region}, USA"
    return (
        '<div class="result-card__item"><div class="info-box">'
        f'<p class="name"><a href="/FAP/PractitionerDetail?AgencyClientId={key}" title="View the profile">'
        f"{escape(player.given)} {escape(player.family)}</a></p>"
        '<p class="gendar">Certified Diplomate | </p><div class="iconic-callout">'
        '<div class="iconic-callout__item"><i class="icon-call-end"></i><p class="copy">'
        f"<em>202-555-{player.phone[-4:]}</em></p></div>"
        '<div class="iconic-callout__item"><i class="icon-globe"></i><p class="copy">Not Available</p></div>'
        '<div class="iconic-callout__item"><i class="icon-location-pin"></i>'
        f'<p class="copy"><em>{escape(address)}</em></p></div></div></div>'
        '<div class="cert-box"><div class="cert-box__item"><div class="content">'
        '<p class="copy">OM Certification</p></div></div></div></div>'
    )
