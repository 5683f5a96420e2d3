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
