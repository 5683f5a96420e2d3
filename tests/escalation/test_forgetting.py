"""What goes of a case whose time has come, what stays, and that no field is overlooked."""

import datetime as dt
import threading
import zoneinfo
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from campaigns import evidence, legal_hold, messages, working_copies
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    Contact,
    Event,
    Evidence,
    LogEntry,
    Message,
    Person,
    Sheet,
    User,
)
from campaigns.models.log import record
from escalation.forgetting import (
    DELETED,
    EMPTIED,
    PERSON_WORDS,
    TARGET_WORDS,
    forget,
    forget_rosters,
)
from escalation.models import Action, Decision
from escalation.moves import MoveRefused, hold
from letters import lifting
from letters.approval import Standing, approve
from letters.models import Letter
from tests import pictures
from tests.factories import (
    make_action,
    make_case,
    make_contact,
    make_decision,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_payment,
    make_person,
    make_sign_up,
    make_target,
    make_user,
)

S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


def ended(*, state: str = S.WON, days: int = 365, **values: object) -> Case:
    return make_case(state=state, closed_at=NOON - days * DAY, **values)


def test_names_story_and_files_go_and_numbers_stay(
    ana: User, django_capture_on_commit_callbacks: object
) -> None:
    case = ended(team=[ana], target=make_target(), title="Rosa v. Golden Fork")
    make_line(case, label="Rosa's wages")
    make_payment(case, "1620.00", status="cleared", payer="Mr. Dan")
    make_decision(case, motion="Take on Rosa's fight")
    make_contact(case, note="Rosa said yes.")
    messages.write_to_team(case, text="This is Rosa.")
    photo = SimpleUploadedFile("rosa.png", PNG)
    evidence.add_evidence(case, file=photo, by=ana, by_affected_person=False, description="Rosa")
    record(case, Event.PARTY, by=ana, who="Rosa", note="Rosa")
    file = Path(settings.MEDIA_ROOT) / Evidence.objects.get().file.name
    assert file.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert forget(case, now=NOON)
    case.refresh_from_db()
    assert (case.forgotten_at, case.state, case.title) == (NOON, S.WON, "")
    assert not file.exists()
    assert not Message.objects.exists()
    assert not Evidence.objects.exists()
    assert Person.objects.get().name == Person.objects.get().phone == ""
    assert CaseParty.objects.get().code_hash is None
    assert Sheet.objects.get().story == ""
    assert Decision.objects.values_list("motion", "votes_for").get() == ("", 9)
    assert Contact.objects.values_list("note", "result").get() == ("", "reached")
    assert str(case.payments.get().amount) == "1620.00"
    assert case.payments.get().payer == case.claim_lines.get().label == ""
    assert (case.target.name, case.target.address) == ("Golden Fork Restaurant Group", "")
    assert "Rosa" not in str(list(LogEntry.objects.values_list("note", "data")))
    assert LogEntry.objects.get(event=Event.FORGOTTEN).data == {"messages": 1, "files": 1}


def test_days_and_sums_of_the_sheet_go_with_its_words(ana: User) -> None:
    facts = {"job_end": "fired", "payday_on": NOON.date(), "day_pay": 120, "monthly_rent": 900}
    assert forget(ended(team=[ana], sheet=facts), now=NOON)
    kept = Sheet.objects.values_list("job_end", "payday_on", "day_pay", "monthly_rent").get()
    assert kept == ("", None, None, None)


def test_what_was_drawn_of_a_file_goes_with_it(
    ana: User, django_capture_on_commit_callbacks: object
) -> None:
    case = ended(team=[ana])
    photo = SimpleUploadedFile("rosa.jpg", pictures.photo("jpg"))
    row = evidence.add_evidence(case, file=photo, by=ana, by_affected_person=False)
    drawn = working_copies.path_of(working_copies.ensure(row), 1)
    assert drawn.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert forget(case, now=NOON)
    assert not drawn.exists()


def test_letter_is_emptied_and_keeps_its_mark(ana: User) -> None:
    case = make_case(state=S.PREPARING, team=[ana], target=make_target())
    make_demand(case)
    make_line(case)
    mark = make_final_letter(case, by=ana, approved_by=make_user()).sha256
    Case.objects.filter(pk=case.pk).update(closed_at=NOON - 365 * DAY)
    Case._base_manager.filter(pk=case.pk).update(**{"state": S.WON})
    assert forget(case, now=NOON)
    letter = Letter.objects.get()
    assert (letter.facts, letter.frozen_html, bytes(letter.frozen_pdf)) == ("", "", b"")
    assert (letter.sha256, letter.recipient_name) == (mark, "")


