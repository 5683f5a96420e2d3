"""Whether a network is still new: until three have an account and somebody took intake duty."""

from django.db.models import Count, Q

from campaigns.models import Duty, User

PEOPLE = 3  # a case needs a team of two, and a letter the yes of somebody who did not write it


def is_on() -> bool:
    """Say so in one query: the pages that ask stand before everything else people do."""
    counted = User.objects.active().aggregate(
        people=Count("pk", distinct=True),
        duties=Count("duties", filter=Q(duties__kind=Duty.Kind.INTAKE)),
    )
    return counted["people"] < PEOPLE or not counted["duties"]
