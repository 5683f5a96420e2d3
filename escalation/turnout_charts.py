"""How many were needed, said yes and came: by action in one fight, and by month for the group.

Counts only, so they stay the same when the names have left the rosters.
"""

import datetime as dt
from collections import defaultdict

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Case
from campaigns.wording import date_in_words
from escalation.charts import Chart, Look, Row, Series
from escalation.models import Action

MONTHS = 12


def of_case(case: Case) -> Chart:
    """Draw the actions of a fight that took place, the oldest first, in one query."""
    held = case.actions.filter(state__in=Action.State.over()).with_turnout()
    return Chart(
        key="turnout_of_case",
        title=_("Who came"),
        row_name=_("Action"),
        series=[
            Series(_("needed"), Look.MARK),
            Series(_("said yes"), Look.HATCHED),
            Series(_("came"), Look.SOLID),
        ],
        rows=[_of_action(action) for action in held.order_by("starts_at", "pk")],
    )


def _of_action(action: Action) -> Row:
    day = date_in_words(action.starts_at, short=True, year=False)
    return Row(
        label=f"{day} {action.get_tactic_display()}",
        values=(action.needed, action.yes, action.came if action.is_counted else None),
        says=_came(action.came) if action.is_counted else _("not counted"),
        url=reverse("action", args=[action.public_id]),
    )


def by_month(now: dt.datetime) -> Chart:
    """Draw the last twelve months of the group, from its first action among them, in one query.

    A month without an action since then is shown too: a gap says as much as a bar.
    """
    months = last_months(timezone.localdate(now))
    since = timezone.make_aware(dt.datetime.combine(months[0], dt.time()))
    held = Action.objects.filter(state__in=Action.State.over(), starts_at__gte=since)
    by_month: dict[dt.date, list[Action]] = defaultdict(list)
    for action in held.with_turnout().order_by():
        by_month[action.month].append(action)
    first = min(by_month, default=dt.date.max)
    return Chart(
        key="turnout_by_month",
        title=_("People who came, by month"),
        row_name=_("Month"),
        series=[Series(_("actions"), Look.TABLE_ONLY), Series(_("people"), Look.SOLID)],
        rows=[_of_month(month, by_month[month]) for month in months if month >= first],
    )


def _of_month(month: dt.date, actions: list[Action]) -> Row:
    """Who came to two actions of a month counts twice: nobody is followed through it."""
    counted = [action.came for action in actions if action.is_counted]
    number = ngettext("%(n)s action", "%(n)s actions", len(actions)) % {"n": len(actions)}
    says = f"{number}, {_came(sum(counted)) if counted else _('not counted')}"
    return Row(
        label=format_date(month, "F Y"),
        values=(len(actions), sum(counted) if counted or not actions else None),
        says=says if actions else _("none"),
        url=reverse("actions_of_month", args=[month.year, month.month]) if actions else "",
    )


def _came(people: int) -> str:
    return ngettext("%(n)s came", "%(n)s came", people) % {"n": people}


def last_months(today: dt.date) -> list[dt.date]:
    """Return the first days of the last twelve months, this one too, the oldest first."""
    first, months = today.replace(day=1), []
    for _number in range(MONTHS):
        months.insert(0, first)
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return months
