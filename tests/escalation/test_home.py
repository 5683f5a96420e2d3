"""The pages anybody reads first."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.factories import make_action, make_case, make_group, make_member


@pytest.fixture(autouse=True)
def _network() -> None:
    make_group()


@pytest.mark.django_db
def test_home_says_who_we_are_and_leads_to_both_ways(client: Client) -> None:
    page = client.get(reverse("home")).text
    assert "Rainier Solidarity" in page
    for name in ("tell", "status", "how_it_works", "account_login", "leave"):
        assert f'href="{reverse(name)}"' in page


@pytest.mark.django_db
def test_home_lists_no_action_because_a_target_reads_it_too(client: Client) -> None:
    make_action(cases=[make_case()], title="Picket at the bakery")
    assert "Picket" not in client.get(reverse("home")).text


@pytest.mark.parametrize("name", ["home", "how_it_works", "privacy", "tell"])
@pytest.mark.django_db
def test_public_pages_cost_at_most_two_queries(
    client: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(2):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.django_db
def test_a_member_finds_the_way_from_home_to_today(client: Client) -> None:
    client.force_login(make_member())
    assert f'href="{reverse("today")}"' in client.get(reverse("home")).text
