"""Loop variables that hold parts of answers and items: an item that a list was filled with, the record before this one.

What changes in place may be held by one of them too, and then nobody sees the change there. The objects that a loop
variable holds in a pass come from earlier passes, so they are others than those that the pass itself has made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.evaluator import places
from extractors.evaluator.context import Context
from extractors.evaluator.paths import holds, path_of, shared
from extractors.evaluator.values import DataObject, Place, Symbolic, Value
from migrate.model import Call, Choice, Expression, LoopValue, Reference, SequenceExpression, leaves


def is_collected(context: Context, place: Place) -> bool:
    """True if a loop variable that is still held may be, or hold, what changes, or what it lies in."""
    roots = [root for root, address in context.state.roots.items() if address == place.address]
    if not roots or not context.loops.sharing:
        return False
    held = set(_held(context, place))
    for root in roots:
        wheres = tuple(context.data_parts(root, place.keys))
        for value in held:
            if value.loop in context.loops.around and is_new(context, root, value.loop):
                continue
            for collected, inner in context.loops.sharing.get((value.loop, value.name), ()):
                if any(one == collected and holds(inner, keys) != "different" for one, keys in wheres):
                    return True
    return False


def _held(context: Context, place: Place) -> Iterator[LoopValue]:
    """The loop variables in what is held anywhere but in the object at the place."""
    found: list[Expression] = []

    def look(value: Symbolic) -> Value:
        if value.place is None or value.place.address != place.address:
            found.append(value.expression)
        return value

    places.sweep(dict(context.state.heap), look)
    for values in context.held:
        for value in values:
            places.changed_value(value, look)
    for address, one in context.state.heap.items():
        if isinstance(one, DataObject) and address != place.address:
            found.append(one.expression)
    for expression in found:
        yield from (part for part in leaves(expression) if isinstance(part, LoopValue))


def is_new(context: Context, root: Reference, loop: str) -> bool:
    """True if the object is another one in each pass of the loop."""
    if root.part != "item":
        return _number(root.step) > _number(loop)
    over = context.tuples.over.get(root.step)
    if over is None:
        return False
    if root.step == loop:
        return _has_distinct_items(context, over)
    found = tuple(shared(over))
    return bool(found) and all(isinstance(one, Reference) and is_new(context, one, loop) for one, _ in found)


def _has_distinct_items(context: Context, over: Expression) -> bool:
    """True if no two items of the list are one object: the list of an answer, or one filled with such, each once."""
    match over:
        case Call(function="python.iterate" | "python.values", arguments=(inner,)):
            return _has_distinct_items(context, inner)
        case Call(function="python.zip", arguments=(*lists,)):
            return all(_has_distinct_items(context, one) for one in lists)
        case LoopValue(loop=loop, name=name):
            ways = context.loops.carried.get((loop, name), ())
            return bool(ways) and all(_adds_once(one, over) for way in ways for one in _sides(way))
        case SequenceExpression(items=()):
            return True
        case _:
            return path_of(over) is not None


def _sides(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, Choice):
        yield from _sides(expression.then)
        yield from _sides(expression.otherwise)
    else:
        yield expression


def _adds_once(expression: Expression, own: LoopValue) -> bool:
    """True if the list gets no item, or parts of what a pass has made, each once."""
    match expression:
        case SequenceExpression(items=()):
            return True
        case Call(function="python.add", arguments=(first, SequenceExpression(items=(one,)))) if first == own:
            path = path_of(one)
            return path is not None and (
                path[0].step == own.loop or _number(path[0].step) > _number(own.loop)
            )
        case Call(function="python.add", arguments=(first, more)) if first == own:
            path = path_of(more)
            return path is not None and _number(path[0].step) > _number(own.loop)
        case _:
            return expression == own


def _number(step: str) -> int:
    found = re.search(r"\d+$", step)
    return int(found[0]) if found is not None else 0
