"""What is kept about whoever is logged in: to read, and to take along."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns import spreadsheet
from campaigns.access import ACCOUNT, policy
from escalation import kept as about_me


@policy(ACCOUNT)
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/kept.html", {"sections": about_me.about(request.user)})


@policy(ACCOUNT)
@require_safe
def kept_json(request: HttpRequest) -> HttpResponse:
    data = about_me.as_data(about_me.about(request.user))
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{_file_name()}.json"'
    return answer


@policy(ACCOUNT)
@require_safe
def kept_csv(request: HttpRequest) -> HttpResponse:
    head, *rows = about_me.as_rows(about_me.about(request.user))
    return spreadsheet.answer(_file_name(), head, rows)


def _file_name() -> str:
    return f"{_('kept-about-me')}-{timezone.localdate():%Y-%m-%d}"
