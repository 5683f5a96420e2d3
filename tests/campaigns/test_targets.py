"""Targets as a graph: who may see them, what their page shows, how somebody known is found."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import target_homes, targets
from campaigns.intake import erase
from campaigns.known import known_targets
from campaigns.models import (
    Case,
    CaseState,
    Event,
    NotThem,
    Target,
    TargetEntry,
    TargetKey,
    TargetLink,
    User,
)
from campaigns.models.targets import write_keys
from campaigns.target_keys import address_keys, name_key, phone_keys, plates_in
from escalation import moves
from escalation.models import Task
from tests.factories import (
    link_targets,
    make_action,
    make_case,
    make_group,
    make_member,
    make_offer,
    make_payment,
    make_target,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db
S = CaseState
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
HOME = "7 Quiet Lane"


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    user = make_user("Ana")
    client.force_login(user)
    return user


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def send(client: Client, view: str, /, *args: object, **typed: object) -> str:
    answer = client.post(reverse(view, args=args), typed, follow=True)
    return " ".join(answer.text.split())


# Normal forms


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Maple 114, L.L.C.", "maple 114"),
        ("JOSÉ  García", "jose garcia"),
        ("O'Neill & Sons Inc", "oneill sons"),
        ("Mr. Dan", "mr dan"),
        ("my boss", ""),
        ("el dueño", ""),
        ("", ""),
    ],
)
def test_name_is_folded_and_a_name_of_nobody_is_none(typed: str, key: str) -> None:
    assert name_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("114 Maple Street\nSeattle WA 98104", {"114 maple"}),
        ("114 N. Maple St, Apt 3", {"114 n maple"}),
        ("114 North Maple Avenue", {"114 n maple"}),
        ("Calle Mayor 12", {"12 mayor"}),
        ("PO Box 12\nSeattle WA 98101", set()),
        ("Suite 200", set()),
    ],
)
def test_address_is_number_and_street(typed: str, keys: set[str]) -> None:
    assert address_keys(typed) == keys


def test_phones_and_plates_are_found_in_a_text() -> None:
    text = "white van abc-123, call (206) 555-0188 or 206.555.0199"
    assert phone_keys(text, country="US") == {"+12065550188", "+12065550199"}
    assert "abc123" in plates_in(text)


def test_every_verb_writes_the_keys(client: Client, ana: User) -> None:
    case = make_case(state=S.MEETING, team=[ana])
    send(client, "edit_target", case.reference, name="Mr. Dan", plate="ABC 123", language="en")
    target = Target.objects.get()
    assert set(target.keys.values_list("kind", "value")) == {
        ("name", "mr dan"),
        ("plate", "abc123"),
    }
    targets.add_alias(target, name="Daniel Pérez", source="van", by=ana)
    targets.add_alias(target, name="Daniel Pérez", source="van", by=ana)
    assert target.aliases.count() == 1
    assert TargetKey.objects.filter(target=target, value="daniel perez").count() == 1
    targets.remove_alias(target.aliases.get(), by=ana)
    assert not TargetKey.objects.filter(value="daniel perez").exists()
    events = [entry.event for entry in target.entries.all()]
    assert events == ["alias_removed", "alias", "created"]


# Who may see whom


@pytest.fixture
def delta(ana: User) -> Target:
    """An agency with a case of Ana's, one of others, and one that is over."""
    return make_target("Delta Lets", phone="206 555 0188")


def test_organizer_sees_the_target_of_a_fight_and_not_of_a_case_before_the_vote(
    client: Client, ana: User
) -> None:
    taken, early, mine = make_target("Taken"), make_target("Early"), make_target("Mine")
    make_case(state=S.ESCALATING, team=[make_user()], target=taken)
    make_case(state=S.PROPOSED, team=[make_user()], target=early)
    make_case(state=S.PROPOSED, team=[ana], target=mine)
    assert set(Target.objects.visible_to(ana)) == {taken, mine}
    assert set(Target.objects.changed_by(ana)) == {mine}
    assert client.get(reverse("target", args=[early.pk])).status_code == 404
    assert client.get(reverse("edit_target_facts", args=[taken.pk])).status_code == 404
    shown = page(client, "targets")
    assert "Taken" in shown
    assert "Early" not in shown
    assert "Early" not in page(client, "targets", q="early")


