"""Lists and maps: access, change, and the methods of the language's own types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from extractors.evaluator import changes, operators
from extractors.evaluator.alternatives import chosen, for_each
from extractors.evaluator.context import Context
from extractors.evaluator.documents import note_key
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import NotData
from extractors.evaluator.values import (
    NONE,
    CollectionValue,
    DataObject,
    EitherValue,
    GrownList,
    HeapObject,
    Instance,
    Known,
    ListObject,
    MapItem,
    MapObject,
    Pointer,
    Ruined,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import (
    Constant,
    Lookup,
    LookupCase,
    RecordExpression,
    SourceSpan,
)
from migrate.model.expressions import Entry


def item(context: Context, container: Value, key: Value, span: SourceSpan) -> Value:
    """`container[key]`."""
    for side in (container, key):
        if isinstance(side, Unknown):
            return context.doubtful(side, span)
    if isinstance(container, EitherValue):
        return for_each(context, container, lambda one: item(context, one, key, span), span)
    if isinstance(container, CollectionValue):
        if container.sort not in ("range", "tuple"):
            return context.gap("HS101", "an item of a set or of a view", span)
        container = container.items
    grown = context.state.peek(container) if isinstance(container, Pointer) else None
    match grown, key:
        case GrownList(items=items), Known(value=int() as number) if -len(items) <= number < 0:
            return items[number]
    fixed = context.fixed_items(container) if not _is_map(context, container) else None
    if fixed is not None and isinstance(key, Known) and isinstance(key.value, int):
        if -len(fixed) <= key.value < len(fixed):
            return fixed[key.value]
        raise context.fail("IndexError", "a list of known length", span)
    if isinstance(container, Pointer):
        found = context.state.get(container)
        match found:
            case Ruined(unknown=unknown):
                return unknown
            case MapObject() if isinstance(key, Known):
                entry = found.find(key)
                if entry is None:
                    raise context.fail("KeyError", "a map of known keys", span)
                if entry.when is None:
                    return entry.value
                return context.symbolic(
                    operators.call("python.member", context.contents(container, span), _constant(key)), span
                )
            case MapObject():
                return look_up(context, found, key, None, span)
            case Instance():
                return context.index_object(container, key, span)
    note_key(context, container, key, span)
    return changes.item_of(context, container, context.data(key, span), span)


def _is_map(context: Context, value: Value) -> bool:
    return isinstance(value, Pointer) and isinstance(context.state.peek(value), MapObject)


def _constant(key: Known) -> Constant:
    value: Any = key.value
    return Constant(value=value)


def look_up(
    context: Context, table: MapObject, key: Value, otherwise: Value | None, span: SourceSpan
) -> Value:
    """A map of known keys read by a key that is known at run time only."""
    if any(entry.when is not None for entry in table.items):
        return context.unknown(
            "HS101", "a table with conditional entries, read by a key known at run time only", span
        )
    if not table.items and otherwise is None:
        raise context.fail("KeyError", "an empty map", span)
    if any(isinstance(entry.key.value, (bytes, complex)) for entry in table.items):
        return context.unknown("HS101", "a table with keys that are bytes", span)
    try:
        cases = tuple(
            LookupCase(key=_constant(entry.key), value=context.state.data(entry.value))
            for entry in table.items
        )
        fallback = None if otherwise is None else context.state.data(otherwise)
    except NotData:
        return chosen(context, table, context.data(key, span), otherwise, span)
    for entry in table.items:
        context.state.freeze(entry.value)
    return context.symbolic(
        Lookup(table=table.table, cases=cases, key=context.data(key, span), otherwise=fallback), span
    )


def set_item(context: Context, container: Value, key: Value, value: Value, span: SourceSpan) -> None:
    """`container[key] = value`."""
    if isinstance(container, EitherValue):

        def change(one: Value) -> Value:
            set_item(context, one, key, value, span)
            return NONE

        for_each(context, container, change, span)
        return
    if isinstance(container, Pointer):
        found = context.state.get(container)
        match found:
            case MapObject(items=items, table=table) if isinstance(key, Known):
                entry = MapItem(key, value, None, span)
                old_entry = found.find(key)
                behind = () if old_entry is None else items[items.index(old_entry) + 1 :]
                uncertain = old_entry is not None and not all(
                    context.loops.implies(one.when, old_entry.when) for one in behind
                )
                if uncertain and isinstance(key.value, str):
                    # Whether the key keeps its place depends on whether it was there.
                    added = RecordExpression(
                        entries=(Entry(key=key.value, value=context.data(value, span), span=span),)
                    )
                    merged = operators.call("merge", context.contents(container, span), added)
                    context.replace(container, DataObject(merged, "map"), span)
                    return
                if old_entry is not None:
                    items = tuple(
                        MapItem(old.key, value, None, span) if old.key.value == key.value else old
                        for old in items
                    )
                else:
                    items = (*items, entry)
                context.replace(container, MapObject(items, table), span)
                return
            case ListObject(items=items, sort="list") if isinstance(key, Known) and isinstance(
                key.value, int
            ):
                if -len(items) <= key.value < len(items):
                    changed = list(items)
                    changed[key.value] = value
                    context.replace(container, ListObject(tuple(changed)), span)
                    return
                raise context.fail("IndexError", "a list of known length", span)
            case Instance() if context.assign_object_item(container, key, value, span):
                return
            case MapObject() if not isinstance(key, Unknown):
                context.replace(container, DataObject(context.contents(container, span), "map"), span)
            case ListObject(sort="list") if not isinstance(key, Unknown):
                context.replace(container, DataObject(context.contents(container, span), "list"), span)
    unknown = changes.set_item(context, container, key, value, span)
    if unknown is not None:
        ruin(context, container, unknown)


def ruin(context: Context, value: Value, unknown: Unknown) -> None:
    """After code that is not understood: the object, and all that it holds, may have changed.

    Behind a gap nothing is lost by supposing that it has not: no run comes there.
    """
    if context.findings.is_stated(unknown):
        return
    match value:
        case EitherValue(then=then, otherwise=otherwise):
            parts: tuple[Value, ...] = (then, otherwise)
        case TupleValue(items=parts):
            pass
        case CollectionValue(items=listed):
            parts = (listed,)
        case _:
            parts = ()
    for one in parts:
        ruin(context, one, unknown)
    if not isinstance(value, Pointer):
        return
    found = context.state.get(value)
    if isinstance(found, Ruined):
        return
    context.state.set(value, Ruined(unknown))
    match found:
        case ListObject(items=items):
            inner: tuple[Value, ...] = items
        case MapObject(items=entries):
            inner = tuple(entry.value for entry in entries)
        case Instance(attributes=attributes):
            inner = tuple(attributes.values())
        case _:
            inner = ()
    for one in inner:
        ruin(context, one, unknown)


def _can_take(target: HeapObject, source: MapObject) -> bool:
    """True if a map can take the entries of another one: what is there by a condition, as a key of its own."""
    if all(entry.when is None for entry in source.items):
        return True
    return isinstance(target, MapObject) and all(
        entry.when is None or target.find(entry.key) is None for entry in source.items
    )


def _take(context: Context, target: Pointer, entry: MapItem, span: SourceSpan) -> None:
    """Sets an entry, under the condition that it has."""
    found = context.state.get(target)
    if entry.when is None or not isinstance(found, MapObject):
        set_item(context, target, entry.key, entry.value, entry.span or span)
        return
    added = MapItem(entry.key, entry.value, entry.when, entry.span or span)
    context.replace(target, MapObject((*found.items, added), found.table), span)


def update_map(context: Context, target: Pointer, source: Value, span: SourceSpan) -> None:
    """`target.update(source)`, and `**source` in a display."""
    if isinstance(source, Pointer):
        found = context.state.get(source)
        if isinstance(found, MapObject) and _can_take(context.state.get(target), found):
            for entry in found.items:
                _take(context, target, entry, span)
            return
    if isinstance(source, Unknown):
        ruin(context, target, source)
        return
    old = context.state.get(target)
    if isinstance(old, Ruined):
        return
    merged = operators.call("merge", context.contents(target, span), context.contents(source, span))
    context.symbolic(merged, span)
    context.replace(target, DataObject(merged, "map"), span)


def part(context: Context, value: Value, start: Value, stop: Value, step: Value, span: SourceSpan) -> Value:
    """`value[start:stop:step]`."""
    for each in (value, start, stop, step):
        if isinstance(each, Unknown):
            return context.doubtful(each, span)
    bounds = (start, stop, step)
    fixed = context.fixed_items(value) if not _is_map(context, value) else None
    numbers = [
        b.value for b in bounds if isinstance(b, Known) and (b.value is None or isinstance(b.value, int))
    ]
    if fixed is not None and len(numbers) == 3 and numbers[2] != 0:
        cut = slice(*numbers)
        if isinstance(value, Known) and isinstance(value.value, str):
            return Known(value.value[cut])
        if isinstance(value, CollectionValue):
            return CollectionValue(TupleValue(fixed[cut]), value.sort)
        return (
            TupleValue(fixed[cut])
            if isinstance(value, TupleValue)
            else context.state.allocate(ListObject(fixed[cut]))
        )
    if isinstance(value, CollectionValue):
        return context.gap("HS101", f"a slice of a {value.sort} known at run time only", span)
    given = (start, stop) if step == NONE else bounds
    arguments = (context.contents(value, span), *(context.data(bound, span) for bound in given))
    return context.symbolic(operators.call("python.slice", *arguments), span)


def as_json(context: Context, value: Value, span: SourceSpan, around: frozenset[int] = frozenset()) -> Value:
    """The value with the dicts of libraries in it as the dicts that they extend, which JSON does not tell apart."""
    if isinstance(value, TupleValue):
        return TupleValue(tuple(as_json(context, one, span, around) for one in value.items))
    if not isinstance(value, Pointer) or value.address in around:
        return value
    value = context.special(value, "__json__", Arguments((), {}), span) or value
    if not isinstance(value, Pointer):
        return value
    around |= {value.address}
    match context.state.peek(value):
        case ListObject(items=items, sort="list"):
            parts = tuple(as_json(context, one, span, around) for one in items)
            return value if parts == items else context.state.allocate(ListObject(parts))
        case MapObject(items=entries, table=table):
            made = tuple(replace(one, value=as_json(context, one.value, span, around)) for one in entries)
            return value if made == entries else context.state.allocate(MapObject(made, table))
        case _:
            return value
