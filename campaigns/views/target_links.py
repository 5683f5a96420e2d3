"""Pages of who stands behind a target: links, merges, and where somebody lives."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import target_homes as homes
from campaigns import target_merge
from campaigns import targets as verbs
from campaigns.access import TEAM, fetch, policy
from campaigns.models import Target, TargetLink
from campaigns.target_forms import (
    HomeForm,
    LinkForm,
    MergeForm,
    NewLinkForm,
    OpenHomeForm,
    StrikeForm,
    UnmergeForm,
)
from campaigns.target_page import facts_of
from campaigns.target_words import in_words
from campaigns.views.targets import back_to_target, found_for, target_form_page


def _target(request: HttpRequest, pk: int) -> Target:
    return fetch(Target.objects.changed_by(request.user).kept(), pk=pk)


# Links


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def add_target_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Search who it is, then say what they are to each other. A new one is written down with it."""
    seen, other = _target(request, pk), None
    if request.GET.get("other"):
        known = Target.objects.visible_to(request.user).kept().exclude(pk=pk)
        other = fetch(known, pk=request.GET["other"])
    text, found = found_for(request, but=seen)
    form = NewLinkForm(request.POST or None, target=seen, other=other, initial={"name": text})
    if form.is_valid():
        verbs.add_link(form.link(), by=request.user)
        return back_to_target(request, pk)
    asks = bool(other or text or form.is_bound)
    context = {"target": seen, "other": other, "text": text, "found": found, "asks": asks}
    return target_form_page(request, "add_target_link", form=form, **context)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_target_link(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    seen = _target(request, pk)
    edge = fetch(_links_of(seen), pk=link)
    form = LinkForm(request.POST or None, instance=edge)
    words = in_words(edge)
    if form.is_valid() and verbs.change_link(edge, form=form, by=request.user):
        return back_to_target(request, pk)
    context = {"target": seen, "link": edge, "words": words}
    return target_form_page(request, "edit_target_link", form=form, **context)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def strike_target_link(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    seen = _target(request, pk)
    edge = fetch(_links_of(seen), pk=link)
    form = StrikeForm(request.POST or None)
    if form.is_valid():
        verbs.strike_link(edge, reason=form.cleaned_data["reason"], by=request.user)
        return back_to_target(request, pk, _("The link is gone. The history keeps it."))
    context = {"target": seen, "words": in_words(edge)}
    return target_form_page(request, "strike_target_link", form=form, **context)


def _links_of(target: Target) -> QuerySet[TargetLink]:
    return TargetLink.objects.shown().of(target).select_related("from_target", "to_target")


# Merges


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Search the other record, look at what a merge would do, and do it."""
    kept = _target(request, pk)
    text, found = found_for(request, but=kept)
    context: dict[str, Any] = {"target": kept, "text": text, "found": found}
    form = MergeForm(request.POST or None)
    if request.GET.get("with"):
        mine = Target.objects.changed_by(request.user).kept().exclude(pk=pk)
        gone = fetch(mine, pk=request.GET["with"])
        if form.is_valid():
            try:
                reason = form.cleaned_data["reason"]
                target_merge.merge(kept, gone=gone, reason=reason, by=request.user)
                return back_to_target(request, pk, _("They are one target now."))
            except target_merge.MergeRefused:
                messages.error(request, _("Somebody merged one of the two meanwhile. Look again."))
                return redirect("targets")
        preview = target_merge.preview(kept, gone)
        context |= {"gone": gone, "preview": preview}
        context |= {"kept_facts": facts_of(kept), "gone_facts": facts_of(gone)}
    return target_form_page(request, "merge_target", form=form, **context)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def unmerge_target(request: HttpRequest, pk: int, merged: int) -> HttpResponse:
    kept = _target(request, pk)
    gone = fetch(kept.merged_from.select_related("merged_into"), pk=merged)
    form = UnmergeForm(request.POST or None)
    if form.is_valid():
        try:
            target_merge.unmerge(gone, reason=form.cleaned_data["reason"], by=request.user)
            return back_to_target(request, pk, _("They are two targets again."))
        except target_merge.MergeRefused:
            messages.error(request, _("Somebody took them apart already."))
            return redirect("target", pk)
    return target_form_page(request, "unmerge_target", form=form, target=kept, gone=gone)


# Where somebody lives


@policy(TEAM)
@require_safe
def target_home(request: HttpRequest, pk: int) -> HttpResponse:
    return _home_page(request, _target(request, pk))


def _home_page(
    request: HttpRequest,
    person: Target,
    *,
    note_form: HomeForm | None = None,
    open_form: OpenHomeForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    actions = homes.actions_for(person, by=request.user, now=now)
    context = {
        "target": person,
        "note_form": note_form or HomeForm(initial={"seen": homes.seen_of(person)}),
        "open_form": open_form or OpenHomeForm(actions=actions),
        "actions": actions,
        "is_open": homes.may_read(person, by=request.user, now=now),
    }
    return target_form_page(request, "target_home", **context)


@policy(TEAM)
@require_POST
def note_target_home(request: HttpRequest, pk: int) -> HttpResponse:
    person, form = _target(request, pk), HomeForm(request.POST)
    if form.is_valid():
        if homes.write_home(person, by=request.user, **form.cleaned_data):
            return back_to_target(request, pk)
        form.say_outrun(homes.seen_of(person))
    return _home_page(request, person, note_form=form)


@policy(TEAM)
@require_POST
def open_target_home(request: HttpRequest, pk: int) -> HttpResponse:
    """Open it for an hour, for an announced action of the person's own team."""
    person = _target(request, pk)
    actions = homes.actions_for(person, by=request.user, now=timezone.now())
    form = OpenHomeForm(request.POST, actions=actions)
    if form.is_valid():
        homes.open_home(person, action=form.chosen(), by=request.user)
        return redirect("target_home", pk)
    return _home_page(request, person, open_form=form)
