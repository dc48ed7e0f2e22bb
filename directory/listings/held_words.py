"""Words of an owner that wait: they hold claims that may not be published, and nothing of them is lost.

They are kept as a request about the listing, so that they stand in the moderators' list; a line of the audit log tells
them from what others ask for. New words are a new request: a moderator never lets pass what they have not read.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, String, cast, exists, literal, select, update
from sqlalchemy.orm import Session

from directory import audit
from directory.models.account import Account
from directory.models.audit import AuditLine
from directory.models.claim import ListingRequest
from directory.models.listing import Listing
from directory.rules.vocabulary import RequestKind, RequestState

_HELD = "words held back"
_ARE_HELD = exists().where(
    AuditLine.subject == literal("request:") + cast(ListingRequest.id, String), AuditLine.action == _HELD
)


def held_words(session: Session, listing_id: int) -> ListingRequest | None:
    """What the owner has written about themselves and is not published yet; None where nothing waits."""
    return session.scalar(_waiting(listing_id).order_by(ListingRequest.id.desc()).limit(1))


def are_held_words(session: Session, request: ListingRequest) -> bool:
    """Whether the request is of this kind, and not a correction that somebody asks for."""
    return bool(session.scalar(select(ListingRequest.id).where(ListingRequest.id == request.id, _ARE_HELD)))


def were_let_pass(session: Session, listing_id: int, text: str) -> bool:
    """Whether a moderator has read these very words and found nothing wrong with them."""
    passed = select(ListingRequest.id).where(
        ListingRequest.listing_id == listing_id, ListingRequest.state == RequestState.DONE, _ARE_HELD
    )
    return bool(session.scalar(passed.where(ListingRequest.text == text).limit(1)))


def hold_words(session: Session, listing: Listing, text: str, *, by: Account, at: datetime) -> None:
    """Keeps the words and puts them before a moderator; the same words wait only once, others make way."""
    waiting = held_words(session, listing.id)
    if waiting is not None and waiting.text == text:
        return
    drop_held_words(session, listing.id, at=at)
    bring_words(session, listing, text, to_answer=by, by=by, at=at)


def bring_words(
    session: Session, listing: Listing, text: str, *, to_answer: Account, by: Account | str, at: datetime
) -> None:
    """Puts words of the owner before a moderator, who answers `to_answer`."""
    request = ListingRequest(
        listing_id=listing.id, kind=RequestKind.CORRECTION, text=text, email=to_answer.email, made_at=at
    )
    session.add(request)
    session.flush()
    subject = f"request:{request.id}"
    audit.record(session, actor=by, action=_HELD, subject=subject, after={"listing": listing.id}, at=at)


def drop_held_words(session: Session, listing_id: int, *, at: datetime) -> None:
    """What waited need not be decided any more: the owner has written something else. The old words are forgotten."""
    _close(session, listing_id, at=at, reason="The owner has changed the words.")


def forget_held_words(session: Session, listing_id: int, *, at: datetime) -> None:
    """The owner has let the listing go, or it is removed for good: of their words nothing is kept."""
    _close(session, listing_id, at=at, reason="The owner has left the listing.")
    _update(session, select(ListingRequest.id).where(ListingRequest.listing_id == listing_id, _ARE_HELD), text="")


def _waiting(listing_id: int) -> Select[ListingRequest]:
    return select(ListingRequest).where(
        ListingRequest.listing_id == listing_id, ListingRequest.state == RequestState.OPEN, _ARE_HELD
    )


def _close(session: Session, listing_id: int, *, at: datetime, reason: str) -> None:
    ids = _waiting(listing_id).with_only_columns(ListingRequest.id)
    _update(session, ids, state=RequestState.DECLINED, decided_at=at, reason=reason, text="")


def _update(session: Session, ids: Select[int], **values: object) -> None:
    found = session.scalars(ids).all()
    if found:
        session.execute(update(ListingRequest).where(ListingRequest.id.in_(found)).values(**values))
