"""Two thousand people at once for five hundred places: `./run bench burst`.

It is the product's own server on a throw-away database, with two and with four worker processes.
Everybody has the page open; then all send at once, from one network address, and some tap twice.
Afterwards the database is asked what came of it. The same is sent to a bare Django site in the same
run, and only the CPU of the worker processes is compared.
"""

import datetime as dt
import heapq
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psycopg
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Group
from config.bench_clients import Answer, Order, open_pages, send_all
from escalation.models import Action, ActionRole, SignUp, Tactic

PEOPLE = 2000
PLACES = {"leaflets": 300, "greeter": 200}
TWICE = 20  # each twentieth person taps twice
WORKERS = (2, 4)
LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
GOALS = "Goals: ratio at most 3, under 20 s, p99 under 1000 ms, and no fault."
HEADINGS = [
    "database",
    "workers",
    "posts",
    "seconds",
    "p50 ms",
    "p99 ms",
    "CPU ms",
    "bare",
    "ratio",
    "phones",
    "load",
]
TICK = os.sysconf("SC_CLK_TCK")


def bench_burst(out: TextIO) -> None:
    """Print what the burst takes, and raise where anybody was lost, passed or placed twice.

    With the database file of SQLite it runs once more on the PostgreSQL of this machine.
    """
    out.write("".join(f"{heading:>11}" for heading in HEADINGS) + "\n")
    with _database() as url:
        Group.objects.create(pk=1, name="Bench", place="Nowhere", email="us@bench.example")
        for workers in WORKERS:
            _burst(out, url, workers)
    if connection.vendor == "sqlite" and _postgres_answers():
        environment = os.environ | {"DATABASE_URL": LOCAL_POSTGRES}
        out.flush()
        subprocess.run(
            [sys.executable, "manage.py", "bench", "burst"],
            cwd=settings.BASE_DIR,
            env=environment,
            check=True,
        )
        return
    out.write(f"{GOALS}\n")


@contextmanager
def _database() -> Iterator[str]:
    """Make a throw-away database that other processes can open, and yield its URL."""
    own, name = connection.settings_dict, connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        file = Path(folder, "burst.sqlite3")
        own["TEST"]["NAME"] = str(file) if connection.vendor == "sqlite" else "owed_burst"
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            who = ":".join(word for word in (own["USER"], own["PASSWORD"]) if word)
            where = f"{who}@{own['HOST'] or '127.0.0.1'}:{own['PORT'] or 5432}/{own['NAME']}"
            yield f"sqlite:///{file}" if connection.vendor == "sqlite" else f"postgres://{where}"
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def _postgres_answers() -> bool:
    try:
        psycopg.connect(LOCAL_POSTGRES, connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def _burst(out: TextIO, url: str, workers: int) -> None:
    action, bare = _action(), _action()
    page, send_to = (reverse(name, args=[action.public_id]) for name in ("action_page", "sign_up"))
    load = os.getloadavg()[0]
    ours = _run("config.wsgi", url, workers, _orders(action, page, send_to))
    path = f"/{bare.pk}/"
    beside = _run("config.bench_bare", url, workers, _orders(bare, path, path, twice=0))
    answers, seconds, _cpu_seconds, phones = ours
    own, least = (1000 * run[2] / len(run[0]) for run in (ours, beside))
    waits = sorted(answer.seconds * 1000 for answer in answers)
    cells = [
        f"{connection.vendor:>11}{workers:>11}{len(answers):>11}{seconds:>11.1f}",
        f"{statistics.median(waits):>11.0f}{waits[int(len(waits) * 0.99)]:>11.0f}",
        f"{own:>11.2f}{least:>11.2f}{own / least:>11.2f}",
        f"{1000 * phones / len(answers):>11.2f}{load:>11.1f}",
    ]
    out.write("".join(cells) + "\n")
    if faults := list(_faults(action, answers)):
        raise RuntimeError("; ".join(faults))


def _action() -> Action:
    starts = timezone.now() + dt.timedelta(days=3)
    action = Action.objects.create(
        tactic=Tactic.PICKET,
        title="Picket",
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=2),
        needed=10,
        state=Action.State.ANNOUNCED,
    )
    for kind, places in PLACES.items():
        ActionRole.objects.create(action=action, kind=kind, capacity=places)
    return action


