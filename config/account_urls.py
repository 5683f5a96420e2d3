"""Of django-allauth's addresses just these: sign-up, e-mail and code log-in stay unmounted."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import path, re_path

from campaigns.access import ACCOUNT, PUBLIC, policy
from config import views

anybody, signed_in = policy(PUBLIC), policy(ACCOUNT)

urlpatterns = [
    path("", views.account, name="account"),
    path("login/", anybody(account.login), name="account_login"),
    path("logout/", views.log_out, name="account_logout"),
    path("inactive/", anybody(account.account_inactive), name="account_inactive"),
    path("confirm/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("password/", signed_in(account.password_change), name="account_change_password"),
    path("password/reset/", anybody(account.password_reset), name="account_reset_password"),
    path(
        "password/reset/sent/",
        anybody(account.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        anybody(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        anybody(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("two-step/", signed_in(mfa.index), name="mfa_index"),
    path("two-step/code/", anybody(mfa.authenticate), name="mfa_authenticate"),
    path("two-step/confirm/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("two-step/app/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("two-step/app/remove/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "two-step/spare-codes/",
        signed_in(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "two-step/spare-codes/new/",
        signed_in(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "two-step/spare-codes/file/",
        signed_in(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("sessions/", signed_in(sessions.list_usersessions), name="usersessions_list"),
]
