"""What must never be in a demand letter, and what a person should look at twice.

In many places, asking for money while threatening to report a crime, a tax matter or somebody's
status is extortion, whether or not the money is owed. A safe letter announces no consequence. The
lists are aids: they stop the plain mistakes, and a person reads every word all the same.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case
from letters import kind_checks, own_words, privacy, recipients, text_fields
from letters.document import LetterDocument
from letters.findings import Finding, block, texts, warn
from letters.models import Demand, Letter
from letters.privacy import Known
from letters.word_lists import LISTS, WARN, WordList

# A name left out by a template, or never filled in.
_HOLES = re.compile(r"\{\{?.*?\}?\}|\[[^\]]*\]|\bNone\b(?! of)|_{3,}|\bX{3,}\b|\?{3,}|\bTODO\b")
# A sum of money in a text, or a word that asks for one.
_MONEY = re.compile(
    r"[$£€]|\d[.,]\d\d(?!\d)|\b(?:pay|owe|owes|owed|dollars|pounds|euros|pagar|pagu?en?|debe[ns]?"
    r"|adeud\w+|d[oó]lares)\b",
    re.IGNORECASE,
)


def of_letter(letter: Letter, document: LetterDocument) -> list[Finding]:
    """Check a draft against its case: the demand as voted, and today in the network's calendar."""
    cases = letter.cases
    found = _checked(letter, document, privacy.known_around(cases))
    found += kind_checks.of_letter(letter, document)
    found += privacy.ways_to_reach(document, cases)
    found += _recipients(letter, document, cases)
    return _blocks_first(found)


def _checked(letter: Letter, document: LetterDocument, known: Known) -> list[Finding]:
    own, now = own_words.lists(letter.language), timezone.now()
    if not letter.is_demand:
        return check_follow_up(document, now=now, known=known, own=own)
    demand = Demand.objects.filter(case=letter.case).first()
    return check(
        document,
        voted=demand.outstanding if demand else None,
        days=demand.deadline_days if demand else None,
        now=now,
        known=known,
        own=own,
    )


def _recipients(
    letter: Letter, document: LetterDocument, cases: Sequence[Case]
) -> Iterator[Finding]:
    """Check who gets the letter, and that nobody unproven is named as belonging to the target."""
    address = "\n".join([document.recipient_name, *document.recipient_address, letter.also_to])
    named = [(_("the address"), address), *texts(document)]
    for case in cases:
        for name, places in recipients.unproven_in(case, named).items():
            sentence = _(
                "%(name)s is not confirmed to belong to the target. Find a record that shows it, "
                "or take the name out: %(where)s."
            )
            values = {"name": name, "where": ", ".join(places)}
            yield block("unproven", sentence % values, tuple(places))
    for one in recipients.further(letter.also_to):
        if not one.lines:
            sentence = _("The letter to %(name)s has no address. It can only be handed over.")
            yield warn("no_address", sentence % {"name": one.name})


def check(
    document: LetterDocument,
    *,
    voted: Decimal | None,
    now: dt.datetime,
    days: int | None = None,
    known: Known = Known(),  # noqa: B008  (frozen, and empty)
    own: Sequence[WordList] = (),
) -> list[Finding]:
    """Return what is wrong with `document`, the findings that block first.

    `voted` is what is open of the sum the group voted and `days` the days it gives from the
    delivery, which is the date of the letter; None skips that comparison. `known` are people who
    may not be named in it, and `own` the word lists of the group.
    """
    found = [
        *_gaps(document),
        *_sum(document, voted),
        *_deadline(document, now, days),
        *_words(document, own),
        *privacy.names(document, known),
        *privacy.co_workers(document),
    ]
    return _blocks_first(found)


def check_follow_up(
    document: LetterDocument,
    *,
    now: dt.datetime,
    known: Known = Known(),  # noqa: B008  (frozen, and empty)
    own: Sequence[WordList] = (),
) -> list[Finding]:
    """Check a letter after the demand: it may ask for nothing, and needs no deadline."""
    found = [
        *_gaps(document),
        *_answer_by(document, now),
        *_words(document, own),
        *privacy.names(document, known),
        *privacy.co_workers(document),
    ]
    needless = () if document.asks_something else ("no_way_to_pay",)
    return _blocks_first([finding for finding in found if finding.code not in needless])


def _blocks_first(found: Sequence[Finding]) -> list[Finding]:
    return sorted(found, key=lambda finding: not finding.is_block)


