"""Objects that are one of two, as a condition decides: a document that was read, or the default where there is none.

Such a value is an expression. With its first change it becomes an object in the heap, if nothing else can see the
change: one name holds it, and nothing holds what it may be, or something in which that lies.
"""

from __future__ import annotations

from collections.abc import Iterator

from extractors.evaluator import places
from extractors.evaluator.context import Context
from extractors.evaluator.ownership import references
from extractors.evaluator.paths import path_of, shared
from extractors.evaluator.state import NotData, State
from extractors.evaluator.values import DataObject, ListObject, MapObject, Place, Pointer, Symbolic, Value
from migrate.model import (
    Call,
    Choice,
    Expression,
    LoopValue,
    RecordExpression,
    Reference,
    SequenceExpression,
    walk,
)


def place_of_joined(context: Context, value: Symbolic) -> Place | None:
    """Where the object lies that the value now becomes; None where another name may see its changes.

    Within a pass of a loop that is not said yet: the value must become an object before the loop.
    """
    if any(target.residual for target in context.control.targets):
        context.loops.joined.add(value.expression)
        return None
    place = settle_joined(context.state, value.expression)
    if place is not None:
        context.change_held(lambda one: _settled(one, value.expression, place))
    return place


def settle_joined(state: State, expression: Expression) -> Place | None:
    """Makes an object of what a name holds in a state; None where that is not possible."""
    sides = tuple(_sides(expression))
    if not isinstance(expression, Choice) or None in sides or not _held_once(state, expression):
        return None
    if _made_of_held(state, expression):
        return None
    place = Place(state.allocate(DataObject(expression, "any")).address)
    places.sweep(state.heap, lambda one: _settled(one, expression, place))
    return place


def _settled(one: Symbolic, expression: Expression, place: Place) -> Value:
    return Symbolic(expression, place) if one == Symbolic(expression) else one


def _sides(expression: Expression) -> Iterator[Expression | None]:
    """What the value may be; None for anything but a new list or map, or a whole document."""
    match expression:
        case Choice(then=then, otherwise=otherwise):
            yield from (*_sides(then), *_sides(otherwise))
        case RecordExpression() | SequenceExpression() | Reference(part="body"):
            yield expression
        case _:
            yield None


def _held_once(state: State, expression: Expression) -> bool:
    """True if one name holds the value, and no other value is, or holds, what it may be."""
    value = Symbolic(expression)
    roots = {root for root, _ in shared(expression)}
    times = 0
    alone = True

    def look(one: Symbolic) -> Value:
        nonlocal times, alone
        if one == value:
            times += 1
        elif one.place is not None or not _is_part(one.expression, value.expression):
            alone = alone and not any(_holds(one.expression, root) for root in roots)
        return one

    places.sweep(dict(state.heap), look)
    for found in state.heap.values():
        if isinstance(found, DataObject) and any(_holds(found.expression, root) for root in roots):
            alone = False
    return alone and times == 1 and not roots & state.roots.keys()


def _is_part(expression: Expression, whole: Expression) -> bool:
    """True if an expression is something that lies in the whole, not the whole itself."""
    match expression:
        case Call(function="python.member" | "python.get", arguments=(container, _, *others)):
            plain = all(not any(shared(other)) for other in others)
            return plain and (container == whole or _is_part(container, whole))
        case _:
            return False


def _holds(expression: Expression, root: Reference | LoopValue) -> bool:
    """True unless an expression only holds parts of what the root stands for."""
    found = path_of(expression)
    if found is not None:
        return found == (root, ())
    return any(one == root for one, _ in shared(expression))


def _made_of_held(state: State, expression: Expression) -> bool:
    """True if a list or map of the script that is still held went into the expression."""
    parts = set(walk(expression))
    held = references(state.heap)
    for address, found in state.heap.items():
        if held[address] and isinstance(found, (ListObject, MapObject)):
            try:
                if state.data(Pointer(address)) in parts:
                    return True
            except NotData:
                continue
    return False
