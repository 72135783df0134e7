"""Expressions as Groovy: what could be taken for something else is written otherwise."""

from __future__ import annotations

import pytest

from emitters.camel.expressions_groovy import Groovy, literal, quoted
from emitters.camel.routes import described
from migrate.model import Constant, Expression, LoopValue, Reference
from tests.unit.node_red_emitter.models import integration


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("it's", "'it\\'s'"),
        ("a\\u0041", "'a\\\\u0041'"),
        ("{{env:TOKEN}}", "'{\\u007benv:TOKEN}}'"),
        ("$x ${y}", "'$x ${y}'"),
        ("ü\n\0\U0001f642\ud800", "'ü\\n\\u0000\U0001f642\\ud800'"),
    ],
)
def test_a_text_stands_in_quotes_in_which_nothing_is_replaced(text: str, written: str) -> None:
    assert quoted(text) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (-7, "(-7)"),
        (2**31, "2147483648G"),
        (10.0, "10.0d"),
        (-0.0, "(-0.0d)"),
        (1e300, "1e+300d"),
        (float("nan"), "Double.NaN"),
        (float("-inf"), "Double.NEGATIVE_INFINITY"),
    ],
)
def test_a_constant_has_the_type_that_the_library_knows(value: float | bool | None, written: str) -> None:
    assert literal(Constant(value=value)) == written


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (Reference(step="try", part="failed"), "variables['try'].failed"),
        (Reference(step="read", part="body"), "read.body"),
        (Reference(step="perhaps", part="body"), "ran(variables, 'perhaps').body"),
        (Reference(step="each", part="item"), "each.item"),
        (Reference(step="over", part="item"), "lastItem(variables, 'over')"),
        (LoopValue(loop="each", name="class"), "each.values['class']"),
    ],
)
def test_what_a_step_has_left_is_asked_for_where_it_may_not_have_run(
    expression: Expression, written: str
) -> None:
    ran = frozenset({"try", "read", "each", "over"})
    assert Groovy(integration(), ran=ran, around=frozenset({"each"})).value(expression) == written


def test_a_description_holds_no_placeholder() -> None:
    assert described("GET  /{{a}}\n/b") == "GET /{ {a}} /b"
