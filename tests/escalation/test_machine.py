"""One case and whatever people do to it, in any order, against a model in plain Python.

The model knows no database: it says what each step should come to, and after every step state,
demand, money, offers and the way to a win are compared. Every run is rolled back to one case that
was set up once, so that the verbs are all that takes time.
"""

import datetime as dt
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from campaigns import money_in
from campaigns.models import Case, CaseParty, CaseState, Reason, User
from escalation import moves, offers
from escalation.models import CaseLifecycle, Decision, Offer, Tactic
from escalation.moves import MoveRefused, blocked_by
from letters.models import Delivery, Demand, Letter
from tests.factories import (
    complete_sheet,
    make_action,
    make_case,
    make_group,
    make_plan,
    make_user,
)

# The same runs every time, so that nobody's change fails for another's; asked for a number of
# examples, it makes new ones. In four parts, so that they share the processors. A step takes
# PostgreSQL three times as long, and it is the same arithmetic.
ASKED = os.environ.get("MACHINE_EXAMPLES", "")
EXAMPLES = int(ASKED or ("200" if connection.vendor == "sqlite" else "40"))
STEPS, PARTS = 50, 4

S, R = CaseState, Reason
MOSTLY = st.sampled_from([True, True, True, False])
SELDOM = st.sampled_from([False, False, False, True])
SUMS = st.sampled_from([Decimal(300), Decimal(600), Decimal(900)])
PAID = st.sampled_from([Decimal(100), Decimal(200), Decimal(600)])
EARLY = (S.MEETING, S.PROPOSED)
# What a payment, or a letter, that came after it keeps from being put right.
MONEY_RESTS_ON = {"vote_yes", "agree", "win", "settle", "revise"}
LETTER_RESTS_ON = {"vote_yes", "deliver", "revise"}
# What may be noted of a payment.
NOTED = {
    "cleared": money_in.clear_payment,
    "bounced": money_in.bounce_payment,
    "struck": money_in.strike_payment,
}


@dataclass(frozen=True)
class Header:
    """What a move writes, and what comes back when it is put right."""

    state: str = S.PROPOSED
    held: str = ""
    demands: tuple[Decimal, ...] = ()
    demanded: Decimal | None = None
    left_out: Decimal = Decimal(0)  # of the lines, by choice
    deadline: str = ""  # "", "ahead" or "past"
    extended: bool = False


@dataclass
class Step:
    """A move that stands: what it wrote over, and what had happened when it was made."""

    name: str
    before: dict[str, Any]
    offers: dict[int, str]
    money: int
    letters: int