def _gaps(document: LetterDocument) -> Iterator[Finding]:
    if not document.recipient_name.strip():
        yield block("no_recipient", _("Write to whom the letter goes."))
    if not any(line.strip() for line in document.recipient_address):
        yield warn("no_address", _("The letter has no address. It can only be handed over."))
    if not any(text.strip() for text in document.facts):
        yield block("no_facts", _("Write the facts."))
    if not any(text.strip() for text in document.how_to_pay):
        yield block("no_way_to_pay", _("Write how they can pay."))
    if not document.signers:
        yield block("no_signers", _("Nobody signs the letter. Add the people affected."))
    yield from _holes(document)


def _holes(document: LetterDocument) -> Iterator[Finding]:
    """Name what was left open: a field of our texts by its meaning, anything else as it stands."""
    found: dict[str, str] = {}
    for where, text in texts(document):
        for hole in _HOLES.finditer(text):
            found.setdefault(hole.group(), where)
    for hole, where in found.items():
        if meaning := text_fields.MEANINGS.get(hole[1:-1]):
            sentence = _("Fill in %(what)s, or take the sentence out. It stands in %(where)s.")
            what = str(meaning)
        else:
            sentence, what = _("Something was left open in %(where)s: %(what)s"), hole
        yield block("hole", sentence % {"where": where, "what": what}, (where,))


def _sum(document: LetterDocument, voted: Decimal | None) -> Iterator[Finding]:
    if document.total and not document.rows:
        yield block(
            "no_working", _("The letter names a sum without showing how it was worked out.")
        )
    elif document.rows and (document.total or 0) != max(
        0, sum(row.amount for row in document.rows)
    ):
        yield block("lines_differ", _("The lines of the table do not add up to the total."))
    if voted is not None and (document.total or Decimal(0)) != voted:
        yield block(
            "other_sum",
            _("The sum is not the one the group voted. Correct the lines, or vote again."),
        )


def _deadline(document: LetterDocument, now: dt.datetime, days: int | None) -> Iterator[Finding]:
    if document.deadline is None:
        yield block("no_deadline", _("The letter has no deadline."))
    elif document.deadline <= now:
        yield block(
            "deadline_past", _("The deadline in the letter has passed. Choose a later day.")
        )
    elif document.issued_on < timezone.localtime(now, document.deadline.tzinfo).date():
        yield block(
            "delivery_past", _("The day of the delivery has passed. Choose the day it will be.")
        )
    elif days is not None and (document.deadline.date() - document.issued_on).days != days:
        yield block(
            "deadline_days",
            _("The deadline is not %(days)s days after the day of the delivery.") % {"days": days},
        )


def _answer_by(document: LetterDocument, now: dt.datetime) -> Iterator[Finding]:
    if document.deadline is None:
        if document.asks_something:
            yield warn("no_deadline", _("The letter does not say until when you want an answer."))
    elif document.deadline <= now:
        yield block(
            "deadline_past", _("The deadline in the letter has passed. Choose a later day.")
        )


def _words(document: LetterDocument, own: Sequence[WordList]) -> Iterator[Finding]:
    """Search what people typed; names and addresses are not searched."""
    for words in (*LISTS, *own):
        # Each word once, with the first place it stands in.
        found: dict[str, str] = {}
        checked_law = () if words.code == "law_cited" else _law(document)
        for where, text in (*texts(document), *checked_law):
            for word in words.found_in(text):
                found.setdefault(" ".join(word.split()), where)
        if found:
            named = ", ".join(f"“{word}” ({where})" for word, where in found.items())
            places = tuple(dict.fromkeys(found.values()))
            is_harmless = words.only_beside_money and not asks_for_money(document)
            level = WARN if is_harmless else words.level
            sentence = words.sentence % {"words": named}
            yield Finding(level, words.code, sentence, places, tuple(found))


def _law(document: LetterDocument) -> Iterator[tuple[str, str]]:
    """Yield what a checked rule cites. Who checked it, and when, is known, so it may cite a law."""
    if document.law:
        yield _("the law"), document.law.citation


def asks_for_money(document: LetterDocument) -> bool:
    """Say whether a reader could take the letter for a demand for money; in doubt it is one."""
    if document.total or document.demands:
        return True
    own_words = replace(document, rows=(), enclosures=())
    return any(_MONEY.search(text) for _where, text in texts(own_words))
