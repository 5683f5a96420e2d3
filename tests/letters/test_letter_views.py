"""The pages of the letter: draft, change, read, approve, and the PDF that is kept."""

import datetime as dt
import hashlib
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from campaigns.models import Case, CaseParty, CaseState, ClaimLine, User
from letters.approval import Standing
from letters.models import Delivery, Letter
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_member,
    make_person,
    make_target,
    make_user,
)

S = CaseState


@pytest.fixture
def case(db: None) -> Case:
    make_group()
    case = make_case(
        state=S.PREPARING, team=[make_user("Ana"), make_user("Ben")], target=make_target()
    )
    make_line(case)
    make_demand(case)
    return case


@pytest.fixture
def ana(case: Case) -> User:
    return case.team.get(name="Ana")


@pytest.fixture
def ben(case: Case) -> User:
    return case.team.get(name="Ben")


@pytest.fixture
def client(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def new_url(case: Case) -> str:
    return reverse("draft_letter", args=[case.reference])


def url(letter: Letter, name: str = "letter") -> str:
    return reverse(name, args=[letter.case.reference, letter.version])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def texts(**values: Any) -> dict[str, Any]:
    return {
        "recipient_name": "Mr. Dan",
        "recipient_address": "114 Maple Street\nSeattle WA 98104",
        "subject": "Unpaid wages: Rosa",
        "facts": "Rosa cleaned your offices for three weeks.",
        "how_to_pay": "By money order.",
        "delivery_on": (timezone.localdate() + dt.timedelta(days=3)).isoformat(),
        "language": "en",
        "paper": "letter",
    } | values


def seen(letter: Letter) -> str:
    return Standing(Letter.objects.get(pk=letter.pk)).text_sha256


def test_draft_page_proposes_words_and_makes_nothing(client: Client, case: Case) -> None:
    response = client.get(new_url(case))
    form = response.context["form"]
    assert form["recipient_name"].value() == "Golden Fork Restaurant Group"
    assert form["paper"].value() == "letter"
    assert "the day work or tenancy began" in text_of(response)
    assert not Letter.objects.exists()


def test_draft_page_proposes_words_in_the_language_asked_for(client: Client, case: Case) -> None:
    assert client.get(new_url(case), {"language": "es"}).context["form"]["language"].value() == "es"
    assert client.get(new_url(case), {"language": "x"}).context["form"]["language"].value() == "en"


def test_draft_is_saved_and_shown_as_the_target_will_read_it(client: Client, case: Case) -> None:
    response = client.post(
        new_url(case), texts(subject="O'Fakerson & Daughters <Cafe>"), follow=True
    )
    letter = Letter.objects.get(case=case)
    assert response.redirect_chain == [(url(letter), 302)]
    page = text_of(response)
    assert "O&#x27;Fakerson &amp; Daughters &lt;Cafe&gt;" in page
    assert "$1,620.00" in page


def test_second_draft_is_refused_and_keeps_what_was_typed(
    client: Client, case: Case, ana: User
) -> None:
    make_draft(case, by=ana)
    response = client.post(new_url(case), texts(facts="Typed in vain."))
    assert response.status_code == 409
    assert response.context["reasons"] == ["Version 1 is being written already."]
    assert "Typed in vain." in text_of(response)
    assert case.letters.count() == 1


BAD = [
    ({"facts": ""}, "facts"),
    ({"facts": "x" * 100_000}, "facts"),
    ({"subject": "nul\x00"}, "subject"),
    ({"recipient_name": "x" * 301}, "recipient_name"),
    ({"recipient_address": "x" * 501}, "recipient_address"),
    ({"delivery_on": "2026-02-30"}, "delivery_on"),
    ({"delivery_on": "2020-01-01"}, "delivery_on"),
    ({"delivery_on": "9999-12-31"}, "delivery_on"),
    ({"language": "xx"}, "language"),
    ({"paper": "napkin"}, "paper"),
]


def test_draft_with_bad_input_says_so_and_keeps_what_was_typed(client: Client, case: Case) -> None:
    for sent, field in BAD:
        response = client.post(new_url(case), texts(how_to_pay="Typed <here>") | sent)
        assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
        assert "Typed &lt;here&gt;" in text_of(response)
    assert not Letter.objects.exists()


def test_draft_before_the_vote_is_refused(client: Client, ana: User, case: Case) -> None:
    early = make_case(state=S.MEETING, team=[ana])
    assert client.get(new_url(early)).status_code == 200
    response = client.post(new_url(early), texts())
    assert response.status_code == 409
    assert response.context["reasons"] == ["No letter is written while the case is at “Meeting”."]


def test_change_saves_the_text_and_voids_the_yes(
    client: Client, case: Case, ana: User, ben: User
) -> None:
    letter = make_draft(case, by=ben)
    client.post(url(letter, "approve_letter"), {"seen": seen(letter)})
    form = client.get(url(letter, "edit_letter")).context["form"]
    sent = texts(facts="Other facts.", seen_version=form["seen_version"].value())
    page = text_of(client.post(url(letter, "edit_letter"), sent, follow=True))
    assert "Other facts." in page
    assert "The text changed since somebody said yes." in page
    assert "You wrote part of this letter." in page
    assert set(letter.written_by.all()) == {ana, ben}


def test_change_somebody_else_made_meanwhile_is_shown(
    client: Client, case: Case, ana: User
) -> None:
    letter = make_draft(case, by=ana)
    client.post(url(letter, "edit_letter"), texts(facts="First.", seen_version=1))
    response = client.post(url(letter, "edit_letter"), texts(facts="Second.", seen_version=1))
    page = text_of(response)
    assert "They wrote: First." in page
    assert "Second." in page
    assert Letter.objects.get(pk=letter.pk).facts == "First."


def test_letter_becomes_final_through_the_page(
    client: Client, case: Case, ana: User, ben: User
) -> None:
    letter = make_draft(case, by=ana)
    page = text_of(client.get(url(letter)))
    assert "Rosa read it and said yes" in page
    assert "You wrote part of this letter." in page
    sent = {"seen": seen(letter), "party": case.parties.get().pk}
    page = text_of(client.post(url(letter, "approve_letter"), sent, follow=True))
    assert "passed on by Ana" in page
    client.force_login(ben)
    page = text_of(client.post(url(letter, "approve_letter"), {"seen": seen(letter)}, follow=True))
    assert "That was the last yes. The letter is final." in page
    assert "Nothing in it can be changed any more." in page
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.is_issued
    assert "Version 1" in letter.frozen_html
    assert "Draft: not approved" not in letter.frozen_html
    assert letter.sha256 in page


def test_yes_to_a_page_that_is_out_of_date_is_refused(
    client: Client, case: Case, ana: User, ben: User
) -> None:
    letter = make_draft(case, by=ben)
    read = seen(letter)
    ClaimLine.objects.filter(case=case).update(label="Changed meanwhile")
    for sent in ({"seen": read}, {"seen": ""}, {}):
        response = client.post(url(letter, "approve_letter"), sent)
        assert response.status_code == 409
        assert "The text changed while you were reading." in text_of(response)
    assert not letter.approvals.exists()


def test_yes_for_a_person_of_another_case_is_not_found(
    client: Client, case: Case, ana: User
) -> None:
    letter = make_draft(case, by=ana)
    foreign = make_case().parties.get()
    for party in (foreign.pk, "x", "9" * 30, ""):
        sent = {"seen": seen(letter), "party": party}
        assert client.post(url(letter, "approve_letter"), sent).status_code == 404


def test_finding_that_blocks_takes_the_buttons_away(client: Client, case: Case, ben: User) -> None:
    letter = make_draft(case, by=ben, facts="Pay or we call the police.")
    response = client.get(url(letter))
    page = text_of(response)
    assert "The letter must not bring up police" in page
    assert "I read it and approve it" not in page
    response = client.post(url(letter, "approve_letter"), {"seen": seen(letter)})
    assert response.status_code == 409


def test_letter_that_cannot_be_printed_says_why_and_offers_to_try_again(
    client: Client, case: Case, ana: User, ben: User
) -> None:
    letter = make_draft(case, by=ben, subject="Wages \U00012000")
    sent = {"seen": seen(letter), "party": case.parties.get().pk}
    client.post(url(letter, "approve_letter"), sent)
    page = text_of(client.post(url(letter, "approve_letter"), {"seen": seen(letter)}, follow=True))
    assert "These characters cannot be printed" in page
    assert "Make it final" in page
    response = client.post(url(letter, "issue_letter"))
    assert response.status_code == 409
    assert "These characters cannot be printed" in text_of(response)
    assert "These characters cannot be printed" in text_of(client.get(url(letter, "letter_pdf")))


def test_making_final_what_is_not_approved_is_refused(
    client: Client, case: Case, ana: User
) -> None:
    letter = make_draft(case, by=ana)
    response = client.post(url(letter, "issue_letter"))
    assert response.status_code == 409
    assert "must say yes first" in text_of(response)
    assert client.get(url(letter, "issue_letter")).status_code == 405
    assert client.get(url(letter, "approve_letter")).status_code == 405


def test_pdf_of_a_final_letter_is_the_one_that_was_kept(
    client: Client, case: Case, ana: User, ben: User
) -> None:
    letter = make_final_letter(case, by=ana, approved_by=ben)
    ClaimLine.objects.filter(case=case).update(label="Changed later")
    response = client.get(url(letter, "letter_pdf"))
    assert hashlib.sha256(response.content).hexdigest() == letter.sha256
    assert response.headers["Content-Type"] == "application/pdf"
    name = f"demand-{case.reference}-v1.pdf"
    assert response.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert "Changed later" not in text_of(client.get(url(letter)))


def test_pdf_of_a_draft_is_drawn_as_it_stands(client: Client, case: Case, ana: User) -> None:
    letter = make_draft(case, by=ana)
    response = client.get(url(letter, "letter_pdf"))
    assert response.content.startswith(b"%PDF-")
    assert f"draft-{case.reference}-v1.pdf" in response.headers["Content-Disposition"]


def test_final_letter_can_be_replaced_and_says_what_went_out(
    client: Client, case: Case, ana: User, ben: User
) -> None:
    first = make_final_letter(case, by=ana, approved_by=ben)
    response = client.post(url(first, "edit_letter"), texts(facts="Too late."))
    assert response.status_code == 409
    assert response.context["reasons"] == [
        "Version 1 is final and stays as it is. Draft the next version."
    ]
    at = timezone.now()
    Delivery.objects.create(
        letter=first,
        at=at,
        place="There",
        handed_by="Rosa",
        received_by="Dan",
        headcount=9,
        deadline_at=at + dt.timedelta(days=14),
    )
    second = make_final_letter(case, by=ben, approved_by=ana, subject="Second")
    page = text_of(client.get(url(first)))
    assert "Version 1 went out on" in page
    assert "Version 2 has taken its place." in page
    assert "went out on" in text_of(client.get(url(second)))


def test_letters_of_a_case_of_another_team_are_not_found(
    client: Client, case: Case, ana: User
) -> None:
    letter = make_draft(case, by=ana)
    for stranger in (make_user("Olu"), make_member("Mia")):
        client.force_login(stranger)
        assert client.get(new_url(case)).status_code == 404
        for name in ("letter", "edit_letter", "letter_pdf"):
            assert client.get(url(letter, name)).status_code == 404
        for name in ("approve_letter", "issue_letter"):
            assert client.post(url(letter, name)).status_code == 404


def test_version_that_is_not_there_is_not_found(client: Client, case: Case) -> None:
    for version in (7, 10**30):
        assert client.get(reverse("letter", args=[case.reference, version])).status_code == 404


def test_letter_page_asks_as_many_queries_with_three_people_as_with_one(
    client: Client, case: Case, ana: User, django_assert_max_num_queries: Any
) -> None:
    letter = make_draft(case, by=ana)
    with django_assert_max_num_queries(27) as one:
        client.get(url(letter))
    for name in ("José", "Lê"):
        party = CaseParty.objects.create(case=case, person=make_person(name))
        make_line(case, party=party)
    with django_assert_max_num_queries(27) as three:
        client.get(url(letter))
    assert len(one) == len(three)


def printed_text(client: Client, letter: Letter) -> str:
    pdf = PdfReader(io.BytesIO(client.get(url(letter, "letter_pdf")).content))
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def draft_as_proposed(client: Client, case: Case, **values: Any) -> Letter:
    form = client.get(new_url(case), values).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert client.post(new_url(case), sent).status_code == 302
    return Letter.objects.get(case=case)


def test_each_fact_the_letter_uses_is_printed_once(client: Client, case: Case) -> None:
    case.sheet.place = "MARKPLACE"
    case.sheet.agreement = "MARKAGREED"
    case.sheet.already_tried = "MARKTRIED"
    case.sheet.save()
    case.target.contact_name = "MARKCONTACT"
    case.target.legal_name = "MARKLEGAL"
    case.target.address = "MARKSTREET"
    case.target.save()
    case.claim_lines.update(label="MARKLABEL", note="MARKNOTE")
    case.parties.update(public_name="alias", alias="MARKALIAS")
    text = printed_text(client, draft_as_proposed(client, case))
    for once in ("PLACE", "AGREED", "TRIED", "LEGAL", "STREET", "LABEL", "NOTE"):
        assert text.count(f"MARK{once}") == 1
    assert text.count("MARKCONTACT") == 2  # the address and the salutation
    assert text.count("MARKALIAS") == 3  # subject, facts and signature


def test_six_lines_of_a_long_address_are_printed_whole(client: Client, case: Case) -> None:
    name = (
        "The Very Long Property Holdings and Management Company of Greater Northwest Washington LLC"
    )
    lines = [f"{n} {'Long ' * 16}Street" for n in range(1, 3)]
    lines += ["Attention: Accounts Payable", "Second floor"]
    address = "\n".join([*lines, "Seattle"])
    client.post(new_url(case), texts(recipient_name=name, recipient_address=address))
    text = printed_text(client, Letter.objects.get(case=case))
    for line in (name, *lines, "Seattle"):
        assert " ".join(line.split()) in text


def test_letter_in_spanish_with_gaps_prints_no_none_and_no_raw_date(
    client: Client, case: Case
) -> None:
    Case.objects.filter(pk=case.pk).update(kind=Case.Kind.DEPOSIT)
    case.sheet.keys_returned_on = dt.date(2026, 4, 3)
    case.sheet.save()
    letter = draft_as_proposed(client, Case.objects.get(pk=case.pk), language="es")
    text = printed_text(client, letter)
    assert "viernes 3 de abril de 2026" in text
    assert "None" not in text
    assert "2026-04-03" not in text
