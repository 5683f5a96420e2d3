"""The first day of a network: three pages of settings, then the list of what comes next."""

from copy import copy

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.access import ORGANIZER, policy
from campaigns.first_day_forms import STEPS
from campaigns.models import Group
from escalation import first_day as things
from letters import own_texts, text_example
from letters.document import as_fragment
from letters.models import TextKind


@policy(ORGANIZER)
@require_safe
def first_day(request: HttpRequest) -> HttpResponse:
    first = things.first_things(request.network, now=timezone.now())
    context = {"first": first, "later": things.later_things(request.network)}
    context |= {"next": next((thing for thing in first if not thing.is_done), None)}
    return render(request, "escalation/first_day.html", context)


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def first_day_step(request: HttpRequest, step: str) -> HttpResponse:
    """Show and save one page. "Go back" saves too, so that nothing typed is lost."""
    if step not in STEPS:
        raise Http404
    form = STEPS[step](request.POST or None, instance=copy(request.network))
    is_look = "look" in request.POST
    if request.method == "POST" and not is_look and form.is_valid() and form.save_step():
        to = form.before if "back" in request.POST else form.after
        return redirect("first_day_step", to) if to else redirect("first_day")
    form.is_valid()  # puts what was typed into the row that is shown
    context = {"form": form, "steps": len(STEPS), "is_look": is_look}
    if step == "letterhead":
        context["body"] = _letter_under(form.instance)
    status = 409 if form.outrun else 200
    return render(request, "escalation/first_day_step.html", context, status=status)


def _letter_under(group: Group) -> SafeString:
    """Return an invented letter of the network, as it will be printed."""
    kind, language = TextKind.WAGES, group.language
    words = own_texts.in_use(kind, language)
    return as_fragment(text_example.document(words, kind=kind, language=language, group=group))
