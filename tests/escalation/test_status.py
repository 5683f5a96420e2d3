"""What an affected person sees and does with their private code, and nobody else."""

import datetime as dt
import hashlib
import itertools
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import messages, throttle
from campaigns.access import CODE_SESSION_SECONDS
from campaigns.models import (
    Actor,
    Case,
    CaseState,
    Evidence,
    InitialMeeting,
    LogEntry,
    Message,
)
from campaigns.models.log import Event, record
from escalation.status_words import WORDS
from letters.models import Demand, Letter, LetterApproval
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_line,
    make_person,
    make_target,
    make_user,
)

CODE = "K7R2M0XQ4T9BCDFGHJ1NPQRST"
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10
WRONG = "We know no case with this code"
MANY = "many tries"


@pytest.fixture(autouse=True)
def _network(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        make_group()


def open_case(client: Client, code: str = CODE) -> HttpResponse:
    return client.post(reverse("status"), {"code": code}, follow=True)


# Opening


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        "K7R2M 0XQ4T 9BCDF GHJ1N PQRST",
        " k7r2m-0xq4t-9bcdf-ghj1n-pqrst ",
        "K7R2MOXQ4T9BCDFGHJINPQRST",
        "k7r2moxq4t9bcdfghjlnpqrst",
    ],
)
@pytest.mark.django_db
def test_a_code_opens_its_case_however_it_is_written(client: Client, typed: str) -> None:
    case = make_case(code=CODE)
    response = open_case(client, typed)
    assert response.redirect_chain == [(reverse("status_case"), 302)]
    assert response.context["case"] == case


@pytest.mark.parametrize("typed", ["x", CODE[:-1], CODE + "X", "\0", "0" * 25, "' OR 1=1 --"])
@pytest.mark.django_db
def test_a_wrong_code_always_gets_the_same_sentence(client: Client, typed: str) -> None:
    make_case(code=CODE)
    response = open_case(client, typed)
    if typed != "\0":
        assert WRONG in response.context["form"].errors["code"][0]
    assert client.get(reverse("status_case")).url == reverse("status")


@pytest.mark.django_db
def test_the_link_opens_the_case_and_leaves_the_address_bar(client: Client) -> None:
    make_case(code=CODE)
    response = client.get(reverse("open_status", args=[CODE]))
    assert response.url == reverse("status_case")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    assert client.get(response.url).status_code == 200


@pytest.mark.django_db
def test_a_wrong_link_leads_to_the_question_for_the_code(client: Client) -> None:
    response = client.get(reverse("open_status", args=["wrong"]), follow=True)
    assert response.redirect_chain == [(reverse("status"), 302)]
    assert WRONG in response.text


@pytest.mark.django_db
def test_opening_gives_the_session_a_new_key(client: Client) -> None:
    make_case(code=CODE)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    open_case(client)
    assert client.session.session_key != planted


@pytest.mark.django_db
def test_a_case_stays_open_for_half_an_hour_since_the_last_page(client: Client) -> None:
    make_case(code=CODE)
    minutes, start = CODE_SESSION_SECONDS // 60, timezone.now()
    with time_machine.travel(start, tick=False):
        open_case(client)
    for passed in (minutes - 1, 2 * minutes - 2):
        with time_machine.travel(start + dt.timedelta(minutes=passed), tick=False):
            assert client.get(reverse("status_case")).status_code == 200
    with time_machine.travel(start + dt.timedelta(minutes=3 * minutes), tick=False):
        assert client.get(reverse("status_case")).url == reverse("status")


@pytest.mark.django_db
def test_a_new_code_closes_what_the_old_one_opened(client: Client) -> None:
    case = make_case(code=CODE)
    open_case(client)
    case.parties.update(code_hash="0" * 64)
    assert client.get(reverse("status_case")).url == reverse("status")


