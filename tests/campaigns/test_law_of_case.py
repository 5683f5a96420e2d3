"""What the pages of a case say about what may be owed by law, and how a rule is edited."""

import datetime as dt
import html
import re
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns import law_of_case, rules
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    ClaimLine,
    DepositRule,
    Sheet,
    User,
    WorkDay,
)
from campaigns.models.rules import WageRule
from campaigns.wording import money
from tests.factories import make_case, make_group, make_line, make_payment, make_person, make_user

D, N = dt.date, Decimal
K = ClaimLine.Kind


@pytest.fixture
def ana(db: None, client: Client) -> User:
    make_group(jurisdiction="US-WA")
    rules.load()
    user = make_user("Ana")
    client.force_login(user)
    return user


@pytest.fixture
def today() -> D:
    return D(2026, 8, 20)


def kept_deposit(ana: User, **sheet: object) -> Case:
    """The case of D1: 1,800.00, of which 250.00 is agreed; moved out on 30 June."""
    case = make_case(
        kind=Case.Kind.DEPOSIT,
        state=CaseState.PREPARING,
        team=[ana],
        sheet={"ended_on": D(2026, 6, 30), "keys_returned_on": D(2026, 6, 30)} | sheet,
    )
    make_line(case, kind=K.DEPOSIT, amount="1800.00")
    make_line(case, kind=K.DEDUCTION, amount="250.00", accepted=N("250.00"))
    return case


def unpaid_work(ana: User, **sheet: object) -> Case:
    case = make_case(state=CaseState.PREPARING, team=[ana], sheet=sheet)
    make_line(case, kind=K.WORK, amount="1", figure=None, quantity=N(38), rate=N(20), paid=N(520))
    make_line(case, kind=K.SUM, amount="35.00", label="Bank fee")
    return case


def words(client: Client, url: str) -> str:
    page = re.sub(r"<[^>]+>", " ", client.get(url).content.decode())
    return " ".join(html.unescape(page).split())


def test_page_keeps_the_claim_apart_from_what_may_be_owed(
    client: Client, ana: User, today: D
) -> None:
    case = kept_deposit(ana)
    with time_machine.travel("2026-08-20 12:00 -0700", tick=False):
        for name in ("case_rules", "case_money"):
            page = words(client, reverse(name, args=[case.reference]))
            assert "Penalty for keeping a deposit" in page
            assert "if it was kept without a good reason" in page
            assert "Wash. Rev. Code § 59.18.280" in page
            assert "2 × $1,800.00 = $3,600.00 in all, less $1,550.00" in page
            assert "up to $2,050.00" in page
            assert "Claimed and not paid yet $1,550.00" in page
            assert "Claimed, and the most that may be owed by law up to $3,600.00" in page
            assert "Nobody checked this rule yet." in page
            assert "high (2nd: multifamilynw.org" in page


def test_checked_rule_says_who_checked_it_and_when(client: Client, ana: User) -> None:
    DepositRule.objects.filter(jurisdiction="US-WA").update(
        checked_by=ana, checked_on=D(2026, 8, 3)
    )
    page = words(client, reverse("case_rules", args=[kept_deposit(ana).reference]))
    assert "Checked Ana, Monday 3 August" in page
    assert "Nobody checked this rule yet." not in page


def test_payments_come_off_before_the_law_adds_anything(ana: User, today: D) -> None:
    case, group = kept_deposit(ana), make_group(jurisdiction="US-TX")
    Sheet.objects.filter(case=case).update(forwarding_given_on=D(2026, 6, 30))
    case.refresh_from_db()
    make_payment(case, "550.00", status="cleared")
    found = law_of_case.section(case, group, today=today)
    assert (found.claimed, found.most) == (N("1000.00"), N("2100.00"))  # 100 + 3 x 1,000 in all


def test_wages_are_multiplied_and_costs_are_not(ana: User) -> None:
    case = unpaid_work(ana, payday_on=D(2026, 3, 6))
    found = law_of_case.section(case, make_group(jurisdiction="US-NY"), today=D(2026, 9, 2))
    assert (found.claimed, found.most) == (N("275.00"), N("250.65"))
    assert [line.amount for line in found.lines] == ["$240.00", "$10.65"]
    assert found.lines[1].each_day == "and $0.0592 for each further day"
    assert found.lines[1].working == "$240.00 × 9% a year × 180 days"


