"""Objects that nothing holds any more: what a statement has made on its way, and the names of calls that are over.

What is still needed is held by a name, or was made before the statement began: a list that is being filled, an argument
that waits for the others. So of the objects that are younger, those are let go that no other object leads to. What they
held is then held by them no longer, and can change in place without being seen through them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractors.evaluator.ownership import values_of
from extractors.evaluator.state import State
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
    Known,
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


def release(state: State, since: int, waiting: Iterable[Value] = ()) -> None:
    """Lets go of the lists, maps and name spaces made since an address was free that nothing leads to.

    Objects of classes and libraries are kept, and all that they hold; `waiting` are values that lie in no object.
    """
    heap = state.heap
    young = {a for a, found in heap.items() if a >= since and isinstance(found, _RELEASED)}
    if not young:
        return
    reached = {address for value in waiting for address in _addresses(value)}
    for address, found in heap.items():
        known = state.newest.get(address)
        if known is None or known[0] is not found:
            known = state.newest[address] = found, max(_leads_to(found), default=-1)
        if known[1] >= since and address not in young:
            reached.update(_leads_to(found))
    while reached:
        new = reached & young
        young -= new
        reached = {to for address in new for to in _leads_to(heap[address])}
    for address in young:
        gone = heap[address]
        if isinstance(gone, Frame):
            heap[address] = Frame({}, gone.outer)
        else:
            del heap[address]


_RELEASED = (ListObject, MapObject, DataObject, GrownList, Frame)


def _leads_to(found: HeapObject) -> Iterator[int]:
    if isinstance(found, Frame) and found.outer is not None:
        yield found.outer
    for value in values_of(found):
        yield from _addresses(value)


def _addresses(value: Value) -> Iterator[int]:
    match value:
        case Known():
            return
        case Pointer(address=address) | Symbolic(place=Place(address=address)):
            yield address
        case ViewValue(of=of):
            yield of.address
        case TupleValue(items=items):
            for item in items:
                yield from _addresses(item)
        case CollectionValue(items=inner) | Method(receiver=inner):
            yield from _addresses(inner)
        case EitherValue(then=one, otherwise=two):
            yield from (*_addresses(one), *_addresses(two))
        case FunctionValue(closure=closure, bound=bound, defaults=defaults):
            yield closure
            for one in (*((bound,) if bound is not None else ()), *(default for _, default in defaults)):
                yield from _addresses(one)
        case GeneratorValue(function=function, frame=frame) | CoroutineValue(function=function, frame=frame):
            yield frame
            yield from _addresses(function)
        case ModuleValue(names=names):
            yield names
        case ClassValue(attributes=attributes, bases=bases):
            yield attributes
            for base in bases:
                yield from _addresses(base)
