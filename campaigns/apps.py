from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """People, targets, cases, claims, evidence, payments: who, what, how much, what happened."""

    name = "campaigns"