def test_last_pay_is_late_by_how_the_job_ended(ana: User) -> None:
    facts = {"ended_on": D(2026, 5, 1), "day_pay": N(160), "job_end": "fired"}
    case, group = unpaid_work(ana, **facts), make_group(jurisdiction="US-CA")
    fired = law_of_case.section(case, group, today=D(2026, 5, 3))
    assert [line.amount for line in fired.lines] == ["$240.00", "$320.00"]
    case.sheet.job_end = "quit"  # due after 72 hours
    assert law_of_case.section(case, group, today=D(2026, 5, 4)).lines == []


def test_day_of_waiting_is_worked_out_for_one_person_only(ana: User) -> None:
    facts = {"ended_on": D(2026, 5, 1), "day_pay": N(160), "job_end": "fired"}
    case, group = unpaid_work(ana, **facts), make_group(jurisdiction="US-CA")
    luz = CaseParty.objects.create(case=case, person=make_person("Luz"))
    make_line(case, party=luz, kind=K.WORK, figure=None, quantity=N(1), rate=N(20))
    found = law_of_case.section(case, group, today=D(2026, 5, 9))
    assert [line.label for line in found.lines] == ["More for wages that were not paid"]
    assert found.missing == ["a case of its own for each person: days of waiting are their own"]


@pytest.mark.parametrize(
    ("kind", "values", "hour"),
    [
        (K.WORK, {"quantity": N(8), "rate": N(20)}, N(20)),
        (K.WORK, {"quantity": N(1), "unit": "days", "rate": N(160)}, None),
        # What one hour should have been paid, not what it was.
        (K.MINIMUM, {"quantity": N(8), "rate": N("15.55"), "paid_rate": N(9)}, N("15.55")),
        (K.WEEK, {"rate": N(18)}, N(18)),
    ],
)
def test_day_of_waiting_counts_by_the_hourly_pay_of_the_line(
    ana: User, kind: str, values: dict[str, object], hour: Decimal | None
) -> None:
    case = make_case(
        state=CaseState.PREPARING, sheet={"ended_on": D(2026, 5, 1), "job_end": "fired"}
    )
    line = make_line(case, kind=kind, figure=None, **values)
    if kind == K.WEEK:
        WorkDay.objects.create(line=line, weekday=0, low=N(8))
        ClaimLine.objects.update(amount=line.worked_out())
    group = make_group(jurisdiction="US-OR")  # 8 hours' pay for each day
    found = law_of_case.section(case, group, today=D(2026, 5, 6))
    waited = [line.amount for line in found.lines if line.label == "Pay for waiting"]
    assert waited == ([] if hour is None else [money(hour * 8 * 2, "USD")])
    assert ("the pay for one hour, in the lines of the claim" in found.missing) == (hour is None)


def test_two_hourly_pays_of_one_person_are_not_chosen_between(ana: User) -> None:
    case = unpaid_work(ana, ended_on=D(2026, 5, 1), job_end="fired")
    make_line(case, kind=K.WORK, figure=None, quantity=N(1), rate=N(25))
    found = law_of_case.section(case, make_group(jurisdiction="US-OR"), today=D(2026, 5, 9))
    assert found.missing == ["one pay for one hour: the lines of the claim have several"]


def test_words_nobody_can_count_with_are_shown_and_add_nothing(client: Client, ana: User) -> None:
    make_group(jurisdiction="US-ME")
    case = unpaid_work(ana, payday_on=D(2026, 3, 6))
    page = words(client, reverse("case_rules", args=[case.reference]))
    assert "Interest: yes, reasonable rate (26 M.R.S. § 626-A)" in page
    assert "Nothing is worked out" in page


@pytest.mark.parametrize("place", ["US-KY", "US-TN"])
def test_place_without_a_deadline_shows_its_note_and_no_sum(
    client: Client, ana: User, place: str
) -> None:
    make_group(jurisdiction=place)
    page = words(client, reverse("case_rules", args=[kept_deposit(ana).reference]))
    assert DepositRule.objects.get(jurisdiction=place).note[:30] in page
    assert "up to" not in page
    assert "Nothing can be worked out today" in page


def test_words_of_the_table_are_marked_as_english(client: Client, ana: User) -> None:
    make_group(jurisdiction="US-KY")
    url = reverse("case_rules", args=[kept_deposit(ana).reference])
    note = f'<span lang="en">{DepositRule.objects.get(jurisdiction="US-KY").note[:20]}'
    for language in ("en", "es"):
        User.objects.filter(pk=ana.pk).update(language=language)
        assert note in client.get(url).text


def test_what_the_sheet_lacks_is_named(client: Client, ana: User) -> None:
    make_group(jurisdiction="US-IA")
    case = kept_deposit(ana, forwarding_given_on=D(2026, 6, 30))
    page = words(client, reverse("case_rules", args=[case.reference]))
    assert "To work out more, the case sheet lacks: one month's rent." in page


