"""A letter with enclosures, the law's part and several recipients at once: nobody gets less."""

import datetime as dt
import io
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from campaigns import evidence, rules
from campaigns.models import Case, CaseState, ClaimLine, DepositRule, Evidence, User
from letters import checks, enclosures, kind_checks, lifting
from letters.approval import Standing, approve
from letters.drafting import document_for, text_of
from letters.enclosures import Chosen
from letters.models import Letter
from tests import pictures
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_group,
    make_line,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db

AGENT = "Delta Lets\n9 Oak Street\nSeattle WA 98101"


@pytest.fixture
def ana(client: Client) -> User:
    make_group(jurisdiction="US-WA")
    rules.load()
    DepositRule.objects.filter(jurisdiction="US-WA").update(checked_on=dt.date(2026, 8, 3))
    ana = make_user("Ana")
    client.force_login(ana)
    return ana


@pytest.fixture
def ben() -> User:
    return make_user("Ben")


@pytest.fixture
def case(ana: User, ben: User) -> Case:
    left = dt.date(2026, 6, 30)
    case = make_case(
        kind=Case.Kind.DEPOSIT,
        state=CaseState.PREPARING,
        team=[ana, ben],
        target=make_target(),
        sheet={"ended_on": left, "keys_returned_on": left},
    )
    make_demand(case, "1800.00")
    make_line(case, kind=ClaimLine.Kind.DEPOSIT, amount="1800.00", label="Deposit")
    return case


def add(case: Case, words: str, size: tuple[int, int] = (640, 320)) -> Evidence:
    file = SimpleUploadedFile("x", pictures.photo("jpg", size))
    return evidence.add_evidence(
        case, file=file, by=None, by_affected_person=True, description=words
    )


def enclose(letter: Letter, file: Evidence, caption: str, *, by: User) -> Letter:
    seen = Letter.objects.get(pk=letter.pk).edit_version
    chosen = [Chosen(file, 1, caption)]
    assert enclosures.choose(letter, chosen=chosen, by=by, seen_version=seen)
    return Letter.objects.get(pk=letter.pk)


@pytest.fixture
def draft(case: Case, ana: User) -> Letter:
    letter = make_draft(case, by=ana, also_to=AGENT, names_the_law=True)
    return enclose(letter, add(case, "The lease"), "The lease", by=ana)


