"""Changing the facts of a case: header, sheet, people, target, lines, contacts, evidence, team."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import sheet, targets
from campaigns.case_forms import HeaderForm
from campaigns.gaps import LABELS, open_gaps
from campaigns.intake import GAPS
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    ClaimLine,
    Contact,
    Event,
    Evidence,
    InitialMeeting,
    Message,
    Person,
    Sheet,
    Target,
    TeamMembership,
    User,
)
from campaigns.private_code import party_of
from campaigns.target_forms import TargetForm
from tests.factories import (
    make_case,
    make_group,
    make_line,
    make_member,
    make_person,
    make_target,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    """An organizer, signed in, on the team of `case`."""
    user = make_user("Ana")
    client.force_login(user)
    return user


@pytest.fixture
def case(ana: User) -> Case:
    return make_case(state=CaseState.PREPARING, team=[ana], target=make_target())


def post(client: Client, name: str, case: Case, /, *more: Any, **typed: Any) -> HttpResponse:
    return client.post(reverse(name, args=[case.reference, *more]), typed)


def events(case: Case) -> list[str]:
    return [*case.log.order_by("pk").values_list("event", flat=True)]


def changed(case: Case) -> bool:
    return Case.objects.get(pk=case.pk).facts_changed_at is not None


# Header and sheet


def test_header_is_saved_and_leads_back_to_the_case(client: Client, case: Case) -> None:
    answer = post(client, "edit_header", case, title="Rosa v. Fork", urgent="on", seen_version=1)
    assert answer["Location"] == f"/cases/{case.reference}/#top"
    case = Case.objects.get()
    assert (case.title, case.urgent, case.version) == ("Rosa v. Fork", True, 2)
    assert events(case) == [Event.HEADER]
    assert not changed(case)  # no letter prints it


def test_header_saved_twice_without_a_change_writes_nothing(client: Client, case: Case) -> None:
    assert post(client, "edit_header", case, seen_version=1).status_code == 302
    assert events(case) == []
    assert Case.objects.get().version == 1


def test_second_of_two_editors_sees_both_texts_and_keeps_typing(client: Client, case: Case) -> None:
    Sheet.objects.filter(case=case).update(wish="The money.", version=2)
    answer = post(client, "edit_sheet", case, story="New", wish="The pay.", seen_version=1)
    assert answer.status_code == 409
    assert "They wrote: The money." in answer.text
    assert ">\nThe pay.</textarea>" in answer.text
    assert Sheet.objects.get().wish == "The money."
    again = post(client, "edit_sheet", case, story="New", wish="The pay.", seen_version=2)
    assert again.status_code == 302
    assert Sheet.objects.get().wish == "The pay."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"started_on": "2026-05-02", "ended_on": "2026-05-01"}, "before the beginning"),
        ({"started_on": "2026-02-30"}, "Write a day that exists"),
        ({"started_on": "2026-11-17"}, "has not come yet"),
        ({"ended_on": "9999-12-31"}, "Look at the year"),
        ({"ended_on": "0001-01-01"}, "Look at the year"),
        ({"wish": "nul\x00"}, "Null characters"),
        ({"story": "x" * 100_000}, "at most 20000 characters"),
    ],
)
def test_sheet_with_impossible_values_is_shown_again_and_nothing_stored(
    client: Client, case: Case, typed: dict[str, str], sentence: str
) -> None:
    answer = post(client, "edit_sheet", case, seen_version=1, place="Kitchen", **typed)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert "Kitchen" in answer.text
    assert Sheet.objects.get().place == ""


def test_sheet_asks_for_days_of_a_deposit_in_a_deposit_case_only(
    client: Client, ana: User, case: Case
) -> None:
    deposit = make_case(kind=Case.Kind.DEPOSIT, state=CaseState.MEETING, team=[ana])
    assert "keys_returned_on" not in client.get(reverse("edit_sheet", args=[case.reference])).text
    assert "keys_returned_on" in client.get(reverse("edit_sheet", args=[deposit.reference])).text


def test_gap_of_the_intake_is_closed_by_the_fact_that_fills_it(case: Case) -> None:
    assert {gap for gaps in GAPS.values() for gap in gaps} == set(LABELS)
    case.sheet.gaps = ["amount", "when", "wish"]
    case.sheet.wish = "The pay."
    assert open_gaps(case, parties=[], lines=[]) == ["how much it is", "when it was"]
    assert open_gaps(case, parties=[], lines=[make_line(case)]) == ["when it was"]


# People


def test_person_is_added_with_what_they_are_in_the_case(client: Client, case: Case) -> None:
    answer = post(
        client,
        "add_party",
        case,
        name="José O’Ñeill & Co",
        phone="(206) 555-0134",
        language_read="es",
        role="affected",
        public_name="alias",
        alias="Pepe",
        agreed="on",
    )
    assert answer["Location"].endswith("#people")
    party = case.parties.get(person__name="José O’Ñeill & Co")
    assert party.name_in_public(case.kind) == "Pepe"
    assert party.person.phone_key == "+12065550134"
    assert changed(case)
    assert case.log.get().data == {"who": "José O’Ñeill & Co"}


def test_other_name_must_be_written_down_when_it_is_chosen(client: Client, case: Case) -> None:
    answer = post(
        client, "add_party", case, language_read="en", role="affected", public_name="alias"
    )
    assert "Write the name they chose." in answer.text
    assert case.parties.count() == 1


def person_typed(party: CaseParty, **typed: Any) -> dict[str, Any]:
    known = {"name": party.person.name, "phone": party.person.phone, "language_read": "en"}
    return (
        known
        | {
            "role": "affected",
            "public_name": "none",
            "seen_version": party.person.version,
            "seen_party_version": party.version,
        }
        | typed
    )


def test_phone_of_a_person_changes_without_making_letters_outdated(
    client: Client, case: Case
) -> None:
    party = case.parties.get()
    post(client, "edit_party", case, party.pk, **person_typed(party, phone="206 555 0199"))
    assert Person.objects.get().phone == "206 555 0199"
    assert not changed(case)
    post(
        client, "edit_party", case, party.pk, **person_typed(party, seen_version=2, name="Rosa D.")
    )
    assert Person.objects.get().name == "Rosa D."
    assert changed(case)


def test_person_changed_by_two_is_written_whole_or_not_at_all(client: Client, case: Case) -> None:
    party = case.parties.get()
    CaseParty.objects.filter(pk=party.pk).update(version=2)
    typed = person_typed(party, name="Rosa D.", joined_on="2026-11-05")
    assert post(client, "edit_party", case, party.pk, **typed).status_code == 409
    assert Person.objects.get().name == "Rosa"
    assert events(case) == []


def test_person_leaves_only_when_no_line_is_theirs_and_somebody_stays(
    client: Client, case: Case
) -> None:
    rosa = case.parties.get()
    post(client, "remove_party", case, rosa.pk)
    assert case.parties.affected().count() == 1  # nobody else is affected
    jose = CaseParty.objects.create(case=case, person=make_person("José"))
    make_line(case, party=jose)
    post(client, "remove_party", case, jose.pk)
    assert case.parties.affected().count() == 2
    case.claim_lines.all().delete()
    post(client, "remove_party", case, jose.pk)
    assert [*case.parties.affected()] == [rosa]
    assert events(case) == [Event.PARTY_LEFT]


def test_private_code_leaves_with_the_person_it_was_given_to(client: Client, ana: User) -> None:
    case = make_case(state=CaseState.MEETING, team=[ana], code="R2S4")
    rosa = case.parties.get()
    CaseParty.objects.create(case=case, person=make_person("José"))
    assert party_of("R2S4", now=timezone.now()) == rosa
    post(client, "remove_party", case, rosa.pk)
    assert party_of("R2S4", now=timezone.now()) is None
    assert events(case) == [Event.PARTY_LEFT, Event.CODE_ENDED]


# Target


def test_target_is_made_for_the_case_and_then_changed(client: Client, ana: User) -> None:
    case = make_case(state=CaseState.MEETING, team=[ana])
    typed = {"name": "Mr. Dan", "plate": "ABC 123", "language": "en"}
    post(client, "edit_target", case, **typed)
    case = Case.objects.get()
    assert case.target.plate == "ABC 123"
    post(client, "edit_target", case, **(typed | {"address": "1 Road", "seen_version": 1}))
    assert Target.objects.get().address == "1 Road"
    assert events(case) == [Event.TARGET, Event.TARGET]


def test_target_of_two_cases_changes_the_letters_of_both(client: Client, case: Case) -> None:
    other = make_case(state=CaseState.PREPARING, team=[make_user()], target=case.target)
    url = reverse("edit_target", args=[case.reference])
    assert "1 other case has the same target" in client.get(url).text
    target = case.target
    typed = {"name": "Fork LLC", "address": target.address, "language": "en", "seen_version": 1}
    client.post(url, typed | {"phone": "1"})
    assert changed(case)
    assert changed(other)
    assert events(other) == [Event.TARGET]


def test_target_written_down_by_two_at_once_is_made_once(case: Case, ana: User) -> None:
    Case.objects.filter(pk=case.pk).update(target=None)
    forms = [TargetForm({"name": name, "language": "en"}) for name in ("Dan", "Daniel")]
    assert all(form.is_valid() for form in forms)
    assert [targets.change_target(case, form=form, by=ana) for form in forms] == [True, False]
    assert Case.objects.get().target.name == "Dan"
    assert not Target.objects.filter(name="Daniel").exists()


# Claim lines


def test_line_is_worked_out_and_its_working_shown(client: Client, case: Case) -> None:
    party = case.parties.get()
    typed = {"party": party.pk, "label": "October", "quantity": "62", "unit": "hours"}
    answer = client.post(
        reverse("add_line", args=[case.reference, "work"]),
        typed | {"rate": "$17.25", "paid": ""},
        follow=True,
    )
    assert "October: 62 hours × $17.25 = $1,069.50" in answer.text
    assert case.claim_lines.get().amount == Decimal("1069.50")
    assert changed(case)
    assert case.log.get().data == {"what": "October, $1,069.50"}


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("work", {"quantity": "0", "rate": "9"}, "more than zero"),
        ("work", {"quantity": "3", "rate": "-9"}, "more than zero"),
        ("work", {"quantity": "999999.99", "rate": "999999.99"}, "come to more than"),
        ("work", {"quantity": "ten", "rate": "9"}, "Write a number"),
        ("work", {"quantity": "١٢", "rate": "9"}, "Write a number"),
        ("sum", {"figure": "1" * 30}, "too large"),
        ("sum", {"figure": "nan"}, "Write a sum"),
        ("sum", {"figure": "5", "until_date": "2026-01-01", "from_date": "2026-02-01"}, "before"),
        ("deduction", {"figure": "240", "accepted": "240.01"}, "cannot accept more"),
        ("deduction", {"figure": "0"}, "more than zero"),
        ("returned", {"figure": "5", "from_date": "2027-01-01"}, "has not come yet"),
    ],
)
def test_line_with_impossible_figures_is_shown_again_and_nothing_stored(
    client: Client, ana: User, kind: str, typed: dict[str, str], sentence: str
) -> None:
    case = make_case(kind=Case.Kind.OTHER, state=CaseState.MEETING, team=[ana])
    line = {"party": case.parties.get().pk, "label": "Kept label", "unit": "hours"}
    answer = post(client, "add_line", case, kind, **(line | typed))
    assert answer.status_code == 200
    assert sentence in answer.text
    assert "Kept label" in answer.text
    assert not ClaimLine.objects.exists()


def test_deposit_lines_come_to_what_is_still_owed(client: Client, ana: User) -> None:
    case = make_case(kind=Case.Kind.DEPOSIT, state=CaseState.MEETING, team=[ana])
    party = case.parties.get().pk
    for kind, typed in [
        ("deposit", {"figure": "1,800"}),
        ("deduction", {"label": "Carpet", "figure": "600", "accepted": "0"}),
        ("deduction", {"label": "Lock", "figure": "85", "accepted": "85"}),
        ("returned", {"figure": "515"}),
    ]:
        post(client, "add_line", case, kind, **({"party": party, "label": kind} | typed))
    assert case.claim_lines.total() == Decimal("1200.00")


def test_line_of_a_kind_the_case_does_not_have_is_not_there(client: Client, case: Case) -> None:
    assert client.get(reverse("add_line", args=[case.reference, "deposit"])).status_code == 404
    assert client.get(reverse("add_line", args=[case.reference, "nonsense"])).status_code == 404


def test_line_changed_is_worked_out_again_and_removed_only_by_post(
    client: Client, case: Case
) -> None:
    line = make_line(case, amount="100")
    typed = {"party": line.party_id, "label": "Tips", "figure": "230.50", "seen_version": 1}
    post(client, "edit_line", case, line.pk, **typed)
    assert case.claim_lines.get().amount == Decimal("230.50")
    page = client.get(reverse("remove_line", args=[case.reference, line.pk]))
    assert "$230.50" in page.text
    assert case.claim_lines.exists()
    post(client, "remove_line", case, line.pk)
    assert not case.claim_lines.exists()
    assert events(case) == [Event.LINE, Event.LINE_REMOVED]


def test_line_of_another_case_is_not_there(client: Client, case: Case) -> None:
    other = make_line(make_case(state=CaseState.MEETING, team=[make_user()]))
    url = reverse("edit_line", args=[case.reference, other.pk])
    assert client.get(url).status_code == 404
    assert client.get(reverse("edit_line", args=[case.reference, 10**20])).status_code == 404


# Contacts, messages, the first meeting


def test_contact_form_says_first_what_to_mind(client: Client, case: Case) -> None:
    page = client.get(reverse("log_contact", args=[case.reference])).text
    assert page.index("Leave no voice message.") < page.index("206 555 0134")
    assert page.index("Do not say who we are to anybody else.") < page.index("206 555 0134")


def test_contact_is_logged_but_not_one_in_the_future(client: Client, case: Case) -> None:
    typed = {"who": "person", "method": "phone", "result": "no_answer", "note": "Rang twice."}
    answer = post(client, "log_contact", case, **typed, at="2026-11-16T12:01")
    assert "has not come yet" in answer.text
    assert "Rang twice." in answer.text
    post(client, "log_contact", case, **typed, at="2026-11-16T11:59")
    assert Contact.objects.get().by.name == "Ana"
    entry = case.log.get()
    assert entry.what == "Contact with the affected person, phone call: no answer"
    assert entry.note == "Rang twice."


def test_message_to_the_person_is_kept_and_no_mail_goes_out(
    client: Client, case: Case, mailoutbox: list[Any]
) -> None:
    post(client, "message_person", case, text="We meet on Monday.")
    message = Message.objects.get()
    assert (message.text, message.from_team) == ("We meet on Monday.", True)
    assert mailoutbox == []


def meeting_of(case: Case, *organizers: User) -> InitialMeeting:
    meeting = InitialMeeting.objects.create(case=case, at=NOON, place="Library")
    meeting.organizers.set(organizers)
    return meeting


def test_meeting_is_noted_by_somebody_who_was_there(client: Client, ana: User, case: Case) -> None:
    ben = make_user("Ben")
    TeamMembership.objects.create(case=case, user=ben)
    meeting_of(case, ana, ben)
    answer = post(client, "hold_meeting", case, held_on="2026-11-16", organizers=[ben.pk])
    assert "Tick your own name" in answer.text
    post(client, "hold_meeting", case, held_on="2026-11-16", organizers=[ana.pk])
    meeting = InitialMeeting.objects.get()
    assert meeting.held_on == dt.date(2026, 11, 16)
    assert [*meeting.organizers.all()] == [ana]
    post(client, "hold_meeting", case, held_on="2026-11-15", organizers=[ana.pk])
    assert InitialMeeting.objects.get().held_on == dt.date(2026, 11, 16)
    assert events(case) == [Event.MEETING_HELD]


# Evidence


def add_file(client: Client, case: Case, content: bytes, **typed: str) -> HttpResponse:
    file = SimpleUploadedFile("<script>.pdf", content, content_type="text/html")
    return post(client, "add_evidence", case, file=file, **typed)


def test_evidence_comes_back_only_as_a_file_to_keep(client: Client, case: Case) -> None:
    assert add_file(client, case, PDF, description="Pay stub").status_code == 302
    file = Evidence.objects.get()
    assert not file.by_affected_person
    url = reverse("evidence_file", args=[case.reference, file.public_id])
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == PDF
    name = f"{case.reference}-2026-11-16-{file.pk}.pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store, private"


def test_evidence_of_another_kind_is_refused_beside_its_field(client: Client, case: Case) -> None:
    answer = add_file(client, case, b"<html>", description="Kept words")
    assert "not a kind of file" in answer.text
    assert "Kept words" in answer.text
    assert not Evidence.objects.exists()


def test_evidence_whose_file_is_gone_is_not_there(client: Client, case: Case) -> None:
    add_file(client, case, PDF)
    file = Evidence.objects.get()
    file.file.storage.delete(file.file.name)
    url = reverse("evidence_file", args=[case.reference, file.public_id])
    assert client.get(url).status_code == 404


def test_evidence_is_closed_to_organizers_off_the_team(client: Client, case: Case) -> None:
    add_file(client, case, PDF)
    url = reverse("evidence_file", args=[case.reference, Evidence.objects.get().public_id])
    client.force_login(make_user())
    assert client.get(url).status_code == 404


# Team


def test_team_adds_somebody_who_can_then_open_the_file(client: Client, case: Case) -> None:
    mia = make_member("Mia")
    assert not Case.objects.opened_to(mia).exists()
    post(client, "add_to_team", case, user=mia.pk)
    assert Case.objects.opened_to(mia).get() == case
    assert case.log.get().what == "Joined the team: Mia"
    post(client, "add_to_team", case, user=mia.pk)
    assert TeamMembership.objects.filter(user=mia).count() == 1


def test_last_one_cannot_leave_the_team(client: Client, ana: User, case: Case) -> None:
    answer = post(client, "leave_team", case)
    assert answer["Location"] == reverse("add_to_team", args=[case.reference])
    assert Case.objects.opened_to(ana).exists()
    ben = make_user("Ben")
    TeamMembership.objects.create(case=case, user=ben)
    page = client.get(reverse("leave_team", args=[case.reference])).text
    assert "Only one person would be left." in page
    assert post(client, "leave_team", case)["Location"] == "/today/"
    assert not Case.objects.opened_to(ana).exists()
    assert Case.objects.get().responsible is None
    assert events(case) == [Event.TEAM_LEFT]


def test_nobody_puts_themselves_on_a_team_that_has_somebody(client: Client, case: Case) -> None:
    ben = make_user("Ben")
    client.force_login(ben)
    assert post(client, "add_to_team", case, user=ben.pk).status_code == 404
    assert post(client, "join_team", case).status_code == 404


def test_organizer_takes_over_a_case_that_nobody_can_open(
    client: Client, ana: User, case: Case
) -> None:
    ben = make_user("Ben")
    client.force_login(ben)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert post(client, "join_team", case).status_code == 302
    assert Case.objects.opened_to(ben).get() == case


# Who may


TEAM_PAGES = [
    "edit_header",
    "edit_sheet",
    "add_party",
    "edit_target",
    "log_contact",
    "message_person",
    "add_evidence",
    "record_payment",
]


@pytest.mark.parametrize("name", TEAM_PAGES)
def test_facts_are_the_teams_alone(client: Client, case: Case, name: str) -> None:
    url = reverse(name, args=[case.reference])
    assert client.get(url).status_code == 200
    client.force_login(make_user())
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


def test_untaken_intake_is_open_to_whoever_is_on_duty_also_when_paused(client: Client) -> None:
    ben = make_user("Ben")
    client.force_login(ben)
    put_on_duty(ben)
    new = make_case(state=CaseState.NEW)
    paused = make_case(state=CaseState.ON_HOLD, held_state=CaseState.NEW)
    assert {*Case.objects.opened_to(ben)} == {new, paused}
    assert {*Case.objects.listed_for(make_user("Cem"))} == set()


def test_case_with_a_nul_in_its_address_is_not_there(client: Client, ana: User) -> None:
    assert client.get("/cases/W%00/sheet/").status_code == 404


def test_stale_header_form_does_not_undo_a_move(case: Case, ana: User) -> None:
    form = HeaderForm({"title": "Old", "seen_version": 1}, instance=Case.objects.get())
    Case.objects.filter(pk=case.pk).update(version=2)
    assert form.is_valid()
    assert not sheet.change_header(case, form=form, by=ana)
    assert Case.objects.get().title == ""
