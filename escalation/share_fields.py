"""The part of a demand that is for each person, where several are affected."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from campaigns.fields import MoneyField
from campaigns.models.claims import ZERO
from escalation.move_forms import VoteFields
from escalation.moves.demands import shares_do_not_add_up


class ShareFields(VoteFields):
    """A sum for each affected person. They add up to the demand; left empty, the lines decide."""

    def prepare(self) -> None:
        super().prepare()
        people = self.affected if len(self.affected) > 1 else []
        self.shares_of = {f"share_{party.pk}": party.pk for party in people}
        first = self.first_shares() if people else {}
        for party in people:
            self.fields[f"share_{party.pk}"] = MoneyField(
                label=_("Of it, for %(name)s") % {"name": party},
                allow_zero=True,
                required=False,
                initial=first.get(party.pk),
            )

    def first_shares(self) -> dict[int, Decimal]:
        return {}

    def shares(self) -> dict[int, Decimal] | None:
        """Return {party pk: sum}, or None where there is one person, or nothing was typed."""
        said = {pk: self.cleaned_data.get(name) for name, pk in self.shares_of.items()}
        if all(part is None for part in said.values()):
            return None
        return {pk: part or ZERO for pk, part in said.items()}

    def clean_shares(self, amount: Any, *, kept: Decimal = ZERO) -> None:
        """`kept` is what people got who have left: it is part of the sum, and of no share here."""
        if amount is None or self.errors.keys() & self.shares_of.keys():
            return
        shares = self.shares()
        total = sum((shares or {}).values(), kept)
        if shares is not None and total != amount:
            self.add_error(next(iter(self.shares_of)), shares_do_not_add_up(total, amount))
