"""What a registry's YAML may say. Unknown keys are refused, with the file and the key; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from scrapers.channels import NETWORK, Channel, Expect, Question, channel_from_yaml, expect_from_yaml
from scrapers.columns import Column, check_date_formats, column_from_yaml
from scrapers.doors import ways_in
from scrapers.errors import SpecError
from scrapers.jurisdictions import EXPECTED, has_the_form
from scrapers.record import Authority, CredentialKind
from scrapers.spec_parts import (
    Confidence,
    License,
    OwnKey,
    Politeness,
    Terms,
    Unverified,
    confidence_from_yaml,
    license_from_yaml,
    own_key_from_yaml,
    politeness_from_yaml,
    terms_from_yaml,
    unverified_from_yaml,
)
from scrapers.strict import StrictMapping
from scrapers.vocabulary import StandingWords, standing_from_yaml

REGISTRIES = Path(__file__).parent / "registries"
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML was built with it
COMPLETENESS = ("all_statuses", "active_only", "opt_in", "capped", "not_known")


@dataclass(frozen=True, slots=True)
class RegistrySpec:
    """One registry, as its YAML describes it. Keys are explained in scrapers/README.md."""

    id: str
    title: str
    kind: CredentialKind
    profession: str
    jurisdiction: str
    authority: Authority
    home: str
    platform: str
    channels: Mapping[str, Channel]
    columns: Mapping[str, Column]
    standing: StandingWords
    completeness: str
    key: tuple[str, ...] = ()  # published columns that make the source key; the number's own column when empty
    schedule: str = ""
    politeness: Politeness = field(default_factory=Politeness)
    terms: Terms = field(default_factory=Terms)
    license: License = field(default_factory=License)
    ignored: tuple[str, ...] = ()  # known columns that no field is made of; kept in the row as published
    optional: tuple[str, ...] = ()  # may be absent from a row or a file
    withheld: tuple[str, ...] = ()  # read only to be left out: kept nowhere (birth years and the like)
    date_formats: tuple[str, ...] = ()
    no_value: tuple[str, ...] = ()  # published texts that mean nothing in any column
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # column -> exact words or patterns of our rows
    one_row_per: str = "credential"  # or "case": a credential's rows are put together, one row per discipline case
    shared_numbers: bool = False  # numbers are used again by other boards
    record_link: str = ""  # published column that links to the record at its source
    none_found: tuple[str, ...] = ()  # what the source prints when nobody was found
    expect: Expect = field(default_factory=Expect)
    canaries: tuple[str, ...] = ()  # numbers that every whole list must contain
    confidence: Confidence = field(default_factory=Confidence)
    unverified: tuple[Unverified, ...] = ()
    keys: tuple[OwnKey, ...] = ()  # what the source gives to its operator; sent with every request
    allowed_hosts: frozenset[str] = frozenset()  # "scheme://host:port" that may be asked
    options: Mapping[str, Any] = field(default_factory=dict)  # what only this platform understands
    path: Path | None = None

    def channel(self, name: str) -> Channel:
        """The channel of that name. Raises SpecError when the registry doesn't offer it."""
        if name not in self.channels:
            raise SpecError(f"{self.id}: has no channel {name}. It offers {ways_in(self.channels, self.home)}")
        return self.channels[name]

    @property
    def needs_network(self) -> bool:
        return any(name in NETWORK for name in self.channels)

    @property
    def only_by_hand(self) -> bool:
        """Whether nothing of this registry is read by a program: a person looks and writes down."""
        return set(self.channels) == {"manual"}

    def with_base_url(self, url: str) -> RegistrySpec:
        """The same registry at another scheme and host, for rehearsals. Expectations and canaries belong to the real
        source and are dropped, and so are its keys. Raises SpecError when `url` has no scheme and host."""
        if "//" not in url or not origin_of(url):
            raise SpecError(f"{url!r} should be a scheme and a host, such as http://127.0.0.1:8001")
        moved = {name: _moved(channel, url) for name, channel in self.channels.items()}
        here = replace(self, channels=moved, keys=(), allowed_hosts=frozenset((origin_of(url),)))
        return here.without_expectations()

    def with_terms_read(self, by: str, on: date) -> RegistrySpec:
        """The same registry, whose terms `by` recorded having read and accepted on that day."""
        return replace(self, terms=replace(self.terms, read_by=by, read_on=on))

    def without_expectations(self) -> RegistrySpec:
        """The same registry for a list that is not the whole real one: a rehearsal, a recording."""
        channels = {name: replace(channel, expect=None) for name, channel in self.channels.items()}
        return replace(self, channels=channels, expect=Expect(), canaries=())


