"""Open a case from what a stranger tells: one form token makes one case, however often it arrives.

The token is signed and random. It stands in the form, so a double click, a retry after a lost
answer, and a form sent again from the browser's history all bring the same one. The private code
is worked out from it, so each of them gets the same receipt, and the code itself is never stored.
"""

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from campaigns import evidence, private_code
from campaigns.contact_keys import email_key, phone_key
from campaigns.models import (
    Actor,
    Case,
    CaseParty,
    Consent,
    Event,
    Group,
    Person,
    ReferenceCounter,
    Sheet,
    Target,
    User,
)
from campaigns.models.log import record
from campaigns.models.people import token_hash
from campaigns.target_records import erase_with, write_down_told

# The wording in templates/campaigns/_consent.html. Change both together.
CONSENT_TEXT = "2026-11"
TOKEN_LIFETIME = dt.timedelta(days=3)
# Nobody reads and fills in the form faster.
TOO_FAST = dt.timedelta(seconds=3)
_LETTERS = {Case.Kind.WAGES: "W", Case.Kind.DEPOSIT: "D", Case.Kind.OTHER: "O"}
_SIGNER = signing.Signer(salt="campaigns.intake")
_ONLY_LINKS = re.compile(r"\s*(https?://\S+\s*)+", re.IGNORECASE)

