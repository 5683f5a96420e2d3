"""What was agreed, payment by payment: in time, late, missed, cleared, let go."""

import datetime as dt
import itertools
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns import money_in
from campaigns.models import Case, CaseState, User
from escalation import agreements, moves, schedule, todo
from escalation.models import (
    Agreement,
    CaseLifecycle,
    Decision,
    Instalment,
    InstalmentEvent,
    Offer,
    OfferVoice,
    Tactic,
)
from escalation.moves import MoveRefused
from tests.factories import (
    make_action,
    make_agreement,
    make_case,
    make_decision,
    make_demand,
    make_group,
    make_offer,
    make_payment,
    make_person,
    make_schedule,
    make_user,
)

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 6, 1, 12, 0, tzinfo=ZONE)
TODAY = NOON.date()
D = Decimal


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


# The arithmetic


def plan(*parts: tuple[str, int]) -> list[Any]:
    return [
        SimpleNamespace(pk=n, number=n, amount=D(amount), due_on=day(days))
        for n, (amount, days) in enumerate(parts, start=1)
    ]


_pk = itertools.count(1)


def paid(amount: str, fate: str = "cleared", days: int = 0) -> Any:
    return SimpleNamespace(pk=next(_pk), amount=D(amount), received_on=day(days), fate=fate)


def states(instalments: list[Any], *payments: Any, waived: tuple[int, ...] = ()) -> list[str]:
    events = [SimpleNamespace(instalment_id=pk, kind="waived") for pk in waived]
    rows = schedule.standing(instalments, payments, events, TODAY, 3)
    return [row.state.value for row in rows]


@pytest.mark.parametrize(
    ("days", "state"), [(1, "due"), (0, "due"), (-1, "late"), (-3, "late"), (-4, "missed")]
)
def test_unpaid_instalment_is_late_within_the_days_of_grace_and_then_missed(
    days: int, state: str
) -> None:
    assert states(plan(("100", days))) == [state]


@pytest.mark.parametrize(("fate", "state"), [("cleared", "cleared"), ("", "received")])
def test_money_fills_the_oldest_instalment_first(fate: str, state: str) -> None:
    three = plan(("100", -40), ("100", -10), ("100", 20))
    assert states(three, paid("100", fate)) == [state, "missed", "due"]
    assert states(three, paid("250", fate)) == [state, state, "due"]


def test_bounced_payment_opens_again_what_it_filled() -> None:
    two = plan(("100", -10), ("100", 20))
    assert states(two, paid("100", "bounced")) == ["missed", "due"]
    assert states(two, paid("100", "bounced"), paid("100")) == ["cleared", "due"]


def test_waived_instalment_takes_no_money() -> None:
    two = plan(("100", -10), ("100", 20))
    assert states(two, paid("100"), waived=(1,)) == ["waived", "cleared"]


def test_part_of_an_instalment_leaves_the_rest_open() -> None:
    rows = schedule.standing(plan(("100", -10)), [paid("40"), paid("25", "")], [], TODAY, 3)
    assert (rows[0].cleared, rows[0].pending, rows[0].open) == (D(40), D(25), D(35))
    assert rows[0].state == "missed"


def test_payments_fill_in_the_order_they_came() -> None:
    two = plan(("100", -1), ("100", 20))
    assert states(two, paid("100", "", days=-5), paid("100", days=-2)) == ["received", "cleared"]


def test_equal_parts_add_up_and_short_months_end_with_their_last_day() -> None:
    parts = schedule.equal_parts(D("100.00"), 3, dt.date(2027, 1, 31), schedule.MONTHLY)
    assert parts == [
        (D("33.33"), dt.date(2027, 1, 31)),
        (D("33.33"), dt.date(2027, 2, 28)),
        (D("33.34"), dt.date(2027, 3, 31)),
    ]
    weekly = schedule.equal_parts(D("20.00"), 2, dt.date(2026, 12, 28), schedule.WEEKLY)
    assert [on for _sum, on in weekly] == [dt.date(2026, 12, 28), dt.date(2027, 1, 4)]


# Through the database


@pytest.fixture
def now(db: None) -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        make_group()
        yield traveller


@pytest.fixture
def ana(now: Any) -> User:
    return make_user("Ana")


@pytest.fixture
def case(ana: User) -> Case:
    case = make_case(state=CaseState.ESCALATING, team=[ana, make_user("Ben")])
    make_demand(case, "15000.00")
    return case


@pytest.fixture
def agreed(ana: User) -> Agreement:
    """An agreement of 300 in three payments: ten days ago, in twenty days, in fifty."""
    case = make_case(state=CaseState.AGREED, team=[ana, make_user("Ben")])
    make_demand(case, "300.00")
    agreement = make_agreement(case, amount="300.00")
    Agreement.objects.update(agreed_on=day(-40))
    make_schedule(agreement, ("100", day(-10)), ("100", day(20)), ("100", day(50)))
    return Agreement.objects.get()


