"""The page of the word lists: what letters are checked for, and what the group adds to it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.access import ORGANIZER, fetch, policy
from letters import own_words as words
from letters import word_lists
from letters.forms import OwnWordForm
from letters.models import OwnWord


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_words(request: HttpRequest) -> HttpResponse:
    first = {"language": request.network.language, "level": OwnWord.Level.BLOCK}
    form = OwnWordForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        if words.add(by=request.user, **form.cleaned_data):
            messages.success(request, _("Added. Every letter is checked for it from now on."))
            return redirect("own_words")
        form.add_error("word", _("This word is on the list of that language already."))
    rows = OwnWord.objects.select_related("added_by", "removed_by")
    context = {
        "form": form,
        "own": [word for word in rows if word.removed_at is None],
        "removed": [word for word in rows if word.removed_at is not None],
        "languages": [(name, word_lists.shown_in(code)) for code, name in settings.LANGUAGES],
    }
    return render(request, "letters/own_words.html", context)


@policy(ORGANIZER)
@require_POST
def remove_own_word(request: HttpRequest, pk: int) -> HttpResponse:
    words.remove(fetch(OwnWord.objects.all(), pk=pk), by=request.user)
    messages.success(request, _("Taken off the list. Who did it stays to be read below."))
    return redirect("own_words")
