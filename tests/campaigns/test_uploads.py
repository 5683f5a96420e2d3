"""Too much: what is sent beyond the limits is not kept, is said, and costs nobody their words."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaigns import evidence, room
from campaigns.evidence_forms import EvidenceForm
from campaigns.models import Case, Evidence
from tests import pictures
from tests.factories import make_case, make_group, make_payment, make_user

JPEG = pictures.photo("jpg")
CAP = 100_000


class Sender(io.RawIOBase):
    """Somebody who sends a form with one file as long as we listen, and counts what we took."""

    def __init__(self, size: int) -> None:
        self.taken = 0
        self.pieces = self._pieces(size)
        self.waiting = b""
        self.length = sum(map(len, self._pieces(size)))

    def _pieces(self, size: int) -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\nMy words\r\n'
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="film.jpg"\r\n'
        yield b"Content-Type: image/jpeg\r\n\r\n" + JPEG
        for _piece in range((size - len(JPEG)) // 1000):
            yield bytes(1000)
        yield b"\r\n--x\r\n"
        yield b'Content-Disposition: form-data; name="after"\r\n\r\nMore words\r\n--x--\r\n'

    def read(self, most: int = -1) -> bytes:
        while len(self.waiting) < most and (piece := next(self.pieces, b"")):
            self.waiting += piece
        given, self.waiting = self.waiting[:most], self.waiting[most:]
        self.taken += len(given)
        return given


@pytest.fixture
def temporary(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of temporary files. No file is so small that it stays in memory."""
    settings.EVIDENCE_MAX_BYTES, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = CAP, 0
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def received(sender: Sender) -> WSGIRequest:
    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": str(sender.length),
            "wsgi.input": sender,
        }
    )


@pytest.mark.usefixtures("db")
def test_a_file_over_the_limit_leaves_nothing_and_is_named_with_the_words_kept(
    temporary: Path,
) -> None:
    sender = Sender(CAP * 5)
    request = received(sender)
    assert (request.POST["description"], request.POST["after"]) == ("My words", "More words")
    assert list(temporary.iterdir()) == []
    form = EvidenceForm(request.POST, request.FILES)
    assert "“film.jpg” is too large. We can take:" in form.errors["file"][0]
    assert "My words" in str(form)


def test_reading_stops_where_no_honest_request_goes_on(temporary: Path) -> None:
    sender = Sender(CAP * 40)
    with pytest.raises(RequestDataTooBig):  # which Django answers with the page for a bad request
        received(sender).POST  # noqa: B018 # reading it reads what is sent
    assert sender.taken <= CAP * 10 + 2 * 64 * 2**10
    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("db")
def test_a_file_within_the_limit_comes_whole(temporary: Path) -> None:
    request = received(Sender(CAP - 1000))
    file = request.FILES["file"]
    assert len(list(temporary.iterdir())) == 1
    assert (file.read(len(JPEG)), file.size > CAP - 2000) == (JPEG, True)
    request.close()
    assert list(temporary.iterdir()) == []


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", JPEG)


def keep(case: Case, number: int, *, size: int = 1) -> None:
    Evidence.objects.bulk_create(
        Evidence(case=case, file=f"evidence/{n}.jpg", format="jpg", size=size, sha256="0" * 64)
        for n in range(number)
    )


@pytest.mark.parametrize(
    ("number", "size", "sentence"),
    [
        (199, 1, ""),
        (200, 1, "A case holds up to 200 files, and this one has 200. Send the words alone."),
        (25, 20 * 2**20, "A case holds up to 500 MB of files, and this one is full."),
    ],
)
@pytest.mark.django_db
def test_a_case_holds_so_many_files_and_no_more(number: int, size: int, sentence: str) -> None:
    case = make_case()
    keep(case, number, size=size)
    said = room.why_none([photo()], case=case)
    assert said == "" if not sentence else sentence in said


@pytest.mark.django_db
def test_a_full_case_is_said_beside_the_field_and_the_words_stay() -> None:
    ana = make_user("Ana")
    make_group()
    case = make_case(team=[ana])
    keep(case, 200)
    client = Client()
    client.force_login(ana)
    page = client.post(
        reverse("add_evidence", args=[case.reference]),
        {"file": photo(), "description": "The time sheet"},
    ).text
    assert "A case holds up to 200 files" in page
    assert "The time sheet" in page
    assert case.evidence.count() == 200


@pytest.mark.django_db
def test_on_a_full_disk_words_are_taken_and_files_are_not(settings: Settings) -> None:
    settings.EVIDENCE_MIN_FREE_PERCENT = 101
    make_group()
    client = Client()
    url = reverse("tell_form", args=["other"])
    token = client.get(url).context["form"]["token"].initial
    told = {"story": "They kept my pay.", "phone": "206 555 0134"}
    told |= {"consent": "on", "token": token}
    page = client.post(url, told | {"files": photo()})
    assert "We have no room for files right now. Send your words without them" in page.text
    assert "They kept my pay." in page.text
    assert not Case.objects.exists()
    assert client.post(url, told)["Location"] == reverse("told")
    assert Case.objects.get().sheet.story == "They kept my pay."


@pytest.mark.django_db
def test_a_disk_that_fills_up_meanwhile_is_said_and_leaves_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(evidence.DiskFull, match="We have no room for files right now"):
        evidence.add_evidence(make_case(), file=photo(), by=None, by_affected_person=True)
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("page", ["add_evidence", "add_incident", "bounce_payment", "tell_form"])
@pytest.mark.django_db
def test_each_page_says_it_and_keeps_what_was_typed(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    make_group()
    ana = make_user("Ana")
    case = make_case(team=[ana], state="escalating")
    client = Client()
    client.force_login(ana)
    args: dict[str, list[object]] = {
        "bounce_payment": [case.reference, make_payment(case, "310.00").pk],
        "tell_form": ["other"],
    }
    url = reverse(page, args=args.get(page, [case.reference]))
    form = client.get(url).context["form"]
    typed = {name: form[name].initial for name in ("token", "form_key") if name in form.fields}
    typed |= {
        "description": "Words",
        "note": "Words",
        "what": "Words",
        "story": "Words",
        "kind": "threat",
        "severity": "1",
        "happened_at": "2026-01-02T10:00",
        "on": str(timezone.localdate()),
        "phone": "206 555 0134",
        "consent": "on",
    }
    monkeypatch.setattr("os.fsync", full)
    name = "files" if "files" in form.fields else "file"
    answer = client.post(url, typed | {name: photo()})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [name]
    assert "We have no room for files right now." in answer.text
    assert "Words" in answer.text
