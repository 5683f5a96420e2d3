"""Voice notes: taken instead of words, told by what they are, heard by the team, and by whom."""

import datetime as dt
import io
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from campaigns import evidence
from campaigns.models import Case, CaseState, Event, Evidence, User
from campaigns.sound import sound_of
from tests.factories import make_case, make_group, make_user

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
CODE = "0123456789BCDFGHJKMNPQRST"


def box(name: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + name + content


def mp4(brand: bytes, *handlers: bytes, index_last: bool = False) -> bytes:
    """Return an MP4 whose index names the kinds of its tracks."""
    index = box(b"moov", b"".join(box(b"hdlr", b"\0" * 8 + name) for name in handlers))
    parts = [box(b"mdat", b"\x01\x02" * 9000), index]
    return box(b"ftyp", brand + b"\0\0\0\0") + b"".join(parts if index_last else parts[::-1])


OPUS = b"OggS" + b"\0" * 24 + b"OpusHead" + b"\x01" * 40
WEBM = b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm" + b"\0" * 30
SAMPLES = {
    "iPhone": (mp4(b"M4A ", b"soun"), "m4a"),
    "Android": (mp4(b"mp42", b"soun", index_last=True), "m4a"),
    "old Android": (mp4(b"3gp4", b"soun", index_last=True), "3gp"),
    "MP3 with a tag": (b"ID3\x04\0" + b"\0" * 40, "mp3"),
    "MP3 without": (b"\xff\xfb\x90\x64" + b"\0" * 40, "mp3"),
    "WhatsApp": (OPUS, "ogg"),
    "browser": (WEBM + b"A_OPUS", "webm"),
    "WAV": (b"RIFF\x10\0\0\0WAVEfmt ", "wav"),
    "AMR": (b"#!AMR\n" + b"\x3c" * 20, "amr"),
}
OTHERS = {
    "film of a phone": mp4(b"mp42", b"vide", b"soun", index_last=True),
    "film of an old phone": mp4(b"3gp4", b"vide", b"soun"),
    "film of a browser": WEBM + b"V_VP9" + b"A_OPUS",
    "cut off": mp4(b"mp42", b"soun", index_last=True)[:200],
    "nonsense sizes": box(b"ftyp", b"mp42") + b"\0\0\0\0mdat",
    "AAC stream": b"\xff\xf1\x50\x80" + b"\0" * 20,
    "picture": b"\xff\xd8\xff\xe0picture",
    "film in Ogg": b"OggS" + b"\0" * 24 + b"\x80theora" + b"\0" * 40,
    "text": b"hello",
    "nothing": b"",
}


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


@pytest.fixture
def case(ana: User) -> Case:
    return make_case(state=CaseState.MEETING, team=[ana, make_user("Ben")])


def voice(content: bytes = OPUS) -> SimpleUploadedFile:
    return SimpleUploadedFile("PTT-1.opus", content, content_type="audio/ogg")


def heard(case: Case, content: bytes = OPUS) -> Evidence:
    return evidence.add_evidence(case, file=voice(content), by=None, by_affected_person=True)


def opened(client: Client, row: Evidence) -> HttpResponseBase:
    answer = client.get(url_of(row))
    assert b"".join(answer.streaming_content) == OPUS
    return answer


def url_of(row: Evidence) -> str:
    return reverse("evidence_file", args=[row.case.reference, row.public_id])


@pytest.mark.parametrize(("content", "kind"), SAMPLES.values(), ids=SAMPLES)
def test_what_phones_record_is_taken_by_its_own_marks(content: bytes, kind: str) -> None:
    assert sound_of(io.BytesIO(content)) == kind
    row = heard(make_case(), content)
    assert (row.format, row.is_voice, row.size) == (kind, True, len(content))


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_films_and_other_files_are_no_voice_notes(content: bytes) -> None:
    assert sound_of(io.BytesIO(content)) is None


# Sent instead of words


def intake(client: Client, **values: object) -> object:
    page = client.get("/tell/wages/")
    token = page.context["form"]["token"].value()
    with time_machine.travel(NOON + dt.timedelta(minutes=2), tick=False):
        sent = {"token": token, "name": "Rosa", "phone": "206 555 0134", "consent": "on"}
        return client.post("/tell/wages/", sent | values)


def test_first_name_a_phone_and_a_voice_note_are_enough() -> None:
    """S1: the form is sent with a first name, a phone and a voice note."""
    person = Client()
    assert "voice notes, up to 20 MB each" in person.get("/tell/wages/").text
    assert intake(person, files=[voice()]).status_code == 302
    case = Case.objects.get()
    assert case.sheet.story == "I sent a voice note."
    assert case.evidence.get().format == "ogg"
    assert not case.looks_like_spam


def test_a_photo_alone_still_needs_a_line() -> None:
    photo = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0photo", content_type="image/jpeg")
    page = intake(Client(), files=[photo])
    assert page.context["form"].errors["story"] == ["Write at least one line about what happened."]
    assert Case.objects.count() == 0


def test_voice_note_can_be_sent_from_the_status_page() -> None:
    case = make_case(code=CODE)
    person = Client()
    person.get(f"/s/{CODE}/")
    person.post("/status/evidence/", {"file": voice()})
    page = person.get("/status/case/").text
    assert case.evidence.get().is_voice
    assert "Voice note, " in page
    assert "A voice note is fine instead of typing." in page


# Heard by the team


def test_case_file_plays_it_and_says_who_listened(client: Client, case: Case, ana: User) -> None:
    """S1: the audit shows who listened to the voice note."""
    row = heard(case)
    page = client.get(case.get_absolute_url()).text
    assert f'<audio controls preload="none" src="{url_of(row)}"></audio>' in page
    assert "Nobody of us has listened to it yet." in page
    for _time in range(2):
        assert opened(client, row).status_code == 200
    entry = case.log.get(event=Event.EVIDENCE_OPENED)
    assert (entry.by, entry.data["file"], entry.what) == (
        ana,
        row.pk,
        "Evidence opened: voice note",
    )
    with time_machine.travel(NOON + dt.timedelta(days=1), tick=False):
        client.force_login(ana)
        opened(client, row)
        page = client.get(case.get_absolute_url()).text
    assert case.log.filter(event=Event.EVIDENCE_OPENED).count() == 2
    assert "Listened to by Ana, Tue 17 Nov" in page
    assert "Evidence opened" not in page
    assert "Evidence opened" in client.get(reverse("case_timeline", args=[case.reference])).text


def test_looking_at_the_head_of_a_file_is_no_opening(client: Client, case: Case) -> None:
    list(client.head(url_of(heard(case))))
    assert case.log.filter(event=Event.EVIDENCE_OPENED).count() == 0


def test_phone_gets_it_piece_by_piece(client: Client, case: Case) -> None:
    row = heard(case)
    whole = opened(client, row)
    assert (whole["Content-Type"], whole["Accept-Ranges"]) == ("audio/ogg", "bytes")
    assert whole["Content-Disposition"].startswith("attachment; ")
    first = client.get(url_of(row), headers={"range": "bytes=0-3"})
    assert (first.status_code, first.content) == (206, b"OggS")
    assert first["Content-Range"] == f"bytes 0-3/{row.size}"
    rest = client.get(url_of(row), headers={"range": "bytes=4-"})
    assert rest.content == OPUS[4:]
    beyond = client.get(url_of(row), headers={"range": "bytes=999-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{row.size}")
    for answer in (whole, first, rest, beyond):
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_pages_may_play_our_own_sound_and_no_other(client: Client, case: Case) -> None:
    policy = client.get(case.get_absolute_url())["Content-Security-Policy"]
    assert "media-src 'self'" in policy
