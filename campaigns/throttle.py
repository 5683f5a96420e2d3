"""Slow down guessing without knowing who guesses.

The caller is a keyed hash that changes every day (config.accounts), so no address is stored. Each
try takes one of `limit` places, and a place is free again after `seconds`. Taking a place is one
atomic insert, so several worker processes together give out no place twice.
"""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def take_place(request: HttpRequest, scope: str, *, limit: int, seconds: int) -> str | None:
    """Return the place taken, or None when all are taken and the caller has to wait."""
    caller = _caller(request, scope)
    for place in (f"{caller}:{number}" for number in range(limit)):
        if cache.add(place, True, seconds):
            return place
    return None


def has_run_out(request: HttpRequest, scope: str, *, limit: int, seconds: int) -> bool:
    """Say whether the caller took the last place less than `seconds` ago. Take none."""
    return cache.get(f"{_caller(request, scope)}:{limit - 1}", False)


def _caller(request: HttpRequest, scope: str) -> str:
    return f"{scope}:{get_adapter().get_client_ip(request)}"


def give_back(place: str) -> None:
    """Free a place: the try was a right one, and many right ones may come from one network."""
    cache.delete(place)
