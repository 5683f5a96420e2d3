"""What came of a call, in one tap. What somebody says on the phone is their sign-up."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.models import User
from escalation import calling, phone_tree, turnout
from escalation.calling import CallRefused
from escalation.models import Call, SignUp, TreeEntry

Outcome = Call.Outcome


def note(
    call: Call,
    *,
    by: User,
    outcome: str,
    seen_tries: int,
    country: str,
    now: dt.datetime,
    needs: str = "",
) -> None:
    """Note what came of a call. The same tap twice counts once, and a later one puts it right.

    `seen_tries` is how many tries the page showed: a try that is counted already counts no more.
    """
    with transaction.atomic():
        row = _mine(call, by=by, now=now)
        if outcome == Outcome.NO_ANSWER:
            if row.tries != seen_tries or row.tries >= Call.MOST_TRIES:
                return
            _undo(row, by=by, country=country, now=now)
            row.tries += 1
        elif outcome == row.outcome:
            return
        else:
            if not {outcome, row.outcome} <= {*Outcome.answers()}:
                _undo(row, by=by, country=country, now=now)
            _do(row, outcome, by=by, needs=needs, country=country, now=now)
        row.outcome, row.last_at = outcome, now
        row.save(update_fields=["outcome", "last_at", "tries", "answer_before"])


def take_back(call: Call, *, by: User, seen_tries: int, country: str, now: dt.datetime) -> None:
    """Undo what was noted, so that the call stands open again. Twice is as good as once."""
    with transaction.atomic():
        row = _mine(call, by=by, now=now)
        if row.tries != seen_tries:
            return
        if row.outcome == Outcome.NO_ANSWER:
            row.tries -= 1
        _undo(row, by=by, country=country, now=now)
        row.outcome = Outcome.NO_ANSWER if row.tries else ""
        row.save(update_fields=["outcome", "tries", "answer_before"])


def _mine(call: Call, *, by: User, now: dt.datetime) -> Call:
    """Lock the call, or say that it is nobody's or somebody else's now."""
    calling.lock(call.action, now=now)
    row = Call.objects.of(by).with_people().select_related("action")
    found = row.select_for_update(of=("self",)).filter(pk=call.pk).first()
    if found is None:
        raise CallRefused(
            _("This name is not on your list any more. Nothing was noted. Tell the lead.")
        )
    return found


def _do(row: Call, outcome: str, *, by: User, needs: str, country: str, now: dt.datetime) -> None:
    if outcome in Outcome.answers():
        _answer(row, outcome, needs=needs, country=country, now=now)
        TreeEntry.objects.filter(person=row.person_id).update(caller=by)
    elif outcome == Outcome.WRONG_NUMBER:
        TreeEntry.objects.filter(person=row.person_id).update(is_wrong_number=True)
    elif outcome == Outcome.NOT_KIND and row.entry:
        kinds = sorted({*row.entry.not_kinds, row.action.tactic})
        TreeEntry.objects.filter(pk=row.entry.pk).update(not_kinds=kinds)
    elif outcome == Outcome.NEVER:
        phone_tree.opt_out(row.person or row.sign_up, by=by, country=country, now=now)


def _undo(row: Call, *, by: User, country: str, now: dt.datetime) -> None:
    """Take back what the last tap did beside the call itself."""
    if row.outcome in Outcome.answers():
        _take_answer_back(row, now=now)
    elif row.outcome == Outcome.WRONG_NUMBER:
        TreeEntry.objects.filter(person=row.person_id).update(is_wrong_number=False)
    elif row.outcome == Outcome.NOT_KIND and row.entry:
        kinds = [kind for kind in row.entry.not_kinds if kind != row.action.tactic]
        TreeEntry.objects.filter(pk=row.entry.pk).update(not_kinds=kinds)
        row.entry.not_kinds = kinds
    elif row.outcome == Outcome.NEVER:
        known = row.person or row.sign_up
        wishes = phone_tree.wishes_of(known, country=country).filter(by=by, at=row.last_at)
        phone_tree.end_wishes(wishes, by=by, why=_("Tapped by mistake."), now=now)


# Answers


def sign_up_of(row: Call) -> SignUp | None:
    """Return what they are on the list with, whichever way they came on it."""
    known, same = row.person or row.sign_up, Q(contact_key=row.contact_key)
    if row.person:
        same |= Q(person=row.person)
    if row.account:
        same |= Q(user=row.account)
    if known.email:
        same |= Q(email__iexact=known.email)
    return SignUp.objects.filter(same, action=row.action_id).order_by("pk").first()


def _answer(row: Call, answer: str, *, needs: str, country: str, now: dt.datetime) -> None:
    known = sign_up_of(row)
    if row.outcome not in Outcome.answers():
        row.answer_before = known.answer if known else ""
    try:
        if known is None:
            _sign_up(row, answer, needs=needs, country=country, now=now)
        else:
            _say_instead(known, answer, by=row.account, needs=needs, now=now)
    except turnout.SignUpRefused as refused:
        raise CallRefused(str(refused)) from None
    if row.person and (mine := sign_up_of(row)):
        SignUp.objects.filter(pk=mine.pk, person=None).update(person=row.person)


def _sign_up(row: Call, answer: str, *, needs: str, country: str, now: dt.datetime) -> None:
    """Sign them up as they would have done it themselves, so that nobody is there twice."""
    known, account = row.person or row.sign_up, row.account
    reached = {} if account else {"phone": known.phone, "email": known.email}
    try:
        turnout.sign_up(
            row.action,
            by=account,
            answer=answer,
            needs=needs,
            name=row.name[:80],
            country=country,
            language=row.language,
            now=now,
            **reached,
        )
    except turnout.AlreadySignedUp:  # they did so in this very moment
        if (beside := sign_up_of(row)) is None:
            raise
        _say_instead(beside, answer, by=account, needs=needs, now=now)


def _say_instead(
    known: SignUp, answer: str, *, by: User | None, needs: str, now: dt.datetime
) -> None:
    # Who waits for a full role keeps their place on its list, and what they hold meanwhile.
    role = (known.waits_for or known.role) if answer == SignUp.Answer.YES else None
    said = {"answer": answer, "role": role, "needs": needs or known.needs, "offers": known.offers}
    turnout.change_answer(known, by=by, now=now, **said)


def _take_answer_back(row: Call, *, now: dt.datetime) -> None:
    """Put back what they had said before the call, unless they have said something else since."""
    known, before = sign_up_of(row), row.answer_before
    row.answer_before = ""
    if known is None or known.answer != row.outcome:
        return
    try:
        if not before:
            turnout.cancel_sign_up(known, by=row.account, now=now)
            return
        if before != known.answer:
            _say_instead(known, before, by=row.account, needs="", now=now)
        SignUp.objects.filter(pk=known.pk).update(confirmed_at=None)
    except turnout.SignUpRefused as refused:
        raise CallRefused(str(refused)) from None
