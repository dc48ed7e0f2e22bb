"""What backs which fact: a listing's page, its evidence page, and what we said on an earlier day.

Everything a page says is computed here from evidence and the clock. Two statements a page; a third and fourth only
when a run has ended since the sources' health was last asked for.
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
from directory.listings.listing_rows import SHOWN, ListingRows, credential_rows, listing_rows
from directory.listings.stated_facts import StatedFact, stated_facts
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


def listing_page(session: Session, slug: str, *, now: datetime) -> ListingPage | None:
    """The published listing of that address as everybody sees it now, or None."""
    rows = listing_rows(session, slug)
    if rows is None:
        return None
    circumstances = _circumstances(session, rows, now)
    stated = _shown(rows, stated_facts(credential_rows(session, rows.listing.id, checks=1)), now)
    lines = tuple(sorted(_lines(rows, stated, circumstances, now), key=_order))
    return described(rows, lines=lines, notes=notes_on(rows, stated, circumstances), stated=stated)


def evidence_page(
    session: Session,
    slug: str,
    *,
    now: datetime,
    as_of: datetime | None = None,
    states: Sequence[ListingState] = SHOWN,
) -> EvidencePage | None:
    """Every fact of a listing with its evidence and earlier checks; with `as_of`, as the page stood at that time.

    None where there is no such listing, or was none then. What the law asked and how sources were on an earlier day is
    taken from the rule pack as it is now, and sources as if they had been well.
    """
    rows = listing_rows(session, slug, states=states)
    moment = as_of or now
    if rows is None or rows.listing.created_at > moment:
        return None
    circumstances = _circumstances(session, rows, moment, past=as_of is not None)
    stated = _shown(rows, stated_facts(credential_rows(session, rows.listing.id, as_of=as_of)), moment)
    without = [EvidenceFact(line) for line in _lines_without_credential(rows, stated, circumstances, moment)]
    facts = [evidence_fact(each, circumstances) for each in stated] + without
    return EvidencePage(
        listing_id=rows.listing.id,
        slug=rows.listing.slug,
        name=name_of(rows.listing),
        claimed=_claimed(rows, moment),
        town=town_of(rows),
        facts=tuple(sorted(facts, key=lambda fact: _order(fact.line))),
        notes=notes_on(rows, stated, circumstances),
        origin=origin_sentence(rows.listing, stated, claimed=_claimed(rows, moment)),
        updated_on=min(rows.listing.updated_at, moment).date(),
        as_of=as_of,
    )


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
    return [each for each in stated if each.facts.kind not in _ASKED_FOR or _was_seen(each)]


def _was_seen(stated: StatedFact) -> bool:
    return stated.facts.check is not None and stated.facts.check.outcome is Outcome.CONFIRMED


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


def _circumstances(session: Session, rows: ListingRows, now: datetime, *, past: bool = False) -> Circumstances:
    sources = {} if past else _sources(session, rows.health_key, now)
    return Circumstances(today=now.date(), now=now, sources=sources)


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
