"""The first and the last thing that happens to the record of a target."""

from campaigns.models import Case, Target, TargetEntry, TargetLink, User
from campaigns.models.targets import keys_of, note, store_keys, write_keys


def write_down(target: Target, *, by: User) -> Target:
    """Store a new target with its keys and the first line of its history. In a transaction."""
    target.save()
    write_keys(target)
    note(target, TargetEntry.Event.CREATED, by=by, name=target.name)
    return target


def write_down_told(target: Target, *, country: str) -> Target:
    """Store what a stranger told us, with as few queries as can be. In the transaction of intake.

    Its history begins with what we do with it; that it was told stands in the log of the case.
    """
    target.save()
    store_keys(target, keys_of(target, country=country, aliases=[]))
    return target


def erase_with(target_id: int | None) -> None:
    """Delete a target and all that is linked with it, unless a case is against one of them.

    Call it in the transaction that deletes its last case. What no fight needs is not kept.
    """
    if target_id is None:
        return
    found, ends = set(), {target_id}
    while ends:
        found |= ends
        links = TargetLink.objects.of(*ends).values_list("from_target", "to_target")
        near = {pk for pair in links for pk in pair}
        near |= {*Target.objects.filter(merged_into__in=ends).values_list("pk", flat=True)}
        ends = near - found
    if not Case.objects.filter(target__in=found).exists():
        Target.objects.filter(pk__in=found).delete()
