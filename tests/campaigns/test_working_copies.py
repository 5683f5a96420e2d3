"""Working copies: the picture without what came with it, drawn where nothing can break."""

import hashlib
import io
import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from campaigns import evidence, picture_size, redraw, working_copies
from campaigns.models import Evidence, TeamMembership
from config.checks import check_poppler
from tests import pictures
from tests.factories import make_case, make_group, make_user
from tests.processes import wait_for_the_end_of

needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftoppm"), reason="Poppler is not installed; ./run installs it"
)


def sent(content: bytes, name: str = "IMG_0001.JPG") -> Evidence:
    file = SimpleUploadedFile(name, content)
    return evidence.add_evidence(make_case(), file=file, by=None, by_affected_person=True)


def copies_on_disk(settings: Settings) -> list[Path]:
    folder = Path(settings.MEDIA_ROOT) / working_copies.FOLDER
    return [path for path in folder.rglob("*") if path.is_file()]


def colours(path: Path) -> tuple[tuple[int, int], list[str]]:
    """Return the size of a picture, and which colour it has at its top and at its bottom."""
    with Image.open(path) as picture:
        middle = picture.width // 2
        ends = [picture.getpixel((middle, y)) for y in (3, picture.height - 4)]
        return picture.size, ["red" if red > blue else "blue" for red, _green, blue in ends]


@pytest.mark.parametrize("kind", pictures.KINDS)
@pytest.mark.django_db
def test_the_copy_is_upright_and_carries_nothing_but_the_picture(
    kind: str, settings: Settings
) -> None:
    content = pictures.photo(kind)
    assert b"MARK-" in content
    row = working_copies.ensure(sent(content))
    (path,) = copies_on_disk(settings)
    copy = path.read_bytes()
    assert [mark for mark in pictures.MARKS if mark in copy] == []
    assert colours(path) == ((32, 64), ["red", "blue"])
    with Image.open(path) as picture:
        assert (picture.format, {*picture.info} - {"jfif", "jfif_version", "jfif_unit"}) == (
            "JPEG",
            {"jfif_density"},
        )
    assert (row.copy_state, row.pages, row.copy_pages) == ("ready", 1, 1)
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", pictures.KINDS)
@pytest.mark.django_db
def test_the_original_is_left_as_it_came(kind: str, settings: Settings) -> None:
    content = pictures.photo(kind)
    row = working_copies.ensure(sent(content, "photo.jpg"))
    kept = (Path(settings.MEDIA_ROOT) / row.file.name).read_bytes()
    assert (kept, row.sha256) == (content, hashlib.sha256(content).hexdigest())


@pytest.mark.django_db
def test_what_lets_light_through_stands_on_white_and_a_large_one_becomes_smaller() -> None:
    row = working_copies.ensure(sent(picture_of((3000, 1000), "RGBA", (0, 0, 0, 0))))
    with Image.open(working_copies.path_of(row, 1)) as copy:
        assert (copy.size, copy.getpixel((10, 10))) == ((2560, 853), (255, 255, 255))


@pytest.mark.parametrize(("mode", "colour"), [("L", 128), ("1", 1), ("P", 3), ("I;16", 32896)])
@pytest.mark.django_db
def test_every_way_of_keeping_colours_can_be_shown(mode: str, colour: int) -> None:
    assert working_copies.ensure(sent(picture_of((20, 10), mode, colour))).copy_pages == 1


