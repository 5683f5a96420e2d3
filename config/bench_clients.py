"""The phones of `bench burst`: 32 of them, in processes of their own, each with the next person."""

import multiprocessing
import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

CLIENT_PROCESSES = 4
THREADS = 8  # in each
PATIENCE = 60  # seconds
_HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"')
# A browser sends these all the same.
_LEFT_EMPTY = ["email", "ride", "ride_how_many", "ride_about", "childcare", "interpreter"]
_LEFT_EMPTY += ["interpreter_about", "needs", "offers"]
_COOKIE = re.compile(r"^Set-Cookie: ([^;\r]+)", re.IGNORECASE | re.MULTILINE)
_FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "


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
            "guests": "0",
        } | dict.fromkeys(_LEFT_EMPTY, "")


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
    head, _blank, page = _ask(port, f"GET {order.page} HTTP/1.1", "").partition("\r\n\r\n")
    if _status(head) != 200:
        raise RuntimeError(f"{order.page} answered {head}")
    hidden = tuple(dict(_HIDDEN.findall(page)).items())
    return replace(order, hidden=hidden, cookie="; ".join(_COOKIE.findall(head)))


def _send(port: int, order: Order) -> Answer:
    body = urlencode(dict(order.hidden) | order.typed)
    head = f"POST {order.send_to} HTTP/1.1\r\nCookie: {order.cookie}\r\n{_FORM}{len(body)}"
    began = time.monotonic()
    answer = _ask(port, head, body)
    return Answer(order.person, order.role, _status(answer), began, time.monotonic())


def _status(answer: str) -> int:
    return int(answer.split(" ", 2)[1])


def _ask(port: int, head: str, body: str) -> str:
    """Ask once over a connection of its own, as a phone does that was not here before.

    It is a bare socket, because client and server share the processors here.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        asked = f"{head}\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n{body}"
        connection.sendall(asked.encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()
