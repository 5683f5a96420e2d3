"""Fifteen fights as networks like ours lived them, each through the pages.

Every scenario ends in what must be true of it. The steps that all fights share are in tests/story.
"""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image

from campaigns import rules
from campaigns.models import Case, CaseState, Group, Payment, Target
from letters.models import Letter
from tests.browser import Browser
from tests.story import ZONE, Story, words_of

pytestmark = pytest.mark.django_db
S = CaseState
NEVER_ASKED = ("status", "ssn", "itin", "passport", "birth", "visa", "bank", "nationality")


@pytest.fixture
def story() -> Iterator[Story]:
    start = dt.datetime(2026, 11, 2, 9, tzinfo=ZONE)
    with time_machine.travel(start, tick=False) as clock:
        yield Story(clock)


def png(name: str) -> SimpleUploadedFile:
    """Return a small picture."""
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/png")


def ogg(name: str) -> SimpleUploadedFile:
    """Return the beginning of a voice note as phones send it."""
    head = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead" + bytes(200)
    return SimpleUploadedFile(name, head, content_type="audio/ogg")


# S1


def test_s1_cash_in_hand_and_no_pay_stubs(story: Story) -> None:
    told = story.tell(
        "wages",
        language="es",
        name="Rosa",
        phone="206 555 0134",
        story="Le mando una nota de voz.",
        who="Mr. Dan, a white van, plate ABC 1234",
        files=[ogg("nota.ogg")],
    )
    asked = {name for form in told.browser.open("/tell/wages/").forms for name in form.names}
    case = told.case
    rules = story.at(story.ana, story.page(case)).text
    assert "Leave no voice message." in rules
    voice = case.evidence.get()
    story.take_and_meet(case)
    story.download(story.ben, story.page(case, f"evidence/{voice.public_id}/original/"))
    assert "Ben" in story.file(case)
    assert "Evidence opened" in story.at(story.ana, story.page(case, "timeline/")).text

    rosa = case.parties.get()
    story.change_person(rosa, name="Rosa", public_name="own", joined_on="2026-11-04")
    story.target(
        case,
        name="Mr. Dan",
        address="",
        plate="ABC 1234",
        sites="220 Pine Street, floor 4\n18 Yesler Way, lobby",
    )
    story.sheet(case, agreement="cleaning offices, $15 an hour in cash")
    for label, hours in (("First week", "36"), ("Second week", "40"), ("Third week", "32")):
        story.line(case, "work", label=label, quantity=hours, rate="15", paid="0", is_about="on")
    story.move(case, "propose")
    assert story.state(case) == S.PROPOSED
    target = Target.objects.get()
    assert (target.name, target.legal_name, target.plate) == ("Mr. Dan", "", "ABC 1234")
    assert case.claim_lines.total() == Decimal("1620.00")

    story.on("2026-11-09", hour=20)
    story.vote(case, "vote", result="take_on", sum_voted="1,620.00")
    letter = story.letter(
        case,
        recipient_name="Dan Miller, site manager",
        recipient_address="Bright Offices Inc.\n220 Pine Street\nSeattle, WA 98101",
    )
    text = words_of(letter)
    for part in (
        "Dan Miller, site manager",
        "Bright Offices Inc.",
        "about 36 hours × $15.00",
        "about 40 hours × $15.00",
        "about 32 hours × $15.00",
        "$540.00",
        "$600.00",
        "$480.00",
        "Total owed $1,620.00",
    ):
        assert part in text, part
    forms = [
        *story.at(story.ana, story.page(case, "sheet/")).forms,
        *story.at(story.ana, story.page(case, f"people/{rosa.pk}/")).forms,
    ]
    asked |= {name for form in forms for name in form.names}
    assert [name for name in asked for word in NEVER_ASKED if word in name.lower()] == []


# S2


def test_s2_four_co_workers_in_one_fight(story: Story) -> None:
    told = story.tell("wages", language="es", name="Rosa", phone="206 555 0181", story="Somos 4.")
    case = told.case
    story.take_and_meet(case)
    rosa = case.parties.get()
    story.change_person(rosa, joined_on="2026-11-04", public_name="own")
    form = story.at(story.ana, story.page(case, "people/new/"))
    assert "Ask them first. Then tick this." in form.send(name="Luis", phone="206 555 0182").text
    es = {"language_read": "es", "language_spoken": "Spanish"}
    luis = story.person(case, "Luis", phone="206 555 0182", public_name="own", **es)
    mai = story.person(case, "Mai", phone="206 555 0183", public_name="none")
    amir = story.person(case, "Amir", phone="206 555 0184", public_name="own")
    sums = {rosa: "480", luis: "1,050", mai: "2,300", amir: "310"}
    for party, owed in sums.items():
        story.line(case, "sum", label="Last weeks", figure=owed, party=party)
    story.target(case)
    story.sheet(case)
    story.take_on(case)
    votes = story.at(story.ana, story.page(case, "decisions/")).text
    assert "Take on W-0001 and demand $4,140.00 carried 12 for, 1 against, 0 abstained" in votes
    assert "Rosa: said yes Luis: said yes Mai: said yes Amir: said yes" in votes
    people = story.page(case, "people/")
    page = story.at(story.ana, people).text
    assert "Luis Luis $1,050.00 $0.00 $1,050.00 – still open" in page
    assert "Mai One former worker $2,300.00 $0.00 $2,300.00 – still open" in page

    # Two read only Spanish: they read every word of it before they say yes.
    draft = story.draft(case)
    letter = story.at(story.ana, story.page(case, "letters/1/"))
    assert "Spanish: There is none yet. Somebody affected reads this language." in letter.text
    letter.open(story.page(case, "letters/1/copy/es/")).send(having="facts").done()
    theirs = told.status().open("/status/letter/1/")
    assert "De la paga por este trabajo no se han pagado $4,140.00." in theirs.text
    theirs.send(to="/approve/")
    text = words_of(story.approve(draft))
    for part in (
        "Rosa, Luis, Amir and one former worker worked for you.",
        "Rosa Last weeks $480.00 Luis Last weeks $1,050.00 One former worker Last weeks $2,300.00",
        "Amir Last weeks $310.00 Total owed $4,140.00",
        "Rosa Luis One former worker Amir",
    ):
        assert part in text, part
    assert "Mai" not in text

    story.deliver(case)
    story.on("2026-11-25")  # day 9: he pays one of them alone
    paid = story.pay(case, "310", method="cash", party=str(amir.pk))
    story.clear(paid)
    money = story.page(case, "money/")
    page = story.at(story.ana, money).text
    assert "Amir $310.00 $310.00 $310.00 $0.00 still open" in page
    assert "Demanded $4,140.00 Cleared − $310.00 Still owed $3,830.00" in page
    poster = story.at(story.ana, story.page(case, "poster/"))
    poster.send(headline="Eating here?", lines="Four cooks were not paid.").done()
    assert "still owes $3,830.00 to Rosa, Luis and one former worker." in poster.text
    hers = told.status().open("/status/money/").text
    assert "480" in hers
    assert not [part for part in ("1,050", "2,300", "310", "Amir") if part in hers]

    # One works there again, and leaves: her own word, and a vote about her share.
    leave = {"party": str(rosa.pk), "words": "I work there again."}
    lost = {"held_on": "2026-11-25", "votes_for": "3", "votes_against": "9"}
    form = story.at(story.ben, story.page(case, "moves/person_leaves/"))
    assert "The vote did not carry" in form.send(having="words", **leave, **lost).text
    story.vote(case, "person_leaves", agreed=False, yes=9, no=0, **leave)
    page = story.at(story.ana, money).text
    assert "Demanded $3,660.00 Cleared − $310.00 Still owed $3,350.00" in page
    assert "Rosa Rosa $0.00 $0.00 $0.00 – left the fight" in story.at(story.ana, people).text
    assert "Dijimos que" not in told.status().text  # her code has ended
    again = words_of(story.letter(case))
    assert "One former worker Last weeks $2,300.00 Amir Last weeks $310.00" in again
    assert "Amir Last weeks $310.00 Cash of Wednesday 25 November 2026 −$310.00 Total owed" in again
    assert "Rosa" not in again

    for party, amount in ((luis, "1,050"), (mai, "2,000")):
        story.clear(story.pay(case, amount, party=str(party.pk)))
    refused = story.move(case, "win", status=409, demand_met="on")
    assert "$3,360.00 of $3,660.00 has cleared." in refused.text
    story.vote(case, "settle", reason="fair_enough")
    assert story.state(case) == S.SETTLED
    page = story.at(story.ana, money).text
    for part in (
        "Luis $1,050.00 $1,050.00 $1,050.00 $0.00 got all of it",
        "Mai $2,300.00 $2,000.00 $2,000.00 $300.00 got a part and chose to stop",
        "Amir $310.00 $310.00 $310.00 $0.00 got all of it",
        "Rosa $0.00 $0.00 $0.00 $0.00 left the fight",
    ):
        assert part in page, part