def _orders(action: Action, page: str, send_to: str, twice: int = TWICE) -> list[Order]:
    roles = list(action.roles.values_list("pk", flat=True))
    return [
        Order(person, roles[person % len(roles)], page, send_to)
        for person in range(PEOPLE)
        for _tap in range(2 if twice and person % twice == 0 else 1)
    ]


def _run(
    site: str, url: str, workers: int, orders: list[Order]
) -> tuple[list[Answer], float, float, float]:
    """Return the answers, and the seconds that the posts took: by the clock, of the server's CPU,
    and of the phones' CPU."""
    with _server(site, url, workers) as (port, pid):
        people = {order.person: order for order in orders}
        ready = {order.person: order for order in open_pages(port, list(people.values()))}
        orders = [ready[order.person] for order in orders]
        cpu, phones, began = _cpu(pid), _cpu_of_phones(), time.monotonic()
        answers = send_all(port, orders)
        seconds = time.monotonic() - began
        return answers, seconds, _cpu(pid) - cpu, _cpu_of_phones() - phones


@contextmanager
def _server(site: str, url: str, workers: int) -> Iterator[tuple[int, int]]:
    """Serve as `./run` does, and yield the port and the number of the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = f"-m gunicorn {site} --bind 127.0.0.1:{port} --workers {workers} --threads 8"
    words += " --worker-class gthread --preload --no-control-socket --timeout 60 --backlog 2048"
    words += " --log-level warning"
    server = subprocess.Popen(
        [sys.executable, *words.split()],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "VAR_DIR": str(settings.VAR_DIR)},
    )
    try:
        _wait_for(port, server)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _try in range(600):
        if server.poll() is not None:
            raise RuntimeError("The server ended.")
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("The server does not answer.")


def _cpu(pid: int) -> float:
    """Return the CPU seconds, of user and system, of the workers of a server."""
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    spent = 0
    for worker in workers:
        fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / TICK


def _cpu_of_phones() -> float:
    """Return the CPU seconds of the clients that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


# What came of it


def _faults(action: Action, answers: list[Answer]) -> Iterator[str]:
    statuses = Counter(answer.status for answer in answers if answer.status != 302)
    if statuses:
        yield f"answers other than a redirect: {dict(statuses)}"
    rows = SignUp.objects.filter(action=action)
    people = Counter(rows.values_list("name", flat=True))
    if lost := PEOPLE - len(people):
        yield f"{lost} people are lost"
    if double := sum(n - 1 for n in people.values()):
        yield f"{double} people are on the list twice"
    for role in action.roles.all():
        placed = rows.filter(role=role).count()
        if not placed == role.taken == role.capacity:
            yield f"{role}: {placed} placed, {role.taken} counted, {role.capacity} places"
        numbers = list(role.waiting.waiting().values_list("line_number", flat=True))
        asked = sum(answer.role == role.pk for answer in {a.person: a for a in answers}.values())
        if len(numbers) != asked - role.capacity:
            yield f"{role}: {len(numbers)} wait of {asked}"
        if passed := _passed(role, answers):
            yield f"{role}: {passed} people came before somebody who was there earlier"
    if rows.filter(role=None, waits_for=None).exists():
        yield "somebody has neither a place nor a number"


def _passed(role: ActionRole, answers: list[Answer]) -> int:
    """Count who is in front of somebody that had an answer before they sent anything at all."""
    ranks = dict(role.waiting.values_list("name", "line_number"))  # whoever has a place: none
    last: dict[int, Answer] = {}
    for answer in answers:
        if answer.role == role.pk:
            known = last.get(answer.person, answer)
            began, ended = min(known.began, answer.began), max(known.ended, answer.ended)
            last[answer.person] = Answer(answer.person, role.pk, 302, began, ended)
    done: list[tuple[float, int]] = []
    worst, passed = 0, 0
    for answer in sorted(last.values(), key=lambda answer: answer.began):
        while done and done[0][0] < answer.began:
            worst = max(worst, heapq.heappop(done)[1])
        rank = ranks.get(f"Person {answer.person}", 0)
        passed += rank < worst
        heapq.heappush(done, (answer.ended, rank))
    return passed
