"""How a number must be written for a source to find it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scrapers.strict import StrictMapping


@dataclass(frozen=True, slots=True)
class NumberForm:
    """drop: characters that the source does not want. shape: what is left must look like this, or it is not asked for:
    a source asked for something that cannot be a number would find nobody, and that would say nothing."""

    drop: str = ""
    shape: str = ""

    def asked(self, number: str) -> str:
        """The number as the source wants it, "" when it cannot be one of its numbers."""
        text = "".join(letter for letter in number.strip().upper() if letter not in self.drop)
        return text if re.fullmatch(self.shape or ".*", text) else ""

    @property
    def wanted(self) -> str:
        return f"a number should look like {self.shape}" if self.shape else "give a number or a family name"


def number_form_from(options: Mapping[str, Any], where: str) -> NumberForm:
    """The `number` option of a spec. Raises SpecError for what it doesn't know."""
    keys = StrictMapping(options.get("number", {}), f"{where}: options.number")
    form = NumberForm(keys.text("drop", ""), keys.text("shape", ""))
    keys.done()
    return form