# S3


def test_s3_deposit_part_returned_with_four_deductions(story: Story) -> None:
    rules.load()
    Group.objects.update(jurisdiction="US-WA")
    told = story.tell("deposit", name="Ida", email="ida@mail.example", story="Most of it is gone.")
    case = told.case
    story.take_and_meet(case)
    story.change_person(case.parties.get(), joined_on="2026-11-04", public_name="own")
    story.target(case, name="Maple Homes")
    story.sheet(
        case,
        ended_on="2026-09-15",
        keys_returned_on="2026-09-15",
        statement_on="2026-10-19",
        evidence_list="photos from the day of moving in; no checklist was given",
    )
    story.line(case, "deposit", label="Deposit", figure="1,800.00")
    for label, figure, accepted in (
        ("Cleaning", "240", "0"),
        ("Carpet", "600", "0"),
        ("Paint", "360", "0"),
        ("Lock", "85", "85"),
    ):
        story.line(case, "deduction", label=label, figure=figure, accepted=accepted)
    story.line(case, "returned", label="Cheque with the statement", figure="515")
    assert case.claim_lines.total() == Decimal("1200.00")
    page = story.at(story.ana, story.page(case, "rules/")).text
    for part in (
        "34 days passed, the limit is 30",
        "Wash. Rev. Code § 59.18.280",
        "2023",
        "Not checked yet",
    ):
        assert part in page, part

    story.on("2026-11-05")
    checked = story.at(story.ben, "/rules/deposit/US-WA/")
    checked.send(checked_now="on").done()
    assert "Ben, Thursday 5 November" in story.at(story.ana, story.page(case, "rules/")).text
    story.take_on(case)
    text = words_of(story.letter(case))
    for part in (
        "Cleaning $240.00 $0.00",
        "Lock $85.00 $85.00 −$85.00",
        "Total owed $1,200.00",
        "34 days",
    ):
        assert part in text, part
    story.deliver(case)
    part = story.pay(case, "300", note="on account, not in full")
    story.clear(part)
    assert "on account" in story.at(story.ana, story.page(case, "money/")).text
    assert "$900.00" in story.file(case)


# S4


def behind(story: Story, target: Target, name: str, how: str, **facts: str) -> Target:
    """Ana writes down who stands behind a target, or what it runs, and how we know."""
    page = story.at(story.ana, f"/targets/{target.pk}/links/new/?q={name}")
    page.send(how=how, **({"kind": "firm", "confidence": "confirmed"} | facts)).done()
    return Target.objects.get(name=name)


def test_s4_llc_with_an_unknown_owner(story: Story) -> None:
    case = story.ready("Jo", against="Maple 114 LLC", owed="1,800", kind="deposit").case
    maple = story.fresh(case).target
    page = f"/targets/{maple.pk}/"
    tasks = story.at(story.ana, page).send(to="/target/research/").text
    for source in ("County assessor", "Recorder", "State registry", "licence", "Old listings"):
        assert source in tasks, source

    registry = {"source": "State registry of firms", "from_date": "2022-03-01"}
    glen = behind(story, maple, "Glen Ortiz", "manager:behind", kind="person", **registry)
    behind(story, maple, "Box 900 Agents", "registered:behind", source="State registry of firms")
    rents = {"source": "The lease", "from_date": "2024-06-01"}
    harbor = behind(story, maple, "Harbor Rentals", "letting:behind", **rents)
    behind(story, maple, "114 Maple Street", "owner:ahead", kind="place", source="County assessor")
    listing = {"source": "An old listing", "confidence": "likely"}
    behind(story, glen, "Cedar 9 LLC", "manager:ahead", **listing)
    past = {"from_date": "2020-01-01", "until_date": "2025-01-01", "confidence": "unverified"}
    behind(story, glen, "Birch Court LLC", "manager:ahead", source="A neighbor", **past)
    graph = story.at(story.ana, page).text
    for part in (
        "Manager: Glen Ortiz confirmed since Tue 1 Mar 2022 · State registry of firms",
        "Also runs: Cedar 9 LLC likely An old listing",
        "Registered agent: Box 900 Agents confirmed State registry of firms",
        "Letting agent: Harbor Rentals confirmed since Sat 1 Jun 2024 · The lease",
        "Owns: 114 Maple Street confirmed County assessor",
    ):
        assert part in graph, part
    over = story.at(story.ana, f"/targets/{glen.pk}/").text
    assert "Birch Court LLC not checked Wed 1 Jan 2020 to Wed 1 Jan 2025 · A neighbor" in over

    # The letter goes to the agent who lets the homes. Nobody unproven is offered or named.
    harbors = {"address": "5 Dock Street\nSeattle, WA 98101"}
    story.at(story.ana, f"/targets/{harbor.pk}/edit/").send(having="plate", **harbors).done()
    story.take_on(case)
    new = story.at(story.ana, story.page(case, "letters/new/"))
    assert "Harbor Rentals Letting agent" in new.text
    assert "Cedar 9" not in new.text
    assert "Birch Court" not in new.text
    new.open(story.page(case, f"letters/new/?to={harbor.pk}"))
    new.send(having="facts", facts="Jo rented from Maple 114 LLC. Cedar 9 LLC is his too.").done()
    stopped = "Cedar 9 LLC is not confirmed to belong to the target."
    assert stopped in new.text
    new.open(story.page(case, "letters/1/edit/"))
    new.send(having="facts", facts="Jo rented from Maple 114 LLC.").done()
    assert stopped not in new.text
    text = words_of(story.approve(case.letters.get()))
    assert "Harbor Rentals 5 Dock Street Seattle, WA 98101 Re: Deposit not returned" in text
    assert "Jo rented from Maple 114 LLC." in text
    poster = story.at(story.ana, story.page(case, "poster/"))
    words = {"headline": "Renting here?", "lines": "Birch Court LLC keeps deposits, too."}
    assert "Birch Court LLC is not confirmed" in poster.send(**words).text
    poster.send(headline="Renting here?", lines="Maple 114 LLC keeps deposits.").done()
    assert "Birch" not in poster.text
    story.deliver(case, place="Harbor Rentals, 5 Dock Street", received_by="Their agent")
    assert "delivered Mon 16 Nov to Their agent" in story.file(case)

    # Two records of one firm become one; both histories stay.
    other = story.ready("Ike", against="Maple One Fourteen", owed="900", kind="deposit").case
    gone = story.fresh(other).target
    merge = story.at(story.ana, f"{page}merge/?with={gone.pk}")
    merge.send(reason="The same tax number at the assessor.").done()
    for part in (
        "Other names Maple One Fourteen",
        "2 cases (2 open)",
        "Merged into this Maple One Fourteen",
        "Written down: Maple 114 LLC Ana",
        "Written down: Maple One Fourteen Ana · record of Maple One Fourteen",
        "The same tax number at the assessor.",
    ):
        assert part in merge.text, part
    assert story.at(story.ana, f"/targets/{gone.pk}/").url == page


# S5


def cheque(story: Story, case: Case, day: str) -> Payment:
    """A cheque comes on its day, and clears three days later."""
    story.on(day)
    paid = story.pay(case, "1,000", payer="Northside Contracting")
    story.on((dt.date.fromisoformat(day) + dt.timedelta(days=3)).isoformat())
    story.clear(paid)
    return paid


