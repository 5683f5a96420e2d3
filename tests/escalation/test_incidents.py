"""Incidents: who notes them, who sees them, what they lead to, and the ground we stay off."""

import datetime as dt
import re
import uuid
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from campaigns.addresses import is_there, street_key
from campaigns.models import Actor, Case, CaseState, Contact, Event, Evidence, IncidentKind, User
from escalation import actions, incidents, moves, no_trespass, todo
from escalation.models import Action, CaseLifecycle, Incident, Tactic
from tests.factories import (
    make_action,
    make_case,
    make_demand,
    make_final_letter,
    make_group,
    make_incident,
    make_line,
    make_member,
    make_place,
    make_target,
    make_user,
    say_yes,
)

pytestmark = pytest.mark.django_db
S = CaseState
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
CODE = "0123456789BCDFGHJKMNPQRST"
JPEG = b"\xff\xd8\xff\xe0" + b"screenshot" * 10
OUT_BY_FRIDAY = "You will be out by Friday."


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    user = make_user("Ana")
    client.force_login(user)
    return user


@pytest.fixture
def case(ana: User) -> Case:
    return make_case(
        state=S.CLOCK_RUNNING,
        kind=Case.Kind.DEPOSIT,
        team=[ana, make_user("Ben")],
        target=make_target("Maple 114 LLC"),
        code=CODE,
        deadline_at=NOON + dt.timedelta(days=9),
    )


@pytest.fixture
def person(case: Case) -> Client:
    phone = Client()
    phone.get(f"/s/{CODE}/")
    return phone


def address(name: str, case: Case, *more: int) -> str:
    return reverse(name, args=[case.reference, *more])


def told(form: HttpResponse, **values: object) -> dict[str, object]:
    """Return what a form sends that was opened and filled in with `values`."""
    start = {name: form.context["form"][name].initial for name in form.context["form"].fields}
    ready = {
        name: value.astimezone(NOON.tzinfo).strftime("%Y-%m-%dT%H:%M")
        if isinstance(value, dt.datetime)
        else value
        for name, value in start.items()
        if value is not None
    }
    return ready | values


# Reported by the person


def test_person_reports_a_threat_from_the_phone_with_a_screenshot(
    person: Client, case: Case
) -> None:
    """S7: logged with the screenshot by the tenant; flagged red; for the team only."""
    page = person.get("/status/incident/")
    shot = SimpleUploadedFile("shot.jpg", JPEG, content_type="image/jpeg")
    answer = person.post(
        "/status/incident/", told(page, kind="threat", text=OUT_BY_FRIDAY, files=[shot])
    )
    assert answer.headers["Location"] == "/status/case/"
    incident = Incident.objects.get()
    assert (incident.case, incident.kind, incident.severity) == (case, "threat", 3)
    assert (incident.what, incident.happened_at) == (OUT_BY_FRIDAY, NOON)
    assert incident.reported_by_party == case.parties.get()
    (file,) = incident.evidence.all()
    assert (file.by_affected_person, file.is_legal, file.format) == (True, False, "jpg")
    entry = case.log.get(event=Event.INCIDENT)
    assert (entry.what, entry.actor) == ("Incident noted: a threat", Actor.AFFECTED)
    assert OUT_BY_FRIDAY not in str(entry.data) + entry.note
    known = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    assert (known.open_incidents, known.worst_severity) == (1, 3)
    assert len(mail.outbox) == 0  # no mail goes out, and there is no page to send one to all


def test_same_report_sent_twice_is_one_incident_with_its_file_once(
    person: Client, case: Case
) -> None:
    sent = told(person.get("/status/incident/"), kind="firing", text="Fired today.")
    for _click in range(2):
        file = SimpleUploadedFile("a.jpg", JPEG, content_type="image/jpeg")
        person.post("/status/incident/", sent | {"files": [file]})
    assert Incident.objects.count() == Evidence.objects.count() == 1


