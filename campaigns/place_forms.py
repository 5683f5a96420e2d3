"""The form of a place we refer to, and the ticks that offer places in other forms."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.forms import VersionedForm
from campaigns.models import Place


class PlaceForm(VersionedForm):
    web = forms.URLField(
        label=_l("Web page"),
        max_length=300,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": _l("Write the whole address, for example https://clinic.example.")
        },
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Place
        fields = [
            "name",
            "what",
            "phone",
            "address",
            "web",
            "languages",
            "for_wages",
            "for_deposit",
            "for_other",
            "note",
        ]
        widgets = {
            "what": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["form_key"]
        else:
            self.fields["form_key"].initial = uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        ways = ("phone", "address", "web")
        if not any(data.get(way) or way in self.errors for way in ways):
            self.add_error("phone", _("Write a phone, an address or a web page."))
        if not any(data.get(f"for_{kind}") for kind in ("wages", "deposit", "other")):
            self.add_error("for_other", _("Tick what they help with."))
        return data

    def validate_constraints(self) -> None:
        """Leave the rules of the table to `clean()`, which says them beside a field."""

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def key(self) -> uuid.UUID:
        return self.cleaned_data.get("form_key") or uuid.uuid4()


class _PlacesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, place: Place) -> str:
        return place.in_one_line


class _NamesField(_PlacesField):
    def label_from_instance(self, place: Place) -> str:
        return place.name


class PlaceTicks(forms.Form):
    """Places of our list to tick, beside a free text `places` that the form itself has.

    The form calls `offer_places(kind)` when it is made, and takes `whole_places()` for the text.
    """

    known_places = _PlacesField(Place.objects.none(), label=_l("Places we know"), required=False)
    hand_over = _NamesField(
        Place.objects.none(),
        label=_l("They agreed that we pass the sheet on to"),
        help_text=_l("Ask them first. Without their yes nothing is passed on."),
        required=False,
    )

    def offer_places(self, kind: str) -> None:
        offered = Place.objects.fitting(kind)
        for name in ("known_places", "hand_over"):
            self.fields[name].queryset = offered
            if not offered.exists():
                del self.fields[name]

    def whole_places(self) -> str:
        """Return what was ticked and what was typed, a line for each."""
        ticked = [place.in_one_line for place in self.cleaned_data.get("known_places") or ()]
        typed = (self.cleaned_data.get("places") or "").strip()
        return "\n".join([*ticked, *([typed] if typed else [])])

    def to_hand_over(self) -> list[Place]:
        return list(self.cleaned_data.get("hand_over") or ())

    def clean_places_together(self) -> None:
        """Say what is missing. For the form to call where its move names places."""
        if not self.whole_places() and "places" not in self.errors:
            self.add_error("places", _("Name at least one place they can turn to."))
        ticked = set(self.cleaned_data.get("known_places") or ())
        if not ticked.issuperset(self.to_hand_over()):
            self.add_error("hand_over", _("Tick the same place above too."))
