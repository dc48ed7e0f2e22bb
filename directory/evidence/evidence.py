"""What backs which fact: a listing's page, its evidence page, and both as they were at an earlier moment.

Everything a page says is computed here from evidence and the clock, which may be set back. Two statements a page of
today; a third and fourth only when a run has ended since the sources' health was last asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from directory.evidence import credential_lines
from directory.evidence.credential_lines import (
    credential_line,
    evidence_fact,
    none_stated_line,
    not_asked_line,
    place_line,
)
from directory.evidence.listing_descriptions import described, name_of, notes_on, origin_sentence, town_of
from directory.evidence.listing_pages import CredentialLine, EvidenceFact, EvidencePage, ListingPage
from directory.listings.listing_past import PastRows, past_rows
from directory.listings.listing_rows import KEPT_CHECKS, SHOWN, ListingRows, credential_rows, listing_rows
from directory.listings.stated_facts import StatedFact, as_everybody_reads_it, one_each, stated_facts
from directory.registries import registries, source_health
from directory.rules.circumstances import Circumstances
from directory.rules.facts import PERMISSIONS, PlaceFacts, SourceFacts
from directory.rules.requirements import Requirement
from directory.rules.vocabulary import ListingState, Outcome
from scrapers.record import Authority, CredentialKind

_ASKED_FOR = (CredentialKind.LIABILITY_INSURANCE, CredentialKind.TRAINING_AWARD)


@dataclass(frozen=True, slots=True)
class _Sources:
    """The sources' health, and what it was asked for at."""

    health_key: tuple[Any, ...]
    known: registries.Known
    facts: Mapping[str, SourceFacts]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a page is made of: rows, facts and circumstances of one moment."""

    rows: ListingRows
    stated: list[StatedFact]
    circumstances: Circumstances
    past: PastRows | None = None

    @property
    def moment(self) -> datetime:
        return self.circumstances.now

    @property
    def told(self) -> list[StatedFact]:
        """What pages tell: each credential once."""
        return one_each(self.stated, self.moment)


def listing_page(session: Session, slug: str, *, now: datetime, as_of: datetime | None = None) -> ListingPage | None:
    """The published listing of that address as everybody sees it now, or None; with `as_of`, as everybody saw it
    then."""
    seen = _seen(session, slug, now=now, as_of=as_of, checks=1)
    if seen is None:
        return None
    told = seen.told
    lines = tuple(sorted(_lines(seen.rows, told, seen.circumstances, seen.moment), key=_order))
    notes = notes_on(seen.rows, told, seen.circumstances)
    return described(seen.rows, lines=lines, notes=notes, stated=told)


def evidence_page(
    session: Session,
    slug: str,
    *,
    now: datetime,
    as_of: datetime | None = None,
    states: Sequence[ListingState] = SHOWN,
) -> EvidencePage | None:
    """Every fact of a listing with its evidence and earlier checks; with `as_of`, as the page stood at that time.

    None where there is no such listing, or was none then. What the law asks is always taken from the table that is
    installed: `law_changed` says where that was another one then.
    """
    seen = _seen(session, slug, now=now, as_of=as_of, states=states)
    if seen is None:
        return None
    rows, moment, told = seen.rows, seen.moment, seen.told
    without = _lines_without_credential(rows, told, seen.circumstances, moment)
    facts = [evidence_fact(each, seen.circumstances) for each in told]
    facts += [EvidenceFact(line) for line in without]
    return EvidencePage(
        listing_id=rows.listing.id,
        slug=rows.listing.slug,
        name=name_of(rows.listing),
        claimed=_claimed(rows, moment),
        town=town_of(rows),
        facts=tuple(sorted(facts, key=lambda fact: _order(fact.line))),
        notes=notes_on(rows, told, seen.circumstances),
        origin=origin_sentence(rows.listing, told, claimed=_claimed(rows, moment)),
        updated_on=rows.listing.updated_at.date(),
        as_of=as_of,
        since=seen.past.since if seen.past else None,
        law_changed=bool(seen.past and seen.past.law_changed),
        words_forgotten=bool(seen.past and seen.past.words_forgotten),
    )


def facts_shown(
    session: Session, slug: str, *, now: datetime, as_of: datetime | None = None, states: Sequence[ListingState] = SHOWN
) -> tuple[list[StatedFact], Circumstances] | None:
    """What the lines of those pages were computed from, for those who may know why."""
    seen = _seen(session, slug, now=now, as_of=as_of, states=states)
    return (seen.told, seen.circumstances) if seen else None


def _seen(
    session: Session,
    slug: str,
    *,
    now: datetime,
    as_of: datetime | None,
    states: Sequence[ListingState] = SHOWN,
    checks: int = KEPT_CHECKS,
) -> _Seen | None:
    """The one way to a page: from the tables for today, from what was kept of it for an earlier moment."""
    moment = as_of or now
    if as_of is not None:
        past = past_rows(session, slug, as_of, states=states)
        if past is None:
            return None
        rows, credentials = past.rows, past.credentials
        sources: Mapping[str, SourceFacts] = source_health.source_facts(session, moment, as_of=moment)
    else:
        found, past = listing_rows(session, slug, states=states), None
        if found is None:
            return None
        rows, credentials = found, credential_rows(session, found.listing.id, checks=checks)
        sources = _sources(session, rows.health_key, now)
    stated = _shown(rows, stated_facts(credentials), moment)
    return _Seen(rows, stated, Circumstances(today=moment.date(), now=moment, sources=sources), past)


def _lines(
    rows: ListingRows, stated: Sequence[StatedFact], circumstances: Circumstances, moment: datetime
) -> Iterator[CredentialLine]:
    yield from (credential_line(each, circumstances) for each in stated)
    yield from _lines_without_credential(rows, stated, circumstances, moment)


def _lines_without_credential(
    rows: ListingRows, stated: Sequence[StatedFact], circumstances: Circumstances, moment: datetime
) -> Iterator[CredentialLine]:
    """What the places ask for and the listing does not state; and what nobody has been asked, or has not stated."""
    permitted = {each.facts.jurisdiction for each in stated if each.facts.kind in PERMISSIONS}
    for asked in _requirements(rows, circumstances):
        if asked.jurisdiction not in permitted and not rows.listing.organization:
            yield place_line(asked, _source_for(asked, circumstances))
    asked_at = (rows.listing.insurance_asked_at, rows.listing.training_asked_at)
    for kind, at in zip(_ASKED_FOR, asked_at, strict=True):
        if any(each.facts.kind is kind for each in stated):
            continue
        was_asked = _claimed(rows, moment) and at is not None and at <= moment
        yield none_stated_line(kind) if was_asked else not_asked_line(kind)


def _shown(rows: ListingRows, stated: Sequence[StatedFact], moment: datetime) -> list[StatedFact]:
    """Without insurance and training that somebody else ascribes to a practitioner who never claimed the listing."""
    if _claimed(rows, moment):
        return list(stated)
    return [each for each in stated if each.facts.kind not in _ASKED_FOR or _was_seen(each, moment)]


def _was_seen(stated: StatedFact, moment: datetime) -> bool:
    check = as_everybody_reads_it(stated, moment).facts.check
    return check is not None and check.outcome is Outcome.CONFIRMED


def _claimed(rows: ListingRows, moment: datetime) -> bool:
    return rows.listing.claimed_at is not None and rows.listing.claimed_at <= moment


def _requirements(rows: ListingRows, circumstances: Circumstances) -> list[Requirement]:
    """What each place of the listing asks, without repeats."""
    places = (PlaceFacts(place.country, place.region).jurisdictions for place in rows.places)
    found = [circumstances.requirement(jurisdictions[0]) for jurisdictions in places if jurisdictions]
    return list({each.jurisdiction: each for each in found}.values())


def _source_for(asked: Requirement, circumstances: Circumstances) -> SourceFacts | None:
    """The issuer's registry that could tell of a permission of that place."""
    for source in circumstances.sources.values():
        fits = source.jurisdiction == asked.jurisdiction and source.kind in PERMISSIONS
        if fits and source.authority is Authority.ISSUER:
            return source
    return None


def _sources(session: Session, health_key: tuple[Any, ...], now: datetime) -> Mapping[str, SourceFacts]:
    """The health of the sources. Asked for again when one changed, terms were read or a description changed."""
    known = registries.known_registries()
    kept: _Sources | None = current_app.extensions.get("known_sources")
    if kept is None or kept.health_key != health_key or kept.known is not known:
        kept = _Sources(health_key, known, source_health.source_facts(session, now))
        current_app.extensions["known_sources"] = kept
    return kept.facts


def _order(line: CredentialLine) -> tuple[int, str]:
    return credential_lines.ORDER.index(line.fact), line.anchor
