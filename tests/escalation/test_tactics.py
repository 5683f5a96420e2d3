"""The tactic library: what every member reads, what organizers write, and what is never in it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import CaseState, User
from escalation import plans, tactic_library
from escalation.models import GroupTactic, Tactic
from escalation.tactic_notes import NOTES
from tests.factories import make_case, make_group, make_member, make_user


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    make_group()
    return


@pytest.fixture
def ana(client: Client) -> User:
    ana = make_user("Ana")
    client.force_login(ana)
    return ana


def edit(client: Client, tactic: str, **typed: str) -> object:
    said = {"note": "", "checked_on": "", "seen_version": "0"} | typed
    return client.post(reverse("edit_tactic", args=[tactic]), said)


def test_every_tactic_says_people_effort_pressure_and_its_line(client: Client, ana: User) -> None:
    assert set(NOTES) == set(Tactic)
    page = client.get(reverse("tactics")).text
    for tactic in Tactic:
        assert str(tactic.label) in page.replace("&#x27;", "'"), tactic
    assert "At least 6 people, usually 10–40. Some work. Presses on: money, good name." in page
    assert "Block nobody, touch nobody, insult nobody." in page


def test_what_is_never_done_is_said_and_has_no_entry(client: Client, ana: User) -> None:
    page = client.get(reverse("tactics")).text
    assert "What we never do" in page
    for sentence in tactic_library.NEVER:
        assert str(sentence) in page
    assert edit(client, "arson").status_code == 404


def test_members_read_and_organizers_write(client: Client) -> None:
    client.force_login(make_member())
    page = client.get(reverse("tactics"))
    assert page.status_code == 200
    assert reverse("edit_tactic", args=["posters"]) not in page.text
    assert edit(client, "posters", note="x").status_code == 404
    assert not GroupTactic.objects.exists()


def test_rule_of_the_town_stands_where_a_plan_is_voted(client: Client, ana: User) -> None:
    today = timezone.localdate()
    answer = edit(client, "posters", note="Down after 30 days.", checked_on=str(today))
    assert answer.status_code == 302
    row = GroupTactic.objects.get()
    assert (row.tactic, row.note, row.checked_on, row.changed_by) == (
        "posters",
        "Down after 30 days.",
        today,
        ana,
    )
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    for page in ("tactics", "vote_plan"):
        url = reverse(page, args=[case.reference] if page == "vote_plan" else [])
        assert "Down after 30 days." in client.get(url).text


def test_rule_checked_over_a_year_ago_asks_for_another_look(client: Client, ana: User) -> None:
    GroupTactic.objects.create(tactic="rally", note="A permit.", checked_on="2020-01-01")
    assert "That is over a year ago. Look the rule up again." in client.get(reverse("tactics")).text


def test_tactic_switched_off_is_offered_nowhere_and_what_is_planned_stays(
    client: Client, ana: User
) -> None:
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    edit(client, "posters", is_off="on", note="Forbidden here.")
    for name in ("vote_plan", "plan_action"):
        form = client.get(reverse(name, args=[case.reference])).context["form"]
        field = form.fields.get("tactic_1") or form.fields["tactic"]
        assert "posters" not in dict(field.choices)
        assert "picket" in dict(field.choices)
    assert "posters" not in [step.tactic for step in plans.usual_ladder()]
    page = client.get(reverse("tactics")).text
    assert "What we do not use" in page
    assert dict(tactic_library.choices(keep=["posters"]))["posters"]


def test_second_who_writes_sees_what_the_first_wrote(client: Client, ana: User) -> None:
    edit(client, "posters", note="First words.")
    for seen in ("0", "1"):  # a new row, and one that was there
        GroupTactic.objects.update(version=2)
        answer = edit(client, "posters", note="Second words.", seen_version=seen)
        assert answer.status_code == 409
        assert "They wrote: First words." in answer.text
        assert "Second words." in answer.text
    assert GroupTactic.objects.get().note == "First words."


@pytest.mark.parametrize(
    ("tactic", "typed", "sentence"),
    [
        ("posters", {"checked_on": "2027-12-01"}, "This day has not come yet."),
        ("posters", {"note": "x" * 1001}, "1000"),
        ("delivery", {"is_off": "on"}, "No fight begins without it."),
    ],
)
def test_bad_input_is_shown_again_with_the_reason(
    client: Client, ana: User, tactic: str, typed: dict[str, str], sentence: str
) -> None:
    answer = edit(client, tactic, **typed)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert not GroupTactic.objects.exists()


def test_library_costs_the_same_however_much_was_written(
    client: Client, ana: User, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    client.get(reverse("tactics"))
    for tactic in Tactic:
        GroupTactic.objects.create(tactic=tactic, note="Here.")
    with django_assert_max_num_queries(4):
        client.get(reverse("tactics"))
