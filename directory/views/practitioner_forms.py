"""The forms of practitioners' pages. None of them can state what a registry says."""

from __future__ import annotations

from wtforms import BooleanField, DateField, DecimalField, IntegerField, RadioField, SelectField
from wtforms.fields.core import Field
from wtforms.validators import NumberRange, ValidationError

from directory.evidence.page_words import TECHNIQUE_WORDS
from directory.listings.languages import language_names
from directory.listings.listing_edits import CURRENCIES, LONGEST_ABOUT
from directory.models.listing import Listing
from directory.rules.claims import find_title_claims
from directory.rules.vocabulary import Consultation, CosmeticScope
from directory.views.fields import ChecksField, Form, Line, Words, jurisdictions, length, optional, wanted

CONSULTATIONS = [
    (Consultation.NOT_STATED, "I do not say"),
    (Consultation.FREE, "Yes, free of charge"),
    (Consultation.CHARGED, "Yes, for a fee"),
    (Consultation.NONE, "No"),
]
SCOPES = [
    (CosmeticScope.COVERED, "Covered: the policy names cosmetic or facial acupuncture"),
    (CosmeticScope.EXCLUDED, "Excluded: the policy says that cosmetic work is not covered"),
    (CosmeticScope.NOT_STATED, "The policy does not say"),
]
YES_NO = [("", "I do not say"), ("yes", "Yes"), ("no", "No")]
MONEY = NumberRange(0, 10**11, "Enter an amount without signs, for example 1000000.")


def no_promise(form: Form, field: Field) -> None:
    """A name is printed as it is; one that promises an effect has to be put otherwise."""
    for each in find_title_claims(field.data or ""):
        raise ValidationError(f"Please leave out “{each.words}”. {each.reason}")


class FindForm(Form):
    """Sent by GET; it changes nothing, so it needs no token."""

    class Meta:
        csrf = False

    number = Line("License number or NPI")
    region = SelectField("State or country of the license", choices=lambda: jurisdictions("Any"))
    name = Line("Your name, as it stands on your license")


class ClaimForm(Form):
    license_number = Line(
        "Your license number",
        [length(most=80, message="Enter the number as it stands on your license, for example AC 12345.")],
    )
    license_jurisdiction = SelectField("Who gave you the license", choices=lambda: jurisdictions("No license"))
    statement = Words(
        "How can we tell that this is you?",
        [length(least=20, most=2000, message="Write a sentence or two, between 20 and 2,000 characters.")],
    )
    is_me = BooleanField(
        "I am the person named in this listing, or they have asked me to look after it",
        [wanted("Tick the box if the listing is yours to look after.")],
    )


class DescriptionForm(Form):
    about = Words(
        "About you and your practice",
        [length(most=LONGEST_ABOUT, message=f"Write at most {LONGEST_ABOUT:,} characters.")],
    )
    techniques = ChecksField("Facial techniques you practice", choices=list(TECHNIQUE_WORDS.items()))
    cosmetic_since = Line("Cosmetic work since")
    languages = Line("Languages you treat in", [length(most=300, message="Name the languages in 300 characters.")])
    price_session = Line("Price of one session")
    price_currency = SelectField("Currency", choices=[(code, code) for code in CURRENCIES])
    price_sessions = Line("Sessions in a usual course")
    consultation = SelectField("Consultation before the first treatment", choices=CONSULTATIONS)
    new_patients = SelectField("Do you take new patients?", choices=YES_NO)
    phone = Line("Phone for patients")
    email = Line("E-mail for patients")
    website = Line("Website")

    def show(self, listing: Listing) -> None:
        """Fills the form with what the listing says now."""
        for name in ("about", "techniques", "cosmetic_since", "price_session", "price_currency", "price_sessions"):
            self[name].data = getattr(listing, name)
        for name in ("phone", "email", "website", "consultation"):
            self[name].data = getattr(listing, name)
        self.languages.data = ", ".join(language_names(listing.languages))
        self.new_patients.data = {True: "yes", False: "no", None: ""}[listing.new_patients]

    def changes(self) -> dict[str, object]:
        """What `listings.edit_listing` is to be told."""
        told = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        told["languages"] = [word.strip() for word in (self.languages.data or "").split(",") if word.strip()]
        told["new_patients"] = {"yes": True, "no": False}.get(self.new_patients.data)
        return told


class PlaceForm(Form):
    practice_name = Line(
        "Name of the practice", [length(most=200, message="Write at most 200 characters."), no_promise]
    )
    street = Line("Street and number", [length(most=200, message="Write at most 200 characters.")])
    city = Line("Town", [wanted("Enter the town where patients are seen.")])
    region = Line("State or province")
    postal_code = Line("ZIP or postal code", [length(most=16, message="Enter a ZIP or postal code.")])
    country = Line("Country", [length(least=2, most=2, message="Enter the country's two letters, for example US.")])


class InsuranceForm(Form):
    issuer = Line("Insurer", [wanted("Enter the insurer's name as it stands on the policy.")])
    issued_on = DateField("First day of cover", [optional])
    expires_on = DateField("Last day of cover", [wanted("Enter the last day of cover, for example 2027-03-31.")])
    cosmetic_scope = RadioField(
        "What does the policy say about cosmetic acupuncture?",
        [wanted("Choose what the policy says; if you are not sure, choose that it does not say.")],
        choices=SCOPES,
    )
    per_occurrence = DecimalField("Limit per claim", [optional, MONEY])
    aggregate = DecimalField("Limit per year", [optional, MONEY])


class TrainingForm(Form):
    title = Line(
        "Name of the course", [wanted("Enter the name of the course as it stands on the certificate."), no_promise]
    )
    issuer = Line("Who taught it", [wanted("Enter the school or teacher who gave the certificate.")])
    hours_total = IntegerField(
        "Hours",
        [wanted("Enter the hours as a whole number, for example 40."), NumberRange(1, 10_000, "Enter 1 to 10000.")],
    )
    year = IntegerField(
        "Year", [wanted("Enter the year you finished it, for example 2024."), NumberRange(1960, 2100, "Enter a year.")]
    )
    technique = SelectField("Technique", choices=[("", "None of these"), *TECHNIQUE_WORDS.items()])


class LeaveForm(Form):
    remove_listings = RadioField(
        "What should become of your listing?",
        [wanted("Choose what should become of your listing.")],
        choices=[
            ("keep", "Keep it as it was before I claimed it, from public records only"),
            ("remove", "Remove it for good. It will not be listed again, also not from a fresh import"),
        ],
    )
    is_meant = BooleanField("I understand that this cannot be undone", [wanted("Tick the box: this cannot be undone.")])
