"""The board: every case somebody may know of, by state."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from campaigns import spreadsheet
from campaigns.access import ORGANIZER, policy
from campaigns.models import Case, CaseState, TeamMembership, User
from campaigns.wording import time_left
from escalation import case_table
from escalation.filters import BoardFilter
from escalation.models import Incident

PER_STATE = 50
PER_PAGE = 100
FIELDS = (
    "pk",
    "reference",
    "kind",
    "title",
    "summary",
    "state",
    "urgent",
    "state_since",
    "deadline_at",
    "has_incident",
)
# What cannot wait comes first, then what has waited longest.
ORDER = (F("urgent").desc(), F("deadline_at").asc(nulls_last=True), "state_since", "pk")


class Card(NamedTuple):
    url: str
    reference: str
    kind: str
    title: str
    summary: str
    team: str
    since: str
    clock: str
    is_urgent: bool
    is_hot: bool
    has_incident: bool


class Column(NamedTuple):
    label: str
    count: int
    cards: list[Card]
    more: int
    url: str
    state: str


@policy(ORGANIZER)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show open cases in a column for each state, or the cases of one state page by page."""
    now = timezone.now()
    found = _filtered(request)
    cases = found.qs  # only now does the form know what of its values made sense
    said = getattr(found.form, "cleaned_data", {})
    context: dict[str, Any] = {"filter": found, "is_filtered": bool(request.GET)}
    context |= {"query": _query(request.GET), "counted": found.counted()}
    if state := said.get("state"):
        page = Paginator(_rows(cases, request.user), PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "state": CaseState(state).label,
            "page": page,
            "cards": _cards(page.object_list, now),
        }
    else:
        # Who looks for a name, a target or what a figure counts wants the old fights too.
        is_wide = said.get("text") or said.get("target") or context["counted"]
        states = CaseState.values if is_wide else CaseState.OPEN
        context |= _columns(cases, request, now, states=states)
    return render(request, "escalation/board.html", context)


@policy(ORGANIZER)
@require_safe
def board_table(request: HttpRequest) -> HttpResponse:
    """Hand out the cases the filter finds as a table for a spreadsheet."""
    found = _filtered(request)
    rows = case_table.rows(found.qs.order_by(*ORDER), user=request.user)
    name = f"{_('cases')}-{timezone.localdate():%Y-%m-%d}"
    return spreadsheet.answer(name, case_table.HEADS, rows)


def _filtered(request: HttpRequest) -> BoardFilter:
    cases = Case.objects.listed_for(request.user)
    return BoardFilter(request.GET or None, queryset=cases, request=request)


def _rows(cases: QuerySet[Case], user: User) -> QuerySet[Case]:
    """Read what a card shows. Of an incident only the team of the case is told."""
    bad = Incident.objects.open().filter(severity__gte=Incident.Severity.SERIOUS)
    own = Exists(bad.of_team(user).filter(case=OuterRef("pk")))
    return cases.annotate(has_incident=own).order_by(*ORDER).values_list(*FIELDS, named=True)


def _columns(
    cases: QuerySet[Case], request: HttpRequest, now: dt.datetime, *, states: Iterable[str]
) -> dict[str, Any]:
    """Return `states` as columns with their first cards, and of the others only counts."""
    counts = dict(cases.order_by().values_list("state").annotate(Count("pk")))
    place = Window(RowNumber(), partition_by="state", order_by=ORDER)
    first = cases.filter(state__in=states).annotate(place=place)
    rows = list(_rows(first.filter(place__lte=PER_STATE), request.user))
    by_state: dict[str, list[Card]] = {}
    for row, card in zip(rows, _cards(rows, now), strict=True):
        by_state.setdefault(row.state, []).append(card)
    columns = [
        Column(
            label=str(CaseState(state).label),
            count=counts[state],
            cards=by_state.get(state, []),
            more=counts[state] - len(by_state.get(state, [])),
            url=f"?{_query(request.GET, state=state)}",
            state=state,
        )
        for state in (*CaseState.OPEN, *CaseState.CLOSED)
        if counts.get(state)
    ]
    counted = [column for column in columns if not column.cards]
    return {
        "columns": [column for column in columns if column.cards],
        # A case the group never took on is no fight that was lost.
        "closed": [
            (label, among)
            for label, ends in (
                (_("Fights that ended"), CaseState.CLOSED_TAKEN),
                (_("Closed without a fight of their own"), CaseState.CLOSED_NOT_TAKEN),
            )
            if (among := [column for column in counted if column.state in ends])
        ],
    }


def _cards(rows: Iterable[Any], now: dt.datetime) -> list[Card]:
    rows = list(rows)
    teams: dict[int, list[str]] = {}
    names = TeamMembership.objects.current().filter(case__in=[row.pk for row in rows])
    for case, name in names.order_by("since").values_list("case_id", "user__name"):
        teams.setdefault(case, []).append(name)
    # One look-up for all: each address differs in the reference only.
    before, _dash, after = reverse("case", args=["-"]).partition("-")
    kinds, today = dict(Case.Kind.choices), timezone.localdate(now)
    since: dict[int, str] = {}
    cards = []
    for row in rows:
        days = (today - timezone.localdate(row.state_since)).days
        clock = _clock(row, now)
        cards.append(
            Card(
                url=f"{before}{row.reference}{after}",
                reference=row.reference,
                kind=kinds[row.kind],
                title=row.title,
                summary=row.summary,
                team=", ".join(teams.get(row.pk, ())),
                since=since.get(days) or since.setdefault(days, _days(days)),
                clock=clock,
                is_urgent=row.urgent,
                is_hot=row.urgent or row.has_incident or (bool(clock) and row.deadline_at <= now),
                has_incident=row.has_incident,
            )
        )
    return cards


def _days(days: int) -> str:
    if days == 0:
        return _("since today")
    return ngettext("%(days)s day here", "%(days)s days here", days) % {"days": days}


def _clock(row: Any, now: dt.datetime) -> str:
    if row.state != CaseState.CLOCK_RUNNING or row.deadline_at is None:
        return ""
    return " ".join(time_left(now, row.deadline_at))


def _query(asked: QueryDict, *, state: str = "") -> str:
    """Return the filter as it stands in the address, for the first page, or for one `state`."""
    query = asked.copy()
    if state:
        query["state"] = state
    query.pop("page", None)
    return query.urlencode()
