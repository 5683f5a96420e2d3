"""The cases of the story: one in every state."""

import datetime as dt
import uuid
from decimal import Decimal

from campaigns.models import Case, CaseState, ClaimLine, Reason, Sheet, Target
from campaigns.models.targets import write_keys
from campaigns.places import add_place
from escalation import decided, moves
from escalation.demo.around import Around
from escalation.demo.phone_tree import PhoneTree
from escalation.models import Action, Tactic
from letters import drafting


class Story(Around, PhoneTree):
    def tell(self) -> None:
        self.places_to_turn_to()
        self.told_but_not_taken()
        self.ended_before_the_vote()
        self.ended_after_a_fight()
        self.running()
        self.waiting_for_the_vote()
        self.called_last_week()
        self.duties_go_round()

    def places_to_turn_to(self) -> None:
        for name, what, phone, kinds in (
            ("Clinic on Ninth", "Free advice on Mondays, also on the phone.", "206 555 0188", True),
            (
                "Night line for tenants",
                "When somebody is put out of a home.",
                "206 555 0189",
                False,
            ),
        ):
            add_place(form_key=uuid.uuid4(), name=name, what=what, phone=phone, for_wages=kinds)

    def told_but_not_taken(self) -> None:
        self.told(
            0.2,
            name="Noor",
            phone="206 555 0171, after six",
            language_spoken="العربية",
            needs_interpreter=True,
            story="I washed dishes for five weeks. They paid two. Now they do not answer.",
            who="The fish place on the corner of 9th",
            amount="about 1,100",
        )
        self.told(
            1.5,
            kind=Case.Kind.DEPOSIT,
            email="tia@demo.example",
            story="I moved out in August. The deposit did not come back.",
            who="Maple 114 LLC",
            deposit="1,400",
            urgent="They want the keys of my sister's flat too",
        )

    def ended_before_the_vote(self) -> None:
        contacting = self.told(4, name="Wren", phone="206 555 0172", story="My last pay cheque.")
        self.taken(contacting, 3, title="", summary="Last pay cheque of a shop worker")
        self.meeting_with_rosa()

        driver = self.told(30, name="Łukasz", phone="206 555 0173", story="The app owes me 40,000.")
        self.taken(driver, 29, title="", summary="Driver against a national platform")
        with self.days_ago(25) as moment:
            moves.refer(
                driver,
                by=self.ana,
                reason=Reason.NO_LEVERAGE,
                vote=self.vote(moment, f"Take on {driver.reference}", carried=False),
                places="State labor office. Free legal clinic on Mondays.",
                text="We talked about it for long. We are too small to move a firm like that.",
            )
        far = self.told(28, email="far@demo.example", story="My boss in another state owes me.")
        self.taken(far, 27, title="", summary="Too far away")
        with self.days_ago(26):
            text = "We cannot get to where your boss is. We are sorry."
            moves.decline(far, by=self.ana, reason=Reason.TOO_FAR, text=text)
        wish = self.told(27, name="Ida", phone="206 555 0174", story="Two days not paid.")
        self.taken(wish, 26, title="", summary="Two days of work")
        with self.days_ago(20):
            moves.withdraw(
                wish, by=self.ana, reason=Reason.OWN_WISH, note="They paid her after all."
            )

    def meeting_with_rosa(self) -> None:
        case = self.told(
            8,
            name="Rosa",
            phone="206 555 0134, no voicemail",
            language="es",
            language_spoken="Español",
            story="I cleaned offices for eleven weeks. The last three weeks were not paid.",
            who="Mr. Dan, white van",
            amount="1,600 or so",
        )
        self.taken(case, 7, title="Office cleaner v. Mr. Dan", summary="Three weeks of cleaning")
        self.met(case, 3)
        Sheet.objects.filter(case=case).update(readiness="")
        self.line(
            case,
            ClaimLine.Kind.WORK,
            "Last three weeks",
            quantity=Decimal(108),
            rate=Decimal(15),
            is_about=True,
            note="her own notes of hours",
        )
        self.codes["Rosa, at the meeting; the page is in Spanish"] = self.receipts[
            case.pk
        ].code_in_groups

    def ended_after_a_fight(self) -> None:
        delivery = self.delivery_planned_for("Letters in one afternoon", 70)
        self.won(delivery)
        self.settled(delivery)
        self.lost(delivery)
        self.dropped()
        self.agreed(delivery)
        Action.objects.filter(pk=delivery.pk).update(state=Action.State.DEBRIEFED)

    def won(self, delivery: Action) -> None:
        won = self.taken_on(
            90,
            title="Bike messenger v. Swift Wheels",
            who="Swift Wheels",
            name="Ștefan Țăranu",
            lines=[
                (ClaimLine.Kind.WORK, "May", {"quantity": Decimal(62), "rate": Decimal("17.25")}),
                (ClaimLine.Kind.TIPS, "Tips kept", {"figure": Decimal("230.50")}),
            ],
        )
        self.fought(won, 70, delivery)
        self.paid(won, 66, "1300.00")
        with self.days_ago(60):
            moves.win(won, by=self.ben, demand_met=True, note="Paid in full. Party on Friday.")

    def settled(self, delivery: Action) -> None:
        settled = self.taken_on(
            90,
            kind=Case.Kind.DEPOSIT,
            title="Tenant v. Bluebird Homes",
            who="Bluebird Homes",
            name="Nguyễn Thị Hương",
            story="They kept the whole deposit for a carpet that was old already.",
            lines=[
                (ClaimLine.Kind.DEPOSIT, "Deposit", {"figure": Decimal(1200)}),
                (
                    ClaimLine.Kind.DEDUCTION,
                    "Carpet",
                    {"figure": Decimal(600), "note": "It was worn when she moved in."},
                ),
            ],
        )
        self.fought(settled, 70, delivery)
        self.paid(settled, 62, "900.00")
        with self.days_ago(58) as moment:
            moves.settle(
                settled,
                by=self.ben,
                reason=Reason.NEED_OF_MONEY,
                vote=self.vote(moment, "Stop with the 900 that were paid"),
            )

    def lost(self, delivery: Action) -> None:
        lost = self.taken_on(
            89,
            title="Two bakers v. Crumb Bakery",
            who="Crumb Bakery",
            name="José García",
            others=("张伟",),
            lines=[(ClaimLine.Kind.SUM, "Last month", {"figure": Decimal(2400)})],
        )
        self.fought(lost, 70, delivery)
        with self.days_ago(40) as moment:
            moves.lose(
                lost,
                by=self.ben,
                reason=Reason.INSOLVENT,
                vote=self.vote(moment, "End it: the bakery is closed and empty"),
                note="Look at the books of a firm before the vote.",
            )

    def dropped(self) -> None:
        dropped = self.taken_on(
            88,
            title="Gardener v. Green Lawn",
            who="Green Lawn",
            name="Siobhán O'Neil",
            lines=[(ClaimLine.Kind.SUM, "Four days", {"figure": Decimal(480)})],
        )
        with self.days_ago(60):
            note = "She has a new job."
            moves.drop(dropped, by=self.ana, reason=Reason.OWN_WISH, note=note, own_word=True)

    def agreed(self, delivery: Action) -> None:
        agreed = self.taken_on(
            88,
            title="Painter v. Bright Walls",
            who="Bright Walls",
            name="Łukasz Żółć",
            lines=[(ClaimLine.Kind.SUM, "Two houses", {"figure": Decimal(3000)})],
        )
        self.fought(agreed, 70, delivery)
        self.agreed_on(agreed, 12, "2600.00")

    def running(self) -> None:
        self.preparing()
        self.delivery_soon()
        recent = self.delivery_planned_for("Two letters before noon", 10)
        self.paused(recent)
        self.clock_running(recent)
        Action.objects.filter(pk=recent.pk).update(state=Action.State.DEBRIEFED)
        self.escalating()

    def preparing(self) -> None:
        preparing = self.taken_on(
            20,
            title="Four cooks v. Golden Fork",
            who="Golden Fork Restaurant Group",
            name="محمد الأحمد",
            others=("Maria Guadalupe de los Angeles Hernandez-Villanueva", "김민준"),
            lines=[
                (
                    ClaimLine.Kind.WORK,
                    "October",
                    {"quantity": Decimal(54), "rate": Decimal("18.50"), "paid": Decimal(100)},
                ),
                (ClaimLine.Kind.TIPS, "Tips kept", {"figure": Decimal("310.00")}),
            ],
        )
        self.told_twice(preparing)
        with self.days_ago(1) as moment:
            case = Case.objects.get(pk=preparing.pk)
            drafting.draft(case, by=self.ana, **self._texts(case, moment))

    def delivery_soon(self) -> None:
        soon = self.taken_on(
            24,
            title="Nanny v. a family on the hill",
            who="The family on the hill",
            name="Wanjiru",
            lines=[(ClaimLine.Kind.SUM, "Six weekends", {"figure": Decimal(960)})],
        )
        ahead = self.delivery_planned_for("Delivery of a letter", -1)
        self.written(soon, 1)
        ahead.cases.add(soon)
        with self.days_ago(0.5):
            moves.set_delivery(soon, by=self.ben)

    def paused(self, recent: Action) -> None:
        held = self.taken_on(
            32,
            title="Cleaner v. Spotless",
            who="Spotless",
            name="Noor",
            lines=[(ClaimLine.Kind.SUM, "One month", {"figure": Decimal(1450)})],
        )
        self.fought(held, 10, recent)
        with self.days_ago(4) as moment:
            review = self.group.local_date(self.now) + dt.timedelta(days=9)
            truce = self.vote(moment, "A truce until they have talked to their lawyer")
            moves.hold(held, by=self.ana, reason=Reason.TRUCE, review_on=review, vote=truce)

    def clock_running(self, recent: Action) -> None:
        clock = self.taken_on(
            31,
            kind=Case.Kind.DEPOSIT,
            title="Two tenants v. Maple 114 LLC",
            who="Maple 114 LLC",
            name="Ida Brandt",
            others=("O'Fakerson",),
            story="The landlord sent a list of deductions a month late, and a cheque for the rest.",
            lines=[
                (ClaimLine.Kind.DEPOSIT, "Deposit", {"figure": Decimal(1800)}),
                (ClaimLine.Kind.DEDUCTION, "Cleaning", {"figure": Decimal(240), "note": "Clean."}),
                (ClaimLine.Kind.DEDUCTION, "Carpet", {"figure": Decimal(600), "note": "Old."}),
                (ClaimLine.Kind.DEDUCTION, "Paint", {"figure": Decimal(360), "note": "Old."}),
                (
                    ClaimLine.Kind.DEDUCTION,
                    "Lock",
                    {"figure": Decimal(85), "accepted": Decimal(85)},
                ),
                (ClaimLine.Kind.RETURNED, "Cheque", {"figure": Decimal(515)}),
            ],
        )
        self.fought(clock, 10, recent)
        self.plan_voted(clock, 6)
        self.paid(clock, 3, "400.00", status="")
        self.codes["Ida, while the clock runs"] = self.receipts[clock.pk].code_in_groups

    def escalating(self) -> None:
        first = self.delivery_planned_for("Two letters at lunch time", 25)
        fights = [
            self.taken_on(
                44,
                title="Dishwasher v. Harbor Grill",
                who="Harbor Grill",
                name="Tia",
                lines=[
                    (
                        ClaimLine.Kind.WORK,
                        "September",
                        {"quantity": Decimal(88), "rate": Decimal("17.13")},
                    )
                ],
            ),
            self.taken_on(
                43,
                title="Roofer v. Summit Roofing",
                who="Summit Roofing",
                name="Chidi O.",
                lines=[(ClaimLine.Kind.SUM, "Bounced pay cheque", {"figure": Decimal(1170)})],
            ),
        ]
        for case in fights:
            self.fought(case, 25, first)
            self.plan_voted(case, 22)
            with self.days_ago(9):
                moves.escalate(case, by=self.ana, note="No answer at all.")
        self.steps_said(fights)
        self.looked_again(fights[1])
        self.rules_of_the_town()
        self.threatened(fights[0])
        self.came_together(fights)
        Action.objects.filter(pk=first.pk).update(state=Action.State.DEBRIEFED)
        self.action(
            fights[:1],
            days=6,
            tactic=Tactic.POSTERS,
            title="Posters around the grill",
            area="Waterfront",
            point="Under the clock at pier 5",
            what="We go in pairs and put up posters on the poles.",
            needed=4,
            came=5,
        )
        Action.objects.filter(title="Posters around the grill").update(state=Action.State.DEBRIEFED)
        picket = self.action(
            fights,
            days=-3,
            tactic=Tactic.PICKET,
            title="Picket for two unpaid workers",
            area="Waterfront",
            point="Under the clock at pier 5",
            what="We walk in a circle with signs and hand out leaflets. We stay on the pavement.",
            needed=12,
        )
        self.called_for(picket)
        self.asked_and_offered(picket)
        self.action(  # today, so that there is a roster to tick
            fights[1:],
            days=0,
            tactic=Tactic.LEAFLETS,
            title="Leaflets in front of the roofing firm",
            area="Georgetown",
            point="Bus stop on Airport Way",
            what="We hand out leaflets to whoever goes in, and talk to them. We stay outside.",
            needed=8,
        )
        self.two_that_are_decided(fights)

    def two_that_are_decided(self, fights: list[Case]) -> None:
        """One goes ahead, the other is postponed."""
        leaflets = self.action(
            fights[:1],
            days=-1,
            tactic=Tactic.LEAFLETS,
            title="Leaflets at the lunch counter",
            area="Pioneer Square",
            point="Bench beside the tram stop",
            what="We hand out leaflets at both doors and talk with whoever wants to know.",
            needed=6,
            minimum=2,
            at=dt.time(12),
        )
        decided.go(leaflets, by=self.ana, now=self.now)
        neighbours = self.action(
            fights[1:],
            days=-5,
            tactic=Tactic.NEIGHBOURS,
            title="A round among the neighbours",
            area="Beacon Hill",
            point="In front of the laundrette",
            what="We go from door to door in pairs and ask people to speak with the owner.",
            needed=8,
            minimum=4,
        )
        why = "A storm is forecast. We look for another day."
        decided.postpone(neighbours, by=self.ben, reason=why, now=self.now)

    def waiting_for_the_vote(self) -> None:
        queued = self.taken_on(
            18,
            title="Florist v. Petal & Stem",
            who="Petal & Stem",
            name="Hana",
            lines=[(ClaimLine.Kind.SUM, "Holiday pay", {"figure": Decimal(620)})],
        )
        if Case.objects.get(pk=queued.pk).state != CaseState.QUEUED:
            raise RuntimeError("Three fights run, so this one should wait.")
        proposed = self.told(
            9,
            name="Amina",
            phone="206 555 0190",
            story="Overtime was never paid.",
            who="Night Owl Security",
            wish="The overtime of three months.",
        )
        self.taken(proposed, 8, title="Guard v. Night Owl", summary="Overtime of a night guard")
        Target.objects.filter(cases=proposed).update(address="9 Example Street\nSeattle, WA 98104")
        write_keys(Target.objects.get(cases=proposed))
        self.met(proposed, 5)
        self.line(
            proposed,
            ClaimLine.Kind.WORK,
            "Overtime at 1.5",
            quantity=Decimal(22),
            rate=Decimal("27.75"),
        )
        self.proposed(proposed, 2)
        self.meeting_ahead(proposed)