def test_report_needs_a_kind_and_a_line_or_a_file(person: Client) -> None:
    page = person.post("/status/incident/", {"happened_at": "2026-11-16T11:00"})
    assert page.context["form"].errors == {
        "kind": ["Choose what comes closest."],
        "text": ["Write a line, or send a photo or a voice note."],
    }
    photo = SimpleUploadedFile("a.jpg", JPEG, content_type="image/jpeg")
    person.post(
        "/status/incident/",
        {"kind": "eviction", "happened_at": "2026-11-16T11:00", "files": [photo]},
    )
    assert Incident.objects.get().what == "They told me to move out"


def test_report_after_the_code_ran_out_keeps_the_words(person: Client, case: Case) -> None:
    case.parties.update(code_hash="other")
    page = person.post("/status/incident/", {"kind": "threat", "text": OUT_BY_FRIDAY})
    assert page.status_code == 403
    assert OUT_BY_FRIDAY in page.text
    assert Incident.objects.count() == 0


# Who sees it


def test_case_file_is_red_and_leads_to_what_can_be_done(client: Client, case: Case) -> None:
    make_incident(case)
    page = client.get(case.get_absolute_url()).text
    assert 'class="message error" id="incidents"' in page
    assert "1 incident is open." in page
    for link in (
        address("case_places", case),
        f"{address('plan_action', case)}?tactic=visit",
        reverse("make_move", args=[case.reference, "hold"]),
        f"{address('log_contact', case)}?purpose=safety",
    ):
        assert f'href="{link}"' in page


def test_places_to_turn_to_are_one_tap_away(client: Client, case: Case) -> None:
    make_incident(case)
    make_place("Tenant hotline", phone="206 555 0190")
    make_place("Wage office", phone="206 555 0191", for_deposit=False)
    for name in ("incidents", "case_places"):
        page = client.get(address(name, case)).text
        assert '<a href="tel:+12065550190">206 555 0190</a>' in page
        assert "Wage office" not in page


def test_visit_in_numbers_is_chosen_already_when_it_is_planned(client: Client, case: Case) -> None:
    page = client.get(f"{address('plan_action', case)}?tactic=visit")
    assert page.context["form"]["tactic"].value() == Tactic.VISIT
    assert '<option value="visit" selected>Visit in numbers</option>' in page.text


def test_organizer_of_no_team_sees_nothing_of_it(client: Client, case: Case) -> None:
    make_incident(case)
    board = reverse("board")
    assert "They hit back" in client.get(board).text
    client.force_login(make_user("Olu"))
    assert "They hit back" not in client.get(board).text
    header = client.get(case.get_absolute_url()).text
    assert "incident" not in header.lower()
    assert client.get(address("incidents", case)).status_code == 404


def test_closed_incident_is_no_alarm_any_more(client: Client, case: Case) -> None:
    incident = make_incident(case)
    client.post(
        address("follow_up_incident", case, incident.pk),
        {"follow_up": "It was a joke, she says.", "is_over": "on", "seen_version": 1},
    )
    incident.refresh_from_db()
    assert (incident.closed_at, incident.followed_up_by.name) == (NOON, "Ana")
    known = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    assert (known.open_incidents, known.worst_severity) == (0, 0)
    assert "They hit back" not in client.get(reverse("board")).text


# Noted by the team


def test_team_notes_an_incident_with_who_is_named_and_the_day_in_court(
    client: Client, case: Case, ana: User
) -> None:
    shown = Evidence.objects.create(case=case, file="x.jpg", format="jpg", size=1, sha256="0" * 64)
    page = client.get(address("add_incident", case))
    values = {
        "kind": "police",
        "severity": "2",
        "what": "Two officers asked for names.",
        "place": "114 Maple Street",
        "hearing_at": "2026-12-01T09:30",
        "due_on": "2026-11-27",
        "named": [ana.pk],
        "shown_by": [shown.pk],
    }
    answer = client.post(address("add_incident", case), told(page, **values))
    assert answer.headers["Location"] == address("incidents", case)
    incident = Incident.objects.get()
    assert (incident.reported_by, incident.place_key) == (ana, "114 maple")
    assert list(incident.named.all()) == [ana]
    assert list(incident.evidence.all()) == [shown]
    text = client.get(address("incidents", case)).text
    assert "Day in court: Tuesday 1 December, 09:30" in text


