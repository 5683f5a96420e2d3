"""How django-allauth behaves here: no sign-up, and no address of anybody's computer kept."""

import hmac
import ipaddress

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import User


def display_name(user: User) -> str:
    return user.name


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("That is not your password."),
        "incorrect_password": _("That is not your password."),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: an account is made by invitation only."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return a stand-in for the caller's address, another one each day.

        Log-in limits and the list of open sessions need to tell callers apart, not to know them.
        The stand-in is a keyed hash in the shape of a private IPv6 address. One IPv6 caller has a
        whole /64 to call from, so only that part is hashed.
        """
        address = ipaddress.ip_address(super().get_client_ip(request))
        # A server that listens on IPv6 sees IPv4 callers as ::ffff:192.0.2.1, all in one /64.
        address = getattr(address, "ipv4_mapped", None) or address
        caller = address if address.version == 4 else int(address) >> 64
        secret = f"{settings.SECRET_KEY}:{timezone.now().date()}".encode()
        digest = hmac.digest(secret, str(caller).encode(), "sha256")
        return str(ipaddress.IPv6Address(b"\xfd" + digest[:15]))

    def format_email_subject(self, subject: str) -> str:
        """Return it as it is: a name before it would tell a bystander what this is about."""
        return subject

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse(settings.LOGIN_URL)

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])
