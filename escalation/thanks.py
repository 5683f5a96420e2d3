"""Thanking people by name, in private: those whom no e-mail thanks, by phone or text message.

Who said yes and did not come may get one friendly word, from a person and never by itself. It is
no list of who stayed away: only a roster that was kept can say so, who told us is not on it, and
after two weeks nobody is.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.contact_keys import phone_key
from campaigns.models import Group, User
from campaigns.wording import date_in_words
from escalation.models import Action, KindWord, OptOut, SignUp
from escalation.models.sign_ups import GONE

FOR = dt.timedelta(days=14)
Words = Callable[[SignUp, User], str]

_CAME = Q(came=True, user=None, email="")
_MISSED = Q(answer=SignUp.Answer.YES, is_walk_in=False, user=None) & ~Q(came=True)
_TOLD_US = Q(how=SignUp.How.TOLD)


@dataclass(frozen=True)
class Card:
    """Somebody to call or to write to, and words that are ready to be sent."""

    row: SignUp
    number: str
    text: str
    is_done: bool
    rules: list[str]
    may_text: bool

    @property
    def sms(self) -> str:
        return f"sms:{self.number}?&body={quote(self.text)}"

    @property
    def mailto(self) -> str:
        return f"mailto:{quote(self.row.email)}?body={quote(self.text)}"


def why_not(action: Action, *, now: dt.datetime) -> str:
    """Return why nobody is thanked now, as a sentence, or an empty string."""
    if action.state not in Action.State.over():
        return _("Write down what happened first.")
    if now > action.ends_at + FOR:
        return _("The action was over two weeks ago. Thank people when you see them.")
    return ""


def to_thank(action: Action, *, by: User, group: Group) -> list[Card]:
    """Return those who came, left a number, and get no thank-you by e-mail."""
    rows = reachable(action).filter(_CAME)
    return [_card(row, _thanks, by=by, group=group) for row in rows]


def without_number(action: Action) -> list[str]:
    """Return the names of those who came and left nothing to reach them by."""
    rows = _named(action).filter(_CAME, phone="").order_by("name", "pk")
    return list(rows.values_list("name", flat=True))


def missed(action: Action, *, by: User, group: Group) -> list[Card]:
    """Return who said yes and was not ticked, where a roster was kept at all."""
    if not action.sign_ups.filter(came=True).exists():
        return []
    rows = reachable(action).filter(_MISSED)
    return [_card(row, _we_missed_you, by=by, group=group) for row in rows]


def reachable(action: Action) -> QuerySet[SignUp]:
    """Return those without an account who may get a kind word: nobody who wants no message."""
    rows = _named(action).filter(_CAME | (_MISSED & ~_TOLD_US)).exclude(phone="", email="")
    rows = rows.exclude(OptOut.objects.of_sign_up())
    return rows.select_related("action", "person", "kind_word").order_by("name", "pk")


def note(sign_up: SignUp, *, by: User, is_done: bool, now: dt.datetime) -> None:
    """Note that somebody got their word, or take the note back. Twice the same changes nothing."""
    if is_done:
        KindWord.objects.get_or_create(sign_up=sign_up, defaults={"by": by, "at": now})
    else:
        KindWord.objects.filter(sign_up=sign_up).delete()


def _named(action: Action) -> QuerySet[SignUp]:
    return action.sign_ups.exclude(contact_key__startswith=GONE)


def _card(row: SignUp, words: Words, *, by: User, group: Group) -> Card:
    person = row.person
    language = row.language or (person.language_read if person else "") or group.language
    with translation.override(language):
        text = words(row, by)
    return Card(
        row=row,
        number=phone_key(row.phone, country=group.country) or row.phone,
        text=text,
        is_done=hasattr(row, "kind_word"),
        rules=person.contact_rules if person else [],
        may_text=person is None or person.may_text,
    )


# A text message lies open on a locked phone, so no action, place or fight is named in it.


def _thanks(row: SignUp, by: User) -> str:
    return _(
        "Hello %(name)s, thank you for coming on %(day)s. It helps that you were there. %(by)s"
    ) % _values(row, by)


def _we_missed_you(row: SignUp, by: User) -> str:
    return _(
        "Hello %(name)s, we missed you on %(day)s and hope you are well. It would be good to see "
        "you another time. %(by)s"
    ) % _values(row, by)


def _values(row: SignUp, by: User) -> dict[str, str]:
    day = date_in_words(row.action.starts_at, year=False)
    return {"name": row.name, "day": day, "by": by.name}
