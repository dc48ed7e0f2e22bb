"""The boards of the built-in registries that are asked by a form: names of fields, headings, and pages about people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scrapers.rehearsal.shapes.forms import Board, plain_list
from scrapers.rehearsal.shapes.shape import start_of

Row = Mapping[str, Any]
_MYLICENSE = ("Name", "Lic #", "Profession", "Type", "Status", "City", "State")
_SEARCH = '<input type="submit" name="{0}" id="{1}" value="Search">'


def definition_list(row: Row) -> str:
    """Florida's: the name as a heading, the rest as dt and dd."""
    name = row.get("Name", "")
    pairs = "".join(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in row.items() if label not in _NOT_IN_FLORIDAS)
    return f'<h3>{name}</h3><p>Data As Of 5/2/2026</p><dl class="dl-horizontal">{pairs}</dl>'


_NOT_IN_FLORIDAS = frozenset(("Name", "City", "Data As Of", "Activity Status"))


def spans(prefix: str, *, only: Sequence[str] = ()) -> Callable[[Row], str]:
    """Spans whose ids end with the columns' names."""

    def detail(row: Row) -> str:
        named = {name: text for name, text in row.items() if name in only or not only}
        return "".join(f'<p><span id="{prefix}{name}">{text}</span></p>' for name, text in named.items())

    return detail


def pairs(attributes: str, *, but: Sequence[str] = (), label: str = "th") -> Callable[[Row], str]:
    """A table of label and value."""

    def detail(row: Row) -> str:
        lines = [f"<tr><{label}>{name}</{label}><td>{text}</td></tr>" for name, text in row.items() if name not in but]
        return f"<table {attributes}>{''.join(lines)}</table>"

    return detail


def attribute_rows(row: Row) -> str:
    """Maine's: a line of two cells for each."""
    line = '<div class="attributeRow"><div class="attributeCell">{}:</div><div class="attributeCell">{}</div></div>'
    return "".join(line.format(name, text) for name, text in row.items())


def texas(row: Row) -> str:
    return (
        spans("BodyContent_", only=("lblHeaderName", "lblLicenseNumber", "lblLicenseExpirationDate", "lblRegStatus"))(
            row
        )
        + f'<p><label class="medium-bold">Issuance Date:</label> {row.get("Issuance Date", "")}</p>'
    )


def accela_rows(rows: Sequence[Row]) -> str:
    lines = [
        f'<tr class="ACA_TabRow_{"Odd" if at % 2 else "Even"}">'
        f"{''.join(f'<td>{text}</td>' for text in row.values())}</tr>"
        for at, row in enumerate(rows)
    ]
    return f"<table>{''.join(lines)}</table>"


def virginia_rows(rows: Sequence[Row]) -> str:
    listed = plain_list('class="results"', rows)
    head, _, body = listed.partition("</tr>")
    return f'<p>{len(rows)} records</p>{head}</tr><tr><td colspan="4">Licensed Acupuncturist</td></tr>{body}'


def view_details(rows: Sequence[Row]) -> str:
    """Maryland's: a name and a link; nothing else of the list is relied on."""
    links = [next(iter(row.values())).partition(">")[0] + ">View Details</a>" for row in rows]
    return f"<table>{''.join(f'<tr><td>{link}</td></tr>' for link in links)}</table>"


def _mylicense(name: str, *, headings: tuple[str, ...] = _MYLICENSE) -> Board:
    start = start_of(name)
    folder = start.rpartition("/")[0]
    ids = ("full_name", "license_no", "status", "profession_id", "issue", "expiration_date", "addr_city")
    return Board(
        start=start,
        results=f"{folder}/SearchResults.aspx",
        form='id="TheForm"',
        number="t_web_lookup__license_no",
        family="t_web_lookup__last_name",
        more='<input name="t_web_lookup__first_name">' + _SEARCH.format("sch_button", "b"),
        headings=headings,
        link="Name",
        opens=f"{folder}/Details.aspx?result={{number}}",
        detail=spans("_ctl25__ctl1_", only=ids),
        table='id="datagrid_results" class="gdata"',
    )


