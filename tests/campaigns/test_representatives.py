"""Who acts for whom, who has a code, who takes the money, and what each agreed to themselves."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import messages, private_code, sheet
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    Consent,
    Event,
    LogEntry,
    Message,
    Person,
    User,
)
from escalation.models import Decision
from escalation.moves.demands import new_demand
from tests.factories import (
    make_case,
    make_group,
    make_line,
    make_payment,
    make_person,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _network() -> None:
    make_group()


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def case(client: Client, ana: User) -> Case:
    """A fight of Lucio's, on whose team Ana is, who is logged in."""
    client.force_login(ana)
    lucio = make_person("Lucio", phone="", language_read="es")
    return make_case(state=CaseState.PREPARING, team=[ana], person=lucio)


def lucio_of(case: Case) -> CaseParty:
    return case.parties.get(person__name="Lucio")


def make_representative(case: Case, **values: Any) -> CaseParty:
    """Insert Luis, who acts for Lucio and may decide."""
    defaults = {"role": "representative", "acts_for": lucio_of(case), "may_decide": True}
    luis = make_person("Luis", phone="206 555 0177", language_read="es")
    return CaseParty.objects.create(case=case, person=luis, **(defaults | values))


def post(client: Client, page: str, *args: Any, **typed: Any) -> HttpResponse:
    return client.post(reverse(page, args=args), typed)


def added(client: Client, case: Case, **typed: Any) -> HttpResponse:
    known = {
        "name": "Luis",
        "phone": "206 555 0177",
        "language_read": "es",
        "role": "representative",
        "acts_for": lucio_of(case).pk,
        "scope": "Speaks for his uncle.",
        "may_decide": "on",
        "authority_note": "A signed note, seen by Ana.",
        "public_name": "none",
        "agreed": "on",
    }
    return post(client, "add_party", case.reference, **(known | typed))


# Who acts for whom


def test_representative_is_added_with_what_they_may_do(client: Client, case: Case) -> None:
    assert added(client, case).status_code == 302
    luis = case.parties.representatives().get()
    assert (luis.acts_for, luis.may_decide) == (lucio_of(case), True)
    assert (luis.scope, luis.authority_note) == (
        "Speaks for his uncle.",
        "A signed note, seen by Ana.",
    )
    assert [*luis.speaks_for()] == [lucio_of(case)]
    assert case.log.get().note == "Acts for Lucio and may decide."
    page = client.get(case.get_absolute_url()).text
    assert "Luis acts for Lucio" in page
    assert "Reached through:" in page


def test_the_only_affected_person_is_chosen_beforehand(client: Client, case: Case) -> None:
    form = client.get(reverse("add_party", args=[case.reference])).context["party_form"]
    assert form["acts_for"].value() == lucio_of(case).pk
    CaseParty.objects.create(case=case, person=make_person("José"))
    form = client.get(reverse("add_party", args=[case.reference])).context["party_form"]
    assert form["acts_for"].value() is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"acts_for": ""}, "acts_for"),
        ({"authority_note": ""}, "authority_note"),
        ({"agreed": ""}, "agreed"),
    ],
)
def test_representative_without_what_is_needed_is_not_added(
    client: Client, case: Case, typed: dict[str, str], field: str
) -> None:
    answer = added(client, case, **typed)
    assert answer.context["party_form"].errors[field]
    assert case.parties.count() == Person.objects.count() == 1
    assert not Consent.objects.exists()


def test_somebody_of_another_case_cannot_be_acted_for(client: Client, case: Case) -> None:
    stranger = make_case(state=CaseState.MEETING).parties.get()
    answer = added(client, case, acts_for=stranger.pk)
    assert answer.context["party_form"].errors["acts_for"]


def test_affected_person_acts_for_nobody(client: Client, case: Case) -> None:
    added(client, case, role="affected", name="José")
    jose = case.parties.get(person__name="José")
    assert (jose.acts_for, jose.may_decide, jose.scope, jose.authority_note) == (
        None,
        False,
        "",
        "",
    )


def test_the_only_one_affected_cannot_become_a_representative(client: Client, case: Case) -> None:
    lucio = lucio_of(case)
    url = reverse("edit_party", args=[case.reference, lucio.pk])
    answer = client.post(url, {"language_read": "es", "role": "representative"})
    assert "Nobody else is affected." in answer.context["party_form"].errors["role"][0]


def test_who_has_a_part_of_the_demand_is_not_made_a_representative(
    client: Client, case: Case
) -> None:
    jose = CaseParty.objects.create(case=case, person=make_person("José"))
    new_demand(case, Decimal("90.00"), other_terms="", deadline_days=14)
    url = reverse("edit_party", args=[case.reference, jose.pk])
    typed = {"language_read": "es", "role": "representative", "acts_for": lucio_of(case).pk}
    errors = client.post(url, typed).context["party_form"].errors
    assert errors["role"][0].endswith("note on the page of the case that one of them leaves.")
    assert case.parties.affected().count() == 2