def test_s5_settlement_in_fifteen_cheques(story: Story) -> None:
    case = story.ready("Marco", against="Northside Contracting", owed="15,000").case
    story.to_clock(case)
    story.to_escalating(case)
    story.on("2026-12-10", hour=20)
    offer = story.offer(case, "15,000", said_by="the contractor", terms="In monthly cheques.")
    plan = {"pay": "equal", "first_on": "2027-01-01", "number": "15"}
    story.vote(case, "agree", offer=str(offer.pk), **plan)
    assert story.state(case) == S.AGREED
    money = story.page(case, "money/")
    page = story.at(story.ana, money).text
    assert "1 Friday 1 January 2027 $1,000.00 $0.00 to come" in page
    assert "15 Wednesday 1 March 2028 $1,000.00 $0.00 to come" in page

    story.on("2027-01-01")
    story.pay(case, "1,000")
    page = story.at(story.ana, money).text
    assert "1 Friday 1 January $1,000.00 $0.00 + $1,000.00 received, not cleared yet" in page
    story.on("2027-01-04")
    first = case.payments.get()
    story.clear(first)
    assert "1 Friday 1 January $1,000.00 $1,000.00 cleared" in story.at(story.ana, money).text
    receipt = story.at(story.ana, story.page(case, f"payments/{first.pk}/receipt/")).text
    assert "For Marco Still owed after it $14,000.00 On account, not in full." in receipt
    for month in range(2, 6):
        cheque(story, case, f"2027-0{month}-01")
    story.on("2027-06-04")  # the last day of grace: nobody has been asked for anything so far
    assert case.reference not in story.at(story.ana, "/today/").text

    story.on("2027-06-05")
    for user in (story.ana, story.ben):
        today = story.at(user, "/today/")
        assert "A payment was missed: $1,000.00, due on Tuesday 1 June." in today.text
        assert story.page(case, "moves/default/") in today.page.content.decode()
    assert "A payment was missed" not in story.at(story.cleo, "/today/").text
    default = story.at(story.ana, story.page(case, "moves/default/"))
    for name, at in (("The letter they got", "letters/1/"), ("The plan of tactics", "plan/")):
        assert f'<a href="{story.page(case, at)}">{name}</a>' in default.page.content.decode()
    default.send(having="reason").done()  # one click: what was missed stands in the form
    assert story.state(case) == S.ESCALATING
    page = story.file(case)
    for part in (
        "Escalation Sat 5 Jun, Ana Paid Wages",  # the step ahead has no day again
        "$1,000.00 was due on Tuesday 1 June 2027. $1,000.00 of it is not paid.",
        "accepted, then broken",
        "Posters near the premises",
        "$10,000.00 still owed",
    ):
        assert part in page, part

    story.on("2027-06-08", hour=20)
    again = story.offer(case, "10,000", said_by="the contractor", terms="As before. He is sorry.")
    plan |= {"first_on": "2027-06-10", "number": "10"}
    story.vote(case, "agree", offer=str(again.pk), **plan)
    for month in (*range(6, 13), *range(13, 15)):
        cheque(story, case, f"{2027 + month // 13}-{(month - 1) % 12 + 1:02}-10")
    story.on("2028-03-09")  # a year and three months on, and nothing is asked
    assert case.reference not in story.at(story.ben, "/today/").text
    story.on("2028-03-10")
    last = story.pay(case, "1,000")
    refused = story.move(case, "win", status=409, demand_met="on")
    assert "$14,000.00 of $15,000.00 has cleared." in refused.text
    story.clear(last)
    assert "All that was agreed has cleared. Mark as won" in story.at(story.ben, "/today/").text
    story.move(case, "win", demand_met="on")
    assert story.state(case) == S.WON
    page = story.at(story.ana, money).text
    assert "Marco $15,000.00 $15,000.00 $15,000.00 $0.00 got all of it" in page
    balances = re.findall(r"cleared Balance after it: \$([\d,]+)\.00", page)
    assert balances == [*(f"{n},000" for n in range(14, 0, -1)), "0"]
    receipt = story.at(story.ana, story.page(case, f"payments/{last.pk}/receipt/")).text
    assert "Still owed after it $0.00 Seattle, Friday 10 March" in receipt


# S6


def test_s6_part_paid_with_a_letter_that_calls_it_closed(story: Story) -> None:
    told = story.ready("Nadia", against="Golden Fork", owed="900")
    case = told.case
    story.to_clock(case)
    poster = story.at(story.ana, story.page(case, "poster/"))
    poster.send(headline="Eating here?", lines="Three weeks of work.", reader_can="Ask.").done()
    assert "Golden Fork still owes $900.00 to Nadia." in poster.text

    story.on("2026-11-20", hour=15)  # day 4
    cheque = story.pay(case, "400", payer="Golden Fork LLC", full_and_final="on")
    for user in (story.ana, story.ben):
        today = story.at(user, "/today/").text
        assert "They call it settled with a payment. Decide before anybody cashes it." in today
    cashing = story.at(story.ben, story.page(case, f"payments/{cheque.pk}/cleared/")).text
    assert "They call it settled. Decide first whether to cash it on account." in cashing
    offer = story.offer(
        case,
        "400",
        said_by="the owner",
        channel="post",
        terms="This closes the matter.",
        full_and_final="on",
        payment=str(cheque.pk),
    )
    page = story.at(story.ben, story.page(case, f"offers/{offer.pk}/")).text
    for part in (
        "Full and final. Whoever signs or cashes it may lose the right to the rest.",
        "Money that came with it $400.00, Friday 20 November",
        "Their offer is less by $500.00",
        "This closes the matter.",
    ):
        assert part in page, part
    theirs = told.browser.open(f"/s/{told.code}/").open(f"/status/offers/{offer.pk}/")
    assert "Do not sign or cash anything yet." in theirs.text
    theirs.send(says="refuse", note="A part is fine. I want the rest.").done()

    story.on("2026-11-23", hour=20)
    decide = story.at(story.ben, story.page(case, f"payments/{cheque.pk}/on-account/"))
    vote = {"held_on": "2026-11-23", "votes_for": "11", "votes_against": "2"}
    assert "Ask them first." in decide.send(having="votes_for", **vote).text
    decide.send(having="votes_for", agreed_to_it="on", **vote).done()
    assert "Write to them that it is taken on account" in decide.text
    no = story.at(story.ben, story.page(case, f"offers/{offer.pk}/refuse/"))
    no.send(having="answered_on", note="The rest is owed.").done()
    votes = story.at(story.ana, story.page(case, "decisions/")).text
    motion = "Take the money in W-0001 on account, not in full, and go on"
    assert f"{motion} carried 11 for, 2 against, 0 abstained" in votes
    assert f"Vote: {motion}. 11 for, 2 against" in story.file(case)
    story.clear(cheque)

    page = story.file(case)
    assert "$900.00 demanded, as voted $400.00 received and cleared $500.00 still owed" in page
    assert "7 days left: Mon 30 Nov, 17:00" in page
    assert story.state(case) == S.CLOCK_RUNNING
    reply = words_of(story.paper(case, "reply_payment"))
    for part in (
        "we received $400.00 from you. We take it on account, not in full.",
        "Demanded $900.00 Cheque of Friday 20 November 2026 −$400.00 Still owed $500.00",
        "Pay the rest of $500.00.",
        "Deadline: Monday 30 November 2026, 5 p.m. (PST)",
    ):
        assert part in reply, part
    again = words_of(story.letter(case, delivery_on="2026-12-02"))
    assert "Not paid $900.00 Cheque of Friday 20 November 2026 −$400.00 Total owed $500.00" in again
    assert "Pay $500.00." in again
    poster = story.at(story.ana, story.page(case, "poster/")).text
    assert "Golden Fork still owes $500.00 to Nadia." in poster
    receipt = story.at(story.ana, story.page(case, f"payments/{cheque.pk}/receipt/")).text
    assert "Still owed after it $500.00 On account, not in full." in receipt
    told.status()
    assert "Still owed $500.00" in told.browser.open("/status/money/").text
    assert story.table(story.ana)[case.reference]["Still owed"] == "500.00"


# S7


