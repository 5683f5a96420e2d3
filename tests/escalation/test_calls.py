"""The phone tree of an action: who is called, by whom, and what a tap comes to."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from campaigns.models import Person, User
from escalation import (
    call_list,
    call_notes,
    call_page,
    calling,
    forgetting,
    outbox,
    phone_sheets,
    phone_tree,
    posting,
    turnout,
)
from escalation.models import Action, Call, Caller, OptOut, OutboxMessage, SignUp, TreeEntry
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_sign_up,
    make_tree_entry,
    make_user,
)

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOW = dt.datetime(2026, 11, 16, 18, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)
US = {"country": "US", "now": NOW}


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), timezone.override(ZONE):
        make_group()
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


def split(action: Action, by: User, *callers: User, now: dt.datetime = NOW) -> None:
    calling.split(action, by=by, callers=callers, now=now)


def tap(call: Call, outcome: str, *, now: dt.datetime = NOW, **values: Any) -> None:
    fresh = Call.objects.with_people().select_related("action").get(pk=call.pk)
    said = {"by": fresh.caller.user, "country": "US", "now": now, "seen_tries": fresh.tries}
    call_notes.note(fresh, outcome=outcome, **(said | values))


def undo(call: Call) -> None:
    fresh = Call.objects.select_related("action", "caller__user").get(pk=call.pk)
    call_notes.take_back(fresh, by=fresh.caller.user, seen_tries=fresh.tries, **US)


def call_of(name: str) -> Call:
    return Call.objects.with_people().select_related("action").get(person__name=name)


def by_caller(action: Action) -> dict[str, int]:
    rows = call_page.callers(action, now=NOW)
    return {row.user.name: row.left for row in rows}


# Splitting


def test_each_caller_gets_an_even_share_and_everybody_is_called_by_one(ana: User) -> None:
    action, jose, tia = make_action(leads=[ana]), make_member("José"), make_member("Tia")
    for _n in range(25):
        make_tree_entry()
    split(action, ana, jose, tia)
    assert by_caller(action) == {"José": 13, "Tia": 12}
    assert Call.objects.count() == Call.objects.values("contact_key").distinct().count() == 25


def test_more_people_than_the_callers_can_take_says_how_many_callers_are_missing(ana: User) -> None:
    action = make_action(leads=[ana])
    for _n in range(65):
        make_tree_entry()
    split(action, ana, make_member("José"))
    figures = call_page.summary(action, most=20, now=NOW)
    assert (figures["nobody"], figures["missing"], figures["left"]) == (45, 3, 65)


def test_who_has_answered_or_calls_or_leads_is_not_called(ana: User) -> None:
    jose = make_member("José", person=make_tree_entry("José").person)
    ana.person = make_tree_entry("Ana").person
    ana.save()
    said = make_tree_entry("Rosa")
    action = make_action(leads=[ana])
    make_sign_up(action, "Rosa", answer="maybe", contact_key=f"phone:{said.person.phone_key}")
    make_tree_entry("Noor")
    split(action, ana, jose)
    assert [str(call) for call in Call.objects.of(jose).to_do(NOW)] == ["Noor"]


def test_kinds_of_action_and_risk_they_do_not_want_are_not_asked_for(ana: User) -> None:
    make_tree_entry("No visits", not_kinds=["visit"])
    make_tree_entry("No police", no_risk=True)
    make_tree_entry("Wrong", is_wrong_number=True)
    make_tree_entry("Anything")
    visit = make_action(tactic="visit", leads=[ana])
    risky = make_action(risk=Action.Risk.SOME, leads=[ana])
    for action in (visit, risky):
        split(action, ana, make_member())
    assert {str(call) for call in visit.calls.all()} == {"No police", "Anything"}
    assert {str(call) for call in risky.calls.all()} == {"No visits", "Anything"}


def test_members_only_action_calls_nobody_without_an_account(ana: User) -> None:
    make_tree_entry("Stranger")
    make_member("Mia", person=make_tree_entry("Mia").person)
    action = make_action(audience=Action.Audience.MEMBERS, leads=[ana])
    split(action, ana, make_member())
    assert [str(call) for call in action.calls.all()] == ["Mia"]


def test_people_of_earlier_actions_of_the_fight_are_called_once(ana: User) -> None:
    case = make_case(team=[ana])
    before = make_action(cases=[case], starts_at=NOW - 9 * DAY)
    on_both = make_tree_entry("Rosa", "206 555 0134")
    key = f"phone:{on_both.person.phone_key}"
    make_sign_up(before, "Rosa", phone="206 555 0134", contact_key=key)
    make_sign_up(before, "Tia", phone="206 555 0177", contact_key="phone:+12065550177")
    make_sign_up(before, "Only mail", email="x@demo.example", contact_key="email:x@demo.example")
    action = make_action(cases=[case], leads=[ana])
    assert len(phone_sheets.calls(action, user=ana, now=NOW, language="en")) == 2
    split(action, ana, make_member())
    assert sorted(str(call) for call in action.calls.with_people()) == ["Rosa", "Tia"]
    assert phone_sheets.calls(action, user=ana, now=NOW, language="en") == []
    assert call_of("Rosa").person == on_both.person


def test_late_caller_gets_a_share_and_nobody_loses_the_one_on_the_screen(ana: User) -> None:
    action, jose, tia = make_action(leads=[ana]), make_member("José"), make_member("Tia")
    for _n in range(12):
        make_tree_entry()
    split(action, ana, jose)
    shown = call_page.of(action, jose, now=NOW).now
    tap(Call.objects.of(jose).last(), "no_answer")
    split(action, ana, tia)
    assert by_caller(action) == {"José": 6, "Tia": 6}
    assert call_page.of(action, jose, now=NOW).now == shown
    assert Call.objects.get(tries=1).caller.user == jose


def test_list_handed_back_goes_to_the_others_with_its_tries(ana: User) -> None:
    action = make_action(leads=[ana])
    jose, tia, wren = (make_member(name) for name in ("José", "Tia", "Wren"))
    for _n in range(12):
        make_tree_entry()
    split(action, ana, jose, tia, wren)
    tried, reached = Call.objects.of(jose)[:2]
    tap(tried, "no_answer")
    tap(reached, "yes")
    calling.hand_back(Caller.objects.get(user=jose), now=NOW)
    assert by_caller(action) == {"Tia": 6, "Wren": 5}
    tried.refresh_from_db()
    assert tried.tries == 1
    assert tried.caller.user in (tia, wren)
    reached.refresh_from_db()
    assert reached.caller.user == jose
    assert not Call.objects.of(jose).exists()


def test_last_caller_who_stops_leaves_nobody_lost(ana: User) -> None:
    action, jose = make_action(leads=[ana]), make_member("José")
    make_tree_entry()
    split(action, ana, jose)
    calling.hand_back(Caller.objects.get(), now=NOW)
    assert call_page.summary(action, most=20, now=NOW)["nobody"] == 1
    split(action, ana, jose)
    assert by_caller(action) == {"José": 1}


@pytest.mark.parametrize("state", ["draft", "cancelled", "postponed", "held"])
def test_nobody_is_called_for_what_does_not_take_place(ana: User, state: str) -> None:
    with pytest.raises(calling.CallRefused):
        split(make_action(state=state), ana, make_member())
    assert not Call.objects.exists()


# Taps


@pytest.fixture
def called(ana: User) -> Call:
    """Rosa, who reads Spanish and stands on José's list."""
    make_tree_entry("Rosa", "206 555 0134", language_read="es")
    split(make_action(leads=[ana]), ana, make_member("José"))
    return call_of("Rosa")


