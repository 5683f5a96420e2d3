"""Rows that stand in for something shipped: the first save makes one, the next change it.

Between two people who save at once the version decides, as it does with every other form; of two
first saves one inserts, and the other is told what it says.
"""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.forms import VersionedForm, seen_now
from campaigns.models import User


def save(form: VersionedForm, *, same: Sequence[str], by: User) -> bool:
    """Write the row of `form`, known by the fields in `same`. Return False after somebody else.

    Call it after `is_valid()`. The row has `changed_by` and `changed_at`.
    """
    row, now = form.instance, timezone.now()
    if row.pk:
        return form.save_if_unchanged(changed_by=by, changed_at=now)
    if form.cleaned_data.get("seen_version"):
        form.outrun = True
        seen_now(form, "seen_version", 0)
        went_back = _("Somebody went back to the first text meanwhile. Yours is still here.")
        form.add_error(None, went_back)
        return False
    row.changed_by, row.changed_at = by, now
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:  # somebody else changed it for the first time meanwhile
        form.instance = type(row)._base_manager.get(**{name: getattr(row, name) for name in same})
        return form.save_if_unchanged(changed_by=by, changed_at=now)
    return True
