"""Letters after the demand: proposed words, the sums in them, who says yes, and what stays put."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns.models import Case, CaseState, Event, LogEntry, Target, User
from escalation.models import Offer
from letters import approval, own_texts
from letters.models import Delivery, Demand, Letter, LetterText, ReadingCopy
from tests.browser import Browser
from tests.factories import (
    link_targets,
    make_agreement,
    make_case,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_offer,
    make_payment,
    make_person,
    make_target,
    make_user,
)
from tests.papers import words_of

pytestmark = pytest.mark.django_db
S, V = CaseState, Letter.Variant
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def team() -> list[User]:
    return [make_user("Ana"), make_user("Ben")]


@pytest.fixture
def fight(team: list[User]) -> Case:
    """A demand of $900, delivered two days ago."""
    ana, ben = team
    case = make_case(state=S.PREPARING, team=team, target=make_target("Golden Fork"), code=CODE)
    case.parties.update(public_name="own")
    make_line(case, amount="900.00")
    make_demand(case, "900.00")
    letter = make_final_letter(case, by=ana, approved_by=ben)
    Delivery.objects.create(
        letter=letter,
        at=NOON - 2 * DAY,
        place="The restaurant",
        handed_by="Rosa",
        received_by="the manager",
        headcount=20,
        deadline_at=NOON + 12 * DAY,
    )
    case = make_state(case, S.CLOCK_RUNNING)
    Case.objects.filter(pk=case.pk).update(deadline_at=NOON + 12 * DAY)
    return case


CODE = "0123456789BCDFGHJKMNPQRST"


def make_state(case: Case, state: str) -> Case:
    """Put a case at a state, as the factory does, without the moves that lead there."""
    Case.objects.filter(pk=case.pk).update(**{"state": state})
    return Case.objects.get(pk=case.pk)


def at(user: User) -> Browser:
    browser = Browser()
    browser.client.force_login(user)
    return browser


def draft(fight: Case, user: User, variant: str, query: str = "", **typed: str) -> Letter:
    browser = at(user).open(reverse("draft_paper", args=[fight.reference, variant]) + query)
    browser.send(having="asks", **typed).done()
    return Letter.objects.get(case=fight, variant=variant)


def asker(fight: Case) -> str:
    """Return the person affected who is chosen as the one who asked."""
    return str(fight.parties.affected().get().pk)


def say_yes(letter: Letter, organizer: User) -> Letter:
    for party in letter.case.parties.affected():
        approval.approve(letter, party=party, recorded_by=organizer)
    assert approval.approve(letter, organizer=organizer) == ""
    return Letter.objects.get(pk=letter.pk)


def printed(letter: Letter) -> str:
    return words_of(letter.frozen_pdf)


def test_answer_to_a_part_payment_takes_it_on_account_and_states_the_balance(
    fight: Case, team: list[User]
) -> None:
    ana, ben = team
    make_payment(fight, "400.00", status="cleared")
    text = printed(say_yes(draft(fight, ana, V.REPLY_PAYMENT), ben))
    assert "This follows our letter of Saturday 14 November 2026." in text
    assert "we received $400.00 from you. We take it on account, not in full." in text
    assert "Demanded $900.00" in text
    assert "Still owed $500.00" in text
    assert "Pay the rest of $500.00." in text
    assert "Saturday 28 November 2026" in text  # the deadline stays


def test_answer_to_a_cheque_that_has_not_cleared_asks_for_the_rest_only(
    fight: Case, team: list[User]
) -> None:
    ana, ben = team
    make_payment(fight, "400.00")
    text = printed(say_yes(draft(fight, ana, V.REPLY_PAYMENT), ben))
    assert "we received $400.00 from you. We take it on account, not in full." in text
    row = "Cheque of Monday 16 November 2026 It counts when it has cleared. −$400.00"
    assert f"Demanded $900.00 {row} Still owed $500.00" in text
    assert "Pay the rest of $500.00." in text


def test_notice_while_an_agreement_stands_asks_for_what_was_agreed(
    fight: Case, team: list[User]
) -> None:
    ana, ben = team
    make_payment(fight, "50.00", status="cleared", received_on=NOON.date() - 5 * DAY)
    counted = make_payment(fight, "100.00", status="cleared", received_on=NOON.date() - 5 * DAY)
    agreement = make_agreement(fight, amount="600.00")
    agreement.counted.add(counted)
    make_payment(fight, "200.00", status="cleared")
    text = printed(say_yes(draft(make_state(fight, S.AGREED), ana, V.DEFAULT_NOTICE), ben))
    assert "Agreed $600.00" in text
    assert "−$50.00" not in text
    assert "Still owed $300.00" in text
    assert "Pay $300.00." in text
    Offer.objects.update(status=Offer.Status.BROKEN)
    Letter.objects.filter(variant=V.DEFAULT_NOTICE).delete()
    fight = make_state(fight, S.ESCALATING)
    letter = draft(fight, ana, V.DEFAULT_NOTICE)
    assert letter.asks == "Pay $550.00."  # the demand stands again


def test_no_answer_undoes_an_offer_that_was_accepted(fight: Case, team: list[User]) -> None:
    make_agreement(fight)
    fight = make_state(fight, S.AGREED)
    for variant in (V.COUNTER, V.REFUSAL):
        page = reverse("draft_paper", args=[fight.reference, variant])
        assert (
            "The newest offer was accepted. What was agreed stands." in at(team[0]).open(page).text
        )
    make_offer(fight, "300.00")
    assert at(team[0]).open(page).form(having="asks")


def test_letter_that_follows_goes_to_whom_the_demand_went(fight: Case, team: list[User]) -> None:
    Letter.objects.update(recipient_name="Maple Agents", recipient_address="5 Pine Street")
    make_payment(fight, "400.00", status="cleared")
    reply = draft(fight, team[0], V.REPLY_PAYMENT)
    assert (reply.recipient_name, reply.recipient_address) == ("Maple Agents", "5 Pine Street")


def test_draft_follows_the_balance_and_a_final_one_does_not(fight: Case, team: list[User]) -> None:
    ana, ben = team
    make_payment(fight, "1.00", status="bounced")
    letter = draft(fight, ana, V.REPLY_PAYMENT, asks="Pay the rest.")
    page = reverse("letter", args=[fight.reference, letter.version])
    assert "Still owed $900.00" in at(ana).open(page).text
    make_payment(fight, "400.00", status="cleared")
    assert "Still owed $500.00" in at(ana).open(page).text
    final = say_yes(letter, ben)
    make_payment(fight, "100.00", status="cleared")
    assert "Still owed $500.00" in at(ana).open(page).text
    assert final.sha256 == Letter.objects.get(pk=letter.pk).sha256


def test_answer_with_another_sum_prints_what_the_group_would_agree_to(
    fight: Case, team: list[User]
) -> None:
    ana, ben = team
    offer = make_offer(
        fight,
        "600.00",
        status=Offer.Status.COUNTERED,
        counter_amount=Decimal("800.00"),
        counter_terms="Nobody has to be silent about it.",
    )
    letter = draft(fight, ana, V.COUNTER, f"?offer={offer.pk}")
    text = printed(say_yes(letter, ben))
    assert "you offered $600.00." in text
    assert "Pay $800.00. Nobody has to be silent about it." in text
    assert "further action" not in text


def test_notice_of_a_bounced_cheque_gives_three_days(fight: Case, team: list[User]) -> None:
    ana, _ben = team
    payment = make_payment(fight, "900.00", status="bounced")
    letter = draft(fight, ana, V.DEFAULT_NOTICE, f"?payment={payment.pk}")
    assert letter.answer_by == dt.date(2026, 11, 19)
    assert "was returned by the bank." in letter.facts
    assert letter.asks == "Pay $900.00."


def test_offer_of_another_case_is_not_there(fight: Case, team: list[User]) -> None:
    other = make_offer(make_case(state=S.ESCALATING, team=[make_user("Cleo")]))
    page = reverse("draft_paper", args=[fight.reference, V.COUNTER])
    at(team[0]).open(f"{page}?offer={other.pk}", status=404)


@pytest.mark.parametrize(
    ("variant", "state"),
    [
        (V.REPLY_PAYMENT, S.PREPARING),
        (V.AGREEMENT, S.ESCALATING),
        (V.CLOSING, S.CLOCK_RUNNING),
        (V.DEFAULT_NOTICE, S.WON),
    ],
)
def test_letter_is_not_written_while_it_would_not_be_true(
    fight: Case, team: list[User], variant: str, state: str
) -> None:
    make_state(fight, state)
    page = reverse("draft_paper", args=[fight.reference, variant])
    text = at(team[0]).open(page).text
    assert "No letter is written while the case is at" in text


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        (V.REPLY_PAYMENT, "No payment was noted yet."),
        (V.COUNTER, "No offer was noted yet."),
        (V.REFUSAL, "No offer was noted yet."),
    ],
)
def test_nothing_is_answered_that_nobody_noted(
    fight: Case, team: list[User], variant: str, reason: str
) -> None:
    browser = at(team[0]).open(reverse("draft_paper", args=[fight.reference, variant]))
    assert reason in browser.text
    assert reason in at(team[0]).open(reverse("papers", args=[fight.reference])).text


def test_letter_after_the_demand_is_never_the_one_that_is_delivered(
    fight: Case, team: list[User]
) -> None:
    ana, ben = team
    make_offer(fight, "100.00")
    final = say_yes(draft(fight, ana, V.REFUSAL), ben)
    assert Letter.objects.demands().issued().get().variant == V.DEMAND
    page = reverse("letter", args=[fight.reference, final.version])
    text = at(ana).open(page).send(to="/sent/").text
    assert "It went out on" in text
    at(ana).open(page)
    final.refresh_from_db()
    assert final.sent_on == NOON.date()


def test_demand_is_not_noted_as_sent(client: Client, fight: Case, team: list[User]) -> None:
    client.force_login(team[0])
    demand = Letter.objects.demands().get()
    answer = client.post(reverse("send_letter", args=[fight.reference, demand.version]))
    assert answer.status_code == 409
    assert Letter.objects.get(pk=demand.pk).sent_on is None


# Somebody with influence, and a reminder


def knows(fight: Case, name: str, role: str, **values: str) -> Target:
    """Put somebody beside the target, as a register shows or as somebody says."""
    other = make_target(name, address="9 Oak Street")
    link_targets(other, fight.target, role, **values)
    return other


def test_who_can_use_their_influence_is_asked_for_no_money(fight: Case, team: list[User]) -> None:
    ana, ben = team
    knows(fight, "Harbor Hotel", "client")
    deadline = Case.objects.get(pk=fight.pk).deadline_at
    letter = draft(fight, ana, V.INFLUENCE)
    assert (letter.recipient_name, letter.recipient_address) == ("Harbor Hotel", "9 Oak Street")
    text = printed(say_yes(letter, ben))
    assert "We write to you because your word counts with Golden Fork." in text
    assert "Golden Fork has had our letter about it since Saturday 14 November 2026." in text
    assert "What we ask of you Speak with Golden Fork" in text
    for word in ("$", "Deadline", "Owed", "further action", "How to pay"):
        assert word not in text
    assert Case.objects.get(pk=fight.pk).deadline_at == deadline


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ({"facts": "They owe $900.00."}, "“$900.00” (the facts)"),
        ({"asks": "Pay the wages."}, "“Pay” (the demands)"),
        ({"how_to_pay": "Payment by cheque."}, "“Payment” (how to pay)"),
        ({"facts": "Son 900 dólares.", "language": "es"}, "“900 dólares” (the facts)"),
        ({"asks": "Pague los salarios.", "language": "es"}, "“Pague” (the demands)"),
    ],
)
def test_letter_to_somebody_who_owes_nothing_stops_where_it_asks_for_money(
    fight: Case, team: list[User], typed: dict[str, str], word: str
) -> None:
    knows(fight, "Harbor Hotel", "client")
    letter = draft(fight, team[0], V.INFLUENCE, **typed)
    page = at(team[0]).open(reverse("letter", args=[fight.reference, letter.version]))
    assert "This letter asks for no money, as who gets it owes none. Take out:" in page.text
    assert word in page.text
    assert "read it and said yes" not in page.text


@pytest.mark.parametrize("addressee", ["Golden Fork", "Somebody else"])
def test_request_goes_only_to_who_is_confirmed_beside_the_target(
    fight: Case, team: list[User], addressee: str
) -> None:
    knows(fight, "Harbor Hotel", "client")
    letter = draft(fight, team[0], V.INFLUENCE, recipient_name=addressee, recipient_address="")
    page = at(team[0]).open(reverse("letter", args=[fight.reference, letter.version])).text
    assert "Write to somebody who is confirmed to be linked to the target: Harbor Hotel." in page


def test_each_further_recipient_of_a_request_is_confirmed_too(
    fight: Case, team: list[User]
) -> None:
    for name in ("Harbor Hotel", "Bank of Elm"):
        knows(fight, name, "client")
    letter = draft(fight, team[0], V.INFLUENCE, also_to="Bank of Elm\n1 Elm Street")
    page = reverse("letter", args=[fight.reference, letter.version])
    assert "Write to somebody who is confirmed" not in at(team[0]).open(page).text
    Letter.objects.filter(pk=letter.pk).update(also_to="Somebody else\n1 Elm Street")
    assert "Write to somebody who is confirmed" in at(team[0]).open(page).text


def test_nobody_is_asked_while_nobody_is_confirmed(fight: Case, team: list[User]) -> None:
    knows(fight, "Harbor Hotel", "client", confidence="likely")
    knows(fight, "Kim Fork", "relative")
    page = at(team[0]).open(reverse("draft_paper", args=[fight.reference, V.INFLUENCE])).text
    assert "Nobody is confirmed to be linked to the target." in page


def test_request_goes_to_whom_the_organizer_picks(fight: Case, team: list[User]) -> None:
    knows(fight, "Harbor Hotel", "client")
    bank = knows(fight, "Bank of Elm", "lender")
    page = at(team[0]).open(reverse("draft_paper", args=[fight.reference, V.INFLUENCE]))
    assert "Harbor Hotel Client" in page.text
    assert draft(fight, team[0], V.INFLUENCE, f"?to={bank.pk}").recipient_name == "Bank of Elm"


def test_reminder_is_only_written_when_somebody_affected_asked_for_it(
    fight: Case, team: list[User]
) -> None:
    ana, ben = team
    Demand.objects.filter(case=fight).update(other_terms="A reference.")
    browser = at(ana).open(reverse("draft_paper", args=[fight.reference, V.REMINDER]))
    browser.send(having="asks")
    assert "A reminder is only written when they ask for it." in browser.text
    assert not Letter.objects.filter(variant=V.REMINDER).exists()
    browser.send(having="asks", asked_by=asker(fight)).done()
    letter = Letter.objects.get(variant=V.REMINDER)
    noted = LogEntry.objects.get(event=Event.LETTER_DRAFTED, data__version=letter.version)
    assert noted.note == "Rosa asked for it on Monday 16 November 2026."
    assert letter.answer_by == dt.date(2026, 11, 28)
    text = printed(say_yes(letter, ben))
    assert "This follows our letter of Saturday 14 November 2026." in text
    assert "The deadline in it ends on Saturday 28 November 2026." in text
    assert "Pay $900.00. A reference." in text
    assert "Still owed $900.00" in text


def test_reminder_after_the_deadline_comes_too_late(fight: Case, team: list[User]) -> None:
    Case.objects.filter(pk=fight.pk).update(deadline_at=NOON - DAY)
    page = at(team[0]).open(reverse("draft_paper", args=[fight.reference, V.REMINDER])).text
    assert "The deadline is over. A reminder comes too late." in page


def test_letters_after_the_demand_start_with_the_texts_of_the_group(
    fight: Case, team: list[User]
) -> None:
    LetterText.objects.create(
        kind="refusal", language="en", subject="No", body="{offer_sum} is not {sum}."
    )
    make_offer(fight, "100.00")
    letter = draft(fight, team[0], V.REFUSAL)
    assert (letter.subject, letter.facts) == ("No", "$100.00 is not $900.00.")


# Copies to read


def test_person_reads_the_letter_in_their_language_before_they_say_yes(
    team: list[User],
) -> None:
    ana, _ben = team
    rosa = make_person("Rosa", language_read="es")
    case = make_case(state=S.PREPARING, team=team, target=make_target(), person=rosa, code=CODE)
    make_line(case, amount="900.00")
    make_demand(case, "900.00")

    letter = make_draft(case, by=ana)
    page = reverse("letter", args=[case.reference, letter.version])
    assert "There is none yet." in at(ana).open(page).text
    at(ana).open(f"{page}copy/es/").send(
        subject="Salario no pagado", facts="Rosa limpió sus oficinas.", how_to_pay="En efectivo."
    ).done()
    stranger = Browser()
    stranger.open(reverse("open_status", args=[CODE]))
    seen = stranger.open(reverse("status_letter", args=[letter.version])).text
    assert "Rosa limpió sus oficinas." in seen
    assert "Lo que exigimos" in seen
    assert "$900.00" in seen
    assert "Rosa cleaned your offices" in seen  # the letter itself


def test_copy_of_an_answer_starts_in_the_readers_language(fight: Case, team: list[User]) -> None:
    make_offer(fight, "100.00")
    letter = draft(fight, team[0], V.REFUSAL)
    page = at(team[0]).open(reverse("reading_copy", args=[fight.reference, letter.version, "es"]))
    assert own_texts.shipped(V.REFUSAL, "es").subject.startswith("Su oferta")
    assert "Su oferta" in page.page.content.decode()
    page.send(having="facts").done()
    copy = ReadingCopy.objects.get(letter=letter)
    assert "{" not in copy.facts
    assert "usted ofreció $100.00." in copy.facts


def test_copy_is_not_written_in_the_letters_own_language(fight: Case, team: list[User]) -> None:
    version = Letter.objects.get().version
    at(team[0]).open(reverse("reading_copy", args=[fight.reference, version, "en"]), status=404)


def test_second_editor_of_a_copy_sees_both_texts(fight: Case, team: list[User]) -> None:
    ana, ben = team
    page = reverse("reading_copy", args=[fight.reference, Letter.objects.get().version, "es"])
    words = {"subject": "Pago", "how_to_pay": "En efectivo."}
    at(ana).open(page).send(facts="Uno.", **words).done()
    first, second = at(ana).open(page), at(ben).open(page)
    first.send(facts="Dos.", **words).done()
    both = second.send(facts="Tres.", **words).text
    assert "They wrote: Dos." in both
    assert "Tres." in second.page.content.decode()


# Poster


def test_poster_says_what_is_owed_today(fight: Case, team: list[User]) -> None:
    page = reverse("poster", args=[fight.reference])
    words = {"headline": "Eating here?", "lines": "Three weeks of work were not paid."}
    text = at(team[0]).open(page).send(**words).done().text
    assert "Golden Fork still owes $900.00 to Rosa." in text
    assert "Put up on Monday 16 November 2026." in text
    make_payment(fight, "400.00", status="cleared")
    make_payment(fight, "100.00")
    assert "Golden Fork still owes $500.00 to Rosa." in at(team[0]).open(page).text
    assert "chose to ask for less" not in at(team[0]).open(page).text
    Demand.objects.filter(case=fight).update(not_asked="50.00")
    assert "chose to ask for less" in at(team[0]).open(page).text
    make_payment(fight, "500.00", status="cleared")
    assert "still owes" not in at(team[0]).open(page).text


def test_poster_opens_while_a_fight_is_paused_and_not_before_it_was_taken_on(
    team: list[User],
) -> None:
    paused = make_case(state=CaseState.ON_HOLD, held_state=CaseState.PREPARING, team=team)
    asked = make_case(state=CaseState.ON_HOLD, held_state=CaseState.MEETING, team=team)
    at(team[0]).open(reverse("poster", args=[paused.reference]))
    at(team[0]).open(reverse("poster", args=[asked.reference]), status=404)


def test_poster_gives_away_no_name_that_was_not_chosen(fight: Case, team: list[User]) -> None:
    fight.parties.update(public_name="none")
    page = reverse("poster", args=[fight.reference])
    browser = at(team[0]).open(page).send(headline="Eating here?", lines="Rosa was not paid.")
    assert "Rosa does not want this name in public. Take it out." in browser.text
    browser.send(headline="Eating here?", lines="A cook was not paid.").done()
    assert "still owes $900.00 to one former worker." in browser.text


def test_sum_in_the_words_that_the_table_no_longer_says_is_pointed_out(
    fight: Case, team: list[User]
) -> None:
    letter = draft(fight, team[0], V.REMINDER, asked_by=asker(fight))
    page = reverse("letter", args=[fight.reference, letter.version])
    assert "its table says" not in at(team[0]).open(page).text
    make_payment(fight, "400.00", status="cleared")
    said = "The letter asks for $900.00, and its table says $500.00 is still owed."
    assert said in at(team[0]).open(page).text


def test_person_affected_finds_each_letter_that_waits_for_their_yes(
    fight: Case, team: list[User], client: Client
) -> None:
    reminder = draft(fight, team[0], V.REMINDER, asked_by=asker(fight))
    make_payment(fight, "400.00", status="cleared")
    draft(fight, team[0], V.REPLY_PAYMENT)
    client.post(reverse("status"), {"code": CODE})
    page = client.get(reverse("status_case")).text
    assert page.count("The letter waits for your yes.") == 2
    for version in (1, 2, 3):
        assert reverse("status_letter", args=[version]) in page
    seen = client.get(reverse("status_letter", args=[2])).context["seen"]
    client.post(reverse("status_letter", args=[2]) + "approve/", {"seen": seen})
    assert reminder.approvals.count() == 1
    assert client.get(reverse("status_case")).text.count("The letter waits for your yes.") == 1
