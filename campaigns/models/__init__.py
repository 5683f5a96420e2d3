"""The facts: one import place for the models of this app."""

from campaigns.models.cases import Case, CaseState, ReferenceCounter, TeamMembership
from campaigns.models.claims import ClaimLine
from campaigns.models.evidence import Evidence
from campaigns.models.group import Group
from campaigns.models.log import Actor, Event, LogEntry, Reason
from campaigns.models.parties import CaseParty, Contact, InitialMeeting, Message
from campaigns.models.payments import Payment, PaymentEvent
from campaigns.models.people import Consent, Duty, Invitation, Person, User
from campaigns.models.sheets import Sheet
from campaigns.models.targets import Target

__all__ = [
    "Actor",
    "Case",
    "CaseParty",
    "CaseState",
    "ClaimLine",
    "Consent",
    "Contact",
    "Duty",
    "Event",
    "Evidence",
    "Group",
    "InitialMeeting",
    "Invitation",
    "LogEntry",
    "Message",
    "Payment",
    "PaymentEvent",
    "Person",
    "Reason",
    "ReferenceCounter",
    "Sheet",
    "Target",
    "TeamMembership",
    "User",
]
