"""Turning e-mails about actions off and on again."""

from campaigns.models import User
from escalation.models import MailChoice, MailWish, SignUp


def say(owner: User | SignUp, wish: MailWish) -> None:
    """Keep which e-mails somebody wants: of all actions, or of the one they signed up for."""
    if isinstance(owner, User):
        MailChoice.objects.update_or_create(user=owner, defaults={"wish": wish})
    else:
        SignUp.objects.filter(pk=owner.pk).update(mail=wish)


def turn_off_reminders(owner: User | SignUp) -> None:
    """Do what a mail program's own button asks for. Who had said "none" keeps that."""
    said = MailChoice.of(owner) if isinstance(owner, User) else owner.mail
    if said == MailWish.ALL:
        say(owner, MailWish.IMPORTANT)
