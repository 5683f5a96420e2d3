"""The forms of those who run an action: plan it, change it, call it off, close it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.fields import MomentField
from campaigns.forms import VersionedForm
from campaigns.models import Case, CaseState, User
from escalation import action_roles, no_trespass, plans, tactic_library, tactic_notes
from escalation.models import Action, ActionRole, Incident, Tactic

MOST_NEEDED = 999
MOST_IN_A_ROLE = 99
FURTHEST = dt.timedelta(days=730)
LONGEST = dt.timedelta(days=7)
AFTER_WORK = dt.time(17)
# The buttons after which the form is shown once more with what was typed, and nothing is saved.
SHOWN_AGAIN = ("back", "usual_roles")


def number_words(least: int, most: int) -> dict[str, Any]:
    sentence = format_lazy(
        gettext_lazy("Write a whole number from {least} to {most}."), least=least, most=most
    )
    return dict.fromkeys(("invalid", "min_value", "max_value"), sentence)


def times_agree(form: forms.Form, starts: dt.datetime | None, ends: dt.datetime | None) -> None:
    """Say beside the end what is wrong with it, if anything."""
    if starts and ends and ends <= starts:
        form.add_error("ends_at", _("The end must be later than the start."))
    elif starts and ends and ends - starts > LONGEST:
        form.add_error("ends_at", _("An action takes seven days at most."))


def _role_fields(tactic: str) -> dict[str, int]:
    return {f"role_{kind}": places for kind, places in action_roles.usual(tactic).items()}


class ActionForm(VersionedForm):
    """Plan an action, or change one: its facts, who leads it, its roles and its cases."""

    starts_at = MomentField(label=gettext_lazy("Starts"))
    ends_at = MomentField(label=gettext_lazy("Ends"))
    needed = forms.IntegerField(
        label=gettext_lazy("How many we need"),
        min_value=1,
        max_value=MOST_NEEDED,
        error_messages=number_words(1, MOST_NEEDED),
        help_text=gettext_lazy("About half of those who say yes come. Ask twice as many."),
    )
    minimum = forms.IntegerField(
        label=gettext_lazy("How many it takes at least"),
        min_value=1,
        max_value=MOST_NEEDED,
        required=False,
        error_messages=number_words(1, MOST_NEEDED),
        help_text=gettext_lazy("With fewer it is not held. Empty: what this kind usually takes."),
    )
    lead = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Lead"),
        help_text=gettext_lazy("Answers for time and plan, and says go or stop."),
    )
    second_lead = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Second lead"),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
        help_text=gettext_lazy("Two share it better than one."),
    )
    cases = forms.ModelMultipleChoiceField(
        Case.objects.none(),
        label=gettext_lazy("Also for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("One action can serve several cases."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Action
        fields = [
            "tactic",
            "title",
            "starts_at",
            "ends_at",
            "area",
            "meeting_point",
            "what",
            "risk",
            "access",
            "children",
            "languages",
            "good_to_know",
            "needed",
            "minimum",
            "audience",
        ]
        widgets = {
            "what": forms.Textarea(attrs={"rows": 4}),
            "good_to_know": forms.Textarea(attrs={"rows": 3}),
            "risk": forms.RadioSelect,
            "children": forms.RadioSelect,
            "audience": forms.RadioSelect,
        }

    def __init__(
        self,
        data: QueryDict | None = None,
        *args: Any,
        user: User,
        now: dt.datetime,
        case: Case | None = None,
        asked: dict[str, Any] | None = None,
        also: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.now, self.case = now, case
        self.notices: list[Incident] = []
        again = data if data and any(name in data for name in SHOWN_AGAIN) else None
        super().__init__(None if again else data, *args, **kwargs)
        self.fields["children"].choices = [("", gettext_lazy("Not said")), *Action.Children.choices]
        leads = self.instance.leads if self.instance.pk else User.objects.none()
        accounts = User.objects.at_hand_or(leads, timezone.localdate(now))
        self.fields["lead"].queryset = self.fields["second_lead"].queryset = accounts
        self.fields["tactic"].choices = tactic_library.choices(keep=[self.instance.tactic])
        self._ask_for_cases(user)
        for kind, label in ActionRole.Kind.choices:
            self.fields[f"role_{kind}"] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=MOST_IN_A_ROLE,
                required=False,
                error_messages=number_words(0, MOST_IN_A_ROLE),
            )
        if self.instance.pk:
            self._start_from_the_action()
        else:
            self._start_from_the_case(user)
            if also and "cases" in self.fields:
                self.initial["cases"] = self.fields["cases"].queryset.filter(reference__in=also)
            if asked and asked["tactic"] in Tactic.values:
                self.initial |= asked | self._day_after() | _role_fields(asked["tactic"])
                self.initial |= self._as_planned(asked["tactic"])
        if again:
            self._start_from_what_was_typed(again)

    def _ask_for_cases(self, user: User) -> None:
        """Offer the fights that are not paused, that this person may open and the action does not
        have yet."""
        others = Case.objects.opened_to(user).filter(state__in=CaseState.ACCEPTED)
        if self.case:
            others = others.exclude(pk=self.case.pk)
        if self.instance.pk:
            others = others.exclude(actions=self.instance)
        self.fields["cases"].queryset = others
        if not others.exists():
            del self.fields["cases"]

    def _start_from_the_action(self) -> None:
        leads = list(self.instance.leads.all()[:2])
        self.initial |= {f"role_{role.kind}": role.capacity for role in self.instance.roles.all()}
        self.initial["lead"] = leads[0] if leads else None
        self.initial["second_lead"] = leads[1] if len(leads) > 1 else None

    def _start_from_the_case(self, user: User) -> None:
        """Before the delivery that is what comes next, so it is proposed with its roles."""
        self.initial |= {"lead": user, "form_key": uuid.uuid4()}
        if self.case and self.case.state in (CaseState.PREPARING, CaseState.DELIVERY_SET):
            self.initial |= {"tactic": Tactic.DELIVERY} | _role_fields(Tactic.DELIVERY)

    def _start_from_what_was_typed(self, data: QueryDict) -> None:
        """Show everything as it was typed, unchecked, and the usual roles where those are asked."""
        for name, field in self.fields.items():
            many = isinstance(field, forms.ModelMultipleChoiceField)
            self.initial[name] = data.getlist(name) if many else data.get(name, "")
        if "usual_roles" in data:
            for name, places in _role_fields(data.get("tactic", "")).items():
                self.initial[name] = self.initial[name] or places

    def _day_after(self) -> dict[str, dt.datetime]:
        """A step of the plan is proposed for the day after the deadline, or after today."""
        if not (self.case and self.case.deadline_at and self.case.state in CaseState.FIGHTING):
            return {}
        last = timezone.localdate(max(self.case.deadline_at, self.now))
        at = timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), AFTER_WORK))
        return {"starts_at": at, "ends_at": at + dt.timedelta(hours=1)}

    def _as_planned(self, tactic: str) -> dict[str, Any]:
        """Fill in what the plan says of the step: its name, its note, its week, and how many."""
        return plans.filled_in(self.case, tactic, now=self.now) if self.case else {}

    def about(self) -> list[BoundField]:
        return [self[name] for name in ("tactic", "title", "starts_at", "ends_at")]

    def where_and_how(self) -> list[BoundField]:
        names = ("area", "meeting_point", "what", "risk", "needed", "minimum", "audience")
        return [self[name] for name in names]

    def good_for_whom(self) -> list[BoundField]:
        return [self[name] for name in ("access", "children", "languages", "good_to_know")]

    def who(self) -> list[BoundField]:
        names = ("lead", "second_lead", "cases", "notices_read")
        return [self[name] for name in names if name in self.fields]

    def role_fields(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("role_")]

    def roles_wanted(self) -> list[BoundField]:
        """Return those somebody gave places to; the page keeps the rest folded away."""
        return [field for field in self.role_fields() if field.value() or field.errors]

    def more_roles(self) -> list[BoundField]:
        return [field for field in self.role_fields() if not (field.value() or field.errors)]

    def clean_starts_at(self) -> dt.datetime:
        starts = self.cleaned_data["starts_at"]
        is_unchanged = self.instance.pk and starts == self.initial.get("starts_at")
        if starts <= self.now and not is_unchanged:
            raise forms.ValidationError(_("This time has passed. Choose a later one."))
        if starts > self.now + FURTHEST:
            raise forms.ValidationError(_("Choose a day within the next two years."))
        return starts

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        times_agree(self, given.get("starts_at"), given.get("ends_at"))
        self._clean_minimum(given)
        if given.get("lead") and given.get("lead") == given.get("second_lead"):
            self.add_error("second_lead", _("Choose somebody else, or nobody."))
        if self.instance.is_on:
            self._ask_for_tick(given)
        return given

    def _clean_minimum(self, given: dict[str, Any]) -> None:
        """Nothing typed is what this kind of action takes, and never more than are asked for."""
        needed, minimum = given.get("needed"), given.get("minimum")
        if needed and minimum and minimum > needed:
            self.add_error("minimum", _("This is more than you need. Write a smaller number."))
        elif needed and not minimum and "minimum" not in self.errors:
            note = tactic_notes.NOTES.get(given.get("tactic", ""))
            given["minimum"] = min(needed, note.least if note else 1)

    def _ask_for_tick(self, given: dict[str, Any]) -> None:
        """Where an announced action now comes near a place we were told to stay away from, its
        leads say that they read the notice."""
        cases = [*self.instance.cases.select_related("target"), *given.get("cases", [])]
        named = Action(**{name: given.get(name) or "" for name in no_trespass.SAYS_WHERE})
        texts = no_trespass.texts_of(named, cases, tactic=given.get("tactic", ""))
        self.notices = no_trespass.unread(self.instance, no_trespass.no_trespass_near(*texts))
        if not self.notices:
            return
        self.fields["notices_read"] = forms.BooleanField(label=no_trespass.to_tick(self.notices))
        if not self.data.get(self.add_prefix("notices_read")):
            self.add_error("notices_read", " ".join(no_trespass.in_words(self.notices)))

    def links(self) -> dict[str, Any]:
        """Return the cases, leads and roles: what stands in other tables than the action's own."""
        given = self.cleaned_data
        leads = [lead for lead in (given["lead"], given["second_lead"]) if lead]
        cases = [*([self.case] if self.case else []), *given.get("cases", [])]
        kinds = {kind: given[f"role_{kind}"] for kind in ActionRole.Kind.values}
        return {"leads": leads, "cases": cases, "roles": {k: n for k, n in kinds.items() if n}}

    def as_others_see_it(self) -> dict[str, Any]:
        """Return the action and its roles as its page shows them, with nothing of it saved."""
        roles = [ActionRole(kind=k, capacity=n) for k, n in self.links()["roles"].items()]
        return {"action": Action(**self.facts()), "roles": roles}

    def has_read(self) -> bool:
        """Say whether the tick under a notice to stay away was set."""
        return bool(self.notices)

    def key(self) -> dict[str, uuid.UUID]:
        return {"form_key": self.cleaned_data["form_key"] or uuid.uuid4()}

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def say_places_are_taken(self, sentences: dict[str, str]) -> None:
        for kind, sentence in sentences.items():
            self.add_error(f"role_{kind}", sentence)


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("Everybody who has the link reads it. No private facts."),
    )
