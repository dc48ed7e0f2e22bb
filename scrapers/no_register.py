"""Places of the United States whose state registers no acupuncturists, and why. Every other one has a registry."""

from __future__ import annotations

_NONE = (
    "No practice act, so the state issues no license that could be looked up; national certification is what there is"
)

NO_REGISTER = {
    "US-AL": f"{_NONE} (us_ncbahm). According to the certification board's pages on state law and its report of 2021.",
    "US-OK": f"{_NONE} (us_ncbahm). A bill of 2023 (HB 2113) was not found enacted; later legislation was not checked.",
    "US-SD": f"{_NONE} (us_ncbahm). According to the certification board's pages on state law and its report of 2021.",
}
