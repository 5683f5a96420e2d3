"""A warning where somebody of ours stands near the target. It never stops anything."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Case, CaseState, Target, User
from tests.factories import (
    link_targets,
    make_case,
    make_group,
    make_person,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db
WARNING = "Somebody of this name is linked to the target (%s). Talk about it first."


@pytest.fixture
def ana(client: Client) -> User:
    make_group()
    user = make_user("Ana")
    client.force_login(user)
    return user


@pytest.fixture
def maple(ana: User) -> Target:
    """A firm whose manager Dan has a relative, Kim."""
    maple = make_target("Maple 114 LLC")
    dan = make_target("Dan Maple", kind="person", address="", phone="206 555 0188")
    link_targets(dan, maple, "manager")
    link_targets(make_target("Kim Núñez", kind="person", address=""), dan, "relative")
    link_targets(make_target("Lou Lender", kind="person", address=""), maple, "lender")
    return maple


def file(client: Client, case: Case) -> str:
    return client.get(case.get_absolute_url()).text


@pytest.mark.parametrize(
    ("person", "role"),
    [
        ({"name": "DAN MAPLE"}, "manager"),
        ({"name": "Dana", "phone_key": "+12065550188"}, "manager"),
        ({"name": "kim nunez"}, "relative of the manager"),
    ],
)
def test_person_near_the_target_is_marked_on_the_case_file(
    client: Client, ana: User, maple: Target, person: dict[str, str], role: str
) -> None:
    case = make_case(
        state=CaseState.PREPARING, team=[ana], target=maple, person=make_person(**person)
    )
    assert WARNING % role in file(client, case)


def test_name_pasted_with_marks_of_another_program_warns_like_any_other(
    client: Client, ana: User, maple: Target
) -> None:
    link_targets(make_target("Pat\x1f Poe\x1e", kind="person", address=""), maple, "owner")
    person = make_person("Pat Poe")
    case = make_case(state=CaseState.PREPARING, team=[ana], target=maple, person=person)
    assert WARNING % "owner" in file(client, case)


@pytest.mark.parametrize("name", ["Rosa", "Lou Lender", "Dan"])
def test_nobody_else_is_marked(client: Client, ana: User, maple: Target, name: str) -> None:
    case = make_case(state=CaseState.PREPARING, team=[ana], target=maple, person=make_person(name))
    assert "linked to the target" not in file(client, case)


def test_link_that_was_wrong_warns_of_nobody(client: Client, ana: User, maple: Target) -> None:
    link = maple.links_in.get(role="manager")
    case = make_case(
        state=CaseState.PREPARING, team=[ana], target=maple, person=make_person("Kim Núñez")
    )
    assert WARNING % "relative of the manager" in file(client, case)
    url = reverse("strike_target_link", args=[maple.pk, link.pk])
    client.post(url, {"reason": "Another Dan"})
    assert "linked to the target" not in file(client, case)


def test_whoever_joins_is_warned_of_and_joins_all_the_same(
    client: Client, ana: User, maple: Target
) -> None:
    case = make_case(state=CaseState.PREPARING, team=[ana], target=maple)
    kim = make_user("Kim Nuñez")
    url = reverse("add_to_team", args=[case.reference])
    assert WARNING % "relative of the manager" in client.get(url).text
    answer = client.post(url, {"user": kim.pk}, follow=True)
    assert WARNING % "relative of the manager" in answer.text
    assert kim in case.team.all()


def test_whoever_is_added_to_the_case_is_warned_of(
    client: Client, ana: User, maple: Target
) -> None:
    case = make_case(state=CaseState.PREPARING, team=[ana], target=maple)
    url = reverse("add_party", args=[case.reference])
    assert "Dan Maple</bdi> (manager)" in client.get(url).text


def test_person_of_one_case_is_warned_of_in_another_of_the_same_target_only(
    client: Client, ana: User, maple: Target
) -> None:
    dan = make_person("Dan Maple")
    near = make_case(state=CaseState.PREPARING, team=[ana], target=maple, person=dan)
    far = make_case(state=CaseState.PREPARING, team=[ana], target=make_target("Oak"), person=dan)
    assert "linked to the target" in file(client, near)
    assert "linked to the target" not in file(client, far)
