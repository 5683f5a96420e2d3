"""The steps of the story: telling, taking, meeting, voting, writing, delivering, paying."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from unittest import mock

from allauth.account.models import EmailAddress
from django.db.models import F
from django.utils import timezone

from campaigns import intake
from campaigns.contact_keys import phone_key
from campaigns.models import (
    Case,
    CaseParty,
    ClaimLine,
    Duty,
    Event,
    Group,
    InitialMeeting,
    LogEntry,
    Message,
    Payment,
    PaymentEvent,
    Person,
    Sheet,
    Target,
    User,
)
from campaigns.models.log import record
from campaigns.models.people import token_hash
from campaigns.models.targets import write_keys
from campaigns.wording import money
from escalation import moves, plans
from escalation.demo.log_ins import LOGINS, PASSWORD, log_ins
from escalation.models import Action, ActionRole, Decision, Offer, SignUp, Tactic
from escalation.pacing import Proposed
from letters import approval, drafting, prefill
from letters.models import Demand, Letter

AFTER_WORK = dt.time(17, 30)
GUESTS = ("Ștefan", "张伟", "محمد", "김민준", "Łukasz", "Maria Guadalupe", "Noor", "Tia", "Wren")


class Steps:
    """What happens to a case in the story, step by step, each on its day."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.receipts: dict[int, intake.Receipt] = {}
        self.codes: dict[str, str] = {}
        self.group = Group.objects.create(
            pk=1,
            is_demo=True,
            name="Rainier Solidarity (demo)",
            place="Seattle",
            time_zone="America/Los_Angeles",
            jurisdiction="US-WA",
            phone="206 555 0100",
            email="hello@demo.example",
            address="PO Box 12\nSeattle, WA 98101",
        )
        self.people = {name: self._account(name, *rest) for name, *rest in LOGINS}
        self.ana, self.ben = self.people["Ana"], self.people["Ben"]
        self.huong = self.people["Hương"]

    def ways_in(self) -> list[str]:
        lines = [*log_ins(), "Status page of an affected person, at /status/ with this code:"]
        return lines + [f"  {code}  ({about})" for about, code in self.codes.items()]

    def _account(self, name: str, email: str, role: str, duty: bool) -> User:
        user = User.objects.create_user(email, name=name, role=role, password=PASSWORD)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        if duty:
            today = self.group.local_date(self.now)
            Duty.objects.create(
                user=user, from_date=today, until_date=today + dt.timedelta(days=Duty.MAX_DAYS - 1)
            )
        return user

    def money(self, amount: Decimal) -> str:
        return money(amount, self.group.currency)

    @contextmanager
    def days_ago(self, days: float) -> Iterator[dt.datetime]:
        """Let what happens inside have happened `days` ago."""
        began = timezone.now()
        moment = self.now - dt.timedelta(days=days)
        with mock.patch.object(timezone, "now", return_value=moment):
            yield moment
        # Field defaults keep the true clock; these rows were written since it read `began`.
        for model in (LogEntry, Decision, Offer, Message, Payment, PaymentEvent):
            model.objects.filter(at__gte=began).update(at=moment)
        Demand.objects.filter(created_at__gte=began).update(created_at=moment)

    # Steps that several cases share

    def told(
        self, days: float, *, kind: str = Case.Kind.WAGES, language: str = "en", **answers: Any
    ) -> Case:
        usual = {
            "name": "",
            "phone": "",
            "email": "",
            "messenger": "",
            "language_spoken": "",
            "needs_interpreter": False,
            "may_leave_voicemail": False,
            "may_text": True,
            "may_say_who": False,
            "good_times": "",
            "story": "",
            "who": "",
            "amount": "",
            "others": "",
            "still_there": "no",
            "wish": "",
            "urgent": "",
            "heard_of": "friend",
            "place": "",
            "job": "",
            "when": "",
            "rate": "",
            "deposit": "",
            "returned": "",
        }
        with self.days_ago(days) as moment:
            token = intake.new_token(moment)
            case = intake.open_case(
                kind=kind,
                answers=usual | answers,
                files=[],
                token=token,
                group=self.group,
                language=language,
                looks_like_spam=False,
                by=None,
            )
            Case.objects.filter(pk=case.pk).update(opened_at=moment, state_since=moment)
        self.receipts[case.pk] = intake.receipt(token)
        return case

    def taken(self, case: Case, days: float, *, title: str, summary: str) -> None:
        with self.days_ago(days) as moment:
            moves.take(case, by=self.ana, method="phone", result="reached", at=moment)
        Case.objects.filter(pk=case.pk).update(title=title, summary=summary)

    def met(self, case: Case, days: float) -> None:
        with self.days_ago(days) as moment:
            moves.arrange_meeting(
                case,
                by=self.ana,
                at=moment,
                place="Back room of the library",
                organizers=[self.ana, self.ben],
            )
            InitialMeeting.objects.filter(case=case).update(held_on=timezone.localdate(moment))
            record(case, "meeting_held", by=self.ana)
            Sheet.objects.filter(case=case).update(
                evidence_list="Text messages with the shifts. Photos of the work.",
                readiness="Comes to the delivery and speaks. Not to the press.",
                risks_explained=True,
                not_a_service_explained=True,
                retaliation_talk_on=timezone.localdate(moment),
            )

    def line(self, case: Case, kind: str, label: str, **values: Any) -> None:
        line = ClaimLine(case=case, kind=kind, label=label, **values)
        line.party = values.get("party") or case.parties.affected().first()
        line.amount = line.worked_out()
        line.save()

    def proposed(self, case: Case, days: float) -> None:
        with self.days_ago(days):
            moves.propose(case, by=self.ana)

    def voted(self, case: Case, days: float, *, other_terms: str = "") -> str:
        case.parties.affected().filter(joined_on=None).update(
            joined_on=self.group.local_date(self.now - dt.timedelta(days=days))
        )
        total = case.claim_lines.total()
        with self.days_ago(days) as moment:
            return moves.vote_yes(
                case,
                by=self.ben,
                vote=self.vote(
                    moment,
                    f"Take on {case.reference} and demand {self.money(total)}",
                ),
                sum_voted=total,
                deadline_days=14,
                members=[self.ana, self.ben, self.people["José"]],
                other_terms=other_terms,
            )

    def vote(self, moment: dt.datetime, motion: str, *, carried: bool = True) -> dict[str, Any]:
        return {
            "motion": motion,
            "votes_for": 14 if carried else 3,
            "votes_against": 1 if carried else 9,
            "abstained": 2,
            "affected_agreed": True,
            "held_on": timezone.localdate(moment),
        }

    def written(self, case: Case, days: float) -> None:
        """Draft the letter, and let everybody who must approve it."""
        with self.days_ago(days) as moment:
            case = Case.objects.get(pk=case.pk)
            letter = drafting.draft(case, by=self.ana, **self._texts(case, moment))
            for party in case.parties.affected():
                approval.approve(letter, party=party, recorded_by=self.ana)
            problem = approval.approve(letter, organizer=self.ben)
        if problem or not Letter.objects.get(pk=letter.pk).is_issued:
            raise RuntimeError(problem or f"The letter of {case.reference} is not final.")

    def _texts(self, case: Case, moment: dt.datetime) -> dict[str, Any]:
        return prefill.proposed(
            case,
            group=self.group,
            language=case.target.language,
            delivery_on=timezone.localdate(moment) + dt.timedelta(days=2),
            today=timezone.localdate(moment),
        )

    def action(
        self,
        cases: list[Case],
        *,
        days: float,
        tactic: str,
        title: str,
        area: str,
        point: str,
        what: str,
        needed: int,
        hours: float = 1.5,
        came: int | None = None,
        minimum: int = 6,
        at: dt.time = AFTER_WORK,
    ) -> Action:
        """Plan an action `days` ago, or ahead below zero, with people in it."""
        day = self.group.local_date(self.now - dt.timedelta(days=days))
        starts = dt.datetime.combine(day, at, tzinfo=self.group.zone)
        action = Action.objects.create(
            tactic=tactic,
            title=title,
            starts_at=starts,
            ends_at=starts + dt.timedelta(hours=hours),
            area=area,
            meeting_point=point,
            what=what,
            access="No steps. A toilet in the library across the street.",
            children=Action.Children.YES,
            languages="Spanish and English",
            good_to_know="Warm clothes. Bring something that makes noise.",
            minimum=min(minimum, needed),
            needed=needed,
            state=Action.State.ANNOUNCED,
            debrief="" if came is None else "Calm. The manager came out and took a leaflet.",
            created_by=self.ana,
        )
        action.cases.set(cases)
        action.leads.set([self.ana, self.ben])
        for kind, capacity in (("police", 2), ("leaflets", 4), ("greeter", 1), ("interpreter", 1)):
            ActionRole.objects.create(action=action, kind=kind, capacity=capacity)
        self._fill(action, came=came)
        for case in cases:
            with self.days_ago(max(days + 5, 1)):
                record(case, Event.ACTION_PLANNED, by=self.ana, what=title)
            if came is not None:
                with self.days_ago(days - 0.1):
                    record(case, Event.ACTION_HELD, by=self.ana, what=title, came=came)
        return action

    def _fill(self, action: Action, *, came: int | None) -> None:
        names = [*self.people, *GUESTS]
        roles = list(action.roles.all())
        for position, name in enumerate(names):
            said_yes = position % 5 != 4
            role = roles[position] if said_yes and position < len(roles) else None
            user = self.people.get(name)
            SignUp.objects.create(
                action=action,
                role=role,
                user=user,
                name=name,
                phone="" if user else f"206 555 02{position:02}",
                contact_key=f"user:{user.pk}" if user else f"phone:+120655502{position:02}",
                phone_key=None if user else f"+120655502{position:02}",
                answer=SignUp.Answer.YES if said_yes else SignUp.Answer.MAYBE,
                guests=1 if position == 6 else 0,
                needs="A chair to sit on" if position == 7 else "",
                offers="A drum" if position == 5 else "",
                token_hash=token_hash(uuid.uuid4().hex),
                came=True if came is not None and position < came else None,
                how=SignUp.How.LEFT if came is not None and position == 1 else "",
            )
            if role:
                ActionRole.objects.filter(pk=role.pk).update(taken=F("taken") + 1)

    def delivered(self, case: Case, days: float) -> None:
        with self.days_ago(days) as moment:
            moves.record_delivery(
                case,
                by=self.ben,
                at=moment,
                place="Their office",
                handed_by="the affected person",
                received_by="the shift manager",
                method="by_hand",
                headcount=23,
                who_went="two leads, police liaison, crowd",
            )

    def plan_voted(self, case: Case, days: float) -> None:
        with self.days_ago(days) as moment:
            motion = "Posters first, then leaflets, a picket, and a word with the neighbours"
            tactics = (Tactic.POSTERS, Tactic.LEAFLETS, Tactic.PICKET, Tactic.NEIGHBOURS)
            rungs = [Proposed(tactic, week=week) for week, tactic in enumerate(tactics)]
            plans.vote_plan(case, by=self.ben, vote=self.vote(moment, motion), rungs=rungs)

    def paid(self, case: Case, days: float, amount: str, *, status: str = "cleared") -> None:
        with self.days_ago(days) as moment:
            payment = Payment.objects.create(
                case=case,
                party=case.parties.affected().first(),
                amount=Decimal(amount),
                method=Payment.Method.CHEQUE,
                payer=case.target.name,
                received_on=timezone.localdate(moment),
                by=self.ben,
                form_key=uuid.uuid4(),
            )
            record(case, Event.PAYMENT_RECEIVED, by=self.ben, amount=f"${payment.amount}")
        if status:
            with self.days_ago(max(days - 2, 0.1)) as moment:
                PaymentEvent.objects.create(
                    payment=payment, kind=status, on=timezone.localdate(moment), by=self.ben
                )
                event = {"cleared": Event.PAYMENT_CLEARED, "bounced": Event.PAYMENT_BOUNCED}
                record(case, event[status], by=self.ben, amount=f"${payment.amount}")

    def taken_on(
        self,
        start: float,
        *,
        title: str,
        who: str,
        name: str,
        lines: list[tuple[str, str, dict[str, Any]]],
        kind: str = Case.Kind.WAGES,
        others: tuple[str, ...] = (),
        **answers: Any,
    ) -> Case:
        """Carry a case from the form to the yes of the group, beginning `start` days ago."""
        story = answers.pop("story", "We worked, and the last weeks were not paid.")
        case = self.told(
            start, kind=kind, name=name, phone=_phone_of_their_own(), who=who, story=story
        )
        self.taken(case, start - 1, title=title, summary=title.split(" v. ")[0])
        Target.objects.filter(cases=case).update(
            address="114 Example Street\nSeattle, WA 98104", contact_name="The manager"
        )
        write_keys(Target.objects.get(cases=case))
        party = case.parties.get()
        CaseParty.objects.filter(pk=party.pk).update(public_name=CaseParty.PublicName.OWN)
        for other in others:
            phone = _phone_of_their_own()
            key = phone_key(phone, country=self.group.country)
            person = Person.objects.create(name=other, phone=phone, phone_key=key)
            CaseParty.objects.create(case=case, person=person)
        self.met(case, start - 3)
        Sheet.objects.filter(case=case).update(
            wish="What we are owed, and no revenge.",
            started_on=self.group.local_date(self.now - dt.timedelta(days=start + 120)),
            ended_on=self.group.local_date(self.now - dt.timedelta(days=start + 14)),
        )
        for line_kind, label, values in lines:
            self.line(case, line_kind, label, **values)
        self.proposed(case, start - 4)
        self.voted(case, start - 6)
        return case

    def fought(self, case: Case, start: float, delivery: Action) -> None:
        """Bring an accepted case from the letter to the running clock on the day of `delivery`."""
        self.written(case, start + 2)
        delivery.cases.add(case)
        with self.days_ago(start + 1):
            moves.set_delivery(case, by=self.ben)
        self.delivered(case, start)

    def agreed_on(self, case: Case, days: float, amount: str) -> None:
        with self.days_ago(days) as moment:
            today = timezone.localdate(moment)
            half = Decimal(amount) / 2
            offer = Offer.objects.create(
                case=case,
                received_on=today,
                said_by="the owner, by phone",
                amount=half * 2,
                terms="Half now, half in a month. No paper to sign.",
                pay_by=today + dt.timedelta(days=30),
                recorded_by=self.ben,
            )
            record(case, Event.OFFER, by=self.ben, amount=self.money(offer.amount))
            moves.agree(
                case,
                by=self.ben,
                offer=offer,
                affected_agreed=True,
                vote=self.vote(moment, f"Accept {self.money(offer.amount)} in two parts"),
                plan=[(half, today), (half, today + dt.timedelta(days=30))],
            )
        self.paid(case, days - 1, str(half))

    def delivery_planned_for(self, title: str, days: float) -> Action:
        return self.action(
            [],
            days=days,
            tactic=Tactic.DELIVERY,
            title=title,
            area="Georgetown",
            point="Bus stop in front of the bakery",
            what="We walk in together, hand over a letter, and leave. Ten minutes.",
            needed=12,
            came=None if days < 0 else 11,
        )


def _phone_of_their_own() -> str:
    """Return a number nobody has yet, so that nobody looks like somebody known."""
    return f"206 555 {300 + Person.objects.count():04}"
