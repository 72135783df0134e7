"""Evaluates expressions exactly as `migrate.model.expressions` defines them: strict and from left to right.

Not evaluated: the other side of a choice, the value of an entry that is left out, the rows of a lookup that
the key does not name, and its `otherwise` where a row is found. Every condition must be exactly a boolean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    Lookup,
    LoopValue,
    RecordExpression,
    Reference,
    SecretReference,
    SequenceExpression,
    Unmapped,
    VariableReference,
)
from migrate.model.functions import FUNCTIONS
from migrate.model.values import EvaluationError, UnmappedReached, Value, type_name
from migrate.reference.coverage import OTHERWISE, rows_of
from migrate.reference.state import State


def evaluate(expression: Expression, state: State) -> Value:
    """The expression's value. Raises EvaluationError where the script fails, UnmappedReached at a gap."""
    return _EVALUATORS[type(expression)](expression, state)


def holds(condition: Expression, state: State) -> bool:
    """The condition's value; anything but a boolean is an EvaluationError of kind TypeError."""
    value = evaluate(condition, state)
    if not isinstance(value, bool):
        raise EvaluationError("TypeError", f"a condition is {type_name(value)}, not boolean")
    return value


def _constant(expression: Constant, state: State) -> Value:
    return expression.value


def _variable(expression: VariableReference, state: State) -> Value:
    return state.variable(expression.name)


def _secret(expression: SecretReference, state: State) -> Value:
    return state.secret_value(expression.name)


def _reference(expression: Reference, state: State) -> Value:
    return state.result(expression)


def _loop_value(expression: LoopValue, state: State) -> Value:
    return state.loop_value(expression.loop, expression.name)


def _call(expression: Call, state: State) -> Value:
    arguments = [evaluate(argument, state) for argument in expression.arguments]
    return FUNCTIONS[expression.function](*arguments)


def _choice(expression: Choice, state: State) -> Value:
    true = holds(expression.test, state)
    state.tally.hit(expression, true)
    return evaluate(expression.then if true else expression.otherwise, state)


def _record(expression: RecordExpression, state: State) -> Value:
    record: dict[str, Value] = {}
    for entry in expression.entries:
        if entry.when is not None:
            there = holds(entry.when, state)
            state.tally.hit(entry, there)
            if not there:
                continue
        record[entry.key] = evaluate(entry.value, state)
    return record


def _sequence(expression: SequenceExpression, state: State) -> Value:
    return [evaluate(item, state) for item in expression.items]


def _lookup(expression: Lookup, state: State) -> Value:
    key = evaluate(expression.key, state)
    if isinstance(key, (list, dict)):
        original = TypeError(f"unhashable type: '{type(key).__name__}'")
        said = f"the table {expression.table} has no {type_name(key)} as key"
        raise EvaluationError("TypeError", said, original)
    rows = rows_of(expression)
    if key in rows:
        state.tally.hit(expression, rows[key])
        return evaluate(expression.cases[rows[key]].value, state)
    if expression.otherwise is None:
        raise EvaluationError("KeyError", f"the table {expression.table} has no such key", KeyError(key))
    state.tally.hit(expression, OTHERWISE)
    return evaluate(expression.otherwise, state)


def _unmapped(expression: Unmapped, state: State) -> Value:
    raise UnmappedReached(f"{expression.code}: {expression.reason}")


_EVALUATORS: dict[type[Any], Callable[[Any, State], Value]] = {
    Constant: _constant,
    VariableReference: _variable,
    SecretReference: _secret,
    Reference: _reference,
    LoopValue: _loop_value,
    Call: _call,
    Choice: _choice,
    RecordExpression: _record,
    SequenceExpression: _sequence,
    Lookup: _lookup,
    Unmapped: _unmapped,
}
