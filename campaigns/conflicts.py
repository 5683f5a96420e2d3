"""Whether somebody of ours is near the target: its owner, its manager, a relative of one of them.

It warns and does not stop: people of one name are often two people, and a cousin may be on our
side. What to do is talked about first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Concat, Replace
from django.utils.translation import gettext as _

from campaigns.contact_keys import email_key
from campaigns.models import Case, Person, Target, TargetKey, TargetLink, User
from campaigns.target_keys import name_key

K = TargetKey.Kind
R = TargetLink.Role
_ROW, _FIELD, _RELATIVE = "\x1e", "\x1f", ">"


@dataclass(frozen=True)
class Near:
    """Somebody near the target, what they are to it, and what they are known by."""

    name: str
    role: str
    keys: frozenset[tuple[str, str]]


class _Listed(Aggregate):
    """All values of a group in one text. Both databases can, under different names."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"GROUP_CONCAT(%(expressions)s, char({ord(_ROW)}))"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"STRING_AGG(%(expressions)s, chr({ord(_ROW)}))"
        return self.as_sql(compiler, connection, template=template, **context)


def facts_near() -> dict[str, Subquery]:
    """Annotate a case with who stands near its target, so that its page asks nothing more."""
    return {
        "near_direct": _listed("to_target", who="from_target"),
        "near_kin": _listed("from_target", who="to_target", role=R.RELATIVE),
        "near_kin_of": _listed(
            "to_target__links_out__to_target", who="from_target", via="to_target__links_out"
        ),
        "near_kin_with": _listed(
            "from_target__links_out__to_target", who="to_target", via="from_target__links_out"
        ),
    }


def _listed(at: str, *, who: str, via: str = "", role: str = "") -> Subquery:
    """List the people at the end `who` of links that reach the target of the outer case at `at`.

    With `via` they are relatives of whoever has that link.
    """
    wanted = {f"{via}__role__in": TargetLink.TOO_NEAR, f"{via}__struck_at": None} if via else {}
    wanted |= {"role": R.RELATIVE} if via or role else {"role__in": TargetLink.TOO_NEAR}
    links = TargetLink.objects.filter(
        struck_at=None, **{at: OuterRef("target"), f"{who}__kind": Target.Kind.PERSON}, **wanted
    )
    between, name = Value(_FIELD), F(f"{who}__name")
    for mark in (_ROW, _FIELD):  # a name pasted from elsewhere may hold one
        name = Replace(name, Value(mark), Value(" "))
    told = Concat(
        Value(_RELATIVE if via else ""),
        F(f"{via}__role") if via else F("role"),
        between,
        name,
        between,
        F(f"{who}__keys__kind"),
        between,
        F(f"{who}__keys__value"),
        output_field=TextField(),
    )
    return Subquery(links.order_by().values(at).annotate(told=_Listed(told)).values("told"))


def near_target(case: Case) -> list[Near]:
    """Return the people who make a conflict of interest in `case`, by name.

    No query for a case read with `facts_near()`, one for any other.
    """
    if not hasattr(case, "near_direct"):
        case = Case.objects.annotate(**facts_near()).get(pk=case.pk)
    keys: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for text in (case.near_direct, case.near_kin, case.near_kin_of, case.near_kin_with):
        for row in (text or "").split(_ROW):
            if row:
                role, name, kind, value = row.split(_FIELD)
                keys.setdefault((name, role), set()).add((kind, value))
    return [Near(name, _in_words(role), frozenset(found)) for (name, role), found in keys.items()]


def _in_words(role: str) -> str:
    label = R(role.removeprefix(_RELATIVE)).label
    if not role.startswith(_RELATIVE):
        return str(label)
    return _("relative of the %(role)s") % {"role": label}


def sentence_about(near: Iterable[Near], *, name: str, phone: str = "", email: str = "") -> str:
    """Return the warning about somebody of this name, phone key or e-mail, or nothing."""
    keys = {(K.NAME, name_key(name)), (K.PHONE, phone), (K.EMAIL, email_key(email))}
    keys = {(str(kind), value) for kind, value in keys if value}
    for person in near:
        if keys & person.keys:
            return _(
                "Somebody of this name is linked to the target (%(role)s). Talk about it first."
            ) % {"role": person.role}
    return ""


def about_person(near: Iterable[Near], person: Person) -> str:
    """Return the warning about somebody of a case, or nothing."""
    return sentence_about(near, name=person.name, phone=person.phone_key, email=person.email)


def among(users: Iterable[User], near: list[Near]) -> list[tuple[User, str]]:
    """Return who of `users` is near the target, with the warning."""
    said = [(user, sentence_about(near, name=user.name, email=user.email)) for user in users]
    return [(user, sentence) for user, sentence in said if sentence]
