"""The directory's own words with few values. Stored as strings; each is also a constraint in the database.

Words shared with registries (kinds of credential, standings, methods) are `scrapers.record`'s and come from there.
Source: FHIR, NCQA, HL7 National Directory and the article's checklist, as the project's vocabulary lists them.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a check of one credential against one registry found."""

    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    INACTIVE = "inactive"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SURRENDERED = "surrendered"
    NOT_FOUND = "not_found"  # a complete list of all standings was read, and the credential is not on it
    AMBIGUOUS = "ambiguous"  # several candidates, or records that disagree
    COULD_NOT_CHECK = "could_not_check"
    STATED_ONLY = "stated_only"  # somebody says so, nobody has looked


class PublicState(StrEnum):
    """The five things a page may say of a credential. Silence is not guilt."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NOT_CHECKED = "not_checked"
    NOT_REQUIRED = "not_required"
    SOURCE_UNAVAILABLE = "source_unavailable"


class Verdict(StrEnum):
    """What the matcher thinks of a record and a listing. Only a person turns `unsure` into anything else."""

    SURE = "sure"
    UNSURE = "unsure"
    NO = "no"


class Judgement(StrEnum):
    """What a person decided about a record and a listing. It outlives every run."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class FlagKind(StrEnum):
    LICENSE_MISSING = "license_missing"
    LICENSE_NOT_FOUND = "license_not_found"
    LICENSE_NAME_MISMATCH = "license_name_mismatch"
    LICENSE_EXPIRED = "license_expired"
    LICENSE_INACTIVE = "license_inactive"
    LICENSE_RESTRICTED = "license_restricted"
    LICENSE_SUSPENDED = "license_suspended"
    LICENSE_REVOKED = "license_revoked"
    LICENSE_SURRENDERED = "license_surrendered"
    LICENSE_FORMAT = "license_format"
    LICENSE_STANDING_UNREAD = "license_standing_unread"  # a status word that nobody has read up on yet
    LICENSE_AMBIGUOUS = "license_ambiguous"
    CERTIFICATION_NOT_SEEN = "certification_not_seen"
    INSURANCE_MISSING = "insurance_missing"
    INSURANCE_EXPIRED = "insurance_expired"
    INSURANCE_EXCLUDES_COSMETIC = "insurance_excludes_cosmetic"
    TRAINING_MISSING = "training_missing"
    TRAINING_SELF_STATED = "training_self_stated"
    EXCLUSION_POSSIBLE = "exclusion_possible"
    CHECK_OVERDUE = "check_overdue"
    SOURCE_BLOCKED = "source_blocked"  # about a registry, never about a person


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    OPERATIONAL = "operational"  # never public


class FlagState(StrEnum):
    """Where a flag is on the way that due process prescribes. `withdrawn`, `expired` and `dismissed` are closed."""

    DETECTED = "detected"
    TRIAGED = "triaged"
    NOTIFIED = "notified"
    REPLY_RECEIVED = "reply_received"
    DECIDED = "decided"
    PUBLISHED = "published"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"  # the facts changed by themselves
    EXPIRED = "expired"
    DISMISSED = "dismissed"  # a person decided that there is nothing in it, on these facts


CLOSED_FLAG_STATES = frozenset({FlagState.WITHDRAWN, FlagState.EXPIRED, FlagState.DISMISSED})
PUBLISHED_FLAG_STATES = frozenset({FlagState.PUBLISHED, FlagState.APPEALED})  # what is appealed may be hidden


class FlagDecision(StrEnum):
    """What a moderator may decide about a flag in the queue."""

    DISMISS = "dismiss"  # nothing in it, on these facts
    TRIAGE = "triage"  # looked at; stays open, a notice comes next
    WITHDRAW = "withdraw"  # right once, no longer true


