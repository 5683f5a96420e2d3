"""The public page of a case: when it may be read by anybody, and when it goes.

Nothing is public before somebody publishes it, and what is public goes as soon as the decision,
the agreement or the end of the case no longer carries it: `follow()` runs with every move.
"""

import datetime as dt
import re
from collections.abc import Iterator

from django.db import models, transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, CaseState, Consent, Event, User
from campaigns.models.log import record
from campaigns.models.parties import CasePartyQuerySet
from escalation.models import (
    Agreement,
    CaseLifecycle,
    Decision,
    PublicPage,
    PublicPageCopy,
    guards,
)
from letters.privacy import name_pattern

FEWEST_FIGURES = 7  # a phone number; fewer may be a sum or a date


class PageRefused(Exception):
    """Nothing was written. `reasons` are whole sentences for the person who asked."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def write(case: Case, *, by: User, kind: str, title: str, text: str) -> PublicPage:
    """Write a draft, which nobody outside can read."""
    return PublicPage.objects.create(case=case, kind=kind, title=title, text=text, written_by=by)


def live() -> models.QuerySet[PublicPageCopy]:
    """Return what anybody may read now, word for word."""
    pages = PublicPage.objects.public()
    return PublicPageCopy.objects.filter(shown_until=None, page__in=pages).select_related("page")


def of_case(case: Case) -> models.QuerySet[PublicPage]:
    """Return the pages of a case, and of each since when it is public (`public_since`)."""
    shown = PublicPageCopy.objects.filter(page=OuterRef("pk"), shown_until=None)
    return case.public_pages.annotate(public_since=Subquery(shown.values("shown_from")))


def call_of(case: Case) -> PublicPage | None:
    """Return the page that tells what the fight is about, if anybody may read it now.

    What a person wanted to show may have changed since it was published, so it is asked again.
    """
    if why_not_public(case):
        return None
    calls = live().filter(page__case=case, page__kind=PublicPage.Kind.CALL).order_by("-pk")
    for copy in calls:
        if not private_facts(PublicPage(case=case, title=copy.title, text=copy.text)):
            return copy.page
    return None


# May it be public?


def why_not_public(case: Case) -> str:
    """Return why nothing about `case` may be made public, as a sentence, or an empty string."""
    named = {"case": case.reference}
    if reason := why_silent(case):
        return reason
    if case.publicity != Case.Publicity.YES:
        return (
            _(
                "%(case)s may not be made public yet. It takes a vote, and the yes of everyone "
                "affected."
            )
            % named
        )
    if newcomers(case).exists():
        return (
            _(
                "Somebody joined %(case)s after the vote on publicity. Vote again, with the yes of "
                "everyone affected."
            )
            % named
        )
    if _paper_since_vote(case):
        text = _("%(case)s: a new paper came in after the vote on publicity. Vote again first.")
        return text % named
    return ""


def _paper_since_vote(case: Case) -> bool:
    """Say whether a court or a lawyer wrote after the vote: that is another risk to decide on."""
    votes = case.decisions.valid().carried().filter(kind=Decision.Kind.PUBLICITY)
    papers = case.log.filter(event=Event.LEGAL_PAPER)
    voted_at = votes.filter(affected_agreed=True).order_by("-at").values("at")[:1]
    return papers.filter(at__gt=Coalesce(Subquery(voted_at), case.opened_at)).exists()


def why_silent(case: Case) -> str:
    """Return why nobody outside may hear of `case`, as a sentence, or an empty string.

    It holds for papers as for pages: an agreement promises silence, or the answer was no.
    """
    if silence_agreed(case):
        text = _("The agreement in %(case)s promises silence. Nothing of it is made public.")
    elif case.publicity == Case.Publicity.NO:
        text = _("%(case)s is not made public: that was decided, or somebody affected said so.")
    else:
        return ""
    return text % {"case": case.reference}


def silence_agreed(case: Case) -> bool:
    return Agreement.objects.in_force().filter(offer__case=case, silence=True).exists()


def newcomers(case: Case) -> CasePartyQuerySet:
    """Return the people affected whose own yes to publicity is not there, or was taken back."""
    yes = Consent.objects.filter(case=case, kind=Consent.Kind.PUBLICITY, ended_at=None)
    return case.parties.affected().exclude(person__in=yes.values("person"))


def why_not_published(page: PublicPage, *, now: dt.datetime) -> list[str]:
    """Return every reason why `page` cannot be published now, or nothing."""
    case = CaseLifecycle.objects.with_facts().get(pk=page.case_id)
    reasons = [why_not_public(case)]
    if page.kind == PublicPage.Kind.VICTORY:
        reasons += _not_won_yet(case, now)
    return [reason for reason in reasons if reason]


def _not_won_yet(case: CaseLifecycle, now: dt.datetime) -> Iterator[str]:
    """Money in the hand is no victory: a cheque may still come back."""
    if case.pending_payments:
        yield _("A payment has not cleared yet. Until it has, this page stays locked.")
    if case.state not in PublicPage.VICTORY_STATES:
        yield _("The fight is not won or settled yet. Until it is, this page stays locked.")
    if case.demanded and case.state != CaseState.SETTLED:
        yield guards.money_cleared(case, now)


# What stands in it


def private_facts(page: PublicPage) -> list[str]:
    """Return a sentence for each name, number and address in the text that nobody chose to show."""
    text = f"{page.title}\n{page.text}"
    figures = re.sub(r"[^\d\n]|\b\d{1,2}\b(?=[.,]\d)", "", text)
    parties = CaseParty.objects.filter(case=page.case_id).select_related("person")
    return [sentence for party in parties for sentence in _private_facts_of(party, text, figures)]


def _private_facts_of(party: CaseParty, text: str, figures: str) -> Iterator[str]:
    person = party.person
    chose_own = party.public_name == CaseParty.PublicName.OWN and party.left_at is None
    if person.name and not chose_own and name_pattern(person.name).search(text):
        yield _("%(name)s did not choose this name for the public. Take it out.") % {
            "name": person.name
        }
    number = re.sub(r"\D", "", person.phone)
    if len(number) >= FEWEST_FIGURES and number[-10:] in figures:
        yield _("The phone number of %(name)s stands in the text. Take it out.") % {"name": person}
    if person.email and person.email.lower() in text.lower():
        yield _("The e-mail address of %(name)s stands in the text. Take it out.") % {
            "name": person
        }


# Publishing and taking down


def publish(page: PublicPage, *, by: User, now: dt.datetime, names_looked_at: bool = False) -> None:
    """Make the draft public, word for word, and keep a copy. Publishing it twice changes nothing.

    With a private fact in the text, `names_looked_at` says that somebody checked each of them.
    """
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=page.case_id)
        draft = PublicPage.objects.select_related("case").get(pk=page.pk)
        if reasons := why_not_published(draft, now=now):
            raise PageRefused(reasons)
        if not names_looked_at and (found := private_facts(draft)):
            raise PageRefused(found)
        live = PublicPageCopy.objects.filter(page=draft, shown_until=None)
        if live.filter(title=draft.title, text=draft.text).exists():
            return
        live.update(shown_until=now, ended_by=by)
        PublicPageCopy.objects.create(
            page=draft, title=draft.title, text=draft.text, shown_from=now, by=by
        )
        record(draft.case, Event.PAGE_PUBLISHED, by=by, what=draft.title)


def take_down(page: PublicPage, *, by: User | None, now: dt.datetime) -> bool:
    """End the page in public. The copy stays. Return whether there was anything to take down."""
    with transaction.atomic():
        live = PublicPageCopy.objects.filter(page=page, shown_until=None)
        if not live.update(shown_until=now, ended_by=by):
            return False
        record(page.case, Event.PAGE_TAKEN_DOWN, by=by, what=page.title)
    return True


def follow(case: Case, *, by: User | None) -> None:
    """Take down what may not be public any more. An agreement of silence ends publicity, too.

    Call it in the transaction of whatever changed the case.
    """
    if silence_agreed(case):
        said = Case.objects.filter(pk=case.pk).exclude(publicity=Case.Publicity.NO)
        said.update(publicity=Case.Publicity.NO)
    live = PublicPageCopy.objects.filter(shown_until=None).values("page")
    shown = PublicPage.objects.filter(case=case, pk__in=live)
    now = timezone.now()
    for page in shown.exclude(pk__in=PublicPage.objects.public().values("pk")):
        take_down(page, by=by, now=now)
