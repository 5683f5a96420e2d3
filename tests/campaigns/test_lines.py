"""What each kind of line claims: the worked examples to the cent, rough hours, the forms, files."""

import datetime as dt
import random
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from campaigns import line_labels
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    ClaimLine,
    Evidence,
    TeamMembership,
    User,
    WageRule,
    WorkDay,
)
from campaigns.models.claims import ZERO
from campaigns.money_in import counted_before
from campaigns.wording import money
from tests.factories import (
    make_case,
    make_evidence,
    make_group,
    make_line,
    make_payment,
    make_person,
    make_user,
)

NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
K = ClaimLine.Kind
D = Decimal


def line(kind: str, *days: tuple[int, str], **values: Any) -> ClaimLine:
    texts = {"overtime", "unit", "is_about", "from_date", "label"}
    found = ClaimLine(kind=kind, **{k: v if k in texts else D(v) for k, v in values.items()})
    if kind == K.WEEK:
        found.typed_days = [WorkDay(weekday=day, low=D(hours)) for day, hours in days]
    return found


def claimed(*lines: ClaimLine) -> Decimal:
    return max(ZERO, sum((each.worked_out() for each in lines), ZERO))


# The worked examples


def test_w1_hours_times_rate_less_paid() -> None:
    assert claimed(line(K.WORK, quantity="38", rate="20", paid="520")) == D("240.00")


def test_w2_overtime_of_46_hours_in_one_week() -> None:
    days = [(0, "10"), (1, "9"), (2, "9"), (3, "9"), (4, "9")]
    week = line(K.WEEK, *days, rate="18", paid="828", overtime="w40")
    assert claimed(week) == D("54.00")
    assert week.working("USD") == "40 hours × $18.00 + 6 hours × $27.00 − $828.00 paid"


def test_w3_shortfall_and_tips_kept() -> None:
    shortfall = line(K.MINIMUM, quantity="30", rate="17.13", paid_rate="14")
    assert shortfall.worked_out() == D("93.90")
    assert shortfall.working("USD") == "30 hours × ($17.13 − $14.00)"
    assert claimed(shortfall, line(K.TIPS, figure="85")) == D("178.90")


def test_w4_taken_off_and_bank_fee() -> None:
    taken = [line(K.WITHHELD, figure="45"), line(K.WITHHELD, figure="60")]
    fee = line(K.BANK_FEE, figure="35")
    assert claimed(*taken, fee) == D("140.00")
    earned = [each for each in (*taken, fee) if each.kind in ClaimLine.EARNED]
    assert claimed(*earned) == D("105.00")  # what a law may multiply


def test_w5_last_wages_paid_late_claim_nothing() -> None:
    late = line(K.WORK, quantity="24", rate="20", paid="480")
    assert claimed(late) == D("0.00")


def test_overtime_of_13_hours_in_one_day_in_california() -> None:
    day = line(K.WEEK, (2, "13"), rate="20", overtime="w40d8x12s")
    assert claimed(day) == D("320.00")


@pytest.mark.parametrize(
    ("deposit", "accepted", "returned", "other", "owed"),
    [
        ("1800", "250", None, None, "1550.00"),  # D1
        ("1200", "150", "400", None, "650.00"),  # D2
        ("1000", None, "700", None, "300.00"),  # D3
        ("1500", "200", None, "150", "1450.00"),  # D4, with its interest
        ("1100", "100", "500", None, "500.00"),  # D5
        ("1000", "300", "800", None, "0.00"),  # more came back than was owed
    ],
)
def test_deposit_less_what_is_accepted_less_what_came_back(
    deposit: str, accepted: str | None, returned: str | None, other: str | None, owed: str
) -> None:
    lines = [line(K.DEPOSIT, figure=deposit)]
    if accepted:
        lines.append(line(K.DEDUCTION, figure="900", accepted=accepted))
    if returned:
        lines.append(line(K.RETURNED, figure=returned))
    if other:
        lines.append(line(K.SUM, figure=other))
    assert claimed(*lines) == D(owed)
    assert claimed(*lines, line(K.CHARGE, figure="350")) == D(owed)


