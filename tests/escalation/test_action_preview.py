"""Looking at an action before it is made, and filling in the usual roles: nothing typed is lost,
and nothing is saved on the way."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from campaigns.models import CaseState
from escalation import action_roles
from escalation.models import Action, ActionRole, Tactic
from tests.browser import Browser
from tests.factories import make_action, make_case, make_group, make_member, make_sign_up, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)  # Friday 10:00 in Seattle
TYPED = {
    "tactic": "picket",
    "title": "Picket & songs at O'Neil's <b>",
    "starts_at": "2026-11-24T18:00",
    "ends_at": "2026-11-24T19:30",
    "area": "Pioneer Square",
    "meeting_point": "Under the clock",
    "what": "We sing.\nWe hand out leaflets.",
    "risk": "some",
    "needed": "20",
    "minimum": "7",
    "audience": "public",
    "access": "Two steps. A toilet in the café.",
    "children": "care",
    "languages": "Español, English",
    "good_to_know": "Bring a drum.\nWear boots.",
    "role_police": "2",
    "role_chants": "1",
}


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana() -> Any:
    return make_user("Ana")


@pytest.fixture
def browser(ana: Any) -> Browser:
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    browser = Browser()
    browser.client.force_login(ana)
    return browser.open(reverse("plan_action", args=[case.reference]))


def typed_in(browser: Browser) -> dict[str, str]:
    values = browser.form(having="title").values
    return {name: values.get(name, [""])[0].replace("\r\n", "\n") for name in TYPED}


def test_look_shows_the_page_as_others_will_see_it_and_saves_nothing(browser: Browser) -> None:
    browser.send(having="title", look="1", **TYPED)
    for words in (
        "So others will see it once you announce it. Nothing is saved yet.",
        "Picket & songs at O'Neil's <b>",
        "Tuesday 24 November, 18:00 to 19:30",
        "Two steps. A toilet in the café.",
        "Welcome with care: ask the lead first",
        "Español, English",
        "Some: security or police may come",
        "Speaks to police 2 of 2 free",
        "0 said yes · need 20",
    ):
        assert words in browser.text
    assert not Action.objects.exists()


def test_look_go_back_change_and_save_keeps_every_value_and_makes_one_action(
    browser: Browser, ana: Any
) -> None:
    other = make_case(state=CaseState.ESCALATING, team=[ana])
    browser.open(browser.url)
    key = browser.form(having="title").values["form_key"]
    browser.send(having="title", look="1", cases=[str(other.pk)], **TYPED)
    browser.send(having="back", back="1")
    assert typed_in(browser) == TYPED
    form = browser.form(having="title")
    assert (form.values["form_key"], form.values["cases"]) == (key, [str(other.pk)])
    browser.send(having="title", look="1", title="Another title")
    browser.send(having="back")
    action = Action.objects.get()
    assert (action.title, action.minimum, action.children) == ("Another title", 7, "care")
    assert action.what.replace("\r\n", "\n") == "We sing.\nWe hand out leaflets."
    assert action.starts_at == dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
    assert action.cases.count() == 2
    assert dict(action.roles.values_list("kind", "capacity")) == {"police": 2, "chants": 1}


def test_look_and_save_twice_makes_one_action(browser: Browser) -> None:
    browser.send(having="title", look="1", **TYPED)
    form, address = browser.form(having="back"), browser.url
    for _time in range(2):
        browser.client.post(address, form.values)
    assert Action.objects.count() == 1


def test_look_with_something_wrong_says_so_in_the_form_and_keeps_the_rest(
    browser: Browser,
) -> None:
    browser.send(having="title", look="1", **TYPED | {"ends_at": "2026-11-24T17:00"})
    assert "The end must be later than the start." in browser.text
    assert typed_in(browser) == TYPED | {"ends_at": "2026-11-24T17:00"}


def test_usual_roles_fill_what_is_empty_and_leave_the_rest_as_typed(browser: Browser) -> None:
    data = {"tactic": "picket", "title": "Half typed", "needed": "many", "role_chants": "3"}
    browser.send(having="title", usual_roles="1", **data)
    values = browser.form(having="title").values
    roles = {n.removeprefix("role_"): v[0] for n, v in values.items() if n.startswith("role_")}
    assert {kind: n for kind, n in roles.items() if n} == {
        "police": "2",
        "calm": "2",
        "chants": "3",
        "leaflets": "4",
        "documents": "1",
        "greeter": "1",
    }
    assert (values["title"], values["needed"]) == (["Half typed"], ["many"])
    assert "This field is required." not in browser.text
    assert not Action.objects.exists()


def test_usual_roles_of_an_action_there_is_keep_what_was_typed(browser: Browser, ana: Any) -> None:
    action = make_action(leads=[ana], roles={"police": 5}, tactic=Tactic.VIGIL)
    browser.open(reverse("edit_action", args=[action.public_id]))
    browser.send(having="title", usual_roles="1", title="Candles", role_police="4")
    values = browser.form(having="title").values
    assert (values["title"], values["role_police"], values["role_observer"]) == (
        ["Candles"],
        ["4"],
        ["1"],
    )
    action.refresh_from_db()
    assert action.title == "Picket at the Golden Fork"


def test_step_of_the_plan_is_proposed_with_its_usual_roles(browser: Browser) -> None:
    browser.open(f"{browser.url}?tactic=leaflets")
    values = browser.form(having="title").values
    assert (values["role_police"], values["role_leaflets"]) == (["2"], ["4"])


def test_two_speak_to_the_police_wherever_we_stand_in_public() -> None:
    at_a_desk_or_in_a_room = {
        Tactic.CLIENTS,
        Tactic.PUBLIC_BODIES,
        Tactic.PHONE_DAY,
        Tactic.REVIEWS,
        Tactic.STORY_SITE,
        Tactic.PLEDGE,
        Tactic.MEDIA,
        Tactic.MEETING,
        Tactic.FORMAL,
    }
    for tactic in set(Tactic) - at_a_desk_or_in_a_room:
        assert action_roles.usual(tactic)[ActionRole.Kind.POLICE] == 2


@pytest.mark.parametrize(
    ("tactic", "needed", "typed", "minimum"),
    [
        ("picket", "20", "", 6),
        ("picket", "4", "", 4),
        ("reviews", "3", "", 1),
        ("picket", "9", "9", 9),
    ],
)
def test_minimum_left_empty_is_what_the_kind_takes_and_never_more_than_needed(
    browser: Browser, tactic: str, needed: str, typed: str, minimum: int
) -> None:
    browser.send(having="title", **TYPED | {"tactic": tactic, "needed": needed, "minimum": typed})
    assert Action.objects.get().minimum == minimum


def test_minimum_above_what_is_needed_is_refused_beside_the_field(browser: Browser) -> None:
    browser.send(having="title", **TYPED | {"needed": "5", "minimum": "6"})
    assert "This is more than you need. Write a smaller number." in browser.text
    assert not Action.objects.exists()


def test_speaker_to_the_press_waits_for_the_vote_on_publicity(browser: Browser) -> None:
    browser.send(having="title", **TYPED | {"role_speaker": "1"})
    action = Action.objects.get()
    browser.open(reverse("action", args=[action.public_id]))
    browser.send(to="/announce/", status=409)
    assert "may not be made public yet" in browser.text
    action.refresh_from_db()
    assert action.state == Action.State.DRAFT


def test_announced_action_gets_no_speaker_without_that_vote(browser: Browser, ana: Any) -> None:
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    action = make_action(cases=[case], leads=[ana])
    browser.open(reverse("edit_action", args=[action.public_id]))
    browser.send(having="title", role_speaker="1", status=409)
    assert "may not be made public yet" in browser.text
    assert not action.roles.exists()


def test_pages_show_access_children_and_languages_apart(ana: Any) -> None:
    facts = {"access": "No steps.", "children": "yes", "languages": "Tiếng Việt, English"}
    action = make_action(leads=[ana], minimum=5, **facts)
    mia = make_member("Mia")
    make_sign_up(action, user=mia)
    for user, name in ((None, "action_page"), (mia, "action"), (ana, "action")):
        browser = Browser()
        if user:
            browser.client.force_login(user)
        text = browser.open(reverse(name, args=[action.public_id])).text
        assert "Access No steps. Children Welcome Languages Tiếng Việt, English" in text
    assert "It takes 5 at least." in text
