"""The ladder: where a case stands, as steps that are done, now, or next."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseState

S = CaseState

# Each step with the states in which a case stands on it.
STEPS = (
    (_("Intake"), (S.NEW, S.CONTACTING)),
    (_("Meeting"), (S.MEETING,)),
    (_("Vote"), (S.PROPOSED, S.QUEUED)),
    (_("Letter"), (S.PREPARING,)),
    (_("Delivery"), (S.DELIVERY_SET,)),
    (_("Clock running"), (S.CLOCK_RUNNING,)),
    (_("Escalation"), (S.ESCALATING,)),
    (_("Paid"), (S.AGREED, S.WON, S.SETTLED)),
)

DONE, NOW, NEXT = "done", "now", "next"


@dataclass(frozen=True)
class Step:
    label: str
    state: str
    note: str = ""


def steps(
    case: Case, *, notes: dict[str, str] | None = None, last_state: str = S.NEW
) -> list[Step]:
    """Return the ladder of `case`.

    `notes` maps a case state to a short text (a date, who) for the step it belongs to. A step that
    lies ahead again, because the case went back, has none. What is only agreed is not called paid
    yet. A case that ended without being paid
    stands on the step of `last_state`, the state it ended from; one more step says how it ended.
    """
    notes = notes or {}
    standing = case.held_state if case.state == S.ON_HOLD else case.state
    ended = case.state in CaseState.CLOSED and case.state not in (S.WON, S.SETTLED)
    here = _index(last_state if ended else standing)
    ladder = []
    for position, (label, states) in enumerate(STEPS):
        if ended and position > here:
            break
        done = position < here or ended or case.state in (S.WON, S.SETTLED)
        state = DONE if done else NOW if position == here else NEXT
        note = "" if state == NEXT else _note(notes, states, standing)
        if S.AGREED in states and standing == S.AGREED:
            label = CaseState(S.AGREED).label
        ladder.append(Step(str(label), state, note))
    if ended:
        ladder.append(Step(str(CaseState(case.state).label), NOW, notes.get(case.state, "")))
    return ladder


def _note(notes: dict[str, str], states: tuple[str, ...], standing: str) -> str:
    """Return the note of a step: that of the state the case stands at comes first."""
    order = (standing, *reversed(states)) if standing in states else reversed(states)
    return next((notes[state] for state in order if state in notes), "")


def _index(state: str) -> int:
    return next((i for i, (_label, states) in enumerate(STEPS) if state in states), 0)
