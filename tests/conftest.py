"""What every test starts with. Settings for tests are in tests/settings.py."""

import os
import uuid

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as of_properties
from pytest_django import Settings

# Those in a real browser have requirements of their own: ./run test-browser says which it is.
collect_ignore = [] if "CHROMIUM" in os.environ else ["chromium"]


# How fast a machine is that is busy with something else says nothing about the code.
of_properties.register_profile(
    "any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
of_properties.load_profile("any_machine")


@pytest.fixture(autouse=True)
def _clean_ground(settings: Settings) -> None:
    """Give each test its own files, and log-in limits that nobody has used up."""
    settings.MEDIA_ROOT = settings.VAR_DIR / "files" / uuid.uuid4().hex
    cache.clear()
