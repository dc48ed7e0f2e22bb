"""What a listing's public pages are made of: frozen, plain, ready for a template. Made by `evidence`.

Everything here may be seen by everybody. There is no field for a street, a phone or prose of a listing that nobody has
claimed, and none for the row as a registry published it. Texts are "" and values None where there is nothing to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from directory.rules.vocabulary import PublicState


@dataclass(frozen=True, slots=True)
class CredentialLine:
    """One fact about a credential and what stands behind it.

    `fact` groups lines: permission, certification, membership, insurance, training, identifier. `sentence` is the whole
    public statement; `state_words` ("Confirmed") are its short form; `tone` ("confirmed", "caution", "neutral") and
    `icon` never speak without them. `anchor` is the fact's id on the evidence page. `asked` is False where the
    practitioner has never been asked (insurance and training of an unclaimed listing).
    """

    fact: str
    kind: str  # a `scrapers.record.CredentialKind` by its value
    title: str  # "California acupuncture license AC 10001"
    sentence: str
    state: PublicState
    state_words: str
    tone: str
    icon: str
    anchor: str = ""
    number: str = ""
    jurisdiction: str = ""
    issuer: str = ""
    source_name: str = ""
    source_url: str = ""
    checked_on: date | None = None
    age_words: str = ""  # "12 days ago"
    grade: str = ""  # A to D; "" without evidence
    grade_words: str = ""  # "seen at the source or with the issuer"
    expires_on: date | None = None
    stated_words: str = ""  # whose statement it is: "stated by the practitioner"
    claimed_number: str = ""  # a number that is stated, and that the source does not print
    hours: int | None = None
    technique: str = ""
    cosmetic_words: str = ""  # insurance: what it says of cosmetic work
    asked: bool = True


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """Where patients are seen. `street` and `practice_name` are the owner's, and "" until there is one."""

    town: str  # "Los Angeles, CA"
    postal_area: str = ""  # with a street only: the postal code
    country: str = ""
    practice_name: str = ""
    street: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class PriceLines:
    """What the practitioner says it costs. Nothing is guessed: a course has a total only where sessions are stated."""

    session: str  # "$120"
    sessions: int | None = None
    course: str = ""  # "$1,440 for 12 sessions"
    stated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the practice, as its owner wants to be reached. Never of an unclaimed listing."""

    phone: str = ""  # E.164
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A published listing as everybody sees it at `now`."""

    listing_id: int
    slug: str
    name: str
    claimed: bool
    town: str  # of the first place
    lines: tuple[CredentialLine, ...]
    notes: tuple[str, ...]  # what the law of the place says: "Alabama issues no acupuncture license."
    origin: str  # one sentence: where the listing comes from, not affiliated
    updated_on: date
    is_organization: bool = False
    credentials_text: str = ""  # letters after the name as stated: a statement, never proof
    other_names: tuple[str, ...] = ()
    places: tuple[PlaceLine, ...] = ()
    about: str = ""
    techniques: tuple[str, ...] = ()  # in words
    languages: tuple[str, ...] = ()  # in words
    cosmetic_since: int | None = None
    price: PriceLines | None = None
    consultation: str = ""  # in words; "" where not stated
    new_patients: bool | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check in the history of a fact, newest first. Worded as carefully as the fact itself."""

    on: date
    source_name: str
    words: str
    state: PublicState
    method_words: str = ""
    sha256: str = ""  # of the capture, shortened


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """What backs one line: where, when, in whose words and how sure.

    `words_of_source` is the registry's own text, and "" where it must not be shown before due process has ended.
    """

    line: CredentialLine
    words_of_source: str = ""
    retrieved_at: datetime | None = None
    as_of: date | None = None  # the source's own date
    method_words: str = ""  # "read from a file the registry publishes"
    sha256: str = ""  # of the capture, shortened
    lapses_on: date | None = None  # when this evidence becomes too old to be shown
    checks: tuple[CheckLine, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Every fact of a published listing with its evidence and earlier checks, as everybody may see it at `now`."""

    listing_id: int
    slug: str
    name: str
    claimed: bool
    town: str
    facts: tuple[EvidenceFact, ...]
    notes: tuple[str, ...]
    origin: str
    updated_on: date
    as_of: datetime | None = None  # set where the page tells what we said on an earlier day, and only there:
    since: datetime | None = None  # from when on it had said so
    law_changed: bool = False  # the table of what places ask for was another one then
    words_forgotten: bool = False  # its owner has left since, and took their words along
