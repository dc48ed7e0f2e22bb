"""The forms of moderators' pages. Each decision takes a reason, because somebody will ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField

from directory.moderation.claims import ClaimDecision
from directory.rules.vocabulary import FlagDecision, Judgement, RequestState, Severity
from directory.views.fields import Form, Words, length, wanted

DECISIONS = {
    FlagDecision.TRIAGE: "There is something in it: keep it open, a notice to the practitioner comes next",
    FlagDecision.DISMISS: "There is nothing in it on these facts: close it until they change",
    FlagDecision.WITHDRAW: "It was right once and no longer is: close it",
}
OF_A_SOURCE = {**DECISIONS, FlagDecision.TRIAGE: "There is something in it: keep it open until an operator has looked"}
"""Operational flags are about a register or our own work: the practitioner has nothing to answer to."""
JUDGEMENTS = {
    Judgement.SAME: "They are the same person",
    Judgement.DIFFERENT: "They are different people",
    Judgement.UNSURE: "I looked and cannot tell: leave it until the facts change",
}
CLAIM_DECISIONS = {
    ClaimDecision.APPROVE: "Approve: the claimant looks after the listing",
    ClaimDecision.DENY: "Do not approve",
    ClaimDecision.TRANSFER: "Transfer: take the listing from its owner and give it to the claimant",
}
REQUEST_DECISIONS = {
    RequestState.DONE: "Do what is asked",
    RequestState.DECLINED: "Leave the listing as it is",
}
RUN_DECISIONS = {"accept": "Believe it: apply the run", "reject": "Do not believe it: apply nothing"}


SAY_WHY = "Give the reason in a sentence of at least 10 characters."


def flag_decisions(decisions: Iterable[FlagDecision], severity: Severity) -> list[tuple[str, str]]:
    """The choices of a flag's form, in words that fit what the flag is about."""
    words = OF_A_SOURCE if severity is Severity.OPERATIONAL else DECISIONS
    return [(decision, words[decision]) for decision in decisions]


class ReasonForm(Form):
    reason = Words("Reason", [length(least=10, most=2000, message=SAY_WHY)])


class DecisionForm(ReasonForm):
    decision = RadioField("Decision", [wanted("Choose what you decide.")])

    def offer(self, choices: Iterable[tuple[str, str]]) -> DecisionForm:
        """The form with the decisions that can be taken now."""
        self.decision.choices = list(choices)
        return self

    def validate(self, *args: Any, **more: Any) -> bool:
        """Nothing to choose from is no mistake of whoever sent it: somebody was first."""
        if not self.decision.choices:
            self.form_errors.append("Somebody has decided about this in the meantime.")
            return False
        return bool(super().validate(*args, **more))
