"""What must never be in a demand letter, and what a person should look at twice.

In many places, asking for money while threatening to report a crime, a tax matter or somebody's
status is extortion, whether or not the money is owed. A safe letter announces no consequence. The
lists are aids: they stop the plain mistakes, and a person reads every word all the same.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Case, CaseParty
from letters import recipients
from letters.document import LetterDocument
from letters.models import Demand, Letter

BLOCK, WARN = "block", "warn"


@dataclass(frozen=True)
class Finding:
    """One thing found: `code` for tests and statistics, `sentence` for the person who writes.

    `where` names the fields of the letter it was found in, when it stands in a text.
    """

    level: str
    code: str
    sentence: str
    where: tuple[str, ...] = ()

    @property
    def is_block(self) -> bool:
        return self.level == BLOCK


@dataclass(frozen=True)
class WordList:
    """Words per language, as regular expressions of whole words; case does not matter."""

    level: str
    code: str
    sentence: Any
    words: dict[str, str]


# Each sentence is given the words that were found.
LISTS = (
    WordList(
        BLOCK,
        "authorities",
        gettext_lazy(
            "The letter must not bring up police, tax, immigration or licences beside a demand for "
            "money. Take out: %(words)s."
        ),
        {
            "en": r"police|prosecut\w*|criminal\w*|crimes?|jail|prison|arrest\w*|theft|steal\w*"
            r"|stole\w*|IRS|tax(?:es| authority| office| fraud)|(?-i:I\.?C\.?E)"
            r"|immigration|deport\w*|(?-i:visas?)|licen[cs]e board|health department",
            "es": r"polic[ií]a|fiscal[ií]a|delitos?|crim(?:en|inal\w*)|c[aá]rcel|prisi[oó]n"
            r"|arrest\w*|robo|robad[oa]s?|oficina de impuestos|(?:a|ante) hacienda|migra"
            r"|inmigraci[oó]n|(?:fraude|evasi[oó]n) (?:fiscal|de impuestos)|deport\w*"
            r"|(?-i:visas?)|departamento de salud",
        },
    ),
    WordList(
        BLOCK,
        "exposure",
        gettext_lazy(
            "The letter must not threaten with publicity or name a family. Take out: %(words)s."
        ),
        {
            # A newspaper may be what they delivered and a paint may be ruined: only telling counts.
            "en": r"(?:go|going|talk\w*|speak\w*|tell|call\w*|turn\w*|contact\w*|alert\w*)"
            r" (?:\w+ ){0,3}(?:media|press|newspapers?|television|tv|reporters?|journalists?)"
            r"|social media|expos(?:e|ed|ing) you|every(?:one|body) will know"
            r"|ruin(?:ed|ing)? (?:you|your \w+)|your (?:family|wife|husband|children|kids)"
            r"|go public|viral",
            "es": r"(?:ir|iremos|vamos|acudir\w*|hablar\w*|llamar\w*|contar\w*|avisar\w*)"
            r" (?:\w+ ){0,3}(?:prensa|medios|peri[oó]dicos?|televisi[oó]n|periodistas?)"
            r"|medios de comunicaci[oó]n|redes sociales|todo el mundo (?:lo )?sabr[aá]"
            r"|todos (?:lo )?sabr[aá]n|arruinar(?:le|l[oa]|emos|[aá]n?)|su familia|sus hij[oa]s"
            r"|viral",
        },
    ),
    WordList(
        BLOCK,
        "harm",
        gettext_lazy("The letter must not threaten. Take out: %(words)s."),
        {
            "en": r"or else|we know where you live|you will regret|you'll regret|watch your back"
            r"|hurt you|harm you|make you pay",
            "es": r"o ya ver[aá]|sabemos d[oó]nde vive|se va a arrepentir|lo lamentar[aá]"
            r"|hacerle da[nñ]o|las va a pagar",
        },
    ),
    WordList(
        BLOCK,
        "pretence",
        gettext_lazy(
            "The letter must not sound as if lawyers, a court or an office had written it. Take "
            "out: %(words)s."
        ),
        {
            "en": r"our (?:lawyers?|attorneys?)|my (?:lawyer|attorney)|court order|summons|subpoena"
            r"|cease and desist|notice of (?:legal action|claim)|on behalf of the (?:state|city)",
            "es": r"nuestr[oa]s? abogad[oa]s?|orden judicial|citaci[oó]n judicial|emplazamiento"
            r"|en nombre del estado",
        },
    ),
    WordList(
        BLOCK,
        "private",
        gettext_lazy("Health and status are nobody's business. Take out: %(words)s."),
        {
            "en": r"undocumented|illegal (?:alien|immigrant|worker)s?|green card|work permit"
            r"|pregnan\w+|disab(?:led|ility)|HIV|cancer",
            "es": r"indocumentad[oa]s?|sin papeles|ilegal(?:es)?|permiso de trabajo|embaraz\w+"
            r"|discapacitad[oa]s?|VIH|c[aá]ncer",
        },
    ),
    WordList(
        WARN,
        "names_called",
        gettext_lazy("State facts instead of calling them names: %(words)s."),
        {
            "en": r"thie(?:f|ves)|crooks?|liars?|racists?|scum|greedy|slumlords?|exploiters?"
            r"|cheats?|bastards?|parasites?",
            "es": r"ladr[oó]n\w*|rater[oa]s?|mentiros[oa]s?|racistas?|codicios[oa]s?"
            r"|explotador\w*|tramposos?|par[aá]sitos?|sinverg[uü]enzas?",
        },
    ),
    WordList(
        WARN,
        "law_cited",
        gettext_lazy(
            "The letter cites a law: %(words)s. Say who checked it, and when, or leave it out."
        ),
        {
            "en": r"statutes?|RCW|U\.?S\.?C\.?|§ ?\d+|labor code|civil code|by law|the law",
            "es": r"estatutos?|c[oó]digo (?:civil|laboral)|§ ?\d+|por ley|la ley",
        },
    ),
    WordList(
        WARN,
        "hedged",
        gettext_lazy("Say it plainly, one way or the other: %(words)s."),
        {"en": r"and/or|\w+\(s\)|\w+\(es\)", "es": r"y/o|\w+\((?:s|es|a|as)\)"},
    ),
)
# A name left out by a template, or never filled in.
_HOLES = re.compile(r"\{\{?.*?\}?\}|\[[^\]]*\]|\bNone\b(?! of)|_{3,}|\bX{3,}\b|\?{3,}|\bTODO\b")


def of_letter(letter: Letter, document: LetterDocument) -> list[Finding]:
    """Check a draft against its case: the demand as voted, and today in the network's calendar."""
    found = _checked(letter, document)
    for case in letter.cases:
        found += _unproven(case, document)
    return sorted(found, key=lambda finding: not finding.is_block)


