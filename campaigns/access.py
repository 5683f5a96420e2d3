"""Who may see what. A view gets a row from here and from nowhere else.

Two steps, always together: a queryset in the words of the domain says what the person may see
(`Case.objects.opened_to(user)`), and `fetch` takes one row out of it. Whatever is not in it is
answered like something that does not exist: 404, the same bytes.

Every view carries its policy, `@policy(...)`. It refuses whole groups of people before the view
runs, and the test that walks the URLconf reads it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from campaigns.models import CaseParty, Duty, User

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

PUBLIC = "public"  # anybody
ACCOUNT = "account"  # anybody signed in: members and organizers
ORGANIZER = "organizer"  # organizers
ON_DUTY = "on_duty"  # organizers on intake duty today
TEAM = "team"  # the view fetches from what the person's teams may open
LEAD = "lead"  # the view fetches from the actions the person runs
CODE = "code"  # an affected person who opened their case with its private code

POLICIES = (PUBLIC, ACCOUNT, ORGANIZER, ON_DUTY, TEAM, LEAD, CODE)
CODE_SESSION_KEY = "case_opened_by_code"
CODE_SESSION_SECONDS = 30 * 60


def policy(name: str) -> Callable[[View[P]], View[P]]:
    """Mark a view with who may use it, and answer 404 to everybody else signed in."""
    if name not in POLICIES:
        raise ValueError(f"unknown policy {name}")

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if name == ORGANIZER and not request.user.is_organizer:
                raise Http404
            if name == ON_DUTY and not on_intake_duty(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.policy = name
        return login_not_required(guarded) if name in (PUBLIC, CODE) else guarded

    return decorate


def fetch(rows: QuerySet[M], **lookup: Any) -> M:
    """Return the one row of `rows` that fits, or raise Http404, also for a malformed value."""
    if any("\0" in value for value in lookup.values() if isinstance(value, str)):
        raise Http404  # PostgreSQL takes no NUL, and SQLite would match what stands before it
    try:
        return rows.get(**lookup)
    except (
        rows.model.DoesNotExist,
        ValidationError,
        ValueError,
        TypeError,
        OverflowError,
    ):
        raise Http404 from None


def on_intake_duty(user: User) -> bool:
    """Say whether `user` is an organizer who holds intake duty today (network's calendar)."""
    return (
        user.is_organizer
        and Duty.objects.held_on(timezone.localdate())
        .filter(user=user, kind=Duty.Kind.INTAKE)
        .exists()
    )


def party_of_code(request: HttpRequest) -> CaseParty:
    """Return the person in a case who opened it here with their code in the last half hour.

    Raises Http404 when none was opened, or when the code has been renewed since.
    """
    opened = request.session.get(CODE_SESSION_KEY) or {}
    if timezone.now().timestamp() - opened.get("at", 0) > CODE_SESSION_SECONDS:
        raise Http404
    parties = CaseParty.objects.present().select_related("case", "person", "acts_for__person")
    return fetch(parties, pk=opened["party"], code_hash=opened["code_hash"])


def remember_code(request: HttpRequest, party: CaseParty) -> None:
    """Let this browser see the status page of `party` for half an hour."""
    request.session[CODE_SESSION_KEY] = {
        "party": party.pk,
        "code_hash": party.code_hash,
        "at": timezone.now().timestamp(),
    }
    request.session.modified = True
