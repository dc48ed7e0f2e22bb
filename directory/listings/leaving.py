"""A practitioner closes their account. The listing goes for good, or becomes what public records alone say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from directory import audit
from directory.accounts import accounts
from directory.listings.held_words import forget_held_words
from directory.listings.listing_changes import settle
from directory.listings.listing_removal import remove_listing
from directory.listings.listing_statements import withdraw_credential
from directory.listings.listing_versions import forget_own_words
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.credential import Credential
from directory.models.listing import Listing
from directory.models.notice import Notice
from directory.moderation import claims, due_mails
from directory.rules.vocabulary import Consultation, ListingState, StatedBy

_OWN_WORDS: dict[str, Any] = {
    **dict.fromkeys(("phone", "email", "website", "about"), ""),
    **dict.fromkeys(("cosmetic_since", "price_session", "price_sessions", "price_stated_on", "new_patients")),
    **dict.fromkeys(("owner_id", "claimed_at", "insurance_asked_at", "training_asked_at")),
    "techniques": [],
    "languages": [],
    "consultation": Consultation.NOT_STATED,
}


def leave(session: Session, account: Account, *, remove_listings: bool, at: datetime) -> None:
    """Closes the account and lets go of its listings, removing them for good if that is wished."""
    for listing in session.scalars(select(Listing).where(Listing.owner_id == account.id)).all():
        if remove_listings:
            remove_listing(session, listing, by=account, reason="The owner left and asked for it.", at=at)
        else:
            let_go(session, listing, by=account, at=at)
    for claim in session.scalars(select(Claim).where(Claim.account_id == account.id, Claim.state.in_(claims.OPEN))):
        claims.withdraw_claim(session, claim, by=account, at=at)
    session.execute(
        update(Claim)
        .where(Claim.account_id == account.id)
        .values(license_number="", license_jurisdiction="", statement="")
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(Notice).where(Notice.account_id == account.id).execution_options(synchronize_session=False))
    due_mails.forget_address(session, account.email)
    audit.record(session, actor=account, action="account closed", subject=f"account:{account.id}", at=at)
    accounts.close_account(session, account)


def let_go(session: Session, listing: Listing, *, by: Account, at: datetime) -> None:
    """The listing has no owner any more: their words, statements and addresses go, what registries say stays."""
    stated = select(Credential).where(
        Credential.listing_id == listing.id,
        Credential.stated_by == StatedBy.PRACTITIONER,
        Credential.withdrawn_at.is_(None),
    )
    for credential in session.scalars(stated).all():
        withdraw_credential(session, credential, by=by, at=at)
    for name, nothing in _OWN_WORDS.items():
        setattr(listing, name, nothing)
    for place in listing.locations:
        place.is_practice_address, place.street, place.practice_name = False, "", ""
    listing.updated_at = at
    session.flush()
    forget_own_words(session, listing.id)
    forget_held_words(session, listing.id, at=at)
    if listing.state is not ListingState.REMOVED:
        settle(session, [listing.id], at=at)
    audit.record(session, actor=by, action="listing let go", subject=f"listing:{listing.id}", at=at)
