"""Rows for views, each loaded through the query that says who may have it. What is not there, or not theirs, is 404."""

from __future__ import annotations

from typing import NoReturn, TypeVar

from flask import abort, redirect, request, url_for
from sqlalchemy import select

from directory.extensions import Model, db
from directory.listings.merged_listings import kept_slug
from directory.models.account import Account
from directory.models.claim import Claim
from directory.models.listing import Listing
from directory.rules.vocabulary import ListingState

M = TypeVar("M", bound=Model)

ID = "int(max=2147483647)"
"""The converter for ids in routes: a larger number is no id of ours, and some databases trip over it."""


def published_listing(slug: str) -> Listing:
    """A listing that everybody may see. What was filled in for one that has become part of another is for that one."""
    query = select(Listing).where(Listing.state == ListingState.PUBLISHED)
    listing = db.session.scalar(query.where(Listing.slug == slug))
    if listing is None and request.method == "POST":
        listing = db.session.scalar(query.where(Listing.slug == kept_slug(db.session(), slug)))
    return listing or where_it_went(slug)


def where_it_went(slug: str) -> NoReturn:
    """The same page of the listing that this one became part of, for good, or not found. A merge can be taken back:
    browsers may remember the way for an hour."""
    kept = kept_slug(db.session(), slug) or abort(404)
    answer = redirect(url_for(request.endpoint or "", slug=kept), 301)
    answer.cache_control.max_age = 3600
    abort(answer)


def listing_of(account: Account, slug: str) -> Listing:
    """A listing that this account looks after, hidden or not."""
    query = select(Listing).where(
        Listing.slug == slug,
        Listing.owner_id == account.id,
        Listing.state != ListingState.REMOVED,
        Listing.merged_into_id.is_(None),
    )
    return db.session.scalar(query) or abort(404)


def claim_of(account: Account, claim_id: int) -> Claim:
    """A claim that this account made."""
    query = select(Claim).where(Claim.id == claim_id, Claim.account_id == account.id)
    return db.session.scalar(query) or abort(404)


def row(model: type[M], row_id: int) -> M:
    """Any row, for people who may see all of them."""
    return db.session.get(model, row_id) or abort(404)


def page_number() -> int:
    """The page asked for, 1 where that is no number."""
    number = request.args.get("page", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 1
