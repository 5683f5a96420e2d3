"""What the pages below a case have in common: how they are drawn, and where they lead back to."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from campaigns.models import Case


def form_page(
    request: HttpRequest, name: str, case: Case, form: forms.BaseForm, **context: Any
) -> HttpResponse:
    """Draw templates/campaigns/<name>.html with the form; 409 when somebody else saved first."""
    status = 409 if getattr(form, "outrun", False) else 200
    context |= {"case": case, "form": form}
    return render(request, f"campaigns/{name}.html", context, status=status)


def back_to(request: HttpRequest, case: Case, section: str, text: str = "") -> HttpResponse:
    """Lead back to a section of the case file and say that it is saved."""
    messages.success(request, text or _("Saved."))
    return redirect(f"{case.get_absolute_url()}#{section}")
