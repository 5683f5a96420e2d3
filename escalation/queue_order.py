"""The order of the queue: places 1 to n without a gap, whoever comes, leaves or pauses."""

from campaigns.models import Case, Group


def hold() -> None:
    """Let nobody else come, leave or change places until this transaction ends.

    Taken before the lock of any case, by every verb, so that two never wait for each other.
    """
    Group.objects.select_for_update().filter(pk=1).first()


def hold_for(case: Case) -> None:
    """Hold the queue if `case` stands in it."""
    if Case.objects.in_queue().filter(pk=case.pk).exists():
        hold()


def last_place() -> int:
    return Case.objects.in_queue().count()


def renumber(*, back: Case | None = None) -> None:
    """Close gaps. Where two claim one place, `back`, a case that comes back to its own, is first.

    Call it while the queue is held.
    """
    waiting = list(Case.objects.in_queue().values_list("pk", "queue_position"))
    if back is not None:
        last = len(waiting) + 1
        waiting.sort(key=lambda row: (row[1] or last, row[0] != back.pk))
    for place, (pk, had) in enumerate(waiting, start=1):
        if had != place:
            Case.objects.filter(pk=pk).update(queue_position=place)
