"""A bare Django site beside ours in `bench burst`: the least that taking a last place needs.

It has the middleware every site has, a form with a token, and a post that takes a place only where
one is free and stores a row, in one transaction.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - only once Django is set up
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

from campaigns.models.people import token_hash  # noqa: E402
from escalation.models import ActionRole, SignUp  # noqa: E402

PAGE = """<!doctype html><html lang="en"><head><title>Sign up</title></head><body>
<form method="post">{% csrf_token %}<input name="name"><input name="phone"><button>Send</button>
</form></body></html>"""


def sign_up(request: HttpRequest, action: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(engines["django"].from_string(PAGE).render({}, request))
    name, phone, role = (request.POST[field] for field in ("name", "phone", "role"))
    with transaction.atomic():
        free = ActionRole.objects.filter(pk=role, taken__lt=F("capacity"))
        has_place = free.update(taken=F("taken") + 1)
        SignUp.objects.create(
            action_id=action,
            role_id=role if has_place else None,
            name=name,
            phone=phone,
            contact_key=phone,
            token_hash=token_hash(phone + role),
            answer="yes",
        )
    return HttpResponse(status=302, headers={"Location": "/"})


urlpatterns = [path("<int:action>/", sign_up)]

settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
settings.TEMPLATES[0]["OPTIONS"]["context_processors"] = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
]

application = WSGIHandler()