def _checked(letter: Letter, document: LetterDocument) -> list[Finding]:
    if not letter.is_demand:
        unnamed = [name for case in letter.cases for name in _unnamed(case)]
        return check_follow_up(document, unnamed=unnamed)
    demand = Demand.objects.filter(case=letter.case).first()
    return check(
        document,
        voted=demand.outstanding if demand else None,
        days=demand.deadline_days if demand else None,
        now=timezone.now(),
        unnamed=_unnamed(letter.case),
    )


def _unproven(case: Case, document: LetterDocument) -> Iterator[Finding]:
    """Stop a letter that names somebody of whom it is not proven that they belong to the target."""
    address = "\n".join([document.recipient_name, *document.recipient_address])
    texts = [(_("the address"), address), *_typed(document)]
    for name, places in recipients.unproven_in(case, texts).items():
        sentence = _(
            "%(name)s is not confirmed to belong to the target. Find a record that shows it, or "
            "take the name out: %(where)s."
        )
        values = {"name": name, "where": ", ".join(places)}
        yield _block("unproven", sentence % values, tuple(places))


def _unnamed(case: Case) -> list[str]:
    """Return the names of the affected people who chose another name for the letter, or none."""
    own = CaseParty.PublicName.OWN
    parties = case.parties.affected().exclude(public_name=own).select_related("person")
    return [party.person.name for party in parties if party.person.name]


def named_against_their_wish(case: Case, text: str) -> list[str]:
    """Return a sentence for each person of `case` whom `text` names though they chose not to be."""
    return [
        _("%(name)s does not want this name in public. Take it out.") % {"name": name}
        for name in _unnamed(case)
        if name_pattern(name).search(text)
    ]


def check(
    document: LetterDocument,
    *,
    voted: Decimal | None,
    now: dt.datetime,
    days: int | None = None,
    unnamed: Sequence[str] = (),
) -> list[Finding]:
    """Return what is wrong with `document`, the findings that block first.

    `voted` is what is open of the sum the group voted and `days` the days it gives from the
    delivery, which is the date of the letter; None skips that comparison. `unnamed` are the names
    of people who do not want theirs in the letter.
    """
    found = [
        *_gaps(document),
        *_sum(document, voted),
        *_deadline(document, now, days),
        *_words(document),
        *_names(document, unnamed),
    ]
    return sorted(found, key=lambda finding: not finding.is_block)


def check_follow_up(document: LetterDocument, *, unnamed: Sequence[str] = ()) -> list[Finding]:
    """Check a letter after the demand: it may ask for nothing, and needs no deadline."""
    found = [*_gaps(document), *_words(document), *_names(document, unnamed)]
    needless = () if document.asks_something else ("no_way_to_pay",)
    found = [finding for finding in found if finding.code not in needless]
    return sorted(found, key=lambda finding: not finding.is_block)