def test_sums_are_exact_to_the_cent_and_printed_with_two_places() -> None:
    thirds = [line(K.SUM, figure="33.33")] * 3
    assert claimed(*thirds, line(K.SUM, figure="0.01")) == D("100.00")
    assert claimed(line(K.WORK, quantity="17.10", rate="37")) == D("632.70")
    assert money(claimed(line(K.SUM, figure="1234.5")), "USD") == "$1,234.50"


def test_cash_paid_bit_by_bit_is_taken_off() -> None:
    work = line(K.WORK, quantity="54", rate="18")
    bits = [line(K.PART_PAID, figure=bit) for bit in ("100", "50.25", "21.75")]
    assert claimed(work, *bits) == D("800.00")
    assert claimed(*bits) == ZERO


# Days


def test_seventh_day_is_the_last_of_the_week_that_begins_on_its_first_day() -> None:
    days = [(n, "8" if n == 2 else "4") for n in range(7)]  # eight hours on Wednesday
    begins_on = {name: dt.date(2026, 10, day) for name, day in (("thursday", 1), ("monday", 5))}
    found = {
        name: line(K.WEEK, *days, rate="10", overtime="w40d8x12s", from_date=day).worked_out()
        for name, day in begins_on.items()
    }
    assert found == {"thursday": D("360.00"), "monday": D("340.00")}


def test_day_has_its_own_rate_and_its_own_times() -> None:
    week = line(K.WEEK, (0, "8"), rate="15")
    night = WorkDay(weekday=4, starts=dt.time(22), ends=dt.time(4), pause=30, rate=D(20))
    week.typed_days.append(night)
    assert week.worked_out() == D("230.00")
    assert week.working("USD") == "8 hours × $15.00 + 5.5 hours × $20.00"


# Rough hours


def test_rough_hours_claim_the_lower_figure_and_show_the_range() -> None:
    rough = line(K.WORK, quantity="40", quantity_high="46", rate="18", paid="100")
    assert rough.worked_out() == D("620.00")
    assert rough.worked_out(high=True) == D("728.00")
    assert rough.working("USD") == "about 40 hours × $18.00 − $100.00 paid"
    assert rough.range_in_words("USD") == "Between $620.00 and $728.00. We ask for the lower."
    assert line(K.WORK, quantity="40", rate="18", is_about=True).range_in_words("USD") == ""


def test_rough_days_make_a_rough_week() -> None:
    week = line(K.WEEK, (0, "9"), (1, "8"), rate="10")
    assert (week.is_rough, week.range_in_words("USD")) == (False, "")
    week.typed_days[0].high = D(10)
    assert week.working("USD") == "about 17 hours × $10.00"
    assert week.range_in_words("USD") == "Between $170.00 and $180.00. We ask for the lower."


figures = st.decimals(min_value=D("0.01"), max_value=999, places=2)


@given(figures, figures, figures, figures)
def test_low_is_never_above_high(low: Decimal, more: Decimal, rate: Decimal, paid: Decimal) -> None:
    for kind in (K.WORK, K.MINIMUM):
        rough = ClaimLine(
            kind=kind, quantity=low, quantity_high=low + more, rate=rate, paid=paid, paid_rate=paid
        )
        assert ZERO <= rough.worked_out() <= rough.worked_out(high=True)


EACH_KIND = st.sampled_from([*K.values])


