"""What anybody may ask of us about a listing, without an account: to correct it, or to remove it for good.

A request waits for a person; nothing changes by itself. No picture puzzles: a box that people do not see, a page that
cannot be sent sooner than it can be read, and limits keep machines out (the box and the page live in the view's form).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from directory import audit
from directory.links import site_link
from directory.listings import listings
from directory.listings.describing import let_words_pass
from directory.listings.held_words import are_held_words
from directory.listings.published_words import take_words_off
from directory.models.account import Account
from directory.models.claim import ListingRequest
from directory.models.listing import Listing
from directory.notifications import queue_notice
from directory.rules.vocabulary import ListingState, RequestKind, RequestState

MOST_OPEN = 20
"""As many open requests about one listing are a quarrel or a machine; a moderator has enough to go by."""


class RequestRefused(ValueError):  # noqa: N818 - an answer, not a fault
    """A request that cannot be taken or decided now. The message says why, to the person who tried."""


def make_request(
    session: Session, listing: Listing, kind: RequestKind, *, text: str, email: str, at: datetime
) -> ListingRequest:
    """A request that waits for a moderator. The same words within a day are the same request: it is given back.

    Raises RequestRefused where the listing is gone or has too many open requests.
    """
    if listing.state is not ListingState.PUBLISHED:
        raise RequestRefused("This listing is not there any more.")
    of_listing = select(ListingRequest).where(
        ListingRequest.listing_id == listing.id, ListingRequest.state == RequestState.OPEN
    )
    same = of_listing.where(
        ListingRequest.kind == kind, ListingRequest.text == text, ListingRequest.made_at > at - timedelta(days=1)
    )
    if found := session.scalar(same.limit(1)):
        return found
    if (session.scalar(select(func.count()).select_from(of_listing.subquery())) or 0) >= MOST_OPEN:
        raise RequestRefused("Many requests about this listing are waiting already. A moderator will look at them.")
    request = ListingRequest(listing_id=listing.id, kind=kind, text=text, email=email, made_at=at)
    session.add(request)
    session.flush()
    if email:
        queue_notice(session, email, f"Your request about {listing.name}", _received(listing, kind), at=at)
    return request


def decide_request(
    session: Session, request: ListingRequest, state: RequestState, *, reason: str, by: Account, at: datetime
) -> None:
    """Marks the request as done or declined, and answers whoever asked. A removal that is granted removes the listing.

    Raises RequestRefused where somebody has decided in the meantime.
    """
    moved = session.execute(
        update(ListingRequest)
        .where(ListingRequest.id == request.id, ListingRequest.state == RequestState.OPEN)
        .values(state=state, decided_at=at, decided_by_id=by.id, reason=reason)
        .execution_options(synchronize_session=False)
    )
    session.refresh(request)
    if cast(CursorResult[Any], moved).rowcount != 1:
        raise RequestRefused("Somebody has decided about this request in the meantime.")
    listing = session.get_one(Listing, request.listing_id)
    name, removes = listing.name, request.kind is RequestKind.REMOVAL and state is RequestState.DONE
    held = are_held_words(session, request)
    if request.email:
        told = _of_words(name, request, reason) if held else _decided(name, request, reason)
        queue_notice(session, request.email, f"Your request about {name}", told, at=at)
    if held and state is RequestState.DONE and listing.is_claimed:
        let_words_pass(session, listing, request.text, by=by, reason=reason, at=at)
    if held and state is RequestState.DECLINED and listing.about == request.text:
        take_words_off(session, listing, by=by, reason=reason, at=at)
    if removes and listing.state is not ListingState.REMOVED:
        listings.remove_listing(session, listing, by=by, reason=reason, at=at)
    audit.record(
        session,
        actor=by,
        action=f"{request.kind.value} request {state.value}",
        subject=f"request:{request.id}",
        after={"listing": request.listing_id, "state": state},
        reason=reason,
        at=at,
    )


def _received(listing: Listing, kind: RequestKind) -> str:
    what = "take the listing down for good" if kind is RequestKind.REMOVAL else "correct the listing"
    return f"""You asked us to {what} of {listing.name}:
{site_link("patients.listing", slug=listing.slug)}

A moderator reads it and answers by mail. If you did not ask for this, you need not do anything."""


def _of_words(name: str, request: ListingRequest, reason: str) -> str:
    what = "is published as it is" if request.state is RequestState.DONE else "is not published as it is"
    said = "\n".join(f"    {line}" for line in reason.splitlines())
    return f"""Your text about the practice of {name} {what}. The moderator's reason:

{said}

You can change the text at any time. You can answer this mail to object."""


def _decided(name: str, request: ListingRequest, reason: str) -> str:
    done = request.state is RequestState.DONE
    if request.kind is RequestKind.REMOVAL:
        what = "is taken down. A fresh import will not list the person again." if done else "stays."
    else:
        what = "was looked at and corrected." if done else "was looked at and stays as it is."
    said = "\n".join(f"    {line}" for line in reason.splitlines())
    return f"The listing of {name} {what} The moderator's reason:\n\n{said}\n\nYou can answer this mail to object."