def _block(code: str, sentence: str, where: tuple[str, ...] = ()) -> Finding:
    return Finding(BLOCK, code, sentence, where)


def _gaps(document: LetterDocument) -> Iterator[Finding]:
    if not document.recipient_name.strip():
        yield _block("no_recipient", _("Write to whom the letter goes."))
    if not any(line.strip() for line in document.recipient_address):
        yield Finding(
            WARN, "no_address", _("The letter has no address. It can only be handed over.")
        )
    if not any(text.strip() for text in document.facts):
        yield _block("no_facts", _("Write the facts."))
    if not any(text.strip() for text in document.how_to_pay):
        yield _block("no_way_to_pay", _("Write how they can pay."))
    if not document.signers:
        yield _block("no_signers", _("Nobody signs the letter. Add the people affected."))
    for name, text in _typed(document):
        if hole := _HOLES.search(text):
            yield _block(
                "hole",
                _("Something was left open in %(where)s: %(what)s")
                % {"where": name, "what": hole.group()},
                (name,),
            )


def _sum(document: LetterDocument, voted: Decimal | None) -> Iterator[Finding]:
    if document.total and not document.rows:
        yield _block(
            "no_working", _("The letter names a sum without showing how it was worked out.")
        )
    elif document.rows and document.total != max(0, sum(row.amount for row in document.rows)):
        yield _block("lines_differ", _("The lines of the table do not add up to the total."))
    if voted is not None and (document.total or Decimal(0)) != voted:
        yield _block(
            "other_sum",
            _("The sum is not the one the group voted. Correct the lines, or vote again."),
        )


def _deadline(document: LetterDocument, now: dt.datetime, days: int | None) -> Iterator[Finding]:
    if document.deadline is None:
        yield _block("no_deadline", _("The letter has no deadline."))
    elif document.deadline <= now:
        yield _block(
            "deadline_past", _("The deadline in the letter has passed. Choose a later day.")
        )
    elif document.issued_on < timezone.localtime(now, document.deadline.tzinfo).date():
        yield _block(
            "delivery_past", _("The day of the delivery has passed. Choose the day it will be.")
        )
    elif days is not None and (document.deadline.date() - document.issued_on).days != days:
        yield _block(
            "deadline_days",
            _("The deadline is not %(days)s days after the day of the delivery.") % {"days": days},
        )


def _words(document: LetterDocument) -> Iterator[Finding]:
    """Search what people typed, in the letter's language; names and addresses are not searched."""
    for words in LISTS:
        language = document.language if document.language in words.words else "en"
        # Each word once, with the first place it stands in.
        found: dict[str, str] = {}
        for where, text in _typed(document):
            for word in words_in(text, words, language):
                found.setdefault(word, where)
        if found:
            named = ", ".join(f"“{word}” ({where})" for word, where in found.items())
            places = tuple(dict.fromkeys(found.values()))
            yield Finding(words.level, words.code, words.sentence % {"words": named}, places)


def words_in(text: str, words: WordList, language: str) -> list[str]:
    """Return what of a list stands in a text."""
    whole = re.compile(rf"(?<!\w)(?:{words.words[language]})(?!\w)", re.IGNORECASE)
    return [match.group() for match in whole.finditer(text)]


def _names(document: LetterDocument, unnamed: Sequence[str]) -> Iterator[Finding]:
    """Warn where somebody is named who asked not to be; only a warning, as May is a month too."""
    for name in unnamed:
        whole = name_pattern(name)
        places = tuple(dict.fromkeys(at for at, text in _typed(document) if whole.search(text)))
        if places:
            sentence = _("%(name)s does not want this name in the letter. Look at: %(where)s.")
            values = {"name": name, "where": ", ".join(places)}
            yield Finding(WARN, "named", sentence % values, places)


def name_pattern(name: str) -> re.Pattern[str]:
    """Return what finds any word of a person's name in a text; the short ones say too little."""
    words = [word for word in name.split() if len(word) > 2] or [name]
    either = "|".join(re.escape(form) for word in words for form in {word, word.title()})
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def _typed(document: LetterDocument) -> Iterator[tuple[str, str]]:
    """Yield (where it stands, text) of everything somebody typed for this letter."""
    yield _("the subject"), document.subject
    for text in document.facts:
        yield _("the facts"), text
    for text in document.demands:
        yield _("the demands"), text
    for text in document.how_to_pay:
        yield _("how to pay"), text
    for row in document.rows:
        yield _("the table"), f"{row.label}\n{row.working}\n{row.note}"
    for text in (document.salutation, document.otherwise, document.no_retaliation):
        yield _("the closing words"), text
