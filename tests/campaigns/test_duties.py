"""Duties go round: several hold each, each turn ends, and one tells the next what is open."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import duties
from campaigns.access import on_intake_duty
from campaigns.models import Case, Duty, User
from tests.factories import make_case, make_group, make_member, make_user, put_on_duty

pytestmark = pytest.mark.django_db
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
TODAY, DAY = NOON.date(), dt.timedelta(days=1)
Kind = Duty.Kind


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    """An organizer, signed in."""
    user = make_user("Ana")
    client.force_login(user)
    return user


def held(
    user: User, kind: str = Kind.NOTES, *, days: int = 30, since: int = 0, note: str = ""
) -> Duty:
    """Let `user` hold a duty since so many days, for so many from today on."""
    return Duty.objects.create(
        user=user,
        kind=kind,
        from_date=TODAY - since * DAY,
        until_date=TODAY + (days - 1) * DAY,
        note=note,
    )


def used(kind: str) -> duties.Standing | None:
    return next((one for one in duties.standing(TODAY)[0] if one.kind == kind), None)


# Taking one, and its end


@pytest.mark.parametrize(("days", "last"), [(7, 7), (30, 30), (92, 92)])
def test_duty_is_taken_from_today_for_some_time(
    client: Client, ana: User, days: int, last: int
) -> None:
    client.post(reverse("hold_duty", args=["notes"]), {"days": days})
    duty = Duty.objects.get()
    assert (duty.user, duty.kind, duty.from_date) == (ana, "notes", TODAY)
    assert duty.until_date == TODAY + (last - 1) * DAY


@pytest.mark.parametrize("days", ["0", "93", "400", "-1", "for ever", ""])
def test_no_duty_is_held_without_an_end_or_for_over_three_months(
    client: Client, ana: User, days: str
) -> None:
    page = client.post(reverse("hold_duty", args=["notes"]), {"days": days}, follow=True).text
    assert "Choose for how long." in page
    assert Duty.objects.count() == 0


def test_no_verb_gives_more_than_three_months_or_a_week_of_intake(ana: User) -> None:
    assert duties.take("notes", days=999, by=ana, today=TODAY).until_date == TODAY + 91 * DAY
    assert duties.take("intake", days=999, by=ana, today=TODAY).until_date == TODAY + 6 * DAY


def test_one_tap_takes_it_for_a_month(client: Client, ana: User) -> None:
    client.post(reverse("hold_duty", args=["treasurer"]))
    assert Duty.objects.get().until_date == TODAY + 29 * DAY
    client.post(reverse("hold_duty", args=["intake"]))
    assert Duty.objects.get(kind="intake").until_date == TODAY + 6 * DAY


def test_going_on_sets_the_end_anew_and_keeps_one_row(client: Client, ana: User) -> None:
    held(ana, days=3, since=80)
    client.post(reverse("hold_duty", args=["notes"]), {"days": 30})
    duty = Duty.objects.get()
    assert (duty.from_date, duty.until_date) == (TODAY - 80 * DAY, TODAY + 29 * DAY)


def test_two_hold_one_duty_and_one_holds_two(client: Client, ana: User) -> None:
    held(make_user("Ben"))
    for kind in ("notes", "web"):
        client.post(reverse("hold_duty", args=[kind]), {"days": 30})
    one = used("notes")
    assert one
    assert [duty.user.name for duty in one.held] == ["Ana", "Ben"]
    assert not one.too_few
    web = used("web")
    assert web
    assert web.too_few


def test_stopping_ends_it_yesterday_and_leaves_no_trace_of_a_turn_of_today(
    client: Client, ana: User
) -> None:
    held(ana, "web")
    old = held(ana, since=5)
    for kind in ("web", "notes"):
        client.post(reverse("give_back_duty", args=[kind]))
    assert list(Duty.objects.all()) == [old]
    assert Duty.objects.get().until_date == TODAY - DAY


def test_stopping_on_the_first_day_keeps_what_was_written_and_ends_at_once(
    client: Client, ana: User
) -> None:
    held(ana, "intake", days=7, note="Two wait for a call.")
    client.post(reverse("give_back_duty", args=["intake"]))
    assert (Duty.objects.get().until_date, Duty.objects.get().note) == (
        TODAY - DAY,
        "Two wait for a call.",
    )
    assert not on_intake_duty(ana)


def test_stopping_what_one_does_not_do_changes_nothing_of_others(client: Client, ana: User) -> None:
    ben = held(make_user("Ben"), since=3)
    client.post(reverse("give_back_duty", args=["notes"]))
    ben.refresh_from_db()
    assert ben.until_date == TODAY + 29 * DAY


def test_database_refuses_a_turn_that_ends_before_it_begins(ana: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(user=ana, kind="web", from_date=TODAY, until_date=TODAY - DAY)


# Who may hold what


def test_member_holds_every_duty_but_intake(client: Client) -> None:
    mia = make_member("Mia")
    client.force_login(mia)
    for kind in Kind.values:
        answer = client.post(reverse("hold_duty", args=[kind]))
        assert answer.status_code == (404 if kind == "intake" else 302)
    assert set(Duty.objects.values_list("kind", flat=True)) == set(Kind.values) - {"intake"}
    assert "I will take it" not in client.get(reverse("duty", args=["intake"])).text


def test_duty_other_than_intake_opens_no_intake(ana: User) -> None:
    case = make_case()
    for kind in set(Kind) - {Kind.INTAKE}:
        held(ana, kind)
    assert not on_intake_duty(ana)
    assert not Case.objects.opened_to(ana).filter(pk=case.pk).exists()
    put_on_duty(ana)
    assert on_intake_duty(ana)
    assert Case.objects.opened_to(ana).filter(pk=case.pk).exists()


def test_page_of_people_counts_only_intake_as_intake_duty(client: Client, ana: User) -> None:
    held(ana, "web")
    page = client.get(reverse("people"))
    assert "Nobody is on intake duty" in page.text
    assert page.context["my_duty"] is None


def test_duty_that_does_not_exist_is_not_there(client: Client, ana: User) -> None:
    assert client.get(reverse("duty", args=["king"])).status_code == 404
    for name in ("hold_duty", "give_back_duty"):
        assert client.post(reverse(name, args=["king"])).status_code == 404


# What one tells the next


def test_note_is_read_by_who_holds_it_now_and_by_nobody_else(client: Client, ana: User) -> None:
    ben = make_user("Ben")
    held(ben, days=-2, since=60, note="The tin is at the desk.")
    url = reverse("duty", args=["notes"])
    assert "The tin is at the desk." not in client.get(url).text
    held(ana)
    assert "The tin is at the desk." in client.get(url).text
    client.force_login(make_member("Mia"))
    assert "The tin is at the desk." not in client.get(url).text


def test_holder_writes_for_the_next_and_may_change_it(client: Client, ana: User) -> None:
    held(ana)
    url = reverse("duty", args=["notes"])
    for text in ("The key hangs inside.", "The key hangs outside."):
        client.post(url, {"note": text})
        assert Duty.objects.get().note == text
    assert "The key hangs outside." in client.get(url).text


def test_note_that_is_too_long_is_refused_and_stays_in_the_page(client: Client, ana: User) -> None:
    held(ana)
    long = "x" * 2001
    answer = client.post(reverse("duty", args=["notes"]), {"note": long})
    assert long in answer.text
    assert list(answer.context["note_form"].errors) == ["note"]
    assert Duty.objects.get().note == ""


def test_who_does_not_hold_it_writes_nothing(client: Client, ana: User) -> None:
    ben = held(make_user("Ben"), note="Mine.")
    page = client.post(reverse("duty", args=["notes"]), {"note": "Theirs."}, follow=True).text
    assert "You do not hold this duty now" in page
    ben.refresh_from_db()
    assert ben.note == "Mine."


def test_last_three_notes_are_shown_newest_first(ana: User) -> None:
    held(ana)
    for number in range(4):
        held(make_user(), days=-30 * number, since=200, note=f"Note {number}")
    notes = [duty.note for duty in duties.notes_for("notes", ana, today=TODAY)]
    assert notes == ["Note 0", "Note 1", "Note 2"]


def test_notes_are_forgotten_a_year_after_their_turn(ana: User) -> None:
    old = held(ana, days=-365, since=400, note="Old")
    kept = held(ana, days=-364, since=400, note="Kept")
    assert duties.forget_notes(TODAY) == 1
    assert [Duty.objects.get(pk=duty.pk).note for duty in (old, kept)] == ["", "Kept"]


# Going round


def test_who_never_did_it_is_named_and_who_rests_or_left_is_not(ana: User) -> None:
    held(ana, days=-9, since=40)
    make_member("Mia")
    make_user("Rae", rests_since=TODAY)
    make_user("Gone", is_active=False)
    make_user("Ben")
    assert [user.name for user in duties.new_to("notes", today=TODAY)] == ["Ben", "Mia"]
    assert [user.name for user in duties.new_to("intake", today=TODAY)] == ["Ana", "Ben"]


def test_duty_nobody_did_for_half_a_year_is_none_of_the_group(ana: User) -> None:
    held(ana, days=-182, since=300)
    assert used("notes")
    held(ana, "web", days=-183, since=300)
    assert not used("web")
    assert [one.kind for one in duties.standing(TODAY)[0]] == ["intake", "notes"]


def test_who_rests_is_no_holder_until_they_are_back(ana: User) -> None:
    held(ana)
    User.objects.update(rests_since=TODAY, rests_until=TODAY + DAY)
    one = used("notes")
    assert one
    assert one.held == []
    back = {one.kind: one.held for one in duties.standing(TODAY + 2 * DAY)[0]}
    assert [duty.user for duty in back["notes"]] == [ana]


def test_list_costs_the_same_however_many_hold_them(
    client: Client, ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 12):
        for _each in range(number):
            for kind in Kind:
                held(make_user(), kind)
        with django_assert_num_queries(5):
            client.get(reverse("duties"))
        with django_assert_num_queries(6):
            client.get(reverse("duty", args=["web"]))


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_duty_of_somebody_away_is_taken_over_by_one_of_two() -> None:
    duty = held(make_user("Rae", rests_since=TODAY), since=5, days=20)
    takers = [make_user("Ana"), make_user("Ben")]

    def take(user: User) -> bool:
        try:
            return duties.take_over(duty, by=user, today=TODAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, takers)) == [False, True]
    taken = Duty.objects.exclude(pk=duty.pk).get()
    assert (taken.from_date, taken.until_date) == (TODAY, duty.until_date)
    duty.refresh_from_db()
    assert duty.until_date == TODAY - DAY


@pytest.mark.django_db(transaction=True)
def test_double_click_takes_one_turn() -> None:
    ana = make_user("Ana")

    def take(_click: int) -> None:
        try:
            duties.take("web", days=30, by=ana, today=TODAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, range(4)))
    assert Duty.objects.count() == 1
