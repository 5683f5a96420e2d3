"""Keep what somebody began to tell, for seven days, so that nothing is lost between two pages.

The answers are encrypted, and the key is worked out from a code that only the person and their
browser hold. Whoever reads the database reads nothing of somebody who has not sent it.
"""

import base64
import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from campaigns import private_code
from campaigns.models import IntakeDraft
from campaigns.models.people import token_hash

CHECK = "check"  # the step after the last question: they look at all of it once more
COOKIE = "telling"  # holds the code, until the browser is closed


@dataclass
class Draft:
    """`answers` are as typed, right or wrong. `step` is the question to go on with, and `token`
    the form token under which it will become one case however often it is sent."""

    token: str
    kind: str = ""
    step: str = ""
    language: str = ""
    answers: dict[str, Any] = field(default_factory=dict)


def of_code(code: str, *, now: dt.datetime) -> Draft | None:
    """Return what was kept under a code, or None where there is nothing or it is too old."""
    rows = IntakeDraft.objects.kept(now).filter(code_hash=token_hash(code))
    sealed = rows.values_list("sealed", flat=True).first() if code else None
    if sealed is None:
        return None
    try:
        return Draft(**json.loads(_key(code).decrypt(sealed.encode())))
    except InvalidToken:  # sealed under another SECRET_KEY
        return None


def address(draft: Draft) -> str:
    """Return the address of the page to go on with."""
    if draft.step == CHECK:
        return reverse("tell_check", args=[draft.kind])
    return reverse("tell_step", args=[draft.kind, draft.step])


def save(draft: Draft, *, code: str, now: dt.datetime) -> None:
    sealed = _key(code).encrypt(json.dumps(asdict(draft)).encode()).decode()
    IntakeDraft.objects.update_or_create(
        code_hash=token_hash(code), defaults={"sealed": sealed, "saved_at": now}
    )


def code_of(request: HttpRequest) -> str:
    """Return the code this browser goes on with, or an empty string.

    A form carries it too, so that nothing is lost where a browser keeps no cookies. The form of
    another site could carry a code its owner knows, and would read what is typed next.
    """
    typed = "" if _came_from_elsewhere(request) else request.POST.get("code", "")
    code = private_code.as_typed(typed or request.COOKIES.get(COOKIE, ""))
    return code if private_code.is_whole(code) else ""


def _came_from_elsewhere(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.get_host()}"


def of_browser(request: HttpRequest) -> Draft | None:
    code = code_of(request)
    return of_code(code, now=timezone.now()) if code else None


def forget(request: HttpRequest) -> None:
    """Delete what this browser kept: it was sent, or they want it gone."""
    if code := code_of(request):
        IntakeDraft.objects.filter(code_hash=token_hash(code)).delete()


def keep_in_browser(response: HttpResponse, code: str) -> HttpResponse:
    response.set_cookie(COOKIE, code, httponly=True, samesite="Lax", secure=settings.HTTPS)
    return response


def _key(code: str) -> Fernet:
    digest = salted_hmac("campaigns.intake_drafts", code, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
