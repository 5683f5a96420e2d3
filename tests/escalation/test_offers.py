"""Offers: what came, what each person says, talked about, answered, refused, run out."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from campaigns.models import Case, CaseParty, CaseState, Payment, User
from escalation import offers, todo
from escalation.models import Decision, Offer, OfferVoice
from escalation.moves import MoveRefused
from tests.factories import (
    make_case,
    make_demand,
    make_group,
    make_offer,
    make_payment,
    make_person,
    make_user,
)

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
TODAY = NOON.date()
D = Decimal


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    user = make_user("Ana")
    client.force_login(user)
    return user


@pytest.fixture
def case(ana: User) -> Case:
    case = make_case(state=CaseState.ESCALATING, team=[ana, make_user("Ben")])
    make_demand(case, "2300.00")
    return case


@pytest.fixture
def offer(case: Case) -> Offer:
    return make_offer(
        case,
        "1200.00",
        said_by="the lawyer",
        terms="In two weeks.",
        release=True,
        silence=True,
        valid_until=TODAY + dt.timedelta(days=9),
    )


def rosa(case: Case) -> CaseParty:
    return case.parties.get(person__name="Rosa")


def url(name: str, offer: Offer) -> str:
    return reverse(name, args=[offer.case.reference, offer.pk])


def post(client: Client, name: str, offer: Offer, **typed: Any) -> HttpResponse:
    return client.post(url(name, offer), typed)


def status(offer: Offer) -> str:
    return Offer.objects.get(pk=offer.pk).status


def log(case: Case) -> list[str]:
    return [entry.what for entry in case.log.order_by("pk")]


VOTE = {
    "motion": "Ask for 1,800",
    "votes_for": "9",
    "votes_against": "1",
    "held_on": TODAY,
    "affected_agreed": "on",
}
ANSWER = {"amount": "1,800", "terms": "Without silence.", "answered_on": TODAY}


def test_offer_is_recorded_with_its_clauses_and_the_money_that_came(
    client: Client, case: Case
) -> None:
    payment = make_payment(case, "400.00", full_and_final=True)
    typed = {
        "received_on": TODAY,
        "said_by": "The owner",
        "said_to": "Ana",
        "channel": "post",
        "amount": "400",
        "full_and_final": "on",
        "payment": payment.pk,
    }
    answer = client.post(reverse("record_offer", args=[case.reference]), typed)
    offer = Offer.objects.get()
    assert answer["Location"] == url("offer", offer)
    assert (offer.said_to, offer.channel, offer.payment) == ("Ana", "post", payment)
    assert (offer.full_and_final, offer.silence, offer.release) == (True, False, False)


def test_money_of_another_case_does_not_come_with_an_offer(
    client: Client, ana: User, case: Case
) -> None:
    make_payment(case, "1.00")
    theirs = make_payment(make_case(state=CaseState.ESCALATING, team=[ana]), "400.00")
    typed = {"received_on": TODAY, "said_by": "x", "amount": "400", "payment": theirs.pk}
    answer = client.post(reverse("record_offer", args=[case.reference]), typed)
    assert list(answer.context["form"].errors) == ["payment"]


def test_page_flags_each_clause_and_says_what_is_missing(client: Client, offer: Offer) -> None:
    page = client.get(url("offer", offer))
    assert page.context["gap"] == D("1100.00")
    assert [name for name, _why in page.context["clauses"]] == ["Silence", "All claims given up"]
    assert "Do not sign or cash before somebody looked at it. This is not legal advice." in (
        page.text
    )
    assert [(str(row.party), row.voice) for row in page.context["said"]] == [("Rosa", None)]
    assert f"{reverse('make_move', args=[offer.case.reference, 'agree'])}?offer=" in page.text


def test_page_of_an_offer_without_clauses_warns_of_nothing(client: Client, case: Case) -> None:
    assert "legal advice" not in client.get(url("offer", make_offer(case))).text


def test_offer_of_another_case_is_not_found(client: Client, ana: User, case: Case) -> None:
    other = make_offer(make_case(state=CaseState.ESCALATING, team=[ana]))
    for name in ("offer", "say_to_offer", "counter_offer", "refuse_offer", "renew_offer"):
        assert client.get(reverse(name, args=[case.reference, other.pk])).status_code == 404


def test_team_passes_on_what_a_person_says_and_a_new_word_replaces_it(
    client: Client, ana: User, case: Case, offer: Offer
) -> None:
    for says in ("accept", "counter", "counter"):
        post(client, "say_to_offer", offer, party=rosa(case).pk, says=says, note="1,800 is fine")
    voice = OfferVoice.objects.get()
    assert (voice.says, voice.note, voice.recorded_by) == ("counter", "1,800 is fine", ana)
    assert log(case) == [
        "What Rosa says to the offer: accept it",
        "What Rosa says to the offer: ask for something else",
    ]
    assert "1,800 is fine" in client.get(url("offer", offer)).text


def test_talked_about_is_noted_once(client: Client, offer: Offer) -> None:
    for _click in range(2):
        assert post(client, "discuss_offer", offer).status_code == 302
    assert status(offer) == "discussed"
    assert log(offer.case) == ["Offer talked about: $1,200.00"]


def test_answer_with_another_sum_takes_a_vote_and_keeps_the_offer_open(
    client: Client, case: Case, offer: Offer
) -> None:
    answer = post(client, "counter_offer", offer, **ANSWER, **VOTE)
    assert answer["Location"] == url("offer", offer)
    offer.refresh_from_db()
    assert (offer.status, offer.counter_amount, offer.counter_terms, offer.answered_on) == (
        "countered",
        D("1800.00"),
        "Without silence.",
        TODAY,
    )
    decision = Decision.objects.get()
    assert (decision.kind, decision.sum_voted) == ("counter", D("1800.00"))
    assert offer.is_open
    assert Case.objects.get(pk=case.pk).state == CaseState.ESCALATING
    assert log(case)[-1] == "Offer of $1,200.00 answered with $1,800.00"
    assert post(client, "counter_offer", offer, **ANSWER, **VOTE).status_code == 302  # a double
    assert (Decision.objects.count(), len(log(case))) == (1, 2)
    post(client, "counter_offer", offer, **(ANSWER | {"amount": "1,900"}), **VOTE)
    assert Decision.objects.first().sum_voted == D("1900.00")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"affected_agreed": ""}, "affected_agreed"),
        ({"votes_for": "1", "votes_against": "9"}, "votes_for"),
        ({"answered_on": "2026-11-15"}, "answered_on"),
        ({"amount": "0"}, "amount"),
    ],
)
def test_answer_without_vote_or_person_is_shown_again(
    client: Client, offer: Offer, typed: dict[str, str], field: str
) -> None:
    page = post(client, "counter_offer", offer, **(ANSWER | VOTE | typed))
    assert list(page.context["form"].errors) == [field]
    assert status(offer) == "received"


def test_yes_of_each_of_several_is_not_called_optional(client: Client, offer: Offer) -> None:
    CaseParty.objects.create(case=offer.case, person=make_person("Luis"))
    text = client.get(url("counter_offer", offer)).text
    assert "Who of the people affected said yes</legend>" in text
    assert 'Our terms <small class="muted">(optional)</small>' in text


def test_verb_takes_no_answer_without_a_vote_in_a_fight(ana: User, offer: Offer) -> None:
    with pytest.raises(MoveRefused, match="takes a vote"):
        offers.counter(offer, by=ana, amount=D("1800"), answered_on=TODAY)
    assert status(offer) == "received"


def test_before_the_delivery_the_answer_takes_only_the_person(client: Client, ana: User) -> None:
    offer = make_offer(make_case(state=CaseState.PREPARING, team=[ana]))
    assert "votes_for" not in client.get(url("counter_offer", offer)).context["form"].fields
    with pytest.raises(MoveRefused, match="Ask the people affected first"):
        offers.counter(offer, by=ana, amount=D("1800"), answered_on=TODAY)
    post(client, "counter_offer", offer, **ANSWER, affected_agreed="on")
    assert status(offer) == "countered"
    said = [(voice.party, voice.says, voice.recorded_by) for voice in offer.voices.all()]
    assert said == [(rosa(offer.case), "counter", ana)]


def test_their_yes_to_our_answer_is_a_new_offer(client: Client, offer: Offer) -> None:
    post(client, "counter_offer", offer, **ANSWER, **VOTE)
    new = f"{reverse('record_offer', args=[offer.case.reference])}?answer_to={offer.pk}"
    assert new in client.get(url("offer", offer)).text
    form = client.get(new).context["form"]
    assert (form["amount"].value(), form["terms"].value(), form["said_by"].value()) == (
        "1800.00",
        "Without silence.",
        "the lawyer",
    )
    assert client.get(new.replace(str(offer.pk), "99999")).status_code == 404


def test_refusal_waits_for_everyone_affected(
    client: Client, ana: User, case: Case, offer: Offer
) -> None:
    luis = case.parties.create(person=make_person("Luis"), code_hash="l")
    offers.say(offer, party=luis, says="accept")
    page = post(client, "refuse_offer", offer, answered_on=TODAY, said_no=[rosa(case).pk])
    assert page.status_code == 409
    assert page.context["refused"] == [
        "Luis must say no too. While they want it, the offer stays open."
    ]
    assert status(offer) == "received"
    assert OfferVoice.objects.count() == 1
    offers.say(offer, party=luis, says="counter", by=ana)
    post(client, "refuse_offer", offer, answered_on=TODAY, said_no=[rosa(case).pk])
    assert status(offer) == "refused"
    assert log(case)[-1] == "Offer refused: $1,200.00"


def test_refused_offer_is_not_dealt_with_again(client: Client, ana: User, offer: Offer) -> None:
    Offer.objects.update(status="refused")
    for name in ("counter_offer", "refuse_offer", "say_to_offer"):
        assert post(client, name, offer, **ANSWER, **VOTE).status_code == 409
    with pytest.raises(MoveRefused, match="meanwhile"):
        offers.discuss(offer, by=ana)
    page = client.get(url("offer", offer))
    assert page.context["ways"] == []
    assert not page.context["may_accept"]


def test_offer_runs_out_after_its_last_day(offer: Offer) -> None:
    last = offer.valid_until
    assert not offer.ran_out(last)
    assert offer.ran_out(last + dt.timedelta(days=1))
    assert offers.expire(last) == 0
    assert offers.expire(last + dt.timedelta(days=40)) == 1
    assert offers.expire(last + dt.timedelta(days=41)) == 0
    assert status(offer) == "expired"
    entry = offer.case.log.get()
    assert entry.what == "Offer of $1,200.00 ran out on Wednesday 25 November 2026"
    assert entry.actor == "system"


def test_sweep_leaves_what_is_decided(case: Case) -> None:
    past = TODAY - dt.timedelta(days=1)
    make_offer(case, status="refused", valid_until=past)
    make_offer(case, status="accepted", valid_until=past)
    make_offer(case)
    assert offers.expire(TODAY) == 0


def test_page_says_that_it_ran_out_before_the_sweep_came_by(client: Client, case: Case) -> None:
    past = TODAY - dt.timedelta(days=1)
    offer = make_offer(case, received_on=past, valid_until=past)
    page = client.get(url("offer", offer))
    assert "ran out on Sunday 15 November" in page.text
    assert [label for label, _url in page.context["ways"]] == ["The offer still holds"]
    assert post(client, "refuse_offer", offer, answered_on=TODAY).status_code == 409


@pytest.mark.parametrize("swept", [True, False])
def test_offer_that_ran_out_holds_again_when_they_say_so(
    client: Client, case: Case, swept: bool
) -> None:
    past = TODAY - dt.timedelta(days=1)
    offer = make_offer(case, received_on=past, valid_until=past)
    if swept:
        offers.expire(TODAY)
    refused = post(client, "renew_offer", offer, valid_until="2026-11-20")
    assert list(refused.context["form"].errors) == ["confirmed"]
    post(client, "renew_offer", offer, valid_until="2026-11-20", confirmed="on")
    offer.refresh_from_db()
    assert (offer.status, offer.valid_until) == ("discussed", dt.date(2026, 11, 20))
    assert client.get(url("offer", offer)).context["may_accept"]


def test_offer_that_holds_is_not_renewed(client: Client, offer: Offer) -> None:
    assert client.get(url("renew_offer", offer)).status_code == 409


def test_new_offer_stands_on_today_until_it_was_talked_about(
    client: Client, ana: User, offer: Offer
) -> None:
    def found() -> list[tuple[str, str]]:
        all_items = todo.items_for(ana, now=NOON)
        return [(item.text, item.label) for item in all_items if "offers" in item.text]

    text = "the lawyer offers $1,200.00. It runs out on Wednesday 25 November."
    assert found() == [(text, "Talk about the offer")]
    post(client, "discuss_offer", offer)
    assert found() == []
    Offer.objects.update(valid_until=TODAY + dt.timedelta(days=3))
    assert [label for _text, label in found()] == ["Decide"]


def test_accept_page_comes_with_the_offer_chosen_and_the_yes_ticked(
    client: Client, case: Case, offer: Offer
) -> None:
    make_offer(case, "900.00")
    offers.say(offer, party=rosa(case), says="accept")
    link = f"{reverse('make_move', args=[case.reference, 'agree'])}?offer={offer.pk}"
    form = client.get(link).context["form"]
    assert str(form["offer"].value()) == str(offer.pk)


# Money they call full and final


def take_on_account(client: Client, payment: Payment, **typed: Any) -> HttpResponse:
    url = reverse("take_on_account", args=[payment.case.reference, payment.pk])
    counts = {"motion": "We take it, and go on", "votes_for": "9", "votes_against": "1"}
    said = {"seen_state": payment.case.state, "held_on": TODAY, "agreed_to_it": "on"}
    return client.post(url, counts | said | typed)


def final_payment(case: Case, **values: Any) -> Payment:
    return make_payment(case, "400.00", full_and_final=True, **values)


def test_money_called_final_is_taken_by_a_vote_and_the_yes_of_whose_it_is(
    client: Client, case: Case
) -> None:
    CaseParty.objects.create(case=case, person=make_person("Luis"), joined_on=TODAY)
    payment = final_payment(case, party=rosa(case))
    page = reverse("clear_payment", args=[case.reference, payment.pk])
    assert "Decide first whether to cash it on account." in client.get(page).text
    refused = take_on_account(client, payment, agreed_to_it="")
    assert list(refused.context["form"].errors) == ["agreed_to_it"]
    refused = take_on_account(client, payment, votes_against="9")
    assert list(refused.context["form"].errors) == ["votes_for"]
    assert not Decision.objects.exists()
    money = reverse("case_money", args=[case.reference])
    assert take_on_account(client, payment)["Location"] == money
    assert "Decide first" not in client.get(page).text
    decision = Decision.objects.get()
    assert (decision.kind, decision.carried, decision.affected_agreed) == ("on_account", True, True)
    assert [(v.party, v.agreed) for v in decision.voices.all()] == [(rosa(case), True)]
    assert (payment.fate, payment.on_account.on) == ("", TODAY)
    assert [entry.what for entry in case.log.all()] == [
        "Taken on account, not in full: $400.00",
        "Vote: We take it, and go on. 9 for, 1 against, 0 abstained",
    ]


def test_money_is_taken_on_account_once_and_not_when_it_bounced(client: Client, case: Case) -> None:
    known, gone = final_payment(case), final_payment(case, status="bounced")
    take_on_account(client, known)
    for payment in (known, gone):
        answer = take_on_account(client, payment)
        assert answer.status_code == 409
        assert "Somebody had noted already what became of this payment." in answer.text
    assert Decision.objects.count() == 1
