"""What we write to the owner of a listing that another one was merged into, or parted from again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from directory.links import site_link
from directory.models.account import Account
from directory.models.listing import Listing
from directory.notifications import queue_notice


def merged(session: Session, kept: Listing, other: Listing, *, reason: str, at: datetime) -> None:
    """To the owner: which listing was put together with theirs, why, and how to object."""
    text = f"""We had two listings that two of us take to be about you, and put them together:
{_page(kept)}

Your own words, places and ways to reach you are as you left them. Licenses and certificates that public records give
for the other listing ({other.name}, {_town(other)}) stand on your page now. Its old address leads to yours.

The reason given:

{_indented(reason)}

If that is not you, answer this mail: what was put together can be taken apart again, and another person will look."""
    _write(session, kept, f"Two listings of {kept.name} were put together", text, at=at)


def parted(session: Session, kept: Listing, other: Listing, *, reason: str, at: datetime) -> None:
    """To the owner: the two are two again."""
    text = f"""We had put another listing ({other.name}, {_town(other)}) together with yours:
{_page(kept)}

That has been taken back, and both stand as they did before. The reason given:

{_indented(reason)}

If that is wrong, answer this mail."""
    _write(session, kept, f"Two listings of {kept.name} are two again", text, at=at)


def _write(session: Session, listing: Listing, subject: str, text: str, *, at: datetime) -> None:
    account = session.get(Account, listing.owner_id) if listing.owner_id is not None else None
    if account is not None and account.active:
        queue_notice(session, account.email, subject, text, at=at, account_id=account.id)


def _page(listing: Listing) -> str:
    return site_link("patients.listing", slug=listing.slug)


def _town(listing: Listing) -> str:
    return listing.locations[0].city if listing.locations and listing.locations[0].city else "no town given"


def _indented(reason: str) -> str:
    return "\n".join(f"    {line}" for line in reason.splitlines())
