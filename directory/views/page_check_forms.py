"""The forms of checks by hand: a file, and what a moderator says that the saved page says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, DateTimeLocalField, HiddenField, RadioField, SelectField

from directory.models.page_check import PageCheck
from directory.moderation.page_statements import Statement
from directory.moderation.uploaded_pages import by_hand
from directory.views.fields import Form, Line, Words, length, optional, wanted
from scrapers.record import RegistryRecord, Standing
from scrapers.spec import RegistrySpec

SHOWN, NOBODY = "shown", "nobody"
STANDINGS = {
    Standing.ACTIVE: "In force",
    Standing.RESTRICTED: "In force, with conditions, probation or restrictions",
    Standing.INACTIVE: "Inactive or retired",
    Standing.EXPIRED: "Expired or lapsed",
    Standing.SUSPENDED: "Suspended",
    Standing.REVOKED: "Revoked",
    Standing.SURRENDERED: "Surrendered",
    Standing.DECEASED: "The holder has died",
    Standing.PENDING: "Applied for, not decided",
    Standing.NOT_STATED: "The page says nothing about it",
    Standing.UNKNOWN: "None of these, or I am not sure",
}
FIELDS = {  # of a record -> of the form
    "restrictions": "restrictions",
    "discipline": "discipline",
    "issued_on": "issued_on",
    "expires_on": "expires_on",
}
TOO_LONG = "Enter at most 300 characters."


class UploadForm(Form):
    page = FileField("The saved page", [wanted("Choose the page that you saved.")])


class StatementForm(Form):
    """What the page says. Which fields it shows is the registry's business: see `written_down`."""

    found = RadioField(
        "What the page shows",
        [wanted("Say whether the page shows this person.")],
        choices=[(SHOWN, "This person's record"), (NOBODY, "That nobody was found")],
    )
    number = Line("Number", [length(most=80, message="Enter at most 80 characters.")])
    name = Line("Name", [length(most=300, message=TOO_LONG)])
    standing_raw = Line(
        "Standing, in the register's words", [length(most=200, message="Enter at most 200 characters.")]
    )
    standing = SelectField("What these words mean", choices=[("", "Choose"), *STANDINGS.items()])
    restrictions = Words("Restrictions or conditions", [length(most=2000, message="Enter at most 2000 characters.")])
    discipline = Words("Discipline on record", [length(most=2000, message="Enter at most 2000 characters.")])
    issued_on = DateField("Issued on", [optional])
    expires_on = DateField("Valid until", [optional])
    retrieved_at = DateTimeLocalField(
        "Saved at (UTC)",
        [wanted("Enter day and time at which the page was saved, in UTC.")],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    same_person = BooleanField("It is the same person under another name; the note says how I know")
    note = Words("Note", [length(most=2000, message="Enter at most 2000 characters.")])
    aware = BooleanField("I have looked at these points, and the page counts all the same")
    seen = HiddenField()

    def accepts(self, spec: RegistrySpec) -> bool:
        """Whether the form can be taken, by itself and by what the registry's words mean."""
        sound = bool(self.validate())
        if self.found.data == SHOWN:
            sound = self._says_enough() and self._standing_fits(spec) and sound
        return sound

    def _says_enough(self) -> bool:
        needed = ((self.name, "Enter the name as the page prints it."), (self.standing, "Choose what the words mean."))
        for field, message in needed:
            if not field.data:
                field.errors = [*field.errors, message]
        silent = self.standing.data == Standing.NOT_STATED
        if not self.standing_raw.data and self.standing.data and not silent:
            self.standing_raw.errors = [*self.standing_raw.errors, "Enter the register's own words for the standing."]
        if self.issued_on.data and self.expires_on.data and self.expires_on.data < self.issued_on.data:
            self.expires_on.errors = [*self.expires_on.errors, "Enter a day after the one of issue."]
        return not self.errors

    def _standing_fits(self, spec: RegistrySpec) -> bool:
        """Words that somebody has read up on mean what the description says; restrictions are never passed over."""
        if not self.standing.data:
            return False
        stated, meant = Standing(self.standing.data), meaning(spec, self.standing_raw.data or "")
        limited = bool(self.restrictions.data)
        if limited and stated is Standing.ACTIVE:
            self.standing.errors = ["Choose “with restrictions”, or leave the restrictions empty."]
        elif meant is not None and stated is not meant and not (limited and stated is Standing.RESTRICTED):
            self.standing.errors = [
                f"“{self.standing_raw.data}” means “{STANDINGS.get(meant, meant)}” in this register: choose that."
            ]
        return not self.standing.errors

    def statement(self, offered: tuple[str, ...]) -> Statement:
        """What is said, of the fields that were offered."""
        told: Mapping[str, Any] = self.data
        given = {name: told[name] for name in FIELDS.values() if name in offered and told[name]}
        base = Statement(
            found=told["found"] == SHOWN,
            retrieved_at=told["retrieved_at"].replace(tzinfo=UTC),
            note=told["note"],
            answered=told["seen"] if told["aware"] else "",
        )
        if not base.found:
            return base
        return Statement(
            found=True,
            retrieved_at=base.retrieved_at,
            note=base.note,
            answered=base.answered,
            number=told["number"],
            name=told["name"],
            standing=Standing(told["standing"]),
            standing_raw=told["standing_raw"],
            same_person=told["same_person"],
            **given,
        )


def written_down(spec: RegistrySpec, read: RegistryRecord | None) -> tuple[str, ...]:
    """The fields to state beyond number, name and standing: what the registry asks for, and whatever was read."""
    asked = set(by_hand(spec).write_down)
    if read is not None:
        asked |= {name for name in FIELDS if getattr(read, name)}
    return tuple(field for name, field in FIELDS.items() if name in asked)


def published_words(spec: RegistrySpec) -> list[str]:
    """The register's own words for a standing, those of several columns as one text; without any that stand for all."""
    found = [" / ".join(word for word in words if word) for words in spec.standing.words if "*" not in words]
    return list(dict.fromkeys(found))


def meaning(spec: RegistrySpec, text: str) -> Standing | None:
    """What exact words mean in this register; None where nobody has read up on them."""
    width = len(spec.standing.columns)
    parts = tuple(part.strip() for part in text.split(" / "))
    words = (*parts, *([""] * (width - len(parts))))
    if not width or len(words) != width or not any(words) or not spec.standing.lists(words):
        return None
    found = spec.standing.of(words)
    return found if found is not Standing.UNKNOWN else None


def first_values(draft: PageCheck, read: RegistryRecord | None) -> dict[str, Any]:
    """What a form begins with: what was read, and when the file says that it was saved, or else was uploaded."""
    saved_at = (draft.saved_at or draft.uploaded_at).replace(tzinfo=None, microsecond=0)
    if read is None:
        nobody = draft.read.get("outcome") == "complete" and draft.read.get("people") == 0
        return {"retrieved_at": saved_at, "found": NOBODY if nobody else None}
    days: dict[str, date | None] = {"issued_on": read.issued_on, "expires_on": read.expires_on}
    return {
        "retrieved_at": saved_at,
        "found": SHOWN,
        "number": read.number_raw or read.number,
        "name": read.holder.raw,
        "standing_raw": read.standing_raw,
        "standing": "" if read.standing is Standing.UNKNOWN else read.standing.value,
        "restrictions": read.restrictions,
        "discipline": read.discipline or "",
        **days,
    }
