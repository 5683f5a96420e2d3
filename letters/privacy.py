"""Who must not be found in a letter: people who did not agree to it, and their own numbers.

A letter is signed by the people affected and by the network. Whoever else is named in it can be
found by the target, and so can whoever owns a number in it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, Group, Person, User
from campaigns.target_keys import phone_keys
from letters.document import LetterDocument
from letters.findings import Finding, block, texts, warn

_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]{5,}\d")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_CO_WORKER = re.compile(
    r"(?<!\w)(?:co-?workers?|colleagues?|compañer[oa]s?(?: de trabajo)?),? (?-i:[^\W\d_a-z]\w+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Known:
    """Names around the cases of a letter. `left` and `unnamed` said no, `others` were not asked."""

    unnamed: Sequence[str] = ()
    left: Sequence[str] = ()
    others: Sequence[str] = ()
    accounts: Sequence[str] = field(default=())


def known_around(cases: Sequence[Case]) -> Known:
    parties = CaseParty.objects.filter(case__in=cases).select_related("person")
    named = [party for party in parties if party.person.name]
    here = [party for party in named if party.left_at is None]
    affected = [party for party in here if party.role == CaseParty.Role.AFFECTED]
    accounts = User.objects.active().values_list("name", flat=True)
    return Known(
        unnamed=[
            party.person.name for party in affected if party.public_name != party.PublicName.OWN
        ],
        left=[party.person.name for party in named if party.left_at is not None],
        others=[party.person.name for party in here if party not in affected],
        accounts=[name for name in accounts if len(name.split()) > 1],
    )


def names(document: LetterDocument, known: Known) -> Iterator[Finding]:
    """Find names of people who did not agree to stand in the letter.

    A whole name stops it. One word of a name only warns, as May is a month too, and a family
    shares a name with the one who signs.
    """
    for name in known.unnamed:
        if places := _whole_name(document, name):
            sentence = _(
                "%(name)s does not want this name in the letter. Take it out of: %(where)s."
            )
            yield block("named", _filled(sentence, name, places), places)
        elif places := _any_word(document, name):
            sentence = _("%(name)s does not want this name in the letter. Look at: %(where)s.")
            yield warn("named", _filled(sentence, name, places), places)
    for name in known.left:
        if not (places := _whole_name(document, name)) and (places := _any_word(document, name)):
            sentence = _("%(name)s is no longer part of this. Is it that name? Look at: %(where)s.")
            yield warn("left_named", _filled(sentence, name, places), places)
        elif places:
            sentence = _(
                "%(name)s is no longer part of this, so the letter cannot name them. Take it out "
                "of: %(where)s."
            )
            yield block("left_named", _filled(sentence, name, places), places)
    for name in known.others:
        if places := _whole_name(document, name):
            sentence = _("Did %(name)s agree to stand in the letter? Look at: %(where)s.")
            yield warn("other_named", _filled(sentence, name, places), places)
    for name in known.accounts:
        if places := _whole_name(document, name):
            sentence = _(
                "The network signs a letter, not its organizers. If %(name)s is one of them, take "
                "the name out: %(where)s."
            )
            yield warn("organizer_named", _filled(sentence, name, places), places)


def co_workers(document: LetterDocument) -> Iterator[Finding]:
    """Warn where a co-worker seems to be named, whom nobody here may know."""
    found = {m.group(): where for where, text in texts(document) for m in _CO_WORKER.finditer(text)}
    if found:
        named = ", ".join(f"“{words}” ({where})" for words, where in found.items())
        sentence = _("Did they agree to be named? If not, take the name out: %(words)s.")
        places = tuple(dict.fromkeys(found.values()))
        yield warn("co_worker_named", sentence % {"words": named}, places)


def ways_to_reach(document: LetterDocument, cases: Sequence[Case]) -> Iterator[Finding]:
    """Find numbers and addresses of people the network knows. The group's own are none of them."""
    found = _reached_by(document)
    if not found:
        return
    owners = Person.objects.filter(Q(phone_key__in=found) | Q(email_key__in=found))
    owners = owners.annotate(account=F("user__pk")).order_by("pk")
    affected = set(
        CaseParty.objects.affected().filter(case__in=cases).values_list("person_id", flat=True)
    )
    for person in owners:
        for key in {person.phone_key, person.email_key} & found.keys():
            yield _way_of(person, *found[key], is_affected=person.pk in affected)
    taken = {person.email_key for person in owners}
    emails = User.objects.filter(email__in=found.keys() - taken).values_list("email", flat=True)
    for email in emails:
        yield _stop(*found[email])


