"""Two people change one record at the same time: the second sees both texts and loses neither.

Each record that can be changed by hand stands in EDITED, with its page and one field of it.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from campaigns.models import Case, CaseState, DepositRule, HandbookPage, User
from escalation.models import PublicPage, Task
from letters.models import LetterText
from tests.browser import Browser
from tests.factories import (
    link_targets,
    make_action,
    make_case,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_incident,
    make_line,
    make_meeting,
    make_place,
    make_plan,
    make_target,
    make_tree_entry,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db
S = CaseState


def day(n: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=n)).isoformat()


def page(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def _letter(case: Case, *rest: User) -> str:
    return page("edit_letter", case.reference, make_draft(case, by=rest[0]).version)


def _copy(case: Case, ana: User, ben: User) -> str:
    letter = make_final_letter(case, by=ana, approved_by=ben)
    return page("reading_copy", case.reference, letter.version, "es")


def _closed(case: Case, *_rest: User) -> str:
    closed = timezone.now() - dt.timedelta(days=30)
    Case.objects.filter(pk=case.pk).update(state=S.LOST, closed_at=closed)
    return page("keep_case", case.reference)


def _meeting_once(case: Case, *_rest: User) -> str:
    Case.objects.filter(pk=case.pk).update(state=S.MEETING)
    case.contacts.create(method="phone", result="reached", at=timezone.now(), who="person")
    return page("make_move", case.reference, "arrange_meeting")


def _payee(case: Case, *_rest: User) -> str:
    Case.objects.filter(pk=case.pk).update(state=S.MEETING)  # later it takes a vote
    return page("change_payee", case.reference, case.parties.get().pk)


def _link(case: Case, *_rest: User) -> str:
    link = link_targets(make_target("Dan", kind="person"), case.target)
    return page("edit_target_link", case.target_id, link.pk)


def _incident(case: Case, name: str) -> str:
    return page(name, case.reference, make_incident(case).pk)


def _public(case: Case, *_rest: User) -> str:
    drawn = PublicPage.objects.create(case=case, kind="call", title="A fight", text="Come.")
    return page("edit_page", case.reference, drawn.pk)


def _text(*_: Any) -> str:
    words = {"subject": "Unpaid", "body": "It was not paid.", "how_to_pay": "In cash."}
    LetterText.objects.create(kind="wages", language="en", **words)
    return page("edit_text", "wages", "en")


def _handbook(*_rest: Any) -> str:
    HandbookPage.objects.create(slug="start", language="en", title="Start", text="We meet.")
    return page("edit_handbook_page", "start", "en")


def _rule(*_rest: Any) -> str:
    DepositRule.objects.create(jurisdiction="US-WA", name="Washington")
    return page("edit_rule", "deposit", "US-WA")


def _plan(case: Case, ana: User, *_rest: User) -> str:
    make_plan(case, by=ana)
    return page("vote_plan", case.reference)


def _task(case: Case, *_rest: User) -> str:
    return page("edit_task", Task.objects.create(case=case, what="Call them").pk)


def _on_phone_tree(*_: Any) -> str:
    return page("edit_on_phone_list", make_tree_entry("Tia").pk)


def _poster(case: Case, *_rest: User) -> str:
    return page("poster", case.reference)


VOTE = {"votes_for": "9", "votes_against": "0", "held_on": day(0)}
MEET = {"at": day(3) + "T18:00"}
# Record -> where it is changed, the field, what Ben and what Ana write, and what else they type.
EDITED: dict[str, tuple[Callable[..., str], str, str, str, dict[str, Any]]] = {
    "edit_header": (lambda c, *_: page("edit_header", c.reference), "title", "B", "A", {}),
    "edit_on_phone_list": (_on_phone_tree, "area", "Ballard", "Fremont", {}),
    "edit_sheet": (lambda c, *_: page("edit_sheet", c.reference), "story", "Ben", "Ana", {}),
    "edit_party": (
        lambda c, *_: page("edit_party", c.reference, c.parties.get().pk),
        "good_times",
        "after six",
        "at noon",
        {},
    ),
    "edit_line": (
        lambda c, *_: page("edit_line", c.reference, make_line(c).pk),
        "label",
        "May",
        "June",
        {},
    ),
    "edit_target": (lambda c, *_: page("edit_target", c.reference), "name", "Fork", "Knife", {}),
    "edit_target_facts": (
        lambda c, *_: page("edit_target_facts", c.target_id),
        "name",
        "Fork",
        "Knife",
        {},
    ),
    "edit_target_link": (_link, "source", "The register", "A neighbour", {}),
    "settings": (lambda *_: page("settings"), "name", "North", "South", {}),
    "edit_place": (lambda *_: page("edit_place", make_place().pk), "name", "North", "South", {}),
    "edit_rule": (_rule, "note", "Ask", "Look", {}),
    "case_rules": (
        lambda c, *_: page("case_rules", c.reference),
        "limitation_note",
        "The clinic",
        "A lawyer",
        {"limitation_on": day(900)},
    ),
    "edit_text": (_text, "subject", "Wages", "Pay", {}),
    "edit_letter": (_letter, "subject", "Wages", "Pay", {}),
    "reading_copy": (_copy, "subject", "Salario", "Paga", {}),
    "poster": (
        _poster,
        "lines",
        "They owe a cook.",
        "A cook is owed.",
        {"headline": "Eating here?"},
    ),
    "edit_action": (
        lambda c, ana, _b: page("edit_action", make_action(cases=[c], leads=[ana]).public_id),
        "title",
        "Picket",
        "Vigil",
        {},
    ),
    "edit_meeting": (
        lambda *_: page("edit_meeting", make_meeting().pk),
        "place",
        "Library",
        "Church",
        {},
    ),
    "edit_task": (_task, "what", "Call Dan", "Call Kim", {}),
    "edit_incident": (lambda c, *_: _incident(c, "edit_incident"), "what", "He rang", "He ran", {}),
    "follow_up_incident": (
        lambda c, *_: _incident(c, "follow_up_incident"),
        "follow_up",
        "Rang back",
        "Went there",
        {"is_over": "on"},
    ),
    "edit_page": (_public, "title", "Fork", "Knife", {}),
    "change_payee": (
        _payee,
        "payee",
        "Marta",
        "Pedro",
        {"payee_note": "A call."},
    ),
    "keep_case": (_closed, "reason", "They asked", "A trial", {"until": day(350)}),
    "set_watch": (lambda c, *_: page("incidents", c.reference), "day", day(-9), day(-5), {}),
    "vote_plan": (_plan, "tactic_1", "posters", "leaflets", VOTE),
    "edit_handbook_page": (_handbook, "text", "Tuesdays.", "Sundays.", {}),
    "edit_tactic": (lambda *_: page("edit_tactic", "posters"), "note", "No poles", "Poles", {}),
    "arrange_meeting": (_meeting_once, "place", "Library", "Church", MEET),
}


@pytest.fixture
def ana() -> User:
    make_group()
    user = make_user("Ana")
    put_on_duty(user)
    return user


@pytest.fixture
def ben(ana: User) -> User:
    return make_user("Ben")


@pytest.fixture
def case(ana: User, ben: User) -> Case:
    case = make_case(
        state=S.PREPARING, team=[ana, ben], target=make_target(), demanded=Decimal(1620)
    )
    make_line(case)
    make_demand(case)
    return case


def at(user: User, url: str) -> Browser:
    browser = Browser()
    browser.client.force_login(user)
    return browser.open(url)


@pytest.mark.parametrize("record", EDITED)
def test_second_saver_sees_both_texts_and_keeps_theirs(
    case: Case, ana: User, ben: User, record: str
) -> None:
    where, field, theirs, mine, rest = EDITED[record]
    if record == "arrange_meeting":
        rest = rest | {"organizers": [str(ana.pk), str(ben.pk)]}
    url = where(case, ana, ben)
    first, second = at(ben, url), at(ana, url)
    first.send(having=field, **rest | {field: theirs}).done()
    form = second.form(having=field)
    answer = second.client.post(form.action or url, form.values | rest | {field: mine})
    assert answer.status_code in (200, 409)
    second.page, second.url = answer, url
    assert "Your text is still here." in second.text
    assert "They wrote: " in second.text
    assert second.form(having=field).values[field] == [mine]
    second.send(having=field, **{name: rest[name] for name in rest if name != "is_over"}).done()
    assert mine in at(ben, url).form(having=field).values[field]


def test_every_page_that_changes_a_record_is_among_them() -> None:
    names = {str(name) for name in get_resolver().reverse_dict if str(name).startswith("edit_")}
    assert names - EDITED.keys() == set()
