"""What needs somebody in a case that is closed: money that went back, and a person who writes."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from django.db.models import Exists, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Case, CaseState, Message, Payment, PaymentEvent, User
from campaigns.models.cases import CaseQuerySet
from campaigns.models.claims import ZERO
from escalation.todo_item import SOON, URGENT, Item

PAID = (CaseState.WON, CaseState.SETTLED)


def closed_cases(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield what the closed cases of `user` ask for; on intake duty, also those nobody has now."""
    yield from map(_bounced, _with_money_back(Case.objects.of_team(user)))
    for case in _written_to(Case.objects.of_team(user)):
        yield _message(case, user)
    if user.is_organizer:
        today = timezone.localdate(now)
        yield from map(_left_behind, _written_to(Case.objects.left_behind_for(user, today=today)))


def _with_money_back(cases: CaseQuerySet) -> CaseQuerySet:
    """Leave the paid cases of which money went back after the end, and was not made good since."""
    payments = Payment.objects.filter(case=OuterRef("pk"))
    back = payments.filter(events__kind__in=PaymentEvent.GONE, events__at__gt=OuterRef("closed_at"))
    anew = payments.cleared().filter(at__gt=OuterRef("closed_at"))
    sums = {
        name: Coalesce(
            Subquery(rows.order_by().values("case").annotate(n=Sum("amount")).values("n")), ZERO
        )
        for name, rows in (("went_back", back), ("came_anew", anew))
    }
    return cases.filter(state__in=PAID).annotate(**sums).filter(went_back__gt=F("came_anew"))


def _written_to(cases: CaseQuerySet) -> CaseQuerySet:
    """Leave the closed cases in which somebody wrote after the end and nobody has answered."""
    waiting = Message.objects.unanswered().filter(
        case=OuterRef("pk"), at__gte=OuterRef("closed_at")
    )
    closed = cases.filter(state__in=CaseState.CLOSED, forgotten_at=None)
    return closed.filter(Exists(waiting))


def _bounced(case: Case) -> Item:
    text = _("A payment went back after the case was closed. Decide whether it is reopened.")
    url = reverse("make_move", args=[case.reference, "reopen"])
    return Item(URGENT, _about(case), text, _("Reopen it"), url)


_WROTE = gettext_lazy("The case is closed, and they wrote to us.")


def _message(case: Case, user: User) -> Item:
    """An answer clears it. Whether the case is taken up again is another matter."""
    url = f"{case.get_absolute_url()}#messages"
    item = Item(SOON, _about(case), str(_WROTE), _("Read and answer"), url)
    if case.state in (*PAID, CaseState.MERGED) or not user.is_organizer:
        return item
    return replace(item, also_label=_("Take it up again"), also_url=_take_up(case))


def _left_behind(case: Case) -> Item:
    """Nobody has the file open, so whoever answers takes the case up first."""
    return Item(SOON, _about(case), str(_WROTE), _("Take it up again"), _take_up(case))


def _take_up(case: Case) -> str:
    return reverse("make_move", args=[case.reference, "take_up_again"])


def _about(case: Case) -> str:
    return f"{case.reference} · {case.title or case.get_kind_display()}"
