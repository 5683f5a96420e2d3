"""Plain functions that put rows into the database. Every name in them is invented."""

import datetime as dt
import itertools
import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone

from campaigns.contact_keys import phone_key
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    ClaimLine,
    Contact,
    Duty,
    Evidence,
    Group,
    IncidentKind,
    InitialMeeting,
    Payment,
    PaymentEvent,
    Person,
    Place,
    Sheet,
    Target,
    TargetLink,
    TeamMembership,
    User,
)
from campaigns.models.people import token_hash
from campaigns.models.targets import write_keys
from escalation import pacing, plans
from escalation.models import (
    Action,
    ActionRole,
    Agreement,
    Decision,
    Incident,
    Instalment,
    Meeting,
    Offer,
    SignUp,
    StepVoice,
    Tactic,
    TreeEntry,
)
from letters import approval, drafting
from letters.models import Demand, Letter

_serial = itertools.count(1)

PASSWORD = "a long enough passphrase"


def make_group(**values: Any) -> Group:
    defaults = {
        "name": "Rainier Solidarity",
        "place": "Seattle",
        "country": "US",
        "time_zone": "America/Los_Angeles",
        "currency": "USD",
        "phone": "206 555 0100",
        "email": "hello@rainier.example",
        "address": "PO Box 12\nSeattle WA 98101",
    }
    group, _created = Group.objects.update_or_create(pk=1, defaults=defaults | values)
    return group


def make_user(name: str = "", *, role: str = User.Role.ORGANIZER, **values: Any) -> User:
    number = next(_serial)
    user = User.objects.create_user(
        f"person{number}@rainier.example", name=name or f"Person {number}", role=role, password=None
    )
    for field, value in values.items():
        setattr(user, field, value)
    user.save()
    return user


def make_member(name: str = "", **values: Any) -> User:
    return make_user(name, role=User.Role.MEMBER, **values)


def put_on_duty(user: User, *, days: int = 7) -> Duty:
    group = Group.current()
    today = group.local_date(timezone.now()) if group else timezone.localdate()
    return Duty.objects.create(
        user=user, from_date=today, until_date=today + dt.timedelta(days=days - 1)
    )


def make_person(name: str = "Rosa", **values: Any) -> Person:
    return Person.objects.create(name=name, **({"phone": "206 555 0134"} | values))


def make_target(name: str = "Golden Fork Restaurant Group", **values: Any) -> Target:
    target = Target.objects.create(
        name=name, **({"address": "114 Maple Street\nSeattle WA 98104"} | values)
    )
    write_keys(target)
    return target


def link_targets(
    one: Target, other: Target, role: str = TargetLink.Role.OWNER, **values: Any
) -> TargetLink:
    """Say that `one` is the owner of `other`, as a register says."""
    facts = {"source": "County assessor", "confidence": TargetLink.Confidence.CONFIRMED}
    return TargetLink.objects.create(
        from_target=one, to_target=other, role=role, **(facts | values)
    )


def make_case(
    *,
    state: str = CaseState.NEW,
    kind: str = Case.Kind.WAGES,
    team: list[User] | None = None,
    person: Person | None = None,
    target: Target | None = None,
    code: str = "",
    sheet: dict[str, Any] | None = None,
    **values: Any,
) -> Case:
    """Insert a case that is already at `state`, with one affected person and an empty sheet."""
    number = next(_serial)
    case = Case.objects.create(
        kind=kind,
        state=state,
        reference=f"{kind[0].upper()}-{number:04}",
        target=target,
        intake_key=f"key{number}",
        responsible=team[0] if team else None,
        **values,
    )
    Sheet.objects.create(case=case, **({"story": "Three weeks of work, no pay."} | (sheet or {})))
    code_hash = token_hash(code or f"code{number}")
    CaseParty.objects.create(case=case, person=person or make_person(), code_hash=code_hash)
    for user in team or []:
        TeamMembership.objects.create(case=case, user=user)
    return case


def complete_sheet(case: Case, *, held_by: list[User] | None = None) -> None:
    """Fill in everything a proposal needs, and hold the first meeting."""
    Sheet.objects.filter(case=case).update(
        evidence_list="none",
        wish="The three weeks paid.",
        readiness="Comes to the delivery.",
        risks_explained=True,
        not_a_service_explained=True,
    )
    if case.target is None:
        case.target = make_target()
        case.save(update_fields=["target"])
    make_line(case)
    hold_first_meeting(case, organizers=held_by or list(case.team.all()))


