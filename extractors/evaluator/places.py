"""Objects that are known at run time only and that the script changes: one object in the heap, however it is held.

Data of an answer is an expression as long as nothing changes it. With the first change of a part, the whole that it
belongs to becomes an object in the heap, and what is held of it elsewhere becomes a part of that object: from then on
each change shows wherever the changed part is held. What cannot be told apart is not known afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from extractors.evaluator.paths import Keys, holds, optional_keys, part, path_of, relation, shared
from extractors.evaluator.values import (
    CollectionValue,
    DataObject,
    EitherValue,
    Frame,
    GrownList,
    HeapObject,
    Instance,
    ListObject,
    MapItem,
    MapObject,
    Method,
    Place,
    Ruined,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import Call, Expression, Reference

Heap = dict[int, HeapObject]
Change = Callable[[Symbolic], Value]
Replaced = Expression | Literal["none", "any"]
"""The key whose part is another one after a change; `none` if all parts stay, `any` if that is not known."""

UNSURE = Unknown("HS103", "a part of it may have been changed in place under another name")


def changed_value(value: Value, change: Change) -> Value:
    """The value with the change applied to what is known at run time only, also inside of tuples."""
    match value:
        case Symbolic():
            return change(value)
        case TupleValue(items=items):
            made = tuple(changed_value(item, change) for item in items)
            return value if all(a is b for a, b in zip(made, items, strict=True)) else TupleValue(made)
        case CollectionValue(items=gives):
            held = changed_value(gives, change)
            if isinstance(held, Unknown):
                return held
            return value if held is gives else replace(value, items=held)
        case EitherValue(then=then, otherwise=otherwise):
            one, two = changed_value(then, change), changed_value(otherwise, change)
            return value if one is then and two is otherwise else replace(value, then=one, otherwise=two)
        case Method(receiver=receiver):
            inner = changed_value(receiver, change)
            return value if inner is receiver else replace(value, receiver=inner)
        case _:
            return value


_CHANGING = frozenset({Symbolic, TupleValue, CollectionValue, EitherValue, Method})
"""What is, or holds, something that is known at run time only."""


def _changed_names(names: dict[str, Value], change: Change) -> dict[str, Value] | None:
    made = {
        name: new
        for name, value in names.items()
        if type(value) in _CHANGING and (new := changed_value(value, change)) is not value
    }
    return {**names, **made} if made else None


def _changed_object(found: HeapObject, change: Change) -> HeapObject:
    match found:
        case Frame(names=names):
            made = _changed_names(names, change)
            return found if made is None else replace(found, names=made)
        case Instance(attributes=names):
            made = _changed_names(names, change)
            return found if made is None else replace(found, attributes=made)
        case ListObject(items=items) | GrownList(items=items):
            inner = tuple(changed_value(item, change) for item in items)
            return (
                found
                if all(a is b for a, b in zip(inner, items, strict=True))
                else replace(found, items=inner)
            )
        case MapObject(items=entries):
            values = tuple(changed_value(entry.value, change) for entry in entries)
            if all(a is entry.value for a, entry in zip(values, entries, strict=True)):
                return found
            pairs = zip(values, entries, strict=True)
            return replace(found, items=tuple(MapItem(e.key, value, e.when, e.span) for value, e in pairs))
        case _:
            return found


def sweep(heap: Heap, change: Change) -> None:
    """Applies a change to every value in the heap that is known at run time only."""
    for address, found in heap.items():
        heap[address] = _changed_object(found, change)


def adopted(value: Symbolic, root: Reference, address: int) -> Symbolic:
    """The value as a part of the object that the root has become, if it is one."""
    found = path_of(value.expression) if value.place is None else None
    if found is None or found[0] != root:
        return value
    return replace(value, place=Place(address, found[1], optional_keys(value.expression)))


def adopt(heap: Heap, root: Reference, address: int) -> None:
    """Makes an object of an answer or item; what is held of it becomes a part of the object."""
    heap[address] = DataObject(root, "any")
    sweep(heap, lambda value: adopted(value, root, address))


def refreshed(value: Symbolic, heap: Heap, addresses: Iterable[int]) -> Value:
    """The value as it is after objects have changed."""
    if value.place is None or value.place.address not in addresses:
        return value
    match heap[value.place.address]:
        case DataObject(expression=expression):
            return Symbolic(part(expression, value.place.keys, value.place.optional), value.place)
        case Ruined(unknown=unknown):
            return unknown
        case _:
            return UNSURE


def refresh(heap: Heap, addresses: Iterable[int]) -> None:
    """Brings what is held of objects up to date after they have changed."""
    wanted = frozenset(addresses)
    if wanted:
        sweep(heap, lambda value: refreshed(value, heap, wanted))


def after_change(
    value: Symbolic, place: Place, expression: Expression, root: Reference | None, gone: Replaced
) -> Value:
    """What a value is after the part at a place has changed; `expression` is the whole object then.

    `root` is the answer or item that the object was made of.
    """
    if value.place is None:
        return value if root is None or not _sees(value.expression, root, place.keys) else UNSURE
    if value.place.address != place.address:
        return value
    return _part_after_change(value, value.place, place.keys, expression, gone)


def is_new_list(expression: Expression) -> bool:
    """True for a list that was made of another one, which later changes of that one do not reach."""
    return isinstance(expression, Call) and expression.function in ("python.sorted_by", "python.slice")


def _part_after_change(
    value: Symbolic, own: Place, changed: Keys, expression: Expression, gone: Replaced
) -> Value:
    keys = own.keys
    match holds(keys, changed):
        case "same":
            return Symbolic(part(expression, keys, own.optional), own)
        case "unsure":
            return UNSURE
    if gone == "none" or len(keys) <= len(changed):
        return value
    match holds(changed, keys):
        case "different":
            return value
        case "unsure":
            return UNSURE
    if gone == "any":
        return UNSURE
    match relation(keys[len(changed)], gone):
        case "same":
            return Symbolic(value.expression)
        case "different":
            return value
        case _:
            return UNSURE


def _sees(expression: Expression, root: Reference, changed: Keys) -> bool:
    """True if a value that is no plain part of the object could be, or hold, the changed part."""
    if path_of(expression) is not None:
        return False  # a part that was taken out before, or one of another decoding of the answer
    return any(found == root and holds(keys, changed) != "different" for found, keys in shared(expression))


def object_after_change(found: HeapObject, root: Reference | None, changed: Keys) -> HeapObject:
    """What a list or map that was filled at run time is after a part has changed that it may hold."""
    if not isinstance(found, DataObject) or root is None:
        return found
    copied = path_of(found.expression)
    if copied is None:
        sees = _sees(found.expression, root, changed)
    else:
        sees = (
            copied[0] == root and len(copied[1]) < len(changed) and holds(copied[1], changed) != "different"
        )
    return Ruined(UNSURE) if sees else found
