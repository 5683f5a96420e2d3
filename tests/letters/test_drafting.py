"""From the case to the draft: what is proposed, what the document says, what a change does."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from campaigns import sheet
from campaigns.models import Case, CaseParty, CaseState, ClaimLine, Event, Group, LogEntry, Sheet
from letters import approval, checks, drafting, prefill
from letters.document import as_fragment, as_html, fragment_of
from letters.drafting import LetterRefused
from letters.forms import LetterForm
from letters.models import Letter
from tests.factories import (
    make_action,
    make_case,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_payment,
    make_person,
    make_target,
    make_user,
)

S = CaseState
TODAY = dt.date(2026, 11, 11)


@pytest.fixture
def group(db: None) -> Group:
    return make_group()


@pytest.fixture
def case(case: Case) -> Case:
    case.parties.update(public_name=CaseParty.PublicName.OWN)
    return case


def proposed(case: Case, language: str = "en") -> dict[str, Any]:
    return prefill.proposed(
        Case.objects.select_related("sheet", "target").get(pk=case.pk),
        group=Group.objects.get(pk=1),
        language=language,
        delivery_on=None,
        today=TODAY,
    )


def know(case: Case, **facts: Any) -> None:
    Sheet.objects.filter(case=case).update(**facts)


# What is proposed


def test_facts_of_a_wage_case_say_what_the_sheet_knows(case: Case) -> None:
    know(
        case,
        started_on=dt.date(2026, 8, 3),
        ended_on=dt.date(2026, 10, 16),
        place="two offices in\nPioneer Square",
        agreement="$15 an hour, paid every Friday in cash.",
        already_tried="asked Mr. Dan by text twice",
    )
    assert proposed(case)["facts"] == (
        "Rosa worked for you at two offices in Pioneer Square. "
        "The work went from Monday 3 August 2026 to Friday 16 October 2026. "
        "This was agreed: $15 an hour, paid every Friday in cash. "
        "$1,620.00 of the pay for this work has not been paid. "
        "This was tried before: asked Mr. Dan by text twice."
    )


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"started_on": dt.date(2026, 8, 3)}, " The work began on Monday 3 August 2026."),
        ({"ended_on": dt.date(2026, 10, 16)}, " The work ended on Friday 16 October 2026."),
        ({"started_on": None}, ""),
    ],
)
def test_facts_leave_out_what_is_not_known(
    case: Case, facts: dict[str, Any], sentence: str
) -> None:
    know(case, **facts)
    assert proposed(case)["facts"] == (
        f"Rosa worked for you.{sentence} $1,620.00 of the pay for this work has not been paid."
    )


def test_facts_of_a_deposit_case_count_the_days_until_the_statement(group: Group) -> None:
    case = deposit_case()
    know(
        case,
        place="114 Maple Street, flat 3",
        started_on=dt.date(2024, 6, 1),
        ended_on=dt.date(2026, 5, 31),
        keys_returned_on=dt.date(2026, 6, 1),
        forwarding_given_on=dt.date(2026, 6, 1),
        statement_on=dt.date(2026, 7, 5),
    )
    assert proposed(case)["facts"] == (
        "One former tenant rented 114 Maple Street, flat 3 from you. "
        "The tenancy went from Saturday 1 June 2024 to Sunday 31 May 2026. "
        "A deposit of $1,800.00 was paid to you. "
        "You got the keys back on Monday 1 June 2026, "
        "and an address for the deposit on Monday 1 June 2026. "
        "Your statement is dated Sunday 5 July 2026, 34 days after the keys came back. "
        "You have returned $515.00 so far.\n"
        "3 deductions are rejected. The table gives the reason for each. "
        "Deductions of $85.00 are accepted."
    )
    make_payment(case, "300.00", status="cleared")
    assert "You have returned $815.00 so far." in proposed(case)["facts"]


def deposit_case() -> Case:
    """Scenario: 1,800 deposit; cleaning 240, carpet 600, paint 360, lock 85 accepted; 515 back."""
    case = make_case(
        state=S.PREPARING,
        kind=Case.Kind.DEPOSIT,
        team=[make_user(), make_user()],
        target=make_target("Maple 114 LLC"),
    )
    K = ClaimLine.Kind
    make_line(case, kind=K.DEPOSIT, label="Deposit", amount="1800")
    why = "Moved out clean, photos of 31 May"
    for label, sum_, accepted in [
        ("Cleaning", "240", "0"),
        ("Carpet", "600", "0"),
        ("Paint", "360", "0"),
        ("Lock", "85", "85"),
    ]:
        make_line(
            case,
            kind=K.DEDUCTION,
            label=label,
            amount=sum_,
            accepted=Decimal(accepted),
            note="" if accepted == sum_ else why,
        )
    make_line(case, kind=K.RETURNED, label="Cheque of 5 July", amount="515")
    make_demand(case, "1200.00")
    return case


def test_names_of_several_people_stand_together(case: Case) -> None:
    for name in ("José García", "", ""):
        CaseParty.objects.create(case=case, person=make_person(name), public_name="own")
    assert proposed(case)["subject"] == "Unpaid wages: Rosa, José García and 2 former workers"


def test_letter_is_addressed_to_the_person_at_the_business(case: Case) -> None:
    make_target()
    case.target.contact_name = "Mr. Dan"
    case.target.legal_name = "GF Holdings LLC"
    case.target.save()
    words = proposed(case)
    assert words["recipient_name"] == "Mr. Dan"
    assert words["recipient_address"].splitlines() == [
        "Golden Fork Restaurant Group",
        "GF Holdings LLC",
        "114 Maple Street",
        "Seattle WA 98104",
    ]


def test_how_to_pay_gives_the_networks_own_contact(case: Case) -> None:
    assert proposed(case)["how_to_pay"].splitlines() == [
        "By certified cheque, by money order, or in cash against a receipt.",
        "Bring or send it to PO Box 12, Seattle WA 98101.",
        "To agree on a time: 206 555 0100 or hello@rainier.example. "
        f"Please name the reference {case.reference}.",
    ]


def test_how_to_pay_leaves_out_what_the_network_has_not(case: Case) -> None:
    make_group(address="", phone="", email="")
    assert proposed(case)["how_to_pay"] == (
        "By certified cheque, by money order, or in cash against a receipt."
    )


def test_gaps_name_what_the_letter_cannot_say(case: Case) -> None:
    know(case, started_on=TODAY, place="an office", agreement="$15 an hour")
    case = Case.objects.select_related("sheet", "target").get(pk=case.pk)
    assert prefill.gaps(case) == ["the day work or tenancy ended", "what was tried before"]
    case.target.address = ""
    assert prefill.gaps(case, address="") != prefill.gaps(case, address="1500 Dock Street")


def test_day_of_the_delivery_is_that_of_the_announced_action(case: Case) -> None:
    starts = timezone.now() + dt.timedelta(days=5)
    assert drafting.planned_delivery(case, timezone.now()) is None
    make_action(cases=[case], tactic="delivery", starts_at=starts)
    assert drafting.planned_delivery(case, timezone.now()) == timezone.localdate(starts)
    assert drafting.planned_delivery(case, starts + dt.timedelta(hours=1)) is None


# The document


def test_document_of_a_wage_case_works_the_table_out(case: Case) -> None:
    case.claim_lines.all().delete()
    jose = CaseParty.objects.create(case=case, person=make_person("José"), public_name="none")
    make_line(
        case,
        kind="work",
        label="Last three weeks",
        quantity=Decimal("54"),
        rate=Decimal("18.50"),
        paid=Decimal("100"),
        from_date=dt.date(2026, 10, 4),
        until_date=dt.date(2026, 10, 17),
        is_about=True,
        figure=None,
    )
    make_line(case, party=jose, label="Tips kept", amount="230.50", note="as noted by him")
    document = drafting.document_for(make_draft(case, by=case.team.first()))
    assert [
        (row.person, row.label, row.working, row.note, row.amount) for row in document.rows
    ] == [
        (
            "Rosa",
            "Last three weeks, Sun 4 Oct – Sat 17 Oct 2026",
            "about 54 hours × $18.50 − $100.00 paid",
            "",
            Decimal("899.00"),
        ),
        ("One former worker", "Tips kept", "", "as noted by him", Decimal("230.50")),
    ]
    assert document.total == Decimal("1129.50")
    assert document.demands == ["Pay $1,129.50."]
    assert document.signers == ["Rosa", "One former worker"]


def test_document_of_a_deposit_case_lists_each_deduction(group: Group) -> None:
    case = deposit_case()
    document = drafting.document_for(make_draft(case, by=case.team.first()))
    assert [(r.label, r.claimed, r.accepted, r.amount) for r in document.rows] == [
        ("Deposit", None, None, Decimal("1800.00")),
        ("Cleaning", Decimal("240.00"), Decimal("0.00"), Decimal("0.00")),
        ("Carpet", Decimal("600.00"), Decimal("0.00"), Decimal("0.00")),
        ("Paint", Decimal("360.00"), Decimal("0.00"), Decimal("0.00")),
        ("Lock", Decimal("85.00"), Decimal("85.00"), Decimal("-85.00")),
        ("Cheque of 5 July", None, None, Decimal("-515.00")),
    ]
    assert document.total == Decimal("1200.00")
    assert document.demands == ["Return $1,200.00."]
    assert document.kind == "deposit"


def test_one_week_of_work_is_not_written_in_the_plural(case: Case) -> None:
    case.claim_lines.all().delete()
    make_line(case, kind="work", quantity=Decimal(1), unit="weeks", rate=Decimal(400), figure=None)
    (row,) = drafting.document_for(make_draft(case, by=case.team.first())).rows
    assert row.working == "1 week × $400.00"


def test_two_people_without_a_name_are_told_apart(case: Case) -> None:
    case.parties.update(public_name="none")
    CaseParty.objects.create(case=case, person=make_person("José"))
    document = drafting.document_for(make_draft(case, by=case.team.first()))
    assert document.signers == ["One former worker (1)", "One former worker (2)"]


def test_person_who_left_the_case_does_not_sign(case: Case) -> None:
    CaseParty.objects.create(case=case, person=make_person("José"), left_at=timezone.now())
    document = drafting.document_for(make_draft(case, by=case.team.first()))
    assert document.signers == ["Rosa"]


def test_other_demands_follow_the_sum(case: Case) -> None:
    make_demand(case, other_terms="The tax form.\n\nA reference.")
    document = drafting.document_for(make_draft(case, by=case.team.first()))
    assert document.demands == ["Pay $1,620.00.", "The tax form.", "A reference."]


def test_what_has_cleared_is_taken_off_the_next_letter(case: Case) -> None:
    """Money of somebody who left is in neither the lines nor the payments of a letter."""
    rosa = case.parties.get()
    gone = CaseParty.objects.create(case=case, person=make_person("José"), left_at=timezone.now())
    on = dt.date(2026, 11, 12)
    make_payment(case, "400.00", party=rosa, received_on=on, status="cleared", note="on account")
    make_payment(case, "310.00", party=gone, received_on=on, status="cleared")
    make_payment(case, "200.00", party=rosa, received_on=on)
    draft = make_draft(case, by=case.team.first())
    document = drafting.document_for(draft)
    assert [(row.person, row.label, row.note, row.amount) for row in document.rows][1:] == [
        ("Rosa", "Cheque of Thursday 12 November 2026", "on account", Decimal("-400.00"))
    ]
    assert (document.total, document.demands) == (Decimal("1220.00"), ["Pay $1,220.00."])
    said = "$1,220.00 of the pay for this work has not been paid."
    assert said in proposed(case)["facts"]
    assert [found.code for found in checks.of_letter(draft, document) if found.is_block] == []


def test_letter_without_money_has_no_table_and_no_total(group: Group) -> None:
    case = make_case(state=S.PREPARING, kind=Case.Kind.OTHER, team=[make_user(), make_user()])
    make_demand(case, "0", other_terms="Drop the charge.")
    document = drafting.document_for(make_draft(case, by=case.team.first()))
    assert (document.total, list(document.rows), document.demands) == (
        None,
        [],
        ["Drop the charge."],
    )


@pytest.mark.parametrize(
    ("delivery_on", "days", "deadline"),
    [
        (dt.date(2026, 11, 13), 14, "2026-11-27T17:00:00-08:00"),
        (dt.date(2026, 10, 25), 7, "2026-11-01T17:00:00-08:00"),  # the clocks went back that day
        (dt.date(2027, 3, 7), 7, "2027-03-14T17:00:00-07:00"),  # and forward that day
    ],
)
def test_deadline_counts_from_the_day_of_the_delivery(
    case: Case, delivery_on: dt.date, days: int, deadline: str
) -> None:
    make_demand(case, deadline_days=days)
    letter = make_draft(case, by=case.team.first(), delivery_on=delivery_on)
    assert drafting.document_for(letter).deadline.isoformat() == deadline


def test_text_of_a_draft_is_the_same_on_every_day(case: Case) -> None:
    letter = make_draft(case, by=case.team.first())
    assert as_html(drafting.document_for(letter)) == as_html(
        drafting.document_for(Letter.objects.get(pk=letter.pk))
    )


def test_kept_page_gives_back_the_letter_in_it(case: Case) -> None:
    document = drafting.document_for(make_draft(case, by=case.team.first()))
    assert fragment_of(as_html(document)) == as_fragment(document).strip()


def test_letter_in_spanish_uses_spanish_dates_and_money(case: Case) -> None:
    letter = make_draft(case, by=case.team.first(), language="es", delivery_on=dt.date(2027, 4, 3))
    assert "sábado 3 de abril de 2027" in as_html(drafting.document_for(letter))


# Drafts and changes


def test_draft_becomes_the_next_version_and_is_logged(case: Case) -> None:
    ana, ben = case.team.all()
    first = make_final_letter(case, by=ana, approved_by=ben)
    second = make_draft(case, by=ben)
    assert (first.version, second.version) == (1, 2)
    assert list(second.written_by.all()) == [ben]
    entry = LogEntry.objects.filter(case=case, event="letter_drafted").first()
    assert (entry.what, entry.by) == ("Letter version 2 drafted", ben)


def test_second_draft_is_refused_while_one_is_open(case: Case) -> None:
    make_draft(case, by=case.team.first())
    with pytest.raises(LetterRefused) as refused:
        make_draft(case, by=case.team.first())
    assert refused.value.reasons == ["Version 1 is being written already."]
    assert case.letters.count() == 1


def test_draft_without_a_voted_demand_is_refused(group: Group) -> None:
    case = make_case(state=S.PREPARING, team=[make_user()])
    with pytest.raises(LetterRefused, match="not voted a demand"):
        make_draft(case, by=case.team.first())


@pytest.mark.parametrize("state", [*S.BEFORE_VOTE, S.AGREED, S.ON_HOLD, *S.CLOSED])
def test_draft_in_a_wrong_state_is_refused(group: Group, state: str) -> None:
    case = make_case(state=state, team=[make_user()])
    make_demand(case)
    with pytest.raises(LetterRefused) as refused:
        make_draft(case, by=case.team.first())
    assert refused.value.reasons == [
        f"No letter is written while the case is at “{S(state).label}”."
    ]
    assert not case.letters.exists()


def changed(letter: Letter, **texts: Any) -> LetterForm:
    fresh = Letter.objects.get(pk=letter.pk)
    empty = LetterForm(instance=fresh, today=TODAY)
    data = {name: empty[name].value() for name in empty.fields} | texts
    form = LetterForm(data, instance=fresh, today=TODAY)
    assert form.is_valid(), form.errors
    return form


def test_whoever_changes_a_letter_becomes_one_of_its_writers(case: Case) -> None:
    ana, ben = case.team.all()
    letter = make_draft(case, by=ana)
    assert drafting.save_changes(letter, by=ben, form=changed(letter, facts="Other facts."))
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.facts == "Other facts."
    assert set(letter.written_by.all()) == {ana, ben}
    assert case.log.first().what == "Letter version 1 changed"


def test_saving_without_a_change_makes_nobody_a_writer(case: Case) -> None:
    ana, ben = case.team.all()
    letter = make_draft(case, by=ana)
    assert drafting.save_changes(letter, by=ben, form=changed(letter))
    assert list(letter.written_by.all()) == [ana]
    assert not case.log.filter(event="letter_changed").exists()


def test_second_of_two_editors_is_told_and_keeps_the_text(case: Case) -> None:
    ana, ben = case.team.all()
    letter = make_draft(case, by=ana)
    slow = changed(letter, facts="What Ben typed.")
    assert drafting.save_changes(letter, by=ana, form=changed(letter, facts="What Ana typed."))
    assert not drafting.save_changes(letter, by=ben, form=slow)
    assert Letter.objects.get(pk=letter.pk).facts == "What Ana typed."
    assert slow.errors["facts"] == ["They wrote: What Ana typed."]
    assert slow["facts"].value() == "What Ben typed."


def test_final_letter_cannot_be_changed(case: Case) -> None:
    ana, ben = case.team.all()
    letter = make_draft(case, by=ana)
    form = changed(letter, facts="Too late.")
    for party in case.parties.all():
        approval.approve(letter, party=party, recorded_by=ana)
    approval.approve(letter, organizer=ben)
    with pytest.raises(LetterRefused) as refused:
        drafting.save_changes(letter, by=ana, form=form)
    assert refused.value.reasons == [
        "Version 1 is final and stays as it is. Draft the next version."
    ]
    assert "Too late" not in Letter.objects.get(pk=letter.pk).facts


def test_words_older_than_the_facts_are_pointed_out_until_somebody_changed_them(
    case: Case,
) -> None:
    ana = make_user("Ana")
    line = make_line(case, label="Tips")
    letter = make_draft(case, by=ana)

    def codes() -> set[str]:
        fresh = Letter.objects.get(pk=letter.pk)
        return {one.code for one in checks.of_letter(fresh, drafting.document_for(fresh))}

    assert "older_words" not in codes()
    sheet.remove_line(line, by=ana)
    assert "older_words" in codes()
    drafting.tell(letter, Event.LETTER_CHANGED, by=ana)
    assert "older_words" not in codes()