def test_fight_that_is_about_something_else_has_no_such_section(client: Client, ana: User) -> None:
    case = make_case(kind=Case.Kind.OTHER, state=CaseState.PREPARING, team=[ana])
    for name in ("case_rules", "case_money"):
        assert "May be owed by law" not in words(client, reverse(name, args=[case.reference]))


# The sheet


@pytest.mark.parametrize(
    ("kind", "asked", "not_asked"),
    [
        (Case.Kind.DEPOSIT, {"asked_on", "monthly_rent"}, {"job_end", "day_pay"}),
        (
            Case.Kind.WAGES,
            {"asked_on", "job_end", "payday_on", "last_pay_on", "day_pay"},
            {"monthly_rent", "keys_returned_on"},
        ),
    ],
)
def test_sheet_asks_what_the_rules_ask_for(
    client: Client, ana: User, kind: str, asked: set[str], not_asked: set[str]
) -> None:
    case = make_case(kind=kind, state=CaseState.PREPARING, team=[ana])
    fields = set(client.get(reverse("edit_sheet", args=[case.reference])).context["form"].fields)
    assert asked <= fields
    assert not not_asked & fields


def test_pay_of_a_day_is_kept_and_shown_as_money(client: Client, ana: User) -> None:
    case = make_case(state=CaseState.PREPARING, team=[ana])
    url = reverse("edit_sheet", args=[case.reference])
    typed = {"story": "x", "seen_version": "1", "day_pay": "$160", "job_end": "fired"}
    assert client.post(url, typed).status_code == 302
    assert Sheet.objects.get(case=case).day_pay == N("160.00")
    page = words(client, case.get_absolute_url())
    assert "Pay for one usual day $160.00" in page
    assert "How the job ended They were fired or laid off" in page


# The rules pages


def edited(client: Client, kind: str, **typed: str) -> tuple[int, str]:
    url = reverse("edit_rule", args=[kind, "US-WA"])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    answer = client.post(url, {k: v for k, v in sent.items() if v is not True} | typed)
    return answer.status_code, answer.content.decode()


def test_codes_are_chosen_in_words_and_another_one_can_be_typed(client: Client, ana: User) -> None:
    page = client.get(reverse("edit_rule", args=["deposit", "US-WA"])).content.decode()
    assert "The whole deposit, and that is all together</option>" in page
    status, _page = edited(client, "deposit", other_penalty_basis="withheld_amount; additional")
    assert status == 302
    rule = DepositRule.objects.get(jurisdiction="US-WA")
    assert rule.penalty_basis == "withheld_amount;additional"
    assert rule.deadline_starts == "later_of:tenancy_end+vacate"


def test_what_is_no_code_is_refused_with_a_sentence_and_nothing_is_lost(
    client: Client, ana: User
) -> None:
    status, page = edited(client, "wages", other_damages_multiplier="lots", note="As we read it")
    assert status == 200
    assert "“lots” is no code we know. Look at the example." in page
    assert "<b>Damages: Another code</b>" in page
    assert 'value="lots"' in page
    assert "As we read it" in page
    assert WageRule.objects.get(jurisdiction="US-WA").damages_multiplier == "double"


@pytest.mark.parametrize(
    ("kind", "field", "typed", "sentence"),
    [
        ("deposit", "return_deadline_days", "99999999999999", "The most is 999."),
        ("deposit", "return_deadline_days_no_deductions", "-1", "must be zero or more"),
        ("deposit", "penalty_multiplier", "-2", "must be more than zero"),
        ("deposit", "deposit_interest_percent", "-5", "must be more than zero"),
        ("deposit", "max_deposit_months", "two", "Write a number"),
        ("wages", "claim_limit_years", "-3", "must be more than zero"),
    ],
)
def test_number_no_law_can_have_is_refused_and_stays_in_its_field(
    client: Client, ana: User, kind: str, field: str, typed: str, sentence: str
) -> None:
    status, page = edited(client, kind, **{field: typed})
    assert status == 200
    assert sentence in page
    assert f'value="{typed}"' in page


def test_code_of_a_wage_rule_is_chosen_from_the_list(client: Client, ana: User) -> None:
    assert edited(client, "wages", damages_multiplier="up_to_treble")[0] == 302
    assert WageRule.objects.get(jurisdiction="US-WA").damages_multiplier == "up_to_treble"


def test_rules_page_says_which_words_count_for_nothing(client: Client, ana: User) -> None:
    make_group(jurisdiction="US-CA")
    page = words(client, reverse("rules"))
    assert "10%/yr (Lab. Code § 218.6) [unchecked] Nothing is worked out from these words." in page
    assert "one day's wages per late day, max 30 days Interest" in page
