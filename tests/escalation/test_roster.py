"""The roster on the day: who came, who just came, and for whom it opens."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import CaseState
from escalation.models import Action, SignUp
from tests.factories import make_action, make_case, make_group, make_member, make_sign_up, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lead() -> Any:
    return make_member("Lea")


@pytest.fixture
def action(lead: Any) -> Action:
    return make_action(leads=[lead], starts_at=NOW)


@pytest.fixture
def greeter(client: Client, lead: Any) -> Client:
    client.force_login(lead)
    return client


def url(action: Action, name: str = "roster") -> str:
    return reverse(name, args=[action.public_id])


def tick(client: Client, row: SignUp, came: int | str, **values: Any) -> Any:
    return client.post(url(row.action, "mark_came"), {"tick": f"{row.pk}:{came}"} | values)


def names(client: Client, action: Action, **query: str) -> list[str]:
    return [row.name for row in client.get(url(action), query).context["expected"]]


def test_roster_opens_for_leads_and_the_team_only(client: Client, lead: Any) -> None:
    ana = make_user("Ana")
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    action = make_action(leads=[lead], cases=[case], starts_at=NOW)
    for user, status in ((lead, 200), (ana, 200), (make_user(), 404), (make_member(), 404)):
        client.force_login(user)
        assert client.get(url(action)).status_code == status
        walk_in = {"name": "X", "form_key": str(uuid.uuid4())}
        expected = 302 if status == 200 else 404
        assert client.post(url(action, "add_walk_in"), walk_in).status_code == expected


def test_roster_counts_who_came_and_who_said_yes_apart(greeter: Client, action: Action) -> None:
    make_sign_up(action, came=True)
    make_sign_up(action)
    make_sign_up(action)
    make_sign_up(action, answer="maybe", came=True)
    make_sign_up(action, answer="no")
    make_sign_up(action, is_walk_in=True, came=True)
    text = greeter.get(url(action)).content.decode()
    assert "<b>3 came</b> · 3 said yes · need 12" in text
    assert "no-show" not in text


def test_roster_shows_names_and_roles_and_no_phone_and_no_email(
    greeter: Client, action: Action
) -> None:
    police = action.roles.create(kind="police", capacity=1)
    make_sign_up(action, "Siobhán", role=police, phone="206 555 0134", email="s@x.example")
    text = greeter.get(url(action)).content.decode()
    assert "Siobhán" in text
    assert "Speaks to police" in text
    assert "555" not in text
    assert "s@x.example" not in text


def test_roster_is_sorted_by_name_in_any_script_and_puts_a_no_apart(
    greeter: Client, action: Action
) -> None:
    for name in ("Zoe", "álvaro", "Ștefan", "Bo", "张伟"):
        make_sign_up(action, name)
    make_sign_up(action, "Nora", answer="no")
    response = greeter.get(url(action))
    shown = [row.name for row in response.context["expected"]]
    assert shown == ["álvaro", "Bo", "Ștefan", "Zoe", "张伟"]
    assert [row.name for row in response.context["declined"]] == ["Nora"]


@pytest.mark.parametrize(
    ("query", "found"), [("jose", ["José"]), ("STEF", ["Ștefan"]), ("张", ["张伟"]), ("q", [])]
)
def test_roster_finds_a_name_without_its_accents(
    greeter: Client, action: Action, query: str, found: list[str]
) -> None:
    for name in ("José", "Ștefan", "张伟"):
        make_sign_up(action, name)
    assert names(greeter, action, q=query) == found


@pytest.mark.parametrize("query", ["\0", "x" * 10_000, "<script>", "%"])
def test_roster_takes_any_search_text(greeter: Client, action: Action, query: str) -> None:
    response = greeter.get(url(action), {"q": query})
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


def test_search_for_somebody_unknown_offers_to_add_them(greeter: Client, action: Action) -> None:
    text = greeter.get(url(action), {"q": "Rosa"}).content.decode()
    assert "Nobody called “Rosa” is on the list." in text
    assert 'name="name" value="Rosa"' in text


# Ticking


def test_tick_notes_who_came_by_whom_and_returns_to_the_row(
    greeter: Client, action: Action, lead: Any
) -> None:
    row = make_sign_up(action)
    response = tick(greeter, row, 1, q="ros")
    assert response.url == f"{url(action)}?q=ros#row{row.pk}"
    row.refresh_from_db()
    assert (row.came, row.came_marked_by) == (True, lead)


def test_tick_sent_twice_does_not_undo_itself(greeter: Client, action: Action) -> None:
    row = make_sign_up(action)
    tick(greeter, row, 1)
    tick(greeter, row, 1)
    row.refresh_from_db()
    assert row.came is True


def test_second_tap_undoes_to_not_recorded(greeter: Client, action: Action) -> None:
    row = make_sign_up(action)
    page = greeter.get(url(action)).content.decode()
    assert f'value="{row.pk}:1" aria-pressed="false"' in page
    tick(greeter, row, 1)
    row.refresh_from_db()
    page = greeter.get(url(action)).content.decode()
    assert f'value="{row.pk}:0:{row.seen_as}" aria-pressed="true"' in page
    tick(greeter, row, f"0:{row.seen_as}")
    row.refresh_from_db()
    assert (row.came, row.came_marked_by) == (None, None)


def test_tick_of_a_row_of_another_action_is_not_found(greeter: Client, action: Action) -> None:
    foreign = make_sign_up(make_action(starts_at=NOW))
    response = greeter.post(url(action, "mark_came"), {"tick": f"{foreign.pk}:1"})
    assert response.status_code == 404
    foreign.refresh_from_db()
    assert foreign.came is None


@pytest.mark.parametrize(
    "text", ["", "1", "1:2", "x:1", "-1:1", "9" * 40 + ":1", "1:1\0", "1:1:zzzzzzzz"]
)
def test_forged_tick_is_refused(greeter: Client, action: Action, text: str) -> None:
    row = make_sign_up(action)
    response = greeter.post(url(action, "mark_came"), {"tick": text})
    assert response.status_code == 400
    row.refresh_from_db()
    assert row.came is None


def test_tick_by_get_changes_nothing(greeter: Client, action: Action) -> None:
    row = make_sign_up(action)
    assert greeter.get(url(action, "mark_came"), {"tick": f"{row.pk}:1"}).status_code == 405
    row.refresh_from_db()
    assert row.came is None


@pytest.mark.parametrize(
    ("starts_in", "sentence"),
    [
        (dt.timedelta(hours=12, minutes=1), "You can tick names from 12 hours before the start."),
        (dt.timedelta(hours=12), ""),
        (-dt.timedelta(hours=50), ""),
        (-dt.timedelta(hours=50, minutes=1), "The roster closed 48 hours after the end."),
    ],
)
def test_roster_is_open_from_12_hours_before_to_48_hours_after(
    greeter: Client, lead: Any, starts_in: dt.timedelta, sentence: str
) -> None:
    action = make_action(leads=[lead], starts_at=NOW + starts_in)
    row = make_sign_up(action)
    response = tick(greeter, row, 1)
    row.refresh_from_db()
    if sentence:
        assert response.status_code == 409
        assert sentence in response.content.decode()
        assert row.came is None
        assert "disabled" in greeter.get(url(action)).content.decode()
    else:
        assert row.came is True


@pytest.mark.parametrize("state", [Action.State.CANCELLED, Action.State.DRAFT])
def test_roster_of_a_cancelled_or_unannounced_action_takes_no_tick(
    greeter: Client, lead: Any, state: str
) -> None:
    row = make_sign_up(make_action(leads=[lead], starts_at=NOW, state=state))
    assert tick(greeter, row, 1).status_code == 409


def test_answer_of_yes_is_no_tick(greeter: Client, action: Action) -> None:
    """Row 119: ten said yes and nobody is ticked, so nothing is known, and nobody is absent."""
    for number in range(10):
        make_sign_up(action, f"Person {number}")
    text = greeter.get(url(action)).content.decode()
    assert "<b>0 came</b> · 10 said yes" in text
    assert "came=False" not in str(list(SignUp.objects.values("came")))
    assert "absent" not in text


@pytest.mark.parametrize("how", ["late", "left"])
def test_late_and_left_early_are_noted_and_the_count_stays(
    greeter: Client, action: Action, how: str
) -> None:
    """Row 127."""
    row = make_sign_up(action)
    tick(greeter, row, 1)
    row.refresh_from_db()
    tick(greeter, row, f"{how}:{row.seen_as}")
    row.refresh_from_db()
    assert (row.came, row.how) == (True, how)
    assert "<b>1 came</b>" in greeter.get(url(action)).content.decode()


def test_who_told_us_they_cannot_come_is_not_counted_and_not_absent(
    greeter: Client, action: Action
) -> None:
    row = make_sign_up(action)
    tick(greeter, row, "told")
    row.refresh_from_db()
    assert (row.came, row.how) == (None, SignUp.How.TOLD)
    text = greeter.get(url(action)).content.decode()
    assert "<b>0 came</b>" in text
    assert "cannot come" in text


def test_second_lead_whose_page_is_older_is_told_and_undoes_nothing(
    greeter: Client, action: Action, lead: Any
) -> None:
    """Row 124: two leads at once."""
    row = make_sign_up(action)
    tick(greeter, row, 1)
    response = tick(greeter, row, "told")
    assert response.status_code == 409
    assert "Rosa: somebody else tapped. It stays at: came." in response.content.decode()
    row.refresh_from_db()
    assert (row.came, row.how, row.came_marked_by) == (True, "", lead)


def test_more_shows_further_marks_and_who_ticked(greeter: Client, action: Action) -> None:
    row = make_sign_up(action)
    tick(greeter, row, 1)
    text = greeter.get(url(action), {"more": row.pk}).content.decode()
    assert "Left early" in text
    assert "Ticked by Lea, Fri 20 Nov, 10:00." in text
    for forged in ("x", "999999", "\0"):
        assert "Left early" not in greeter.get(url(action), {"more": forged}).content.decode()


# Walk-ins


def test_walk_in_came_without_having_said_yes(greeter: Client, action: Action, lead: Any) -> None:
    data = {"name": "Hương", "form_key": str(uuid.uuid4())}
    response = greeter.post(url(action, "add_walk_in"), data)
    row = SignUp.objects.get()
    assert response.url == f"{url(action)}#row{row.pk}"
    assert (row.name, row.is_walk_in, row.came, row.role) == ("Hương", True, True, None)
    assert row.came_marked_by == lead
    assert "<b>1 came</b> · 0 said yes" in greeter.get(url(action)).content.decode()


def test_walk_in_sent_twice_is_one_and_two_of_one_name_are_two(
    greeter: Client, action: Action
) -> None:
    data = {"name": "Rosa", "form_key": str(uuid.uuid4())}
    greeter.post(url(action, "add_walk_in"), data)
    greeter.post(url(action, "add_walk_in"), data)
    assert SignUp.objects.count() == 1
    greeter.post(url(action, "add_walk_in"), data | {"form_key": str(uuid.uuid4())})
    assert SignUp.objects.count() == 2


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\0b"])
def test_walk_in_with_a_bad_name_is_told_so(greeter: Client, action: Action, name: str) -> None:
    data = {"name": name, "form_key": str(uuid.uuid4())}
    response = greeter.post(url(action, "add_walk_in"), data)
    assert response.context["walk_in_form"].errors
    assert not SignUp.objects.exists()


def test_walk_in_after_the_roster_closed_is_refused(greeter: Client, lead: Any) -> None:
    action = make_action(leads=[lead], starts_at=NOW - dt.timedelta(days=4))
    data = {"name": "Rosa", "form_key": str(uuid.uuid4())}
    assert greeter.post(url(action, "add_walk_in"), data).status_code == 409
    assert not SignUp.objects.exists()


# Reaching people


def test_contacts_show_those_who_run_it_phone_needs_and_offers(
    greeter: Client, action: Action
) -> None:
    make_sign_up(action, "Siobhán", phone="206 555 0134", email="s@x.example", needs="A ride")
    text = greeter.get(url(action, "contacts")).content.decode()
    for shown in ("Siobhán", "206 555 0134", "s@x.example", "A ride"):
        assert shown in text


def test_contacts_are_not_found_for_anybody_else(client: Client, action: Action) -> None:
    row = make_sign_up(action)
    client.force_login(make_user())
    assert client.get(url(action, "contacts")).status_code == 404
    assert client.post(url(action, "take_off_list"), {"row": row.pk}).status_code == 404
    assert SignUp.objects.exists()


def test_take_off_list_frees_the_place_for_somebody_who_lost_their_link(
    greeter: Client, action: Action
) -> None:
    role = action.roles.create(kind="police", capacity=1, taken=1)
    row = make_sign_up(action, role=role)
    response = greeter.post(url(action, "take_off_list"), {"row": row.pk})
    assert response.url == url(action, "contacts")
    assert not SignUp.objects.exists()
    role.refresh_from_db()
    assert role.taken == 0


def test_take_off_list_of_somebody_who_is_there_is_refused(greeter: Client, action: Action) -> None:
    row = make_sign_up(action, came=True)
    assert greeter.post(url(action, "take_off_list"), {"row": row.pk}).status_code == 409
    assert SignUp.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "9" * 40, "\0"])
def test_take_off_list_of_a_forged_number_is_not_found(
    greeter: Client, action: Action, number: str
) -> None:
    make_sign_up(make_action(starts_at=NOW))
    assert greeter.post(url(action, "take_off_list"), {"row": number}).status_code == 404
    assert SignUp.objects.exists()


# Weight


def test_roster_costs_the_same_with_one_and_three_rows(
    greeter: Client, action: Action, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for more in (1, 2):
        for number in range(more):
            kind = ("calm", "driver", "police")[more - 1 + number]
            role = action.roles.create(kind=kind, capacity=1, taken=1)
            make_sign_up(action, role=role)
        with django_assert_max_num_queries(9) as queries:
            greeter.get(url(action))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_roster_of_eighty_is_light(
    greeter: Client, action: Action, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Under 10 queries, and under 40 kB before any compression. A third of them is ticked."""
    role = action.roles.create(kind="leaflets", capacity=40, taken=40)
    for number in range(80):
        row = make_sign_up(action, f"Hương Nguyễn {number}", role=role if number % 2 else None)
        if number % 3 == 0:
            tick(greeter, row, 1)
    with django_assert_max_num_queries(9):
        response = greeter.get(url(action))
    assert len(response.content) < 40_000
