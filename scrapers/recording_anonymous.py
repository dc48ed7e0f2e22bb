"""The second half of making a recording: everybody in it is replaced, totals are put right, and the result is tried."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from scrapers.adapter import Wanted
from scrapers.invented import Invented
from scrapers.leftovers import doubtful_words, leftovers_of, named_bodies, own_hosts
from scrapers.normalize import valid_npi
from scrapers.personal_columns import Kind
from scrapers.recorded import Recorded
from scrapers.recording import Recording, replay
from scrapers.recording_new import Cutter, asked_anew
from scrapers.replacing import DIGITS, Replacing
from scrapers.replacing_names import WORD
from scrapers.report import RunReport
from scrapers.spec import RegistrySpec

HIDDEN_STATE = re.compile(r"__\w+|.*(token|csrf|viewstate|nonce).*", re.IGNORECASE)
SAME = ("standing", "standing_raw", "issued_on", "expires_on", "place")  # what replacing must not change


@dataclass(frozen=True)
class Made:
    """A recording with invented people, what was replaced, and what a person should do and look at. `unread` is the
    report of a reading that failed before anybody was replaced: then there is nothing to record."""

    recording: Recording
    counts: Mapping[str, int]
    to_do: tuple[str, ...]
    doubts: tuple[str, ...]
    unread: RunReport | None = None


def anonymous(recording: Recording, cutter: Cutter, scratch: Path) -> Made:
    """The recording with everybody replaced. `scratch` is an empty folder for trying it."""
    spec = cutter.spec
    recording, to_do = _settled(recording, cutter, scratch)
    before, report, _ = replay(spec, recording, scratch / "before")
    if not (report.outcome.is_usable or to_do):
        return Made(recording, {}, (), (), unread=report)
    documents = [cutter.parsed(body, name) for name, body in named_bodies(recording)]
    replacing = _learned(recording, documents, before, cutter)
    for document in documents:
        document.replace(_texts(replacing), replacing.link)
    new = _renamed(recording.with_bodies([document.body() for document in documents]), replacing)
    new = asked_anew(new, cutter)
    after, now, _ = replay(spec, new, scratch / "after")
    to_do += _differences(before, report, after, now)
    kept = _same_numbers(before, after)
    counts = {kind: number for kind, number in sorted(replacing.invented.counts.items()) if number}
    doubts = [
        f"{name}: names that are other words too, left where they stood alone; replace those that name somebody"
        for name in (", ".join(sorted(replacing.names.alone)),)
        if name
    ]
    doubts += [f"license numbers left as they are, for the description says the same: {kept}"] if kept else []
    known = [*replacing.invented.inventions, *_invented_words(after), *_relied_on(spec, after)]
    shown = "\n".join(document.shown() for document in documents)
    doubts += [f"left as they are: {', '.join(words[:60])}" for words in (doubtful_words(shown, known),) if words]
    return Made(new, counts, tuple(to_do), (*doubts, *leftovers_of(new, spec, after)))


# Totals and pages -----------------------------------------------------------------------------------------------------


def _settled(recording: Recording, cutter: Cutter, scratch: Path) -> tuple[Recording, list[str]]:
    """The recording without pages nobody asks for, its last page the last one, with the total that its rows have."""
    to_do: list[str] = []
    for turn in range(len(recording.pages) + 2):
        tried = _with_total(recording, cutter, []) if cutter.was_cut else recording
        _, report, _ = replay(cutter.spec, tried, scratch / f"try{turn}")
        if "the recording has no answer" not in report.reason or not recording.pages:
            break
        shorter = _without_further_pages(recording, cutter)
        if shorter is None:
            to_do.append(
                f"{report.reason}. Take the link to it out of the recording, or record more pages (--most-pages)"
            )
            break
        recording, cutter.was_cut = shorter, True
    recording = _used_only(recording, cutter, scratch / "used")
    return (_with_total(recording, cutter, to_do) if cutter.was_cut else recording), to_do


def _without_further_pages(recording: Recording, cutter: Cutter) -> Recording | None:
    """The recording whose last page that turns to a further one no longer does; None when none says how."""
    bodies = recording.bodies
    for place in reversed(range(len(bodies))):
        document = cutter.parsed(bodies[place], str(place))
        if document.end_here(cutter.spec.options):
            return recording.with_bodies([*bodies[:place], document.body(), *bodies[place + 1 :]])
    return None


def _used_only(recording: Recording, cutter: Cutter, scratch: Path) -> Recording:
    """The pages that a replay asks for, in that order; all where it does not come to an end."""
    _, report, _ = replay(cutter.spec, recording, scratch)
    left, used = list(recording.pages), []
    for digest in report.captures if report.outcome.is_usable else ():
        page = next((one for one in left if sha256(one.body).hexdigest() == digest), None)
        if page is not None:
            left.remove(page)
            used.append(page)
    return replace(recording, pages=tuple(used) or recording.pages)


def _with_total(recording: Recording, cutter: Cutter, to_do: list[str]) -> Recording:
    documents = [cutter.parsed(body, name) for name, body in named_bodies(recording)]
    total = sum(len(document.rows()) for document in documents)
    declared = [document.declare(total, cutter.spec.options) for document in documents]
    if not any(declared):
        to_do.append(
            f"rows were cut to {total}: where a page announces how many there are, write {total} there by hand"
        )
    return recording.with_bodies([document.body() for document in documents])


# People ---------------------------------------------------------------------------------------------------------------


def _learned(
    recording: Recording, documents: Sequence[Recorded], records: Iterable[Mapping[str, Any]], cutter: Cutter
) -> Replacing:
    """Everything that names somebody, learned from records, columns, links and what was asked for."""
    spec = cutter.spec
    shown = [document.shown() for document in documents]
    avoid = [word for text in shown for pattern in (WORD, DIGITS) for word in pattern.findall(text)]
    invented = Invented(spec.id, avoid=avoid)
    replacing = Replacing(
        cutter.columns, invented, stays=_relied_on(spec, records), own_hosts=[*own_hosts(spec), *_hosts(recording)]
    )
    for record in records:
        holder = record["holder"]
        replacing.names.learn_person(f"{holder['given']} {holder['middle']}", holder["family"])
    for document in documents:
        for text, column in document.cells():
            replacing.learn(text, column)
        for link in document.links():
            replacing.learn_url(link)
    for text, column in cutter.gone:
        replacing.learn(text, column)
    if recording.wanted:
        replacing.names.learn_person(recording.wanted.given, recording.wanted.family)
        replacing.learn_number(recording.wanted.number)
    return replacing


def _relied_on(spec: RegistrySpec, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Texts that must stay: the description's own, but for its known numbers, and the places where people are."""
    stated = yaml.safe_load(spec.path.read_text(encoding="utf-8")) if spec.path else {}
    stated = {key: value for key, value in stated.items() if key not in ("canaries", "unverified")}
    places = [str(value) for record in records for value in (record["place"] or {}).values()]
    texts = list(_strings(stated))
    asked = [value for text in texts for _, value in parse_qsl(urlsplit(text).query)]  # of its own addresses
    return [*texts, *asked, *places, *(str(record["standing_raw"]) for record in records)]


