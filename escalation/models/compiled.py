"""Annotations whose SQL is put together once per process and kind of database.

The facts of a case are some thirty subqueries that never differ. Building and compiling them anew
costs many times what the database needs to answer them.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models import Expression

Facts = Callable[[], dict[str, Any]]


class Compiled(Expression):
    """Ready SQL that refers to the queried table by its own name, with constant parameters."""

    def __init__(self, sql: str, params: tuple[Any, ...], output_field: models.Field) -> None:
        super().__init__(output_field=output_field)
        self.sql, self.params = sql, params

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return self.sql, self.params


def compiled(model: type[models.Model], facts: Facts) -> dict[str, Compiled]:
    """Return the annotations of `facts()` for querysets that start from `model`."""
    return _compiled(model, facts, connection.vendor)


@cache
def _compiled(model: type[models.Model], facts: Facts, vendor: str) -> dict[str, Compiled]:
    query = model._base_manager.annotate(**facts()).query
    compiler = query.get_compiler(connection=connection)
    ready = {}
    for name, expression in query.annotations.items():
        sql, params = compiler.compile(expression)
        ready[name] = Compiled(sql, tuple(params), expression.output_field)
    return ready
