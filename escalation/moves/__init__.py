"""Every change of a case's state. Nothing else moves a case.

Each verb goes through `escalation.moving.moving`. A refusal raises `MoveRefused` with the sentences
a person can act on, and leaves everything as it was.
"""

from escalation.moves.afterwards import (
    may_take_in,
    merge,
    open_linked_case,
    reopen,
    take_up_again,
    why_no_link,
    why_not_into,
)
from escalation.moves.agreeing import agree
from escalation.moves.before import (
    arrange_meeting,
    decline,
    discard,
    propose,
    refer,
    take,
    withdraw,
)
from escalation.moves.delivery import (
    deliver_again,
    delivery_failed,
    extend_deadline,
    record_delivery,
    set_delivery,
)
from escalation.moves.demands import revise_demand
from escalation.moves.ending import default, drop, escalate, lose, settle, win
from escalation.moves.leaving import person_leaves
from escalation.moves.pauses import hold, hold_longer, resume
from escalation.moves.putting_right import last_move, put_right
from escalation.moves.queueing import change_place, check_in_queued
from escalation.moves.voting import back_to_proposed, defer, start_queued, vote_no, vote_yes
from escalation.moving import TRANSITIONS, MoveRefused, blocked_by

__all__ = [
    "TRANSITIONS",
    "MoveRefused",
    "agree",
    "arrange_meeting",
    "back_to_proposed",
    "blocked_by",
    "change_place",
    "check_in_queued",
    "decline",
    "default",
    "defer",
    "deliver_again",
    "delivery_failed",
    "discard",
    "drop",
    "escalate",
    "extend_deadline",
    "hold",
    "hold_longer",
    "last_move",
    "lose",
    "may_take_in",
    "merge",
    "open_linked_case",
    "person_leaves",
    "propose",
    "put_right",
    "record_delivery",
    "refer",
    "reopen",
    "resume",
    "revise_demand",
    "set_delivery",
    "settle",
    "start_queued",
    "take",
    "take_up_again",
    "vote_no",
    "vote_yes",
    "why_no_link",
    "why_not_into",
    "win",
    "withdraw",
]
