"""The page of each move: its form, what it does and what comes next, and its button."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from escalation import agree_forms as agreeing
from escalation import before_forms as before
from escalation import delivery_forms as delivery
from escalation import demand_forms as demand
from escalation import fight_forms as fight
from escalation import later_forms as later
from escalation import pause_forms as pause
from escalation import vote_forms as vote
from escalation.move_forms import MoveForm


@dataclass(frozen=True)
class MovePage:
    form: type[MoveForm]
    explanation: Any
    button: Any


PAGES = {
    "take": MovePage(
        before.TakeForm,
        _(
            "You become responsible: the person deals with you from now on. Try to reach them, and "
            "note the first try here."
        ),
        _("Take it"),
    ),
    "discard": MovePage(
        before.DiscardForm,
        _("For spam and tests only. It cannot be undone."),
        _("Delete it"),
    ),
    "arrange_meeting": MovePage(
        before.ArrangeMeetingForm,
        _(
            "Two organizers meet the person: story first, then how the group works, then what both "
            "sides promise. Both organizers join the team."
        ),
        _("Arrange the meeting"),
    ),
    "withdraw": MovePage(
        before.WithdrawForm,
        _(
            "The person does not want to go on, or cannot be reached. Nobody counts as out of "
            "reach before three tries in two ways over ten days."
        ),
        _("Close the case"),
    ),
    "decline": MovePage(
        before.DeclineForm,
        _("The case is closed, and the person is told why, in their own language."),
        _("Close the case and tell them"),
    ),
    "refer": MovePage(
        before.ReferForm,
        _("The case is closed here, and the person is told who can help better."),
        _("Close the case and tell them"),
    ),
    "propose": MovePage(
        before.ProposeForm,
        _("The case goes on the agenda. The next meeting votes, and the person takes part."),
        _("Propose it"),
    ),
    "vote": MovePage(
        vote.VoteForm,
        _(
            "Write down what the meeting decided. One person has one vote, the affected person "
            "too. Only the counts are kept, never who voted how."
        ),
        _("Record the vote"),
    ),
    "start_queued": MovePage(
        vote.StartQueuedForm,
        _("The case leaves the queue. Next the letter is written."),
        _("Start the fight"),
    ),
    "back_to_proposed": MovePage(
        delivery.BackToProposedForm,
        _(
            "For when the facts turned out different, or the person wants another demand, before "
            "anything was delivered. The meeting votes again."
        ),
        _("Take it back"),
    ),
    "set_delivery": MovePage(
        delivery.SetDeliveryForm,
        _(
            "The letter is final, and the delivery is planned and announced. The clock does not "
            "run yet: it starts with the delivery."
        ),
        _("Set the delivery"),
    ),
    "record_delivery": MovePage(
        delivery.RecordDeliveryForm,
        _("Write down how the letter got there. This starts the clock."),
        _("Start the clock"),
    ),
    "delivery_failed": MovePage(
        delivery.DeliveryFailedForm,
        _("Nothing was handed over. The letter needs a new version with a new day."),
        _("Back to preparing"),
    ),
    "escalate": MovePage(
        delivery.EscalateForm,
        _("The deadline is over and the demand is not met. From here on the plan is carried out."),
        _("Start escalating"),
    ),
    "extend_deadline": MovePage(
        delivery.ExtendDeadlineForm,
        _("The deadline can be moved once, to a later day. The old day stays in the timeline."),
        _("Move the deadline"),
    ),
    "deliver_again": MovePage(
        delivery.DeliverAgainForm,
        _("Write down how the second letter got there. The case stays at the step where it is."),
        _("Record the delivery"),
    ),
    "revise_demand": MovePage(
        demand.ReviseDemandForm,
        _(
            "For when they want less, when there are new facts, or when a fee came on top. It "
            "takes a vote and the yes of everyone affected. The old demand stays in the timeline."
        ),
        _("Change the demand"),
    ),
    "person_leaves": MovePage(
        demand.PersonLeavesForm,
        _("Somebody stops, and the fight goes on for the others."),
        _("Note that they leave"),
    ),
    "agree": MovePage(
        agreeing.AgreeForm,
        _(
            "The people affected and the group accept an offer. The case stays open until the "
            "money has cleared."
        ),
        _("Accept the offer"),
    ),
    "win": MovePage(
        fight.WinForm,
        _("All of the demand is done, and all of the money has cleared."),
        _("Mark as won"),
    ),
    "settle": MovePage(
        fight.SettleForm,
        _("Less than the demand was paid and has cleared, and the people affected stop there."),
        _("Close as settled"),
    ),
    "default": MovePage(
        fight.DefaultForm,
        _(
            "For when the people affected want to go on: ask them first. The fight goes on where "
            "it was, with the letter and the plan there are."
        ),
        _("Go on fighting"),
    ),
    "lose": MovePage(
        fight.LoseForm,
        _("The group votes to end without winning. Write down what was learned."),
        _("End the fight"),
    ),
    "drop": MovePage(
        fight.DropForm,
        _("The fight ends here. Nothing more is asked of the target."),
        _("Drop the fight"),
    ),
    "reopen": MovePage(
        later.ReopenForm,
        _(
            "For when what was paid was taken back, or they broke their word. The fight goes on, "
            "and nothing of what happened is lost. A new wrong is a case of its own instead."
        ),
        _("Reopen it"),
    ),
    "take_up_again": MovePage(
        later.TakeUpAgainForm,
        _(
            "They came back, or there are new facts. The file stays as it was, the old demand no "
            "longer holds, and the group votes anew."
        ),
        _("Take it up again"),
    ),
    "put_right": MovePage(
        later.PutRightForm,
        _(
            "The case goes back to where it was before its last step. Both stay in the timeline, "
            "and the step is marked as put right."
        ),
        _("Take it back"),
    ),
    "hold": MovePage(
        pause.HoldForm,
        _("The case pauses and keeps its place. On the day you choose somebody looks at it again."),
        _("Put on hold"),
    ),
    "hold_longer": MovePage(
        pause.HoldLongerForm,
        _("The case stays on hold. On the day you choose somebody looks at it again."),
        _("Keep it on hold"),
    ),
    "resume": MovePage(
        pause.ResumeForm,
        _(
            "The case goes on at the step where it paused. What was called off for the pause stays "
            "so: plan anew what you want to do."
        ),
        _("Go on"),
    ),
}
