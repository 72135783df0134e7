"""Operators and conversions with Python's meaning: computed where both sides are known, else kernel calls."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from extractors.evaluator.context import Context
from extractors.evaluator.parts import Arguments
from extractors.evaluator.sets import of_sets
from extractors.evaluator.state import choice
from extractors.evaluator.texts import concatenate, is_text, printf, shape, takes_all
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.values import (
    CollectionValue,
    DataObject,
    EitherValue,
    External,
    GrownList,
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
    "**": "python.power",
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
            if _is_never_empty(expression):
                return Constant(value=True)
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
            return truth(context, value.of, span)
        case External(name=name) if context.is_known(name):
            return Constant(value=True)
        case Method() | External():
            return context.snapshot(context.gap("HS102", f"{_named(value)} is not known", span), span)
        case _:
            return Constant(value=True)


def _is_never_empty(expression: Expression) -> bool:
    """True for JSON, and for its bytes."""
    match expression:
        case Call(function="python.utf8_text", arguments=(inner,)):
            return _is_never_empty(inner)
        case Call(function=function):
            return function == "python.json_text"
        case _:
            return False


def _named(value: Method | External) -> str:
    return value.name.removeprefix("builtins.")


def _object_truth(context: Context, pointer: Pointer, span: SourceSpan) -> Expression:
    match context.state.peek(pointer):
        case GrownList():
            return Constant(value=True)
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
        case Instance():
            return context.object_truth(pointer, span)
        case _:
            return Constant(value=True)


def binary(context: Context, sign: str, left: Value, right: Value, span: SourceSpan) -> Value:
    """`left sign right`."""
    for side in (left, right):
        if isinstance(side, Unknown):
            return _of_unknown(context, sign, left, right, side, span)
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
    if (made := of_sets(context, sign, left, right, span)) is not None:
        return made
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
    result = context.symbolic(call(_KERNEL[sign], one, two), span)
    if sign == "+" and "list" in types and isinstance(result, Symbolic):
        return context.state.allocate(DataObject(result.expression, "list"))
    return result


def _of_unknown(
    context: Context, sign: str, left: Value, right: Value, unknown: Unknown, span: SourceSpan
) -> Unknown:
    """An operator on a value that is not known: what can fail is a gap."""
    texts = is_text(context, left), is_text(context, right)
    if sign == "+" and any(texts):
        stated = unknown if all(texts) else context.doubtful(unknown, span)
        parts = [stated if side is unknown else side for side in (left, right)]
        return replace(stated, text=True, made_of=shape(context, parts))
    if sign == "%" and isinstance(left, Known) and isinstance(left.value, str) and takes_all(left.value):
        made = printf(context, left.value, right, span)
        return made if isinstance(made, Unknown) else unknown
    return context.doubtful(unknown, span)


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