@pytest.mark.parametrize("answer", ["yes", "maybe", "no"])
def test_answer_on_the_phone_is_a_sign_up_as_if_they_had_done_it(called: Call, answer: str) -> None:
    tap(called, answer, needs="a ride")
    row = SignUp.objects.get()
    assert (row.name, row.answer, row.needs, row.language) == ("Rosa", answer, "a ride", "es")
    assert (row.contact_key, row.person, row.user) == ("phone:+12065550134", called.person, None)
    assert TreeEntry.objects.get().caller.name == "José"
    with pytest.raises(turnout.AlreadySignedUp):
        turnout.sign_up(
            called.action, by=None, answer="yes", name="R", phone="(206) 555-0134", **US
        )


def test_member_called_has_one_answer_on_the_phone_and_with_the_account(called: Call) -> None:
    mia = make_member("Mia", person=called.person)
    tap(called, "yes")
    turnout.sign_up(called.action, by=mia, answer="no", now=NOW)
    assert SignUp.objects.values_list("user", "answer").get() == (mia.pk, "no")


def test_who_signs_up_alone_meanwhile_leaves_the_list_and_is_not_double(called: Call) -> None:
    said = {"name": "Rosa M.", "phone": "+1 206-555-0134"}
    turnout.sign_up(called.action, by=None, answer="maybe", **said, **US)
    assert not Call.objects.to_do(NOW).exists()
    tap(called, "yes")
    assert SignUp.objects.values_list("name", "answer").get() == ("Rosa M.", "yes")


