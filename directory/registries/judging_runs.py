"""Whether what a run read may be applied, or differs so much from what we had that a person decides.

A change of more than max(5, 5 %) is held (shared rule for all registries), and so is one that would tell the same of
many listings at once. Growth of a list that is not whole is no surprise. Of a short list it is also held when half of
those known, or more, changed at once as people and boards seldom do: other names, fewer dates, no number or place.
"""

from __future__ import annotations

from math import inf

from directory.registries.differences import Difference

LEAST, SHARE = 5, 0.05


def why_held(found: Difference, *, is_whole: bool) -> str:
    """Why a person should decide about it; "" where it may be applied as it is."""
    if not found.had:
        return ""
    most, known = max(LEAST, found.had * SHARE), found.has - found.new
    counts = (
        (found.other_standing, inf, "have another standing than before"),
        (found.other_holder, max(known, 3), "bear another name than before"),
        (found.other_person, 1, "belong to somebody else by their names"),
        (found.number_lost, max(found.numbered + found.number_lost, 3), "have lost their number"),
        (found.number_other + found.renumbered, found.numbered, "bear another number than before"),
        (found.end_lost, max(found.ended, 3), "have lost their date of expiry"),
        (found.end_earlier, found.ended, "end earlier than before, or at no day"),
        (found.issue_other, found.issued, "have another date of issue than before, or none"),
        (found.place_lost, found.placed, "have lost their place"),
        (found.moved, max(found.placed, 3), "have moved"),
        (found.discipline_lost, found.disciplined, "no longer tell of discipline"),
        (found.absent, max(found.had, 3), "are no longer there"),
    )
    reasons = [
        f"{count} of {found.had} records {words}" for count, of, words in counts if count > most or 0 < of <= 2 * count
    ]
    if is_whole and abs(found.has - found.had) > most and found.absent <= most:
        reasons.append(f"there are {found.has} records, and there were {found.had}")
    if found.listings_worse > max(LEAST, found.listings * SHARE):
        reasons.append(f"{found.listings_worse} of {found.listings} listings would lose a confirmation")
    return "; ".join(reasons)
