"""The pages of the first day: the settings a new network looks at first, a few at a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.forms import VersionedForm
from campaigns.models import Group
from campaigns.people_forms import TIME_FIELDS, OfNetwork, SetUpForm

KEPT = tuple(name for name in TIME_FIELDS if name.startswith("keep_"))


class StepForm(VersionedForm):
    """One page of the path. `before` and `after` name the pages around it; "" is the list."""

    title: Any = ""
    lede: Any = ""
    before = after = ""
    number = 0

    def save_step(self) -> bool:
        """Save. A double click sends the same twice: what stands there already counts as saved."""
        typed = {name: self.cleaned_data[name] for name in self._meta.fields}
        if self.save_if_unchanged():
            return True
        current = Group.current()
        return all(getattr(current, name) == value for name, value in typed.items())

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [("", [self[name] for name in self._meta.fields])]


class NetworkStep(OfNetwork, StepForm):
    title = _("Your network")
    after = "papers"
    number = 1

    class Meta:
        model = Group
        fields = SetUpForm.Meta.fields
        help_texts = SetUpForm.Meta.help_texts


class PapersStep(StepForm):
    title = _("Papers and time")
    lede = _("This is what most groups use. Change what is different with you.")
    before, after = "network", "letterhead"
    number = 2

    class Meta:
        model = Group
        fields = ("paper", "currency", "deadline_days", "deadline_hour", *KEPT)
        help_texts = {
            "deadline_days": _("Counted from the day after. The letter names the last day."),
            "deadline_hour": _("The clock of a demand ends at this hour, where you are."),
            "keep_closed_days": _(
                "After that the names, the story and the files are deleted. The sums stay."
            ),
        }

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        first = [self[name] for name in self._meta.fields if name not in KEPT]
        kept = [self[name] for name in KEPT]
        return [
            (gettext("Papers and deadlines"), first),
            (gettext("How long things are kept"), kept),
        ]


class LetterheadStep(StepForm):
    title = _("Your letterhead")
    lede = _("This stands at the top of every letter, so that a target can answer you.")
    before = "papers"
    number = 3

    class Meta:
        model = Group
        fields = ("address", "phone", "email")
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "address": _("A post box or a meeting place is fine. Do not give anybody's home."),
            "phone": _("It stands on posters too. Best is a phone that the group shares."),
        }


STEPS: dict[str, type[StepForm]] = {
    "network": NetworkStep,
    "papers": PapersStep,
    "letterhead": LetterheadStep,
}
