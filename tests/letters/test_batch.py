"""Many letters printed into a folder: what lies ready to go out, or the drafts for a meeting."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from campaigns.models import Case, CaseState, User
from letters import batch, issuing
from letters.models import Delivery, Letter
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_target,
    make_user,
)
from tests.papers import words_of

UNPRINTABLE = "\U00012000"  # a cuneiform sign, in none of the fonts


@pytest.fixture
def team(db: None) -> list[User]:
    make_group()
    return [make_user("Ana"), make_user("Ben")]


def make_ready_case(team: list[User]) -> Case:
    case = make_case(state=CaseState.PREPARING, team=team, target=make_target())
    make_line(case)
    make_demand(case)
    return case


def make_final(case: Case) -> Letter:
    ana, ben = case.team.all()
    return make_final_letter(case, by=ana, approved_by=ben)


def printed(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_letters_ready_to_go_out_are_written_as_they_are_kept(
    team: list[User], tmp_path: Path
) -> None:
    letters = [make_final(make_ready_case(team)) for _n in range(2)]
    lines = list(batch.print_letters(tmp_path / "out"))
    names = [f"demand-{letter.case.reference}-v1.pdf" for letter in letters]
    assert lines == [f"1 of 2: {names[0]}", f"2 of 2: {names[1]}"]
    assert printed(tmp_path / "out") == {
        name: bytes(letter.frozen_pdf) for name, letter in zip(names, letters, strict=True)
    }
    assert (tmp_path / "out" / names[0]).stat().st_mode & 0o777 == 0o600


def test_letter_that_was_delivered_or_replaced_or_whose_fight_is_over_is_left_out(
    team: list[User], tmp_path: Path
) -> None:
    delivered, replaced, over = (make_final(make_ready_case(team)) for _n in range(3))
    Delivery.objects.create(
        letter=delivered,
        at=delivered.issued_at,
        place="114 Maple Street",
        handed_by="Rosa",
        received_by="the manager",
        headcount=9,
        deadline_at=delivered.deadline_at,
    )
    newer = make_final(replaced.case)
    Case.objects.filter(pk=over.case.pk).update(state=CaseState.DROPPED)
    list(batch.print_letters(tmp_path))
    assert list(printed(tmp_path)) == [f"demand-{newer.case.reference}-v2.pdf"]


def test_letter_after_the_demand_is_left_out_once_it_was_sent(
    team: list[User], tmp_path: Path
) -> None:
    letter = make_final(make_ready_case(team))
    Letter.objects.filter(pk=letter.pk).update(variant=Letter.Variant.CLOSING)
    assert [line.split()[-1] for line in batch.print_letters(tmp_path)] == [
        f"closing-{letter.case.reference}-v1.pdf"
    ]
    issuing.note_sent(Letter.objects.get(pk=letter.pk), by=team[0], on=letter.delivery_on)
    assert list(batch.print_letters(tmp_path)) == []


def test_drafts_are_drawn_with_their_mark_and_one_that_cannot_be_is_named(
    team: list[User], tmp_path: Path
) -> None:
    good, bad = (make_ready_case(team) for _n in range(2))
    make_draft(good, by=team[0])
    make_draft(bad, by=team[0], subject=f"Wages {UNPRINTABLE}")
    lines = list(batch.print_letters(tmp_path, drafts=True))
    assert lines[0] == f"1 of 2: draft-{good.reference}-v1.pdf"
    assert lines[1].startswith(f"2 of 2: draft-{bad.reference}-v1.pdf NOT printed. These")
    [drawn] = printed(tmp_path).values()
    assert "Draft: not approved" in words_of(drawn)


def test_command_prints_the_letters_of_the_cases_named(team: list[User], tmp_path: Path) -> None:
    first, second = (make_final(make_ready_case(team)) for _n in range(2))
    out = io.StringIO()
    call_command("print_letters", tmp_path, "--case", second.case.reference, stdout=out)
    assert out.getvalue() == f"1 of 1: demand-{second.case.reference}-v1.pdf\n"
    assert first.case.reference not in out.getvalue()
