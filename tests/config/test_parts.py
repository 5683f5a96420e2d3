"""The parts and tags that pages share."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from campaigns.models import Case, CaseState, Group, User
from escalation.ladder import steps

S = CaseState
NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize("amount", [Decimal("4140"), None])
def test_money_is_in_the_currency_of_the_network(amount: Decimal | None) -> None:
    pounds = Group(currency="GBP")
    shown = draw("{% money amount %}", amount=amount, network=pounds)
    assert shown == ("£4,140.00" if amount else "")


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("206 555 0190 ext. 4", "+12065550190"),
        ("call (206) 555-0190 after five", "+12065550190"),
        ("9-1-1", "911"),
    ],
)
def test_a_number_is_dialled_without_what_stands_around_it(typed: str, dialled: str) -> None:
    assert draw("{% dial typed %}", typed=typed, network=Group(country="US")) == dialled


@time_machine.travel(NOW, tick=False)
def test_a_day_names_its_year_only_when_it_is_another() -> None:
    assert draw("{{ d|day }}", d=dt.date(2026, 11, 27)) == "Friday 27 November"
    assert draw("{{ d|day }}", d=dt.date(2025, 11, 27)) == "Thursday 27 November 2025"
    assert draw("{{ d|short_day }}", d=dt.date(2026, 11, 27)) == "Fri 27 Nov"
    assert draw("{{ d|short_moment }}", d=NOW) == "Tue 24 Nov, 12:00"
    assert draw("{{ d|moment }}{{ d|day }}", d=None) == ""


@time_machine.travel(dt.datetime(2026, 1, 1, 3, 0, tzinfo=dt.UTC), tick=False)
def test_the_year_is_that_of_the_network_on_new_years_eve() -> None:
    with timezone.override("America/Los_Angeles"):
        assert draw("{{ now|moment }}", now=timezone.now()) == "Wednesday 31 December, 19:00"


def test_the_clock_is_red_when_few_days_are_left() -> None:
    clock = "{% clock deadline now %}"
    soon = draw(clock, deadline=NOW + dt.timedelta(days=3), now=NOW)
    later = draw(clock, deadline=NOW + dt.timedelta(days=4), now=NOW)
    assert "<b>3 days</b><span>left: Fri 27 Nov, 12:00</span>" in soon
    assert 'class="hot"' in soon
    assert 'class="hot"' not in later


def test_the_turnout_bar_says_in_words_what_it_draws() -> None:
    bar = draw("{% turnout needed=12 yes=18 came=9 %}")
    assert 'aria-label="12 needed, 18 said yes, 9 came"' in bar
    assert '<rect class="came" y="6" width="50.0%" height="24"/>' in bar
    assert '<line class="needed" x1="66.7%" x2="66.7%"' in bar
    assert "style=" not in bar


def test_the_turnout_bar_before_the_action_says_nothing_of_who_came() -> None:
    bar = draw("{% turnout needed=0 yes=0 %}")
    assert "came" not in bar


def test_the_ladder_marks_where_the_case_stands() -> None:
    rungs = [
        SimpleNamespace(label="Vote", state="done", note="9 Nov"),
        SimpleNamespace(label="Letter", state="now", note=""),
        SimpleNamespace(label="Paid", state="next", note=""),
    ]
    ladder = render_to_string("_ladder.html", {"rungs": rungs})
    assert ladder.count('aria-current="step"') == 1
    assert '<li class="now" aria-current="step">' in ladder
    assert "<small>9 Nov</small>" in ladder


def test_a_step_ahead_again_has_no_day_and_the_step_of_now_has_its_own() -> None:
    notes = {
        S.CLOCK_RUNNING: "16 Nov",
        S.ESCALATING: "5 Jun",
        S.AGREED: "10 Dec",
        S.SETTLED: "1 May",
    }
    broken, won = Case(state=S.ESCALATING), Case(state=S.WON)
    assert [step.note for step in steps(broken, notes=notes)][-2:] == ["5 Jun", ""]
    assert steps(won, notes=notes | {S.WON: "2 Aug"})[-1].note == "2 Aug"


def test_what_is_not_possible_says_why_and_is_inert() -> None:
    box = render_to_string("_blocked.html", {"move": "Escalate", "reasons": ["A & <b>", "B"]})
    assert "<b>Escalate</b> is not open yet:" in box
    assert "<li>A &amp; &lt;b&gt;</li><li>B</li>" in box


def test_an_empty_list_says_what_to_do_next() -> None:
    part = '{% include "_empty.html" %}'
    assert "<a" not in draw(part, text="No case yet.")
    assert 'href="/x/">Take one</a>' in draw(part, text="No case.", url="/x/", label="Take one")


def test_a_visitor_finds_the_log_in_at_the_foot(rf: RequestFactory, db: None) -> None:
    request = rf.get("/account/login/")
    request.user = AnonymousUser()
    page = render_to_string("base.html", {"user": request.user}, request)
    foot = page[page.index("<footer") :]
    assert 'href="/account/login/" aria-current="page">Log in</a>' in foot
    assert "Cases" not in page
    assert "Log out" not in page


@pytest.mark.parametrize(("role", "sees_cases"), [("member", False), ("organizer", True)])
def test_the_menu_offers_what_the_role_can_open(
    rf: RequestFactory, role: str, sees_cases: bool
) -> None:
    request = rf.get("/")
    request.user = User(name="Siobhán O'Hara", role=role)
    page = render_to_string("base.html", {"user": request.user}, request)
    assert "Siobhán O&#x27;Hara" in page
    assert (">Cases</a>" in page) is sees_cases
    assert (">Settings</a>" in page) is sees_cases


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_the_page_runs_in_the_direction_of_its_language(language: str, direction: str) -> None:
    with translation.override(language):
        page = render_to_string("base_plain.html")
    assert f'<html lang="{language}" dir="{direction}">' in page
