"""The gallery: every part with sample values, on one page, to look at and to test. Not in production."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from directory.rules.vocabulary import PublicState
from directory.search.search_request import parse_search
from directory.views import literature, search_form, source_plots, specimen
from directory.views.access import everybody

bp = Blueprint("parts", __name__)


class SampleForm(FlaskForm):  # type: ignore[misc]
    number = StringField("License number")
    region = SelectField("State", choices=[("CA", "California"), ("NM", "New Mexico")])
    ends = DateField("Insured until")
    about = TextAreaField("About your practice")
    scope = RadioField(
        "Does your cover include cosmetic work?", choices=[("yes", "Yes"), ("no", "No"), ("?", "Unsure")]
    )
    agree = BooleanField("I am the person named in this listing")

    def validate_number(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError("Enter the number as it stands on your license, for example AC 12345.")


@bp.get("/parts")
@everybody
def gallery() -> str:
    wrong = SampleForm(formdata=None)
    wrong.validate()
    wanted = parse_search({"near": "90012", "license": "yes", "language": "es"})
    return render_template(
        "pages/parts.html",
        form=SampleForm(formdata=None),
        wrong=wrong,
        lines=specimen.LINES,
        search=search_form.fields(wanted),
        chosen=search_form.chosen(wanted),
        cards=specimen.CARDS,
        notes=literature.Notes(),
        reviewed_on=literature.REVIEWED_ON,
        next_review_on=literature.NEXT_REVIEW_ON,
        states=PublicState,
        runs=specimen.runs(),
        plots=source_plots,
        sample_href="/parts?page={}".format,
    )
