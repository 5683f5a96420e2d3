"""The words we propose pass our own checks, in every language and for every kind of letter."""

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.models import Case, CaseState
from escalation import papers
from letters import checks, drafting, prefill
from letters.models import Letter
from tests.factories import (
    make_case,
    make_demand,
    make_group,
    make_line,
    make_offer,
    make_payment,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]
V = Letter.Variant
# What only people can add: whom to write to, and what this case does not know.
BY_HAND = {"no_facts", "no_recipient", "no_influence"}


def blocking(case: Case, words: dict[str, object]) -> list[tuple[str, str]]:
    letter = Letter(case=case, version=1, **words)
    found = checks.of_letter(letter, drafting.document_for(letter))
    words_found = [f for f in found if f.is_block or f.words]
    return [(f.code, f.sentence) for f in words_found if f.code not in BY_HAND]


@pytest.fixture
def case() -> Case:
    make_group()
    sheet = {"started_on": "2026-08-03", "ended_on": "2026-10-16"}
    state = CaseState.CLOCK_RUNNING
    case = make_case(state=state, team=[make_user("Ana")], target=make_target(), sheet=sheet)
    make_line(case)
    make_demand(case)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Case.Kind.values)
def test_first_words_of_a_demand_are_clean(case: Case, language: str, kind: str) -> None:
    case.kind = kind
    today = timezone.localdate()
    words = prefill.proposed(
        case, group=make_group(), language=language, delivery_on=today, today=today
    )
    assert blocking(case, words) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", [v for v in V if v not in (V.DEMAND, V.TOGETHER)])
def test_first_words_of_what_follows_are_clean(case: Case, language: str, variant: str) -> None:
    make_offer(case, "600", counter_amount="900")
    make_payment(case, "100", status="bounced")
    about = papers.matter(case, group=make_group(), today=timezone.localdate())
    words = papers.proposed(variant, about, language=language)
    assert blocking(case, words) == []
