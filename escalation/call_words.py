"""Links that call and text from one's own phone, and a text ready to be sent. No gateway is needed.

A text lies open on somebody's phone: the title, the time, the area and the link stand in it, all of
which anybody with the link may read, and nothing of a case.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.contact_keys import phone_key
from campaigns.models import Group
from campaigns.wording import date_in_words
from escalation.models import Action

ASK, CONFIRM, NOT_HERE, TELL = "ask", "confirm", "not_here", "tell"


@dataclass(frozen=True)
class Reach:
    """How to reach one person: what a tap opens, and the words for them."""

    call: str
    text: str
    words: str
    mail: str = ""


def reach(
    action: Action,
    *,
    group: Group,
    site: str,
    name: str,
    phone: str,
    language: str,
    sender: str,
    about: str = ASK,
    email: str = "",
) -> Reach:
    """Return the links for one person, with the words in their language."""
    number = phone_key(phone, country=group.country) or phone
    with translation.override(language or group.language), timezone.override(group.zone):
        words = _words(action, site=site, name=name, sender=sender, group=group, about=about)
        subject = _("Can you come?") if about == ASK else _("A message from %s") % group.name
    return Reach(
        call=f"tel:{quote(number, safe='+')}" if phone else "",
        # "?&body=" is what both iOS and Android read.
        text=f"sms:{quote(number, safe='+')}?&body={quote(words)}" if phone else "",
        words=words,
        mail=f"mailto:{quote(email)}?subject={quote(subject)}&body={quote(words)}" if email else "",
    )


def page_of(action: Action) -> str:
    """Return the address of the page everybody who may come can open."""
    is_public = action.audience == Action.Audience.PUBLIC
    return reverse("action_page" if is_public else "action", args=[action.public_id])


def _words(action: Action, *, site: str, name: str, sender: str, group: Group, about: str) -> str:
    facts = {
        "name": name,
        "sender": sender,
        "group": group.name,
        "title": action.title,
        "when": date_in_words(action.starts_at, with_time=True, year=False),
        "area": action.area,
        "url": site + page_of(action),
    }
    lines = [
        _("Hello %(name)s, this is %(sender)s from %(group)s."),
        _("%(title)s: %(when)s, %(area)s."),
        {
            ASK: _("Can you come? Answer yes, maybe or no."),
            CONFIRM: _("Do you still plan to come? Answer yes, maybe or no."),
            NOT_HERE: _("We are here now. Are you on your way?"),
            TELL: "",
        }[about],
        "%(url)s",
        _("If you want no more messages like this, answer STOP.") if about == ASK else "",
    ]
    return " ".join(line % facts for line in lines if line)
