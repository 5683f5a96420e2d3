"""Who will come, and in which role.

Two people must never hold the last place of a role. `ActionRole.taken` says how many hold one,
and only an UPDATE with the condition `taken < capacity` raises it; nothing counts rows.

Rows are locked in one order, the sign-up first and then roles by number, so that two people who
change places with each other do not wait for each other for ever.
"""

import base64
import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from campaigns.contact_keys import email_key, phone_key
from campaigns.models import User
from campaigns.models.people import token_hash
from escalation.models import Action, ActionRole, SignUp

TOKEN_BYTES = 16
ALREADY = "already_signed_up"  # the code of the error that a form shows for AlreadySignedUp


class SignUpRefused(Exception):
    """Nothing was written. The text of the exception is a sentence for the person."""


class RoleFull(SignUpRefused):
    """Somebody else took the last place of the role."""

    def __init__(self, role: ActionRole) -> None:
        super().__init__(
            _("“%(role)s” was just taken. Choose another role, or just be there.") % {"role": role}
        )


class AlreadySignedUp(SignUpRefused):
    """The phone or e-mail is on the list, and whoever sent this may be somebody else."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This phone or e-mail is already signed up. To change the answer, open your "
                "private link. If you lost it, have it sent again below, ask the lead, or just "
                "come."
            )
        )


def contact_key(*, phone: str, email: str, country: str) -> str:
    """Return the one spelling under which this contact signs up once, the phone before the e-mail.

    Who gives the phone today and the e-mail tomorrow can end up on the list twice.
    """
    number = phone_key(phone, country=country)
    return f"phone:{number}" if number else f"email:{email_key(email)}"


def sign_up(
    action: Action,
    *,
    by: User | None,
    answer: str,
    now: dt.datetime,
    role: ActionRole | None = None,
    needs: str = "",
    offers: str = "",
    name: str = "",
    phone: str = "",
    email: str = "",
    country: str = "",
    form_key: uuid.UUID | None = None,
    language: str = "",
) -> str:
    """Put somebody on the list and return the token of their private link.

    Messages about the action come to them in `language`, the one they read the page in.

    An account is known by itself, and its next answer replaces the last. For everybody else the
    token is made from the form's key, so that a double click or a retry gets the same link and
    changes the same row; from any other form the same contact raises `AlreadySignedUp`, because
    knowing a phone number does not make it one's own.
    """
    is_on_list = bool(by and action.sign_up_of(by))
    _ask_whether_open(action, by=by, now=now, is_on_list=is_on_list)
    key = f"user:{by.pk}" if by else contact_key(phone=phone, email=email, country=country)
    token = _token(form_key or uuid.uuid4(), action, key)
    said = {"answer": answer, "role": role, "needs": needs, "offers": offers}
    row = SignUp(
        action=action,
        user=by,
        name=by.name if by else name,
        phone=phone,
        email=email,
        contact_key=key,
        token_hash=token_hash(token),
        language=language,
        at=now,
        **said,
    )
    row.confirmed_at = now if row.confirms(answer, now) else None
    with transaction.atomic():
        known = _known_already(row) or _insert(row)
        if known:
            if not by and known.token_hash != row.token_hash:
                raise AlreadySignedUp
            change_answer(known, by=by, now=now, **said)
        elif role:
            _take(role)
    return token


def change_answer(
    sign_up: SignUp,
    *,
    by: User | None,
    answer: str,
    now: dt.datetime,
    role: ActionRole | None = None,
    needs: str = "",
    offers: str = "",
) -> None:
    """Replace what somebody said. The old place is given back only once the new one is theirs."""
    with transaction.atomic():
        row = SignUp.objects.select_for_update().filter(pk=sign_up.pk).first()
        if row is None:
            raise SignUpRefused(_("You are not on the list any more."))
        _ask_whether_open(row.action, by=by, now=now, is_on_list=True)
        _change_place(row.role_id, role)
        row.answer, row.role, row.needs, row.offers = answer, role, needs, offers
        row.confirmed_at = now if row.confirms(answer, now) else None
        row.save(update_fields=["answer", "role", "needs", "offers", "confirmed_at"])


def cancel_sign_up(sign_up: SignUp, *, by: User | None, now: dt.datetime) -> None:
    """Take somebody off the list: their place is free, and nothing of them is kept."""
    with transaction.atomic():
        row = SignUp.objects.select_for_update().filter(pk=sign_up.pk).first()
        if row is None:
            return
        _ask_whether_open(row.action, by=by, now=now, is_on_list=True)
        if row.came:
            raise SignUpRefused(_("The greeter has noted that you are there. Talk to them."))
        _change_place(row.role_id, None)
        row.delete()


def _ask_whether_open(
    action: Action, *, by: User | None, now: dt.datetime, is_on_list: bool = False
) -> None:
    if refusal := action.answer_refusal(now) if is_on_list else action.refusal(now):
        raise SignUpRefused(refusal)
    if action.audience == Action.Audience.MEMBERS and not (by or is_on_list):
        raise SignUpRefused(_("This action is for members. Log in to sign up."))


def _token(form_key: uuid.UUID, action: Action, contact_key: str) -> str:
    text = f"{form_key}:{action.pk}:{contact_key}"
    mixed = salted_hmac("escalation.sign_up", text, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mixed[:TOKEN_BYTES]).rstrip(b"=").decode()


def _known_already(row: SignUp) -> SignUp | None:
    """Find the row of the same account, the same contact, or the same e-mail beside a phone."""
    same = Q(contact_key=row.contact_key)
    if row.email:
        same |= Q(email__iexact=row.email) | Q(contact_key=f"email:{email_key(row.email)}")
    return SignUp.objects.filter(same, action=row.action).order_by("pk").first()


def _insert(row: SignUp) -> SignUp | None:
    """Insert the row, or return the one that a request beside us was faster to insert."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if known := _known_already(row):
            return known
        raise SignUpRefused(_("That did not work. Please send it once more.")) from None
    return None


def _change_place(old: int | None, new: ActionRole | None) -> None:
    new_number = new.pk if new else None
    if old == new_number:
        return
    both = ActionRole.objects.filter(pk__in=[n for n in (old, new_number) if n])
    list(both.select_for_update().order_by("pk"))
    if new:
        _take(new)
    if old:
        ActionRole.objects.filter(pk=old).update(taken=F("taken") - 1)


def _take(role: ActionRole) -> None:
    free = ActionRole.objects.filter(pk=role.pk, taken__lt=F("capacity"))
    if not free.update(taken=F("taken") + 1):
        raise RoleFull(role)
