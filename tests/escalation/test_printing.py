"""Papers as PDF: who may print what, what stands on it, and what never does."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns.models import Case, CaseParty, CaseState, Consent, Person, Target, User
from escalation import specimens
from escalation.models import Action, PublicPage, PublicPageCopy, Tactic
from letters.models import Poster
from letters.specimen_people import PEOPLE
from tests import factories as make
from tests import papers
from tests.letters.samples import NAMES, RIGHT_TO_LEFT

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 18, 0, tzinfo=dt.UTC)
POSTER = {"on_a_sheet": "1", "paper": "letter", "language": "en", "copies": "1"}


@pytest.fixture(autouse=True)
def _now() -> Any:
    make.make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana() -> User:
    return make.make_user("Ana")


@pytest.fixture
def case(ana: User) -> Case:
    """A fight for $1,620 that may be told in public; there Rosa, the person, is called Luz."""
    target = make.make_target("Golden Fork", phone="206 555 0199")
    case = make.make_case(state=CaseState.ESCALATING, team=[ana], target=target)
    case.parties.update(public_name=CaseParty.PublicName.ALIAS, alias="Luz")
    make.make_demand(case)
    Poster.objects.create(case=case, headline="Eating here?", lines="Three weeks of work.")
    Consent.objects.create(person=case.parties.get().person, case=case, kind="publicity")
    Case.objects.filter(pk=case.pk).update(publicity=Case.Publicity.YES)
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def action(case: Case, ana: User) -> Action:
    return make.make_action(cases=[case], leads=[ana], tactic=Tactic.PHONE_DAY)


@pytest.fixture
def team(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def text_of(answer: Any) -> str:
    assert answer["Content-Type"] == "application/pdf", answer.content.decode()[-3000:]
    return papers.words_of(answer.content)


def pages_of(answer: Any) -> list[str]:
    return papers.pages_of(answer.content)


def sent_name(answer: Any) -> str:
    return answer["Content-Disposition"].partition('filename="')[2].rstrip('"')


def poster(client: Client, case: Case, **values: str) -> Any:
    said = POSTER | {"on": "2026-11-25"} | values
    return client.get(reverse("print_poster", args=[case.reference]), said)


def of_action(client: Client, action: Action, name: str, **values: str) -> Any:
    return client.get(reverse(name, args=[action.public_id]), values)


# Who


@pytest.mark.parametrize(
    "name", ["print_roster", "print_call_list", "print_sign_in", "print_phone_script"]
)
def test_papers_of_an_action_are_for_those_who_run_it(
    client: Client, action: Action, ana: User, name: str
) -> None:
    lead = make.make_member("Lea")
    action.leads.add(lead)
    for user, status in (
        (lead, 200),
        (ana, 200),
        (make.make_user(), 404),
        (make.make_member(), 404),
    ):
        client.force_login(user)
        assert of_action(client, action, name).status_code == status


@pytest.mark.parametrize("name", ["print_poster", "picket_signs"])
def test_papers_of_a_fight_are_for_its_team(client: Client, case: Case, name: str) -> None:
    for user in (make.make_user(), make.make_member()):
        client.force_login(user)
        assert client.get(reverse(name, args=[case.reference])).status_code == 404


def test_sign_in_sheet_of_a_meeting_is_for_organizers(client: Client, ana: User) -> None:
    meeting = make.make_meeting()
    url = reverse("print_meeting_sign_in", args=[meeting.pk])
    client.force_login(make.make_member())
    assert client.get(url).status_code == 404
    client.force_login(ana)
    answer = client.get(url)
    assert sent_name(answer) == "sign-in-2026-11-25.pdf"
    assert "Meeting · Wednesday 25 November 2026" in text_of(answer)


# The poster


def test_poster_prints_what_is_owed_today_and_stops_when_nothing_is(
    team: Client, case: Case
) -> None:
    answer = poster(team, case)
    assert "Golden Fork still owes $1,620.00 to Luz." in text_of(answer)
    assert sent_name(answer) == "poster-2026-11-25.pdf"
    make.make_payment(case, "620.00", status="cleared")
    assert "still owes $1,000.00 to Luz." in text_of(poster(team, case))
    make.make_payment(case, "1000.00", status="cleared")
    refused = poster(team, case)
    assert "Nothing is owed any more" in refused.content.decode()


def test_poster_with_a_threat_is_neither_saved_nor_printed(team: Client, case: Case) -> None:
    url = reverse("poster", args=[case.reference])
    said = {"headline": "Wage theft lives here", "lines": "Pay, or we call immigration."}
    page = team.post(url, said).content.decode()
    assert "threatens nobody" in page
    assert "Take out: “immigration”." in page
    assert "Wage theft lives here" in page
    Poster.objects.filter(case=case).update(lines=said["lines"])  # from before it was looked at
    assert "Take out: “immigration”." in poster(team, case).content.decode()


def test_poster_holds_no_private_fact(team: Client, case: Case) -> None:
    person = Person.objects.get()
    text = text_of(poster(team, case))
    for private in ("Rosa", person.phone, case.reference, "555 0199", "Maple Street"):
        assert private not in text


def test_leaflets_stand_several_times_on_a_sheet(team: Client, case: Case) -> None:
    answer = poster(team, case, on_a_sheet="4", language="es", copies="3")
    assert sent_name(answer) == "leaflets-2026-11-25.pdf"
    first, *others = pages_of(answer)
    assert first.count("Golden Fork todavía debe $1,620.00 a Luz.") == 4
    assert others == [first, first]


def test_poster_shows_the_day_it_is_put_up(team: Client, case: Case) -> None:
    assert "Put up on Saturday 28 November 2026." in text_of(poster(team, case, on="2026-11-28"))
    page = poster(team, case, on="2026-11-01").content.decode()
    assert "Choose today, or a day in the next 60 days." in page


def test_poster_leads_to_the_public_page_only_while_it_is_public(team: Client, case: Case) -> None:
    assert "Scan to find us" in text_of(poster(team, case))
    page = PublicPage.objects.create(case=case, kind="call", title="A fight", text="Come.")
    PublicPageCopy.objects.create(page=page, title="A fight", text="Come.")
    assert "Scan to read more" in text_of(poster(team, case))
    PublicPageCopy.objects.update(text="Come and meet Rosa.")
    assert "Scan to find us" in text_of(poster(team, case))


def test_poster_waits_for_the_vote_on_publicity_and_signs_do_not(team: Client, case: Case) -> None:
    """A poster tells strangers the story, as a talk to the press does; a slogan tells none."""
    Case.objects.filter(pk=case.pk).update(publicity=Case.Publicity.UNDECIDED)
    answer = poster(team, case)
    assert f"{case.reference} may not be made public yet. It takes a vote" in answer.text
    assert reverse("vote_publicity", args=[case.reference]) in answer.text
    assert "Pay Luz" in text_of(signs(team, case, "Pay Luz"))


def test_poster_waits_for_the_yes_of_who_joined_after_the_vote(team: Client, case: Case) -> None:
    CaseParty.objects.create(case=case, person=make.make_person("Mei"))
    assert "Somebody joined" in poster(team, case).text


def test_nothing_goes_into_the_street_once_silence_was_promised(
    team: Client, case: Case, action: Action
) -> None:
    make.make_agreement(case, silence=True)
    answers = [
        poster(team, case),
        team.get(reverse("picket_signs", args=[case.reference])),
        of_action(team, action, "print_phone_script"),
    ]
    for answer in answers:
        assert "promises silence. Nothing of it is made public." in answer.content.decode()


def test_who_does_not_want_it_in_public_finds_no_poster_of_it(
    team: Client, case: Case, action: Action
) -> None:
    Case.objects.filter(pk=case.pk).update(publicity=Case.Publicity.NO)
    answers = [
        poster(team, case),
        signs(team, case, "Pay Luz"),
        of_action(team, action, "print_phone_script"),
    ]
    for answer in answers:
        assert "is not made public: that was decided, or somebody" in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (CaseState.WON, "The group has not taken this fight on, or it is paused or over."),
        (CaseState.ON_HOLD, "The group has not taken this fight on, or it is paused or over."),
        (CaseState.AGREED, "There is an agreement. While it holds, nothing is printed"),
    ],
)
def test_poster_and_signs_of_a_fight_that_rests_or_ended_are_refused(
    team: Client, case: Case, state: str, sentence: str
) -> None:
    quiet = make.make_case(state=state, team=list(case.team.all()))
    assert sentence in poster(team, quiet).content.decode()
    url = reverse("picket_signs", args=[quiet.reference])
    assert sentence in team.get(url).content.decode()


# Picket signs


def signs(client: Client, case: Case, slogans: str) -> Any:
    said = {"slogans": slogans, "language": "en", "paper": "letter"}
    return client.post(reverse("picket_signs", args=[case.reference]), said)


def test_signs_are_printed_one_a_page_and_kept_nowhere(team: Client, case: Case) -> None:
    answer = signs(team, case, "Pay Luz\n\n  Wage   theft hurts ")
    assert pages_of(answer) == ["Pay Luz", "Wage theft hurts"]
    assert sent_name(answer) == "signs-2026-11-25.pdf"


@pytest.mark.parametrize(
    ("slogans", "sentence"),
    [
        ("Pay Rosa now", "Rosa does not want this name in public."),
        ("You will regret it", "What hangs in the street threatens nobody"),
        ("Pay or ICE comes", "Take out: “ICE”."),
        ("x" * 61, "is too long for a sign"),
        ("\n".join("abcdefghijklm"), "These are more than 12 signs."),
        ("Pay \U0001fae0", "MELTING FACE"),
    ],
)
def test_signs_that_cannot_be_are_shown_again_with_the_reason(
    team: Client, case: Case, slogans: str, sentence: str
) -> None:
    page = signs(team, case, slogans).content.decode()
    assert sentence in page
    assert slogans.splitlines()[0] in page


# Lists


def test_roster_shows_names_roles_and_needs_and_no_way_to_reach_anybody(
    team: Client, action: Action
) -> None:
    named = {"phone": "206 555 0177", "email": "mai@mail.example"}
    make.make_sign_up(action, "Mai", needs="A ride", **named)
    make.make_sign_up(action, "Ben", answer="maybe")
    make.make_sign_up(action, "Nora", answer="no")
    answer = of_action(team, action, "print_roster")
    text = text_of(answer)
    assert sent_name(answer) == "roster-2026-11-28.pdf"
    assert "Mai A ride" in text
    assert "Ben maybe" in text
    assert "Nora" not in text
    assert "0177" not in text
    assert "mail.example" not in text
    assert "Who just came" in text


def test_roster_of_45_names_repeats_its_head_on_each_page(team: Client, action: Action) -> None:
    for number in range(45):
        make.make_sign_up(action, f"Person {number:02}")
    pages = pages_of(of_action(team, action, "print_roster"))
    assert len(pages) == 3
    assert all("Here Name Role" in page for page in pages)
    assert sum(f"Person {n:02}" in page for page in pages for n in range(45)) == 45


def test_sign_in_sheet_is_blank_and_names_neither_case_nor_target(
    team: Client, action: Action
) -> None:
    make.make_sign_up(action, "Mai")
    answer = of_action(team, action, "print_sign_in", copies="20")
    pages = pages_of(answer)
    assert len(pages) == 20
    assert set(pages) == {pages[0]}
    assert "this sheet is shredded" in pages[0]
    assert "Or sign up on your phone" in pages[0]
    for private in ("Golden Fork", "Mai", "Pioneer Square", "Yesler"):
        assert private not in pages[0]


def test_sign_in_sheet_has_no_code_where_nobody_can_sign_up_by_it(
    team: Client, action: Action
) -> None:
    Action.objects.update(audience=Action.Audience.MEMBERS)
    assert "on your phone" not in text_of(of_action(team, action, "print_sign_in"))


def test_call_list_holds_fifteen_on_a_sheet_each_in_a_language_they_read(
    team: Client, case: Case, action: Action
) -> None:
    before = make.make_action(cases=[case], starts_at=NOW - dt.timedelta(days=9))
    for number in range(17):
        phone = f"206 555 01{number:02}"
        make.make_sign_up(before, f"Person {number:02}", phone=phone, came=True)
    reader = make.make_person("Luis", language_read="es")
    make.make_sign_up(before, "Luis", phone="206 555 0190", came=True, person=reader)
    make.make_sign_up(before, "Only mail", email="only@mail.example", came=True)
    answer = of_action(team, action, "print_call_list")
    pages = pages_of(answer)
    assert sent_name(answer) == "call-list-2026-11-28.pdf"
    assert [page.count("206 555 01") for page in pages] == [15, 2, 1]
    assert "Person 14 206 555 0114" in pages[0]
    assert "1 / 3" in pages[0]
    assert "Saturday 28 November" in pages[0]
    assert "sábado 28 de noviembre" in pages[2]
    assert "Only mail" not in "".join(pages)


def test_call_list_is_not_printed_when_the_action_is_over_or_nobody_is_on_it(
    team: Client, action: Action
) -> None:
    page = of_action(team, action, "print_call_list").content.decode()
    assert "Nobody is left to call" in page
    Action.objects.update(state=Action.State.CANCELLED)
    page = of_action(team, action, "print_call_list").content.decode()
    assert "This action is cancelled." in page


def test_script_says_what_the_poster_says_and_calls_no_private_phone(
    team: Client, case: Case, action: Action
) -> None:
    owner = make.make_target("Dan Doe", kind=Target.Kind.PERSON, phone="206 555 0166")
    firm = make.make_target("Fork Holdings", phone="206 555 0155")
    agent = make.make_target("Maybe Lets", phone="206 555 0144")
    make.link_targets(owner, case.target)
    make.link_targets(firm, case.target)
    make.link_targets(agent, case.target, "letting", confidence="likely")
    answer = of_action(team, action, "print_phone_script")
    text = text_of(answer)
    assert sent_name(answer) == "phone-script-2026-11-28.pdf"
    assert "Golden Fork 206 555 0199" in text
    assert "Fork Holdings 206 555 0155" in text
    assert "Golden Fork still owes $1,620.00 to Luz." in text
    assert "Three weeks of work." in text
    for private in ("Dan Doe", "0166", "0144", "Rosa", "0134", case.reference):
        assert private not in text


def test_script_is_refused_where_there_is_nothing_or_nobody_to_call(
    team: Client, case: Case, action: Action
) -> None:
    Target.objects.update(phone="")
    page = of_action(team, action, "print_phone_script").content.decode()
    assert "No business number of the target is known." in page
    make.make_payment(case, "1620.00", status="cleared")
    page = of_action(team, action, "print_phone_script").content.decode()
    assert "Nothing is owed any more" in page
    Action.objects.update(tactic=Tactic.PICKET)
    page = of_action(team, action, "print_phone_script").content.decode()
    assert "Only a phone and e-mail day has a script" in page


def test_pages_lead_to_their_papers(team: Client, case: Case, action: Action) -> None:
    def links(name: str, *args: object) -> str:
        return team.get(reverse(name, args=args)).content.decode()

    shown = links("action", action.public_id)
    for name in ("print_sign_in", "print_roster", "print_phone_script"):
        assert f'{reverse(name, args=[action.public_id])}?language=es"' in shown
    assert reverse("print_roster", args=[action.public_id]) in links("roster", action.public_id)
    papers = links("papers", case.reference)
    for name in ("poster", "picket_signs"):
        assert reverse(name, args=[case.reference]) in papers
    assert reverse("print_poster", args=[case.reference]) in links("poster", case.reference)


@pytest.mark.parametrize("name", [n for n, _d in specimens.specimens() if "es-a4" in n])
def test_every_specimen_is_tagged_titled_and_shows_the_names(name: str) -> None:
    reader = papers.read(dict(specimens.specimens())[name]())
    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title
    if name.startswith(("roster", "call-list")):
        text = "".join("".join(page.extract_text().split()) for page in reader.pages)
        for person in (set(PEOPLE) & set(NAMES)) - set(RIGHT_TO_LEFT):
            assert text.count("".join(person.split())) == specimens.MANY
