"""Addresses of the pages that belong to no app."""

from django.urls import path

from config import views

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("healthz/", views.healthz, name="healthz"),
]
