"""Rules of places: where they come from, what they say about a case, and who checked them."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns import rules
from campaigns.models import Case, CaseState, ClaimLine, DepositRule, Sheet, User, WageRule
from campaigns.rule_words import in_words
from letters.document import as_html
from letters.drafting import document_for
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

D = dt.date
LEFT, STATEMENT = D(2026, 9, 1), D(2026, 10, 5)


@pytest.fixture
def ana(db: None, client: Client) -> User:
    make_group(jurisdiction="US-WA")
    user = make_user("Ana")
    client.force_login(user)
    return user


def washington(**values: object) -> DepositRule:
    return DepositRule(
        **{
            "jurisdiction": "US-WA",
            "name": "Washington",
            "return_deadline_days": 30,
            "deadline_starts": "later_of:tenancy_end+vacate",
            "citation": "RCW 59.18.280",
        }
        | values
    )


# The file


def test_file_is_loaded_once_and_an_empty_cell_stays_unknown(db: None) -> None:
    assert rules.load() == 59 + 58
    assert rules.load() == 0
    kentucky = DepositRule.objects.get(jurisdiction="US-KY")
    assert kentucky.return_deadline_days is None
    assert kentucky.penalty_multiplier is None or kentucky.penalty_multiplier > 0
    assert DepositRule.objects.get(jurisdiction="US-AZ").business_days is True
    assert WageRule.objects.get(jurisdiction="US-NY").claim_limit_years == Decimal("6")


def test_row_the_group_edited_is_never_written_over_and_others_follow_the_file(db: None) -> None:
    rules.load()
    DepositRule.objects.filter(jurisdiction="US-WA").update(return_deadline_days=21, version=2)
    DepositRule.objects.filter(jurisdiction="US-CA").update(return_deadline_days=99)
    assert rules.load() == 0
    assert DepositRule.objects.get(jurisdiction="US-WA").return_deadline_days == 21
    assert DepositRule.objects.get(jurisdiction="US-CA").return_deadline_days == 21


# Days of a deposit


@pytest.mark.parametrize(
    ("until", "business", "days"),
    [
        (LEFT, False, 0),
        (STATEMENT, False, 34),
        (D(2026, 8, 31), False, -1),
        (D(2026, 3, 20), True, 14),  # from Monday 2 March: 14 working days
        (D(2026, 3, 8), True, 4),
    ],
)
def test_days_elapsed_count_from_day_zero(until: dt.date, business: bool, days: int) -> None:
    first = D(2026, 3, 2) if business else LEFT
    assert rules.days_elapsed(first, until, business_days=business) == days


@pytest.mark.parametrize(
    ("starts", "sheet", "day"),
    [
        ("later_of:tenancy_end+vacate", {"ended_on": LEFT}, LEFT),
        (
            "later_of:tenancy_end+vacate",
            {"ended_on": LEFT, "keys_returned_on": D(2026, 9, 3)},
            D(2026, 9, 3),
        ),
        (
            "earlier_of:tenancy_end+vacate",
            {"ended_on": LEFT, "keys_returned_on": D(2026, 9, 3)},
            LEFT,
        ),
        ("later_of:tenancy_end+forwarding_address_given", {"ended_on": LEFT}, None),
        ("vacate", {"keys_returned_on": LEFT}, LEFT),
        ("amount_agreed", {"ended_on": LEFT}, None),
        ("", {"ended_on": LEFT}, None),
        ("tenancy_end", {}, None),
    ],
)
def test_clock_starts_with_the_day_the_rule_names_or_not_at_all(
    starts: str, sheet: dict[str, dt.date], day: dt.date | None
) -> None:
    assert rules.clock_start(starts, Sheet(**sheet)) == day


def test_34_days_passed_and_the_limit_is_30() -> None:
    sheet = Sheet(ended_on=LEFT, statement_on=STATEMENT)
    found = rules.deposit_days(washington(), sheet, today=D(2026, 12, 1))
    assert found is not None
    assert (found.passed, found.limit, found.is_late, found.has_statement) == (34, 30, True, True)
    assert rules.deposit_words(found) == "34 days passed, the limit is 30."
    assert found.may_be_printed is False  # nobody checked it


def test_without_a_statement_days_run_until_today_and_the_longer_limit_counts() -> None:
    rule = washington(return_deadline_days=14, return_deadline_days_no_deductions=30)
    found = rules.deposit_days(
        rule, Sheet(ended_on=LEFT), today=D(2026, 9, 21), has_deductions=False
    )
    assert found is not None
    assert (found.passed, found.limit, found.is_late) == (20, 30, False)


@pytest.mark.parametrize("rule", [None, washington(return_deadline_days=None)])
def test_no_rule_or_an_empty_cell_says_nothing(rule: DepositRule | None) -> None:
    assert rules.deposit_days(rule, Sheet(ended_on=LEFT), today=STATEMENT) is None


def test_working_days_are_never_printed() -> None:
    rule = washington(business_days=True, checked_on=LEFT, return_deadline_days=14)
    found = rules.deposit_days(rule, Sheet(ended_on=LEFT), today=D(2026, 12, 1))
    assert found is not None
    assert found.is_late
    assert not found.may_be_printed


# Limits by law


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (D(2024, 2, 29), 12, D(2025, 2, 28)),
        (D(2026, 8, 31), 6, D(2027, 2, 28)),
        (D(2026, 12, 15), 3, D(2027, 3, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(
    day: dt.date, months: int, later: dt.date
) -> None:
    assert rules.later_by_months(day, months) == later


@pytest.mark.parametrize("statement", [None, D(2026, 7, 1)])
def test_no_day_has_passed_before_the_days_begin(statement: D | None) -> None:
    sheet = Sheet(ended_on=D(2026, 12, 31), statement_on=statement)
    rule = DepositRule(deadline_starts="vacate", return_deadline_days=30)
    found = rules.deposit_days(rule, sheet, today=D(2026, 11, 25))
    assert (found.passed, found.until, found.is_late) == (0, D(2026, 12, 31), False)


def test_first_claim_ends_first_and_what_somebody_told_us_goes_before_the_table() -> None:
    old = ClaimLine(from_date=D(2024, 3, 1), amount=Decimal("5.00"))
    new = ClaimLine(until_date=D(2025, 3, 1), amount=Decimal("5.00"))
    paid = ClaimLine(from_date=D(2020, 1, 1), amount=Decimal("0.00"))
    undated = ClaimLine(amount=Decimal("5.00"))
    lines = [new, old, paid, undated]
    assert rules.claims_end_on(Sheet(), lines, Decimal("3")) == D(2027, 3, 1)
    assert rules.claims_end_on(Sheet(limitation_on=LEFT), lines, Decimal("3")) == LEFT
    assert rules.claims_end_on(Sheet(), lines, None) is None
    assert rules.line_ends_on(old, Decimal("0.25")) == D(2024, 6, 1)


# Pages


def test_own_place_comes_first_and_a_tick_says_who_checked_it_and_when(
    client: Client, ana: User
) -> None:
    rules.load()
    page = client.get(reverse("rules")).content.decode()
    assert "Deposits in Washington" in page
    assert "59.18.280" in page
    assert "Not checked yet" in page
    url = reverse("edit_rule", args=["deposit", "US-WA"])
    form = client.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields if form[name].value()}
    with time_machine.travel("2026-11-20 12:00 -0800", tick=False):
        assert client.post(url, typed | {"checked_now": "on"}).status_code == 302
    rule = DepositRule.objects.get(jurisdiction="US-WA")
    assert (rule.checked_by, rule.checked_on, rule.version) == (ana, D(2026, 11, 20), 2)
    assert client.post(url, typed).status_code == 409  # from before the check
    typed["seen_version"] = "2"
    typed["return_deadline_days"] = "21"
    assert client.post(url, typed).status_code == 302
    rule.refresh_from_db()
    assert (rule.return_deadline_days, rule.checked_by, rule.is_checked) == (21, None, False)


@pytest.mark.parametrize(
    ("field", "code", "words"),
    [
        (
            "deadline_starts",
            "later_of:tenancy_end+vacate",
            "whichever comes last: the tenancy ends, the keys are given back",
        ),
        (
            "final_pay_deadline_quit",
            "earlier_of:working_days:7+next_payday",
            "whichever comes first: 7 working days, the next payday",
        ),
        ("final_pay_deadline_fired", "hours:24", "24 hours"),
        ("final_pay_deadline_fired", "none", "no such rule was found"),
        (
            "penalty_basis",
            "withheld_amount+fixed:100;total",
            "what was wrongly kept + 100, and that is all together",
        ),
        ("penalty_basis", "full_deposit;additional", "the whole deposit, on top of what is owed"),
        ("damages_multiplier", "up_to_treble", "up to three times the wages"),
        ("damages_multiplier", "1.25", "1.25 times the wages"),
        (
            "damages_multiplier",
            "treble;at_least:1000;after_demand:14",
            "three times the wages, at least 1000, 14 days after they ask for it in writing",
        ),
        (
            "penalty_basis",
            "monthly_rent;additional;at_most:2*full_deposit",
            "one month's rent, on top of what is owed, at most 2 times the whole deposit",
        ),
        (
            "penalty_basis",
            "full_deposit;additional;not_for_lateness",
            "the whole deposit, on top of what is owed, but not because it comes late",
        ),
        (
            "final_pay_deadline_fired",
            "hours:24;from_demand",
            "24 hours from the day they ask for it in writing",
        ),
        ("max_deposit_months", Decimal("1.50"), "1.5"),
        ("interest", "8%/yr", "8%/yr"),
    ],
)
def test_codes_of_the_tables_are_shown_in_words(field: str, code: object, words: str) -> None:
    assert in_words(field, code) == words


def test_every_code_of_the_files_has_its_words(db: None) -> None:
    rules.load()
    shown = [
        str(cell.value)
        for model in (DepositRule, WageRule)
        for rule in model.objects.all()
        for cell in rules.rows_of(rule)
    ]
    assert [text for text in shown if re.match(r"[a-z]+_[a-z_]+|\w+_of:|\w+;total", text)] == []


def test_rules_are_for_organizers(client: Client, db: None) -> None:
    make_group()
    client.force_login(make_member())
    assert client.get(reverse("rules")).status_code == 404


def deposit_case(ana: User, **sheet: object) -> Case:
    case = make_case(
        kind=Case.Kind.DEPOSIT,
        state=CaseState.PREPARING,
        team=[ana, make_user()],
        target=make_target(),
        sheet={"ended_on": LEFT, "statement_on": STATEMENT, "started_on": D(2024, 1, 1)} | sheet,
    )
    make_demand(case, "1200.00")
    make_line(case, kind=ClaimLine.Kind.DEPOSIT, amount="1200.00")
    return case


def test_case_shows_days_limit_law_and_that_nobody_checked_it(client: Client, ana: User) -> None:
    washington().save()
    case = deposit_case(ana)
    said = "34 days passed, the limit is 30. RCW 59.18.280, not checked yet."
    assert said in client.get(case.get_absolute_url()).content.decode()
    page = client.get(reverse("case_rules", args=[case.reference])).content.decode()
    assert "34 days passed, the limit is 30." in page
    assert "Not checked yet" in page


@pytest.mark.parametrize("place", ["", "US-OR"])
def test_case_shows_no_law_of_a_place_without_a_rule(client: Client, ana: User, place: str) -> None:
    make_group(jurisdiction=place)
    washington().save()
    case = deposit_case(ana)
    for url in (case.get_absolute_url(), reverse("case_rules", args=[case.reference])):
        page = client.get(url).content.decode()
        assert "days passed" not in page
        assert "RCW" not in page


@pytest.mark.parametrize(
    ("values", "sheet", "printed"),
    [
        ({}, {}, None),
        ({"checked_on": LEFT}, {}, (30, 34)),
        ({"checked_on": LEFT}, {"statement_on": D(2026, 9, 20)}, None),  # in time
    ],
)
def test_letter_prints_the_days_only_of_a_checked_rule_that_was_broken(
    ana: User,
    values: dict[str, object],
    sheet: dict[str, object],
    printed: tuple[int, int] | None,
) -> None:
    washington(**values).save()
    letter = make_draft(deposit_case(ana, **sheet), by=ana)
    document = document_for(letter)
    assert document.deposit_days == printed
    sentence = "The deposit was due within 30 days. 34 days passed."
    assert (sentence in as_html(document)) == (printed is not None)


def test_limit_somebody_told_us_is_noted_with_who_said_it(client: Client, ana: User) -> None:
    case = make_case(state=CaseState.PREPARING, team=[ana])
    url = reverse("case_rules", args=[case.reference])
    typed = {"limitation_on": "2030-05-01", "seen_version": "1"}
    answer = client.post(url, typed)
    assert "Write down who told us that." in answer.content.decode()
    answer = client.post(url, typed | {"limitation_note": "The clinic on Yesler"})
    assert answer.status_code == 302
    assert Sheet.objects.get(case=case).limitation_on == D(2030, 5, 1)


def test_place_is_chosen_in_the_settings(client: Client, ana: User) -> None:
    rules.load()
    form = client.get(reverse("settings")).context["form"]
    assert ("US-WA", "Washington") in form.fields["jurisdiction"].choices
    assert form["keep_declined_days"].value() == 180


# A law that changes on a day


def changed(client: Client, key: str = "US-WA", **typed: str) -> int:
    url = reverse("edit_rule", args=["deposit", key])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    return client.post(url, sent | typed).status_code


def test_law_that_changes_on_a_day_keeps_the_old_row_for_the_time_before(
    client: Client, ana: User
) -> None:
    rules.load()
    typed = {"return_deadline_days": "21", "changes_on": "2027-01-01", "checked_now": "on"}
    assert changed(client, **typed) == 302
    old, new = rules.rows_of_place(DepositRule, "US-WA")
    assert (old.return_deadline_days, old.valid_from, old.is_checked) == (30, None, False)
    assert (new.return_deadline_days, new.valid_from, new.checked_by) == (21, D(2027, 1, 1), ana)
    assert (new.name, new.citation) == (old.name, old.citation)
    group = make_group(jurisdiction="US-WA")
    for day, limit in ((D(2026, 12, 31), 30), (D(2027, 1, 1), 21)):
        assert rules.deposit_rule(group, on=day).return_deadline_days == limit
    # Both are the group's own now: a new file changes neither.
    DepositRule.objects.filter(jurisdiction="US-WA").update(as_of="2027")
    assert rules.load() == 0
    assert {rule.as_of for rule in rules.rows_of_place(DepositRule, "US-WA")} == {"2027"}
    page = client.get(reverse("rules")).content.decode()
    assert "Deposits in Washington from Friday 1 January 2027" in page


def test_row_of_a_day_has_its_own_address_and_can_be_put_right(client: Client, ana: User) -> None:
    washington(version=2).save()
    washington(valid_from=D(2026, 7, 1), version=2).save()
    assert changed(client, "US-WA@2026-07-01", return_deadline_days="14") == 302
    rows = rules.rows_of_place(DepositRule, "US-WA")
    assert [rule.return_deadline_days for rule in rows] == [30, 14]
    for key in ("US-WA@2026-07-02", "US-WA@soon"):
        assert client.get(reverse("edit_rule", args=["deposit", key])).status_code == 404


@pytest.mark.parametrize("day", ["2026-07-01", "2026-06-30"])
def test_day_of_a_change_comes_after_the_one_before_it(client: Client, ana: User, day: str) -> None:
    washington().save()
    washington(valid_from=D(2026, 7, 1)).save()
    assert changed(client, "US-WA@2026-07-01", changes_on=day) == 200
    assert changed(client, "US-WA", changes_on="2026-07-01") == 200  # there is one already
    assert DepositRule.objects.count() == 2


def test_change_of_the_law_by_two_people_at_once_is_made_once(client: Client, ana: User) -> None:
    washington().save()
    url = reverse("edit_rule", args=["deposit", "US-WA"])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    sent["changes_on"] = "2027-01-01"
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent | {"changes_on": "2027-02-01"}).status_code == 409
    assert DepositRule.objects.count() == 2


@pytest.mark.parametrize(("left", "limit"), [(D(2026, 6, 30), 30), (D(2026, 7, 1), 21)])
def test_case_is_counted_by_the_law_of_the_day_they_left(
    client: Client, ana: User, left: dt.date, limit: int
) -> None:
    washington().save()
    washington(valid_from=D(2026, 7, 1), return_deadline_days=21).save()
    case = deposit_case(ana, ended_on=left)
    said = f"the limit is {limit}."
    for url in (case.get_absolute_url(), reverse("case_rules", args=[case.reference])):
        assert said in client.get(url).content.decode()
