"""What went wrong with claims and letters in other people's programs, tried here on the pages.

Each test says in its first words what went wrong there.
"""

import csv
import datetime as dt
import hashlib
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseParty, CaseState, ClaimLine, Target, User
from letters.drafting import document_for
from letters.models import Delivery, Letter
from letters.specimen_people import SIX_LINES
from tests.factories import (
    link_targets,
    make_case,
    make_demand,
    make_group,
    make_line,
    make_person,
    make_target,
    make_user,
)
from tests.letters.test_pdf import PAGE_HEIGHT, WINDOWS, placed
from tests.papers import read, words_of

pytestmark = pytest.mark.django_db

OWN = CaseParty.PublicName.OWN


@pytest.fixture
def ana(client: Client) -> User:
    make_group()
    ana = make_user("Ana")
    client.force_login(ana)
    return ana


@pytest.fixture
def ben(ana: User) -> User:
    return make_user("Ben")


def fight(*people: str, team: list[User], target: Target | None = None, **values: Any) -> Case:
    """Make a case in which everybody stands in the letter with the name given here."""
    target = target or make_target()
    first, *others = people or ("Rosa Díaz",)
    case = make_case(
        state=CaseState.PREPARING, team=team, target=target, person=make_person(first), **values
    )
    for name in others:
        CaseParty.objects.create(case=case, person=make_person(name))
    CaseParty.objects.filter(case=case).update(public_name=OWN)
    case.sheet.started_on, case.sheet.ended_on = "2026-09-14", "2026-09-25"
    case.sheet.save()
    return Case.objects.get(pk=case.pk)


def draft(client: Client, case: Case, **values: str) -> Letter:
    """Draft a letter as the page proposes it, with `values` typed over."""
    page = reverse("draft_letter", args=[case.reference])
    form = client.get(page).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | values
    answer = client.post(page, sent)
    assert answer.status_code == 302, answer.context["form"].errors
    return Letter.objects.filter(case=case).latest("version")


def approve(client: Client, letter: Letter, ana: User, ben: User) -> Letter:
    """Let everybody say yes on the pages; the last yes makes it final."""
    page = reverse("letter", args=[letter.case.reference, letter.version])
    for party in letter.case.parties.affected():
        seen = client.get(page).context["standing"].text_sha256
        client.post(f"{page}approve/", {"party": party.pk, "seen": seen})
    client.force_login(ben)
    seen = client.get(page).context["standing"].text_sha256
    client.post(f"{page}approve/", {"seen": seen})
    client.force_login(ana)
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.is_issued, client.get(page).context["standing"].blocks
    return letter


def pdf_of(client: Client, letter: Letter) -> bytes:
    answer = client.get(reverse("letter_pdf", args=[letter.case.reference, letter.version]))
    assert answer["Content-Type"] == "application/pdf", answer.context["reasons"]
    return answer.content


def page_of(client: Client, letter: Letter) -> str:
    answer = client.get(reverse("letter", args=[letter.case.reference, letter.version]))
    return " ".join(answer.text.split())


def table_of(client: Client) -> dict[str, dict[str, str]]:
    """Return the rows of the spreadsheet of all cases, by reference."""
    text = client.get(reverse("board_table")).content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


def test_cents_drift_because_money_is_a_float(client: Client, ana: User, ben: User) -> None:
    """Three times 33.33 and a cent, and 17.10 hours of $37, are the same sum everywhere."""
    case = fight("Rosa Díaz", team=[ana, ben])
    for amount in ("33.33", "33.33", "33.33", "0.01"):
        make_line(case, amount=amount)
    hours = {"quantity": Decimal("17.10"), "rate": Decimal(37), "unit": "hours"}
    make_line(case, kind=ClaimLine.Kind.WORK, **hours)
    make_demand(case, "732.70")
    letter = draft(client, case)
    text = words_of(pdf_of(client, letter))
    assert "Pay $732.70." in text
    assert "$632.70" in text
    assert "$732.70" in page_of(client, letter)
    assert "732.70" in table_of(client)[case.reference].values()
    letter = approve(client, letter, ana, ben)
    assert letter.total == Decimal("732.70")


def test_sum_is_printed_as_1234_5(client: Client, ana: User, ben: User) -> None:
    case = fight(team=[ana, ben])
    make_line(case, amount="1234.50")
    make_demand(case, "1234.50")
    letter = draft(client, case)
    for shown in (words_of(pdf_of(client, letter)), page_of(client, letter)):
        assert "$1,234.50" in shown
        assert "1234.5 " not in shown
    assert "1234.50" in table_of(client)[case.reference].values()