def test_s7_threat_of_eviction_after_the_delivery(story: Story) -> None:
    story.place("Tenant Law Center", what="Free legal help", phone="206 555 0191", for_other="on")
    story.place("Renters' hotline", phone="206 555 0192", for_other="on")
    told = story.ready("Tess", against="Maple Homes", owed="1,200", kind="other")
    case = told.case
    omar = story.person(case, "Omar", public_name="own")
    story.line(case, "sum", label="Charges for a lock", figure="300", party=omar)
    codes = story.at(story.ana, story.page(case, f"people/{omar.pk}/code/")).send(to="/code/")
    omars = re.search(r"/s/([^/\s]+)/", codes.page.content.decode()).group(1)
    story.take_on(case)
    story.letter(case, facts="Charges for a lock were put on the rent.")
    story.deliver(case)

    story.on("2026-11-18", hour=8, minute=30)
    phone = told.status().open("/status/incident/")
    shot = SimpleUploadedFile("shot.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png")
    phone.send(kind="eviction", text="He texts: you will be out by Friday.", files=[shot]).done()
    assert "Only the people on your case see it." in phone.text

    # Flagged red for the team, and for nobody else
    for user in (story.ana, story.ben):
        assert "Urgent They hit back: an eviction notice" in story.at(user, "/today/").text
        assert "They hit back" in story.at(user, "/cases/").text
    card = story.at(story.ana, "/cases/").page.content.decode().split('<li class="card')[1]
    assert card.startswith(" hot")
    band = story.at(story.ana, story.page(case)).page.content.decode()
    assert '<div class="message error" id="incidents">' in band
    page = story.at(story.ana, story.page(case, "incidents/"))
    for part in (
        "an eviction notice urgent He texts: you will be out by Friday.",
        "This came within 90 days of Monday 16 November, when they stood up for their rights.",
        "Told by Tess",
        "We watch until Sunday 14 February 2027.",
    ):
        assert part in page.text, part
    file = f"evidence/{case.evidence.get().public_id}/original/"
    assert story.download(story.ben, story.page(case, file)).startswith(b"\x89PNG")
    for user in (story.cleo, story.mia):
        for rest in ("incidents/", "timeline/", "places/", file):
            story.at(user).open(story.page(case, rest), status=404)
        assert case.reference not in story.at(user, "/today/").text
    for url in (story.page(case), "/cases/", "/dates/"):
        assert "evict" not in story.at(story.cleo, url).text.lower()
        assert "hit back" not in story.at(story.cleo, url).text
    other = Browser().open(f"/s/{omars}/").text
    assert "Friday" not in other
    assert "Photo, Wed 18 Nov" not in other

    # What the team can do, one tap each
    helps = page.page.content.decode()
    for name in ("places/", "actions/new/?tactic=visit", "moves/hold/"):
        assert f'href="{story.page(case, name)}"' in helps, name
    places = story.at(story.ana, story.page(case, "places/")).page.content.decode()
    assert '<a href="tel:+12065550191">' in places
    assert '<a href="tel:+12065550192">' in places
    plan = story.at(story.ana, story.page(case, "actions/new/?tactic=visit"))
    assert plan.form(having="tactic").values["tactic"] == ["visit"]
    visit = story.plan_action(case, starts="2026-11-19T18:00", tactic="visit", title="Neighbors")
    story.announce(visit)
    for text in (
        Browser().open(f"/a/{visit.public_id}/").text,
        story.at(story.mia, "/actions/").text,
    ):
        assert "Neighbors" in text
        assert "evict" not in text.lower()
        assert "Tess" not in text
    assert mail.outbox == []

    hold = {"reason": "safety", "note": "Both stay with family until Friday is over."}
    late = story.at(story.ana, story.page(case, "moves/hold/"))
    assert "Choose a day within" in late.send(review_on="2026-12-19", **hold).text
    story.move(case, "hold", review_on="2026-12-02", **hold)
    assert story.state(case) == S.ON_HOLD
    story.on("2026-12-02", hour=9)
    asked = "You wanted to look at it again by Wednesday 2 December. Decide whether to go on"
    assert asked in story.at(story.ben, "/today/").text
    story.on("2027-02-14")
    assert "Until Sunday 14 February we watch" in story.file(case)
    story.on("2027-02-15")
    assert "we watch" not in story.file(case)


# S8


def test_s8_not_winnable_and_referred(story: Story) -> None:
    agency = story.place("State Labor Agency", phone="206 555 0188")
    clinic = story.place("Night Clinic", address="5 Pine Street", languages="English, Spanish")
    told = story.tell(
        "wages",
        language="es",
        name="Omar",
        phone="206 555 0171",
        story="Manejé un año para la aplicación.",
        who="RideNow",
    )
    case = told.case
    story.take_and_meet(case)
    story.change_person(case.parties.get(), joined_on="2026-11-04")
    story.target(case, name="RideNow", address="1 Market Street\nSan Francisco, CA 94105")
    story.sheet(case, evidence_list="A signed arbitration agreement. No office here.")
    story.line(case, "sum", label="Fares kept back", figure="40,000")
    story.move(case, "propose")

    story.on("2026-11-09", hour=20)
    page = story.at(story.ben, story.page(case, "moves/vote/"))
    assert "They read Spanish." in page.text
    said = "Es una empresa muy grande. Otros pueden ayudarle mejor."
    no = {"result": "refer", "reason": "no_leverage", "text": said}
    page.send(having="votes_for", held_on="2026-11-09", votes_for="2", votes_against="9", **no)
    assert "Name at least one place they can turn to." in page.text
    places = [str(agency.pk), str(clinic.pk)]
    story.vote(case, "vote", yes=2, no=9, known_places=places, hand_over=places[1:], **no)
    assert story.state(case) == S.REFERRED

    where = "Night Clinic: 5 Pine Street. English, Spanish State Labor Agency: 206 555 0188."
    status = told.status()
    assert '<html lang="es"' in status.page.content.decode()
    assert "En esto, otros pueden hacer más que nosotros." in status.text
    assert f"{said} {where}" in status.text
    timeline = story.at(story.ana, story.page(case, "timeline/")).text
    for part in (
        "Proposed → Referred too little pressure possible Ben",
        f"We sent a message {said} {where} Ben",
        "They agreed that we pass the sheet on to Night Clinic Ben",
        "2 for, 9 against, 0 abstained",
    ):
        assert part in timeline, part
    passed_on = story.at(story.ana, story.page(case, f"places/{clinic.pk}/sheet/")).text
    assert "Manejé un año para la aplicación." in passed_on
    assert "$40,000.00" in passed_on
    story.at(story.ana).open(story.page(case, f"places/{agency.pk}/sheet/"), status=404)

    assert "On Saturday 8 May 2027 names" in story.at(story.ana, story.page(case, "keep/")).text
    row = story.table(story.ana)[case.reference]
    assert (row["State"], row["Why"]) == ("Referred", "too little pressure possible")
    assert (row["Closed"], row["Demanded"]) == ("2026-11-09", "")
    board = story.at(story.ana, "/cases/").text
    assert "Closed without a fight of their own Referred 1" in board
    assert "Fights that ended" not in board
    assert story.table(story.ana, "?state=lost") == {}

    story.on("2027-01-15")
    told.status().send(text="La clínica cerró.").done()
    assert "they wrote to us. Take it up again" in story.at(story.ana, "/today/").text
    again = story.at(story.ana, story.page(case, "moves/take_up_again/"))
    assert "La clínica cerró." in again.text
    story.move(case, "take_up_again", reason="came_back", note="The clinic has closed.")
    assert story.state(case) == S.MEETING
    assert story.table(story.ana)[case.reference]["Closed"] == ""
    assert "nothing of it is deleted" in story.at(story.ana, story.page(case, "keep/")).text
    page = story.file(case)
    assert "Referred → Meeting they came back" in page
    assert "Proposed → Referred" in page


# S9


