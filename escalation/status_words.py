"""What an affected person reads about each state of their case: how it stands, and what comes next.

Short words for somebody who is worried. They name nobody and no sum: others may look on.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseState

S = CaseState


@dataclass(frozen=True)
class Words:
    now: str
    next: str


WORDS = {
    S.NEW: Words(
        _("We have what you sent."),
        _("Somebody from our network contacts you within two days. You need not do anything."),
    ),
    S.CONTACTING: Words(
        _("We are trying to reach you."),
        _("When we have talked, we agree on a day to meet. You choose the place with us."),
    ),
    S.MEETING: Words(
        _("We meet to hear your whole story."),
        _("Bring what you have: papers, pictures, messages. Nothing at all is fine too."),
    ),
    S.PROPOSED: Words(
        _("Your case comes up at our next meeting."),
        _("You are welcome there, and you vote too. After the vote we tell you how it went."),
    ),
    S.QUEUED: Words(
        _("We said yes. Your case waits its turn, because we are few."),
        _("We start when another fight ends. Before that we ask you whether you still want it."),
    ),
    S.PREPARING: Words(
        _("We said yes. We are writing the letter with you."),
        _("You read it first. Nothing goes out before you agree to every word."),
    ),
    S.DELIVERY_SET: Words(
        _("The letter is ready, and there is a day for handing it over."),
        _("We go together, as a group. You choose what you do there."),
    ),
    S.CLOCK_RUNNING: Words(
        _("They have the letter."),
        _("They have until the day below. If they call you or write to you, tell us first."),
    ),
    S.ESCALATING: Words(
        _("They did not do what the letter asks. We are putting on pressure, step by step."),
        _("Come when you can. If they call you or offer you something, tell us first."),
    ),
    S.AGREED: Words(
        _("There is an agreement."),
        _("Now they have to keep it. We count it as done when the money is really there."),
    ),
    S.ON_HOLD: Words(
        _("Your case is paused for now."),
        _("We look at it again soon. If something changes, write to us below."),
    ),
    S.WON: Words(
        _("It is won. They did all of what the letter asked."),
        _("Thank you for standing up. Come along when we stand up for others."),
    ),
    S.SETTLED: Words(
        _("It is settled: they paid a part, and you chose to end it there."),
        _("If they break their word, write to us below."),
    ),
    S.LOST: Words(
        _("We had to end this without a win. We are sorry."),
        _("If you learn something new, write to us below."),
    ),
    S.DROPPED: Words(
        _("This case has ended."),
        _("If you want to take it up again, write to us below."),
    ),
    S.REFERRED: Words(
        _("Others can do more about this than we can. We told you who."),
        _("If that does not work out, write to us below."),
    ),
    S.DECLINED: Words(
        _("We could not take this on. That does not mean that you are wrong."),
        _("If something changes, write to us below."),
    ),
    S.WITHDRAWN: Words(
        _("This case is closed. You did not want it, or we could not reach you."),
        _("If you want to go on, write to us below."),
    ),
    S.MERGED: Words(
        _("This case goes on together with another one."),
        _("Write to us below if you want to know more."),
    ),
}


def words_of(case: Case) -> Words:
    return WORDS[CaseState(case.state)]
