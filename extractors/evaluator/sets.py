"""What is made of two sets: the library of the language knows how."""

from __future__ import annotations

from extractors.evaluator.context import Context
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import State
from extractors.evaluator.values import CollectionValue, DataObject, External, ListObject, Pointer, Value
from migrate.model import SourceSpan

_OPERATORS = {"-": "difference", "&": "intersection", "|": "union", "^": "symmetric_difference"}
_TOGETHER = frozenset((*_OPERATORS.values(), "issubset", "issuperset", "isdisjoint"))


def is_set(state: State, value: Value) -> bool:
    """True for a set, whatever is known of its members."""
    match value:
        case CollectionValue(sort="set"):
            return True
        case Pointer():
            found = state.get(value)
            return isinstance(found, (DataObject, ListObject)) and found.sort == "set"
        case _:
            return False


def of_sets(context: Context, sign: str, left: Value, right: Value, span: SourceSpan) -> Value | None:
    """`left sign right` of two sets; None for other operators and values."""
    name = _OPERATORS.get(sign)
    if name is None or not (is_set(context.state, left) and is_set(context.state, right)):
        return None
    return context.call(External(f"builtins.set.{name}"), Arguments((left, right), {}), span)


def together(
    context: Context, receiver: Value, name: str, arguments: Arguments, span: SourceSpan
) -> Value | None:
    """What a method gives that a set has for itself and others; None for other methods, and other objects."""
    if name not in _TOGETHER or not is_set(context.state, receiver):
        return None
    given = Arguments((receiver, *arguments.positional), arguments.keywords)
    return context.call(External(f"builtins.set.{name}"), given, span)
