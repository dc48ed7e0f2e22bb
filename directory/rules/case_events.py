"""A finding on its way through due process, as plain facts, and everything that may happen to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from directory.rules.vocabulary import PUBLISHED_FLAG_STATES, AppealOutcome, Delivery, Finding, FlagKind, FlagState


@dataclass(frozen=True, slots=True)
class Told:
    """The notice of this round, and what became of it."""

    delivery: Delivery
    accepted_at: datetime | None = None
    answer_by: date | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided last on these facts. With an `order_url` it goes the emergency path, and needs a `second`."""

    outcome: Finding
    by: int
    reasons: str
    at: datetime
    order_url: str = ""
    second: int | None = None
    stated: bool = False  # a mail server accepted the statement of reasons
    appealed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """All that counts about one finding. People are numbers; `interested` are those who gain or lose by it."""

    kind: FlagKind = FlagKind.LICENSE_EXPIRED
    jurisdiction: str = ""
    state: FlagState = FlagState.DETECTED
    told: Told | None = None
    unread: int = 0  # replies that nobody has handled
    decision: Decision | None = None
    order_url: str = ""
    holds_since: datetime | None = None  # public since, or confirmed again on
    took_part: frozenset[int] = frozenset()
    interested: frozenset[int] = frozenset()

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it. An appeal hides it, unless it rests on a final public order."""
        return self.state is FlagState.PUBLISHED or (self.state is FlagState.APPEALED and bool(self.order_url))

    @property
    def stands_by_order(self) -> bool:
        """Whether it is in public by the emergency path alone, and not decided in the ordinary way yet."""
        return self.state in PUBLISHED_FLAG_STATES and self.decision is not None and bool(self.decision.order_url)

    @property
    def is_under_way(self) -> bool:
        """Whether a notice waits to be sent, or has arrived as far as anybody knows."""
        return self.told is not None and self.told.delivery in (Delivery.WAITING, Delivery.ACCEPTED)

    @property
    def was_told(self) -> bool:
        return self.told is not None and self.told.delivery is Delivery.ACCEPTED


@dataclass(frozen=True, slots=True)
class Triage:
    by: int


@dataclass(frozen=True, slots=True)
class Notify:
    """A notice is written. Without an address nobody is told, and that is all."""

    by: int
    has_address: bool = True


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail server took the notice."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The notice, or a later mail of this case, came back."""


@dataclass(frozen=True, slots=True)
class Reply:
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Handle:
    """Somebody has read the replies and says what they make of them."""

    by: int
    note: str


@dataclass(frozen=True, slots=True)
class Decide:
    by: int
    outcome: Finding
    reasons: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A mail server took the statement of reasons."""


@dataclass(frozen=True, slots=True)
class Publish:
    pass


@dataclass(frozen=True, slots=True)
class Appeal:
    by: int | None = None


@dataclass(frozen=True, slots=True)
class DecideAppeal:
    by: int
    outcome: AppealOutcome
    reasons: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Somebody has looked again: it still holds."""

    by: int
    reasons: str


@dataclass(frozen=True, slots=True)
class Lapse:
    """Nobody confirmed it in time."""


@dataclass(frozen=True, slots=True)
class ProposeOrder:
    """The emergency path: a final public order, with a link to it."""

    by: int
    order_url: str
    reasons: str


@dataclass(frozen=True, slots=True)
class SecondOrder:
    by: int
    has_address: bool = True


@dataclass(frozen=True, slots=True)
class FactsChanged:
    """The source says something else now: what was told and decided was about other facts."""


@dataclass(frozen=True, slots=True)
class FactsGone:
    pass
