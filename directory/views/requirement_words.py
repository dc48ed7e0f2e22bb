"""What a place asks of acupuncturists, in calm words for its public page. A lapsed or unverified row says so first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from directory.rules.facts import PERMISSIONS
from directory.rules.other_professions import PROFESSIONS
from directory.rules.requirements import COUNTRY_NAMES, Alternative, Certification, Requirement
from directory.rules.vocabulary import PublicState
from directory.views.formats import day
from scrapers.record import CredentialKind
from scrapers.spec import RegistrySpec

_KINDS: Mapping[CredentialKind | None, str] = {
    CredentialKind.LICENSE: "a license",
    CredentialKind.REGISTRATION: "registration",
    CredentialKind.STATE_CERTIFICATION: "a state certificate",
}
_CERTIFICATION: Mapping[Certification, str] = {
    Certification.REQUIRED: "A current national board certificate is asked for before the license is given.",
    Certification.ONE_WAY: "National board certification is one of several ways to the license.",
    Certification.EXAM: "An exam is asked for; holding the board's certificate afterwards is not, as far as we read.",
    Certification.OWN_EXAM: "The place has an exam of its own. The national board certificate is not asked for.",
    Certification.ONLY_CREDENTIAL: "National board certification is the only credential there, and it is voluntary.",
    Certification.NONE: "It plays no part in the law, as far as we read.",
    Certification.UNVERIFIED: "Nobody has checked yet what it counts for.",
}
_CELLS: Mapping[str, str] = {
    "authority": "which body decides",
    "certification": "what national board certification counts for",
    "insurance_required": "whether the law asks for insurance",
    "license_required": "whether a license is asked for",
    "lookup_url": "where somebody can be looked up",
    "number": "what the numbers look like",
    "renewal": "how often it is renewed",
    "titles": "which titles and letters go with it",
}
_FACIAL = (
    "We know of no place that issues a license of its own for facial or cosmetic acupuncture. "
    "Training in it has no register."
)


@dataclass(frozen=True, slots=True)
class OtherLine:
    """Other professions of the place of which the law says the same, in whose words."""

    profession: str  # "Chiropractor, dentist, nurse"
    answer: str
    state: PublicState
    condition: str
    citation: str
    source: str


@dataclass(frozen=True, slots=True)
class RequirementPage:
    """One place as everybody reads it. `caution` is "" unless nothing of it may be relied on."""

    code: str
    name: str
    summary: str
    state: PublicState
    caution: str
    law: Requirement
    titles: str
    number: str
    renewal: str
    certification: str
    insurance: str
    facial: tuple[str, ...]
    others: tuple[OtherLine, ...]
    registries: tuple[RegistrySpec, ...]
    unknown: tuple[str, ...]


def summary(law: Requirement) -> tuple[str, PublicState]:
    """The answer in a sentence, and the sign beside it."""
    if law.license_required is None:
        return "Not checked: nobody has read the law there yet.", PublicState.NOT_CHECKED
    if law.license_required:
        return (
            f"Asks for {_KINDS.get(law.credential_kind, 'a license')} to practice acupuncture.",
            PublicState.CONFIRMED,
        )
    voluntary = " Registers are voluntary." if law.credential_kind is CredentialKind.ACCREDITED_REGISTER else ""
    return f"Issues no acupuncture license.{voluntary}", PublicState.NOT_REQUIRED


def requirement_page(law: Requirement, specs: Iterable[RegistrySpec]) -> RequirementPage:
    """Everything of one place. Values nobody checked are left out here and named among what is unknown."""
    sentence, state = summary(law)
    known = law.is_verified and law.in_review
    return RequirementPage(
        code=law.jurisdiction.lower(),
        name=law.name,
        summary=sentence,
        state=state,
        caution=_caution(law),
        law=law,
        titles=", ".join(law.titles) if known and "titles" not in law.unverified else "",
        number=number_in_words(law.number_format) if known and "number" not in law.unverified else "",
        renewal=law.renewal if known and "renewal" not in law.unverified else "",
        certification=_CERTIFICATION[law.certification],
        insurance=_insurance(law),
        facial=tuple(part for part in (_FACIAL, law.facial_note) if part),
        others=_others(law.alternatives),
        registries=_registries(law, specs),
        unknown=_unknown(law),
    )


def by_country(laws: Iterable[Requirement]) -> list[tuple[str, list[tuple[Requirement, str, PublicState]]]]:
    """All places for the index: states and provinces under their country, the rest under "Other countries"."""
    found: dict[str, list[tuple[Requirement, str, PublicState]]] = {}
    for law in sorted(laws, key=lambda each: each.name):
        country, _, part = law.jurisdiction.partition("-")
        heading = COUNTRY_NAMES.get(country, country) if part else "Other countries"
        found.setdefault(heading, []).append((law, *summary(law)))
    return sorted(found.items(), key=lambda pair: (pair[0] != "United States", pair[0]))


def number_in_words(form: str) -> str:
    """ "AC #####" as "AC, then 5 digits": no number is made up, as it might be somebody's."""
    if "#" not in form:
        return form.removesuffix("-like")
    signs = {"-": "a hyphen", ".": "a dot"}
    parts = [part.strip() for part in re.split(r"(#+)", form)]
    words = [_digits(len(part)) if "#" in part else signs.get(part, part) for part in parts if part]
    return ", then ".join(words).replace(", then to ", ", up to ")


