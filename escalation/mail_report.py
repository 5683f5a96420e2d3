"""What became of the messages about an action, for those who run it: numbers, and whom to call."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count

from escalation.models import Action, OutboxMessage, SignUp

Status = OutboxMessage.Status
Kind = OutboxMessage.Kind
_WAITING = (Status.WAITING, Status.LEASED)


def of(action: Action) -> dict[str, Any]:
    """Count the messages by kind and end of an action read with_turnout(). No address is in it.

    Who left a phone only (`without_mail`) has to be told what changes by a person.
    """
    counted = action.messages.values_list("kind", "status").annotate(Count("pk"))
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in Kind.values}
    for kind, status, number in counted:
        counts[kind][status] += number
    rows = [_row(Kind(kind), by_status) for kind, by_status in counts.items() if by_status]
    return {
        "rows": [row for row in rows if any(row[name] for name in ("sent", "waiting", "failed"))],
        "failed": len(to_call(action)) if any(row["failed"] for row in rows) else 0,
        "waiting": sum(row["waiting"] for row in rows),
        "without_mail": action.by_phone,
        # Without a mail server "sent" means that a file was written, and nobody got anything.
        "goes_to_files": settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"),
    }


def _row(kind: Kind, by_status: Mapping[str, int]) -> dict[str, Any]:
    return {
        "label": kind.label,
        "sent": by_status[Status.SENT],
        "waiting": sum(by_status[status] for status in _WAITING),
        "failed": sum(by_status[status] for status in Status.not_reached()),
    }


def to_call(action: Action) -> dict[int, str]:
    """Return by the number of their sign-up why no e-mail reached somebody."""
    rows = action.messages.to_call().exclude(sign_up=None).order_by("pk")
    return {row.sign_up_id: str(row.get_why_display()) for row in rows}


def with_not_reached(action: Action, rows: Iterable[SignUp]) -> list[SignUp]:
    """Return the rows, each with `not_reached`: why no e-mail came to them, or nothing."""
    reasons, marked = to_call(action), list(rows)
    for row in marked:
        row.not_reached = reasons.get(row.pk, "")
    return marked


def note_called(action: Action) -> None:
    """Note that those who could not be written to have been called."""
    action.messages.to_call().update(status=Status.CALLED)
