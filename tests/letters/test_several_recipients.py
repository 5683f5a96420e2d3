"""One letter to several recipients: the same words and one approval, an own copy for each."""

import datetime as dt
import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from campaigns.models import Case, CaseState, Target, User
from escalation import papers
from letters import checks, drafting, recipients
from letters.approval import Standing, approve
from letters.models import Letter, LetterRecipient
from letters.recipients import Addressee
from tests.factories import (
    link_targets,
    make_case,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_target,
    make_user,
)
from tests.letters.samples import SIX_LINES

pytestmark = pytest.mark.django_db

CODE = "0123456789BCDFGHJKMNPQRST"
AGENT = "Delta Lets\n9 Oak Street\nSeattle WA 98101"


@pytest.fixture
def ana(client: Client) -> User:
    make_group()
    ana = make_user("Ana")
    client.force_login(ana)
    return ana


@pytest.fixture
def case(ana: User) -> Case:
    maple = make_target("Maple 114 LLC", address="PO Box 9\nSeattle WA 98104")
    link_targets(make_target("Delta Lets", address=AGENT.partition("\n")[2]), maple, "letting")
    team = [ana, make_user("Ben")]
    case = make_case(state=CaseState.PREPARING, team=team, target=maple, code=CODE)
    make_line(case)
    make_demand(case)
    return case


def final(case: Case, **texts: Any) -> Letter:
    ana, ben = case.team.all()
    values = {"recipient_name": "Maple 114 LLC", "recipient_address": "PO Box 9", "also_to": AGENT}
    return make_final_letter(case, by=ana, approved_by=ben, **(values | texts))


def url(name: str, letter: Letter, *more: int) -> str:
    return reverse(name, args=[letter.case.reference, letter.version, *more])


