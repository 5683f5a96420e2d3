"""The group's own numbers as charts. For organizers each figure leads to the cases it counts.

Members see the same without that way. What nobody has taken yet is counted only for whoever is on
intake duty, as on the board.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Case, CaseState, User
from campaigns.models.cases import UNTAKEN
from campaigns.wording import money as money_in_words
from escalation import statistics, turnout_charts
from escalation.charts import Chart, Look, Row, Series
from escalation.periods import Period
from escalation.statistics import Outcome, Part, Stretch, Sums

YEARS = 5


@dataclass(frozen=True)
class Numbers:
    charts: list[Chart]
    came_back: Sums
    came_back_url: str


def of(user: User, *, now: dt.datetime, currency: str) -> Numbers:
    """Return what there is to show, in seven queries."""
    is_linked = user.is_organizer
    cases = Case.objects.listed_for(user) if is_linked else Case.objects.exclude(UNTAKEN)
    came = statistics.cleared()
    charts = [
        open_now(cases, is_linked=is_linked),
        money(came, now=now, currency=currency, is_linked=is_linked),
        outcomes(cases, now=now, is_linked=is_linked),
        days_at_states(cases, now=now, is_linked=is_linked),
        turnout_charts.by_month(now),
    ]
    ever = Period.around(part.month for part in came).code if came else ""
    return Numbers(
        charts=[
            replace(chart, table_url=reverse("statistics_table", args=[chart.key]))
            for chart in charts
            if chart.rows
        ],
        came_back=Sums.of(came),
        came_back_url=_board(is_linked, cleared_in=ever),
    )


def open_now(cases: QuerySet[Case], *, is_linked: bool) -> Chart:
    counts = statistics.open_by_state(cases)
    return Chart(
        key="open_now",
        title=_("Fights that run now"),
        row_name=_("State"),
        series=[Series(_("fights"))],
        rows=[
            Row(
                label=str(CaseState(state).label),
                values=(counts[state],),
                says=str(counts[state]),
                url=_board(is_linked, state=state),
            )
            for state in CaseState.OPEN
            if state in counts
        ],
    )


def days_at_states(cases: QuerySet[Case], *, now: dt.datetime, is_linked: bool) -> Chart:
    by_state: dict[str, list[Stretch]] = defaultdict(list)
    for stretch in statistics.stretches(cases, now=now):
        by_state[stretch.state].append(stretch)
    return Chart(
        key="days_at_states",
        title=_("How long each step takes"),
        row_name=_("State"),
        series=[
            Series(_("fights"), Look.TABLE_ONLY),
            Series(_("usual"), Look.SOLID),
            Series(_("longest"), Look.MARK),
        ],
        rows=[
            _of_state(state, by_state[state], _board(is_linked, been_at=state))
            for state in CaseState.OPEN
            if state in by_state
        ],
        note=_(
            "In days, so far. Usual means that half took longer, and half less. A pause does not "
            "count in the state it interrupts."
        ),
    )


def _of_state(state: str, stretches: list[Stretch], url: str) -> Row:
    """The middle is of those that are over: how long the others will take nobody knows."""
    over = [stretch.days for stretch in stretches if stretch.is_over]
    middle = int(median(over) + 0.5) if over else None
    longest = max(stretch.days for stretch in stretches)
    fights = len({stretch.case for stretch in stretches})
    return Row(
        label=str(CaseState(state).label),
        values=(fights, middle, longest),
        says=_("still there") if middle is None else _days(middle),
        url=url,
    )


def money(cleared: list[Part], *, now: dt.datetime, currency: str, is_linked: bool) -> Chart:
    """Draw what was demanded and what came back in each of the last twelve months."""
    asked, came = _by_month(statistics.demanded()), _by_month(cleared)
    months = turnout_charts.last_months(timezone.localdate(now))
    first = min((one for one in [*asked, *came] if one >= months[0]), default=dt.date.max)
    return Chart(
        key="money",
        title=_("What we demanded, and what came back"),
        row_name=_("Month"),
        series=[
            Series(_("demanded"), Look.HATCHED),
            Series(_("fights"), Look.TABLE_ONLY),
            Series(_("came back"), Look.SOLID),
            Series(_("fights paid"), Look.TABLE_ONLY),
        ],
        rows=[
            _of_month(month, Sums.of(asked[month]), Sums.of(came[month]), currency, is_linked)
            for month in months
            if month >= first
        ],
        note=_(
            "A demand counts in the month it was handed over, and money in the month it cleared. "
            "What bounced does not count."
        ),
    )


def _by_month(parts: Iterable[Part]) -> dict[dt.date, list[Part]]:
    months: dict[dt.date, list[Part]] = defaultdict(list)
    for part in parts:
        months[part.month].append(part)
    return months


def _of_month(month: dt.date, asked: Sums, came: Sums, currency: str, is_linked: bool) -> Row:
    code = Period.month(month).code
    demanded_url = _board(is_linked and asked.fights > 0, demanded_in=code)
    cleared_url = _board(is_linked and came.fights > 0, cleared_in=code)
    return Row(
        label=format_date(month, "M Y"),
        values=(asked.amount, asked.fights, came.amount, came.fights),
        says=_in_short(asked.amount, came.amount, currency),
        words=(
            money_in_words(asked.amount, currency),
            str(asked.fights),
            money_in_words(came.amount, currency),
            str(came.fights),
        ),
        urls=(demanded_url, demanded_url, cleared_url, cleared_url),
    )


def _in_short(asked: Decimal, came: Decimal, currency: str) -> str:
    """Return both sums in whole units of the currency; it has to fit a phone beside the month."""
    sums = {"asked": money_in_words(asked, currency, places=0)}
    sums["came"] = money_in_words(came, currency, places=0)
    if asked and came:
        return _("asked %(asked)s, got %(came)s") % sums
    if asked:
        return _("asked %(asked)s") % sums
    return _("got %(came)s") % sums if came else _("nothing")


def outcomes(cases: QuerySet[Case], *, now: dt.datetime, is_linked: bool) -> Chart:
    """Draw how fights ended, by year, the newest first. What did not happen takes no line."""
    this_year = timezone.localdate(now).year
    counts = Counter((end.day.year, end.outcome) for end in statistics.ends(cases))
    return Chart(
        key="outcomes",
        title=_("How fights ended"),
        row_name=_("Year"),
        series=[Series(_("fights"))],
        rows=[
            Row(
                label=f"{year}: {outcome.label}",
                values=(counts[year, outcome],),
                says=str(counts[year, outcome]),
                url=_board(is_linked, outcome=outcome.value, ended_in=str(year)),
            )
            for year in range(this_year, this_year - YEARS, -1)
            for outcome in Outcome
            if (year, outcome) in counts
        ],
        note=_("A fight that was reopened counts once it has ended again."),
    )


def _board(is_linked: bool, **asked: str) -> str:
    return f"{reverse('board')}?{urlencode(asked)}" if is_linked else ""


def _days(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
