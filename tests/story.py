"""The steps of a fight as people take them, through the pages and by their own calendar.

`Story` knows one network: Ana, Ben and Cleo are organizers, Mia is a member, and Ana is on intake
duty. Its methods are the ordinary steps; a scenario tells only what is special about it.
"""

import csv
import datetime as dt
import re
import zoneinfo
from dataclasses import dataclass
from typing import Any

import time_machine
from django.conf import settings

from campaigns.models import Case, CaseParty, CaseState, Payment, Place, Target, User
from escalation.models import Action, Offer, StepVoice, Tactic
from letters.models import Letter
from tests import papers
from tests.browser import Browser
from tests.factories import make_group, make_member, make_user, put_on_duty

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")


@dataclass
class Told:
    """What a person has after telling us: the page of their own browser, and their code."""

    browser: Browser
    case: Case
    code: str

    def status(self) -> Browser:
        return self.browser.open(f"/s/{self.code}/")


class Story:
    def __init__(self, clock: time_machine.Traveller, **group: Any) -> None:
        self.clock = clock
        make_group(**group)
        self.ana, self.ben, self.cleo = make_user("Ana"), make_user("Ben"), make_user("Cleo")
        self.mia = make_member("Mia")
        put_on_duty(self.ana, days=900)

    def on(self, day: str, hour: int = 12, minute: int = 0) -> None:
        """Let it be `hour` o'clock on a day, "2026-11-09", where the network is."""
        at = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour, minute), tzinfo=ZONE)
        self.clock.move_to(at)

    def at(self, user: User, url: str = "") -> Browser:
        browser = Browser()
        browser.client.force_login(user)
        return browser.open(url) if url else browser

    def download(self, user: User, url: str) -> bytes:
        """Fetch a file as somebody, and read it to its end."""
        answer = self.at(user).client.get(url)
        assert answer.status_code == 200
        return b"".join(answer) if answer.streaming else answer.content

    def page(self, case: Case, rest: str = "") -> str:
        return f"/cases/{case.reference}/{rest}"

    def fresh(self, case: Case) -> Case:
        return Case.objects.get(pk=case.pk)

    def state(self, case: Case) -> str:
        return self.fresh(case).state

    def file(self, case: Case, user: User | None = None) -> str:
        """Return the words of the case file as somebody of the team reads it."""
        return self.at(user or self.ana, self.page(case)).text

    def move(
        self,
        case: Case,
        name: str,
        *,
        user: User | None = None,
        status: int = 200,
        **typed: Any,
    ) -> Browser:
        """Make a move by its page. With status 409 it is refused, and the page says why."""
        browser = self.at(user or self.ana, self.page(case, f"moves/{name}/"))
        browser.send(having=next(iter(typed), "seen_state"), status=status, **typed)
        return browser if status != 200 else browser.done()

    def place(self, name: str, **values: str) -> Place:
        """Put a place people are referred to on the list."""
        self.at(self.ana, "/places/new/").send(name=name, **values).done()
        return Place.objects.get(name=name)

    # Before the vote

    def tell(
        self, kind: str, *, language: str = "en", by: User | None = None, **answers: Any
    ) -> Told:
        """Send the public form as a stranger, in a language; or `by` types what they say."""
        browser = self.at(by) if by else Browser()
        browser.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        before = set(Case.objects.values_list("pk", flat=True))
        browser.open(f"/tell/{kind}/").send(**answers, consent="on").done()
        case = Case.objects.exclude(pk__in=before).get()
        code = re.search(r"/s/([^/\s]+)/", browser.page.content.decode()).group(1)
        return Told(browser, case, code)

    def take_and_meet(self, case: Case, *, met_on: str = "2026-11-04") -> None:
        """Ana takes it; she and Ben meet the person and note that they did."""
        now = dt.datetime.now(tz=ZONE)
        at = now.strftime("%Y-%m-%dT%H:%M")
        self.move(case, "take", method="phone", result="reached", at=at)
        both = [str(self.ana.pk), str(self.ben.pk)]
        self.move(
            case, "arrange_meeting", at=f"{met_on}T18:00", place="The library", organizers=both
        )
        self.on(met_on, hour=21)
        browser = self.at(self.ben, self.page(case, "first-meeting/held/"))
        browser.send(held_on=met_on, organizers=both).done()

    def sheet(self, case: Case, **facts: str) -> None:
        met = timezone_day()
        values = {
            "started_on": "2026-08-01",
            "ended_on": "2026-10-20",
            "evidence_list": "none",
            "readiness": "Comes to the delivery",
            "wish": "What is owed",
            "risks_explained": "on",
            "not_a_service_explained": "on",
            "retaliation_talk_on": met,
        }
        browser = self.at(self.ana, self.page(case, "sheet/"))
        browser.send(**(values | facts)).done()

    def person(self, case: Case, name: str, **values: Any) -> CaseParty:
        """Add somebody affected who joined today."""
        browser = self.at(self.ana, self.page(case, "people/new/"))
        known = browser.form(having="name").names
        values = {"joined_on": timezone_day()} | values
        if "agreed" in known:
            values = {"agreed": "on"} | values
        browser.send(name=name, **values).done()
        return case.parties.order_by("pk").last()

    def change_person(self, party: CaseParty, **values: Any) -> None:
        browser = self.at(self.ana, self.page(party.case, f"people/{party.pk}/"))
        browser.send(**values).done()

    def give_code(self, party: CaseParty) -> str:
        """Make a private code for somebody, and return it as it stands on the page."""
        page = self.at(self.ana, self.page(party.case, f"people/{party.pk}/code/"))
        page.send(to="/code/")
        return re.search(r"/s/([^/\s]+)/", page.page.content.decode()).group(1)

    def payee(self, party: CaseParty, name: str, how_we_know: str, **typed: Any) -> Browser:
        """Write down who takes the money of somebody, and how we know that they may."""
        page = self.at(self.ben, self.page(party.case, f"people/{party.pk}/payee/"))
        return page.send(having="payee", payee=name, payee_note=how_we_know, **typed)

    def line(self, case: Case, kind: str, **values: Any) -> None:
        who = values.pop("party", None) or case.parties.affected().first()
        browser = self.at(self.ana, self.page(case, f"lines/new/{kind}/"))
        browser.send(party=str(who.pk), **values).done()

    def target(self, case: Case, **values: str) -> None:
        defaults = {"name": "Golden Fork", "address": "114 Maple Street\nSeattle, WA 98104"}
        self.at(self.ana, self.page(case, "target/")).send(**(defaults | values)).done()

    def ready(self, name: str, *, against: str, owed: str, kind: str = "wages") -> Told:
        """Somebody told us, was met, joined, and one line says what is owed: it can be proposed."""
        told = self.tell(kind, name=name, phone=f"206 555 {1000 + Case.objects.count()}", story=".")
        self.take_and_meet(told.case, met_on=timezone_day())
        self.change_person(told.case.parties.get(), joined_on=timezone_day(), public_name="own")
        if not self.fresh(told.case).target_id:
            self.target(told.case, name=against)
        self.sheet(told.case)
        self.line(told.case, "sum", label="Not paid", figure=owed)
        return told

    def told_of(self, name: str, target: Target, *, owed: str = "", kind: str = "deposit") -> Case:
        """Somebody tells of a target we know; whoever takes it says that it is the same."""
        phone = f"206 555 {1000 + Case.objects.count()}"
        told = self.tell(kind, name=name, phone=phone, story=".", who=target.name)
        self.take_and_meet(told.case, met_on=timezone_day())
        self.change_person(told.case.parties.get(), joined_on=timezone_day(), public_name="own")
        choose = self.at(self.ana, self.page(told.case, "target/choose/"))
        choose.send(to="/choose/", having="target").done()
        self.sheet(told.case)
        if owed:
            self.line(told.case, "sum", label="Not paid", figure=owed)
        return told.case

    def link(self, target: Target, name: str, role: str) -> None:
        """Write down who stands behind a target, from a public record."""
        browser = self.at(self.ana, f"/targets/{target.pk}/links/new/?q={name}")
        said = {"how": f"{role}:behind", "name": name, "kind": "person", "source": "state registry"}
        browser.send(having="how", **said).done()

    # The vote, the letter, the delivery

    def everyone_said_yes(self, browser: Browser) -> dict[str, list[str]]:
        form = browser.form(having="held_on")
        name = "agreed" if "agreed" in form.names else "affected_agreed"
        return {name: form.choices.get(name, [])}

    def vote(
        self,
        case: Case,
        name: str,
        *,
        user: User | None = None,
        yes: int = 12,
        no: int = 1,
        status: int = 200,
        agreed: bool = True,
        taken: bool = True,
        **typed: Any,
    ) -> Browser:
        """Make a move that takes a vote, with everyone affected saying yes unless told not to.

        Where it is not `taken`, the page comes back and says why.
        """
        browser = self.at(user or self.ben, self.page(case, f"moves/{name}/"))
        said = self.everyone_said_yes(browser) if agreed else {}
        browser.send(
            having="votes_for",
            status=status,
            held_on=timezone_day(),
            votes_for=str(yes),
            votes_against=str(no),
            **said,
            **typed,
        )
        return browser.done() if taken and status == 200 else browser

    def take_on(self, case: Case, *, voted_on: str = "2026-11-09", **typed: Any) -> None:
        """Propose it, and let the meeting take it on."""
        self.move(case, "propose")
        self.on(voted_on, hour=20)
        self.vote(case, "vote", result="take_on", **typed)

    def draft(self, case: Case, **typed: str) -> Letter:
        browser = self.at(self.ana, self.page(case, "letters/new/"))
        browser.send(having="facts", **typed).done()
        return Letter.objects.filter(case=case).first()

    def approve(self, letter: Letter) -> Letter:
        """Ana passes on the yes of everybody affected; Ben, who wrote none of it, says yes."""
        page = self.page(letter.case, f"letters/{letter.version}/")
        for party in letter.case.parties.affected():
            self._say_yes(self.ana, page, str(party.pk))
        self._say_yes(self.ben, page, "")
        letter = Letter.objects.get(pk=letter.pk)
        assert letter.is_issued, self.at(self.ana, page).text
        return letter

    def _say_yes(self, user: User, page: str, party: str) -> None:
        browser = self.at(user, page)
        for form in browser.forms:
            if form.action.endswith("/approve/") and form.values.get("party", [""])[0] == party:
                data = {name: values[0] for name, values in form.values.items()}
                browser.client.post(page + "approve/", data)

    def letter(self, case: Case, **typed: str) -> Letter:
        return self.approve(self.draft(case, **typed))

    def plan_action(self, case: Case, *, starts: str, query: str = "", **typed: Any) -> Action:
        """Plan an action and announce it. `starts` is "2026-11-16T11:00"."""
        before = set(Action.objects.values_list("pk", flat=True))
        start = dt.datetime.fromisoformat(starts)
        ends = (start + dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
        values = {
            "title": "We go together",
            "starts_at": starts,
            "ends_at": ends,
            "area": "Georgetown",
            "meeting_point": "Bus stop by the bakery",
            "what": "We walk in together and leave together.",
            "needed": "12",
            "second_lead": str(self.ben.pk),
        }
        browser = self.at(self.ana, self.page(case, f"actions/new/{query}"))
        browser.send(**(values | typed)).done()
        return Action.objects.exclude(pk__in=before).get()

    def ask_for_yes(self, action: Action) -> None:
        """Ask each person affected who was not asked about such a step yet; they say yes."""
        if action.tactic == Tactic.DELIVERY:
            return
        said = StepVoice.objects.filter(tactic=action.tactic).values("party")
        for case in action.cases.exclude(parties__in=said):
            page = self.page(case, f"plan/{action.tactic}/yes/")
            answers = {f"says_{party.pk}": "yes" for party in case.parties.affected()}
            assert self.at(self.ana).client.post(page, answers).status_code == 302

    def announce(self, action: Action, *, status: int = 200, **typed: Any) -> Browser:
        self.ask_for_yes(action)
        browser = self.at(self.ana, f"/actions/{action.public_id}/")
        return browser.send(to="/announce/", having="", status=status, **typed)

    def deliver(self, case: Case, *, day: str = "2026-11-16", **typed: Any) -> None:
        """Plan and announce the delivery, set it, go there at eleven, and note how it went."""
        self.announce(self.plan_action(case, starts=f"{day}T11:00"))
        self.move(case, "set_delivery")
        self.on(day, hour=13)
        self.delivered(case, **typed)

    def delivered(self, case: Case, **typed: Any) -> None:
        """Note how the delivery of today went."""
        day = timezone_day()
        values = {
            "at": f"{day}T11:20",
            "place": "Their office",
            "handed_by": "The affected person",
            "received_by": "The shift manager",
            "headcount": "23",
        }
        self.move(case, "record_delivery", user=self.ben, **(values | typed))

    def sign_up(self, action: Action, name: str, **typed: Any) -> Browser:
        """Say yes to an action by its link, as somebody without an account."""
        browser = Browser().open(f"/a/{action.public_id}/")
        values = {"answer": "yes", "name": name, "phone": "206 555 0177"}
        return browser.send(having="name", **(values | typed)).done()

    def came(self, action: Action, *names: str) -> None:
        """Tick on the roster who came."""
        for row in action.sign_ups.filter(name__in=names):
            data = {"tick": f"{row.pk}:1"}
            answer = self.at(self.ana).client.post(
                f"/actions/{action.public_id}/roster/came/", data
            )
            assert answer.status_code == 302

    def table(self, user: User, query: str = "") -> dict[str, dict[str, str]]:
        """Return the rows of the spreadsheet of cases, by reference."""
        text = self.at(user).client.get(f"/cases.csv{query}").content.decode("utf-8-sig")
        rows = csv.DictReader(text.splitlines())
        return {row["Reference"]: row for row in rows}

    # The fight

    def vote_plan(self, case: Case, *tactics: str) -> None:
        browser = self.at(self.ben, self.page(case, "plan/"))
        rungs = {f"tactic_{n}": tactic for n, tactic in enumerate(tactics or ("posters",), 1)}
        browser.send(
            motion="The plan",
            votes_for="12",
            votes_against="0",
            held_on=timezone_day(),
            **self.everyone_said_yes(browser),
            **rungs,
        ).done()

    def to_clock(
        self, case: Case, *, voted_on: str = "2026-11-09", day: str = "2026-11-16"
    ) -> None:
        """Bring a case whose lines and target stand from the meeting to a running clock."""
        self.take_on(case, voted_on=voted_on)
        self.letter(case)
        self.deliver(case, day=day)
        assert self.state(case) == CaseState.CLOCK_RUNNING

    def to_escalating(self, case: Case, *, day: str = "2026-12-01") -> None:
        """Vote a plan, let the deadline pass, and escalate."""
        self.vote_plan(case, "posters", "picket")
        self.on(day, hour=9)
        self.move(case, "escalate", user=self.ben, note="No answer.")
        assert self.state(case) == CaseState.ESCALATING

    def heard(
        self, case: Case, result: str = "reached", *, user: User | None = None, **typed: Any
    ) -> Browser:
        """Note a call to the affected person, now."""
        values = {"method": "phone", "result": result, "at": minute()}
        browser = self.at(user or self.ana, self.page(case, "contacts/new/"))
        return browser.send(**(values | typed)).done()

    def paper(self, case: Case, variant: str, *, query: str = "", **typed: Any) -> Letter:
        """Write a letter after the demand, with its proposed words; everybody says yes to it."""
        browser = self.at(self.ana, self.page(case, f"papers/{variant}/{query}"))
        browser.send(having="facts", **typed).done()
        return self.approve(Letter.objects.filter(case=case, variant=variant).latest("pk"))

    def vote_publicity(self, case: Case) -> None:
        browser = self.at(self.ben, self.page(case, "publicity/"))
        said = {"votes_for": "12", "votes_against": "0", "held_on": timezone_day()}
        browser.send(having="votes_for", **said, **self.everyone_said_yes(browser)).done()

    def write_page(self, case: Case, *, kind: str, title: str, text: str) -> str:
        """Draft a public page, and return where the draft is."""
        browser = self.at(self.ben, self.page(case, "pages/new/"))
        return browser.send(having="title", kind=kind, title=title, text=text).done().url

    def publish(self, draft: str) -> str:
        """Make a drafted page public, and return where anybody reads it."""
        browser = self.at(self.ben, draft).send(to="/publish/").done()
        return re.search(r"/p/[^ ]+/", browser.text)[0]

    def links(self, user: User, url: str) -> list[str]:
        """Return where the links of a page lead."""
        return re.findall(r'<a [^>]*href="([^"]*)"', self.at(user, url).page.content.decode())

    def pay(self, case: Case, amount: str, **typed: Any) -> Payment:
        """Note money that came in today."""
        before = set(Payment.objects.values_list("pk", flat=True))
        values = {"method": "cheque", "payer": "The owner", "received_on": timezone_day()}
        browser = self.at(self.ben, self.page(case, "payments/new/"))
        browser.send(amount=amount, **(values | typed)).done()
        return Payment.objects.exclude(pk__in=before).get()

    def clear(self, payment: Payment) -> None:
        page = self.page(payment.case, f"payments/{payment.pk}/cleared/")
        self.at(self.ben, page).send(having="on", on=timezone_day()).done()

    def bounce(self, payment: Payment, **typed: Any) -> Browser:
        page = self.page(payment.case, f"payments/{payment.pk}/bounced/")
        return self.at(self.ben, page).send(having="on", on=timezone_day(), **typed).done()

    def offer(self, case: Case, amount: str, **typed: Any) -> Offer:
        browser = self.at(self.ben, self.page(case, "offers/new/"))
        values = {"said_by": "the owner", "received_on": timezone_day()}
        browser.send(amount=amount, **(values | typed)).done()
        return Offer.objects.filter(case=case).order_by("pk").last()

    def answer_with(
        self, offer: Offer, amount: str, *, user: User | None = None, **typed: Any
    ) -> None:
        """Vote the other sum that people and group would take."""
        page = self.page(offer.case, f"offers/{offer.pk}/answer/")
        browser = self.at(user or self.ben, page)
        said = {"votes_for": "12", "votes_against": "1", "held_on": timezone_day()}
        said |= self.everyone_said_yes(browser)
        browser.send(having="votes_for", amount=amount, **(said | typed)).done()

    def incident(self, case: Case, kind: str, what: str, **typed: Any) -> Browser:
        """Note what the target, the police or a court did, now."""
        browser = self.at(self.ana, self.page(case, "incidents/new/"))
        values = {"severity": "2", "happened_at": minute()}
        return browser.send(having="what", kind=kind, what=what, **(values | typed)).done()

    def refused(self, case: Case, name: str, *, user: User | None = None) -> str:
        """Open the page of a move that is not open, and return the words that say why."""
        browser = Browser()
        browser.client.force_login(user or self.ana)
        return browser.open(self.page(case, f"moves/{name}/"), status=409).text


def timezone_day() -> str:
    """Return today's date where the network is, as a form takes it."""
    return dt.datetime.now(tz=ZONE).date().isoformat()


def minute() -> str:
    """Return the time of now where the network is, as a form takes it."""
    return dt.datetime.now(tz=ZONE).strftime("%Y-%m-%dT%H:%M")


def words_of(letter: Letter) -> str:
    """Return the words of a final letter's PDF, on one line."""
    return papers.words_of(letter.frozen_pdf)
