"""Perhaps one person twice: pairs of listings, side by side; merged, told apart, and taken back."""

from __future__ import annotations

from enum import StrEnum

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.extensions import db
from directory.listings import listing_merges
from directory.listings.listing_judgements import PairRefused, judge_listings
from directory.models.listing import Listing
from directory.models.merge import ListingMerge, MergeState
from directory.moderation.listing_pairs import PairContext, merges_waiting, pair_context, pairs_waiting
from directory.rules.vocabulary import Judgement
from directory.views.access import current_account, moderators_only
from directory.views.loading import ID, page_number, row
from directory.views.moderator_forms import SAY_WHY, DecisionForm, ReasonForm

bp = Blueprint("merges", __name__, url_prefix="/moderation")


class Choice(StrEnum):
    KEEP_FIRST = "keep_first"
    KEEP_SECOND = "keep_second"
    SAME = "same"  # where they cannot be merged
    DIFFERENT = "different"
    UNSURE = "unsure"
    AGREE = "agree"
    DROP = "drop"


@bp.get("/duplicates")
@moderators_only
def duplicates() -> str:
    """Pairs that may be one person, the likelier first, and merges that wait for a second moderator."""
    page = page_number()
    rows, pages = pairs_waiting(db.session(), page=page)
    return render_template(
        "moderators/duplicates.html",
        rows=rows,
        proposed=merges_waiting(db.session()),
        page=min(page, pages),
        pages=pages,
        page_address=lambda number: url_for("merges.duplicates", page=number),
    )


@bp.get(f"/duplicates/<{ID}:one_id>/<{ID}:other_id>")
@moderators_only
def pair(one_id: int, other_id: int) -> str:
    return _page(_context(one_id, other_id), DecisionForm())


@bp.post(f"/duplicates/<{ID}:one_id>/<{ID}:other_id>")
@moderators_only
def settle_pair(one_id: int, other_id: int) -> ResponseReturnValue:
    context, form = _context(one_id, other_id), DecisionForm()
    form.offer(_choices(context))
    if not form.validate():
        return _page(context, form), 422
    told = form.data
    try:
        said = _decide(context, Choice(told["decision"]), told["reason"])
    except PairRefused as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return _page(_context(one_id, other_id), form), 409
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("merges.pair", one_id=one_id, other_id=other_id))


@bp.post(f"/merges/<{ID}:merge_id>/undo")
@moderators_only
def undo(merge_id: int) -> ResponseReturnValue:
    """Makes two listings of one again."""
    form, merge = ReasonForm(prefix="undo"), row(ListingMerge, merge_id)
    back = redirect(url_for("merges.pair", one_id=merge.kept_id, other_id=merge.merged_id))
    if not form.validate():
        flash(SAY_WHY, "problem")
        return back
    account, now = current_account(), clock.utc_now()
    try:
        done = listing_merges.undo_merge(db.session(), merge, reason=form.data["reason"], by=account, at=now)
    except PairRefused as refused:
        db.session.rollback()
        flash(str(refused), "caution")
        return back
    db.session.commit()
    flash("They are two listings again." if done else "They were two listings already.", "success")
    return back


def _decide(context: PairContext, choice: Choice, reason: str) -> str:
    """Does what was chosen. Answers what to tell whoever chose it. Raises PairRefused."""
    session, account, now = db.session(), current_account(), clock.utc_now()
    one, other = context.one, context.other
    if choice in (Choice.AGREE, Choice.DROP):
        if context.proposed is None:
            raise PairRefused(listing_merges.MOVED_ON)
        if choice is Choice.DROP:
            listing_merges.drop(session, context.proposed, reason=reason, by=account, at=now)
            return "They stay two listings."
        listing_merges.agree(session, context.proposed, reason=reason, by=account, at=now)
        return "They are one listing now. You can take that back here."
    if choice in (Choice.KEEP_FIRST, Choice.KEEP_SECOND):
        kept, merged = (one, other) if choice is Choice.KEEP_FIRST else (other, one)
        merge = listing_merges.merge_listings(session, kept.id, merged.id, reason=reason, by=account, at=now)
        if merge.state is MergeState.PROPOSED:
            return "Proposed: a second moderator has to agree."
        return "They are one listing now. You can take that back here."
    judge_listings(session, one, other, Judgement(choice.value), reason=reason, by=account, at=now)
    return "Remembered, from both sides."


def _choices(context: PairContext) -> list[tuple[str, str]]:
    if context.done is not None or context.one.merged_into_id or context.other.merged_into_id:
        return []
    if context.proposed is not None:
        return [(Choice.AGREE, "I agree: make them one listing"), (Choice.DROP, "They stay two listings")]
    one, other = (f"{_label(each)}" for each in (context.one, context.other))
    found = []
    if not context.kept_one:
        found.append((Choice.KEEP_FIRST, f"One person: keep the first listing ({one})"))
    if not context.kept_other:
        found.append((Choice.KEEP_SECOND, f"One person: keep the second listing ({other})"))
    if not found:
        found.append((Choice.SAME, "One person, but two listings for now"))
    found.append((Choice.DIFFERENT, "Different people"))
    found.append((Choice.UNSURE, "I looked and cannot tell: leave it until the facts change"))
    return [(choice.value, words) for choice, words in found]


def _label(listing: Listing) -> str:
    town = next((place.city for place in listing.locations if place.city), "")
    return f"{listing.name}, {town}" if town else listing.name


def _context(one_id: int, other_id: int) -> PairContext:
    return pair_context(db.session(), one_id, other_id, now=clock.utc_now()) or abort(404)


def _page(context: PairContext, form: DecisionForm) -> str:
    done = context.done
    kept, merged = (context.one, context.other)
    if done is not None and done.kept_id != kept.id:
        kept, merged = merged, kept
    return render_template(
        "moderators/duplicate.html",
        pair=context,
        form=form.offer(_choices(context)),
        why_not_undone=listing_merges.why_not_undone(db.session(), done, kept, merged) if done else "",
        undo_form=ReasonForm(formdata=None, prefix="undo"),
    )