@given(
    st.lists(st.tuples(EACH_KIND, figures, figures, st.booleans()), max_size=12),
    st.randoms(use_true_random=False),
)
def test_lines_of_any_kind_add_up_in_any_order(
    rows: list[tuple[str, Decimal, Decimal, bool]], shuffle: random.Random
) -> None:
    lines = []
    for kind, first, second, is_accepted in rows:
        found = ClaimLine(kind=kind, quantity=first, rate=second, paid_rate=first, figure=second)
        found.accepted = second if is_accepted else ZERO
        found.typed_days = [WorkDay(weekday=0, low=min(first, D(24)))]
        lines.append(found)
    total = sum((each.worked_out() for each in lines), ZERO)
    assert total == total.quantize(D("0.01"))
    parts = [each.worked_out() for each in lines if each.kind in ClaimLine.EARNED]
    others = [each.worked_out() for each in lines if each.kind not in ClaimLine.EARNED]
    assert sum(parts, ZERO) + sum(others, ZERO) == total
    shuffle.shuffle(lines)
    assert sum((each.worked_out() for each in lines), ZERO) == total
    taken = (*ClaimLine.TAKES_OFF, K.DEDUCTION)
    assert all((each.worked_out() > 0) <= (each.kind not in taken) for each in lines)


# On the page


@pytest.fixture
def ana(client: Client, db: None) -> Iterator[User]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        user = make_user("Ana")
        client.force_login(user)
        yield user


@pytest.fixture
def case(ana: User) -> Case:
    return make_case(state=CaseState.MEETING, team=[ana])


def add(client: Client, case: Case, kind: str, **typed: Any) -> HttpResponse:
    known = {"party": case.parties.first().pk, "label": "Kept label", "unit": "hours"}
    return client.post(reverse("add_line", args=[case.reference, kind]), known | typed, follow=True)


@pytest.mark.parametrize(
    ("kind", "typed", "amount", "said"),
    [
        (
            "minimum",
            {"quantity": "30", "rate": "17.13", "paid_rate": "14"},
            "93.90",
            "30 hours × ($17.13 − $14.00) = $93.90",
        ),
        ("tips", {"figure": "85"}, "85.00", "Kept label: $85.00"),
        ("withheld", {"figure": "45"}, "45.00", "Kept label: $45.00"),
        ("bank_fee", {"figure": "35"}, "35.00", "Kept label: $35.00"),
        ("part_paid", {"figure": "120", "from_date": "2026-10-02"}, "-120.00", "−$120.00"),
        (
            "work",
            {"quantity": "40", "quantity_high": "46", "rate": "18"},
            "720.00",
            "about 40 hours × $18.00 = $720.00",
        ),
    ],
)
def test_each_kind_of_wage_line_is_worked_out(
    client: Client, case: Case, kind: str, typed: dict[str, str], amount: str, said: str
) -> None:
    assert said in add(client, case, kind, **typed).text
    assert case.claim_lines.get().amount == D(amount)


def test_charge_to_be_cancelled_adds_nothing(client: Client, ana: User) -> None:
    case = make_case(kind=Case.Kind.DEPOSIT, state=CaseState.MEETING, team=[ana])
    answer = add(client, case, "charge", figure="350")
    assert "$350.00 charged beyond the deposit, to be cancelled" in answer.text
    assert case.claim_lines.total() == ZERO


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("minimum", {"quantity": "3", "rate": "14", "paid_rate": "14"}, "not below the minimum"),
        ("minimum", {"quantity": "3", "rate": "14"}, "required"),
        ("work", {"quantity": "9", "quantity_high": "8", "rate": "9"}, "less than the figure"),
        ("part_paid", {"figure": "5", "from_date": "2027-01-01"}, "has not come yet"),
    ],
)
def test_line_that_cannot_be_is_shown_again(
    client: Client, case: Case, kind: str, typed: dict[str, str], sentence: str
) -> None:
    answer = add(client, case, kind, **typed)
    assert sentence in answer.text
    assert "Kept label" in answer.text
    assert not ClaimLine.objects.exists()