def facts(case: Case) -> Any:
    return CaseLifecycle.objects.with_facts().get(pk=case.pk)


def vote(**values: Any) -> dict[str, Any]:
    return {
        "motion": "Accept it",
        "votes_for": 9,
        "votes_against": 1,
        "abstained": 0,
        "affected_agreed": True,
        "held_on": TODAY,
    } | values


def sent(offer: Offer, **values: Any) -> dict[str, Any]:
    counts = {"motion": "Yes", "votes_for": "9", "votes_against": "1", "abstained": "0"}
    said = {"offer": offer.pk, "agreed_on": TODAY, "text": "Fifteen cheques.", "every": "monthly"}
    return said | counts | {"held_on": TODAY, "affected_agreed": "on"} | values


def agree(client: Client, case: Case, **values: Any) -> Any:
    return client.post(reverse("make_move", args=[case.reference, "agree"]), values)


def test_agreement_in_fifteen_monthly_payments(client: Client, ana: User, case: Case) -> None:
    client.force_login(ana)
    offer = make_offer(case, "15000.00")
    how = {"pay": "equal", "number": "15", "first_on": "2026-06-15"}
    assert agree(client, case, **sent(offer, **how)).status_code == 302
    agreement = Agreement.objects.get()
    assert (agreement.text, agreement.silence, agreement.agreed_on) == (
        "Fifteen cheques.",
        False,
        TODAY,
    )
    rows = list(agreement.instalments.values_list("number", "amount", "due_on"))
    assert len(rows) == 15
    assert rows[0] == (1, D("1000.00"), dt.date(2026, 6, 15))
    assert rows[-1] == (15, D("1000.00"), dt.date(2027, 8, 15))
    offer.refresh_from_db()
    assert (offer.status, offer.agreed_text) == ("accepted", "Fifteen cheques.")
    assert [(v.says, v.recorded_by) for v in OfferVoice.objects.all()] == [("accept", ana)]


def test_agreement_in_payments_written_down(client: Client, ana: User, case: Case) -> None:
    client.force_login(ana)
    offer = make_offer(case, "500.00")
    lines = "2026-07-01 $200\n\n2026-06-10 300.00\n"
    assert agree(client, case, **sent(offer, pay="listed", lines=lines)).status_code == 302
    assert list(Instalment.objects.values_list("number", "amount", "due_on")) == [
        (1, D("300.00"), dt.date(2026, 6, 10)),
        (2, D("200.00"), dt.date(2026, 7, 1)),
    ]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"pay": "listed", "lines": "2026-07-01 200"}, "lines", "come to $200.00"),
        ({"pay": "listed", "lines": ""}, "lines", "come to $0.00"),
        ({"pay": "listed", "lines": "soon 500"}, "lines", "not a day and a sum"),
        ({"pay": "listed", "lines": "2026-07-01"}, "lines", "not a day and a sum"),
        ({"pay": "listed", "lines": "2026-07-01 20\n" * 25}, "lines", "at most 24"),
        ({"pay": "equal", "number": "1", "first_on": "2026-07-01"}, "number", "from 2 to 24"),
        ({"pay": "equal", "number": "25", "first_on": "2026-07-01"}, "number", "from 2 to 24"),
        ({"pay": "equal", "number": "3"}, "first_on", "needed"),
        ({"agreed_on": "2026-05-31"}, "agreed_on", "before the offer"),
        ({"affected_agreed": ""}, "affected_agreed", "Without their yes"),
        ({"votes_for": "1", "votes_against": "9"}, "votes_for", "did not carry"),
    ],
)
def test_agreement_that_does_not_add_up_is_shown_again(
    client: Client, ana: User, case: Case, typed: dict[str, str], field: str, sentence: str
) -> None:
    client.force_login(ana)
    answer = agree(client, case, **sent(make_offer(case, "500.00"), **typed))
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert not Agreement.objects.exists()
    assert Case.objects.get(pk=case.pk).state == CaseState.ESCALATING


def test_verb_refuses_payments_that_are_not_the_sum(ana: User, case: Case) -> None:
    offer = make_offer(case, "500.00")
    with pytest.raises(MoveRefused, match="must add up"):
        moves.agree(
            case,
            by=ana,
            offer=offer,
            affected_agreed=True,
            vote=vote(),
            plan=[(D("499.99"), TODAY)],
        )
    offer.refresh_from_db()
    assert offer.status == "received"