def test_notice_to_stay_away_without_its_place_is_refused(client: Client, case: Case) -> None:
    page = client.post(
        address("add_incident", case),
        {"kind": "no_trespass", "severity": "2", "what": "x", "happened_at": "2026-11-16T11:00"},
    )
    assert page.context["form"].errors == {"place": ["Write the place that the notice names."]}


def test_second_editor_sees_both_texts(client: Client, case: Case) -> None:
    incident = make_incident(case)
    values = {
        "kind": "threat",
        "severity": "3",
        "happened_at": "2026-11-16T11:00",
        "seen_version": "1",
    }
    url = address("edit_incident", case, incident.pk)
    assert client.post(url, values | {"what": "Hers"}).status_code == 302
    page = client.post(url, values | {"what": "His"})
    assert page.status_code == 409
    assert "They wrote: Hers" in page.text
    incident.refresh_from_db()
    assert (incident.what, incident.version) == ("Hers", 2)
    assert case.log.filter(event=Event.INCIDENT_CHANGED).count() == 1


def test_incident_of_another_case_is_not_there(client: Client, case: Case) -> None:
    theirs = make_incident(make_case(state=S.PREPARING, team=[make_user()]))
    for name in ("edit_incident", "follow_up_incident"):
        assert client.get(address(name, case, theirs.pk)).status_code == 404


def test_today_asks_until_it_is_said_what_was_done(client: Client, case: Case, ana: User) -> None:
    incident = make_incident(case)
    url = address("follow_up_incident", case, incident.pk)
    item = next(item for item in todo.items_for(ana, now=NOON) if item.url == url)
    assert (item.text, item.is_urgent) == ("They hit back: a threat.", True)
    answer = client.post(
        url, {"follow_up": "We went with her.", "follow_up_on": "2026-11-18", "seen_version": "1"}
    )
    assert answer.status_code == 302
    assert [item for item in todo.items_for(ana, now=NOON) if item.url == url] == []
    later = NOON + dt.timedelta(days=2)
    (again,) = [item for item in todo.items_for(ana, now=later) if item.url == url]
    assert again.text == "You wanted to look at it again: a threat."


# The watch


@pytest.mark.parametrize(("days", "said"), [(0, True), (90, True), (91, False)])
def test_firing_within_ninety_days_is_marked(
    client: Client, case: Case, days: int, said: bool
) -> None:
    stood_up = NOON.date() - dt.timedelta(days=days)
    incidents.watch_from(case, by=make_user(), day=stood_up)
    make_incident(case, "firing")
    make_incident(case, "threat")
    page = client.get(address("incidents", case)).text
    assert page.count("This came within 90 days of") == (1 if said else 0)
    assert ("we watch whether they hit back" in client.get(case.get_absolute_url()).text) is said


@pytest.mark.parametrize(
    ("known", "watched_from"),
    [(None, NOON.date()), (dt.date(2026, 10, 1), dt.date(2026, 10, 1))],
)
def test_delivery_begins_the_watch_unless_it_began_before(
    ana: User, known: dt.date | None, watched_from: dt.date
) -> None:
    ben = make_user("Ben")
    case = make_case(state=S.DELIVERY_SET, team=[ana, ben], protected_activity_on=known)
    make_line(case)
    make_demand(case)
    make_final_letter(case, by=ana, approved_by=ben)
    moves.record_delivery(
        case,
        by=ana,
        at=NOON,
        place="114 Maple Street",
        handed_by="Rosa",
        received_by="the shift manager",
        method="by_hand",
        headcount=31,
    )
    assert Case.objects.get(pk=case.pk).protected_activity_on == watched_from


