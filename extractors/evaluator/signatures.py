"""Whether two evaluations have made the same of a module, though the addresses of its objects may differ."""

from __future__ import annotations

from extractors.evaluator.state import NotData, State
from extractors.evaluator.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Known,
    ModuleValue,
    Pointer,
    TupleValue,
    Value,
)

Signature = object
"""Equal for values that mean the same; that of a value which cannot be compared is equal to no other."""


def signature(state: State, value: Value, around: tuple[int, ...] = ()) -> Signature:
    """What a value is, with no address in it. A module counts with all its names, another one in it by its name."""
    match value:
        case Known() | External():
            return value
        case ModuleValue(name=name):
            return name if around else _of_names(state, value.names, around)
        case FunctionValue(definition=definition, defaults=defaults, bound=None, binding=binding):
            given = tuple((name, signature(state, one, around)) for name, one in defaults)
            return definition.span, given, binding
        case ClassValue(definition=definition, attributes=attributes, bases=bases):
            if attributes in around:
                return definition.span
            inner = tuple(signature(state, one, (*around, attributes)) for one in bases)
            return definition.span, inner, _of_names(state, attributes, around)
        case TupleValue(items=items):
            return tuple(signature(state, one, around) for one in items)
        case Pointer(address=address) if isinstance(found := state.peek(address), Instance):
            if address in around:
                return around.index(address)
            inner = tuple(
                (name, signature(state, one, (*around, address))) for name, one in found.attributes.items()
            )
            return signature(state, found.of, (*around, address)), inner
    try:
        return state.data(value)
    except NotData:
        return object()


def _of_names(state: State, address: int, around: tuple[int, ...]) -> Signature:
    found = state.peek(address)
    if not isinstance(found, Frame):
        return object()
    return tuple((name, signature(state, one, (*around, address))) for name, one in found.names.items())
