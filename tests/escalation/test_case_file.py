"""The case file: who sees how much, what is offered, and that it costs the same however long."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns import messages, money_in
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    Event,
    Evidence,
    InitialMeeting,
    LogEntry,
    TeamMembership,
    User,
)
from campaigns.models.log import record
from campaigns.sheet import facts_changed
from escalation import case_page, offered
from escalation.models import CaseLifecycle, Offer, Rung, facts
from escalation.moves import TRANSITIONS
from letters.approval import approve
from letters.models import Letter
from tests.factories import (
    complete_sheet,
    make_action,
    make_case,
    make_contact,
    make_decision,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_member,
    make_payment,
    make_person,
    make_target,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db
S = CaseState
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
DAY = dt.timedelta(days=1)
STORY = "He laughed at me in front of everybody."


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


def page(client: Client, case: Case) -> str:
    return client.get(reverse("case", args=[case.reference])).text


def seen_by(case: Case, user: User) -> offered.Choice:
    rows = CaseLifecycle.objects.with_facts_for(user)
    return offered.choice(rows.get(pk=case.pk), now=NOON)


def names(pages: list[offered.Offered]) -> list[str]:
    return [page.name for page in pages]


# Who sees how much


def test_team_reads_the_file_and_other_organizers_only_the_header(client: Client) -> None:
    ana, ben = make_user("Ana"), make_user("Ben")
    case = make_case(
        state=S.CLOCK_RUNNING,
        team=[ana],
        target=make_target("Golden Fork"),
        title="Four cooks v. Golden Fork",
        summary="Last pay never paid",
        demanded=Decimal("4140.00"),
        sheet={"story": STORY},
        person=make_person("Rosa", phone="206 555 0134"),
    )
    make_payment(case, "310.00", status="cleared")
    client.force_login(ana)
    file = page(client, case)
    for part in (STORY, "Rosa", "206 555 0134", "$4,140.00", "$3,830.00"):
        assert part in file, part
    client.force_login(ben)
    header = page(client, case)
    for part in ("Four cooks v. Golden Fork", "Last pay never paid", "Clock running", "Ana"):
        assert part in header, part
    assert "One more person on the team." in header
    for secret in (STORY, "Rosa", "206 555 0134", "$4,140.00", "$310.00"):
        assert secret not in header, secret


def test_header_names_the_target_only_once_the_case_is_accepted(client: Client, ana: User) -> None:
    target = make_target("Golden Fork")
    team = [make_user()]
    proposed = make_case(state=S.PROPOSED, team=team, target=target)
    accepted = make_case(state=S.PREPARING, team=team, target=target)
    assert "Golden Fork" not in page(client, proposed)
    assert "Golden Fork" in page(client, accepted)


def test_untaken_intake_is_a_file_on_duty_and_not_there_without(client: Client, ana: User) -> None:
    case = make_case(state=S.NEW, sheet={"story": STORY})
    url = reverse("case", args=[case.reference])
    assert client.get(url).status_code == 404
    put_on_duty(ana)
    assert STORY in client.get(url).text


def test_member_opens_the_file_of_their_own_team_and_no_header(client: Client) -> None:
    mia = make_member("Mia")
    client.force_login(mia)
    own = make_case(state=S.PREPARING, team=[make_user(), mia], sheet={"story": STORY})
    other = make_case(state=S.PREPARING, team=[make_user()])
    assert STORY in page(client, own)
    for name in ("case", "case_timeline"):
        assert client.get(reverse(name, args=[other.reference])).status_code == 404


def test_case_that_nobody_can_open_says_how_to_take_it_over(client: Client, ana: User) -> None:
    case = make_case(state=S.PREPARING, team=[make_user(is_active=False)])
    assert "Take over this case" in page(client, case)


@pytest.mark.parametrize("state", S.values)
def test_page_shows_the_file_to_exactly_those_it_is_open_to(client: Client, state: str) -> None:
    on_team, on_duty, other, member = make_user(), make_user(), make_user(), make_member()
    put_on_duty(on_duty)
    held = {"held_state": S.NEW} if state == S.ON_HOLD else {}
    taken = state != S.NEW and not held
    case = make_case(state=state, team=[on_team] if taken else [], sheet={"story": STORY}, **held)
    for user in (on_team, on_duty, other, member):
        client.force_login(user)
        answer = client.get(reverse("case", args=[case.reference]))
        opened = Case.objects.opened_to(user).filter(pk=case.pk).exists()
        listed = Case.objects.listed_for(user).filter(pk=case.pk).exists()
        assert (STORY in answer.text) == opened
        assert (answer.status_code == 200) == listed


# What is offered


def test_every_transition_can_be_reached_from_the_page_of_its_state() -> None:
    for name, sources in TRANSITIONS.items():
        for state in sources:
            if (name, state) == ("put_right", S.NEW):
                continue  # no step came before it
            pages = [p for p in offered.pages_at(state) if name in offered.TRANSITIONS_OF[p]]
            assert len(pages) == 1, f"{name} from {state}: {pages}"


def test_every_page_has_a_label_and_a_state_that_offers_it() -> None:
    reachable = {page for state in S for page in offered.pages_at(state)}
    assert reachable == set(offered.LABELS) == set(offered.TRANSITIONS_OF)
    for state, steps in offered.NEXT_STEPS.items():
        assert set(steps) <= set(offered.PAGES_AT[state])


def test_next_step_that_lacks_something_says_what_and_where_to_mend_it(
    client: Client, ana: User
) -> None:
    case = make_case(state=S.CONTACTING, team=[ana])
    (blocked,) = seen_by(case, ana).blocked
    (missing,) = blocked.reasons
    assert blocked.label == "Arrange the first meeting"
    assert missing.sentence == "Nobody has reached the person yet. Log the contact first."
    assert missing.url == reverse("log_contact", args=[case.reference])
    assert "is not open yet" in page(client, case)
    make_contact(case)
    choice = seen_by(case, ana)
    assert choice.blocked == []
    assert choice.first.url == reverse("make_move", args=[case.reference, "arrange_meeting"])


def test_proposal_is_offered_to_somebody_who_was_at_the_meeting(ana: User) -> None:
    ben = make_user("Ben")
    case = make_case(state=S.MEETING, team=[ana, ben])
    complete_sheet(case, held_by=[ana])
    assert seen_by(case, ana).first.name == "propose"
    (blocked,) = seen_by(case, ben).blocked
    assert "at the first meeting" in str(blocked.reasons[0])


def test_vote_is_always_offered_and_a_yes_says_what_it_lacks(ana: User) -> None:
    case = make_case(state=S.PROPOSED, team=[ana])
    choice = seen_by(case, ana)
    assert choice.first.name == "vote"
    (blocked,) = choice.blocked
    assert [str(m) for m in blocked.reasons] == [
        "Record for each affected person when they joined the network."
    ]
    CaseParty.objects.update(joined_on=NOON.date())
    assert seen_by(case, ana).blocked == []


def test_final_letter_is_not_offered_to_be_drafted_again(ana: User) -> None:
    case = make_case(state=S.PREPARING, team=[ana], target=make_target())
    make_line(case)
    make_demand(case)
    assert names(seen_by(case, ana).now)[0] == "draft_letter"
    make_final_letter(case, by=ana, approved_by=make_user("Ben"))
    assert names(seen_by(case, ana).now)[0] == "plan_action"


def test_running_clock_offers_neither_escalation_nor_win_too_early(ana: User) -> None:
    case = make_case(
        state=S.CLOCK_RUNNING, team=[ana], demanded=Decimal(900), deadline_at=NOON + DAY
    )
    choice = seen_by(case, ana)
    assert names(choice.blocked) == ["escalate", "win"]
    assert names(choice.now) == ["record_offer", "record_payment", "vote_plan", "extend_deadline"]
    assert names(choice.seldom)[:4] == ["revise_demand", "hold", "drop", "lose"]


def test_closed_case_offers_no_step_on(client: Client, ana: User) -> None:
    case = make_case(state=S.WON, team=[ana], closed_at=NOON)
    choice = seen_by(case, ana)
    assert (choice.now, choice.blocked) == ([], [])
    assert names(choice.seldom) == ["reopen", "put_right", "open_linked_case"]
    assert "This case is closed." in page(client, case)


def test_member_is_not_offered_what_organizers_do(client: Client, ana: User) -> None:
    mia = make_member()
    case = make_case(state=S.LOST, team=[ana, mia], closed_at=NOON)
    for user, sees in ((ana, True), (mia, False)):
        client.force_login(user)
        file = page(client, case)
        for url in (
            reverse("make_move", args=[case.reference, "take_up_again"]),
            reverse("open_linked_case", args=[case.reference]),
        ):
            assert (url in file) is sees


# What it shows


def test_safe_contact_rules_stand_before_every_number(client: Client, ana: User) -> None:
    case = make_case(
        state=S.CONTACTING, team=[ana], person=make_person("Rosa", good_times="after 6")
    )
    file = page(client, case)
    for rule in ("Leave no voice message.", "Do not say who we are", "Good times: after 6."):
        assert file.index(rule) < file.index("206 555 0134")


def test_ledger_names_each_person_once_and_adds_up(client: Client, ana: User) -> None:
    case = make_case(state=S.MEETING, team=[ana])
    jose = CaseParty.objects.create(case=case, person=make_person("José"))
    make_line(case, party=jose, amount="230.50", label="Tips")
    make_line(case, amount="100.00")
    make_line(case, amount="50.25")
    answer = client.get(reverse("case", args=[case.reference]))
    rows = answer.context["ledger"]
    assert [(row.person, row.subtotal, row.line.amount) for row in rows] == [
        ("Rosa", Decimal("150.25"), Decimal("100.00")),
        ("", None, Decimal("50.25")),
        ("José", Decimal("230.50"), Decimal("230.50")),
    ]
    assert "$380.75" in answer.text


def test_bounced_and_waiting_money_does_not_count_as_cleared(client: Client, ana: User) -> None:
    case = make_case(state=S.CLOCK_RUNNING, team=[ana], demanded=Decimal("900.00"))
    make_payment(case, "400.00", status="cleared")
    make_payment(case, "300.00", status="bounced")
    make_payment(case, "200.00")
    answer = client.get(reverse("case", args=[case.reference]))
    assert answer.context["owed"] == Decimal("500.00")
    labels = [row.status_label for row in answer.context["payments"]]
    assert labels == ["cleared", "bounced", "not cleared yet"]
    final = make_payment(case, "1.00", full_and_final=True)
    where = reverse("take_on_account", args=[case.reference, final.pk])
    assert where in client.get(case.get_absolute_url()).text
    money_in.take_on_account(final, by=ana, on=final.received_on)
    assert where not in client.get(case.get_absolute_url()).text


def test_draft_shows_only_yeses_given_since_its_words_changed(client: Client, ana: User) -> None:
    case = make_case(state=S.PREPARING, team=[ana, make_user("Ben")], target=make_target())
    make_demand(case)
    make_line(case)
    letter = make_draft(case, by=ana)
    assert "Nobody has said yes yet." in page(client, case)
    approve(letter, party=case.parties.get(), recorded_by=ana)
    assert "Said yes: <bdi>Rosa</bdi>" in page(client, case)
    record(case, Event.LETTER_CHANGED, by=ana, version=1)
    assert "Nobody has said yes yet." in page(client, case)


def test_draft_shows_no_yes_given_before_the_facts_changed(client: Client, ana: User) -> None:
    case = make_case(state=S.PREPARING, team=[ana], target=make_target())
    make_demand(case)
    make_line(case)
    approve(make_draft(case, by=ana), party=case.parties.get(), recorded_by=ana)
    with time_machine.travel(NOON + DAY, tick=False):
        facts_changed(case)
    assert "Nobody has said yes yet." in page(client, case)


def test_plan_is_the_last_one_that_a_vote_carried(client: Client, ana: User) -> None:
    case = make_case(state=S.CLOCK_RUNNING, team=[ana])
    for tactic, votes in (("posters", (5, 0)), ("picket", (9, 1)), ("rally", (1, 8))):
        decision = make_decision(
            case,
            "plan",
            motion=tactic,
            votes_for=votes[0],
            votes_against=votes[1],
            held_on=NOON.date(),
        )
        Rung.objects.create(case=case, decision=decision, position=1, tactic=tactic)
    answer = client.get(reverse("case", args=[case.reference]))
    assert [row.step.label for row in answer.context["plan"]] == ["Picket"]


def test_ladder_carries_the_day_and_who_of_each_step(client: Client, ana: User) -> None:
    case = make_case(state=S.CLOCK_RUNNING, team=[ana], deadline_at=NOON + 11 * DAY)
    record(case, Event.MOVE, by=ana, from_state=S.CONTACTING, to_state=S.MEETING)
    record(case, Event.VOTE, by=ana, motion="Yes", **{"for": 14, "against": 1, "abstained": 0})
    record(case, Event.DELIVERED, by=ana, headcount=31, received_by="the manager")
    answer = client.get(reverse("case", args=[case.reference]))
    notes = {step.label: step.note for step in answer.context["rungs"]}
    assert notes["Meeting"] == "Mon 16 Nov, Ana"
    assert notes["Vote"] == "Mon 16 Nov, 14 for, 1 against"
    assert notes["Delivery"] == "Mon 16 Nov, 31 people"
    assert notes["Clock running"] == "until Fri 27 Nov, 12:00"


def test_newest_fifty_entries_are_shown_and_the_rest_is_one_page_further(
    client: Client, ana: User
) -> None:
    case = make_case(state=S.PREPARING, team=[ana])
    record(case, Event.MOVE, by=ana, from_state=S.NEW, to_state=S.CONTACTING)
    for number in range(case_page.LOG_SHOWN):
        record(case, Event.LINE, by=ana, what=f"line {number}")
    answer = client.get(reverse("case", args=[case.reference]))
    assert [entry.event for entry in answer.context["timeline"]] == [Event.LINE] * 50
    assert answer.context["rungs"][0].note == "Mon 16 Nov, Ana"
    earlier = reverse("case_timeline", args=[case.reference])
    assert earlier in answer.text
    assert "New → Making contact" in client.get(earlier).text
    assert client.get(earlier, {"page": "x\x00"}).status_code == 200


def test_names_with_signs_of_html_are_shown_as_they_are(client: Client, ana: User) -> None:
    case = make_case(state=S.MEETING, team=[ana], person=make_person("<b>O'Hara & فاطمة"))
    assert "&lt;b&gt;O&#x27;Hara &amp; فاطمة" in page(client, case)


# What it costs


def test_facts_from_ready_made_sql_are_those_of_the_expressions(ana: User) -> None:
    cases = [make_case(state=S.ESCALATING, team=[ana], target=make_target()) for _n in range(2)]
    fill(cases[0], ana, 1)
    make_contact(cases[0], result="no_answer")
    Offer.objects.update(status=Offer.Status.ACCEPTED)
    wanted = facts.of_a_case()
    for case in cases:
        ready = CaseLifecycle.objects.with_facts().get(pk=case.pk)
        anew = CaseLifecycle.objects.annotate(**wanted).get(pk=case.pk)
        for name in wanted:
            assert getattr(ready, name) == getattr(anew, name), name
            assert type(getattr(ready, name)) is type(getattr(anew, name)), name


def fill(case: Case, ana: User, number: int) -> None:
    """Add one more of everything a case can have."""
    party = CaseParty.objects.create(case=case, person=make_person(f"Person {number}"))
    TeamMembership.objects.create(case=case, user=make_user())
    make_line(case, party=party)
    make_payment(case, "5.00", status="cleared", party=party)
    make_payment(case, "6.00")
    Offer.objects.create(
        case=case, received_on=NOON.date(), said_by="owner", amount=Decimal(5), terms="All."
    )
    Letter.objects.create(
        case=case,
        version=number,
        language="en",
        paper="letter",
        recipient_name="Dan",
        subject="Pay",
        facts="Facts.",
        how_to_pay="Cash.",
        delivery_on=NOON.date(),
    ).approvals.create(party=party, text_sha256="a")
    decision = make_decision(case, "plan", motion="Plan", held_on=NOON.date())
    Rung.objects.create(case=case, decision=decision, position=1, tactic="picket")
    make_action(cases=[case], leads=[ana])
    Evidence.objects.create(
        case=case, file=f"evidence/{uuid.uuid4()}.pdf", format="pdf", size=9, sha256="a"
    )
    messages.write_to_team(case, text=f"Message {number}")
    make_contact(case)
    record(case, Event.MOVE, by=ana, from_state=S.NEW, to_state=S.CONTACTING)
    record(case, Event.DELIVERED, by=ana, headcount=1, received_by="x")


def test_file_costs_thirteen_queries_with_one_and_with_three_of_everything(
    client: Client, ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_case(
        state=S.CLOCK_RUNNING,
        team=[ana],
        target=make_target(),
        demanded=Decimal("900.00"),
        deadline_at=NOON + DAY,
    )
    InitialMeeting.objects.create(case=case, at=NOON, place="Library").organizers.add(ana)
    fill(case, ana, 1)
    page(client, case)
    with django_assert_num_queries(13):
        page(client, case)
    fill(case, ana, 2)
    fill(case, ana, 3)
    with django_assert_num_queries(13):
        file = page(client, case)
    assert "Message 3" in file
    assert LogEntry.objects.count() == 9


def test_header_costs_five_queries(
    client: Client, ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_case(state=S.PREPARING, team=[make_user(), make_user(), make_user()])
    page(client, case)
    with django_assert_num_queries(5):
        page(client, case)


def test_member_of_the_team_is_offered_nothing_only_organizers_do(client: Client) -> None:
    member = make_member("Mia")
    case = make_case(state=S.QUEUED, team=[make_user("Ana"), member])
    client.force_login(member)
    offered = client.get(case.get_absolute_url()).context["choice"]
    names = {page.name for page in (*offered.now, *offered.seldom)}
    assert names == {"check_in_queued", "log_contact", "hold", "put_right"}
