"""Guests, rides, childcare and interpreters: said when signing up, matched by a lead."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from escalation import favours
from escalation.favours import Wanted
from escalation.models import Action, Favour, SignUp
from tests.factories import make_action, make_group, make_sign_up, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _network(db: None) -> None:
    make_group()


@pytest.fixture
def action() -> Action:
    return make_action(leads=[make_user("Ana")])


@pytest.fixture
def lead(action: Action) -> Client:
    client = Client()
    client.force_login(action.leads.get())
    return client


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def sign_up(action: Action, **values: Any) -> Any:
    data = {"name": "Rosa", "phone": "206 555 0134", "answer": "yes"}
    return Client().post(url("sign_up", action), data | values)


def person(action: Action, name: str, **said: Wanted) -> SignUp:
    row = make_sign_up(action, name)
    favours.write(row, said)
    return row


def favour(name: str) -> Favour:
    return Favour.objects.get(sign_up__name=name)


NEEDS, OFFERS = Favour.Side.NEEDS, Favour.Side.OFFERS


def test_sign_up_keeps_guests_and_what_is_needed_and_offered(action: Action) -> None:
    said = {"guests": 2, "ride": "needs", "ride_how_many": 3, "ride_about": "Ballard"}
    sign_up(action, **said, interpreter="offers", interpreter_about="Lê’s Vietnamese")
    row = SignUp.objects.get()
    assert (row.guests, row.guests_in_words) == (2, "and 2 more")
    assert favours.said_by(row) == {
        "ride": Wanted("needs", 3, "Ballard"),
        "interpreter": Wanted("offers", 1, "Lê’s Vietnamese"),
    }
    assert Action.objects.with_turnout().get().yes == 3


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"guests": 4}, "guests", "not one of the available choices"),
        ({"guests": "x"}, "guests", "not one of the available choices"),
        ({"ride": "both"}, "ride", "not one of the available choices"),
        ({"ride": "needs", "ride_how_many": 0}, "ride_how_many", "greater than or equal to 1"),
        ({"ride": "needs", "ride_how_many": 99}, "ride_how_many", "less than or equal to 20"),
        ({"ride_about": "x" * 61}, "ride_about", "at most 60 characters"),
        ({"interpreter": "needs"}, "interpreter_about", "Write which language."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_fold_is_open(
    action: Action, values: dict[str, Any], field: str, sentence: str
) -> None:
    response = sign_up(action, **values)
    assert sentence in " ".join(response.context["form"].errors[field])
    assert response.context["form"].more_is_open
    assert not SignUp.objects.exists()


def test_maybe_counts_guests_as_maybe_and_no_brings_nobody(action: Action) -> None:
    sign_up(action, answer="maybe", guests=1)
    sign_up(action, answer="no", guests=3, phone="206 555 0135")
    counted = Action.objects.with_turnout().get()
    assert (counted.yes, counted.maybe) == (0, 2)


def test_guests_stand_on_the_roster_as_a_number(action: Action, lead: Client) -> None:
    sign_up(action, guests=1)
    assert "and 1 more" in lead.get(url("roster", action)).content.decode()


def test_changing_something_else_keeps_whom_one_was_matched_with(action: Action) -> None:
    rosa = person(action, "Rosa", ride=Wanted(NEEDS))
    person(action, "Ben", ride=Wanted(OFFERS, 3))
    favours.match(action, need=favour("Rosa"), offer=favour("Ben"))
    favours.write(rosa, {"ride": Wanted(NEEDS), "childcare": Wanted(NEEDS)})
    assert Favour.objects.get(sign_up=rosa, kind="ride").found == favour("Ben")
    favours.write(rosa, {"ride": Wanted(NEEDS, 2)})
    assert favour("Rosa").found is None


def test_page_of_the_lead_shows_needs_with_fitting_offers_and_no_contact(
    action: Action, lead: Client
) -> None:
    sign_up(action, ride="needs", ride_about="Ballard", needs="A chair")
    person(action, "Far", ride=Wanted(OFFERS, 3, "Kent"))
    person(action, "Near", ride=Wanted(OFFERS, 1, "BALLARD"))
    person(action, "Inga", interpreter=Wanted(OFFERS, about="Polish"))
    page = lead.get(url("who_can_help", action))
    (asked,) = page.context["board"].unmatched
    assert [words for _row, words in asked.offers] == [
        "Near, BALLARD, seats left: 1",
        "Far, Kent, seats left: 3",
    ]
    text = page.content.decode()
    assert "A chair" in text
    assert "0134" not in text


def test_match_is_noted_with_a_text_to_send_and_can_be_taken_back(
    action: Action, lead: Client
) -> None:
    rosa, ben = (
        person(action, "Rosa", ride=Wanted(NEEDS)),
        person(action, "Ben", ride=Wanted(OFFERS)),
    )
    data = {"need": favour("Rosa").pk, "offer": favour("Ben").pk}
    text = lead.post(url("match_favour", action), data, follow=True).content.decode()
    assert "Ben can take Rosa along to the action on" in text
    assert "Noted. Nobody was told" in text
    assert not action.messages.exists()
    lead.post(url("match_favour", action), {"need": favour("Rosa").pk})
    assert favour("Rosa").found is None
    assert {rosa.name, ben.name} == {"Rosa", "Ben"}


def test_car_takes_no_more_than_its_seats(action: Action, lead: Client) -> None:
    person(action, "Ben", ride=Wanted(OFFERS, 3))
    for name, seats in (("Rosa", 2), ("Luz", 2), ("Eva", 1)):
        person(action, name, ride=Wanted(NEEDS, seats))
    favours.match(action, need=favour("Rosa"), offer=favour("Ben"))
    data = {"need": favour("Luz").pk, "offer": favour("Ben").pk}
    refused = lead.post(url("match_favour", action), data)
    assert refused.status_code == 409
    assert "This car has not enough seats left." in refused.content.decode()
    favours.match(action, need=favour("Eva"), offer=favour("Ben"))
    board = favours.board(action)
    assert board.free == []
    assert [asked.need.sign_up.name for asked in board.unmatched] == ["Luz"]


@pytest.mark.parametrize("offer", ["childcare", "needs"])
def test_match_of_what_does_not_fit_is_refused(action: Action, offer: str) -> None:
    person(action, "Rosa", ride=Wanted(NEEDS))
    said = {"childcare": Wanted(OFFERS)} if offer == "childcare" else {"ride": Wanted(NEEDS)}
    person(action, "Ben", **said)
    with pytest.raises(favours.MatchRefused, match="do not fit together"):
        favours.match(action, need=favour("Rosa"), offer=favour("Ben"))


def test_match_with_somebody_of_another_action_is_not_found(action: Action, lead: Client) -> None:
    person(action, "Rosa", ride=Wanted(NEEDS))
    person(make_action(), "Ben", ride=Wanted(OFFERS))
    data = {"need": favour("Rosa").pk, "offer": favour("Ben").pk}
    assert lead.post(url("match_favour", action), data).status_code == 404


def test_need_is_open_again_when_who_offered_cancels(action: Action) -> None:
    person(action, "Rosa", ride=Wanted(NEEDS))
    ben = person(action, "Ben", ride=Wanted(OFFERS))
    favours.match(action, need=favour("Rosa"), offer=favour("Ben"))
    ben.delete()
    assert [asked.need.sign_up.name for asked in favours.board(action).unmatched] == ["Rosa"]


def test_who_said_no_neither_needs_nor_offers(action: Action) -> None:
    person(action, "Rosa", ride=Wanted(NEEDS))
    SignUp.objects.update(answer="no")
    assert favours.board(action).unmatched == []


def test_page_costs_the_same_with_one_and_ten_of_everything(
    action: Action, lead: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for number in range(2):
        for n in range(1 + 9 * number):
            need = person(action, f"N{number}{n}", ride=Wanted(NEEDS))
            person(action, f"O{number}{n}", ride=Wanted(OFFERS, 2))
            favours.match(action, need=need.favours.get(), offer=favour(f"O{number}{n}"))
            person(action, f"U{number}{n}", ride=Wanted(NEEDS))
        with django_assert_max_num_queries(9) as queries:
            lead.get(url("who_can_help", action))
        counts.append(len(queries))
    assert counts[0] == counts[1]
