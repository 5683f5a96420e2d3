"""What we do: one import place for the models of this app."""

from escalation.models.actions import Action, ActionRole
from escalation.models.agreements import Agreement, Instalment, InstalmentEvent
from escalation.models.decisions import Decision, DecisionVoice, Offer, OfferVoice
from escalation.models.feeds import CalendarFeed
from escalation.models.incidents import Incident
from escalation.models.lifecycle import CaseLifecycle
from escalation.models.meetings import AgendaItem, Meeting, Task
from escalation.models.outbox import MailChoice, OutboxMessage
from escalation.models.plans import GroupTactic, PlanReview, Rung, StepVoice, Tactic
from escalation.models.publicity import PublicPage, PublicPageCopy
from escalation.models.sign_ups import MailWish, SignUp
from escalation.models.sweeping import SweepNote

__all__ = [
    "Action",
    "ActionRole",
    "AgendaItem",
    "Agreement",
    "CalendarFeed",
    "CaseLifecycle",
    "Decision",
    "DecisionVoice",
    "GroupTactic",
    "Incident",
    "Instalment",
    "InstalmentEvent",
    "MailChoice",
    "MailWish",
    "Meeting",
    "Offer",
    "OfferVoice",
    "OutboxMessage",
    "PlanReview",
    "PublicPage",
    "PublicPageCopy",
    "Rung",
    "SignUp",
    "StepVoice",
    "SweepNote",
    "Tactic",
    "Task",
]
