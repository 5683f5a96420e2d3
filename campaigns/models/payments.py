"""Money that came in. Rows are written once; what happens to them later is a new row.

Only cleared money counts. A cheque received is a promise; a cheque that bounces, even after it
seemed cleared, takes its sum off the balance again. What is still owed is worked out here and
nowhere else.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case
from campaigns.models.claims import ZERO
from campaigns.models.evidence import Evidence
from campaigns.models.parties import CaseParty
from campaigns.models.people import User


def balance(demanded: Decimal, cleared: Decimal) -> Decimal:
    """Return what is still owed. Every page and paper takes it from here."""
    return max(ZERO, demanded - cleared)


def is_paid(demanded: Decimal | None, cleared: Decimal) -> bool:
    """Say whether all of a demand has cleared. Before the vote nothing is demanded yet."""
    return demanded is not None and balance(demanded, cleared) == ZERO


def asked(demanded: Decimal | None, claimed: Decimal) -> Decimal:
    """Return the sum the group voted to demand; before the vote, what the lines come to."""
    return max(ZERO, claimed) if demanded is None else demanded


def cleared_to(case: Case) -> dict[int | None, Decimal]:
    """Return what cleared for each affected person, {party pk: sum}.

    A payment without a name is for the only affected person; where there are several, it stands
    under None. One that names a representative is for whom they act.
    """
    return by_person(case, case.payments.cleared())


def by_person(case: Case, payments: "PaymentQuerySet") -> dict[int | None, Decimal]:
    """Add up `payments` of `case` for each affected person; see `cleared_to`."""
    affected = case.parties.filter(role=CaseParty.Role.AFFECTED).order_by().values_list("pk")
    everybody = [pk for (pk,) in affected]
    alone = everybody[0] if len(everybody) == 1 else None
    rows = payments.order_by().values_list("party_id", "party__acts_for_id", "amount")
    sums: dict[int | None, Decimal] = {}
    for party, acts_for, amount in rows:
        whose = party if party in everybody else acts_for if acts_for in everybody else alone
        sums[whose] = sums.get(whose, ZERO) + amount
    return sums


def balances(
    payments: Iterable["Payment"], demanded: Decimal
) -> Iterable[tuple["Payment", Decimal]]:
    """Yield each payment, read `with_fate()` and oldest first, with the balance after it."""
    cleared = ZERO
    for payment in payments:
        cleared += payment.amount if payment.counts else ZERO
        yield payment, balance(demanded, cleared)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def cleared(self) -> "PaymentQuerySet":
        """Return payments that cleared and have not gone since: that is the last word."""
        return self.standing().filter(_has(PaymentEvent.Kind.CLEARED))

    def counting(self) -> "PaymentQuerySet":
        """Return what counts towards the balance of the case.

        Of somebody who left, it is what had cleared by then: that stayed in the demand. What comes
        for them later is theirs, and pays nothing of what the others are owed.
        """
        here = Q(party=None) | Q(party__acts_for=None, party__left_at=None)
        here |= Q(party__acts_for__isnull=False, party__acts_for__left_at=None)
        cleared = PaymentEvent.objects.filter(
            payment=OuterRef("pk"), kind=PaymentEvent.Kind.CLEARED
        )
        before = cleared.filter(
            Q(payment__party__acts_for=None, at__lte=F("payment__party__left_at"))
            | Q(at__lte=F("payment__party__acts_for__left_at"))
        )
        return self.cleared().filter(here | Exists(before))

    def pending(self) -> "PaymentQuerySet":
        """Return payments received of which nobody has said whether they cleared."""
        return self.standing().filter(~_has(PaymentEvent.Kind.CLEARED))

    def standing(self) -> "PaymentQuerySet":
        """Leave out what bounced and what was written down by mistake."""
        return self.filter(~_has(*PaymentEvent.GONE))

    def undecided(self) -> "PaymentQuerySet":
        """Return what they call full and final, and nobody has decided to take on account."""
        return self.pending().filter(~_has(PaymentEvent.Kind.ON_ACCOUNT), full_and_final=True)

    def to_people_present(self) -> "PaymentQuerySet":
        """Leave out what went to people who have left since: no letter asks for it any more."""
        theirs = Q(party__role=CaseParty.Role.AFFECTED, party__left_at__isnull=False)
        return self.exclude(theirs | Q(party__acts_for__left_at__isnull=False))

    def with_fate(self) -> "PaymentQuerySet":
        """Read with each payment what happened to it, so that `fate` costs nothing more."""
        rows = self.select_related("party__person", "party__acts_for")
        return rows.prefetch_related("events__evidence")

    def total(self) -> Decimal:
        return self.aggregate(total=Sum("amount"))["total"] or ZERO


def _has(*kinds: str) -> Exists:
    return Exists(PaymentEvent.objects.filter(payment=OuterRef("pk"), kind__in=kinds))


class Payment(models.Model):
    class Method(models.TextChoices):
        CASH = "cash", _("cash")
        CHEQUE = "cheque", _("cheque")
        MONEY_ORDER = "money_order", _("money order")
        TRANSFER = "transfer", _("transfer")
        OTHER = "other", _("other")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="payments")
    party = models.ForeignKey(
        CaseParty,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("paid to"),
    )
    amount = models.DecimalField(_("sum"), max_digits=10, decimal_places=2)
    method = models.CharField(_("how it was paid"), max_length=12, choices=Method)
    payer = models.CharField(_("who paid"), max_length=160, blank=True)
    received_on = models.DateField(_("received on"))
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("For example: on account, not in full."),
    )
    full_and_final = models.BooleanField(
        _("they call it settled with this"),
        default=False,
        help_text=_("In a letter that came with it, or on the cheque: full and final, paid up."),
    )
    payee = models.CharField(
        _("somebody else took it"),
        max_length=160,
        blank=True,
        help_text=_("Only if it was not the person themselves. A name."),
    )
    payee_note = models.CharField(_("how we know they may take it"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    form_key = models.UUIDField(unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive")
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.received_on}"

    def event(self, kind: str) -> "PaymentEvent | None":
        """Return what happened to it of one kind; no query after `with_fate()`."""
        return next((event for event in self.events.all() if event.kind == kind), None)

    @property
    def fate(self) -> str:
        """Return "struck", "bounced", "cleared", or "" while nobody has said; see `FATES`."""
        kinds = {event.kind for event in self.events.all()}
        return next((str(kind) for kind in PaymentEvent.FATES if kind in kinds), "")

    @property
    def is_gone(self) -> bool:
        """Say whether there is no such money: it bounced, or was written down by mistake."""
        return self.fate in PaymentEvent.GONE

    @property
    def counts(self) -> bool:
        """Say whether it counts towards the balance; see `PaymentQuerySet.counting`."""
        if self.fate != PaymentEvent.Kind.CLEARED:
            return False
        whose = self.party and (self.party.acts_for or self.party)
        cleared = self.event(PaymentEvent.Kind.CLEARED)
        return not whose or whose.left_at is None or cleared.at <= whose.left_at

    @property
    def fate_label(self) -> str:
        return str(PaymentEvent.Kind(self.fate).label if self.fate else _("not cleared yet"))

    @property
    def on_account(self) -> "PaymentEvent | None":
        """Return the decision to take it on account, though they call it settled."""
        return self.event(PaymentEvent.Kind.ON_ACCOUNT)

    @property
    def taken_by(self) -> str:
        """Return who took the money: the person, or somebody else for them."""
        return self.payee or (str(self.party) if self.party_id else "")


class PaymentEvent(models.Model):
    class Kind(models.TextChoices):
        CLEARED = "cleared", _("cleared")
        BOUNCED = "bounced", _("bounced")
        STRUCK = "struck", _("written down by mistake")
        ON_ACCOUNT = "on_account", _("taken on account, not in full")

    # What decides whether it counts; the first that holds is the last word.
    FATES = (Kind.STRUCK, Kind.BOUNCED, Kind.CLEARED)
    GONE = (Kind.STRUCK, Kind.BOUNCED)

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    fee = models.DecimalField(
        _("fee of the bank"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    evidence = models.ForeignKey(
        Evidence, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A payment clears once and bounces once; after a bounce comes a new payment.
            models.UniqueConstraint(fields=["payment", "kind"], name="payment_event_once"),
            models.CheckConstraint(
                condition=Q(fee=None) | Q(fee__gt=0, kind="bounced"), name="fee_of_a_bounce"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.kind}"
