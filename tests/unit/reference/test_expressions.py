"""Expressions evaluate as the Python that they stand for does, errors included."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.model import (
    Call,
    Choice,
    Constant,
    Entry,
    Expression,
    Integration,
    Lookup,
    LookupCase,
    RecordExpression,
    Reference,
    SequenceExpression,
    Unmapped,
)
from migrate.model.values import EvaluationError, UnmappedReached, Value
from migrate.reference.expressions import evaluate
from migrate.reference.state import Single, State

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


def state_with(**values: Value) -> State:
    integration = Integration(id="i", name="i", steps=(), sources=())
    return State(integration, {}, {name: Single(value) for name, value in values.items()})


def value(step: str) -> Reference:
    return Reference(step=step, part="value")


def result(function: Callable[[], Any]) -> tuple[str, str]:
    """The value with its type, or the name of the error."""
    try:
        return "value", repr(function())
    except EvaluationError as error:
        return "error", error.kind
    except (
        TypeError,
        KeyError,
        IndexError,
        ValueError,
        OverflowError,
        ZeroDivisionError,
        AttributeError,
    ) as error:
        return "error", type(error).__name__


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "python.equals": lambda a, b: a == b,
    "python.less": lambda a, b: a < b,
    "python.add": lambda a, b: a + b,
    "python.subtract": lambda a, b: a - b,
    "python.divide": lambda a, b: a / b,
    "python.floor_divide": lambda a, b: a // b,
}


@pytest.mark.parametrize("name", BINARY)
@given(left=VALUES, right=VALUES)
def test_operators_do_what_python_does(name: str, left: Value, right: Value) -> None:
    call = Call(function=name, arguments=(value("a"), value("b")))
    expected = result(lambda: BINARY[name](left, right))
    assert result(lambda: evaluate(call, state_with(a=left, b=right))) == expected


@given(container=VALUES, key=SCALARS)
def test_members_are_those_of_python(container: Any, key: Any) -> None:
    call = Call(function="python.member", arguments=(value("a"), Constant(value=key)))
    assert result(lambda: evaluate(call, state_with(a=container))) == result(lambda: container[key])


@given(st.lists(st.tuples(SCALARS, st.integers())), VALUES)
def test_lookups_find_what_a_dict_finds(rows: list[tuple[Any, int]], key: Any) -> None:
    cases = tuple(LookupCase(key=Constant(value=k), value=Constant(value=v)) for k, v in rows)
    lookup = Lookup(table="T", cases=cases, key=value("key"))
    state = state_with(key=key)
    assert result(lambda: evaluate(lookup, state)) == result(lambda: dict(rows)[key])
    default = lookup.model_copy(update={"otherwise": Constant(value="none")})
    assert result(lambda: evaluate(default, state)) == result(lambda: dict(rows).get(key, "none"))


@given(SCALARS)
def test_a_constant_keeps_its_type_through_a_file(scalar: Any) -> None:
    if isinstance(scalar, float) and not math.isfinite(scalar):
        return
    loaded = Constant.model_validate_json(Constant(value=scalar).model_dump_json())
    assert repr(evaluate(loaded, state_with())) == repr(scalar)


@pytest.mark.parametrize("key", [1, True, 1.0])
def test_one_true_and_one_point_zero_are_one_key_and_the_last_row_wins(key: Value) -> None:
    keys: list[int | bool | float] = [1, True, 1.0]
    cases = tuple(LookupCase(key=Constant(value=k), value=Constant(value=repr(k))) for k in keys)
    assert evaluate(Lookup(cases=cases, key=value("k")), state_with(k=key)) == "1.0"


GAP = Unmapped(code="HS103", reason="not known")


@pytest.mark.parametrize("test", [1, 0, None, "true", [], {}])
@pytest.mark.parametrize(
    "make",
    [
        lambda c: Choice(test=c, then=GAP, otherwise=GAP),
        lambda c: RecordExpression(entries=(Entry(key="a", value=GAP, when=c),)),
        lambda c: Call(function="not", arguments=(c,)),
    ],
)
def test_only_booleans_are_conditions(make: Callable[[Expression], Expression], test: Value) -> None:
    with pytest.raises(EvaluationError) as caught:
        evaluate(make(value("c")), state_with(c=test))
    assert caught.value.kind == "TypeError"


def test_arguments_are_evaluated_from_left_to_right_before_the_function() -> None:
    bad = Call(function="python.integer", arguments=(Constant(value="x"),))
    with pytest.raises(EvaluationError, match="ValueError"):
        evaluate(Call(function="concat", arguments=(bad, GAP)), state_with())
    with pytest.raises(UnmappedReached, match="HS103: not known"):
        evaluate(SequenceExpression(items=(GAP, bad)), state_with())


def test_the_key_of_a_lookup_comes_before_its_rows_and_only_one_row_is_evaluated() -> None:
    cases = (
        LookupCase(key=Constant(value="a"), value=Constant(value=1)),
        LookupCase(key=Constant(value="b"), value=GAP),
    )
    assert evaluate(Lookup(cases=cases, key=value("k"), otherwise=GAP), state_with(k="a")) == 1
    with pytest.raises(UnmappedReached):
        evaluate(Lookup(cases=cases, key=value("k")), state_with(k="b"))


@given(VALUES)
def test_no_message_holds_a_value(secret: Value) -> None:
    lookup = Lookup(table="T", cases=(), key=value("k"))
    with pytest.raises(EvaluationError) as caught:
        evaluate(lookup, state_with(k=secret))
    assert str(caught.value) in {
        "KeyError: the table T has no such key",
        "TypeError: the table T has no list as key",
        "TypeError: the table T has no map as key",
    }


def test_an_answer_is_not_changed_by_what_is_made_of_it() -> None:
    answer: Value = {"list": [1], "map": {"a": 1}}
    before = json.dumps(answer)
    merged = Call(
        function="merge",
        arguments=(value("a"), RecordExpression(entries=(Entry(key="x", value=value("a")),))),
    )
    evaluate(merged, state_with(a=answer))
    assert json.dumps(answer) == before