def _way_of(person: Person, written: str, where: str, *, is_affected: bool) -> Finding:
    if not is_affected or person.account:
        return _stop(written, where)
    sentence = _(
        "%(written)s is the own number or e-mail of %(name)s. Better is the one of the group: "
        "%(where)s."
    )
    values = {"written": written, "name": person.name, "where": where}
    return warn("own_number", sentence % values, (where,))


def _stop(written: str, where: str) -> Finding:
    """Stop a private number without telling whose it is: not everybody here may know."""
    sentence = _(
        "%(written)s in %(where)s belongs to a person, not to the group. Write the number or "
        "e-mail of the group."
    )
    return block("private_number", sentence % {"written": written, "where": where}, (where,))


def _reached_by(document: LetterDocument) -> dict[str, tuple[str, str]]:
    """Return the numbers and e-mails in the letter: {normal form: (as written, where)}."""
    address = "\n".join([document.recipient_name, *document.recipient_address])
    places = [(where, text) for where, text in [*texts(document), (_("the address"), address)]]
    own = {document.network.email.lower()}
    found = {
        email.group().lower(): (email.group(), where)
        for where, text in places
        for email in _EMAIL.finditer(text)
    }
    numbers = [
        (number.group().strip(), where)
        for where, text in places
        for number in _NUMBER.finditer(text)
        if number.group().strip() != document.network.phone
    ]
    if numbers:
        group = Group.current()
        country = group.country if group else "US"
        own |= phone_keys(document.network.phone, country=country)
        for number, where in numbers:
            for key in phone_keys(number, country=country):
                found.setdefault(key, (number, where))
    return {key: said for key, said in found.items() if key not in own}


def _whole_name(document: LetterDocument, name: str) -> tuple[str, ...]:
    """Return where a name of two or more words stands in full."""
    words = name.split()
    if len(words) < 2:
        return ()
    either = r"\s+".join(map(re.escape, words))
    return _where(document, re.compile(rf"(?<!\w){either}(?!\w)", re.IGNORECASE))


def _any_word(document: LetterDocument, name: str) -> tuple[str, ...]:
    return _where(document, name_pattern(name))


def _where(document: LetterDocument, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Return where the pattern stands, apart from the names of those who sign."""
    signed = re.compile("|".join(re.escape(name) for name in document.signers if name) or r"(?!)")
    return tuple(
        dict.fromkeys(
            where for where, text in texts(document) if pattern.search(signed.sub("·", text))
        )
    )


def name_pattern(name: str) -> re.Pattern[str]:
    """Return what finds any word of a person's name in a text; the short ones say too little."""
    words = [word for word in name.split() if len(word) > 2] or [name]
    either = "|".join(re.escape(form) for word in words for form in {word, word.title()})
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def named_against_their_wish(case: Case, text: str) -> list[str]:
    """Return a sentence for each person of `case` whom `text` names though they chose not to be."""
    return [
        _("%(name)s does not want this name in public. Take it out.") % {"name": name}
        for name in known_around([case]).unnamed
        if name_pattern(name).search(text)
    ]


def _filled(sentence: str, name: str, places: tuple[str, ...]) -> str:
    return sentence % {"name": name, "where": ", ".join(places)}