def text_in(printed: bytes) -> str:
    pages = PdfReader(io.BytesIO(printed)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def url(name: str, letter: Letter, *more: int) -> str:
    return reverse(name, args=[letter.case.reference, letter.version, *more])


@pytest.fixture
def final(draft: Letter, case: Case, ben: User) -> Letter:
    approve(draft, party=case.parties.get())
    assert approve(draft, organizer=ben) == ""
    return Letter.objects.get(pk=draft.pk)


def test_each_copy_that_is_kept_has_the_law_and_the_enclosures(final: Letter) -> None:
    for kept in (final, final.further.get()):
        for words in (kept.frozen_html, text_in(bytes(kept.frozen_pdf))):
            assert "The law of Washington may add:" in words
            assert "Enclosures:" in words
            assert "The lease" in words


def test_each_recipient_has_a_packet_with_their_own_letter(client: Client, final: Letter) -> None:
    link = url("case_packet_to", final, 2)
    assert link in client.get(url("letter", final)).text
    answer = client.get(link)
    assert f"packet-{final.case.reference}-v1-2.pdf" in answer["Content-Disposition"]
    packet = text_in(b"".join(answer.streaming_content))
    assert "Dear Delta Lets:" in packet
    assert "Enclosure 1: The lease" in packet
    assert f"Dear {final.recipient_name}:" not in packet
    assert client.get(url("case_packet_to", final, 3)).status_code == 404


def test_letter_of_one_recipient_has_one_packet(
    client: Client, draft: Letter, case: Case, ben: User
) -> None:
    Letter.objects.filter(pk=draft.pk).update(also_to="")
    approve(draft, party=case.parties.get())
    assert approve(draft, organizer=ben) == ""
    page = client.get(url("letter", draft)).text
    assert url("case_packet", draft) in page
    assert url("case_packet_to", draft, 1) not in page


def test_yes_is_to_the_files_and_not_to_their_captions_alone(
    draft: Letter, case: Case, ana: User
) -> None:
    approve(draft, party=case.parties.get())
    before = text_of(draft)
    letter = enclose(draft, add(case, "The lease", (320, 320)), "The lease", by=ana)
    assert text_of(letter) != before
    assert Standing(letter).counting == []


def test_final_letter_counts_the_yes_after_its_files_are_gone(final: Letter) -> None:
    Evidence.objects.filter(letters=final).delete()
    assert len(Standing(Letter.objects.get(pk=final.pk)).counting) == 2


def test_words_of_a_caption_are_checked_like_any_other(
    draft: Letter, case: Case, ana: User
) -> None:
    file = add(case, "Report")
    letter = enclose(draft, file, "Report to the police, ask 206 555 0199", by=ana)
    document = document_for(letter)
    stops = lifting.stops(letter, document, checks.of_letter(letter, document))
    assert [(stop.finding.words, stop.finding.where) for stop in stops] == [
        (("police",), ("the enclosures",))
    ]


def test_paper_with_pay_in_its_name_asks_for_no_money(draft: Letter, case: Case, ana: User) -> None:
    letter = enclose(draft, add(case, "Pay stub"), "Pay stub", by=ana)
    document = replace(document_for(letter), rows=(), demands=(), facts=(), how_to_pay=())
    assert document.enclosures == ["Pay stub"]
    assert list(kind_checks.asks_money(document)) == []


def test_next_version_takes_over_recipients_law_language_and_enclosures(
    client: Client, final: Letter, case: Case
) -> None:
    Letter.objects.filter(pk=final.pk).update(language="es", facts="Lo que pasó.")
    page = client.get(reverse("draft_letter", args=[case.reference]))
    first = page.context["form"].initial
    assert first["also_to"] == AGENT
    assert first["names_the_law"] is True
    assert (first["language"], first["text_kind"]) == ("es", "deposit_nothing")
    assert "El alquiler terminó" in first["facts"]
    assert "Start with the words of version 1" in page.text
    typed = first | {"also_to": first["also_to"], "names_the_law": "on", "seen_version": ""}
    client.post(reverse("draft_letter", args=[case.reference]), typed)
    following = Letter.objects.get(version=2)
    assert following.also_to == AGENT
    assert following.names_the_law
    assert [str(row) for row in following.enclosed.all()] == ["1. The lease"]


def test_next_version_can_start_with_the_words_of_the_last(
    client: Client, final: Letter, case: Case
) -> None:
    said = {"facts": "What people wrote.", "closing": "We wait.", "text_kind": "repairs"}
    Letter.objects.filter(pk=final.pk).update(**said)
    page = client.get(reverse("draft_letter", args=[case.reference]) + "?words")
    first = page.context["form"].initial
    assert {name: first[name] for name in said} == said
    assert first["also_to"] == AGENT


def test_next_version_goes_to_the_address_that_is_known_now(
    client: Client, final: Letter, case: Case
) -> None:
    Letter.objects.filter(pk=final.pk).update(recipient_name="Mr. Dan")
    case.target.contact_name, case.target.address = "Mr. Dan", "77 New Street"
    case.target.save()
    first = client.get(reverse("draft_letter", args=[case.reference])).context["form"].initial
    assert first["recipient_address"].endswith("77 New Street")
    assert first["also_to"] == AGENT


def test_next_version_starts_again_where_somebody_chose_to(
    client: Client, final: Letter, case: Case
) -> None:
    page = reverse("draft_letter", args=[case.reference]) + "?kind=deposit_nothing&language=en"
    first = client.get(page).context["form"].initial
    assert first["also_to"] == ""
    assert "names_the_law" not in first
