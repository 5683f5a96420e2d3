"""Tags and filters that every template has without loading them.

`{% money amount %}`          "$1,234.50" in the network's currency
`{{ amount|money:"USD" }}`    the same in a named currency
`{{ date|day }}`              "Friday 27 November", with the year when it is not this one
`{{ date|short_day }}`        "Fri 27 Nov"
`{{ moment|moment }}`         "Friday 27 November, 17:00", in the network's zone
`{{ moment|short_moment }}`   "Fri 27 Nov, 17:00"
`{{ date|days_from:today }}`  "in 3 days", "yesterday"
`{% clock deadline now %}`    the clock, a part of a `.facts` row
`{% turnout needed=12 yes=18 came=9 %}`
`<a href="tel:{% dial row.phone %}">`  a number as a phone dials it, "+12065550134"
`{% nav_link "board" _("Cases") %}`  a link that knows when it is the current page
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns import wording
from campaigns.contact_keys import phone_key

register = template.Library()

SOON_DAYS = 3  # a clock turns red when so many days, or fewer, are left


@register.simple_tag(name="money", takes_context=True)
def money_of_network(context: Context, amount: Decimal | None) -> str:
    return "" if amount is None else wording.money(amount, context["network"].currency)


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else wording.money(amount, currency)


@register.filter
def day(value: dt.date | None) -> str:
    return _in_words(value)


@register.filter
def short_day(value: dt.date | None) -> str:
    return _in_words(value, short=True)


@register.filter
def moment(value: dt.datetime | None) -> str:
    return _in_words(value, with_time=True)


@register.filter
def short_moment(value: dt.datetime | None) -> str:
    return _in_words(value, with_time=True, short=True)


@register.filter
def days_from(value: dt.date | None, today: dt.date) -> str:
    return "" if value is None else wording.days_from(today, value)


def _in_words(value: dt.date | None, **how: bool) -> str:
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, dt.datetime) else value
    return wording.date_in_words(local, year=local.year != timezone.localdate().year, **how)


@register.filter
def choice_lines(label: str) -> SafeString:
    """Return a choice's label, and small below it the second line, which explains it."""
    title, _newline, small = str(label).partition("\n")
    if small:
        return format_html("<span>{}<small>{}</small></span>", title, small)
    return format_html("<span>{}</span>", title)


@register.filter
def browser(user_agent: str) -> str:
    """Return what a person would call the browser and its device: "Firefox, Android"."""
    names = ("Edg", "Firefox", "Chrome", "Safari")
    devices = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    found = (next((n for n in group if n in user_agent), "") for group in (names, devices))
    return ", ".join(word for word in found if word).replace("Edg", "Edge") or user_agent[:40]


@register.inclusion_tag("_clock.html")
def clock(deadline: dt.datetime, now: dt.datetime) -> dict[str, Any]:
    big, small = wording.time_left(now, deadline)
    days = (timezone.localdate(deadline) - timezone.localdate(now)).days
    return {"big": big, "small": small, "is_hot": days <= SOON_DAYS}


@register.inclusion_tag("_turnout.html")
def turnout(needed: int, yes: int, came: int | None = None) -> dict[str, Any]:
    """Draw who is needed, said yes and came, on a scale that holds the largest of them."""
    full = max(needed, yes, came or 0, 1)
    return {
        "needed": needed,
        "yes": yes,
        "came": came,
        "needed_at": f"{needed / full:.1%}",
        "yes_width": f"{yes / full:.1%}",
        "came_width": f"{(came or 0) / full:.1%}",
    }


@register.simple_tag(takes_context=True)
def dial(context: Context, phone: str) -> str:
    """Return the number in what somebody typed, or its digits where it is none that we know."""
    known = phone_key(phone, country=context["network"].country)
    return known or "".join(sign for sign in phone if sign in "+0123456789")


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str) -> SafeString:
    """Return a menu entry. It is the current one on its own page and on every page below it."""
    url = reverse(name)
    if context["request"].path.startswith(url):
        return format_html('<li><a href="{}" aria-current="page">{}</a></li>', url, label)
    return format_html('<li><a href="{}">{}</a></li>', url, label)
