"""The private calendar address of a person."""

import datetime as dt

from django.db import models
from django.utils import timezone

from campaigns.models import User
from campaigns.models.people import token_hash


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def of_token(self, token: str, *, today: dt.date) -> "CalendarFeedQuerySet":
        """Return the feed this secret opens. One that no calendar asked for in 90 days is over."""
        since = today - CalendarFeed.ENDS_UNREAD_AFTER
        alive = self.filter(token_hash=token_hash(token), read_on__gte=since)
        return alive.filter(user__is_active=True)


class CalendarFeed(models.Model):
    """An address that a phone's calendar reads by itself. Of its secret only the hash is kept."""

    ENDS_UNREAD_AFTER = dt.timedelta(days=90)

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    read_on = models.DateField(editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.user)