def test_no_answer_three_times_and_they_are_left_alone(called: Call) -> None:
    for n in range(3):
        assert Call.objects.to_do(NOW).exists()
        tap(called, "no_answer", now=NOW + n * DAY / 8)
    assert not Call.objects.to_do(NOW).exists()
    tap(called, "no_answer")
    assert Call.objects.get().tries == 3
    assert not SignUp.objects.exists()


def test_double_tap_on_no_answer_counts_one_try(called: Call) -> None:
    tap(called, "no_answer", seen_tries=0)
    tap(called, "no_answer", seen_tries=0)
    assert Call.objects.get().tries == 1


def test_who_did_not_answer_is_tried_again_after_an_hour(called: Call) -> None:
    jose = called.caller.user
    tap(called, "no_answer")
    soon = call_page.of(called.action, jose, now=NOW + dt.timedelta(minutes=59))
    assert (soon.now, soon.later, soon.left) == (None, [called], 1)
    assert call_page.of(called.action, jose, now=NOW + dt.timedelta(hours=1)).now == called


def test_wrong_number_is_flagged_until_the_phone_is_changed(called: Call, ana: User) -> None:
    tap(called, "wrong_number")
    entry = TreeEntry.objects.get()
    assert entry.is_wrong_number
    assert call_page.summary(called.action, most=20, now=NOW)["wrong"] == [called]
    assert phone_tree.change(entry, by=ana, phone="206 555 0135", seen_version=1, **US)
    assert not TreeEntry.objects.get().is_wrong_number


def test_not_this_holds_for_the_action_and_not_this_kind_for_all_of_it(
    called: Call, ana: User
) -> None:
    tap(called, "not_this")
    again = make_action(leads=[ana])
    split(again, ana, make_member())
    assert again.calls.count() == 1
    tap(again.calls.get(), "not_kind")
    third = make_action(leads=[ana])
    split(third, ana, make_member())
    assert not third.calls.exists()


def test_right_answer_replaces_a_wrong_tap(called: Call) -> None:
    tap(called, "yes", needs="a ride")
    signed_up = SignUp.objects.get()
    tap(called, "no")
    assert SignUp.objects.values_list("pk", "answer", "needs").get() == (
        signed_up.pk,
        "no",
        "a ride",
    )
    tap(called, "no_answer")
    assert not SignUp.objects.exists()
    assert (Call.objects.get().outcome, Call.objects.get().tries) == ("no_answer", 1)