def _moved(channel: Channel, url: str) -> Channel:
    def question(asked: Question | None) -> Question | None:
        return replace(asked, url=_rebased(asked.url, url)) if asked else None

    return replace(
        channel,
        start=tuple(_rebased(address, url) for address in channel.start),
        by_number=question(channel.by_number),
        by_name=question(channel.by_name),
    )


def _rebased(address: str, base: str) -> str:
    if not address:
        return ""
    ours = urlsplit(base)
    return urlsplit(address)._replace(scheme=ours.scheme, netloc=ours.netloc).geturl()


def origin_of(url: str) -> str:
    """scheme://host:port with the port always written, for comparing. Raises SpecError for anything else: also for what
    others read as another host ("http://one.example\\@two.example/") and for a name and password."""
    try:
        parts = urlsplit(url)
        stated = parts.port
    except ValueError as wrong:
        raise SpecError(f"{url!r} should be an http or https address: {wrong}") from wrong
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\\@\s]", parts.netloc):
        raise SpecError(f"{url!r} should be an http or https address")
    port = stated or (443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}"


def load_spec(path: Path | str) -> RegistrySpec:
    """The registry described by a YAML file. Raises SpecError naming the file and the key that is wrong."""
    path = Path(path)
    try:
        given = yaml.load(path.read_text(encoding="utf-8"), SAFE_LOADER)  # noqa: S506 - it is the safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
        raise SpecError(f"{path}: cannot be read as YAML: {wrong}") from wrong
    spec = _spec(StrictMapping(given, path.name), path)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", spec.id):
        raise SpecError(f"{path.name}: id should be small letters, digits and _, at most 60, found {spec.id!r}")
    if not has_the_form(spec.jurisdiction):
        raise SpecError(f"{path.name}: jurisdiction should be {EXPECTED}, found {spec.jurisdiction!r}")
    return spec


_LISTS_OF_TEXTS = ("key", "ignored", "optional", "withheld", "date_formats", "no_value", "none_found", "canaries")


