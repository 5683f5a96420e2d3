"""What one target is to another, in words, read from either end."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.models import TargetLink
from campaigns.wording import date_in_words

R = TargetLink.Role
# What stands before the name of who plays the role for the target whose page it is.
BEHIND_IT = {
    R.OWNER: _l("Owner behind it"),
    R.MANAGER: _l("Manager"),
    R.REGISTERED_AGENT: _l("Registered agent"),
    R.LETTING_AGENT: _l("Letting agent"),
    R.FOREMAN: _l("Foreman"),
    R.CONTRACTOR: _l("General contractor"),
    R.CLIENT: _l("Client"),
    R.LENDER: _l("Lender"),
    R.FRANCHISOR: _l("Franchisor"),
    R.BRANCH: _l("Branch"),
    R.WORKS_AT: _l("Works there"),
    R.RELATIVE: _l("Relative"),
}
# What stands before the name of the one for whom the target of the page plays the role.
FOR_WHOM = {
    R.OWNER: _l("Owns"),
    R.MANAGER: _l("Runs"),
    R.REGISTERED_AGENT: _l("Registered agent of"),
    R.LETTING_AGENT: _l("Letting agent of"),
    R.FOREMAN: _l("Foreman of"),
    R.CONTRACTOR: _l("General contractor of"),
    R.CLIENT: _l("Client of"),
    R.LENDER: _l("Lends to"),
    R.FRANCHISOR: _l("Franchisor of"),
    R.BRANCH: _l("Branch of"),
    R.WORKS_AT: _l("Works at"),
    R.RELATIVE: _l("Relative of"),
}
# The same for what else somebody beside the target owns or runs.
ALSO = {R.OWNER: _l("Also owns"), R.MANAGER: _l("Also runs")}


def label(role: str, *, is_behind: bool, also: bool = False) -> str:
    """Return "Owner behind it" where the other one plays the role, "Owns" where the page's does."""
    words = BEHIND_IT[R(role)] if is_behind else FOR_WHOM[R(role)]
    return str(ALSO.get(R(role), words) if also and not is_behind else words)


def in_words(link: TargetLink) -> str:
    """Return "Dan Maple: Runs Maple 114 LLC (confirmed, state registry, 3 May 2026)"."""
    role = label(link.role, is_behind=False)
    known = [str(TargetLink.Confidence(link.confidence).label), link.source, dates(link)]
    known = ", ".join(part for part in known if part)
    return f"{link.from_target}: {role} {link.to_target} ({known})"


def dates(link: TargetLink) -> str:
    """Return since when and until when, as far as it is known."""
    days = {
        "start": date_in_words(link.from_date, short=True) if link.from_date else "",
        "end": date_in_words(link.until_date, short=True) if link.until_date else "",
    }
    if link.from_date and link.until_date:
        return _("%(start)s to %(end)s") % days
    if link.from_date:
        return _("since %(start)s") % days
    return _("until %(end)s") % days if link.until_date else ""
