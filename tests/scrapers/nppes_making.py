"""NPPES files with invented people: all 330 columns under their published headings, every value quoted."""

import csv
import io
import zipfile

from scrapers.normalize import valid_npi

MONTHLY = "npidata_pfile_20050523-20260913.csv"
WEEKLY = "npidata_pfile_20260921-20260927.csv"


def _of(subject, *parts):
    return [f"{subject} {part}" for part in parts]


def _address(kind):
    parts = (
        "City Name",
        "State Name",
        "Postal Code",
        "Country Code (If outside U.S.)",
        "Telephone Number",
        "Fax Number",
    )
    lines = [f"Provider {nth} Line Business {kind} Address" for nth in ("First", "Second")]
    return [*lines, *_of(f"Provider Business {kind} Address", *parts)]


def _name_parts(subject):
    return _of(
        subject, "Last Name", "First Name", "Middle Name", "Name Prefix Text", "Name Suffix Text", "Credential Text"
    )


HEADINGS = [
    *("NPI", "Entity Type Code", "Replacement NPI", "Employer Identification Number (EIN)"),
    *("Provider Organization Name (Legal Business Name)", "Provider Last Name (Legal Name)"),
    *_name_parts("Provider")[1:],
    *("Provider Other Organization Name", "Provider Other Organization Name Type Code"),
    *(*_name_parts("Provider Other"), "Provider Other Last Name Type Code"),
    *(*_address("Mailing"), *_address("Practice Location")),
    *("Provider Enumeration Date", "Last Update Date", "NPI Deactivation Reason Code", "NPI Deactivation Date"),
    *("NPI Reactivation Date", "Provider Sex Code"),
    *_of("Authorized Official", "Last Name", "First Name", "Middle Name", "Title or Position", "Telephone Number"),
    *(
        f"{part}_{slot}"
        for slot in range(1, 16)
        for part in (
            "Healthcare Provider Taxonomy Code",
            "Provider License Number",
            "Provider License Number State Code",
            "Healthcare Provider Primary Taxonomy Switch",
        )
    ),
    *(
        f"Other Provider Identifier{part}_{nth}"
        for nth in range(1, 51)
        for part in ("", " Type Code", " State", " Issuer")
    ),
    *("Is Sole Proprietor", "Is Organization Subpart", "Parent Organization LBN", "Parent Organization TIN"),
    *_of("Authorized Official", "Name Prefix Text", "Name Suffix Text", "Credential Text"),
    *(f"Healthcare Provider Taxonomy Group_{slot}" for slot in range(1, 16)),
    "Certification Date",
]
OF_2018 = [
    name.replace("Provider Sex Code", "Provider Gender Code") for name in HEADINGS if name != "Certification Date"
]


def npi(nth=0):
    """The nth invented number with a right check digit."""
    return next(number for number in (f"{1980000000 + nth * 10 + digit}" for digit in range(10)) if valid_npi(number))


def provider(nth=0, *entries, **changes):
    """A row by heading. `entries`: (code, number, state) for each taxonomy slot in turn. `changes`: by heading."""
    row = {
        "NPI": npi(nth),
        "Entity Type Code": "1",
        "Provider Last Name (Legal Name)": "HOLLOWAY",
        "Provider First Name": "WREN",
        "Provider First Line Business Mailing Address": "9 HOME ST",
        "Provider Business Mailing Address City Name": "KENT",
        "Provider First Line Business Practice Location Address": "12 ELDER LN",
        "Provider Business Practice Location Address City Name": "SEATTLE",
        "Provider Business Practice Location Address State Name": "WA",
        "Provider Business Practice Location Address Postal Code": "981010000",
        "Provider Business Practice Location Address Country Code (If outside U.S.)": "US",
        "Provider Business Practice Location Address Telephone Number": "2065550142",
        "Provider Enumeration Date": "05/23/2005",
        "Last Update Date": "04/07/2025",
        "Provider Sex Code": "F",
    }
    for slot, (code, number, state) in enumerate(entries or [("171100000X", "AC1", "WA")], start=1):
        row[f"Healthcare Provider Taxonomy Code_{slot}"] = code
        row[f"Provider License Number_{slot}"] = number
        row[f"Provider License Number State Code_{slot}"] = state
    return row | changes


def company(nth=0, **changes):
    nobody = {"Provider Last Name (Legal Name)": "", "Provider First Name": "", "Entity Type Code": "2"}
    named = {"Provider Organization Name (Legal Business Name)": "ELM TREE LLC", "Authorized Official Last Name": "ADA"}
    return provider(nth, ("171100000X", "", ""), **(nobody | named | changes))


def nppes_csv(*rows, headings=HEADINGS, quoting=csv.QUOTE_ALL, ending="\n"):
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=quoting, lineterminator=ending)
    writer.writerow(headings)
    writer.writerows([row.get(name, "") for name in headings] for row in rows)
    return text.getvalue()


def zipped(**members):
    """A zip of members by name; `__` stands for a dot."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "."), body)
    return content.getvalue()