def test_whoever_acts_for_somebody_leaves_with_them(case: Case, ana: User) -> None:
    luis = make_representative(case, code_hash="x" * 64)
    CaseParty.objects.create(case=case, person=make_person("José"))
    assert sheet.remove_party(lucio_of(case), by=ana)
    luis.refresh_from_db()
    assert luis.left_at
    assert luis.code_hash is None
    assert [str(party) for party in case.parties.present()] == ["José"]


def test_ending_the_part_of_a_representative_leaves_the_other(client: Client, case: Case) -> None:
    luis = make_representative(case)
    post(client, "remove_party", case.reference, luis.pk)
    assert [*case.parties.present()] == [lucio_of(case)]


# Their own yes


def test_each_who_is_added_has_a_yes_of_their_own(client: Client, case: Case) -> None:
    added(client, case)
    consent = Consent.objects.get()
    assert (consent.person.name, consent.case, consent.kind) == ("Luis", case, "intake")
    assert consent.language == "es"


def test_a_double_click_adds_one_person(client: Client, case: Case) -> None:
    for _click in range(2):
        assert added(client, case).status_code == 302
    assert [str(party) for party in case.parties.all()] == ["Lucio", "Luis"]
    assert Consent.objects.count() == LogEntry.objects.count() == 1


def test_somebody_with_no_contact_of_their_own_can_be_added(client: Client, case: Case) -> None:
    added(client, case, name="José", phone="", role="affected")
    assert not case.parties.get(person__name="José").person.has_contact


# Codes


def test_code_is_given_once_and_shown_once(client: Client, case: Case) -> None:
    luis = make_representative(case)
    url = reverse("give_code", args=[case.reference, luis.pk])
    assert "Make the code" in client.get(url).text
    assert CaseParty.objects.get(pk=luis.pk).code_hash is None
    page = client.post(url)
    code = "".join(page.context["groups"])
    assert private_code.party_of(code, now=timezone.now()) == luis
    assert reverse("open_status", args=[code]) in page.text
    assert code not in client.get(url).text.replace("-", "")
    entry = case.log.get(event=Event.CODE_GIVEN)
    assert entry.data == {"who": "Luis"}
    assert "has a private code" in client.get(case.get_absolute_url()).text


def test_new_code_ends_the_old_one_at_once_on_every_device(client: Client, case: Case) -> None:
    luis = make_representative(case)
    old = private_code.give(luis, by=case.team.first())
    phone = Client()
    phone.get(reverse("open_status", args=[old]))
    assert phone.get(reverse("status_case")).status_code == 200
    post(client, "give_code", case.reference, luis.pk)
    assert phone.get(reverse("status_case")).url == reverse("status")
    assert private_code.party_of(old, now=timezone.now()) is None


def test_the_hash_of_a_code_is_on_no_page(client: Client, case: Case) -> None:
    party = lucio_of(case)
    for name, args in (("case", []), ("edit_party", [party.pk]), ("give_code", [party.pk])):
        page = client.get(reverse(name, args=[case.reference, *args]))
        assert party.code_hash not in page.text


def test_code_is_read_aloud_in_words() -> None:
    assert private_code.spoken("K7R2M") == "Kilo 7 Romeo 2 Mike"
    assert set(private_code.SIGNS) - set("0123456789") == {*"BCDFGHJKMNPQRSTVWXYZ"}
    words = [private_code.spoken(sign) for sign in private_code.SIGNS]
    assert len(set(words)) == len(private_code.SIGNS)


def test_somebody_who_left_gets_no_code(client: Client, case: Case) -> None:
    luis = make_representative(case, left_at=timezone.now())
    assert post(client, "give_code", case.reference, luis.pk).status_code == 404


def test_code_and_history_go_on_working_after_the_phone_changed(client: Client, case: Case) -> None:
    """Failure 20: the old number is kept in the log alone."""
    luis = make_representative(case)
    code = private_code.give(luis, by=case.team.first())
    messages.write_to_team(case, text="Hello", party=luis)
    typed = {"name": "Luis", "phone": "206 555 0199", "email": "luis@mail.example"}
    typed |= {"language_read": "es", "role": "representative", "acts_for": lucio_of(case).pk}
    typed |= {"public_name": "none", "seen_version": 1, "seen_party_version": 1}
    assert post(client, "edit_party", case.reference, luis.pk, **typed).status_code == 302
    assert Person.objects.get(name="Luis").phone == "206 555 0199"
    assert private_code.party_of(code, now=timezone.now()) == luis
    phone = Client()
    page = phone.get(reverse("open_status", args=[code]), follow=True)
    assert "Hello" in page.text
    assert "206 555 0177" in case.log.filter(event=Event.PARTY).first().note
    assert not Person.objects.filter(phone="206 555 0177").exists()


# Whom the team writes to


