"""Telling us: what a stranger may write, and that however it arrives, it is one case."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from campaigns import intake, private_code
from campaigns.gaps import open_gaps
from campaigns.intake_forms import FORMS
from campaigns.models import (
    Actor,
    Case,
    CaseParty,
    CaseState,
    Consent,
    Evidence,
    LogEntry,
    Person,
    ReferenceCounter,
    Sheet,
    Target,
)
from campaigns.models.people import token_hash
from tests.factories import make_group, make_user

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10
NAMES = [
    "Ștefan Țăranu",
    "Nguyễn Thị Hương",
    "张伟",
    "محمد الأحمد",
    "O'Fakerson & Daughters <Cafe>",
    "Siobhán O'Neil",
]


@pytest.fixture(autouse=True)
def _network(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        make_group()


def url(kind: str = "wages") -> str:
    return reverse("tell_form", args=[kind])


def fresh_token(client: Client, kind: str = "wages") -> str:
    """Read the token out of the page: in threads, test clients mix up their contexts."""
    return re.search(r'name="token" value="([^"]+)"', client.get(url(kind)).text)[1]


def answers(**typed: Any) -> dict[str, Any]:
    return {
        "story": "Three weeks of cleaning, no pay.",
        "phone": "206 555 0134",
        "consent": "on",
    } | typed


def send(client: Client, kind: str = "wages", **typed: Any) -> HttpResponse:
    if "token" not in typed:
        typed["token"] = fresh_token(client, kind)
    return client.post(url(kind), answers(**typed))


def typed_in(response: HttpResponse, name: str) -> str:
    return response.context["form"][name].value()


def errors(response: HttpResponse, name: str) -> list[str]:
    return response.context["form"].errors.get(name, [])


# The ways in


@pytest.mark.django_db
def test_the_first_question_of_each_kind_leads_to_all_of_them_on_one_page(client: Client) -> None:
    for kind in ("wages", "deposit", "other"):
        first = client.get(reverse("tell_step", args=[kind, "story"])).text
        assert f'href="{url(kind)}"' in first


@pytest.mark.django_db
def test_another_kind_is_not_there(client: Client) -> None:
    assert client.get(url("court")).status_code == 404


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.django_db
def test_one_line_and_one_way_to_reach_them_are_enough(client: Client, kind: str) -> None:
    response = send(client, kind)
    assert response.url == reverse("told")
    case = Case.objects.get()
    assert (case.kind, case.state) == (kind, CaseState.NEW)
    assert case.sheet.story == "Three weeks of cleaning, no pay."


@pytest.mark.django_db
def test_everything_a_worker_says_is_in_the_case(client: Client) -> None:
    send(
        client,
        name="Rosa",
        email="Rosa@Mail.Example",
        messenger="Signal: rosa.1",
        may_text="on",
        good_times="After six, not on Sundays",
        language_spoken="Español",
        needs_interpreter="on",
        who="Mr. Dan\nvan plate ABC 123",
        amount="about 1200",
        job="Cleaning offices",
        when="May to July",
        rate="$15 an hour, cash",
        others="Two more, yes",
        still_there="no",
        wish="My three weeks",
        heard_of="poster",
    )
    case = Case.objects.select_related("sheet", "target").get()
    person = case.parties.get().person
    assert case.reference == "W-0001"
    assert (case.target.name, case.sheet.who_typed) == ("Mr. Dan", "Mr. Dan\nvan plate ABC 123")
    assert case.sheet.agreement == (
        "Job: Cleaning offices\nWhen: May to July\nPay: $15 an hour, cash"
    )
    assert (case.sheet.amount_typed, case.sheet.still_there) == ("about 1200", "no")
    assert (case.sheet.others_affected, case.sheet.heard_of) == ("Two more, yes", "poster")
    assert case.sheet.gaps == []
    assert (person.name, person.phone_key, person.email_key) == (
        "Rosa",
        "+12065550134",
        "rosa@mail.example",
    )
    assert (person.may_text, person.may_leave_voicemail, person.may_say_who) == (True, False, False)
    assert (person.language_spoken, person.needs_interpreter) == ("Español", True)


@pytest.mark.django_db
def test_everything_a_tenant_says_is_in_the_case(client: Client) -> None:
    send(
        client,
        "deposit",
        place="12 Alder Street, the back house",
        when="end of March",
        deposit="1,800",
        returned="515 by cheque",
    )
    case = Case.objects.select_related("sheet").get()
    assert case.reference == "D-0001"
    assert case.sheet.place == "12 Alder Street, the back house"
    assert case.sheet.agreement == (
        "When: end of March\nDeposit paid: 1,800\nCame back so far: 515 by cheque"
    )


@pytest.mark.django_db
def test_what_stays_open_is_kept_as_a_gap_and_never_an_error(client: Client) -> None:
    send(client, amount="Not sure", who="?", job="I don't know", still_there="unsure", wish="")
    case = Case.objects.select_related("sheet").get()
    assert case.sheet.gaps == [
        "name",
        "who",
        "amount",
        "job",
        "when",
        "rate",
        "still_there",
        "wish",
    ]
    parties = case.parties.select_related("person")
    assert open_gaps(case, parties=parties, lines=[])[:2] == ["what to call them", "who owes it"]
    assert case.target is None
    assert case.sheet.amount_typed == "Not sure"


@pytest.mark.parametrize(
    ("typed", "urgent"),
    [("Court on 3 June", True), ("", False), ("No", False), ("nothing", False), ("n/a", False)],
)
@pytest.mark.django_db
def test_something_urgent_marks_the_case(client: Client, typed: str, urgent: bool) -> None:
    send(client, urgent=typed)
    assert Case.objects.get().urgent is urgent


@pytest.mark.django_db
def test_consent_is_kept_with_its_wording_and_language(client: Client) -> None:
    send(client)
    consent = Consent.objects.get()
    assert (consent.kind, consent.text_version, consent.language) == (
        Consent.Kind.INTAKE,
        intake.CONSENT_TEXT,
        "en",
    )
    assert consent.case.parties.get().person == consent.person


@pytest.mark.django_db
def test_numbers_go_up_within_a_kind(client: Client) -> None:
    for kind in ("wages", "wages", "deposit", "other"):
        send(client, kind)
    assert set(Case.objects.values_list("reference", flat=True)) == {
        "W-0001",
        "W-0002",
        "D-0001",
        "O-0001",
    }


@pytest.mark.django_db
def test_the_timeline_says_whether_they_told_us_or_somebody_typed_it(client: Client) -> None:
    send(client)
    ana = make_user("Ana")
    client.force_login(ana)
    send(client)
    typed, told = LogEntry.objects.all()
    assert (told.actor, told.by) == (Actor.AFFECTED, None)
    assert (typed.actor, typed.by) == (Actor.USER, ana)


# What is not right gets a sentence, and everything typed stays


def assert_nothing_stored() -> None:
    for model in (Case, Person, Sheet, CaseParty, Target, Consent, Evidence, ReferenceCounter):
        assert model.objects.count() == 0


@pytest.mark.django_db
def test_an_empty_form_names_the_three_things_that_are_missing(client: Client) -> None:
    response = client.post(url(), {"token": fresh_token(client)})
    assert set(response.context["form"].errors) == {"story", "phone", "consent"}
    page = response.text
    assert 'role="alert"' in page
    assert 'href="#id_story"' in page
    assert page.count('aria-invalid="true"') == 3
    assert_nothing_stored()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("story", "word\0word", "a sign in it that we cannot keep"),
        ("who", "Mr. \0 Dan", "a sign in it that we cannot keep"),
        ("email", "rosa at mail", "Write the whole address"),
        ("phone", "ask my aunt", "Write the number"),
        ("still_there", "sometimes", "not one of the available choices"),
        ("amount", "9" * 121, "121 letters long"),
        ("name", "R" * 121, "121 letters long"),
    ],
)
@pytest.mark.django_db
def test_a_bad_answer_gets_a_sentence_beside_it(
    client: Client, field: str, value: str, says: str
) -> None:
    response = send(client, wish="Pay me", **{field: value})
    assert says in errors(response, field)[0]
    assert typed_in(response, field) == value
    assert typed_in(response, "wish") == "Pay me"
    assert_nothing_stored()


@pytest.mark.parametrize("letter", ["x", "伟", "😀"])
@pytest.mark.django_db
def test_a_story_of_100_000_letters_comes_back_whole(client: Client, letter: str) -> None:
    story = letter * 100_000
    response = send(client, story=story)
    assert "100000 letters long, and we can take 20000" in errors(response, "story")[0]
    assert story in response.text
    assert_nothing_stored()


@pytest.mark.django_db
def test_a_story_of_20_000_letters_is_kept_whole(client: Client) -> None:
    send(client, story="伟" * 20_000)
    assert Sheet.objects.get().story == "伟" * 20_000


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.django_db
def test_names_in_any_script_are_kept_and_shown_as_typed(client: Client, name: str) -> None:
    response = send(client, name=name, who=name, story=name, consent="")
    assert typed_in(response, "name") == name
    assert "<Cafe>" not in response.text
    send(client, name=name, who=name, story=name)
    case = Case.objects.select_related("target", "sheet").get()
    assert (case.target.name, case.sheet.story, Person.objects.get().name) == (name, name, name)


@pytest.mark.parametrize("amount", ["0", "-5", "999999999999999999999999", "1e400", "half", "NaN"])
@pytest.mark.django_db
def test_absurd_amounts_and_impossible_dates_are_just_words(client: Client, amount: str) -> None:
    send(client, amount=amount, when="31 February 20255", rate=amount)
    assert Sheet.objects.get().amount_typed == amount


# The form token


@pytest.mark.parametrize("token", ["", "forged", "x:y:z", "\0", "W1tdXQ:forged"])
@pytest.mark.django_db
def test_without_a_good_token_the_page_comes_back_with_everything_typed(
    client: Client, token: str
) -> None:
    response = client.post(url(), answers(name="Rosa", token=token))
    assert "Everything you typed is still here" in response.context["form"].non_field_errors()[0]
    assert typed_in(response, "name") == "Rosa"
    assert_nothing_stored()
    again = client.post(url(), answers(name="Rosa", token=typed_in(response, "token")))
    assert again.url == reverse("told")
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_a_page_open_for_days_is_sent_by_pressing_send_again(client: Client) -> None:
    old = intake.new_token(timezone.now() - intake.TOKEN_LIFETIME - dt.timedelta(minutes=1))
    response = send(client, token=old)
    assert_nothing_stored()
    assert send(client, token=typed_in(response, "token")).url == reverse("told")


@pytest.mark.django_db
def test_no_cookie_is_needed_to_send(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, token=fresh_token(client)).url == reverse("told")


@pytest.mark.django_db
def test_sent_twice_it_is_one_case_and_the_same_receipt(client: Client) -> None:
    token = fresh_token(client)
    receipts = []
    for browser in (client, Client(), client):
        assert send(browser, token=token).url == reverse("told")
        receipts.append(browser.get(reverse("told")).context["receipt"])
    assert receipts[0] == receipts[1] == receipts[2]
    assert Case.objects.count() == Person.objects.count() == LogEntry.objects.count() == 1


@pytest.mark.django_db
def test_a_token_of_an_open_case_works_however_old(client: Client) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=30)):
        token = fresh_token(client)
        send(client, token=token)
    assert send(client, token=token).url == reverse("told")
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_ten_times_at_the_same_moment_it_is_one_case(client: Client) -> None:
    token = fresh_token(client)
    code = private_code.made_from(token)

    def send_once(_number: int) -> tuple[int, bool]:
        browser = Client()
        try:
            answer = send(browser, token=token, files=SimpleUploadedFile("a.jpg", JPEG))
            return answer.status_code, code in browser.get(reverse("told")).text
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        outcomes = set(pool.map(send_once, range(10)))
    assert outcomes == {(302, True)}
    assert Case.objects.count() == Person.objects.count() == Evidence.objects.count() == 1
    assert ReferenceCounter.objects.get().last == 1


@pytest.mark.django_db(transaction=True)
def test_ten_people_at_the_same_moment_get_ten_numbers(client: Client) -> None:
    def tell_once(_number: int) -> int:
        try:
            return send(Client()).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(tell_once, range(10))) == {302}
    assert sorted(Case.objects.values_list("reference", flat=True)) == [
        f"W-{number:04}" for number in range(1, 11)
    ]


# The receipt and the code


@pytest.mark.django_db
def test_the_code_is_shown_and_only_its_hash_is_stored(client: Client) -> None:
    token = fresh_token(client)
    send(client, token=token)
    receipt = client.get(reverse("told")).context["receipt"]
    case = Case.objects.get()
    assert receipt.reference == case.reference
    assert re.fullmatch(r"[0-9BCDFGHJKMNPQRSTVWXYZ]{25}", receipt.code)
    assert case.parties.get().code_hash == token_hash(receipt.code)
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            everything = repr(cursor.fetchall())
            assert receipt.code not in everything
            assert token not in everything


@pytest.mark.django_db
def test_the_receipt_stays_on_the_device_until_they_leave(client: Client) -> None:
    send(client)
    for name in ("home", "tell"):
        assert "W-0001" in client.get(reverse(name)).text
    page = client.get(reverse("told"))
    assert page.context["receipt"].groups[0] in page.text
    left = client.get(reverse("leave"))
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert client.get(reverse("told")).url == reverse("tell")


@pytest.mark.django_db
def test_the_receipt_cookie_is_of_no_use_to_scripts_and_ends_with_the_browser(
    client: Client,
) -> None:
    cookie = send(client).cookies["told"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")


@pytest.mark.parametrize("cookie", ["", "forged", "\0"])
@pytest.mark.django_db
def test_without_a_receipt_the_page_leads_to_the_form(client: Client, cookie: str) -> None:
    client.cookies["told"] = cookie
    assert client.get(reverse("told")).url == reverse("tell")


# Files


@pytest.mark.django_db
def test_files_sent_with_the_story_are_evidence_of_the_case(
    client: Client, settings: Settings
) -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", JPEG) for n in range(5)]
    send(client, files=files)
    rows = Evidence.objects.all()
    assert [row.by_affected_person for row in rows] == [True] * 5
    assert (Path(settings.MEDIA_ROOT) / rows[0].file.name).read_bytes() == JPEG


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("pay.docx", b"PK\x03\x04", "“pay.docx” is not a kind of file we can open"),
        ("pay.jpg", JPEG * 2, "“pay.jpg” is too large"),
        ("pay.jpg", b"", "“pay.jpg” is empty"),
    ],
)
@pytest.mark.django_db
def test_a_file_we_do_not_take_is_named_and_the_form_stays_filled_in(
    client: Client, settings: Settings, name: str, content: bytes, says: str
) -> None:
    settings.EVIDENCE_MAX_BYTES = len(JPEG) + 1
    good = SimpleUploadedFile("good.jpg", JPEG)
    response = send(client, files=[good, SimpleUploadedFile(name, content)], name="Rosa")
    assert says in errors(response, "files")[0]
    assert typed_in(response, "name") == "Rosa"
    assert_nothing_stored()
    assert not Path(settings.MEDIA_ROOT).exists()


@pytest.mark.django_db
def test_more_files_than_we_take_are_told(client: Client) -> None:
    response = send(client, files=[SimpleUploadedFile(f"{n}.jpg", JPEG) for n in range(6)])
    assert errors(response, "files") == ["Choose at most 5 files. You can send more later."]


@pytest.mark.django_db
def test_files_chosen_before_a_mistake_are_asked_for_again(client: Client) -> None:
    response = send(client, story="", files=SimpleUploadedFile("pay.jpg", JPEG))
    assert errors(response, "files") == ["Please choose again: “pay.jpg”."]


@pytest.mark.django_db
def test_the_limits_stand_beside_the_field(client: Client) -> None:
    page = client.get(url()).text
    assert (
        "Up to 5 files. Photos (JPEG, PNG, WebP, HEIC), PDF or voice notes, up to 20 MB each."
        in page
    )


@pytest.mark.parametrize(
    "typed",
    [
        {"story": "x" * 2 * 1024 * 1024},
        {f"field{n}": "x" for n in range(600)},
        {"files": [SimpleUploadedFile(f"{n}.jpg", JPEG) for n in range(11)]},
    ],
    ids=["too long", "too many fields", "too many files"],
)
@pytest.mark.django_db
def test_a_request_beyond_every_limit_is_answered_in_words(
    client: Client, typed: dict[str, Any]
) -> None:
    response = send(client, **typed)
    assert response.status_code in (400, 413)
    assert "<h1>" in response.text
    assert_nothing_stored()


# Machines


@pytest.mark.parametrize(
    ("typed", "seconds", "suspect"),
    [
        ({}, 60, False),
        ({}, 1, True),
        ({"website": "http://spam.example"}, 60, True),
        ({"story": "https://spam.example/x  http://spam.example/y"}, 60, True),
        ({"story": "See https://mail.example/photo of the site"}, 60, False),
    ],
)
@pytest.mark.django_db
def test_what_looks_like_a_machine_is_kept_and_marked(
    client: Client, typed: dict[str, str], seconds: int, suspect: bool
) -> None:
    token = intake.new_token(timezone.now() - dt.timedelta(seconds=seconds))
    assert send(client, token=token, **typed).url == reverse("told")
    assert Case.objects.get().looks_like_spam is suspect


# What is never asked, and what it costs


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.django_db
def test_no_question_is_about_what_must_not_be_known(client: Client, kind: str) -> None:
    form = client.get(url(kind)).context["form"]
    asked = " ".join(f"{name} {field.label}" for name, field in form.fields.items()).lower()
    asked += " ".join(str(label) for field in form for _value, label in _choices(field)).lower()
    forbidden = r"status|immigra|visa|passport|citizen|birth|\bage\b|social|ssn|itin|\bid\b|bank"
    assert re.findall(f"{forbidden}|health|union card|tax", asked) == []
    assert "Please do not tell us your immigration status" in str(form["story"].help_text)


def _choices(field: Any) -> list[tuple[str, str]]:
    return list(getattr(field.field, "choices", []))


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.django_db
def test_the_form_needs_no_script_and_offers_a_way_out(client: Client, kind: str) -> None:
    page = client.get(url(kind)).text
    assert "<script" not in page
    assert f'href="{reverse("leave")}"' in page


@pytest.mark.django_db
def test_reading_the_form_costs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        client.get(url())


@pytest.mark.django_db(transaction=True)
def test_sending_the_form_costs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    send(client)
    token = fresh_token(client)
    with django_assert_max_num_queries(12):
        send(client, token=token, who="Mr. Dan")
    assert Case.objects.count() == 2
