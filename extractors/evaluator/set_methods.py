"""Methods of sets: a set that is filled at run time is a map with its members as keys."""

from __future__ import annotations

from extractors.evaluator import changes, operators
from extractors.evaluator.context import Context
from extractors.evaluator.values import NONE, DataObject, Known, ListObject, Pointer, Unknown, Value
from migrate.model import Constant, SourceSpan

_FUNCTIONS = {"add": "python.with_item", "discard": "python.without_key", "remove": "python.without_item"}


def set_method(
    context: Context, receiver: Pointer, name: str, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    """What `add`, `discard` or `remove` of a set gives; None for other methods, and other objects."""
    found = context.state.get(receiver)
    members = context.state.members(receiver)
    if members is None or name not in _FUNCTIONS or len(values) != 1:
        return None
    member = values[0]
    if isinstance(member, Unknown):
        return member
    if isinstance(found, ListObject) and name == "add" and isinstance(member, Known):
        if not any(isinstance(one, Known) and one.value == member.value for one in found.items):
            context.replace(receiver, ListObject((*found.items, member), "set"), span)
        return NONE
    key = context.snapshot(member, span)
    more = (Constant(value=True),) if name == "add" else ()
    if isinstance(found, ListObject):
        context.replace(receiver, DataObject(members, "set"), span)
    lost = changes.change(
        context, receiver, lambda old: operators.call(_FUNCTIONS[name], old, key, *more), "any", span
    )
    return lost or NONE