def test_day_of_the_watch_is_set_by_hand_once(client: Client, case: Case) -> None:
    for _click in range(2):
        client.post(address("set_watch", case), {"day": "2026-11-02"})
    case = Case.objects.get(pk=case.pk)
    assert case.protected_activity_on == dt.date(2026, 11, 2)
    assert case.watch_until == dt.date(2027, 1, 31)
    assert case.log.filter(event=Event.WATCH).count() == 1
    refused = client.post(address("set_watch", case), {"day": "2026-11-17"})
    assert "This day has not come yet." in refused.text


# Ground we stay off


@pytest.mark.parametrize(
    ("notice", "text", "near"),
    [
        ("114 Maple Street\nSeattle WA 98104", "In front of 114 maple st.", True),
        ("114 Maple Street", "At the corner, 114 N. Maple", True),
        ("Calle Mayor 12, Madrid", "Nos vemos en la C/ Mayor, 12", False),
        ("Calle Mayor 12, Madrid", "Nos vemos en Calle Mayor 12", True),
        ("114 Maple Street\nSeattle WA 98104", "8 Oak Street, Seattle WA 98104", False),
        ("114 Maple Street, Suite 300", "12 Pine Street, Suite 300", False),
        ("12345 Aurora Avenue", "12345 Aurora Ave N", True),
        ("Harbour Square office", "We meet at the Harbour Square office", True),
        ("Harbour Square office", "We meet at Harbour Square", False),
        ("Café Río", "cafe rio, at the door", True),
        ("", "114 Maple Street", False),
    ],
)
def test_place_of_a_notice_is_found_in_other_words(notice: str, text: str, near: bool) -> None:
    assert is_there(street_key(notice), text) is near


@pytest.fixture
def notice(case: Case) -> Incident:
    return make_incident(
        case,
        "no_trespass",
        place="114 Maple Street, the office",
        happened_at=NOON - dt.timedelta(days=3),
    )


TICK = "We read the notice of Friday 13 November 2026 and stay off that ground."


def test_plan_near_the_place_warns_in_every_case(
    client: Client, ana: User, notice: Incident
) -> None:
    """S10: the notice is stamped on every later action there, also for another fight."""
    other = make_case(state=S.ESCALATING, team=[ana], target=make_target())
    page = client.get(address("plan_action", other)).text
    assert "There is a notice of Friday 13 November 2026 to stay away" in page
    elsewhere = make_target("Oak Lets", address="8 Oak Street")
    far = make_case(state=S.ESCALATING, team=[ana], target=elsewhere)
    assert "There is a notice of" not in client.get(address("plan_action", far)).text


def test_announcing_near_the_place_asks_for_the_tick(
    client: Client, ana: User, case: Case, notice: Incident
) -> None:
    action = make_action(
        cases=[case], leads=[ana], state=Action.State.DRAFT, meeting_point="By 114 Maple St"
    )
    say_yes(case, "picket")
    page = client.get(reverse("action", args=[action.public_id])).text
    assert "There is a notice of Friday 13 November 2026" in page
    assert TICK in page
    url = reverse("announce_action", args=[action.public_id])
    refused = client.post(url)
    assert refused.status_code == 409
    assert TICK in refused.text
    assert Action.objects.get().state == Action.State.DRAFT
    client.post(url, {"notices_read": "1"})
    announced = Action.objects.get()
    assert announced.state == Action.State.ANNOUNCED
    assert list(announced.notices_read.all()) == [notice]
    assert case.log.get(event=Event.NOTICE_READ).by == ana


def test_notice_shows_to_those_who_run_it_and_to_nobody_else(
    client: Client, ana: User, case: Case, notice: Incident
) -> None:
    action = make_action(cases=[case], leads=[ana])
    page = client.get(reverse("action", args=[action.public_id])).text
    assert "There is a notice of" in page
    url = reverse("read_notices", args=[action.public_id])
    client.post(url)
    assert action.notices_read.count() == 0
    client.post(url, {"notices_read": "1"})
    assert list(action.notices_read.all()) == [notice]
    public = Client().get(reverse("action_page", args=[action.public_id])).text
    member = Client()
    member.force_login(make_member("Mia"))
    for seen in (public, member.get(reverse("action", args=[action.public_id])).text):
        assert "notice of" not in seen