def test_copies_for_further_recipients_and_what_was_lifted_are_emptied_too(ana: User) -> None:
    case = make_case(state=S.PREPARING, team=[ana, ben := make_user()], target=make_target())
    make_demand(case)
    make_line(case)
    letter = make_draft(case, by=ana, facts="The police came.", also_to="Delta Lets\n9 Oak Street")
    key = Standing(letter).stops[0].key
    for by in (ana, ben):
        lifting.lift(letter, key=key, reason="It names Dan.", by=by)
    approve(letter, party=case.parties.get())
    assert approve(letter, organizer=ben) == ""
    mark = letter.further.get().sha256
    Case.objects.filter(pk=case.pk).update(closed_at=NOON - 365 * DAY)
    Case._base_manager.filter(pk=case.pk).update(**{"state": S.WON})
    assert forget(case, now=NOON)
    copy = letter.further.get()
    assert (copy.name, copy.address, copy.frozen_html, bytes(copy.frozen_pdf)) == ("", "", "", b"")
    assert copy.sha256 == mark
    assert Letter.objects.get().also_to == ""
    assert set(letter.lifts.values_list("words", "reason")) == {("", "")}


def test_person_and_target_another_case_knows_stay_there(ana: User) -> None:
    rosa, target = make_person("Rosa"), make_target()
    old = ended(person=rosa, target=target)
    running = make_case(state=S.ESCALATING, person=rosa, target=target)
    assert forget(old, now=NOON)
    rosa.refresh_from_db()
    target.refresh_from_db()
    assert rosa.name == "Rosa"
    assert target.address != ""
    assert old.parties.get().person.name == ""
    assert running.parties.get().person == rosa


def test_person_on_a_roster_stays_there(ana: User) -> None:
    rosa = make_person("Rosa")
    old = ended(person=rosa)
    make_sign_up(make_action(), person=rosa)
    assert forget(old, now=NOON)
    assert Person.objects.get(pk=rosa.pk).name == "Rosa"
    assert old.parties.get().person != rosa


@pytest.mark.parametrize("change", ["held", "reopened", "young", "done"])
def test_it_is_asked_again_under_the_lock(ana: User, change: str) -> None:
    case = ended(team=[ana])
    if change == "held":
        legal_hold.place(case, by=ana, reason="Their lawyer wrote.", now=NOON)
    elif change == "reopened":
        Case._base_manager.filter(pk=case.pk).update(**{"state": S.ESCALATING, "closed_at": None})
    elif change == "young":
        Case.objects.filter(pk=case.pk).update(closed_at=NOON - 364 * DAY)
    else:
        assert forget(case, now=NOON)
    assert not forget(case, now=NOON)
    if change != "done":
        assert Person.objects.get().name == "Rosa"


def test_forgotten_case_shows_numbers_and_nothing_else(client: Client, ana: User) -> None:
    case = ended(team=[ana], code="0123456789BCDFGHJKMNPQRST", demanded="1620.00")
    assert forget(case, now=NOON)
    client.force_login(ana)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "These numbers stay." in page
    assert "$1,620.00" in page
    assert "Rosa" not in page
    for part in ("timeline", "sheet", "legal-hold", "keep", "payments/new"):
        assert client.get(f"{case.get_absolute_url()}{part}/").status_code == 404, part
    assert Client().get("/s/0123456789BCDFGHJKMNPQRST/").status_code in (302, 404)
    with pytest.raises(MoveRefused, match="Open a new case"):
        hold(case, by=ana, reason="records", review_on=NOON.date() + DAY)


def test_forgotten_intake_is_listed_to_nobody(client: Client, ana: User) -> None:
    case = make_case(state=S.NEW, opened_at=NOON - 90 * DAY)
    assert forget(case, now=NOON)
    assert not Case.objects.untaken().exists()
    client.force_login(ana)
    assert case.reference not in client.get("/cases/").content.decode()


def test_names_leave_a_roster_after_a_year_and_the_count_stays(ana: User) -> None:
    year_ago = NOON - 366 * DAY
    old = make_action(starts_at=year_ago)
    held = make_action(starts_at=year_ago, cases=[make_case(legal_hold_since=NOON)])
    young = make_action(starts_at=NOON - 364 * DAY)
    for action in (old, held, young):
        make_sign_up(action, "Rosa", came=True, phone="206 555 0134", user=ana)
        make_sign_up(action, "Luz", came=False)
    assert forget_rosters(NOON) == 2
    assert forget_rosters(NOON) == 0
    assert set(old.sign_ups.values_list("name", "phone", "user")) == {("", "", None)}
    assert old.sign_ups.filter(came=True).count() == 1
    assert {name for (name,) in held.sign_ups.values_list("name")} == {"Rosa", "Luz"}
    assert {name for (name,) in young.sign_ups.values_list("name")} == {"Rosa", "Luz"}


