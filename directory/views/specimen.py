"""An invented listing's facts, one of each public state: for the front page and the gallery."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from directory.evidence.listing_pages import CredentialLine
from directory.registries.health_history import ReadRun
from directory.rules.vocabulary import PublicState, RunChannel, RunState
from directory.views.cards import Card, CardLine

_SEEN = date(2026, 11, 10)

LINES = (
    CredentialLine(
        fact="permission",
        kind="license",
        title="California acupuncture license AC 10001",
        sentence="Active license AC 10001, valid until 31 May 2027, "
        "seen in the register of the California Acupuncture Board on 10 November 2026.",
        state=PublicState.CONFIRMED,
        state_words="Confirmed",
        tone="confirmed",
        icon="check",
        anchor="license-1",
        source_name="California Acupuncture Board",
        source_url="https://register.example/AC10001",
        checked_on=_SEEN,
        age_words="12 days ago",
        grade="A",
        grade_words="seen at the source or with the issuer",
    ),
    CredentialLine(
        fact="certification",
        kind="board_certification",
        title="Diplomate of Oriental Medicine",
        sentence="No active record found in the register of the National Certification Board on 10 November 2026.",
        state=PublicState.NOT_CONFIRMED,
        state_words="Not confirmed",
        tone="caution",
        icon="question",
        anchor="certification-2",
        source_name="National Certification Board",
        checked_on=_SEEN,
        age_words="12 days ago",
        stated_words="stated by the practitioner",
    ),
    CredentialLine(
        fact="insurance",
        kind="liability_insurance",
        title="Liability insurance",
        sentence="Insurance: the practitioner has not been asked yet.",
        state=PublicState.NOT_CHECKED,
        state_words="Not checked yet",
        tone="neutral",
        icon="dash",
        asked=False,
    ),
    CredentialLine(
        fact="permission",
        kind="license",
        title="Alabama",
        sentence="Alabama issues no acupuncture license.",
        state=PublicState.NOT_REQUIRED,
        state_words="Not required here",
        tone="neutral",
        icon="dash",
    ),
    CredentialLine(
        fact="permission",
        kind="license",
        title="Florida acupuncture license AP 20002",
        sentence="License AP 20002 (Florida): could not be checked, the Florida register unreachable since "
        "3 November 2026.",
        state=PublicState.SOURCE_UNAVAILABLE,
        state_words="Source unavailable",
        tone="neutral",
        icon="cloud",
        source_name="the Florida register",
        checked_on=_SEEN,
        age_words="12 days ago",
    ),
)
"""One line of each public state, about invented credentials."""

CARDS = (
    Card(
        slug="nobody",
        name="Ottoline Vasquez-Thorne",
        letters="L.Ac.",
        town="Los Angeles, CA",
        practice_name="The Quiet Needle",
        distance="3.2 miles",
        claimed=True,
        lines=(
            CardLine("License", "active, seen 12 days ago, in the California register", PublicState.CONFIRMED),
            CardLine("Certification, insurance, training", "nothing confirmed at present", PublicState.NOT_CHECKED),
        ),
        extras=("Facial gua sha", "$140 a session"),
    ),
    Card(
        slug="nobody",
        name="Magnolia Birdsong",
        letters="",
        town="Birmingham, AL",
        practice_name="",
        distance="about 7 miles",
        claimed=False,
        lines=(CardLine("License", "this place issues none", PublicState.NOT_REQUIRED),),
        extras=(),
    ),
)
"""A result that its practitioner manages, and one that nobody has claimed."""


def runs() -> list[ReadRun]:
    """Runs of an invented registry, one of each outcome."""
    outcomes = (
        "complete",
        "incomplete",
        "maintenance",
        "down",
        "complete",
        "blocked",
        "changed",
        "suspect",
        "complete",
    )
    begun = datetime(2026, 11, 1, tzinfo=UTC)
    return [
        ReadRun(
            id=number,
            at=begun + timedelta(days=number),
            channel=RunChannel.ROSTER,
            state=RunState.APPLIED,
            outcome=outcome,
            reason="",
            records={"complete": 1_240 + number, "incomplete": 1_220, "suspect": 3}.get(outcome),
            declared=1_240 + number,
            seconds=4.0 + number,
            fill={"number": 1.0, "expires_on": 0.98, "phone": 0.9 if number < 5 else 0.3} if "m" in outcome else {},
        )
        for number, outcome in enumerate(outcomes)
    ]
