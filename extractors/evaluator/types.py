"""What type an expression has and whether it can fail, as far as that follows from its form."""

from __future__ import annotations

from collections.abc import Mapping, Set

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
    VariableReference,
    children,
)
from migrate.model.functions import FUNCTIONS
from migrate.model.values import type_name

LoopTypes = Mapping[tuple[str, str], str]
"""The types of loop variables by loop and name; the key ("", NAME) marks a variable that can be null."""

_RESULTS = {
    "not": "boolean",
    "is_null": "boolean",
    "identical_type": "boolean",
    "concat": "text",
    "merge": "map",
    "python.contains": "boolean",
    "python.length": "integer",
    "python.iterate": "list",
    "python.values": "list",
    "python.items": "list",
    "python.truth": "boolean",
    "python.equals": "boolean",
    "python.less": "boolean",
    "python.less_or_equal": "boolean",
    "python.divide": "float",
    "python.integer": "integer",
    "python.float": "float",
    "python.json_text": "text",
    "python.text": "text",
    "python.fixed": "text",
    "python.strip": "text",
    "python.lstrip": "text",
    "python.rstrip": "text",
    "python.lower": "text",
    "python.upper": "text",
    "python.title": "text",
    "python.capitalize": "text",
    "python.replace": "text",
    "python.split": "list",
    "python.starts_with": "boolean",
    "python.ends_with": "boolean",
    "python.zero_fill": "text",
    "python.join": "text",
}
SCALARS = frozenset({"boolean", "integer", "float", "text", "null", "number", "scalar"})
"""Types whose values are never changed in place; `number` and `scalar` are several of them, as far as known."""
_NUMBERS = {"integer", "float", "boolean"}
_ARITHMETIC = {"python.add", "python.subtract", "python.multiply"}


def type_of(expression: Expression, loops: LoopTypes) -> str | None:
    """The type's name (as in `type_name`), or None where it depends on the data."""
    match expression:
        case Constant(value=value):
            return type_name(value)
        case VariableReference(name=name):
            return None if ("", name) in loops else "text"
        case SecretReference():
            return "text"
        case Reference(part="status" | "row_count"):
            return "integer"
        case Reference(part="text"):
            return "text"
        case Reference(part="exists"):
            return "boolean"
        case Reference(part="rows" | "columns"):
            return "list"
        case LoopValue(loop=loop, name=name):
            return loops.get((loop, name))
        case RecordExpression():
            return "map"
        case SequenceExpression():
            return "list"
        case Choice(then=then, otherwise=otherwise):
            return common_type(type_of(then, loops), type_of(otherwise, loops))
        case Lookup(cases=cases, otherwise=otherwise):
            kinds = {type_of(case.value, loops) for case in cases}
            kinds |= {type_of(otherwise, loops)} if otherwise is not None else set()
            return kinds.pop() if len(kinds) == 1 else None
        case Call(function=function, arguments=arguments):
            return _call_type(function, tuple(type_of(argument, loops) for argument in arguments))
        case _:
            return None


def common_type(left: str | None, right: str | None) -> str | None:
    """The narrowest type that holds both."""
    if left == right:
        return left
    pair = {left, right}
    if pair <= {"integer", "float", "boolean", "number"}:
        return "number"
    return "scalar" if pair <= SCALARS else None


def _call_type(function: str, types: tuple[str | None, ...]) -> str | None:
    if function in _ARITHMETIC and len(types) == 2:
        if types == ("integer", "integer"):
            return "integer"
        if function == "python.add" and types[0] == types[1] and types[0] in ("text", "list"):
            return types[0]
        if "float" in types and set(types) <= _NUMBERS:
            return "float"
        if function == "python.add":
            # Whatever can be added to a number is a number; to any other scalar, a scalar.
            if {"integer", "float", "boolean", "number"} & set(types):
                return "number"
            return "scalar" if set(types) & SCALARS else None
        return "number" if function == "python.subtract" else None
    return _RESULTS.get(function)


def can_fail(
    expression: Expression, loops: LoopTypes, defaults: Set[str], known: Set[Expression] = frozenset()
) -> bool:
    """False where evaluation always succeeds.

    `defaults` are the variables that have a default value, `known` expressions that were evaluated successfully before.
    """
    if expression in known:
        return False
    match expression:
        case VariableReference(name=name):
            return name not in defaults
        case Reference(part="body"):
            return True
        case Lookup(key=key, cases=cases, otherwise=otherwise):
            if otherwise is None or type_of(key, loops) not in {
                "text",
                "integer",
                "float",
                "boolean",
                "null",
            }:
                return True
            return any(can_fail(e, loops, defaults, known) for e in children(expression)) or not cases
        case Choice(test=test):
            if type_of(test, loops) != "boolean":
                return True
        case Call(function=function, arguments=arguments):
            if not (
                FUNCTIONS[function].total or _safe(function, tuple(type_of(a, loops) for a in arguments))
            ):
                return True
        case Constant() | LoopValue() | Reference() | RecordExpression() | SequenceExpression():
            pass
        case _:
            return True
    return any(can_fail(child, loops, defaults, known) for child in children(expression))


def _safe(function: str, types: tuple[str | None, ...]) -> bool:
    """True if a partial function cannot fail on arguments of these types."""
    if function in _ARITHMETIC:
        integers = types == ("integer", "integer")
        return integers or (function == "python.add" and types in (("text", "text"), ("list", "list")))
    if function in ("python.less", "python.less_or_equal"):
        return types in (("integer", "integer"), ("text", "text"))
    if function == "concat":
        return all(one == "text" for one in types)
    if function == "not":
        return types == ("boolean",)
    if function in ("python.length", "python.iterate"):
        return types[0] in ("text", "list", "map")
    if function == "python.contains":
        return types[0] == "list" or types == ("text", "text")
    if function == "python.get":
        return types[:2] == ("map", "text")
    if function in ("python.strip", "python.lower", "python.upper", "python.title", "python.capitalize"):
        return types == ("text",)
    return False
