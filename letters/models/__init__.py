"""What we say: one import place for the models of this app."""

from letters.models.checks import LiftedFinding, OwnWord
from letters.models.demands import Demand, DemandShare
from letters.models.letters import (
    Delivery,
    Enclosure,
    Letter,
    LetterApproval,
    Poster,
    ReadingCopy,
    deadline_for,
)
from letters.models.recipients import LetterRecipient
from letters.models.texts import DEEDS_FIRST, DEMAND_KINDS, LetterText, TextKind

__all__ = [
    "DEEDS_FIRST",
    "DEMAND_KINDS",
    "Delivery",
    "Demand",
    "DemandShare",
    "Enclosure",
    "Letter",
    "LetterApproval",
    "LetterRecipient",
    "LetterText",
    "LiftedFinding",
    "OwnWord",
    "Poster",
    "ReadingCopy",
    "TextKind",
    "deadline_for",
]
