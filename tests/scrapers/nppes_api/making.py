"""Answers of the NPPES API about invented people."""

from scrapers.normalize import valid_npi

ACUPUNCTURE = {"code": "171100000X", "desc": "Acupuncturist", "primary": True, "taxonomy_group": ""}
CHIROPRACTIC = {"code": "111N00000X", "desc": "Chiropractor", "primary": False, "taxonomy_group": ""}


def npi(nth=0):
    """The nth invented NPI with a right check digit."""
    return next(number for number in (f"{1990000000 + nth * 10 + digit}" for digit in range(10)) if valid_npi(number))


def address(purpose="LOCATION", **changes):
    return {
        "address_purpose": purpose,
        "address_type": "DOM",
        "address_1": "12 ELDER LN",
        "city": "SEATTLE",
        "state": "WA",
        "postal_code": "981010000",
        "country_code": "US",
        "country_name": "United States",
        "telephone_number": "206-555-0142",
    } | changes


def provider(number=None, *, basic=None, taxonomies=None, **changes):
    given = {"first_name": "WREN", "last_name": "HOLLOWAY", "sex": "F", "sole_proprietor": "NO", "status": "A"}
    return {
        "number": number or npi(),
        "enumeration_type": "NPI-1",
        "created_epoch": "1500000000000",
        "last_updated_epoch": "1500000000000",
        "basic": given | (basic or {}),
        "taxonomies": taxonomies or [ACUPUNCTURE | {"license": "AC1", "state": "WA"}],
        "addresses": [address(), address("MAILING", address_1="9 HOME ST", city="KENT")],
        "other_names": [],
        "practiceLocations": [],
        "identifiers": [],
        "endpoints": [],
    } | changes


def company(**basic):
    official = {"authorized_official_first_name": "ADA", "authorized_official_telephone_number": "206-555-0199"}
    return provider(enumeration_type="NPI-2") | {"basic": {"organization_name": "ELM TREE LLC", **official, **basic}}


def answer(*providers):
    return {"result_count": len(providers), "results": list(providers)}
