"""When a vote carries, by the group's own rule, and what stays of it when the rule changes."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseParty, CaseState, Group, User
from escalation import decisions
from escalation.models import Decision
from tests.factories import make_case, make_decision, make_group, make_person, make_user

T = Group.Threshold
K = Decision.Kind


@pytest.mark.parametrize(
    ("rule", "votes_for", "votes_against", "carried"),
    [
        (T.MAJORITY, 1, 0, True),
        (T.MAJORITY, 5, 4, True),
        (T.MAJORITY, 4, 4, False),  # a tie
        (T.MAJORITY, 0, 0, False),  # everybody abstained
        (T.TWO_THIRDS, 2, 1, True),
        (T.TWO_THIRDS, 6, 3, True),
        (T.TWO_THIRDS, 5, 3, False),
        (T.TWO_THIRDS, 0, 0, False),
        (T.THREE_QUARTERS, 3, 1, True),
        (T.THREE_QUARTERS, 5, 2, False),
        (T.THREE_QUARTERS, 0, 0, False),
        (T.NOBODY_AGAINST, 1, 0, True),
        (T.NOBODY_AGAINST, 9, 1, False),
        (T.NOBODY_AGAINST, 0, 0, False),
    ],
)
def test_vote_carries_by_the_rule_of_the_group(
    rule: str, votes_for: int, votes_against: int, carried: bool
) -> None:
    counts = {"votes_for": votes_for, "votes_against": votes_against}
    assert decisions.carries(rule, **counts) is carried


@pytest.fixture(autouse=True)
def _network(db: None) -> None:
    make_group()


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def case(ana: User) -> Case:
    return make_case(state=CaseState.ESCALATING, team=[ana])


def vote(in_favour: int = 5, against: int = 1, abstained: int = 0, **values: Any) -> dict[str, Any]:
    return {
        "motion": "The motion",
        "votes_for": in_favour,
        "votes_against": against,
        "abstained": abstained,
        "held_on": timezone.localdate(),
    } | values


def test_quorum_counts_who_abstains_and_fewer_decide_nothing(case: Case, ana: User) -> None:
    make_group(quorum=5)
    few = decisions.record_decision(case, K.PLAN, by=ana, vote=vote(3, 0, 1))
    enough = decisions.record_decision(case, K.PLAN, by=ana, vote=vote(3, 0, 2))
    assert (few.carried, enough.carried) == (False, True)


def test_to_take_less_it_takes_the_higher_rule_of_the_group(case: Case, ana: User) -> None:
    make_group(threshold=T.MAJORITY, threshold_less=T.TWO_THIRDS)
    assert decisions.record_decision(case, K.PLAN, by=ana, vote=vote(5, 4)).carried is True
    for kind in Decision.LESS:
        assert decisions.record_decision(case, kind, by=ana, vote=vote(5, 4)).carried is False
        assert decisions.record_decision(case, kind, by=ana, vote=vote(6, 3)).carried is True


def test_what_is_one_persons_own_matter_takes_their_yes_alone(case: Case, ana: User) -> None:
    rosa = case.parties.get()
    luis = CaseParty.objects.create(case=case, person=make_person("Luis"))
    for kind in K:
        said = decisions.record_decision(case, kind, by=ana, vote=vote(voices={rosa.pk: True}))
        assert said.affected_agreed is (kind in (K.LEAVE, K.PAYEE, K.ON_ACCOUNT)), kind
    said_no = vote(voices={rosa.pk: False, luis.pk: True})
    assert not decisions.record_decision(case, K.PAYEE, by=ana, vote=said_no).affected_agreed


def test_change_of_the_rule_leaves_old_votes_as_they_were(case: Case, ana: User) -> None:
    old = decisions.record_decision(case, K.LOSE, by=ana, vote=vote(5, 4))
    make_group(threshold=T.NOBODY_AGAINST, threshold_less=T.NOBODY_AGAINST, quorum=50)
    old.refresh_from_db()
    assert (old.carried, old.rule) == (True, T.MAJORITY)
    new = decisions.record_decision(case, K.LOSE, by=ana, vote=vote(50, 1))
    assert (new.carried, new.rule) == (False, T.NOBODY_AGAINST)


def test_settings_page_sets_how_the_group_decides(client: Client, ana: User) -> None:
    client.force_login(ana)
    page = client.get(reverse("settings"))
    assert "How you decide" in page.text
    form = page.context["form"]
    typed = {field.html_name: field.value() for field in form if field.value() is not None}
    chosen = {"threshold": "majority", "threshold_less": "three_quarters", "quorum": 7}
    sent = client.post(reverse("settings"), typed | chosen | {"grace_days": 5})
    assert sent.status_code == 302
    group = Group.objects.get(pk=1)
    assert (group.threshold_less, group.quorum, group.grace_days) == ("three_quarters", 7, 5)


@pytest.mark.parametrize(("name", "value"), [("quorum", 0), ("quorum", 100), ("threshold", "all")])
def test_rule_that_cannot_be_is_refused(
    client: Client, ana: User, name: str, value: object
) -> None:
    client.force_login(ana)
    page = client.post(reverse("settings"), {name: value})
    assert page.status_code == 200
    assert name in page.context["form"].errors


# The page with all votes of a case


def test_case_decisions_show_counts_voices_and_what_was_a_mistake(
    client: Client, case: Case, ana: User
) -> None:
    rosa = case.parties.get()
    luis = CaseParty.objects.create(case=case, person=make_person("Luis"))
    said = {rosa.pk: True, luis.pk: False}
    decisions.record_decision(
        case, K.SETTLE, by=ana, vote=vote(5, 1, 2, motion="Stop with a part", voices=said)
    )
    make_decision(case, K.LOSE, motion="Give up", struck_at=timezone.now())
    client.force_login(ana)
    text = " ".join(client.get(reverse("case_decisions", args=[case.reference])).text.split())
    assert "5 for, 1 against, 2 abstained" in text
    assert "Rosa: said yes" in text
    assert "Luis: did not say yes" in text
    assert "noted by mistake" in text


def test_case_decisions_cost_the_same_however_many(
    client: Client, case: Case, ana: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(ana)
    for n in range(12):
        held = timezone.localdate() - dt.timedelta(days=n)
        decisions.record_decision(
            case, K.PLAN, by=ana, vote=vote(held_on=held, affected_agreed=True)
        )
    with django_assert_max_num_queries(14):
        client.get(reverse("case_decisions", args=[case.reference]))


def test_case_decisions_are_the_teams_alone(client: Client, case: Case) -> None:
    client.force_login(make_user("Olu"))
    assert client.get(reverse("case_decisions", args=[case.reference])).status_code == 404