def _elicense(name: str) -> Board:
    place = "ctl00$MainContentPlaceHolder$ucLicenseLookup$"
    first, look = f"{place}ctl03$tbFirstName_Contact", f"{place}ctl03$btnLookup"
    return Board(
        start=start_of(name),
        family=f"{place}ctl03$tbLastName_Contact",
        more=f'<input name="{first}" id="{first.replace("$", "_")}">' + _SEARCH.format(look, look.replace("$", "_")),
        table=f'id="{place.replace("$", "_")}gvSearchResults"',
    )


def _michigan() -> Board:
    form = "ctl00$PlaceHolderMain$refLicenseeSearchForm$txt"
    start = start_of("us_mi")
    button = "javascript:__doPostBack('ctl00$PlaceHolderMain$btnNewSearch','')"
    columns = ("LicenseeNumber", "ContactName", "ExpirationDate", "LicenseIssueDate", "BusinessName2")
    return Board(
        start=start,
        family=f"{form}LastName",
        headings=("Type", "Number", "First", "Middle", "Last", "Organization", "DBA", "Status", "Expiry"),
        link="Number",
        listed=accela_rows,
        more=f'<input name="{form}FirstName" id="{form.replace("$", "_")}FirstName">'
        f'<a id="ctl00_PlaceHolderMain_btnNewSearch" href="{button}">Search</a>',
        opens=f"{start.rpartition('/')[0]}/LicenseeDetail.aspx?LicenseeNumber={{number}}",
        detail=spans("ctl00_PlaceHolderMain_", only=[f"lbl{name}_value" for name in columns]),
    )


def _florida() -> Board:
    start = start_of("us_fl_mqa")
    return Board(
        start=start,
        plain=True,
        form="",
        with_ids=False,
        number="SearchDto.LicenseNumber",
        family="SearchDto.LastName",
        more='<input name="SearchDto.FirstName"><input type="hidden" name="__RequestVerificationToken" value="T">'
        '<select id="BoardDD" name="SearchDto.Board"><option value="38">Acupuncture</option></select>'
        '<select name="SearchDto.Profession"><option value="3801">Acupuncturist</option></select>'
        '<select name="SearchDto.LicenseStatus"><option value="ALL">All</option></select>',
        headings=("License", "Name", "Profession", "City", "License Status"),
        table='class="table table-striped"',
        link="License",
        opens=f"{start}/LicenseVerification?LicInd={{number}}",
        detail=definition_list,
    )


def _texas() -> Board:
    body, wanted = "ctl00$BodyContent$", ("Name", "License #", "Type", "Address", "City", "Board actions")
    return Board(
        start=start_of("us_tx_tmb"),
        number=f"{body}tbLicense",
        family=f"{body}tbLastName",
        form='id="form1"',
        more=f'<input name="{body}tbFirstName">'
        f'<select name="{body}ddBACategory"><option value="ALL">All</option></select>'
        f'<input type="checkbox" name="{body}cbActiveLicensesOnly" checked>' + _SEARCH.format(f"{body}btnSearch", "b"),
        terms=f'<p>Usage terms of an invented board.</p><input type="submit" name="{body}btnAccept" value="I Accept">',
        headings=wanted,
        table='id="BodyContent_gvSearchResults"',
        link="Name",
        opens="",
        detail=texas,
    )


def _virginia() -> Board:
    more = '<input id="FName" name="FName"><button type="submit">Search</button>'
    return Board(
        start=start_of("us_va"),
        results="/Lookup/Result",
        plain=True,
        form="",
        family="LName",
        more=more,
        around='<form method="post" action="/Lookup/Result"><input id="SSN" name="SSN"></form>',
        nobody="<p>0 records</p>",
        headings=("Name", "Address", "Expire", "Additional"),
        link="Name",
        opens="/Lookup/Detail/{number}",
        listed=virginia_rows,
        detail=pairs('class="detail"', but=("Address", "Expire", "Additional")),
    )


