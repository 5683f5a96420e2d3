"""Keep the list of places we refer people to, and whom the sheet may be passed on to."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from campaigns.models import Case, Consent, Event, Place, User
from campaigns.models.log import record

# The wording of the tick in campaigns/place_forms.py. Change both together.
HANDOVER_TEXT = "2026-11"


def add_place(*, form_key: uuid.UUID, **facts: Any) -> Place:
    """Put a place on the list. The same form sent twice makes one."""
    place, _is_new = Place.objects.get_or_create(form_key=form_key, defaults=facts)
    return place


def remove_place(place: Place) -> None:
    """Take a place off the list. Its row stays for the people who agreed to be passed on to it."""
    Place.objects.filter(pk=place.pk, removed_at=None).update(removed_at=timezone.now())


def agree_to_hand_over(case: Case, places: Iterable[Place], *, by: User) -> None:
    """Note that everybody affected agreed that these places get the sheet of `case`."""
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        agreed = set(handed_to(case).values_list("pk", flat=True))
        for place in places:
            if place.pk not in agreed:
                _agree(case, place)
                record(case, Event.HANDOVER, by=by, what=place.name)


def _agree(case: Case, place: Place) -> None:
    for party in case.parties.affected():
        Consent.objects.create(
            case=case,
            person_id=party.person_id,
            kind=Consent.Kind.HANDOVER,
            place=place,
            text_version=HANDOVER_TEXT,
            language=translation.get_language(),
        )


def handed_to(case: Case) -> Any:
    """Return the places that may get the sheet of `case`: also those off the list since."""
    consents = Consent.objects.filter(case=case, kind=Consent.Kind.HANDOVER)
    return Place.objects.filter(pk__in=consents.values("place"))
