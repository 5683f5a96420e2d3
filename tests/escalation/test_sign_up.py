"""Signing up by link without an account, changing one's mind, and the roles with their places."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import CaseState
from escalation.models import Action, OutboxMessage, SignUp
from tests.factories import make_action, make_case, make_group, make_member, make_sign_up, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def action() -> Action:
    return make_action(roles={"police": 1, "driver": 2})


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def form(**values: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "name": "Rosa",
        "phone": "206 555 0134",
        "answer": "yes",
    } | values


def sign_up(action: Action, client: Client | None = None, **values: Any) -> Any:
    return (client or Client()).post(url("sign_up", action), form(**values))


def role(action: Action, kind: str) -> Any:
    return action.roles.get(kind=kind)


def taken(action: Action) -> dict[str, int]:
    return dict(action.roles.values_list("kind", "taken"))


# The public page


def test_public_page_shows_what_the_public_may_see_and_nothing_of_the_case(
    client: Client,
) -> None:
    lead = make_user("Annalise Leadbetter")
    case = make_case(state=CaseState.ESCALATING, team=[lead], title="Four cooks", summary="Wages")
    action = make_action(
        cases=[case],
        leads=[lead],
        roles={"police": 2},
        starts_at=NOW + dt.timedelta(hours=3),
        good_to_know="Step-free.",
        risk="some",
    )
    make_sign_up(action, "Wilhelmina")
    make_sign_up(action, answer="maybe")
    text = client.get(url("action_page", action)).content.decode()
    for shown in (
        action.title,
        "Picket",
        "Friday 20 November, 13:00",
        "15:00",
        "2 hours",
        "Seattle time (PST)",
        action.area,
        "security or police may come",
        "Step-free.",
        "1 said yes",
        "need 12",
        "Speaks to police",
        "2 places free",
    ):
        assert shown in text
    hidden = [action.what, action.meeting_point, lead.name, "Wilhelmina", "Four cooks", "Wages"]
    for secret in [*hidden, case.reference]:
        assert secret not in text


@pytest.mark.parametrize("state", [Action.State.DRAFT, None])
def test_public_page_of_a_draft_or_an_unknown_action_is_not_found(
    client: Client, state: str | None
) -> None:
    public_id = make_action(state=state).public_id if state else uuid.uuid4()
    assert client.get(reverse("action_page", args=[public_id])).status_code == 404
    assert client.post(reverse("sign_up", args=[public_id]), form()).status_code == 404


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": Action.State.CANCELLED, "cancel_reason": "They paid."}, "</b> They paid."),
        ({"state": Action.State.CANCELLED, "cancel_reason": "x"}, "Please do not go there."),
        ({"state": Action.State.HELD}, "This action is over."),
        ({"starts_at": NOW - dt.timedelta(hours=3)}, "This action is over."),
        ({"state": Action.State.POSTPONED}, "The new time is not set yet."),
        ({"state": Action.State.POSTPONED}, "Everybody who signed up is told the new time."),
    ],
)
def test_page_of_an_action_that_takes_no_answer_says_why_and_what_one_can_do(
    client: Client, values: dict[str, Any], sentence: str
) -> None:
    action = make_action(**values)
    text = client.get(url("action_page", action)).content.decode()
    assert sentence in text
    assert "how to hear of the next one" in text
    assert 'name="phone"' not in text
    refused = sign_up(action, client)
    assert refused.status_code == 409
    assert sentence in refused.content.decode()
    assert not SignUp.objects.exists()


def test_public_page_of_an_action_for_members_tells_nothing_else(client: Client) -> None:
    action = make_action(audience=Action.Audience.MEMBERS)
    text = client.get(url("action_page", action)).content.decode()
    assert "This action is for members" in text
    assert action.title not in text
    assert action.area not in text
    response = sign_up(action, client)
    assert action.title not in response.content.decode()
    assert not SignUp.objects.exists()


def test_public_page_offers_a_full_role_as_a_list_to_wait_on(client: Client) -> None:
    action = make_action(roles={"police": 1, "driver": 2})
    action.roles.filter(kind="police").update(taken=1)
    choices = client.get(url("action_page", action)).context["form"].fields["role"].widget.choices
    assert [str(label) for _value, label in choices] == [
        "No role, just be there",
        "Speaks to police\nfull: put me on its list",
        "Driver\n2 places free",
    ]


@pytest.mark.parametrize(
    ("minutes", "word"), [(-1, ""), (0, "under way"), (120, "under way"), (121, "over")]
)
def test_page_says_ahead_under_way_and_over_at_the_right_minute(
    client: Client, action: Action, minutes: int, word: str
) -> None:
    with time_machine.travel(action.starts_at + dt.timedelta(minutes=minutes), tick=False):
        text = client.get(url("action_page", action)).content.decode()
    assert [tag for tag in ("under way", ">over<") if tag in text] == (
        [f">{word}<" if word == "over" else word] if word else []
    )


def test_public_page_costs_the_same_with_one_and_three_rows(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    action = make_action(roles={"calm": 1})
    counts = []
    for kind in ("driver", "childcare"):
        make_sign_up(action)
        with django_assert_max_num_queries(6) as queries:
            client.get(url("action_page", action))
        counts.append(len(queries))
        action.roles.create(kind=kind, capacity=1)
        make_sign_up(action)
    assert counts[0] == counts[1]


def test_page_answers_a_logged_in_person_with_the_way_to_their_account(
    client: Client, action: Action
) -> None:
    client.force_login(make_member("Mia"))
    text = client.get(url("action_page", action)).content.decode()
    assert "You are logged in as Mia." in text
    assert url("action", action) in text


# Signing up


def test_sign_up_stores_what_was_said_and_gives_a_private_link(
    client: Client, action: Action
) -> None:
    police = role(action, "police")
    response = sign_up(
        action,
        client,
        role=police.pk,
        needs="A ride",
        offers="A drum",
        email="Rosa@Rainier.example",
    )
    row = SignUp.objects.get()
    assert (row.name, row.answer, row.role, row.needs, row.offers) == (
        "Rosa",
        "yes",
        police,
        "A ride",
        "A drum",
    )
    assert (row.phone, row.email, row.user) == ("206 555 0134", "Rosa@Rainier.example", None)
    assert row.contact_key == "phone:+12065550134"
    assert row.came is None
    assert taken(action) == {"police": 1, "driver": 0}
    text = client.get(response.url).content.decode()
    assert "You said yes, Rosa" in text
    assert f"http://testserver{response.url}" in text
    token = response.url.split("/")[2]
    assert len(token) == 22
    assert token not in row.token_hash


def test_sign_up_needs_no_session_but_the_form_token(action: Action) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(url("action_page", action))
    token = page.context["csrf_token"]
    assert sign_up(action, client).status_code == 403
    assert not SignUp.objects.exists()
    response = sign_up(action, client, csrfmiddlewaretoken=str(token))
    assert response.status_code == 302
    assert "session" not in client.cookies


@pytest.mark.parametrize("answer", ["maybe", "no"])
def test_sign_up_takes_a_role_only_with_a_yes(action: Action, answer: str) -> None:
    sign_up(action, answer=answer, role=role(action, "police").pk)
    row = SignUp.objects.get()
    assert (row.answer, row.role) == (answer, None)
    assert taken(action) == {"police": 0, "driver": 0}


def test_sign_up_for_a_role_of_another_action_is_refused(action: Action) -> None:
    foreign = make_action(roles={"police": 5})
    response = sign_up(action, role=role(foreign, "police").pk)
    assert "role" in response.context["form"].errors
    assert taken(foreign) == {"police": 0}
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "x" * 81}, "name", "at most 80 characters"),
        ({"name": "a\0b"}, "name", "Null characters are not allowed."),
        ({"phone": ""}, "phone", "Give us a phone number or an e-mail"),
        ({"phone": "no phone"}, "phone", "We cannot read a phone number here."),
        ({"phone": "1" * 100_000}, "phone", "at most 60 characters"),
        ({"phone": "", "email": "rosa@"}, "email", "Enter a valid email address."),
        ({"phone": "", "email": "a" * 300 + "@b.example"}, "email", "at most 254 characters"),
        ({"answer": ""}, "answer", "This field is required."),
        ({"answer": "perhaps"}, "answer", "not one of the available choices"),
        ({"role": "9" * 40}, "role", "This is no role of this action."),
        ({"role": "x\0"}, "role", "Null characters are not allowed."),
        ({"role": "x"}, "role", "This is no role of this action."),
        ({"needs": "x" * 301}, "needs", "at most 300 characters"),
        ({"offers": "x" * 100_000}, "offers", "at most 300 characters"),
    ],
)
def test_sign_up_with_bad_input_says_so_beside_the_field(
    action: Action, values: dict[str, Any], field: str, sentence: str
) -> None:
    response = sign_up(action, **values)
    assert response.status_code == 200
    assert sentence in " ".join(response.context["form"].errors[field])
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    "name", ["Siobhán O'Brien & co", "张伟", "Ștefan Ț.", "فاطمة", "<b>Bo</b>"]
)
def test_sign_up_takes_a_name_in_any_script(client: Client, action: Action, name: str) -> None:
    response = sign_up(action, client, name=name)
    assert SignUp.objects.get().name == name
    assert "<b>Bo</b>" not in client.get(response.url).content.decode()


def test_sign_up_by_get_changes_nothing_and_leads_to_the_page(
    client: Client, action: Action
) -> None:
    response = client.get(url("sign_up", action), form())
    assert response.url == url("action_page", action)
    assert not SignUp.objects.exists()


# The same person again


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"phone": "206 555 0134"}, {"phone": "+1 (206) 555-0134"}),
        ({"phone": "", "email": "rosa@x.example"}, {"phone": "", "email": " Rosa@X.example "}),
        ({"email": "rosa@x.example"}, {"phone": "", "email": "ROSA@x.example"}),
        ({"phone": "", "email": "rosa@x.example"}, {"email": "ROSA@x.example"}),
    ],
)
def test_sign_up_again_with_the_same_contact_tells_so_and_reveals_or_changes_nothing(
    action: Action, first: dict[str, str], second: dict[str, str]
) -> None:
    sign_up(
        action, name="Rosa Luxemburg", needs="Wheelchair", role=role(action, "police").pk, **first
    )
    stranger = Client()
    response = sign_up(action, stranger, name="Eve", answer="no", **second)
    text = response.content.decode()
    assert response.status_code == 409
    assert "This phone or e-mail is already signed up." in text
    assert "Luxemburg" not in text
    assert "Wheelchair" not in text
    assert "/my/" not in text
    assert "my_sign_up" not in stranger.cookies
    row = SignUp.objects.get()
    assert (row.name, row.answer) == ("Rosa Luxemburg", "yes")
    assert taken(action)["police"] == 1


def test_sign_up_with_one_contact_for_two_actions_makes_two_rows(action: Action) -> None:
    other = make_action()
    sign_up(action)
    sign_up(other)
    assert SignUp.objects.count() == 2


def test_same_form_sent_twice_gives_the_same_link_once(action: Action) -> None:
    data = form(role=role(action, "police").pk)
    first = Client().post(url("sign_up", action), data)
    second = Client().post(url("sign_up", action), data)
    assert first.url == second.url
    assert SignUp.objects.count() == 1
    assert taken(action)["police"] == 1


def test_same_form_sent_again_with_another_answer_changes_it(action: Action) -> None:
    data = form(role=role(action, "police").pk)
    Client().post(url("sign_up", action), data)
    Client().post(url("sign_up", action), data | {"answer": "maybe"})
    row = SignUp.objects.get()
    assert (row.answer, row.role) == ("maybe", None)
    assert taken(action)["police"] == 0


def test_same_form_sent_for_a_friend_signs_up_the_friend(action: Action) -> None:
    data = form()
    Client().post(url("sign_up", action), data)
    Client().post(url("sign_up", action), data | {"name": "Ben", "phone": "206 555 0177"})
    assert set(SignUp.objects.values_list("name", flat=True)) == {"Rosa", "Ben"}


def test_asking_which_phones_are_signed_up_ends_after_some_tries(action: Action) -> None:
    sign_up(action)
    for _number in range(20):
        assert sign_up(action).status_code == 409
    known, new = sign_up(action), sign_up(action, phone="206 555 0177")
    assert known.status_code == new.status_code == 302
    assert known.url == new.url == url("action_page", action)
    assert "my_sign_up" not in new.cookies
    assert [str(m) for m in known.wsgi_request._messages] == [
        str(m) for m in new.wsgi_request._messages
    ]
    assert SignUp.objects.count() == 2


def test_who_gets_no_link_shown_since_many_doubles_came_gets_it_by_mail(action: Action) -> None:
    sign_up(action)
    for _number in range(20):
        sign_up(action)
    sign_up(action, phone="", email="luz@x.example")
    message = OutboxMessage.objects.get()
    assert (message.kind, message.address) == ("link", "luz@x.example")


def test_many_people_on_one_network_can_sign_up(action: Action) -> None:
    for number in range(22):
        assert sign_up(action, phone=f"206 555 01{number:02}").status_code == 302


def test_device_remembers_the_private_link_for_this_action_only(
    client: Client, action: Action
) -> None:
    private = sign_up(action, client).url
    cookie = client.cookies["my_sign_up"]
    assert cookie["path"] == url("action_page", action)
    assert cookie["httponly"]
    assert private in client.get(url("action_page", action)).content.decode()
    forged = Client()
    forged.cookies["my_sign_up"] = "forged:value"
    assert private not in forged.get(url("action_page", action)).content.decode()


# With an account


def test_account_answers_in_one_tap_and_changes_by_another(client: Client, action: Action) -> None:
    member = make_member("Mia")
    client.force_login(member)
    for answer in ("yes", "yes", "maybe"):
        response = client.post(url("answer_action", action), {"answer": answer})
        assert response.url == url("action", action)
    row = SignUp.objects.get()
    assert (row.user, row.name, row.answer) == (member, "Mia", "maybe")


def test_account_changes_role_and_frees_the_old_place(client: Client, action: Action) -> None:
    client.force_login(make_member())
    for kind in ("police", "driver"):
        data = {"answer": "yes", "role": role(action, kind).pk}
        client.post(url("answer_action", action), data)
    assert taken(action) == {"police": 0, "driver": 1}


def test_account_that_uses_the_public_form_keeps_one_row(client: Client, action: Action) -> None:
    client.force_login(make_member())
    client.post(url("answer_action", action), {"answer": "maybe"})
    response = sign_up(action, client, answer="yes")
    assert response.url == url("action", action)
    assert SignUp.objects.get().answer == "yes"


def test_account_may_sign_up_for_an_action_of_members(client: Client) -> None:
    action = make_action(audience=Action.Audience.MEMBERS)
    client.force_login(make_member())
    client.post(url("answer_action", action), {"answer": "yes"})
    assert SignUp.objects.get().answer == "yes"


def test_account_is_told_that_the_action_is_over(client: Client) -> None:
    action = make_action(starts_at=NOW - dt.timedelta(hours=3))
    client.force_login(make_member())
    response = client.post(url("answer_action", action), {"answer": "yes"})
    assert response.status_code == 409
    assert not SignUp.objects.exists()


# The private link


def private_link(action: Action, **values: Any) -> str:
    return str(sign_up(action, **values).url)


def test_private_link_changes_answer_needs_and_role(client: Client, action: Action) -> None:
    link = private_link(action, role=role(action, "police").pk)
    data = {"answer": "yes", "role": role(action, "driver").pk, "needs": "Spanish"}
    assert client.post(link, data).url == link
    row = SignUp.objects.get()
    assert (row.role.kind, row.needs) == ("driver", "Spanish")
    assert taken(action) == {"police": 0, "driver": 1}


def test_no_by_private_link_frees_the_place(client: Client, action: Action) -> None:
    police = role(action, "police")
    link = private_link(action, role=police.pk)
    client.post(link, {"answer": "no", "role": police.pk})
    assert taken(action)["police"] == 0


def test_cancel_by_private_link_frees_the_place_and_keeps_nothing(
    client: Client, action: Action
) -> None:
    link = private_link(action, role=role(action, "police").pk)
    response = client.post(f"{link}cancel/", follow=True)
    assert "You are off the list." in response.content.decode()
    assert not SignUp.objects.exists()
    assert taken(action)["police"] == 0
    assert client.get(link).status_code == 404
    assert sign_up(action).status_code == 302


@pytest.mark.parametrize("method", ["get", "head"])
def test_private_link_opened_by_a_mail_scanner_changes_nothing(
    client: Client, action: Action, method: str
) -> None:
    link = private_link(action)
    for path in (link, f"{link}?answer=no&cancel=1", f"{link}cancel/"):
        getattr(client, method)(path)
    assert SignUp.objects.get().answer == "yes"


def test_private_link_that_is_wrong_is_not_found(client: Client, action: Action) -> None:
    private_link(action)
    for token in ("x", "a" * 22, "%00", "é"):
        assert client.get(f"/my/{token}/").status_code == 404
        assert client.post(f"/my/{token}/cancel/").status_code == 404


@pytest.mark.parametrize("state", [Action.State.CANCELLED, Action.State.HELD])
def test_after_the_action_nothing_changes(client: Client, action: Action, state: str) -> None:
    link = private_link(action)
    Action.objects.update(state=state)
    assert "Change your answer" not in client.get(link).content.decode()
    assert client.post(link, {"answer": "no"}).status_code == 409
    assert client.post(f"{link}cancel/").status_code == 409
    assert SignUp.objects.get().answer == "yes"


def test_who_is_ticked_as_there_cannot_cancel(client: Client, action: Action) -> None:
    link = private_link(action)
    SignUp.objects.update(came=True)
    assert client.post(f"{link}cancel/").status_code == 409
    assert SignUp.objects.get().came is True


@pytest.mark.parametrize(
    ("answer", "hours", "is_shown"),
    [("yes", 23, True), ("yes", 25, False), ("maybe", 23, False), ("no", 23, False)],
)
def test_meeting_point_stands_on_the_private_page_of_a_yes_from_24_hours_before(
    client: Client, answer: str, hours: int, is_shown: bool
) -> None:
    action = make_action(starts_at=NOW + dt.timedelta(hours=hours))
    link = private_link(action, answer=answer)
    assert (action.meeting_point in client.get(link).content.decode()) is is_shown
    assert action.meeting_point not in client.get(url("action_page", action)).content.decode()