def picture_of(size: tuple[int, int], mode: str, colour: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.mark.django_db
def test_a_copy_is_drawn_once_and_again_when_it_was_lost(settings: Settings) -> None:
    row = working_copies.ensure(sent(pictures.photo("jpg")))
    (path,) = copies_on_disk(settings)
    path.write_bytes(b"as it was")
    working_copies.ensure(row)
    assert path.read_bytes() == b"as it was"
    path.unlink()
    working_copies.ensure(row)
    assert colours(path)[1] == ["red", "blue"]


@pytest.mark.django_db
def test_nothing_is_drawn_while_a_file_is_sent(settings: Settings) -> None:
    assert sent(pictures.photo("jpg")).copy_state == "waiting"
    assert copies_on_disk(settings) == []


@pytest.mark.django_db
def test_what_waits_is_drawn_by_the_tick_at_most_so_many_at_once(settings: Settings) -> None:
    for _number in range(3):
        sent(pictures.photo("png"))
    sent(b"#!AMR\n" + bytes(20), "voice.amr")
    assert working_copies.draw_waiting(most=2) == 2
    assert working_copies.draw_waiting(most=9) == 1
    assert working_copies.draw_waiting(most=9) == 0
    assert len(copies_on_disk(settings)) == 3


@pytest.mark.django_db
def test_a_file_whose_original_is_gone_goes_on_waiting(settings: Settings) -> None:
    row = sent(pictures.photo("jpg"))
    (Path(settings.MEDIA_ROOT) / row.file.name).unlink()
    assert working_copies.ensure(row).copy_state == "waiting"


@pytest.mark.django_db
def test_removing_a_file_removes_its_copies_too(settings: Settings) -> None:
    row, other = (working_copies.ensure(sent(pictures.photo("jpg"))) for _number in range(2))
    evidence.remove([row.file.name])
    assert copies_on_disk(settings) == [working_copies.path_of(other, 1)]


@pytest.mark.django_db
def test_a_row_that_was_forgotten_meanwhile_leaves_no_copy(settings: Settings) -> None:
    row = sent(pictures.photo("jpg"))
    Evidence.objects.filter(pk=row.pk).delete()
    working_copies.ensure(row)
    assert copies_on_disk(settings) == []


# ---- PDF ----


@needs_poppler
@pytest.mark.django_db
def test_a_pdf_is_shown_as_pictures_of_its_pages(settings: Settings) -> None:
    content = pictures.pdf()
    assert b"MARK-model" in content
    row = working_copies.ensure(sent(content, "stub.pdf"))
    assert (row.copy_state, row.pages, row.copy_pages, row.left_out) == ("ready", 2, 2, 0)
    assert colours(working_copies.path_of(row, 2))[0] == (850, 1100)
    shown = b"".join(path.read_bytes() for path in copies_on_disk(settings))
    assert [mark for mark in pictures.MARKS if mark in shown] == []


@needs_poppler
@pytest.mark.django_db
def test_of_a_long_pdf_the_first_thirty_pages_are_shown() -> None:
    row = working_copies.ensure(sent(pictures.pdf([(100, 100)] * 34)))
    assert (row.pages, row.copy_pages, row.left_out) == (35, 30, 5)


@needs_poppler
@pytest.mark.django_db
def test_a_pdf_that_only_forbids_copying_is_shown() -> None:
    row = working_copies.ensure(sent(pictures.pdf(owner="theirs")))
    assert (row.copy_state, row.copy_pages) == ("ready", 2)


@needs_poppler
@pytest.mark.parametrize(
    "made",
    [{"password": "secret"}, {"pages": [(100, 100)] * 200}],
    ids=["locked", "201 pages"],
)
@pytest.mark.django_db
def test_a_locked_pdf_or_a_book_is_for_downloading_only(
    made: dict[str, Any], settings: Settings
) -> None:
    assert working_copies.ensure(sent(pictures.pdf(**made))).copy_state == "download"
    assert copies_on_disk(settings) == []


@needs_poppler
@pytest.mark.django_db
def test_a_page_as_large_as_a_house_is_shown_small() -> None:
    row = working_copies.ensure(sent(pictures.pdf([(14_400, 14_400)])))
    assert colours(working_copies.path_of(row, 2))[0] == (2560, 2560)


@pytest.mark.django_db
def test_without_poppler_a_pdf_waits_and_its_page_says_why(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_group()
    monkeypatch.setenv("PATH", "/nowhere")
    assert [warning.id for warning in check_poppler(None)] == ["owed.W003"]
    row = sent(pictures.pdf())
    assert working_copies.ensure(row).copy_state == "waiting"
    ana = make_user("Ana")
    TeamMembership.objects.create(case=row.case, user=ana)
    client.force_login(ana)
    page = client.get(reverse("evidence_page", args=[row.case.reference, row.public_id]))
    assert "This server cannot show the pages of a PDF yet." in page.text
    assert "Load this page again" not in page.text


# ---- What would break a program ----


@pytest.mark.parametrize("kind", pictures.KINDS)
@pytest.mark.parametrize(
    "side", [(10_000, 10_000), (12_999, 13_000), (30_000, 30_000), (12_001, 1)]
)
@pytest.mark.django_db
def test_a_flood_of_points_is_refused_by_its_header_alone(
    kind: str, side: tuple[int, int], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for opener in ("open", "frombytes"):
        monkeypatch.delattr(Image, opener)  # nothing may decode it
    if kind == "webp" and side[0] > 16_384:
        side = (16_383, 16_383)
    with pytest.raises(ValidationError, match=r"“IMG_0001.JPG” is too large a picture: [\d,]+ by"):
        sent(pictures.declaring(kind, *side))
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("kind", pictures.KINDS)
@pytest.mark.django_db
def test_a_photo_of_the_largest_size_is_taken(kind: str) -> None:
    assert sent(pictures.declaring(kind, 8_000, 8_000)).format == kind


@pytest.mark.parametrize("kind", pictures.KINDS)
def test_the_header_says_the_size_that_the_picture_has(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(pictures.photo(kind, (640, 320)))
    with path.open("rb") as file:
        size = picture_size.size_of(file, kind)
    assert size in {(640, 320), (320, 640)}


@pytest.mark.django_db
def test_a_bomb_behind_an_honest_header_leaves_no_preview() -> None:
    """The header that the parent reads is of 100 points, and the data is not there at all."""
    assert working_copies.ensure(sent(pictures.declaring("png", 100, 100))).copy_state == "none"


@pytest.mark.parametrize("kind", [*pictures.KINDS, "pdf"])
def test_a_header_cut_anywhere_is_no_error(kind: str, tmp_path: Path) -> None:
    whole = pictures.pdf() if kind == "pdf" else pictures.photo(kind)
    chance, path = random.Random(7), tmp_path / "cut"  # noqa: S311 # the same files every time
    for _number in range(150):
        spoilt = bytearray(whole[: chance.randrange(len(whole))])
        for _byte in range(chance.randrange(8)):
            if spoilt:
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        path.write_bytes(spoilt)
        with path.open("rb") as file:
            size = picture_size.size_of(file, kind)
        assert size is None or len(size) == 2


@pytest.mark.parametrize("kind", [*pictures.KINDS, "pdf"])
def test_a_damaged_file_has_no_preview_and_is_no_error(kind: str, tmp_path: Path) -> None:
    whole = pictures.pdf() if kind == "pdf" else pictures.photo(kind)
    chance, source = random.Random(11), tmp_path / "damaged"  # noqa: S311 # the same every time
    states = set()
    for number in range(12):
        spoilt = bytearray(whole if number % 2 else whole[: chance.randrange(len(whole))])
        for _byte in range(number % 2 * 20):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        source.write_bytes(spoilt)
        folder = tmp_path / str(number)
        folder.mkdir()
        states.add(working_copies.draw(source, kind, folder).state)
    assert "none" in states or not shutil.which("pdftoppm")
    assert states <= {"none", "ready", "download", "waiting"}


def test_a_program_that_hangs_or_dies_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setattr(working_copies, "_PROGRAM", program)
    monkeypatch.setattr(redraw, "SECONDS", 3)
    assert working_copies.draw(program, "jpg", tmp_path).state == "none"
    wait_for_the_end_of(int((tmp_path / "pid").read_text()))
    program.write_text("import os; os.abort()")
    assert working_copies.draw(program, "jpg", tmp_path).state == "none"


def test_the_program_has_little_memory_no_network_and_no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "secret")
    program = tmp_path / "program.py"
    program.write_text(
        "import importlib.util, json, os, resource\n"
        f"spec = importlib.util.spec_from_file_location('redraw', {redraw.__file__!r})\n"
        "redraw = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(redraw)\n"
        "redraw.shut_in()\n"
        "print(json.dumps({'pages': 1, 'memory': resource.getrlimit(resource.RLIMIT_AS)[0],\n"
        "  'net': open('/proc/self/net/dev').read().count(':'), 'names': list(os.environ)}))\n"
    )
    monkeypatch.setattr(working_copies, "_PROGRAM", program)
    told = json.loads(working_copies._run(program, "jpg", tmp_path))
    assert told["memory"] == 1_500_000_000
    assert told["net"] <= 1 or not sys.platform.startswith("linux")
    assert "SECRET_KEY" not in told["names"]