# What a first meeting will want to know. Each may stay open, and is then kept as a gap.
GAPS = {
    Case.Kind.WAGES: ("name", "who", "amount", "job", "when", "rate", "still_there", "wish"),
    Case.Kind.DEPOSIT: (
        "name",
        "who",
        "place",
        "when",
        "deposit",
        "returned",
        "amount",
        "still_there",
        "wish",
    ),
    Case.Kind.OTHER: ("name", "who", "amount", "still_there", "wish"),
}
# Answers of these kinds have no field of their own on the sheet; they become lines of `agreement`.
_AGREEMENT = {
    "job": _("Job"),
    "when": _("When"),
    "rate": _("Pay"),
    "deposit": _("Deposit paid"),
    "returned": _("Came back so far"),
}
_OPEN_ANSWERS = re.compile(
    r"\s*(not sure|unsure|i?\s*(don.?t|do not) know|no idea|no (lo )?s[eé]|no estoy segur[oa]|\?+)"
    r"\s*\.?\s*",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\s*(no|none|nothing|nothing urgent|nada|n/?a|-)?\s*\.?\s*", re.IGNORECASE)


class BadToken(Exception):
    """The token is missing, not ours, or too old."""


@dataclass(frozen=True)
class Receipt:
    """What a person keeps: the name of their case, and the code that opens it."""

    reference: str
    code: str

    @property
    def groups(self) -> list[str]:
        """Return the code in pieces that can be read aloud and written down."""
        return private_code.groups(self.code)

    @property
    def code_in_groups(self) -> str:
        return "-".join(self.groups)


def new_token(now: dt.datetime) -> str:
    return _SIGNER.sign_object([secrets.token_urlsafe(18), int(now.timestamp())])


def issued_at(token: str, *, now: dt.datetime) -> dt.datetime:
    """Return when we gave out `token`. Raises BadToken."""
    try:
        _nonce, seconds = _SIGNER.unsign_object(token)
        issued = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    except (signing.BadSignature, ValueError, TypeError):
        raise BadToken from None
    if now - issued > TOKEN_LIFETIME and not _with_token(token).exists():
        raise BadToken
    return issued


def is_good(token: str, *, now: dt.datetime) -> bool:
    try:
        issued_at(token, now=now)
    except BadToken:
        return False
    return True


def receipt(token: str) -> Receipt | None:
    """Return the receipt of the case that `token` opened, or None."""
    reference = _with_token(token).values_list("reference", flat=True).first()
    return Receipt(reference, private_code.made_from(token)) if reference else None


def _with_token(token: str) -> Any:
    return Case.objects.filter(intake_key=token_hash(token))


def open_case(
    *,
    kind: str,
    answers: dict[str, Any],
    files: Sequence[UploadedFile],
    token: str,
    group: Group,
    language: str,
    looks_like_spam: bool,
    by: User | None,
) -> Case:
    """Open the case of `token`, or return it when it is open already.

    `answers` are the clean values of a form in campaigns.intake_forms. `by` is the organizer who
    types for somebody else, None when a person tells us for themselves.
    """
    # Spares copying the files again. Without any, the database itself answers below.
    if files and (case := _with_token(token).first()):
        return case
    try:
        with evidence.kept(files) as kept, transaction.atomic():
            person = _person(answers, group=group, language=language)
            case = Case.objects.create(
                kind=kind,
                reference=next_reference(kind),
                target=_draft_target(answers, group=group),
                urgent=not _NOTHING.fullmatch(answers["urgent"]),
                looks_like_spam=looks_like_spam,
                intake_key=token_hash(token),
            )
            Sheet.objects.create(case=case, **_facts(kind, answers, language=group.language))
            code_hash = token_hash(private_code.made_from(token))
            party = CaseParty.objects.create(case=case, person=person, code_hash=code_hash)
            Consent.objects.create(
                person=person,
                case=case,
                kind=Consent.Kind.INTAKE,
                text_version=CONSENT_TEXT,
                language=language,
            )
            record(case, Event.INTAKE, by=by, actor=Actor.USER if by else Actor.AFFECTED)
            for file in kept:
                evidence.write_down(
                    case, file, by=by, by_affected_person=by is None, party=None if by else party
                )
    except IntegrityError:
        if case := _with_token(token).first():
            return case
        raise
    return case


def erase(case: Case) -> None:
    """Delete a case and all that came with it: people, target, files. Call it in a transaction.

    Who or what another case knows too stays there.
    """
    people = [*case.parties.values_list("person_id", flat=True)]
    files = [*case.evidence.values_list("file", flat=True)]
    target = case.target_id
    case.payments.all().delete()  # they protect the person they were paid to
    case.delete()
    Person.objects.filter(pk__in=people, parties=None, user=None).delete()
    erase_with(target)
    transaction.on_commit(lambda: evidence.remove(files))


def seems_spam(*, trap: str, story: str, issued: dt.datetime, now: dt.datetime) -> bool:
    """Say whether a machine may have sent it. It is kept either way: a person decides."""
    return bool(trap) or now - issued < TOO_FAST or bool(_ONLY_LINKS.fullmatch(story))


def _person(answers: dict[str, Any], *, group: Group, language: str) -> Person:
    names = (
        "name",
        "phone",
        "email",
        "messenger",
        "language_spoken",
        "needs_interpreter",
        "may_leave_voicemail",
        "may_text",
        "may_say_who",
        "good_times",
    )
    return Person.objects.create(
        **{name: answers[name] for name in names},
        language_read=language,
        phone_key=phone_key(answers["phone"], country=group.country),
        email_key=email_key(answers["email"]),
    )


def next_reference(kind: str) -> str:
    """Return "W-0042". One statement raises the counter and locks it until the case is written."""
    table = connection.ops.quote_name(ReferenceCounter._meta.db_table)
    raise_counter = (
        f'INSERT INTO {table} ("letter", "last") VALUES (%s, 1) ON CONFLICT ("letter") '  # noqa: S608
        f'DO UPDATE SET "last" = {table}."last" + 1 RETURNING "last"'
    )
    with connection.cursor() as cursor:
        cursor.execute(raise_counter, [_LETTERS[kind]])
        (last,) = cursor.fetchone()
    return str(ReferenceCounter(letter=_LETTERS[kind], last=last))


def _draft_target(answers: dict[str, Any], *, group: Group) -> Target | None:
    """Make a target of the first line of "who is it", where it says anything."""
    if _is_open(answers["who"]):
        return None
    name = answers["who"].strip().splitlines()[0][:160].strip()
    target = Target(name=name, language=group.language)
    return write_down_told(target, country=group.country)


def _facts(kind: str, answers: dict[str, Any], *, language: str) -> dict[str, Any]:
    with translation.override(language):
        agreement = [
            f"{label}: {answers[name].strip()}"
            for name, label in _AGREEMENT.items()
            if answers.get(name, "").strip()
        ]
    return {
        "story": answers["story"],
        "who_typed": answers["who"],
        "amount_typed": answers["amount"],
        "wish": answers["wish"],
        "still_there": answers["still_there"],
        "others_affected": answers["others"],
        "urgent_note": answers["urgent"],
        "heard_of": answers["heard_of"],
        "place": answers.get("place", ""),
        "agreement": "\n".join(agreement),
        "gaps": [name for name in GAPS[kind] if _is_open(answers[name])],
    }


def _is_open(answer: str) -> bool:
    """Say whether an answer leaves its question open: empty, or a way of writing "not sure"."""
    return (
        not answer.strip()
        or answer == Sheet.StillThere.UNSURE
        or bool(_OPEN_ANSWERS.fullmatch(answer))
    )
