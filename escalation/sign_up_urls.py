"""Addresses of the public page of an action, and of sign-up without an account.

An address is looked for from the top, and two thousand people may ask for these at once: so they
stand before all others.
"""

from django.urls import path

from escalation.views import sign_up

urlpatterns = [
    path("a/<uuid:public_id>/", sign_up.action_page, name="action_page"),
    path("a/<uuid:public_id>/sign-up/", sign_up.sign_up, name="sign_up"),
    path("a/<uuid:public_id>/send-link/", sign_up.send_link, name="send_link"),
    path("my/<str:token>/", sign_up.my_sign_up, name="my_sign_up"),
    path("my/<str:token>/cancel/", sign_up.cancel_sign_up, name="cancel_sign_up"),
]
