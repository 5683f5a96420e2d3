"""Who will come, and in which role.

Whoever asks for a full role is on the list of it and comes all the same; see `places`. One person
is one row: an account, a phone and an e-mail each stand in one row of an action only, and the
database holds that.

Locks are taken in one order, the roles of the action by number and then people, so that two who
change places with each other do not wait for each other for ever.
"""

import base64
import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from campaigns.contact_keys import email_key, phone_key
from campaigns.models import User
from campaigns.models.people import token_hash
from campaigns.turns import turn
from escalation import favours as favours_of
from escalation import places
from escalation.models import Action, ActionRole, SignUp
from escalation.places import SignUpRefused

TOKEN_BYTES = 16
ALREADY = "already_signed_up"  # the code of the error that a form shows for AlreadySignedUp


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


def sign_up(
    action: Action,
    *,
    by: User | None,
    answer: str,
    now: dt.datetime,
    role: ActionRole | None = None,
    guests: int | None = None,
    favours: favours_of.Said | None = None,
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

    Messages about the action come to them in `language`, the one they read the page in. `guests`
    and `favours` are left as they are where they are None.

    An account is known by itself, and its next answer replaces the last. For everybody else the
    token is made from the form's key, so that a double click or a retry gets the same link and
    changes the same row; from any other form the same contact raises `AlreadySignedUp`, because
    knowing a phone number does not make it one's own.
    """
    is_on_list = bool(by and action.sign_up_of(by))
    _ask_whether_open(action, by=by, now=now, is_on_list=is_on_list)
    row = SignUp(
        action=action,
        user=by,
        name=by.name if by else name,
        phone=phone,
        email=email,
        language=language,
        at=now,
        **_keys(by, phone=phone, email=email, country=country),
    )
    token = _token(form_key or uuid.uuid4(), action, row.contact_key)
    row.token_hash = token_hash(token)
    said = {"answer": answer, "needs": needs, "offers": offers, "guests": guests}
    said |= {"role": role, "favours": favours}
    try:
        _insert(row, **said)
    except IntegrityError:
        _answer_again(row, by=by, now=now, **said)
    return token


def change_answer(
    sign_up: SignUp,
    *,
    by: User | None,
    answer: str,
    now: dt.datetime,
    role: ActionRole | None = None,
    guests: int | None = None,
    favours: favours_of.Said | None = None,
    needs: str = "",
    offers: str = "",
) -> None:
    """Replace what somebody said. The old place is given back only once the new one is theirs."""
    with transaction.atomic():
        places.lock_roles(sign_up.action_id)
        row = SignUp.objects.select_for_update().filter(pk=sign_up.pk).first()
        if row is None:
            raise SignUpRefused(_("You are not on the list any more."))
        _ask_whether_open(row.action, by=by, now=now, is_on_list=True)
        places.change(row, role)
        _say(row, answer=answer, needs=needs, offers=offers, guests=guests, now=now)
        row.save(update_fields=[*PLACE_FIELDS, *SAID_FIELDS])
        if favours is not None:
            favours_of.write(row, favours)
        places.move_up(row.action, now=now)


def cancel_sign_up(sign_up: SignUp, *, by: User | None, now: dt.datetime) -> None:
    """Take somebody off the list: their place is free, and nothing of them is kept."""
    with transaction.atomic():
        places.lock_roles(sign_up.action_id)
        row = SignUp.objects.select_for_update().filter(pk=sign_up.pk).first()
        if row is None:
            return
        _ask_whether_open(row.action, by=by, now=now, is_on_list=True)
        if row.came:
            raise SignUpRefused(_("The greeter has noted that you are there. Talk to them."))
        places.change(row, None)
        row.delete()
        places.move_up(row.action, now=now)


PLACE_FIELDS = ["role", "waits_for", "line_number", "moved_up_at"]
SAID_FIELDS = ["answer", "needs", "offers", "guests", "confirmed_at"]


def _say(
    row: SignUp, *, answer: str, needs: str, offers: str, guests: int | None, now: dt.datetime
) -> None:
    row.answer, row.needs, row.offers = answer, needs, offers
    row.confirmed_at = now if row.confirms(answer, now) else None
    if answer == SignUp.Answer.NO:
        row.guests = 0
    elif guests is not None:
        row.guests = guests


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


def contact_key(*, phone: str, email: str, country: str) -> str:
    """Return the one spelling under which a contact signs up once, the phone before the e-mail."""
    return str(_keys(None, phone=phone, email=email, country=country)["contact_key"])


def _keys(by: User | None, *, phone: str, email: str, country: str) -> dict[str, str | None]:
    """Return all that a person is known by, each in one spelling; the phone before the e-mail.

    Whoever gives only the phone today and only the e-mail tomorrow is on the list twice, since
    nobody can know better. The lead can make them one.
    """
    if by:
        number = by.person.phone_key if by.person_id else ""
        keys = {"contact_key": f"user:{by.pk}", "email_key": email_key(by.email)}
    else:
        number = phone_key(phone, country=country)
        address = email_key(email)
        first = f"phone:{number}" if number else f"email:{address}"
        keys = {"contact_key": first, "email_key": address or None}
    return keys | {"phone_key": number or None}


def _insert(
    row: SignUp, *, role: ActionRole | None, favours: favours_of.Said | None, **said: Any
) -> None:
    """Store a new row with its place. Nothing is looked for before: the database knows doubles."""
    with turn(), transaction.atomic():
        if role:
            places.take(row, role)
        _say(row, now=row.at, **said)
        row.save(force_insert=True)
        if favours:
            favours_of.write(row, favours)


def _answer_again(row: SignUp, *, by: User | None, now: dt.datetime, **said: Any) -> None:
    """Change the row there is already of the same account, contact or form."""
    same = Q(contact_key=row.contact_key)
    for name in ("phone_key", "email_key"):
        if key := getattr(row, name):
            same |= Q(**{name: key})
    rows = list(SignUp.objects.filter(same, action=row.action).order_by("pk"))
    own = [known for known in rows if known.contact_key == row.contact_key]
    if not by:
        if own and own[0].token_hash == row.token_hash:
            change_answer(own[0], by=by, now=now, **said)
        elif rows:
            raise AlreadySignedUp
        else:
            raise SignUpRefused(_("That did not work. Please send it once more."))
        return
    try:
        with transaction.atomic():
            places.lock_roles(row.action_id)
            known = own[0] if own else _take_over(row, rows)
            change_answer(known, by=by, now=now, **said)
    except IntegrityError:
        raise SignUpRefused(_("That did not work. Please send it once more.")) from None


def _take_over(row: SignUp, rows: list[SignUp]) -> SignUp:
    """Return the row of an account that signed up without it before: by its own phone or e-mail.

    Whoever made that row may have been somebody else, so its private link ends. What belongs to
    another account stays there, and the new row goes without it.
    """
    for known in rows:
        if known.user_id is None and not known.is_walk_in:
            known.user, known.contact_key = row.user, row.contact_key
            known.token_hash, known.name = row.token_hash, row.name
            known.save(update_fields=["user", "contact_key", "token_hash", "name"])
            return known
    taken_elsewhere = {known.phone_key for known in rows} | {known.email_key for known in rows}
    for name in ("phone_key", "email_key"):
        if getattr(row, name) in taken_elsewhere:
            setattr(row, name, None)
    row.role = row.waits_for = row.line_number = None
    row.save(force_insert=True)
    return row
