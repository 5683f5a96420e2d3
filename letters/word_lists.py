"""The words that must not stand in a letter, or that somebody should look at twice.

A list is written as people would write it, so that the page of the lists can show the very lines
the checks go by. In a line:

- ``*`` at the end of a word stands for any ending;
- ``/`` parts forms of one word, any of which counts;
- ``…`` between two words stands for up to three others;
- capitals throughout are meant as capitals, and ``=`` before a word as it is written: ICE is no
  ice, and a Visa card is no visa.

Accents count for nothing. A group adds words of its own; nothing can be taken off the lists here.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy

BLOCK, WARN = "block", "warn"
_SPACES = r"[\s,]+"
_GAP = r"(?:\w+[\s,]+){0,3}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("|"))


@dataclass(frozen=True)
class WordList:
    """Lines per language, with the sentence for whoever wrote them; it is given what was found.

    What `unless` holds is left alone though a line fits. `patterns` are for what is no word.
    `only_beside_money` blocks only in a letter that asks for money, and warns in any other.
    """

    level: str
    code: str
    sentence: Any
    words: Mapping[str, Sequence[str]]
    unless: Mapping[str, Sequence[str]] = field(default_factory=dict)
    patterns: str = ""
    only_beside_money: bool = False

    def found_in(self, text: str) -> Iterator[str]:
        """Yield what of the list stands in `text`, as it is written there, whatever its language:
        a threat is understood in another one too. `unless` names the false friends."""
        text, plain = _both_forms(text)
        allowed = list(_spans(_all(self.unless), "", plain))
        for start, end in _spans(_all(self.words), self.patterns, plain):
            if not any(begin <= start and end <= until for begin, until in allowed):
                yield text[start:end]


def _all(words: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(line for lines in words.values() for line in lines)


def _both_forms(text: str) -> tuple[str, str]:
    """Return `text` and the same without accents, letter for letter.

    What is not seen, such as a soft hyphen inside a word, is left out of both.
    """
    seen = [c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf"]
    plain = "".join(unicodedata.normalize("NFD", c)[0] for c in seen)
    return "".join(seen), plain.replace("’", "'")


def _spans(lines: tuple[str, ...], patterns: str, plain: str) -> Iterator[tuple[int, int]]:
    if lines or patterns:
        for match in _whole(lines, patterns).finditer(plain):
            yield match.span()


@cache
def _whole(lines: tuple[str, ...], patterns: str) -> re.Pattern[str]:
    either = "|".join([*map(_pattern, lines), *([patterns] if patterns else [])])
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _pattern(line: str) -> str:
    """Return one line of a list as a regular expression. Nothing but its own signs is special."""
    words = unicodedata.normalize("NFC", line).split()
    pattern = ""
    for place, word in enumerate(words):
        if word == "…":
            pattern += _GAP
        else:
            forms = "|".join(_form(form) for form in word.split("/") if form)
            is_last = place == len(words) - 1
            pattern += f"(?:{forms})" + ("" if is_last else _SPACES)
    return pattern


def _form(word: str) -> str:
    as_written = word.startswith("=") or (word.isupper() and len(word) > 1)
    word = _both_forms(word.removeprefix("="))[1]
    pattern = re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "")
    return f"(?-i:{pattern})" if as_written else pattern


LISTS = (
    WordList(
        BLOCK,
        "authorities",
        gettext_lazy(
            "The letter must not bring up police, tax, immigration or licences beside a demand for "
            "money. Take out: %(words)s."
        ),
        {
            "en": _lines(
                "police|cops|sheriff*|prosecut*|criminal*|crime/crimes|jail*|prison*|arrest*"
                "|felon*|fraud*|theft*|steal*|stole/stolen|district attorney|IRS|tax/taxes"
                "|ICE|I.C.E|immigration|deport*|=visa/=visas|border patrol|homeland security"
                "|license*/licensing|licence*|health department*|department of health"
                "|board of health|we/will/would/can/could/may/must/to report you|reporting you"
                "|report this/it to|turn you in|file a complaint"
            ),
            "es": _lines(
                "policia*|fiscalia*|delito*|crimen/crimenes|criminal*|carcel*|prision*|arrest*"
                "|robo/robos|robar*|robad*|hurto*|fraude*|estafa*|denunci*|IRS|impuestos"
                "|el/un impuesto"
                "|a/ante hacienda|evasion fiscal|ICE|migra|inmigracion|servicio de migracion"
                "|deportar*|deportad*|deportacion*|=visa/=visas|licencia*"
                "|departamento/secretaria de salud|departamento de sanidad"
                "|poner/presentar/interponer una queja"
            ),
        },
        unless={
            "en": _lines(
                "tax form*|tax paper*|tax document*|tax statement*|tax slip*|tax certificate*"
                "|before/after tax/taxes|driver's/drivers/driving license*/licence*"
                "|ICE CREAM/MACHINE*|robo-call*"
            ),
            "es": _lines(
                "formulario* de impuesto*|forma* de impuesto*|documento* de impuesto*"
                "|comprobante* de impuesto*|antes/despues/libre de impuesto*"
                "|licencia* de conducir/manejar/maternidad/paternidad"
                "|licencia* por/medica*/con/sin|licencia* pagada*"
                # False friends: sport is no deporting, and a robocall below no robbery.
                "|deporte/deportes|deportiv*|deportist*"
            ),
        },
        only_beside_money=True,
    ),
    WordList(
        BLOCK,
        "exposure",
        gettext_lazy(
            "The letter must not threaten with publicity or name a family. Take out: %(words)s."
        ),
        {
            # A newspaper may be what they delivered and a paint may be ruined: only telling counts.
            "en": _lines(
                "go/going/talk*/speak*/tell/call*/turn*/contact*/alert* …"
                " media/press/newspaper*/reporter*/journalist*/news"
                "|tv/television news/station*/crew*|the media|to/with the press|social media"
                "|expose/exposed/exposing you"
                "|expose/exposing this|everyone/everybody will know|ruin/ruined/ruining you/your"
                "|your family/wife/husband/children/kids/son/daughter/parents|go/going public|viral"
                "|your reputation|name and shame|your customers/neighbors/neighbours will"
            ),
            "es": _lines(
                "ir/iremos/vamos/acudir*/hablar*/llamar*/contar*/avisar* …"
                " prensa/periodico*/periodista*/noticiero*/noticias|a/con/ante los medios"
                "|en la television|en television|medios de comunicacion|redes sociales"
                "|todo el mundo sabra|todo el mundo lo sabra"
                "|todos sabran|todos lo sabran|arruinarle/arruinarlo/arruinarla"
                "|arruinaremos/arruinara/arruinaran|viral|su reputacion"
                "|piense/piensen/cuide/cuiden … su/sus familia/hijos/hijas/esposa/esposo"
            ),
        },
    ),
    WordList(
        BLOCK,
        "harm",
        gettext_lazy("The letter must not threaten. Take out: %(words)s."),
        {
            "en": _lines(
                "or else|we know where you live/work|you will regret|you'll regret"
                "|you will be sorry|you'll be sorry|watch your back|hurt you|harm you|make you pay"
                "|you will pay for this|you'll pay for this|we will find you|we'll find you"
                "|may/might/could happen to you"
            ),
            "es": _lines(
                "o ya vera|o ya veran|o si no|sabemos donde vive/viven/trabaja|se va a arrepentir"
                "|se arrepentira|lo lamentara|hacerle dano|las va a pagar|lo vamos a encontrar"
                "|puede/podria pasarle algo|atengase a las consecuencias"
            ),
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
            "en": _lines(
                "our/my lawyer*/attorney*|law firm|law office*|legal department|attorney* at law"
                "|court order*|by order of|summons|subpoena*|cease and desist"
                "|notice of legal action|notice of claim|legal notice|plaintiff*|defendant*"
                "|on behalf of the state/city/county/court/government"
            ),
            "es": _lines(
                "nuestro/nuestra/nuestros/nuestras/mi/mis abogado*/abogada*|bufete*"
                "|despacho juridico|departamento legal|orden judicial|citacion judicial"
                "|notificacion judicial|emplazamiento*|aviso legal|por orden de"
                "|en nombre del estado/gobierno/ayuntamiento/tribunal"
            ),
        },
    ),
    WordList(
        BLOCK,
        "private",
        gettext_lazy("Health and status are nobody's business. Take out: %(words)s."),
        {
            "en": _lines(
                "undocumented|illegal alien*/immigrant*/worker*|green card*|work permit*|pregnan*"
                "|is/was/am disabled|disability/disabilities|HIV|AIDS|cancer"
            ),
            "es": _lines(
                "indocumentad*|sin papeles|inmigrante*/persona*/trabajador*/trabajadora* ilegal*"
                "|un/una/unos/los/las ilegal/ilegales|permiso* de trabajo|embaraz*|discapacit*"
                "|discapacidad*|VIH|SIDA|cancer"
            ),
        },
    ),
    WordList(
        WARN,
        "health",
        gettext_lazy("Is this about somebody's health? Only what they want told: %(words)s."),
        {
            "en": _lines(
                "diagnos*|surgery|medication*|therapy|depression|anxiety|miscarriage*|hospitali*"
                "|mental health"
            ),
            "es": _lines(
                "diagnostic*|cirugia*|medicamento*|terapia*|depresion|ansiedad|hospitaliz*"
                "|salud mental"
            ),
        },
        unless={"es": _lines("hospitalidad")},
    ),
    WordList(
        WARN,
        "family",
        gettext_lazy("If this is the family of whoever gets the letter, take it out: %(words)s."),
        # "Su familia" is the worker's own as often as theirs.
        {"es": _lines("su familia|su esposa|su esposo|sus hijos|sus hijas|su hijo|su hija")},
    ),
    WordList(
        WARN,
        "names_called",
        gettext_lazy("State facts instead of calling them names: %(words)s."),
        {
            "en": _lines(
                "thief/thieves|crook*|liar*|racist*|scum|greedy|slumlord*|exploiter*"
                "|cheat/cheats/cheater*|bastard*|parasite*|scammer*|con man|con artist*|abuser*"
            ),
            "es": _lines(
                "ladron*|ratero*/ratera*|mentiros*|racista*|codicios*|explotador*|trampos*"
                "|parasito*/parasita*|sinverguenza*|abusador*"
            ),
        },
    ),
    WordList(
        WARN,
        "announced",
        gettext_lazy("A safe letter does not say what comes next. Look at: %(words)s."),
        {
            "en": _lines(
                "boycott*|picket*|protest*|leaflet*|demonstration*|sue you|lawsuit*"
                "|take you to court|small claims"
            ),
            "es": _lines(
                "boicot*|piquete*|protesta*|volanteo*|manifestacion*|demandarle/demandarlo"
                "|ante el juez|un juicio"
            ),
        },
    ),
    WordList(
        WARN,
        "offices",
        gettext_lazy(
            "Nobody may read this as a threat to go to an office. Look at it again: %(words)s."
        ),
        {
            "en": _lines(
                "department of labor/labour|labor/labour board|labor/labour commissioner"
                "|L&I|housing authority|code enforcement|inspector*|fire marshal*"
            ),
            "es": _lines(
                "departamento/secretaria/inspeccion de trabajo|departamento del trabajo|inspector*"
            ),
        },
    ),
    WordList(
        WARN,
        "law_cited",
        gettext_lazy(
            "The letter cites a law: %(words)s. Say who checked it, and when, or leave it out."
        ),
        {
            "en": _lines(
                "statute*|RCW|WAC|SMC|USC|U.S.C|FLSA|labor/labour code|civil code|by law|the law"
                "|fair labor standards act|landlord-tenant act|ordinance*|unlawful*"
                "|illegal/illegally"
            ),
            "es": _lines(
                "estatuto*|codigo civil/laboral|codigo de trabajo|por ley|la ley|las leyes"
                "|ordenanza*|ilegal*"
            ),
        },
        patterns=r"§ ?\d+|articulos? \d+",
    ),
    WordList(
        WARN,
        "hedged",
        gettext_lazy("Say it plainly, one way or the other: %(words)s."),
        {},
        patterns=r"and/or|y/o|\w+\((?:s|es|a|as|o|os)\)",
    ),
)


# What each list is about, above its words on the page of the lists.
_ABOUT = {
    "authorities": gettext_lazy("Police, tax, immigration, licences, in a demand for money"),
    "exposure": gettext_lazy("Publicity and families"),
    "harm": gettext_lazy("Threats"),
    "pretence": gettext_lazy("Sounding like a lawyer, a court or an office"),
    "private": gettext_lazy("Health and status"),
    "health": gettext_lazy("Health"),
    "family": gettext_lazy("Families, where it may be the worker's own"),
    "names_called": gettext_lazy("Calling them names"),
    "announced": gettext_lazy("Saying what comes next"),
    "offices": gettext_lazy("Offices and inspectors"),
    "law_cited": gettext_lazy("Laws that nobody checked"),
    "hedged": gettext_lazy("Words that leave it open"),
}


def shown_in(language: str) -> list[tuple[bool, Any, list[str], list[str]]]:
    """Return (stops, about, words, exceptions) of each list, as people read them."""
    return [
        (
            words.level == BLOCK,
            _ABOUT[words.code],
            [shown(line) for line in words.words.get(language, ())],
            [shown(line) for line in words.unless.get(language, ())],
        )
        for words in LISTS
        if words.words.get(language)
    ]


def shown(line: str) -> str:
    return line.replace("=", "").replace("*", "…").replace("/", " / ")
