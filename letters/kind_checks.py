"""Checks that only some kinds of letters need: what a letter may ask, and of whom."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from campaigns.models import CaseParty, Event, LogEntry
from campaigns.wording import money
from letters import money_words, recipients
from letters.document import LetterDocument
from letters.findings import Finding, block, texts, warn
from letters.models import Letter, TextKind

V = Letter.Variant


def of_letter(letter: Letter, document: LetterDocument) -> Iterator[Finding]:
    if letter.names_the_law and document.law is None:
        sentence = _(
            "You ticked that the letter says what the law may add, and it prints nothing of that: "
            "nobody checked the rule, or it adds nothing to this case yet."
        )
        yield warn("no_law", sentence)
    yield from _older_words(letter)
    if letter.is_demand:
        yield from _other_demands(letter)
    else:
        yield from _sum_asked(letter, document)
    if letter.variant == Letter.Variant.INFLUENCE:
        yield from asks_money(document)
        yield from _recipient_with_influence(letter)


def _older_words(letter: Letter) -> Iterator[Finding]:
    """Point out facts that changed after the words were written. The table follows them by itself,
    and a sum or a day within a sentence does not."""
    changed = letter.case.facts_changed_at
    if changed is None or changed <= letter.created_at:
        return
    written = LogEntry.objects.filter(
        case=letter.case_id,
        event__in=(Event.LETTER_DRAFTED, Event.LETTER_CHANGED),
        data__version=letter.version,
        at__gte=changed,
    )
    if not written.exists():
        yield warn(
            "older_words",
            _(
                "The case was changed after these words were written. Read the sums, days and "
                "names in them once more."
            ),
        )


def _sum_asked(letter: Letter, document: LetterDocument) -> Iterator[Finding]:
    """Compare the sum that a later letter asks for with what its own table says is open."""
    asking = (V.REMINDER, V.REPLY_PAYMENT, V.DEFAULT_NOTICE)
    if letter.variant not in asking or document.total is None:
        return
    left = money(document.total, document.currency, document.language)
    named = money_words.sums_in(letter.asks)
    if named and "".join(left.split()) not in {"".join(sum_.split()) for sum_ in named}:
        yield warn(
            "asks_other_sum",
            _("The letter asks for %(asked)s, and its table says %(left)s is still owed.")
            % {"asked": ", ".join(named), "left": left},
            (_("the demands"),),
        )


def _other_demands(letter: Letter) -> Iterator[Finding]:
    """Look at what a demand letter asks beside what was voted."""
    if named := money_words.sums_in(letter.asks):
        yield block(
            "sum_in_demands",
            _("The sum stands in the letter by itself. Take it out of the other demands: %(sum)s")
            % {"sum": ", ".join(named)},
            (_("the demands"),),
        )
    nameless = letter.case.parties.affected().filter(public_name=CaseParty.PublicName.NONE)
    if letter.text_kind == TextKind.REPAIRS and nameless.exists():
        sentence = _("Who signs a letter about repairs agrees to be named. Ask: %(names)s.")
        yield warn("signs_without_name", sentence % {"names": ", ".join(map(str, nameless))})


def asks_money(document: LetterDocument) -> Iterator[Finding]:
    """Stop a letter to somebody who owes nothing where it names a sum or asks for money."""
    own_words = replace(document, enclosures=())  # "Pay stub" names a paper, and asks for nothing
    if found := money_words.asked_in(texts(own_words), document.language):
        sentence = _(
            "This letter asks for no money, as who gets it owes none. Take out: %(words)s."
        )
        named = ", ".join(f"“{word}” ({where})" for word, where in found.items())
        places = tuple(dict.fromkeys(found.values()))
        yield block("asks_money", sentence % {"words": named}, places)


def _recipient_with_influence(letter: Letter) -> Iterator[Finding]:
    who = recipients.with_influence(letter.case)
    everybody = [(one.name, "\n".join(one.lines)) for one in recipients.of(letter)]
    if not all(recipients.is_one_of(who, *one) for one in everybody):
        yield block(
            "no_influence",
            _("Write to somebody who is confirmed to be linked to the target: %(names)s.")
            % {"names": ", ".join(one.name for one in who) or "–"},
            (_("the address"),),
        )
