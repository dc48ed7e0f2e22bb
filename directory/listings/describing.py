"""An owner describes their practice. Words with claims that may not be published wait; all else is taken at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from directory.listings.held_words import drop_held_words, hold_words
from directory.listings.listing_changes import settle
from directory.listings.listing_edits import checked_changes
from directory.listings.listings import edit_listing, record_change
from directory.models.account import Account
from directory.models.listing import Listing
from directory.rules.claims import Finding, find_claims, withheld


def describe_listing(
    session: Session, listing: Listing, changes: Mapping[str, Any], *, by: Account, at: datetime
) -> list[Finding]:
    """As `edit_listing`; answers the findings for which the words about the practice wait. None: they are published.

    What was published before stays as it is while they wait. Raises EditRefused as `edit_listing` does.
    """
    about = checked_changes({"about": changes["about"]}, country="US", at=at)["about"]
    stopped = withheld(find_claims(about)) if about != listing.about else []
    others = {name: value for name, value in changes.items() if name != "about"} if stopped else changes
    edit_listing(session, listing, others, by=by, at=at)
    if stopped:
        hold_words(session, listing, about, by=by, at=at)
    else:
        drop_held_words(session, listing.id, at=at)
    return stopped


def let_words_pass(session: Session, listing: Listing, text: str, *, by: Account, reason: str, at: datetime) -> None:
    """A moderator has read the words and finds nothing wrong with them: they are published as they are."""
    listing.about = text
    listing.updated_at = at
    settle(session, [listing.id], at=at)
    record_change(session, listing, "words let pass", by=by, at=at, after={"changed": ["about"]}, reason=reason)
