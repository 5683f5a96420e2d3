"""Forms of the status page."""

from typing import Any

from django import forms
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from campaigns.models import Message
from escalation.models import OfferVoice


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Your private code"),
        max_length=200,
        help_text=_("25 letters and numbers. Spaces, dashes and small letters do not matter."),
        error_messages={"required": _("Type the code from your receipt.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    # A message that arrived when the code had to be asked for again.
    unsent = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)


class MessageForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        max_length=Message._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "max_length": _(
                "This is %(show_value)d letters long, and we can take %(limit_value)d. "
                "Please send it in two messages."
            ),
            "null_characters_not_allowed": _(
                "There is a sign in it that we cannot keep. Please type it again."
            ),
        },
    )
    wants_to_stop = forms.BooleanField(
        label=_("I want to stop. Please end this."),
        required=False,
        help_text=_(
            "You can always stop, and you need not say why. We ask you once more before we end it."
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "text" in values and not values["text"] and not values.get("wants_to_stop"):
            self.add_error("text", gettext("Write something first."))
        return values

    def whole_text(self, *, language: str) -> str:
        """Return the message, begun with the wish to stop in the language of the team."""
        if not self.cleaned_data["wants_to_stop"]:
            return self.cleaned_data["text"]
        with override(language):
            wish = gettext("I want to stop. Please end this.")
        return f"{wish}\n{self.cleaned_data['text']}".strip()


class VoiceForm(forms.Form):
    """What a person says to an offer. They may say it anew until it is decided."""

    says = forms.ChoiceField(
        label=_("What do you say?"),
        choices=[
            (OfferVoice.Says.ACCEPT, _("I accept it")),
            (OfferVoice.Says.COUNTER, _("I want something else")),
            (OfferVoice.Says.REFUSE, _("I say no")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you say.")},
    )
    note = forms.CharField(
        label=_("In your own words"),
        max_length=OfferVoice._meta.get_field("note").max_length,
        required=False,
        help_text=_("What you want instead, or why. You can leave it empty."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