def _strings(found: object) -> Iterator[str]:
    """Every text of a description, keys included; its own numbers (a delay, a row) stand on no page."""
    for item in found if isinstance(found, list) else ():
        yield from _strings(item)
    for key, value in found.items() if isinstance(found, dict) else ():
        yield from (str(key), *_strings(value))
    if isinstance(found, str):
        yield found


def _texts(replacing: Replacing) -> Any:
    """How the texts of a document are replaced: hidden state by a short word, all else by what stands in it."""

    def text(value: str, column: str) -> str:
        if len(value) > 8 and HIDDEN_STATE.fullmatch(column) and " " not in value.strip():
            return replacing.invented.token(value, "STATE")
        return replacing.links.opaque(value) or replacing.text(value, column)

    return text


def _renamed(recording: Recording, replacing: Replacing) -> Recording:
    """The same with other names of files, and with an invented person wanted."""
    files = {replacing.names.in_text(name): body for name, body in recording.files.items()}
    return replace(recording, files=files, wanted=recording.wanted and _wanted(recording.wanted, replacing))


def _wanted(old: Wanted, replacing: Replacing) -> Wanted:
    def kind(text: str, as_kind: Kind) -> str:
        return (replacing.of_kind(text, as_kind) or text) if text else ""

    return Wanted(
        kind(old.number, Kind.NUMBER),
        kind(old.given, Kind.GIVEN),
        kind(old.family, Kind.FAMILY),
        replacing.invented.npi(old.npi) if valid_npi(old.npi) else "",
        old.region,
    )


def _hosts(recording: Recording) -> list[str]:
    return [found[1] for page in recording.pages if (found := re.match(r"https?://([^/:]+)", page.url))]


# The result -----------------------------------------------------------------------------------------------------------


def _invented_words(records: Iterable[Mapping[str, Any]]) -> list[str]:
    return [str(value) for record in records for value in (*record["holder"].values(), record["number_raw"])]


def _same_numbers(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> str:
    """The license numbers that were not replaced, zeros aside."""
    both = zip(before, after, strict=False)
    return ", ".join(old["number_raw"] for old, new in both if old["number_raw"] == new["number_raw"] != "")


def _differences(
    before: Sequence[Mapping[str, Any]], was: RunReport, after: Sequence[Mapping[str, Any]], now: RunReport
) -> list[str]:
    """What replacing changed that it should not have."""
    if was.outcome != now.outcome or len(before) != len(after):
        reading = f"with invented people it reads {len(after)} records ({now.outcome} {now.reason}), before it read"
        return [f"{reading} {len(before)} ({was.outcome} {was.reason}): something the reader relies on was replaced"]
    changed = Counter(name for old, new in zip(before, after, strict=True) for name in SAME if old[name] != new[name])
    return [f"{name} of {number} records reads otherwise than before" for name, number in changed.items()]
