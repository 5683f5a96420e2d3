"""Every text people read is there in Spanish too, and its placeholders are the same."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from pytest_django import Settings

CATALOGUE = Path(__file__).parent.parent / "locale" / "es" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


@pytest.fixture(scope="module")
def spanish() -> polib.POFile:
    return polib.pofile(CATALOGUE)


def test_every_text_is_translated(spanish: polib.POFile) -> None:
    assert [entry.msgid for entry in spanish if not entry.translated() or entry.fuzzy] == []


def test_translation_keeps_the_placeholders(spanish: polib.POFile) -> None:
    for entry in spanish:
        english = entry.msgid_plural or entry.msgid
        other = entry.msgstr_plural[1] if entry.msgid_plural else entry.msgstr
        assert sorted(PLACEHOLDER.findall(other)) == sorted(PLACEHOLDER.findall(english)), english


def test_compiled_catalogue_is_the_one_in_the_source(spanish: polib.POFile) -> None:
    compiled = polib.mofile(CATALOGUE.with_suffix(".mo"))
    assert {(e.msgctxt, e.msgid): e.msgstr for e in compiled if not e.msgid_plural} == {
        (e.msgctxt, e.msgid): e.msgstr for e in spanish if not e.msgid_plural
    }


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext's tools are not installed")
def test_catalogue_knows_every_text_of_the_code(
    spanish: polib.POFile,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Collect the texts of a copy anew, as a developer does after a change: none is new."""
    for folder in ("campaigns", "config", "escalation", "letters", "templates"):
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["es"], no_location=True, verbosity=0)
    collected = polib.pofile(tmp_path / "locale" / "es" / "LC_MESSAGES" / "django.po")
    assert {(e.msgctxt, e.msgid) for e in collected} == {(e.msgctxt, e.msgid) for e in spanish}
