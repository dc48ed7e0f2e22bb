"""The pages on which an owner describes their practice and states insurance and training. Checked facts stay out."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select

from directory import clock
from directory.evidence.page_words import TECHNIQUE_WORDS
from directory.extensions import db
from directory.listings.describing import describe_listing
from directory.listings.held_words import held_words
from directory.listings.listings import EditRefused, edit_listing, state_insurance, state_training, withdraw_credential
from directory.models.credential import Credential
from directory.models.listing import Listing, Location
from directory.rules.claims import find_claims, put_right
from directory.rules.vocabulary import CosmeticScope, StatedBy, Technique
from directory.views.access import current_account, signed_in
from directory.views.fields import blame
from directory.views.loading import ID, listing_of
from directory.views.practitioner_forms import DescriptionForm, InsuranceForm, PlaceForm, TrainingForm
from scrapers.record import CredentialKind

bp = Blueprint("own_listing", __name__, url_prefix="/account/listing/<slug>")

PLACE_FIELDS = ("practice_name", "street", "city", "region", "postal_code", "country")
STATED_HERE = (CredentialKind.LIABILITY_INSURANCE, CredentialKind.TRAINING_AWARD)


@bp.get("")
@signed_in
def overview(slug: str) -> str:
    """What is there to do for this listing."""
    listing = listing_of(current_account(), slug)
    return _page("overview", listing, None)


@bp.get("/description")
@signed_in
def description(slug: str) -> str:
    listing, form = listing_of(current_account(), slug), DescriptionForm()
    form.show(listing)
    if waiting := held_words(db.session(), listing.id):
        form.about.data = waiting.text
    return _page("description", listing, form)


@bp.post("/description")
@signed_in
def describe(slug: str) -> ResponseReturnValue:
    account, form = current_account(), DescriptionForm()
    listing = listing_of(account, slug)
    if named := request.form.get("instead"):
        return _with_wording(listing, form, named)
    if not form.validate():
        return _page("description", listing, form), 422
    try:
        stopped = describe_listing(db.session(), listing, form.changes(), by=account, at=clock.utc_now())
    except EditRefused as refused:
        return _refused("description", slug, form, refused)
    if stopped:
        db.session.commit()
        flash("Saved. Your text about you waits: below it stands which words to change, and why.", "caution")
        return redirect(url_for("own_listing.description", slug=slug))
    return _saved(slug, "Your description is saved, and patients see it now.")


def _with_wording(listing: Listing, form: DescriptionForm, named: str) -> str:
    """The form again, nothing saved, with the neutral wording for the finding that is named "rule: words"."""
    text = form.about.data or ""
    for each in find_claims(text):
        if f"{each.rule}: {each.words}" == named:
            form.about.data = put_right(text, each)
            flash(
                "The wording is in your text. Nothing is saved yet: read it through, change it as you like, and save.",
                "info",
            )
            break
    return _page("description", listing, form)


@bp.get("/place")
@signed_in
def place(slug: str) -> str:
    listing = listing_of(current_account(), slug)
    first = listing.locations[0] if listing.locations else Location(country="US")
    return _page("place", listing, PlaceForm(obj=first))


@bp.post("/place")
@signed_in
def give_place(slug: str) -> ResponseReturnValue:
    """The first place is what the form says; further ones stay."""
    account, form = current_account(), PlaceForm()
    listing = listing_of(account, slug)
    if not form.validate():
        return _page("place", listing, form), 422
    first = {name: form[name].data for name in PLACE_FIELDS}
    others = [{name: getattr(each, name) for name in PLACE_FIELDS} for each in listing.locations[1:]]
    try:
        edit_listing(db.session(), listing, {"locations": [first, *others]}, by=account, at=clock.utc_now())
    except EditRefused as refused:
        return _refused("place", slug, form, refused)
    return _saved(slug, "The address of your practice is saved.")


@bp.get("/insurance")
@signed_in
def insurance(slug: str) -> str:
    return _page("insurance", listing_of(current_account(), slug), InsuranceForm())


@bp.post("/insurance")
@signed_in
def give_insurance(slug: str) -> ResponseReturnValue:
    account, form = current_account(), InsuranceForm()
    listing = listing_of(account, slug)
    if not form.validate():
        return _page("insurance", listing, form), 422
    told = form.data
    try:
        state_insurance(
            db.session(),
            listing,
            issuer=told["issuer"],
            issued_on=told["issued_on"],
            expires_on=told["expires_on"],
            cosmetic_scope=CosmeticScope(told["cosmetic_scope"]),
            per_occurrence=told["per_occurrence"],
            aggregate=told["aggregate"],
            by=account,
            at=clock.utc_now(),
        )
    except EditRefused as refused:
        return _refused("insurance", slug, form, refused)
    return _saved(slug, "Your insurance is stated. The page says that it is your own statement.")


@bp.get("/training")
@signed_in
def training(slug: str) -> str:
    return _page("training", listing_of(current_account(), slug), TrainingForm())


@bp.post("/training")
@signed_in
def give_training(slug: str) -> ResponseReturnValue:
    account, form = current_account(), TrainingForm()
    listing = listing_of(account, slug)
    if not form.validate():
        return _page("training", listing, form), 422
    told = form.data
    try:
        state_training(
            db.session(),
            listing,
            title=told["title"],
            issuer=told["issuer"],
            hours_total=told["hours_total"],
            technique=Technique(told["technique"]) if told["technique"] else None,
            issued_on=date(told["year"], 1, 1),  # of its day only the year is known
            by=account,
            at=clock.utc_now(),
        )
    except EditRefused as refused:
        return _refused("training", slug, form, EditRefused("year", "a year that has begun"), unless=refused)
    return _saved(slug, "Your training is stated. The page says that it is your own statement.")


@bp.post(f"/statements/<{ID}:credential_id>/take-back")
@signed_in
def take_back(slug: str, credential_id: int) -> ResponseReturnValue:
    account = current_account()
    listing = listing_of(account, slug)
    stated = next((each for each in _stated(listing) if each.id == credential_id), None) or abort(404)
    withdraw_credential(db.session(), stated, by=account, at=clock.utc_now())
    return _saved(slug, "You have taken the statement back.")


def _stated(listing: Listing) -> list[Credential]:
    """What the owner states now and may take back."""
    query = select(Credential).where(
        Credential.listing_id == listing.id,
        Credential.stated_by == StatedBy.PRACTITIONER,
        Credential.kind.in_(STATED_HERE),
        Credential.withdrawn_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(Credential.kind, Credential.id)))


def _page(name: str, listing: Listing, form: FlaskForm | None) -> str:
    stated = _stated(listing)
    return render_template(
        f"account/listing_{name}.html",
        listing=listing,
        form=form,
        findings=find_claims(form.about.data or "") if isinstance(form, DescriptionForm) else [],
        waiting=held_words(db.session(), listing.id),
        policies=[each for each in stated if each.kind is CredentialKind.LIABILITY_INSURANCE],
        courses=[each for each in stated if each.kind is CredentialKind.TRAINING_AWARD],
        technique_names=TECHNIQUE_WORDS,
        take_back=lambda row: url_for("own_listing.take_back", slug=listing.slug, credential_id=row.id),
    )


def _saved(slug: str, words: str) -> ResponseReturnValue:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("own_listing.overview", slug=slug))


def _refused(
    name: str, slug: str, form: FlaskForm, refused: EditRefused, *, unless: EditRefused | None = None
) -> ResponseReturnValue:
    """The form again with what was refused; nothing of it is kept."""
    db.session.rollback()
    blame(form, unless if unless and unless.field in form else refused)
    return _page(name, listing_of(current_account(), slug), form), 422
