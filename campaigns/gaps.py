"""What a stranger could not tell us at intake, and we still do not know."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseParty, ClaimLine, Sheet

# The names are those of campaigns.intake.GAPS.
LABELS = {
    "name": _("what to call them"),
    "who": _("who owes it"),
    "amount": _("how much it is"),
    "job": _("what work it was"),
    "rate": _("what pay was agreed"),
    "when": _("when it was"),
    "place": _("which home it was"),
    "deposit": _("how much deposit was paid"),
    "returned": _("how much came back"),
    "still_there": _("whether they are still there"),
    "wish": _("what they want"),
}

_WITH_A_RATE = {ClaimLine.Kind.WORK, ClaimLine.Kind.WEEK, ClaimLine.Kind.MINIMUM}


def open_gaps(case: Case, *, parties: Sequence[CaseParty], lines: Sequence[ClaimLine]) -> list[str]:
    """Return in words what was left open at intake and nobody has filled in since."""
    sheet, kinds = case.sheet, {line.kind for line in lines}
    known = {
        "name": any(party.person.name for party in parties),
        "who": case.target is not None,
        "amount": bool(lines),
        "job": bool(sheet.agreement),
        "rate": bool(kinds & _WITH_A_RATE) or bool(sheet.agreement),
        "when": bool(sheet.started_on or sheet.ended_on),
        "place": bool(sheet.place),
        "deposit": ClaimLine.Kind.DEPOSIT in kinds,
        "returned": ClaimLine.Kind.RETURNED in kinds,
        "still_there": sheet.still_there in (Sheet.StillThere.YES, Sheet.StillThere.NO),
        "wish": bool(sheet.wish),
    }
    return [str(LABELS[gap]) for gap in sheet.gaps if gap in LABELS and not known[gap]]
