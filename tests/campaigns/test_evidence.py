"""Files people send: what is taken, what is refused, and what lies on disk after it."""

import hashlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from campaigns import evidence
from campaigns.models import Actor, Evidence, LogEntry
from tests.factories import make_case, make_user

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10
SAMPLES = {
    Evidence.Format.JPEG: JPEG,
    Evidence.Format.PNG: b"\x89PNG\r\n\x1a\n" + b"picture",
    Evidence.Format.WEBP: b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    Evidence.Format.HEIC: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    Evidence.Format.PDF: b"%PDF-1.7\n",
}


def upload(content: bytes = JPEG, name: str = "stub.jpg", kind: str = "image/jpeg"):
    return SimpleUploadedFile(name, content, content_type=kind)


def on_disk(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


# Voice notes are tested in test_voice_notes.py.
@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.django_db
def test_a_file_is_kept_unchanged_with_its_checksum(kind: str, settings: Settings) -> None:
    content = SAMPLES[kind]
    row = evidence.add_evidence(
        make_case(), file=upload(content), by=make_user(), by_affected_person=False
    )
    kept = (Path(settings.MEDIA_ROOT) / row.file.name).read_bytes()
    assert (kept, row.format, row.size) == (content, kind, len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.django_db
def test_the_name_and_the_type_that_came_with_a_file_are_not_believed(settings: Settings) -> None:
    odd = upload(SAMPLES[Evidence.Format.PNG], "../../Rosa's pay <1>.html", "text/html")
    row = evidence.add_evidence(make_case(), file=odd, by=None, by_affected_person=True)
    assert row.file.name.startswith("evidence/")
    assert row.file.name.endswith(".png")
    assert "Rosa" not in row.file.name
    (path,) = on_disk(settings)
    assert path.parent == Path(settings.MEDIA_ROOT) / "evidence"
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"\0" + JPEG,
        b"GIF89a" + JPEG,
        b"\x00\x00\x00\x18ftypmp42",
        b"RIFF\x10\x00\x00\x00AVI ",
        b"PK\x03\x04",
    ],
)
@pytest.mark.django_db
def test_another_kind_of_file_is_refused_by_its_first_bytes(
    content: bytes, settings: Settings
) -> None:
    with pytest.raises(ValidationError, match=r"“stub.jpg” is not a kind of file we can open"):
        evidence.add_evidence(make_case(), file=upload(content), by=None, by_affected_person=True)
    assert Evidence.objects.count() == 0
    assert on_disk(settings) == []


@pytest.mark.django_db
def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = len(JPEG)
    case = make_case()
    evidence.add_evidence(case, file=upload(), by=None, by_affected_person=True)
    with pytest.raises(ValidationError, match=r"“stub.jpg” is too large. We can take: .* up to"):
        evidence.add_evidence(case, file=upload(JPEG + b"."), by=None, by_affected_person=True)
    assert Evidence.objects.count() == len(on_disk(settings)) == 1


@pytest.mark.django_db
def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ValidationError, match="is empty"):
        evidence.add_evidence(make_case(), file=upload(b""), by=None, by_affected_person=True)


@pytest.mark.django_db
def test_a_file_without_its_row_does_not_stay(settings: Settings) -> None:
    with (
        pytest.raises(ValidationError, match="not a kind of file"),
        evidence.kept([upload(), upload(b"nonsense")]),
    ):
        raise AssertionError("the body must not run")
    with pytest.raises(RuntimeError, match="power"), evidence.kept([upload()]):
        raise RuntimeError("power")
    assert on_disk(settings) == []


@pytest.mark.django_db
def test_the_timeline_says_who_added_what() -> None:
    case, ana = make_case(), make_user("Ana")
    evidence.add_evidence(
        case, file=upload(), by=ana, by_affected_person=False, description="Bounced cheque"
    )
    evidence.add_evidence(case, file=upload(), by=None, by_affected_person=True)
    newest, first = LogEntry.objects.filter(case=case)
    assert (first.what, first.who) == ("Evidence added: Bounced cheque", "Ana")
    assert (newest.what, newest.actor) == ("Evidence added: JPEG", Actor.AFFECTED)
