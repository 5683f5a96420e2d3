"""People from a spreadsheet: the file, how it is read, the yes. Until then the page carries it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from campaigns.access import ORGANIZER, policy
from escalation import people_import as reading
from escalation.people_import_forms import ColumnsForm, TableForm

SHOWN = 20  # lines that are fine; of those left out all are shown


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: HttpRequest) -> HttpResponse:
    if "table" in request.POST:
        return _go_on(request)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["file"]
        return _show(request, ColumnsForm(table=table, guesses=reading.guessed(table)))
    return render(request, "escalation/import_people.html", {"form": form})


def _go_on(request: HttpRequest) -> HttpResponse:
    try:
        table = reading.unpacked(request.POST["table"])
    except reading.ImportRefused as refused:
        form = TableForm({})
        form.add_error("file", str(refused))
        return render(request, "escalation/import_people.html", {"form": form})
    return _show(request, ColumnsForm(request.POST, table=table))


def _show(request: HttpRequest, form: ColumnsForm) -> HttpResponse:
    """Show how the table is read; on a yes without an open question, take it in."""
    is_asked = form.is_bound and "take_in" in request.POST
    is_right = not form.is_bound or form.is_valid()
    columns = form.columns()
    lines, order = _understood(request, form, columns) if is_right else ([], "")
    good = [line for line in lines if not line.problem]
    if is_asked and is_right:
        if order is None:
            form.add_error("order", _("Say what comes first. A day could be read in two ways."))
        elif not form.cleaned_data["agreed"]:
            form.add_error("agreed", _("Ask them first. We call nobody who did not agree."))
        else:
            new = reading.take_in(lines, by=request.user, now=timezone.now())
            text = ngettext(
                "%(n)d person is on the phone tree now.", "%(n)d people are on it now.", new
            )
            messages.success(request, text % {"n": new})
            return redirect("phone_list")
    context = {
        "form": form,
        "is_right": is_right,
        "asks_order": ("agreed_on" in columns and order is None) or bool(form.data.get("order")),
        "good": good,
        "shown": good[:SHOWN],
        "left_out": [line for line in lines if line.problem],
        "has_days": "agreed_on" in columns,
    }
    return render(request, "escalation/import_preview.html", context)


def _understood(
    request: HttpRequest, form: ColumnsForm, columns: list[str]
) -> tuple[list[reading.Line], str | None]:
    """Return the lines as they are read, and the order of days, None where somebody must say it."""
    table, order = form.heads, form.data.get("order") or ""
    if not order and "agreed_on" in columns:
        place = columns.index("agreed_on")
        order = reading.order_of_days(line[place] for line in table.lines)
    read_as = order or reading.DAY_FIRST
    today = timezone.localdate()
    lines = reading.understood(table, columns, order=read_as, group=request.network, today=today)
    return lines, order