def test_offer_that_ran_out_is_not_accepted_until_they_say_it_holds(ana: User, case: Case) -> None:
    offer = make_offer(case, "500.00", received_on=day(-9), valid_until=day(-1))
    with pytest.raises(MoveRefused, match="ran out"):
        moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote())
    Offer.objects.update(valid_until=TODAY)
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote())
    assert Case.objects.get(pk=case.pk).state == CaseState.AGREED


def test_yes_of_the_team_does_not_outdo_the_word_of_the_person(ana: User, case: Case) -> None:
    offer = make_offer(case, "500.00")
    OfferVoice.objects.create(offer=offer, party=case.parties.get(), says="refuse")
    with pytest.raises(MoveRefused, match="Rosa said something else"):
        moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote())
    assert not Agreement.objects.exists()


def test_vote_on_something_else_does_not_accept_an_offer(ana: User, case: Case) -> None:
    make_decision(case, Decision.Kind.COUNTER, affected_agreed=True)
    with pytest.raises(MoveRefused, match="takes a vote"):
        moves.agree(case, by=ana, offer=make_offer(case), affected_agreed=True)


def test_silence_that_was_agreed_ends_publicity(ana: User, case: Case) -> None:
    Case.objects.update(publicity="yes")
    offer = make_offer(case)
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote(), silence=True)
    assert Case.objects.get(pk=case.pk).publicity == "no"
    assert Offer.objects.get().agreed_silence


def test_every_one_of_several_people_accepts(ana: User, case: Case) -> None:
    case.parties.create(person=make_person("Luis"), code_hash="l")
    offer = make_offer(case)
    voices = dict.fromkeys(case.parties.values_list("pk", flat=True), True)
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote(voices=voices))
    assert OfferVoice.objects.filter(offer=offer, says="accept").count() == 2


def test_earlier_money_counts_only_where_it_was_counted_in(ana: User, case: Case) -> None:
    before = make_payment(case, "200.00", status="cleared", received_on=day(-9))
    make_payment(case, "50.00", status="cleared", received_on=day(-9))
    offer = make_offer(case, "500.00")
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote(), counted=[before])
    make_payment(case, "100.00", status="cleared")
    known = facts(case)
    assert (known.agreed_due, known.agreed_cleared) == (D("500.00"), D("300.00"))
    assert known.next_instalment_amount == D("200.00")


def test_posters_come_down_with_the_agreement_and_the_end_after_it_asks_no_second_time(
    ana: User, case: Case
) -> None:
    make_action(cases=[case], tactic=Tactic.POSTERS)
    offer = make_offer(case)
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote())
    assert case.tasks.get().what == "Take down the posters that still hang"
    make_payment(case, str(offer.amount), status="cleared")
    moves.settle(case, by=ana, reason="fair_enough")
    assert case.tasks.count() == 1


def test_facts_say_what_is_next_as_the_schedule_does(agreed: Agreement) -> None:
    case = agreed.offer.case
    assert (facts(case).next_instalment_on, facts(case).next_instalment_amount) == (
        day(-10),
        D("100.00"),
    )
    make_payment(case, "130.00", received_on=day(-1))
    make_payment(case, "500.00", status="bounced", received_on=day(-1))
    known = facts(case)
    assert (known.next_instalment_on, known.next_instalment_amount) == (day(20), D("70.00"))
    assert (known.agreed_due, known.agreed_cleared) == (D("300.00"), D("0.00"))
    make_payment(case, "170.00", status="cleared")
    assert facts(case).next_instalment_on is None


def test_case_without_an_agreement_has_no_schedule(case: Case) -> None:
    known = facts(case)
    assert (known.agreed_due, known.next_instalment_on) == (None, None)


def test_win_waits_until_the_last_instalment_cleared(ana: User, agreed: Agreement) -> None:
    case = agreed.offer.case
    make_payment(case, "200.00", status="cleared")
    last = make_payment(case, "100.00")
    make_payment(case, "100.00", status="cleared", received_on=day(-60))  # before the agreement
    with pytest.raises(MoveRefused, match=r"\$200.00 of the \$300.00 agreed has cleared"):
        moves.win(case, by=ana, demand_met=True)
    money_in.clear_payment(last, by=ana, on=TODAY)
    moves.win(case, by=ana, demand_met=True)
    assert Case.objects.get(pk=case.pk).state == CaseState.WON


def test_settle_waits_for_every_instalment_that_was_not_let_go(
    ana: User, agreed: Agreement
) -> None:
    case = agreed.offer.case
    make_payment(case, "200.00", status="cleared")
    with pytest.raises(MoveRefused, match=r"\$200.00 of the \$300.00 agreed"):
        moves.settle(case, by=ana, reason="fair_enough")
    agreements.waive(agreed.instalments.last(), by=ana, vote=vote(), note="They are broke.")
    moves.settle(case, by=ana, reason="fair_enough")
    assert Case.objects.get(pk=case.pk).state == CaseState.SETTLED
    event = InstalmentEvent.objects.get()
    assert (event.kind, event.decision.kind, event.by) == ("waived", "waive", ana)