def test_closed_notice_counts_no_longer(case: Case, notice: Incident) -> None:
    near = no_trespass.no_trespass_near("114 Maple Street")
    assert near == [notice]
    Incident.objects.update(closed_at=NOON)
    assert no_trespass.no_trespass_near("114 Maple Street") == []


def test_day_on_the_phones_is_nowhere(case: Case, ana: User, notice: Incident) -> None:
    say_yes(case, "picket")
    phones = make_action(cases=[case], leads=[ana], tactic=Tactic.PHONE_DAY, title="Call them")
    assert no_trespass.near_action(phones) == []
    picket = make_action(cases=[case], leads=[ana])
    assert no_trespass.near_action(picket) == [notice]


def test_moving_an_announced_action_to_the_place_asks_for_the_tick(
    client: Client, ana: User, notice: Incident
) -> None:
    far = make_case(state=S.ESCALATING, team=[ana], target=make_target("Oak", address="8 Oak St"))
    action = make_action(cases=[far], leads=[ana])
    url = reverse("edit_action", args=[action.public_id])
    values = told(client.get(url), meeting_point="114 Maple Street", seen_version="1")
    values = {name: value for name, value in values.items() if not hasattr(value, "pk")}
    values |= {"lead": ana.pk}
    values |= {
        name: getattr(action, name) for name in ("tactic", "title", "area", "what", "needed")
    }
    values |= {"risk": "low", "audience": "public"}
    for name in ("starts_at", "ends_at"):
        moment = getattr(action, name).astimezone(NOON.tzinfo)
        values[name] = moment.strftime("%Y-%m-%dT%H:%M")
    page = client.post(url, values)
    assert "notices_read" in page.context["form"].errors
    assert TICK in page.text
    assert client.post(url, values | {"notices_read": "on"}).status_code == 302
    action.refresh_from_db()
    assert action.meeting_point == "114 Maple Street"
    assert list(action.notices_read.all()) == [notice]


# Safety check


def test_safety_check_is_no_try_to_reach_them(client: Client, case: Case) -> None:
    """S9: whether she is ok is asked apart from chasing her."""
    page = client.get(f"{address('log_contact', case)}?purpose=safety")
    assert page.context["form"]["purpose"].value() == "safety"
    values = {"who": "person", "method": "phone", "result": "no_answer", "at": "2026-11-16T11:00"}
    client.post(address("log_contact", case), values | {"purpose": "safety"})
    assert CaseLifecycle.objects.with_facts().get(pk=case.pk).attempts == 0
    client.post(address("log_contact", case), values)
    assert CaseLifecycle.objects.with_facts().get(pk=case.pk).attempts == 1
    assert list(Contact.objects.order_by("pk").values_list("purpose", flat=True)) == [
        "safety",
        "case",
    ]
    check = case.log.get(event=Event.SAFETY_CHECK)
    assert check.what == "Asked whether they are safe, phone call: no answer"


def test_every_kind_has_a_severity_and_a_name_for_the_log() -> None:
    assert set(Incident.SEVERITY_OF) == set(IncidentKind)
    assert re.fullmatch(r"\w{1,15}", max(IncidentKind.values, key=len))


def test_note_with_the_same_form_makes_one(case: Case, ana: User) -> None:
    key = uuid.uuid4()
    facts = {"kind": "threat", "severity": 3, "happened_at": NOON, "what": "x", "place": ""}
    made = {incidents.note(case, by=ana, form_key=key, **facts) for _click in range(2)}
    assert len(made) == Incident.objects.count() == 1


def test_announcing_without_any_notice_asks_nothing(case: Case, ana: User) -> None:
    action = make_action(cases=[case], leads=[ana], state=Action.State.DRAFT)
    say_yes(case, "picket")
    actions.announce(action, by=ana, now=NOON)
    assert Action.objects.get().state == Action.State.ANNOUNCED