def test_s9_she_does_not_answer_any_more(story: Story) -> None:
    told = story.tell(
        "wages",
        name="Lena",
        phone="206 555 0175",
        story="Four weeks in a kitchen.",
        may_text="on",
        good_times="after six",
    )
    case = told.case
    story.take_and_meet(case)
    story.change_person(case.parties.get(), joined_on="2026-11-04")
    story.target(case)
    story.sheet(case)
    story.line(case, "sum", label="Not paid", figure="900")
    story.to_clock(case)
    story.to_escalating(case)
    story.heard(case)
    posters = story.plan_action(case, starts="2026-12-03T18:00", tactic="posters")
    picket = story.plan_action(case, starts="2026-12-27T11:00", title="Picket", tactic="picket")
    for action in (posters, picket):
        story.announce(action)

    story.on("2026-12-07")
    assert "You have not heard" not in story.at(story.ben, "/today/").text
    story.on("2026-12-08")
    today = story.at(story.ben, "/today/").text
    assert "You have not heard from Lena for 7 days. Try to reach them in two ways." in today
    for rule in ("Leave no voice message.", "Good times: after six."):
        assert rule in today, rule
        assert rule in story.at(story.ben, story.page(case, "contacts/new/")).text
    assert "Send no text message." not in today
    story.on("2026-12-12")
    story.heard(case, "no_answer")
    story.on("2026-12-15")
    press = "You have not heard from Lena for 14 days. Do not escalate without their yes."
    assert press in story.at(story.ben, "/today/").text
    assert press in story.file(case)
    story.heard(case, "left_message", method="text")
    story.heard(case, "no_answer", method="in_person", purpose="safety")
    call_command("tick", stdout=StringIO())
    timeline = story.at(story.ana, story.page(case, "timeline/")).text
    for part in (
        "Not heard from them for 7 days",
        "Not heard from them for 14 days",
        "Contact with the affected person, phone call: no answer",
        "Contact with the affected person, text message: left a message",
        "Asked whether they are safe, in person: no answer",
    ):
        assert part in timeline, part

    story.on("2026-12-20")
    story.heard(case, "no_answer")
    vote = story.at(story.ben, story.page(case, "moves/drop/"))
    no_answer = {"reason": "unresponsive", "held_on": "2026-12-20", "votes_for": "9"}
    vote.send(having="votes_for", votes_against="0", **no_answer)
    assert "at least 3 times, in 2 different ways, over 10 days" in vote.text

    story.on("2026-12-22")
    page = story.at(story.ana, f"/actions/{picket.public_id}/").text
    assert "Nobody has heard from the people of this fight for two weeks." in page
    assert "Reach them, or call it off." in page
    second = story.plan_action(case, starts="2026-12-29T11:00", tactic="picket")
    said = story.announce(second, status=409).text
    assert f"Nobody has heard from the people of {case.reference} for two weeks." in said
    story.at(story.ana, f"/actions/{second.public_id}/cancel/").send(reason="No answer.").done()
    story.move(case, "hold", reason="unresponsive", review_on="2027-01-05")
    assert story.state(case) == S.ON_HOLD
    picket.refresh_from_db()
    assert picket.state == "cancelled"
    assert "You have not heard" not in story.at(story.ben, "/today/").text
    assert "Tuesday 5 January 2027 Look at it again" in story.at(story.ben, "/dates/").text

    story.on("2026-12-26")
    story.move(case, "resume")
    story.vote(case, "drop", agreed=False, reason="unresponsive")
    assert story.state(case) == S.DROPPED
    assert "Escalating → Dropped no answer any more" in story.file(case)
    assert told.status().text.count("This case has ended.") == 1
    today = story.at(story.ben, "/today/")
    down = "Take down the posters that still hang (nobody does it yet). By Tue 29 Dec."
    assert today.text.count("Take down the posters") == 1
    assert down in today.text
    today.send(to="/done/").done()
    assert down not in story.at(story.ben, "/today/").text


# S10


def test_s10_sued_and_told_to_stay_away(story: Story) -> None:
    told = story.ready("Ida", against="Union Homes", owed="1,800", kind="deposit")
    case = told.case
    story.to_clock(case)
    story.to_escalating(case)
    story.at(story.ana, story.page(case, "team/")).send(user=str(story.cleo.pk)).done()
    story.vote_publicity(case)
    words = {"title": "Give Ida her deposit", "text": "Union Homes keeps $1,800."}
    draft = story.write_page(case, kind="call", **words)
    url = re.search(r"/p/[^ ]+/", story.at(story.ben, draft).send(to="/publish/").done().text)[0]
    assert "Union Homes keeps $1,800." in Browser().open(url).text
    earlier = story.plan_action(case, starts="2026-12-12T11:00", tactic="picket")

    story.on("2026-12-03")
    motion = SimpleUploadedFile("motion.pdf", b"%PDF-1.7\n motion", content_type="application/pdf")
    story.incident(
        case,
        "legal_paper",
        "Motion for an injunction, by Stone & Partners.",
        hearing_at="2026-12-18T09:30",
        named=[str(user.pk) for user in (story.ana, story.ben, story.mia)],
        files=[motion],
    )
    story.incident(case, "no_trespass", "Handed to us at the desk.", place="114 Maple Street")

    file = story.page(case, f"evidence/{case.evidence.get().public_id}/original/")
    assert story.download(story.ana, file) == b"%PDF-1.7\n motion"
    assert "Stone & Partners" in story.at(story.ana, story.page(case, "incidents/")).text
    shut = story.at(story.cleo, story.page(case, "incidents/")).text
    assert "A paper from a court or a lawyer Ask: Ana" in shut
    timeline = story.at(story.cleo, story.page(case, "timeline/")).text
    for page in (shut, timeline, story.file(case, story.cleo)):
        assert "Stone & Partners" not in page
    story.at(story.cleo).open(file, status=404)
    dates = story.at(story.cleo, "/dates/").text
    assert "Friday 18 December 09:30 Day in court" in dates
    kept = "Thursday 3 December 2026 a paper from a court or a lawyer"
    assert f"{kept} a case of another team" in story.at(story.mia, "/account/kept/").text
    assert f"{kept} {case.reference}" in story.at(story.ben, "/account/kept/").text

    story.at(story.ben, draft).send(to="/take-down/").done()
    Browser().open(url, status=404)
    page = story.at(story.ben, draft).text
    assert "What was public, word for word Tuesday 1 December" in page
    assert "Give Ida her deposit Union Homes keeps $1,800." in page
    again = f"{case.reference}: a new paper came in after the vote on publicity. Vote again first."
    assert again in page
    press = story.plan_action(case, starts="2026-12-10T10:00", tactic="media", area="Downtown")
    stay_off = "There is a notice of Thursday 3 December 2026 to stay away"
    assert again in story.announce(press, status=409).text
    story.on("2026-12-07")
    story.vote_publicity(case)
    story.announce(press)
    assert mail.outbox == []

    notice = f"{stay_off} from this place: 114 Maple Street."
    assert notice in story.at(story.ana, story.page(case, "actions/new/")).text
    assert notice in story.at(story.ana, f"/actions/{earlier.public_id}/").text
    assert "Tick first: We read the notice" in story.announce(earlier, status=409).text
    story.announce(earlier, notices_read="1")
    assert notice in story.at(story.ana, f"/actions/{earlier.public_id}/").text

    hold = story.page(case, "legal-hold/")
    story.at(story.ana, hold).press("do", "set", reason="A lawyer of the firm wrote to us.").done()
    for user in (story.ben, story.cleo):
        assert (
            "There is a legal hold on this case. Delete nothing" in story.at(user, "/today/").text
        )
    assert "Legal hold since Monday 7 December 2026. Delete nothing" in story.file(case)
    story.on("2026-12-21")
    story.vote(case, "lose", reason="court_order")
    story.on("2028-01-10")
    call_command("tick", stdout=StringIO())
    assert "Not paid" in story.file(case)
    story.at(story.ana, hold).press("do", "ask", reason="The suit is over.").done()
    story.at(story.ben, hold).press("do", "lift").done()
    call_command("tick", stdout=StringIO())
    page = story.file(case)
    assert "names, story, messages and files of this case were deleted" in page
    assert "Not paid" not in page


# S11


