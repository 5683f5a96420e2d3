"""Go or not at 48 hours, another day, and that it took place: who says so, and who hears."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from campaigns.models import CaseState, Event, LogEntry, User
from escalation import actions, decided, posting, private_links, todo, turnout
from escalation.models import Action, OutboxMessage, Tactic
from escalation.todo_item import URGENT
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_incident,
    make_member,
    make_sign_up,
    make_user,
    say_yes,
)

pytestmark = pytest.mark.django_db

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
STARTS = dt.datetime(2026, 11, 20, 17, 30, tzinfo=ZONE)
ENDS = STARTS + dt.timedelta(hours=2)
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
NOW = STARTS - DAY - HOUR
NEW = STARTS + 7 * DAY

State = Action.State
Kind = OutboxMessage.Kind
ALL_STATES = list(State)


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    make_group()
    with time_machine.travel(NOW, tick=False), timezone.override(ZONE):
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def case(ana: User) -> Any:
    made = make_case(state=CaseState.ESCALATING, team=[ana])
    say_yes(made, Tactic.PICKET, at=NOW - 20 * DAY)
    return made


@pytest.fixture
def action(ana: User, case: Any) -> Action:
    return make_action(cases=[case], leads=[ana], starts_at=STARTS, ends_at=ENDS, minimum=4)


@pytest.fixture
def lead(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def state() -> str:
    return Action.objects.get().state


def put(action: Action, **values: Any) -> Action:
    Action.objects.filter(pk=action.pk).update(**values)
    return Action.objects.get(pk=action.pk)


def public(action: Action) -> str:
    return Client().get(url("action_page", action)).content.decode()


def tick(now: dt.datetime) -> dict[str, int]:
    with time_machine.travel(now, tick=False):
        return {name: n for name, n in posting.post().items() if n}


@contextmanager
def at(moment: dt.datetime, client: Client) -> Iterator[None]:
    """Let it be `moment`, and the lead be logged in then."""
    with time_machine.travel(moment, tick=False):
        client.force_login(User.objects.get(name="Ana"))
        yield


def event(action: Action) -> Any:
    body = Client().get(url("action_calendar", action)).content
    return next(iter(Calendar.from_ical(body).walk("VEVENT")))


def asked_of(user: User, now: dt.datetime) -> list[tuple[int, str, str]]:
    """Return rank, text and label of what Today says of the one action."""
    title = Action.objects.get().title
    found = [item for item in todo.items_for(user, now=now) if item.about == title]
    return [(item.rank, item.text, item.label) for item in found]


# Go


def test_go_is_written_with_who_and_when_and_stands_in_the_log(
    lead: Client, action: Action, case: Any, ana: User
) -> None:
    response = lead.post(url("go_ahead", action))
    assert response.url == url("action", action)
    fresh = Action.objects.get()
    assert (fresh.state, fresh.decided_by, fresh.decided_at) == (State.GO, ana, NOW)
    entry = LogEntry.objects.get(case=case)
    assert (entry.event, entry.note) == (Event.ACTION_CHANGED, "It goes ahead.")


def test_go_said_twice_keeps_who_said_it_first(action: Action, ana: User) -> None:
    decided.go(action, by=ana, now=NOW)
    decided.go(action, by=make_user("Ben"), now=NOW + HOUR)
    fresh = Action.objects.get()
    assert (fresh.decided_by, fresh.decided_at, fresh.version) == (ana, NOW, 2)


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (STARTS - 2 * DAY - MINUTE, "This is decided from 48 hours before the start."),
        (STARTS - 2 * DAY, ""),
        (ENDS, ""),
        (ENDS + MINUTE, "This action is over."),
    ],
)
def test_go_is_said_from_48_hours_before_until_the_end(
    action: Action, ana: User, now: dt.datetime, sentence: str
) -> None:
    if not sentence:
        decided.go(action, by=ana, now=now)
        assert state() == State.GO
        return
    with pytest.raises(actions.ActionRefused, match=sentence):
        decided.go(action, by=ana, now=now)
    assert state() == State.ANNOUNCED


@pytest.mark.parametrize("other", [s for s in ALL_STATES if s not in State.on()])
def test_go_is_refused_with_the_reason_in_any_other_state(
    lead: Client, action: Action, other: str
) -> None:
    put(action, state=other)
    response = lead.post(url("go_ahead", action))
    assert response.status_code == 409
    assert "Not possible now." in response.content.decode()
    assert state() == other


def test_go_by_get_and_by_somebody_else_changes_nothing(lead: Client, action: Action) -> None:
    assert lead.get(url("go_ahead", action)).status_code == 405
    lead.force_login(make_user())
    assert lead.post(url("go_ahead", action)).status_code == 404
    assert state() == State.ANNOUNCED


def test_go_can_still_become_postponed_or_cancelled(action: Action, ana: User) -> None:
    decided.go(action, by=ana, now=NOW)
    decided.postpone(action, by=ana, reason="Storm.", now=NOW)
    assert state() == State.POSTPONED
    put(action, state=State.GO)
    actions.cancel(action, by=ana, reason="Storm.")
    assert state() == State.CANCELLED


def test_go_is_said_again_where_it_starts_at_another_time(
    lead: Client, action: Action, ana: User
) -> None:
    put(action, state=State.GO, decided_by=ana, decided_at=NOW)
    form = lead.get(url("edit_action", action)).context["form"]
    typed = {n: form[n].value() for n in form.fields if form[n].value() not in (None, [])}
    typed |= {"starts_at": "2026-11-20T17:30", "ends_at": "2026-11-20T20:00", "title": "Drums"}
    assert lead.post(url("edit_action", action), typed).status_code == 302
    assert state() == State.GO
    typed |= {"starts_at": "2026-11-20T18:00", "seen_version": 2}
    assert lead.post(url("edit_action", action), typed).status_code == 302
    fresh = Action.objects.get()
    assert (fresh.state, fresh.decided_by, fresh.decided_at) == (State.ANNOUNCED, None, None)


def test_everybody_reads_that_it_goes_ahead_and_the_lead_who_said_so(
    lead: Client, action: Action
) -> None:
    assert "going ahead" not in public(action)
    before = event(action)
    lead.post(url("go_ahead", action))
    assert "going ahead" in public(action)
    after = event(action)
    assert (after["STATUS"], after["UID"]) == ("CONFIRMED", before["UID"])
    assert after["DESCRIPTION"].startswith("It goes ahead.")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    said = "Ana said on Thursday 19 November, 16:30 that it goes ahead."
    assert said in lead.get(url("action", action)).content.decode()
    member = Client()
    member.force_login(make_member())
    page = member.get(url("action", action)).content.decode()
    assert said not in page
    assert "going ahead" in page


def test_lead_is_asked_on_the_page_and_on_today_from_48_hours_before(
    lead: Client, action: Action, ana: User
) -> None:
    make_sign_up(action)
    with at(STARTS - 2 * DAY - MINUTE, lead):
        assert "Does it go ahead?" not in lead.get(url("action", action)).content.decode()
        (item,) = asked_of(ana, timezone.now())
        assert item[2] == "Open the roster"
    lead.force_login(ana)
    page = lead.get(url("action", action)).content.decode()
    assert "1 person said yes." in page
    assert "That is not enough yet. Call people, or postpone it." in page
    (item,) = asked_of(ana, NOW)
    assert item == (
        URGENT,
        "Friday 20 November, 17:30. 1 said yes, it takes 4 at least. Does it go ahead?",
        "Decide",
    )
    assert "go or not?" in lead.get(reverse("actions")).content.decode()


def test_nobody_else_is_asked_to_decide(action: Action) -> None:
    member, client = make_member("Mia"), Client()
    client.force_login(member)
    assert "Does it go ahead?" not in client.get(url("action", action)).content.decode()
    assert "go or not?" not in client.get(reverse("actions")).content.decode()
    assert [label for _rank, _text, label in asked_of(member, NOW)] == ["Say whether you come"]


def test_undecided_action_stays_announced_and_is_reminded_as_ever(action: Action) -> None:
    make_sign_up(action, email="rosa@people.example", at=NOW - 5 * DAY)
    assert tick(STARTS - DAY) == {"planned": 1, "sent": 1}
    assert state() == State.ANNOUNCED


def test_action_that_goes_ahead_is_reminded_too(action: Action, ana: User) -> None:
    make_sign_up(action, email="rosa@people.example", at=NOW - 5 * DAY)
    decided.go(action, by=ana, now=NOW)
    assert tick(STARTS - DAY) == {"planned": 1, "sent": 1}


# Another day


def postponed(action: Action, by: User, reason: str = "A storm is forecast.") -> Action:
    decided.postpone(action, by=by, reason=reason, now=NOW)
    return Action.objects.get(pk=action.pk)


def test_postponing_keeps_the_list_stops_reminders_and_tells_who_may_come(
    action: Action, ana: User
) -> None:
    for answer, name in (("yes", "rosa"), ("maybe", "luz"), ("no", "no")):
        make_sign_up(action, answer=answer, email=f"{name}@people.example", at=NOW - 5 * DAY)
    postponed(action, ana, reason="Mr. Dan of the Golden Fork is away.")
    assert tick(NOW) == {"sent": 2}
    assert {letter.to[0] for letter in mail.outbox} == {"rosa@people.example", "luz@people.example"}
    assert {letter.subject for letter in mail.outbox} == {"It is postponed"}
    assert "Golden Fork" not in mail.outbox[0].body
    assert "The action on Friday 20 November, 17:30 that you signed up for" in mail.outbox[0].body
    for moment in (STARTS - DAY, STARTS - 8 * HOUR):
        assert tick(moment) == {}
    assert action.sign_ups.count() == 3


def test_pages_say_that_it_is_postponed_and_why_and_not_to_come(
    lead: Client, action: Action
) -> None:
    make_sign_up(action, user=(mia := make_member("Mia")))
    lead.post(url("postpone_action", action), {"reason": "A storm is forecast."})
    page = public(action)
    assert "This action is postponed." in page
    assert "A storm is forecast." in page
    assert "Not on Friday 20 November, 17:30." in page
    assert "Nobody can sign up here any more." not in page
    assert 'name="answer"' not in page
    member = Client()
    member.force_login(mia)
    shown = member.get(url("action", action)).content.decode()
    assert "A storm is forecast." in shown
    assert "Under the clock" not in shown
    assert "Waiting for a new time" in member.get(reverse("actions")).content.decode()


def test_postponing_without_a_reason_asks_for_it(lead: Client, action: Action) -> None:
    response = lead.post(url("postpone_action", action), {"reason": ""})
    assert response.status_code == 200
    assert response.context["form"].errors["reason"] == ["This field is required."]
    assert state() == State.ANNOUNCED


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": State.DRAFT}, "Nobody was told of it yet. Change its time instead."),
        ({"state": State.POSTPONED}, "This action is postponed already."),
        ({"state": State.CANCELLED, "cancel_reason": "Storm."}, "This action is cancelled."),
        ({"state": State.HELD}, "This action is over."),
        ({"ends_at": NOW - MINUTE, "starts_at": NOW - HOUR}, "This action is over."),
    ],
)
def test_postponing_is_refused_with_the_reason(
    lead: Client, action: Action, values: dict[str, Any], sentence: str
) -> None:
    put(action, **values)
    response = lead.post(url("postpone_action", action), {"reason": "Rain."})
    assert response.status_code == 409
    assert sentence in response.content.decode()
    assert Action.objects.get().why_postponed == ""


def test_calendar_takes_a_postponed_action_off_and_brings_it_back_at_its_new_time(
    action: Action, ana: User
) -> None:
    before = event(action)
    put_off = event(postponed(action, ana))
    decided.set_time(action, by=ana, starts_at=NEW, ends_at=NEW + HOUR, now=NOW)
    after = event(action)
    assert [e["STATUS"] for e in (before, put_off, after)] == [
        "CONFIRMED",
        "CANCELLED",
        "CONFIRMED",
    ]
    assert before["UID"] == put_off["UID"] == after["UID"]
    assert before["SEQUENCE"] < put_off["SEQUENCE"] < after["SEQUENCE"]
    assert after.decoded("DTSTART") == NEW


def test_new_time_awaits_tells_and_asks_those_on_the_list(
    lead: Client, action: Action, ana: User
) -> None:
    rosa = make_sign_up(action, email="rosa@people.example", at=NOW - 5 * DAY)
    make_sign_up(action, answer="no", email="no@people.example")
    postponed(action, ana)
    typed = {"starts_at": "2026-11-27T17:30", "ends_at": "2026-11-27T19:30"}
    assert lead.post(url("set_new_time", action), typed).url == url("action", action)
    fresh = Action.objects.get()
    assert (fresh.state, fresh.starts_at, fresh.ends_at) == (State.ANNOUNCED, NEW, ENDS + 7 * DAY)
    assert (fresh.why_postponed, fresh.decided_by, fresh.decided_at) == ("", None, None)
    rosa.refresh_from_db()
    assert rosa.answer == "yes"
    assert tick(NOW) == {"sent": 1}  # of the postponement nobody is told any more
    (letter,) = mail.outbox
    assert letter.subject == "There is a new time"
    assert "has a new time: Friday 27 November, 17:30. Do you still come?" in letter.body
    assert private_links.token(rosa.pk) in letter.body
    assert tick(NEW - 2 * DAY) == {"planned": 1, "sent": 1}
    assert tick(NEW - DAY) == {"planned": 1, "sent": 1}


def test_each_postponement_and_each_new_time_is_told_once(action: Action, ana: User) -> None:
    make_sign_up(action, email="rosa@people.example")
    for weeks in (1, 2):
        postponed(action, ana)
        assert tick(NOW) == {"sent": 1}
        assert tick(NOW) == {}
        times = {"starts_at": STARTS + 7 * weeks * DAY, "ends_at": ENDS + 7 * weeks * DAY}
        decided.set_time(action, by=ana, now=NOW, **times)
        assert tick(NOW) == {"sent": 1}
        assert tick(NOW) == {}


def test_who_signed_up_in_the_moment_of_the_postponement_is_told_too(
    action: Action, ana: User
) -> None:
    postponed(action, ana)
    make_sign_up(action, email="rosa@people.example", at=NOW)
    make_sign_up(action, answer="no", email="luz@people.example", at=NOW - DAY)
    action.sign_ups.filter(email="luz@people.example").update(answer="yes")
    assert tick(NOW) == {"sent": 1}
    assert tick(NOW) == {}
    assert mail.outbox[0].to == ["rosa@people.example"]


def test_change_that_waits_gives_way_to_the_postponement(action: Action, ana: User) -> None:
    make_sign_up(action, email="rosa@people.example")
    before = Action.objects.get()
    after = put(action, area="Ballard", version=2)
    decided.outbox.tell_change(before, after)
    postponed(action, ana)
    kinds = OutboxMessage.objects.order_by("pk").values_list("kind", "status")
    assert list(kinds) == [(Kind.CHANGE, "dropped"), (Kind.POSTPONEMENT, "waiting")]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (("2026-11-19T16:00", "2026-11-19T18:00"), "starts_at", "This time has passed."),
        (("2026-11-27T17:30", "2026-11-27T17:00"), "ends_at", "The end must be later"),
        (("2027-03-14T02:30", "2027-03-14T04:00"), "starts_at", "this hour does not exist"),
        (("2030-11-27T17:30", "2030-11-27T18:00"), "starts_at", "within the next two years"),
        (("", "2026-11-27T17:00"), "starts_at", "This field is required."),
    ],
)
def test_new_time_that_cannot_be_is_refused_beside_the_field(
    lead: Client, action: Action, ana: User, typed: tuple[str, str], field: str, sentence: str
) -> None:
    postponed(action, ana)
    starts, ends = typed
    response = lead.post(url("set_new_time", action), {"starts_at": starts, "ends_at": ends})
    assert sentence in " ".join(response.context["form"].errors[field])
    assert f'value="{ends}"' in response.content.decode()
    assert state() == State.POSTPONED


def test_new_time_of_what_is_not_postponed_is_refused(lead: Client, action: Action) -> None:
    typed = {"starts_at": "2026-11-27T17:30", "ends_at": "2026-11-27T19:30"}
    response = lead.post(url("set_new_time", action), typed)
    assert response.status_code == 409
    assert "This action is not postponed. It has its time." in response.content.decode()
    assert Action.objects.get().starts_at == STARTS


def test_new_time_of_a_fight_whose_people_are_silent_needs_their_yes(
    lead: Client, action: Action, case: Any
) -> None:
    type(case).objects.filter(pk=case.pk).update(opened_at=NOW - 30 * DAY)
    put(action, state=State.POSTPONED)
    typed = {"starts_at": "2026-11-27T17:30", "ends_at": "2026-11-27T19:30"}
    response = lead.post(url("set_new_time", action), typed)
    assert response.status_code == 409
    assert "Nobody has heard from the people of" in response.content.decode()
    assert lead.post(url("set_new_time", action), typed | {"they_want_it": "1"}).status_code == 302
    assert state() == State.ANNOUNCED


def test_new_time_of_what_may_not_be_made_public_any_more_is_refused(
    lead: Client, action: Action
) -> None:
    put(action, state=State.POSTPONED, tactic=Tactic.MEDIA)
    typed = {"starts_at": "2026-11-27T17:30", "ends_at": "2026-11-27T19:30"}
    response = lead.post(url("set_new_time", action), typed)
    assert response.status_code == 409
    assert "may not be made public yet" in response.content.decode()


def test_new_time_waits_for_the_yes_that_was_taken_back_meanwhile(
    lead: Client, action: Action, case: Any
) -> None:
    put(action, state=State.POSTPONED)
    say_yes(case, Tactic.PICKET, agreed=False)
    typed = {"starts_at": "2026-11-27T17:30", "ends_at": "2026-11-27T19:30"}
    response = lead.post(url("set_new_time", action), typed)
    assert response.status_code == 409
    where = reverse("note_step_voice", args=[case.reference, Tactic.PICKET])
    for page in (response, lead.get(url("action", action))):
        assert "Rosa said no to this step: Picket." in page.content.decode()
        assert where in page.content.decode()
    assert state() == State.POSTPONED


def test_new_time_near_a_place_to_stay_away_from_waits_until_the_notice_is_read(
    lead: Client, action: Action, case: Any
) -> None:
    put(action, state=State.POSTPONED, meeting_point="114 Maple Street")
    make_incident(case, "no_trespass", place="114 Maple Street")
    typed = {"starts_at": "2026-11-27T17:30", "ends_at": "2026-11-27T19:30"}
    response = lead.post(url("set_new_time", action), typed)
    assert response.status_code == 409
    assert "Tick first: We read the notice of" in response.content.decode()
    assert 'name="notices_read"' in lead.get(url("action", action)).content.decode()
    lead.post(url("read_notices", action), {"notices_read": "1"})
    assert lead.post(url("set_new_time", action), typed).status_code == 302
    assert state() == State.ANNOUNCED


def test_who_is_on_the_list_can_change_or_leave_while_it_is_postponed(
    action: Action, ana: User
) -> None:
    rosa, luz = make_sign_up(action), make_sign_up(action, name="Luz")
    postponed(action, ana)
    long_after = ENDS + 20 * DAY
    with time_machine.travel(long_after, tick=False):
        address = reverse("my_sign_up", args=[private_links.token(rosa.pk)])
        page = Client().get(address).content.decode()
        assert "You stay on the list, and we tell you the new time." in page
        assert Client().post(address, {"answer": "no"}).status_code == 302
        rosa.refresh_from_db()
        assert rosa.answer == "no"
        turnout.cancel_sign_up(luz, by=None, now=long_after)
        assert not action.sign_ups.filter(pk=luz.pk).exists()
        with pytest.raises(turnout.SignUpRefused, match="The new time is not set yet"):
            turnout.sign_up(Action.objects.get(), by=make_member(), answer="yes", now=long_after)


def test_member_on_the_list_can_change_their_answer_while_it_is_postponed(
    action: Action, ana: User
) -> None:
    (mia := Client()).force_login(on_it := make_member("Mia"))
    (eve := Client()).force_login(make_member("Eve"))
    sign_up = make_sign_up(action, user=on_it, contact_key=f"user:{on_it.pk}")
    postponed(action, ana)
    assert 'name="answer"' in mia.get(url("action", action)).content.decode()
    assert mia.post(url("answer_action", action), {"answer": "maybe"}).status_code == 302
    sign_up.refresh_from_db()
    assert sign_up.answer == "maybe"
    assert 'name="answer"' not in eve.get(url("action", action)).content.decode()
    eve.post(url("answer_action", action), {"answer": "yes"})
    assert action.sign_ups.count() == 1


def test_lead_finds_a_postponed_action_on_today_until_it_has_a_time(
    action: Action, ana: User
) -> None:
    postponed(action, ana)
    (item,) = asked_of(ana, NOW + 30 * DAY)
    assert item[1:] == ("It is postponed. People wait for the new time.", "Set the new time")


@pytest.mark.parametrize("how", ["cancelled", "postponed"])
def test_lead_is_asked_to_call_those_whom_no_e_mail_tells_that_it_is_off(
    lead: Client, action: Action, ana: User, how: str
) -> None:
    make_sign_up(action, phone="206 555 0134")
    make_sign_up(action, email="r@demo.example")
    make_sign_up(action, phone="206 555 0135", answer="no")
    if how == "cancelled":
        actions.cancel(action, by=ana, reason="Storm.")
    else:
        postponed(action, ana)
    said = "It does not take place then. 1 person left only a phone: tell them."
    (first,) = [item for item in todo.items_for(ana, now=NOW) if said in item.text]
    assert (first.rank, first.url) == (URGENT, url("contacts", action))
    page = lead.get(url("action", action)).content.decode()
    assert "1 person left only a phone, and no e-mail tells them. Call them." in page
    assert lead.get(url("contacts", action)).status_code == 200
    asked = [item.text for item in todo.items_for(ana, now=ENDS)]
    assert not [text for text in asked if "left only a phone" in text]


def test_nobody_is_called_about_a_draft_that_was_called_off(action: Action, ana: User) -> None:
    put(action, state=State.CANCELLED, cancel_reason="")
    make_sign_up(action, phone="206 555 0134")
    asked = [item.text for item in todo.items_for(ana, now=NOW)]
    assert not [text for text in asked if "left only a phone" in text]


# It took place


def test_it_took_place_is_one_tap_once_it_is_over(lead: Client, action: Action) -> None:
    with at(ENDS + MINUTE, lead):
        assert "It took place, I write later" in lead.get(url("action", action)).content.decode()
        lead.post(url("confirm_held", action))
        assert state() == State.HELD
        page = lead.get(url("action", action)).content.decode()
        assert "Write down what happened" in page
        assert "It took place, I write later" not in page
        assert lead.post(url("confirm_held", action)).status_code == 302
        assert Action.objects.get().version == 2


def test_it_took_place_then_is_written_down(lead: Client, action: Action) -> None:
    with at(ENDS + MINUTE, lead):
        lead.post(url("confirm_held", action))
        lead.post(url("close_action", action), {"debrief": "Calm."})
    assert state() == State.DEBRIEFED


@pytest.mark.parametrize(
    ("now", "values", "sentence"),
    [
        (ENDS - MINUTE, {}, "Say so once it is over."),
        (ENDS + MINUTE, {"state": State.POSTPONED}, "This action is postponed."),
        (ENDS + MINUTE, {"state": State.CANCELLED, "cancel_reason": "Rain."}, "is cancelled."),
    ],
)
def test_it_took_place_is_refused_with_the_reason(
    lead: Client, action: Action, now: dt.datetime, values: dict[str, Any], sentence: str
) -> None:
    put(action, **values)
    with at(now, lead):
        response = lead.post(url("confirm_held", action))
    assert response.status_code == 409
    assert sentence in response.content.decode()


def test_what_did_not_take_place_is_cancelled_after_the_end_and_nobody_is_written_to(
    lead: Client, action: Action
) -> None:
    make_sign_up(action, email="rosa@people.example")
    with at(ENDS + MINUTE, lead):
        assert "It did not take place" in lead.get(url("action", action)).content.decode()
        lead.post(url("cancel_action", action), {"reason": "Nobody had the key."})
        assert state() == State.CANCELLED
        assert posting.post()["sent"] == 0


def test_action_nobody_closed_is_over_for_everybody_and_asked_about_on_today(
    action: Action, ana: User
) -> None:
    later = ENDS + 3 * DAY
    with time_machine.travel(later, tick=False):
        assert "This action is over." in public(action)
        assert (URGENT, "Say how it went") in [(r, label) for r, _t, label in asked_of(ana, later)]
    assert state() == State.ANNOUNCED
