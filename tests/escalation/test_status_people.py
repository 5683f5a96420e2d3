"""Several people in one case: each sees on their own page what is theirs, and says what they want.

Rosa, José and Lucio are owed something. Luis acts for Lucio, who has no code of his own.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import messages, private_code
from campaigns.models import Actor, Case, CaseParty, CaseState, Event, Evidence, Message, User
from escalation import moves, offers
from escalation.models import Offer, OfferVoice
from escalation.moves import MoveRefused
from escalation.todo import items_for
from letters.models import LetterApproval
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_evidence,
    make_group,
    make_line,
    make_offer,
    make_payment,
    make_person,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db

ROSA, JOSE, LUIS = "R" * 25, "J" * 25, "S" * 25
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10
# What only José's own page may show.
OF_JOSE = ("José", "555 0188", "jose@mail.example", "2,300", "2300", "Secret of José", "José pays")


@pytest.fixture(autouse=True)
def _network() -> None:
    make_group()


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


def add(case: Case, name: str, code: str = "", **values: Any) -> CaseParty:
    person = make_person(name, **values.pop("person", {}))
    code_hash = private_code.token_hash(code) if code else None
    return CaseParty.objects.create(case=case, person=person, code_hash=code_hash, **values)


@pytest.fixture
def case(ana: User) -> Case:
    case = make_case(
        state=CaseState.ESCALATING,
        team=[ana],
        person=make_person("Rosa"),
        code=ROSA,
        target=make_target(),
    )
    contact = {"phone": "206 555 0188", "email": "jose@mail.example"}
    jose = add(case, "José", JOSE, person=contact)
    lucio = add(case, "Lucio", person={"phone": ""})
    spanish = {"phone": "206 555 0177", "language_read": "es"}
    add(case, "Luis", LUIS, role="representative", acts_for=lucio, may_decide=True, person=spanish)
    for party, sum_ in ((case.parties.get(person__name="Rosa"), "480.00"), (jose, "2300.00")):
        make_line(case, amount=sum_, party=party, label=f"{party} pays")
    make_line(case, amount="310.00", party=lucio)
    return case


def party_of(case: Case, name: str) -> CaseParty:
    return case.parties.get(person__name=name)


def opened(code: str) -> Client:
    client = Client()
    client.get(reverse("open_status", args=[code]))
    client.cookies["language"] = "en"
    return client


def page(client: Client, name: str = "status_case", *args: Any) -> str:
    return client.get(reverse(name, args=args)).text


def say(client: Client, offer: Offer, **typed: str) -> HttpResponse:
    return client.post(reverse("status_offer", args=[offer.pk]), typed)


# Only one's own part


def test_page_of_one_shows_nothing_of_another(case: Case, ana: User) -> None:
    jose = party_of(case, "José")
    messages.write_to_team(case, text="Secret of José", party=jose)
    messages.write_to_person(case, text="Secret of José, answered", by=ana, party=jose)
    make_payment(case, "2300.00", party=jose, payer="José pays", status="cleared")
    opened(JOSE).post(
        reverse("send_evidence"),
        {"file": SimpleUploadedFile("x.jpg", JPEG), "description": "Secret of José"},
    )
    offer = make_offer(case, "600.00")
    offers.say(offer, party=jose, says="refuse", note="Secret of José")
    for code in (ROSA, LUIS):
        client = opened(code)
        for name, args in (("status_case", []), ("status_money", []), ("status_offer", [offer.pk])):
            text = page(client, name, *args)
            assert [secret for secret in OF_JOSE if secret in text] == [], (code, name)
    own = opened(JOSE)
    assert page(own).count("Secret of José") == 3
    assert "$2,300.00" in page(own, "status_money")


def test_message_to_all_is_read_by_everybody_and_to_one_by_that_one(case: Case, ana: User) -> None:
    messages.write_to_person(case, text="To all", by=ana)
    messages.write_to_person(case, text="To Rosa", by=ana, party=party_of(case, "Rosa"))
    assert ["To all" in page(opened(code)) for code in (ROSA, JOSE, LUIS)] == [True] * 3
    assert ["To Rosa" in page(opened(code)) for code in (ROSA, JOSE, LUIS)] == [True, False, False]


def test_who_acts_for_somebody_without_a_code_reads_what_is_for_them(case: Case, ana: User) -> None:
    lucio = party_of(case, "Lucio")
    messages.write_to_person(case, text="For Lucio", by=ana, party=lucio)
    assert "For Lucio" in page(opened(LUIS))
    assert "For Lucio" not in page(opened(ROSA))
    private_code.give(lucio, by=ana)
    assert "For Lucio" not in page(opened(LUIS))


def test_old_words_that_name_nobody_are_those_of_the_first_person(case: Case) -> None:
    messages.write_to_team(case, text="Written before there were several")
    Evidence.objects.create(
        case=case, file="x", format="jpg", size=1, sha256="0", by_affected_person=True
    )
    read = {code: opened(code).get(reverse("status_case")) for code in (ROSA, JOSE, LUIS)}
    assert ["before there were" in r.text for r in read.values()] == [True, False, False]
    assert [len(r.context["files"]) for r in read.values()] == [1, 0, 0]


def test_message_says_to_the_team_who_wrote_it(client: Client, case: Case, ana: User) -> None:
    opened(JOSE).post(reverse("send_message"), {"text": "He called."})
    opened(LUIS).post(reverse("send_message"), {"text": "Me llamó."})
    assert [str(message.party) for message in Message.objects.all()] == ["José", "Luis"]
    entry = case.log.filter(event=Event.MESSAGE_FROM_PERSON).last()
    assert (entry.actor, entry.who) == (Actor.AFFECTED, "José")
    client.force_login(ana)
    text = client.get(case.get_absolute_url()).text
    assert "<b>José</b>" in text
    assert "<b>Luis</b>" in text


def test_answer_to_one_leaves_the_other_waiting(case: Case, ana: User) -> None:
    def waits() -> bool:
        return any(item.label == "Read and answer" for item in items_for(ana, now=timezone.now()))

    rosa, jose = party_of(case, "Rosa"), party_of(case, "José")
    assert not waits()
    messages.write_to_team(case, text="Hello?", party=rosa)
    messages.write_to_person(case, text="Hello José", by=ana, party=jose)
    assert waits()
    messages.write_to_person(case, text="Hello Rosa", by=ana, party=rosa)
    assert not waits()
    messages.write_to_team(case, text="And now?", party=jose)
    messages.write_to_person(case, text="Hello all", by=ana)
    assert not waits()


# One's own money


def test_own_sum_what_was_paid_and_what_is_open(case: Case) -> None:
    rosa = party_of(case, "Rosa")
    make_payment(case, "100.00", party=rosa, status="cleared")
    make_payment(case, "50.00", party=rosa)
    sums = opened(ROSA).get(reverse("status_money")).context["sums"]
    assert (sums.share, sums.cleared, sums.received, sums.open) == (480, 100, 150, 380)


def test_own_sum_is_shown_with_its_working_and_no_legal_paper_is_named(case: Case) -> None:
    rosa = party_of(case, "Rosa")
    tips = make_line(case, party=rosa, kind="tips", label="Tips of Rosa", amount="85")
    make_line(case, party=party_of(case, "José"), label="Tips of José", amount="90")
    tips.evidence.add(
        make_evidence(case, description="Photo of the jar"),
        make_evidence(case, description="Summons of the court", is_legal=True),
    )
    text = page(opened(ROSA), "status_money")
    assert 'Tips of Rosa</b>: <span class="num">$85.00</span>' in text
    assert "Shown by: Photo of the jar; a legal paper." in text
    assert "Summons" not in text
    assert "Tips of José" not in text


def test_who_acts_for_another_sees_the_money_of_that_one(case: Case) -> None:
    text = page(opened(LUIS), "status_money")
    assert "The money of Lucio" in text
    assert "$310.00" in text


def test_person_who_left_opens_nothing(case: Case) -> None:
    client = opened(JOSE)
    CaseParty.objects.filter(person__name="José").update(left_at=timezone.now())
    for name in ("status_case", "status_money"):
        assert client.get(reverse(name)).url == reverse("status")


# Offers


def test_offer_waits_on_top_without_its_sum_and_is_answered(case: Case) -> None:
    offer = make_offer(case, "600.00", silence=True, terms="In two weeks")
    rosa = opened(ROSA)
    first = page(rosa)
    assert "It waits for your answer." in first
    assert "600" not in first
    text = page(rosa, "status_offer", offer.pk)
    assert "$600.00" in text
    assert "for all of you together" in text
    assert "They want you to be silent about it, for good." in text
    assert "Your answer counts with the group's vote. You can say no." in text
    assert say(rosa, offer, says="counter", note="At least 900").url == reverse("status_case")
    voice = OfferVoice.objects.get()
    assert (voice.party, voice.says, voice.note) == (
        party_of(case, "Rosa"),
        "counter",
        "At least 900",
    )
    assert voice.recorded_by is None
    entry = case.log.get(event=Event.OFFER_VOICE)
    assert entry.what == "What Rosa says to the offer: ask for something else"
    assert "It waits for your answer." not in page(rosa)
    assert "It waits for your answer." in page(opened(JOSE))


def test_answer_may_change_until_it_is_decided(case: Case) -> None:
    offer, rosa = make_offer(case), opened(ROSA)
    say(rosa, offer, says="accept")
    say(rosa, offer, says="refuse", note="I thought it over")
    say(rosa, offer, says="refuse", note="I thought it over")
    assert OfferVoice.objects.get().says == "refuse"
    assert case.log.filter(event=Event.OFFER_VOICE).count() == 2
    Offer.objects.update(status=Offer.Status.REFUSED)
    answer = say(rosa, offer, says="accept")
    assert answer.status_code == 409
    assert OfferVoice.objects.get().says == "refuse"
    assert "says" not in page(rosa, "status_offer", offer.pk)
    assert "made an offer" not in page(rosa)


@pytest.mark.parametrize("says", ["", "maybe"])
def test_answer_that_is_none_comes_back(case: Case, says: str) -> None:
    offer = make_offer(case)
    answer = say(opened(ROSA), offer, says=says, note="My words")
    assert answer.context["form"].errors["says"]
    assert answer.context["form"]["note"].value() == "My words"
    assert not OfferVoice.objects.exists()


def test_who_may_decide_answers_for_whom_they_act_for(case: Case) -> None:
    offer, luis = make_offer(case), opened(LUIS)
    assert "Your answer for Lucio" in page(luis, "status_offer", offer.pk)
    say(luis, offer, says="accept")
    assert OfferVoice.objects.get().party == party_of(case, "Lucio")
    entry = case.log.get(event=Event.OFFER_VOICE)
    assert (entry.who, entry.data["who"]) == ("Luis", "Lucio")


def test_who_may_not_decide_reads_and_does_not_answer(case: Case) -> None:
    CaseParty.objects.filter(person__name="Luis").update(may_decide=False)
    offer, luis = make_offer(case), opened(LUIS)
    assert "waits for your answer" not in page(luis)
    assert "You can read along." in page(luis, "status_offer", offer.pk)
    say(luis, offer, says="accept")
    assert not OfferVoice.objects.exists()


def test_offer_that_ran_out_asks_for_nothing(case: Case) -> None:
    offer = make_offer(case, valid_until=timezone.localdate() + dt.timedelta(days=1))
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        rosa = opened(ROSA)
        assert "made an offer" not in page(rosa)
        assert "This offer has run out." in page(rosa, "status_offer", offer.pk)


def test_offer_asks_for_nothing_when_the_fight_has_ended(case: Case) -> None:
    offer = make_offer(case)
    Case.objects.filter(pk=case.pk).update(**{"state": CaseState.SETTLED})
    rosa = opened(ROSA)
    assert "made an offer" not in page(rosa)
    say(rosa, offer, says="accept")
    assert not OfferVoice.objects.exists()


def test_offer_that_an_agreement_dealt_with_asks_for_nothing_until_it_is_broken(
    case: Case, ana: User
) -> None:
    make_offer(case, "600.00")
    for party in CaseParty.objects.affected().filter(case=case):
        offers.say(case.offers.get(), party=party, says="counter")
    vote = {"motion": "Yes", "votes_for": 9, "votes_against": 0, "held_on": timezone.localdate()}
    said = {"affected_agreed": True, "vote": vote | {"affected_agreed": True}}
    moves.agree(case, by=ana, offer=make_offer(case, "900.00"), **said)
    assert "to their offer" not in page(opened(ROSA))
    assert opened(ROSA).get(reverse("status_case")).context["rungs"][-1].label == "Agreed"
    text = " ".join(page(opened(ROSA), "status_money").split())
    assert "There is an agreement. <b>$900.00</b> for all of you together." in text
    assert [item.text for item in items_for(ana, now=timezone.now()) if "$600" in item.text] == []
    moves.default(case, by=ana, reason="breach", note="They say they never agreed.")
    assert "We have your answer to their offer." in page(opened(ROSA))


def test_offer_of_another_case_is_not_there(case: Case) -> None:
    other = make_offer(make_case(state=CaseState.ESCALATING))
    rosa = opened(ROSA)
    assert rosa.get(reverse("status_offer", args=[other.pk])).status_code == 404
    assert say(rosa, other, says="accept").status_code == 404


def test_only_somebody_affected_by_the_case_has_a_say(case: Case) -> None:
    offer = make_offer(case)
    stranger = make_case(state=CaseState.ESCALATING).parties.get()
    for party in (stranger, party_of(case, "Luis")):
        with pytest.raises(MoveRefused):
            offers.say(offer, party=party, says="accept")
    assert not OfferVoice.objects.exists()


def test_without_the_code_no_offer_is_seen_or_answered(client: Client, case: Case) -> None:
    offer = make_offer(case)
    assert client.get(reverse("status_offer", args=[offer.pk])).url == reverse("status")
    assert client.get(reverse("status_money")).url == reverse("status")
    assert say(client, offer, says="accept").status_code == 403
    assert not OfferVoice.objects.exists()


# The letter


def test_who_may_decide_says_yes_to_the_letter_for_whom_they_act_for(case: Case, ana: User) -> None:
    Case.objects.filter(pk=case.pk).update(state=CaseState.PREPARING)
    case = Case.objects.get(pk=case.pk)
    make_demand(case, "3090.00")
    letter = make_draft(case, by=ana)
    luis = opened(LUIS)
    url = reverse("status_letter", args=[letter.version])
    seen = luis.get(url).context["seen"]
    CaseParty.objects.filter(person__name="Luis").update(may_decide=False)
    approve = reverse("approve_letter_by_code", args=[letter.version])
    assert luis.post(approve, {"seen": seen}).status_code == 404
    CaseParty.objects.filter(person__name="Luis").update(may_decide=True)
    assert luis.post(approve, {"seen": seen}).url == reverse("status_case")
    assert LetterApproval.objects.get().party == party_of(case, "Lucio")
    entry = case.log.get(event=Event.LETTER_APPROVED)
    version = letter.version
    assert (entry.what, entry.who) == (f"Letter version {version} approved by Lucio", "Luis")


# Publicity


def test_one_no_with_the_own_code_ends_publicity_and_who_acts_for_them_is_named(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(publicity=Case.Publicity.YES)
    where, luis = reverse("status_publicity"), opened(LUIS)
    assert where in page(luis)
    CaseParty.objects.filter(person__name="Luis").update(may_decide=False)
    assert where not in page(luis)
    assert "The person you act for says this themselves." in luis.post(where).text
    assert not case.log.exists()
    CaseParty.objects.filter(person__name="Luis").update(may_decide=True)
    assert "You say this for Lucio." in luis.get(where).text
    assert Case.objects.get(pk=case.pk).publicity == Case.Publicity.YES
    assert luis.post(where).url == reverse("status_case")
    assert Case.objects.get(pk=case.pk).publicity == Case.Publicity.NO
    assert case.log.get(event=Event.PUBLICITY_NO).who == "Luis"
    assert where not in page(opened(ROSA))


# Language


def test_each_reads_the_page_in_their_own_language_and_can_change_it(case: Case) -> None:
    luis = Client()
    response = luis.get(reverse("open_status", args=[LUIS]), follow=True)
    assert 'lang="es"' in response.text
    luis.post(reverse("set_language"), {"language": "en", "next": reverse("status_case")})
    assert 'lang="en"' in luis.get(reverse("status_case")).text.split("<body")[0]
    rosa = Client()
    assert 'lang="en"' in rosa.post(reverse("status"), {"code": ROSA}, follow=True).text


def test_sums_are_exact(case: Case) -> None:
    make_payment(case, "0.01", party=party_of(case, "Rosa"), status="cleared")
    sums = opened(ROSA).get(reverse("status_money")).context["sums"]
    assert sums.open == Decimal("479.99")
