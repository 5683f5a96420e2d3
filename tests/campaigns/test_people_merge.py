"""Two records of one person: joined with nothing lost, seen before, and taken back."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import people_merge, private_code
from campaigns.models import Case, CaseParty, CaseState, Consent, Person, PersonMerge, User
from campaigns.people_merge import MergeRefused, merge_persons, undo_merge
from escalation.models import SignUp
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_person,
    make_sign_up,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db

CODE = "K7R2M0XQ4T9BCDFGHJ1NPQRST"


@pytest.fixture(autouse=True)
def _network() -> None:
    make_group()


@pytest.fixture
def ana(client: Client) -> User:
    ana = make_user("Ana")
    client.force_login(ana)
    return ana


@pytest.fixture
def rosa(ana: User) -> Person:
    """Rosa of Ana's case."""
    rosa = make_person("Rosa", phone_key="+12065550134", may_text=True)
    make_case(state=CaseState.MEETING, team=[ana], person=rosa, code=CODE)
    return rosa


@pytest.fixture
def rosalind(ana: User) -> Person:
    """The same Rosa, as she came to an action that Ana runs."""
    rosalind = make_person("Rosalind", phone_key="+12065550134", email="r@mail.example")
    make_sign_up(make_action(leads=[ana]), "Rosalind", person=rosalind, came=True)
    return rosalind


def state_of(*people: Person) -> list[dict[str, Any]]:
    rows = Person.objects.filter(pk__in=[person.pk for person in people]).order_by("pk")
    return [{**row, "version": 0} for row in rows.values()]


def join(client: Client, keep: Person, other: Person, **typed: Any) -> HttpResponse:
    url = f"{reverse('join_people')}?keep={keep.pk}&other={other.pk}"
    return client.post(url, typed)


def test_both_links_stay_and_no_turnout_is_lost(
    client: Client, rosa: Person, rosalind: Person
) -> None:
    """Failure 69: claimant in case 1, sign-up in action 2."""
    assert join(client, rosa, rosalind, name="keep", email="other").url == reverse("known_people")
    assert CaseParty.objects.get().person == rosa
    assert SignUp.objects.get().person == rosa
    assert SignUp.objects.get().came
    rosa.refresh_from_db()
    assert (rosa.name, rosa.email) == ("Rosa", "r@mail.example")
    assert Person.objects.get(pk=rosalind.pk).merged_into == rosa
    assert private_code.party_of(CODE, now=timezone.now()).person == rosa
    entry = Case.objects.get().log.get()
    assert entry.what == "Two records of one person joined: Rosa"


def test_joining_is_taken_back_as_it_was(client: Client, rosa: Person, rosalind: Person) -> None:
    before = state_of(rosa, rosalind)
    join(client, rosa, rosalind, name="other", email="other")
    assert state_of(rosa, rosalind) != before
    client.post(reverse("undo_join", args=[PersonMerge.objects.get().pk]))
    assert state_of(rosa, rosalind) == before
    assert CaseParty.objects.get().person == rosa
    assert SignUp.objects.get().person == rosalind
    assert Case.objects.get().log.count() == 2


def test_what_came_since_stays_with_the_kept_record(
    ana: User, rosa: Person, rosalind: Person
) -> None:
    merge = merge_persons(rosa, rosalind, by=ana, take=["email", "phone"])
    Person.objects.filter(pk=rosa.pk).update(email="new@mail.example")
    later = make_sign_up(make_action(leads=[ana]), "Rosa", person=rosa)
    undo_merge(merge, by=ana)
    rosa.refresh_from_db()
    assert rosa.email == "new@mail.example"  # somebody changed it since
    assert SignUp.objects.get(pk=later.pk).person == rosa


def test_what_one_did_not_allow_stays_not_allowed(
    ana: User, rosa: Person, rosalind: Person
) -> None:
    merge_persons(rosa, rosalind, by=ana)
    rosa.refresh_from_db()
    assert not rosa.may_text


def test_preview_changes_nothing(client: Client, rosa: Person, rosalind: Person) -> None:
    before = state_of(rosa, rosalind)
    page = client.get(f"{reverse('join_people')}?keep={rosa.pk}&other={rosalind.pk}")
    assert [*page.context["form"].fields] == ["name", "email"]
    assert "Picket at the Golden Fork" in page.text
    assert CaseParty.objects.get().case.reference in page.text
    assert state_of(rosa, rosalind) == before
    assert not PersonMerge.objects.exists()


def test_consents_and_every_other_row_move_too(ana: User, rosa: Person, rosalind: Person) -> None:
    case = make_case(state=CaseState.MEETING, team=[ana], person=rosalind)
    values = {"kind": "intake", "text_version": "2026-11", "language": "en"}
    Consent.objects.create(person=rosalind, case=case, **values)
    account = make_user("Rosalind", person=rosalind)
    merge = merge_persons(rosa, rosalind, by=ana)
    account.refresh_from_db()
    assert account.person == Consent.objects.get().person == rosa
    for model, field in people_merge._pointing():
        assert not model._base_manager.filter(**{field: rosalind.pk}).exists(), model
    assert {*merge.moved} >= {
        "campaigns.CaseParty.person",
        "campaigns.Consent.person",
        "campaigns.User.person",
        "escalation.SignUp.person",
    }


