"""The whole story through the pages: from a stranger's form to a case that is won."""

import datetime as dt
import hashlib
import re
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine

from campaigns.models import Case, CaseParty, CaseState, ClaimLine, User
from escalation.models import Action, SignUp
from letters.models import Letter
from tests import papers
from tests.browser import Browser
from tests.factories import make_group, make_member, make_user, put_on_duty

pytestmark = pytest.mark.django_db

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=ZONE)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


class Network:
    """Ana (on intake duty), Ben and the member Mia; and the calendar."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        make_group()
        self.ana, self.ben, self.mia = make_user("Ana"), make_user("Ben"), make_member("Mia")
        put_on_duty(self.ana)

    def at(self, user: User) -> Browser:
        browser = Browser()
        browser.client.force_login(user)
        return browser

    def on_day(self, day: dt.date, hour: int = 12) -> None:
        self.clock.move_to(dt.datetime.combine(day, dt.time(hour), tzinfo=ZONE))


@pytest.fixture
def network(clock: time_machine.Traveller) -> Network:
    return Network(clock)


def local(day: int, hour: int, minute: int = 0, *, month: int = 11) -> str:
    return f"2026-{month:02}-{day:02}T{hour:02}:{minute:02}"


def tell(kind: str, **answers: str) -> tuple[Browser, Case, str]:
    """Send the public form as a stranger. Return their browser, the case, and the code."""
    stranger = Browser()
    stranger.open(f"/tell/{kind}/").send(**answers, consent="on").done()
    case = Case.objects.get()
    assert case.reference in stranger.text
    code = re.search(r"/s/([^/\s]+)/", stranger.page.content.decode()).group(1)
    return stranger, case, code


def take_and_meet(network: Network, case: Case) -> None:
    """Ana finds the intake under Today, takes it, meets the person with Ben, and both listen."""
    page = f"/cases/{case.reference}/"
    ana = network.at(network.ana)
    assert case.reference in ana.open("/today/").text
    ana.open(page + "moves/take/").send(method="phone", result="reached", at=local(2, 9)).done()
    ana.open(page + "moves/arrange_meeting/").send(
        at=local(4, 18),
        place="Back room of the library",
        organizers=[str(network.ana.pk), str(network.ben.pk)],
    ).done()
    network.on_day(dt.date(2026, 11, 5))
    network.at(network.ben).open(page + "first-meeting/held/").send(
        held_on="2026-11-04", organizers=[str(network.ana.pk), str(network.ben.pk)]
    ).done()


def complete_sheet(network: Network, case: Case, **facts: str) -> None:
    network.at(network.ana).open(f"/cases/{case.reference}/sheet/").send(
        started_on="2026-08-01",
        ended_on="2026-10-20",
        evidence_list="Texts with the shifts",
        readiness="Comes to the delivery",
        wish="What is owed",
        risks_explained="on",
        not_a_service_explained="on",
        retaliation_talk_on="2026-11-04",
        **facts,
    ).done()


def add_line(network: Network, case: Case, kind: str, **values: str) -> None:
    network.at(network.ana).open(f"/cases/{case.reference}/lines/new/{kind}/").send(**values).done()


def everyone_said_yes(browser: Browser) -> dict[str, list[str]]:
    """Return the box of the one person affected, or all the boxes where there are several."""
    form = browser.form(having="votes_for")
    name = "agreed" if "agreed" in form.names else "affected_agreed"
    return {name: form.choices[name]}


def vote(network: Network, case: Case, *, total: str) -> None:
    """Propose, and record the yes of the meeting with the sum and a team of three."""
    page = f"/cases/{case.reference}/"
    network.at(network.ana).open(page + "moves/propose/").send(having="note").done()
    network.on_day(dt.date(2026, 11, 9), hour=20)
    ben = network.at(network.ben)
    ben.open(page + "moves/vote/")
    assert ben.form(having="votes_for").values["sum_voted"] == [total]
    ben.send(
        held_on="2026-11-09",
        votes_for="14",
        votes_against="1",
        abstained="2",
        result="take_on",
        members=str(network.mia.pk),
        **everyone_said_yes(ben),
    ).done()
    assert Case.objects.get().state == CaseState.PREPARING


def plan_delivery(network: Network, case: Case) -> Action:
    ana = network.at(network.ana)
    ana.open(f"/cases/{case.reference}/actions/new/").send(
        title="Delivery of a letter",
        starts_at=local(16, 11),
        ends_at=local(16, 12),
        area="Georgetown",
        meeting_point="Bus stop by the bakery",
        what="We walk in together, hand over a letter and leave.",
        needed="12",
        second_lead=str(network.ben.pk),
    ).done()
    ana.send(to="/announce/", having="").done()
    action = Action.objects.get()
    assert action.state == Action.State.ANNOUNCED
    return action


def approve_and_freeze(
    network: Network, case: Case, stranger: Browser, *, others: tuple[str, ...] = ()
) -> Letter:
    """Ana writes; the person says yes by their code, others to Ana; Ben, who wrote none of it."""
    page = f"/cases/{case.reference}/letters/"
    ana = network.at(network.ana)
    ana.open(page + "new/").send(having="facts").done()
    stranger.open("/status/letter/1/").send(to="/approve/", having="").done()
    for name in others:
        party = case.parties.get(person__name=name)
        ana.open(page + "1/")
        ana.client.post(page + "1/approve/", _approval(ana, party.pk))
    assert not Letter.objects.get().is_issued
    ben = network.at(network.ben).open(page + "1/")
    ben.client.post(page + "1/approve/", _approval(ben, None))
    letter = Letter.objects.get()
    assert letter.is_issued
    assert letter.sha256 == hashlib.sha256(bytes(letter.frozen_pdf)).hexdigest()
    return letter


def _approval(browser: Browser, party: int | None) -> dict[str, str]:
    """Return what the approval form of one person (or of the organizer) would send."""
    for form in browser.forms:
        if form.action.endswith("/approve/") and (
            form.values.get("party", [""])[0] == (str(party) if party else "")
        ):
            return {name: values[0] for name, values in form.values.items()}
    raise AssertionError("no such approval form")


def deliver(network: Network, case: Case) -> None:
    page = f"/cases/{case.reference}/"
    network.at(network.ana).open(page + "moves/set_delivery/").send(having="seen_state").done()
    network.on_day(dt.date(2026, 11, 16), hour=13)
    network.at(network.ben).open(page + "moves/record_delivery/").send(
        at=local(16, 11, 20),
        place="Their office",
        handed_by="The affected person",
        received_by="The shift manager",
        headcount="23",
    ).done()


def sign_up_and_tick(network: Network, action: Action) -> None:
    """A stranger says yes by the link, another does not come, one walks in; Ana ticks."""
    for name, phone in (("Noor", "206 555 0171"), ("Wren", "206 555 0172")):
        Browser().open(f"/a/{action.public_id}/").send(name=name, phone=phone, answer="yes").done()
    network.on_day(dt.date(2026, 11, 16), hour=11)
    roster = f"/actions/{action.public_id}/roster/"
    ana = network.at(network.ana).open(roster)
    noor = SignUp.objects.get(name="Noor")
    tap = f"{noor.pk}:1"
    assert f'value="{tap}"' in ana.page.content.decode()
    ana.client.post(roster + "came/", {"tick": tap})
    ana.open(roster).send(to="/walk-in/", name="Hana").done()
    assert "2 came · 2 said yes · need 12" in ana.text
    assert [row.name for row in SignUp.objects.filter(came=True)] == ["Hana", "Noor"]


def pay_and_win(network: Network, case: Case, *sums: str) -> None:
    """Note a cheque for each person, let them clear, and only then win."""
    page = f"/cases/{case.reference}/"
    ben = network.at(network.ben)
    for party, amount in zip(case.parties.affected(), sums, strict=True):
        whose = {"party": str(party.pk)} if len(sums) > 1 else {}
        ben.open(page + "payments/new/").send(
            amount=amount, method="cheque", payer="The owner", received_on="2026-12-04", **whose
        ).done()
    ben.open(page + "moves/win/").send(demand_met="on", status=409)
    assert "$0.00 of" in ben.text
    assert Case.objects.get().state == CaseState.ESCALATING
    for payment in case.payments.all():
        ben.open(f"{page}payments/{payment.pk}/cleared/").send(having="on", on="2026-12-08").done()
    ben.open(page + "moves/win/").send(demand_met="on").done()
    case = Case.objects.get()
    assert case.state == CaseState.WON
    assert case.closed_at is not None
    assert {party.outcome for party in case.parties.affected()} == {CaseParty.Outcome.WON}


def escalate(network: Network, case: Case) -> None:
    """Vote a plan while the clock runs; nothing moves by itself; then a person decides."""
    page = f"/cases/{case.reference}/"
    ben = network.at(network.ben)
    ben.open(page + "plan/")
    ben.send(
        tactic_1="posters",
        tactic_2="picket",
        motion="Posters, then a picket",
        votes_for="12",
        votes_against="0",
        held_on="2026-11-16",
        **everyone_said_yes(ben),
    ).done()
    network.on_day(dt.date(2026, 11, 30), hour=23)
    ben = network.at(network.ben)
    ben.open(page + "moves/escalate/", status=200)
    assert "30 November 2026, 17:00" in ben.text
    network.on_day(dt.date(2026, 12, 1), hour=9)
    assert Case.objects.get().state == CaseState.CLOCK_RUNNING
    ben = network.at(network.ben)
    assert case.reference in ben.open("/today/").text
    ben.open(page + "moves/escalate/").send(note="No answer.").done()
    assert Case.objects.get().state == CaseState.ESCALATING


def words_of(letter: Letter) -> str:
    return papers.words_of(letter.frozen_pdf)


def test_wage_case_of_two_workers_from_intake_to_cleared_money(network: Network) -> None:
    stranger, case, code = tell(
        "wages", story="Three weeks without pay.", phone="206 555 0134", who="Golden Fork"
    )
    page = f"/cases/{case.reference}/"
    take_and_meet(network, case)
    complete_sheet(network, case)
    ana = network.at(network.ana)
    rosa = case.parties.get()
    ana.open(f"{page}people/{rosa.pk}/").send(
        name="Rosa Díaz", public_name="own", joined_on="2026-11-05"
    ).done()
    ana.open(page + "people/new/").send(name="José", joined_on="2026-11-05", agreed="on").done()
    ana.open(page + "target/").send(
        name="Golden Fork", address="114 Maple Street\nSeattle, WA 98104"
    ).done()
    add_line(
        network,
        case,
        ClaimLine.Kind.WORK,
        party=str(rosa.pk),
        label="October",
        quantity="62",
        rate="17.25",
        paid="100",
    )
    jose = case.parties.get(person__name="José")
    add_line(
        network, case, ClaimLine.Kind.SUM, party=str(jose.pk), label="Tips kept", figure="230.50"
    )
    assert case.claim_lines.total() == Decimal("1200.00")

    vote(network, case, total="1200.00")
    action = plan_delivery(network, case)
    stranger.open(f"/s/{code}/")
    letter = approve_and_freeze(network, case, stranger, others=("José",))
    text = words_of(letter)
    for part in ("Golden Fork", "Rosa Díaz", "$1,200.00", "30 November 2026"):
        assert part in text, part
    assert "José" not in text  # who chose no name gets none

    sign_up_and_tick(network, action)
    deliver(network, case)
    case = Case.objects.get()
    assert case.deadline_at == dt.datetime(2026, 11, 30, 17, 0, tzinfo=ZONE)
    escalate(network, case)
    network.on_day(dt.date(2026, 12, 8))
    pay_and_win(network, case, "969.50", "230.50")

    timeline = network.at(network.ben).open(page).text
    for part in ("Vote:", "Letter version 1", "delivered", "Payment cleared", "Escalating → Won"):
        assert part in timeline, part
    assert "won" in stranger.open(f"/s/{code}/").text.lower()


def test_deposit_case_with_four_deductions_from_intake_to_cleared_money(network: Network) -> None:
    stranger, case, code = tell("deposit", story="The deposit is gone.", email="ida@mail.example")
    page = f"/cases/{case.reference}/"
    take_and_meet(network, case)
    complete_sheet(network, case, keys_returned_on="2026-09-15", statement_on="2026-10-19")
    ana = network.at(network.ana)
    party = case.parties.get()
    ana.open(f"{page}people/{party.pk}/").send(
        name="Ida O'Fakerson", public_name="own", joined_on="2026-11-05"
    ).done()
    ana.open(page + "target/").send(
        name="Maple 114 LLC", address="114 Maple Street\nSeattle, WA 98104"
    ).done()
    who = {"party": str(party.pk)}
    add_line(network, case, ClaimLine.Kind.DEPOSIT, label="Deposit", figure="1,800.00", **who)
    for label, figure, accepted in (
        ("Cleaning", "240", "0"),
        ("Carpet", "600", "0"),
        ("Paint", "360", "0"),
        ("Lock", "85", "85"),
    ):
        add_line(
            network,
            case,
            ClaimLine.Kind.DEDUCTION,
            label=label,
            figure=figure,
            accepted=accepted,
            **who,
        )
    add_line(network, case, ClaimLine.Kind.RETURNED, label="Cheque", figure="515", **who)
    assert case.claim_lines.total() == Decimal("1200.00")

    vote(network, case, total="1200.00")
    plan_delivery(network, case)
    stranger.open(f"/s/{code}/")
    letter = approve_and_freeze(network, case, stranger)
    before = bytes(letter.frozen_pdf)
    text = words_of(letter)
    for part in ("Ida O'Fakerson", "Carpet", "$600.00", "$85.00", "$515.00", "$1,200.00"):
        assert part in text, part

    # A fact changes: version 1 stays as it is, and the move asks for version 2.
    network.clock.shift(60)
    line = case.claim_lines.get(label="Paint")
    ana = network.at(network.ana)
    ana.open(f"{page}lines/{line.pk}/").send(label="Paint of two walls").done()
    ana.open(page + "moves/set_delivery/")
    assert "next version" in ana.text
    network.clock.shift(60)
    ana.open(page + "letters/new/").send(having="facts").done()
    stranger.open("/status/letter/2/").send(to="/approve/", having="").done()
    ben = network.at(network.ben).open(page + "letters/2/")
    ben.client.post(page + "letters/2/approve/", _approval(ben, None))
    second = Letter.objects.get(version=2)
    assert "Paint of two walls" in words_of(second)
    assert bytes(Letter.objects.get(version=1).frozen_pdf) == before

    deliver(network, case)
    escalate(network, Case.objects.get())
    network.on_day(dt.date(2026, 12, 8))
    pay_and_win(network, case, "1200.00")
