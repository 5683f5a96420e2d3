"""What went wrong with telling in other people's programs, tried here on the pages.

Each test says in its first words what went wrong there.
"""

import datetime as dt
import hashlib
import html
import os
import re
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaigns import evidence, intake, rules
from campaigns.intake_forms import FORMS
from campaigns.intake_steps import STEPS
from campaigns.models import Case, CaseParty, CaseState, Evidence, Sheet, TeamMembership, User
from escalation.models import OutboxMessage
from letters.models import Letter
from tests import pictures
from tests.factories import make_demand, make_group, make_target, make_user

pytestmark = pytest.mark.django_db

STORY = "They kept the whole deposit."
PHONE = "206 555 0134"
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network(db: None) -> None:
    make_group(jurisdiction="US-WA")


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def desk(ana: User) -> Client:
    client = Client()
    client.force_login(ana)
    return client


def form_of(kind: str) -> str:
    return reverse("tell_form", args=[kind])


def step_of(kind: str, step: str) -> str:
    return reverse("tell_step", args=[kind, step])


def check_of(kind: str) -> str:
    return reverse("tell_check", args=[kind])


def hidden(page: HttpResponse, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', page.text)[1]


def words(page: HttpResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def tell(client: Client, kind: str = "wages", **typed: Any) -> HttpResponse:
    """Send the whole form on one page, as a stranger does."""
    token = hidden(client.get(form_of(kind)), "token")
    least = {"story": STORY, "phone": PHONE, "consent": "on", "token": token}
    return client.post(form_of(kind), least | typed)


def answer(client: Client, kind: str, step: str, **typed: Any) -> HttpResponse:
    """Answer one question, and go on to the next."""
    code = hidden(client.get(step_of(kind, step)), "code")
    return client.post(step_of(kind, step), {"code": code, "go": "on"} | typed)


def send(client: Client, kind: str, **typed: Any) -> HttpResponse:
    """Send what was answered in steps from the page that shows it once more."""
    page = client.get(check_of(kind))
    carried = {name: hidden(page, name) for name in ("code", "token")}
    return client.post(check_of(kind), carried | {"consent": "on"} | typed)


def code_of(client: Client) -> str:
    return client.get(reverse("told")).context["receipt"].code


def taken_by(ana: User, **values: Any) -> Case:
    """Put Ana on the team of the one case there is."""
    Case.objects.update(responsible=ana, **values)
    case = Case.objects.get()
    TeamMembership.objects.create(case=case, user=ana)
    return case


def letter_of(desk: Client, case: Case) -> Letter:
    """Draft the letter as its page proposes it."""
    Sheet.objects.update(ended_on=dt.date(2026, 5, 31), keys_returned_on=dt.date(2026, 5, 31))
    CaseParty.objects.update(public_name=CaseParty.PublicName.OWN)
    Case.objects.update(state=CaseState.PREPARING, target=make_target())
    make_demand(case, "900.00")
    page = reverse("draft_letter", args=[case.reference])
    form = desk.get(page).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent["facts"] = f"Rosa rented {case.sheet.place}. She paid a deposit of $900."
    answered = desk.post(page, sent)
    assert answered.status_code == 302, answered.context["form"].errors
    return Letter.objects.get()


def deposit_alone(client: Client, desk: Client, ana: User) -> tuple[Case, str]:
    """Tell of a deposit and nothing more, claim it, and return the case and the letter's words."""
    typed = {"name": "Rosa Díaz", "place": "12 Alder Street, Seattle", "deposit": "900"}
    assert tell(client, "deposit", **typed).url == reverse("told")
    case = taken_by(ana, state=CaseState.MEETING)
    line = {"label": "Deposit", "party": case.parties.get().pk, "figure": "900"}
    added = desk.post(reverse("add_line", args=[case.reference, "deposit"]), line)
    assert added.status_code == 302, added.context["form"].errors
    letter = letter_of(desk, case)
    page = desk.get(reverse("letter", args=[case.reference, letter.version]))
    return case, words(page)


# 1, 2: what somebody does not have is asked for


def test_house_without_a_flat_number_cannot_be_told(
    client: Client, desk: Client, ana: User
) -> None:
    """A number of the flat was compulsory, so nobody in a house or a rented room could finish."""
    case, letter = deposit_alone(client, desk, ana)
    assert case.sheet.place == "12 Alder Street, Seattle"
    assert "12 Alder Street, Seattle. She paid" in letter
    assert not re.search(r"\b(Apt|Unit|Flat)\b", letter)


def test_last_months_rent_is_asked_of_who_paid_a_deposit_alone(
    client: Client, desk: Client, ana: User
) -> None:
    """The last month's rent was compulsory, and an empty one became "$0" in the letter."""
    case, letter = deposit_alone(client, desk, ana)
    assert case.claim_lines.total() == Decimal(900)
    assert "$900.00" in letter
    assert not re.search(r"last month|\$0(\.00)?\b", letter)


# 4: the nearest choice is taken for the real one


def test_what_fits_no_kind_gets_the_law_of_another(client: Client, desk: Client, ana: User) -> None:
    """The real situation was not among the choices, and the nearest one gave wrong legal advice."""
    rules.load()
    tell(client, "other", story="My boss keeps my tools and says I quit.", amount="")
    assert Case.objects.get().state == CaseState.NEW
    status = client.get(reverse("open_status", args=[code_of(client)]), follow=True)
    case = taken_by(ana, state=CaseState.PREPARING)
    pages = [desk.get(case.get_absolute_url()), status]
    pages += [desk.get(reverse(n, args=[case.reference])) for n in ("case_rules", "case_money")]
    assert "Something else" in words(pages[0])
    assert "My boss keeps my tools and says I quit." in words(pages[0])
    for page in pages:
        assert page.status_code == 200
        assert not re.search(r"May be owed by law|RCW|deadline of the law", words(page))
    letter = letter_of(desk, case)
    read = words(desk.get(reverse("letter", args=[case.reference, letter.version])))
    assert not re.search("RCW|the law gives", read)


# 6: the code is shown once


@pytest.mark.parametrize("kind", FORMS)
def test_code_is_lost_by_going_back(client: Client, kind: str) -> None:
    """The code was shown once, and gone after a reload, a step back or a tap on the logo."""
    answer(client, kind, "story", story=STORY)
    answer(client, kind, "reach", phone=PHONE, email="rosa@mail.example")
    assert send(client, kind).url == reverse("told")
    reference, code = Case.objects.get().reference, code_of(client)
    back = [step_of(kind, step.name) for step in STEPS[kind]] + [form_of(kind), check_of(kind)]
    for page in [*back, reverse("home"), reverse("tell")]:
        shown = client.get(page, follow=True).text
        assert reference in shown
        assert f'href="{reverse("told")}"' in shown
    for _reload in range(2):
        told = client.get(reverse("told")).text
        assert reverse("open_status", args=[code]) in told
        assert reference in told


def test_code_goes_out_by_mail(client: Client) -> None:
    """Deliberately not done: a mailbox is often shared or looked at by whom the case is about, and
    a mail lies there for years. Who loses the code gets a new one from their own team."""
    tell(client, email="rosa@mail.example", may_text="on")
    assert not mail.outbox
    assert not OutboxMessage.objects.exists()
    assert "Nobody can look it up for you, not even we." in words(client.get(reverse("told")))


# 8, 9, 10: files


def test_file_sent_later_is_not_noticed(client: Client, desk: Client, ana: User) -> None:
    """What somebody sent after telling vanished, or lay there and nobody was told."""
    tell(client)
    case = taken_by(ana, state=CaseState.CONTACTING)
    told = "They sent us a file. Nobody has opened it yet."
    assert told not in words(desk.get(reverse("today")))
    with time_machine.travel(timezone.now() + DAY):
        client.get(reverse("open_status", args=[code_of(client)]))
        stub = SimpleUploadedFile("stub.jpg", pictures.photo("jpg"))
        client.post(reverse("send_evidence"), {"file": stub, "description": "Pay stub, May"})
        desk.force_login(ana)
        assert told in words(desk.get(reverse("today")))
        file, page = Evidence.objects.get(), words(desk.get(case.get_absolute_url()))
        assert timezone.localdate(file.at) == timezone.localdate()
        assert re.search(r"Pay stub, May JPEG, [^,]+, [^,]+, from", page)
        desk.get(reverse("evidence_page", args=[case.reference, file.public_id]))
        assert told not in words(desk.get(reverse("today")))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("stub.jpg", JPEG + b".", "“stub.jpg” is too large."),
        ("stub.docx", b"PK\x03\x04", "“stub.docx” is not a kind of file we can open."),
    ],
)
@pytest.mark.parametrize("page", ["form", "steps", "status"])
def test_limit_is_told_after_the_file_was_sent(
    client: Client, settings: Settings, page: str, name: str, content: bytes, says: str
) -> None:
    """The limit stood nowhere, and a file beyond it ended in "undefined" or in nothing."""
    settings.EVIDENCE_MAX_BYTES = len(JPEG)
    file = SimpleUploadedFile(name, content)
    if page == "form":
        before, after = client.get(form_of("wages")), tell(client, files=file, wish="My pay")
    elif page == "steps":
        answer(client, "wages", "story", story=STORY)
        answer(client, "wages", "reach", phone=PHONE, name="My pay")
        before, after = client.get(check_of("wages")), send(client, "wages", files=file)
    else:
        tell(client)
        before = client.get(reverse("open_status", args=[code_of(client)]), follow=True)
        typed = {"file": file, "description": "My pay"}
        after = client.post(reverse("send_evidence"), typed)
    assert evidence.limits() in words(before)
    assert f"{says} We can take: {evidence.limits()}" in words(after)
    assert "My pay" in after.text
    assert not Evidence.objects.exists()


