"""Who calls whom: even shares of twenty at most, with whom they know and can talk to first."""

from collections import Counter

from escalation.call_sharing import Card, Hand, callers_for, share_out


def cards(number: int, *, language: str = "en") -> list[Card]:
    return [Card(n, language) for n in range(1, number + 1)]


def hands(number: int, *languages: str) -> list[Hand]:
    return [Hand(who, frozenset(languages or ("en",))) for who in range(1, number + 1)]


def test_everybody_gets_as_many_as_the_others() -> None:
    assert Counter(share_out(cards(31), hands(3)).values()) == {1: 11, 2: 10, 3: 10}


def test_nobody_gets_more_than_twenty_and_the_rest_has_nobody() -> None:
    dealt = share_out(cards(45), hands(2))
    assert Counter(dealt.values()) == {1: 20, 2: 20}
    assert len(dealt) == 40


def test_what_a_caller_holds_already_counts_towards_the_twenty() -> None:
    held = [Hand(1, frozenset({"en"}), holds=18), Hand(2, frozenset({"en"}), holds=0)]
    assert Counter(share_out(cards(10), held).values()) == {2: 10}


def test_those_who_read_spanish_go_to_who_speaks_it() -> None:
    both = [Hand(1, frozenset({"en"})), Hand(2, frozenset({"en", "es"}))]
    people = [*cards(6), *(Card(n, "es") for n in range(7, 11))]
    dealt = share_out(people, both)
    assert {dealt[n] for n in range(7, 11)} == {2}
    assert Counter(dealt.values()) == {1: 5, 2: 5}


def test_who_asked_them_before_asks_them_again() -> None:
    people = [Card(n, "en", asked_by=2) if n > 7 else Card(n, "en") for n in range(1, 11)]
    dealt = share_out(people, hands(2))
    assert {dealt[n] for n in (8, 9, 10)} == {2}


def test_people_stay_with_their_caller_as_far_as_the_shares_stay_even() -> None:
    people = [Card(n, "en", now_with=1) for n in range(1, 13)]
    dealt = share_out(people, hands(3))
    assert Counter(dealt.values()) == {1: 4, 2: 4, 3: 4}


def test_without_a_caller_nobody_is_dealt() -> None:
    assert share_out(cards(3), []) == {}


def test_ten_to_twenty_people_are_for_one_caller() -> None:
    assert [callers_for(n) for n in (0, 1, 20, 21, 150)] == [
        (0, 0),
        (1, 1),
        (1, 2),
        (2, 2),
        (8, 15),
    ]
