"""What a page costs, as a multiple of a bare Django view that shows as many rows.

Both sides run in one process on one throw-away database, in turn, and only CPU is counted, so the
ratio means the same on a slow machine and on a fast one. The bare view has the middleware every
site has (security, session, CSRF, account), one query, and a plain template.
"""

import re
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TextIO

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.urls import path, reverse
from django.utils import timezone

from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    ClaimLine,
    Event,
    Group,
    LogEntry,
    Payment,
    Person,
    ReferenceCounter,
    Sheet,
    Target,
    TeamMembership,
    User,
)
from letters.models import Letter

CASES = 500
ROUNDS = 9
PER_ROUND = 6
STORED = "stored letter"  # an issued one, served from the file that was kept
BESIDE_SMALL = "kept, small"  # the same beside a small page of ours, what we keep, for its cost
BARE_MIDDLEWARE = [
    "config.bench.bare_addresses",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
BARE_PAGE = """<!doctype html><html lang="en"><head><title>Rows</title></head><body>
<p>{{ request.user }}</p><form method="post">{% csrf_token %}<button>Send</button></form>
<table>{% for row in rows %}<tr><td>{{ row.reference }}</td><td>{{ row.get_kind_display }}</td>
<td>{{ row.summary }}</td><td>{{ row.opened_at|date:"j M Y" }}</td></tr>{% endfor %}</table>
</body></html>"""

Act = Callable[[], Any]


def bare_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Act:
    """Give the bare client the addresses of this module."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = "config.bench"
        return get_response(request)

    return middleware


@cache
def _bare_template() -> Any:
    return engines["django"].from_string(BARE_PAGE)


def bare_rows(request: HttpRequest, count: int) -> HttpResponse:
    """Render `count` rows from one query through a plain template."""
    return HttpResponse(
        _bare_template().render({"rows": Case.objects.order_by("pk")[:count]}, request)
    )


def bare_write(request: HttpRequest, count: int) -> HttpResponse:
    """Store `count` rows in one transaction and redirect."""
    with transaction.atomic():
        for _n in range(count):
            Person.objects.create(name=request.POST["name"][:120])
    return HttpResponse(status=302, headers={"Location": "/"})


urlpatterns = [path("rows/<int:count>/", bare_rows), path("write/<int:count>/", bare_write)]


def bench_pages(out: TextIO, only: Sequence[str] = ()) -> None:
    """Print the CPU of each page and of the bare view beside it, and their ratio."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        organizer, case = _fill()
        out.write(f"{'page':<14}{'rows':>6}{'bare ms':>10}{'ours ms':>10}{'ratio':>8}\n")
        for page, rows, ours, bare in _pages(organizer, case):
            if only and page not in only:
                continue
            ours_ms, bare_ms = _in_turn(ours, bare)
            ratio = ours_ms / bare_ms
            out.write(f"{page:<14}{rows:>6}{bare_ms:>10.2f}{ours_ms:>10.2f}{ratio:>8.2f}\n")
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _pages(organizer: User, case: Case) -> Iterator[tuple[str, int, Act, Act]]:
    """Yield (page, rows it shows, request of ours, request of the bare view)."""
    visitor, signed_in, bare = (Client(SERVER_NAME="localhost") for _n in range(3))
    signed_in.force_login(organizer)
    bare.force_login(organizer)
    with override_settings(MIDDLEWARE=BARE_MIDDLEWARE):  # a client keeps what it started with
        bare.get("/rows/1/")

    form, board, file = "/tell/wages/", "/cases/", f"/cases/{case.reference}/"
    fields = len(set(re.findall(r' name="(\w+)"', _text(visitor, form))))
    cards = _text(signed_in, board).count('class="card')
    entries = sum(getattr(case, r).count() for r in ("log", "claim_lines", "payments", "parties"))
    yield "intake form", fields, lambda: visitor.get(form), lambda: bare.get(f"/rows/{fields}/")
    yield "case list", cards, lambda: signed_in.get(board), lambda: bare.get(f"/rows/{cards}/")
    stored = f"/cases/{case.reference}/letters/1/pdf/"
    yield STORED, 1, lambda: signed_in.get(stored), lambda: bare.get("/rows/1/")
    small = reverse("privacy")
    yield BESIDE_SMALL, 1, lambda: signed_in.get(stored), lambda: signed_in.get(small)
    yield "case file", entries, lambda: signed_in.get(file), lambda: bare.get(f"/rows/{entries}/")

    typed = {"story": "Three weeks of work, no pay.", "phone": "206 555 0134", "consent": "on"}
    token = re.compile(r'name="token" value="([^"]+)"')
    tokens = [token.search(_text(visitor, form)).group(1) for _n in range(ROUNDS * PER_ROUND)]

    def send() -> None:
        if visitor.post(form, typed | {"token": tokens.pop()}).status_code != 302:
            raise RuntimeError("the intake was not taken")

    yield "intake post", 7, send, lambda: bare.post("/write/7/", {"name": "Rosa"})


def _text(client: Client, url: str) -> str:
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return answer.content.decode()


def _in_turn(ours: Act, bare: Act) -> tuple[float, float]:
    """Return the median CPU in ms of one call of each, measured in turn in the same rounds."""
    spent: dict[Act, list[float]] = {ours: [], bare: []}
    for _round in range(ROUNDS):
        for act in (bare, ours):
            start = time.process_time()
            for _n in range(PER_ROUND):
                act()
            spent[act].append((time.process_time() - start) * 1000 / PER_ROUND)
    return statistics.median(spent[ours]), statistics.median(spent[bare])


def _fill() -> tuple[User, Case]:
    """Store a network with 500 cases; the one returned has lines, payments and a long log."""
    Group.objects.create(pk=1, name="Bench", place="Nowhere")
    ReferenceCounter.objects.create(letter="W", last=CASES)
    organizer = User.objects.create_user(
        "bench@example.org", name="Ana", role=User.Role.ORGANIZER, password=None
    )
    target = Target.objects.create(name="Golden Fork", address="114 Maple Street")
    open_states = CaseState.OPEN
    cases = Case.objects.bulk_create(
        Case(
            reference=f"W-{n:04}",
            kind=Case.Kind.WAGES,
            state=open_states[n % len(open_states)],
            summary="Three weeks of kitchen work, unpaid",
            target=target,
            responsible=organizer,
            intake_key=f"k{n}",
            demanded=1620,
            deadline_at=timezone.now(),
        )
        for n in range(CASES)
    )
    Sheet.objects.bulk_create(Sheet(case=case, story="Told.") for case in cases)
    TeamMembership.objects.bulk_create(TeamMembership(case=c, user=organizer) for c in cases)
    case = next(c for c in cases if c.state == CaseState.ESCALATING)
    party = CaseParty.objects.create(case=case, person=Person.objects.create(name="Rosa"))
    ClaimLine.objects.bulk_create(
        ClaimLine(case=case, party=party, kind="sum", label="Week", figure=100, amount=100)
        for _n in range(10)
    )
    Payment.objects.bulk_create(
        Payment(
            case=case,
            amount=10,
            method="cash",
            received_on=timezone.localdate(),
            form_key=uuid.uuid4(),
        )
        for _n in range(5)
    )
    Letter.objects.create(
        case=case,
        version=1,
        language="en",
        paper="letter",
        delivery_on=timezone.localdate(),
        issued_at=timezone.now(),
        frozen_pdf=b"%PDF-" + bytes(25_000),
        sha256="0" * 64,
    )
    LogEntry.objects.bulk_create(
        LogEntry(case=case, event=Event.SHEET, by=organizer) for _n in range(50)
    )
    return organizer, case