def test_long_address_passes_the_form_and_fails_on_the_day_of_sending(
    client: Client, ana: User, ben: User
) -> None:
    case = fight(team=[ana, ben])
    make_line(case)
    make_demand(case)
    page = reverse("draft_letter", args=[case.reference])
    form = client.get(page).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"recipient_name": SIX_LINES[0], "recipient_address": "Too long a street " * 25}
    answer = client.post(page, sent)
    assert "the window of an envelope shows 9" in answer.text
    assert not Letter.objects.exists()
    letter = draft(
        client, case, recipient_name=SIX_LINES[0], recipient_address="\n".join(SIX_LINES[1:])
    )
    assert approve(client, letter, ana, ben).is_issued


def test_lines_of_an_address_are_taken_for_one_long_word(
    client: Client, ana: User, ben: User
) -> None:
    """What the form takes must print, also where no line has a space."""
    case = fight(team=[ana, ben])
    make_line(case)
    make_demand(case)
    lines = [f"{n}-Grossmarkthallenverwaltungsgesellschaft" for n in range(1, 9)]
    letter = draft(client, case, recipient_name="Recipient", recipient_address="\n".join(lines))
    text = words_of(pdf_of(client, letter))
    assert [line for line in lines if line not in text] == []


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_long_address_is_cut_off_on_the_pdf(
    client: Client, ana: User, ben: User, paper: str
) -> None:
    case = fight(team=[ana, ben])
    make_line(case)
    make_demand(case)
    address = ["Recipient", *SIX_LINES]
    values = {"recipient_name": "Recipient", "recipient_address": "\n".join(SIX_LINES)}
    letter = draft(client, case, paper=paper, **values)
    left, top, right, bottom = WINDOWS[paper]
    spots = placed(read(pdf_of(client, letter)).pages[0], PAGE_HEIGHT[paper])
    inside = [text for text, x, y in spots if left < x < right and top < y < bottom]
    assert " ".join(" ".join(inside).split()) == " ".join(address)


@pytest.mark.parametrize("lines", [1, 3])
def test_letter_hedges_and_names_no_day(client: Client, ana: User, ben: User, lines: int) -> None:
    """Row 32: with one line and with three it speaks plainly, and names day and weekday."""
    case = fight(team=[ana, ben])
    for _n in range(lines):
        make_line(case, amount="100.00")
    make_demand(case, f"{lines}00.00")
    letter = approve(client, draft(client, case), ana, ben)
    text = words_of(letter.frozen_pdf)
    assert [hedge for hedge in ("(s)", "(es)", "and/or") if hedge in text] == []
    deadline = document_for(letter).deadline
    assert deadline is not None
    assert deadline.strftime("Deadline: %A %-d %B %Y") in text


def test_letter_says_none_or_bad_date_where_a_day_is_missing(
    client: Client, ana: User, ben: User
) -> None:
    """Row 46: a missing day stops the letter by its name, and days are in its language."""
    case = fight(team=[ana, ben], kind=Case.Kind.DEPOSIT)
    case.sheet.ended_on = None
    case.sheet.save()
    make_line(case, amount="900.00", kind=ClaimLine.Kind.DEPOSIT)
    make_demand(case, "900.00")
    letter = draft(client, case, language="es")
    page = reverse("letter", args=[case.reference, letter.version])
    answer = client.post(
        f"{page}approve/", {"seen": client.get(page).context["standing"].text_sha256}
    )
    assert "When did the tenancy end, or when were the keys returned?" in answer.text
    case.sheet.ended_on = dt.date(2026, 4, 3)
    case.sheet.save()
    text = words_of(client.get(f"{page}pdf/").content)
    assert [raw for raw in ("None", "Bad date", "2026-04-03") if raw in text] == []


def test_another_town_than_the_typed_one_is_printed(client: Client, ana: User, ben: User) -> None:
    """The post town differs from the borough; nothing is looked up and put in its place."""
    typed = "12 High Street\nLittle Hampton-under-Wold\nBerks RG99 1AA"
    case = fight(team=[ana, ben], target=make_target(address=typed))
    make_line(case)
    make_demand(case)
    text = words_of(pdf_of(client, draft(client, case)))
    assert "12 High Street Little Hampton-under-Wold Berks RG99 1AA" in text


