"""The phones of `bench burst`: 32 of them, in processes of their own, each with the next person."""

import multiprocessing
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

CLIENT_PROCESSES = 4
THREADS = 8  # in each
PATIENCE = 60  # seconds
_HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"')


@dataclass(frozen=True)
class Order:
    """What one person sends: the form at `page`, to `send_to`."""

    person: int
    role: int
    page: str
    send_to: str
    hidden: tuple[tuple[str, str], ...] = ()
    cookie: str = ""

    @property
    def typed(self) -> dict[str, str]:
        return {
            "name": f"Person {self.person}",
            "phone": f"+1206{5_000_000 + self.person}",
            "answer": "yes",
            "role": str(self.role),
        }


@dataclass(frozen=True)
class Answer:
    person: int
    role: int
    status: int
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


def open_pages(port: int, orders: list[Order]) -> list[Order]:
    """Let everybody open the page, and return what each can send then."""
    return _in_turn(_open, port, orders)


def send_all(port: int, orders: list[Order]) -> list[Answer]:
    return _in_turn(_send, port, orders)


def _in_turn(act: Callable[[int, Order], Any], port: int, orders: list[Order]) -> list[Any]:
    shares = [(act, port, orders[n::CLIENT_PROCESSES]) for n in range(CLIENT_PROCESSES)]
    with multiprocessing.get_context("fork").Pool(CLIENT_PROCESSES) as pool:
        return [one for share in pool.starmap(_share, shares, chunksize=1) for one in share]


def _share(act: Callable[[int, Order], Any], port: int, orders: list[Order]) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(lambda order: act(port, order), orders))


def _open(port: int, order: Order) -> Order:
    answer, body = _ask(port, "GET", order.page)
    if answer.status != 200:
        raise RuntimeError(f"{order.page} answered {answer.status}")
    cookies = (line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", []))
    hidden = tuple(dict(_HIDDEN.findall(body.decode())).items())
    return replace(order, hidden=hidden, cookie="; ".join(cookies))


def _send(port: int, order: Order) -> Answer:
    body = urlencode(dict(order.hidden) | order.typed)
    headers = {"Cookie": order.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    began = time.monotonic()
    answer, _body = _ask(port, "POST", order.send_to, body, headers)
    return Answer(order.person, order.role, answer.status, began, time.monotonic())


def _ask(port: int, method: str, path: str, *sent: Any) -> tuple[HTTPResponse, bytes]:
    """Ask once over a connection of its own, as a phone does that was not here before."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, *sent)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()