def test_member_sees_the_targets_of_their_own_teams_and_who_stands_behind(client: Client) -> None:
    mia = make_member("Mia")
    client.force_login(mia)
    maple, dan, oak, elm = (make_target(name) for name in ("Maple", "Dan", "Oak", "Elm"))
    link_targets(dan, maple, "manager")
    link_targets(dan, oak, "manager")
    link_targets(make_target("Kim"), oak, "owner")
    link_targets(elm, make_target("Ash"), "owner")
    make_case(state=S.ESCALATING, team=[mia], target=maple)
    make_case(state=S.ESCALATING, team=[make_user()], target=elm)
    assert {str(target) for target in Target.objects.visible_to(mia)} == {"Maple", "Dan", "Oak"}
    assert client.get(reverse("target", args=[elm.pk])).status_code == 404


def test_page_shows_the_cases_with_state_sums_and_totals(
    client: Client, ana: User, delta: Target
) -> None:
    mine = make_case(
        state=S.ESCALATING, team=[ana], target=delta, demanded=Decimal("900.00"), title="Own fight"
    )
    make_payment(mine, "400.00", status="cleared")
    make_payment(mine, "100.00")
    lost = make_case(
        state=S.LOST,
        team=[make_user()],
        target=delta,
        demanded=Decimal("300.00"),
        title="Old story",
        summary="The Lopez family",
        forgotten_at=timezone.now(),
    )
    make_case(state=S.MEETING, team=[make_user()], target=delta, title="Nobody may know")
    shown = page(client, "target", delta.pk)
    for words in ("Own fight", "Escalating", "$900.00", "$400.00", "$500.00"):
        assert words in shown
    assert "2 cases" in shown
    assert "$1,200.00" in shown  # demanded in both
    assert "$800.00" in shown  # 500 of one and 300 of the other
    assert "Nobody may know" not in shown
    # Of a case that was forgotten, state and sums are left.
    assert lost.reference in shown
    assert "Lost" in shown
    for words in ("Old story", "Lopez"):
        assert words not in shown


def test_page_shows_who_stands_behind_with_role_dates_source_and_confidence(
    client: Client, ana: User
) -> None:
    maple = make_target("Maple 114 LLC")
    dan = make_target("Dan Maple", kind="person")
    oak = make_target("Oak 7 LLC")
    link_targets(
        dan, maple, "owner", source="State registry, May 2026", from_date=dt.date(2024, 5, 3)
    )
    link_targets(dan, oak, "manager", confidence="likely", source="A listing")
    make_case(state=S.ESCALATING, team=[ana], target=maple)
    other = make_case(
        state=S.ESCALATING, team=[make_user()], target=oak, title="Deposits", demanded=Decimal(50)
    )
    shown = page(client, "target", maple.pk)
    assert "Owner behind it: <a" in shown
    assert "State registry, May 2026" in shown
    assert "since Fri 3 May 2024" in shown
    assert "confirmed" in shown
    assert "Also runs: <a" in shown
    assert "Oak 7 LLC" in shown
    assert "likely" in shown
    assert '<td data-label="Against">Oak 7 LLC</td>' in shown
    assert other.get_absolute_url() in shown
    assert "Owns: <a" in page(client, "target", dan.pk)