def test_letter_can_still_be_changed_after_it_went_out(
    client: Client, ana: User, ben: User
) -> None:
    case = fight(team=[ana, ben])
    line = make_line(case, amount="1000.00")
    make_demand(case, "1000.00")
    first = approve(client, draft(client, case), ana, ben)
    link = reverse("letter_pdf", args=[case.reference, 1])
    before = client.get(link).content
    ClaimLine.objects.filter(pk=line.pk).update(figure=Decimal(1100), amount=Decimal(1100))
    make_demand(case, "1100.00")
    Target.objects.update(name="Another Name", address="77 New Street")
    assert client.get(link).content == before == bytes(first.frozen_pdf)
    assert hashlib.sha256(before).hexdigest() == first.sha256
    edit = reverse("edit_letter", args=[case.reference, 1])
    assert client.post(edit, {"subject": "Changed"}).status_code == 409
    second = draft(client, case)
    assert second.version == 2
    assert "$1,100.00" in words_of(pdf_of(client, second))
    _hand_over(client, case)
    page = page_of(client, second)
    assert "Version 1</a>: went out on" in page
    assert client.get(link).content == before


def _hand_over(client: Client, case: Case) -> None:
    """Record the delivery of version 1 as it happened, whatever is drafted since."""
    now = timezone.now()
    Delivery.objects.create(
        letter=Letter.objects.get(case=case, version=1),
        at=now,
        place="The office",
        handed_by="Rosa",
        received_by="the manager",
        headcount=5,
        deadline_at=now + dt.timedelta(days=14),
    )


@pytest.mark.parametrize(
    "name",
    [
        "Ștefan Țăranu",
        "Nguyễn Thị Hương",
        "Łukasz Żółć",
        "Siobhán Ní Dhómhnaill",
        "张伟",
        "김민준",
        "さくら",
        "Ελένη Παππά",
        "Юрий Ёлкин",
        "አበበ በቀለ",
    ],
)
def test_name_breaks_in_the_pdf_or_stops_it(
    client: Client, ana: User, ben: User, name: str
) -> None:
    """Letters with marks below, Chinese and others: drawn, and read back as the same letters."""
    case = fight(name, team=[ana, ben])
    make_line(case)
    make_demand(case)
    letter = approve(client, draft(client, case), ana, ben)
    text = words_of(letter.frozen_pdf)
    assert text.count(name) >= 2
    assert name in page_of(client, letter)


def test_arabic_and_latin_in_one_line_come_in_the_wrong_order(
    client: Client, ana: User, ben: User
) -> None:
    name = "محمد الأحمد"
    case = fight(name, team=[ana, ben], sheet={"place": "12 Main St"})
    make_line(case, amount="1200.00")
    make_demand(case, "1200.00")
    letter = draft(client, case, facts=f"{name}, 12 Main St, $1,200.00")
    text = words_of(pdf_of(client, letter))
    assert "Main St, $1,200.00" in text
    assert "$00.200,1" not in text
    letters_of = {word for word in text.split() if any("؀" <= c <= "ۿ" for c in word)}
    assert {"".join(sorted(word)) for word in name.split()} <= {
        "".join(sorted(word.strip(",."))) for word in letters_of
    }


HOSTILE = '<img src="file:///etc/passwd">'


def test_typed_html_is_run_by_the_pdf_engine(client: Client, ana: User, ben: User) -> None:
    case = fight(team=[ana, ben], target=make_target(HOSTILE))
    make_line(case, note='<link href="http://169.254.169.254/">')
    make_demand(case)
    letter = draft(client, case, facts='Notes <link href="http://169.254.169.254/"> and {{ x')
    assert "&lt;img src=&quot;file:///etc/passwd&quot;&gt;" in page_of(client, letter)
    assert "<img src" not in page_of(client, letter)
    printed = pdf_of(client, letter)
    text = words_of(printed)
    assert text.count(HOSTILE) == 2  # in the address and after "Dear"
    assert '<link href="http://169.254.169.254/">' in text
    assert "root:" not in text
    assert read(printed).attachments == {}


def test_long_string_runs_off_the_page(client: Client, ana: User, ben: User) -> None:
    case = fight(team=[ana, ben])
    make_line(case)
    make_demand(case)
    link = "https://pictures.example/" + "a1b2c3d4e5" * 18
    letter = draft(client, case, facts=f"Look here: {link}")
    printed = pdf_of(client, letter)
    reader = read(printed)
    assert link in "".join(words_of(printed).split())
    width = float(reader.pages[0].mediabox.width) * 25.4 / 72
    spots = list(placed(reader.pages[0], PAGE_HEIGHT["letter"]))
    assert all(20 < x < width - 20 for _text, x, _y in spots)