def test_minimum_of_the_place_is_put_in_once_somebody_checked_it(
    client: Client, case: Case, ana: User
) -> None:
    make_group(jurisdiction="US-WA")
    url = reverse("add_line", args=[case.reference, "minimum"])
    WageRule.objects.create(
        jurisdiction="US-WA", name="Washington", minimum_wage="17.13 USD (2026-11)"
    )
    page = client.get(url).text
    assert "Nobody has checked that yet" in page
    assert 'value="17.13"' not in page
    WageRule.objects.filter(jurisdiction="US-WA").update(checked_on=NOON.date())
    page = client.get(url).text
    assert "Nobody has checked that yet" not in page
    assert 'value="17.13"' in page
    make_group(jurisdiction="US-WA", currency="CAD")  # the figure is in other money
    assert 'value="17.13"' not in client.get(url).text


def test_payment_of_the_same_sum_as_cash_paid_in_part_is_asked_about(
    client: Client, case: Case
) -> None:
    make_payment(case, "120.00", received_on=dt.date(2026, 10, 2))
    answer = add(client, case, "part_paid", figure="120", from_date="2026-10-02")
    assert "takes it off already" in answer.text
    assert not ClaimLine.objects.exists()
    add(client, case, "part_paid", figure="120", from_date="2026-10-02", is_another="on")
    paid = case.claim_lines.get()
    assert counted_before(case, amount=D(120), received_on=dt.date(2026, 10, 2)) == paid


# The week


WEEK = {
    "rate": "18",
    "overtime": "w40",
    "paid": "828",
    "from_date": "2026-10-05",
    "day_0_starts": "08:00",
    "day_0_ends": "18:30",
    "day_0_pause": "30",
    "day_1_low": "9",
    "day_1_high": "10",
    "day_2_low": "9",
    "day_3_low": "9",
    "day_4_starts": "20:00",
    "day_4_ends": "05:00",
}


def test_week_is_worked_out_and_keeps_its_days(client: Client, case: Case) -> None:
    answer = add(client, case, "week", **WEEK)
    assert "about 40 hours × $18.00 + 6 hours × $27.00 − $828.00 paid = $54.00" in answer.text
    assert "Between $54.00 and $81.00. We ask for the lower." in answer.text
    week = case.claim_lines.get()
    assert (week.amount, week.until_date) == (D("54.00"), dt.date(2026, 10, 11))
    assert [day.minutes() / 60 for day in week.days.all()] == [10, 9, 9, 9, 9]
    page = client.get(reverse("edit_line", args=[case.reference, week.pk])).text
    assert 'value="08:00"' in page
    assert 'value="30"' in page


def test_week_is_changed_day_by_day_and_worked_out_again(client: Client, case: Case) -> None:
    add(client, case, "week", **WEEK)
    week = case.claim_lines.get()
    url = reverse("edit_line", args=[case.reference, week.pk])
    known = {"party": week.party_id, "label": "Week", "seen_version": 1}
    client.post(url, WEEK | known | {"day_1_low": "", "day_1_high": "", "day_3_low": "10"})
    week.refresh_from_db()
    assert (week.amount, week.version) == (ZERO, 2)
    assert [day.weekday for day in week.days.all()] == [0, 2, 3, 4]
    late = client.post(url, WEEK | known | {"day_3_low": "11"})
    assert late.status_code == 409
    assert "They wrote: 10.00" in late.text
    assert 'value="11"' in late.text
    assert case.claim_lines.get().days.get(weekday=3).low == 10


def test_next_week_starts_where_the_last_one_ended(client: Client, case: Case) -> None:
    add(client, case, "week", **WEEK)
    page = client.get(reverse("add_line", args=[case.reference, "week"])).text
    assert 'value="2026-10-12"' in page
    assert 'value="18.00"' in page
    assert 'value="w40" selected' in page


def test_next_week_can_start_with_the_same_hours(client: Client, case: Case) -> None:
    add(client, case, "week", **WEEK)
    week = case.claim_lines.get()
    page = client.get(reverse("edit_line", args=[case.reference, week.pk])).text
    url = f"{reverse('add_line', args=[case.reference, 'week'])}?like={week.pk}"
    assert url in page
    page = client.get(url).text
    for value in ("2026-10-12", "08:00", "18:30", "9", "10"):
        assert f'value="{value}"' in page
    assert client.get(f"{url}1").status_code == 404
    assert client.get(f"{url}x").status_code == 404


