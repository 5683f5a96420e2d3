"""The rules of the house that a program can check. Each test is one rule; its docstring says it."""

import ast
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.forms.forms import BaseForm
from pytest_django import Settings

ROOT: Path = settings.BASE_DIR
APPS = ("config", "escalation", "letters", "campaigns")
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
}
CODE = {name: text for name, text in SOURCES.items() if "/migrations/" not in name}
TREES = {name: ast.parse(text) for name, text in CODE.items()}
VIEWS = {name: tree for name, tree in TREES.items() if re.search(r"/views(/|\.py)", name)}
TEMPLATES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.*"))
}
# The one template that is no page of the site but a file to keep, with its style inside.
PAPER = "templates/letters/paper/"
PRINTED = {f"{PAPER}letter.html", f"{PAPER}packet.html"}  # whole pages, which no browser loads


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Yield each call with the last part of the name that it calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, getattr(node.func, "attr", getattr(node.func, "id", ""))


def imports(node: ast.AST) -> list[str]:
    """Return the full names that an import statement brings in."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def lines_with(pattern: str, texts: dict[str, str]) -> list[str]:
    found = re.compile(pattern, re.IGNORECASE)
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if found.search(line)
    ]


def test_imports_point_down() -> None:
    """config may import escalation, letters and campaigns, escalation the two below it, letters
    campaigns, and campaigns none; the contracts stand in pyproject.toml."""
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    # In a process of its own, since it switches off every logger of the one it runs in.
    answer = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.django_db
def test_migrations_are_up_to_date(settings: Settings) -> None:
    """Every change of a model has its migration."""
    settings.MIGRATION_MODULES = {}
    call_command("makemigrations", check=True, dry_run=True)


def test_migrations_have_names_that_tell() -> None:
    """A migration says in its name what it does; the names Django makes up do not."""
    names = [Path(name).stem for name in SOURCES if "/migrations/0" in name]
    assert [name for name in names if re.search(r"_auto_\d|_and_more$", name)] == []


def test_only_moves_changes_the_state_of_a_case() -> None:
    """No other module assigns a case's state or passes the guards with update(state=...)."""
    found = []
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[*targets], value=value):
                    changes = any(getattr(target, "attr", "") == "state" for target in targets)
                case ast.Call(func=ast.Attribute(attr="update"), keywords=keywords):
                    values = [word.value for word in keywords if word.arg == "state"]
                    changes, value = bool(values), next(iter(values), None)
                case ast.Call(func=ast.Name("setattr"), args=[_, ast.Constant("state"), value]):
                    changes = True
                case _:
                    continue
            # An action has a state as well, which no guard keeps.
            if changes and not ast.unparse(value).startswith("Action.State."):
                found.append(f"{name}:{node.lineno}: {ast.unparse(node)}")
    assert found == []


def test_text_from_people_is_always_escaped() -> None:
    """Nothing but a constant in a template, and the letter's own style sheet, is marked as safe."""
    templates = lines_with(r"[^\"']\|\s*safe(seq)?\b|autoescape\s+off", TEMPLATES)
    code = {name: text for name, text in CODE.items() if name != "letters/document.py"}
    assert templates + lines_with(r"\bmark_safe\b|\bSafeString\(", code) == []


def test_views_get_their_rows_from_access() -> None:
    """A view never looks a row up by itself: campaigns/access.py knows who may have it."""
    singles = {"get", "first", "last", "earliest", "latest", "get_or_create", "in_bulk"}
    found = [
        f"{name}:{node.lineno}: {ast.unparse(node)}"
        for name, tree in VIEWS.items()
        for node, called in calls(tree)
        if called in {"get_object_or_404", "get_list_or_404"}
        or (called in singles and ".objects." in ast.unparse(node.func))
    ]
    assert found == []


