"""Sub-pages of the status page: an offer and one's answer to it, one's own money, one's yes to the
steps ahead, and one's no to publicity.

They are apart from the status page because that one shows no sum and no name: others may look on.
"""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.access import CODE, fetch, policy
from campaigns.models import CaseParty
from escalation import (
    ledger_rows,
    offers,
    people_in_fight,
    publicity,
    step_voices,
    step_words,
    voices,
)
from escalation.models import CaseLifecycle, Offer, Tactic
from escalation.moves import MoveRefused
from escalation.status_forms import VoiceForm
from escalation.views.status import with_party


@policy(CODE)
@require_safe
@with_party
def status_money(request: HttpRequest, party: CaseParty) -> HttpResponse:
    case = fetch(CaseLifecycle.objects.with_facts(), pk=party.case_id)
    sums = people_in_fight.sums_of(party, case)
    currency = request.network.currency
    context = {
        "case": case,
        "sums": sums,
        "lines": ledger_rows.of_person(sums.party, currency) if sums and sums.party else [],
        "party": party,
        "several": case.affected > 1,
    }
    return render(request, "escalation/status_money.html", context)


@policy(CODE)
@require_http_methods(["GET", "HEAD", "POST"])
@with_party
def status_offer(request: HttpRequest, party: CaseParty, pk: int) -> HttpResponse:
    """Show an offer, and take what the person says to it, or says for whom they act."""
    offer = fetch(Offer.objects.filter(case=party.case), pk=pk)
    speaker = party.speaks_for().select_related("person").first()
    voice = speaker and offer.voices.filter(party=speaker).first()
    first = {"says": voice.says, "note": voice.note} if voice else {}
    form = VoiceForm(request.POST or None, initial=first)
    refused: list[str] = []
    today = timezone.localdate()
    if request.method == "POST" and speaker and form.is_valid():
        try:
            offers.say(offer, party=speaker, spoken_by=party, **form.cleaned_data)
        except MoveRefused as error:
            refused = error.reasons
        else:
            notices.success(request, _("We have your answer. You can change it until we decide."))
            return redirect("status_case")
    context = {
        "case": party.case,
        "offer": offer,
        "clauses": [*voices.clauses(offer)],
        "is_open": offer.is_open and party.case.is_accepted and not offer.ran_out(today),
        "is_past": offer.ran_out(today),
        "speaker": speaker,
        "acts_for": party.acts_for,
        "several": party.case.parties.affected().count() > 1,
        "form": form,
        "refused": refused,
    }
    return render(request, "escalation/status_offer.html", context, status=409 if refused else 200)


@policy(CODE)
@require_http_methods(["GET", "HEAD", "POST"])
@with_party
def status_publicity(request: HttpRequest, party: CaseParty) -> HttpResponse:
    """Take the no to publicity of the person, or of whom they act for. One no is enough."""
    speaker = party.speaks_for().select_related("person").first()
    if request.method == "POST" and speaker:
        publicity.stop(party.case, party=speaker, spoken_by=party, by=None)
        notices.success(request, _("Noted. Nothing of it is public any more."))
        return redirect("status_case")
    context = {"case": party.case, "speaker": speaker, "acts_for": party.acts_for}
    return render(request, "escalation/status_publicity.html", context)


@policy(CODE)
@require_http_methods(["GET", "HEAD", "POST"])
@with_party
def status_plan(request: HttpRequest, party: CaseParty) -> HttpResponse:
    """Show the steps ahead in plain words, and take a yes or a no to each kind of them."""
    now = timezone.now()
    speaker = party.speaks_for().select_related("person").first()
    refused: list[str] = []
    if request.method == "POST" and speaker:
        tactic, says = request.POST.get("tactic", ""), request.POST.get("says")
        if tactic in Tactic.values and says in ("yes", "no"):
            said = {"tactic": tactic, "agreed": says == "yes", "now": now}
            try:
                step_voices.say(party.case, party=speaker, **said)
            except MoveRefused as error:
                refused = error.reasons
            else:
                notices.success(request, _("We have your answer. You can change it at any time."))
                return redirect("status_plan")
        else:
            refused = [_("Choose yes or no beside the step you mean.")]
    context = {
        "case": party.case,
        "steps": step_words.for_person(party, now=now),
        "speaker": speaker,
        "acts_for": party.acts_for,
        "refused": refused,
    }
    return render(request, "escalation/status_plan.html", context, status=409 if refused else 200)
