"""Where a registry is of: codes of ISO 3166-1 (AU) and 3166-2 (US-CA), in the form in which records are compared.

Source: ISO 3166-1 alpha-2 as of 2026; the subdivisions of the United States and of Canada, whose boards are told apart
by them. Codes that ISO leaves to its users (XX, ZZ, QM to QZ, XA to XZ) are for invented registries.
"""

from __future__ import annotations

import re

FORM = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
EXPECTED = "a code such as US-CA (ISO 3166-2) or AU (ISO 3166-1)"
_FOR_USERS = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ")
_COUNTRIES = frozenset(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW""".split()  # noqa: SIM905 - a list to read
)
_PARTS = {
    "US": frozenset(
        """AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK
        OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR UM VI""".split()  # noqa: SIM905 - a list to read
    ),
    "CA": frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split()),  # noqa: SIM905 - a list to read
}


def has_the_form(code: str) -> bool:
    """Whether records with this jurisdiction can be compared with others at all."""
    return FORM.fullmatch(code) is not None


def doubt_about(code: str) -> str:
    """What is wrong with a code of the right form, as a sentence; "" when it is known or for invented registries."""
    country, _, part = code.partition("-")
    if _FOR_USERS.fullmatch(country):
        return ""
    if country not in _COUNTRIES:
        return f"jurisdiction {code}: {country} is no country of ISO 3166-1; expected {EXPECTED}"
    known = _PARTS.get(country)
    if part and known and part not in known and not _FOR_USERS.fullmatch(part):
        return f"jurisdiction {code}: {country} has no part {part} in ISO 3166-2; expected {EXPECTED}"
    return ""
