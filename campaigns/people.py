"""Accounts: invite, second, accept; and who holds intake duty."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from campaigns.models import CaseState, Duty, Invitation, User
from campaigns.models.people import token_hash


class EmailTaken(Exception):
    """Somebody has an account with this e-mail address."""


class InvitationGone(Exception):
    """The invitation was used, or ran out, a moment ago."""


def with_workload(*, today: dt.date) -> QuerySet[User]:
    """Return the accounts, organizers first, with `open_cases` and `duties_today`."""
    carries = Q(team_memberships__left_at=None, team_memberships__case__state__in=CaseState.OPEN)
    duties = Prefetch("duties", queryset=Duty.objects.held_on(today), to_attr="duties_today")
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


def take_duty(*, days: int, by: User) -> Duty:
    """Hold intake duty from today for `days` days; taking it again sets the new end."""
    today = timezone.localdate()
    until = today + dt.timedelta(days=min(days, Duty.MAX_DAYS) - 1)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        duty = Duty.objects.held_on(today).filter(user=by, kind=Duty.Kind.INTAKE).first()
        if duty is None:
            return Duty.objects.create(user=by, from_date=today, until_date=until)
        duty.until_date = until
        duty.save(update_fields=["until_date"])
        return duty


def end_duty(*, by: User) -> None:
    """End intake duty at once. Who took it only today leaves no trace of it."""
    today = timezone.localdate()
    held = Duty.objects.held_on(today).filter(user=by, kind=Duty.Kind.INTAKE)
    with transaction.atomic():
        held.filter(from_date=today).delete()
        held.update(until_date=today - dt.timedelta(days=1))
