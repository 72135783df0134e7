"""Loops that change the items they go through in place: the list that holds the items changes with them."""

from __future__ import annotations

from extractors.evaluator import operators
from extractors.evaluator.changes import UNCLEAR, claim, origin_of
from extractors.evaluator.context import Context
from extractors.evaluator.paths import ANY_KEY, shared
from extractors.evaluator.places import UNSURE
from extractors.evaluator.sharing import unsettle_part
from extractors.evaluator.state import State
from extractors.evaluator.types import LoopTypes, type_of
from extractors.evaluator.values import DataObject, Place, Value
from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    LoopValue,
    Reference,
    SequenceExpression,
    SourceSpan,
    Unmapped,
)

_CHANGED = Unmapped(code=UNSURE.code, reason="the items of a list that a loop changes in place")


def forget_items(
    context: Context, base: State, source: Value | None, over: Expression, span: SourceSpan
) -> Place | None:
    """Lets the list that a loop goes through be unknown while the loop runs, and wherever its items are held.

    Returns the place of the list, if it is a part of one object.
    """
    place = origin_of(context, base, source)
    lists = {root for root, _ in shared(over) if isinstance(root, LoopValue)}
    known = [
        a for a, found in base.heap.items() if isinstance(found, DataObject) and found.expression in lists
    ]
    own = {*known, *(() if place is None else (place.address,))}
    parts = tuple(dict.fromkeys(shared(over)))
    for answer in dict.fromkeys(root for root, _ in parts if isinstance(root, Reference)):
        problem = claim(context, base, answer)
        if problem is None:
            own.add(base.roots[answer])
        else:
            context.gap("HS103", problem, span)
    if not unsettle_part(context, base, over, (ANY_KEY,), own):
        context.gap("HS103", UNCLEAR, span)
    for root, keys in parts:
        if isinstance(root, LoopValue):
            owner = _forget(base, root)
            if owner is None:
                context.gap("HS103", UNCLEAR, span)
            elif place is None or place.address != owner:
                base.change_part(Place(owner), _CHANGED, "any")
        elif root in base.roots and place != Place(base.roots[root], keys):
            base.change_part(Place(base.roots[root], keys), _CHANGED, "any")
    if place is not None:
        base.change_part(place, _CHANGED, "any")
    return place


def _forget(base: State, value: LoopValue) -> int | None:
    """Lets all but the object that a loop variable alone holds be unknown; its address, None if there is none."""
    owner = None
    lost: list[int] = []
    for address, found in base.heap.items():
        if not isinstance(found, DataObject):
            continue
        if found.expression == value:
            owner = address
        elif any(root == value for root, _ in shared(found.expression)):
            lost.append(address)
    base.ruin(lost)
    return owner


def with_item(rebuilt: LoopValue, state: State, loop: str) -> Expression:
    """The rebuilt list with the item of this pass behind it, as it is at a state."""
    item = Reference(step=loop, part="item")
    found = state.heap[state.roots[item]] if item in state.roots else DataObject(item, "any")
    now = found.expression if isinstance(found, DataObject) else _CHANGED
    return operators.call("python.add", rebuilt, SequenceExpression(items=(now,)))


def after_loop(rebuilt: LoopValue, over: Expression, *, whole: bool, types: LoopTypes) -> Expression:
    """The list after the loop: its items as they were left, and behind them those that were not visited."""
    visited = over
    match over:
        case Call(function="python.iterate", arguments=(inner,)):
            visited = inner
    made: Expression = rebuilt
    if not whole:
        rest = operators.call(
            "python.slice", visited, operators.call("python.length", rebuilt), Constant(value=None)
        )
        made = operators.call("python.add", rebuilt, rest)
    if type_of(visited, types) == "list":
        return made
    # Without a pass it could be anything that has no items.
    is_list = operators.call("identical_type", visited, Constant(value="list"))
    return Choice(test=is_list, then=made, otherwise=visited)
