"""Accounts: invite, second, accept, and leave."""

import datetime as dt

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import CaseState, Duty, Invitation, User
from campaigns.models.people import token_hash


class EmailTaken(Exception):
    """Somebody has an account with this e-mail address."""


class InvitationGone(Exception):
    """The invitation was used, or ran out, a moment ago."""


def with_workload(*, today: dt.date) -> QuerySet[User]:
    """Return the accounts, organizers first, with `open_cases` and their intake duty as
    `duties_today`."""
    carries = Q(team_memberships__left_at=None, team_memberships__case__state__in=CaseState.OPEN)
    intake = Duty.objects.held_on(today).filter(kind=Duty.Kind.INTAKE)
    duties = Prefetch("duties", queryset=intake, to_attr="duties_today")
    counted = User.objects.active().annotate(open_cases=Count("team_memberships", filter=carries))
    return counted.prefetch_related(duties).order_by("-role", "name", "pk")


def make_account(*, email: str, name: str, role: str, password: str) -> User:
    """Make an account whose address counts as checked. Raises EmailTaken.

    The invitation, or the set-up link, is the proof that the person is meant; no mail goes out.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, name=name, role=role, password=password)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError:
        raise EmailTaken from None
    return user


def invite(*, name: str, role: str, by: User) -> tuple[Invitation, str]:
    """Invite somebody. Return the invitation and its token, which is stored nowhere."""
    token = Invitation.new_token()
    invitation = Invitation.objects.create(
        name=name,
        role=role,
        token_hash=token_hash(token),
        invited_by=by,
        needs_second=role == User.Role.ORGANIZER and User.objects.organizers().count() > 1,
        expires_at=timezone.now() + Invitation.LIFETIME,
    )
    return invitation, token


def second(invitation: Invitation, *, by: User) -> bool:
    """Stand for an organizer's invitation beside the one who wrote it. Say whether it counted."""
    waiting = Invitation.objects.waiting_for(by, now=timezone.now()).filter(pk=invitation.pk)
    return bool(waiting.update(seconded_by=by))


def withdraw_invitation(invitation: Invitation) -> None:
    """Make the link worth nothing. An invitation that became an account stays on record."""
    Invitation.objects.filter(pk=invitation.pk, used_at=None).delete()


def accept(token: str, *, name: str, email: str, password: str) -> User:
    """Make the account of an invitation and spend it. Raises InvitationGone or EmailTaken."""
    now = timezone.now()
    with transaction.atomic():
        invitation = Invitation.objects.usable(now).filter(token_hash=token_hash(token))
        # The guarded UPDATE lets one of two requests through.
        role = invitation.values_list("role", flat=True).first()
        if role is None or not invitation.update(used_at=now):
            raise InvitationGone
        user = make_account(email=email, name=name, role=role, password=password)
        if role == User.Role.ORGANIZER:
            # There are two now, so what one of them wrote alone before needs the other's word too.
            alone = Invitation.objects.open(now).filter(role=role, seconded_by=None)
            alone.update(needs_second=True)
    return user


def leave(*, by: User) -> str:
    """Close one's own account. Return why it cannot be, as a sentence, or an empty string.

    The name stays where it stands. The address goes, so that the person can be invited again; what
    they carried is offered to the others, as during a break.
    """
    with transaction.atomic():
        organizers = User.objects.organizers().select_for_update().order_by("pk")
        if by.is_organizer and [user.pk for user in organizers] == [by.pk]:
            return _("You are the only organizer. Invite somebody as an organizer first.")
        gone = User.objects.get(pk=by.pk)
        gone.is_active, gone.email = False, f"left-{by.pk}@closed.invalid"
        gone.rests_since = gone.rests_until = None
        gone.set_unusable_password()
        fields = ["is_active", "email", "rests_since", "rests_until", "password"]
        gone.save(update_fields=fields)
        EmailAddress.objects.filter(user=by).delete()
        Authenticator.objects.filter(user=by).delete()
    return ""