@pytest.mark.parametrize(("days", "opens"), [(179, True), (181, False)])
@pytest.mark.django_db
def test_a_code_works_for_half_a_year_after_the_end(client: Client, days: int, opens: bool) -> None:
    closed_at = timezone.now() - dt.timedelta(days=days)
    make_case(code=CODE, state=CaseState.WON, closed_at=closed_at)
    response = open_case(client)
    assert bool(response.redirect_chain) is opens
    if not opens:
        assert WRONG in response.text


@pytest.mark.django_db
def test_leaving_closes_the_case_and_goes_somewhere_harmless(client: Client) -> None:
    make_case(code=CODE)
    open_case(client)
    response = client.get(reverse("leave"))
    assert response.url == settings.QUICK_EXIT_URL
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(reverse("status_case")).url == reverse("status")


# Guessing


@pytest.mark.django_db
def test_after_ten_wrong_tries_even_the_right_code_waits_a_quarter_of_an_hour(
    client: Client,
) -> None:
    make_case(code=CODE)
    for number in range(10):
        assert WRONG in open_case(client, f"wrong{number}").text
    assert MANY in open_case(client).text
    assert MANY in client.get(reverse("open_status", args=[CODE]), follow=True).text
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=15, seconds=2)):
        assert open_case(client).redirect_chain


@pytest.mark.django_db
def test_right_codes_use_up_no_tries(client: Client) -> None:
    make_case(code=CODE)
    for _person in range(15):
        assert open_case(Client()).redirect_chain


@pytest.mark.django_db
def test_one_network_does_not_make_another_wait(client: Client) -> None:
    make_case(code=CODE)
    for _number in range(11):
        client.post(reverse("status"), {"code": "wrong"}, REMOTE_ADDR="192.0.2.7")
    assert open_case(client).redirect_chain


@pytest.mark.django_db
def test_nobodys_address_is_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(throttle.cache, "add", lambda key, *rest: kept.append(key) or True)
    client.post(reverse("status"), {"code": "wrong"}, REMOTE_ADDR="192.0.2.7")
    assert len(kept) == 1
    assert "192.0.2" not in kept[0]


# What the page says


def test_every_state_has_its_words() -> None:
    assert set(WORDS) == set(CaseState)


@pytest.mark.parametrize("state", CaseState.values)
@pytest.mark.django_db
def test_the_page_says_how_it_stands_in_every_state(client: Client, state: str) -> None:
    now = timezone.now()
    make_case(code=CODE, state=state, deadline_at=now, closed_at=now)
    page = open_case(client)
    assert page.context["words"] == WORDS[CaseState(state)]
    assert str(WORDS[CaseState(state)].next) in page.text


@pytest.mark.django_db
def test_a_running_deadline_is_said_in_words(client: Client) -> None:
    deadline = dt.datetime(2026, 12, 4, 17, tzinfo=make_group().zone)
    case = make_case(code=CODE, state=CaseState.CLOCK_RUNNING, deadline_at=deadline)
    with time_machine.travel(dt.datetime(2026, 11, 20, 12, tzinfo=make_group().zone)):
        assert "They have until Friday 4 December, 17:00." in open_case(client).text
    Case.objects.filter(pk=case.pk).delete()
    make_case(code=CODE, state=CaseState.ESCALATING, deadline_at=deadline)
    assert "They have until Friday" not in open_case(client).text


@pytest.mark.django_db
def test_the_page_says_when_the_meeting_and_the_delivery_are_and_not_where(client: Client) -> None:
    case, at = make_case(code=CODE, state=CaseState.MEETING), timezone.now() + dt.timedelta(days=2)
    InitialMeeting.objects.create(case=case, at=at, place="Library, room 2")
    page = open_case(client)
    assert page.context["meeting"].at == at
    assert "Library" not in page.text
    case = make_case(code="A" * 25, state=CaseState.DELIVERY_SET)
    action = make_action(cases=[case], tactic="delivery", starts_at=at, area="Dock Street")
    page = open_case(client, "A" * 25).text
    assert reverse("action_page", args=[action.public_id]) in page
    assert "Dock Street" not in page