@pytest.mark.parametrize(
    "outcome", ["yes", "no", "no_answer", "wrong_number", "not_this", "not_kind", "never"]
)
def test_undo_leaves_nothing_of_the_tap(called: Call, outcome: str) -> None:
    tap(called, outcome)
    undo(called)
    entry = TreeEntry.objects.get()
    assert (entry.is_wrong_number, entry.not_kinds) == (False, [])
    assert not SignUp.objects.exists()
    assert not OptOut.objects.in_force().exists()
    assert Call.objects.to_do(NOW).values_list("outcome", "tries").get() == ("", 0)


def test_undo_puts_back_what_they_had_said_themselves(called: Call) -> None:
    own = make_sign_up(called.action, answer="maybe", contact_key="phone:+12065550134", needs="x")
    tap(called, "no")
    undo(called)
    own.refresh_from_db()
    assert (own.answer, own.needs) == ("maybe", "x")


def test_undo_after_two_answers_puts_back_the_one_before_the_call(called: Call) -> None:
    make_sign_up(called.action, answer="maybe", contact_key="phone:+12065550134")
    tap(called, "no")
    tap(called, "yes")
    undo(called)
    assert SignUp.objects.get().answer == "maybe"


def test_undo_sent_twice_takes_one_try_back(called: Call) -> None:
    for n in range(3):
        tap(called, "no_answer", now=NOW + n * DAY / 8)
    said = {"by": called.caller.user, "seen_tries": 3}
    for _n in range(2):
        call_notes.take_back(call_of("Rosa"), **said, **US)
    assert Call.objects.get().tries == 2


def test_undo_does_not_touch_what_they_changed_since(called: Call) -> None:
    tap(called, "no")
    SignUp.objects.update(answer="maybe")
    undo(called)
    assert SignUp.objects.get().answer == "maybe"


def test_other_caller_notes_nothing_and_is_told_no_name(called: Call) -> None:
    with pytest.raises(calling.CallRefused) as refused:
        tap(called, "yes", by=make_member())
    assert "Rosa" not in str(refused.value)
    assert not SignUp.objects.exists()


def test_nothing_is_noted_after_the_end(called: Call) -> None:
    with pytest.raises(calling.CallRefused):
        tap(called, "yes", now=called.action.ends_at + DAY)
    assert not SignUp.objects.exists()


# Once more in the last two days


def test_yes_and_maybe_are_asked_once_more_in_the_last_two_days(called: Call, ana: User) -> None:
    role = called.action.roles.create(kind="police", capacity=1)
    action, late = called.action, called.action.starts_at - DAY
    tap(called, "yes")
    row = SignUp.objects.get()
    turnout.change_answer(row, by=None, answer="yes", role=role, now=NOW)
    split(action, ana)
    assert not Call.objects.to_do(NOW).exists()
    split(action, ana, now=late)
    assert list(Call.objects.to_do(late)) == [called]
    tap(called, "yes", now=late)
    row.refresh_from_db()
    assert (row.is_confirmed, row.role) == (True, role)
    assert not Call.objects.to_do(late).exists()


def test_who_signed_up_alone_with_a_phone_is_called_to_confirm(ana: User) -> None:
    action, late = make_action(leads=[ana]), NOW + 2 * DAY
    make_sign_up(action, "Tia", phone="206 555 0177", contact_key="phone:+12065550177")
    make_sign_up(action, "No", phone="206 555 0178", answer="no", contact_key="phone:+12065550178")
    make_sign_up(action, "Mail", email="m@demo.example", contact_key="email:m@demo.example")
    split(action, ana, make_member("José"), now=late)
    call = Call.objects.get()
    tap(call, "maybe", now=late)
    assert SignUp.objects.get(name="Tia").answer == "maybe"
    assert not SignUp.objects.get(name="Tia").is_confirmed


def test_moved_to_another_week_nobody_counts_as_confirmed(called: Call) -> None:
    late = called.action.starts_at - DAY
    tap(called, "yes", now=late)
    row = SignUp.objects.select_related("action").get()
    assert row.is_confirmed
    row.action.starts_at += 7 * DAY
    assert not row.is_confirmed


