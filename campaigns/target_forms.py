"""Forms for targets: facts, other names, links, merges, where somebody lives."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.fields import DayField
from campaigns.forms import VersionedForm, seen_now
from campaigns.models import Target, TargetAlias, TargetLink
from campaigns.target_keys import name_key
from campaigns.target_words import label

ONLY_BUSINESS = gettext_lazy("Business facts and public records only. No family, no children.")
MOST_LINES = 6


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class TargetForm(VersionedForm):
    class Meta:
        model = Target
        fields = [
            "name",
            "kind",
            "legal_name",
            "contact_name",
            "address",
            "language",
            "phone",
            "email",
            "plate",
            "sites",
            "sources",
        ]
        widgets = {"address": _lines(4), "sites": _lines(3), "sources": _lines(3)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = False
        self.fields["sources"].help_text = ONLY_BUSINESS

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or self.instance.kind

    def clean_address(self) -> str:
        return tidy_address(self.cleaned_data["address"])


def tidy_address(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise forms.ValidationError(_("An address has six lines at most."))
    return "\n".join(lines)


class AliasForm(forms.ModelForm):
    class Meta:
        model = TargetAlias
        fields = ["name", "source"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class _LinkFacts(VersionedForm):
    """What every link says beside its ends."""

    class Meta:
        model = TargetLink
        fields = ["source", "confidence", "from_date", "until_date"]
        field_classes = {"from_date": DayField, "until_date": DayField}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end = data.get("from_date"), data.get("until_date")
        if start and end and end < start:
            self.add_error("until_date", _("The end lies before the beginning."))
        return data


class LinkForm(_LinkFacts):
    """Change a link. Its ends stay: another end is another link."""

    def say_there_is_one(self) -> None:
        self.add_error(None, _("There is such a link already that has not ended."))


class NewLinkForm(_LinkFacts):
    """Link the target of the page with `other`, or with a new one that is named here."""

    BEHIND, AHEAD = "behind", "ahead"

    how = forms.ChoiceField(
        label=gettext_lazy("What they are to each other"),
        help_text=gettext_lazy(
            "A relative is noted only to see a conflict of interest among ourselves. No letter and "
            "no poster may name them."
        ),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=Target.Kind, help_text=ONLY_BUSINESS
    )
    field_order = ("name", "kind", "how")

    def __init__(self, *args: Any, target: Target, other: Target | None, **kwargs: Any) -> None:
        self.target, self.other = target, other
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = [("", _("Choose one")), *self._ways()]
        if other:
            del self.fields["name"], self.fields["kind"]

    def _ways(self) -> list[tuple[str, list[tuple[str, str]]]]:
        roles = TargetLink.Role.values
        # "The other one is the ... of the target" first: that is what research mostly finds.
        behind = [(f"{role}:{self.BEHIND}", label(role, is_behind=True)) for role in roles]
        ahead = [
            (f"{role}:{self.AHEAD}", label(role, is_behind=False))
            for role in roles
            if role != TargetLink.Role.RELATIVE
        ]
        words = {"target": self.target, "other": self.other or _("the other one")}
        return [
            (_("For %(target)s, %(other)s is:") % words, behind),
            (_("%(target)s, for %(other)s:") % words, ahead),
        ]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name_key(name):
            raise forms.ValidationError(_("Write a name. “My boss” is nobody we could find."))
        if name_key(name) == name_key(self.target.name):
            raise forms.ValidationError(_("That is the target itself. Link it with another one."))
        return name

    def link(self) -> TargetLink:
        """Return the link as it was told, not stored yet."""
        data = self.cleaned_data
        role, where = data["how"].split(":")
        other = self.other or Target(
            name=data["name"], kind=data["kind"], language=self.target.language
        )
        ends = (other, self.target) if where == self.BEHIND else (self.target, other)
        facts = {name: data[name] for name in self._meta.fields}
        return TargetLink(from_target=ends[0], to_target=ends[1], role=role, **facts)


class StrikeForm(forms.Form):
    """A link that was never true."""

    reason = forms.CharField(label=gettext_lazy("Why it was wrong"), max_length=300)


class MergeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("How we know it is the same"),
        max_length=300,
        help_text=gettext_lazy("A register, a paper, a phone number they share."),
    )


class UnmergeForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why they are two after all"), max_length=300)


class HomeForm(forms.Form):
    """Write down where somebody lives. What is kept is never shown in it."""

    address = forms.CharField(
        label=gettext_lazy("Where they live"),
        max_length=500,
        required=False,
        widget=_lines(3),
        help_text=gettext_lazy("Leave it empty and save to delete what is kept."),
    )
    source = forms.CharField(
        label=gettext_lazy("How we know this"), max_length=300, help_text=ONLY_BUSINESS
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def say_outrun(self, seen: int) -> None:
        """Keep what was typed. What the other person wrote stays sealed."""
        seen_now(self, "seen", seen)
        self.add_error(
            None,
            _(
                "Somebody else changed this while you were typing. Your text is still here. "
                "Open theirs first, or send again to put yours in its place."
            ),
        )

    def clean_address(self) -> str:
        return tidy_address(self.cleaned_data["address"])


class OpenHomeForm(forms.Form):
    """Read where somebody lives, for one action that is announced."""

    action = forms.ChoiceField(label=gettext_lazy("For which action"))
    agreed = forms.BooleanField(
        label=gettext_lazy("The team agreed that this action goes where they live.")
    )

    def __init__(self, *args: Any, actions: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actions = {str(action.public_id): action for action in actions}
        choices = [(key, f"{action.title}") for key, action in self.actions.items()]
        self.fields["action"].choices = [("", _("Choose one")), *choices]

    def chosen(self) -> Any:
        return self.actions[self.cleaned_data["action"]]