@pytest.mark.parametrize(
    ("typed", "where", "sentence"),
    [
        ({"day_1_starts": "09:00"}, "Tuesday: Until", "Write until when."),
        ({"day_1_ends": "09:00"}, "Tuesday: From", "Write from when."),
        ({"day_1_starts": "9ish", "day_1_ends": "17:00"}, "Tuesday: From", "Write a time"),
        ({"day_1_starts": "09:00", "day_1_ends": "09:00"}, "Tuesday: Until", "the same time"),
        (
            {"day_1_starts": "09:00", "day_1_ends": "10:00", "day_1_pause": "60"},
            "Tuesday: Break, minutes",
            "as long as the shift",
        ),
        (
            {"day_1_starts": "09:00", "day_1_ends": "10:00", "day_1_low": "1"},
            "Tuesday: Or: hours",
            "not both",
        ),
        ({"day_1_low": "25"}, "Tuesday: Or: hours", "A day has 24 hours."),
        ({"day_1_low": "9", "day_1_high": "8"}, "Tuesday: At most", "less than the figure"),
        ({"day_1_high": "8"}, "Tuesday: Or: hours", "Write how many hours"),
        ({"day_1_rate": "20"}, "Tuesday: Or: hours", "Write how many hours"),
        ({"day_1_low": "9", "day_1_pause": "30"}, "Tuesday: Break, minutes", "Take it off"),
        ({"day_1_low": "nine"}, "Tuesday: Or: hours", "Write a number"),
        ({"day_1_low": "0", "day_1_high": "3"}, "Tuesday: Or: hours", "Write how many hours"),
        ({"day_1_pause": "half"}, "Tuesday: Break, minutes", "Write a whole number"),
        ({"day_1_pause": "1500"}, "Tuesday: Break, minutes", "The most is 1439."),
    ],
)
def test_wrong_day_is_named_and_nothing_typed_is_lost(
    client: Client, case: Case, typed: dict[str, str], where: str, sentence: str
) -> None:
    answer = add(client, case, "week", rate="18", day_0_low="7.75", **typed)
    assert f"<b>{where}</b>" in answer.text
    assert sentence in answer.text
    for value in ("7.75", *typed.values()):
        assert f'value="{value}"' in answer.text
    assert not ClaimLine.objects.exists()


def test_day_with_no_hours_is_one_that_was_not_worked(client: Client, case: Case) -> None:
    off = {"day_1_low": "0", "day_1_pause": "0"}
    times = {"day_2_starts": "09:00", "day_2_ends": "10:00", "day_2_low": "0"}
    add(client, case, "week", rate="18", day_0_low="7", **off, **times)
    assert [(d.weekday, d.minutes()) for d in WorkDay.objects.all()] == [(0, 420), (2, 60)]


def test_week_without_a_day_is_not_taken(client: Client, case: Case) -> None:
    assert "at least one day" in add(client, case, "week", rate="18").text
    too_much = {f"day_{n}_low": "24" for n in range(7)}
    answer = add(client, case, "week", rate="999999.99", **too_much)
    assert "come to more than" in answer.text
    assert not ClaimLine.objects.exists()


def test_overtime_of_the_place_is_proposed_with_its_words(client: Client, case: Case) -> None:
    make_group(jurisdiction="US-CA")
    WageRule.objects.create(
        jurisdiction="US-CA",
        name="California",
        overtime_daily="yes; over 8 h 1.5x, over 12 h 2x, 7th-day rule",
    )
    url = reverse("add_line", args=[case.reference, "week"])
    page = client.get(url).text
    assert 'value="" selected' in page
    assert "at 2 (nobody has checked this yet)</option>" in page
    assert "over 12 h 2x, 7th-day rule. Nobody has checked that yet" in page
    WageRule.objects.update(checked_on=dt.date(2026, 10, 1))
    page = client.get(url).text
    assert 'value="w40d8x12s" selected' in page
    assert "nobody has checked" not in page
    WageRule.objects.update(overtime_daily="no")  # the federal week counts in every state
    assert 'value="w40" selected' in client.get(url).text


