"""Operators and conversions with Python's meaning: computed where both sides are known, else kernel calls."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from extractors.evaluator.alternatives import for_each
from extractors.evaluator.context import Arguments, Context
from extractors.evaluator.state import choice, negation
from extractors.evaluator.texts import concatenate, printf
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.values import (
    ClassValue,
    CollectionValue,
    DataObject,
    EitherValue,
    External,
    Instance,
    Known,
    ListObject,
    MapObject,
    Method,
    Pointer,
    Ruined,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
    ViewValue,
)
from migrate.model import (
    Call,
    Constant,
    Expression,
    Lookup,
    LookupCase,
    SourceSpan,
)

MAX_TEXT = 1_000_000
MAX_EXPONENT = 1_000

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
}
_KERNEL = {
    "+": "python.add",
    "-": "python.subtract",
    "*": "python.multiply",
    "/": "python.divide",
    "//": "python.floor_divide",
    "%": "python.modulo",
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def call(function: str, *arguments: Expression) -> Expression:
    """A kernel call."""
    return Call(function=function, arguments=arguments)


def truth(context: Context, value: Value, span: SourceSpan) -> Expression:
    """Python's truth value of a value, as a boolean expression."""
    match value:
        case Known(value=scalar):
            return Constant(value=bool(scalar))
        case TupleValue(items=items):
            return Constant(value=bool(items))
        case Symbolic(expression=expression):
            kind = context.type_of(expression)
            return expression if kind == "boolean" else call("python.truth", expression)
        case Pointer():
            return _object_truth(context, value, span)
        case Unknown():
            return context.snapshot(value, span)
        case EitherValue(test=test, then=then, otherwise=otherwise):
            return choice(test, truth(context, then, span), truth(context, otherwise, span))
        case CollectionValue(items=inner):
            return truth(context, inner, span)
        case ViewValue():
            viewed = context.fixed_items(value)
            if viewed is None:
                return context.snapshot(context.gap("HS101", "the truth value of a view", span), span)
            return Constant(value=bool(viewed))
        case Method() | External():
            return context.snapshot(context.gap("HS102", f"{_named(value)} is not known", span), span)
        case _:
            return Constant(value=True)


def _named(value: Method | External) -> str:
    return value.name.removeprefix("builtins.")


def _object_truth(context: Context, pointer: Pointer, span: SourceSpan) -> Expression:
    match context.state.get(pointer):
        case ListObject(items=items):
            return Constant(value=bool(items))
        case MapObject(items=entries):
            if not entries or any(entry.when is None for entry in entries):
                return Constant(value=bool(entries))
            return call("python.truth", context.snapshot(pointer, span))
        case DataObject(expression=expression):
            return call("python.truth", expression)
        case Ruined(unknown=unknown):
            return context.snapshot(unknown, span)
        case Instance(of=External()):
            return context.object_truth(pointer, span)
        case Instance(of=ClassValue() as of) if any(
            context.class_attribute(of, name) is not None for name in ("__bool__", "__len__")
        ):
            return context.snapshot(context.gap("HS101", "the truth value that a class defines", span), span)
        case _:
            return Constant(value=True)


def binary(context: Context, sign: str, left: Value, right: Value, span: SourceSpan) -> Value:
    """`left sign right`."""
    for side in (left, right):
        if isinstance(side, Unknown):
            return side
    if isinstance(left, Known) and isinstance(right, Known):
        return _fold(context, sign, left, right, span)
    if isinstance(left, Known) and isinstance(left.value, str) and sign == "%":
        return printf(context, left.value, right, span)
    if sign == "%" and holds_tuple(context, right):
        return context.gap("HS101", "the operator % with a tuple", span)
    if isinstance(left, TupleValue) != isinstance(right, TupleValue) and not isinstance(left, Known):
        return context.gap("HS101", "an operator between a tuple and another value", span)
    if isinstance(left, TupleValue) and isinstance(right, TupleValue) and sign == "+":
        return TupleValue(left.items + right.items)
    if sign == "/":
        made = context.special(left, "__truediv__", Arguments((right,), {}), span)
        if made is not None:
            return made
    if sign == "+" and (joined := _join_lists(context, left, right)) is not None:
        return joined
    if sign == "|" and isinstance(left, Pointer) and isinstance(right, Pointer):
        merged = merge_maps(context, left, right)
        if merged is not None:
            return merged
    if sign not in _KERNEL:
        return context.unknown(
            "HS101", f"the operator {sign} on values that are known at run time only", span
        )
    one, two = context.contents(left, span), context.contents(right, span)
    types = (context.type_of(one), context.type_of(two))
    if sign == "+" and types == ("text", "text"):
        return concatenate(context, [Symbolic(one), Symbolic(two)], span)
    return context.symbolic(call(_KERNEL[sign], one, two), span)


