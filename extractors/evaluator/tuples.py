"""Tuples among values: an expression would hold them as lists, which Python tells apart."""

from __future__ import annotations

from extractors.evaluator.context import Context
from extractors.evaluator.values import (
    DataObject,
    ListObject,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Value,
)


def holds_tuple(context: Context, value: Value) -> bool:
    """True if a tuple stands in the value, which an expression would hold as a list."""
    match value:
        case TupleValue():
            return True
        case Pointer():
            match context.state.get(value):
                case ListObject(items=items):
                    return any(holds_tuple(context, one) for one in items)
                case MapObject(items=entries):
                    return any(holds_tuple(context, entry.value) for entry in entries)
                case DataObject(expression=expression):
                    return context.tuples.inside(expression)
                case _:
                    return False
        case Symbolic(expression=expression):
            return context.tuples.inside(expression)
        case _:
            return False
