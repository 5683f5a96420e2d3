"""Papers of a court or a lawyer: named people of the team open them, and nobody else."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns import legal, team
from campaigns.models import Case, CaseState, Event, Evidence, TeamMembership, User
from escalation import kept, todo
from escalation.models import Incident
from tests.factories import make_case, make_group, make_incident, make_member, make_user

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
PDF = b"%PDF-1.7\n injunction motion"
SECRET = "Motion for an injunction, names three of us"


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def ben() -> User:
    return make_user("Ben")


@pytest.fixture
def case(ana: User, ben: User) -> Case:
    return make_case(state=CaseState.ESCALATING, team=[ana, ben, make_user("Caro")])


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, case: Case, *more: object) -> str:
    return reverse(name, args=[case.reference, *more])


def store(case: Case, user: User) -> Evidence:
    """Let `user` upload a legal paper through the page, and return it."""
    paper = SimpleUploadedFile("motion.pdf", PDF, content_type="application/pdf")
    sent = {"file": paper, "description": SECRET, "is_legal": "on"}
    answer = client_of(user).post(address("add_evidence", case), sent)
    assert answer.status_code == 302
    return Evidence.objects.get(description=SECRET)


def opened(user: User, paper: Evidence) -> bytes:
    """Let `user` open a paper, and return what they get."""
    answer = client_of(user).get(address("evidence_file", paper.case, paper.public_id))
    return b"".join(answer.streaming_content)


def names(case: Case) -> list[str]:
    return [user.name for user in legal.named(case)]


def test_who_stores_the_first_paper_opens_it_and_the_others_are_told_whom_to_ask(
    case: Case, ana: User, ben: User
) -> None:
    paper = store(case, ana)
    assert names(case) == ["Ana"]
    url = address("evidence_file", case, paper.public_id)
    assert opened(ana, paper) == PDF
    assert client_of(ben).get(url).status_code == 404
    page = client_of(ben).get(case.get_absolute_url()).text
    assert "<b>A legal paper</b>, Monday 16 November: ask Ana" in page
    assert SECRET not in page
    assert str(paper.public_id) not in page


def test_timeline_says_that_a_paper_came_and_nothing_of_it(case: Case, ana: User) -> None:
    paper = store(case, ana)
    opened(ana, paper)
    entries = list(case.log.order_by("pk"))
    assert [entry.what for entry in entries] == [
        "A legal paper was stored",
        "May open the legal papers: Ana",
        "Evidence opened: PDF",
    ]
    assert all(SECRET not in f"{entry.note}{entry.data}" for entry in entries)


def test_incident_of_a_legal_paper_is_shut_for_the_rest_of_the_team(
    case: Case, ana: User, ben: User
) -> None:
    client = client_of(ana)
    paper = SimpleUploadedFile("motion.pdf", PDF, content_type="application/pdf")
    client.post(
        address("add_incident", case),
        {
            "kind": "legal_paper",
            "severity": "2",
            "happened_at": "2026-11-16T09:00",
            "what": SECRET,
            "hearing_at": "2026-12-01T09:30",
            "files": [paper],
        },
    )
    incident, file = Incident.objects.get(), Evidence.objects.get()
    assert file.is_legal
    assert SECRET in client.get(address("incidents", case)).text
    other = client_of(ben)
    page = other.get(address("incidents", case)).text
    assert SECRET not in page
    assert "A paper from a court or a lawyer" in page
    assert "Ask: Ana" in page
    for name in ("edit_incident", "follow_up_incident"):
        assert client.get(address(name, case, incident.pk)).status_code == 200
        assert other.get(address(name, case, incident.pk)).status_code == 404
    assert any("follow" in item.url for item in todo.items_for(ana, now=NOON))
    assert not any("followed-up" in item.url for item in todo.items_for(ben, now=NOON))


def test_named_people_name_others_and_nobody_else_does(case: Case, ana: User, ben: User) -> None:
    store(case, ana)
    url = address("name_for_legal", case)
    assert "Only one person can open them." in client_of(ana).get(url).text
    client_of(ben).post(url, {"user": ben.pk})
    assert names(case) == ["Ana"]
    client_of(ana).post(url, {"user": ben.pk})
    assert names(case) == ["Ana", "Ben"]
    assert "Only one person can open them." not in client_of(ana).get(url).text
    assert case.log.filter(event=Event.LEGAL_NAMED).count() == 2


def test_nobody_off_the_team_is_named(case: Case, ana: User) -> None:
    store(case, ana)
    stranger = make_user("Olu")
    page = client_of(ana).post(address("name_for_legal", case), {"user": stranger.pk})
    assert "user" in page.context["form"].errors
    assert not legal.let_open(case, user=stranger, by=ana)
    assert names(case) == ["Ana"]


def test_team_names_anew_when_the_last_named_one_has_left(case: Case, ana: User, ben: User) -> None:
    paper = store(case, ana)
    team.leave(case, user=ana, by=ana)
    assert names(case) == []
    page = client_of(ben).get(case.get_absolute_url()).text
    assert "nobody can open it yet" in page
    client_of(ben).post(address("name_for_legal", case), {"user": ben.pk})
    assert names(case) == ["Ben"]
    assert opened(ben, paper) == PDF
    assert client_of(ana).get(address("evidence_file", case, paper.public_id)).status_code == 404


def test_who_comes_back_to_the_team_is_not_named_by_that(case: Case, ana: User, ben: User) -> None:
    store(case, ana)
    legal.let_open(case, user=ben, by=ana)
    team.leave(case, user=ana, by=ana)
    team.join(case, user=ana, by=ben)
    assert names(case) == ["Ben"]
    assert TeamMembership.objects.current().filter(case=case).count() == 3


def test_paper_the_person_sends_is_opened_by_who_is_responsible(case: Case, ana: User) -> None:
    case.parties.update(code_hash="")
    phone = Client()
    code = "0123456789BCDFGHJKMNPQRST"
    other = make_case(state=CaseState.CLOCK_RUNNING, team=[ana, make_user()], code=code)
    phone.get(f"/s/{code}/")
    photo = SimpleUploadedFile("p.jpg", b"\xff\xd8\xff\xe0paper", content_type="image/jpeg")
    phone.post(
        "/status/incident/",
        {"kind": "legal_paper", "happened_at": "2026-11-16T09:00", "files": [photo]},
    )
    assert Evidence.objects.get().is_legal
    assert names(other) == ["Ana"]


def test_changing_an_incident_keeps_the_files_its_editor_may_not_see(
    case: Case, ana: User, ben: User
) -> None:
    paper = store(case, ana)
    incident = make_incident(case, "police", files=[paper])
    sent = {
        "kind": "police",
        "severity": "2",
        "happened_at": "2026-11-16T09:00",
        "what": "Police at the door",
        "seen_version": "1",
    }
    page = client_of(ben).get(address("edit_incident", case, incident.pk)).text
    assert SECRET not in page
    client_of(ben).post(address("edit_incident", case, incident.pk), sent)
    incident.refresh_from_db()
    assert incident.what == "Police at the door"
    assert list(incident.evidence.all()) == [paper]
    assert SECRET not in client_of(ben).get(address("incidents", case)).text


def test_named_member_sees_that_they_are_named_and_not_in_whose_fight(
    case: Case, ana: User
) -> None:
    """S10: named members see what is held about them."""
    mia = make_member("Mia")
    make_incident(case, "legal_paper", what=SECRET, named=[mia, ana])
    rows = {section.key: section.rows for section in kept.about(mia)}
    assert rows["incidents"] == [
        ["Monday 16 November 2026", "a paper from a court or a lawyer", "a case of another team"]
    ]
    page = client_of(mia).get(reverse("kept")).text
    assert "a case of another team" in page
    assert case.reference not in page
    assert SECRET not in page
    rows = {section.key: section.rows for section in kept.about(ana)}
    assert rows["incidents"][0][2] == case.reference


# "Mass mail about the suit only after a decision": the product sends no mail to many at all, so
# there is no page to refuse it and nothing to test.