@dataclass
class Model:
    now: Header = field(default_factory=Header)
    steps: list[Step] = field(default_factory=list)
    offers: dict[int, str] = field(default_factory=dict)
    sums: dict[int, Decimal] = field(default_factory=dict)
    # Payment -> sum, what became of it, and whether it came since the day of any agreement.
    payments: dict[int, tuple[Decimal, str, bool]] = field(default_factory=dict)
    money: int = 0  # how much was ever noted about money
    letters: int = 0
    letter: Decimal | None = None  # the sum the newest letter prints
    went_out: set[int] = field(default_factory=set)
    stale: bool = False  # whether facts changed since it became final

    @property
    def cleared(self) -> Decimal:
        return self.total("cleared")

    def total(self, fate: str, *, lately: bool = False) -> Decimal:
        counted = [s for s, became, new in self.payments.values() if became == fate]
        if lately:
            counted = [s for s, became, new in self.payments.values() if became == fate and new]
        return sum(counted, Decimal(0))

    @property
    def pending(self) -> int:
        return sum(became == "" for _sum, became, _new in self.payments.values())

    @property
    def accepted(self) -> Decimal | None:
        found = [pk for pk, status in self.offers.items() if status == "accepted"]
        return self.sums[found[0]] if found else None

    @property
    def open_offers(self) -> set[int]:
        return {pk for pk, status in self.offers.items() if status in Offer.OPEN}

    @property
    def is_paid(self) -> bool:
        return self.now.demanded is not None and self.cleared >= self.now.demanded

    @property
    def is_kept(self) -> bool:
        """Say whether all of the agreement that binds has cleared."""
        return self.accepted is not None and self.total("cleared", lately=True) >= self.accepted

    @property
    def is_delivered(self) -> bool:
        return self.letters in self.went_out

    @property
    def letter_is_true(self) -> bool:
        return not self.stale and (self.is_delivered or self.letter == self.still_asked)

    @property
    def still_asked(self) -> Decimal:
        """Return what a letter of today asks for: the demand without what cleared before it."""
        return max(Decimal(0), self.now.demanded - self.cleared)

    @property
    def may_win(self) -> bool:
        if self.now.state not in S.ACCEPTED or not self.is_paid:
            return False
        return self.now.state != S.AGREED or self.is_kept

    @property
    def may_settle(self) -> bool:
        if self.pending or self.is_paid or not self.now.demanded:
            return False
        if self.now.state == S.AGREED:
            return self.is_kept
        return self.now.state in S.FIGHTING and self.cleared > 0

    @property
    def may_put_right(self) -> bool:
        last = self.steps[-1]
        money = last.name in MONEY_RESTS_ON and self.money > last.money
        letter = last.name in LETTER_RESTS_ON and self.letters > last.letters
        return not (money or letter)

    def move(self, name: str, *, offers: dict[int, str] | None = None, **values: Any) -> None:
        changed = {pk: self.offers[pk] for pk in offers or {}}
        before = {name: getattr(self.now, name) for name in values}
        self.steps.append(Step(name, before, changed, self.money, self.letters))
        self.now = replace(self.now, **values)
        self.offers |= offers or {}

    def take_back(self) -> None:
        last = self.steps.pop()
        self.now = replace(self.now, **last.before)
        self.offers |= last.offers
        if last.name == "deliver":
            self.went_out.discard(self.letters)

    def break_agreement(self) -> dict[int, str]:
        return {pk: "broken" for pk, status in self.offers.items() if status == "accepted"}


def vote(*, carries: bool = True, agreed: bool = True) -> dict[str, Any]:
    return {
        "motion": "The motion",
        "votes_for": 9 if carries else 1,
        "votes_against": 1 if carries else 9,
        "abstained": 0,
        "affected_agreed": agreed,
        "held_on": timezone.localdate(),
    }


