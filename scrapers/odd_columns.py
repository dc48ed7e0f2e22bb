"""Whether columns hold what they should: numbers that are none, or the same for everybody; standings that are no words;
dates that run backward.

Columns that were swapped, shifted or emptied show here, where each value alone could be believed.
"""

from __future__ import annotations

import re

from scrapers.errors import DayBeforeMonth, NamedByStanding, RowRejected
from scrapers.record import Authority, CredentialKind, RegistryRecord, Standing
from scrapers.spec import RegistrySpec

FEW = 3
_WORD = re.compile(r"[^\W\d_]{4}|^[^\W\d_]+$")  # "A" and "In force" are words, "AC 101" is none


class OddColumns:
    """Sees each record of a run, and says at its end what is odd about them together."""

    def __init__(self, spec: RegistrySpec, *, is_whole_list: bool) -> None:
        self._spec, self._is_whole_list = spec, is_whole_list
        self._count = self._numbered = self._without_digit = self._without_word = 0
        self._misnamed = self._turned = self._with_date = self._dated = self._backward = 0
        self._numbers, self._holders = set[str](), set[str]()  # two of each are enough to know

    def see(self, record: RegistryRecord) -> None:
        if record.kind is not self._spec.kind:  # a withdrawn NPI among licenses
            return
        self._count += 1
        self._numbered += bool(record.number or record.number_raw)
        self._without_digit += bool(record.number) and not any(sign.isdigit() for sign in record.number)
        self._without_word += record.standing is Standing.UNKNOWN and not _WORD.search(record.standing_raw)
        self._with_date += bool(record.issued_on or record.expires_on)
        if record.issued_on and record.expires_on:
            self._dated, self._backward = self._dated + 1, self._backward + (record.expires_on < record.issued_on)
        for seen, text in ((self._numbers, record.number), (self._holders, record.holder.raw)):
            if len(seen) < 2 and record.number:
                seen.add(text)

    def see_rejected(self, rejected: RowRejected) -> None:
        """Counts rows with a standing for a name, or a day for a month. What can be read of the others may be as wrong:
        a standing that nobody listed, the third of May for the fifth of March."""
        self._misnamed += isinstance(rejected, NamedByStanding)
        self._turned += isinstance(rejected, DayBeforeMonth)

    def reasons(self) -> list[str]:
        """Why the records cannot be believed; [] where nothing is odd."""
        found, count = [], self._count
        if self._misnamed > max(count, 1):
            found.append(f"{self._misnamed} of {self._misnamed + count} rows bear a standing for a name")
        if 2 * self._turned > max(self._with_date, 1):
            found.append(f"{self._turned} rows have a day where the month was, {self._with_date} may have")
        if 2 * self._without_digit > count:
            found.append(f"the number has no digit in {self._without_digit} of {count} records")
        if self._numbered >= FEW and len(self._numbers) == 1 < len(self._holders):
            found.append(f"all {self._numbered} records bear the same number, of different people")
        if 2 * self._backward > self._dated:
            found.append(f"{self._backward} of {self._dated} records end before they begin")
        if count > 1 and not self._numbered and self._should_be_numbered():
            found.append(f"none of the {count} records has a number")
        if count > 1 and self._without_word == count:
            found.append(f"none of the {count} records says its standing in words")
        return found

    def _should_be_numbered(self) -> bool:
        """Whether it is a surprise that nobody has a number. Who is excluded may have none, and so may the few whom a
        look-up finds where holders type in what they like."""
        if "number" not in self._spec.columns or self._spec.kind is CredentialKind.EXCLUSION:
            return False
        return self._is_whole_list or self._spec.authority is Authority.ISSUER
