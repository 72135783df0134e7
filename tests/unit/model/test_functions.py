"""What the kernel declares of its functions holds on every value."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, cast

import pytest

from migrate.model import Constant
from migrate.model.functions import FUNCTIONS
from migrate.model.operands import Operand, includes
from migrate.model.values import ErrorValue, EvaluationError, UnmappedReached, Value, type_name
from tests.unit.model import times
from tests.unit.model.values import calls

OF_NUMBERS = ("subtract", "divide", "floor_divide", "modulo", "negate", "absolute", "round")
"""Functions whose value is taken for a number where an argument is not known to be a date, time or duration."""
WIDER = {"boolean": "number", "integer": "number", "float": "number", "null": "scalar", "text": "scalar"}
WIDER |= {"naive datetime": "datetime", "aware datetime": "datetime"}


def operands(case: tuple[Any, ...]) -> Iterator[tuple[Operand, ...]]:
    """What could be known of the arguments: the values, their types, wider types, nothing."""
    scalars = [isinstance(each, (bool, int, float, str, type(None))) for each in case]
    yield tuple(
        Operand(type_name(each), Constant(value=each) if scalar else None)
        for each, scalar in zip(case, scalars, strict=True)
    )
    types = [[type_name(each), WIDER.get(type_name(each)), None] for each in case]
    yield from (tuple(map(Operand, each)) for each in itertools.product(*types))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_declared_type_and_safety_hold(name: str) -> None:
    function = FUNCTIONS[name]
    for case in (*calls(name), *times.cases(name)):
        unsure = name.removeprefix("python.") in OF_NUMBERS and any(
            isinstance(each, date | timedelta) for each in case
        )
        try:
            value = cast(Value | ErrorValue, function(*case))
            result = "error" if isinstance(value, ErrorValue) else type_name(value)
        except (EvaluationError, UnmappedReached):
            result = None
        for known in operands(case):
            if unsure and any(one.type is None for one in known):
                continue
            declared = function.result_type(known)
            if result is None:
                assert not function.cannot_fail(known), f"{name}{case!r} fails on {known}"
            elif declared is not None:
                assert includes(declared, result), f"{name}{case!r} is {result}, not {declared}, on {known}"


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_says_what_it_means(name: str) -> None:
    assert FUNCTIONS[name].meaning.endswith(".")
    assert FUNCTIONS[name].signature or FUNCTIONS[name].maximum == 0
