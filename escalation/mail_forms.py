"""The forms about e-mails: which ones somebody wants, and having the private link sent again."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.models import MailWish


class MailWishForm(forms.Form):
    wish = forms.ChoiceField(
        label=gettext_lazy("Which e-mails about actions do you want?"),
        choices=MailWish,
        widget=forms.RadioSelect,
    )


class SendLinkForm(forms.Form):
    """Where the private link goes to. No text message can be sent from here."""

    email = forms.CharField(
        label=gettext_lazy("The e-mail you signed up with"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "id": "id_link_email"}),
    )

    def clean_email(self) -> str:
        typed = self.cleaned_data["email"]
        if "@" not in typed:
            raise forms.ValidationError(
                _("We can send the link by e-mail only. If you gave us a phone, ask the lead.")
            )
        return forms.EmailField().clean(typed)