def test_s11_his_nephew_acts_for_him(story: Story) -> None:
    told = story.tell(
        "wages",
        language="es",
        by=story.ana,
        name="Lucio",
        phone="206 555 0177",
        story="Llamó su sobrino. Lucio está detenido.",
        who="Golden Fork",
        needs_interpreter="on",
    )
    case = told.case
    both = [str(story.ana.pk), str(story.ben.pk)]
    story.move(case, "take", method="phone", result="reached", at="2026-11-02T09:00")
    met = {"at": "2026-11-04T18:00", "place": "The library", "organizers": both}
    story.move(case, "arrange_meeting", needs_interpreter="on", **met)
    assert "Bring an interpreter." in story.file(case)
    story.on("2026-11-04", hour=21)
    held = story.at(story.ana, story.page(case, "first-meeting/held/"))
    held.send(held_on="2026-11-04", organizers=both).done()
    lucio = case.parties.get()
    story.change_person(lucio, joined_on="2026-11-04", public_name="own")
    note = "A note Lucio signed, seen on 4 November."
    luis = story.person(
        case,
        "Luis",
        role="representative",
        acts_for=str(lucio.pk),
        scope="Speaks for his uncle and takes the money for the family.",
        may_decide="on",
        authority_note=note,
        language_read="es",
    )
    story.payee(lucio, "Luis", note).done()
    story.target(case)
    story.sheet(case)
    story.line(case, "sum", label="Not paid", figure="1,200")
    story.move(case, "propose")
    meeting = story.at(story.ana, "/meetings/new/")
    meeting.send(at="2026-11-09T19:00", place="Hall", languages="Spanish: Mia interprets").done()
    meeting.send(to="/agenda/new/").done()
    assert "An interpreter is needed." in meeting.text
    story.on("2026-11-09", hour=20)
    story.vote(case, "vote", result="take_on")

    letter = story.draft(case)
    story.at(story.ana, story.page(case, "letters/1/copy/es/")).send(having="facts").done()
    code = story.give_code(luis)
    his = Browser().open(f"/s/{code}/")
    assert '<html lang="es"' in his.page.content.decode()
    assert "Estamos escribiendo la carta con usted." in his.text
    his.open("/status/letter/1/")
    assert "Salarios sin pagar: Lucio" in his.text
    assert "Unpaid wages: Lucio" in his.text
    assert "Gracias. Tenemos su sí" in his.send(to="/approve/").text
    printed = words_of(story.approve(letter))
    assert "Unpaid wages: Lucio" in printed
    assert "Salarios" not in printed
    page = story.file(case)
    for part in ("Luis", "acts for Lucio", "Speaks for his uncle", note):
        assert part in page, part

    going = story.plan_action(case, starts="2026-11-16T11:00", role_interpreter="1")
    story.announce(going)
    assert "Interpreter" in Browser().open(f"/a/{going.public_id}/").text
    story.move(case, "set_delivery")
    story.on("2026-11-16", hour=13)
    story.delivered(case)

    # Why he cannot come stands in the story, and the story stays with the team.
    assert list(story.table(story.ana, "?text=detenido")) == [case.reference]
    assert story.table(story.cleo, "?text=detenido") == {}
    header = story.page(case)
    seen = [story.at(story.cleo, url).text for url in ("/cases/", "/today/", meeting.url, header)]
    seen += [story.at(story.mia, url).text for url in ("/meetings/", "/actions/", "/dates/")]
    seen += [str(story.table(story.cleo)), str(story.table(story.ana)), printed]
    assert [text for text in seen if "deten" in text.lower() or "detain" in text.lower()] == []
    pages = ["sheet/", f"people/{lucio.pk}/", f"people/{luis.pk}/", f"people/{lucio.pk}/payee/"]
    forms = [form for rest in pages for form in story.at(story.ana, story.page(case, rest)).forms]
    asked = {name for form in forms for name in form.names}
    assert [name for name in asked if re.search("detain|custody|arrest|deport|why", name)] == []

    story.on("2026-11-20")
    first = story.pay(case, "500")
    story.clear(first)
    receipt = story.at(story.ana, story.page(case, f"payments/{first.pk}/receipt/")).text
    assert "Taken by Luis" in receipt
    story.on("2026-11-24")  # Lucio has died
    heirs = {"name": "Marta and Luis", "how_we_know": "The paper that names them, seen by Ben."}
    said = {"held_on": "2026-11-24", "votes_for": "11", "votes_against": "0"}
    refused = story.payee(lucio, **heirs, **said)
    assert "It is their money. Without their yes nothing is changed." in refused.text
    story.payee(lucio, **heirs, **said, cannot_say="on").done()
    assert "Marta and Luis" in story.file(case)
    assert "11 for, 0 against" in story.at(story.ana, story.page(case, "decisions/")).text
    last = story.pay(case, "700")
    story.clear(last)
    receipt = story.at(story.ana, story.page(case, f"payments/{last.pk}/receipt/")).text
    assert "Taken by Marta and Luis Still owed after it $0.00" in receipt
    story.move(case, "win", demand_met="on")
    assert story.state(case) == S.WON
    his.open(f"/s/{code}/")
    assert "Está ganado." in his.text
    assert "$1,200.00" in his.open("/status/money/").text


# S12


def test_s12_the_last_cheque_was_stopped_and_he_is_fired(story: Story) -> None:
    case = story.ready("Luis", against="Pete's Pizza", owed="1,400").case
    story.take_on(case)
    story.letter(case)
    delivery = story.plan_action(case, starts="2026-11-16T11:00")
    story.announce(delivery)
    for name, phone, answer in (("Wren", "0177", "yes"), ("Noor", "0178", "no")):
        story.sign_up(delivery, name, phone=f"206 555 {phone}", answer=answer)
    story.at(story.mia, f"/actions/{delivery.public_id}/").send(having="answer", answer="yes")
    story.move(case, "set_delivery")
    story.on("2026-11-16", hour=13)
    story.came(delivery, "Wren")
    story.delivered(case)
    story.to_escalating(case)
    offer = story.offer(case, "1,100")
    parts = {"pay": "listed", "lines": "2027-02-15 800\n2027-03-15 300"}
    story.vote(case, "agree", offer=str(offer.pk), **parts)
    story.on("2027-02-15")
    story.clear(story.pay(case, "800"))
    story.on("2027-03-15")
    last = story.pay(case, "300")
    story.clear(last)
    story.move(case, "settle", reason="fair_enough")
    assert "Settled Mon 15 Mar" in story.file(case)

    # In May the last cheque turns out to have been stopped
    story.on("2027-05-12")
    story.bounce(last, note="The bank says it was stopped.")
    back = "A payment went back after the case was closed. Decide whether it is reopened."
    assert back in story.at(story.ben, "/today/").text
    reopen = story.at(story.ben, story.page(case, "moves/reopen/"))
    assert "$300.00 came back or was stopped." in reopen.text
    assert "Of the $1,400.00 demanded, $600.00 is open again." in reopen.text
    said = {"reason": "bounced", "note": "The last cheque was stopped."}
    asked = reopen.send(having="reason", **said).text
    assert "Ask the people affected first: do they want to go on?" in asked
    reopen.send(having="reason", everyone_agreed="on", **said).done()
    assert story.state(case) == S.ESCALATING
    assert "You have not heard from Luis" not in reopen.text
    story.vote(case, "revise_demand", reason="less_wanted", amount="1,100")
    page = story.file(case)
    assert "$1,100.00 demanded, as voted $800.00 received and cleared $300.00 still owed" in page
    timeline = story.at(story.ben, story.page(case, "timeline/")).text
    for part in (
        "Settled → Escalating a cheque bounced: The last cheque was stopped.",
        "Payment bounced: $300.00 The bank says it was stopped.",
        "Agreed → Settled fair enough",
        "Payment cleared: $300.00",
        "Agreement: $1,100.00, number of payments: 2",
        "Demand delivered: 23 people",
        "Vote: Take on W-0001 and demand $1,400.00. 12 for, 1 against",
    ):
        assert part in timeline, part

    # Who came last year is called for the next action
    picket = story.plan_action(case, starts="2027-05-20T17:00", tactic="picket")
    story.announce(picket)
    contacts = f"/actions/{picket.public_id}/contacts/"
    call = story.at(story.ben, contacts).text.split("Ask them too ")[1]
    assert "Wren 206 555 0177 We go together, Mon 16 Nov 2026: came" in call
    assert "Mia Has an account. We go together, Mon 16 Nov 2026: Yes, I will come" in call
    assert "Noor" not in call
    story.at(story.cleo).open(contacts, status=404)
    story.sign_up(picket, "Wren", phone="(206) 555-0177")
    assert "Wren" not in story.at(story.ben, contacts).text.split("Ask them too ")[1]

    # In June he is fired: a new wrong, with a vote of its own
    story.on("2027-06-09")
    link = story.at(story.ana, story.page(case, "links/new/"))
    assert "Nothing the group decided here is copied." in link.text
    told = {"summary": "Fired from the second job", "story": "His old boss called there."}
    link.send(having="link", kind="wages", link="grievance", method="phone", **told).done()
    new = Case.objects.latest("pk")
    refused = "“Record the vote” cannot be done while the case is at “Making contact”."
    assert refused in story.refused(new, "vote")
    votes = story.at(story.ana, story.page(new, "decisions/")).text
    assert "Nothing has been voted yet." in votes
    beside = "W-0002 Making contact, came later: a new wrong by the same target"
    assert beside in story.at(story.ben, story.page(case, "links/")).text
    earlier = story.at(story.ana, story.page(new, "links/")).text
    assert "W-0001 Escalating, came before: a new wrong by the same target" in earlier
    assert "$" not in story.at(story.ana, story.page(new)).text

    story.on("2027-06-20")
    story.clear(story.pay(case, "300", method="cash"))
    story.move(case, "win", demand_met="on")
    rows = story.table(story.ana)
    dates = {ref: (row["State"], row["Opened"], row["Closed"]) for ref, row in rows.items()}
    assert dates == {
        "W-0001": ("Won", "2026-11-02", "2027-06-20"),
        "W-0002": ("Making contact", "2027-06-09", ""),
    }
    assert (rows["W-0002"]["Demanded"], rows["W-0002"]["Cleared"]) == ("", "0.00")


