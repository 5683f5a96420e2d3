"""The sheet of a case: the facts that only its team reads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case


class Sheet(models.Model):
    """The facts only the team of a case reads. All may stay empty until the proposal."""

    class StillThere(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSURE = "unsure", _("Not sure")

    class HeardOf(models.TextChoices):
        FRIEND = "friend", _("A friend or co-worker")
        POSTER = "poster", _("A poster")
        ONLINE = "online", _("Online")
        OTHER_GROUP = "group", _("Another group")
        OTHER = "other", _("Something else")

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="sheet")
    story = models.TextField(_("what happened"), max_length=20_000, blank=True)
    who_typed = models.TextField(_("who it is, as told"), max_length=1000, blank=True)
    amount_typed = models.CharField(_("about how much, as told"), max_length=120, blank=True)
    wish = models.TextField(_("what they want"), max_length=1000, blank=True)
    still_there = models.CharField(
        _("still works or lives there"), max_length=6, choices=StillThere, blank=True
    )
    others_affected = models.TextField(
        _("others in the same situation"), max_length=1000, blank=True
    )
    urgent_note = models.TextField(_("anything urgent"), max_length=1000, blank=True)
    heard_of = models.CharField(
        _("how they heard of us"), max_length=10, choices=HeardOf, blank=True
    )
    gaps = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text=_("Questions the first form left open: keys of OPEN_QUESTIONS."),
    )

    started_on = models.DateField(_("work or tenancy began"), null=True, blank=True)
    ended_on = models.DateField(_("work or tenancy ended"), null=True, blank=True)
    place = models.TextField(_("work site or rented home"), max_length=500, blank=True)
    agreement = models.TextField(
        _("what was agreed"),
        max_length=2000,
        blank=True,
        help_text=_("Pay and hours, or rent and deposit. Who promised it, and was it in writing?"),
    )
    keys_returned_on = models.DateField(_("keys returned"), null=True, blank=True)
    forwarding_given_on = models.DateField(_("new address given"), null=True, blank=True)
    statement_on = models.DateField(_("landlord's statement dated"), null=True, blank=True)
    already_tried = models.TextField(_("already tried"), max_length=2000, blank=True)
    evidence_list = models.TextField(
        _("evidence"),
        max_length=4000,
        blank=True,
        help_text=_('If there is none, write "none".'),
    )
    readiness = models.TextField(
        _("ready to take part"),
        max_length=1000,
        blank=True,
        help_text=_("What they are willing to do, and what not."),
    )
    risks_explained = models.BooleanField(_("we talked about the risks"), default=False)
    not_a_service_explained = models.BooleanField(
        _("we explained that we are not a service"), default=False
    )
    limitation_on = models.DateField(
        _("claims end by law on"),
        null=True,
        blank=True,
        help_text=_("Only what somebody who knows the law told us."),
    )
    limitation_note = models.CharField(_("who told us that"), max_length=200, blank=True)
    limitation_seen_on = models.DateField(null=True, editable=False)
    retaliation_talk_on = models.DateField(
        _("talk about how they may hit back, held on"), null=True, blank=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return str(self.case_id)