@pytest.mark.parametrize("typed_in", ["en", "es"])
def test_usual_name_of_a_line_is_said_in_the_language_of_whoever_reads(typed_in: str) -> None:
    with translation.override(typed_in):
        label = str(line_labels.USUAL["tips"])
    tips = ClaimLine(kind=K.TIPS, label=label, from_date=dt.date(2026, 10, 2))
    with translation.override("en"):
        assert tips.dated_label == "Tips kept, Fri 2 Oct 2026"
    with translation.override("es"):
        assert tips.dated_label == "Propinas que no entregaron, vie 2 oct 2026"
        tips.label = "Tips of the bar"
        assert tips.dated_label.startswith("Tips of the bar")


# Files that show a line


@pytest.fixture
def papers(case: Case) -> dict[str, Evidence]:
    return {
        "stub": make_evidence(case, description="Pay stub of May"),
        "court": make_evidence(case, description="Summons of the court", is_legal=True),
        "other": make_evidence(make_case(), description="Of another case"),
    }


def test_files_that_show_a_line_are_ticked_and_named(
    client: Client, case: Case, papers: dict[str, Evidence]
) -> None:
    page = client.get(reverse("add_line", args=[case.reference, "tips"])).text
    assert "Pay stub of May" in page
    assert "Summons" not in page
    assert "Of another case" not in page
    answer = add(client, case, "tips", figure="85", shown_by=[papers["stub"].pk])
    assert "Shown by: Pay stub of May." in answer.text
    refused = add(client, case, "tips", figure="9", shown_by=[papers["other"].pk])
    assert "not one of the available choices" in refused.text


def test_legal_paper_goes_on_showing_a_line_without_being_named(
    client: Client, case: Case, ana: User, papers: dict[str, Evidence]
) -> None:
    tips = make_line(case, kind=K.TIPS, amount="85")
    tips.evidence.set([papers["stub"], papers["court"]])
    page = client.get(case.get_absolute_url()).text
    assert "Shown by: Pay stub of May; a legal paper." in page
    assert "Summons" not in page
    url = reverse("edit_line", args=[case.reference, tips.pk])
    assert "Summons" not in client.get(url).text
    client.post(url, {"party": tips.party_id, "label": "Tips", "figure": "90", "seen_version": 1})
    assert list(tips.evidence.all()) == [papers["court"]]
    TeamMembership.objects.filter(user=ana).update(sees_legal=True)
    assert "Shown by: Summons of the court." in client.get(case.get_absolute_url()).text


def test_days_and_files_cost_two_queries_however_many_lines_there_are(
    case: Case, papers: dict[str, Evidence], django_assert_num_queries: Any
) -> None:
    def another_week() -> None:
        week = make_line(case, kind=K.WEEK, amount="1", rate=D(18))
        week.days.create(weekday=0, low=D(8))
        week.evidence.add(papers["stub"])

    for _number in range(3):
        another_week()
        with django_assert_num_queries(3):
            lines = case.claim_lines.in_full()
            assert {each.working("USD") for each in lines} == {"8 hours × $18.00"}
            assert {each.shown_by for each in lines} == {(papers["stub"],)}


def test_deposit_paid_in_shares_belongs_to_each_who_paid(client: Client, ana: User) -> None:
    case = make_case(kind=Case.Kind.DEPOSIT, state=CaseState.MEETING, team=[ana])
    jose = CaseParty.objects.create(case=case, person=make_person("José"))
    add(client, case, "deposit", figure="1200")
    add(client, case, "deposit", figure="600", party=jose.pk)
    rosa = case.parties.first()
    assert case.claim_lines.by_party() == {rosa.pk: D(1200), jose.pk: D(600)}