# S13


def test_s13_one_target_and_several_cases(story: Story) -> None:
    old = story.ready("Otto", against="Delta Lets", owed="700", kind="deposit").case
    story.to_clock(old)
    story.vote(old, "lose", reason="exhausted")
    delta = story.fresh(old).target

    story.on("2028-11-20")
    first = story.told_of("Ida", delta, owed="900")
    second = story.told_of("Jon", delta, owed="450")
    repairs = story.told_of("Kay", delta, kind="other")
    story.to_clock(first, voted_on="2028-11-21", day="2028-11-27")
    story.take_on(second, voted_on="2028-11-28")
    target_page = f"/targets/{delta.pk}/"
    table = story.at(story.ana, target_page).text
    assert "4 cases (3 open)" in table
    for case, row in (
        (old, "Lost $700.00 $0.00 $700.00"),
        (first, "Clock running $900.00 $0.00 $900.00"),
        (second, "Preparing $450.00 $0.00 $450.00"),
        (repairs, "Meeting $0.00 $0.00 $0.00"),
    ):
        assert f"{case} {row}" in table
    assert "Demanded $2,050.00 Cleared − $0.00 Not paid $2,050.00" in table

    # Who is on the team of one sees nothing of the other
    story.at(story.ana, story.page(second, "team/")).send(user=str(story.cleo.pk)).done()
    assert "Jon" in story.file(second, story.cleo)
    for url in (story.page(first), target_page, "/cases/"):
        assert "Ida" not in story.at(story.cleo, url).text
    for rest in ("letters/1/", "money/", "timeline/", "decisions/"):
        story.at(story.cleo).open(story.page(first, rest), status=404)

    # One letter for both goes out only with the yes of both
    papers = story.at(story.ana, story.page(first, "papers/together/"))
    papers.send(having="facts").done()
    letter = Letter.objects.get(variant="together")
    page = f"letters/{letter.version}/"
    assert "Who says yes Ida not yet Ida read it and said yes Jon (D-0003) not yet" in papers.text
    jon = second.parties.get()
    seen = {"seen": papers.form(having="seen").values["seen"][0]}
    no = papers.client.post(f"{story.page(first, page)}approve/", {"party": jon.pk, **seen})
    assert no.status_code == 404  # his own team passes on what he says
    papers.send(having="party").done()
    organizer = story.at(story.ben, story.page(first, page))
    organizer.client.post(f"{story.page(first, page)}approve/", seen)
    assert "A draft. It becomes final when" in story.at(story.ben, story.page(first, page)).text
    theirs = story.at(story.cleo, story.page(second, page))
    assert "Ida (D-0002) yes" in theirs.text
    theirs.send(having="party").done()
    assert "That was the last yes. The letter is final." in theirs.text
    text = words_of(Letter.objects.get(pk=letter.pk))
    for part in (
        "Reference D-0002, D-0003",
        "An agreement with one of us does not end the matter of the others.",
        "D-0002: Demanded $900.00 D-0003: Demanded $450.00 Still owed $1,350.00",
        "Pay $900.00 to Ida. Pay $450.00 to Jon.",
        "Ida Jon Members of Rainier Solidarity",
    ):
        assert part in text, part
    own = words_of(story.letter(second))
    assert "Total owed $450.00" in own
    assert "Ida" not in own

    # One action for both, with one roster
    picket = story.plan_action(
        first,
        query=f"?also={second.reference}",
        starts="2028-12-02T11:00",
        tactic="picket",
        cases=[str(second.pk)],
    )
    story.announce(picket)
    story.sign_up(picket, "Wren")
    for case in (first, second):
        assert f"/actions/{picket.public_id}/" in story.links(story.ana, story.page(case))
    roster = story.at(story.cleo, f"/actions/{picket.public_id}/roster/").text
    assert "1 said yes" in roster
    assert "Wren" in roster
    assert "D-0002" not in story.at(story.mia, f"/actions/{picket.public_id}/").text
    story.on("2028-12-02", hour=12)
    story.came(picket, "Wren")
    story.on("2028-12-02", hour=15)
    how = "Many turned back at the door."
    story.at(story.ben, f"/actions/{picket.public_id}/close/").send(debrief=how).done()
    for case in (first, second):
        held = "Action held: We go together, 1 came Many turned back at the door."
        assert held in story.at(story.ana, story.page(case, "timeline/")).text

    # An agreement in one leaves the other as it was
    offer = story.offer(first, "900")
    story.vote(first, "agree", offer=str(offer.pk))
    assert (story.state(first), story.state(second)) == (S.AGREED, S.PREPARING)
    assert "$450.00 demanded, as voted $0.00 received and cleared" in story.file(second)
    alone = "There is no other fight against this target with a voted demand that you see."
    assert alone in story.at(story.ana, story.page(second, "papers/")).text

    story.link(delta, "Vera Voss", "manager")
    story.link(Target.objects.get(name="Vera Voss"), "Ida", "relative")
    warning = "Somebody of this name is linked to the target (relative of the manager)."
    assert warning in story.file(first)
    assert warning not in story.file(second)

    # Of the fight lost two years ago only the numbers are left
    assert "Otto" in story.file(old)
    call_command("forget", stdout=StringIO())
    assert "Otto" not in story.file(old)
    after = story.at(story.ana, target_page)
    assert f"{old.reference} Lost $700.00 $0.00 $700.00" in after.text
    assert story.page(old) not in story.links(story.ana, target_page)


# S14


