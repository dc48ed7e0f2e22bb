"""A practitioner's way in: find yourself, claim your listing, see what became of it; and the way out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import logout_user
from sqlalchemy import select

from directory import clock
from directory.extensions import db, limiter
from directory.listings import leaving
from directory.models.claim import Claim
from directory.models.flag import Flag
from directory.models.listing import Listing
from directory.moderation.claims import OPEN, ClaimRefused, make_claim, withdraw_claim
from directory.moderation.due_case import case_of, notices_about
from directory.moderation.due_mails import seal
from directory.registries.candidates import find_candidates
from directory.rules.case_words import standing
from directory.rules.vocabulary import Role
from directory.views.access import current_account, everybody, has_role, is_signed_in, signed_in
from directory.views.loading import ID, claim_of, published_listing
from directory.views.practitioner_forms import ClaimForm, FindForm, LeaveForm

bp = Blueprint("practitioners", __name__)


@bp.get("/account/")
@signed_in
def home() -> ResponseReturnValue:
    """What this person looks after and has asked for. Whoever only moderates is sent to the queue."""
    account = current_account()
    mine = select(Listing).where(Listing.owner_id == account.id, Listing.merged_into_id.is_(None))
    listings = db.session.scalars(mine.order_by(Listing.id)).all()
    claims = db.session.execute(
        select(Claim, Listing).join(Listing).where(Claim.account_id == account.id).order_by(Claim.id.desc())
    ).all()
    if not listings and not claims and has_role(Role.MODERATOR, Role.OPERATOR):
        return redirect(url_for("moderators.queue"))
    return render_template("account/home.html", account=account, listings=listings, claims=claims, open_states=OPEN)


@bp.get("/account/notices")
@signed_in
def notices() -> str:
    """The matters about this person's listings of which a notice was written, the latest first, with a link to each."""
    session, now = db.session(), clock.utc_now()
    rows = [
        (notice, listing, standing(case_of(session, session.get_one(Flag, notice.flag_id)), now), seal(notice.id))
        for notice, listing in notices_about(session, current_account())
    ]
    return render_template("account/notices.html", rows=rows)


@bp.get("/account/find")
@signed_in
@limiter.limit("60 per 15 minutes")
def find() -> str:
    """Listings that a number or a name may mean."""
    form = FindForm(request.args)
    asked = bool(form.number.data or form.name.data)
    region = (form.region.data or "").partition("-")[2]
    found = find_candidates(db.session(), number=form.number.data or "", name=form.name.data or "", region=region)
    return render_template("account/find.html", form=form, asked=asked, found=found)


@bp.get("/claim/<slug>")
@everybody
def claim(slug: str) -> str:
    """What claiming means; with a form for whoever is signed in."""
    return _claim_page(published_listing(slug), ClaimForm() if is_signed_in() else None)


@bp.post("/claim/<slug>")
@signed_in
@limiter.limit("20 per hour")
def send_claim(slug: str) -> ResponseReturnValue:
    listing, form = published_listing(slug), ClaimForm()
    if not form.validate():
        return _claim_page(listing, form), 422
    told = form.data
    try:
        make_claim(
            db.session(),
            listing,
            current_account(),
            number=told["license_number"],
            jurisdiction=told["license_jurisdiction"],
            statement=told["statement"],
            at=clock.utc_now(),
        )
    except ClaimRefused as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return _claim_page(published_listing(slug), form), 422
    db.session.commit()
    flash("A moderator will look at your claim. You hear from us by mail.", "success")
    return redirect(url_for("practitioners.home"))


@bp.post(f"/account/claims/<{ID}:claim_id>/withdraw")
@signed_in
def take_claim_back(claim_id: int) -> ResponseReturnValue:
    account = current_account()
    try:
        withdraw_claim(db.session(), claim_of(account, claim_id), by=account, at=clock.utc_now())
    except ClaimRefused as refused:
        db.session.rollback()
        flash(str(refused), "caution")
    else:
        db.session.commit()
        flash("You have taken the claim back.", "success")
    return redirect(url_for("practitioners.home"))


@bp.get("/account/leave")
@signed_in
def leave_page() -> str:
    return _leave_page(LeaveForm())


@bp.post("/account/leave")
@signed_in
def leave() -> ResponseReturnValue:
    form = LeaveForm()
    if not form.validate():
        return _leave_page(form), 422
    account = current_account()
    removes = form.remove_listings.data == "remove"
    leaving.leave(db.session(), account, remove_listings=removes, at=clock.utc_now())
    logout_user()
    db.session.commit()
    flash("Your account is closed." + (" Your listing is removed for good." if removes else ""), "success")
    return redirect(url_for("security.login"))


def _claim_page(listing: Listing, form: ClaimForm | None) -> str:
    return render_template("account/claim.html", listing=listing, form=form)


def _leave_page(form: LeaveForm) -> str:
    mine: Any = select(Listing).where(Listing.owner_id == current_account().id).order_by(Listing.id)
    return render_template("account/leave.html", form=form, listings=db.session.scalars(mine).all())
