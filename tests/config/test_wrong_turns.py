"""What a person reads when something went wrong, and that nothing they typed is lost."""

import re

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from config import views
from tests import factories

FORM = "/account/password/reset/"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def strict(db: None) -> Client:
    """A browser whose forms are checked for their token."""
    factories.make_group()
    return Client(enforce_csrf_checks=True)


def test_a_form_without_a_token_can_be_sent_again(strict: Client) -> None:
    answer = strict.post(FORM, {"email": "o'hara&co@rainier.example"}, headers=OWN_PAGE)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'name="email" value="o&#x27;hara&amp;co@rainier.example"' in page
    assert '<p class="typed">o&#x27;hara&amp;co@rainier.example</p>' in page
    token = re.search(r'action="/account/password/reset/".*?value="(\w+)"', page, re.DOTALL)[1]
    again = {"email": "o'hara&co@rainier.example", "csrfmiddlewaretoken": token}
    assert strict.post(FORM, again, headers=OWN_PAGE).status_code == 302


def test_an_older_browser_is_known_by_the_origin_it_names(strict: Client) -> None:
    answer = strict.post(FORM, {"email": "a@b.example"}, headers={"Origin": "http://testserver"})
    assert "Send again" in answer.content.decode()


@pytest.mark.parametrize(
    "sender",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://elsewhere.example"}],
    ids=["says nothing", "says elsewhere", "names elsewhere"],
)
def test_a_form_from_elsewhere_is_refused_and_not_shown(
    strict: Client, sender: dict[str, str]
) -> None:
    answer = strict.post(FORM, {"email": "a@b.example"}, headers=sender)
    assert answer.status_code == 403
    assert "a@b.example" not in answer.content.decode()
    assert "This was not sent" in answer.content.decode()


def test_a_password_is_never_shown_again(strict: Client) -> None:
    typed = {"login": "ana@rainier.example", "password": factories.PASSWORD}
    page = strict.post("/account/login/", typed, headers=OWN_PAGE).content.decode()
    assert factories.PASSWORD not in page
    assert "This was not sent" in page


def test_what_only_the_machine_typed_is_sent_again_but_not_shown(strict: Client) -> None:
    key = "0f0e8a5e-4f44-4a3c-9d0c-5b2f6a1d7c11"
    page = strict.post(FORM, {"key": key}, headers=OWN_PAGE).content.decode()
    assert f'name="key" value="{key}"' in page
    assert "What you typed" not in page


def test_a_file_has_to_be_chosen_again(strict: Client) -> None:
    typed = {"note": "the cheque", "paper": SimpleUploadedFile("cheque.jpg", b"x")}
    page = strict.post(FORM, typed, headers=OWN_PAGE).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert '<input type="file" name="paper"' in page


@pytest.mark.django_db
def test_what_is_not_there_says_so_in_the_same_bytes_to_everybody(client: Client) -> None:
    factories.make_group()
    client.force_login(factories.make_user("Ana"))
    one = client.get("/nowhere/")
    other = client.get("/nowhere/")
    assert one.status_code == 404
    assert "There is nothing here" in one.content.decode()
    assert _without_tokens(one.content) == _without_tokens(other.content)


def _without_tokens(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


def test_too_much_at_once_is_told_and_nothing_else_is_read(rf: RequestFactory) -> None:
    answer = views.bad_request(rf.post("/"), RequestDataTooBig())
    assert answer.status_code == 413
    assert "too much to send at once" in answer.content.decode()


def test_a_name_of_the_server_that_is_not_ours_is_refused(client: Client) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "That could not be read" in answer.content.decode()


def test_the_page_of_a_broken_server_needs_no_database(rf: RequestFactory) -> None:
    answer = views.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "not your fault" in answer.content.decode()
