"""The roles of an action for those who run it: who has each, who waits, and whom to tell."""

from dataclasses import dataclass, field

from escalation.models import Action, ActionRole, SignUp


@dataclass
class RoleList:
    role: ActionRole
    holders: list[SignUp] = field(default_factory=list)
    waiting: list[SignUp] = field(default_factory=list)
    to_tell: list[SignUp] = field(default_factory=list)


def of(action: Action) -> list[RoleList]:
    """Return one for each role, in three queries. `to_tell` got a place and left no e-mail."""
    lists = {role.pk: RoleList(role) for role in action.roles.all()}
    for row in action.sign_ups.exclude(role=None).order_by("name", "pk"):
        lists[row.role_id].holders.append(row)
        if row.moved_up_at and not (row.email or row.user_id):
            lists[row.role_id].to_tell.append(row)
    for row in action.sign_ups.waiting():
        lists[row.waits_for_id].waiting.append(row)
    return list(lists.values())
