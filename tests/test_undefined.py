"""The net that catches misspelt names in templates (tests/undefined.py) does catch them."""

import pytest
from django.template import Context, Template

from campaigns.models import Case


def render(source: str, *, name: str = "base.html") -> str:
    return Template(source, name=name).render(Context({"case": Case(), "counts": {"open": 3}}))


@pytest.mark.parametrize(
    "source",
    [
        "{{ cas }}",
        "{{ case.stat }}",
        "{{ counts.closed }}",
        "{{ case.stat|default:'none' }}",
        "{% if case.stat %}{% endif %}",
        "{% if case.state == stat.NEW %}{% endif %}",
        "{% for part in parts %}{% endfor %}",
        "{% with part=parts %}{% endwith %}",
        "{% load i18n %}{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}",
    ],
)
def test_a_name_that_is_not_there_fails_the_test(source: str) -> None:
    with pytest.raises(pytest.fail.Exception):
        render(source)


def test_a_condition_may_ask_for_an_argument_or_a_key_that_is_missing() -> None:
    assert render("{% if note %}{{ note }}{% elif counts.closed %}x{% endif %}") == ""


def test_templates_of_libraries_may_be_careless() -> None:
    assert render("{{ cas }}{{ case.stat }}", name="somebody/elses.html") == ""
