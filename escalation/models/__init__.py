"""What we do: one import place for the models of this app."""

from escalation.models.actions import Action, ActionRole, SignUp
from escalation.models.decisions import Decision, Offer
from escalation.models.lifecycle import CaseLifecycle
from escalation.models.plans import Rung, Tactic

__all__ = [
    "Action",
    "ActionRole",
    "CaseLifecycle",
    "Decision",
    "Offer",
    "Rung",
    "SignUp",
    "Tactic",
]
