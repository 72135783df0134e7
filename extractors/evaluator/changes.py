"""Changes in place of lists and maps that are known at run time only."""

from __future__ import annotations

from collections.abc import Callable

from extractors.evaluator import operators, places
from extractors.evaluator.collecting import is_collected
from extractors.evaluator.context import Context
from extractors.evaluator.joined import place_of_joined
from extractors.evaluator.ownership import sort_of
from extractors.evaluator.paths import Keys, holds, identities, member, part, path_of, shared
from extractors.evaluator.sharing import unsettle
from extractors.evaluator.state import NotData, State
from extractors.evaluator.values import (
    DataObject,
    GrownList,
    Instance,
    Known,
    Place,
    Pointer,
    Ruined,
    Symbolic,
    Unknown,
    Value,
)
from migrate.model import (
    Call,
    Constant,
    Expression,
    RecordExpression,
    Reference,
    SourceSpan,
    children,
)
from migrate.model.expressions import Entry
from migrate.model.operands import SCALARS

UNCLEAR = "changing a list or map in place that may be held under other names"


def place_of(context: Context, value: Value) -> Place | str:
    """Where the object lies that the value is, so that it can be changed; else why it cannot."""
    if isinstance(value, Pointer):
        return Place(value.address) if isinstance(context.state.get(value), DataObject) else UNCLEAR
    if not isinstance(value, Symbolic):
        return "changing a value in place that is no list or map"
    if value.place is not None:
        found = context.state.get(value.place.address)
        if not isinstance(found, DataObject):
            return UNCLEAR
        whole = part(found.expression, value.place.keys)
        own = path_of(whole) if value.place.keys else None
        if own is None and value.place.keys:
            for root, _ in identities(whole):
                if isinstance(root, Reference) and context.state.roots.get(root) != value.place.address:
                    return UNCLEAR
        if own is None or context.state.roots.get(own[0]) == value.place.address:
            return value.place
        return _place_in(context, *own)  # a part of another object, of which this one is a copy
    path = path_of(value.expression)
    if path is None:
        return place_of_joined(context, value) or UNCLEAR
    return _place_in(context, *path)


def _place_in(context: Context, root: Reference, keys: Keys) -> Place | str:
    problem = claim(context, context.state, root)
    return problem or Place(context.state.roots[root], keys)


def claim(context: Context, state: State, root: Reference) -> str | None:
    """Makes an object of an answer or item, so that it can be changed; says why where that is not possible."""
    if root in state.roots:
        return None
    if root.part == "body" and not _decoded_once(context, root.step):
        return "changing an answer in place that is decoded more than once"
    if root.part == "item":
        over = context.loops.around.get(root.step)
        if over is None:
            return "changing an item in place after its loop"
        if any(_overlap(over, other) for loop, other in context.loops.gone_through() if loop != root.step):
            return "changing an item in place of a list that two loops go through"
        context.loops.changing_items.add(root.step)
    address = context.root_address(root)
    state.adopt(root, address)
    context.change_held(lambda value: places.adopted(value, root, address))
    return None


def origin_of(context: Context, state: State, source: Value | None) -> Place | None:
    """The place of a list that a loop goes through; None if it is no part of one object that can be changed."""
    if isinstance(source, Pointer):
        return Place(source.address) if isinstance(state.get(source), DataObject) else None
    if not isinstance(source, Symbolic):
        return None
    if source.place is not None:
        return source.place
    path = path_of(source.expression)
    if path is None or claim(context, state, path[0]) is not None:
        return None
    return Place(state.roots[path[0]], path[1])


def is_held(context: Context, part_of: Symbolic) -> bool:
    """True if a part of a list or map may be held by itself too, beside what it lies in."""
    path = path_of(part_of.expression)
    found: list[bool] = []

    def look(value: Symbolic) -> Value:
        one, other = value.place, part_of.place
        same = (
            one is not None and other is not None and (one.address, one.keys) == (other.address, other.keys)
        )
        if (
            same
            or value == part_of
            or (value.place is None and path_of(value.expression) == path is not None)
        ):
            found.append(True)
        elif value.place is None and path is not None and path_of(value.expression) is None:
            found.append(
                any(
                    root == path[0] and holds(k, path[1]) != "different"
                    for root, k in shared(value.expression)
                )
            )
        return value

    places.sweep(dict(context.state.heap), look)
    for one in context.state.heap.values():
        if isinstance(one, DataObject) and path is not None and path_of(one.expression) is None:
            found.append(any(root == path[0] for root, _ in shared(one.expression)))
    return any(found)


def _decoded_once(context: Context, request: str) -> bool:
    for found in context.state.heap.values():
        if isinstance(found, Instance) and found.attributes.get("request_id") == Known(request):
            return found.attributes.get("(decoded)") == Known(1)
    return False


def _overlap(one: Expression, other: Expression) -> bool:
    return any(
        root == root_too and "different" not in (holds(keys, keys_too), holds(keys_too, keys))
        for root, keys in shared(one)
        for root_too, keys_too in shared(other)
    )


