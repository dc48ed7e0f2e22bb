"""Standing words and columns that a registry published and its description doesn't know: each shows from the day it
appears until a later run no longer has it, or until the description lists it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models.registry import RegistryRun
from directory.models.source import Novelty
from directory.registries.health_changes import LISTS
from directory.rules.vocabulary import NoveltyKind
from scrapers.adapter import adapter_for
from scrapers.errors import SpecError
from scrapers.report import LONGEST_WORD
from scrapers.spec import RegistrySpec

COLUMNS_KEPT = 50
_USABLE = ("complete", "incomplete")


def note_novelties(session: Session, run: RegistryRun, spec: RegistrySpec | None, *, at: datetime) -> Sequence[Novelty]:
    """Brings what is on record in step with the run, and gives what nobody has seen before."""
    kept = {
        (each.kind, each.text): each
        for each in session.scalars(select(Novelty).where(Novelty.registry_id == run.registry_id))
    }
    seen = {key: count for key, count in _seen(run).items() if not (spec and is_known(spec, *key))}
    new = []
    for (kind, text), records in seen.items():
        found = kept.get((kind, text))
        if found is None:
            found = Novelty(registry_id=run.registry_id, kind=kind, text=text, first_seen_at=at)
            session.add(found)
            new.append(found)
        found.channel, found.records, found.last_seen_at, found.last_run_id = run.channel, records, at, run.id
        found.gone_at = None
    for key, each in kept.items():
        if key not in seen and each.gone_at is None and _would_show(run, each):
            each.gone_at = at
    session.flush()
    return new


def standing_novelties(session: Session, registry_ids: Iterable[str] | None = None) -> Sequence[Novelty]:
    """What is not gone, the latest first; of these registries only, where given. The description may know it by now:
    see `is_known`."""
    query = select(Novelty).where(Novelty.gone_at.is_(None)).order_by(Novelty.first_seen_at.desc(), Novelty.text)
    if registry_ids is not None:
        query = query.where(Novelty.registry_id.in_(list(registry_ids)))
    return session.scalars(query).all()


def is_known(spec: RegistrySpec, kind: NoveltyKind, text: str) -> bool:
    """Whether the description lists it by now."""
    if kind is NoveltyKind.COLUMN:
        try:
            return adapter_for(spec).knows_column(text)
        except SpecError:  # looked up by hand, or a platform that is gone: no reader knows anything
            return False
    words = ("",) if text == "(nothing)" else tuple(text.split(" / "))
    if len(words) != len(spec.standing.columns):
        words = (text,) if len(spec.standing.columns) == 1 else ()
    return spec.standing.always is not None or bool(words and spec.standing.lists(words))


def _seen(run: RegistryRun) -> dict[tuple[NoveltyKind, str], int]:
    words = run.report.get("unknown_words", {})
    columns = run.report.get("new_columns", [])[:COLUMNS_KEPT]
    found = {(NoveltyKind.WORD, word[:LONGEST_WORD]): int(count) for word, count in words.items()}
    return found | {(NoveltyKind.COLUMN, name[:LONGEST_WORD]): 0 for name in columns}


def _would_show(run: RegistryRun, novelty: Novelty) -> bool:
    """Whether the run would have met it if it were still there. A lookup of one person meets few words."""
    if novelty.kind is NoveltyKind.COLUMN:
        same_layout = run.channel is novelty.channel or {run.channel, novelty.channel} <= LISTS
        return same_layout and run.outcome in _USABLE
    return run.channel in LISTS and run.outcome == "complete" and not run.report.get("unknown_words_more")
