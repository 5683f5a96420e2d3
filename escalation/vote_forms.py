"""The vote on a case, and the queue behind it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns import loads
from campaigns.fields import MoneyField
from campaigns.models import Case, CaseState, Group, TeamMembership, User
from campaigns.models.claims import ZERO
from campaigns.place_forms import PlaceTicks
from campaigns.wording import money
from escalation import moves
from escalation.before_forms import DeclineForm
from escalation.models import guards
from escalation.move_forms import (
    NOT_TAKEN,
    DecidedForm,
    NamesField,
    ToldForm,
    VoteFields,
    reason_field,
    text_field,
    text_to_person,
    tick,
)
from escalation.moves.demands import default_shares
from escalation.share_fields import ShareFields
from letters.models import Demand

TAKE_ON, DECLINE, REFER, DEFER = "take_on", "decline", "refer", "defer"


class VoteForm(PlaceTicks, ShareFields, ToldForm):
    """One page for every way the meeting can decide; what a result needs is asked for by it."""

    marks_optional = False
    vote_may_be_empty = True
    ready_text = DeclineForm.ready_text

    result = forms.ChoiceField(
        label=_l("What the meeting decided"),
        widget=forms.RadioSelect,
        choices=[
            (TAKE_ON, _l("Take it on\nA demand, a deadline and a team of two or more")),
            (DECLINE, _l("Not take it on\nA reason, and a text to the person")),
            (REFER, _l("Refer them to somebody else\nA reason, a place, and a text to the person")),
            (DEFER, _l("Ask questions first\nThe case goes back to the team")),
        ],
        error_messages={"required": _l("Choose what the meeting decided.")},
    )
    sum_voted = MoneyField(label=_l("Sum demanded"), required=False)
    other_terms = text_field(
        _l("Other demands, one a line"),
        most=Demand._meta.get_field("other_terms").max_length,
        help_text=Demand._meta.get_field("other_terms").help_text,
    )
    deadline_days = forms.TypedChoiceField(
        label=_l("Days the target gets after the delivery"),
        choices=Group.DEADLINE_DAYS,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    members = NamesField(User.objects.none(), label=_l("Who joins the team"), required=False)
    reason = reason_field(*NOT_TAKEN, label=_l("Why not"), required=False)
    places = text_field(
        _l("Where they can turn to"),
        most=1000,
        help_text=_l("A name with a phone number or an address. They see this too."),
    )
    text = text_to_person()
    questions = text_field(_l("What the meeting wants to know"))

    WHERE = ("known_places", "places", "hand_over")
    field_order = ("result", *VoteFields.VOTE_FIELDS)

    def first_values(self) -> dict[str, Any]:
        claimed = self.case.claimed or None
        motion = _("Take on %(case)s") % {"case": self.case.reference}
        if claimed:
            motion = _("Take on %(case)s and demand %(sum)s") % {
                "case": self.case.reference,
                "sum": money(claimed, self.group.currency),
            }
        return super().first_values() | {
            "motion": motion,
            "sum_voted": claimed,
            "deadline_days": self.group.deadline_days,
        }

    def prepare(self) -> None:
        super().prepare()
        self.offer_places(self.case.kind)
        self.fields["text"].required = False
        self.fields["sum_voted"].allow_zero = self.case.kind == Case.Kind.OTHER
        if self.case.claimed:
            self.fields["sum_voted"].help_text = _(
                "As worked out in the case: %(sum)s. The letter must show the same sum, so if you "
                "voted another one, change the claim lines too."
            ) % {"sum": money(self.case.claimed, self.group.currency)}
        memberships = TeamMembership.objects.filter(case=self.case, left_at=None)
        self.team = list(User.objects.filter(pk__in=memberships.values("user")))
        members = self.fields["members"]
        here = User.objects.at_hand(timezone.localdate(self.now))
        members.queryset = here.exclude(pk__in=self.team_ids)
        members.help_text = _("The team needs two people or more. On it already: %(names)s.") % {
            "names": ", ".join(map(str, self.team)) or _("nobody")
        }

    def first_shares(self) -> dict[int, Decimal]:
        return default_shares(self.case, self.case.claimed) if self.case.claimed else {}

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        yes = ("sum_voted", *self.shares_of, "other_terms", "deadline_days", "members")
        return [
            (_("The vote"), self.bound("result", *self.VOTE_FIELDS)),
            (_("If you take it on"), self.bound(*yes)),
            (_("If you do not"), self.bound("reason", *self.WHERE, "text")),
            (_("If you have questions"), self.bound("questions")),
        ]

    @property
    def team_ids(self) -> list[int]:
        return [user.pk for user in self.team]

    def vote_is_needed(self) -> bool:
        counted = any(self.cleaned_data.get(name) for name in self.COUNTS)
        return counted or self.cleaned_data.get("result") in (TAKE_ON, DECLINE, REFER)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        result = cleaned.get("result")
        if result == TAKE_ON:
            self._clean_yes()
        elif result in (DECLINE, REFER):
            self.need("reason", "text")
            if result == REFER:
                self.clean_places_together()
            self._agree_with_counts(
                not self.carried, _("More were for it than against it. That is a yes.")
            )
        elif result == DEFER:
            self.need("questions")
        return cleaned

    def _clean_yes(self) -> None:
        said = self.cleaned_data
        if self.case.kind == Case.Kind.OTHER and not said.get("sum_voted", "wrong"):
            said["sum_voted"] = ZERO
            self.need("other_terms", why=_("Without a sum, write down what is demanded."))
        self.need("sum_voted", "deadline_days")
        self.need_everyone()
        self.clean_shares(said.get("sum_voted"))
        if "members" not in self.errors and len(self.team) + len(self.cleaned_data["members"]) < 2:
            self.add_error("members", _("The team needs two people or more."))
        self._agree_with_counts(self.carried, self.why_not_carried())

    def _agree_with_counts(self, agrees: bool, sentence: str) -> None:
        if not agrees and not self.errors.keys() & {*self.COUNTS}:
            self.add_error("result", sentence)

    def make(self) -> str:
        said, common = self.cleaned_data, {"by": self.by, "vote": self.vote()}
        if said["result"] == TAKE_ON:
            return self._take_on(**common)
        if said["result"] == DEFER:
            moves.defer(self.case, questions=said["questions"], **common)
            return _("The questions are noted. When they are answered, propose the case again.")
        if said["result"] == REFER:
            common |= {"places": self.whole_places(), "hand_over": self.to_hand_over()}
        moves.vote_no(self.case, reason=said["reason"], text=said["text"], **common)
        return _("The case is closed, and your text waits for them on their page.")

    def _take_on(self, **common: Any) -> str:
        said = self.cleaned_data
        state = moves.vote_yes(
            self.case,
            sum_voted=said["sum_voted"],
            deadline_days=said["deadline_days"],
            members=said["members"],
            other_terms=said["other_terms"],
            shares=self.shares(),
            **common,
        )
        if state == CaseState.QUEUED:
            return _("The case is taken on and waits in the queue until a fight ends.")
        carriers = [*self.team, *said["members"]]
        much = loads.before_one_more(self.case, carriers, by=self.by, group=self.group)
        return " ".join([_("The case is taken on. Next comes the letter."), *much])


class StartQueuedForm(DecidedForm):
    """Start a fight that waited. A vote that has grown old is taken again."""

    motion_text = _l("Start %(case)s now")

    confirmed = tick(
        _l("We asked: the people affected still want it."),
        else_say=_l("Ask the people affected first. Tick this when they still want it."),
    )

    field_order = ("confirmed",)

    def prepare(self) -> None:
        super().prepare()
        if not guards.vote_is_fresh(self.case, self.now):
            self.leave_out_vote()

    def make(self) -> str:
        confirmed = self.cleaned_data["confirmed"]
        moves.start_queued(self.case, by=self.by, confirmed=confirmed, vote=self.vote())
        return _("The fight starts. Next comes the letter.")
