"""Words that were published before a rule about claims was there: found again, and put before a moderator.

Nothing is taken off by itself. A moderator reads the words: "done" lets them stand as they are, "declined" takes them
off the page, and the owner may write others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings.held_words import bring_words, held_words, were_let_pass
from directory.listings.listing_changes import settle
from directory.listings.listings import record_change
from directory.models.account import Account
from directory.models.listing import Listing
from directory.rules.claims import Finding, find_claims, withheld
from directory.rules.vocabulary import ListingState

ACTOR = "claims lint"


def published_claims(session: Session) -> Iterator[tuple[Listing, list[Finding]]]:
    """Each managed listing whose public words hold claims that would wait today, unless a moderator let them pass."""
    managed = (Listing.state == ListingState.PUBLISHED, Listing.owner_id.is_not(None), Listing.about != "")
    managed_listings = select(Listing).where(*managed).order_by(Listing.id)
    for listing in session.scalars(managed_listings, execution_options={"yield_per": 500}):
        stopped = withheld(find_claims(listing.about))
        if stopped and not were_let_pass(session, listing.id, listing.about):
            yield listing, stopped


def ask_about_published_words(session: Session, *, at: datetime) -> int:
    """Puts them before a moderator, each text once, and answers of how many listings. What an owner wrote since and
    waits itself comes first."""
    found = [each for each, _ in published_claims(session) if held_words(session, each.id) is None]
    for listing in found:
        owner = session.get_one(Account, listing.owner_id)
        bring_words(session, listing, listing.about, to_answer=owner, by=ACTOR, at=at)
    return len(found)


def take_words_off(session: Session, listing: Listing, *, by: Account, reason: str, at: datetime) -> None:
    """A moderator has read public words and does not let them stand."""
    listing.about = ""
    listing.updated_at = at
    settle(session, [listing.id], at=at)
    record_change(session, listing, "words taken off", by=by, at=at, after={"changed": ["about"]}, reason=reason)
