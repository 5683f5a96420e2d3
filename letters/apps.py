from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Demands, letters and deliveries: what we say, and when they got it."""

    name = "letters"
