"""Writers who take turns on SQLite."""

import threading

import pytest
from django.db import connection, transaction

from campaigns.turns import turn


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL needs no turns.")
def test_only_one_has_the_turn_at_a_time() -> None:
    order: list[str] = []
    asks = threading.Event()

    def second() -> None:
        asks.set()
        with turn():
            order.append("second")

    with turn():
        other = threading.Thread(target=second)
        other.start()
        asks.wait()
        other.join(timeout=0.2)
        assert other.is_alive()
        order.append("first")
    other.join(timeout=5)

    assert order == ["first", "second"]


def test_nobody_waits_for_a_turn_inside_a_transaction(db: None) -> None:
    with turn(), transaction.atomic(), turn():
        assert connection.in_atomic_block
