"""Make a letter final: its HTML and PDF are kept as they are, and nothing writes them again."""

import datetime as dt
import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Event, User
from campaigns.models.claims import ZERO
from letters import enclosures, pdf
from letters.document import as_html
from letters.drafting import LetterRefused, document_for, lock, tell, text_hash
from letters.models import Letter


def issue(letter: Letter, *, by: User | None, approved: str, actor: str) -> None:
    """Freeze the text whose hash is `approved`. A second call finds it done and changes nothing.

    Raises LetterError when it cannot be printed, LetterRefused when the text is another by now.
    The drawing takes time, so it is done before the case is locked.
    """
    document = document_for(letter)
    html = as_html(document)
    _refuse_other_text(html, approved)
    printed = pdf.render_html(html, document.paper)
    hashes = enclosures.hashes_of(letter)
    with transaction.atomic():
        locked = lock(letter)
        if locked.is_issued:
            return
        _refuse_other_text(as_html(document_for(locked)), approved)
        locked.frozen_html, locked.frozen_pdf = html, printed
        locked.sha256 = hashlib.sha256(printed).hexdigest()
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
        enclosures.freeze(locked, hashes, by=by, actor=actor)
        tell(locked, Event.LETTER_ISSUED, by=by, actor=actor)


def _refuse_other_text(html: str, approved: str) -> None:
    if text_hash(html) != approved:
        raise LetterRefused([_("The text changed since it was approved. Read it again.")])


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
