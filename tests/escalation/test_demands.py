"""The demand while a fight runs: less, more, a fee, whose part it is, and one person less."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import money_in
from campaigns.models import Case, CaseParty, CaseState, Group, Payment, Reason, User
from campaigns.models.claims import split
from campaigns.models.people import token_hash
from escalation import moves
from escalation.models import CaseLifecycle
from escalation.moves import MoveRefused
from escalation.moves.demands import new_demand
from letters.approval import Standing
from letters.models import Delivery, Demand
from letters.variants import still_owed
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_payment,
    make_person,
    make_user,
)

S, R = CaseState, Reason
SUMS = {"Rosa": "480.00", "José": "1050.00", "Mai": "2300.00", "Lou": "310.00"}


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
def kitchen(ana: User, ben: User) -> Case:
    """Four people of one kitchen, with a line each, in a fight for all of it."""
    case = make_case(state=S.ESCALATING, team=[ana, ben])
    first = case.parties.get()
    for n, (name, amount) in enumerate(SUMS.items()):
        party = first if n == 0 else add_person(case, name)
        make_line(case, party=party, amount=amount)
    new_demand(case, Decimal("4140.00"), other_terms="", deadline_days=14)
    Case.objects.filter(pk=case.pk).update(demanded=Decimal("4140.00"))
    return case


def add_person(case: Case, name: str, **values: Any) -> CaseParty:
    person = make_person(name)
    return CaseParty.objects.create(
        case=case, person=person, code_hash=token_hash(f"code of {name}"), **values
    )


def of(case: Case, name: str) -> CaseParty:
    return case.parties.get(person__name=name)


def shares(case: Case) -> dict[str, str]:
    demand = Demand.objects.current(case)
    return {str(share.party): str(share.amount) for share in demand.shares.all()}


def vote(**values: Any) -> dict[str, Any]:
    return {
        "motion": "Ours",
        "votes_for": 9,
        "votes_against": 1,
        "abstained": 0,
        "affected_agreed": True,
        "held_on": timezone.localdate(),
    } | values


def today() -> str:
    return timezone.localdate(timezone=Group.objects.get(pk=1).zone).isoformat()


def refused(verb: Any, case: Case, **values: Any) -> list[str]:
    before = (case.demands.count(), case.log.count(), case.decisions.count())
    header = Case.objects.filter(pk=case.pk).values().get()
    with pytest.raises(MoveRefused) as refusal:
        verb(case, **values)
    assert before == (case.demands.count(), case.log.count(), case.decisions.count())
    assert header == Case.objects.filter(pk=case.pk).values().get()
    return refusal.value.reasons


# Shares


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("4140.00", ["480", "1050", "2300", "310"], ["480.00", "1050.00", "2300.00", "310.00"]),
        ("100.00", ["1", "1", "1"], ["33.34", "33.33", "33.33"]),
        ("100.00", ["0", "0", "0"], ["33.34", "33.33", "33.33"]),
        ("0.02", ["1", "2", "1"], ["0.01", "0.01", "0.00"]),
        ("0.00", ["1", "2"], ["0.00", "0.00"]),
        ("10.00", ["-5", "5"], ["0.00", "10.00"]),
    ],
)
def test_split_follows_the_weights_to_the_cent(
    amount: str, weights: list[str], parts: list[str]
) -> None:
    divided = split(Decimal(amount), dict(enumerate(map(Decimal, weights))))
    assert [str(part) for part in divided.values()] == parts
    assert sum(divided.values()) == Decimal(amount)


def test_shares_follow_the_lines_of_each_person(kitchen: Case) -> None:
    assert shares(kitchen) == SUMS


def test_shares_that_do_not_add_up_are_refused(kitchen: Case) -> None:
    wrong = {party.pk: Decimal(1) for party in kitchen.parties.all()}
    with pytest.raises(MoveRefused, match=r"come to \$4\.00\. The demand is \$9\.00\."):
        new_demand(kitchen, Decimal(9), other_terms="", deadline_days=14, shares=wrong)


def test_vote_page_shows_a_sum_for_each_and_wants_them_to_add_up(
    client: Client, ana: User, ben: User
) -> None:
    case = make_case(state=S.PROPOSED, team=[ana, ben])
    mai = add_person(case, "Mai")
    rosa = of(case, "Rosa")
    make_line(case, party=rosa, amount="100.00")
    make_line(case, party=mai, amount="50.00")
    case.parties.update(joined_on=timezone.localdate())
    url = reverse("make_move", args=[case.reference, "vote"])
    form = client.get(url).context["form"]
    assert [form[f"share_{p.pk}"].initial for p in (rosa, mai)] == [Decimal(100), Decimal(50)]
    sent = {
        "result": "take_on",
        "sum_voted": "150",
        "deadline_days": "14",
        "held_on": today(),
        "motion": "Take it on",
        "votes_for": "9",
        "votes_against": "0",
        "agreed": [rosa.pk, mai.pk],
        f"share_{rosa.pk}": "100",
        f"share_{mai.pk}": "40",
    }
    assert client.post(url, sent).context["form"].errors == {
        f"share_{rosa.pk}": ["The sums of the people come to $140.00. The demand is $150.00."]
    }
    assert client.post(url, sent | {f"share_{mai.pk}": "50"}).status_code == 302
    assert shares(case) == {"Rosa": "100.00", "Mai": "50.00"}


# T22


def test_letter_asks_for_the_less_they_voted_and_says_so(ana: User, ben: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana, ben])
    make_line(case, amount="900.00")
    make_demand(case, "900.00")
    make_payment(case, "100.00", status="cleared")
    revise = {"by": ana, "vote": vote(), "amount": Decimal("700.00")}
    wrong = moves.revise_demand(case, **revise, reason=R.SUM_WRONG)
    assert (wrong.outstanding, wrong.not_asked) == (Decimal(600), 0)
    draft = make_draft(case, by=ana)
    assert "The sum is not the one the group voted." in " ".join(Standing(draft).blocks)
    wanted = moves.revise_demand(case, **revise, reason=R.LESS_WANTED)
    assert (wanted.outstanding, wanted.not_asked) == (Decimal(600), Decimal(200))
    standing = Standing(draft)
    assert standing.blocks == []
    rows = [(row.label, row.note, row.amount) for row in standing.document.rows]
    less = ("Not asked for in this letter", "We ask for less than is owed, so that this can end.")
    assert [amount for *_words, amount in rows] == [900, -100, -200]
    assert rows[-1][:2] == less
    assert (standing.document.total, standing.document.by_person) == (Decimal(600), False)
    assert standing.document.total_label == "Demanded"
    fee = {"amount": Decimal(15), "label": "Fee", "party": case.parties.get()}
    more = revise | {"reason": R.FEE, "note": "The bank took it.", "amount": Decimal(715)}
    assert moves.revise_demand(case, **more, fee=fee).not_asked == Decimal(200)
    again = revise | {"reason": R.NEW_FACTS, "note": "They want all.", "amount": Decimal(915)}
    assert moves.revise_demand(case, **again).not_asked == 0


def test_who_leaves_takes_what_was_not_asked_for_them_along(kitchen: Case, ana: User) -> None:
    less = {of(kitchen, name).pk: Decimal(amount) for name, amount in SUMS.items()}
    less[of(kitchen, "Rosa").pk] -= 80
    less[of(kitchen, "Lou").pk] -= 10
    moves.revise_demand(
        kitchen,
        by=ana,
        reason=R.LESS_WANTED,
        amount=Decimal("4050.00"),
        shares=less,
        vote=vote(),
    )
    assert Demand.objects.current(kitchen).not_asked == Decimal("90.00")
    rosa = of(kitchen, "Rosa")
    moves.person_leaves(kitchen, by=ana, party=rosa, words="Enough.", vote=vote())
    demand = Demand.objects.current(kitchen)
    assert (demand.amount, demand.not_asked) == (Decimal("3650.00"), Decimal("10.00"))


@pytest.mark.parametrize("state", S.FIGHTING)
def test_less_takes_a_vote_and_the_yes_of_everyone(ana: User, state: str) -> None:
    case = make_case(state=state, team=[ana], deadline_at=timezone.now())
    make_demand(case, "900.00", other_terms="The tax form.")
    less = {"by": ana, "reason": R.LESS_WANTED, "amount": Decimal("700.00")}
    assert refused(moves.revise_demand, case, **less, vote=vote(votes_against=9)) == [
        "The vote did not carry."
    ]
    assert refused(moves.revise_demand, case, **less, vote=vote(affected_agreed=False)) == [
        "The people affected must have been there, or said yes before."
    ]
    since = Case.objects.get(pk=case.pk).state_since
    demand = moves.revise_demand(case, **less, vote=vote())
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.state_since, case.demanded) == (state, since, Decimal("700.00"))
    assert (demand.version, demand.amount, demand.terms) == (2, Decimal(700), ["The tax form."])
    assert case.decisions.get().kind == "revise"
    entry = case.log.get(event="demand_changed")
    assert (entry.reason, entry.what) == (
        R.LESS_WANTED,
        "Demand changed from $900.00 to $700.00",
    )
    assert case.log.get(event="move").what.startswith("Stayed at")


def test_one_of_several_who_said_no_stops_it(kitchen: Case, ana: User) -> None:
    voices = {party.pk: str(party) != "Mai" for party in kitchen.parties.all()}
    assert refused(
        moves.revise_demand,
        kitchen,
        by=ana,
        reason=R.LESS_WANTED,
        amount=Decimal(4000),
        vote=vote(voices=voices),
    ) == ["The people affected must have been there, or said yes before."]


def test_a_vote_on_something_else_does_not_change_the_demand(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    make_demand(case, "900.00")
    assert refused(
        moves.revise_demand,
        case,
        by=ana,
        reason=R.CAPACITY,
        amount=Decimal(5),
        vote=vote(),
    ) == ["Say why the demand changes."]


def test_more_takes_a_reason_and_what_is_new(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    make_demand(case, "900.00")
    more = {"by": ana, "amount": Decimal(950), "vote": vote()}
    assert refused(moves.revise_demand, case, **more, reason=R.LESS_WANTED, note="More.") == [
        "More is asked only for new facts, a wrong sum or a fee. Choose the reason."
    ]
    assert refused(moves.revise_demand, case, **more, reason=R.NEW_FACTS) == [
        "Write down what is new, so that everybody can see why it is more."
    ]
    moves.revise_demand(case, **more, reason=R.NEW_FACTS, note="Two more days.")
    assert Case.objects.get(pk=case.pk).demanded == Decimal(950)


def test_change_that_changes_nothing_or_comes_twice_is_refused(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    make_demand(case, "900.00")
    same = {"by": ana, "reason": R.SUM_WRONG, "vote": vote()}
    assert refused(moves.revise_demand, case, **same, amount=Decimal(900)) == [
        "This is what is demanded already. Change something."
    ]
    moves.revise_demand(case, **same, amount=Decimal(800), version=1)
    assert refused(moves.revise_demand, case, **same, amount=Decimal(700), version=1) == [
        "The demand was changed meanwhile. Look at it again."
    ]


def test_fee_becomes_a_line_and_is_added_for_who_paid_it(kitchen: Case, ana: User) -> None:
    moves.revise_demand(
        kitchen,
        by=ana,
        reason=R.FEE,
        amount=Decimal("4155.00"),
        note="The cheque came back.",
        vote=vote(),
        fee={"amount": Decimal(15), "label": "Bank fee", "party": of(kitchen, "José")},
    )
    assert shares(kitchen) == SUMS | {"José": "1065.00"}
    assert kitchen.claim_lines.total() == Decimal("4155.00")
    line = kitchen.claim_lines.get(label="Bank fee")
    assert (line.amount, str(line.party)) == (Decimal(15), "José")


def test_fee_with_another_sum_is_refused(kitchen: Case, ana: User) -> None:
    fee = {"amount": Decimal(15), "label": "Bank fee", "party": of(kitchen, "José")}
    wrong = {"by": ana, "reason": R.FEE, "note": "A fee.", "vote": vote()}
    sentence = ["A fee is added to the demand as it is, and nothing else changes."]
    for values in ({"amount": Decimal(4140), "fee": fee}, {"amount": Decimal(4155)}):
        assert refused(moves.revise_demand, kitchen, **wrong, **values) == sentence


def revision(case: Case, **values: Any) -> dict[str, Any]:
    demand = Demand.objects.current(case)
    return {
        "reason": "sum_wrong",
        "amount": str(demand.amount),
        "version": demand.version,
        "other_terms": demand.other_terms,
        "deadline_days": "14",
        "note": "Counted again.",
        "held_on": today(),
        "motion": "Change it",
        "votes_for": "9",
        "votes_against": "0",
        "agreed": [party.pk for party in case.parties.affected()],
    } | values


def test_page_adds_a_fee_with_its_line(client: Client, kitchen: Case) -> None:
    url = reverse("make_move", args=[kitchen.reference, "revise_demand"])
    sent = revision(kitchen, reason="fee", note="")
    assert set(client.post(url, sent).context["form"].errors) == {
        "fee_amount",
        "fee_label",
        "fee_party",
        "note",
    }
    sent |= {"fee_amount": "15", "fee_label": "Bank fee", "note": "It bounced."}
    sent["fee_party"] = of(kitchen, "Lou").pk
    assert client.post(url, sent).status_code == 302
    assert shares(kitchen)["Lou"] == "325.00"
    assert kitchen.demands.count() == 2


def test_demand_changed_by_a_double_click_is_changed_once(client: Client, kitchen: Case) -> None:
    url = reverse("make_move", args=[kitchen.reference, "revise_demand"])
    shown = client.get(url).context["form"]
    sent = revision(kitchen, reason="fee", note="It bounced.", version="1")
    sent |= {"fee_amount": "15", "fee_label": "Bank fee", "fee_party": of(kitchen, "Lou").pk}
    sent["form_key"] = str(shown["form_key"].value())
    assert [client.post(url, sent).status_code for _n in range(2)] == [302, 302]
    assert kitchen.demands.count() == 2


def test_second_who_changes_a_demand_sees_both_and_may_send_theirs_again(
    client: Client, kitchen: Case
) -> None:
    url = reverse("make_move", args=[kitchen.reference, "revise_demand"])
    mine = revision(kitchen, reason="less_wanted", amount="4000", note="Ours", version="1")
    first = {f"share_{p.pk}": SUMS[str(p)] for p in kitchen.parties.affected()}
    lou = f"share_{of(kitchen, 'Lou').pk}"
    theirs = mine | first | {"amount": "4100", "note": "Theirs", lou: "270"}
    assert client.post(url, theirs).status_code == 302
    form = client.post(url, mine | first | {lou: "170"}).context["form"]
    assert form.errors["amount"] == ["They wrote: $4,100.00"]
    assert (form["amount"].value(), form["note"].value(), form["version"].value()) == (
        "4000",
        "Ours",
        "2",
    )
    again = mine | first | {lou: "170", "version": form["version"].value()}
    assert client.post(url, again).status_code == 302
    assert shares(kitchen)["Lou"] == "170.00"


def test_page_says_beside_the_fields_what_is_missing(client: Client, kitchen: Case) -> None:
    url = reverse("make_move", args=[kitchen.reference, "revise_demand"])
    form = client.get(url).context["form"]
    assert form["amount"].initial == Decimal("4140.00")
    wrong = revision(kitchen, reason="less_wanted", amount="5000", note="", agreed=[])
    assert client.post(url, wrong).context["form"].errors == {
        "agreed": ["The people affected must have been there, or said yes before."],
        "reason": ["More is asked only for new facts, a wrong sum or a fee."],
        "note": ["Write down what is new."],
    }
    lou = of(kitchen, "Lou")
    first = {f"share_{p.pk}": SUMS[str(p)] for p in kitchen.parties.affected()}
    less = revision(kitchen, reason="less_wanted", amount="4100", **first)
    assert list(client.post(url, less).context["form"].errors) == [next(iter(first))]
    assert client.post(url, less | {f"share_{lou.pk}": "270"}).status_code == 302
    assert shares(kitchen)["Lou"] == "270.00"


# The second letter


def second_letter(ana: User, ben: User, state: str, **values: Any) -> Case:
    """Deliver a first letter, revise the demand, and make a second one final."""
    case = make_case(state=state, team=[ana, ben], **values)
    make_line(case, amount="900.00")
    make_demand(case, "900.00")
    first = make_final_letter(case, by=ana, approved_by=ben)
    Delivery.objects.create(letter=first, **went(), deadline_at=first.deadline_at)
    fee = {"amount": Decimal(15), "label": "Bank fee", "party": case.parties.get()}
    moves.revise_demand(
        case, by=ana, reason=R.FEE, amount=Decimal(915), note="It bounced.", vote=vote(), fee=fee
    )
    return case


def went(**values: Any) -> dict[str, Any]:
    return {
        "at": timezone.now(),
        "place": "Maple Street",
        "handed_by": "Rosa",
        "received_by": "the manager",
        "method": "by_hand",
        "headcount": 9,
    } | values


@pytest.mark.parametrize("state", S.FIGHTING)
def test_second_letter_goes_out_without_leaving_the_state(ana: User, ben: User, state: str) -> None:
    old = timezone.now() + dt.timedelta(days=1)
    case = second_letter(ana, ben, state, deadline_at=old)
    assert refused(moves.deliver_again, case, by=ana, **went()) == [
        "This letter was delivered already. Draft the next version."
    ]
    letter = make_final_letter(case, by=ana, approved_by=ben)
    assert letter.total == Decimal(915)
    delivery = moves.deliver_again(case, by=ana, **went())
    case = Case.objects.get(pk=case.pk)
    assert (case.state, delivery.letter) == (state, letter)
    assert case.deadline_at == (delivery.deadline_at if state == S.CLOCK_RUNNING else old)
    assert case.log.filter(event="move").first().data["wrote"] == {"delivery": delivery.pk}
    assert refused(moves.deliver_again, case, by=ana, **went()) == [
        "This letter was delivered already. Draft the next version."
    ]


def test_second_letter_never_makes_the_deadline_earlier(ana: User, ben: User) -> None:
    far = timezone.now() + dt.timedelta(days=90)
    case = second_letter(ana, ben, S.CLOCK_RUNNING, deadline_at=far)
    make_final_letter(case, by=ana, approved_by=ben)
    delivery = moves.deliver_again(case, by=ana, **went())
    assert delivery.deadline_at < far
    assert Case.objects.get(pk=case.pk).deadline_at == far


def test_second_letter_that_is_not_true_any_more_is_refused(ana: User, ben: User) -> None:
    case = second_letter(ana, ben, S.ESCALATING)
    make_final_letter(case, by=ana, approved_by=ben)
    moves.revise_demand(case, by=ana, reason=R.LESS_WANTED, amount=Decimal(800), vote=vote())
    assert refused(moves.deliver_again, case, by=ana, **went()) == [
        "The facts changed after the letter became final. Draft the next version."
    ]


def test_second_letter_through_its_page(client: Client, ana: User, ben: User) -> None:
    case = second_letter(ana, ben, S.ESCALATING)
    page = client.get(case.get_absolute_url()).content.decode()
    assert reverse("draft_letter", args=[case.reference]) in page
    make_final_letter(case, by=ana, approved_by=ben)
    url = reverse("make_move", args=[case.reference, "deliver_again"])
    assert url in client.get(case.get_absolute_url()).content.decode()
    zone = Group.objects.get(pk=1).zone
    sent = went(at=f"{timezone.localtime(timezone=zone):%Y-%m-%dT%H:%M}")
    assert client.post(url, sent).status_code == 302
    assert Delivery.objects.filter(letter__case=case).count() == 2


# T30


def test_who_leaves_takes_their_share_out_of_the_demand(kitchen: Case, ana: User) -> None:
    rosa = of(kitchen, "Rosa")
    moves.person_leaves(kitchen, by=ana, party=rosa, words="I work there again.", vote=vote())
    case = Case.objects.get(pk=kitchen.pk)
    rosa.refresh_from_db()
    assert (case.state, case.demanded) == (S.ESCALATING, Decimal("3660.00"))
    assert shares(case) == {name: amount for name, amount in SUMS.items() if name != "Rosa"}
    assert (rosa.outcome, rosa.left_at is not None, rosa.code_hash) == ("left", True, None)
    assert case.claim_lines.count() == 4
    assert case.claim_lines.total() == Decimal("3660.00")
    decision = case.decisions.get()
    assert (decision.kind, decision.affected_agreed) == ("leave", True)
    assert [(voice.party, voice.agreed) for voice in decision.voices.all()] == [(rosa, True)]
    changed = case.log.get(event="demand_changed")
    assert (changed.reason, changed.data["new"]) == (R.ONE_LEFT, "$3,660.00")
    assert case.log.filter(event="move").first().note == "I work there again."


def test_what_was_paid_to_who_leaves_stays_counted(kitchen: Case, ana: User, ben: User) -> None:
    rosa = of(kitchen, "Rosa")
    make_payment(kitchen, "200.00", party=rosa, status="cleared")
    moves.person_leaves(kitchen, by=ana, party=rosa, words="Enough.", vote=vote())
    case = Case.objects.get(pk=kitchen.pk)
    assert case.demanded == Decimal("3860.00")
    assert shares(case)["Rosa"] == "200.00"
    letter = make_final_letter(case, by=ana, approved_by=ben)
    assert letter.total == Decimal("3660.00")
    moves.deliver_again(case, by=ana, **went())
    moves.revise_demand(case, by=ana, reason=R.LESS_WANTED, amount=Decimal("3800.00"), vote=vote())
    assert shares(case)["Rosa"] == "200.00"
    assert sum(map(Decimal, shares(case).values())) == Decimal("3800.00")


def test_money_that_clears_after_they_left_pays_nothing_of_the_others(
    client: Client, kitchen: Case, ana: User
) -> None:
    rosa = of(kitchen, "Rosa")
    cheque = make_payment(kitchen, "480.00", party=rosa)
    moves.person_leaves(kitchen, by=ana, party=rosa, words="I work there again.", vote=vote())
    money_in.clear_payment(cheque, by=ana, on=timezone.localdate())
    make_payment(kitchen, "300.00", party=of(kitchen, "Lou"), status="cleared")
    case = CaseLifecycle.objects.with_facts().get(pk=kitchen.pk)
    assert (case.demanded, case.cleared) == (Decimal("3660.00"), Decimal("300.00"))
    page = client.get(reverse("case_money", args=[case.reference]))
    assert page.context["owed"] == still_owed(case) == Demand.objects.current(case).outstanding
    assert page.context["owed"] == Decimal("3360.00")
    assert [row.balance for row in page.context["payments"]] == [Decimal(3660), Decimal(3360)]
    assert page.text.count("It came after they left.") == 1


def test_who_was_paid_all_of_it_has_won_and_the_demand_stays(kitchen: Case, ana: User) -> None:
    lou = of(kitchen, "Lou")
    make_payment(kitchen, "310.00", party=lou, status="cleared")
    moves.person_leaves(kitchen, by=ana, party=lou, words="I have mine.", vote=vote())
    lou.refresh_from_db()
    assert lou.outcome == "won"
    assert Case.objects.get(pk=kitchen.pk).demanded == Decimal("4140.00")


def test_who_acts_for_them_leaves_with_them(kitchen: Case, ana: User) -> None:
    rosa = of(kitchen, "Rosa")
    luis = add_person(kitchen, "Luis", role="representative", acts_for=rosa)
    moves.person_leaves(kitchen, by=ana, party=rosa, words="Enough.", vote=vote())
    luis.refresh_from_db()
    assert (luis.left_at is not None, luis.code_hash) == (True, None)


def test_leaving_takes_their_words_a_vote_and_somebody_who_stays(kitchen: Case, ana: User) -> None:
    rosa = of(kitchen, "Rosa")
    leaving = {"by": ana, "party": rosa}
    assert refused(moves.person_leaves, kitchen, **leaving, words=" ", vote=vote()) == [
        "Write down what they said, in their own words."
    ]
    assert refused(
        moves.person_leaves, kitchen, **leaving, words="Enough.", vote=vote(votes_against=9)
    ) == ["The vote did not carry."]
    kitchen.parties.exclude(pk=rosa.pk).update(left_at=timezone.now())
    assert refused(moves.person_leaves, kitchen, **leaving, words="Enough.", vote=vote()) == [
        "Nobody else is affected. If they want to stop, the fight is dropped."
    ]
    rosa.refresh_from_db()
    assert (rosa.outcome, rosa.left_at) == ("", None)


def test_nobody_is_put_out_of_a_fight_without_a_vote(client: Client, kitchen: Case) -> None:
    rosa = of(kitchen, "Rosa")
    kitchen.claim_lines.filter(party=rosa).delete()
    client.post(reverse("remove_party", args=[kitchen.reference, rosa.pk]))
    assert kitchen.parties.affected().count() == 4
    late = add_person(kitchen, "Added by mistake")
    client.post(reverse("remove_party", args=[kitchen.reference, late.pk]))
    assert kitchen.parties.affected().count() == 4


def test_leaving_through_its_page(client: Client, kitchen: Case) -> None:
    url = reverse("make_move", args=[kitchen.reference, "person_leaves"])
    sent = revision(kitchen, party=of(kitchen, "Rosa").pk, words="I work there again.")
    assert client.post(url, sent | {"words": ""}).context["form"].errors == {
        "words": ["This field is required."]
    }
    response = client.post(url, sent, follow=True)
    page = response.content.decode()
    assert "Rosa has left. The demand is $3,660.00 now." in page
    assert "Rosa has left: not counted" in page


# How it ended for each of them


def outcomes(case: Case) -> dict[str, str]:
    return {str(party): party.outcome for party in case.parties.all()}


def pay(case: Case, **sums: str) -> None:
    for name, amount in sums.items():
        make_payment(case, amount, party=of(case, name), status="cleared")


def test_win_when_each_got_their_share(kitchen: Case, ana: User) -> None:
    pay(kitchen, **SUMS)
    moves.win(kitchen, by=ana, demand_met=True)
    assert set(outcomes(kitchen).values()) == {"won"}


def test_win_with_money_noted_for_everybody(kitchen: Case, ana: User) -> None:
    pay(kitchen, Lou="310.00")
    make_payment(kitchen, "3830.00", status="cleared")
    moves.win(kitchen, by=ana, demand_met=True)
    assert set(outcomes(kitchen).values()) == {"won"}


def test_mix_is_no_win_but_settled(kitchen: Case, ana: User) -> None:
    pay(kitchen, **SUMS | {"Lou": "300.00", "Mai": "2310.00"})
    assert refused(moves.win, kitchen, by=ana, demand_met=True) == [
        "Together all of it has cleared, but not everyone got their share: $10.00 is missing. "
        "Settle it, or note whom each payment was for."
    ]
    moves.settle(kitchen, by=ana, reason=R.FAIR_ENOUGH, vote=vote())
    assert outcomes(kitchen) == {
        "Rosa": "won",
        "José": "won",
        "Mai": "won",
        "Lou": "settled",
    }


def test_settle_and_lose_tell_who_got_what(kitchen: Case, ana: User) -> None:
    pay(kitchen, Rosa="480.00", Mai="100.00")
    moves.settle(kitchen, by=ana, reason=R.TIME, vote=vote())
    assert outcomes(kitchen) == {"Rosa": "won", "José": "lost", "Mai": "settled", "Lou": "lost"}


def test_single_person_is_paid_by_money_without_a_name(ana: User) -> None:
    case = make_case(state=S.CLOCK_RUNNING, team=[ana])
    make_demand(case, "900.00")
    make_payment(case, "400.00", status="cleared")
    moves.lose(case, by=ana, reason=R.EXHAUSTED, vote=vote())
    assert outcomes(case) == {"Rosa": "settled"}


def test_outcome_of_who_left_stays(kitchen: Case, ana: User) -> None:
    moves.person_leaves(kitchen, by=ana, party=of(kitchen, "Rosa"), words="Enough.", vote=vote())
    moves.lose(kitchen, by=ana, reason=R.EXHAUSTED, vote=vote())
    assert outcomes(kitchen) == {"Rosa": "left", "José": "lost", "Mai": "lost", "Lou": "lost"}
    assert not Payment.objects.exists()


# Somebody speaks for another


def test_voices_name_who_may_say_it_for_them(client: Client, ana: User, ben: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana, ben], person=make_person("Lucio"))
    make_demand(case, "900.00")
    lucio = case.parties.get()
    add_person(case, "Luis", role="representative", acts_for=lucio, may_decide=True)
    url = reverse("make_move", args=[case.reference, "lose"])
    page = client.get(url).content.decode()
    assert "Lucio (Luis may say it for them)" in page


def test_somebody_who_acts_for_them_and_joined_counts_as_joined(ana: User, ben: User) -> None:
    case = make_case(state=S.PROPOSED, team=[ana, ben], person=make_person("Lucio"))
    acting = add_person(case, "Luis", role="representative", acts_for=case.parties.get())
    taken = {"sum_voted": Decimal(900), "deadline_days": 14, "members": [], "vote": vote()}
    with pytest.raises(MoveRefused, match="Record for each affected person"):
        moves.vote_yes(case, by=ana, **taken)
    CaseParty.objects.filter(pk=acting.pk).update(joined_on=timezone.localdate())
    assert moves.vote_yes(case, by=ana, **taken) == S.PREPARING


# Put right


def put_right(case: Case, by: User) -> None:
    move = moves.last_move(case)
    moves.put_right(case, by=by, move=move, reason=R.CLICKED_WRONG, note="The wrong case.")


def test_fee_put_right_takes_its_line_and_its_version_back(kitchen: Case, ana: User) -> None:
    fee = {"amount": Decimal(15), "label": "Bank fee", "party": of(kitchen, "José")}
    values = {"reason": R.FEE, "amount": Decimal(4155), "note": "A fee.", "fee": fee}
    moves.revise_demand(kitchen, by=ana, vote=vote(), **values)
    put_right(kitchen, ana)
    case = Case.objects.get(pk=kitchen.pk)
    assert (case.state, case.demanded, shares(case)) == (S.ESCALATING, Decimal(4140), SUMS)
    assert case.claim_lines.total() == Decimal(4140)
    assert not case.decisions.valid().exists()


def test_leaving_put_right_brings_them_back_with_their_share(kitchen: Case, ana: User) -> None:
    moves.person_leaves(kitchen, by=ana, party=of(kitchen, "Rosa"), words="Enough.", vote=vote())
    put_right(kitchen, ana)
    assert (of(kitchen, "Rosa").left_at, of(kitchen, "Rosa").outcome) == (None, "")
    assert Case.objects.get(pk=kitchen.pk).demanded == Decimal(4140)
    assert shares(kitchen) == SUMS


def test_second_letter_put_right_gives_the_old_deadline_back(ana: User, ben: User) -> None:
    old = timezone.now() + dt.timedelta(days=1)
    case = second_letter(ana, ben, S.CLOCK_RUNNING, deadline_at=old)
    make_final_letter(case, by=ana, approved_by=ben)
    moves.deliver_again(case, by=ana, **went())
    put_right(case, ana)
    assert Case.objects.get(pk=case.pk).deadline_at == old
    assert Delivery.objects.filter(letter__case=case).count() == 1
    moves.deliver_again(case, by=ana, **went())


def test_outcomes_are_open_again_when_the_end_is_put_right(kitchen: Case, ana: User) -> None:
    moves.lose(kitchen, by=ana, reason=R.EXHAUSTED, vote=vote())
    put_right(kitchen, ana)
    assert set(outcomes(kitchen).values()) == {""}