class Grade(StrEnum):
    """How good the evidence is: A issuer or primary source, B document checked, C third party, D self-stated."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class CosmeticScope(StrEnum):
    """Insured is not insured for this: carriers have excluded cosmetic work in writing."""

    COVERED = "covered"
    EXCLUDED = "excluded"
    NOT_STATED = "not_stated"


class ListingState(StrEnum):
    PUBLISHED = "published"
    HIDDEN = "hidden"
    REMOVED = "removed"


class ListingOrigin(StrEnum):
    REGISTRY = "registry"
    IMPORT = "import"
    PRACTITIONER = "practitioner"
    DEMO = "demo"


class StatedBy(StrEnum):
    """Who put a credential on a listing. A registry's record is evidence, not a statement of the practitioner's."""

    REGISTRY = "registry"
    IMPORT = "import"
    PRACTITIONER = "practitioner"


class ClaimState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    DISPUTED = "disputed"


class RunState(StrEnum):
    """A registry run's way. The row is the truth; the queue is only a bell."""

    QUEUED = "queued"
    RUNNING = "running"  # reading and staging
    STAGED = "staged"  # read and judged believable; to be applied
    APPLIED = "applied"
    HELD = "held"  # read, and so different from the last accepted run that a person decides
    REJECTED = "rejected"  # read, and not believed; nothing was applied
    FAILED = "failed"  # could not be read (down, blocked, changed); nothing was applied


class RunChannel(StrEnum):
    ROSTER = "roster"
    LOOKUP = "lookup"
    FILE = "file"
    SAVED_PAGE = "saved_page"


class PageKind(StrEnum):
    """What a moderator may save at a registry: a page, or a picture of it."""

    HTML = "html"
    MHTML = "mhtml"
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"


class PageCheckState(StrEnum):
    DRAFT = "draft"  # uploaded, and nobody has said yet what it says
    CONFIRMED = "confirmed"  # a person did, and a check was made of it
    DROPPED = "dropped"


class RequestKind(StrEnum):
    """What somebody without an account may ask of us about a listing."""

    CORRECTION = "correction"
    REMOVAL = "removal"


class RequestState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"


class NoticeState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class SourceHealth(StrEnum):
    """How a registry's site is, seen from here. Anything but the first two makes its silence an outage."""

    OK = "ok"
    DEGRADED = "degraded"
    UNREACHABLE = "unreachable"
    CHANGED_LAYOUT = "changed_layout"
    BLOCKED = "blocked"
    MAINTENANCE = "maintenance"


class NoveltyKind(StrEnum):
    """What a registry published that its description doesn't know."""

    WORD = "word"  # of a standing
    COLUMN = "column"


class Consultation(StrEnum):
    FREE = "free"
    CHARGED = "charged"
    NONE = "none"
    NOT_STATED = "not_stated"


class Role(StrEnum):
    MODERATOR = "moderator"
    OPERATOR = "operator"


class Technique(StrEnum):
    """Named facial styles and modalities; a synonym in a biography is a search aid, never proof of training."""

    FACIAL_ACUPUNCTURE = "facial_acupuncture"
    CONSTITUTIONAL = "constitutional_facial_acupuncture"
    MEI_ZEN = "mei_zen"
    FACIAL_ENHANCEMENT = "facial_enhancement_acupuncture"
    MICRONEEDLING = "microneedling"
    MICROCURRENT = "microcurrent"
    GUA_SHA = "facial_gua_sha"
    CUPPING = "facial_cupping"
    MOTOR_POINT = "facial_motor_points"


class Delivery(StrEnum):
    """What became of a notice to somebody about whom something was found."""

    WAITING = "waiting"  # written, and no mail server has accepted it yet
    ACCEPTED = "accepted"
    RETURNED = "returned"  # it came back, or there was nowhere to send it: they have not been told
    VOID = "void"  # the facts it told of have changed


class Finding(StrEnum):
    """What a person decides about a finding."""

    NOTHING = "nothing"  # nothing in it
    CORRECTED = "corrected"  # our listing was wrong, and was put right
    PUBLISH = "publish"  # it may be told, neutrally and with its source


class AppealOutcome(StrEnum):
    UPHELD = "upheld"
    OVERTURNED = "overturned"


class CaseDuty(StrEnum):
    """What comes round in a case, once for each day it is due."""

    REMINDER = "reminder"  # half of the time to answer has passed
    REVIEW = "review"  # somebody is asked whether it still holds
    CONFIRMED = "confirmed"  # and says so
