"""What every page of ours may name beside what its view gives it."""

from django.http import HttpRequest

from campaigns.models import Group


def network(request: HttpRequest) -> dict[str, Group | None]:
    """Give the network's row, None before set-up and on a request refused before it was read."""
    return {"network": getattr(request, "network", None)}
