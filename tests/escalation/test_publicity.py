"""Nothing goes public without the vote and the yes of everyone affected, and one no ends it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseParty, CaseState, Consent, Event, Group, User
from escalation import actions, moves, public_pages, publicity
from escalation.actions import ActionRefused
from escalation.models import Action, Decision, PublicPage, PublicPageCopy, Tactic
from escalation.moving import MoveRefused
from escalation.public_pages import PageRefused
from tests.factories import (
    make_action,
    make_agreement,
    make_case,
    make_demand,
    make_group,
    make_offer,
    make_payment,
    make_person,
    make_user,
    say_yes,
)

S = CaseState
YES, NO = Case.Publicity.YES, Case.Publicity.NO


@pytest.fixture(autouse=True)
def _network(db: None) -> None:
    make_group()


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def case(ana: User) -> Case:
    """A fight of Rosa and Luis."""
    made = make_case(state=S.ESCALATING, team=[ana, make_user("Ben")])
    CaseParty.objects.create(case=made, person=make_person("Luis Ortega", phone="206 555 0177"))
    return made


@pytest.fixture
def client(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def today() -> dt.date:
    return Group.objects.get(pk=1).local_date(timezone.now())


def vote(case: Case, *no: CaseParty, votes_for: int = 9, **values: Any) -> dict[str, Any]:
    counts = {"motion": "Public", "votes_for": votes_for, "votes_against": 1, "abstained": 0}
    voices = {party.pk: party not in no for party in case.parties.affected()}
    return counts | {"held_on": today(), "voices": voices} | values


def decided(case: Case, ana: User) -> Case:
    publicity.vote(case, by=ana, vote=vote(case))
    return Case.objects.get(pk=case.pk)


def page(case: Case, kind: str = "call", **texts: Any) -> PublicPage:
    words = {"title": "Pay the cooks", "text": "Three weeks of work, no pay."} | texts
    return PublicPage.objects.create(case=case, kind=kind, **words)


def publish(drawn: PublicPage, by: User, **values: Any) -> None:
    public_pages.publish(drawn, by=by, now=timezone.now(), **values)


def publicity_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).publicity


def url(name: str, drawn: PublicPage) -> str:
    return reverse(name, args=[drawn.case.reference, drawn.pk])


def read(client: Client, drawn: PublicPage) -> int:
    return client.get(reverse("public_page", args=[drawn.public_id])).status_code


# The vote


def test_vote_and_everyones_yes_make_it_public_and_keep_each_consent(case: Case, ana: User) -> None:
    decision = publicity.vote(case, by=ana, vote=vote(case))
    assert (decision.kind, decision.carried, decision.affected_agreed) == ("publicity", True, True)
    assert publicity_of(case) == YES
    consents = Consent.objects.filter(case=case, kind="publicity", ended_at=None)
    assert {consent.person.name for consent in consents} == {"Rosa", "Luis Ortega"}
    assert case.log.filter(event=Event.PUBLICITY_YES).count() == 1


def test_one_affected_person_who_says_no_keeps_it_private(case: Case, ana: User) -> None:
    luis = case.parties.last()
    decision = publicity.vote(case, by=ana, vote=vote(case, luis))
    assert (decision.carried, decision.affected_agreed) == (True, False)
    assert publicity_of(case) == ""
    assert not Consent.objects.exists()


def test_vote_that_did_not_carry_is_noted_and_changes_nothing(case: Case, ana: User) -> None:
    make_group(threshold_less="three_quarters")
    decision = publicity.vote(case, by=ana, vote=vote(case, votes_for=2))
    assert decision.carried is False
    assert publicity_of(case) == ""


@pytest.mark.parametrize("state", [S.CONTACTING, S.MEETING, S.DECLINED])
def test_no_vote_before_the_group_talks_about_the_case(state: str, ana: User) -> None:
    early = make_case(state=state, team=[ana])
    with pytest.raises(MoveRefused, match="Publicity is not voted"):
        publicity.vote(early, by=ana, vote=vote(early))
    assert not Decision.objects.exists()


def test_page_of_the_vote_shows_each_name_in_public_and_notes_it_once(
    client: Client, case: Case
) -> None:
    rosa, luis = case.parties.all()
    CaseParty.objects.filter(pk=luis.pk).update(public_name="alias", alias="El Cocinero")
    where = reverse("vote_publicity", args=[case.reference])
    form = client.get(where)
    assert "In public: One former worker" in form.text
    assert "In public: El Cocinero" in form.text
    assert "Form key" not in form.text
    typed = {
        "held_on": today().isoformat(),
        "motion": "Make it public",
        "votes_for": 9,
        "votes_against": 0,
        "agreed": [rosa.pk, luis.pk],
        "form_key": form.context["form"]["form_key"].value(),
    }
    for _click in range(2):
        assert client.post(where, typed).status_code == 302
    assert publicity_of(case) == YES
    assert Decision.objects.count() == 1


def test_of_one_person_the_page_asks_with_one_box(client: Client, ana: User) -> None:
    alone = make_case(state=S.ESCALATING, team=[ana])
    where = reverse("vote_publicity", args=[alone.reference])
    assert "In public: One former worker" in client.get(where).text
    typed = {
        "held_on": today().isoformat(),
        "motion": "Make it public",
        "votes_for": 9,
        "votes_against": 0,
    }
    client.post(where, typed)
    assert publicity_of(alone) == ""
    client.post(where, typed | {"affected_agreed": "on"})
    assert publicity_of(alone) == YES


# One no


def test_word_of_one_affected_person_ends_it_at_once(client: Client, case: Case, ana: User) -> None:
    decided(case, ana)
    drawn, luis = page(case), case.parties.last()
    publish(drawn, ana)
    assert read(client, drawn) == 200
    where = reverse("stop_publicity", args=[case.reference])
    assert client.post(where, {"party": luis.pk, "note": "Called"}).status_code == 302
    assert publicity_of(case) == NO
    assert read(client, drawn) == 404
    ended = Consent.objects.exclude(ended_at=None).get()
    assert ended.person == luis.person
    assert case.log.filter(event=Event.PUBLICITY_NO, note="Called", by=ana).count() == 1


def test_person_with_a_code_ends_it_without_an_organizer(case: Case, ana: User) -> None:
    decided(case, ana)
    publicity.stop(case, party=case.parties.first(), by=None)
    assert publicity_of(case) == NO
    assert case.log.get(event=Event.PUBLICITY_NO).who == "Rosa"


def test_only_somebody_affected_ends_it(client: Client, case: Case, ana: User) -> None:
    decided(case, ana)
    other = make_case(state=S.ESCALATING).parties.get()
    with pytest.raises(MoveRefused):
        publicity.stop(case, party=other, by=ana)
    assert publicity_of(case) == YES


def test_after_a_no_it_takes_a_new_vote(case: Case, ana: User) -> None:
    decided(case, ana)
    publicity.stop(case, party=case.parties.first(), by=ana)
    decided(case, ana)
    assert publicity_of(case) == YES
    assert Consent.objects.filter(ended_at=None).count() == 2


# Actions that tell the story


@pytest.mark.parametrize("tactic", [Tactic.MEDIA, Tactic.STORY_SITE])
def test_action_that_tells_the_story_waits_for_the_vote(
    client: Client, case: Case, ana: User, tactic: str
) -> None:
    told = make_action(cases=[case], leads=[ana], tactic=tactic, state=Action.State.DRAFT)
    where = reverse("announce_action", args=[told.public_id])
    answer = client.post(where)
    assert answer.status_code == 409
    assert f"{case.reference} may not be made public yet." in answer.text
    assert reverse("vote_publicity", args=[case.reference]) in answer.text
    told.refresh_from_db()
    assert told.state == Action.State.DRAFT
    decided(case, ana)
    assert client.post(where).status_code == 302
    told.refresh_from_db()
    assert told.state == Action.State.ANNOUNCED


def test_picket_needs_no_vote_on_publicity(case: Case, ana: User) -> None:
    picket = make_action(cases=[case], leads=[ana], state=Action.State.DRAFT)
    say_yes(case, "picket")
    actions.announce(picket, by=ana, now=timezone.now())


def test_every_case_of_an_action_must_be_public(case: Case, ana: User) -> None:
    other = make_case(state=S.ESCALATING, team=[ana])
    decided(case, ana)
    told = make_action(cases=[case, other], tactic=Tactic.MEDIA, state=Action.State.DRAFT)
    with pytest.raises(ActionRefused, match=other.reference):
        actions.announce(told, by=ana, now=timezone.now())


def test_announced_picket_cannot_be_turned_into_a_press_talk(case: Case, ana: User) -> None:
    picket = make_action(cases=[case], leads=[ana])

    def turn() -> bool:
        return bool(Action.objects.filter(pk=picket.pk).update(tactic=Tactic.MEDIA))

    links = {"cases": [case], "leads": [ana], "roles": {}}
    with pytest.raises(ActionRefused, match=case.reference):
        actions.change(picket, by=ana, now=timezone.now(), save=turn, **links)
    picket.refresh_from_db()
    assert picket.tactic == Tactic.PICKET


def test_no_to_publicity_names_the_actions_to_call_off(
    client: Client, case: Case, ana: User
) -> None:
    decided(case, ana)
    told = make_action(cases=[case], leads=[ana], tactic=Tactic.MEDIA, title="Radio at noon")
    where = reverse("stop_publicity", args=[case.reference])
    answer = client.post(where, {"party": case.parties.first().pk}, follow=True)
    assert "Call off what tells the story: Radio at noon." in answer.text
    today = client.get(reverse("today"))
    assert reverse("cancel_action", args=[told.public_id]) in today.text


def test_who_joins_after_the_vote_has_to_say_yes_too(case: Case, ana: User) -> None:
    case = decided(case, ana)
    CaseParty.objects.create(case=case, person=make_person("Mei"))
    assert "Somebody joined" in public_pages.why_not_public(case)
    with pytest.raises(PageRefused, match="Somebody joined"):
        publish(page(case), ana)
    decided(case, ana)
    publish(page(case), ana)


# The public page


def test_page_is_written_published_and_taken_down_and_its_copy_kept(
    client: Client, case: Case, ana: User
) -> None:
    decided(case, ana)
    words = {"kind": "call", "title": "Pay the cooks", "text": "Three weeks, no pay."}
    client.post(reverse("write_page", args=[case.reference]), words)
    drawn = PublicPage.objects.get()
    visitor = Client()
    assert read(visitor, drawn) == 404
    assert "Fights you can read about" not in visitor.get("/").text
    assert client.post(url("publish_page", drawn)).status_code == 302
    answer = visitor.get(reverse("public_page", args=[drawn.public_id]))
    assert "Three weeks, no pay." in answer.text
    assert "Rainier Solidarity" in answer.text
    assert case.reference not in answer.text
    assert "Pay the cooks" in visitor.get("/").text
    assert client.post(url("take_down_page", drawn)).status_code == 302
    assert read(visitor, drawn) == 404
    assert "Pay the cooks" not in visitor.get("/").text
    copy = PublicPageCopy.objects.get()
    assert (copy.text, copy.by, copy.ended_by) == ("Three weeks, no pay.", ana, ana)
    assert copy.shown_until > copy.shown_from
    events = [Event.PAGE_PUBLISHED, Event.PAGE_TAKEN_DOWN]
    assert [*case.log.filter(event__in=events).order_by("pk").values_list("event", flat=True)] == (
        events
    )


def test_page_is_not_published_without_the_decision(client: Client, case: Case, ana: User) -> None:
    drawn = page(case)
    answer = client.post(url("publish_page", drawn))
    assert answer.status_code == 409
    assert f"{case.reference} may not be made public yet." in answer.text
    assert reverse("vote_publicity", args=[case.reference]) in answer.text
    assert not PublicPageCopy.objects.exists()


def test_change_of_the_draft_is_public_only_when_published_again(
    client: Client, case: Case, ana: User
) -> None:
    decided(case, ana)
    drawn = page(case)
    publish(drawn, ana)
    publish(drawn, ana)
    new = {"title": "Pay the cooks", "text": "Four weeks.", "seen_version": 1}
    assert client.post(url("edit_page", drawn), new).status_code == 302
    where = reverse("public_page", args=[drawn.public_id])
    assert "Four weeks." not in client.get(where).text
    client.post(url("publish_page", drawn))
    assert "Four weeks." in client.get(where).text
    assert PublicPageCopy.objects.count() == 2
    assert PublicPageCopy.objects.get(shown_until=None).text == "Four weeks."


def test_second_who_changes_a_page_sees_what_the_first_wrote(client: Client, case: Case) -> None:
    drawn = page(case)
    words = {"title": "A", "text": "B", "seen_version": 1}
    assert client.post(url("edit_page", drawn), words).status_code == 302
    assert client.post(url("edit_page", drawn), words | {"text": "C"}).status_code == 409


def test_victory_is_locked_while_the_money_has_not_cleared(
    client: Client, case: Case, ana: User
) -> None:
    make_demand(case, "1300.00")
    decided(case, ana)
    payment = make_payment(case, "1300.00")
    drawn = page(case, "victory")
    sentences = [
        "A payment has not cleared yet. Until it has, this page stays locked.",
        "The fight is not won or settled yet. Until it is, this page stays locked.",
        "$0.00 of $1,300.00 has cleared.",
    ]
    with pytest.raises(PageRefused) as no:
        publish(drawn, ana)
    assert no.value.reasons == sentences
    shown = client.get(url("page_draft", drawn)).text
    assert all(sentence in shown for sentence in sentences)
    payment.events.create(kind="cleared", on=timezone.localdate())
    moves.win(case, by=ana, demand_met=True)
    publish(drawn, ana)
    assert read(client, drawn) == 200


def test_victory_goes_when_the_money_is_taken_back(case: Case, ana: User) -> None:
    won = make_case(state=S.WON, team=[ana])
    make_demand(won, "900.00")
    make_payment(won, "900.00", status="cleared")
    decided(won, ana)
    drawn = page(won, "victory")
    publish(drawn, ana)
    assert public_pages.live().filter(page=drawn).exists()
    Case.objects.filter(pk=won.pk).update(state=S.ESCALATING)
    assert not public_pages.live().filter(page=drawn).exists()
    public_pages.follow(won, by=ana)
    assert PublicPageCopy.objects.get().shown_until is not None


# Silence


def test_agreement_of_silence_takes_the_page_down_and_ends_publicity(
    client: Client, case: Case, ana: User
) -> None:
    make_demand(case, "2300.00")
    decided(case, ana)
    drawn = page(case)
    publish(drawn, ana)
    offer = make_offer(case, "1800.00")
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote(case), silence=True)
    assert publicity_of(case) == NO
    assert read(client, drawn) == 404
    assert PublicPageCopy.objects.get().shown_until is not None
    with pytest.raises(PageRefused, match="promises silence"):
        publish(drawn, ana)
    with pytest.raises(MoveRefused, match="promises silence"):
        publicity.vote(case, by=ana, vote=vote(case))


def test_agreement_without_silence_leaves_it_public(client: Client, case: Case, ana: User) -> None:
    make_demand(case, "2300.00")
    decided(case, ana)
    drawn = page(case)
    publish(drawn, ana)
    moves.agree(
        case, by=ana, offer=make_offer(case, "1800.00"), affected_agreed=True, vote=vote(case)
    )
    assert publicity_of(case) == YES
    assert read(client, drawn) == 200


def test_silence_keeps_a_page_off_even_where_the_setting_says_yes(case: Case, ana: User) -> None:
    decided(case, ana)
    drawn = page(case)
    publish(drawn, ana)
    make_agreement(case, silence=True)
    assert not public_pages.live().exists()


# Names


def test_name_nobody_chose_to_show_is_warned_of_and_asked_about(
    client: Client, case: Case, ana: User
) -> None:
    decided(case, ana)
    CaseParty.objects.filter(person__name="Rosa").update(public_name="own")
    text = "Rosa and Ortega cooked. Call Luis: (206) 555-0177."
    drawn = page(case, text=text)
    found = public_pages.private_facts(drawn)
    assert found == [
        "Luis Ortega did not choose this name for the public. Take it out.",
        "The phone number of Luis Ortega stands in the text. Take it out.",
    ]
    answer = client.post(url("publish_page", drawn))
    assert answer.status_code == 409
    assert found[0] in answer.text
    assert not PublicPageCopy.objects.exists()
    client.post(url("publish_page", drawn), {"names_looked_at": "on"})
    assert PublicPageCopy.objects.count() == 1


def test_sums_and_dates_are_no_phone_numbers(case: Case, ana: User) -> None:
    drawn = page(case, text="On 20 6 2026 they owed $5,550.17, then 7 more.")
    assert public_pages.private_facts(drawn) == []


# Who may


@pytest.mark.parametrize("name", ["page_draft", "edit_page", "publish_page", "take_down_page"])
def test_page_of_a_case_of_others_answers_like_none(
    client: Client, case: Case, ana: User, name: str
) -> None:
    decided(case, ana)
    drawn = page(case)
    client.force_login(make_user("Olu"))
    method = client.get if name == "page_draft" else client.post
    assert method(url(name, drawn)).status_code == 404
    assert not PublicPageCopy.objects.exists()


def test_page_of_one_case_is_not_reached_through_another(
    client: Client, case: Case, ana: User
) -> None:
    decided(case, ana)
    drawn, own = page(case), make_case(state=S.ESCALATING, team=[ana])
    where = reverse("publish_page", args=[own.reference, drawn.pk])
    assert client.post(where).status_code == 404


def test_nothing_is_published_or_taken_down_by_opening_a_link(
    client: Client, case: Case, ana: User
) -> None:
    decided(case, ana)
    drawn = page(case)
    for name in ("publish_page", "take_down_page"):
        assert client.get(url(name, drawn)).status_code == 405