@pytest.mark.parametrize(("days_ago", "gone"), [(30, 0), (366, 1)])
def test_list_of_a_postponed_action_stays_for_a_year_from_that_day(
    ana: User, days_ago: int, gone: int
) -> None:
    postponed = {"state": Action.State.POSTPONED, "decided_at": NOON - days_ago * DAY}
    make_sign_up(make_action(starts_at=NOON - 366 * DAY, **postponed), "Rosa")
    assert forget_rosters(NOON) == gone


@pytest.mark.django_db(transaction=True)
def test_hold_and_forgetting_at_once_leave_one_winner(ana: User) -> None:
    case = ended(team=[ana])
    done: list[str] = []

    def run(name: str, verb: Callable[[], Any]) -> None:
        try:
            if verb():
                done.append(name)
        except legal_hold.HoldRefused:
            pass
        finally:
            connection.close()

    verbs = {
        "held": lambda: legal_hold.place(case, by=ana, reason="Their lawyer wrote.", now=NOON),
        "forgotten": lambda: forget(case, now=NOON),
    }
    threads = [threading.Thread(target=run, args=item) for item in verbs.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.refresh_from_db()
    assert len(done) == 1
    assert (case.legal_hold_since is None) == (done == ["forgotten"])
    assert (case.parties.get().person.name == "Rosa") == (done == ["held"])


def test_dry_run_lists_and_run_does_it() -> None:
    case = ended(state=S.DECLINED, days=200)
    young = ended(state=S.DECLINED, days=100)
    listed, done, nothing = StringIO(), StringIO(), StringIO()
    call_command("forget", "--dry-run", stdout=listed)
    assert listed.getvalue() == f"{case.reference} declined 2026-04-30\n"
    assert Person.objects.filter(name="Rosa").count() == 2
    call_command("forget", stdout=done)
    assert done.getvalue() == listed.getvalue()
    call_command("forget", stdout=nothing)
    assert nothing.getvalue() == ""
    assert young.parties.get().person.name == "Rosa"


# No field is overlooked

# Words that name nobody: codes, keys and choices, and what the group said in public.
KEPT = {
    "Case": "reference kind state held_state hold_reason close_reason publicity intake_key",
    "CaseLink": "kind",
    "CaseParty": "role public_name outcome code_hash",
    "ClaimLine": "kind unit overtime",
    "Contact": "who method result purpose",
    "Payment": "method",
    "PaymentEvent": "kind",
    "Sheet": "still_there heard_of gaps",
    "LogEntry": "event actor from_state to_state reason note data",
    "Decision": "kind rule",
    "Offer": "channel status",
    "OfferVoice": "says",
    "InstalmentEvent": "kind",
    "Letter": "variant text_kind language paper frozen_pdf sha256",
    "LetterApproval": "text_sha256",
    "LetterRecipient": "frozen_pdf sha256",
    "LiftedFinding": "code key",
    "Delivery": "method",
    "Rung": "tactic",
    "AgendaItem": "kind",
    "SweepNote": "kind key",
    "Incident": "kind what place place_key follow_up",  # emptied by hand
    "PublicPage": "kind title text",
    "PublicPageCopy": "title text",
    "Person": "language_read",
    "Target": "kind name legal_name language",
}
WORDS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)


def hangs_on_a_case(model: type[models.Model], seen: frozenset[type[models.Model]]) -> bool:
    """Say whether rows of `model` belong to one case, over however many steps."""
    if model is Case:
        return True
    owners = {
        field.related_model
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey) and not field.null
    } - seen
    return any(hangs_on_a_case(owner, seen | {model}) for owner in owners)


def test_every_field_with_words_is_deleted_emptied_or_kept_on_purpose() -> None:
    overlooked = []
    for app in ("campaigns", "letters", "escalation"):
        for model in apps.get_app_config(app).get_models():
            if model._meta.proxy or model in DELETED:
                continue
            if not hangs_on_a_case(model, frozenset()) and model.__name__ not in KEPT:
                continue
            known = {
                *KEPT.get(model.__name__, "").split(),
                *EMPTIED.get(model, ("", ()))[1],
                *(PERSON_WORDS if model is Person else ()),
                *(TARGET_WORDS if model.__name__ == "Target" else ()),
            }
            names = {field.name for field in model._meta.fields if isinstance(field, WORDS)}
            overlooked += [f"{model.__name__}.{name}" for name in sorted(names - known)]
    assert overlooked == []