class OneCase(RuleBasedStateMachine):
    case: ClassVar[Case]
    ana: ClassVar[User]
    lines: ClassVar[Decimal]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.sandbox = transaction.atomic()
        self.sandbox.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.sandbox.__exit__(None, None, None)

    def attempt(self, may: bool, make: Callable[[], Any]) -> bool:
        """Make a move that the model allows, or see that it is refused with a sentence."""
        refused = None
        try:
            make()
        except MoveRefused as error:
            refused = error
        assert (refused is None) == may, f"refused: {refused}"
        assert refused is None or all(refused.reasons)
        return may

    def beyond(self, asked: Decimal) -> Decimal:
        """Return what the lines of the case come to beyond a sum."""
        return max(Decimal(0), self.lines - asked)

    def at(self, *states: str) -> bool:
        return self.model.now.state in states

    @initialize(asked=SUMS, far=st.integers(min_value=0, max_value=5))
    def come_so_far(self, asked: Decimal, far: int) -> None:
        """Begin anywhere on the way, so that not every run spends itself on the first steps."""
        way = (
            lambda: self.vote_yes(asked=asked, carries=True, agreed=True),
            lambda: (self.make_a_letter_final(), self.set_delivery()),
            lambda: self.deliver(comes_about=True),
            lambda: (self.let_the_deadline_pass(), self.escalate()),
            lambda: (self.receive_offer(amount=asked), self.agree_to(*self.model.open_offers)),
        )
        for step in way[:far]:
            step()

    # Before the fight

    @precondition(lambda self: self.at(S.PROPOSED))
    @rule(asked=SUMS, carries=MOSTLY, agreed=MOSTLY)
    def vote_yes(self, asked: Decimal, carries: bool, agreed: bool) -> None:
        said = {"sum_voted": asked, "deadline_days": 14, "members": []}
        counted = vote(carries=carries, agreed=agreed)
        may = self.at(S.PROPOSED) and carries and agreed
        make = lambda: moves.vote_yes(self.case, by=self.ana, vote=counted, **said)  # noqa: E731
        if self.attempt(may, make):
            demands = self.model.now.demands
            left_out = min(self.beyond(asked), self.model.now.left_out)
            same = demands and (demands[-1], self.model.now.left_out) == (asked, left_out)
            self.model.stale |= bool(demands) and not same
            values = {"demanded": asked, "demands": (*demands, asked), "left_out": left_out}
            self.model.move("vote_yes", state=S.PREPARING, **values)

    @precondition(lambda self: self.at(*EARLY, S.PREPARING))
    @rule(back=SELDOM)
    def go_to_the_meeting_and_back(self, back: bool) -> None:
        if self.at(S.PREPARING) and back:
            said = {"reason": R.FACTS_CHANGED, "note": "Two weeks, not three."}
            moves.back_to_proposed(self.case, by=self.ana, **said)
            self.model.move("back_to_proposed", state=S.PROPOSED)
        elif self.at(S.MEETING):
            moves.propose(self.case, by=self.ana)
            self.model.move("propose", state=S.PROPOSED)
        elif self.at(S.PROPOSED) and back:
            moves.defer(self.case, by=self.ana, questions="How many hours?")
            self.model.move("defer", state=S.MEETING)

    # Letter, delivery, deadline

    @precondition(lambda self: self.model.now.demanded is not None and not self.at(*EARLY))
    @rule()
    def make_a_letter_final(self) -> None:
        asked = self.model.still_asked
        self.model.letters += 1
        Letter.objects.create(
            case=self.case,
            version=self.model.letters,
            language="en",
            paper="letter",
            recipient_name="Mr. Dan",
            subject="Wages",
            facts="Facts.",
            how_to_pay="In cash.",
            delivery_on=timezone.localdate(),
            issued_at=timezone.now(),
            deadline_at=timezone.now() + dt.timedelta(days=20),
            total=asked,
            frozen_html="-",
            frozen_pdf=b"-",
            sha256="0" * 64,
        )
        self.model.letter, self.model.stale = asked, False

    @precondition(lambda self: self.at(S.PREPARING))
    @rule()
    def set_delivery(self) -> None:
        model = self.model
        ready = model.letter is not None and model.letter_is_true and not model.is_delivered
        may = self.at(S.PREPARING) and ready
        if self.attempt(may, lambda: moves.set_delivery(self.case, by=self.ana)):
            model.move("set_delivery", state=S.DELIVERY_SET)

    @precondition(lambda self: self.at(S.DELIVERY_SET))
    @rule(comes_about=MOSTLY)
    def deliver(self, comes_about: bool) -> None:
        if not comes_about:
            moves.delivery_failed(self.case, by=self.ana, note="Closed.")
            self.model.move("delivery_failed", state=S.PREPARING)
            return
        went = {"at": timezone.now(), "place": "There", "handed_by": "Rosa", "headcount": 9}
        went |= {"received_by": "Dan", "method": "by_hand"}
        make = lambda: moves.record_delivery(self.case, by=self.ana, **went)  # noqa: E731
        if self.attempt(self.model.letter_is_true, make):
            values = {"deadline": "ahead", "extended": False}
            self.model.move("deliver", state=S.CLOCK_RUNNING, **values)
            self.model.went_out.add(self.model.letters)

    @precondition(lambda self: self.model.now.deadline == "ahead")
    @rule()
    def let_the_deadline_pass(self) -> None:
        past = timezone.now() - dt.timedelta(days=2)
        Case.objects.filter(pk=self.case.pk).update(deadline_at=past)
        self.model.now = replace(self.model.now, deadline="past")

    @precondition(lambda self: self.at(S.CLOCK_RUNNING))
    @rule()
    def extend_deadline(self) -> None:
        day = timezone.localdate() + dt.timedelta(days=40)
        make = lambda: moves.extend_deadline(  # noqa: E731
            self.case, by=self.ana, deadline_on=day, note="They asked."
        )
        if self.attempt(not self.model.now.extended, make):
            self.model.move("extend_deadline", deadline="ahead", extended=True)

    @precondition(lambda self: self.at(S.CLOCK_RUNNING))
    @rule()
    def escalate(self) -> None:
        model = self.model
        may = self.at(S.CLOCK_RUNNING) and model.now.deadline == "past" and not model.is_paid
        if self.attempt(may, lambda: moves.escalate(self.case, by=self.ana)):
            model.move("escalate", state=S.ESCALATING)

    @precondition(lambda self: self.at(*S.FIGHTING))
    @rule(asked=SUMS, carries=MOSTLY)
    def revise_demand(self, asked: Decimal, carries: bool) -> None:
        now = self.model.now
        said = {"reason": R.LESS_WANTED, "amount": asked, "vote": vote(carries=carries)}
        left_out = self.beyond(asked)
        same = (asked, left_out) == (now.demanded, now.left_out)
        may = carries and asked <= now.demanded and not same
        make = lambda: moves.revise_demand(self.case, by=self.ana, **said)  # noqa: E731
        if self.attempt(may, make):
            self.model.stale = True
            values = {"demanded": asked, "demands": (*now.demands, asked), "left_out": left_out}
            self.model.move("revise", **values)

    # Offers

    @precondition(lambda self: len(self.model.open_offers) < 3)
    @rule(amount=SUMS)
    def receive_offer(self, amount: Decimal) -> None:
        said = {"received_on": timezone.localdate(), "said_by": "the owner", "amount": amount}
        said |= {"terms": f"Offer {len(self.model.offers)}", "pay_by": None, "valid_until": None}
        may = bool({self.model.now.state, self.model.now.held} & {*S.ACCEPTED})
        if self.attempt(may, lambda: offers.record_offer(self.case, by=self.ana, **said)):
            offer = Offer.objects.get(case=self.case, terms=said["terms"])
            self.model.offers[offer.pk], self.model.sums[offer.pk] = "received", amount

    @precondition(lambda self: self.model.open_offers and self.at(*S.ACCEPTED))
    @rule(data=st.data(), refuses=SELDOM)
    def talk_about_offer(self, data: st.DataObject, refuses: bool) -> None:
        pk = data.draw(st.sampled_from(sorted(self.model.open_offers)))
        offer = Offer.objects.select_related("case").get(pk=pk)
        if refuses:
            no = {"answered_on": timezone.localdate(), "said_no": self.case.parties.affected()}
            offers.refuse(offer, by=self.ana, **no)
            self.model.offers[pk] = "refused"
        elif self.attempt(
            self.model.offers[pk] == "received", lambda: offers.discuss(offer, by=self.ana)
        ):
            self.model.offers[pk] = "discussed"

    @precondition(lambda self: self.model.offers and not self.at(*EARLY))
    @rule(data=st.data(), votes=st.sampled_from([True, True, None, False]), agreed=MOSTLY)
    def agree(self, data: st.DataObject, votes: bool | None, agreed: bool) -> None:
        pk = data.draw(st.sampled_from(sorted(self.model.open_offers or self.model.offers)))
        self.agree_to(pk, votes=votes, agreed=agreed)

    def agree_to(self, pk: int, *, votes: bool | None = True, agreed: bool = True) -> None:
        model = self.model
        counted = None if votes is None else vote(carries=votes, agreed=agreed)
        enough = model.now.demanded is not None and model.sums[pk] >= model.now.demanded
        here = self.at(*S.FIGHTING) or self.at(S.PREPARING, S.DELIVERY_SET)
        voted = bool(votes) or (enough and not self.at(*S.FIGHTING))
        may = here and pk in model.open_offers and agreed and voted
        offer = Offer.objects.get(pk=pk)
        make = lambda: moves.agree(  # noqa: E731
            self.case, by=self.ana, offer=offer, affected_agreed=agreed, vote=counted
        )
        if self.attempt(may, make):
            model.move("agree", offers={pk: "accepted"}, state=S.AGREED)

    @precondition(lambda self: self.at(S.AGREED))
    @rule()
    def default(self) -> None:
        said = {"reason": R.DEFAULT, "note": "Nothing came."}
        make = lambda: moves.default(self.case, by=self.ana, **said)  # noqa: E731
        if self.attempt(self.at(S.AGREED), make):
            broken = self.model.break_agreement()
            self.model.move("default", offers=broken, state=S.ESCALATING)

    # Money

    @precondition(lambda self: len(self.model.payments) < 8)
    @rule(amount=PAID, is_new=MOSTLY, clears=MOSTLY)
    def receive_payment(self, amount: Decimal, is_new: bool, clears: bool) -> None:
        today = timezone.localdate()
        payment = money_in.record_payment(
            self.case,
            by=self.ana,
            form_key=uuid.uuid4(),
            amount=amount,
            method="cheque",
            received_on=today if is_new else today - dt.timedelta(days=1),
        )
        self.model.payments[payment.pk] = (amount, "", is_new)
        self.model.money += 1
        if clears:
            self.decide_payment(payment.pk, "cleared")

    @precondition(lambda self: self.model.payments)
    @rule(data=st.data(), fate=st.sampled_from(sorted(NOTED)))
    def payment_clears_or_goes(self, data: st.DataObject, fate: str) -> None:
        self.decide_payment(data.draw(st.sampled_from(sorted(self.model.payments))), fate)

    def decide_payment(self, pk: int, fate: str) -> None:
        amount, became, is_new = self.model.payments[pk]
        payment = self.case.payments.get(pk=pk)
        happens = became not in ("bounced", "struck", fate)
        noted = NOTED[fate](payment, by=self.ana, on=timezone.localdate(), note="Seen.")
        assert noted == happens
        if happens:
            self.model.payments[pk] = (amount, fate, is_new)
            self.model.money += 1

    # The end, and after it

    @precondition(lambda self: self.at(*S.ACCEPTED))
    @rule()
    def win(self) -> None:
        make = lambda: moves.win(self.case, by=self.ana, demand_met=True)  # noqa: E731
        if self.attempt(self.model.may_win, make):
            self.model.move("win", state=S.WON)

    @precondition(lambda self: self.at(*S.FIGHTING, S.AGREED))
    @rule(carries=MOSTLY, agreed=MOSTLY)
    def settle(self, carries: bool, agreed: bool) -> None:
        may = self.model.may_settle and (self.at(S.AGREED) or (carries and agreed))
        said = {"reason": R.FAIR_ENOUGH, "vote": vote(carries=carries, agreed=agreed)}
        make = lambda: moves.settle(self.case, by=self.ana, **said)  # noqa: E731
        if self.attempt(may, make):
            self.model.move("settle", state=S.SETTLED)

    @precondition(lambda self: self.at(*S.FIGHTING, S.AGREED))
    @rule(carries=SELDOM)
    def lose(self, carries: bool) -> None:
        said = {"reason": R.EXHAUSTED, "vote": vote(carries=carries)}
        make = lambda: moves.lose(self.case, by=self.ana, **said)  # noqa: E731
        if self.attempt(carries, make):
            self.model.move("lose", state=S.LOST)

    @precondition(lambda self: self.at(*S.ACCEPTED, S.ON_HOLD))
    @rule(own_word=SELDOM)
    def drop(self, own_word: bool) -> None:
        now = self.model.now
        may = own_word and bool({now.state, now.held} & {*S.ACCEPTED})
        said = {"reason": R.OWN_WISH, "own_word": own_word}
        make = lambda: moves.drop(self.case, by=self.ana, **said)  # noqa: E731
        if self.attempt(may, make):
            self.model.move("drop", state=S.DROPPED, held="")

    @precondition(lambda self: self.at(*S.CLOSED))
    @rule(reopens=st.booleans(), agreed=MOSTLY)
    def begin_again(self, reopens: bool, agreed: bool) -> None:
        broken, said = self.model.break_agreement(), {"note": "The bank says so."}
        if reopens:
            make = lambda: moves.reopen(  # noqa: E731
                self.case, by=self.ana, reason=R.BOUNCED, everyone_agreed=agreed, **said
            )
            if self.attempt(agreed and self.at(S.WON, S.SETTLED), make):
                self.model.move("reopen", offers=broken, state=S.ESCALATING)
            return
        make = lambda: moves.take_up_again(  # noqa: E731
            self.case, by=self.ana, reason=R.CAME_BACK, **said
        )
        if self.attempt(self.at(S.LOST, S.DROPPED), make):
            self.model.stale |= self.model.letter is not None
            cleared = {"demanded": None, "deadline": "", "extended": False}
            self.model.move("take_up_again", offers=broken, state=S.MEETING, **cleared)

    # A pause, and a step that was wrong

    @rule(pauses=SELDOM)
    def hold_or_resume(self, pauses: bool) -> None:
        now = self.model.now
        if not (now.held or pauses):
            return
        if now.held and not pauses:
            moves.resume(self.case, by=self.ana)
            self.model.move("resume", state=now.held, held="")
            return
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        said = {"reason": R.LEGAL_ADVICE, "review_on": tomorrow}
        if now.held:
            moves.hold_longer(self.case, by=self.ana, **said)
            self.model.move("hold_longer", state=now.state)
            return
        make = lambda: moves.hold(self.case, by=self.ana, **said)  # noqa: E731
        if self.attempt(now.state in S.OPEN, make):
            self.model.move("hold", state=S.ON_HOLD, held=now.state)

    @precondition(lambda self: self.model.steps and self.model.may_put_right)
    @rule()
    def put_right_what_can_be(self) -> None:
        self.put_right()

    @rule()
    def put_right(self) -> None:
        last = moves.last_move(self.case)
        if not self.model.steps:
            assert last is None
            return
        said = {"move": last, "reason": R.NOT_SO, "note": "It was another case."}
        make = lambda: moves.put_right(self.case, by=self.ana, **said)  # noqa: E731
        if self.attempt(self.model.may_put_right, make):
            self.model.take_back()

    # What must agree after every step

    @invariant()
    def case_is_what_the_model_says(self) -> None:
        model, now = self.model, self.model.now
        case = CaseLifecycle.objects.with_facts().get(pk=self.case.pk)
        assert (case.state, case.held_state) == (now.state, now.held)
        assert (case.demanded, case.cleared) == (now.demanded, model.cleared)
        assert case.pending_payments == model.pending
        assert case.accepted_offer_amount == model.accepted
        assert (case.closed_at is not None) == (now.state in S.CLOSED)
        assert (not blocked_by(case, "win", now=timezone.now())) == model.may_win
        deadline = case.deadline_at and ("ahead", "past")[case.deadline_at < timezone.now()]
        assert ((deadline or ""), case.deadline_extended) == (now.deadline, now.extended)
        assert bool(case.delivered) == model.is_delivered

    @invariant()
    def rows_are_what_the_model_says(self) -> None:
        model = self.model
        assert dict(Offer.objects.filter(case=self.case).values_list("pk", "status")) == (
            model.offers
        )
        demands = Demand.objects.filter(case=self.case).order_by("version")
        assert tuple(demands.values_list("amount", flat=True)) == model.now.demands
        stand = self.case.log.moves_that_stand().order_by("pk").values_list("to_state", flat=True)
        assert len(stand) == len(model.steps)
        outcome = CaseParty.objects.get(case=self.case).outcome
        assert (outcome == "") == (model.now.state in S.OPEN)


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_done_to_a_case_comes_to_what_the_model_says(part: int) -> None:
    make_group(fight_cap=99)
    ana, ben = make_user("Ana"), make_user("Ben")
    case = make_case(
        state=S.PROPOSED, team=[ana, ben], sheet={"retaliation_talk_on": timezone.localdate()}
    )
    complete_sheet(case, held_by=[ana, ben])
    case.parties.update(joined_on=timezone.localdate())
    begun = timezone.now() - dt.timedelta(hours=1)  # so that no pause calls it off
    delivery = {"tactic": Tactic.DELIVERY, "roles": {"police": 1}, "starts_at": begun}
    make_action(cases=[case], leads=[ana], **delivery)
    make_plan(case, by=ana)
    OneCase.case, OneCase.ana = Case.objects.get(pk=case.pk), ana
    OneCase.lines = case.claim_lines.total()
    run_state_machine_as_test(
        OneCase if ASKED else seed(part)(OneCase),
        settings=settings(
            max_examples=-(-EXAMPLES // PARTS),
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )
    assert not Decision.objects.filter(case=case).exclude(kind="plan").exists()
    assert not Delivery.objects.exists()
