"""A listing is our public page about one practitioner, at one or more locations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.extensions import Model
from directory.models.columns import Document, Word, one_of
from directory.rules.vocabulary import Consultation, ListingOrigin, ListingState


class Listing(Model):
    """One practitioner. What an unclaimed listing may show is less than what is stored: see `evidence.py`."""

    __tablename__ = "listing"
    __table_args__ = (
        one_of("state", ListingState),
        one_of("origin", ListingOrigin),
        one_of("consultation", Consultation),
        UniqueConstraint("origin", "origin_key"),
        CheckConstraint("(owner_id IS NULL) = (claimed_at IS NULL)", name="owner_since"),
        CheckConstraint("merged_into_id IS NULL OR state <> 'published'", name="merged_away"),
        Index("ix_listing_family_key", "family_key", "region"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[ListingState] = mapped_column(Word(ListingState), default=ListingState.PUBLISHED)
    origin: Mapped[ListingOrigin] = mapped_column(Word(ListingOrigin))
    # What makes a second import of the same person find this row: an NPI, a registry's key, an external id.
    origin_key: Mapped[str | None] = mapped_column(String(200))
    profession: Mapped[str] = mapped_column(String(60), default="acupuncturist")

    given: Mapped[str] = mapped_column(String(100), default="")
    middle: Mapped[str] = mapped_column(String(100), default="")
    family: Mapped[str] = mapped_column(String(100), default="")
    suffix: Mapped[str] = mapped_column(String(40), default="")
    organization: Mapped[str] = mapped_column(String(200), default="")  # set for an organization, then no names
    other_names: Mapped[list[str]] = mapped_column(Document, default=list)
    credentials_text: Mapped[str] = mapped_column(String(200), default="")  # post-nominals as stated: never proof
    family_key: Mapped[str] = mapped_column(String(100), default="")  # folded, for finding candidates
    region: Mapped[str] = mapped_column(String(10), default="")  # of the first location, for finding candidates
    npi: Mapped[str | None] = mapped_column(String(10), index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")  # E.164; public only once claimed
    email: Mapped[str] = mapped_column(String(254), default="")
    website: Mapped[str] = mapped_column(String(300), default="")

    # Descriptive: the owner's words.
    about: Mapped[str] = mapped_column(Text, default="")
    techniques: Mapped[list[str]] = mapped_column(Document, default=list)
    languages: Mapped[list[str]] = mapped_column(Document, default=list)  # ISO 639-1
    cosmetic_since: Mapped[int | None]  # year
    price_session: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    price_currency: Mapped[str] = mapped_column(String(3), default="USD")
    price_sessions: Mapped[int | None]  # sessions the practitioner quotes for a course
    price_stated_on: Mapped[date | None]
    consultation: Mapped[Consultation] = mapped_column(Word(Consultation), default=Consultation.NOT_STATED)
    new_patients: Mapped[bool | None]
    insurance_asked_at: Mapped[datetime | None]  # nobody asked: not a finding
    training_asked_at: Mapped[datetime | None]

    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    claimed_at: Mapped[datetime | None]
    contact_given_at: Mapped[datetime | None]  # when the owner last gave phone, e-mail or site for the public
    # The listing that this one became part of, as the same person's: see `listings/listing_merges`.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    locations: Mapped[list[Location]] = relationship(
        back_populates="listing", order_by="Location.position", cascade="all, delete-orphan"
    )

    @property
    def is_claimed(self) -> bool:
        return self.owner_id is not None

    @property
    def name(self) -> str:
        """The name as a page shows it, without post-nominals."""
        parts = (self.given, self.middle, self.family, self.suffix)
        return self.organization or " ".join(part for part in parts if part)


class Location(Model):
    """Where patients are seen. Until the owner gives a practice address it is a town, and no street is kept."""

    __tablename__ = "location"
    __table_args__ = (
        UniqueConstraint("listing_id", "position"),
        CheckConstraint("is_practice_address OR street = ''", name="no_street_unless_given"),
        CheckConstraint("lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180", name="on_earth"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="whole_point"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    practice_name: Mapped[str] = mapped_column(String(200), default="")
    street: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    region: Mapped[str] = mapped_column(String(10), default="")
    postal_code: Mapped[str] = mapped_column(String(16), default="")
    country: Mapped[str] = mapped_column(String(2), default="US")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    is_practice_address: Mapped[bool] = mapped_column(default=False)  # given by the owner for the public

    listing: Mapped[Listing] = relationship(back_populates="locations")


class SearchEntry(Model):
    """One listing at one location, as narrow as search needs it. Derived, and rebuilt by `search.index_listing`.

    `..._until` say how long a confirmation may be shown, by the age of its evidence and its end date. The query holds
    them against the clock, so a page never says more than the evidence does.
    """

    __tablename__ = "search_entry"
    __table_args__ = (Index("ix_search_entry_point", "lat", "lon"), Index("ix_search_entry_name", "name_key"))

    location_id: Mapped[int] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    # In the order of its letters' codes in every database, as `search_query` puts few of them in order.
    name_key: Mapped[str] = mapped_column(String(300).with_variant(String(300, collation="C"), "postgresql"))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(10))
    claimed: Mapped[bool]
    license_until: Mapped[datetime | None]
    certified_until: Mapped[datetime | None]
    insured_until: Mapped[date | None]
    insured_cosmetic: Mapped[bool] = mapped_column(default=False)
    training_hours: Mapped[int] = mapped_column(default=0)
    training_grade: Mapped[str] = mapped_column(String(1), default="")
    techniques: Mapped[str] = mapped_column(Text, default="")  # " gua_sha mei_zen ": words between blanks
    languages: Mapped[str] = mapped_column(Text, default="")
    price_session: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    consultation: Mapped[Consultation] = mapped_column(Word(Consultation), default=Consultation.NOT_STATED)
    new_patients: Mapped[bool | None]
    search_text: Mapped[str] = mapped_column(Text)  # folded: no accents, lower case