def test_modules_are_named_after_what_they_know() -> None:
    """A drawer for everything (services, utils, helpers, managers) hides where things are, and a
    signal hides what happens."""
    drawers = re.compile(r"\b(services?|utils?|helpers?|managers?|signals?|common|misc)\b")
    assert [name for name in SOURCES if drawers.search(name.replace("/", " "))] == []


def test_there_is_no_admin_site() -> None:
    """The admin site passes by every access rule and every guard, so nothing loads it."""
    assert not apps.is_installed("django.contrib.admin")
    assert lines_with(r"django\.contrib(\.| import )admin\b", SOURCES) == []


def test_files_and_functions_stay_short() -> None:
    """A file ends before 450 lines, a function before 60; longer ones are split by noun or verb."""
    files = {name: text.count("\n") for name, text in CODE.items()}
    functions = {
        f"{name}:{node.name}": node.end_lineno - node.lineno + 1
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: size for name, size in files.items() if size > 450} == {}
    assert {name: size for name, size in functions.items() if size > 60} == {}


def test_templates_stay_short() -> None:
    """A template of more than 130 lines is split into parts."""
    sizes = {name: text.count("\n") for name, text in TEMPLATES.items()}
    assert {name: size for name, size in sizes.items() if size > 130} == {}


def test_only_the_press_loads_weasyprint() -> None:
    """Loading WeasyPrint takes seconds and its default opens the server's files: letters/press.py
    and its short cuts alone import it, inside functions, and run as a process of their own."""
    press = ("letters/press.py", "letters/short_cuts.py")
    outside = [
        name
        for name, tree in TREES.items()
        for node in (tree.body if name in press else ast.walk(tree))
        if any(module.split(".")[0] == "weasyprint" for module in imports(node))
    ]
    assert outside == []


def test_money_is_never_a_float() -> None:
    """A float cannot hold ten cents, so the product has no float field and converts nothing to
    float."""
    assert lines_with(r"\bfloat\(|\bFloatField\b", CODE) == []


def test_forbidden_data_has_no_place_to_be_kept() -> None:
    """No model and no form has a field for immigration status, identity numbers, birth date,
    nationality or bank."""
    importlib.import_module(settings.ROOT_URLCONF)  # brings in every view and its forms
    for name in CODE:
        if "forms" in name or "filters" in name:
            importlib.import_module(name.removesuffix(".py").replace("/", "."))
    fields = {
        f"{model.__name__}.{field.name}"
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
    }
    fields |= {
        f"{form.__name__}.{name}"
        for form in subclasses(BaseForm)
        if form.__module__.split(".")[0] in APPS
        for name in form.base_fields
    }
    forbidden = re.compile(
        r"[._](immigra|migra|visa|citizen|national|passport|ssn|itin|social_sec|birth|born|dob"
        r"|iban|bank|account_n|routing)",
        re.IGNORECASE,
    )
    assert len(fields) > 50
    assert [field for field in sorted(fields) if forbidden.search(field)] == []


def subclasses(base: type) -> Iterator[type]:
    for child in base.__subclasses__():
        yield child
        yield from subclasses(child)


def test_templates_hold_no_style_and_no_script() -> None:
    """The content policy blocks inline style, script and event handlers, so they would only look
    as if they worked."""
    inline = r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:"
    pages = {name: text for name, text in TEMPLATES.items() if name not in PRINTED}
    assert lines_with(inline, pages) == []


def test_files_name_no_registry_and_no_machine() -> None:
    """What is installed from where and in which folder is up to whoever installs it."""
    texts = {}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if re.match(r"\.ci$|(?!var$)[a-z]", name)]
        for path in (Path(folder, name) for name in names if name != ".env"):
            content = path.read_bytes()
            if b"\0" not in content:
                texts[path.relative_to(ROOT).as_posix()] = content.decode(errors="replace")
    registry = r"py[p]i\.org|pythonhoste[d]\.org|npmj[s]\.(org|com)|deb\.debia[n]\.org"
    machine = r"(?<![\w.>}])/(work|root|home|Users)/\w"
    assert lines_with(f"{registry}|{machine}", texts) == []
