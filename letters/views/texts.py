"""The texts letters start from: which there are, how each reads, and what the group made of it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.access import ORGANIZER, policy
from letters import own_texts, text_example, text_fields
from letters.document import as_fragment
from letters.models import DEMAND_KINDS, TextKind
from letters.text_forms import LetterTextForm


def _known_or_404(kind: str, language: str) -> None:
    if kind not in TextKind or language not in dict(settings.LANGUAGES):
        raise Http404


@policy(ORGANIZER)
@require_safe
def letter_texts(request: HttpRequest) -> HttpResponse:
    rows = own_texts.overview()
    context = {
        "demands": [row for row in rows if row[0] in DEMAND_KINDS],
        "later": [row for row in rows if row[0] not in DEMAND_KINDS],
    }
    return render(request, "letters/letter_texts.html", context)


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_text(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Change a text, or look at what was typed as a letter before it is saved."""
    _known_or_404(kind, language)
    text = own_texts.for_editing(kind, language)
    is_own = text.pk is not None
    form = LetterTextForm(request.POST or None, instance=text)
    is_look = "look" in request.POST
    if form.is_valid() and not is_look and own_texts.save(form, by=request.user):
        messages.success(request, _("The text is saved. New letters start with it."))
        return redirect("edit_text", kind, language)
    shown = own_texts.words_of(form.instance) if not form.errors else None
    context = {
        "form": form,
        "text": text,
        "is_own": is_own,
        "kind": TextKind(kind),
        "language_name": get_language_info(language)["name_translated"],
        "fields": text_fields.explained(text_fields.allowed(kind)),
        "body": shown
        and as_fragment(
            text_example.document(shown, kind=kind, language=language, group=request.network)
        ),
        "is_look": is_look,
    }
    status = 409 if form.outrun else 200
    return render(request, "letters/edit_text.html", context, status=status)


@policy(ORGANIZER)
@require_POST
def go_back_to_first_text(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    _known_or_404(kind, language)
    if own_texts.go_back(kind, language):
        messages.success(request, _("This is the text that came with the product again."))
    return redirect("edit_text", kind, language)
