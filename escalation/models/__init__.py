"""What we do: one import place for the models of this app."""

from escalation.models.actions import Action, ActionRole
from escalation.models.agreements import Agreement, Instalment, InstalmentEvent
from escalation.models.debriefs import Effect
from escalation.models.decisions import Decision, DecisionVoice, Offer, OfferVoice
from escalation.models.favours import Favour
from escalation.models.feeds import CalendarFeed
from escalation.models.incidents import Incident
from escalation.models.lifecycle import CaseLifecycle
from escalation.models.meetings import AgendaItem, Meeting, Task
from escalation.models.outbox import MailChoice, OutboxMessage
from escalation.models.phone_tree import Call, Caller, OptOut, TreeEntry
from escalation.models.plans import GroupTactic, PlanReview, Rung, StepVoice, Tactic
from escalation.models.publicity import PublicPage, PublicPageCopy
from escalation.models.roster_links import RosterLink
from escalation.models.sign_ups import MailWish, SignUp
from escalation.models.sweeping import SweepNote
from escalation.models.thanks import KindWord, MemberAsk

__all__ = [
    "Action",
    "ActionRole",
    "AgendaItem",
    "Agreement",
    "CalendarFeed",
    "Call",
    "Caller",
    "CaseLifecycle",
    "Decision",
    "DecisionVoice",
    "Effect",
    "Favour",
    "GroupTactic",
    "Incident",
    "Instalment",
    "InstalmentEvent",
    "KindWord",
    "MailChoice",
    "MailWish",
    "Meeting",
    "MemberAsk",
    "Offer",
    "OfferVoice",
    "OptOut",
    "OutboxMessage",
    "PlanReview",
    "PublicPage",
    "PublicPageCopy",
    "RosterLink",
    "Rung",
    "SignUp",
    "StepVoice",
    "SweepNote",
    "Tactic",
    "Task",
    "TreeEntry",
]
