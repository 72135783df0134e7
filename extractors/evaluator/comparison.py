"""Comparisons with Python's meaning: order, equality, identity and membership."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from extractors.evaluator.alternatives import for_each
from extractors.evaluator.context import Context
from extractors.evaluator.operators import call, truth
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import choice, negation
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.unpacking import items_of
from extractors.evaluator.values import (
    ClassValue,
    CollectionValue,
    DataObject,
    EitherValue,
    External,
    FunctionValue,
    Instance,
    Known,
    ListObject,
    MapObject,
    Method,
    ModuleValue,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
    ViewValue,
)
from migrate.model import Constant, Lookup, LookupCase, SequenceExpression, SourceSpan
from migrate.model.operands import includes

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(context: Context, sign: str, left: Value, right: Value, span: SourceSpan) -> Value:
    """`left sign right` as a boolean."""
    for side in (left, right):
        if isinstance(side, Unknown):
            return side if sign in ("==", "!=", "is", "is not") else context.doubtful(side, span)
    if isinstance(left, EitherValue):
        return for_each(context, left, lambda one: compare(context, sign, one, right, span), span)
    if isinstance(right, EitherValue):
        return for_each(context, right, lambda one: compare(context, sign, left, one, span), span)
    if sign in ("is", "is not"):
        found = _identity(context, left, right, span)
        return found if sign == "is" or isinstance(found, Unknown) else _negated(context, found, span)
    if sign in ("in", "not in"):
        found = _membership(context, left, right, span)
        return found if sign == "in" or isinstance(found, Unknown) else _negated(context, found, span)
    if isinstance(left, Known) and isinstance(right, Known):
        try:
            return Known(_COMPARE[sign](left.value, right.value))
        except TypeError:
            raise context.fail("TypeError", "a constant comparison", span) from None
    if sign in ("==", "!=") and (same := _same_symbol(left, right)) is not None:
        return Known(same == (sign == "=="))
    if isinstance(left, TupleValue) != isinstance(right, TupleValue):
        return _tuple_and_other(context, sign, left, right, span)
    if isinstance(left, TupleValue) and isinstance(right, TupleValue):
        pair = _tuples_as_lists(context, left, right, span)
        if pair is None:
            return context.gap("HS101", "comparing tuples within tuples", span)
        left, right = pair
    elif holds_tuple(context, left) or holds_tuple(context, right):
        return context.gap("HS101", "comparing tuples", span)
    one, two = context.snapshot(left, span), context.snapshot(right, span)
    match sign:
        case "==":
            return context.symbolic(call("python.equals", one, two), span)
        case "!=":
            return context.symbolic(negation(call("python.equals", one, two)), span)
        case "<":
            return context.symbolic(call("python.less", one, two), span)
        case "<=":
            return context.symbolic(call("python.less_or_equal", one, two), span)
        case ">":
            return context.symbolic(call("python.less", two, one), span)
        case _:
            return context.symbolic(call("python.less_or_equal", two, one), span)


def _same_symbol(left: Value, right: Value) -> bool | None:
    """Whether two functions, classes, modules or names of a library are one; None for other values."""
    symbols = (External, ClassValue, FunctionValue, ModuleValue)
    return left == right if isinstance(left, symbols) and isinstance(right, symbols) else None


def _tuple_and_other(context: Context, sign: str, left: Value, right: Value, span: SourceSpan) -> Value:
    """A comparison of a tuple with something else: never equal, and without an order."""
    other = right if isinstance(left, TupleValue) else left
    found = context.state.get(other) if isinstance(other, Pointer) else None
    plain = isinstance(other, (Known, Symbolic)) or isinstance(found, (ListObject, MapObject, DataObject))
    if not plain or (isinstance(other, Symbolic) and context.tuples.inside(other.expression)):
        return context.gap("HS101", "comparing a tuple with what could be a tuple", span)
    if sign in ("==", "!="):
        return Known(sign == "!=")
    raise context.fail("TypeError", "a tuple has no order with another value", span)


def _tuples_as_lists(
    context: Context, left: TupleValue, right: TupleValue, span: SourceSpan
) -> tuple[Value, Value] | None:
    """Two tuples as lists, which compare in the same way; None where tuples stand in them."""
    sides: list[Value] = []
    for side in (left, right):
        if any(holds_tuple(context, item) for item in side.items):
            return None
        items = tuple(context.snapshot(item, span) for item in side.items)
        sides.append(Symbolic(SequenceExpression(items=items)))
    return sides[0], sides[1]


def _negated(context: Context, value: Value, span: SourceSpan) -> Value:
    return context.symbolic(negation(truth(context, value, span)), span)


def _identity(context: Context, left: Value, right: Value, span: SourceSpan) -> Value:
    if isinstance(left, Known) and left.value is None:
        left, right = right, left
    if not (isinstance(right, Known) and (right.value is None or isinstance(right.value, bool))):
        if isinstance(left, Pointer) and isinstance(right, Pointer):
            return Known(left == right)
        if (one := _same_symbol(left, right)) is not None:
            return Known(one)
        return context.unknown("HS101", "identity of values other than None, True and False", span)
    if right.value is None:
        none = context.special(left, "__is_none__", Arguments((), {}), span)
        if none is not None:
            return none
    match left:
        case External(name=name) if not context.is_known(name):
            return context.gap("HS102", f"{name} is not known", span)
        case Method(name=name):
            return context.gap("HS102", f"{name} is not known", span)
        case Known(value=value):
            return Known(value is right.value)
        case Symbolic(expression=expression):
            if right.value is None:
                return context.symbolic(call("is_null", expression), span)
            boolean = call("identical_type", expression, Constant(value="boolean"))
            same = call("python.equals", expression, Constant(value=right.value))
            return context.symbolic(choice(boolean, same, Constant(value=False)), span)
        case _:
            return Known(False)


def _membership(context: Context, item: Value, container: Value, span: SourceSpan) -> Value:
    if isinstance(item, EitherValue):
        return for_each(context, item, lambda one: _membership(context, one, container, span), span)
    if isinstance(container, EitherValue):
        return for_each(context, container, lambda one: _membership(context, item, one, span), span)
    if isinstance(container, Pointer) and isinstance(context.state.get(container), Instance):
        contained = context.special(container, "__contains__", Arguments((item,), {}), span)
        return contained or context.gap("HS102", "membership in this object is not known", span)
    if isinstance(container, CollectionValue):
        if container.sort in ("set", "keys"):
            _require_hash(context, item, span)
        container = container.items
    elif isinstance(container, ViewValue) and container.sort == "keys":
        container = container.of
    elif isinstance(container, ViewValue):
        viewed = items_of(context, container, span)
        if isinstance(viewed, Unknown):
            return viewed
        container = context.value_of(viewed)
    fixed = context.fixed_items(container)
    if fixed is not None and fixed and all(_same_symbol(item, one) is not None for one in fixed):
        return Known(item in fixed)
    if isinstance(item, TupleValue):
        return _tuple_membership(context, item, container, span)
    members = container.items if isinstance(container, TupleValue) else (container,)
    scalar = isinstance(item, (Known, Symbolic)) and includes(
        "scalar", context.type_of(context.snapshot(item, span))
    )
    if not scalar and any(holds_tuple(context, one) for one in (item, *members)):
        return context.gap("HS101", "membership of or among tuples", span)
    if isinstance(container, Known) and isinstance(item, Known):
        try:
            return Known(item.value in container.value)  # type: ignore[operator]  # a TypeError is the script's own
        except TypeError:
            raise context.fail("TypeError", "a constant expression", span) from None
    if isinstance(container, Pointer):
        found = context.state.get(container)
        keys: tuple[Value, ...] | None = None
        match found:
            case MapObject(items=entries) if all(entry.when is None for entry in entries):
                keys = tuple(entry.key for entry in entries)
            case ListObject(items=items, sort="set"):
                keys = items
            case DataObject(expression=inside, sort="set"):
                _require_hash(context, item, span)
                return context.symbolic(call("python.contains", inside, context.snapshot(item, span)), span)
        if keys is not None:
            if not all(isinstance(key, Known) for key in keys):
                return context.unknown("HS101", "membership in a set of values known at run time only", span)
            if isinstance(item, Known):
                return Known(any(isinstance(key, Known) and key.value == item.value for key in keys))
            return context.symbolic(
                Lookup(
                    cases=tuple(
                        LookupCase(key=Constant(value=_scalar(key)), value=Constant(value=True))
                        for key in keys
                    ),
                    key=context.snapshot(item, span),
                    otherwise=Constant(value=False),
                ),
                span,
            )
    return context.symbolic(
        call("python.contains", context.snapshot(container, span), context.snapshot(item, span)), span
    )


def _require_hash(context: Context, item: Value, span: SourceSpan) -> None:
    """A set is asked for a key by its hash, which lists and maps have not."""
    expression = context.snapshot(item, span)
    if not includes("scalar", context.type_of(expression)):
        context.symbolic(Lookup(cases=(), key=expression, otherwise=Constant(value=False)), span)


def _tuple_membership(context: Context, item: TupleValue, container: Value, span: SourceSpan) -> Value:
    """A tuple in a list: of tuples that are known one by one, or of tuples of its length."""
    fixed = context.fixed_items(container)
    if any(holds_tuple(context, one) for one in item.items):
        return context.gap("HS101", "membership of tuples within tuples", span)
    wanted = SequenceExpression(items=tuple(context.snapshot(one, span) for one in item.items))
    if fixed is not None:
        rows = [one for one in fixed if isinstance(one, TupleValue)]
        others = [one for one in fixed if not isinstance(one, TupleValue)]
        if any(holds_tuple(context, one) for row in rows for one in row.items) or any(
            not isinstance(one, Known) for one in others
        ):
            return context.gap("HS101", "membership of a tuple among other values", span)
        listed = SequenceExpression(
            items=tuple(
                SequenceExpression(items=tuple(context.snapshot(one, span) for one in row.items))
                for row in rows
            )
        )
        return context.symbolic(call("python.contains", listed, wanted), span)
    expression = context.snapshot(container, span)
    if context.tuples.width(expression) == len(item.items) and context.tuples.flat(expression):
        return context.symbolic(call("python.contains", expression, wanted), span)
    return context.gap("HS101", "membership of a tuple", span)


def _scalar(value: Value) -> Any:
    assert isinstance(value, Known)
    return value.value