# Never


def test_never_call_me_holds_on_every_list_until_they_say_otherwise(ana: User) -> None:
    case = make_case(team=[ana])
    before = make_action(cases=[case], starts_at=NOW - 9 * DAY)
    on_tree = make_tree_entry("Rosa", "206 555 0134")
    mia = make_member("Mia", person=on_tree.person)
    make_sign_up(before, "Rosa", phone="206 555 0134", contact_key="phone:+12065550134")
    first = make_action(cases=[case], leads=[ana])
    split(first, ana, make_member("José"))
    tap(call_of("Rosa"), "never")
    wish = OptOut.objects.get()
    assert (wish.name, wish.by.name, wish.at) == ("Rosa", "José", NOW)

    second = make_action(cases=[case], leads=[ana])
    split(second, ana, make_member())
    assert not second.calls.exists()
    assert call_list.people(second, user=ana, now=NOW) == []
    assert phone_sheets.calls(second, user=ana, now=NOW, language="en") == []
    outbox.tell_announced(second)
    assert why_not_sent(mia) == "not_wanted"

    wishes = OptOut.objects.all()
    phone_tree.end_wishes(wishes, by=ana, why="Told me on Sunday.", now=NOW + DAY)
    wish.refresh_from_db()
    assert (wish.ended_by, wish.ended_at, wish.ended_why) == (ana, NOW + DAY, "Told me on Sunday.")
    split(second, ana)
    assert [str(call) for call in second.calls.with_people()] == ["Rosa"]


def why_not_sent(user: User) -> str:
    OutboxMessage.objects.exclude(user=user).delete()
    posting.post(clock=lambda: NOW)
    return OutboxMessage.objects.get().why


def test_never_keeps_back_reminders_and_not_what_is_called_off(ana: User) -> None:
    action = make_action(leads=[ana])
    row = make_sign_up(action, email="r@demo.example", contact_key="phone:+12065550134")
    OptOut.objects.create(contact_key="phone:+12065550134", name="Rosa")
    for kind in ("two_days", "change"):
        OutboxMessage.objects.create(action=action, sign_up=row, kind=kind)
    opted = {m.kind: m.opted_out for m in OutboxMessage.objects.with_everything()}
    assert opted == {"two_days": True, "change": True}
    posting.post(clock=lambda: NOW)
    said = dict(OutboxMessage.objects.values_list("kind", "status"))
    assert said == {"two_days": "dropped", "change": "sent"}


def test_never_twice_is_one_wish(called: Call, ana: User) -> None:
    for _n in range(2):
        phone_tree.opt_out(called.person, by=ana, **US)
    assert OptOut.objects.count() == 1


# The tree itself


SAID = {"name": "Tia", "phone": "206 555 0177", "language_read": "es"}


def test_phone_stands_on_the_tree_once(ana: User) -> None:
    phone_tree.put_on(by=ana, **SAID, **US)
    with pytest.raises(phone_tree.TreeRefused):
        phone_tree.put_on(by=ana, **(SAID | {"phone": "+1 (206) 555-0177"}), **US)
    with pytest.raises(phone_tree.TreeRefused):
        phone_tree.put_on(by=ana, **(SAID | {"phone": "ask Ben"}), **US)
    assert TreeEntry.objects.count() == Person.objects.count() == 1


def test_member_joins_alone_and_comes_back_after_a_no(ana: User) -> None:
    mia = make_member("Mia")
    said = {"phone": "206 555 0177", "language_read": "en"}
    entry = phone_tree.join(mia, **said, **US)
    mia.refresh_from_db()
    assert (mia.person, entry.person.name) == (entry.person, "Mia")
    phone_tree.opt_out_account(mia, **US)
    assert phone_tree.is_off(mia)
    phone_tree.join(mia, **(said | {"phone": "206 555 0178"}), **US)
    assert not phone_tree.is_off(mia)
    assert TreeEntry.objects.count() == 1