def test_letters_are_outdated_only_where_the_name_changed(
    ana: User, rosa: Person, rosalind: Person
) -> None:
    merge_persons(rosa, rosalind, by=ana, take=["email"])
    assert Case.objects.get().facts_changed_at is None
    other = make_person("Rosita")
    later = make_case(state=CaseState.MEETING, team=[ana], person=other)
    merge_persons(rosa, other, by=ana)
    later.refresh_from_db()
    assert later.facts_changed_at


# Refused


def test_two_people_of_one_case_stay_two(client: Client, ana: User, rosa: Person) -> None:
    case = Case.objects.get()
    jose = make_person("José")
    CaseParty.objects.create(case=case, person=jose)
    answer = join(client, rosa, jose)
    assert answer.status_code == 409
    assert f"Both are people of {case.reference}" in answer.text
    assert Person.objects.filter(merged_into=None).count() == 2


def test_two_accounts_are_not_joined(ana: User, rosa: Person, rosalind: Person) -> None:
    make_user("Rosa", person=rosa)
    make_user("Rosalind", person=rosalind)
    with pytest.raises(MergeRefused, match="Each of them has an account"):
        merge_persons(rosa, rosalind, by=ana)


def test_joining_twice_and_taking_back_twice_change_nothing(
    ana: User, rosa: Person, rosalind: Person
) -> None:
    merge = merge_persons(rosa, rosalind, by=ana)
    with pytest.raises(MergeRefused, match="joined already"):
        merge_persons(rosa, rosalind, by=ana)
    undo_merge(merge, by=ana)
    with pytest.raises(MergeRefused, match="taken this back already"):
        undo_merge(merge, by=ana)


def test_a_record_joined_again_since_is_taken_back_in_order(
    ana: User, rosa: Person, rosalind: Person
) -> None:
    third = make_person("Rosa D.")
    first = merge_persons(rosa, rosalind, by=ana)
    second = merge_persons(third, rosa, by=ana)
    with pytest.raises(MergeRefused, match="Undo that first"):
        undo_merge(first, by=ana)
    undo_merge(second, by=ana)
    undo_merge(first, by=ana)
    assert SignUp.objects.get().person == rosalind


# Who may


def test_organizer_sees_only_people_of_their_own_cases_and_actions(
    client: Client, ana: User, rosa: Person, rosalind: Person
) -> None:
    make_case(state=CaseState.MEETING, team=[make_user("Ben")], person=make_person("Secreta"))
    make_sign_up(make_action(), "Hidden", person=make_person("Hidden"))
    page = client.get(reverse("known_people"))
    assert [str(person) for person in page.context["people"]] == ["Rosa", "Rosalind"]
    assert "Secreta" not in page.text
    assert "Hidden" not in page.text
    client.force_login(make_user("Olu"))
    assert "Rosa" not in client.get(reverse("known_people")).text


def test_person_of_whom_something_is_hidden_is_not_joined(
    client: Client, ana: User, rosa: Person, rosalind: Person
) -> None:
    elsewhere = make_case(state=CaseState.MEETING, team=[make_user("Ben")], person=rosalind)
    page = client.get(reverse("known_people"))
    assert [*page.context["doubles"]] == []
    assert elsewhere.reference not in page.text
    assert join(client, rosa, rosalind).status_code == 404
    client.force_login(make_user("Olu"))
    assert join(client, rosa, rosalind).status_code == 404
    assert not PersonMerge.objects.exists()


def test_nobody_takes_back_what_they_may_not_see(
    client: Client, ana: User, rosa: Person, rosalind: Person
) -> None:
    merge = merge_persons(rosa, rosalind, by=ana)
    client.force_login(make_user("Olu"))
    assert client.post(reverse("undo_join", args=[merge.pk])).status_code == 404
    assert PersonMerge.objects.get().undone_at is None


@pytest.mark.parametrize("query", ["", "?keep=x&other=y", "?keep=1", "?keep=999&other=998"])
def test_malformed_pair_is_not_there(client: Client, ana: User, query: str) -> None:
    assert client.get(reverse("join_people") + query).status_code == 404


def test_doubles_share_a_phone_or_a_name_and_target(client: Client, ana: User) -> None:
    fork, other = make_target(), make_target("Delta Lets")
    people = [
        make_person(name, phone=phone, phone_key=phone)
        for name, phone in (
            ("Rosa", "+1"),
            ("R.", "+1"),
            ("rosa ", "+2"),
            ("José", "+3"),
            ("José", "+4"),
        )
    ]
    for person, target in zip(people, (fork, other, fork, fork, other), strict=True):
        make_case(state=CaseState.MEETING, team=[ana], person=person, target=target)
    found = client.get(reverse("known_people")).context["doubles"]
    pairs = {(double.keep.pk, double.other.pk, double.why) for double in found}
    a, b, c, *_rest = (person.pk for person in people)
    assert pairs == {(a, b, "phone"), (a, c, "name")}


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_costs_the_same_however_many_people(
    client: Client, ana: User, number: int, django_assert_max_num_queries: Any
) -> None:
    for _each in range(number):
        make_case(state=CaseState.MEETING, team=[ana], person=make_person("Rosa"))
        make_sign_up(make_action(leads=[ana]), "Rosa", person=make_person("Mia"))
    with django_assert_max_num_queries(13):
        client.get(reverse("known_people"))
