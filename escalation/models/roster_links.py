"""Links that open the roster of one action, for the kerb, without an account."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from campaigns.models import User
from campaigns.models.people import token_hash
from escalation.models.actions import Action


class RosterLinkQuerySet(models.QuerySet["RosterLink"]):
    def open(self, now: dt.datetime) -> "RosterLinkQuerySet":
        """Return those that still open: two days after the action, or with other leads, none do.

        The leads are compared here rather than told to the links, so that nothing which changes
        them has to know of links.
        """
        then, today = RosterLink.leads.through.objects, Action.leads.through.objects
        same_then = then.filter(rosterlink=OuterRef(OuterRef("pk"))).values("user")
        same_today = today.filter(action=OuterRef(OuterRef("action"))).values("user")
        gone = then.filter(rosterlink=OuterRef("pk")).exclude(user__in=same_today)
        joined = today.filter(action=OuterRef("action")).exclude(user__in=same_then)
        alive = self.filter(ended_at=None, made_by__is_active=True)
        alive = alive.filter(action__ends_at__gte=now - Action.ROSTER_CLOSES_AFTER)
        return alive.filter(~Exists(gone), ~Exists(joined))

    def of_token(self, token: str) -> "RosterLinkQuerySet":
        return self.filter(token_hash=token_hash(token))


class RosterLink(models.Model):
    """A secret address of 128 bits, of which only the hash is kept. It names no case."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="roster_links")
    leads = models.ManyToManyField(
        User, related_name="+", help_text="Who led the action when it was made."
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = RosterLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.action)