def test_s14_an_offer_through_a_lawyer(story: Story) -> None:
    told = story.ready("Hana", against="Harbor Grill", owed="2,300")
    case = told.case
    story.to_clock(case)
    story.vote_plan(case, "posters", "picket")
    story.vote_publicity(case)
    words = {"title": "Pay Hana", "text": "Harbor Grill owes Hana for three weeks."}
    draft = story.write_page(case, kind="call", **words)
    public = story.publish(draft)

    story.on("2026-11-20")
    clauses = {"release": "on", "silence": "on", "terms": "She gives up all claims, in silence."}
    first = story.offer(case, "1,200", said_by="Their lawyer", channel="lawyer", **clauses)
    offer_page = story.page(case, f"offers/{first.pk}/")
    page = story.at(story.ben, offer_page).text
    for part in (
        "Do not sign or cash before somebody looked at it.",
        "Silence. Nobody could speak of it any more",
        "All claims given up. It may also take away claims that have nothing to do with this sum.",
        "Received on Friday 20 November, through a lawyer",
        "Their offer is less by $1,100.00",
    ):
        assert part in page, part
    assert "Full and final" not in page
    hers = told.status().open(f"/status/offers/{first.pk}/")
    assert "They want you to be silent about it, for good." in hers.text
    hers.send(having="says", says="counter", note="$1,800, and I may talk.").done()
    vote = {"offer": str(first.pk), "taken": False}
    answer = story.vote(case, "agree", agreed=True, status=409, **vote).text
    assert "Hana said something else. Note on the page of the offer what they say now." in answer

    counter = story.at(story.ben, story.page(case, f"offers/{first.pk}/answer/"))
    said = {"amount": "1,800", "held_on": "2026-11-20", "votes_for": "9", "votes_against": "0"}
    assert "Ask everyone affected first." in counter.send(having="votes_for", **said).text
    story.answer_with(first, "1,800", terms="No silence.")
    letter = words_of(story.paper(case, "counter", query=f"?offer={first.pk}"))
    for part in (
        "On Friday 20 November 2026 you offered $1,200.00. We talked about it.",
        "What we would agree to Pay $1,800.00. No silence.",
        "Until there is an agreement, nothing else changes.",
        "Deadline: Friday 27 November 2026",
    ):
        assert part in letter, part

    assert "10 days left: Mon 30 Nov, 17:00" in story.file(case)  # the clock runs on
    story.on("2026-12-01", hour=9)
    story.move(case, "escalate", user=story.ben, note="They want silence.")
    picket = story.plan_action(case, starts="2026-12-05T17:00", query="?tactic=picket")
    truce = {"reason": "truce", "review_on": "2026-12-08"}
    refused = story.vote(case, "hold", yes=3, no=9, taken=False, **truce)
    assert "The vote did not carry" in refused.text
    assert story.state(case) == S.ESCALATING
    story.announce(picket)
    story.vote(case, "hold", **truce)
    page = story.file(case)
    assert "On hold: a truce. Look at it again by Tuesday 8 December." in page
    assert "Plan it" not in page

    story.on("2026-12-08")
    story.move(case, "resume")
    yes = story.at(story.ben, story.page(case, f"offers/new/?answer_to={first.pk}"))
    yes.send(having="amount", terms="Paid by 15 December.").done()
    second = case.offers.latest("pk")
    text = "Harbor Grill pays $1,800 by 15 December. Hana may tell it."
    terms = {"offer": str(second.pk), "text": text, "first_on": "2026-12-15"}
    answer = story.vote(case, "agree", agreed=False, taken=False, **terms).text
    assert "The people affected decide. Without their yes nothing is accepted." in answer
    answer = story.vote(case, "agree", yes=2, no=9, taken=False, **terms).text
    assert "The vote did not carry" in answer
    assert story.state(case) == S.ESCALATING

    # Publicity follows what is agreed, also where that was noted by mistake
    story.vote(case, "agree", silence="on", **terms)
    Browser().open(public, status=404)
    silent = "The agreement in W-0001 promises silence. Nothing of it is made public."
    assert silent in story.at(story.ben, draft).text
    story.move(case, "put_right", reason="clicked_wrong", note="No silence was agreed.")
    story.publish(draft)
    story.vote(case, "agree", **terms)
    assert "Harbor Grill owes Hana" in Browser().open(public).text
    assert text in story.at(story.ana, story.page(case, f"offers/{second.pk}/")).text
    agreed = words_of(story.paper(case, "agreement", query=f"?offer={second.pk}"))
    assert f"You pay $1,800.00. $1,800.00 by Tuesday 15 December 2026 {text}" in agreed

    story.on("2026-12-14")
    paid = story.pay(case, "1,800")
    story.on("2026-12-17")
    story.clear(paid)
    done = "All that was agreed has cleared. Close as settled"
    assert done in story.at(story.ben, "/today/").text
    story.move(case, "settle", user=story.ben, reason="fair_enough")
    page = story.file(case)
    assert "$2,300.00 demanded, as voted $1,800.00 received and cleared $500.00 let go" in page
    assert "Agreed → Settled fair enough" in page
    row = story.table(story.ana)[case.reference]
    assert (row["State"], row["Why"]) == ("Settled", "fair enough")
    assert (row["Demanded"], row["Cleared"]) == ("2300.00", "1800.00")
    money = story.at(story.ana, story.page(case, "money/")).text
    assert "$500.00 got a part and chose to stop" in money
    closing = words_of(story.paper(case, "closing"))
    assert "Cheque of Monday 14 December 2026 −$1,800.00 No longer asked for $500.00" in closing


# S15


def test_s15_the_cheque_comes_back(story: Story) -> None:
    told = story.ready("Bela", against="Lim Homes", owed="1,300", kind="deposit")
    case = told.case
    story.to_clock(case)
    story.vote_plan(case, "posters", "picket")
    story.vote_publicity(case)
    words = {"title": "Bela got it back", "text": "Lim Homes paid the whole deposit."}
    victory = story.write_page(case, kind="victory", **words)
    story.on("2026-11-27")
    cheque = story.pay(case, "1,300", payer="Lim Homes")
    win = story.at(story.ana, story.page(case, "moves/win/"))
    assert "Mark as won is not open yet: $0.00 of $1,300.00 has cleared." in win.text
    story.move(case, "win", demand_met="on", status=409)
    draft = story.at(story.ana, victory)
    assert "A payment has not cleared yet. Until it has, this page stays locked." in draft.text
    assert [form for form in draft.forms if "/publish/" in form.action] == []
    story.at(story.ana, victory).client.post(f"{victory}publish/")
    page = story.file(case)
    assert "$0.00 received and cleared $1,300.00 still owed" in page
    rung = story.page(case, "actions/new/?tactic=posters")
    assert rung in story.links(story.ben, story.page(case))
    day_after = story.at(story.ben, rung).form(having="tactic").values
    assert (day_after["tactic"], day_after["starts_at"]) == (["posters"], ["2026-12-01T17:00"])

    story.on("2026-12-03")
    case_file = story.bounce(
        cheque, fee="15", file=png("cheque.png"), note="Harbor Bank, for Lim Family LLC"
    )
    assert story.state(case) == S.CLOCK_RUNNING  # it never left
    assert "$0.00 received and cleared $1,300.00 still owed" in case_file.text
    assert "The deadline was Monday 30 November, 17:00." in case_file.text
    now = case_file.text.split("What can happen now ")[1]
    assert now.startswith("Start escalating")
    today = story.at(story.ana, "/today/").text
    assert "The deadline was Monday 30 November, 17:00. Move the deadline Decide what" in today
    picture = story.page(case, f"evidence/{case.evidence.get().public_id}/original/")
    assert story.download(story.ana, picture).startswith(b"\x89PNG")
    shown = "Payment that bounced: $1,300.00. Harbor Bank, for Lim Family LLC"
    assert f"Evidence {shown} PNG" in case_file.text
    assert "The fight is not won or settled yet." in story.at(story.ana, victory).text

    money = story.page(case, "money/")
    bounced = "Thu 3 Dec: bounced, fee of the bank $15.00 · Harbor Bank, for Lim Family LLC"
    assert f"{bounced} · the picture" in story.at(story.ben, money).text
    (add,) = (url for url in story.links(story.ben, money) if "reason=fee" in url)
    vote = story.at(story.ben, add.replace("&amp;", "&"))
    said = {"fee_label": "Fee of the bank", "note": "It bounced.", "held_on": "2026-12-03"}
    counts = {"votes_for": "9", "votes_against": "0"}
    vote.send(having="votes_for", **said, **counts)
    assert "The people affected must have been there, or said yes before." in vote.text
    vote.send(having="votes_for", affected_agreed="on", **said, **counts).done()
    assert "Demanded $1,315.00 Cleared − $0.00 Still owed $1,315.00" in vote.open(money).text
    assert "Add the fee to the demand" not in vote.text
    notice = words_of(story.paper(case, "default_notice", query=f"?payment={cheque.pk}"))
    for part in (
        "This follows our letter of Monday 16 November 2026.",
        "Your payment of $1,300.00, received on Friday 27 November 2026, was returned by the bank.",
        "Demanded $1,315.00 Still owed $1,315.00",
        "Pay $1,315.00.",
        "Deadline: Sunday 6 December 2026, 5 p.m. (PST)",
        "no eviction, no new charges, no bad reference",
    ):
        assert part in notice, part

    story.heard(case)
    story.move(case, "escalate", user=story.ben, note="The cheque came back.")
    assert story.state(case) == S.ESCALATING
    assert story.at(story.ben, rung).form(having="tactic").values["starts_at"] == [
        "2026-12-04T17:00"
    ]
    posters = story.plan_action(case, starts="2026-12-04T17:00", query="?tactic=posters")
    assert posters.tactic == "posters"
