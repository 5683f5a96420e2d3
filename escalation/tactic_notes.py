"""What each tactic takes, and the line it must not cross. Read before a plan is voted.

Rules about posters, leaflets, noise, pickets at homes and calls differ from town to town; the
texts say what holds everywhere and when to ask; what holds in its town the group writes itself
(escalation.tactic_library).
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from escalation.models.plans import Tactic

MONEY, STANDING, NAME, WORK = _("money"), _("people they know"), _("good name"), _("daily work")
LITTLE, SOME, MUCH = _("Little work"), _("Some work"), _("Much work")


@dataclass(frozen=True)
class TacticNote:
    """`least` and `usual` people, how much work, what kind of pressure, and the line."""

    least: int
    usual: str
    effort: Any
    pressure: tuple[Any, ...]
    line: Any

    @property
    def pressure_in_words(self) -> str:
        return ", ".join(map(str, self.pressure))


NOTES: dict[str, TacticNote] = {
    Tactic.DELIVERY: TacticNote(
        8,
        "20–40",
        SOME,
        (STANDING,),
        _("Leave when told. Do not block anybody. Hand the letter over and do not argue."),
    ),
    Tactic.POSTERS: TacticNote(
        2,
        "4",
        LITTLE,
        (MONEY, NAME),
        _(
            "Only what is true and can be shown. Know the poster rules of the town and print the "
            "date. Go in pairs, and take them down when the fight ends."
        ),
    ),
    Tactic.LEAFLETS: TacticNote(
        2,
        "4–8",
        SOME,
        (MONEY, NAME),
        _("Stay on the pavement and keep the door free. Only what is true."),
    ),
    Tactic.PICKET: TacticNote(
        6,
        "10–40",
        SOME,
        (MONEY, NAME),
        _("Keep moving, on public ground. Block nobody, touch nobody, insult nobody."),
    ),
    Tactic.WEEKLY_PICKET: TacticNote(
        6,
        "10",
        MUCH,
        (MONEY,),
        _("The same rules each week. Stop before the group is worn out."),
    ),
    Tactic.SECOND_SITE: TacticNote(
        15,
        "15–40",
        MUCH,
        (MONEY,),
        _("Make sure the other place belongs to the same owner. The rules of a picket hold."),
    ),
    Tactic.NEIGHBOURS: TacticNote(
        2,
        "4–10",
        SOME,
        (STANDING,),
        _("Ask kindly and go when somebody says no. Some towns forbid pickets near homes."),
    ),
    Tactic.VIGIL: TacticNote(
        8,
        "15–25",
        SOME,
        (STANDING,),
        _(
            "Quiet, on the public pavement, by day, for a short time. Many towns forbid it in "
            "front of one home: ask first. Never when children are about, never at night."
        ),
    ),
    Tactic.SOCIAL_CIRCLE: TacticNote(
        2,
        "4–8",
        SOME,
        (STANDING, NAME),
        _("Not inside a church or a club without leave. Be friendly to people passing by."),
    ),
    Tactic.CLIENTS: TacticNote(
        1,
        "1–2",
        LITTLE,
        (MONEY,),
        _("Write facts only, with the papers at hand. Ask for nothing but to use their voice."),
    ),
    Tactic.CLIENT_SITE: TacticNote(
        8,
        "12",
        SOME,
        (MONEY, STANDING),
        _("The client may owe nothing: ask, do not accuse. Mind the rules about noise."),
    ),
    Tactic.PUBLIC_BODIES: TacticNote(
        2,
        "5",
        SOME,
        (NAME, MONEY),
        _("Speak about what happened. Never tie what you say there to being paid."),
    ),
    Tactic.PHONE_DAY: TacticNote(
        10,
        "10–30",
        LITTLE,
        (WORK, STANDING),
        _("A business number, in business hours, once per person, polite. No private numbers."),
    ),
    Tactic.REVIEWS: TacticNote(
        1,
        "1–5",
        LITTLE,
        (MONEY, NAME),
        _("Only people it happened to, in their own words. No invented reviews."),
    ),
    Tactic.STORY_SITE: TacticNote(
        2,
        "2",
        SOME,
        (NAME,),
        _("Each story with its teller's yes and with proof. Be able to take it down in an hour."),
    ),
    Tactic.PLEDGE: TacticNote(
        2,
        "2",
        LITTLE,
        (MONEY,),
        _("Keep no more about the people who sign than you need."),
    ),
    Tactic.THEATRE: TacticNote(
        4,
        "8",
        SOME,
        (NAME,),
        _("Laugh at the deed, not at the person. Handing out food may need a permit."),
    ),
    Tactic.MEDIA: TacticNote(
        2,
        "2",
        SOME,
        (NAME,),
        _("Only after a vote, and only with the yes of the person whose story it is."),
    ),
    Tactic.RALLY: TacticNote(
        30,
        "30–100",
        MUCH,
        (NAME,),
        _("Ask whether the town wants a permit. Have people who keep things calm."),
    ),
    Tactic.MEETING: TacticNote(
        3,
        "3–6",
        SOME,
        (STANDING,),
        _("Nothing is agreed in the room. The people affected and the group decide after."),
    ),
    Tactic.VISIT: TacticNote(
        6,
        "10–20",
        SOME,
        (STANDING,),
        _(
            "To stand by somebody who was threatened. Only with their yes. Come in daylight, stay "
            "calm, leave when told, and stay off ground a notice names."
        ),
    ),
    Tactic.STRIKE: TacticNote(
        10,
        "10–30",
        MUCH,
        (MONEY, WORK),
        _(
            "Those on strike decide. They lose wages, and may lose more: ask somebody who knows "
            "labour law first. The rules of a picket hold."
        ),
    ),
    Tactic.FORMAL: TacticNote(
        1,
        "1–2",
        SOME,
        (MONEY, WORK),
        _(
            "An agency, a small claims court, a deposit scheme. Decided apart, and never brought "
            "up in a letter or a talk to get paid. Mind its time limits."
        ),
    ),
}