def test_large_file_arrives_broken(client: Client, desk: Client, ana: User) -> None:
    """Above some size files came out otherwise than they went in."""
    photo = JPEG + os.urandom(7_900_000 - len(JPEG))
    paper = b"%PDF-1.7\n" + os.urandom(6_000_000)
    sent = {"photo.jpg": photo, "lease.pdf": paper}
    tell(client, files=[SimpleUploadedFile(name, content) for name, content in sent.items()])
    case = taken_by(ana)
    for file, content in zip(Evidence.objects.all(), sent.values(), strict=True):
        got = desk.get(reverse("evidence_file", args=[case.reference, file.public_id]))
        digest = hashlib.sha256(b"".join(got.streaming_content)).hexdigest()
        assert digest == hashlib.sha256(content).hexdigest() == file.sha256


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "IMG_0001.jpg"])
def test_photo_of_an_iphone_is_refused_or_broken(
    client: Client, desk: Client, ana: User, name: str
) -> None:
    """HEIC was refused or could not be seen; the place and the camera in it were passed on."""
    photo = pictures.photo("heic")
    tell(client, files=SimpleUploadedFile(name, photo))
    case, file = taken_by(ana), Evidence.objects.get()
    at = [case.reference, file.public_id]
    assert (
        reverse("evidence_picture", args=[*at, 1])
        in desk.get(reverse("evidence_page", args=at)).text
    )
    shown = desk.get(reverse("evidence_picture", args=[*at, 1]))
    copy = b"".join(shown.streaming_content)
    assert (shown["Content-Type"], copy[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert_only_the_team_has_the_original(desk, at, photo, copy)


def test_photo_keeps_its_place_and_camera(client: Client, desk: Client, ana: User) -> None:
    """Whoever was shown a photo got to know where and with which phone it was taken."""
    photo = pictures.photo("jpg")
    assert b"GPS" in photo or b"MARK-gps" in photo
    tell(client, files=SimpleUploadedFile("photo.jpg", photo))
    case, file = taken_by(ana), Evidence.objects.get()
    at = [case.reference, file.public_id]
    desk.get(reverse("evidence_page", args=at))
    shown = desk.get(reverse("evidence_picture", args=[*at, 1]))
    copy = b"".join(shown.streaming_content)
    assert_only_the_team_has_the_original(desk, at, photo, copy)


def assert_only_the_team_has_the_original(
    desk: Client, at: list[Any], photo: bytes, copy: bytes
) -> None:
    assert [mark for mark in pictures.MARKS if mark in copy] == []
    original = desk.get(reverse("evidence_file", args=at))
    assert b"".join(original.streaming_content) == photo
    other = Client()
    other.force_login(make_user("Ben"))
    for name, more in (("evidence_file", []), ("evidence_page", []), ("evidence_picture", [1])):
        assert other.get(reverse(name, args=[*at, *more])).status_code == 404


# 13, 14, 15: what keeps people out


@pytest.mark.parametrize("kind", FORMS)
def test_puzzle_keeps_people_out(client: Client, kind: str) -> None:
    """A sum to work out shut out people who read no English, or do not see it."""
    pages = [client.get(step_of(kind, step.name)) for step in STEPS[kind]]
    pages.append(client.get(form_of(kind)))
    for page in pages:
        assert not re.search(r"captcha|robot|<canvas|<iframe|<script|<img", page.text, re.I)
        asked = {name for name, field in page.context["form"].fields.items() if field.required}
        assert asked <= {"consent"}
    assert '<div class="unseen">' in pages[-1].text  # only what no machine leaves alone
    assert "Leave this empty" in words(pages[-1])


@pytest.mark.parametrize("kind", FORMS)
def test_warning_alarms_and_helps_nobody(client: Client, kind: str) -> None:
    """A warning about safety said nothing that the reader could do."""
    page = words(client.get(form_of(kind)))
    assert "Best is a phone that your boss or landlord cannot look at." in page
    assert "Please do not tell us your immigration status: we do not need it." in page
    assert "Leave this page" in page
    assert not re.search(r"warning|danger|insecure|not secure|at risk|encrypt", page, re.I)


def test_mistakes_are_not_heard(client: Client) -> None:
    """What was wrong stood in red, and a screen reader said nothing of it."""
    whole = client.post(form_of("wages"), {"token": hidden(client.get(form_of("wages")), "token")})
    step = answer(client, "wages", "reach", phone="12")
    for page, wrong in ((whole, {"story", "phone", "consent"}), (step, {"phone"})):
        box = page.text.index('<div class="errors" role="alert" tabindex="-1" autofocus>')
        assert box < page.text.index("<form") or box < page.text.index("<label")
        assert set(page.context["form"].errors) == wrong
        for name in wrong:
            assert f'href="#id_{name}"' in page.text
            field = re.search(rf'<(?:input|textarea)[^>]*id="id_{name}"[^>]*>', page.text)[0]
            assert 'aria-invalid="true"' in field
            described = re.search(r'aria-describedby="([^"]+)"', field)[1].split()
            assert f"id_{name}_error" in described
            for place in described:
                assert page.text.count(f'id="{place}"') == 1


# 16, 17, 22: going back, waiting long, and changing a first answer


@pytest.mark.parametrize("in_steps", [False, True])
def test_long_wait_costs_what_was_typed(client: Client, in_steps: bool) -> None:
    """The session had ended, and Next led to empty fields or to a bare "403"."""
    strict = Client(enforce_csrf_checks=True)
    typed = {"story": STORY, "name": "Rosa", "phone": PHONE}
    if in_steps:
        answer(strict, "wages", "story", story=STORY)
        answer(strict, "wages", "reach", name="Rosa", phone=PHONE)
    page = strict.get(check_of("wages") if in_steps else form_of("wages"))
    carried = {name: hidden(page, name) for name in (["code"] if in_steps else []) + ["token"]}
    address = check_of("wages") if in_steps else form_of("wages")
    sent = carried | {"consent": "on"} | ({} if in_steps else typed)
    with time_machine.travel(timezone.now() + intake.TOKEN_LIFETIME + DAY):
        strict.cookies.clear()
        late = strict.post(address, sent)
        assert late.status_code == 200
        assert "Everything you typed is still here. Please press Send again." in words(late)
        for text in typed.values():
            assert text in late.text
        sent["token"] = hidden(late, "token")
        assert strict.post(address, sent).url == reverse("told")
    assert Case.objects.get().sheet.story == STORY


def test_what_was_saved_for_days_is_called_too_old(client: Client) -> None:
    """What is kept for seven days is sent at the first press of the button on each of them."""
    answer(client, "wages", "story", story=STORY)
    answer(client, "wages", "reach", phone=PHONE)
    with time_machine.travel(timezone.now() + 6 * DAY):
        assert send(client, "wages").url == reverse("told")
    assert Case.objects.get().sheet.story == STORY


def test_going_back_to_the_first_question_fails_the_check_for_machines(client: Client) -> None:
    """The check stood on one page of many, so whoever went back could not send any more."""
    start = timezone.now()
    with time_machine.travel(start):
        answer(client, "wages", "story", story="No pay.")
        answer(client, "wages", "who", who="Mr. Dan")
        answer(client, "wages", "reach", phone=PHONE)
        page = client.get(check_of("wages"))
    with time_machine.travel(start + dt.timedelta(minutes=5)):
        answer(client, "wages", "story", story=STORY)
        carried = {name: hidden(page, name) for name in ("code", "token")}
        sent = client.post(check_of("wages"), carried | {"consent": "on"})
    assert sent.url == reverse("told")
    case = Case.objects.get()
    assert (case.sheet.story, case.sheet.who_typed) == (STORY, "Mr. Dan")
    assert not case.looks_like_spam


# 20: another phone


def test_another_phone_loses_the_case(client: Client, desk: Client, ana: User) -> None:
    """With a new number, the way in, the reminders or the history were gone."""
    tell(client, name="Rosa")
    code = code_of(client)
    case = taken_by(ana, state=CaseState.CLOCK_RUNNING, deadline_at=timezone.now() - DAY)
    party = case.parties.get()
    client.get(reverse("open_status", args=[code]))
    client.post(reverse("send_message"), {"text": "He called me."})
    before = desk.get(reverse("today")).context["items"]
    page = reverse("edit_party", args=[case.reference, party.pk])
    known = {"name": "Rosa", "language_read": "en", "role": "affected", "public_name": "none"}
    known |= {"seen_version": 1, "seen_party_version": 1, "phone": "206 555 0199"}
    assert desk.post(page, known).status_code == 302
    other = Client().get(reverse("open_status", args=[code]), follow=True)
    assert "He called me." in words(other)
    assert desk.get(reverse("today")).context["items"] == before
    assert any("deadline was" in item.text for item in before)
    assert PHONE not in words(desk.get(page))
    assert "Before: 206 555 0134." in words(
        desk.get(reverse("case_timeline", args=[case.reference]))
    )
    assert CaseParty.objects.get().person.phone == "206 555 0199"
    assert CaseParty.objects.get().person.phone_key == "+12065550199"