@pytest.mark.django_db
def test_the_ladder_has_the_day_of_each_step(client: Client) -> None:
    zone = make_group().zone
    case = make_case(
        code=CODE,
        state=CaseState.MEETING,
        opened_at=dt.datetime(2026, 11, 2, 23, 30, tzinfo=zone),
    )
    entry = record(case, Event.MOVE, by=make_user(), from_state="contacting", to_state="meeting")
    LogEntry.objects.filter(pk=entry.pk).update(at=dt.datetime(2026, 11, 5, 9, tzinfo=zone))
    first, meeting, vote = open_case(client).context["rungs"][:3]
    assert (first.state, first.note) == ("done", "Mon 2 Nov 2026")
    assert (meeting.state, meeting.note) == ("now", "Thu 5 Nov 2026")
    assert (vote.state, vote.note) == ("next", "")


@pytest.mark.django_db
def test_the_ladder_dates_vote_and_delivery_by_the_day_they_happened(client: Client) -> None:
    zone = make_group().zone
    case = make_case(code=CODE, state=CaseState.CLOCK_RUNNING)
    path = ("meeting", "proposed", "preparing", "delivery_set", "clock_running")
    for day, (before, after) in enumerate(itertools.pairwise(path), 5):
        entry = record(case, Event.MOVE, by=make_user(), from_state=before, to_state=after)
        at = dt.datetime(2026, 11, day, 9, tzinfo=zone)
        LogEntry.objects.filter(pk=entry.pk).update(at=at)
    days = {step.label: step.note for step in open_case(client).context["rungs"]}
    assert days["Vote"] == days["Letter"] == "Fri 6 Nov 2026"
    assert days["Delivery"] == days["Clock running"] == "Sun 8 Nov 2026"


@pytest.mark.django_db
def test_the_page_shows_no_name_no_employer_no_address_and_no_sum(client: Client) -> None:
    """Whoever looks over the shoulder learns nothing but how far it is."""
    ana = make_user("Anastasia")
    case = make_case(
        code=CODE,
        state=CaseState.CLOCK_RUNNING,
        team=[ana],
        person=make_person("Rosalind", phone="206 555 0177", email="rosalind@mail.example"),
        target=make_target("Golden Fork", contact_name="Mr. Dan"),
        title="Rosalind v. Golden Fork",
        summary="Golden Fork again",
        demanded=Decimal("1620.00"),
        deadline_at=timezone.now(),
        sheet={"story": "Secret story", "place": "12 Alder Street", "amount_typed": "about 1620"},
    )
    make_line(case, amount="1620.00")
    messages.write_to_person(case, text="Please call us.", by=ana)
    record(case, Event.MOVE, by=ana, from_state="new", to_state="contacting", note="Mr. Dan knows")
    page = open_case(client).text
    assert "Please call us." in page
    for secret in (
        "Anastasia",
        "Rosalind",
        "555 0177",
        "rosalind@",
        "Golden Fork",
        "Mr. Dan",
        "Maple Street",
        "Alder",
        "1620",
        "1,620",
        "Secret story",
    ):
        assert secret not in page


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.django_db(transaction=True)
def test_the_page_costs_the_same_however_much_was_said(
    client: Client, number: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_case(code=CODE)
    for each in range(number):
        messages.write_to_team(case, text=f"Message {each}")
        record(case, Event.MOVE, by=None, from_state="new", to_state="contacting")
    open_case(client)
    with django_assert_max_num_queries(11):
        client.get(reverse("status_case"))


# Messages


@pytest.mark.django_db
def test_a_message_reaches_the_team(client: Client) -> None:
    case = make_case(code=CODE)
    open_case(client)
    response = client.post(reverse("send_message"), {"text": "He called & threatened <me>."})
    assert response.url == reverse("status_case")
    message, entry = Message.objects.get(), LogEntry.objects.get()
    assert (message.case, message.from_team, message.by) == (case, False, None)
    assert (entry.event, entry.actor) == (Event.MESSAGE_FROM_PERSON, Actor.AFFECTED)
    assert "He called &amp; threatened &lt;me&gt;." in client.get(response.url).text


@pytest.mark.django_db
def test_a_message_sent_twice_is_one_message(client: Client) -> None:
    make_case(code=CODE)
    open_case(client)
    for _click in range(2):
        client.post(reverse("send_message"), {"text": "He called."})
    assert Message.objects.count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=20)):
        client.post(reverse("send_message"), {"text": "He called."})
    assert Message.objects.count() == 2


