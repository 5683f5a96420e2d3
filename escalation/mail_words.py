"""The words of each message about an action.

A mail lies open on locked phones, in shared inboxes and on other people's servers. So all of them
are the same for everybody: the only things that differ are the time and a link. No title, no
place, no name and nothing of a case is in them, and all of that stands behind the link.
"""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from campaigns.models import Group
from campaigns.wording import date_in_words
from escalation import private_links
from escalation.models import Action, OutboxMessage, SignUp

Kind = OutboxMessage.Kind


def compose(
    message: OutboxMessage, *, group: Group, now: dt.datetime, connection: BaseEmailBackend
) -> EmailMessage:
    """Return the mail, in the language of its person.

    Raises ValidationError for an address that is none, or that would be two.
    """
    validate_email(message.address)
    with translation.override(_language(message, group)), timezone.override(group.zone):
        subject, text = _WORDS[Kind(message.kind)](message, now)
        paragraphs = [text, _link(message), *_footer(message)]
    return EmailMessage(
        subject=subject,
        body="\n\n".join(paragraphs) + "\n",
        to=[message.address],
        reply_to=[group.email] if group.email else None,
        headers=_headers(message),
        connection=connection,
    )


def message_id(message: OutboxMessage) -> str:
    """Return the same one for each try, so that a mail program shows a second copy as one."""
    mark = salted_hmac("escalation.outbox", str(message.pk), algorithm="sha256").hexdigest()[:24]
    return f"<{mark}@{settings.SITE_HOST}>"


def _language(message: OutboxMessage, group: Group) -> str:
    own = message.account.language if message.account else ""
    return own or (message.sign_up.language if message.sign_up else "") or group.language


def _link(message: OutboxMessage) -> str:
    """Return the one link: for who signed up their own page, and for thanks the page of all."""
    if message.sign_up_id and message.kind != Kind.THANKS:
        return private_links.url("my_sign_up", private_links.token(message.sign_up_id))
    is_public = message.action.audience == Action.Audience.PUBLIC and not message.user_id
    return private_links.url("action_page" if is_public else "action", message.action.public_id)


def _wish_url(message: OutboxMessage) -> str:
    """Return the page where its person says which mails they want."""
    account = message.account
    of = ("account", account.pk) if account else ("sign_up", message.sign_up_id)
    return private_links.url("mail_wish", private_links.mail_token(*of))


def _footer(message: OutboxMessage) -> list[str]:
    lines = []
    if message.sign_up_id and message.kind != Kind.THANKS:
        lines.append(_("This link is for you alone. Do not pass it on."))
    lines.append(_("Fewer e-mails, or none:") + "\n" + _wish_url(message))
    return lines


def _headers(message: OutboxMessage) -> dict[str, str]:
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if settings.HTTPS and message.kind in (*OutboxMessage.REMINDERS, Kind.ANNOUNCEMENT):
        headers["List-Unsubscribe"] = f"<{_wish_url(message)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


# The words


def _reminder(message: OutboxMessage, now: dt.datetime) -> tuple[str, str]:
    starts = message.action.starts_at
    days = (timezone.localdate(starts) - timezone.localdate(now)).days
    values = {"time": f"{timezone.localtime(starts):%H:%M}", "when": _when(starts)}
    if message.sign_up and message.sign_up.answer == SignUp.Answer.MAYBE:
        text = _("An action you said maybe to is on %(when)s. Tell us whether you come:")
    elif days == 0:
        text = _(
            "An action you said yes to is today at %(time)s. The exact meeting point, and all "
            "about it:"
        )
    elif days == 1:
        text = _(
            "An action you said yes to is tomorrow at %(time)s. The exact meeting point from 24 "
            "hours before, and all about it:"
        )
    else:
        text = _(
            "An action you said yes to is on %(when)s. All about it, and how to tell us if you "
            "cannot come:"
        )
    return _("A reminder"), text % values


def _announcement(message: OutboxMessage, now: dt.datetime) -> tuple[str, str]:
    values = {"when": _when(message.action.starts_at)}
    text = _("A new action is planned for %(when)s. Say whether you come:") % values
    return _("A new action"), text


def _change(message: OutboxMessage, now: dt.datetime) -> tuple[str, str]:
    values = {"when": _when(message.action.starts_at)}
    text = _(
        "The time or the place of an action you signed up for has changed. It is now on "
        "%(when)s. Please look at it again:"
    )
    return _("Something has changed"), text % values


def _postponement(message: OutboxMessage, now: dt.datetime) -> tuple[str, str]:
    values = {"when": _when(message.action.starts_at)}
    text = _(
        "The action on %(when)s that you signed up for is postponed. Please do not go there. You "
        "stay on the list, and we write to you when there is a new time. Why it is postponed:"
    )
    return _("It is postponed"), text % values


def _new_time(message: OutboxMessage, now: dt.datetime) -> tuple[str, str]:
    values = {"when": _when(message.action.starts_at)}
    text = _(
        "The action that was postponed has a new time: %(when)s. Do you still come? What you said "
        "stands until you change it here:"
    )
    return _("There is a new time"), text % values


def _cancellation(message: OutboxMessage, now: dt.datetime) -> tuple[str, str]:
    values = {"when": _when(message.action.starts_at)}
    text = _(
        "The action on %(when)s that you signed up for is cancelled. Please do not go there. "
        "Why it is cancelled:"
    )
    return _("It is cancelled"), text % values


def _thanks(message: OutboxMessage, now: dt.datetime) -> tuple[str, str]:
    text = _("Thank you for being there. It helps that people come. The page of the action:")
    return _("Thank you"), text


def _place(message: OutboxMessage, now: dt.datetime) -> tuple[str, str]:
    values = {"when": _when(message.action.starts_at)}
    text = _(
        "A place came free in the role you asked for, at the action on %(when)s. It is yours now. "
        "If you cannot do it any more, give it back here, so that the next person gets it:"
    )
    return _("There is a place for you"), text % values


def _private_link(message: OutboxMessage, now: dt.datetime) -> tuple[str, str]:
    text = _(
        "Somebody asked for your private link, and gave this e-mail. If it was not you, you "
        "need not do anything. With the link you see, change or cancel your answer:"
    )
    return _("Your private link"), text


def _when(moment: dt.datetime) -> str:
    return date_in_words(moment, with_time=True, year=False)


_WORDS: dict[Kind, Callable[[OutboxMessage, dt.datetime], tuple[str, str]]] = {
    Kind.ANNOUNCEMENT: _announcement,
    Kind.TWO_DAYS: _reminder,
    Kind.DAY: _reminder,
    Kind.MORNING: _reminder,
    Kind.CHANGE: _change,
    Kind.POSTPONEMENT: _postponement,
    Kind.NEW_TIME: _new_time,
    Kind.CANCELLATION: _cancellation,
    Kind.THANKS: _thanks,
    Kind.LINK: _private_link,
    Kind.PLACE: _place,
}
