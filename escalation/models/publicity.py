"""The public page of a case: what the group wrote, and what of it anybody could read, and when."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseState, User
from escalation.models.agreements import Agreement


class PublicPageQuerySet(models.QuerySet["PublicPage"]):
    def public(self) -> "PublicPageQuerySet":
        """Return the pages anybody may read now.

        The decision, the silence that was promised and the end of the case are asked here once
        more, so that a page is off the moment one of them changes.
        """
        shown = PublicPageCopy.objects.filter(page=OuterRef("pk"), shown_until=None)
        silence = Agreement.objects.in_force().filter(offer__case=OuterRef("case"), silence=True)
        ended_well = Q(case__state__in=PublicPage.VICTORY_STATES)
        return self.filter(
            Exists(shown),
            ~Exists(silence),
            Q(kind=PublicPage.Kind.CALL) | ended_well,
            case__publicity=Case.Publicity.YES,
        )


class PublicPage(models.Model):
    """The draft. What is public is its last copy, so an edit changes nothing for the readers."""

    class Kind(models.TextChoices):
        CALL = "call", _("what the fight is about, and how to help")
        VICTORY = "victory", _("how it ended well")

    VICTORY_STATES = (CaseState.WON, CaseState.SETTLED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="public_pages")
    kind = models.CharField(_("what the page tells"), max_length=7, choices=Kind)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(
        _("text"),
        max_length=8000,
        help_text=_("Only facts you can show, and only the names people chose for the public."),
    )
    written_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PublicPageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class PublicPageCopy(models.Model):
    """What anybody could read, word for word. Written once; only its end is added, once."""

    page = models.ForeignKey(PublicPage, on_delete=models.CASCADE, related_name="copies")
    title = models.CharField(max_length=120)
    text = models.TextField()
    shown_from = models.DateTimeField(default=timezone.now)
    shown_until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-shown_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page"], condition=Q(shown_until=None), name="one_copy_is_public"
            ),
            models.CheckConstraint(
                condition=Q(shown_until=None) | Q(shown_until__gte=F("shown_from")),
                name="copy_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.shown_from:%Y-%m-%d}"
