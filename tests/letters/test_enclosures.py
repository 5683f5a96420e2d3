"""Enclosures: chosen files in a draft, frozen with the letter, and all of it in one packet."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader
from pytest_django import Settings

from campaigns import custody, evidence, working_copies
from campaigns.models import Case, Event, Evidence, LogEntry, User
from letters import approval, drafting, enclosures, pdf
from letters.document import as_html
from letters.drafting import document_for
from letters.models import Enclosure, Letter
from tests import pictures
from tests.factories import (
    make_case,
    make_draft,
    make_line,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


@pytest.fixture
def draft(case: Case, ana: User) -> Letter:
    return make_draft(case, by=ana)


def add(case: Case, words: str, content: bytes = b"", **values: Any) -> Evidence:
    file = SimpleUploadedFile("x", content or pictures.photo("jpg", (640, 320)))
    values = {"by": None, "by_affected_person": True, "description": words} | values
    return evidence.add_evidence(case, file=file, **values)


def choose(client: Client, letter: Letter, **typed: Any) -> HttpResponse:
    typed = {"seen_version": letter.edit_version} | typed
    return client.post(url("choose_enclosures", letter), typed)


def url(name: str, letter: Letter) -> str:
    return reverse(name, args=[letter.case.reference, letter.version])


def numbered(*files: Evidence) -> dict[str, Any]:
    """Return what a form sends that encloses these files in this order."""
    typed: dict[str, Any] = {}
    for number, file in enumerate(files, start=1):
        typed |= {f"place_{file.pk}": number, f"caption_{file.pk}": file.description}
    return typed


def printed(letter: Letter) -> str:
    return as_html(drafting.document_for(letter))


def enclosed(letter: Letter) -> list[str]:
    return [str(row) for row in letter.enclosed.all()]


def make_final(letter: Letter, *, by: User, approved_by: User) -> Letter:
    for party in letter.case.parties.affected():
        approval.approve(letter, party=party, recorded_by=by)
    assert approval.approve(letter, organizer=approved_by) == ""
    return Letter.objects.get(pk=letter.pk)


def test_chosen_files_stand_in_the_letter_in_the_order_of_their_numbers(
    client: Client, case: Case, draft: Letter
) -> None:
    stub, sheet = add(case, "Pay stub"), add(case, "Time sheet <b>")
    add(case, "Not this one")
    typed = {
        f"place_{stub.pk}": 7,
        f"caption_{stub.pk}": "Pay stub of “March”",
        **{f"place_{sheet.pk}": 2, f"caption_{sheet.pk}": sheet.description},
    }
    assert choose(client, draft, **typed)["Location"] == url("letter", draft)
    assert enclosed(draft) == ["1. Time sheet <b>", "2. Pay stub of “March”"]
    html = printed(draft)
    assert "<li>Time sheet &lt;b&gt;</li><li>Pay stub of “March”</li>" in html
    assert "Not this one" not in html
    text = "".join(
        p.extract_text() for p in PdfReader(io.BytesIO(pdf.render_html(html, "letter"))).pages
    )
    assert "Enclosures:\nTime sheet <b>\nPay stub of “March”" in text


def test_a_line_says_which_enclosures_show_it(client: Client, draft: Letter) -> None:
    case = draft.case
    files = [add(case, name) for name in ("Photo", "Time sheet", "Stub")]
    line = make_line(case, amount="400.00")
    line.evidence.set([files[0], files[2]])
    choose(client, draft, **numbered(*files[1:]))
    note = document_for(draft).rows[-1].note
    assert note == "See enclosure 2."
    draft.refresh_from_db()
    choose(client, draft, **numbered(*files))
    assert document_for(draft).rows[-1].note == "See enclosures 1, 3."
    assert "See enclosures 1, 3." in as_html(document_for(draft))


def test_a_letter_without_enclosures_does_not_speak_of_them(draft: Letter) -> None:
    assert "Enclosures" not in printed(draft)


def test_choosing_makes_each_yes_void_and_its_chooser_a_writer(
    client: Client, case: Case, ana: User, ben: User
) -> None:
    letter = make_draft(case, by=ben)
    approval.approve(letter, organizer=ana)
    assert choose(client, letter, **numbered(add(case, "Pay stub"))).status_code == 302
    standing = approval.Standing(Letter.objects.get(pk=letter.pk))
    assert (standing.counting, standing.text_changed_since) == ([], True)
    assert "You wrote part of this letter." in standing.why_not_organizer(ana)


def test_choosing_the_same_again_changes_nothing(client: Client, case: Case, draft: Letter) -> None:
    file = add(case, "Pay stub")
    for _again in range(2):
        draft.refresh_from_db()
        choose(client, draft, **numbered(file))
    assert LogEntry.objects.filter(event=Event.LETTER_CHANGED).count() == 1


def test_a_file_needs_words_and_what_was_typed_stays(
    client: Client, case: Case, draft: Letter
) -> None:
    file, other = add(case, ""), add(case, "Lease")
    page = choose(
        client, draft, **{f"place_{file.pk}": 1, f"caption_{other.pk}": "The lease, page one"}
    ).text
    assert "Say in a few words what it is. The letter prints it." in page
    assert "The lease, page one" in page
    assert enclosed(draft) == []


@pytest.mark.parametrize("number", ["0", "-1", "100", "x", "1.5", "9" * 40])
def test_a_number_that_is_none_is_said(
    client: Client, case: Case, draft: Letter, number: str
) -> None:
    file = add(case, "Lease")
    answer = choose(client, draft, **numbered(file) | {f"place_{file.pk}": number})
    assert answer.context["form"].errors[f"place_{file.pk}"]


def test_who_saves_second_is_told_and_keeps_what_they_typed(
    client: Client, case: Case, draft: Letter
) -> None:
    file, other = add(case, "Lease"), add(case, "Receipt")
    choose(client, draft, **numbered(file))
    answer = choose(client, draft, **numbered(other))
    assert "Somebody else saved this while you were typing." in answer.text
    assert enclosed(draft) == ["1. Lease"]
    assert (
        choose(
            client,
            draft,
            **numbered(other),
            seen_version=answer.context["form"]["seen_version"].value(),
        ).status_code
        == 302
    )
    assert enclosed(draft) == ["1. Receipt"]


def test_voice_notes_and_files_of_other_cases_are_not_offered(
    client: Client, case: Case, draft: Letter
) -> None:
    voice = add(case, "Her voice", b"#!AMR\n" + bytes(20))
    foreign = add(make_case(), "Of another case")
    page = client.get(url("choose_enclosures", draft)).text
    assert "Her voice" not in page
    assert "Of another case" not in page
    choose(client, draft, **numbered(voice, foreign))
    assert enclosed(draft) == []


def test_a_legal_paper_is_chosen_by_who_may_open_it_and_kept_by_others(
    client: Client, case: Case, ana: User, ben: User
) -> None:
    draft = make_draft(case, by=ana)
    paper = add(case, "Court paper", by=ana, by_affected_person=False, is_legal=True)
    stub = add(case, "Pay stub")
    choose(client, draft, **numbered(paper))
    draft.refresh_from_db()
    client.force_login(ben)
    assert "Court paper" not in client.get(url("choose_enclosures", draft)).text
    choose(client, draft, **numbered(paper, stub))
    assert enclosed(draft) == ["1. Court paper", "2. Pay stub"]


def test_too_much_for_one_letter_is_said(
    client: Client, case: Case, draft: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [add(case, f"File {n}") for n in range(3)]
    monkeypatch.setattr(enclosures, "MOST", 2)
    assert "A letter takes up to 2 enclosures." in choose(client, draft, **numbered(*files)).text
    monkeypatch.setattr(enclosures, "MOST", 20)
    monkeypatch.setattr(enclosures, "MOST_PAGES", 2)
    said = choose(client, draft, **numbered(*files)).text
    assert "These files have 3 pages together. A letter takes up to 2." in said
    monkeypatch.setattr(enclosures, "MOST_PAGES", 100)
    monkeypatch.setattr(enclosures, "MOST_BYTES", 3000)
    assert "MB together." in choose(client, draft, **numbered(*files)).text
    assert enclosed(draft) == []


def test_a_final_letter_keeps_its_enclosures_and_their_fingerprints(
    client: Client, case: Case, draft: Letter, ana: User, ben: User
) -> None:
    file = add(case, "Pay stub")
    choose(client, draft, **numbered(file))
    letter = make_final(draft, by=ana, approved_by=ben)
    file.refresh_from_db()
    (row,) = letter.enclosed.all()
    assert row.copy_sha256 == working_copies.digest_of(file) != ""
    assert choose(client, letter, **numbered()).status_code == 409
    assert enclosed(letter) == ["1. Pay stub"]
    assert custody.steps(file)[-1].what == "Copy made for letter version 1: Pay stub"


def test_the_next_version_encloses_the_same(
    client: Client, case: Case, draft: Letter, ana: User, ben: User
) -> None:
    choose(client, draft, **numbered(add(case, "Pay stub"), add(case, "Lease")))
    letter = make_final(draft, by=ana, approved_by=ben)
    following = make_draft(case, by=ana)
    assert following.version == 2
    assert enclosed(following) == ["1. Pay stub", "2. Lease"]
    assert [row.copy_sha256 for row in following.enclosed.all()] == ["", ""]
    choose(client, following, **{"seen_version": following.edit_version})
    assert enclosed(following) == []
    assert enclosed(letter) == ["1. Pay stub", "2. Lease"]


@pytest.fixture
def final(client: Client, case: Case, draft: Letter, ana: User, ben: User) -> Letter:
    """Return a final letter with a photo, a paper of two pages and one that cannot be drawn."""
    files = (
        add(case, "Pay stub, Nguyễn"),
        add(case, "The lease", pictures.pdf()),
        add(case, "Damaged", b"%PDF-1.7\nnothing", by=ana, by_affected_person=False),
    )
    choose(client, draft, **numbered(*files))
    return make_final(draft, by=ana, approved_by=ben)


def packet_of(client: Client, letter: Letter) -> bytes:
    answer = client.get(url("case_packet", letter))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == (
        f'attachment; filename="packet-{letter.case.reference}-v1.pdf"'
    )
    return b"".join(answer.streaming_content)


def test_the_packet_is_the_letter_its_enclosures_and_where_they_came_from(
    client: Client, case: Case, final: Letter
) -> None:
    packet = packet_of(client, final)
    pages = PdfReader(io.BytesIO(packet)).pages
    letter = PdfReader(io.BytesIO(bytes(final.frozen_pdf))).pages
    assert [p.extract_text() for p in pages[: len(letter)]] == [p.extract_text() for p in letter]
    photo, first, second, damaged, listed = (p.extract_text() for p in pages[len(letter) :])
    assert "Enclosure 1: Pay stub, Nguyễn" in photo
    numbered = [
        f"Enclosures, reference {case.reference}, version 1 Page {n} of 5" for n in range(1, 6)
    ]
    for page, foot in zip((photo, first, second, damaged, listed), numbered, strict=True):
        assert " ".join(page.split()).count(foot) == 1
        assert page.count("Page") == 1
    assert "Enclosure 2: The lease" in first
    assert "Enclosure 2, page 2 of 2" in second
    for number, page in enumerate((photo, first, second, damaged, listed), start=1):
        assert f"Page {number} of 5" in page
        assert f"Enclosures, reference {case.reference}, version 1" in page
    assert "This paper is enclosed as a print of its own." in damaged
    pictures_in = [len(page.images) for page in pages[len(letter) :]]
    assert pictures_in == [1, 1, 1, 0, 0]
    stub = case.evidence.get(description="Pay stub, Nguyễn")
    assert stub.sha256 in listed.replace("\n", "")
    listed = " ".join(listed.split())
    assert "from the person affected" in listed
    assert "from our network" in listed
    assert "Ana" not in listed
    assert [mark for mark in pictures.MARKS if mark in packet] == []


@pytest.mark.skipif(
    not shutil.which("pdftoppm"), reason="Poppler is not installed; ./run installs it"
)
def test_a_photo_stands_upright_below_its_caption(
    client: Client, case: Case, final: Letter, tmp_path: Path
) -> None:
    (tmp_path / "packet.pdf").write_bytes(packet_of(client, final))
    page = str(len(PdfReader(io.BytesIO(bytes(final.frozen_pdf))).pages) + 1)
    pages = ["-f", page, "-l", page, "-r", "72", "-png", "-singlefile"]
    subprocess.run(["pdftoppm", *pages, "packet.pdf", "page"], cwd=tmp_path, check=True)
    with Image.open(tmp_path / "page.png") as picture:
        shown = picture.convert("RGB")
    middle = 25 + 20  # mm from the left
    caption, top, bottom = (
        shown.crop(mm(middle - 20, y, middle + 20, y + 3)) for y in (14, 46, 255)
    )
    assert colour_of(caption) == "neither"
    assert min(low for low, _high in caption.getextrema()) < 80  # ink
    assert colour_of(top) == "red"
    assert colour_of(bottom) == "blue"


def mm(*sides: float) -> tuple[int, ...]:
    return tuple(round(side * 72 / 25.4) for side in sides)


def colour_of(part: Image.Image) -> str:
    red, _green, blue = part.resize((1, 1)).getpixel((0, 0))
    return "red" if red > blue + 50 else "blue" if blue > red + 50 else "neither"


def test_a_packet_is_noted_as_an_opening_of_each_file(
    client: Client, case: Case, final: Letter
) -> None:
    packet_of(client, final)
    packet_of(client, final)
    assert LogEntry.objects.filter(event=Event.EVIDENCE_OPENED).count() == 3


def test_a_copy_that_was_changed_since_stops_the_packet(
    client: Client, case: Case, final: Letter
) -> None:
    stub = case.evidence.get(description="Pay stub, Nguyễn")
    path = working_copies.path_of(stub, 1)
    path.write_bytes(path.read_bytes() + b".")
    page = client.get(url("case_packet", final), follow=True).text
    assert "The copy of enclosure 1 is not the one this letter was made final with." in page


def test_what_could_not_be_drawn_when_the_letter_went_out_is_named_in_the_packet_for_good(
    client: Client, final: Letter
) -> None:
    row = final.enclosed.select_related("evidence").earliest("position")
    Enclosure.objects.filter(pk=row.pk).update(copy_sha256="")  # drawn, but only since
    assert row.evidence.has_copy
    first, *_others = PdfReader(io.BytesIO(packet_of(client, final))).pages[1:]
    assert "This paper is enclosed as a print of its own." in first.extract_text()


def test_a_draft_has_no_packet(client: Client, draft: Letter) -> None:
    page = client.get(url("case_packet", draft), follow=True).text
    assert "A packet is made of a final letter. This one is a draft." in page


def test_who_may_not_open_a_legal_paper_gets_no_packet_with_it(
    client: Client, case: Case, draft: Letter, ana: User, ben: User
) -> None:
    paper = add(case, "Court paper", by=ana, by_affected_person=False, is_legal=True)
    choose(client, draft, **numbered(paper))
    letter = make_final(draft, by=ana, approved_by=ben)
    assert packet_of(client, letter)
    client.force_login(ben)
    page = client.get(url("case_packet", letter), follow=True).text
    assert "A legal paper is enclosed. Somebody who may open it prints the packet." in page


@pytest.mark.parametrize("name", ["choose_enclosures", "case_packet"])
def test_another_team_finds_neither_page(client: Client, final: Letter, name: str) -> None:
    client.force_login(make_user())
    assert client.get(url(name, final)).status_code == 404


def test_what_is_forgotten_takes_the_enclosures_along(settings: Settings, final: Letter) -> None:
    assert Enclosure.objects.count() == 3
    Evidence.objects.all().delete()
    assert not Enclosure.objects.exists()
