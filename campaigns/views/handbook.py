"""How we do it: pages for whoever does something for the first time, in the group's own words."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import handbook as book
from campaigns.access import ACCOUNT, ORGANIZER, policy
from campaigns.handbook_forms import HandbookPageForm, NewHandbookPageForm
from campaigns.page_text import blocks_of

FORM_METHODS = ["GET", "HEAD", "POST"]


def _reads(request: HttpRequest) -> list[str]:
    return [get_language(), request.network.language]


@policy(ACCOUNT)
@require_safe
def handbook(request: HttpRequest) -> HttpResponse:
    context = {"pages": book.pages(reads=_reads(request))}
    return render(request, "campaigns/handbook.html", context)


@policy(ACCOUNT)
@require_safe
def handbook_page(request: HttpRequest, slug: str) -> HttpResponse:
    page = book.page(slug, reads=_reads(request))
    if page is None:
        raise Http404
    everything = book.pages(reads=_reads(request))
    place = next(n for n, other in enumerate(everything) if other.slug == slug)
    context = {
        "page": page,
        "blocks": blocks_of(page.text),
        "following": everything[place + 1] if place + 1 < len(everything) else None,
        "languages": [get_language_info(code) for code, _name in settings.LANGUAGES],
        "is_foreign": page.language != get_language(),
    }
    return render(request, "campaigns/handbook_page.html", context)


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def add_handbook_page(request: HttpRequest) -> HttpResponse:
    form = NewHandbookPageForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid() and "look" not in request.POST:
        form.instance.slug = book.new_slug(form.cleaned_data["title"])
        if book.save(form, by=request.user):
            messages.success(request, _("The page is saved."))
            return redirect("handbook_page", form.instance.slug)
    return _edit_page(request, form)


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def edit_handbook_page(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Change a page in one language, or look at what was typed before it is saved."""
    if language not in dict(settings.LANGUAGES) or book.page(slug, reads=[language]) is None:
        raise Http404
    row = book.for_editing(slug, language)
    form = HandbookPageForm(request.POST or None, instance=row)
    is_sent = request.method == "POST" and form.is_valid() and "look" not in request.POST
    if is_sent and book.save(form, by=request.user):
        messages.success(request, _("The page is saved."))
        return redirect("handbook_page", slug)
    return _edit_page(request, form, slug=slug, language=language)


def _edit_page(
    request: HttpRequest, form: HandbookPageForm, slug: str = "", language: str = ""
) -> HttpResponse:
    is_own = bool(slug) and form.instance.pk is not None
    context = {
        "form": form,
        "slug": slug,
        "language": language,
        "language_name": get_language_info(language)["name_translated"] if language else "",
        "is_own": is_own,
        "was_shipped": slug in book.shipped(language) if language else False,
        "blocks": blocks_of(form.cleaned_data["text"]) if form.is_bound and form.is_valid() else [],
    }
    status = 409 if form.outrun else 200
    return render(request, "campaigns/edit_handbook_page.html", context, status=status)


@policy(ORGANIZER)
@require_POST
def remove_own_page(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    if book.throw_away(slug, language):
        messages.success(request, _("What you wrote there is deleted."))
    if book.page(slug, reads=_reads(request)):
        return redirect("handbook_page", slug)
    return redirect("handbook")
