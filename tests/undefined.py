"""Make a test fail when a template of ours names something that is not there.

Django shows nothing for it, so a misspelt name would go unseen. It does log every failed lookup:
each one in a template below templates/ fails the test. Only a condition may ask for what may be
missing: a bare name (was this argument given to the part?) or a key of a dictionary.
"""

import logging
import sys
from functools import cache

import pytest
from django.conf import settings
from django.template.base import Variable, VariableDoesNotExist
from django.template.defaulttags import TemplateLiteral


class FailOnUndefined(logging.Filter):
    """On the logger django.template: fails the test, or keeps the record out of every log."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info and record.exc_info[1]
        if isinstance(error, VariableDoesNotExist):
            template = record.args[1]
            if _is_ours(template) and not _may_be_missing(error.params[1]):
                pytest.fail(f"{template} or a part of it: {error}"[:500])
        return record.levelno > logging.DEBUG


@cache
def _is_ours(template: str) -> bool:
    return (settings.BASE_DIR / "templates" / template).exists()


def _may_be_missing(looked_up_in: object) -> bool:
    """Tell whether the lookup under way is that of `note` in `{% if note %}`, or of a key."""
    is_allowed = False
    frame = sys._getframe()
    while frame and frame.f_code.co_name not in ("render", "render_annotated"):
        at_work = frame.f_locals.get("self")
        if isinstance(at_work, Variable):
            is_allowed = len(at_work.lookups) == 1 or isinstance(looked_up_in, dict)
        elif isinstance(at_work, TemplateLiteral):
            return is_allowed
        frame = frame.f_back
    return False


class UndefinedText(str):
    """The engine's string_if_invalid: empty as ever, but `{% blocktranslate %}`, which looks names
    up without a log, formats it with the name that it did not find."""

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, name: object) -> str:
        pytest.fail(f"A blocktranslate names {name}, which is not there.")