def test_message_goes_to_one_or_to_all(client: Client, case: Case) -> None:
    luis = make_representative(case)
    post(client, "message_person", case.reference, text="For Luis", to=luis.pk)
    post(client, "message_person", case.reference, text="For all", to="")
    assert [(m.text, m.party) for m in Message.objects.all()] == [
        ("For Luis", luis),
        ("For all", None),
    ]
    assert "→ <bdi>Luis</bdi>" in client.get(case.get_absolute_url()).text


def test_message_to_somebody_of_another_case_is_refused(client: Client, case: Case) -> None:
    make_representative(case)
    stranger = make_case(state=CaseState.MEETING).parties.get()
    answer = post(client, "message_person", case.reference, text="Hello", to=stranger.pk)
    assert answer.context["form"].errors["to"]
    assert not Message.objects.exists()


# Who takes the money


def payee_typed(party: CaseParty, **typed: Any) -> dict[str, Any]:
    known = {"payee": "Marta", "payee_note": "A signed note.", "seen_version": party.version}
    vote = {
        "held_on": make_group().local_date(timezone.now()),
        "motion": "Marta takes the money",
        "votes_for": 7,
        "votes_against": 0,
        "abstained": 1,
    }
    return known | vote | typed


def change(client: Client, case: Case, **typed: Any) -> HttpResponse:
    lucio = lucio_of(case)
    values = payee_typed(lucio, **typed)
    return post(client, "change_payee", case.reference, lucio.pk, **values)


def test_payee_is_named_without_a_vote_before_any_money_came(client: Client, case: Case) -> None:
    url = reverse("change_payee", args=[case.reference, lucio_of(case).pk])
    assert "votes_for" not in client.get(url).context["form"].fields
    assert change(client, case).status_code == 302
    lucio = lucio_of(case)
    assert (lucio.payee, lucio.payee_note) == ("Marta", "A signed note.")
    assert not Decision.objects.exists()
    assert case.log.get().what == "Who takes the money of Lucio: Marta"


def test_payee_without_how_we_know_is_refused(client: Client, case: Case) -> None:
    assert change(client, case, payee_note="").context["form"].errors["payee_note"]
    assert lucio_of(case).payee == ""


def test_another_payee_takes_a_vote_and_their_yes(client: Client, case: Case) -> None:
    CaseParty.objects.update(payee="Pedro", payee_note="A call.")
    assert change(client, case).context["form"].errors["agreed_to_it"]
    assert change(client, case, votes_for="").context["form"].errors["votes_for"]
    lost = change(client, case, agreed_to_it="on", votes_for=1, votes_against=6)
    assert lost.context["form"].errors["votes_for"]
    assert lucio_of(case).payee == "Pedro"
    assert change(client, case, agreed_to_it="on").status_code == 302
    assert lucio_of(case).payee == "Marta"
    decision = Decision.objects.get()
    assert (decision.kind, decision.carried, decision.affected_agreed) == ("payee", True, True)
    assert [voice.agreed for voice in decision.voices.all()] == [True]


def test_payee_after_money_came_takes_a_vote(client: Client, case: Case) -> None:
    make_payment(case, "100.00")
    assert change(client, case).context["form"].errors["agreed_to_it"]
    assert lucio_of(case).payee == ""


def test_heirs_take_the_money_by_the_vote_alone_and_no_field_says_why(
    client: Client, case: Case
) -> None:
    CaseParty.objects.update(payee="Pedro", payee_note="A call.")
    make_payment(case, "100.00", status="cleared")
    assert change(client, case, cannot_say="on").status_code == 302
    assert lucio_of(case).payee == "Marta"
    decision = Decision.objects.get()
    assert (decision.affected_agreed, decision.voices.count()) == (False, 0)


def test_payee_changed_by_somebody_meanwhile_is_not_overwritten(client: Client, case: Case) -> None:
    CaseParty.objects.update(version=2)
    answer = change(client, case, seen_version=1)
    assert "Somebody else saved this while you were typing." in answer.text
    assert "Marta" in answer.text  # what was typed is still there
    assert lucio_of(case).payee == ""


def test_payee_is_for_the_team_alone(client: Client, case: Case) -> None:
    client.force_login(make_user("Olu"))
    lucio = lucio_of(case)
    for name in ("change_payee", "give_code"):
        assert post(client, name, case.reference, lucio.pk).status_code == 404
    assert client.get(reverse("case_people", args=[case.reference])).status_code == 404


# Side by side


def test_people_stand_side_by_side_with_what_is_theirs(client: Client, case: Case) -> None:
    lucio = lucio_of(case)
    jose = CaseParty.objects.create(
        case=case, person=make_person("José"), public_name="alias", alias="Pepe"
    )
    make_line(case, amount="480.00", party=lucio)
    make_line(case, amount="310.00", party=jose)
    make_payment(case, "310.00", party=jose, status="cleared")
    rows = client.get(reverse("case_people", args=[case.reference])).context["rows"]
    shown = [(str(r.party), r.public_name, r.sums.share, r.sums.cleared, r.sums.open) for r in rows]
    assert shown == [
        ("Lucio", "One former worker", 480, 0, 480),
        ("José", "Pepe", 310, 310, 0),
    ]