def _maryland() -> Board:
    place = "ctl00$bodyContentPlaceHolder$"
    buttons = [
        f'<input type="submit" name="{place}search{n}" id="bodyContentPlaceHolder_search{n}" value="Go">'
        for n in (1, 2)
    ]
    inputs = [
        f'<input name="{place}{n}Search" id="bodyContentPlaceHolder_{n}Search">' for n in ("lastName", "licenseNo")
    ]
    return Board(
        start=start_of("us_md_web"),
        number=f"{place}licenseNoSearch",
        family=f"{place}lastNameSearch",
        form='id="form1"',
        headings=("Name",),
        link="Name",
        opens="",
        listed=view_details,
        detail=pairs('id="bodyContentPlaceHolder_DetailsView1"', label="td"),
        nobody="<p>did not produce any results</p>",
        controls="".join([*inputs, *buttons]),
    )


def _maine() -> Board:
    start = start_of("us_me")
    return Board(
        start=start,
        number="scLicenseNo",
        family="scLastName",
        table='id="gvLicensees"',
        more='<select id="scRegulator" name="scRegulator"><option value="-1">ALL</option></select>'
        '<input id="scFirstName" name="scFirstName">' + _SEARCH.format("btnSearch", "btnSearch"),
        headings=("Name", "License", "Type", "Status"),
        link="Name",
        detail=attribute_rows,
        opens=f"{start.rpartition('/')[0]}/ShowDetail.aspx?TOKEN={{number}}",
    )


def _kentucky() -> Board:
    search = "usLicenseSearch$"
    return Board(
        start=start_of("us_ky"),
        number=f"{search}txtField2",
        family=f"{search}txtField1",
        more=_SEARCH.format(f"{search}btnSearch", "usLicenseSearch_btnSearch"),
        table='class="grid"',
    )


def _north_dakota() -> Board:
    return Board(
        start=start_of("us_nd"),
        plain=True,
        form="",
        number="inputLicenseNo",
        family="inputLastName",
        table='class="table"',
        more=_SEARCH.format("submit", "s"),
    )


def _sent_in_the_address() -> Board:
    return Board(
        start="/lookup/search.html",
        get=True,
        form='id="search"',
        number="number",
        family="family",
        more='<input name="given">',
        table='id="people"',
        nobody="<p>Nobody was found</p>",
    )


def _sent_back() -> Board:
    return Board(
        start="/aspx/Search.aspx",
        results="/aspx/Results.aspx",
        form='id="TheForm"',
        number="license_no",
        family="last_name",
        more=_SEARCH.format("sch_button", "b"),
        table='id="datagrid_results"',
        count="<p>{} records found</p>",
        nobody="<p>0 records found</p>",
    )


def boards() -> dict[str, Board]:
    """By the id of their registry; the last two exist here only."""
    return {
        "us_nj": _mylicense("us_nj"),
        "us_ri": _mylicense("us_ri"),
        "us_in": _mylicense("us_in", headings=("Name", "Lic #", "Profession", "Type", "Status", "Address")),
        "us_nh": _mylicense("us_nh", headings=("Name", "Profession", "Type", "Lic #", "Status")),
        "us_co_lookup": _elicense("us_co_lookup"),
        "us_ct_lookup": _elicense("us_ct_lookup"),
        "us_mi": _michigan(),
        "us_nd": _north_dakota(),
        "us_ky": _kentucky(),
        "us_me": _maine(),
        "us_fl_mqa": _florida(),
        "us_tx_tmb": _texas(),
        "us_va": _virginia(),
        "us_md_web": _maryland(),
        "shape_form": _sent_in_the_address(),
        "shape_postback": _sent_back(),
    }
