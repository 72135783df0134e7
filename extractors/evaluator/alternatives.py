"""Values that are one of several functions, classes or objects, and which of them on the path that led here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from extractors.evaluator.state import choice, negation
from extractors.evaluator.values import EitherValue, Known, MapObject, Symbolic, TupleValue, Value
from migrate.model import Call, Choice, Constant, Expression, Lookup, LookupCase, SourceSpan

if TYPE_CHECKING:
    from extractors.evaluator.context import Context

Facts = dict[Expression, bool]


def for_each(context: Context, value: Value, do: Callable[[Value], Value], span: SourceSpan) -> Value:
    """What is done with each value that it can be, on the paths on which it is that one."""
    value = narrowed(value, (*context.control.conditions, *context.state.facts))
    if not isinstance(value, EitherValue):
        return do(value)
    then, otherwise = value.then, value.otherwise
    return context.select(
        value.test,
        lambda: for_each(context, then, do, span),
        lambda: for_each(context, otherwise, do, span),
        span,
    )


def narrowed(value: Value, conditions: Iterable[Expression]) -> Value:
    """The value without what it cannot be where the conditions hold."""
    held = tuple(conditions)
    while isinstance(value, EitherValue):
        if _contradicts((*held, negation(value.test))):
            value = value.then
        elif _contradicts((*held, value.test)):
            value = value.otherwise
        else:
            break
    return value


def _contradicts(conditions: tuple[Expression, ...]) -> bool:
    """True if the conditions cannot hold together, as far as their form shows."""
    facts: Facts = {}
    for condition in conditions:
        _learn(condition, True, facts)
    return any(_truth(condition, facts) is False for condition in conditions)


def _learn(condition: Expression, holds: bool, facts: Facts) -> None:
    """Adds what follows from a condition that is known to hold, or not to."""
    yes, no = Constant(value=True), Constant(value=False)
    match condition:
        case Call(function="not", arguments=(inner,)):
            _learn(inner, not holds, facts)
            return
        case Choice(test=test, then=then, otherwise=otherwise) if holds and otherwise == no:
            _learn(test, True, facts)
            _learn(then, True, facts)
        case Choice(test=test, then=then, otherwise=otherwise) if not holds and then == yes:
            _learn(test, False, facts)
            _learn(otherwise, False, facts)
    facts.setdefault(condition, holds)


def _truth(condition: Expression, facts: Facts) -> bool | None:
    """The truth of a condition where the facts hold; None where they leave it open."""
    match condition:
        case Constant(value=bool() as value):
            return value
        case Call(function="not", arguments=(inner,)):
            found = _truth(inner, facts)
            return None if found is None else not found
        case Choice(test=test, then=then, otherwise=otherwise):
            tested = _truth(test, facts)
            if tested is not None:
                return _truth(then if tested else otherwise, facts)
            one, two = _truth(then, facts), _truth(otherwise, facts)
            return one if one == two else None
        case _:
            return facts.get(condition)


def chosen(
    context: Context, table: MapObject, key: Expression, otherwise: Value | None, span: SourceSpan
) -> Value:
    """A value of a table that holds functions, classes or objects, by a key that is known at run time only."""
    rows = tuple(
        LookupCase(key=_constant(entry.key.value), value=Constant(value=True)) for entry in table.items
    )
    rest = None if otherwise is None else Constant(value=False)
    context.symbolic(Lookup(table=table.table, cases=rows, key=key, otherwise=rest), span)
    ways = [(_equals(key, row.key), entry.value) for row, entry in zip(rows, table.items, strict=True)]
    if otherwise is None:
        _, otherwise = ways.pop()
    return _first(ways, otherwise)


def _first(ways: list[tuple[Expression, Value]], otherwise: Value) -> Value:
    """The value of the first condition that holds."""
    for test, value in reversed(ways):
        otherwise = _either(test, value, otherwise)
    return otherwise


def _either(test: Expression, then: Value, otherwise: Value) -> Value:
    match then, otherwise:
        case _ if then == otherwise:
            return then
        case TupleValue(items=one), TupleValue(items=two) if len(one) == len(two):
            return TupleValue(tuple(_either(test, x, y) for x, y in zip(one, two, strict=True)))
        case ((Symbolic() | Known()), (Symbolic() | Known())):
            return Symbolic(choice(test, _scalar(then), _scalar(otherwise)))
        case _:
            return EitherValue(test, then, otherwise)


def _scalar(value: Known | Symbolic) -> Expression:
    return value.expression if isinstance(value, Symbolic) else _constant(value.value)


def _equals(left: Expression, right: Expression) -> Expression:
    return Call(function="python.equals", arguments=(left, right))


def _constant(value: object) -> Constant:
    assert value is None or isinstance(value, (bool, int, float, str))
    return Constant(value=value)