@pytest.mark.parametrize("text", ["", "   ", "word\0word", "x" * 4001, "x" * 100_000])
@pytest.mark.django_db
def test_a_message_we_cannot_keep_comes_back_with_a_sentence(client: Client, text: str) -> None:
    make_case(code=CODE)
    open_case(client)
    response = client.post(reverse("send_message"), {"text": text})
    assert response.context["message_form"].errors["text"]
    assert response.context["message_form"]["text"].value() == text
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_wanting_to_stop_needs_no_words_and_is_said_in_the_language_of_the_team(
    client: Client,
) -> None:
    make_case(code=CODE)
    open_case(client)
    client.cookies["language"] = "es"
    client.post(reverse("send_message"), {"text": "", "wants_to_stop": "on"})
    assert Message.objects.get().text == "I want to stop. Please end this."
    assert Case.objects.get().state == CaseState.NEW


@pytest.mark.django_db
def test_a_message_typed_for_too_long_is_kept_while_the_code_is_asked_again(
    client: Client,
) -> None:
    make_case(code=CODE)
    response = client.post(reverse("send_message"), {"text": "A long story"})
    assert response.status_code == 403
    assert "A long story" in response.text
    form = response.context["form"]
    page = client.post(reverse("status"), {"code": CODE, "unsent": form["unsent"].value()})
    assert page.context["message_form"]["text"].value() == "A long story"
    assert Message.objects.count() == 0


# Files


@pytest.mark.django_db
def test_a_file_sent_a_day_later_is_evidence_of_the_case(client: Client) -> None:
    case = make_case(code=CODE)
    open_case(client)
    pay_stub = SimpleUploadedFile("stub.jpg", JPEG)
    client.post(reverse("send_evidence"), {"file": pay_stub, "description": "Pay stub, May"})
    row = Evidence.objects.get()
    assert (row.case, row.by_affected_person, row.added_by) == (case, True, None)
    assert (Path(settings.MEDIA_ROOT) / row.file.name).read_bytes() == JPEG
    assert LogEntry.objects.get().actor == Actor.AFFECTED
    assert "Pay stub, May" in client.get(reverse("status_case")).text


@pytest.mark.django_db
def test_a_large_photo_arrives_unchanged(client: Client) -> None:
    """Above some size a file travels another way through the server than a small one."""
    make_case(code=CODE)
    open_case(client)
    photo = JPEG + bytes(range(256)) * 4096 * 3
    client.post(reverse("send_evidence"), {"file": SimpleUploadedFile("p.jpg", photo)})
    row = Evidence.objects.get()
    assert (Path(settings.MEDIA_ROOT) / row.file.name).read_bytes() == photo
    assert (row.size, row.sha256) == (len(photo), hashlib.sha256(photo).hexdigest())


@pytest.mark.django_db
def test_a_file_we_do_not_take_is_named_and_the_words_stay(client: Client) -> None:
    make_case(code=CODE)
    open_case(client)
    wrong = SimpleUploadedFile("pay.docx", b"PK\x03\x04")
    response = client.post(reverse("send_evidence"), {"file": wrong, "description": "May"})
    form = response.context["evidence_form"]
    assert "“pay.docx” is not a kind of file" in form.errors["file"][0]
    assert form["description"].value() == "May"
    assert Evidence.objects.count() == 0


# The letter


@pytest.fixture
def letter() -> Letter:
    """A draft that waits for the yes of the person whose code opens the case."""
    case = make_case(
        code=CODE,
        state=CaseState.PREPARING,
        target=make_target(),
        demanded=Decimal("1620.00"),
        sheet={"started_on": dt.date(2026, 3, 2), "ended_on": dt.date(2026, 5, 15)},
    )
    make_line(case, amount="1620.00")
    Demand.objects.create(case=case, version=1, amount=Decimal("1620.00"))
    return Letter.objects.create(
        case=case,
        version=1,
        language="en",
        paper="letter",
        recipient_name="Golden Fork",
        subject="Wages owed",
        facts="Rosa worked three weeks in May. She was not paid.",
        how_to_pay="Cash, at the library.",
        delivery_on=timezone.localdate() + dt.timedelta(days=3),
    )


