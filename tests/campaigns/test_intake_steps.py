"""Telling us one question at a time: nothing is lost on the way, and nobody reads it before."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import intake_drafts, private_code
from campaigns.intake_forms import FORMS
from campaigns.intake_steps import ASKED_LAST, STEPS
from campaigns.models import Case, Evidence, IntakeDraft, Sheet
from escalation.sweep import sweep
from tests.factories import make_group

VOICE = b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm" + b"\0" * 30 + b"A_OPUS"
STORY = "Three weeks of cleaning, no pay."


@pytest.fixture(autouse=True)
def _network(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        make_group()


def address(step: str = "story", kind: str = "wages") -> str:
    if step == "check":
        return reverse("tell_check", args=[kind])
    return reverse("tell_step", args=[kind, step])


def answer(
    client: Client, step: str = "story", *, kind: str = "wages", go: str = "on", **typed: Any
) -> HttpResponse:
    """Open a step as a browser does, with the code that stands in its form, and send it."""
    page = client.get(address(step, kind))
    return client.post(address(step, kind), {"code": hidden(page, "code"), "go": go} | typed)


def hidden(page: HttpResponse, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', page.text)[1]


def value(client: Client, step: str, name: str, kind: str = "wages") -> Any:
    return client.get(address(step, kind)).context["form"][name].value()


def send(client: Client, kind: str = "wages", **typed: Any) -> HttpResponse:
    page = client.get(address("check", kind))
    data = {name: hidden(page, name) for name in ("code", "token")} | {"consent": "on"}
    return client.post(address("check", kind), data | typed)


def told(client: Client) -> Case:
    """Tell the least there is, step by step."""
    answer(client, story=STORY)
    answer(client, "reach", phone="206 555 0134")
    assert send(client).url == reverse("told")
    return Case.objects.get()


# The way through


@pytest.mark.parametrize("kind", STEPS)
def test_the_steps_ask_every_question_of_the_whole_form_once(kind: str) -> None:
    in_steps = [name for step in STEPS[kind] for name in step.fields]
    form = FORMS[kind](now=timezone.now())
    assert sorted([*in_steps, *ASKED_LAST]) == sorted(form.fields)


@pytest.mark.django_db
def test_tell_leads_to_the_first_question_of_each_kind(client: Client) -> None:
    page = client.get(reverse("tell"))
    for kind in STEPS:
        assert f'href="{address("story", kind)}"' in page.text


@pytest.mark.django_db
@pytest.mark.parametrize("kind", STEPS)
def test_pressing_next_leads_through_every_page_to_the_last(client: Client, kind: str) -> None:
    for step, after in zip(STEPS[kind], [*STEPS[kind][1:], None], strict=True):
        typed = {"phone": "206 555 0134"} if step.name == "reach" else {}
        there = address(after.name if after else "check", kind)
        assert answer(client, step.name, kind=kind, **typed).url == there


@pytest.mark.django_db
def test_a_single_question_is_the_heading_of_its_page(client: Client) -> None:
    page = client.get(address("urgent"))
    assert page.text.count("<h1") == 1
    assert '<h1><label for="id_urgent">Is anything urgent?</label></h1>' in page.text
    radios = client.get(address("still-there"))
    assert "<legend><h1>Do you still work there?</h1></legend>" in radios.text


@pytest.mark.django_db
def test_what_was_told_in_steps_is_the_same_case_as_on_one_page(client: Client) -> None:
    answer(client, kind="deposit", story="No deposit.")
    answer(client, "who", kind="deposit", who="Maple LLC")
    answer(client, "home", kind="deposit", place="Maple 114", when="May")
    answer(client, "deposit", kind="deposit", deposit="$900", returned="not sure")
    answer(client, "still-there", kind="deposit", still_there="no")
    answer(client, "reach", kind="deposit", name="Ida", email="ida@mail.example")
    answer(client, "safe", kind="deposit", may_text="on")
    page = client.get(address("check", "deposit"))
    for text in ("No deposit.", "Maple LLC", "Maple 114", "$900", "ida@mail.example"):
        assert text in page.text
    assert send(client, "deposit").url == reverse("told")
    case = Case.objects.get()
    sheet, person = Sheet.objects.get(), case.parties.get().person
    assert (case.kind, case.target.name, sheet.place) == ("deposit", "Maple LLC", "Maple 114")
    assert (person.name, person.may_text, person.may_leave_voicemail) == ("Ida", True, False)
    assert "returned" in sheet.gaps


@pytest.mark.django_db
def test_another_step_or_kind_is_not_there(client: Client) -> None:
    assert client.get(address("salary")).status_code == 404
    assert client.get(address("home", "wages")).status_code == 404
    assert client.get(address("story", "rent")).status_code == 404
    assert client.get(address("check", "rent")).status_code == 404


@pytest.mark.django_db
def test_the_last_page_without_a_beginning_leads_to_the_first(client: Client) -> None:
    assert client.get(address("check")).url == reverse("tell")


# Nothing is lost


@pytest.mark.django_db
def test_going_back_and_forth_keeps_what_was_typed_in_every_step(client: Client) -> None:
    answer(client, story=STORY)
    answer(client, "who", who="Mr. Dan")
    answer(client, "job", job="Cleaning", rate="$15")
    assert value(client, "who", "who") == "Mr. Dan"
    assert value(client, "story", "story") == STORY
    assert value(client, "job", "rate") == "$15"


@pytest.mark.django_db
def test_back_keeps_what_stands_in_the_page_even_if_it_is_not_right_yet(client: Client) -> None:
    response = answer(client, "reach", go="back", phone="12")
    assert response.url == address("urgent")
    assert value(client, "reach", "phone") == "12"


@pytest.mark.django_db
def test_a_wrong_answer_comes_back_with_its_sentence(client: Client) -> None:
    page = answer(client, "reach", phone="12", name="Rosa")
    assert page.status_code == 200
    assert "Write the number" in page.context["form"].errors["phone"][0]
    assert page.context["form"]["name"].value() == "Rosa"


@pytest.mark.django_db
def test_one_way_to_reach_them_is_asked_where_it_is_asked(client: Client) -> None:
    assert answer(client, "reach").context["form"].errors["phone"]
    assert answer(client, "reach", messenger="Ask at the bakery").url == address("safe")


@pytest.mark.django_db
def test_a_first_answer_changed_at_the_end_is_the_one_that_is_sent(client: Client) -> None:
    answer(client, story="No pay.")
    answer(client, "reach", phone="206 555 0134")
    client.get(address("check"))
    answer(client, story=STORY)
    assert send(client).status_code == 302
    assert Sheet.objects.get().story == STORY


@pytest.mark.django_db
def test_without_cookies_each_page_answers_with_the_next(client: Client) -> None:
    page = client.get(address())
    for step in [*STEPS["wages"]]:
        assert (page.context["step"].name, page.status_code) == (step.name, 200)
        client.cookies.clear()
        typed = {name: "206 555 0134" if name == "phone" else "x" for name in step.fields}
        typed |= {"email": "", "still_there": "no"}
        typed |= {"code": hidden(page, "code"), "go": "on"}
        page = client.post(address(step.name), typed)
    data = {name: hidden(page, name) for name in ("code", "token")} | {"consent": "on"}
    client.cookies.clear()
    assert client.post(address("check"), data).url == reverse("told")
    assert Sheet.objects.get().wish == "x"


@pytest.mark.django_db
def test_a_lost_cookie_loses_nothing_while_the_page_is_open(client: Client) -> None:
    answer(client, story=STORY)
    page = client.get(address("who"))
    client.cookies.clear()
    client.post(address("who"), {"code": hidden(page, "code"), "go": "on", "who": "Mr. Dan"})
    assert (value(client, "story", "story"), value(client, "who", "who")) == (STORY, "Mr. Dan")


@pytest.mark.django_db
def test_the_whole_form_goes_on_with_what_was_answered_in_steps(client: Client) -> None:
    answer(client, story=STORY)
    page = client.get(reverse("tell_form", args=["wages"]))
    assert page.context["form"]["story"].value() == STORY


@pytest.mark.django_db
def test_another_kind_takes_along_what_both_ask(client: Client) -> None:
    answer(client, story=STORY)
    assert value(client, "story", "story", "other") == STORY


@pytest.mark.django_db
def test_tell_offers_to_go_on_in_the_same_browser(client: Client) -> None:
    answer(client, story=STORY)
    assert f'href="{address("who")}"' in client.get(reverse("tell")).text


@pytest.mark.django_db
def test_where_nothing_was_typed_nothing_is_kept(client: Client) -> None:
    assert answer(client).url == address("who")
    assert not IntakeDraft.objects.exists()


# Sending it


@pytest.mark.django_db
def test_without_a_yes_nothing_is_sent(client: Client) -> None:
    answer(client, story=STORY)
    answer(client, "reach", phone="206 555 0134")
    page = send(client, consent="")
    assert page.context["form"].errors["consent"]
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_a_missing_answer_is_named_with_the_way_to_it(client: Client) -> None:
    answer(client, "who", who="Mr. Dan")
    page = send(client)
    assert set(page.context["form"].errors) == {"story", "phone"}
    assert 'href="#id_story"' in page.text
    assert '<div id="id_story" tabindex="-1" class="wrong">' in page.text
    assert f'href="{address("reach")}"' in page.text


@pytest.mark.django_db
def test_sent_twice_it_is_one_case_and_one_receipt(client: Client) -> None:
    answer(client, story=STORY)
    answer(client, "reach", phone="206 555 0134")
    page = client.get(address("check"))
    data = {name: hidden(page, name) for name in ("code", "token")} | {"consent": "on"}
    assert [client.post(address("check"), data).url for _time in range(2)] == [reverse("told")] * 2
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_after_sending_nothing_is_kept_beside_the_case(client: Client) -> None:
    told(client)
    assert not IntakeDraft.objects.exists()
    assert client.cookies[intake_drafts.COOKIE].value == ""


@pytest.mark.django_db
def test_the_whole_form_deletes_what_was_kept_too(client: Client) -> None:
    answer(client, story=STORY)
    page = client.get(reverse("tell_form", args=["wages"]))
    data = {"token": hidden(page, "token"), "story": STORY, "phone": "2065550134", "consent": "on"}
    assert client.post(reverse("tell_form", args=["wages"]), data).status_code == 302
    assert not IntakeDraft.objects.exists()


@pytest.mark.django_db
def test_a_voice_note_at_the_end_tells_what_was_not_typed(
    client: Client,
) -> None:
    answer(client)
    answer(client, "reach", phone="206 555 0134")
    assert send(client, files=SimpleUploadedFile("note.webm", VOICE)).status_code == 302
    assert Sheet.objects.get().story == "I sent a voice note."
    assert Evidence.objects.count() == 1


# Saved for later


@pytest.mark.django_db
def test_saved_on_one_phone_it_goes_on_with_its_code_on_another(client: Client) -> None:
    answer(client, story=STORY)
    assert answer(client, "who", go="later", who="Mr. Dan").url == reverse("tell_later")
    code = "-".join(client.get(reverse("tell_later")).context["groups"])
    other = Client()
    assert other.post(reverse("tell_go_on"), {"code": code.lower()}).url == address("who")
    assert value(other, "who", "who") == "Mr. Dan"
    assert value(other, "story", "story") == STORY


@pytest.mark.django_db
def test_going_on_is_in_the_language_they_wrote_in(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    answer(client, go="later", story="No me pagaron.")
    other = Client()
    code = "".join(client.get(reverse("tell_later")).context["groups"])
    other.post(reverse("tell_go_on"), {"code": code})
    assert other.cookies[settings.LANGUAGE_COOKIE_NAME].value == "es"


@pytest.mark.django_db
def test_saving_on_the_last_page_comes_back_to_it(client: Client) -> None:
    answer(client, story=STORY)
    send(client, go="later")
    assert client.get(reverse("tell_later")).context["address"] == address("check")


@pytest.mark.django_db
def test_an_unknown_code_is_answered_in_words(client: Client) -> None:
    page = client.post(reverse("tell_go_on"), {"code": private_code.new()})
    assert "Nothing is kept under this code" in page.context["form"].errors["code"][0]


@pytest.mark.django_db
def test_codes_cannot_be_guessed_in_a_row(client: Client) -> None:
    pages = [client.post(reverse("tell_go_on"), {"code": private_code.new()}) for _n in range(11)]
    assert "many tries" in pages[-1].context["form"].errors["code"][0]


@pytest.mark.django_db
def test_it_is_kept_for_seven_days(client: Client) -> None:
    answer(client, story=STORY)
    with time_machine.travel(timezone.now() + dt.timedelta(days=6, hours=23)):
        sweep(timezone.now())
        assert value(client, "story", "story") == STORY
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, minutes=1)):
        assert value(client, "story", "story") is None
        sweep(timezone.now())
        assert not IntakeDraft.objects.exists()


# Nobody else reads it


@pytest.mark.django_db
def test_what_is_kept_is_readable_with_the_code_alone(client: Client) -> None:
    answer(client, "reach", name="Rosa", phone="206 555 0134")
    row = IntakeDraft.objects.get()
    assert not re.search("Rosa|0134", row.sealed)
    assert intake_drafts.of_code(private_code.new(), now=timezone.now()) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_the_form_of_another_site_cannot_put_its_code_into_the_browser(
    client: Client, sent: dict[str, str]
) -> None:
    known = private_code.new()
    client.post(address(), {"code": known, "go": "on", "story": "x"}, headers=sent)
    assert client.cookies[intake_drafts.COOKIE].value != known
    assert intake_drafts.of_code(known, now=timezone.now()) is None


@pytest.mark.django_db
def test_the_code_is_of_no_use_to_scripts_and_leaves_with_the_person(client: Client) -> None:
    answer(client, story=STORY)
    cookie = client.cookies[intake_drafts.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    client.get(reverse("leave"))
    assert client.cookies[intake_drafts.COOKIE].value == ""
    assert value(client, "story", "story") is None


@pytest.mark.django_db
def test_reading_a_step_costs_few_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    answer(client, story=STORY)
    with django_assert_num_queries(2):  # the network, and what was kept
        client.get(address("who"))