def test_page_costs_the_same_with_one_and_with_many_of_everything(
    client: Client, ana: User, delta: Target, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            case = make_case(state=S.ESCALATING, team=[ana], target=delta, demanded=Decimal(9))
            make_payment(case, "1.00", status="cleared")
            person = make_target(f"P{case.pk}-{number}")
            link_targets(person, delta, "manager")
            link_targets(person, make_target(f"Q{case.pk}-{number}"), "owner")

    fill(1)
    page(client, "target", delta.pk)
    with django_assert_num_queries(12):
        page(client, "target", delta.pk)
    fill(3)
    with django_assert_num_queries(12):
        page(client, "target", delta.pk)


@pytest.mark.parametrize(
    "text", ["délta", "LETS", "delta lets ltd", "555-0188", "abc 123", "9 oak", "9 Oak Street"]
)
def test_search_finds_by_any_spelling(client: Client, ana: User, text: str) -> None:
    delta = make_target("Delta Lets", phone="(206) 555 0188", plate="ABC-123", address="9 Oak St.")
    make_case(state=S.ESCALATING, team=[ana], target=delta)
    assert "Delta Lets" in page(client, "targets", q=text)
    assert "Delta Lets" not in page(client, "targets", q="Omega")


# Links


def test_link_to_somebody_new_writes_them_down_once(client: Client, ana: User) -> None:
    maple = make_target("Maple 114 LLC")
    make_case(state=S.MEETING, team=[ana], target=maple)
    assert "No family, no children." in page(client, "add_target_link", maple.pk, q="Dan")
    typed = {"name": "Dan Maple", "kind": "person", "how": "manager:behind"}
    typed |= {"source": "State registry", "confidence": "confirmed"}
    for _click in range(2):
        send(client, "add_target_link", maple.pk, **typed)
    link = TargetLink.objects.get()
    assert (link.from_target.name, link.to_target, link.role) == ("Dan Maple", maple, "manager")
    assert link.added_by == ana
    assert Target.objects.count() == 2
    words = "Linked. Dan Maple: Runs Maple 114 LLC (confirmed, State registry)"
    assert [entry.what for entry in maple.entries.all()] == [words]
    assert words in [entry.what for entry in link.from_target.entries.all()]


def test_link_without_a_source_is_refused(client: Client, ana: User) -> None:
    maple, dan = make_target("Maple"), make_target("Dan")
    make_case(state=S.MEETING, team=[ana], target=maple)
    typed = {"name": "Dan", "kind": "person", "how": "owner:behind", "confidence": "likely"}
    send(client, "add_target_link", maple.pk, **typed)
    assert not TargetLink.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        link_targets(dan, maple, source="")
    with pytest.raises(IntegrityError), transaction.atomic():
        link_targets(maple, maple)


def test_link_is_changed_ended_and_struck_and_the_history_keeps_it(
    client: Client, ana: User
) -> None:
    maple, dan = make_target("Maple"), make_target("Dan Maple", kind="person")
    make_case(state=S.MEETING, team=[ana], target=maple)
    link = link_targets(dan, maple, "manager", confidence="unverified", source="A neighbour")
    typed = {"source": "Recorder", "confidence": "confirmed", "seen_version": 1}
    send(client, "edit_target_link", maple.pk, link.pk, **typed)
    # The second editor still has the first version before them.
    late = client.post(
        reverse("edit_target_link", args=[maple.pk, link.pk]), typed | {"source": "Assessor"}
    )
    assert late.status_code == 409
    assert "They wrote: Recorder" in late.text
    typed |= {"seen_version": 2, "until_date": "2026-10-31"}
    send(client, "edit_target_link", maple.pk, link.pk, **typed)
    assert "What is over" in page(client, "target", maple.pk)
    send(client, "strike_target_link", maple.pk, link.pk, reason="Another Dan")
    assert "What is over" not in page(client, "target", maple.pk)
    events = [entry.event for entry in maple.entries.all()]
    assert events == ["link_struck", "link_ended", "link_changed"]
    assert maple.entries.first().note == "Another Dan"


def test_facts_are_changed_with_two_editors_and_the_old_ones_kept(
    client: Client, ana: User
) -> None:
    dan = make_target("Dan", phone="206 555 0188")
    case = make_case(state=S.PREPARING, team=[ana], target=dan)
    typed = {"name": "Dan Maple", "kind": "person", "language": "en", "seen_version": 1}
    send(client, "edit_target_facts", dan.pk, **typed)
    late = client.post(reverse("edit_target_facts", args=[dan.pk]), typed | {"name": "Daniel"})
    assert late.status_code == 409
    assert "They wrote: Dan Maple" in late.text
    entry = dan.entries.get()
    assert entry.event == TargetEntry.Event.CHANGED
    assert "206 555 0188" in entry.note
    assert case.log.get().event == Event.TARGET
    assert Case.objects.get().facts_changed_at == NOON
    assert not Target.objects.visible_to(ana).called("555 0188").exists()


# Somebody we know


@pytest.fixture
def intake(ana: User) -> Case:
    put_on_duty(ana)
    return make_case(
        target=make_target("Mr. Dan", address=""),
        sheet={"who_typed": "Mr. Dan", "place": ""},
        code="C0DE",
    )


@pytest.mark.parametrize(
    ("sheet", "facts"),
    [
        ({"who_typed": "the Maple 114 L.L.C., on Pine"}, {}),
        ({"who_typed": "boss is (206) 555-0188"}, {}),
        ({"who_typed": "van abc123 in front"}, {}),
        ({"place": "114 maple st apt 3"}, {}),
        ({}, {"name": "MÁPLE 114"}),
        ({}, {"plate": "abc-123"}),
        ({}, {"phone": "206.555.0188"}),
        ({}, {"name": "Birchwood Homes"}),
    ],
)
def test_intake_of_a_known_target_is_seen_by_any_spelling(
    client: Client, ana: User, intake: Case, sheet: dict[str, str], facts: dict[str, str]
) -> None:
    maple = make_target("Maple 114 LLC", phone="206 555 0188", plate="ABC 123")
    targets.add_alias(maple, name="Birchwood Homes", source="lease", by=ana)
    make_case(state=S.ESCALATING, team=[make_user()], target=maple)
    make_case(state=S.WON, team=[make_user()], target=maple)
    type(intake.sheet).objects.filter(case=intake).update(**sheet)
    Target.objects.filter(pk=intake.target_id).update(**facts)
    shown = page(client, "case", intake.reference)
    assert "We may know them:" in shown
    assert "Maple 114 LLC" in shown
    assert "2 cases (1 open)" in shown


def test_nobody_is_suspected_without_a_likeness_or_a_right_to_know(
    client: Client, ana: User, intake: Case
) -> None:
    make_case(state=S.ESCALATING, team=[make_user()], target=make_target("Golden Fork", address=""))
    make_case(state=S.PROPOSED, team=[make_user()], target=make_target("Mr. Dan", address=""))
    assert known_targets(intake, ana) == []
    assert "We may know them:" not in page(client, "case", intake.reference)


def test_file_of_an_intake_stays_within_twelve_queries(
    client: Client, ana: User, intake: Case, django_assert_max_num_queries: Any
) -> None:
    make_case(state=S.ESCALATING, team=[make_user()], target=make_target("Mr. Dan", address=""))
    page(client, "case", intake.reference)
    with django_assert_max_num_queries(12):
        assert "We may know them:" in page(client, "case", intake.reference)


def test_person_who_tells_us_never_sees_what_we_know(ana: User, intake: Case) -> None:
    dan = make_target("Mr. Dan", address="114 Maple Street")
    make_case(state=S.ESCALATING, team=[make_user()], target=dan)
    teller = Client()
    status = teller.get("/s/C0DE/", follow=True).text
    assert "We may know them" not in status
    assert "114 Maple" not in status


def test_known_target_is_used_and_what_was_typed_stays_in_the_timeline(
    client: Client, ana: User, intake: Case
) -> None:
    dan = make_target("Mr. Dan", address="")
    make_case(state=S.ESCALATING, team=[make_user()], target=dan)
    old = intake.target
    send(client, "choose_target", intake.reference, target=dan.pk)
    intake.refresh_from_db()
    assert intake.target == dan
    assert not Target.objects.filter(pk=old.pk).exists()
    assert intake.log.get().note == "Mr. Dan"
    send(client, "choose_target", intake.reference, target=dan.pk)  # a double click
    assert intake.log.count() == 1


def test_old_record_stays_when_another_case_or_a_link_needs_it(ana: User) -> None:
    old, new = make_target("Old"), make_target("New")
    first = make_case(state=S.MEETING, team=[ana], target=old)
    make_case(state=S.MEETING, team=[ana], target=old)
    assert targets.choose(first, target=new, by=ana)
    assert Target.objects.filter(pk=old.pk).exists()


def test_somebody_else_is_asked_about_once(client: Client, ana: User, intake: Case) -> None:
    dan = make_target("Mr. Dan", address="")
    make_case(state=S.ESCALATING, team=[make_user()], target=dan)
    for _click in range(2):
        send(client, "not_this_target", intake.reference, target=dan.pk)
    assert NotThem.objects.get().by == ana
    assert "We may know them:" not in page(client, "case", intake.reference)


def test_target_nobody_may_know_cannot_be_chosen(client: Client, ana: User, intake: Case) -> None:
    hidden = make_target("Hidden")
    make_case(state=S.PROPOSED, team=[make_user()], target=hidden)
    answer = client.post(reverse("choose_target", args=[intake.reference]), {"target": hidden.pk})
    assert answer.status_code == 404
    assert intake.target_id == Case.objects.get(pk=intake.pk).target_id


# Where somebody lives


def test_home_address_opens_only_for_an_announced_action_and_is_noted(
    client: Client, ana: User
) -> None:
    dan, maple = make_target("Dan", kind="person", address=""), make_target("Maple")
    link_targets(dan, maple, "owner")
    case = make_case(state=S.ESCALATING, team=[ana], target=maple)
    send(client, "note_target_home", dan.pk, address=HOME, source="Assessor")
    dan.refresh_from_db()
    assert dan.home_address == HOME
    for shown in (
        page(client, "target", dan.pk),
        page(client, "target_home", dan.pk),
        page(client, "edit_target_facts", dan.pk),
        page(client, "case", case.reference),
        page(client, "targets", q=HOME),
    ):
        assert "Quiet Lane" not in shown.replace(f'value="{HOME}"', "")
    action = make_action(cases=[case], title="Visit")
    typed = {"action": action.public_id}
    assert HOME not in send(client, "open_target_home", dan.pk, **typed)  # nobody ticked
    assert HOME in send(client, "open_target_home", dan.pk, **typed, agreed="on")
    entry = dan.entries.first()
    assert (entry.event, entry.by, entry.data["what"]) == ("home_shown", ana, "Visit")
    with time_machine.travel(NOON + dt.timedelta(hours=2), tick=False):
        assert not target_homes.may_read(dan, by=ana, now=timezone.now())


def test_home_address_somebody_else_wrote_meanwhile_is_not_overwritten_unseen(
    client: Client, ana: User
) -> None:
    dan = make_target("Dan", kind="person", address="")
    make_case(state=S.ESCALATING, team=[ana], target=dan)
    shown = client.get(reverse("target_home", args=[dan.pk])).context["note_form"]
    mine = {"address": "9 Loud Street", "source": "A friend", "seen": shown["seen"].value()}
    send(client, "note_target_home", dan.pk, address=HOME, source="Assessor", seen="0")
    answer = client.post(reverse("note_target_home", args=[dan.pk]), mine)
    form = answer.context["note_form"]
    assert form["address"].value() == "9 Loud Street"
    assert "Somebody else changed this" in form.non_field_errors()[0]
    assert HOME not in answer.text
    dan.refresh_from_db()
    assert dan.home_address == HOME
    send(client, "note_target_home", dan.pk, **mine | {"seen": form["seen"].value()})
    dan.refresh_from_db()
    assert dan.home_address == "9 Loud Street"


def test_home_address_needs_an_action_of_the_own_team(client: Client, ana: User) -> None:
    dan = make_target("Dan", kind="person", home_address=HOME)
    make_case(state=S.ESCALATING, team=[ana], target=dan)
    others = make_case(state=S.ESCALATING, team=[make_user()], target=dan)
    action = make_action(cases=[others])
    answer = send(client, "open_target_home", dan.pk, action=action.public_id, agreed="on")
    assert HOME not in answer
    assert not dan.entries.exists()


# Actions and tasks of several cases


def test_page_leads_to_one_action_for_the_own_cases(
    client: Client, ana: User, delta: Target
) -> None:
    one, two = (make_case(state=S.ESCALATING, team=[ana], target=delta) for _number in range(2))
    foreign = make_case(state=S.ESCALATING, team=[make_user()], target=delta)
    shown = page(client, "target", delta.pk)
    url = f"{reverse('plan_action', args=[one.reference])}?also={two.reference}"
    assert f'href="{url}"' in shown
    assert "Plan an action for these cases" in shown
    form = client.get(f"{url}&also={foreign.reference}").context["form"]
    assert list(form.initial["cases"]) == [two]


def test_research_makes_five_tasks_once(client: Client, ana: User, delta: Target) -> None:
    case = make_case(state=S.MEETING, team=[ana], target=delta)
    assert "County assessor" in page(client, "target", delta.pk)
    send(client, "research_target", case.reference)
    assert "there already" in send(client, "research_target", case.reference)
    whats = list(Task.objects.filter(case=case).values_list("what", flat=True))
    assert len(whats) == 5
    assert "Delta Lets" in whats[0]


def test_agreement_in_one_case_leaves_another_of_the_same_target_as_it_is(
    ana: User, delta: Target
) -> None:
    ben = make_user("Ben")
    one, two = (
        make_case(state=S.ESCALATING, team=[ana, ben], target=delta, demanded=Decimal(600))
        for _number in range(2)
    )
    offer, other = make_offer(one, "500.00"), make_offer(two, "500.00")
    vote = {"motion": "Take it", "votes_for": 9, "votes_against": 0, "abstained": 0}
    vote |= {"affected_agreed": True, "held_on": timezone.localdate()}
    moves.agree(one, by=ana, offer=offer, affected_agreed=True, vote=vote)
    one, two = Case.objects.get(pk=one.pk), Case.objects.get(pk=two.pk)
    assert (one.state, two.state) == (S.AGREED, S.ESCALATING)
    other.refresh_from_db()
    assert other.status == "received"
    assert not two.log.exists()


def test_access_to_one_case_does_not_open_another_of_the_same_target(
    client: Client, delta: Target
) -> None:
    mia = make_member("Mia")
    client.force_login(mia)
    mine = make_case(state=S.ESCALATING, team=[mia], target=delta)
    other = make_case(state=S.ESCALATING, team=[make_user()], target=delta, title="Theirs")
    shown = page(client, "target", delta.pk)
    assert mine.reference in shown
    assert other.reference not in shown
    assert "Theirs" not in shown
    assert client.get(other.get_absolute_url()).status_code == 404


# Keeping


def test_last_case_takes_its_part_of_the_graph_along(ana: User) -> None:
    maple, dan, kept = make_target("Maple"), make_target("Dan"), make_target("Kept")
    link_targets(dan, maple)
    case = make_case(target=maple)
    make_case(state=S.ESCALATING, team=[ana], target=kept)
    with transaction.atomic():
        erase(case)
    assert list(Target.objects.all()) == [kept]


def test_part_of_the_graph_with_another_case_stays(ana: User) -> None:
    maple, dan, oak = make_target("Maple"), make_target("Dan"), make_target("Oak")
    link_targets(dan, maple)
    link_targets(dan, oak)
    case = make_case(target=maple)
    make_case(state=S.ESCALATING, team=[ana], target=oak)
    with transaction.atomic():
        erase(case)
    assert Target.objects.count() == 3


def test_keys_cost_nothing_to_write_anew() -> None:
    maple = make_target("Maple", phone="206 555 0188")
    before = sorted(maple.keys.values_list("kind", "value"))
    write_keys(maple)
    assert sorted(maple.keys.values_list("kind", "value")) == before