def _digits(count: int) -> str:
    return "1 digit" if count == 1 else f"{count} digits"


def _caution(law: Requirement) -> str:
    if not law.is_verified:
        return "Nobody has checked what the law here asks. Until somebody has, we say nothing on it about anybody."
    if not law.in_review and law.review_by is not None:
        ended = day(law.review_by)
        return f"Our last reading held until {ended}. Until somebody reads the law again, we treat it as not checked."
    return ""


def _insurance(law: Requirement) -> str:
    if law.insurance_required is None:
        return "We have not checked whether the law asks for it. Where we ask a practitioner, the directory asks."
    if law.insurance_required:
        return f"The law asks for it: {law.insurance_minimum}. Ask whether it covers cosmetic work."
    return "The law does not ask for it, as far as we read."


def _others(alternatives: Iterable[Alternative]) -> tuple[OtherLine, ...]:
    """One line for all professions that share an answer, its condition and its citation."""
    named: dict[OtherLine, list[str]] = {}
    for each in alternatives:
        named.setdefault(_other(each), []).append(PROFESSIONS[each.profession])
    return tuple(replace(line, profession=_capital(", ".join(names))) for line, names in named.items())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _other(other: Alternative) -> OtherLine:
    """What holds for a profession, without its name."""
    answers = {
        True: ("may needle under that license", PublicState.CONFIRMED),
        False: ("may not needle under that license alone", PublicState.NOT_REQUIRED),
        None: ("not checked", PublicState.NOT_CHECKED),
    }
    answer, state = answers[other.may_needle]
    return OtherLine("", answer, state, other.condition, other.citation, other.source)


def _registries(law: Requirement, specs: Iterable[RegistrySpec]) -> tuple[RegistrySpec, ...]:
    """Registers of the place about acupuncturists, or about members where there is no law."""
    kinds = PERMISSIONS | {CredentialKind.ACCREDITED_REGISTER, CredentialKind.PROFESSIONAL_MEMBERSHIP}
    found = (each for each in specs if each.jurisdiction == law.jurisdiction and each.kind in kinds)
    return tuple(sorted(found, key=lambda each: each.id))


def _unknown(law: Requirement) -> tuple[str, ...]:
    cells = [_CELLS[cell] for cell in law.unverified if cell in _CELLS]
    named = {each.profession for each in law.alternatives}
    rest = [words for profession, words in PROFESSIONS.items() if profession not in named]
    if not law.issues_none and rest:
        cells.append(f"which other professions may needle: {', '.join(rest)}")
    return tuple(cells)
