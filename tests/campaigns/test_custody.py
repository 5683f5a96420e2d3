"""Custody: the page of a file, who had it in hands, its seal, and how it leaves the server."""

import datetime as dt
import os
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaigns import custody, evidence, working_copies
from campaigns.models import Case, Evidence, LogEntry, TeamMembership, User
from tests import pictures
from tests.factories import make_case, make_group, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    make_group()
    return make_user("Ana")


@pytest.fixture
def case(ana: User) -> Case:
    return make_case(team=[ana])


@pytest.fixture
def file(case: Case) -> Evidence:
    return add(case, pictures.photo("jpg"), description="The time sheet")


def add(case: Case, content: bytes, **values: object) -> Evidence:
    sent = SimpleUploadedFile("photo", content)
    values = {"by": None, "by_affected_person": True} | values
    return evidence.add_evidence(case, file=sent, **values)  # type: ignore[arg-type]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, name: str, row: Evidence, *more: int) -> HttpResponse:
    answer = client.get(reverse(name, args=[row.case.reference, row.public_id, *more]))
    if answer.streaming:
        answer.sent = b"".join(answer.streaming_content)
    return answer


def on_disk(row: Evidence) -> Path:
    return Path(row.file.path)


def test_the_page_shows_the_copy_and_offers_the_original(ana: User, file: Evidence) -> None:
    page = ask(client_of(ana), "evidence_page", file).text
    assert reverse("evidence_picture", args=[file.case.reference, file.public_id, 1]) in page
    assert reverse("evidence_file", args=[file.case.reference, file.public_id]) in page
    assert "The time sheet" in page
    assert file.sha256 in page


def test_the_copy_is_shown_and_the_original_is_only_kept(ana: User, file: Evidence) -> None:
    client = client_of(ana)
    working_copies.ensure(file)
    picture, original = (
        ask(client, "evidence_picture", file, 1),
        ask(client, "evidence_file", file),
    )
    assert picture["Content-Type"] == "image/jpeg"
    assert picture.sent == working_copies.path_of(file, 1).read_bytes()
    assert original.sent == pictures.photo("jpg")
    assert original["Content-Type"] == "application/octet-stream"
    assert original["Content-Disposition"].startswith('attachment; filename="')
    for answer in (picture, original):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n<html><script>alert(1)</script></html>",
        b"\xff\xd8\xff\xe0<html><body onload=alert(1)>",
        b"\x89PNG\r\n\x1a\n<svg onload=alert(1)>",
        b"RIFF\x10\x00\x00\x00WEBP<!doctype html><script>",
    ],
)
def test_a_file_that_is_also_a_page_is_never_sent_as_one(
    ana: User, case: Case, content: bytes
) -> None:
    row = add(case, content)
    client = client_of(ana)
    assert ask(client, "evidence_page", row).status_code == 200
    assert ask(client, "evidence_picture", row, 1).status_code == 404
    answer = ask(client, "evidence_file", row)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("page", [0, 2, 10**9])
def test_a_page_that_the_copy_has_not_is_not_there(ana: User, file: Evidence, page: int) -> None:
    working_copies.ensure(file)
    assert ask(client_of(ana), "evidence_picture", file, page).status_code == 404


@pytest.mark.parametrize("name", ["evidence_page", "evidence_picture", "evidence_file"])
def test_another_team_finds_none_of_it(name: str, file: Evidence) -> None:
    working_copies.ensure(file)
    more = [1] if name == "evidence_picture" else []
    assert ask(client_of(make_user()), name, file, *more).status_code == 404


@pytest.mark.parametrize("name", ["evidence_page", "evidence_picture", "evidence_file"])
def test_a_legal_paper_opens_only_for_who_is_named(name: str, ana: User, case: Case) -> None:
    ben = make_user("Ben")
    TeamMembership.objects.create(case=case, user=ben)
    paper = working_copies.ensure(
        add(case, pictures.photo("png"), by=ana, by_affected_person=False, is_legal=True)
    )
    more = [1] if name == "evidence_picture" else []
    assert ask(client_of(ana), name, paper, *more).status_code == 200
    assert ask(client_of(ben), name, paper, *more).status_code == 404