@pytest.mark.parametrize(
    ("against", "sentence"),
    [
        ({"affected_agreed": False}, "yes of everyone affected"),
        ({"votes_for": 1, "votes_against": 2}, "did not carry"),
    ],
)
def test_letting_a_payment_go_takes_the_vote_and_everyones_yes(
    ana: User, agreed: Agreement, against: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(MoveRefused, match=sentence):
        agreements.waive(agreed.instalments.first(), by=ana, vote=vote(**against))
    assert not InstalmentEvent.objects.exists()
    assert not Decision.objects.exists()


def test_paid_instalment_is_not_let_go(ana: User, agreed: Agreement) -> None:
    make_payment(agreed.offer.case, "100.00")
    with pytest.raises(MoveRefused, match="paid or let go already"):
        agreements.waive(agreed.instalments.first(), by=ana, vote=vote())


def test_page_lets_a_payment_go(client: Client, ana: User, agreed: Agreement) -> None:
    client.force_login(ana)
    case, instalment = agreed.offer.case, agreed.instalments.last()
    url = reverse("waive_instalment", args=[case.reference, instalment.pk])
    counts = {"motion": "m", "votes_for": "5", "votes_against": "0", "held_on": TODAY}
    refused = client.post(url, counts | {"note": "Broke."})
    assert list(refused.context["form"].errors) == ["affected_agreed"]
    answer = client.post(url, counts | {"note": "Broke.", "affected_agreed": "on"})
    assert answer["Location"] == reverse("case_money", args=[case.reference])
    assert instalment.events.get().kind == "waived"
    assert "let go" in client.get(answer["Location"]).text


def test_missed_payment_is_noted_once_with_the_day_it_was_due(agreed: Agreement) -> None:
    assert agreements.note_missed(day(-7)) == 0  # within the days of grace
    assert agreements.note_missed(TODAY) == 1
    assert agreements.note_missed(day(1)) == 0
    entry = agreed.offer.case.log.get()
    assert entry.what == "Payment missed: $100.00, due Friday 22 May 2026"
    assert entry.actor == "system"


def test_sweep_that_was_down_notes_all_that_was_missed(agreed: Agreement) -> None:
    assert agreements.note_missed(day(70)) == 3
    assert [event.on for event in InstalmentEvent.objects.all()] == [day(-10), day(20), day(50)]


def test_payment_that_came_late_is_not_missed(agreed: Agreement) -> None:
    make_payment(agreed.offer.case, "100.00")
    assert agreements.note_missed(TODAY) == 0


def items(user: User) -> list[tuple[str, str, str]]:
    texts = ("missed", "cleared", "offers")
    return [
        (item.text, item.label, item.url)
        for item in todo.items_for(user, now=NOON)
        if any(word in item.text for word in texts)
    ]


def test_agreement_that_is_kept_asks_nothing_of_anybody(ana: User, agreed: Agreement) -> None:
    make_payment(agreed.offer.case, "100.00", status="cleared")
    assert items(ana) == []


def test_missed_payment_leads_to_the_fight_in_one_click(
    client: Client, ana: User, agreed: Agreement
) -> None:
    client.force_login(ana)
    case = agreed.offer.case
    url = reverse("make_move", args=[case.reference, "default"])
    assert items(ana) == [
        (
            "A payment was missed: $100.00, due on Friday 22 May."
            " Decide whether the fight goes on.",
            "They broke the agreement",
            url,
        )
    ]
    page = client.get(url)
    note = page.context["form"]["note"].value()
    assert note == "$100.00 was due on Friday 22 May 2026. $100.00 of it is not paid."
    assert page.context["form"]["reason"].value() == "default"
    assert reverse("vote_plan", args=[case.reference]) in page.text
    client.post(url, {"reason": "default", "note": note})
    assert Case.objects.get(pk=case.pk).state == CaseState.ESCALATING
    assert Offer.objects.get().status == "broken"
    assert items(ana) == []


def test_bounced_instalment_is_the_reason_that_is_filled_in(
    client: Client, ana: User, agreed: Agreement
) -> None:
    client.force_login(ana)
    make_payment(agreed.offer.case, "100.00", status="bounced", received_on=day(-10))
    url = reverse("make_move", args=[agreed.offer.case.reference, "default"])
    assert client.get(url).context["form"]["reason"].value() == "bounced"


def test_agreement_that_was_kept_to_the_end_leads_to_the_victory(
    ana: User, agreed: Agreement
) -> None:
    make_payment(agreed.offer.case, "300.00", status="cleared")
    assert [label for _text, label, _url in items(ana)] == ["Mark as won"]
