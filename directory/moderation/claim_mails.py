"""What we write to people about claims. Each mail says what happened, what comes next, and what they can do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from directory.links import site_link
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.listing import Listing
from directory.notifications import queue_notice


def received(session: Session, claim: Claim, listing: Listing, account: Account, *, at: datetime) -> None:
    """To the claimant: we have it, and a person will look."""
    text = f"""You have asked to look after the listing of {listing.name}:
{_page(listing)}

A moderator reads what you wrote and compares it with public records. You hear from us by mail.
Until then nothing on the page changes. Claiming is free, and it changes nothing about how credentials are checked.

If you did not ask for this, take the claim back here: {site_link("practitioners.home")}"""
    _write(session, account.id, f"Your claim to the listing of {listing.name}", text, at=at)


def approved(session: Session, claim: Claim, listing: Listing, *, at: datetime) -> None:
    """To the new owner: what they can do now, and what they are asked."""
    text = f"""The listing of {listing.name} is yours to look after:
{site_link("own_listing.overview", slug=listing.slug)}

You can describe your practice, give an address and say how to reach you. Please also state your liability insurance
and your training in cosmetic acupuncture: patients ask for both, and until you answer the page says that you have
been asked. What registries say about you stays as they say it; if that is wrong, tell us and we look again.

The public page: {_page(listing)}"""
    _write(session, claim.account_id, f"The listing of {listing.name} is yours to look after", text, at=at)


def denied(session: Session, claim: Claim, listing: Listing, *, reason: str, at: datetime) -> None:
    """To a claimant: the decision, the reason, and the way to object."""
    text = f"""You asked to look after the listing of {listing.name}:
{_page(listing)}

We did not approve that. The reason given by the moderator:

{_indented(reason)}

You can answer this mail, or claim the listing again with more to go by; another person will then look at it."""
    _write(session, claim.account_id, f"Your claim to the listing of {listing.name}", text, at=at)


def disputed(session: Session, listing: Listing, *, at: datetime) -> None:
    """To the owner: somebody else says the listing is theirs, and nothing changes unless a person decides so."""
    text = f"""Somebody else says that the listing of {listing.name} is theirs:
{_page(listing)}

It stays yours. Nothing changes by waiting: a moderator decides, and asks you first. If you like, answer this mail
with anything that helps to tell that the listing is yours."""
    _write(session, listing.owner_id, f"Somebody else claims the listing of {listing.name}", text, at=at)


def transferred_away(session: Session, listing: Listing, *, reason: str, at: datetime) -> None:
    """To whoever had the listing until now."""
    text = f"""The listing of {listing.name} is now looked after by somebody else:
{_page(listing)}

A moderator decided that in a dispute. The reason given:

{_indented(reason)}

If that is wrong, answer this mail. Another person will look at it."""
    _write(session, listing.owner_id, f"The listing of {listing.name} was transferred", text, at=at)


def _write(session: Session, account_id: int | None, subject: str, text: str, *, at: datetime) -> None:
    account = session.get(Account, account_id) if account_id is not None else None
    if account is not None and account.active:
        queue_notice(session, account.email, subject, text, at=at, account_id=account.id)


def _page(listing: Listing) -> str:
    return site_link("patients.listing", slug=listing.slug)


def _indented(reason: str) -> str:
    return "\n".join(f"    {line}" for line in reason.splitlines())