def _fold(context: Context, sign: str, left: Known, right: Known, span: SourceSpan) -> Value:
    a, b = left.value, right.value
    if _too_large(sign, a, b):
        return context.unknown("HS104", "a constant would become too large", span)
    try:
        return Known(_BINARY[sign](a, b))
    except KeyError:
        return context.unknown("HS101", f"the operator {sign}", span)
    except (TypeError, ValueError, ArithmeticError) as failure:
        raise context.fail(type(failure).__name__, "a constant expression", span) from None


def _too_large(sign: str, left: object, right: object) -> bool:
    """True if the result could be larger than a constant should be."""
    for one, other in ((left, right), (right, left)):
        if sign == "*" and isinstance(one, (str, bytes)) and isinstance(other, int):
            return len(one) * other > MAX_TEXT
    return sign in ("**", "<<") and isinstance(right, int) and abs(right) > MAX_EXPONENT


def _join_lists(context: Context, left: Value, right: Value) -> Value | None:
    objects = [context.state.get(side) if isinstance(side, Pointer) else None for side in (left, right)]
    match objects:
        case [ListObject(items=one, sort="list"), ListObject(items=two, sort="list")]:
            return context.state.allocate(ListObject(one + two))
        case _:
            return None


def merge_maps(context: Context, left: Pointer, right: Pointer) -> Value | None:
    """A new map with the entries of both, where both are maps of known keys; else None."""
    one, two = context.state.get(left), context.state.get(right)
    if not (isinstance(one, MapObject) and isinstance(two, MapObject)):
        return None
    if any(entry.when is not None for entry in two.items):
        return None
    items = list(one.items)
    for entry in two.items:
        found = next((i for i, old in enumerate(items) if old.key.value == entry.key.value), None)
        if found is None:
            items.append(entry)
        else:
            items[found] = entry
    return context.state.allocate(MapObject(tuple(items)))


def compare(context: Context, sign: str, left: Value, right: Value, span: SourceSpan) -> Value:
    """`left sign right` as a boolean."""
    for side in (left, right):
        if isinstance(side, Unknown):
            return side
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
    if holds_tuple(context, left) or holds_tuple(context, right):
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


def _negated(context: Context, value: Value, span: SourceSpan) -> Value:
    return context.symbolic(negation(truth(context, value, span)), span)


def _identity(context: Context, left: Value, right: Value, span: SourceSpan) -> Value:
    if isinstance(left, Known) and left.value is None:
        left, right = right, left
    if not (isinstance(right, Known) and (right.value is None or isinstance(right.value, bool))):
        if isinstance(left, Pointer) and isinstance(right, Pointer):
            return Known(left == right)
        return context.unknown("HS101", "identity of values other than None, True and False", span)
    if right.value is None:
        none = context.special(left, "__is_none__", Arguments((), {}), span)
        if none is not None:
            return none
    match left:
        case Method() | External():
            return context.gap("HS102", f"{_named(left)} is not known", span)
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
    members = container.items if isinstance(container, TupleValue) else (container,)
    if any(holds_tuple(context, one) for one in (item, *members)):
        return context.gap("HS101", "membership of or among tuples", span)
    if isinstance(container, Known) and isinstance(item, Known):
        try:
            return Known(item.value in container.value)  # type: ignore[operator]  # a TypeError is the script's own
        except TypeError:
            raise context.fail("TypeError", "a constant expression", span) from None
    if isinstance(container, ViewValue):
        items = context.fixed_items(container)
        if container.sort != "keys" or items is None:
            return context.unknown("HS101", "membership in values() or items()", span)
        container = container.of
    if isinstance(container, Pointer):
        found = context.state.get(container)
        keys: tuple[Value, ...] | None = None
        match found:
            case MapObject(items=entries) if all(entry.when is None for entry in entries):
                keys = tuple(entry.key for entry in entries)
            case ListObject(items=items, sort="set"):
                keys = items
            case DataObject(expression=inside, sort="set"):
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


def _scalar(value: Value) -> Any:
    assert isinstance(value, Known)
    return value.value
