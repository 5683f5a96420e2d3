from django.apps import AppConfig


class EscalationConfig(AppConfig):
    """Votes, moves, deadlines, plans, actions and turnout: what we do."""

    name = "escalation"
