"""Words that the checks stop stand only when two organizers say why, and never in another text."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from campaigns.models import Case, CaseState, User
from letters import approval, lifting
from letters.approval import ApprovalRefused, Standing, approve
from letters.drafting import LetterRefused
from letters.models import Letter, LiftedFinding, OwnWord
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_group,
    make_line,
    make_member,
    make_target,
    make_user,
)

CODE = "0123456789BCDFGHJKMNPQRST"
FACTS = "Rosa cleaned for three weeks. The police came on Friday and wrote down what you said."


@pytest.fixture
def ana(db: None) -> User:
    make_group()
    return make_user("Ana")


@pytest.fixture
def ben(ana: User) -> User:
    return make_user("Ben")


@pytest.fixture
def case(ana: User, ben: User) -> Case:
    team = [ana, ben, make_user("Cleo"), make_member("Mia")]
    case = make_case(state=CaseState.PREPARING, team=team, target=make_target(), code=CODE)
    make_line(case)
    make_demand(case)
    return case


@pytest.fixture
def letter(case: Case, ana: User) -> Letter:
    return make_draft(case, by=ana, facts=FACTS)


def standing(letter: Letter) -> Standing:
    return Standing(Letter.objects.get(pk=letter.pk))


def key(letter: Letter) -> str:
    return standing(letter).stops[0].key


def lift(letter: Letter, by: User, reason: str = "It says what happened.") -> bool:
    return lifting.lift(letter, key=key(letter), reason=reason, by=by)


def url(name: str, letter: Letter) -> str:
    return reverse(name, args=[letter.case.reference, letter.version])


def refusal(letter: Letter, by: User, **values: Any) -> list[str]:
    with pytest.raises(LetterRefused) as refused:
        lifting.lift(letter, by=by, **({"key": key(letter), "reason": "So."} | values))
    return refused.value.reasons


def test_two_organizers_lift_it_and_the_letter_can_be_approved(
    case: Case, letter: Letter, ana: User, ben: User
) -> None:
    with pytest.raises(ApprovalRefused):
        approve(letter, party=case.parties.get())
    assert lift(letter, ana) is False
    assert standing(letter).blocks != []
    assert lift(letter, ben, "It threatens nobody.") is True
    now = standing(letter)
    assert now.blocks == []
    (lifted,) = now.lifted
    assert lifted.words == "police"
    assert [(one.organizer, one.reason) for one in lifted.lifts] == [
        (ana, "It says what happened."),
        (ben, "It threatens nobody."),
    ]
    approve(letter, party=case.parties.get())
    assert approve(letter, organizer=ben) == ""
    final = standing(letter)
    assert final.letter.is_issued
    assert [one.words for one in final.lifted] == ["police"]


def test_both_stand_in_the_timeline_with_the_reason(
    case: Case, letter: Letter, ana: User, ben: User
) -> None:
    lift(letter, ana)
    lift(letter, ben, "It threatens nobody.")
    entries = case.log.filter(event="finding_lifted").order_by("pk")
    sentence = "Letter version 1: may stay though the checks stop it: police"
    assert [(entry.what, entry.who, entry.note) for entry in entries] == [
        (sentence, "Ana", "It says what happened."),
        (sentence, "Ben", "It threatens nobody."),
    ]


def test_one_organizer_counts_once(letter: Letter, ana: User) -> None:
    lift(letter, ana)
    assert refusal(letter, ana) == ["This was lifted already."]
    row = LiftedFinding.objects.values("letter_id", "code", "words", "key", "organizer_id").get()
    with pytest.raises(IntegrityError), transaction.atomic():
        LiftedFinding.objects.create(reason="Twice", **row)


def test_two_who_wrote_the_letter_are_not_enough(letter: Letter, ana: User, ben: User) -> None:
    letter.written_by.add(ben)
    lift(letter, ana)
    assert lift(letter, ben) is False
    (stop,) = standing(letter).stops
    assert stop.waits_for == "It takes another organizer, who wrote none of this letter."
    assert lift(letter, letter.case.team.get(name="Cleo")) is True


def test_who_becomes_a_writer_afterwards_no_longer_makes_two(
    letter: Letter, ana: User, ben: User
) -> None:
    lift(letter, ana)
    lift(letter, ben)
    letter.written_by.add(ben)
    assert standing(letter).blocks != []


def test_member_cannot_lift_anything(letter: Letter) -> None:
    member = letter.case.team.get(name="Mia")
    assert refusal(letter, member) == ["Only organizers can let it stand."]


@pytest.mark.parametrize(
    "change",
    [
        {"facts": FACTS.replace("Friday", "Monday")},
        {"facts": FACTS + "\nThey may come again."},
        {"how_to_pay": "By money order, or we go back to them."},
        {"subject": "Unpaid wages and more"},
        {"language": "es"},
    ],
)
def test_any_other_wording_makes_it_void(
    letter: Letter, ana: User, ben: User, change: dict[str, str]
) -> None:
    lift(letter, ana)
    lift(letter, ben)
    assert standing(letter).blocks == []
    Letter.objects.filter(pk=letter.pk).update(**change)
    now = standing(letter)
    assert now.lifted == []
    if "language" not in change:  # in another language it is not even the same word
        (stop,) = now.stops
        assert not stop.is_lifted
        assert stop.first_reason(ben) == "It says what happened."


def test_new_paper_address_or_day_leaves_it_standing(letter: Letter, ana: User, ben: User) -> None:
    lift(letter, ana)
    lift(letter, ben)
    Letter.objects.filter(pk=letter.pk).update(paper="a4", recipient_address="9 Oak Street")
    assert standing(letter).blocks == []


def test_new_word_of_the_group_is_a_finding_of_its_own(
    letter: Letter, ana: User, ben: User
) -> None:
    lift(letter, ana)
    lift(letter, ben)
    OwnWord.objects.create(language="en", level="block", word="Friday")
    stops = {stop.finding.code: stop.is_lifted for stop in standing(letter).stops}
    assert stops == {"authorities": True, "own_block": False}


def test_finding_about_a_sum_or_a_name_cannot_be_lifted(
    case: Case, letter: Letter, ana: User
) -> None:
    make_demand(case, "99.00")
    by_code = {stop.finding.code: stop for stop in standing(letter).stops}
    assert set(by_code) == {"authorities", "other_sum"}
    assert refusal(letter, ana, key=by_code["other_sum"].key) == [
        "This cannot be lifted. It has to be put right."
    ]


def test_text_that_changed_while_reading_is_not_lifted(letter: Letter, ana: User) -> None:
    read = key(letter)
    Letter.objects.filter(pk=letter.pk).update(facts=FACTS + " Or else we call them.")
    assert refusal(letter, ana, key=read) == [
        "The text changed while you were reading. Read it again."
    ]


def test_one_of_the_two_takes_it_back_and_the_letter_is_stopped(
    case: Case, letter: Letter, ana: User, ben: User
) -> None:
    lift(letter, ana)
    lift(letter, ben)
    approve(letter, party=case.parties.get())
    approve_key = key(letter)
    lifting.take_back(letter, key=approve_key, by=ben)
    with pytest.raises(ApprovalRefused):
        approve(letter, organizer=ben)
    assert case.log.filter(event="lift_taken_back").get().by == ben
    lifting.take_back(letter, key=approve_key, by=ben)  # a second time changes nothing
    assert case.log.filter(event="lift_taken_back").count() == 1
    assert not Letter.objects.get(pk=letter.pk).is_issued


def test_taken_back_between_the_last_yes_and_the_print_nothing_is_frozen(
    case: Case, letter: Letter, ana: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lift(letter, ana)
    lift(letter, ben)
    approve(letter, party=case.parties.get())
    draw = approval.issuing.pdf.render_html

    def draw_slowly(html: str, paper: str) -> bytes:
        lifting.take_back(letter, key=key(letter), by=ana)
        return draw(html, paper)

    monkeypatch.setattr(approval.issuing.pdf, "render_html", draw_slowly)
    assert "Take out: “police”" in approve(letter, organizer=ben)
    assert not Letter.objects.get(pk=letter.pk).is_issued


def test_nothing_is_lifted_in_a_final_letter(
    case: Case, letter: Letter, ana: User, ben: User
) -> None:
    lift(letter, ana)
    lift(letter, ben)
    mark = key(letter)
    approve(letter, party=case.parties.get())
    approve(letter, organizer=ben)
    with pytest.raises(LetterRefused):
        lifting.take_back(letter, key=mark, by=ben)
    assert [one.words for one in standing(letter).lifted] == ["police"]


def test_pages_show_it_to_everybody_who_says_yes(
    client: Client, case: Case, letter: Letter, ana: User, ben: User
) -> None:
    client.force_login(ana)
    page = client.get(url("letter", letter)).text
    assert "It is harmless here" in page
    client.post(url("lift_finding", letter), {"key": key(letter), "reason": "It is a fact."})
    client.force_login(ben)
    page = client.get(url("letter", letter)).text
    assert "says it may stay:" in page
    assert "It takes another organizer, who wrote none of this letter." in page
    sent = {"key": key(letter), "reason": "I agree <b>."}
    answer = client.post(url("lift_finding", letter), sent, follow=True)
    assert "Two organizers let it stand. Everybody sees that, and why." in answer.text
    assert "The checks stop these words. Two organizers let them stand:" in answer.text
    assert "I agree &lt;b&gt;." in answer.text
    person = Client()
    person.get(f"/s/{CODE}/")
    theirs = person.get(reverse("status_letter", args=[1])).text
    assert "Two organizers let them stand:" in theirs
    assert "It is a fact." in theirs
    assert "I agree to every word" in theirs


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("", "This field is required."), ("x" * 301, "at most 300 characters")],
)
def test_reason_is_needed_and_what_was_typed_is_not_lost(
    client: Client, letter: Letter, ana: User, reason: str, sentence: str
) -> None:
    client.force_login(ana)
    page = client.post(url("lift_finding", letter), {"key": key(letter), "reason": reason}).text
    assert sentence in page
    assert reason in page
    assert not LiftedFinding.objects.exists()


def test_refused_page_says_why(client: Client, letter: Letter, ana: User) -> None:
    client.force_login(ana)
    sent = {"key": "0" * 64, "reason": "So."}
    answer = client.post(url("lift_finding", letter), sent)
    assert answer.status_code == 409
    assert "The text changed while you were reading. Read it again." in answer.text


def test_page_costs_the_same_however_many_lift(
    client: Client, letter: Letter, ana: User, ben: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(ana)
    lift(letter, ana)
    with django_assert_max_num_queries(30) as one:
        client.get(url("letter", letter))
    lift(letter, ben)
    with django_assert_max_num_queries(30) as two:
        client.get(url("letter", letter))
    assert len(one) == len(two)
