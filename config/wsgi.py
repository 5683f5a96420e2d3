"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Load every view before the workers part: else the first visitor of each waits a second for it.
get_resolver().url_patterns  # noqa: B018 - reading it is what loads them
