"""Make a letter final: its HTML and PDF are kept as they are, and nothing writes them again."""

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Event, User
from campaigns.models.claims import ZERO
from letters import enclosures, lifting, pdf
from letters.document import LetterDocument, as_html
from letters.drafting import LetterRefused, document_for, for_each, lock, tell, text_hash
from letters.models import Letter, LetterRecipient


def issue(letter: Letter, *, by: User | None, approved: str, actor: str) -> None:
    """Freeze the text whose hash is `approved`. A second call finds it done and changes nothing.

    Raises LetterError when it cannot be printed, LetterRefused when the text is another by now.
    The drawing takes time, so it is done before the case is locked.
    """
    documents = for_each(letter, document_for(letter))
    pages = [as_html(document) for document in documents]
    _refuse_other_text(pages, approved)
    printed = [pdf.render_html(page, letter.paper) for page in pages]
    hashes = enclosures.hashes_of(letter)
    with transaction.atomic():
        locked = lock(letter)
        if locked.is_issued:
            return
        document = document_for(locked)
        _refuse_other_text(list(map(as_html, for_each(locked, document))), approved)
        lifting.keep_with_final(locked, document)
        locked.frozen_html, locked.frozen_pdf = pages[0], printed[0]
        locked.sha256 = _sha256(printed[0])
        # A letter that asks for no money has a total of zero, as its demand has.
        locked.total, locked.deadline_at = document.total or ZERO, document.deadline
        locked.issued_at = timezone.now()
        locked.save(
            update_fields=[
                "frozen_html",
                "frozen_pdf",
                "sha256",
                "total",
                "deadline_at",
                "issued_at",
            ]
        )
        _freeze_further(locked, documents, pages, printed)
        enclosures.freeze(locked, hashes, by=by, actor=actor)
        tell(locked, Event.LETTER_ISSUED, by=by, actor=actor)


def _freeze_further(
    letter: Letter,
    documents: Sequence[LetterDocument],
    pages: Sequence[str],
    printed: Sequence[bytes],
) -> None:
    """Keep the copies of everybody after the first recipient."""
    copies = list(zip(documents, pages, printed, strict=True))
    LetterRecipient.objects.bulk_create(
        LetterRecipient(
            letter=letter,
            position=position,
            name=document.recipient_name,
            address="\n".join(document.recipient_address),
            frozen_html=page,
            frozen_pdf=paper,
            sha256=_sha256(paper),
        )
        for position, (document, page, paper) in enumerate(copies[1:], start=2)
    )


def _sha256(printed: bytes) -> str:
    return hashlib.sha256(printed).hexdigest()


def _refuse_other_text(pages: Sequence[str], approved: str) -> None:
    if text_hash(*pages) != approved:
        raise LetterRefused([_("The text changed since it was approved. Read it again.")])


def note_handed(copy: LetterRecipient, *, by: User, on: dt.date, to: str) -> None:
    """Note that a further recipient got their letter. The clock counts from the first delivery."""
    with transaction.atomic():
        locked = lock(copy.letter)
        first = LetterRecipient.objects.filter(pk=copy.pk, handed_on=None)
        if first.update(handed_on=on, handed_to=to):
            what = f"{copy.name}, {to}"
            tell(locked, Event.LETTER_HANDED, by=by, what=what)


def note_sent(letter: Letter, *, by: User, on: dt.date) -> None:
    """Note that a final letter after the demand went out. Noted twice, it is noted once."""
    with transaction.atomic():
        locked = lock(letter)
        if locked.is_demand or not locked.is_issued:
            raise LetterRefused([_("Only a final letter goes out. The demand is delivered.")])
        if locked.sent_on is None:
            locked.sent_on = on
            locked.save(update_fields=["sent_on"])
            what = locked.get_variant_display()
            tell(locked, Event.LETTER_SENT, by=by, what=what)
