"""The actions of a fight that took place: who was ticked, who just came, and what was noted."""

import datetime as dt
import uuid

from campaigns.models import Case
from escalation import actions, member_asks, thanks
from escalation.demo.steps import Steps
from escalation.models import Action, MemberAsk, SignUp, Tactic
from escalation.roster import add_walk_in

# Days ago, kind, title, needed, who of those who said yes came, who just came, and the debrief.
HELD = (
    (
        8,
        Tactic.POSTERS,
        "Posters along the waterfront",
        4,
        5,
        (),
        {
            "debrief": "Forty posters up in an hour. Two were gone the next morning.",
            "police": Action.Police.NONE,
            "their_answer": "A waiter came out and asked for one.",
            "next_time": "More tape. Start at the ferry.",
        },
    ),
    (
        5,
        Tactic.LEAFLETS,
        "Leaflets at dinner time",
        8,
        9,
        ("Imani",),
        {
            "debrief": "Three in four guests took a leaflet, and some turned around.",
            "police": Action.Police.WATCHED,
            "headcount": 12,
            "their_answer": "The owner came out and said he would call us.",
            "next_time": "One more speaker of Spanish at the second door.",
        },
    ),
    (
        2,
        Tactic.PICKET,
        "First picket at the pier",
        12,
        11,
        ("Imani", "Pavel"),
        {
            "debrief": "Loud and friendly. We left when we had said we would.",
            "police": Action.Police.SPOKE,
            "headcount": 16,
            "next_time": "A second bullhorn.",
        },
    ),
)


class Turnout(Steps):
    def came_together(self, fights: list[Case]) -> None:
        for days, tactic, title, needed, ticks, walk_ins, said in HELD:
            action = self.action(
                fights,
                days=days,
                tactic=tactic,
                title=title,
                area="Waterfront",
                point="Under the clock at pier 5",
                what="We go together and leave together. We stay on the pavement.",
                needed=needed,
            )
            self._held(action, ticks, walk_ins, said)
        self._thanked()
        self._asked()

    def _held(
        self, action: Action, ticks: int, walk_ins: tuple[str, ...], said: dict[str, object]
    ) -> None:
        came = action.sign_ups.filter(answer=SignUp.Answer.YES).order_by("pk")[:ticks]
        SignUp.objects.filter(pk__in=came.values("pk")).update(came=True, came_marked_by=self.ana)
        after = action.ends_at + dt.timedelta(minutes=20)
        for name in walk_ins:
            add_walk_in(action, by=self.ana, name=name, form_key=uuid.uuid4(), now=after)
        moved = {}
        if action.tactic == Tactic.LEAFLETS:
            moved = {action.cases.first().pk: "He offered to pay half of it on the spot."}
        with self.days_ago((self.now - after) / dt.timedelta(days=1)):
            actions.close(action, by=self.ana, now=after, moved=moved, **said)

    def _thanked(self) -> None:
        """Of the last picket people are still to be thanked; of the others they were."""
        for action in Action.objects.filter(ends_at__lt=self.now - dt.timedelta(days=3)):
            for card in thanks.to_thank(action, by=self.ben, group=self.group):
                thanks.note(card.row, by=self.ben, is_done=True, now=self.now)

    def _asked(self) -> None:
        """Of those who come again most were asked; one is still to be asked."""
        for row in member_asks.to_ask(self.ana)[1:]:
            answer = MemberAsk.Answer.ASKED
            member_asks.note(row, by=self.ana, answer=answer, now=self.now)
