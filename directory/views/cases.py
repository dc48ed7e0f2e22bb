"""What people ask moderators: claims, corrections, removals; and matches in doubt, which the machine asks."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from directory import clock
from directory.extensions import db
from directory.listings.held_words import are_held_words
from directory.models.account import Account
from directory.models.claim import Claim, ListingRequest
from directory.models.credential import Credential
from directory.models.listing import Listing
from directory.models.registry import RecordMatch
from directory.moderation.claims import OPEN, ClaimDecision, ClaimRefused, decide_claim
from directory.moderation.corrections import RequestRefused, decide_request
from directory.moderation.flag_context import match_context
from directory.moderation.flag_queue import unjudged
from directory.moderation.moderation import DecisionRefused, judge_match
from directory.registries.match_judgements import words_on_match
from directory.rules.claims import find_claims
from directory.rules.vocabulary import ClaimState, Judgement, RequestState, StatedBy
from directory.views.access import current_account, moderators_only
from directory.views.loading import ID, row
from directory.views.moderator_forms import CLAIM_DECISIONS, JUDGEMENTS, REQUEST_DECISIONS, DecisionForm

bp = Blueprint("cases", __name__, url_prefix="/moderation")

MOST = 200


# Claims --------------------------------------------------------------------------------------------------------------


@bp.get("/claims")
@moderators_only
def claims() -> str:
    """Open claims, the oldest first."""
    rows = db.session.execute(
        select(Claim, Listing, Account)
        .join(Listing, Listing.id == Claim.listing_id)
        .join(Account, Account.id == Claim.account_id)
        .where(Claim.state.in_(OPEN))
        .order_by(Claim.id)
        .limit(MOST)
    ).all()
    return render_template("moderators/claims.html", rows=rows)


@bp.get(f"/claims/<{ID}:claim_id>")
@moderators_only
def claim(claim_id: int) -> str:
    return _claim_page(row(Claim, claim_id), DecisionForm())


@bp.post(f"/claims/<{ID}:claim_id>")
@moderators_only
def settle_claim(claim_id: int) -> ResponseReturnValue:
    found, form = row(Claim, claim_id), DecisionForm()
    form.offer(_claim_choices(found))
    if not form.validate():
        return _claim_page(found, form), 422
    told, account = form.data, current_account()
    try:
        decision = ClaimDecision(told["decision"])
        state = decide_claim(db.session(), found, decision, reason=told["reason"], by=account, at=clock.utc_now())
    except ClaimRefused as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return _claim_page(row(Claim, claim_id), form), 409
    db.session.commit()
    flash(f"The claim is {state.value}, and whoever it concerns is told.", "success")
    return redirect(url_for("cases.claims"))


def _claim_choices(found: Claim) -> list[tuple[str, str]]:
    if found.state not in OPEN:
        return []
    disputed = found.state is ClaimState.DISPUTED
    fitting = (ClaimDecision.TRANSFER, ClaimDecision.DENY) if disputed else (ClaimDecision.APPROVE, ClaimDecision.DENY)
    return [(decision, CLAIM_DECISIONS[decision]) for decision in fitting]


def _claim_page(found: Claim, form: DecisionForm) -> str:
    listing = db.session.get_one(Listing, found.listing_id)
    held = select(Credential).where(
        Credential.listing_id == listing.id,
        Credential.stated_by != StatedBy.PRACTITIONER,
        Credential.withdrawn_at.is_(None),
    )
    return render_template(
        "moderators/claim.html",
        claim=found,
        listing=listing,
        claimant=db.session.get_one(Account, found.account_id),
        owner=db.session.get(Account, listing.owner_id) if listing.owner_id else None,
        credentials=db.session.scalars(held.order_by(Credential.id)).all(),
        form=form.offer(_claim_choices(found)),
    )


# Corrections and removals --------------------------------------------------------------------------------------------


@bp.get("/requests")
@moderators_only
def requests() -> str:
    """Open requests, the oldest first."""
    rows = db.session.execute(
        select(ListingRequest, Listing)
        .join(Listing, Listing.id == ListingRequest.listing_id)
        .where(ListingRequest.state == RequestState.OPEN)
        .order_by(ListingRequest.id)
        .limit(MOST)
    ).all()
    return render_template("moderators/requests.html", rows=rows)


@bp.get(f"/requests/<{ID}:request_id>")
@moderators_only
def request(request_id: int) -> str:
    return _request_page(row(ListingRequest, request_id), DecisionForm())


@bp.post(f"/requests/<{ID}:request_id>")
@moderators_only
def settle_request(request_id: int) -> ResponseReturnValue:
    found, form = row(ListingRequest, request_id), DecisionForm()
    form.offer(REQUEST_DECISIONS.items())
    if not form.validate():
        return _request_page(found, form), 422
    told, account = form.data, current_account()
    try:
        state = RequestState(told["decision"])
        decide_request(db.session(), found, state, reason=told["reason"], by=account, at=clock.utc_now())
    except RequestRefused as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return _request_page(row(ListingRequest, request_id), form), 409
    db.session.commit()
    flash("Decided, and answered by mail where an address was given.", "success")
    return redirect(url_for("cases.requests"))


def _request_page(found: ListingRequest, form: DecisionForm) -> str:
    listing = db.session.get_one(Listing, found.listing_id)
    form.offer(REQUEST_DECISIONS.items() if found.state is RequestState.OPEN else ())
    held = are_held_words(db.session(), found)
    findings = find_claims(found.text) if held else []
    return render_template(
        "moderators/request.html", asked=found, listing=listing, form=form, held=held, findings=findings
    )


# Matches -------------------------------------------------------------------------------------------------------------


@bp.get("/matches")
@moderators_only
def matches() -> str:
    """Matches in doubt, the likelier first."""
    rows = db.session.execute(
        select(RecordMatch, Listing)
        .join(Listing, Listing.id == RecordMatch.listing_id)
        .where(unjudged())
        .order_by(RecordMatch.score.desc(), RecordMatch.id)
        .limit(MOST)
    ).all()
    return render_template("moderators/matches.html", rows=rows)


@bp.get(f"/matches/<{ID}:match_id>")
@moderators_only
def match(match_id: int) -> str:
    return _match_page(row(RecordMatch, match_id), DecisionForm())


@bp.post(f"/matches/<{ID}:match_id>")
@moderators_only
def settle_match(match_id: int) -> ResponseReturnValue:
    found, form = row(RecordMatch, match_id), DecisionForm()
    form.offer(JUDGEMENTS.items())
    if not form.validate():
        return _match_page(found, form), 422
    told = form.data
    try:
        judge_match(
            db.session(),
            registry_id=found.registry_id,
            source_key=found.source_key,
            listing_id=found.listing_id,
            judgement=Judgement(told["decision"]),
            reason=told["reason"],
            by=current_account(),
            at=clock.utc_now(),
        )
    except DecisionRefused as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return _match_page(row(RecordMatch, match_id), form), 409
    db.session.commit()
    flash("Remembered: every later run goes by your word.", "success")
    return redirect(url_for("cases.matches"))


def _match_page(found: RecordMatch, form: DecisionForm) -> str:
    beside = match_context(db.session(), found, now=clock.utc_now()) or abort(404)
    listing = db.session.get_one(Listing, found.listing_id)
    form.offer(JUDGEMENTS.items())
    words = words_on_match(db.session(), found)
    return render_template("moderators/match.html", match=found, beside=beside, listing=listing, form=form, words=words)
