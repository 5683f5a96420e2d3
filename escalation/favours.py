"""Rides, childcare and interpreters: who needs one, who offers one, and who goes with whom.

A lead notes a match. Nobody is told by it, since people agree by word of mouth; what the lead may
send is put into words, and an answer that changes opens the need again.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.target_keys import folded
from campaigns.wording import date_in_words
from escalation.models import Action, Favour, SignUp

Kind = Favour.Kind
Side = Favour.Side


class MatchRefused(Exception):
    """Nothing was written. The text of the exception is a sentence for the person."""


@dataclass(frozen=True)
class Wanted:
    """What somebody said of one kind."""

    side: str
    how_many: int = 1
    about: str = ""


Said = Mapping[str, Wanted]


def said_by(sign_up: SignUp) -> dict[str, Wanted]:
    return {row.kind: Wanted(row.side, row.how_many, row.about) for row in sign_up.favours.all()}


def write(sign_up: SignUp, said: Said) -> None:
    """Keep what was said, kind by kind. What stays as it was keeps whom it was matched with."""
    there = {row.kind: row for row in sign_up.favours.all()}
    for kind, row in list(there.items()):
        if said.get(kind) != Wanted(row.side, row.how_many, row.about):
            row.delete()
            del there[kind]
    Favour.objects.bulk_create(
        Favour(
            sign_up=sign_up,
            kind=kind,
            side=wanted.side,
            how_many=wanted.how_many,
            about=wanted.about,
        )
        for kind, wanted in said.items()
        if kind not in there
    )


def match(action: Action, *, need: Favour, offer: Favour) -> None:
    """Note that the one who offers helps the one who needs. A car has only so many seats."""
    with transaction.atomic():
        rows = Favour.objects.filter(sign_up__action=action, pk__in=[need.pk, offer.pk])
        locked = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
        need, offer = locked.get(need.pk), locked.get(offer.pk)
        if need is None or offer is None:
            raise MatchRefused(_("One of the two has changed their answer. Look again."))
        if (need.side, offer.side, need.kind) != (Side.NEEDS, Side.OFFERS, offer.kind):
            raise MatchRefused(_("These two do not fit together."))
        others = offer.helps.exclude(pk=need.pk)
        promised = sum(others.values_list("how_many", flat=True))
        if need.kind == Kind.RIDE and promised + need.how_many > offer.how_many:
            raise MatchRefused(_("This car has not enough seats left. Choose another one."))
        Favour.objects.filter(pk=need.pk).update(found=offer)


def unmatch(need: Favour) -> None:
    Favour.objects.filter(pk=need.pk).update(found=None)


# The page of the leads


@dataclass
class Asked:
    """One need, with whom it is matched with or who could help."""

    need: Favour
    offers: list[tuple[Favour, str]] = field(default_factory=list)
    text: str = ""


@dataclass
class Board:
    unmatched: list[Asked]
    matched: list[Asked]
    free: list[Favour]
    words: list[SignUp]


def board(action: Action) -> Board:
    """Return who needs what, the unmatched first, and who offers it. Nobody who said no."""
    coming = action.sign_ups.exclude(answer=SignUp.Answer.NO)
    rows = list(Favour.objects.in_full().filter(sign_up__in=coming).order_by("kind", "pk"))
    offers = defaultdict(list)
    for row in rows:
        if row.side == Side.OFFERS:
            offers[row.kind].append(row)
    needs = [row for row in rows if row.side == Side.NEEDS]
    words = coming.exclude(needs="", offers="").order_by("name", "pk")
    return Board(
        unmatched=[Asked(n, offers=_fitting(n, offers[n.kind])) for n in needs if not n.found_id],
        matched=[Asked(n, text=_text(n, action)) for n in needs if n.found_id],
        free=[row for same in offers.values() for row in same if seats_left(row) > 0],
        words=list(words),
    )


def seats_left(offer: Favour) -> int:
    """Return how many can still ride along. Of other offers nobody counts."""
    return offer.how_many - offer.promised if offer.kind == Kind.RIDE else 1


def _fitting(need: Favour, offers: list[Favour]) -> list[tuple[Favour, str]]:
    """Return the offers that can help, those of the same area or language first."""
    room = need.how_many if need.kind == Kind.RIDE else 1
    found = [row for row in offers if seats_left(row) >= room]
    found.sort(key=lambda row: folded(row.about) != folded(need.about))
    return [(row, _offer_in_words(row)) for row in found]


def _offer_in_words(offer: Favour) -> str:
    words = [offer.sign_up.name]
    if offer.about:
        words.append(offer.about)
    if offer.kind == Kind.RIDE:
        words.append(_("seats left: %(n)s") % {"n": seats_left(offer)})
    return ", ".join(words)


def _text(need: Favour, action: Action) -> str:
    """Return what the lead may send to both. No phone is in it: they say themselves whether."""
    texts = {
        Kind.RIDE: _("%(helper)s can take %(person)s along to the action on %(when)s."),
        Kind.CHILDCARE: _(
            "%(helper)s can look after the children of %(person)s at the action on %(when)s."
        ),
        Kind.INTERPRETER: _("%(helper)s can interpret for %(person)s at the action on %(when)s."),
    }
    when = date_in_words(action.starts_at, with_time=True, year=False)
    values = {"helper": need.found.sign_up.name, "person": need.sign_up.name, "when": when}
    return " ".join([texts[Kind(need.kind)] % values, _("Is that all right for you?")])
