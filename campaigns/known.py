"""Whether we know already whom somebody tells us about.

Names, phones, plates and addresses are compared in their normal forms, and a name is found inside
what was typed: "the Golden Fork on Pine, the boss is Dan". The person who tells us never sees it.
"""

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat, Length

from campaigns.models import Case, CaseState, Group, Target, TargetKey, User
from campaigns.models.targets import TargetQuerySet
from campaigns.target_keys import (
    addresses_in,
    folded,
    name_key,
    phone_keys,
    plate_key,
    plates_in,
)

MOST_SHOWN = 3
LEAST_INSIDE = 5  # letters of a name that is looked for inside of a text
MOST_TYPED = 2000


def known_targets(case: Case, user: User, *, country: str = "") -> list[Target]:
    """Return targets that may be the one of `case`, each with `cases_known` and `cases_open`.

    One query. Only what `user` may know of is looked at, and only cases whose target they may
    know are counted. `case` is read with its target and sheet.
    """
    country = country or Group.objects.get(pk=1).country
    found = Target.objects.visible_to(user).filter(_resembles(case, country))
    found = found.kept().exclude(pk=case.target_id)
    found = found.exclude(Exists(case.not_them.filter(target=OuterRef("pk"))))
    return list(with_cases(found, user, but=case).order_by("-cases_known", "pk")[:MOST_SHOWN])


def with_cases(targets: TargetQuerySet, user: User, *, but: Case | None = None) -> TargetQuerySet:
    """Annotate how many cases against each `user` may know of, and how many of them are open."""
    cases = Case.objects.target_known_to(user)
    if but:
        cases = cases.exclude(pk=but.pk)
    return targets.annotate(
        cases_known=_count(cases), cases_open=_count(cases.filter(state__in=CaseState.OPEN))
    )


def _count(cases: QuerySet[Case]) -> Coalesce:
    counted = cases.filter(target=OuterRef("pk")).order_by().values("target")
    number = Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return Coalesce(number, Value(0))


def _resembles(case: Case, country: str) -> Exists:
    target = case.target or Target()
    said = [target.name, target.legal_name, target.contact_name, target.phone, target.plate]
    said += [target.address, target.sites, case.sheet.who_typed, case.sheet.place]
    text = "\n".join(said)[:MOST_TYPED]
    kind = TargetKey.Kind
    names = {name_key(name) for name in said[:3]} - {""}
    inside = TargetKey.objects.annotate(
        said=Value(f" {folded(text)} ", output_field=CharField()),
        word=Concat(Value(" "), F("value"), Value(" "), output_field=CharField()),
        letters=Length("value"),
    ).filter(kind=kind.NAME, letters__gte=LEAST_INSIDE, said__contains=F("word"))
    plates = plates_in(text) | {plate_key(target.plate)} - {""}
    same = (
        Q(kind=kind.NAME, value__in=names)
        | Q(kind=kind.PHONE, value__in=phone_keys(text, country=country))
        | Q(kind=kind.PLATE, value__in=plates)
        | Q(kind=kind.ADDRESS, value__in=addresses_in(text))
        | Q(pk__in=inside.values("pk"))
    )
    if target.email:
        same |= Q(kind=kind.EMAIL, value=target.email.strip().lower())
    return Exists(TargetKey.objects.filter(same, target=OuterRef("pk")))
