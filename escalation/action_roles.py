"""Which roles an action of each kind usually has. A proposal to change, no rule.

Two people speak to the police wherever we stand in public, so that neither is alone with it.
"""

from escalation.models import ActionRole, Tactic

R = ActionRole.Kind

_IN_THE_STREET = {R.POLICE: 2, R.CALM: 2, R.CHANTS: 1, R.LEAFLETS: 4, R.DOCUMENTS: 1, R.GREETER: 1}
_QUIET = {R.POLICE: 2, R.CALM: 2, R.DOCUMENTS: 1, R.GREETER: 1}
_AT_DOORS = {R.POLICE: 2, R.LEAFLETS: 4, R.GREETER: 1}
_IN_A_ROOM = {R.AFFECTED: 1, R.SECOND: 1, R.DOCUMENTS: 1, R.INTERPRETER: 1}

# A kind that is not here takes no roles: it happens at a desk.
USUAL: dict[str, dict[str, int]] = {
    Tactic.DELIVERY: {
        R.AFFECTED: 1,
        R.SECOND: 1,
        R.POLICE: 2,
        R.CALM: 1,
        R.DOCUMENTS: 1,
        R.GREETER: 1,
    },
    Tactic.POSTERS: {R.POLICE: 2},
    Tactic.LEAFLETS: _AT_DOORS,
    Tactic.PICKET: _IN_THE_STREET,
    Tactic.WEEKLY_PICKET: _IN_THE_STREET,
    Tactic.SECOND_SITE: _IN_THE_STREET | {R.DRIVER: 1, R.SIGNS: 1},
    Tactic.NEIGHBOURS: _AT_DOORS | {R.INTERPRETER: 1},
    Tactic.VIGIL: _QUIET | {R.OBSERVER: 1},
    Tactic.SOCIAL_CIRCLE: _AT_DOORS,
    Tactic.CLIENT_SITE: _IN_THE_STREET,
    Tactic.PUBLIC_BODIES: _IN_A_ROOM,
    Tactic.THEATRE: {R.POLICE: 2, R.DOCUMENTS: 1, R.SIGNS: 1, R.GREETER: 1},
    Tactic.MEDIA: {R.SPEAKER: 1, R.INTERPRETER: 1},
    Tactic.STRIKE: _IN_THE_STREET,
    Tactic.RALLY: {
        R.POLICE: 2,
        R.CALM: 4,
        R.CHANTS: 2,
        R.LEAFLETS: 4,
        R.DOCUMENTS: 2,
        R.OBSERVER: 2,
        R.GREETER: 2,
        R.INTERPRETER: 1,
        R.SIGNS: 1,
        R.CHILDCARE: 1,
        R.FIRST_AID: 1,
    },
    Tactic.MEETING: _IN_A_ROOM,
    Tactic.VISIT: _QUIET | {R.OBSERVER: 1},
}


def usual(tactic: str) -> dict[str, int]:
    """Return how many people each role usually takes, by its kind."""
    return USUAL.get(tactic, {})
