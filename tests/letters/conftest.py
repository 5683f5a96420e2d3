"""The case most tests of letters are about: voted, demanded, and with nothing written yet."""

import pytest

from campaigns.models import Case, CaseState, User
from tests.factories import make_case, make_demand, make_group, make_line, make_target, make_user


@pytest.fixture
def case(db: None) -> Case:
    make_group()
    team = [make_user("Ana"), make_user("Ben")]
    case = make_case(state=CaseState.PREPARING, team=team, target=make_target())
    make_line(case)
    make_demand(case)
    return case


@pytest.fixture
def ana(case: Case) -> User:
    return case.team.get(name="Ana")


@pytest.fixture
def ben(case: Case) -> User:
    return case.team.get(name="Ben")