def hold_first_meeting(case: Case, *, organizers: list[User]) -> InitialMeeting:
    meeting = InitialMeeting.objects.create(
        case=case, at=timezone.now(), place="Library", held_on=timezone.localdate()
    )
    meeting.organizers.set(organizers)
    return meeting


def make_line(case: Case, *, amount: str = "1620.00", **values: Any) -> ClaimLine:
    line = ClaimLine(
        case=case,
        party=values.pop("party", None) or case.parties.first(),
        kind=values.pop("kind", ClaimLine.Kind.SUM),
        label=values.pop("label", "Unpaid wages"),
        **({"figure": Decimal(amount)} | values),
    )
    line.amount = line.worked_out()
    line.save()
    return line


def make_evidence(case: Case, **values: Any) -> Evidence:
    """Insert the row of a file; nothing lies on the disk."""
    defaults = {"file": "evidence/none.jpg", "format": "jpg", "size": 1, "sha256": "0" * 64}
    return Evidence.objects.create(case=case, **(defaults | values))


def make_contact(case: Case, *, result: str = Contact.Result.REACHED, **values: Any) -> Contact:
    defaults = {"method": Contact.Method.PHONE, "at": timezone.now(), "who": Contact.Who.PERSON}
    return Contact.objects.create(case=case, result=result, **(defaults | values))


def make_incident(case: Case, kind: str = "threat", **values: Any) -> Incident:
    """Insert an incident of today, as bad as its kind; `named` and `files` are lists of rows."""
    named, files = values.pop("named", []), values.pop("files", [])
    defaults = {
        "severity": Incident.SEVERITY_OF[IncidentKind(kind)],
        "happened_at": timezone.now(),
        "what": "You will be out by Friday.",
    }
    incident = Incident(case=case, kind=kind, **(defaults | values))
    incident.keep_key()
    incident.save()
    incident.named.set(named)
    incident.evidence.set(files)
    return incident


def make_place(name: str = "Harbour Street Clinic", **values: Any) -> Place:
    return Place.objects.create(name=name, **({"phone": "206 555 0188"} | values))


def make_payment(case: Case, amount: str, *, status: str = "", **values: Any) -> Payment:
    """Insert a payment; `status` "cleared" or "bounced" adds what happened to it."""
    defaults = {"method": Payment.Method.CHEQUE, "received_on": timezone.localdate()}
    payment = Payment.objects.create(
        case=case, amount=Decimal(amount), form_key=uuid.uuid4(), **(defaults | values)
    )
    if status:
        PaymentEvent.objects.create(payment=payment, kind=status, on=timezone.localdate())
    return payment


def make_action(
    *, cases: list[Case] | None = None, leads: list[User] | None = None, **values: Any
) -> Action:
    """Insert an announced picket that starts in three days; `roles` maps a kind to its places."""
    roles = values.pop("roles", {})
    starts = values.pop("starts_at", timezone.now() + dt.timedelta(days=3))
    defaults = {
        "tactic": Tactic.PICKET,
        "title": "Picket at the Golden Fork",
        "ends_at": starts + dt.timedelta(hours=2),
        "area": "Pioneer Square",
        "meeting_point": "Under the clock on Yesler Way",
        "what": "We hold signs and talk to customers.",
        "needed": 12,
        "state": Action.State.ANNOUNCED,
    }
    action = Action.objects.create(starts_at=starts, **(defaults | values))
    action.cases.set(cases or [])
    action.leads.set(leads or [])
    for kind, places in roles.items():
        ActionRole.objects.create(action=action, kind=kind, capacity=places)
    return action


def make_sign_up(action: Action, name: str = "Rosa", **values: Any) -> SignUp:
    """Insert somebody who said yes, without a role."""
    number = next(_serial)
    defaults = {
        "answer": SignUp.Answer.YES,
        "contact_key": f"phone:{number}",
        "token_hash": token_hash(f"sign-up {number}"),
    }
    return SignUp.objects.create(action=action, name=name, **(defaults | values))


def make_tree_entry(name: str = "", phone: str = "", **values: Any) -> TreeEntry:
    """Insert somebody who agreed to be called for actions, with a phone of their own."""
    number = next(_serial)
    phone = phone or f"206 555 {number:04}"
    of_person = {"name": name or f"Tree {number}", "phone": phone, "may_text": True}
    for key in ("language_read", "may_text", "good_times"):
        if key in values:
            of_person[key] = values.pop(key)
    person = Person.objects.create(**of_person, phone_key=phone_key(phone, country="US"))
    return TreeEntry.objects.create(person=person, **values)


