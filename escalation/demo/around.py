"""What lies around the cases of the story: calls, the weekly meeting, tasks, and a threat."""

import datetime as dt
import uuid

from django.utils import timezone

from campaigns import breaks, team
from campaigns.contacts import log_contact
from campaigns.models import Case, CaseState, Contact, Duty, IncidentKind
from escalation import favours, incidents, meetings, moves, reviews, step_voices, tasks, turnout
from escalation.demo.turnout import Turnout
from escalation.models import (
    Action,
    ActionRole,
    Decision,
    Favour,
    GroupTactic,
    Incident,
    PlanReview,
    SignUp,
    Tactic,
)


class Around(Turnout):
    def called_last_week(self) -> None:
        """In every fight somebody has talked with the people lately; in one nobody has."""
        fights = Case.objects.filter(state__in=(*CaseState.ACCEPTED, CaseState.ON_HOLD))
        *heard, _unheard = fights.order_by("pk")
        for days, case in enumerate(heard):
            with self.days_ago(days / 2 + 0.3) as moment:
                log_contact(
                    case,
                    by=self.ana,
                    who=Contact.Who.PERSON,
                    method=Contact.Method.PHONE,
                    result=Contact.Result.REACHED,
                    at=moment,
                    note="Well. Wants to go on.",
                )

    def told_twice(self, known: Case) -> None:
        """A co-worker tells of the same kitchen: it becomes part of the fight that runs."""
        cook = known.parties.order_by("pk").last().person
        twice = self.told(6, name=cook.name, phone=cook.phone, story="They kept our tips.")
        self.taken(twice, 5.5, title="", summary="The same kitchen, told twice")
        with self.days_ago(5):
            moves.merge(twice, by=self.ana, into=known, note="One of the four cooks.")

    def steps_said(self, fights: list[Case]) -> None:
        """Both said yes to the first steps; to the leaflets one of them was not asked yet."""
        asked = (Tactic.POSTERS, Tactic.PICKET), (Tactic.POSTERS, Tactic.LEAFLETS, Tactic.PICKET)
        for case, tactics in zip(fights, asked, strict=True):
            for tactic in tactics:
                with self.days_ago(8) as moment:
                    party = case.parties.affected().get()
                    said = {"agreed": True, "by": self.ana, "now": moment}
                    step_voices.say(case, party=party, tactic=tactic, **said)

    def looked_again(self, case: Case) -> None:
        """A meeting wanted to look at this fight again by yesterday."""
        yesterday = self.group.local_date(self.now) - dt.timedelta(days=1)
        with self.days_ago(8) as moment:
            reviews.record_review(
                case,
                by=self.ana,
                vote=self.vote(moment, "Go on, and look again in a week"),
                choice=PlanReview.Choice.GO_ON,
                next_on=yesterday,
                today=timezone.localdate(moment),
            )

    def rules_of_the_town(self) -> None:
        """What holds in an invented town, and one tactic this group does without."""
        checked = self.group.local_date(self.now) - dt.timedelta(days=40)
        GroupTactic.objects.create(
            tactic=Tactic.POSTERS,
            note="Poles are fine, traffic signs are not. The day stands in the lower left corner. "
            "After 30 days they come down.",
            checked_on=checked,
            changed_by=self.ana,
        )
        GroupTactic.objects.create(
            tactic=Tactic.VIGIL,
            note="The town forbids it in front of one home. We talk with the neighbours instead.",
            checked_on=checked,
            is_off=True,
            changed_by=self.ben,
        )

    def meeting_ahead(self, proposed: Case) -> None:
        day = self.group.local_date(self.now) + dt.timedelta(days=5)
        meeting = meetings.plan(
            by=self.ana,
            form_key=None,
            at=dt.datetime.combine(day, dt.time(18, 30), tzinfo=self.group.zone),
            place="Back room of the library",
            facilitator=self.huong,
            note_taker=self.people["José"],
            languages="English, Spanish. Noor speaks Arabic.",
        )
        motion = f"Take on {proposed.reference}"
        kind = Decision.Kind.TAKE_ON
        meetings.add_item(meeting, by=self.ana, motion=motion, case=proposed, kind=kind)
        meetings.add_item(meeting, by=self.ben, motion="Buy paper for two hundred posters")
        tasks.add(
            by=self.ben,
            what="Ask the library for its room in December",
            owner=self.ana,
            due_on=day - dt.timedelta(days=2),
            meeting=meeting,
        )

    def asked_and_offered(self, action: Action) -> None:
        """Two ask for a role that is full, some need a ride or an interpreter, some offer it."""
        greeter = action.roles.get(kind=ActionRole.Kind.GREETER)
        coming = action.sign_ups.filter(answer=SignUp.Answer.YES, role=None).order_by("pk")
        rider, driver, speaker, *others = coming
        needs, offers = Favour.Side.NEEDS, Favour.Side.OFFERS
        favours.write(rider, {"ride": favours.Wanted(needs, 2, "Rainier Beach")})
        favours.write(driver, {"ride": favours.Wanted(offers, 3, "Rainier Beach")})
        favours.write(speaker, {"interpreter": favours.Wanted(offers, about="Arabic")})
        for row in (driver, *others[:1]):
            said = {"needs": row.needs, "offers": row.offers, "role": greeter}
            turnout.change_answer(row, by=None, answer=row.answer, now=self.now, **said)

    def threatened(self, case: Case) -> None:
        tomorrow = self.group.local_date(self.now) + dt.timedelta(days=1)
        with self.days_ago(1) as moment:
            incidents.note(
                case,
                by=self.ben,
                form_key=uuid.uuid4(),
                kind=IncidentKind.THREAT,
                severity=Incident.Severity.URGENT,
                happened_at=moment,
                what="The owner wrote that he knows where she works now.",
                place="",
                hearing_at=None,
                due_on=None,
                follow_up_on=tomorrow,
            )

    def duties_go_round(self) -> None:
        """One turn ends soon, one person carries a case alone, and somebody takes a break."""
        chidi, jose = self.people["Chidi"], self.people["José"]
        today, day = self.group.local_date(self.now), dt.timedelta(days=1)
        for user, kind, since, until, note in (
            (self.huong, Duty.Kind.TREASURER, 150, -62, "The tin is at the library desk. Ask Lee."),
            (self.ben, Duty.Kind.TREASURER, 61, 9, ""),
            (self.huong, Duty.Kind.FACILITATOR, 20, 40, ""),
            (chidi, Duty.Kind.FACILITATOR, 30, 30, ""),
            (jose, Duty.Kind.NOTES, 10, 50, ""),
            (self.ana, Duty.Kind.NOTES, 40, 21, ""),
        ):
            days = {"from_date": today - since * day, "until_date": today + until * day}
            Duty.objects.create(user=user, kind=kind, note=note, **days)
        proposed = Case.objects.get(state=CaseState.PROPOSED)
        team.leave(proposed, user=self.ben, by=self.ben)
        tasks.add(by=self.ben, what="Bring the megaphone back to the union hall", owner=chidi)
        with self.days_ago(2):
            breaks.start(by=chidi, today=today - 2 * day, until=today + 16 * day)
