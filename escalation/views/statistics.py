"""The group's numbers: for its people, for everybody where the group switched that on, and each
table as a file."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from campaigns import spreadsheet
from campaigns.access import ACCOUNT, PUBLIC, policy
from escalation import public_numbers, statistics_charts
from escalation.charts import Chart


@policy(ACCOUNT)
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show organizers each figure with the way to the cases it counts, members without it."""
    context = {"numbers": _own(request)}
    return render(request, "escalation/statistics.html", context)


@policy(ACCOUNT)
@require_safe
def statistics_table(request: HttpRequest, key: str) -> HttpResponse:
    return _as_file(_own(request).charts, key)


@policy(PUBLIC)
@require_safe
def public_statistics(request: HttpRequest) -> HttpResponse:
    context = {"numbers": _public(request), "fewest": public_numbers.FEWEST}
    return render(request, "escalation/public_statistics.html", context)


@policy(PUBLIC)
@require_safe
def public_statistics_table(request: HttpRequest, key: str) -> HttpResponse:
    return _as_file(_public(request).charts, key)


def _own(request: HttpRequest) -> statistics_charts.Numbers:
    currency = request.network.currency
    return statistics_charts.of(request.user, now=timezone.now(), currency=currency)


def _public(request: HttpRequest) -> public_numbers.PublicNumbers:
    if not request.network.numbers_public:
        raise Http404
    return public_numbers.read(now=timezone.now(), currency=request.network.currency)


def _as_file(charts: Iterable[Chart], key: str) -> HttpResponse:
    chart = next((chart for chart in charts if chart.key == key), None)
    if chart is None:
        raise Http404
    name = f"{slugify(chart.title)}-{timezone.localdate():%Y-%m-%d}"
    return spreadsheet.answer(name, chart.heads, chart.table())
