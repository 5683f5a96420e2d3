"""Notices to stay away from a place: which of them an action comes near."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.addresses import is_there
from campaigns.models import Case, Event, User
from campaigns.models.log import record
from campaigns.wording import date_in_words
from escalation.models import Action, Incident, Tactic

# What happens at a desk or a phone: the address of the target says nothing about where we are.
AT_NO_PLACE = (
    Tactic.PHONE_DAY,
    Tactic.REVIEWS,
    Tactic.STORY_SITE,
    Tactic.MEDIA,
    Tactic.CLIENTS,
    Tactic.FORMAL,
)

# What of an action says where it takes place.
SAYS_WHERE = ("title", "area", "meeting_point", "what")


def no_trespass_near(*texts: str) -> list[Incident]:
    """Return the notices that still count and name a place which one of `texts` names too.

    They are few, and are compared by street and number; see campaigns.addresses.
    """
    notices = Incident.objects.notices().order_by("happened_at", "pk")
    return [row for row in notices if any(is_there(row.place_key, text) for text in texts if text)]


def near_action(action: Action) -> list[Incident]:
    return no_trespass_near(
        *texts_of(action, action.cases.select_related("target"), tactic=action.tactic)
    )


def texts_of(action: Any, cases: Iterable[Case], *, tactic: str) -> list[str]:
    """Return what says where an action takes place: its own words, and where its targets sit."""
    own = [getattr(action, name) for name in SAYS_WHERE]
    if tactic in AT_NO_PLACE:
        return own
    return own + where(cases)


def where(cases: Iterable[Case]) -> list[str]:
    """Return the addresses of the targets of `cases`."""
    targets = [case.target for case in cases if case.target]
    return [text for target in targets for text in (target.address, target.sites)]


def in_words(notices: Iterable[Incident]) -> list[str]:
    """Return a sentence for each notice: its day and place, and nothing of its case."""
    text = _("There is a notice of %(day)s to stay away from this place: %(place)s.")
    return [text % {"day": date_in_words(row.day), "place": row.place} for row in notices]


def to_tick(notices: Iterable[Incident]) -> str:
    """Return what those who run an action say before it is announced."""
    days = ", ".join(date_in_words(row.day) for row in notices)
    return _("We read the notice of %(days)s and stay off that ground.") % {"days": days}


def unread(action: Action, notices: list[Incident]) -> list[Incident]:
    read = set(action.notices_read.values_list("pk", flat=True)) if notices else set()
    return [row for row in notices if row.pk not in read]


def on_page(action: Action) -> dict[str, Any]:
    """Return what the page of an action shows its leads: the notices near it, and what to tick."""
    if action.state not in (Action.State.DRAFT, *Action.State.on(), Action.State.POSTPONED):
        return {"notices": [], "notice_tick": ""}
    notices = near_action(action)
    missing = unread(action, notices)
    return {"notices": in_words(notices), "notice_tick": to_tick(missing) if missing else ""}


def read_notices(action: Action, *, by: User) -> None:
    """Note that those who run `action` read the notices near it and keep off that ground."""
    with transaction.atomic():
        if missing := unread(action, near_action(action)):
            action.notices_read.add(*missing)
            for case in action.cases.all():
                record(case, Event.NOTICE_READ, by=by, what=action.title)


def why_not_announced(action: Action) -> str:
    """Return the sentence that asks for the tick, or an empty string."""
    missing = unread(action, near_action(action))
    return _("Tick first: %(tick)s") % {"tick": to_tick(missing)} if missing else ""
