"""After the end: reopening, taking up again, a linked case, and two cases that become one."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import messages, private_code
from campaigns.models import (
    Case,
    CaseLink,
    CaseParty,
    CaseState,
    Consent,
    Contact,
    Event,
    Evidence,
    Payment,
    Reason,
    User,
)
from escalation import moves, todo
from escalation.models import CaseLifecycle, Incident, Offer
from escalation.moves import MoveRefused
from tests.factories import (
    make_action,
    make_case,
    make_demand,
    make_final_letter,
    make_group,
    make_line,
    make_member,
    make_offer,
    make_payment,
    make_person,
    make_target,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db

S, R = CaseState, Reason
CODE = "0123456789BCDFGHJKMNPQRST"
OTHER_CODE = "TSRQPNMKJHGFDCB9876543210"


@pytest.fixture(autouse=True)
def _group() -> None:
    make_group()


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def ben() -> User:
    return make_user("Ben")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def closed_case(state: str, *, team: list[User], **values: Any) -> Case:
    closed_at = timezone.now() - dt.timedelta(days=40)
    return make_case(state=state, team=team, closed_at=closed_at, **values)


def reload(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def items_of(user: User) -> list[tuple[str, str]]:
    found = todo.items_for(user, now=timezone.now())
    return [(item.label, item.url) for item in found]


# Reopen


def settled_with_bounced_cheque(team: list[User]) -> Case:
    """$1,400 demanded, $1,100 agreed and paid, and the last $300 of it went back since."""
    case = closed_case(S.SETTLED, team=team, close_reason=R.FAIR_ENOUGH)
    make_demand(case, "1400")
    make_offer(case, "1100", status=Offer.Status.ACCEPTED)
    before = case.closed_at - dt.timedelta(days=9)
    make_payment(case, "800", status="cleared", at=before)
    cheque = make_payment(case, "300", status="cleared", at=before)
    case.parties.update(outcome=CaseParty.Outcome.SETTLED)
    cheque.events.create(kind="bounced", on=timezone.localdate())
    return case


def test_settled_case_is_reopened_for_the_cheque_that_bounced(ana: User) -> None:
    case = settled_with_bounced_cheque([ana])
    moves.reopen(case, by=ana, reason=R.BOUNCED, note="The bank says so.", everyone_agreed=True)
    case = reload(case)
    assert (case.state, case.closed_at, case.close_reason) == (S.ESCALATING, None, "")
    assert case.offers.get().status == Offer.Status.BROKEN
    assert case.parties.get().outcome == CaseParty.Outcome.OPEN
    assert Payment.objects.filter(case=case).cleared().total() == Decimal(800)
    facts = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    assert (facts.demanded, facts.cleared) == (Decimal(1400), Decimal(800))


def test_reopen_page_asks_for_the_yes_of_the_people_and_what_changed(ana: User) -> None:
    case = settled_with_bounced_cheque([ana])
    url = f"/cases/{case.reference}/moves/reopen/"
    page = signed_in(ana).post(url, {"reason": R.BOUNCED, "seen_state": S.SETTLED})
    assert "Ask the people affected first: do they want to go on?" in page.content.decode()
    said = {"reason": R.BOUNCED, "everyone_agreed": "on", "note": "It went back."}
    page = signed_in(ana).post(url, said | {"seen_state": S.SETTLED})
    assert page.status_code == 302
    assert reload(case).state == S.ESCALATING
    page = signed_in(ana).post(url, said | {"seen_state": S.SETTLED})
    assert (page.status_code, reload(case).state) == (409, S.ESCALATING)


def test_reopening_without_a_yes_or_a_note_is_refused(ana: User) -> None:
    case = closed_case(S.WON, team=[ana])
    for agreed, note in ((False, "Fired"), (True, " ")):
        with pytest.raises(MoveRefused):
            moves.reopen(case, by=ana, reason=R.RETALIATION, note=note, everyone_agreed=agreed)
    assert reload(case).state == S.WON


def test_today_tells_the_team_of_a_cheque_that_bounced_after_the_end(ana: User, ben: User) -> None:
    case = settled_with_bounced_cheque([ana])
    item = ("Reopen it", f"/cases/{case.reference}/moves/reopen/")
    assert item in items_of(ana)
    assert item not in items_of(ben)
    make_payment(case, "300", status="cleared")  # they made it good
    assert item not in items_of(ana)


# Take up again


@pytest.mark.parametrize("state", [S.LOST, S.DROPPED, S.DECLINED, S.REFERRED, S.WITHDRAWN])
def test_case_that_ended_is_taken_up_again_at_the_meeting(ana: User, state: str) -> None:
    past = timezone.now() - dt.timedelta(days=9)
    case = closed_case(state, team=[ana], close_reason=R.CAPACITY, deadline_at=past)
    make_demand(case, "900")
    moves.take_up_again(case, by=ana, reason=R.NEW_FACTS, note="A witness came forward.")
    case = reload(case)
    assert case.state == S.MEETING
    assert (case.demanded, case.deadline_at, case.close_reason, case.closed_at) == (
        None,
        None,
        "",
        None,
    )
    assert case.demands.count() == 1


def test_member_cannot_take_a_case_up_again(ana: User) -> None:
    mia = make_member("Mia")
    case = closed_case(S.LOST, team=[ana, mia])
    page = signed_in(mia).get(f"/cases/{case.reference}/moves/take_up_again/")
    assert page.status_code == 409
    with pytest.raises(MoveRefused):
        moves.take_up_again(case, by=mia, reason=R.CAME_BACK, note="She called.")


def test_old_letter_does_not_count_for_a_case_taken_up_again(ana: User, ben: User) -> None:
    case = make_case(state=S.PREPARING, team=[ana, ben], target=make_target())
    make_line(case)
    make_demand(case)
    make_final_letter(case, by=ana, approved_by=ben)
    moves.drop(case, by=ana, reason=R.OWN_WISH, own_word=True)
    moves.take_up_again(case, by=ana, reason=R.CAME_BACK, note="She called.")
    Case.objects.filter(pk=case.pk).update(demanded=Decimal(1620))
    facts = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    assert facts.facts_changed_at > facts.letter_issued_at


def test_person_comes_back_by_code_and_whoever_is_on_duty_takes_it_up(ana: User, ben: User) -> None:
    case = closed_case(S.REFERRED, team=[ana], code=CODE)
    case.team_memberships.update(left_at=timezone.now())
    put_on_duty(ben)
    url = f"/cases/{case.reference}/moves/take_up_again/"
    assert ("Take it up again", url) not in items_of(ben)

    person = Client()
    person.post("/status/", {"code": CODE})
    assert person.get("/status/case/").status_code == 200
    person.post("/status/message/", {"text": "The agency could not help."})
    assert ("Take it up again", url) in items_of(ben)
    assert ("Take it up again", url) not in items_of(ana)

    page = signed_in(ben).get(url)
    assert "The agency could not help." in page.content.decode()
    said = {"reason": R.CAME_BACK, "note": "The agency sent her back.", "seen_state": S.REFERRED}
    assert signed_in(ben).post(url, said).headers["Location"] == f"/cases/{case.reference}/"
    case = reload(case)
    assert (case.state, case.responsible, case.team_memberships.current().get().user) == (
        S.MEETING,
        ben,
        ben,
    )
    assert ("Take it up again", url) not in items_of(ben)


def test_message_to_a_closed_case_waits_for_its_team_until_answered(ana: User) -> None:
    case = closed_case(S.LOST, team=[ana])
    item = ("Read and answer", f"/cases/{case.reference}/#messages")
    messages.write_to_team(case, text="I found the contract.")
    assert item in items_of(ana)
    messages.write_to_person(case, text="We will look at it.", by=ana)
    assert item not in items_of(ana)


def test_organizer_off_duty_cannot_open_a_case_whose_team_has_gone(ana: User, ben: User) -> None:
    case = closed_case(S.REFERRED, team=[ana])
    case.team_memberships.update(left_at=timezone.now())
    url = f"/cases/{case.reference}/moves/take_up_again/"
    assert signed_in(ben).get(url).status_code == 404


def test_meeting_is_arranged_anew_for_a_case_that_never_had_one(ana: User, ben: User) -> None:
    case = closed_case(S.WITHDRAWN, team=[ana])
    moves.take_up_again(case, by=ana, reason=R.CAME_BACK, note="She called.")
    Contact.objects.create(
        case=case, method="phone", result="reached", at=timezone.now(), who="person"
    )
    at = timezone.now() + dt.timedelta(days=2)
    moves.arrange_meeting(case, by=ana, at=at, place="Library", organizers=[ana, ben])
    case = reload(case)
    assert (case.state, case.initial_meeting.place) == (S.MEETING, "Library")


# A linked case


def said_of_a_firing(case: Case, **values: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "kind": Case.Kind.OTHER,
        "link": CaseLink.Kind.FOLLOWS,
        "summary": "Fired from the second job after a call",
        "parties": [party.pk for party in case.parties.all()],
        "story": "The old boss called the new one.",
        "method": "phone",
        "at": (timezone.now() - dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
    } | values


def test_firing_becomes_a_linked_case_that_copies_no_decision(ana: User, ben: User) -> None:
    case = closed_case(S.SETTLED, team=[ana, ben], target=make_target())
    make_demand(case, "1400")
    party = case.parties.get()
    Consent.objects.create(
        person=party.person, case=case, kind="intake", text_version="1", language="en"
    )
    said = said_of_a_firing(case)
    page = signed_in(ana).post(f"/cases/{case.reference}/links/new/", said)
    later = Case.objects.exclude(pk=case.pk).get()
    assert (later.state, later.target, later.responsible) == (S.CONTACTING, case.target, ana)
    assert (later.demanded, later.deadline_at) == (None, None)
    assert (later.decisions.count(), later.demands.count()) == (0, 0)
    assert later.sheet.story == "The old boss called the new one."
    assert [m.user for m in later.team_memberships.all()] == [ana]
    assert Consent.objects.filter(case=later, person=party.person).count() == 1
    link = CaseLink.objects.get()
    assert (link.earlier, link.later, link.kind) == (case, later, "follows")
    assert case.log.filter(event=Event.LINKED).get().data["reference"] == later.reference
    assert later.log.filter(event=Event.LINKED).get().data["reference"] == case.reference

    shown = page.content.decode().split('<p class="grouped">')[1].split("</p>")[0]
    code = "".join(part.split("</span>")[0] for part in shown.split("<span>")[1:])
    opened = private_code.party_of(code, now=timezone.now())
    assert opened == later.parties.get()
    assert opened.person == party.person

    again = signed_in(ana).post(f"/cases/{case.reference}/links/new/", said)
    assert Case.objects.count() == 2
    assert shown in again.content.decode()


def test_linked_case_needs_somebody_it_happened_to(ana: User) -> None:
    case = closed_case(S.SETTLED, team=[ana])
    page = signed_in(ana).post(
        f"/cases/{case.reference}/links/new/", said_of_a_firing(case, parties=[])
    )
    assert "Tick at least one person." in page.content.decode()
    assert Case.objects.count() == 1


def test_untaken_intake_has_no_linked_case(ana: User) -> None:
    put_on_duty(ana)
    case = make_case()
    page = signed_in(ana).get(f"/cases/{case.reference}/links/new/")
    assert page.status_code == 409


def test_both_files_show_the_link_only_to_who_may_list_the_other(ana: User) -> None:
    mia = make_member("Mia")
    case = closed_case(S.SETTLED, team=[ana, mia])
    signed_in(ana).post(f"/cases/{case.reference}/links/new/", said_of_a_firing(case))
    later = Case.objects.exclude(pk=case.pk).get()
    for user, one, other, shown in (
        (ana, case, later, True),
        (ana, later, case, True),
        (mia, case, later, False),
    ):
        file = signed_in(user).get(f"/cases/{one.reference}/").content.decode()
        assert f"/cases/{one.reference}/links/" in file
        page = signed_in(user).get(f"/cases/{one.reference}/links/").content.decode()
        assert (other.reference in page) is shown


# Two cases become one


def two_about_the_same(team: list[User]) -> tuple[Case, Case]:
    target = make_target()
    rosa = make_person("Rosa", phone_key="+12065550134")
    goes_on = make_case(state=S.PREPARING, team=team, target=target, person=rosa, code=OTHER_CODE)
    make_demand(goes_on, "500")
    again = make_case(
        state=S.CONTACTING,
        team=team,
        target=target,
        person=make_person("rosa", phone_key="+12065550134"),
        code=CODE,
    )
    make_line(again, amount="500")
    CaseParty.objects.create(case=again, person=make_person("Luis", phone_key="+12065550199"))
    return again, goes_on


def test_merge_moves_people_messages_and_contacts_and_doubles_nobody(ana: User) -> None:
    again, goes_on = two_about_the_same([ana])
    rosa, luis = again.parties.order_by("pk")
    messages.write_to_team(again, text="It is me again.", party=rosa)
    Contact.objects.create(
        case=again, method="phone", result="reached", at=timezone.now(), who="person"
    )
    action = make_action(cases=[again])
    moves.merge(again, by=ana, into=goes_on, note="Same boss, same weeks.")
    again = reload(again)
    assert (again.state, again.merged_into, again.close_reason) == (S.MERGED, goes_on, R.DUPLICATE)
    assert sorted(str(party) for party in goes_on.parties.all()) == ["Luis", "Rosa"]
    assert (goes_on.messages.count(), goes_on.contacts.count(), again.messages.count()) == (1, 1, 0)
    assert goes_on.messages.get().party == goes_on.parties.get(person__name="Rosa")
    assert {*action.cases.all()} == {again, goes_on}
    # The sum is not doubled, and the merged file reads as it was.
    facts = CaseLifecycle.objects.with_facts().get(pk=goes_on.pk)
    assert (facts.claimed, facts.demanded) == (0, Decimal(500))
    assert again.claim_lines.count() == 1
    assert again.parties.count() == 2
    assert goes_on.log.filter(event=Event.MERGED_HERE).get().data == {"reference": again.reference}
    assert signed_in(ana).get(f"/cases/{again.reference}/").status_code == 200
    assert luis.goes_on_as is None
    luis.refresh_from_db()
    assert luis.goes_on_as == goes_on.parties.get(person__name="Luis")


def test_codes_of_a_merged_case_open_the_case_that_goes_on(ana: User) -> None:
    again, goes_on = two_about_the_same([ana])
    known = goes_on.parties.get()
    luis = again.parties.order_by("pk").last()
    code = private_code.give(luis, by=ana)
    moves.merge(again, by=ana, into=goes_on)
    now = timezone.now()
    assert private_code.party_of(CODE, now=now) == known
    assert private_code.party_of(OTHER_CODE, now=now) == known
    assert private_code.party_of(code, now=now).case == goes_on
    private_code.give(known, by=ana)
    assert private_code.party_of(CODE, now=now) is None
    assert private_code.party_of(OTHER_CODE, now=now) is None


def test_code_moves_to_a_person_who_has_none(ana: User) -> None:
    again, goes_on = two_about_the_same([ana])
    goes_on.parties.update(code_hash=None)
    moves.merge(again, by=ana, into=goes_on)
    person = Client()
    person.post("/status/", {"code": CODE})
    assert goes_on.reference in person.get("/status/case/").content.decode()


def test_pages_say_what_moves_over_before_it_happens(ana: User) -> None:
    again, goes_on = two_about_the_same([ana])
    client = signed_in(ana)
    page = client.get(f"/cases/{again.reference}/merge/").content.decode()
    url = f"/cases/{again.reference}/merge/{goes_on.reference}/"
    assert url in page
    page = client.get(url).content.decode()
    assert "rosa is there already." in page
    assert "Luis moves over." in page
    assert reload(again).state == S.CONTACTING
    page = client.post(url, {"note": "Same", "seen_state": S.CONTACTING})
    assert (page.status_code, reload(again).state) == (302, S.MERGED)
    assert client.post(url, {"note": "Same"}).status_code == 409


def test_merge_is_refused_without_something_in_common_or_with_money(ana: User, ben: User) -> None:
    again, goes_on = two_about_the_same([ana])
    stranger = make_case(state=S.MEETING, team=[ana], person=make_person("Dan", phone=""))
    theirs = make_case(state=S.MEETING, team=[ben], target=again.target)
    closed = closed_case(S.LOST, team=[ana], target=again.target)
    mia = make_member("Mia")
    for into, by in ((stranger, ana), (theirs, ana), (closed, ana), (again, ana), (goes_on, mia)):
        with pytest.raises(MoveRefused):
            moves.merge(again, by=by, into=into)
    make_payment(again, "20")
    with pytest.raises(MoveRefused) as refused:
        moves.merge(again, by=ana, into=goes_on)
    assert "Merge the other one into this one" in str(refused.value)
    assert reload(again).state == S.CONTACTING
    assert goes_on.parties.count() == 1


def test_merge_moves_incidents_and_leaves_legal_papers_where_they_open(ana: User) -> None:
    again, goes_on = two_about_the_same([ana])
    rosa = again.parties.order_by("pk").first()
    now = timezone.now()
    happened = {"case": again, "happened_at": now, "what": "He shouted.", "severity": 3}
    threat = Incident.objects.create(kind="threat", reported_by_party=rosa, **happened)
    paper = Incident.objects.create(kind="legal_paper", **happened)
    file = {"case": again, "format": "pdf", "size": 1, "sha256": "0" * 64}
    photo = Evidence.objects.create(file="a.pdf", **file)
    summons = Evidence.objects.create(file="b.pdf", is_legal=True, **file)
    moves.merge(again, by=ana, into=goes_on)
    for row in (threat, paper, photo, summons):
        row.refresh_from_db()
    assert (threat.case, photo.case) == (goes_on, goes_on)
    assert threat.reported_by_party == goes_on.parties.get(person__name="Rosa")
    assert (paper.case, summons.case) == (again, again)


def test_case_under_a_legal_hold_is_not_merged_into_another(ana: User) -> None:
    again, goes_on = two_about_the_same([ana])
    Case.objects.filter(pk=again.pk).update(legal_hold_since=timezone.now())
    with pytest.raises(MoveRefused) as refused:
        moves.merge(again, by=ana, into=goes_on)
    assert "legal hold" in str(refused.value)


def test_merge_of_a_case_of_others_answers_like_nothing(ana: User, ben: User) -> None:
    again, _goes_on = two_about_the_same([ana])
    theirs = make_case(state=S.MEETING, team=[ben], target=again.target)
    client = signed_in(ana)
    assert client.get(f"/cases/{again.reference}/merge/{theirs.reference}/").status_code == 404
    assert client.get(f"/cases/{again.reference}/merge/W-9999/").status_code == 404


def test_case_that_goes_on_leads_to_the_merged_file(ana: User) -> None:
    again, goes_on = two_about_the_same([ana])
    moves.merge(again, by=ana, into=goes_on)
    for one, other in ((again, goes_on), (goes_on, again)):
        file = signed_in(ana).get(f"/cases/{one.reference}/").content.decode()
        assert f"/cases/{one.reference}/links/" in file
        assert (
            other.reference in signed_in(ana).get(f"/cases/{one.reference}/links/").content.decode()
        )