def text_of(printed: bytes) -> str:
    pages = PdfReader(io.BytesIO(printed)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_who_is_chosen_gets_a_letter_each_or_one_together(client: Client, case: Case) -> None:
    agent = Target.objects.get(name="Delta Lets")
    page = reverse("draft_letter", args=[case.reference])
    chosen = {"to": [case.target_id, agent.pk]}
    each = client.get(page, chosen | {"how": "each"}).context["form"].initial
    assert each["recipient_name"] == "Maple 114 LLC"
    assert each["recipient_address"] == "PO Box 9\nSeattle WA 98104"
    assert each["also_to"] == AGENT
    together = client.get(page, chosen | {"how": "together"}).context["form"].initial
    assert together["also_to"] == ""
    assert together["recipient_address"].endswith(AGENT)
    assert "one letter each, with the same words" in client.get(page).text


def test_further_recipients_are_read_as_they_are_typed() -> None:
    typed = "\r\n Delta Lets \r\n9 Oak Street\r\n\r\n \r\nDan Maple\r\n\r\n"
    found = recipients.further(typed)
    assert found == [Addressee("Delta Lets", ["9 Oak Street"]), Addressee("Dan Maple", [])]
    assert recipients.further(recipients.as_text(found)) == found
    assert recipients.further(" \n \n") == []


def test_each_gets_an_own_copy_that_is_kept(case: Case) -> None:
    letter = final(case)
    copy = letter.further.get()
    assert (copy.position, copy.name) == (2, "Delta Lets")
    assert copy.address == "9 Oak Street\nSeattle WA 98101"
    assert copy.sha256 == hashlib.sha256(bytes(copy.frozen_pdf)).hexdigest() != letter.sha256
    first, second = text_of(bytes(letter.frozen_pdf)), text_of(bytes(copy.frozen_pdf))
    assert "Dear Maple 114 LLC:" in first
    assert "Dear Delta Lets:" in second
    assert "Delta Lets" not in first
    assert "Maple 114 LLC" not in second
    one = first.replace("Maple 114 LLC", "").replace("PO Box 9 ", "")
    two = second.replace("Delta Lets", "").replace("9 Oak Street Seattle WA 98101 ", "")
    assert one == two  # the same words


def test_yes_is_to_every_copy(case: Case, ana: User) -> None:
    letter = make_draft(case, by=ana, also_to=AGENT)
    approve(letter, party=case.parties.get())
    Letter.objects.filter(pk=letter.pk).update(also_to=AGENT.replace("9 Oak", "7 Oak"))
    standing = Standing(Letter.objects.get(pk=letter.pk))
    assert standing.counting == []
    assert standing.text_changed_since


def test_final_letter_says_who_approved_all_of_it(case: Case) -> None:
    standing = Standing(Letter.objects.get(pk=final(case).pk))
    assert len(standing.counting) == 2
    assert not standing.text_changed_since


def test_later_address_of_the_target_changes_no_copy_and_list_and_pdf_agree(
    client: Client, case: Case
) -> None:
    letter = final(case)
    before = [bytes(letter.frozen_pdf), bytes(letter.further.get().frozen_pdf)]
    Target.objects.update(address="77 New Street", name="Somebody Else")
    page = client.get(url("letter", letter)).text
    assert "Somebody Else" not in page
    for position, name in ((1, "Maple 114 LLC"), (2, "Delta Lets")):
        link = url("letter_pdf_to", letter, position)
        assert link in page
        assert name in page
        printed = client.get(link).content
        assert printed == before[position - 1]
        assert f"Dear {name}:" in text_of(printed)


def test_all_of_them_come_in_one_file(client: Client, case: Case) -> None:
    letter = final(case)
    answer = client.get(url("letter_pdfs", letter))
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        kept = [archive.read(name) for name in names]
    number = case.reference
    assert names == [
        f"demand-{number}-v1-1-maple-114-llc.pdf",
        f"demand-{number}-v1-2-delta-lets.pdf",
    ]
    assert kept == [bytes(letter.frozen_pdf), bytes(letter.further.get().frozen_pdf)]


def test_draft_prints_for_each_and_nobody_stands_beyond_the_last(
    client: Client, case: Case, ana: User
) -> None:
    letter = make_draft(case, by=ana, also_to=AGENT)
    assert "Dear Delta Lets:" in text_of(client.get(url("letter_pdf_to", letter, 2)).content)
    assert client.get(url("letter_pdf_to", letter, 3)).status_code == 404
    assert client.get(url("letter_pdf_to", letter, 0)).status_code == 404


def test_recipients_are_changed_while_it_is_a_draft(client: Client, case: Case, ana: User) -> None:
    letter = make_draft(case, by=ana, also_to=AGENT)
    form = client.get(url("edit_letter", letter)).context["form"]
    assert form["also_to"].value() == AGENT
    sent = {name: form[name].value() or "" for name in form.fields} | {"also_to": "Dan\n1 Elm"}
    client.post(url("edit_letter", letter), sent)
    assert Letter.objects.get().also_to == "Dan\n1 Elm"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"also_to": "\n\n".join(["Dan\n1 Elm Street"] * 6)}, "A letter goes to 6 at most."),
        ({"also_to": "Dan\n" + "\n".join(["line"] * 9)}, "Dan: The address takes 10 lines"),
        ({"recipient_address": "\n".join(["line"] * 9)}, "The address takes 10 lines"),
        ({"recipient_address": "A long street name " * 26}, "The address takes 12 lines"),
    ],
)
def test_what_fits_into_no_window_is_refused_and_kept_on_the_page(
    client: Client, case: Case, ana: User, values: dict[str, str], sentence: str
) -> None:
    letter = make_draft(case, by=ana)
    form = client.get(url("edit_letter", letter)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | values
    answer = client.post(url("edit_letter", letter), sent)
    assert sentence in answer.text
    assert next(iter(values.values())).strip() in answer.text
    assert Letter.objects.get().also_to == ""


def test_long_name_and_six_lines_are_taken() -> None:
    assert recipients.why_not_in_window("Recipient", SIX_LINES) == ""


def test_unproven_name_and_missing_address_of_a_further_recipient_are_found(
    case: Case, ana: User
) -> None:
    make_target("Dan Maple", kind="person", address="")
    link_targets(Target.objects.get(name="Dan Maple"), case.target, "owner", confidence="likely")
    letter = make_draft(case, by=ana, also_to="Dan Maple")
    found = checks.of_letter(letter, drafting.document_for(letter))
    codes = {finding.code: finding.sentence for finding in found}
    assert "Dan Maple is not confirmed to belong to the target." in codes["unproven"]
    assert "The letter to Dan Maple has no address." in codes["no_address"]


def test_follow_up_goes_to_all_who_got_the_demand(case: Case) -> None:
    final(case)
    about = papers.matter(case, group=make_group(), today=timezone.localdate())
    assert papers.proposed("refusal", about, language="en")["also_to"] == AGENT


def test_person_affected_reads_to_whom_it_goes(client: Client, case: Case, ana: User) -> None:
    make_draft(case, by=ana, also_to=AGENT)
    person = Client()
    person.get(f"/s/{CODE}/")
    page = person.get(reverse("status_letter", args=[1])).text
    assert "The same letter also goes to:" in page
    assert "<bdi>Delta Lets</bdi>" in page


def test_handing_over_a_further_letter_is_noted_once_and_starts_no_clock(
    client: Client, case: Case
) -> None:
    letter, today = final(case), timezone.localdate().isoformat()
    for to in ("the desk", "somebody else"):
        sent = {"handed_on": today, "handed_to": to}
        client.post(url("hand_letter", letter, 2), sent)
    copy = LetterRecipient.objects.get()
    assert (copy.handed_on, copy.handed_to) == (timezone.localdate(), "the desk")
    assert [e.what for e in case.log.filter(event="letter_handed")] == [
        "Letter 1 also handed over: Delta Lets, the desk"
    ]
    assert Case.objects.get(pk=case.pk).deadline_at is None
    assert "to the desk" in client.get(url("letter", letter)).text


def test_handing_over_needs_a_day_that_was_and_somebody(client: Client, case: Case) -> None:
    letter = final(case)
    late = (timezone.localdate() + dt.timedelta(days=2)).isoformat()
    page = client.post(url("hand_letter", letter, 2), {"handed_on": late, "handed_to": ""}).text
    assert "This day is still to come." in page
    assert "This field is required." in page
    assert client.post(url("hand_letter", letter, 1), {}).status_code == 404


def test_database_keeps_one_copy_for_a_position_and_none_unsealed(case: Case) -> None:
    letter = final(case)
    for values in ({"position": 2, "sha256": "0" * 64}, {"position": 3, "sha256": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LetterRecipient.objects.create(letter=letter, name="X", frozen_pdf=b"-", **values)


def test_page_costs_the_same_with_one_further_recipient_as_with_five(
    client: Client, case: Case, ana: User, django_assert_max_num_queries: Any
) -> None:
    letter = make_draft(case, by=ana, also_to=AGENT)
    with django_assert_max_num_queries(30) as one:
        client.get(url("letter", letter))
    Letter.objects.update(also_to="\n\n".join(["Dan\n1 Elm Street"] * 5))
    with django_assert_max_num_queries(30) as five:
        client.get(url("letter", letter))
    assert len(one) == len(five)