def test_member_without_a_phone_can_say_never(ana: User) -> None:
    mia = make_member("Mia")
    for _n in range(2):
        phone_tree.opt_out_account(mia, **US)
    outbox.tell_announced(make_action())
    assert why_not_sent(mia) == "not_wanted"


def test_taken_off_the_tree_nothing_is_kept_of_whom_nothing_else_is_known(ana: User) -> None:
    entry, known = make_tree_entry("Tia"), make_tree_entry("Mia")
    make_member("Mia", person=known.person)
    phone_tree.take_off(entry)
    phone_tree.take_off(known)
    assert list(Person.objects.values_list("name", flat=True)) == ["Mia"]


def test_who_called_whom_is_forgotten_a_month_after_and_the_answers_stay(called: Call) -> None:
    tap(called, "yes")
    forgetting.forget_calls(called.action.ends_at + 29 * DAY)
    assert Call.objects.exists()
    forgetting.forget_calls(called.action.ends_at + 31 * DAY)
    assert not Call.objects.exists()
    assert not Caller.objects.exists()
    assert SignUp.objects.get().answer == "yes"


# Breaks, and a place on the list of a full role


def test_who_takes_a_break_or_has_left_is_called_for_nothing(ana: User) -> None:
    case = make_case(team=[ana])
    before = make_action(cases=[case], starts_at=NOW - 9 * DAY)
    rests = {"rests_since": NOW.date()}
    make_member("Rests", person=make_tree_entry("Rests").person, **rests)
    back = {"rests_since": NOW.date() - 9 * DAY, "rests_until": NOW.date() - DAY}
    make_member("Back", person=make_tree_entry("Back").person, **back)
    for name, values in (("Came once", rests), ("Left", {"is_active": False})):
        make_sign_up(before, name, user=make_member(name, **values), phone="206 555 0177")
    action = make_action(cases=[case], leads=[ana])
    assert call_list.people(action, user=ana, now=NOW) == []
    split(action, ana, make_member("José"))
    assert by_caller(action) == {"José": 1}
    assert [str(call) for call in action.calls.to_do(NOW).with_people()] == ["Back"]


def test_never_of_an_account_holds_where_it_signed_up_with_its_phone(ana: User) -> None:
    mia, action = make_member("Mia"), make_action(leads=[ana])
    key = {"phone": "206 555 0177", "contact_key": f"user:{mia.pk}", "user": mia}
    make_sign_up(action, "Mia", **key)
    OptOut.objects.create(contact_key="phone:+12065550177", name="Mia", user=mia)
    split(action, ana, make_member("José"), now=NOW + 2 * DAY)
    assert not action.calls.to_do(NOW + 2 * DAY).exists()


def test_yes_on_the_phone_keeps_the_place_on_the_list_of_a_full_role(ana: User) -> None:
    action, late = make_action(leads=[ana], roles={"leaflets": 1, "greeter": 1}), NOW + 2 * DAY
    _leaflets, greeter = action.roles.order_by("pk")
    for number, role in ((1, greeter), (2, greeter)):
        said = {"name": f"P{number}", "phone": f"206 555 017{number}", "answer": "yes"}
        turnout.sign_up(action, by=None, role=role, **said, **US)
    waits = SignUp.objects.get(name="P2")
    assert waits.waits_for == greeter
    split(action, ana, make_member("José"), now=late)
    tap(Call.objects.get(sign_up=waits), "yes", now=late)
    waits.refresh_from_db()
    assert (waits.waits_for, waits.line_number) == (greeter, 1)
    assert waits.is_confirmed


def test_lists_of_a_caller_who_leaves_the_group_are_of_nobody(ana: User) -> None:
    make_tree_entry("Rosa")
    action, jose = make_action(leads=[ana]), make_member("José")
    split(action, ana, jose)
    User.objects.filter(pk=jose.pk).update(is_active=False)
    assert call_page.summary(action, most=20, now=NOW)["nobody"] == 1
