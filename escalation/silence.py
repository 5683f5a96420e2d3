"""Whether somebody who does not answer any more was tried often enough."""

import datetime as dt

from django.db.models import Count, Min

from campaigns.models import Case, Contact
from escalation import check_ins
from escalation.models import guards
from escalation.models.time_facts import heard_facts


def tried_enough(case: Case, now: dt.datetime) -> str:
    """Return nothing, or what is missing: tries count from the last word we had of them.

    A safety check is no try: it asks for nothing.
    """
    heard = check_ins.last_heard(Case.objects.annotate(**heard_facts()).get(pk=case.pk))
    talks = Contact.objects.filter(case=case, who=Contact.Who.PERSON, at__gt=heard)
    tries = talks.exclude(result=Contact.Result.REACHED).exclude(purpose=Contact.Purpose.SAFETY)
    known = tries.aggregate(
        attempts=Count("pk"),
        attempt_methods=Count("method", distinct=True),
        first_attempt_at=Min("at"),
    )
    return guards.enough_tries(now=now, **known)
