"""Places we refer people to: the list, the ticks in the forms, and passing the sheet on."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import places
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    Consent,
    Event,
    Message,
    Place,
    Sheet,
    User,
)
from escalation import moves
from tests.factories import (
    complete_sheet,
    make_case,
    make_contact,
    make_group,
    make_line,
    make_member,
    make_person,
    make_place,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
CLINIC = "Harbour Street Clinic: 206 555 0188."


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
    driver = make_person("Łukasz", language_read="es")
    return make_case(state=CaseState.CONTACTING, team=[ana], person=driver)


def address(name: str, case: Case, *more: object) -> str:
    return reverse(name, args=[case.reference, *more])


def refer(client: Client, case: Case, **values: object) -> object:
    sent = {"reason": "better_elsewhere", "text": "Lo sentimos.", "seen_state": case.state} | values
    return client.post(address("make_move", case, "refer"), sent)


# The list


def test_organizers_keep_the_list_and_members_read_it(client: Client, ana: User) -> None:
    client.post(reverse("add_place"), {"name": "Wage office", "phone": "555", "for_wages": "on"})
    place = Place.objects.get()
    url = reverse("edit_place", args=[place.pk])
    values = {"name": "State wage office", "phone": "555", "for_wages": "on", "seen_version": "1"}
    assert client.post(url, values).status_code == 302
    assert client.post(url, values | {"name": "Hers"}).status_code == 409
    member = Client()
    member.force_login(make_member("Mia"))
    page = member.get(reverse("places")).text
    assert "State wage office" in page
    assert url not in page
    assert member.get(url).status_code == member.post(reverse("add_place")).status_code == 404
    client.post(reverse("remove_place", args=[place.pk]))
    assert "State wage office" not in member.get(reverse("places")).text
    assert Place.objects.get().removed_at == NOON


def test_same_form_twice_makes_one_place(client: Client, ana: User) -> None:
    key = client.get(reverse("add_place")).context["form"]["form_key"].value()
    for _click in range(2):
        sent = {"name": "Clinic", "web": "clinic.example", "for_other": "on", "form_key": key}
        client.post(reverse("add_place"), sent)
    assert Place.objects.get().web == "https://clinic.example"


def test_place_needs_a_way_to_get_there_and_a_kind_of_case(client: Client, ana: User) -> None:
    page = client.post(reverse("add_place"), {"name": "Clinic"})
    assert page.context["form"].errors == {
        "phone": ["Write a phone, an address or a web page."],
        "for_other": ["Tick what they help with."],
    }


# Referring


def test_ticked_place_stands_in_the_text_to_the_person(client: Client, case: Case) -> None:
    clinic, other = make_place(), make_place("Tenant hotline", for_wages=False)
    page = client.get(address("make_move", case, "refer")).text
    assert CLINIC in page
    assert "Tenant hotline" not in page
    answer = refer(client, case, known_places=[clinic.pk], places="Or ask Sam, 555 0101")
    assert answer.status_code == 302
    text = Message.objects.get(case=case).text
    assert text == f"Lo sentimos.\n\n{CLINIC}\nOr ask Sam, 555 0101"
    assert Case.objects.get(pk=case.pk).state == CaseState.REFERRED
    assert case.log.get(event=Event.MOVE).data["places"] == f"{CLINIC}\nOr ask Sam, 555 0101"
    assert not places.handed_to(case).exists()
    assert other.consents.count() == 0


def test_without_any_place_nobody_is_referred(client: Client, case: Case) -> None:
    make_place()
    page = refer(client, case)
    assert page.context["form"].errors == {"places": ["Name at least one place they can turn to."]}
    assert Case.objects.get(pk=case.pk).state == CaseState.CONTACTING


def test_place_that_gets_the_sheet_is_one_they_are_referred_to(client: Client, case: Case) -> None:
    clinic = make_place()
    page = refer(client, case, places="Sam", hand_over=[clinic.pk])
    assert page.context["form"].errors == {"hand_over": ["Tick the same place above too."]}
    assert Consent.objects.filter(kind=Consent.Kind.HANDOVER).count() == 0


def test_the_meeting_can_refer_to_a_ticked_place(client: Client, ana: User) -> None:
    """S8: the vote says no; two places, and they come back by code."""
    case = make_case(state=CaseState.MEETING, team=[ana])
    make_contact(case)
    complete_sheet(case)
    moves.propose(case, by=ana)
    clinic = make_place()
    answer = client.post(
        address("make_move", case, "vote"),
        {
            "result": "refer",
            "held_on": "2026-11-16",
            "motion": "Take it on",
            "votes_for": "1",
            "votes_against": "9",
            "affected_agreed": "on",
            "reason": "no_leverage",
            "known_places": [clinic.pk],
            "places": "State labor office, 555 0102",
            "hand_over": [clinic.pk],
            "text": "We are too small for that.",
            "seen_state": "proposed",
        },
    )
    assert answer.status_code == 302
    assert Case.objects.get(pk=case.pk).state == CaseState.REFERRED
    assert list(places.handed_to(case)) == [clinic]


# Passing the sheet on


def test_sheet_is_passed_on_only_where_they_agreed(client: Client, case: Case) -> None:
    clinic, other = make_place(), make_place("Wage office")
    case.target = make_target()
    case.save(update_fields=["target"])
    make_line(case)
    Sheet.objects.filter(case=case).update(readiness="Comes on Mondays.", wish="My pay.")
    url = address("hand_over_sheet", case, clinic.pk)
    assert client.get(url).status_code == 404
    refer(client, case, known_places=[clinic.pk, other.pk], hand_over=[clinic.pk])
    consent = Consent.objects.get(kind=Consent.Kind.HANDOVER)
    assert (consent.place, consent.person, consent.case) == (
        clinic,
        case.parties.get().person,
        case,
    )
    assert case.log.get(event=Event.HANDOVER).what == (
        "They agreed that we pass the sheet on to Harbour Street Clinic"
    )
    page = client.get(url).text
    for text in ("Łukasz", "206 555 0134", "Leave no voice message.", "$1,620.00", "My pay."):
        assert text in page
    assert "Comes on Mondays." not in page
    assert client.get(address("hand_over_sheet", case, other.pk)).status_code == 404
    client.force_login(make_user("Olu"))
    assert client.get(url).status_code == 404


def test_sheet_passed_on_adds_up_without_the_lines_of_who_left(client: Client, case: Case) -> None:
    clinic = make_place()
    gone = CaseParty.objects.create(case=case, person=make_person("Luz"), left_at=timezone.now())
    make_line(case, amount="1620.00", kind="tips", label="Tips kept")
    make_line(case, amount="400.00", party=gone, label="Hers")
    refer(client, case, known_places=[clinic.pk], hand_over=[clinic.pk])
    page = client.get(address("hand_over_sheet", case, clinic.pk)).text
    assert page.count("$1,620.00") == 2  # the line, and all of it
    assert "Hers" not in page


def test_their_yes_can_be_noted_later_and_needs_the_tick(client: Client, case: Case) -> None:
    clinic = make_place()
    url = address("agree_hand_over", case, clinic.pk)
    client.post(url)
    assert Consent.objects.filter(kind=Consent.Kind.HANDOVER).count() == 0
    for _click in range(2):
        client.post(url, {"agreed": "1"})
    assert Consent.objects.filter(kind=Consent.Kind.HANDOVER).count() == 1
    page = client.get(address("case_places", case)).text
    assert address("hand_over_sheet", case, clinic.pk) in page


def test_sheet_stays_open_to_a_place_that_left_the_list(client: Client, case: Case) -> None:
    clinic = make_place()
    client.post(address("agree_hand_over", case, clinic.pk), {"agreed": "1"})
    places.remove_place(clinic)
    assert client.get(address("hand_over_sheet", case, clinic.pk)).status_code == 200
    assert client.post(address("agree_hand_over", case, clinic.pk)).status_code == 404
