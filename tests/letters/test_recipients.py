"""To whom a letter may go, and that nobody unproven is ever named in one."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Case, CaseState, Target, User
from letters import checks, drafting, recipients
from letters.models import Letter
from tests.factories import (
    link_targets,
    make_case,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client: Client) -> User:
    make_group()
    user = make_user("Ana")
    client.force_login(user)
    return user


@pytest.fixture
def maple(ana: User) -> Target:
    """A firm with a confirmed letting agent, a likely owner and an unchecked second building."""
    maple = make_target("Maple 114 LLC", address="PO Box 9\nSeattle WA 98104")
    agent = make_target("Delta Lets", address="9 Oak Street")
    dan = make_target("Dan Maple", kind="person", address="1 Pine Street")
    link_targets(agent, maple, "letting")
    link_targets(dan, maple, "owner", confidence="likely")
    link_targets(agent, make_target("Elm 3 LLC"), "letting", confidence="unverified")
    link_targets(make_target("Kim Maple", kind="person"), agent, "relative")
    return maple


@pytest.fixture
def case(ana: User, maple: Target) -> Case:
    case = make_case(state=CaseState.PREPARING, team=[ana, make_user("Ben")], target=maple)
    make_line(case)
    make_demand(case)
    return case


def found(letter: Letter) -> dict[str, str]:
    letter = Letter.objects.get(pk=letter.pk)
    findings = checks.of_letter(letter, drafting.document_for(letter))
    return {finding.code: finding.sentence for finding in findings if finding.is_block}


def test_only_who_is_confirmed_is_offered(case: Case) -> None:
    assert [one.name for one in recipients.offered(case)] == ["Maple 114 LLC", "Delta Lets"]


def test_link_that_has_ended_is_offered_no_more(case: Case, maple: Target) -> None:
    maple.links_in.filter(role="letting").update(until_date="2020-01-01")
    assert [one.name for one in recipients.offered(case)] == ["Maple 114 LLC"]


def test_letter_goes_to_landlord_and_agent_in_one_address(client: Client, case: Case) -> None:
    agent = Target.objects.get(name="Delta Lets")
    url = reverse("draft_letter", args=[case.reference])
    assert "Delta Lets" in client.get(url).text
    form = client.get(url, {"to": [case.target_id, agent.pk]}).context["form"]
    assert form.initial["recipient_name"] == "Maple 114 LLC"
    assert form.initial["recipient_address"] == (
        "PO Box 9\nSeattle WA 98104\nDelta Lets\n9 Oak Street"
    )
    alone = client.get(url, {"to": agent.pk}).context["form"].initial
    assert (alone["recipient_name"], alone["recipient_address"]) == ("Delta Lets", "9 Oak Street")


def test_key_of_somebody_unproven_is_not_taken(client: Client, case: Case) -> None:
    dan = Target.objects.get(name="Dan Maple")
    form = client.get(reverse("draft_letter", args=[case.reference]), {"to": dan.pk}).context[
        "form"
    ]
    assert form.initial["recipient_name"] == "Maple 114 LLC"


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ({"recipient_name": "Dan Maple"}, "Dan Maple"),
        ({"recipient_address": "c/o DAN MAPLE\n9 Oak Street"}, "Dan Maple"),
        ({"facts": "Rosa worked for you and for Dan Maple."}, "Dan Maple"),
        ({"facts": "You also run Elm 3, L.L.C."}, "Elm 3 LLC"),
        ({"facts": "Kim Maple laughed."}, "Kim Maple"),
    ],
)
def test_letter_that_names_somebody_unproven_is_stopped(
    case: Case, ana: User, texts: dict[str, str], name: str
) -> None:
    letter = make_draft(case, by=ana)
    Letter.objects.filter(pk=letter.pk).update(**texts)
    assert f"{name} is not confirmed to belong to the target." in found(letter)["unproven"]


def test_confirmed_name_may_stand_in_a_letter(case: Case, ana: User, maple: Target) -> None:
    letter = make_draft(case, by=ana)
    Letter.objects.filter(pk=letter.pk).update(
        recipient_name="Delta Lets", facts="Delta Lets took the deposit for Maple 114 LLC."
    )
    assert "unproven" not in found(letter)
    Letter.objects.filter(pk=letter.pk).update(facts="Dan Maple took the deposit.")
    assert "unproven" in found(letter)
    maple.links_in.filter(role="owner").update(confidence="confirmed")
    assert "unproven" not in found(letter)


def test_each_letter_keeps_the_recipient_that_was_chosen_for_it(
    case: Case, ana: User, maple: Target
) -> None:
    """Of failure 51: a later change of the target changes no letter that went out."""
    letter = make_final_letter(case, by=ana, approved_by=case.team.get(name="Ben"))
    before = (letter.recipient_name, letter.recipient_address)
    Target.objects.filter(pk=maple.pk).update(address="77 New Street", name="Maple Holding")
    letter = Letter.objects.get(pk=letter.pk)
    assert (letter.recipient_name, letter.recipient_address) == before
    assert "77 New Street" not in letter.frozen_html