def test_custody_tells_who_brought_it_and_who_opened_it_once_a_day(
    ana: User, file: Evidence
) -> None:
    client = client_of(ana)
    for _look in range(2):
        ask(client, "evidence_page", file)
        ask(client, "evidence_picture", file, 1)
        ask(client, "evidence_file", file)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        evidence.note_opening(file, by=ana, now=timezone.now())
    steps = custody.steps(file)
    assert [(step.what, step.who) for step in steps] == [
        ("Sent with what they told us, and kept unchanged", ""),
        ("Evidence opened: The time sheet", "Ana"),
        ("Evidence opened: The time sheet", "Ana"),
    ]
    party = file.case.parties.get()
    theirs = add(file.case, pictures.photo("webp"), party=party)
    assert [(step.what, step.who) for step in custody.steps(theirs)] == [
        ("Sent by them, and kept unchanged", str(party))
    ]
    other = add(file.case, pictures.photo("png"), by=ana, by_affected_person=False)
    assert [(step.what, step.who) for step in custody.steps(other)] == [
        ("Added by somebody of the team, and kept unchanged", "Ana")
    ]


@pytest.mark.parametrize("spoil", ["nothing", "a byte", "all of it"])
def test_the_seal_is_checked_and_what_is_found_is_written_down(
    spoil: str, ana: User, file: Evidence
) -> None:
    if spoil == "a byte":
        content = bytearray(on_disk(file).read_bytes())
        content[-1] ^= 1
        on_disk(file).write_bytes(content)
    elif spoil == "all of it":
        on_disk(file).unlink()
    url = reverse("check_seal", args=[file.case.reference, file.public_id])
    page = client_of(ana).post(url, follow=True).text
    said, noted = {
        "nothing": ("The file is just as it came.", "Seal checked, unchanged since it came"),
        "a byte": ("The file is not what came.", "Seal checked, the file is not what came"),
        "all of it": ("The file is gone.", "Seal checked, the file is not what came"),
    }[spoil]
    assert said in page
    assert LogEntry.objects.filter(data__file=file.pk).order_by("pk")[0].what == (
        f"{noted}: The time sheet"
    )


def test_the_command_lists_what_is_wrong_and_passes_when_nothing_is(
    settings: Settings, file: Evidence
) -> None:
    out = StringIO()
    call_command("check_evidence", stdout=out)
    assert out.getvalue() == "Every file of evidence is what came in.\n"
    gone = add(file.case, pictures.photo("png"))
    on_disk(file).write_bytes(b"another")
    on_disk(gone).unlink()
    with pytest.raises(CommandError, match="Some files are not what came in"):
        call_command("check_evidence", stdout=(out := StringIO()))
    assert out.getvalue().splitlines() == [
        f"changed: {file.case.reference} file {file.pk} {file.file.name}",
        f"missing: {file.case.reference} file {gone.pk} {gone.file.name}",
    ]


def test_files_that_no_case_names_are_listed_after_a_day(
    settings: Settings, file: Evidence
) -> None:
    working_copies.ensure(file)
    folder = Path(settings.MEDIA_ROOT)
    left = [
        folder / "evidence" / "0123.jpg",
        folder / "evidence" / "4567.part",
        folder / "copies" / "89ab-1.jpg",
    ]
    for path in left:
        path.write_bytes(b"left behind")
    assert list(custody.faults(timezone.now())) == []
    yesterday = (timezone.now() - dt.timedelta(days=1, minutes=1)).timestamp()
    for path in folder.rglob("*.*"):
        os.utime(path, (yesterday, yesterday))
    assert list(custody.faults(timezone.now())) == [
        f"orphan: {path.relative_to(folder)}" for path in left
    ]
