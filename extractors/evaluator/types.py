"""What type an expression has and whether it can fail, as far as that follows from its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

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
from migrate.model.operands import Operand, common_type, includes
from migrate.model.values import type_name

OF_NUMBERS = frozenset(
    f"python.{name}"
    for name in ("subtract", "divide", "floor_divide", "modulo", "negate", "absolute", "round", "sum")
)
"""Functions whose result is taken for a number where an argument is not known to be something else."""

LoopTypes = Mapping[tuple[str, str], str]
"""The types of loop variables by loop and name.

The key ("", NAME) marks a variable that can be null, (LOOP, ITEM) the items that a loop goes through, `unassigned(...)`
a loop variable that may not be assigned yet.
"""
ITEM = "(item)"


def unassigned(loop: str, name: str) -> tuple[str, str]:
    """The key of a loop variable that may not be assigned yet: to read it can fail."""
    return loop, f"{name} is not assigned"


_PARTS = {
    **dict.fromkeys(("status", "row_count", "reached", "nanoseconds"), "integer"),
    **dict.fromkeys(("utc", "local"), "naive datetime"),
    **dict.fromkeys(("text", "method", "path", "message", "representation"), "text"),
    **dict.fromkeys(("failed", "exists"), "boolean"),
    **dict.fromkeys(("rows", "columns"), "list"),
    "seconds": "float",
    "bytes": "bytes",
    "headers": "map",
}
"""The types of the parts of an answer; the others depend on the data."""


def type_of(expression: Expression, loops: LoopTypes) -> str | None:
    """The type's name (as in `type_name`), or None where it depends on the data."""
    match expression:
        case Constant(value=value):
            return type_name(value)
        case Call():
            return _type_of_call(expression, loops)
        case VariableReference(name=name):
            return None if ("", name) in loops else "text"
        case SecretReference():
            return "text"
        case Reference(step=step, part="item"):
            return loops.get((step, ITEM))
        case Reference(part=part):
            return _PARTS.get(part)
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
        case _:
            return None


def _type_of_call(call: Call, loops: LoopTypes) -> str | None:
    match call:
        case Call(function="python.member", arguments=(container, _)) if held := held_type(container, loops):
            return held
        case Call(function="python.get", arguments=(container, _, otherwise)) if held := held_type(
            container, loops
        ):
            return common_type(held, type_of(otherwise, loops))
        case _:
            return FUNCTIONS[call.function].result_type(_operands(call.arguments, loops))


def held_type(container: Expression, loops: LoopTypes) -> str | None:
    """The type of all values that a map holds; None where it depends on the data, or for what is no map."""
    match container:
        case Reference(part="headers"):
            return "text"
        case Call(function="configparser.sections"):
            return "map"
        case Call(
            function="python.member" | "python.get",
            arguments=(Call(function="configparser.sections"), *_),
        ):
            return "text"
        case Call(function="requests.links"):
            return "map"
        case Call(function="python.member", arguments=(Call(function="requests.links"), _)):
            return "text"
        case Call(
            function="python.get",
            arguments=(Call(function="requests.links"), _, RecordExpression(entries=entries)),
        ) if all(type_of(entry.value, loops) == "text" for entry in entries):
            return "text"
        case _:
            return None


def _operands(arguments: Sequence[Expression], loops: LoopTypes) -> tuple[Operand, ...]:
    return tuple(
        Operand(type_of(argument, loops), argument if isinstance(argument, Constant) else None)
        for argument in arguments
    )


def can_fail(
    expression: Expression, loops: LoopTypes, defaults: Set[str], known: Set[Expression] = frozenset()
) -> bool:
    """False where evaluation always succeeds.

    `defaults` are the variables that have a default value, `known` expressions that were evaluated successfully before.
    """
    if expression in known:
        return False
    match expression:
        case VariableReference(name=name) | SecretReference(name=name):
            return name not in defaults
        case Reference(part="body"):
            return True
        case Lookup(key=key, cases=cases, otherwise=otherwise):
            if otherwise is None or not includes("scalar", type_of(key, loops)):
                return True
            return any(can_fail(e, loops, defaults, known) for e in children(expression)) or not cases
        case Choice(test=test):
            if type_of(test, loops) != "boolean":
                return True
        case Call(function="python.json_text", arguments=(content, *_)) if _is_fixed(content):
            return False
        case Call(function="python.get" | "python.with_item", arguments=(of, Constant(), *others)) if (
            is_map(of) in known
        ):
            return any(can_fail(one, loops, defaults, known) for one in others)
        case Call(function=function, arguments=arguments):
            if not FUNCTIONS[function].cannot_fail(_operands(arguments, loops)):
                return True
        case LoopValue(loop=loop, name=name):
            return unassigned(loop, name) in loops
        case RecordExpression(entries=entries):
            conditions = (entry.when for entry in entries if entry.when is not None)
            if any(type_of(one, loops) != "boolean" for one in conditions):
                return True
        case Constant() | Reference() | SequenceExpression():
            pass
        case _:
            return True
    return any(can_fail(child, loops, defaults, known) for child in children(expression))


def is_map(value: Expression) -> Expression:
    """Stands among known expressions for one that succeeds for maps only, such as a look-up of a text."""
    return Call(function="python.get", arguments=(value, Constant(value=None)))


def _is_fixed(content: Expression) -> bool:
    """True for a value that the source fixes, of lists, maps and constants alone: JSON can hold it."""
    match content:
        case Constant():
            return True
        case RecordExpression(entries=entries):
            return all(entry.when is None and _is_fixed(entry.value) for entry in entries)
        case SequenceExpression(items=items):
            return all(_is_fixed(item) for item in items)
        case _:
            return False
