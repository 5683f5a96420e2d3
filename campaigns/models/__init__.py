"""The facts: one import place for the models of this app."""

from campaigns.models.cases import Case, CaseLink, CaseState, ReferenceCounter, TeamMembership
from campaigns.models.claims import ClaimLine
from campaigns.models.drafts import IntakeDraft
from campaigns.models.duties import Duty
from campaigns.models.evidence import Evidence
from campaigns.models.group import Group
from campaigns.models.handbook import HandbookPage
from campaigns.models.holding import Keeping, LegalHold
from campaigns.models.log import Actor, Event, IncidentKind, LogEntry, Reason
from campaigns.models.merges import PersonMerge
from campaigns.models.once import SentForm
from campaigns.models.parties import CaseParty, Contact, InitialMeeting, Message
from campaigns.models.payments import Payment, PaymentEvent
from campaigns.models.people import Consent, Invitation, Person, User
from campaigns.models.places import Place
from campaigns.models.rules import DepositRule, WageRule
from campaigns.models.sheets import Sheet
from campaigns.models.targets import (
    NotThem,
    Target,
    TargetAlias,
    TargetEntry,
    TargetKey,
    TargetLink,
)
from campaigns.models.weeks import WorkDay

__all__ = [
    "Actor",
    "Case",
    "CaseLink",
    "CaseParty",
    "CaseState",
    "ClaimLine",
    "Consent",
    "Contact",
    "DepositRule",
    "Duty",
    "Event",
    "Evidence",
    "Group",
    "HandbookPage",
    "IncidentKind",
    "InitialMeeting",
    "IntakeDraft",
    "Invitation",
    "Keeping",
    "LegalHold",
    "LogEntry",
    "Message",
    "NotThem",
    "Payment",
    "PaymentEvent",
    "Person",
    "PersonMerge",
    "Place",
    "Reason",
    "ReferenceCounter",
    "SentForm",
    "Sheet",
    "Target",
    "TargetAlias",
    "TargetEntry",
    "TargetKey",
    "TargetLink",
    "TeamMembership",
    "User",
    "WageRule",
    "WorkDay",
]
