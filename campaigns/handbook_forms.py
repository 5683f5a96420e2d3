"""Forms of the group's own pages."""

from django import forms

from campaigns.forms import VersionedForm
from campaigns.models import HandbookPage


class HandbookPageForm(VersionedForm):
    class Meta:
        model = HandbookPage
        fields = ["title", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 24})}


class NewHandbookPageForm(HandbookPageForm):
    class Meta(HandbookPageForm.Meta):
        fields = ["title", "language", "text"]
