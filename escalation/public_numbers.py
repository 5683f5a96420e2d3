"""The group's numbers as everybody may see them, where the group switched that on.

No figure may tell of one person, and neither may two readings of the page, one before and one after
something happened. So whatever is shown covers at least `FEWEST` fights: months that are over are
joined, from the oldest on, until so many are in them, and what does not reach it yet is left out.
What is shown once stays as it is, and grows by `FEWEST` or more at a time. States before the
delivery are not shown at all: they would tell a target what is coming.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState
from campaigns.wording import money as money_in_words
from escalation import statistics
from escalation.charts import Chart, Look, Row, Series
from escalation.models import Action
from escalation.periods import Period
from escalation.statistics import Outcome, Sums

FEWEST = 3
BLOCKS_SHOWN = 12

T = TypeVar("T")


@dataclass(frozen=True)
class PublicNumbers:
    charts: list[Chart]
    came_back: Sums
    running: int  # 0 where they are too few to be told


def read(*, now: dt.datetime, currency: str) -> PublicNumbers:
    """Return what everybody may see, in four queries."""
    today = timezone.localdate(now)
    came = _blocks(statistics.cleared(), today, month=lambda p: p.month, whose=lambda p: p.case)
    running = Case.objects.filter(state__in=CaseState.FIGHTING).count()
    charts = [_money(came, currency), _outcomes(today), _turnout(today)]
    return PublicNumbers(
        charts=[
            replace(chart, table_url=reverse("public_statistics_table", args=[chart.key]))
            for chart in charts
            if chart.rows
        ],
        came_back=Sums.of(part for block in came for part in block),
        running=running if running >= FEWEST else 0,
    )


def _blocks(
    rows: Iterable[T],
    today: dt.date,
    *,
    month: Callable[[T], dt.date],
    whose: Callable[[T], Hashable],
) -> list[list[T]]:
    """Join the months of `rows`, oldest first, until `FEWEST` are in each; see above.

    The month that runs is left out, and so are the last ones as long as too few are in them.
    """
    blocks: list[list[T]] = []
    block: list[T] = []
    by_month: dict[dt.date, list[T]] = {}
    for row in rows:
        by_month.setdefault(month(row), []).append(row)
    for first in sorted(by_month):
        if first >= today.replace(day=1):
            break
        block += by_month[first]
        if len({whose(row) for row in block}) >= FEWEST:
            blocks.append(block)
            block = []
    return blocks


def _money(blocks: list[list[statistics.Part]], currency: str) -> Chart:
    rows = []
    for block in blocks[-BLOCKS_SHOWN:]:
        sums = Sums.of(block)
        rows.append(
            Row(
                label=str(Period.around(part.month for part in block)),
                values=(sums.fights, sums.amount),
                says=money_in_words(sums.amount, currency, places=0),
                words=(str(sums.fights), money_in_words(sums.amount, currency)),
            )
        )
    series = [Series(_("fights"), Look.TABLE_ONLY), Series(_("came back"))]
    return _chart("came_back", _("What came back"), _("Months"), series, rows)


def _outcomes(today: dt.date) -> Chart:
    """Count all that ended, without years. What happened too rarely is joined, or left out."""
    ends = statistics.ends(Case.objects.all())
    numbered = enumerate(ends)
    blocks = _blocks(
        numbered, today, month=lambda one: one[1].day.replace(day=1), whose=lambda one: one[0]
    )
    counts = Counter(end.outcome for block in blocks for _number, end in block)
    shown = [(str(one.label), counts[one]) for one in Outcome if counts[one] >= FEWEST]
    others = counts.total() - sum(count for _label, count in shown)
    if shown and others >= FEWEST:
        shown.append((_("Another way"), others))
    rows = [Row(label=label, values=(count,), says=str(count)) for label, count in shown]
    return _chart("ends", _("How fights ended"), _("How"), [Series(_("fights"))], rows)


def _turnout(today: dt.date) -> Chart:
    held = Action.objects.filter(state__in=Action.State.over()).with_turnout().order_by("starts_at")
    blocks = _blocks(
        (action for action in held if action.is_counted),
        today,
        month=lambda action: action.month,
        whose=lambda action: action.pk,
    )
    rows = []
    for block in blocks[-BLOCKS_SHOWN:]:
        people = sum(action.came for action in block)
        label = str(Period.around(action.month for action in block))
        rows.append(Row(label=label, values=(len(block), people), says=str(people)))
    series = [Series(_("actions"), Look.TABLE_ONLY), Series(_("people"))]
    return _chart("turnout", _("People who came to our actions"), _("Months"), series, rows)


def _chart(key: str, title: str, name: str, series: list[Any], rows: list[Row]) -> Chart:
    return Chart(key=key, title=title, row_name=name, series=series, rows=rows)