def test_long_names_and_lists_of_names_are_cut_in_the_middle(
    client: Client, ana: User, ben: User
) -> None:
    names = ["Maria Guadalupe de los Angeles Hernandez-Villanueva"]
    names += [f"Worker Number {n:02} of Fourteen" for n in range(2, 15)]
    case = fight(*names, team=[ana, ben])
    for party in case.parties.all():
        make_line(case, party=party, amount="100.00")
    make_demand(case, "1400.00")
    reader = read(pdf_of(client, draft(client, case)))
    assert len(reader.pages) == 2
    last = " ".join(reader.pages[-1].extract_text().split())
    assert [name for name in names if name not in last] == []
    assert "Sincerely," in last


def test_one_tenant_and_one_landlord_only(client: Client, ana: User, ben: User) -> None:
    """Two who paid one deposit, a landlord and an agent: both sides stand in full."""
    landlord = make_target("Maple 114 LLC", address="PO Box 9\nSeattle WA 98104")
    agent = make_target("Delta Lets", address="9 Oak Street\nSeattle WA 98101")
    link_targets(agent, landlord, "letting")
    case = fight("Lê Thu", "Rosa Díaz", team=[ana, ben], target=landlord, kind=Case.Kind.DEPOSIT)
    for party in case.parties.all():
        make_line(case, party=party, kind=ClaimLine.Kind.DEPOSIT, amount="900.00")
    make_demand(case, "1800.00")
    page = reverse("draft_letter", args=[case.reference])
    chosen = {"to": [landlord.pk, agent.pk], "how": "each"}
    form = client.get(page, chosen).context["form"]
    client.post(page, {name: form[name].value() or "" for name in form.fields})
    letter = approve(client, Letter.objects.get(case=case), ana, ben)
    copies = [bytes(letter.frozen_pdf), *(bytes(c.frozen_pdf) for c in letter.further.all())]
    texts = [words_of(copy) for copy in copies]
    assert ["Dear Maple 114 LLC:" in texts[0], "Dear Delta Lets:" in texts[1]] == [True, True]
    for text in texts:
        assert text.count("Lê Thu") >= 3  # subject, table and signature
        assert text.count("Rosa Díaz") >= 3
        assert "$1,800.00" in text


@pytest.mark.parametrize("name", ["O'Fakerson & Daughters <Cafe>", 'Ben & Jerry’s "Best"'])
def test_apostrophes_and_ampersands_become_entities(
    client: Client, ana: User, ben: User, name: str
) -> None:
    case = fight("Siobhán O'Neil", team=[ana, ben], target=make_target(name), title=name)
    make_line(case)
    make_demand(case)
    letter = approve(client, draft(client, case, subject=f"Wages at {name}"), ana, ben)
    text = words_of(letter.frozen_pdf)
    assert f"Dear {name}:" in text
    assert f"Wages at {name}" in text
    assert name in read(letter.frozen_pdf).metadata.title
    assert "Siobhán O'Neil" in text
    row = table_of(client)[case.reference]
    assert name in row.values()
    page = page_of(client, letter)
    for twice in ("&amp;amp;", "&amp;#x27;", "&amp;lt;", "&amp;quot;"):
        assert twice not in page
    assert "&amp;" not in text
    assert "&#" not in text + "".join(row.values())


def test_pdf_shows_another_recipient_than_the_list(client: Client, ana: User, ben: User) -> None:
    landlord = make_target("Maple 114 LLC", address="PO Box 9\nSeattle WA 98104")
    case = fight(team=[ana, ben], target=landlord)
    make_line(case)
    make_demand(case)
    first = approve(client, draft(client, case), ana, ben)
    Target.objects.filter(pk=landlord.pk).update(address="77 New Street\nTacoma WA 98402")
    link_targets(make_target("Delta Lets", address="9 Oak Street"), landlord, "letting")
    second = draft(client, case, also_to="Delta Lets\n9 Oak Street")
    assert "PO Box 9" in words_of(pdf_of(client, first))
    assert "77 New Street" not in words_of(pdf_of(client, first))
    listed = {position: one.name for position, one, _copy, _form in _recipients(client, second)}
    assert listed == {1: "Maple 114 LLC", 2: "Delta Lets"}
    for position, name in listed.items():
        link = reverse("letter_pdf_to", args=[case.reference, 2, position])
        text = words_of(client.get(link).content)
        assert f"Dear {name}:" in text
    assert _recipients(client, first) == []


def _recipients(client: Client, letter: Letter) -> list[tuple[Any, ...]]:
    answer = client.get(reverse("letter", args=[letter.case.reference, letter.version]))
    return answer.context["recipients"]
