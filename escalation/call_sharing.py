"""How people to call are shared out: pure arithmetic on numbers, no names and no database.

Everybody gets as many as the others. Within that, people stay with whom they know and with whom
they share a language.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

AT_MOST = 20  # where a group has set nothing else
AT_LEAST = 10


@dataclass(frozen=True)
class Hand:
    """One who calls: the languages they speak, and how many calls stay theirs whatever happens."""

    who: int
    languages: frozenset[str]
    holds: int = 0


@dataclass(frozen=True)
class Card:
    """One to be called: in which language, who has them now, and who asked them before."""

    number: int
    language: str
    now_with: int | None = None
    asked_by: int | None = None


Fits = Callable[[Card, Hand], bool]


def share_out(
    cards: Iterable[Card], hands: Iterable[Hand], *, most: int = AT_MOST
) -> dict[int, int]:
    """Return who calls whom, by their numbers. Who is not in it has nobody to call them."""
    left, takers = list(cards), list(hands)
    room = _even(len(left), {hand.who: hand.holds for hand in takers}, most)
    speakers = Counter(code for hand in takers for code in hand.languages)
    left.sort(key=lambda card: (speakers[card.language], card.number))  # the rare language first
    dealt: dict[int, int] = {}
    for fits in _WISHES:
        for card in [card for card in left if card.number not in dealt]:
            free = [hand for hand in takers if room[hand.who] and fits(card, hand)]
            if free:
                taker = max(free, key=lambda hand: (room[hand.who], -hand.who))
                dealt[card.number] = taker.who
                room[taker.who] -= 1
    return dealt


def _even(number: int, holds: dict[int, int], most: int) -> Counter[int]:
    """Return how many more each takes: always the one with the fewest, nobody over the most."""
    room: Counter[int] = Counter(dict.fromkeys(holds, 0))
    for _one in range(number):
        open_to = [who for who in holds if holds[who] + room[who] < most]
        if not open_to:
            break
        room[min(open_to, key=lambda who: (holds[who] + room[who], who))] += 1
    return room


def callers_for(people: int, *, most: int = AT_MOST) -> tuple[int, int]:
    """Return how few and how many callers so many people are for: 10 to `most` people each."""
    fewest = -(-people // most)
    return fewest, max(fewest, people // AT_LEAST)


def _speaks(card: Card, hand: Hand) -> bool:
    return not card.language or card.language in hand.languages


_WISHES: tuple[Fits, ...] = (
    lambda card, hand: card.asked_by == hand.who and _speaks(card, hand),
    lambda card, hand: card.now_with == hand.who and _speaks(card, hand),
    _speaks,
    lambda card, hand: hand.who in (card.asked_by, card.now_with),
    lambda card, hand: True,
)