def read(client: Client, letter: Letter) -> HttpResponse:
    return client.get(reverse("status_letter", args=[letter.version]))


def say_yes(client: Client, letter: Letter, *, seen: str) -> HttpResponse:
    url = reverse("approve_letter_by_code", args=[letter.version])
    return client.post(url, {"seen": seen})


@pytest.mark.django_db
def test_a_letter_is_read_and_approved_by_the_person(client: Client, letter: Letter) -> None:
    assert "The letter waits for your yes" in open_case(client).text
    page = read(client, letter)
    assert "Rosa worked three weeks in May." in page.text
    assert say_yes(client, letter, seen=page.context["seen"]).url == reverse("status_case")
    approval = LetterApproval.objects.get()
    assert (approval.letter, approval.party) == (letter, letter.case.parties.get())
    assert (approval.organizer, approval.recorded_by) == (None, None)
    assert "waits for your yes" not in client.get(reverse("status_case")).text


@pytest.mark.django_db
def test_a_yes_to_a_text_that_changed_meanwhile_does_not_count(
    client: Client, letter: Letter
) -> None:
    open_case(client)
    seen = read(client, letter).context["seen"]
    Letter.objects.update(facts="Rosa worked four weeks.")
    response = say_yes(client, letter, seen=seen)
    assert response.status_code == 409
    assert "The text changed while you were reading" in response.text
    assert "four weeks" in response.text
    assert LetterApproval.objects.count() == 0


@pytest.mark.django_db
def test_a_yes_without_the_text_that_was_read_does_not_count(
    client: Client, letter: Letter
) -> None:
    open_case(client)
    assert say_yes(client, letter, seen="forged").status_code == 409
    assert client.post(reverse("approve_letter_by_code", args=[1])).status_code == 409
    assert LetterApproval.objects.count() == 0


@pytest.mark.django_db
def test_a_letter_of_another_case_is_not_there(client: Client, letter: Letter) -> None:
    Letter.objects.update(version=7)
    make_case(code=CODE[::-1])
    open_case(client, CODE[::-1])
    for name in ("status_letter", "status_letter_pdf"):
        assert client.get(reverse(name, args=[7])).status_code == 404
    assert client.post(reverse("approve_letter_by_code", args=[7])).status_code == 404


@pytest.mark.django_db
def test_the_letter_can_be_kept_as_pdf(client: Client, letter: Letter) -> None:
    open_case(client)
    response = client.get(reverse("status_letter_pdf", args=[1]))
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


# Without the code


@pytest.mark.parametrize("name", ["status_case", "status_letter", "status_letter_pdf"])
@pytest.mark.django_db
def test_without_the_code_every_page_asks_for_it(client: Client, name: str) -> None:
    arguments = [] if name == "status_case" else [1]
    assert client.get(reverse(name, args=arguments)).url == reverse("status")


@pytest.mark.parametrize("name", ["send_message", "send_evidence", "approve_letter_by_code"])
@pytest.mark.django_db
def test_without_the_code_nothing_can_be_sent(client: Client, letter: Letter, name: str) -> None:
    arguments = [1] if name == "approve_letter_by_code" else []
    client.force_login(make_user())
    response = client.post(reverse(name, args=arguments), {"text": "x", "seen": "x"})
    assert response.status_code == 403
    assert Message.objects.count() == LetterApproval.objects.count() == 0


@pytest.mark.django_db
def test_no_page_of_the_status_is_kept_by_the_browser(client: Client) -> None:
    make_case(code=CODE)
    response = open_case(client)
    assert response.headers["Cache-Control"] == "no-store, private"
    assert "noindex" in response.headers["X-Robots-Tag"]
