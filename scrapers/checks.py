"""Whether a registry's description is sound: what can be doubted before anybody is asked."""

from __future__ import annotations

from collections.abc import Iterator

from scrapers.adapter import Wanted, adapter_for
from scrapers.columns import DATE_FIELDS
from scrapers.errors import SpecError
from scrapers.jurisdictions import doubt_about
from scrapers.spec import RegistrySpec

SAMPLE = Wanted(number="1234567893", npi="1234567893", family="Holloway", given="Wren", region="CA")


def doubts_about(spec: RegistrySpec) -> Iterator[str]:
    """Sentences about what is wrong; none when it is sound. Raises nothing."""
    if doubt := doubt_about(spec.jurisdiction):
        yield doubt
    if spec.only_by_hand:
        return  # it was doubted while it was loaded, and there is no reader
    try:
        adapter = adapter_for(spec)
    except SpecError as wrong:
        yield str(wrong)
        return
    if not spec.channels:
        yield "it has no channel"
    for name in spec.columns:
        if name in DATE_FIELDS and not (spec.columns[name].formats or spec.date_formats):
            yield f"{name} has no date format"
    doubled = set(spec.ignored) & {source for column in spec.columns.values() for source in column.sources}
    if doubled:
        yield f"read and ignored at once: {', '.join(sorted(doubled))}"
    try:
        if "roster" in spec.channels and not list(adapter.roster()):
            yield "its roster asks for nothing"
        if "lookup" in spec.channels:
            list(adapter.lookup(SAMPLE))
    except (SpecError, KeyError, IndexError) as wrong:
        yield f"its requests cannot be made: {wrong}"
