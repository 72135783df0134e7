"""What stands in an expression several times is computed once, where its value is needed first."""

from __future__ import annotations

import pytest

from emitters.node_red.expressions_javascript import JavaScript
from migrate.model import Choice, Entry, Expression, RecordExpression, SequenceExpression
from tests.unit.node_red_emitter.models import call, const, integration, value

PHONE = call("python.strip", call("python.get", const("x"), "phone"))
FULL = call("python.starts_with", PHONE, "00")
NAMED = 'phone = py.strip(py.get("x", "phone"))'


def either(test: Expression, then: Expression, otherwise: Expression) -> Choice:
    return Choice(test=test, then=then, otherwise=otherwise)


CASES: list[tuple[str, Expression, str]] = [
    ("once", PHONE, 'py.strip(py.get("x", "phone"))'),
    ("too short for a name", value([call("not", const(True))] * 2), "[py.not(true), py.not(true)]"),
    ("twice", SequenceExpression(items=(PHONE, PHONE)), f"[({NAMED}), phone]"),
    (
        "by a test and on both ways",
        either(FULL, call("concat", "+", PHONE), PHONE),
        f'(py.startswith({NAMED}, "00") ? py.concat("+", phone) : phone)',
    ),
    (
        "on each of two ways, where neither has its value from the other",
        either(const(True), SequenceExpression(items=(PHONE, PHONE)), PHONE),
        f"(true ? [({NAMED}), phone] : ({NAMED}))",
    ),
    (
        "on one way each",
        either(const(True), call("python.lower", PHONE), PHONE),
        '(true ? py.lower(py.strip(py.get("x", "phone"))) : py.strip(py.get("x", "phone")))',
    ),
    (
        "behind a field that may not be there",
        RecordExpression(
            entries=(Entry(key="a", value=PHONE, when=const(True)), Entry(key="b", value=PHONE))
        ),
        '{ ...(true ? { a: py.strip(py.get("x", "phone")) } : {}), b: py.strip(py.get("x", "phone")) }',
    ),
    (
        "by the condition of a field and the field",
        RecordExpression(entries=(Entry(key="a", value=PHONE, when=FULL),)),
        f'{{ ...(py.startswith({NAMED}, "00") ? {{ a: phone }} : {{}}) }}',
    ),
]


@pytest.mark.parametrize(
    ("expression", "expected"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_a_part_that_stands_there(expression: Expression, expected: str) -> None:
    javascript = JavaScript(integration())
    assert javascript.value(expression) == expected
    declared = "let phone;\n" if "phone = " in expected else ""
    assert javascript.declarations() == declared


def test_two_values_with_one_name_are_told_apart() -> None:
    other = call("python.lower", PHONE)
    javascript = JavaScript(integration())
    texts = [javascript.value(SequenceExpression(items=(one, one))) for one in (PHONE, other)]
    assert texts == [f"[({NAMED}), phone]", '[(phone_2 = py.lower(py.strip(py.get("x", "phone")))), phone_2]']
    assert javascript.declarations() == "let phone, phone_2;\n"
