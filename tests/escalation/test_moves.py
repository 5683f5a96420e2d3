"""Each move as a verb: it works, it is refused with the sentence, and then nothing has changed."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from campaigns import evidence
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    Contact,
    Group,
    InitialMeeting,
    Message,
    Person,
    Reason,
    Sheet,
    Target,
    User,
)
from campaigns.wording import date_in_words
from escalation import moves
from escalation.models import CaseLifecycle, Decision, Offer, guards
from escalation.moves import TRANSITIONS, MoveRefused
from letters.models import Delivery
from tests.factories import (
    complete_sheet,
    make_action,
    make_case,
    make_contact,
    make_decision,
    make_demand,
    make_final_letter,
    make_group,
    make_line,
    make_offer,
    make_payment,
    make_person,
    make_plan,
    make_target,
    make_user,
)

S = CaseState
R = Reason
Verb = Callable[..., Any]


@pytest.fixture(autouse=True)
def group(db: None) -> Group:
    return make_group()


@pytest.fixture
def ana(group: Group) -> User:
    return make_user("Ana")


@pytest.fixture
def ben(group: Group) -> User:
    return make_user("Ben")


@pytest.fixture
def at(ana: User, ben: User) -> Callable[..., Case]:
    """Return a function that makes a case of Ana and Ben at a state."""

    def make(state: str, **values: Any) -> Case:
        return make_case(state=state, **({"team": [ana, ben]} | values))

    return make


def votes(in_favour: int = 9, against: int = 1, **values: Any) -> dict[str, Any]:
    return {
        "motion": "Take it on",
        "votes_for": in_favour,
        "votes_against": against,
        "abstained": 0,
        "affected_agreed": True,
        "held_on": timezone.localdate(),
    } | values


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


def everything(case: Case) -> tuple[Any, ...]:
    """Return what a refused move must leave as it was."""
    header = Case.objects.filter(pk=case.pk).values().get()
    rows = (case.log, case.decisions, case.contacts, case.messages, case.demands, case.offers)
    return (header, [list(r.order_by("pk").values()) for r in rows], case.team_memberships.count())


def refusal(verb: Verb, case: Case, **values: Any) -> list[str]:
    before = everything(case)
    with pytest.raises(MoveRefused) as refused:
        verb(case, **values)
    assert everything(case) == before
    return refused.value.reasons


def moved(case: Case) -> tuple[str, str, str, str]:
    """Return the newest move of the timeline: from, to, reason, note."""
    entry = case.log.filter(event="move").first()
    return entry.from_state, entry.to_state, entry.reason, entry.note


# Before the vote


def attempt(**values: Any) -> dict[str, Any]:
    return {"method": "phone", "result": "no_answer", "at": timezone.now()} | values


def test_take_makes_responsible_joins_the_team_and_logs_the_first_try(ana: User) -> None:
    case = make_case()
    moves.take(case, by=ana, **attempt(note="Rang twice."))
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.responsible, list(case.team.all())) == (S.CONTACTING, ana, [ana])
    assert [(c.result, c.note) for c in case.contacts.all()] == [("no_answer", "Rang twice.")]
    assert moved(case) == (S.NEW, S.CONTACTING, "", "")
    tried = case.log.get(event="contact")
    assert (tried.data["result"], tried.note) == ("no_answer", "Rang twice.")


def test_take_of_a_case_somebody_took_is_refused(ana: User, ben: User) -> None:
    case = make_case()
    moves.take(case, by=ana, **attempt())
    assert refusal(moves.take, case, by=ben, **attempt()) == [
        "This cannot be done while the case is at “Making contact”."
    ]


def test_discard_deletes_everything_and_counts(ana: User) -> None:
    case = make_case()
    moves.discard(case, by=ana)
    assert not Case.objects.filter(pk=case.pk).exists()
    assert not Sheet.objects.exists()
    assert Group.objects.get(pk=1).spam_discarded == 1


def test_discard_keeps_no_person_no_target_and_no_file(
    ana: User, django_capture_on_commit_callbacks: Any
) -> None:
    rosa, known = make_person("Rosa"), make_person("José")
    make_case(person=known)
    case = make_case(person=rosa, target=make_target())
    CaseParty.objects.create(case=case, person=known)
    file = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n")
    kept = evidence.add_evidence(case, file=file, by=None, by_affected_person=True)
    make_payment(case, "5.00", party=case.parties.first())
    with django_capture_on_commit_callbacks(execute=True):
        moves.discard(case, by=ana)
    assert list(Person.objects.all()) == [known]
    assert not Target.objects.exists()
    assert not Path(kept.file.path).exists()


def test_discard_of_a_case_somebody_took_is_refused(at: Any, ana: User) -> None:
    assert refusal(moves.discard, at(S.CONTACTING), by=ana) == [
        "Only an intake nobody has taken yet can be deleted."
    ]


def test_move_of_a_case_deleted_meanwhile_is_refused(ana: User, ben: User) -> None:
    case = make_case()
    moves.discard(Case.objects.get(pk=case.pk), by=ana)
    for verb, values in ((moves.discard, {}), (moves.take, attempt())):
        with pytest.raises(MoveRefused, match="Somebody deleted this case meanwhile"):
            verb(case, by=ben, **values)
    assert Group.objects.get(pk=1).spam_discarded == 1


def test_arrange_meeting_notes_it_and_puts_both_on_the_team(ana: User, ben: User) -> None:
    case = make_case(state=S.CONTACTING, team=[ana])
    make_contact(case)
    when = timezone.now() + dt.timedelta(days=2)
    moves.arrange_meeting(case, by=ana, at=when, place="Library", organizers=[ana, ben])
    meeting = InitialMeeting.objects.get(case=case)
    assert (meeting.at, meeting.place, set(meeting.organizers.all())) == (
        when,
        "Library",
        {ana, ben},
    )
    assert (state_of(case), case.team.count()) == (S.MEETING, 2)


def test_arrange_meeting_needs_a_person_reached_and_two_organizers(at: Any, ana: User) -> None:
    case = at(S.CONTACTING)
    make_contact(case, result=Contact.Result.LEFT_MESSAGE)
    plan = {"at": timezone.now(), "place": "Library"}
    assert refusal(moves.arrange_meeting, case, by=ana, organizers=case.team.all(), **plan) == [
        "Nobody has reached the person yet. Log the contact first."
    ]
    assert refusal(moves.arrange_meeting, case, by=ana, organizers=[ana], **plan) == [
        "Two organizers go to a first meeting. Name two."
    ]
    assert not InitialMeeting.objects.exists()


@pytest.mark.parametrize("verb", ["decline", "refer"])
def test_taken_off_the_queue_only_by_a_vote(at: Any, ana: User, verb: str) -> None:
    case = at(S.QUEUED)
    said = {"by": ana, "reason": R.CAPACITY, "text": "We cannot."}
    said |= {"places": "Clinic, 555 0101"} if verb == "refer" else {}
    assert refusal(getattr(moves, verb), case, **said) == [
        "This takes a vote of the meeting. Record it with the move."
    ]
    assert refusal(getattr(moves, verb), case, **said, vote=votes(3, 3)) == [
        "The vote did not carry."
    ]
    getattr(moves, verb)(case, **said, vote=votes())
    assert case.decisions.get().kind == "close_queued"
    assert state_of(case) in (S.DECLINED, S.REFERRED)


@pytest.mark.parametrize("state", [S.CONTACTING, S.MEETING, S.QUEUED])
def test_withdraw_by_their_own_wish_needs_no_tries(at: Any, ana: User, state: str) -> None:
    case = at(state)
    moves.withdraw(case, by=ana, reason=R.OWN_WISH, note="Found work elsewhere.")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.close_reason) == (S.WITHDRAWN, R.OWN_WISH)
    assert case.closed_at is not None
    assert moved(case) == (state, S.WITHDRAWN, R.OWN_WISH, "Found work elsewhere.")


def test_withdraw_as_unreachable_needs_three_tries_two_ways_ten_days(at: Any, ana: User) -> None:
    case = at(S.CONTACTING)
    now = timezone.now()
    for days, method in ((11, "phone"), (5, "phone")):
        make_contact(case, result="no_answer", method=method, at=now - dt.timedelta(days=days))
    assert refusal(moves.withdraw, case, by=ana, reason=R.UNREACHABLE) == [
        "Try at least 3 times, in 2 different ways, over 10 days. Log each try."
    ]
    make_contact(case, result="no_answer", method="text")
    moves.withdraw(case, by=ana, reason=R.UNREACHABLE)
    assert state_of(case) == S.WITHDRAWN


def test_decline_tells_the_person(at: Any, ana: User) -> None:
    case = at(S.MEETING)
    moves.decline(case, by=ana, reason=R.TOO_FAR, text="It is too far for us.")
    assert (state_of(case), Message.objects.get(case=case).text) == (
        S.DECLINED,
        "It is too far for us.",
    )


@pytest.mark.parametrize("state", [S.CONTACTING, S.MEETING])
def test_decline_for_a_reason_that_is_not_plain_takes_a_vote_without_a_yes(
    at: Any, ana: User, state: str
) -> None:
    case, said = at(state), {"by": ana, "reason": R.FACTS_DOUBTFUL, "text": "We voted."}
    assert refusal(moves.decline, case, **said) == [
        "For this reason the meeting decides. Record its vote."
    ]
    assert refusal(moves.decline, case, **said, vote=votes(9, 1)) == [
        "More were for it than against it. That is a yes."
    ]
    moves.decline(case, **said, vote=votes(2, 7))
    decision = case.decisions.get()
    assert (state_of(case), decision.kind, decision.carried) == (S.DECLINED, "take_on", False)


def test_decline_without_a_text_is_refused(at: Any, ana: User) -> None:
    assert refusal(moves.decline, at(S.MEETING), by=ana, reason=R.TOO_FAR, text=" \n") == [
        "Write to the person what was decided and why."
    ]


def test_refer_names_the_places_to_the_person(at: Any, ana: User) -> None:
    case = at(S.CONTACTING)
    moves.refer(
        case, by=ana, reason=R.BETTER_ELSEWHERE, places="Clinic, 555 0101", text="They can help."
    )
    assert state_of(case) == S.REFERRED
    assert Message.objects.get(case=case).text == "They can help.\n\nClinic, 555 0101"


def test_refer_without_a_place_is_refused(at: Any, ana: User) -> None:
    reasons = refusal(
        moves.refer, at(S.MEETING), by=ana, reason=R.BETTER_ELSEWHERE, places=" ", text="Text."
    )
    assert reasons == ["Name at least one place they can turn to."]


def test_decline_of_a_proposed_case_takes_a_vote(at: Any, ana: User) -> None:
    (sentence,) = refusal(moves.decline, at(S.PROPOSED), by=ana, reason=R.NO_LEVERAGE, text="Text.")
    assert sentence.startswith("The vote carried.")


def test_propose_by_an_organizer_who_was_at_the_meeting(at: Any, ana: User) -> None:
    case = at(S.MEETING)
    complete_sheet(case)
    moves.propose(case, by=ana)
    assert state_of(case) == S.PROPOSED


def test_propose_by_somebody_who_was_not_there_is_refused(at: Any, ana: User) -> None:
    case = at(S.MEETING)
    complete_sheet(case, held_by=[ana])
    assert refusal(moves.propose, case, by=make_user()) == [
        "An organizer who was at the first meeting proposes the case."
    ]


def test_propose_says_everything_that_is_missing(at: Any, ana: User) -> None:
    case = at(S.MEETING, sheet={"story": " "})
    case_meeting = InitialMeeting.objects.create(case=case, at=timezone.now(), place="Library")
    case_meeting.organizers.add(ana)
    assert refusal(moves.propose, case, by=ana) == [
        "The first meeting has not been held yet.",
        "The case sheet has no story.",
        "The sum is not worked out. Add claim lines.",
        'The evidence is not listed. If there is none, write "none".',
        "What the person wants is not written down.",
        "It is not written down what the person is ready to do.",
        "Talk about the risks, and that we are not a service. Then tick both on the sheet.",
        "We do not know yet where a letter could be handed over.",
    ]


# The vote


def joined(case: Case) -> Case:
    case.parties.update(joined_on=timezone.localdate())
    return case


def vote_yes(case: Case, by: User, **values: Any) -> str:
    given = {
        "vote": votes(),
        "sum_voted": Decimal("1620.00"),
        "deadline_days": 14,
        "members": [],
    }
    return moves.vote_yes(case, by=by, **(given | values))


def test_vote_yes_records_demand_team_and_counts(ana: User, ben: User) -> None:
    case = joined(make_case(state=S.PROPOSED, team=[ana]))
    assert vote_yes(case, ana, members=[ben], other_terms="The tax form.") == S.PREPARING
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.demanded, case.team.count()) == (S.PREPARING, Decimal("1620.00"), 2)
    demand = case.demands.get()
    assert (demand.version, demand.amount, demand.terms, demand.deadline_days) == (
        1,
        Decimal("1620.00"),
        ["The tax form."],
        14,
    )
    decision = case.decisions.get()
    assert (decision.kind, decision.votes_for, decision.sum_voted) == (
        "take_on",
        9,
        Decimal("1620.00"),
    )
    assert "Vote: Take it on. 9 for, 1 against, 0 abstained" in [e.what for e in case.log.all()]


def test_vote_yes_again_after_new_facts_makes_the_next_demand(at: Any, ana: User) -> None:
    case = joined(at(S.PROPOSED))
    vote_yes(case, ana)
    moves.back_to_proposed(case, by=ana, reason=R.FACTS_CHANGED, note="One week was paid.")
    vote_yes(case, ana, sum_voted=Decimal("1080.00"))
    assert [(d.version, d.amount) for d in case.demands.all()] == [
        (2, Decimal("1080.00")),
        (1, Decimal("1620.00")),
    ]
    assert Case.objects.get(pk=case.pk).demanded == Decimal("1080.00")


@pytest.mark.parametrize(
    ("new", "is_true"),
    [
        ({"other_terms": "The tax form."}, True),
        ({"other_terms": "A reference."}, False),
        ({"other_terms": "The tax form.", "deadline_days": 7}, False),
    ],
)
def test_vote_yes_for_other_terms_outdates_the_final_letter(
    ana: User, ben: User, new: dict[str, Any], is_true: bool
) -> None:
    case = joined(make_case(state=S.PREPARING, team=[ana, ben], target=make_target()))
    make_line(case)
    make_demand(case, other_terms="The tax form.")
    make_final_letter(case, by=ana, approved_by=ben)
    moves.back_to_proposed(case, by=ana, reason=R.DEMAND_CHANGED, note="They want another thing.")
    vote_yes(case, ana, **new)
    known = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    assert (guards.letter_still_true(known, timezone.now()) == "") is is_true


def test_vote_yes_waits_in_the_queue_when_the_group_fights_enough(at: Any, ana: User) -> None:
    make_group(fight_cap=1)
    at(S.CLOCK_RUNNING)
    case = joined(at(S.PROPOSED))
    assert vote_yes(case, ana) == S.QUEUED
    assert state_of(case) == S.QUEUED


@pytest.mark.parametrize(
    ("vote", "sentence"),
    [
        (votes(5, 5), "The vote did not carry: there must be more for than against."),
        (
            votes(affected_agreed=False),
            "The people affected must have been there, or said yes before.",
        ),
    ],
)
def test_vote_yes_that_did_not_carry_or_without_the_affected_is_refused(
    at: Any, ana: User, vote: dict[str, Any], sentence: str
) -> None:
    assert refusal(vote_yes, joined(at(S.PROPOSED)), by=ana, vote=vote) == [sentence]


def test_vote_yes_without_membership_or_a_team_of_two_is_refused(ana: User) -> None:
    case = make_case(state=S.PROPOSED, team=[ana])
    assert refusal(vote_yes, case, by=ana) == [
        "Record for each affected person when they joined the network.",
        "The team needs two people or more.",
    ]


def test_vote_no_closes_with_reason_and_text(at: Any, ana: User) -> None:
    case = at(S.PROPOSED)
    moves.vote_no(case, by=ana, vote=votes(3, 8), reason=R.NO_LEVERAGE, text="We voted no.")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.close_reason) == (S.DECLINED, R.NO_LEVERAGE)
    assert (case.decisions.get().votes_against, case.messages.get().text) == (8, "We voted no.")


def test_vote_no_with_a_place_refers(at: Any, ana: User) -> None:
    case = at(S.PROPOSED)
    moves.vote_no(
        case, by=ana, vote=votes(3, 8), reason=R.NO_LEVERAGE, text="No.", places="Legal aid"
    )
    assert state_of(case) == S.REFERRED


def test_vote_no_whose_counts_say_yes_is_refused(at: Any, ana: User) -> None:
    case = at(S.PROPOSED)
    assert refusal(
        moves.vote_no, case, by=ana, vote=votes(8, 3), reason=R.NO_LEVERAGE, text="No."
    ) == ["The vote carried. A no needs as many against as for, or more."]


def test_plan_that_failed_is_not_mistaken_for_the_vote_on_the_case(at: Any, ana: User) -> None:
    case = at(S.PROPOSED)
    make_plan(case, by=ana, votes_for=1, votes_against=9)
    assert refusal(moves.decline, case, by=ana, reason=R.NO_LEVERAGE, text="No.")


def test_defer_sends_questions_and_keeps_the_vote(at: Any, ana: User) -> None:
    case = at(S.PROPOSED)
    moves.defer(case, by=ana, questions="Who owns it?", vote=votes(7, 2))
    assert state_of(case) == S.MEETING
    assert moved(case) == (S.PROPOSED, S.MEETING, "", "Who owns it?")
    assert case.decisions.get().kind == "defer"


def test_defer_without_questions_is_refused(at: Any, ana: User) -> None:
    assert refusal(moves.defer, at(S.PROPOSED), by=ana, questions="  ") == [
        "Write down what the meeting wants to know."
    ]


def take_on(case: Case, *, days_ago: int) -> None:
    decision = make_decision(case, **votes())
    Decision.objects.filter(pk=decision.pk).update(at=timezone.now() - dt.timedelta(days=days_ago))


def test_start_queued_with_a_fresh_vote(at: Any, ana: User) -> None:
    case = at(S.QUEUED)
    take_on(case, days_ago=59)
    assert refusal(moves.start_queued, case, by=ana, confirmed=False) == [
        "Ask the people affected first. Go on when they still want it."
    ]
    moves.start_queued(case, by=ana, confirmed=True)
    assert state_of(case) == S.PREPARING
    assert case.log.filter(event="queue_checked").count() == 1


def test_start_queued_with_an_old_vote_takes_a_new_one(at: Any, ana: User) -> None:
    case = at(S.QUEUED)
    take_on(case, days_ago=61)
    assert refusal(moves.start_queued, case, by=ana, confirmed=True) == [
        "The vote is older than 60 days. Vote again."
    ]
    assert refusal(moves.start_queued, case, by=ana, confirmed=True, vote=votes(2, 2)) == [
        "The vote did not carry."
    ]
    moves.start_queued(case, by=ana, confirmed=True, vote=votes())
    assert state_of(case) == S.PREPARING


def test_start_queued_while_the_group_fights_enough_is_refused(at: Any, ana: User) -> None:
    make_group(fight_cap=1)
    at(S.ESCALATING)
    case = at(S.QUEUED)
    take_on(case, days_ago=1)
    assert refusal(moves.start_queued, case, by=ana, confirmed=True) == [
        "1 fight is running. That is as many as the group set itself."
    ]


# Letter and delivery


def ready_to_deliver(case: Case, ana: User, ben: User) -> Case:
    make_line(case)
    make_demand(case)
    make_final_letter(case, by=ana, approved_by=ben)
    make_action(cases=[case], tactic="delivery", roles={"affected": 1})
    Sheet.objects.filter(case=case).update(retaliation_talk_on=timezone.localdate())
    return case


def test_set_delivery_when_letter_action_and_talk_are_there(at: Any, ana: User, ben: User) -> None:
    case = ready_to_deliver(at(S.PREPARING), ana, ben)
    moves.set_delivery(case, by=ana)
    assert state_of(case) == S.DELIVERY_SET
    assert Case.objects.get(pk=case.pk).deadline_at is None  # nothing runs before the delivery


def test_set_delivery_says_what_is_missing(at: Any, ana: User) -> None:
    assert refusal(moves.set_delivery, at(S.PREPARING), by=ana) == [
        "The letter is not final. Everyone affected and one organizer who did not write it "
        "must approve it.",
        "Plan the delivery as an action, with roles, and announce it.",
        "Talk with the person about how the target may hit back. Then note the day.",
    ]


def test_set_delivery_with_facts_changed_since_the_letter_is_refused(
    at: Any, ana: User, ben: User
) -> None:
    case = ready_to_deliver(at(S.PREPARING), ana, ben)
    Case.objects.filter(pk=case.pk).update(facts_changed_at=timezone.now())
    assert refusal(moves.set_delivery, case, by=ana) == [
        "The facts changed after the letter became final. Draft the next version."
    ]


def delivered(**values: Any) -> dict[str, Any]:
    return {
        "at": timezone.now(),
        "place": "114 Maple Street",
        "handed_by": "Rosa",
        "received_by": "the shift manager",
        "method": "by_hand",
        "headcount": 31,
    } | values


def test_record_delivery_starts_the_clock_from_the_day_it_happened(
    at: Any, ana: User, ben: User
) -> None:
    case = ready_to_deliver(at(S.DELIVERY_SET), ana, ben)
    now = timezone.now() + dt.timedelta(days=6)
    moves.record_delivery(case, by=ana, **delivered(at=now))
    case = Case.objects.get(pk=case.pk)
    assert case.state == S.CLOCK_RUNNING
    assert case.deadline_at == Group.objects.get(pk=1).deadline_after(now, days=14)
    assert case.deadline_at == Delivery.objects.get().deadline_at
    assert "Demand delivered: 31 people, to the shift manager" in [e.what for e in case.log.all()]


def test_letter_that_asked_for_more_than_was_owed_on_its_day_is_not_delivered(
    at: Any, ana: User, ben: User
) -> None:
    """What came after the day of the delivery, but was noted first, is what the letter was for."""
    case, went = ready_to_deliver(at(S.DELIVERY_SET), ana, ben), timezone.now()
    day = timezone.localdate(went)
    paid = make_payment(case, "100.00", status="cleared", received_on=day)
    assert refusal(moves.record_delivery, case, by=ana, **delivered(at=went)) == [
        "The facts changed after the letter became final. Draft the next version."
    ]
    type(paid).objects.filter(pk=paid.pk).update(received_on=day + dt.timedelta(days=1))
    moves.record_delivery(case, by=ana, **delivered(at=went))
    assert state_of(case) == S.CLOCK_RUNNING


def test_record_delivery_twice_is_refused(at: Any, ana: User, ben: User) -> None:
    case = ready_to_deliver(at(S.DELIVERY_SET), ana, ben)
    moves.record_delivery(case, by=ana, **delivered())
    assert refusal(moves.record_delivery, case, by=ben, **delivered()) == [
        "This cannot be done while the case is at “Clock running”."
    ]
    assert Delivery.objects.count() == 1


def test_record_delivery_before_the_letter_is_final_is_refused(at: Any, ana: User) -> None:
    assert refusal(moves.record_delivery, at(S.DELIVERY_SET), by=ana, **delivered()) == [
        "There is no final letter to deliver."
    ]


def test_delivery_failed_leads_back_to_preparing(at: Any, ana: User) -> None:
    case = at(S.DELIVERY_SET)
    moves.delivery_failed(case, by=ana, note="The office was closed.")
    assert moved(case) == (
        S.DELIVERY_SET,
        S.PREPARING,
        R.DELIVERY_FAILED,
        "The office was closed.",
    )


# The clock


def clock(at: Any, *, days: int, **values: Any) -> Case:
    """Return a case whose deadline is so many local days ahead, at 17:00."""
    day = timezone.localdate() + dt.timedelta(days=days)
    deadline = dt.datetime.combine(day, dt.time(17), tzinfo=timezone.get_current_timezone())
    return at(S.CLOCK_RUNNING, deadline_at=deadline, demanded=Decimal(900), **values)


def test_escalate_after_the_deadline_with_a_voted_plan(at: Any, ana: User) -> None:
    case = clock(at, days=-1)
    make_plan(case, by=ana)
    moves.escalate(case, by=ana, note="No answer.")
    assert moved(case) == (S.CLOCK_RUNNING, S.ESCALATING, "", "No answer.")


def test_escalate_on_the_day_of_the_deadline_or_without_a_plan_is_refused(
    at: Any, ana: User
) -> None:
    first, second = refusal(moves.escalate, clock(at, days=0), by=ana)
    assert first.startswith("The deadline is ")
    assert second == "No plan of tactics has been voted yet."


def test_escalate_with_the_whole_sum_cleared_is_refused(at: Any, ana: User) -> None:
    case = clock(at, days=-1)
    make_plan(case, by=ana)
    make_payment(case, "900.00", status="cleared")
    assert refusal(moves.escalate, case, by=ana) == [
        "The whole sum has cleared. Mark the case as won."
    ]


def test_extend_deadline_once_keeps_the_hour(at: Any, ana: User) -> None:
    case = clock(at, days=2)
    day = timezone.localdate() + dt.timedelta(days=9)
    moves.extend_deadline(case, by=ana, deadline_on=day, note="Their lawyer asked.")
    case = Case.objects.get(pk=case.pk)
    local = timezone.localtime(case.deadline_at)
    assert (local.date(), local.time()) == (day, dt.time(17))
    assert case.deadline_extended
    told = [entry.what for entry in case.log.all()]
    assert f"Deadline moved to {date_in_words(day)}" in told
    assert refusal(
        moves.extend_deadline, case, by=ana, deadline_on=day + dt.timedelta(days=1), note="Again."
    ) == ["The deadline was moved once already."]


@pytest.mark.parametrize("days", [-1, 0, 2])
def test_extend_deadline_to_a_day_not_later_is_refused(at: Any, ana: User, days: int) -> None:
    day = timezone.localdate() + dt.timedelta(days=days)
    assert refusal(
        moves.extend_deadline, clock(at, days=2), by=ana, deadline_on=day, note="Why."
    ) == ["Choose a day after today and after the deadline there is now."]


def test_extend_deadline_over_a_clock_change_keeps_the_local_hour(at: Any, ana: User) -> None:
    zone = Group.objects.get(pk=1).zone
    case = at(S.CLOCK_RUNNING, deadline_at=dt.datetime(2199, 10, 25, 17, tzinfo=zone), demanded=1)
    with timezone.override(zone):
        moves.extend_deadline(case, by=ana, deadline_on=dt.date(2199, 11, 8), note="Why.")
    new = Case.objects.get(pk=case.pk).deadline_at.astimezone(zone)
    assert new.isoformat() == "2199-11-08T17:00:00-08:00"


# Agreement and the end


@pytest.mark.parametrize("state", [S.PREPARING, S.DELIVERY_SET])
def test_agree_to_the_whole_demand_before_the_delivery_takes_no_vote(
    at: Any, ana: User, state: str
) -> None:
    case = at(state, demanded=Decimal(600))
    moves.agree(case, by=ana, offer=make_offer(case, "600.00"), affected_agreed=True)
    assert state_of(case) == S.AGREED
    assert case.offers.get().status == Offer.Status.ACCEPTED


@pytest.mark.parametrize("state", [S.PREPARING, S.DELIVERY_SET])
def test_agree_to_less_before_the_delivery_takes_a_vote(at: Any, ana: User, state: str) -> None:
    case = at(state, demanded=Decimal("600.01"))
    offer = make_offer(case, "600.00")
    assert refusal(moves.agree, case, by=ana, offer=offer, affected_agreed=True) == [
        "This takes a vote of the meeting. Record it with the move."
    ]
    assert refusal(
        moves.agree, case, by=ana, offer=offer, affected_agreed=True, vote=votes(1, 2)
    ) == ["The vote did not carry."]
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=votes())
    assert (state_of(case), case.decisions.valid().last().kind) == (S.AGREED, "offer")


@pytest.mark.parametrize(
    ("wanted", "terms", "silence"),
    [
        ({"release": True}, "", False),
        ({"silence": True}, "", False),
        ({}, "A letter.", False),
        ({}, "", True),
    ],
)
def test_agree_to_the_whole_sum_and_something_in_return_takes_a_vote(
    at: Any, ana: User, wanted: dict[str, bool], terms: str, silence: bool
) -> None:
    case = at(S.PREPARING)
    make_demand(case, "600.00", other_terms=terms)
    offer = make_offer(case, "600.00", **wanted)
    said = {"by": ana, "offer": offer, "affected_agreed": True, "silence": silence}
    assert refusal(moves.agree, case, **said) == [
        "This takes a vote of the meeting. Record it with the move."
    ]
    moves.agree(case, **said, vote=votes())
    assert state_of(case) == S.AGREED


@pytest.mark.parametrize("state", S.FIGHTING)
def test_agree_in_a_fight_takes_a_vote(at: Any, ana: User, state: str) -> None:
    case = at(state)
    offer = make_offer(case)
    assert refusal(moves.agree, case, by=ana, offer=offer, affected_agreed=True) == [
        "Accepting an offer takes a vote."
    ]
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=votes())
    assert (state_of(case), case.offers.get().decision.kind) == (S.AGREED, "offer")


def test_agree_without_the_people_affected_is_refused(at: Any, ana: User) -> None:
    case = at(S.ESCALATING)
    assert refusal(
        moves.agree, case, by=ana, offer=make_offer(case), affected_agreed=False, vote=votes()
    ) == ["The people affected decide. Without their yes nothing is accepted."]


def test_agree_to_an_offer_of_another_case_is_refused(at: Any, ana: User) -> None:
    case = at(S.PREPARING)
    make_offer(case)
    foreign = make_offer(at(S.PREPARING))
    assert refusal(moves.agree, case, by=ana, offer=foreign, affected_agreed=True) == [
        "Somebody dealt with this offer meanwhile."
    ]


@pytest.mark.parametrize("state", S.ACCEPTED)
def test_win_when_the_whole_sum_has_cleared(at: Any, ana: User, state: str) -> None:
    case = at(state, demanded=Decimal(900))
    make_payment(case, "400.00", status="cleared")
    make_payment(case, "500.00", status="cleared")
    moves.win(case, by=ana, demand_met=True, note="Persistence.")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.closed_at is not None) == (S.WON, True)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("", "$0.00 of $900.00 has cleared."),
        ("bounced", "$0.00 of $900.00 has cleared."),
    ],
)
def test_win_with_money_that_has_not_cleared_is_refused(
    at: Any, ana: User, status: str, sentence: str
) -> None:
    case = at(S.AGREED, demanded=Decimal(900))
    make_payment(case, "900.00", status=status)
    assert refusal(moves.win, case, by=ana, demand_met=True) == [sentence]


def test_win_without_everything_done_is_refused(at: Any, ana: User) -> None:
    case = at(S.AGREED, demanded=Decimal(0))
    assert refusal(moves.win, case, by=ana, demand_met=False) == [
        "Confirm that everything demanded is done."
    ]


def test_settle_of_an_agreement_when_its_money_cleared(at: Any, ana: User) -> None:
    case = at(S.AGREED, demanded=Decimal(900))
    make_offer(case, "600.00", status=Offer.Status.ACCEPTED)
    make_payment(case, "599.99", status="cleared")
    assert refusal(moves.settle, case, by=ana, reason=R.FAIR_ENOUGH) == [
        "$599.99 of the $600.00 agreed has cleared."
    ]
    make_payment(case, "0.01", status="cleared")
    moves.settle(case, by=ana, reason=R.FAIR_ENOUGH, note="Enough.")
    assert Case.objects.get(pk=case.pk).close_reason == R.FAIR_ENOUGH
    assert moved(case) == (S.AGREED, S.SETTLED, R.FAIR_ENOUGH, "Enough.")


@pytest.mark.parametrize("state", S.FIGHTING)
def test_settle_in_a_fight_takes_a_vote_and_cleared_money(at: Any, ana: User, state: str) -> None:
    case = at(state, demanded=Decimal(900))
    assert refusal(moves.settle, case, by=ana, reason=R.TIME, vote=votes()) == [
        "No money has cleared. Without money it is not settled, but lost or dropped."
    ]
    make_payment(case, "500.00", status="cleared")
    assert refusal(moves.settle, case, by=ana, reason=R.TIME) == [
        "This takes a vote of the meeting. Record it with the move.",
        "The people affected must have been there, or said yes before.",
    ]
    moves.settle(case, by=ana, reason=R.TIME, vote=votes())
    assert (state_of(case), case.decisions.get().kind) == (S.SETTLED, "settle")


def test_settle_with_a_payment_pending_is_refused(at: Any, ana: User) -> None:
    case = at(S.ESCALATING, demanded=Decimal(900))
    make_payment(case, "500.00", status="cleared")
    make_payment(case, "100.00")
    assert refusal(moves.settle, case, by=ana, reason=R.TIME, vote=votes()) == [
        "A payment was received, but nobody has said yet whether it cleared."
    ]


def test_vote_on_a_plan_does_not_settle_a_case(at: Any, ana: User) -> None:
    case = at(S.ESCALATING, demanded=Decimal(900))
    make_payment(case, "500.00", status="cleared")
    make_plan(case, by=ana)
    assert len(refusal(moves.settle, case, by=ana, reason=R.TIME)) == 2


def test_default_goes_on_fighting_and_breaks_the_offer(at: Any, ana: User) -> None:
    case = at(S.AGREED)
    make_offer(case, status=Offer.Status.ACCEPTED)
    moves.default(case, by=ana, reason=R.BOUNCED, note="The second cheque.")
    assert (state_of(case), case.offers.get().status) == (S.ESCALATING, Offer.Status.BROKEN)


def test_lose_takes_a_vote_that_carries(at: Any, ana: User) -> None:
    case = at(S.ESCALATING)
    assert refusal(moves.lose, case, by=ana, reason=R.EXHAUSTED, vote=votes(1, 4)) == [
        "The vote did not carry."
    ]
    without = votes(affected_agreed=False)
    assert refusal(moves.lose, case, by=ana, reason=R.EXHAUSTED, vote=without) == [
        "The people affected must have been there, or said yes before."
    ]
    moves.lose(case, by=ana, reason=R.EXHAUSTED, vote=votes(), note="Start smaller.")
    assert moved(case) == (S.ESCALATING, S.LOST, R.EXHAUSTED, "Start smaller.")


@pytest.mark.parametrize("state", S.ACCEPTED)
def test_drop_by_their_own_word_takes_no_vote(at: Any, ana: User, state: str) -> None:
    case = at(state)
    assert refusal(moves.drop, case, by=ana, reason=R.OWN_WISH) == [
        "Everyone affected must have said so themselves."
    ]
    moves.drop(case, by=ana, reason=R.OWN_WISH, own_word=True)
    assert (state_of(case), case.decisions.count()) == (S.DROPPED, 0)


@pytest.mark.parametrize("reason", [R.MOVED, R.SAFETY, R.CAPACITY])
def test_drop_for_moved_safety_or_too_few_takes_a_vote_and_everyones_yes(
    at: Any, ana: User, reason: str
) -> None:
    case = at(S.ESCALATING)
    assert refusal(moves.drop, case, by=ana, reason=reason, own_word=True) == [
        "Dropping it for this reason takes a vote."
    ]
    assert refusal(moves.drop, case, by=ana, reason=reason, vote=votes(2, 2)) == [
        "The vote did not carry."
    ]
    without = votes(affected_agreed=False)
    assert refusal(moves.drop, case, by=ana, reason=reason, vote=without) == [
        "The people affected must have been there, or said yes before."
    ]
    moves.drop(case, by=ana, reason=reason, vote=votes())
    assert state_of(case) == S.DROPPED


@pytest.mark.parametrize("reason", [R.SETTLED_PRIVATELY, R.FACTS_DOUBTFUL])
def test_drop_for_what_they_did_takes_the_vote_alone_and_tells_them(
    at: Any, ana: User, reason: str
) -> None:
    case = at(S.ESCALATING)
    vote = votes(affected_agreed=False)
    assert refusal(moves.drop, case, by=ana, reason=reason, vote=vote, text=" ") == [
        "Write to the person what was decided and why."
    ]
    moves.drop(case, by=ana, reason=reason, vote=vote, text="We stop here.")
    assert (state_of(case), case.messages.get().text) == (S.DROPPED, "We stop here.")


def test_drop_as_unresponsive_counts_tries_from_the_last_word(at: Any, ana: User) -> None:
    now = timezone.now()
    case = at(S.ESCALATING, opened_at=now - dt.timedelta(days=60))
    for days, method in ((30, "phone"), (29, "text"), (15, "phone")):
        make_contact(case, result="no_answer", method=method, at=now - dt.timedelta(days=days))
    Message.objects.create(case=case, text="Soon.", from_team=False, at=now - dt.timedelta(days=20))
    vote = votes(affected_agreed=False)
    tries = ["Try at least 3 times, in 2 different ways, over 10 days. Log each try."]
    assert refusal(moves.drop, case, by=ana, reason=R.UNRESPONSIVE, vote=vote) == tries
    make_contact(case, result="left_message", method="text")
    make_contact(case, result="no_answer", method="in_person", purpose="safety")
    assert refusal(moves.drop, case, by=ana, reason=R.UNRESPONSIVE, vote=vote) == tries
    make_contact(case, result="no_answer", method="phone")
    assert refusal(moves.drop, case, by=ana, reason=R.UNRESPONSIVE) == [
        "Dropping it for this reason takes a vote."
    ]
    moves.drop(case, by=ana, reason=R.UNRESPONSIVE, vote=vote)
    assert state_of(case) == S.DROPPED


def test_drop_of_a_paused_case_only_when_it_was_taken_on(at: Any, ana: User) -> None:
    never = at(S.ON_HOLD, held_state=S.MEETING)
    assert refusal(moves.drop, never, by=ana, reason=R.OWN_WISH, own_word=True) == [
        "The group has not taken this case on yet."
    ]
    fight = at(S.ON_HOLD, held_state=S.ESCALATING, hold_reason=R.SAFETY)
    moves.drop(fight, by=ana, reason=R.OWN_WISH, own_word=True)
    fight = Case.objects.get(pk=fight.pk)
    assert (fight.state, fight.held_state, fight.hold_reason) == (S.DROPPED, "", "")


@pytest.mark.parametrize("state", [*S.BEFORE_VOTE, *S.ACCEPTED])
def test_hold_and_resume_come_back_to_the_same_state(at: Any, ana: User, state: str) -> None:
    case = at(state)
    day = timezone.localdate() + dt.timedelta(days=30)
    moves.hold(case, by=ana, reason=R.SAFETY, review_on=day, note="Until they answer.")
    held = Case.objects.get(pk=case.pk)
    assert (held.state, held.held_state, held.hold_review_on, held.hold_reason) == (
        S.ON_HOLD,
        state,
        day,
        R.SAFETY,
    )
    moves.resume(held, by=ana)
    resumed = Case.objects.get(pk=case.pk)
    overlay = (resumed.held_state, resumed.hold_review_on, resumed.hold_reason)
    assert (resumed.state, *overlay) == (state, "", None, "")


@pytest.mark.parametrize("state", S.ACCEPTED)
def test_truce_takes_a_vote_and_everyones_yes(at: Any, ana: User, state: str) -> None:
    case = at(state)
    until = timezone.localdate() + dt.timedelta(days=9)
    truce = {"by": ana, "reason": R.TRUCE, "review_on": until}
    assert refusal(moves.hold, case, **truce) == ["A truce takes a vote."]
    assert refusal(moves.hold, case, **truce, vote=votes(1, 1)) == ["The vote did not carry."]
    assert refusal(moves.hold, case, **truce, vote=votes(affected_agreed=False)) == [
        "The people affected must have been there, or said yes before."
    ]
    moves.hold(case, **truce, vote=votes())
    assert (state_of(case), case.decisions.get().kind) == (S.ON_HOLD, "truce")


def test_hold_longer_takes_another_day_and_reason_and_keeps_the_state_below(
    at: Any, ana: User
) -> None:
    case = at(S.ON_HOLD, held_state=S.ESCALATING, hold_reason=R.SAFETY)
    day = timezone.localdate() + dt.timedelta(days=12)
    truce = {"by": ana, "reason": R.TRUCE, "review_on": day}
    assert refusal(moves.hold_longer, case, **truce) == ["A truce takes a vote."]
    moves.hold_longer(case, **truce | {"reason": R.RECORDS})
    held = Case.objects.get(pk=case.pk)
    assert (held.state, held.held_state, held.hold_review_on, held.hold_reason) == (
        S.ON_HOLD,
        S.ESCALATING,
        day,
        R.RECORDS,
    )
    moves.resume(held, by=ana)
    assert state_of(case) == S.ESCALATING


def test_truce_before_the_fight_is_refused(at: Any, ana: User) -> None:
    until = timezone.localdate() + dt.timedelta(days=9)
    truce = {"by": ana, "reason": R.TRUCE, "review_on": until, "vote": votes()}
    assert refusal(moves.hold, at(S.QUEUED), **truce) == [
        "A truce is for a fight that runs. Choose another reason."
    ]


@pytest.mark.parametrize("days", [-1, 0, 31])
def test_hold_longer_than_thirty_days_or_until_a_day_past_is_refused(
    at: Any, ana: User, days: int
) -> None:
    day = timezone.localdate() + dt.timedelta(days=days)
    assert refusal(moves.hold, at(S.MEETING), by=ana, reason=R.SAFETY, review_on=day) == [
        "Choose a day within the next 30 days."
    ]


# What holds for all


NOW = timezone.now()
CALLS: dict[str, dict[str, Any]] = {
    "take": attempt(at=NOW),
    "arrange_meeting": {"at": NOW, "place": "Library", "organizers": [1, 2]},
    "withdraw": {"reason": R.OWN_WISH},
    "decline": {"reason": R.TOO_FAR, "text": "Text."},
    "refer": {"reason": R.TOO_FAR, "text": "Text.", "places": "Clinic"},
    "propose": {},
    "defer": {"questions": "Who?"},
    "start_queued": {"confirmed": True},
    "back_to_proposed": {"reason": R.FACTS_CHANGED, "note": "Note."},
    "set_delivery": {},
    "delivery_failed": {"note": "Note."},
    "escalate": {},
    "extend_deadline": {"deadline_on": NOW.date() + dt.timedelta(days=40), "note": "Note."},
    "win": {"demand_met": True},
    "settle": {"reason": R.TIME},
    "default": {"reason": R.BOUNCED, "note": "Note."},
    "lose": {"reason": R.EXHAUSTED, "vote": votes(held_on=NOW.date())},
    "drop": {"reason": R.OWN_WISH, "own_word": True},
    "hold": {"reason": R.SAFETY, "review_on": NOW.date() + dt.timedelta(days=9)},
    "hold_longer": {"reason": R.SAFETY, "review_on": NOW.date() + dt.timedelta(days=9)},
    "resume": {},
}


@pytest.mark.parametrize("name", CALLS)
def test_verb_from_a_wrong_state_is_refused_and_changes_nothing(
    at: Any, ana: User, name: str
) -> None:
    for state in (S.NEW, S.WON):
        if state in TRANSITIONS[name]:
            continue
        assert refusal(getattr(moves, name), at(state), by=ana, **CALLS[name]) == [
            f"This cannot be done while the case is at “{S(state).label}”."
        ]


def test_case_is_read_for_guards_in_one_query(at: Any, django_assert_num_queries: Any) -> None:
    case = at(S.ESCALATING)
    for _n in range(3):
        make_payment(case, "10.00", status="cleared")
        make_offer(case)
        CaseParty.objects.filter(case=case).update(joined_on=timezone.localdate())
    with django_assert_num_queries(1):
        known = CaseLifecycle.objects.with_facts().get(pk=case.pk)
        assert [moves.blocked_by(known, name, now=NOW) for name in TRANSITIONS]
