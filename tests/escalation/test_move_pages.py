"""The pages of moves: what they ask, what they say when something is missing, who may use them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseState, Group, Message, Person, User
from escalation import offered
from escalation.models import Decision, Offer, Rung
from escalation.move_pages import PAGES
from letters.models import Delivery
from tests.factories import (
    complete_sheet,
    make_case,
    make_contact,
    make_decision,
    make_demand,
    make_final_letter,
    make_group,
    make_line,
    make_member,
    make_offer,
    make_payment,
    make_plan,
    make_user,
    put_on_duty,
)

S = CaseState


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
def client(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


@pytest.fixture
def at(ana: User, ben: User) -> Any:
    def make(state: str, **values: Any) -> Case:
        return make_case(state=state, **({"team": [ana, ben]} | values))

    return make


def url(case: Case, name: str) -> str:
    return reverse("make_move", args=[case.reference, name])


def today(days: int = 0) -> str:
    zone = Group.objects.get(pk=1).zone
    return (timezone.localdate(timezone=zone) + dt.timedelta(days=days)).isoformat()


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def counts(in_favour: int = 9, against: int = 1, **values: Any) -> dict[str, Any]:
    return {
        "held_on": today(),
        "motion": "Take it on",
        "votes_for": in_favour,
        "votes_against": against,
        "abstained": 0,
        "affected_agreed": "on",
    } | values


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# Every page


def test_every_step_that_is_offered_has_its_page() -> None:
    assert {*PAGES, *offered.OWN_PAGES} == set(offered.LABELS)


@pytest.mark.parametrize("state", offered.PAGES_AT)
def test_pages_of_a_state_open_and_change_nothing(
    client: Client, at: Any, ana: User, state: str
) -> None:
    put_on_duty(ana)
    case = at(state, team=[] if state == S.NEW else [ana, make_user()])
    before = Case.objects.filter(pk=case.pk).values().get()
    for name in offered.PAGES_AT[state]:
        response = client.get(url(case, name))
        assert response.status_code == 200
        assert str(offered.LABELS[name]) in text_of(response)
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert not case.log.exists()


def test_hand_made_post_from_a_wrong_state_is_refused_with_the_reason(
    client: Client, at: Any, ana: User
) -> None:
    put_on_duty(ana)
    offered_somewhere = {name for names in offered.PAGES_AT.values() for name in names}
    for n, name in enumerate(sorted(offered_somewhere & {*PAGES})):
        wrong = [s for s in S.values if name not in offered.PAGES_AT.get(s, ())]
        case = at(state := wrong[n % len(wrong)])
        before = Case.objects.filter(pk=case.pk).values().get()
        response = client.post(url(case, name), counts(reason="too_far", note="In vain."))
        assert response.status_code == 409
        reason = f"“{offered.LABELS[name]}” cannot be done while the case is at “{S(state).label}”."
        assert response.context["reasons"] == [reason]
        assert Case.objects.filter(pk=case.pk).values().get() == before
        assert not case.log.exists()


def test_post_of_an_unknown_step_is_refused(client: Client, at: Any) -> None:
    case = at(S.CONTACTING)
    for name in ("won", "accept", "state", "x" * 300, "%00"):
        response = client.post(url(case, "NAME").replace("NAME", name))
        assert response.status_code == 409
        assert response.context["reasons"] == [
            "There is no such step. The page of the case shows what can be done."
        ]
    assert state_of(case) == S.CONTACTING


def test_get_of_an_unknown_step_is_not_found(client: Client, at: Any) -> None:
    assert client.get(url(at(S.CONTACTING), "won")).status_code == 404


def test_refused_step_keeps_what_was_typed(client: Client, at: Any) -> None:
    case = at(S.WON)
    response = client.post(url(case, "hold"), {"reason": "truce", "note": "Until <Monday> & on"})
    assert "Until &lt;Monday&gt; &amp; on" in text_of(response)


def test_step_in_a_case_of_another_team_is_not_found(client: Client) -> None:
    case = make_case(state=S.CONTACTING, team=[make_user(), make_user()])
    for method in (client.get, client.post):
        assert method(url(case, "hold")).status_code == 404
    assert client.post(reverse("vote_plan", args=[case.reference])).status_code == 404
    assert client.post(reverse("record_offer", args=[case.reference])).status_code == 404


def test_page_drawn_before_somebody_else_moved_the_case_says_so(client: Client, at: Any) -> None:
    case = at(S.CONTACTING)
    sent = {
        "seen_state": "new",
        "reason": "safety",
        "review_on": today(9),
        "note": "Typed meanwhile.",
    }
    response = client.post(url(case, "hold"), sent)
    assert response.status_code == 409
    sentence = "Somebody moved this case meanwhile. It is at “Making contact” now."
    assert sentence in text_of(response)
    assert "Typed meanwhile." in text_of(response)
    assert state_of(case) == S.CONTACTING
    response = client.post(url(case, "hold"), sent | {"seen_state": "contacting"})
    assert response.status_code == 302


# Who may


def test_member_of_the_team_makes_moves_after_the_vote_but_not_before(client: Client) -> None:
    mia = make_member("Mia")
    client.force_login(mia)
    early = make_case(state=S.MEETING, team=[mia])
    late = make_case(state=S.DELIVERY_SET, team=[mia])
    response = client.post(url(early, "decline"), {"reason": "too_far", "text": "No."})
    assert response.status_code == 409
    assert response.context["reasons"] == [
        "Before the vote, organizers do this. Ask one of the team."
    ]
    assert state_of(early) == S.MEETING
    assert client.post(url(late, "delivery_failed"), {"note": "Closed."}).status_code == 302
    assert state_of(late) == S.PREPARING


def test_new_case_is_taken_by_people_on_intake_duty(client: Client, ana: User) -> None:
    case = make_case()
    sent = {"method": "phone", "result": "reached", "at": "2026-01-01T10:00", "note": ""}
    assert client.post(url(case, "take"), sent).status_code == 404
    put_on_duty(ana)
    response = client.post(url(case, "take"), sent)
    assert response.status_code == 302
    assert response.headers["Location"] == Case.objects.get(pk=case.pk).get_absolute_url()
    assert (state_of(case), Case.objects.get(pk=case.pk).responsible) == (S.CONTACTING, ana)


def test_new_case_can_be_given_to_another_organizer(client: Client, ana: User) -> None:
    put_on_duty(ana)
    case, cleo = make_case(), make_user("Cleo")
    sent = {"method": "phone", "result": "no_answer", "at": "2026-01-01T10:00"}
    client.post(url(case, "take"), sent | {"responsible": cleo.pk})
    taken = Case.objects.get(pk=case.pk)
    assert (taken.state, taken.responsible, list(taken.team.all())) == (S.CONTACTING, cleo, [cleo])
    assert taken.log.get(event="contact").by == ana
    mia = make_member("Mia")
    assert "responsible" in errors(client.post(url(make_case(), "take"), {"responsible": mia.pk}))


def test_discard_wants_to_be_sure_and_leads_to_the_board(client: Client, ana: User) -> None:
    put_on_duty(ana)
    case = make_case()
    assert errors(client.post(url(case, "discard"))) == {
        "sure": ["Tick this only if nobody needs help here."]
    }
    response = client.post(url(case, "discard"), {"sure": "on"})
    assert response.headers["Location"] == reverse("board")
    assert not Case.objects.filter(pk=case.pk).exists()


# Before the vote


def test_arrange_meeting_wants_two_organizers_and_a_person_reached(
    client: Client, at: Any, ana: User, ben: User
) -> None:
    case = at(S.CONTACTING)
    sent = {"at": f"{today(2)}T18:30", "place": "Library", "organizers": [ana.pk]}
    response = client.post(url(case, "arrange_meeting"), sent)
    assert errors(response) == {"organizers": ["Two organizers go to a first meeting. Name two."]}
    sent["organizers"] = [ana.pk, ben.pk]
    response = client.post(url(case, "arrange_meeting"), sent)
    assert response.status_code == 409
    assert response.context["refused"] == [
        "Nobody has reached the person yet. Log the contact first."
    ]
    assert "Library" in text_of(response)
    make_contact(case)
    assert client.post(url(case, "arrange_meeting"), sent).status_code == 302
    meeting = Case.objects.get(pk=case.pk).initial_meeting
    assert timezone.localtime(meeting.at, Group.objects.get(pk=1).zone).hour == 18


def test_arrange_meeting_refuses_impossible_days(
    client: Client, at: Any, ana: User, ben: User
) -> None:
    address = url(at(S.CONTACTING), "arrange_meeting")
    for when in ("9999-12-31T23:59", "0001-01-01T00:00", "2026-02-30T10:00", "x"):
        sent = {"at": when, "place": "Library", "organizers": [ana.pk, ben.pk]}
        response = client.post(address, sent)
        assert (response.status_code, list(errors(response))) == (200, ["at"])


def test_arrange_meeting_takes_a_damaged_hidden_field_for_a_meeting_that_changed(
    client: Client, at: Any, ana: User, ben: User
) -> None:
    case = at(S.CONTACTING)
    make_contact(case)
    sent = {"at": f"{today(2)}T18:30", "place": "Library", "organizers": [ana.pk, ben.pk]}
    response = client.post(url(case, "arrange_meeting"), sent | {"seen": "nonsense"})
    assert response.status_code in (200, 409)
    assert "Library" in text_of(response)


def test_page_says_what_is_missing_before_anything_is_typed(client: Client, at: Any) -> None:
    response = client.get(url(at(S.CONTACTING), "arrange_meeting"))
    assert "Nobody has reached the person yet." in text_of(response)


def test_text_to_the_person_is_ready_in_the_language_they_read(client: Client, at: Any) -> None:
    case = at(S.MEETING)
    Person.objects.update(language_read="es")
    response = client.get(url(case, "refer"))
    assert "They read Spanish." in text_of(response)
    sent = {
        "reason": "better_elsewhere",
        "places": "Clínica, 555 0101",
        "text": "Podemos ayudarle mejor allí.",
    }
    assert client.post(url(case, "refer"), sent).status_code == 302
    text = Message.objects.get(case=case).text
    assert text == "Podemos ayudarle mejor allí.\n\nClínica, 555 0101"


def test_propose_a_complete_sheet(client: Client, at: Any) -> None:
    case = at(S.MEETING)
    complete_sheet(case)
    case.claim_lines.all().delete()
    response = client.post(url(case, "propose"), {"note": ""})
    assert response.status_code == 409
    assert response.context["refused"] == ["The sum is not worked out. Add claim lines."]
    make_line(case)
    assert client.post(url(case, "propose"), {"note": ""}).status_code == 302
    assert state_of(case) == S.PROPOSED


# The vote


@pytest.fixture
def proposed(at: Any) -> Case:
    case = at(S.PROPOSED)
    case.parties.update(joined_on=timezone.localdate())
    make_line(case)
    return case


def taken_on(**values: Any) -> dict[str, Any]:
    return (
        counts()
        | {"result": "take_on", "sum_voted": "1,620.00", "deadline_days": "7", "text": "..."}
        | values
    )


def test_vote_form_starts_with_the_sum_worked_out(client: Client, proposed: Case) -> None:
    form = client.get(url(proposed, "vote")).context["form"]
    assert form["motion"].value() == f"Take on {proposed.reference} and demand $1,620.00"
    assert str(form["sum_voted"].value()) == "1620.00"
    assert form["deadline_days"].value() == 14


def test_vote_that_takes_it_on_leads_to_the_letter(
    client: Client, proposed: Case, ana: User
) -> None:
    cleo = make_member("Cleo")
    response = client.post(url(proposed, "vote"), taken_on(members=[cleo.pk]), follow=True)
    assert "The case is taken on. Next comes the letter." in text_of(response)
    case = Case.objects.get(pk=proposed.pk)
    assert (case.state, case.demanded) == (S.PREPARING, Decimal("1620.00"))
    assert cleo in case.team.all()
    assert case.demands.get().deadline_days == 7


def test_vote_that_takes_it_on_may_lead_to_the_queue(
    client: Client, proposed: Case, at: Any
) -> None:
    make_group(fight_cap=1)
    at(S.ESCALATING)
    response = client.post(url(proposed, "vote"), taken_on(), follow=True)
    assert "waits in the queue until a fight ends" in text_of(response)
    assert state_of(proposed) == S.QUEUED


YES_NEEDS = [
    ({"result": ""}, {"result": ["Choose what the meeting decided."]}),
    (
        {"votes_for": 4, "votes_against": 4},
        {"result": ["The vote did not carry: there must be more for than against."]},
    ),
    ({"sum_voted": ""}, {"sum_voted": ["This is needed for what you chose."]}),
    ({"sum_voted": "0"}, {"sum_voted": ["The sum must be more than zero."]}),
    ({"sum_voted": "-5"}, {"sum_voted": ["The sum must be more than zero."]}),
    ({"votes_for": ""}, {"votes_for": ["This is needed for what you chose."]}),
    (
        {"votes_for": 0, "votes_against": 0},
        {
            "votes_for": ["Nobody voted. Count the hands."],
        },
    ),
    ({"votes_for": "-1"}, {"votes_for": ["Write a whole number from 0 to 999."]}),
    ({"held_on": ""}, {"held_on": ["This is needed for what you chose."]}),
    ({"held_on": "9999-12-31"}, {"held_on": ["Look at the year of this day again."]}),
    ({"motion": ""}, {"motion": ["This is needed for what you chose."]}),
    (
        {"affected_agreed": ""},
        {"affected_agreed": ["The people affected must have been there, or said yes before."]},
    ),
    ({"deadline_days": ""}, {"deadline_days": ["This is needed for what you chose."]}),
]


def test_vote_that_takes_it_on_says_beside_the_field_what_it_needs(
    client: Client, proposed: Case
) -> None:
    for sent, wrong in YES_NEEDS:
        response = client.post(url(proposed, "vote"), taken_on(motion="Ours") | sent)
        assert response.status_code == 200
        assert errors(response) == wrong
    assert state_of(proposed) == S.PROPOSED
    assert not Decision.objects.exists()


def test_vote_with_a_team_of_one_asks_for_a_second(client: Client, ana: User) -> None:
    case = make_case(state=S.PROPOSED, team=[ana])
    assert errors(client.post(url(case, "vote"), taken_on())) == {
        "members": ["The team needs two people or more."]
    }


def test_vote_before_the_case_was_opened_is_refused(client: Client, proposed: Case) -> None:
    (sentence,) = errors(client.post(url(proposed, "vote"), taken_on(held_on=today(-1))))["held_on"]
    assert sentence.endswith("The vote cannot be earlier.")


def test_vote_to_take_on_a_case_that_is_not_ready_is_refused_with_everything_kept(
    client: Client, at: Any
) -> None:
    case = at(S.PROPOSED)
    response = client.post(url(case, "vote"), taken_on(motion="Fight for Rosa & José"))
    assert response.status_code == 409
    assert response.context["refused"] == [
        "Record for each affected person when they joined the network."
    ]
    assert "Fight for Rosa &amp; José" in text_of(response)
    assert not Decision.objects.exists()


def test_vote_page_says_what_a_yes_lacks_and_a_no_is_still_possible(
    client: Client, at: Any
) -> None:
    case = at(S.PROPOSED)
    page = text_of(client.get(url(case, "vote")))
    assert "<b>A yes in the vote</b> is not open yet" in page
    sent = counts(2, 7) | {"result": "decline", "reason": "no_leverage", "text": "We voted no."}
    assert client.post(url(case, "vote"), sent).status_code == 302
    assert state_of(case) == S.DECLINED


NO_NEEDS = [
    ({"reason": ""}, {"reason"}),
    ({"text": ""}, {"text"}),
    ({"votes_for": 8}, {"result"}),
    ({"result": "refer", "places": ""}, {"places"}),
]


def test_vote_no_says_what_it_needs(client: Client, proposed: Case) -> None:
    full = counts(2, 7) | {
        "result": "decline",
        "reason": "no_leverage",
        "text": "We voted no.",
        "places": "Legal aid",
    }
    for sent, wrong in NO_NEEDS:
        assert set(errors(client.post(url(proposed, "vote"), full | sent))) == wrong
    assert state_of(proposed) == S.PROPOSED


def test_vote_to_refer_names_the_place(client: Client, proposed: Case) -> None:
    sent = counts(2, 7) | {
        "result": "refer",
        "reason": "better_elsewhere",
        "places": "Legal aid, 555 0102",
        "text": "They can help.",
    }
    client.post(url(proposed, "vote"), sent)
    assert state_of(proposed) == S.REFERRED
    assert Message.objects.get().text.endswith("Legal aid, 555 0102")


def test_vote_to_ask_first_needs_questions_and_no_counts(client: Client, proposed: Case) -> None:
    sent = {"result": "defer", "questions": ""}
    assert set(errors(client.post(url(proposed, "vote"), sent))) == {"questions"}
    client.post(url(proposed, "vote"), sent | {"questions": "Who owns the place?"})
    assert state_of(proposed) == S.MEETING
    assert not Decision.objects.exists()


def test_vote_on_something_else_may_demand_no_money(client: Client, at: Any) -> None:
    case = at(S.PROPOSED, kind=Case.Kind.OTHER)
    case.parties.update(joined_on=timezone.localdate())
    sent = taken_on(sum_voted="", other_terms="")
    assert errors(client.post(url(case, "vote"), sent)) == {
        "other_terms": ["Without a sum, write down what is demanded."]
    }
    client.post(url(case, "vote"), sent | {"other_terms": "Drop the charge."})
    assert (state_of(case), case.demands.get().amount) == (S.PREPARING, Decimal(0))


def test_start_queued_asks_for_a_vote_only_when_the_last_is_old(client: Client, at: Any) -> None:
    case = at(S.QUEUED)
    response = client.post(url(case, "start_queued"), {"confirmed": "on"})
    assert "votes_for" in errors(response)
    make_decision(case)
    assert "votes_for" not in client.get(url(case, "start_queued")).context["form"].fields
    assert "confirmed" in errors(client.post(url(case, "start_queued")))
    assert client.post(url(case, "start_queued"), {"confirmed": "on"}).status_code == 302
    assert state_of(case) == S.PREPARING


# Delivery and deadline


def to_deliver(at: Any, ana: User, ben: User, **texts: Any) -> Case:
    case = at(S.DELIVERY_SET)
    make_line(case)
    make_demand(case)
    make_final_letter(case, by=ana, approved_by=ben, **texts)
    return case


def delivery(**values: Any) -> dict[str, Any]:
    zone = Group.objects.get(pk=1).zone
    return {
        "at": f"{timezone.localtime(timezone=zone):%Y-%m-%dT%H:%M}",
        "place": "114 Maple Street",
        "handed_by": "Rosa",
        "received_by": "the shift manager",
        "method": "by_hand",
        "headcount": "31",
        "who_went": "two who speak to police",
        "note": "",
    } | values


def test_set_delivery_page_lists_what_is_missing(client: Client, at: Any) -> None:
    response = client.post(url(at(S.PREPARING), "set_delivery"))
    assert response.status_code == 409
    assert len(response.context["refused"]) == 3


def test_delivery_starts_the_clock_and_says_the_deadline(
    client: Client, at: Any, ana: User, ben: User
) -> None:
    case = to_deliver(at, ana, ben)
    response = client.post(url(case, "record_delivery"), delivery(), follow=True)
    assert "The clock is running. The deadline is" in text_of(response)
    assert (state_of(case), Delivery.objects.get().headcount) == (S.CLOCK_RUNNING, 31)


def test_delivery_page_says_the_deadline_and_when_the_letter_prints_another(
    client: Client, at: Any, ana: User, ben: User
) -> None:
    zone = Group.objects.get(pk=1).zone
    today_ = timezone.localdate(timezone=zone)
    for days, ahead in ((14, 3), (14, 0), (7, 0)):
        case = to_deliver(at, ana, ben, delivery_on=today_ + dt.timedelta(days=ahead))
        if days == 7:  # voted anew after the letter: the letter still prints 14 days
            make_demand(case, deadline_days=7)
        first, second, *third = client.get(url(case, "record_delivery")).context["form"].facts()
        assert first == "The deadline counts from the day of the delivery."
        assert f": {days} days end on " in second
        earlier_than_printed = (days, ahead) != (14, 0)
        assert [text.partition(", ")[0] for text in third] == [
            "The letter prints a later deadline"
        ] * earlier_than_printed


BAD_DELIVERIES = [
    ({"at": "2099-01-01T10:00"}, "at"),
    ({"at": "9999-12-31T10:00"}, "at"),
    ({"at": "2026-01-01T10:00"}, "at"),  # before the letter was final
    ({"at": ""}, "at"),
    ({"headcount": "0"}, "headcount"),
    ({"headcount": "1e9"}, "headcount"),
    ({"place": ""}, "place"),
    ({"place": "x" * 100_000}, "place"),
    ({"received_by": "nul\x00"}, "received_by"),
    ({"method": "by_drone"}, "method"),
]


def test_delivery_with_bad_input_says_so_and_starts_no_clock(
    client: Client, at: Any, ana: User, ben: User
) -> None:
    case = to_deliver(at, ana, ben)
    for sent, field in BAD_DELIVERIES:
        response = client.post(url(case, "record_delivery"), delivery(**sent))
        assert (response.status_code, list(errors(response))) == (200, [field])
        assert "two who speak to police" in text_of(response)
    assert not Delivery.objects.exists()


def clock(at: Any, *, days: int) -> Case:
    day = timezone.localdate(timezone=Group.objects.get(pk=1).zone) + dt.timedelta(days=days)
    zone = Group.objects.get(pk=1).zone
    return at(
        S.CLOCK_RUNNING,
        deadline_at=dt.datetime.combine(day, dt.time(17), tzinfo=zone),
        demanded=Decimal(900),
    )


def test_extend_deadline_once(client: Client, at: Any) -> None:
    case = clock(at, days=2)
    sent = {"deadline_on": today(9), "affected_agreed": "on", "note": "Their lawyer asked."}
    assert client.post(url(case, "extend_deadline"), sent).status_code == 302
    assert Case.objects.get(pk=case.pk).deadline_extended
    response = client.post(url(case, "extend_deadline"), sent | {"deadline_on": today(12)})
    assert response.context["refused"] == ["The deadline was moved once already."]


def test_extend_deadline_to_a_day_too_early_or_too_far_is_refused(client: Client, at: Any) -> None:
    case = clock(at, days=2)
    for day in (0, 2, 400):
        sent = {"deadline_on": today(day), "affected_agreed": "on", "note": "Why."}
        response = client.post(url(case, "extend_deadline"), sent)
        assert list(errors(response)) == ["deadline_on"]


def test_escalate_on_the_deadline_day_says_when_the_deadline_is(client: Client, at: Any) -> None:
    case = clock(at, days=0)
    make_plan(case, by=case.team.first())
    response = client.post(url(case, "escalate"), {"note": ""})
    assert response.status_code == 409
    assert response.context["refused"][0].startswith("The deadline is ")


# Offers, agreement, the end


def offer(**values: Any) -> dict[str, Any]:
    return {
        "received_on": today(),
        "said_by": "the owner's lawyer",
        "amount": "1,200.00",
        "terms": "For all four, with silence.",
        "pay_by": today(10),
        "valid_until": "",
    } | values


def test_offer_is_noted_once_however_often_it_is_sent(client: Client, at: Any) -> None:
    case = at(S.ESCALATING)
    address = reverse("record_offer", args=[case.reference])
    assert client.get(address).status_code == 200
    for _click in range(2):
        assert client.post(address, offer()).status_code == 302
    noted = Offer.objects.get(case=case)
    assert (noted.amount, noted.said_by, noted.status) == (
        Decimal("1200.00"),
        "the owner's lawyer",
        "received",
    )
    assert [entry.what for entry in case.log.all()] == ["Offer received: $1,200.00"]
    assert state_of(case) == S.ESCALATING


BAD_OFFERS = [
    ({"amount": "-1"}, "amount"),
    ({"amount": "much"}, "amount"),
    ({"said_by": ""}, "said_by"),
    ({"received_on": "2099-01-01"}, "received_on"),
    ({"pay_by": "2020-01-01"}, "pay_by"),
    ({"terms": "x" * 100_000}, "terms"),
]


def test_offer_with_bad_input_is_not_noted(client: Client, at: Any) -> None:
    address = reverse("record_offer", args=[at(S.PREPARING).reference])
    for sent, field in BAD_OFFERS:
        assert list(errors(client.post(address, offer(**sent)))) == [field]
    assert not Offer.objects.exists()


def test_offer_before_the_vote_or_after_the_end_is_refused(client: Client, at: Any) -> None:
    for state in (S.PROPOSED, S.WON):
        response = client.post(reverse("record_offer", args=[at(state).reference]), offer())
        assert response.status_code == 409
    assert not Offer.objects.exists()


def test_offer_while_the_fight_pauses_is_noted(client: Client, at: Any) -> None:
    case = at(S.ON_HOLD, held_state=S.ESCALATING)
    client.post(reverse("record_offer", args=[case.reference]), offer())
    assert case.offers.count() == 1


def test_agree_in_a_fight_takes_the_counts_and_the_affected(client: Client, at: Any) -> None:
    case = at(S.ESCALATING)
    sent = {"offer": make_offer(case).pk}
    assert {"held_on", "motion", "votes_for", "votes_against"} <= set(
        errors(client.post(url(case, "agree"), sent))
    )
    response = client.post(url(case, "agree"), sent | counts(affected_agreed=""))
    assert errors(response) == {
        "affected_agreed": ["The people affected decide. Without their yes nothing is accepted."]
    }
    assert client.post(url(case, "agree"), sent | counts()).status_code == 302
    assert state_of(case) == S.AGREED


def test_agree_to_all_before_the_delivery_asks_only_the_people_affected(
    client: Client, at: Any
) -> None:
    case = at(S.PREPARING, demanded=Decimal("600.00"))
    offered_ = make_offer(case)
    fields = set(client.get(url(case, "agree")).context["form"].fields)
    assert "affected_agreed" in fields
    assert not fields & {"votes_for", "votes_against", "motion", "held_on"}
    client.post(url(case, "agree"), {"offer": offered_.pk, "affected_agreed": "on"})
    assert state_of(case) == S.AGREED


def test_agree_to_less_before_the_delivery_asks_for_the_vote(client: Client, at: Any) -> None:
    case = at(S.PREPARING, demanded=Decimal("900.00"))
    sent = {"offer": make_offer(case).pk, "affected_agreed": "on"}
    assert {"held_on", "motion", "votes_for", "votes_against"} <= set(
        errors(client.post(url(case, "agree"), sent))
    )
    client.post(url(case, "agree"), sent | counts())
    assert (state_of(case), case.offers.get().decision.kind) == (S.AGREED, "offer")


def test_agree_to_all_for_silence_before_the_delivery_asks_for_the_vote(
    client: Client, at: Any
) -> None:
    case = at(S.PREPARING, demanded=Decimal("600.00"))
    sent = {"offer": make_offer(case).pk, "affected_agreed": "on", "silence": "on"}
    assert set(errors(client.post(url(case, "agree"), sent))) == {
        "held_on",
        "motion",
        "votes_for",
        "votes_against",
    }
    client.post(url(case, "agree"), sent | counts())
    assert (state_of(case), case.decisions.get().kind) == (S.AGREED, "offer")


def test_agree_to_the_offer_of_another_case_is_refused(client: Client, at: Any) -> None:
    case = at(S.PREPARING)
    sent = {"offer": make_offer(at(S.PREPARING)).pk, "affected_agreed": "on"}
    assert list(errors(client.post(url(case, "agree"), sent))) == ["offer"]


def test_win_lists_what_was_demanded_and_wants_it_confirmed(client: Client, at: Any) -> None:
    case = at(S.AGREED)
    make_demand(case, "900", other_terms="The tax form.")
    make_payment(case, "900", status="cleared")
    response = client.post(url(case, "win"), {"note": ""})
    assert errors(response) == {"demand_met": ["Confirm that everything demanded is done."]}
    assert response.context["form"].facts() == ["$900.00 of $900.00 has cleared.", "The tax form."]
    client.post(url(case, "win"), {"demand_met": "on", "note": "Thanks."})
    assert state_of(case) == S.WON


def test_win_without_the_money_is_refused(client: Client, at: Any) -> None:
    case = at(S.CLOCK_RUNNING, demanded=Decimal(900))
    make_payment(case, "900")
    response = client.post(url(case, "win"), {"demand_met": "on"})
    assert (response.status_code, response.context["refused"]) == (
        409,
        ["$0.00 of $900.00 has cleared."],
    )


def test_settle_in_a_fight_takes_a_vote_and_after_an_agreement_none(
    client: Client, at: Any
) -> None:
    fight = at(S.ESCALATING, demanded=Decimal(900))
    make_payment(fight, "500", status="cleared")
    assert "votes_for" in errors(client.post(url(fight, "settle"), {"reason": "time"}))
    client.post(url(fight, "settle"), counts(reason="time"))
    agreed = at(S.AGREED, demanded=Decimal(900))
    make_offer(agreed, "500", status="accepted")
    make_payment(agreed, "500", status="cleared")
    client.post(url(agreed, "settle"), {"reason": "fair_enough"})
    assert (state_of(fight), state_of(agreed)) == (S.SETTLED, S.SETTLED)


def test_lose_with_counts_that_say_no_is_refused_beside_the_field(client: Client, at: Any) -> None:
    case = at(S.ESCALATING)
    assert errors(client.post(url(case, "lose"), counts(1, 6, reason="exhausted"))) == {
        "votes_for": ["The vote did not carry: there must be more for than against."]
    }
    client.post(url(case, "lose"), counts(6, 1, reason="exhausted", note="Start smaller."))
    assert state_of(case) == S.LOST


def test_drop_by_own_wish_needs_their_word_and_any_other_reason_a_vote(
    client: Client, at: Any
) -> None:
    case = at(S.ESCALATING)
    assert "votes_for" in errors(client.post(url(case, "drop"), {"reason": "moved"}))
    assert errors(client.post(url(case, "drop"), {"reason": "own_wish"})) == {
        "affected_agreed": ["Everyone affected must have said so themselves."]
    }
    sent = {"reason": "own_wish", "affected_agreed": "on"}
    assert client.post(url(case, "drop"), sent).status_code == 302
    assert (state_of(case), Case.objects.get(pk=case.pk).close_reason) == (S.DROPPED, "own_wish")


def test_drop_says_beside_the_field_what_its_reason_takes(client: Client, at: Any) -> None:
    case = at(S.ESCALATING)
    sent = counts(affected_agreed="", motion="Drop it")
    assert errors(client.post(url(case, "drop"), sent | {"reason": "safety"})) == {
        "affected_agreed": ["The people affected must have been there, or said yes before."]
    }
    assert errors(client.post(url(case, "drop"), sent | {"reason": "facts_doubtful"})) == {
        "text": ["Write to the person what was decided and why."]
    }
    assert errors(client.post(url(case, "drop"), sent | {"reason": "unresponsive"})) == {
        "reason": ["Try at least 3 times, in 2 different ways, over 10 days. Log each try."]
    }
    sent |= {"reason": "settled_privately", "text": "You settled alone. We stop here."}
    client.post(url(case, "drop"), sent)
    assert (state_of(case), case.messages.count()) == (S.DROPPED, 1)


REASONS = {
    "decline": 12,
    "refer": 12,
    "withdraw": 3,
    "back_to_proposed": 2,
    "settle": 4,
    "default": 4,
    "lose": 4,
    "drop": 7,
    "hold": 5,  # and a truce, once the fight runs
    "revise_demand": 4,
}


def test_each_step_offers_its_own_reasons_and_no_other(client: Client, at: Any) -> None:
    for name, many in REASONS.items():
        state = next(s for s, names in offered.PAGES_AT.items() if name in names and s != S.NEW)
        address = url(at(state), name)
        field = client.get(address).context["form"].fields["reason"]
        assert len(field.choices) - 1 == many
        assert "reason" in errors(client.post(address, {"reason": "delivery_failed"}))


def test_hold_and_resume_through_their_pages(client: Client, at: Any) -> None:
    case = at(S.ESCALATING)
    sent = {"reason": "safety", "review_on": today(31), "note": ""}
    assert errors(client.post(url(case, "hold"), sent)) == {
        "review_on": ["Choose a day within the next 30 days."]
    }
    client.post(url(case, "hold"), sent | {"review_on": today(30)})
    assert state_of(case) == S.ON_HOLD
    assert "On hold: safety." in text_of(client.get(case.get_absolute_url()))
    client.post(url(case, "resume"), {"note": ""})
    assert state_of(case) == S.ESCALATING


def test_truce_takes_counts_and_the_affected(client: Client, at: Any) -> None:
    case = at(S.ESCALATING)
    sent = {"reason": "truce", "review_on": today(9), "note": ""}
    assert {"votes_for", "affected_agreed"} <= set(errors(client.post(url(case, "hold"), sent)))
    client.post(url(case, "hold"), sent | counts(motion="A truce"))
    assert (state_of(case), case.decisions.get().kind) == (S.ON_HOLD, "truce")


def test_declined_by_the_meeting_before_it_was_proposed(client: Client, at: Any) -> None:
    case = at(S.MEETING)
    sent = {"reason": "no_leverage", "text": "We cannot.", "note": ""}
    assert {"held_on", "votes_for"} <= set(errors(client.post(url(case, "decline"), sent)))
    assert errors(client.post(url(case, "decline"), sent | counts(9, 1))) == {
        "votes_for": ["More were for it than against it. That is a yes."]
    }
    assert client.post(url(case, "decline"), sent | counts(2, 7)).status_code == 302
    assert state_of(case) == S.DECLINED
    plain = at(S.MEETING)
    client.post(url(plain, "decline"), sent | {"reason": "too_far"})
    assert (state_of(plain), plain.decisions.count()) == (S.DECLINED, 0)


def test_declined_off_the_queue_with_the_counts(client: Client, at: Any) -> None:
    case = at(S.QUEUED)
    sent = {"reason": "capacity", "text": "We cannot.", "note": ""}
    assert "votes_for" in errors(client.post(url(case, "decline"), sent))
    client.post(url(case, "decline"), sent | counts(motion="Take it off"))
    assert (state_of(case), case.decisions.get().kind) == (S.DECLINED, "close_queued")


# The plan


def plan(**values: Any) -> dict[str, Any]:
    return (
        counts(motion="Our plan")
        | {"tactic_1": "posters", "note_1": "Maple Street", "tactic_3": "picket"}
        | values
    )


def plan_url(case: Case) -> str:
    return reverse("vote_plan", args=[case.reference])


def current(case: Case) -> list[tuple[int, str, str]]:
    return [(r.position, r.tactic, r.note) for r in Rung.objects.current(case)]


def test_plan_keeps_the_tactics_in_order_without_gaps(client: Client, at: Any) -> None:
    case = at(S.CLOCK_RUNNING)
    assert client.post(plan_url(case), plan()).status_code == 302
    assert current(case) == [(1, "posters", "Maple Street"), (2, "picket", "")]
    assert case.log.first().what == "Plan changed: Posters near the premises, Picket"


def test_second_plan_takes_the_place_of_the_first(client: Client, at: Any) -> None:
    case = at(S.ESCALATING)
    client.post(plan_url(case), plan())
    form = client.get(plan_url(case)).context["form"]
    assert (form["tactic_1"].value(), form["tactic_2"].value()) == ("posters", "picket")
    client.post(plan_url(case), counts() | {"tactic_1": "rally"})
    assert current(case) == [(1, "rally", "")]
    assert case.decisions.count() == 2


def test_plan_sent_by_a_double_click_is_voted_once(client: Client, at: Any) -> None:
    case = at(S.PREPARING)
    key = client.get(plan_url(case)).context["form"]["form_key"].value()
    sent = plan(tactic_1="posters", seen="0", form_key=str(key))
    assert [client.post(plan_url(case), sent).status_code for _n in range(2)] == [302, 302]
    assert case.decisions.filter(kind="plan").count() == 1


def test_plan_that_did_not_carry_is_a_vote_and_no_plan(client: Client, at: Any) -> None:
    case = at(S.ESCALATING)
    client.post(plan_url(case), plan())
    response = client.post(plan_url(case), counts(2, 6) | {"tactic_1": "rally"}, follow=True)
    assert "It did not carry, so the plan stays as it was." in text_of(response)
    assert current(case)[0] == (1, "posters", "Maple Street")
    assert case.decisions.count() == 2


BAD_PLANS = [
    ({"tactic_1": "", "note_1": "", "tactic_3": ""}, "tactic_1"),
    ({"tactic_1": "arson"}, "tactic_1"),
    ({"tactic_1": "delivery"}, "tactic_1"),
    ({"note_2": "A note for nothing."}, "tactic_2"),
    ({"votes_for": ""}, "votes_for"),
    ({"note_1": "x" * 1000}, "note_1"),
]


def test_plan_with_bad_input_is_not_recorded(client: Client, at: Any) -> None:
    case = at(S.ESCALATING)
    for sent, field in BAD_PLANS:
        assert list(errors(client.post(plan_url(case), plan(**sent)))) == [field]
    assert not Decision.objects.exists()


def test_plan_in_a_wrong_state_is_refused(client: Client, at: Any) -> None:
    for state in (S.NEW, S.MEETING, S.ON_HOLD, S.WON):
        assert client.post(plan_url(at(state)), plan()).status_code == 409
    assert not Rung.objects.exists()


def test_plan_page_says_the_line_of_each_tactic(client: Client, at: Any) -> None:
    page = text_of(client.get(plan_url(at(S.ESCALATING))))
    assert "A business number, in business hours, once per person, polite." in page
    assert "At least 6 people, usually 10–40." in page
