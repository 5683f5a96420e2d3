"""Who has told us before, seen by whoever takes the case, and by nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.known_people import known_people
from campaigns.models import Case, CaseParty, CaseState, User
from tests.factories import make_case, make_group, make_person, make_user, put_on_duty

pytestmark = pytest.mark.django_db

PHONE = {"phone": "206 555 0134", "phone_key": "+12065550134"}
SENTENCE = "Somebody with this phone or e-mail has told us before: {} ({})."


@pytest.fixture(autouse=True)
def _network() -> None:
    make_group()


@pytest.fixture
def dee() -> User:
    """Dee, on intake duty."""
    dee = make_user("Dee")
    put_on_duty(dee)
    return dee


@pytest.fixture
def before() -> Case:
    """A fight that was dropped, of somebody with the phone, on another team."""
    person = make_person("Rosa", **PHONE)
    return make_case(state=CaseState.DROPPED, team=[make_user("Ana")], person=person)


def page_of(case: Case, user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(case.get_absolute_url()).text


def test_whoever_takes_the_intake_is_told_of_the_case_before(before: Case, dee: User) -> None:
    case = make_case(person=make_person("R.", **PHONE))
    page = page_of(case, dee)
    assert SENTENCE.format(before.reference, "Dropped") in page
    assert reverse("case_known", args=[case.reference]) in page


def test_the_list_names_nobody_of_a_case_they_may_not_open(before: Case, dee: User) -> None:
    case = make_case(person=make_person("R.", **PHONE))
    client = Client()
    client.force_login(dee)
    page = client.get(reverse("case_known", args=[case.reference]))
    (row,) = page.context["rows"]
    assert (row.there.case, row.may_open) == (before, False)
    assert "Rosa" not in page.text
    assert reverse("join_people") not in page.text


def test_who_may_open_both_may_compare_them(before: Case) -> None:
    ana = before.team.get()
    case = make_case(state=CaseState.CONTACTING, team=[ana], person=make_person("R.", **PHONE))
    client = Client()
    client.force_login(ana)
    page = client.get(reverse("case_known", args=[case.reference])).text
    there, here = before.parties.get().person_id, case.parties.get().person_id
    assert f"{reverse('join_people')}?keep={there}&amp;other={here}" in page

    elsewhere = make_case(state=CaseState.ESCALATING, team=[make_user("Eve")])
    CaseParty.objects.create(case=elsewhere, person_id=there)  # a file Ana may not open
    page = client.get(reverse("case_known", args=[case.reference])).text
    assert reverse("join_people") not in page


def test_an_intake_they_may_not_list_is_not_told_of() -> None:
    make_case(person=make_person("Rosa", **PHONE))  # nobody has taken it
    ana = make_user("Ana")
    case = make_case(state=CaseState.CONTACTING, team=[ana], person=make_person("R.", **PHONE))
    assert "has told us before" not in page_of(case, ana)
    assert known_people(case, ana) == []


@pytest.mark.parametrize("keys", [{"email_key": "r@mail.example"}, PHONE])
def test_phone_and_email_are_looked_at_and_an_empty_one_fits_nobody(
    keys: dict[str, str], dee: User
) -> None:
    old = make_case(state=CaseState.MEETING, person=make_person("Rosa", **keys))
    make_case(state=CaseState.MEETING, person=make_person("Nobody"))
    case = make_case(person=make_person("R.", **keys))
    assert [row.there.case for row in known_people(case, dee)] == [old]
    other = make_case(person=make_person("José"))
    assert known_people(other, dee) == []
    assert "has told us before" not in page_of(other, dee)


def test_it_is_not_said_any_more_after_the_vote(before: Case) -> None:
    ana = before.team.get()
    person = make_person("R.", **PHONE)
    case = make_case(state=CaseState.PREPARING, team=[ana], person=person)
    assert "has told us before" not in page_of(case, ana)


def test_the_one_who_tells_sees_nothing_of_it(client: Client, before: Case) -> None:
    make_case(person=make_person("R.", **PHONE), code="K7R2M0XQ4T9BCDFGHJ1NPQRST")
    page = client.post(reverse("status"), {"code": "K7R2M0XQ4T9BCDFGHJ1NPQRST"}, follow=True)
    assert page.status_code == 200
    assert before.reference not in page.text
    assert "before" not in page.context


def test_a_second_person_of_the_case_counts_too(before: Case, dee: User) -> None:
    case = make_case()
    CaseParty.objects.create(case=case, person=make_person("R.", **PHONE))
    assert [row.there.case for row in known_people(case, dee)] == [before]


def test_the_list_is_for_whoever_may_open_the_case(client: Client, before: Case) -> None:
    case = make_case(person=make_person("R.", **PHONE))
    client.force_login(make_user("Olu"))
    assert client.get(reverse("case_known", args=[case.reference])).status_code == 404