def change(
    context: Context,
    value: Value,
    made: Callable[[Expression], Expression],
    gone: places.Replaced,
    span: SourceSpan,
) -> Unknown | None:
    """Changes the object that the value is; a gap where it is not clear which.

    `made` makes the new contents of the old; `gone` is the key whose part is another one afterwards.
    """
    if isinstance(value, Pointer) and isinstance(lost := context.state.get(value), Ruined):
        return lost.unknown
    if value == Known(None):
        raise context.fail("TypeError", "None does not support item assignment", span)
    place = place_of(context, value)
    if isinstance(place, str):
        return context.gap("HS103", place, span)
    if context.state.is_frozen(place):
        return context.gap(
            "HS103", "an object changes after a copy of it went into a value known at run time only", span
        )
    if is_collected(context, place):
        return context.gap("HS103", UNCLEAR, span)
    if _is_iterated(context, place):
        return context.gap("HS103", "a list or map changes while a loop goes through it", span)
    found = context.state.get(place.address)
    assert isinstance(found, DataObject)
    changed = made(part(found.expression, place.keys))
    checked = context.symbolic(changed, span, children(changed))
    if isinstance(checked, Unknown):
        return checked
    if not unsettle(context, context.state, place):
        return context.gap("HS103", UNCLEAR, span)
    context.change_held(context.state.change_part(place, changed, gone, settled=True))
    return None


def grows(context: Context, receiver: Value, value: Value) -> bool:
    """`receiver.append(value)`, if the list can hold the value itself and not a copy; else False, and nothing done."""
    if not isinstance(receiver, Pointer) or receiver == value:
        return False
    state, address = context.state, receiver.address
    if state.has_copies(address) or address in state.roots.values():
        return False
    match state.peek(receiver):
        case GrownList(first=first, items=items):
            grown = GrownList(first, (*items, value))
        case DataObject(sort="list") as found if _can_change(context, value) and not _is_in_parts(
            context, address
        ):
            grown = GrownList(state.allocate(found), (value,))
        case _:
            return False
    before = state.peek(receiver)
    state.set(receiver, grown)
    try:
        state.data(receiver)
    except NotData:
        state.set(receiver, before)
        return False
    return True


def _can_change(context: Context, value: Value) -> bool:
    """True for a list or map of which a copy could miss a change."""
    match value:
        case Pointer():
            return sort_of(context.state.peek(value)) in ("list", "map", "any")
        case Symbolic(expression=expression):
            return path_of(expression) is not None and context.type_of(expression) not in SCALARS
        case _:
            return False


def _is_in_parts(context: Context, address: int) -> bool:
    """True if a part of the object is held by itself."""
    held: list[Symbolic] = []

    def look(value: Symbolic) -> Value:
        if value.place is not None and value.place.address == address:
            held.append(value)
        return value

    places.sweep(dict(context.state.heap), look)
    for values in context.held:
        for value in values:
            places.changed_value(value, look)
    return bool(held)


def _is_iterated(context: Context, place: Place) -> bool:
    roots = context.state.roots
    return any(
        roots.get(root) == place.address and holds(keys, place.keys) != "different"
        for _, over in context.loops.gone_through()
        for root, keys in shared(over)
        if isinstance(root, Reference)
    )


def set_item(
    context: Context, container: Value, key: Value, value: Value, span: SourceSpan
) -> Unknown | None:
    """`container[key] = value`."""
    for side in (key, value):
        if isinstance(side, Unknown):
            return side
    name, content = context.data(key, span), context.data(value, span)
    found = context.state.get(container) if isinstance(container, Pointer) else None
    is_map = isinstance(found, DataObject) and found.sort == "map"

    def made(old: Expression) -> Expression:
        known = is_map or context.type_of(old) == "map"
        if known and isinstance(name, Constant) and isinstance(name.value, str):
            return merged(old, Entry(key=name.value, value=content, span=span))
        return operators.call("python.with_item", old, name, content)

    return change(context, container, made, name, span)


def merged(old: Expression, entry: Entry) -> Expression:
    """A map with an entry set, in its simplest form."""
    match old:
        case RecordExpression(entries=entries) if all(one.when is None for one in entries):
            if any(one.key == entry.key for one in entries):
                made = tuple(entry if one.key == entry.key else one for one in entries)
            else:
                made = (*entries, entry)
            return RecordExpression(entries=made, span=old.span)
        case Call(function="merge", arguments=(base, RecordExpression() as last)):
            simpler = merged(last, entry)
            if isinstance(simpler, RecordExpression):
                return operators.call("merge", base, simpler)
    return operators.call("merge", old, RecordExpression(entries=(entry,)))


def delete_item(context: Context, container: Value, key: Value, span: SourceSpan) -> Unknown | None:
    """`del container[key]`."""
    if isinstance(key, Unknown):
        return key
    name = context.snapshot(key, span)
    gone: places.Replaced = name if isinstance(key, Known) and isinstance(key.value, str) else "any"
    return change(
        context, container, lambda old: operators.call("python.without_item", old, name), gone, span
    )


def item_of(context: Context, container: Value, key: Expression, span: SourceSpan) -> Value:
    """`container[key]`, as the part that it is of an object which the script changes."""
    place = Place(container.address) if isinstance(container, Pointer) else None
    if isinstance(container, Symbolic):
        place = container.place
    value = context.symbolic(member(context.contents(container, span), key), span)
    if place is None or not isinstance(value, Symbolic):
        return value
    return Symbolic(value.expression, Place(place.address, (*place.keys, key), place.optional))