def make_demand(case: Case, amount: str = "1620.00", **values: Any) -> Demand:
    """Insert the demand the group voted, and note its sum on the case."""
    last = case.demands.count()
    demand = Demand.objects.create(
        case=case, version=last + 1, amount=Decimal(amount), **({"deadline_days": 14} | values)
    )
    Case.objects.filter(pk=case.pk).update(demanded=demand.amount)
    return demand


def make_draft(case: Case, *, by: User, **texts: Any) -> Letter:
    """Draft the next letter of a case with a demand, to be delivered in three days.

    A letter needs to say when it was, so a sheet without any day is given some.
    """
    defaults = {
        "language": "en",
        "paper": "letter",
        "recipient_name": "Mr. Dan",
        "recipient_address": "Golden Fork Restaurant Group\n114 Maple Street\nSeattle WA 98104",
        "subject": "Unpaid wages: Rosa",
        "facts": "Rosa cleaned your offices for three weeks. She was promised $15 an hour.",
        "how_to_pay": "By money order, or in cash against a receipt.",
        "delivery_on": timezone.localdate() + dt.timedelta(days=3),
    }
    undated = Sheet.objects.filter(case=case, started_on=None, ended_on=None)
    undated.update(started_on=dt.date(2026, 8, 3), ended_on=dt.date(2026, 10, 16))
    return drafting.draft(case, by=by, **(defaults | texts))


def make_final_letter(case: Case, *, by: User, approved_by: User, **texts: Any) -> Letter:
    """Draft a letter and let everybody say yes to it."""
    letter = make_draft(case, by=by, **texts)
    for party in case.parties.affected():
        approval.approve(letter, party=party, recorded_by=by)
    assert approval.approve(letter, organizer=approved_by) == ""
    return Letter.objects.get(pk=letter.pk)


def make_offer(case: Case, amount: str = "600.00", **values: Any) -> Offer:
    defaults = {"received_on": timezone.localdate(), "said_by": "the owner"}
    return Offer.objects.create(case=case, amount=Decimal(amount), **(defaults | values))


def make_schedule(agreement: Agreement, *parts: tuple[str, dt.date]) -> list[Instalment]:
    """Insert the payments of an agreement: (sum, day) each."""
    return [
        Instalment.objects.create(agreement=agreement, number=n, amount=Decimal(sum_), due_on=day)
        for n, (sum_, day) in enumerate(parts, start=1)
    ]


def make_decision(case: Case | None, kind: str = "take_on", **values: Any) -> Decision:
    """Insert a vote, nine to one unless told otherwise."""
    votes = {"motion": "The motion", "votes_for": 9, "votes_against": 1} | values
    carried = votes["votes_for"] > votes["votes_against"]
    defaults = {"carried": carried, "rule": "majority", "held_on": timezone.localdate()}
    return Decision.objects.create(case=case, kind=kind, **(defaults | votes))


def make_plan(
    case: Case, *, by: User, tactics: tuple[str, ...] = ("posters",), **votes: Any
) -> Decision:
    """Vote a plan of tactics; without `votes` it carries."""
    counts = {"votes_for": 9, "votes_against": 1, "abstained": 0} | votes
    vote = {"motion": "Plan", "affected_agreed": True, "held_on": timezone.localdate()} | counts
    rungs = [pacing.Proposed(tactic, week=n) for n, tactic in enumerate(tactics)]
    return plans.vote_plan(case, by=by, vote=vote, rungs=rungs)


def say_yes(case: Case, *tactics: str, agreed: bool = True, **values: Any) -> None:
    """Insert what everybody affected says to steps of these kinds: yes, unless told otherwise."""
    for party in case.parties.affected():
        for tactic in tactics:
            StepVoice.objects.create(party=party, tactic=tactic, agreed=agreed, **values)


def make_meeting(**values: Any) -> Meeting:
    """Insert a meeting that began an hour ago."""
    at = timezone.now() - dt.timedelta(hours=1)
    return Meeting.objects.create(**({"at": at, "place": "Library"} | values))


def make_agreement(case: Case, *, silence: bool = False, amount: str = "600.00") -> Agreement:
    """Insert an accepted offer, and what was agreed, without a schedule."""
    offer = make_offer(case, amount, status=Offer.Status.ACCEPTED)
    return Agreement.objects.create(offer=offer, silence=silence, agreed_on=timezone.localdate())
