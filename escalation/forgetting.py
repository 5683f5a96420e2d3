"""Delete what a case tells about people once its time has come; keep what statistics need.

What goes stands in the two tables below. A field that holds words and stands in neither makes
tests/escalation/test_forgetting.py fail, so a new one cannot be overlooked.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from campaigns import evidence, retention
from campaigns.models import (
    Actor,
    Case,
    CaseParty,
    ClaimLine,
    Consent,
    Contact,
    Event,
    Evidence,
    Group,
    IncidentKind,
    InitialMeeting,
    Keeping,
    LegalHold,
    LogEntry,
    Message,
    NotThem,
    Payment,
    PaymentEvent,
    Person,
    PersonMerge,
    Sheet,
    Target,
    TargetAlias,
    TargetEntry,
    TargetKey,
    TargetLink,
)
from campaigns.models.log import record
from escalation.models import (
    Action,
    AgendaItem,
    Agreement,
    Call,
    Caller,
    Decision,
    Effect,
    Favour,
    Incident,
    InstalmentEvent,
    KindWord,
    Offer,
    OfferVoice,
    OptOut,
    OutboxMessage,
    PublicPage,
    PublicPageCopy,
    RosterLink,
    Rung,
    SignUp,
    StepVoice,
    Task,
)
from escalation.models.sign_ups import GONE
from letters.models import (
    Delivery,
    Demand,
    Enclosure,
    Letter,
    LetterRecipient,
    LiftedFinding,
    Poster,
    ReadingCopy,
)

Table = dict[type[models.Model], tuple[str, tuple[str, ...]]]

# Rows that go, and how each hangs on its case.
DELETED: dict[type[models.Model], str] = {
    Enclosure: "letter__case",
    Message: "case",
    Evidence: "case",
    Consent: "case",
    NotThem: "case",
    ReadingCopy: "letter__case",
    Poster: "case",
    StepVoice: "party__case",
}
# Rows that stay for the count, and their words that are emptied.
EMPTIED: Table = {
    CaseParty: ("case", ("alias", "scope", "authority_note", "payee", "payee_note")),
    InitialMeeting: ("case", ("place",)),
    Contact: ("case", ("note",)),
    ClaimLine: ("case", ("label", "note")),
    Payment: ("case", ("payer", "note", "payee", "payee_note")),
    PaymentEvent: ("payment__case", ("note",)),
    LegalHold: ("case", ("reason", "lift_reason")),
    Keeping: ("case", ("reason",)),
    Sheet: (
        "case",
        (
            "story",
            "who_typed",
            "amount_typed",
            "wish",
            "others_affected",
            "urgent_note",
            "place",
            "agreement",
            "already_tried",
            "evidence_list",
            "readiness",
            "limitation_note",
            "job_end",
        ),
    ),
    Demand: ("case", ("other_terms",)),
    Letter: (
        "case",
        (
            "recipient_name",
            "recipient_address",
            "also_to",
            "subject",
            "facts",
            "how_to_pay",
            "asks",
            "closing",
            "frozen_html",
        ),
    ),
    LetterRecipient: ("letter__case", ("name", "address", "frozen_html", "handed_to")),
    LiftedFinding: ("letter__case", ("words", "reason")),
    Delivery: ("letter__case", ("place", "handed_by", "received_by", "who_went", "note")),
    Decision: ("case", ("motion",)),
    Offer: ("case", ("said_by", "said_to", "terms", "counter_terms", "agreed_text")),
    OfferVoice: ("offer__case", ("note",)),
    Agreement: ("offer__case", ("text",)),
    InstalmentEvent: ("instalment__agreement__offer__case", ("note",)),
    Rung: ("case", ("note",)),
    AgendaItem: ("case", ("motion",)),
    Task: ("case", ("what",)),
    Effect: ("case", ("text",)),
    # The debrief of an action for several fights goes with the first of them: it may name its
    # people. The timeline of each other one keeps what was written there.
    Action: ("cases", Action.WORDS),
    Case: ("pk", ("title", "summary")),
}
# What a target is found by; its name stays, so that its old fights still count.
TARGET_WORDS = (
    "contact_name",
    "address",
    "home_address",
    "phone",
    "email",
    "plate",
    "sites",
    "sources",
)
PERSON_WORDS = (
    "name",
    "phone",
    "email",
    "messenger",
    "phone_key",
    "email_key",
    "language_spoken",
    "good_times",
)
# Who was written to when tells who was where as well, and serves nobody once all have been reached.
MESSAGES_KEPT = dt.timedelta(days=30)
# That somebody wanted no call and wants them again serves whoever is asked about it.
ENDED_WISHES_KEPT = dt.timedelta(days=365)
# Text in an entry's data that names nobody: sums, days, and codes.
_KEPT_DATA = {"amount", "deadline", "old", "new", "sum", "move", "method", "result", "reference"}


def forget(case: Case, *, now: dt.datetime) -> bool:
    """Forget one case whose time has come. Return False where it must be kept after all.

    The case is locked before it is asked again: a hold or a reopening that came first wins, and
    one that comes later finds nothing left.
    """
    group, today = Group.objects.get(pk=1), timezone.localdate(now)
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
        if locked is None or not retention.still_due(locked, group, today=today):
            return False
        counts = {
            "messages": Message.objects.filter(case=locked).count(),
            "files": Evidence.objects.filter(case=locked).count(),
        }
        Case.objects.filter(pk=locked.pk).update(forgotten_at=now)
        _delete(locked)
        _empty(locked)
        _forget_people(locked)
        _forget_target(locked.target)
        _scrub_log(locked)
        record(locked, Event.FORGOTTEN, by=None, actor=Actor.SYSTEM, **counts)
    return True


def _delete(case: Case) -> None:
    files = [*Evidence.objects.filter(case=case).values_list("file", flat=True)]
    for model, path in DELETED.items():
        model._base_manager.filter(**{path: case}).delete()
    # What is public now stays: the group decided to tell it. What was taken down goes.
    shown = PublicPageCopy.objects.filter(page=OuterRef("pk"), shown_until=None)
    PublicPage.objects.filter(~Exists(shown), case=case).delete()
    copies = PublicPageCopy.objects.filter(page__case=case)
    copies.filter(shown_until__isnull=False).delete()
    for copy in copies.all():  # the draft may say more than was ever shown
        PublicPage.objects.filter(pk=copy.page_id).update(title=copy.title, text=copy.text)
    transaction.on_commit(lambda: evidence.remove(files))


def _empty(case: Case) -> None:
    for model, (path, fields) in EMPTIED.items():
        value = case.pk if path == "pk" else case
        rows = model._base_manager.filter(**{path: value})
        rows.update(**dict.fromkeys(fields, ""))
    Letter.objects.filter(case=case, issued_at__isnull=False).update(frozen_pdf=b"")
    LetterRecipient.objects.filter(letter__case=case).update(frozen_pdf=b"")
    # A letter that spoke for several fights goes with the first of them: it names its people.
    shared = Letter.objects.filter(together=case)
    shared.filter(issued_at__isnull=False).update(frozen_pdf=b"")
    shared.update(**dict.fromkeys(EMPTIED[Letter][1], ""))
    for model in (LetterRecipient, LiftedFinding):
        model.objects.filter(letter__in=shared).update(**dict.fromkeys(EMPTIED[model][1], ""))
    LetterRecipient.objects.filter(letter__in=shared).update(frozen_pdf=b"")
    ReadingCopy.objects.filter(letter__in=shared).delete()
    Enclosure.objects.filter(letter__in=shared).delete()
    CaseParty.objects.filter(case=case).update(code_hash=None)
    days = [field.name for field in Sheet._meta.fields if isinstance(field, models.DateField)]
    sums = ("monthly_rent", "day_pay")
    Sheet.objects.filter(case=case).update(gaps=[], **dict.fromkeys([*days, *sums]))
    # A notice to stay away is about a place, and counts for later actions there.
    incidents = Incident.objects.filter(case=case)
    incidents.exclude(kind=IncidentKind.NO_TRESPASS, closed_at=None).update(place="", place_key="")
    incidents.update(what="", follow_up="")


def _forget_people(case: Case) -> None:
    """Empty the persons of a case. Who is known from elsewhere stays, and is no longer named here:
    an empty person takes their part."""
    for party in CaseParty.objects.filter(case=case).select_related("person"):
        person = party.person
        if _known_elsewhere(person):
            nobody = Person.objects.create(language_read=person.language_read)
            CaseParty.objects.filter(pk=party.pk).update(person=nobody)
            continue
        aliases = Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person))
        PersonMerge.objects.filter(Q(keep__in=aliases) | Q(other__in=aliases)).delete()
        aliases.update(**dict.fromkeys(PERSON_WORDS, ""))


def _known_elsewhere(person: Person) -> bool:
    parts = CaseParty.objects.filter(person=person, case__forgotten_at=None)
    is_on_list = person.sign_ups.exists() or hasattr(person, "tree_entry")
    return parts.exists() or is_on_list or hasattr(person, "user")


def _forget_target(target: Target | None) -> None:
    """Empty the notes on a target that no case needs any more."""
    if target is None or target.cases.filter(forgotten_at=None).exists():
        return
    Target.objects.filter(pk=target.pk).update(**dict.fromkeys(TARGET_WORDS, ""))
    TargetAlias.objects.filter(target=target).update(source="")
    TargetKey.objects.filter(target=target).exclude(kind=TargetKey.Kind.NAME).delete()
    ends = Q(from_target=target) | Q(to_target=target)
    TargetLink.objects.filter(ends).update(source="")
    TargetEntry.objects.filter(target=target).update(note="", data={})


def _scrub_log(case: Case) -> None:
    """Keep of each entry what happened, when, and the numbers of it."""
    entries = list(LogEntry.objects.filter(case=case))
    for entry in entries:
        entry.note, entry.data = "", scrubbed(entry)
    LogEntry.objects.bulk_update(entries, ["note", "data"], batch_size=200)


def scrubbed(entry: LogEntry) -> dict[str, Any]:
    """Return the data of an entry without names: numbers and codes stay, other words become "…"."""
    kept: dict[str, Any] = {}
    codes = _KEPT_DATA | ({"who"} if entry.event == Event.CONTACT else set())
    for key, value in entry.data.items():
        if isinstance(value, bool | int) or (key in codes and isinstance(value, str)):
            kept[key] = value
        elif isinstance(value, str) and key != "person":
            kept[key] = "…"
    return kept


def forget_rosters(now: dt.datetime) -> int:
    """Take the names off the rosters of old actions, and return how many; counts stay.

    They serve as a call list for as long as the group has set; after that the count is enough.
    A roster of a case under a legal hold stays whole.
    """
    group = Group.current()
    if group is None:
        return 0
    kept = dt.timedelta(days=group.keep_roster_days)
    old = SignUp.objects.filter(_long_over(now - kept))
    named = old.exclude(contact_key__startswith=GONE)
    free = named.exclude(action__cases__legal_hold_since__isnull=False)
    key = Concat(Value(GONE), Cast("pk", models.CharField()))
    words = dict.fromkeys(("name", "phone", "email", "needs", "offers", "language"), "")
    KindWord.objects.filter(sign_up__in=free).delete()
    RosterLink.objects.filter(_long_over(now - kept)).delete()
    ticks = {"came_marked_by": None, "ticked_at": None, "tick_key": None}
    known_by = dict.fromkeys(("phone_key", "email_key", "user", "person", "moved_up_at"))
    Favour.objects.filter(sign_up__in=free).delete()
    return free.update(**words, **ticks, **known_by, contact_key=key)


def _long_over(since: dt.datetime) -> Q:
    """Return the condition that an action was over by then. Of a postponed one people still await
    the new time: it counts from the day it was postponed on."""
    waits = Q(action__state=Action.State.POSTPONED, action__decided_at__gte=since)
    return Q(action__ends_at__lt=since) & ~waits


def forget_messages(now: dt.datetime) -> None:
    """Delete which messages about an action went to whom, a month after it."""
    since = now - MESSAGES_KEPT
    OutboxMessage.objects.filter(_long_over(since), due_at__lt=since).delete()


def forget_calls(now: dt.datetime) -> None:
    """Delete who called whom a month after the action; what was said is on the roster.

    A wish to be asked no more stays as long as it holds, and a year after.
    """
    Call.objects.filter(_long_over(now - MESSAGES_KEPT)).delete()
    Caller.objects.filter(_long_over(now - MESSAGES_KEPT)).delete()
    OptOut.objects.filter(ended_at__lt=now - ENDED_WISHES_KEPT).delete()


def forget_due(now: dt.datetime, *, dry_run: bool = False) -> Iterator[str]:
    """Forget every case whose time has come, and yield a line for each: reference and state."""
    group = Group.current()
    if group is None:
        return
    with timezone.override(group.zone):
        for case in due(group, now=now):
            line = f"{case.reference} {case.state} {case.closed_at or case.opened_at:%Y-%m-%d}"
            if dry_run or forget(case, now=now):
                yield line


def due(group: Group, *, now: dt.datetime) -> list[Case]:
    """Return what is to be forgotten now, read at once: forgetting changes the rows."""
    rows = retention.due_cases(group, on=timezone.localdate(now)).order_by("pk")
    return list(rows.only("reference", "state", "opened_at", "closed_at"))
