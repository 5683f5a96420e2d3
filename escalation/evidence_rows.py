"""The files of a case as its page shows them: who sent each, and who of us has opened it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.models import Event, Evidence, User
from campaigns.models.log import Line
from campaigns.wording import date_in_words


@dataclass(frozen=True)
class EvidenceRow:
    """One file. `is_shut` is a legal paper that this reader may not open; `ask` says who may."""

    file: Evidence
    sender: str | None
    opened: str
    is_shut: bool
    ask: str


def rows(
    files: Iterable[Evidence],
    *,
    log: Iterable[Line],
    senders: dict[int, str],
    team: Iterable[User],
    sees_legal: bool,
) -> list[EvidenceRow]:
    """`log` holds every opening, the newest first; `team` comes from `case_page.team_of()`."""
    openings: dict[int, dict[str, str]] = {}
    for entry in log:
        if entry.event == Event.EVIDENCE_OPENED:
            by_name = openings.setdefault(entry.data.get("file", 0), {})
            by_name.setdefault(entry.who, date_in_words(entry.at, short=True, year=False))
    ask = ", ".join(user.name for user in team if user.opens_legal)
    return [
        EvidenceRow(
            file=file,
            sender=senders.get(file.added_by_party_id),
            opened=_in_words(file, openings.get(file.pk, {})),
            is_shut=file.is_legal and not sees_legal,
            ask=ask,
        )
        for file in files
    ]


def _in_words(file: Evidence, openings: dict[str, str]) -> str:
    """Return "Listened to by Ana, 3 Nov; Ben, 1 Nov", each with the last day."""
    if not openings:
        return _("Nobody of us has listened to it yet.") if file.is_voice else ""
    names = "; ".join(f"{name}, {day}" for name, day in openings.items())
    text = _("Listened to by %(names)s") if file.is_voice else _("Opened by %(names)s")
    return text % {"names": names}
