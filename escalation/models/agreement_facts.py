"""What is known of the agreement in force, as annotations of a case: see `with_facts()`.

escalation/schedule.py says the same of each instalment; here one query answers for any number of
cases what guards and lists ask.
"""

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Least

from campaigns.models import Payment
from campaigns.models.claims import ZERO
from campaigns.models.payments import PaymentQuerySet
from escalation.models.agreements import Agreement, Instalment, InstalmentEvent

MONEY = DecimalField(max_digits=12, decimal_places=2)
# SQLite adds up in floating point: less than a cent is no difference.
LESS_THAN_A_CENT = Decimal("0.004")


def agreement_facts() -> dict[str, Any]:
    """Return what is due and what cleared of it (None without an agreement), and what is next."""
    due = _instalments().filter(agreement__offer__case=OuterRef("pk"))
    cleared = _counting(Payment.objects.cleared()).filter(case=OuterRef("pk"))
    ahead = _unpaid().filter(agreement__offer__case=OuterRef("pk")).order_by("number")
    return {
        "agreed_due": Subquery(_summed(due, "agreement__offer__case"), output_field=MONEY),
        "agreed_cleared": _or_zero(_summed(cleared, "case")),
        "next_instalment_on": Subquery(ahead.values("due_on")[:1]),
        "next_instalment_amount": Subquery(ahead.values("left")[:1], output_field=MONEY),
    }


def _instalments() -> QuerySet[Instalment]:
    """Return those of agreements in force that were not let go."""
    waived = InstalmentEvent.objects.filter(
        instalment=OuterRef("pk"), kind=InstalmentEvent.Kind.WAIVED
    )
    agreements = Agreement.objects.in_force().order_by().values("pk")
    return Instalment.objects.filter(~Exists(waived), agreement__in=agreements).order_by()


def _unpaid() -> QuerySet[Instalment]:
    """Return those the money received has not reached, with what is `left` of each."""
    so_far = _instalments().filter(agreement=OuterRef("agreement"), number__lte=OuterRef("number"))
    received = _counting(Payment.objects.standing())
    received = received.filter(case=OuterRef("agreement__offer__case"))
    return (
        _instalments()
        .annotate(
            due_so_far=_or_zero(_summed(so_far, "agreement")),
            received=_or_zero(_summed(received, "case")),
        )
        .filter(due_so_far__gt=F("received") + Value(LESS_THAN_A_CENT, output_field=MONEY))
        .annotate(left=Least("amount", F("due_so_far") - F("received"), output_field=MONEY))
    )


def _counting(payments: PaymentQuerySet) -> PaymentQuerySet:
    """Keep the payments that count towards the agreement of their case: schedule.counting."""
    binding = Agreement.objects.in_force().order_by().filter(offer__case=OuterRef("case"))
    counted_in = binding.filter(counted=OuterRef("pk"))
    since = Q(received_on__gte=Subquery(binding.values("agreed_on")[:1]))
    return payments.filter(since | Exists(counted_in))


def _summed(rows: QuerySet[Any], group_by: str) -> QuerySet[Any]:
    return rows.order_by().values(group_by).annotate(total=Sum("amount")).values("total")


def _or_zero(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows, output_field=MONEY), Value(ZERO, output_field=MONEY))
