"""The yes of each person affected to a kind of step: asked for, never assumed."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseParty, CaseState, User
from campaigns.models.people import token_hash
from escalation import actions, step_voices, todo
from escalation.actions import ActionRefused
from escalation.models import Action, StepVoice
from escalation.moves import MoveRefused
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_person,
    make_plan,
    make_user,
    say_yes,
)

S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 12, 1, 12, 0, tzinfo=ZONE)
CODE, OTHER_CODE = "0123456789BCDFGHJKMNPQRST", "1123456789BCDFGHJKMNPQRST"
DRAFT = Action.State.DRAFT


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def case(ana: User) -> Case:
    """A fight of Rosa and Luis, who opens it with OTHER_CODE."""
    case = make_case(state=S.ESCALATING, team=[ana, make_user("Ben")], code=CODE)
    CaseParty.objects.create(
        case=case, person=make_person("Luis"), code_hash=token_hash(OTHER_CODE)
    )
    make_plan(case, by=ana, tactics=("posters", "picket"))
    return case


@pytest.fixture
def picket(case: Case, ana: User) -> Action:
    return make_action(cases=[case], leads=[ana], state=DRAFT)


def note(client: Client, case: Case, tactic: str = "picket", **says: str) -> int:
    """Pass on what people say, by their names."""
    parties = {str(party): party.pk for party in case.parties.all()}
    typed = {f"says_{parties[name]}": answer for name, answer in says.items()}
    url = reverse("note_step_voice", args=[case.reference, tactic])
    return client.post(url, typed).status_code


def announce(client: Client, action: Action) -> str:
    return client.post(reverse("announce_action", args=[action.public_id]), follow=True).text


def test_action_is_announced_once_everybody_affected_said_yes(
    client: Client, case: Case, picket: Action, ana: User
) -> None:
    client.force_login(ana)
    missing = "The yes of Rosa, Luis to this step is missing: Picket. Ask first."
    page = client.get(reverse("action", args=[picket.public_id])).text
    where = reverse("note_step_voice", args=[case.reference, "picket"])
    assert missing in page
    assert where in page
    refused = announce(client, picket)
    assert missing in refused
    assert where in refused
    assert note(client, case, Rosa="yes") == 302
    assert "The yes of Luis to this step is missing: Picket." in announce(client, picket)
    assert note(client, case, Rosa="yes", Luis="yes") == 302
    announce(client, picket)
    picket.refresh_from_db()
    assert picket.state == Action.State.ANNOUNCED


def test_yes_keeps_who_said_it_when_and_who_noted_it(client: Client, case: Case, ana: User) -> None:
    client.force_login(ana)
    note(client, case, Rosa="yes")
    note(client, case, Rosa="yes")
    (voice,) = StepVoice.objects.all()
    assert (str(voice.party), voice.agreed, voice.recorded_by, voice.by_code, voice.at) == (
        "Rosa",
        True,
        ana,
        False,
        NOON,
    )
    page = client.get(reverse("note_step_voice", args=[case.reference, "picket"])).text
    assert "noted by Ana" in page


def test_yes_of_the_group_and_a_yes_to_another_step_are_no_yes(
    case: Case, picket: Action, ana: User
) -> None:
    say_yes(case, "posters")
    with pytest.raises(ActionRefused, match="The yes of Rosa, Luis"):
        actions.announce(picket, by=ana, now=NOON)


def test_no_is_said_plainly_and_outlives_a_new_vote(
    client: Client, case: Case, picket: Action, ana: User
) -> None:
    say_yes(case, "picket")
    client.force_login(ana)
    note(client, case, Luis="no")
    make_plan(case, by=ana, tactics=("picket",))
    assert "Luis said no to this step: Picket." in announce(client, picket)
    assert StepVoice.objects.filter(party__person__name="Luis").count() == 2


def test_who_joins_later_is_asked_too(case: Case, picket: Action, ana: User) -> None:
    say_yes(case, "picket")
    CaseParty.objects.create(case=case, person=make_person("Mei"))
    with pytest.raises(ActionRefused, match="The yes of Mei to this step is missing"):
        actions.announce(picket, by=ana, now=NOON)


def test_delivery_waits_for_the_letter_and_not_for_this(case: Case, ana: User) -> None:
    delivery = make_action(cases=[case], tactic="delivery", state=DRAFT)
    actions.announce(delivery, by=ana, now=NOON)


def test_no_after_the_announcement_is_brought_to_those_who_run_it(case: Case, ana: User) -> None:
    make_action(cases=[case], leads=[ana], title="Saturday")
    make_action(cases=[case], leads=[ana], title="Posters", tactic="posters")
    assert not [item for item in todo.items_for(ana, now=NOON) if "says no" in item.text]
    say_yes(case, "picket", agreed=False)
    said = [item.about for item in todo.items_for(ana, now=NOON) if "says no" in item.text]
    assert said == ["Saturday"]
    say_yes(case, "picket")
    assert not [item for item in todo.items_for(ana, now=NOON) if "says no" in item.text]


def test_another_time_asks_nobody_anew_but_another_kind_of_action_does(
    case: Case, ana: User
) -> None:
    picket = make_action(cases=[case], leads=[ana])
    links = {"cases": [case], "leads": [ana], "roles": {}}

    def turn(**values: object) -> bool:
        def save() -> bool:
            return bool(Action.objects.filter(pk=picket.pk).update(**values))

        return actions.change(picket, by=ana, now=NOON, save=save, **links)

    assert turn(area="Harbour")
    with pytest.raises(ActionRefused, match="Rally"):
        turn(tactic="rally")


def test_lead_of_no_team_learns_that_a_yes_is_missing_and_neither_whose_nor_where(
    client: Client, case: Case
) -> None:
    lead = make_member("Leo")
    action = make_action(cases=[case], leads=[lead], state=DRAFT)
    client.force_login(lead)
    page = client.get(reverse("action", args=[action.public_id])).text + announce(client, action)
    assert "Somebody whose fight it is has not said yes to this step yet: Picket." in page
    for private in ("Rosa", "Luis", case.reference):
        assert private not in page


# On their own page


@pytest.fixture
def luis(case: Case) -> Client:
    client = Client()
    client.get(f"/s/{OTHER_CODE}/")
    return client


def say(client: Client, tactic: str, says: str) -> int:
    return client.post(reverse("status_plan"), {"tactic": tactic, "says": says}).status_code


def test_person_says_yes_and_no_on_their_own_page(luis: Client, case: Case) -> None:
    assert "See the steps ahead" in luis.get(reverse("status_case")).text
    page = luis.get(reverse("status_plan")).text
    assert "Posters near the premises" in page
    assert say(luis, "picket", "yes") == 302
    assert say(luis, "posters", "no") == 302
    said = StepVoice.objects.order_by("pk").values_list("tactic", "agreed", "by_code")
    assert list(said) == [("picket", True, True), ("posters", False, True)]
    assert {voice.party.person.name for voice in StepVoice.objects.all()} == {"Luis"}
    assert "You said yes" in luis.get(reverse("status_plan")).text


def test_opening_the_page_says_nothing_for_anybody(luis: Client) -> None:
    for _n in range(3):
        luis.get(reverse("status_plan"), {"tactic": "picket", "says": "yes"})
        luis.head(reverse("status_plan"))
    assert not StepVoice.objects.exists()


@pytest.mark.parametrize(("tactic", "says"), [("arson", "yes"), ("picket", ""), ("", "no")])
def test_answer_that_cannot_be_is_refused_with_a_sentence(
    luis: Client, tactic: str, says: str
) -> None:
    answer = luis.post(reverse("status_plan"), {"tactic": tactic, "says": says})
    assert answer.status_code == 409
    assert "Choose yes or no beside the step you mean." in answer.text
    assert not StepVoice.objects.exists()


def test_who_acts_for_another_says_it_only_if_they_may_decide(case: Case) -> None:
    luis = case.parties.get(person__name="Luis")
    luis.role, luis.acts_for = CaseParty.Role.REPRESENTATIVE, case.parties.order_by("pk").first()
    luis.save()
    client = Client()
    client.get(f"/s/{OTHER_CODE}/")
    assert "says this themselves" in client.get(reverse("status_plan")).text
    say(client, "picket", "yes")
    assert not StepVoice.objects.exists()
    CaseParty.objects.filter(pk=luis.pk).update(may_decide=True)
    say(client, "picket", "yes")
    assert str(StepVoice.objects.get().party) == "Rosa"


def test_fight_that_ended_asks_nobody(luis: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state=S.WON, closed_at=NOON)
    assert "See the steps ahead" not in luis.get(reverse("status_case")).text
    assert say(luis, "picket", "yes") == 409


def test_voice_of_somebody_who_left_is_not_taken(case: Case) -> None:
    luis = case.parties.get(person__name="Luis")
    CaseParty.objects.filter(pk=luis.pk).update(left_at=NOON)
    with pytest.raises(MoveRefused, match="no longer part"):
        step_voices.say(case, party=luis, tactic="picket", agreed=True, now=NOON)
