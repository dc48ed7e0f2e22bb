"""What each listing's page was made of at every moment, so that it can be shown again as it was.

Checks and evidence are appended anyway. What else a page says (names, places, what is stated, what is published) is
kept here: a content for each different state of the listing, and a version for each moment at which something changed.
Appended; the owner's own words are emptied when they let the listing go, and everything goes with a listing that is
removed for good (migration 0008).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from directory.extensions import Model
from directory.models.columns import Document, Word, one_of
from directory.rules.vocabulary import ListingState

# Without a value the column is empty: a JSON null could not be told from words.
_DOCUMENT_OR_NULL = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class ListingContent(Model):
    """One state of a listing: its columns, places and credentials as stated, and which findings were published.

    `own_words` is none where nobody had claimed the listing, and where who had has left since.
    """

    __tablename__ = "listing_content"
    __table_args__ = (Index("ix_listing_content_digest", "listing_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))  # of `content` and `own_words` as they were written
    content: Mapped[dict[str, Any]] = mapped_column(Document)  # listing, places, credentials: see listing_versions
    own_words: Mapped[dict[str, Any] | None] = mapped_column(_DOCUMENT_OR_NULL)  # none without an owner


class ListingVersion(Model):
    """From `at` on, until the next version, the page was made of this content and of checks up to `last_check_id`."""

    __tablename__ = "listing_version"
    __table_args__ = (one_of("state", ListingState), Index("ix_listing_version_listing", "listing_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    content_id: Mapped[int] = mapped_column(ForeignKey("listing_content.id", ondelete="CASCADE"), index=True)
    state: Mapped[ListingState] = mapped_column(Word(ListingState))
    last_check_id: Mapped[int]  # 0 before a first check
    pack: Mapped[str] = mapped_column(String(16))  # which table of the law was installed: requirements.fingerprint
    at: Mapped[datetime]