def _spec(keys: StrictMapping, path: Path) -> RegistrySpec:
    issues = keys.mapping("issues")
    channels = {
        name: channel_from_yaml(name, given, f"{keys.where}: channels")
        for name, given in keys.mapping("channels").rest().items()
    }
    columns = keys.mapping("columns", {}).rest()
    only_by_hand = set(channels) == {"manual"}
    standing = keys.take("standing", None) if only_by_hand else keys.take("standing")
    spec = RegistrySpec(
        id=keys.text("id"),
        title=keys.text("title"),
        kind=_one_of(CredentialKind, issues.text("kind"), f"{issues.where}.kind"),
        profession=issues.text("profession"),
        jurisdiction=keys.text("jurisdiction"),
        authority=_one_of(Authority, keys.text("authority"), f"{keys.where}: authority"),
        home=keys.text("home"),
        platform=keys.text("platform", "manual") if only_by_hand else keys.text("platform"),
        channels=channels,
        columns={name: column_from_yaml(name, given, f"{keys.where}: columns") for name, given in columns.items()},
        standing=_standing(standing, keys.where, only_by_hand),
        completeness=_among(COMPLETENESS, keys.text("completeness"), f"{keys.where}: completeness"),
        schedule=keys.text("schedule", ""),
        politeness=politeness_from_yaml(keys.mapping("politeness", {})),
        terms=terms_from_yaml(keys.mapping("terms", {})),
        license=license_from_yaml(keys.mapping("license", {})),
        where=_where(keys.mapping("where", {})),
        one_row_per=_among(
            ("credential", "case"), keys.text("one_row_per", "credential"), f"{keys.where}: one_row_per"
        ),
        shared_numbers=keys.flag("shared_numbers", False),
        record_link=keys.text("record_link", ""),
        expect=expect_from_yaml(keys.mapping("expect", {})),
        confidence=confidence_from_yaml(keys.mapping("confidence")) if keys.has("confidence") else Confidence(),
        unverified=tuple(unverified_from_yaml(item, keys.where) for item in keys.take("unverified", [])),
        keys=tuple(own_key_from_yaml(item, keys.where) for item in keys.take("keys", [])),
        options=keys.mapping("options", {}).rest(),
        allowed_hosts=_hosts(keys.texts("allowed_hosts"), channels.values()),
        path=path,
        **{name: keys.texts(name) for name in _LISTS_OF_TEXTS},
    )
    check_date_formats(spec.date_formats, f"{keys.where}: date_formats")
    issues.done()
    keys.done()
    return spec


def _standing(given: Any, where: str, only_by_hand: bool) -> StandingWords:
    """The words of a standing. Only a registry that no program reads may have none."""
    if only_by_hand and given is None:
        return StandingWords()
    return standing_from_yaml(StrictMapping(given, f"{where}.standing"))


def _one_of(enum: Any, word: str, where: str) -> Any:
    return enum(_among(tuple(enum), word, where))


def _among(known: tuple[str, ...], word: str, where: str) -> str:
    if word not in known:
        raise SpecError(f"{where}: {word!r} is none of {', '.join(known)}")
    return word


def _where(keys: StrictMapping) -> dict[str, tuple[str, ...]]:
    return {column: keys.texts(column) for column in keys.rest_names()}


def _hosts(stated: tuple[str, ...], channels: Iterable[Channel]) -> frozenset[str]:
    """The origins that may be asked: those stated, or those of the addresses themselves."""
    addresses: list[str] = list(stated)
    for channel in () if stated else channels:
        addresses += channel.start
        addresses += [asked.url for asked in (channel.by_number, channel.by_name) if asked and asked.url]
    return frozenset(origin_of(address) for address in addresses)


def known_specs(
    extra_paths: Iterable[Path | str] = (), *, problems: list[SpecError] | None = None
) -> dict[str, RegistrySpec]:
    """Every registry on disk by id: the built-in ones and those of further folders.

    A bad or doubled one goes to `problems` and does not take the others along; without `problems` it raises SpecError.
    """
    found: dict[str, RegistrySpec] = {}
    for path in (path for folder in (REGISTRIES, *map(Path, extra_paths)) for path in sorted(folder.glob("*.yaml"))):
        try:
            spec = load_spec(path)
            if spec.id in found:
                raise SpecError(f"{path.name}: id {spec.id} is taken by {found[spec.id].path}")
        except SpecError as wrong:
            if problems is None:
                raise
            problems.append(wrong)
        else:
            found[spec.id] = spec
    return found


def find_spec(registry_id: str, extra_paths: Iterable[Path | str] = ()) -> RegistrySpec:
    """The registry of that id. Raises SpecError listing the known ones."""
    problems: list[SpecError] = []
    known = known_specs(extra_paths, problems=problems)
    if registry_id not in known:
        because = "".join(f"; cannot be used: {problem}" for problem in problems)
        raise SpecError(f"{registry_id} is not a known registry; known are {', '.join(known)}{because}")
    return known[registry_id]
