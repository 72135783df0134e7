"""Lists and maps that one name alone holds: no change of them shows under another name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from extractors.evaluator.state import Cell, State
from extractors.evaluator.values import (
    ClassValue,
    CollectionValue,
    CoroutineValue,
    DataObject,
    EitherValue,
    Frame,
    FunctionValue,
    GeneratorValue,
    GrownList,
    HeapObject,
    Instance,
    ListObject,
    MapObject,
    Method,
    ModuleValue,
    Place,
    Pointer,
    Symbolic,
    TupleValue,
    Value,
    ViewValue,
)

Sort = Literal["list", "map", "any", "set"]


def references(heap: dict[int, HeapObject]) -> Counter[int]:
    """How often each object is held."""
    return Counter(
        address for found in heap.values() for value in values_of(found) for address in _held(value)
    )


def closures(heap: dict[int, HeapObject], *others: Value) -> set[int]:
    """The name spaces that functions, classes and generators live in which are held somewhere, and those around."""
    found = {
        address
        for values in (others, *(values_of(one) for one in heap.values()))
        for value in values
        for address in _closed_over(value)
    }
    for one in heap.values():
        if isinstance(one, Frame) and one.outer is not None and one.names:
            found.add(one.outer)
    return found


def _closed_over(value: Value) -> Iterator[int]:
    match value:
        case FunctionValue(closure=closure):
            yield closure
        case GeneratorValue(frame=frame, function=function) | CoroutineValue(frame=frame, function=function):
            yield from (frame, function.closure)
        case ClassValue(attributes=address) | ModuleValue(names=address):
            yield address
        case TupleValue(items=items):
            for item in items:
                yield from _closed_over(item)
        case EitherValue(then=one, otherwise=two):
            yield from (*_closed_over(one), *_closed_over(two))
        case _:
            return


def values_of(found: HeapObject) -> tuple[Value, ...]:
    """The values that an object holds."""
    match found:
        case Frame(names=names) | Instance(attributes=names):
            return tuple(names.values())
        case ListObject(items=items):
            return items
        case GrownList(first=first, items=items):
            return (first, *items)
        case MapObject(items=entries):
            return tuple(entry.value for entry in entries)
        case _:
            return ()


def _held(value: Value) -> Iterator[int]:
    match value:
        case (
            Pointer(address=address)
            | Symbolic(place=Place(address=address))
            | ViewValue(of=Pointer(address=address))
        ):
            yield address
        case TupleValue(items=items):
            for item in items:
                yield from _held(item)
        case Method(receiver=inner) | CollectionValue(items=inner):
            yield from _held(inner)
        case EitherValue(then=one, otherwise=two):
            yield from (*_held(one), *_held(two))
        case FunctionValue(bound=bound, defaults=defaults):
            for one in (*((bound,) if bound is not None else ()), *(default for _, default in defaults)):
                yield from _held(one)


def sort_of_owned(state: State, cell: Cell) -> Sort | None:
    """The sort of the list or map that a name or attribute holds, and nothing else; None where that is not so."""
    value = state.read(cell)
    if not isinstance(value, Pointer) or state.has_copies(value.address):
        return None
    alone = references(state.heap)[value.address] == 1
    return sort_of(state.peek(value)) if alone else None


def sort_of(found: HeapObject) -> Sort | None:
    """Whether an object is a list, a map or a set; None for other objects."""
    match found:
        case ListObject(sort=kind):
            return kind
        case GrownList():
            return "list"
        case MapObject():
            return "map"
        case DataObject(sort=sort):
            return sort
        case _:
            return None
