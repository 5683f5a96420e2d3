"""What every answer carries, and whose network, zone and language a request is in."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from config import middleware
from tests import factories

LOGIN = "/account/login/"
SPANISH = {"Accept-Language": "es"}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", [LOGIN, "/healthz/", "/nowhere/"])
def test_no_page_is_kept_found_or_framed(client: Client, path: str) -> None:
    factories.make_group()
    answer = client.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_style_sheet_may_be_kept(client: Client, settings: Settings) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    answer = client.get("/static/site.css")
    answer.close()
    assert answer.status_code == 200
    assert "no-store" not in answer["Cache-Control"]


@pytest.mark.parametrize("name", sorted(middleware.FINDABLE))
def test_a_search_engine_may_show_what_strangers_look_for(client: Client, name: str) -> None:
    factories.make_group()
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "X-Robots-Tag" not in answer


def test_a_page_for_visitors_costs_the_one_query_for_the_network(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    factories.make_group()
    with django_assert_num_queries(1):
        client.get(LOGIN)


def test_before_set_up_every_page_says_what_to_do(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert "Open the set-up link" in page
    assert 'name="password"' not in page


def test_before_set_up_the_server_still_says_that_it_is_well(client: Client) -> None:
    assert client.get("/healthz/").content == b"ok"


def test_a_request_is_in_the_time_zone_of_the_network(rf: RequestFactory) -> None:
    factories.make_group(time_zone="Pacific/Auckland")
    zones = []

    def view(request: HttpRequest) -> HttpResponse:
        zones.append(timezone.get_current_timezone_name())
        return HttpResponse()

    request = rf.get("/")
    request.user = AnonymousUser()
    middleware.network(view)(request)
    assert zones == ["Pacific/Auckland"]
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_browser_chooses_the_language_of_a_stranger(client: Client) -> None:
    factories.make_group()
    assert '<html lang="es" dir="ltr">' in client.get(LOGIN, headers=SPANISH).content.decode()
    assert '<html lang="en" dir="ltr">' in client.get(LOGIN).content.decode()


def test_a_choice_of_language_wins_over_the_browser(client: Client) -> None:
    factories.make_group()
    answer = client.post("/language/", {"language": "en", "next": LOGIN}, headers=SPANISH)
    assert answer["Location"] == LOGIN
    assert client.get(LOGIN, headers=SPANISH)["Content-Language"] == "en"


def test_the_language_of_a_person_wins_over_the_cookie(client: Client) -> None:
    factories.make_group()
    client.force_login(factories.make_user(language="es"))
    client.cookies["language"] = "en"
    assert client.get("/account/")["Content-Language"] == "es"


def test_a_person_who_switches_keeps_the_language(client: Client) -> None:
    factories.make_group()
    ana = factories.make_user()
    client.force_login(ana)
    client.post("/language/", {"language": "es"})
    ana.refresh_from_db()
    assert ana.language == "es"


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    factories.make_group()
    ana = factories.make_user()
    client.force_login(ana)
    client.post("/language/", {"language": "xx\x00"})
    ana.refresh_from_db()
    assert ana.language == ""


def test_a_link_does_not_switch_the_language(client: Client) -> None:
    factories.make_group()
    assert client.get("/language/", {"language": "es"}).status_code == 405
