"""Reading copies: a letter in the language an affected person reads, beside the letter itself.

The letter speaks the target's language. Whoever says yes to every word must be able to read them.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language_info

from campaigns.models import CaseParty, Event, Group, User
from campaigns.models.log import record
from letters import prefill
from letters.forms import ReadingCopyForm
from letters.models import Letter, ReadingCopy


def of(letter: Letter) -> list[tuple[str, str, ReadingCopy | None]]:
    """Return (code, language, copy or None) for each other language somebody affected reads."""
    people = CaseParty.objects.present().filter(case__in=letter.cases)
    people = people.exclude(person__language_read=letter.language)
    codes = people.values_list("person__language_read", flat=True).order_by().distinct()
    written = {copy.language: copy for copy in letter.copies.all()}
    wanted = sorted({*codes, *written})
    return [
        (code, str(get_language_info(code)["name_translated"]), written.get(code))
        for code in wanted
    ]


def in_language(letter: Letter, language: str) -> ReadingCopy:
    """Return the copy there is, or a new one that nobody has saved yet."""
    found = letter.copies.filter(language=language).first()
    return found or ReadingCopy(letter=letter, language=language)


def first_words(letter: Letter, copy: ReadingCopy) -> dict[str, Any]:
    """Return what the copy of a demand starts with: what the case knows, in its language."""
    return prefill.proposed(
        letter.case,
        group=Group.objects.get(pk=1),
        language=copy.language,
        delivery_on=letter.delivery_on,
        today=letter.delivery_on,
        kind=letter.text_kind,
    )


def save(letter: Letter, *, form: ReadingCopyForm, by: User) -> bool:
    """Write a copy. Return False when somebody else saved it meanwhile."""
    copy = form.instance
    with transaction.atomic():
        if copy.pk:
            if form.has_changed() and not form.save_if_unchanged():
                return False
        else:
            try:
                with transaction.atomic():
                    form.save()
            except IntegrityError:  # somebody else wrote the first one meanwhile
                form.instance = in_language(letter, copy.language)
                form.cleaned_data["seen_version"] = 0
                return form.save_if_unchanged()
        record(
            letter.case,
            Event.COPY_WRITTEN,
            by=by,
            version=letter.version,
            language=str(get_language_info(copy.language)["name_local"]),
        )
    return True
