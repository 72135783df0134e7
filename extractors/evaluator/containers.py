"""Lists and maps: access, change, and the methods of the language's own types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from extractors.evaluator import operators
from extractors.evaluator.context import Arguments, Context
from extractors.evaluator.state import NotData
from extractors.evaluator.values import (
    NONE,
    DataObject,
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
    Call,
    Choice,
    Constant,
    Expression,
    Lookup,
    LookupCase,
    RecordExpression,
    SequenceExpression,
    SourceSpan,
)
from migrate.model.expressions import Entry


def item(context: Context, container: Value, key: Value, span: SourceSpan) -> Value:
    """`container[key]`."""
    for side in (container, key):
        if isinstance(side, Unknown):
            return side
    fixed = context.fixed_items(container) if not _is_map(context, container) else None
    if fixed is not None and isinstance(key, Known) and isinstance(key.value, int):
        if -len(fixed) <= key.value < len(fixed):
            return fixed[key.value]
        raise context.halt(True, "IndexError on a list of known length", span)
    if isinstance(container, Pointer):
        found = context.state.get(container)
        match found:
            case Ruined(unknown=unknown):
                return unknown
            case MapObject() if isinstance(key, Known):
                entry = found.find(key)
                if entry is None:
                    raise context.halt(True, "KeyError on a map of known keys", span)
                if entry.when is None:
                    return entry.value
                return context.symbolic(
                    operators.call("python.member", context.data(container, span), _constant(key)), span
                )
            case MapObject():
                return _look_up(context, found, key, None, span)
            case Instance():
                return context.index_object(container, key, span)
    return context.symbolic(
        operators.call("python.member", context.data(container, span), context.data(key, span)), span
    )


def _is_map(context: Context, value: Value) -> bool:
    return isinstance(value, Pointer) and isinstance(context.state.get(value), MapObject)


def _constant(key: Known) -> Constant:
    value: Any = key.value
    return Constant(value=value)


def _look_up(
    context: Context, table: MapObject, key: Value, otherwise: Value | None, span: SourceSpan
) -> Value:
    """A map of known keys read by a key that is known at run time only."""
    if any(entry.when is not None for entry in table.items):
        return context.unknown(
            "HS101", "a table with conditional entries, read by a key known at run time only", span
        )
    if not table.items and otherwise is None:
        raise context.halt(True, "KeyError on an empty map", span)
    try:
        cases = tuple(
            LookupCase(key=_constant(entry.key), value=context.state.data(entry.value))
            for entry in table.items
        )
        fallback = None if otherwise is None else context.state.data(otherwise)
    except NotData as problem:
        return context.unknown("HS103", f"a table whose values are no data: {problem}", span)
    if any(isinstance(entry.key.value, (bytes, complex)) for entry in table.items):
        return context.unknown("HS101", "a table with keys that are bytes", span)
    return context.symbolic(
        Lookup(table=table.table, cases=cases, key=context.data(key, span), otherwise=fallback), span
    )


def set_item(context: Context, container: Value, key: Value, value: Value, span: SourceSpan) -> None:
    """`container[key] = value`."""
    if isinstance(container, Pointer):
        found = context.state.get(container)
        match found:
            case MapObject(items=items, table=table) if isinstance(key, Known):
                entry = MapItem(key, value, None, span)
                if found.find(key) is not None:
                    items = tuple(
                        MapItem(old.key, value, None, span) if old.key.value == key.value else old
                        for old in items
                    )
                else:
                    items = (*items, entry)
                context.replace(container, MapObject(items, table), span)
                return
            case DataObject(expression=expression, sort="map") if isinstance(key, Known) and isinstance(
                key.value, str
            ):
                added = RecordExpression(
                    entries=(Entry(key=key.value, value=context.copied(value, span), span=span),)
                )
                context.replace(
                    container, DataObject(operators.call("merge", expression, added), "map"), span
                )
                return
            case ListObject(items=items, sort="list") if isinstance(key, Known) and isinstance(
                key.value, int
            ):
                if -len(items) <= key.value < len(items):
                    changed = list(items)
                    changed[key.value] = value
                    context.replace(container, ListObject(tuple(changed)), span)
                    return
                raise context.halt(True, "IndexError on a list of known length", span)
    unknown = context.gap("HS101", "changing an item of a value that is known at run time only", span)
    ruin(context, container, unknown)


def ruin(context: Context, value: Value, unknown: Unknown) -> None:
    """After code that is not understood: the object, and all that it holds, may have changed."""
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


def update_map(context: Context, target: Pointer, source: Value, span: SourceSpan) -> None:
    """`target.update(source)`, and `**source` in a display."""
    if isinstance(source, Pointer):
        found = context.state.get(source)
        if isinstance(found, MapObject) and all(entry.when is None for entry in found.items):
            for entry in found.items:
                set_item(context, target, entry.key, entry.value, entry.span or span)
            return
    if isinstance(source, Unknown):
        ruin(context, target, source)
        return
    old = context.state.get(target)
    if isinstance(old, Ruined):
        return
    merged = operators.call("merge", _contents(context, target, span), context.copied(source, span))
    context.symbolic(merged, span)
    context.replace(target, DataObject(merged, "map"), span)


def _contents(context: Context, pointer: Pointer, span: SourceSpan) -> Expression:
    """What an object holds, as an expression that stays in use; the object itself goes on changing."""
    found = context.state.get(pointer)
    match found:
        case ListObject(items=items):
            for one in items:
                context.state.freeze(one)
        case MapObject(items=entries):
            for entry in entries:
                context.state.freeze(entry.value)
    return context.data(pointer, span)


def part(context: Context, value: Value, start: Value, stop: Value, step: Value, span: SourceSpan) -> Value:
    """`value[start:stop:step]`."""
    if isinstance(value, Unknown):
        return value
    bounds = (start, stop, step)
    fixed = context.fixed_items(value) if not _is_map(context, value) else None
    numbers = [
        b.value for b in bounds if isinstance(b, Known) and (b.value is None or isinstance(b.value, int))
    ]
    if fixed is not None and len(numbers) == 3 and numbers[2] != 0:
        cut = slice(*numbers)
        if isinstance(value, Known) and isinstance(value.value, str):
            return Known(value.value[cut])
        return (
            TupleValue(fixed[cut])
            if isinstance(value, TupleValue)
            else context.state.allocate(ListObject(fixed[cut]))
        )
    if step != NONE:
        return context.unknown("HS101", "a slice with a step", span)
    arguments = (context.data(value, span), context.data(start, span), context.data(stop, span))
    return context.symbolic(operators.call("python.slice", *arguments), span)


# --- methods -----------------------------------------------------------------------------------------------------

_TEXT_METHODS = {
    "strip": ("python.strip", 0, 1),
    "lstrip": ("python.lstrip", 0, 1),
    "rstrip": ("python.rstrip", 0, 1),
    "lower": ("python.lower", 0, 0),
    "upper": ("python.upper", 0, 0),
    "title": ("python.title", 0, 0),
    "capitalize": ("python.capitalize", 0, 0),
    "replace": ("python.replace", 2, 2),
    "split": ("python.split", 0, 1),
    "startswith": ("python.starts_with", 1, 1),
    "endswith": ("python.ends_with", 1, 1),
    "zfill": ("python.zero_fill", 1, 1),
    "join": ("python.join", 1, 1),
}


def method(context: Context, receiver: Value, name: str, arguments: Arguments, span: SourceSpan) -> Value:
    """Calls a method of a text, list or map."""
    if isinstance(receiver, Unknown):
        return receiver
    for argument in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(argument, Unknown) and name not in ("append", "update", "setdefault", "get"):
            return argument
    if isinstance(receiver, Pointer):
        found = context.state.get(receiver)
        if isinstance(found, Ruined):
            return found.unknown
        handler = _OBJECT_METHODS.get((_sort(found), name))
        if handler is not None and not arguments.keywords:
            done = handler(context, receiver, arguments.positional, span)
            if done is not None:
                return done
        unknown = context.gap("HS101", f"the method {name} of a {_sort(found)}", span)
        ruin(context, receiver, unknown)
        return unknown
    if isinstance(receiver, Known) and not isinstance(receiver.value, str):
        return context.gap("HS101", f"the method {name} of a {type(receiver.value).__name__}", span)
    return _value_method(context, receiver, name, arguments, span)


def _sort(found: object) -> str:
    match found:
        case MapObject():
            return "map"
        case DataObject(sort=sort):
            return f"{sort} filled at run time"
        case ListObject(sort=sort):
            return sort
        case _:
            return "object"


def _value_method(
    context: Context, receiver: Value, name: str, arguments: Arguments, span: SourceSpan
) -> Value:
    values = arguments.positional
    if name == "get" and not arguments.keywords and 1 <= len(values) <= 2:
        expressions = tuple(context.data(value, span) for value in values)
        return context.symbolic(
            operators.call("python.get", context.data(receiver, span), *expressions), span
        )
    if name in ("items", "values", "keys") and not values:
        return _view(context, context.data(receiver, span), name, span)
    if name == "format" and isinstance(receiver, Known) and isinstance(receiver.value, str):
        return _format(context, receiver.value, arguments, span)
    if name in _TEXT_METHODS and not arguments.keywords:
        function, least, most = _TEXT_METHODS[name]
        if least <= len(values) <= most:
            return _text_method(context, function, name, receiver, values, span)
    return context.gap("HS101", f"the method {name} of a value that is known at run time only", span)


def _view(context: Context, expression: Expression, name: str, span: SourceSpan) -> Value:
    # `keys()` exists on maps only; asking for the items first makes anything else fail as it does in the script.
    if name == "keys":
        context.symbolic(operators.call("python.items", expression), span)
        return context.symbolic(operators.call("python.iterate", expression), span)
    return context.symbolic(operators.call(f"python.{name}", expression), span)


def _text_method(
    context: Context, function: str, name: str, receiver: Value, values: tuple[Value, ...], span: SourceSpan
) -> Value:
    scalars = [value.value for value in (receiver, *values) if isinstance(value, Known)]
    if len(scalars) == 1 + len(values):
        try:
            result = getattr(scalars[0], name)(*scalars[1:])
        except (TypeError, ValueError) as failure:
            raise context.halt(True, f"{type(failure).__name__} in a constant expression", span) from None
        if isinstance(result, list):
            return context.state.allocate(ListObject(tuple(Known(one) for one in result)))
        return Known(result)
    if name in ("startswith", "endswith") and isinstance(values[0], TupleValue):
        return context.gap("HS101", f"{name} with several texts", span)
    if name == "split" and values and values[0] == NONE:
        values = ()
    expressions = tuple(context.data(value, span) for value in (receiver, *values))
    return context.symbolic(Call(function=function, arguments=expressions), span)


def _format(context: Context, template: str, arguments: Arguments, span: SourceSpan) -> Value:
    import string

    parts: list[Value] = []
    automatic = 0
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError:
        raise context.halt(True, "ValueError in a constant format", span) from None
    for head, field, specification, conversion in pieces:
        parts.append(Known(head))
        if field is None:
            continue
        if field == "":
            field, automatic = str(automatic), automatic + 1
        if conversion or not (field.isidentifier() or (field.isascii() and field.isdigit())):
            return context.unknown("HS101", "a format with conversions or attributes", span)
        if field.isdigit():
            if int(field) >= len(arguments.positional):
                raise context.halt(True, "IndexError in a constant format", span)
            value = arguments.positional[int(field)]
        elif field in arguments.keywords:
            value = arguments.keywords[field]
        else:
            raise context.halt(True, "KeyError in a constant format", span)
        parts.append(operators.formatted(context, value, specification or "", span))
    return operators.concatenate(context, parts, span)


Handler = Callable[[Context, Pointer, tuple[Value, ...], SourceSpan], Value | None]


def _map_get(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    found = context.state.get(receiver)
    assert isinstance(found, MapObject)
    if not 1 <= len(values) <= 2:
        return None
    key, otherwise = values[0], values[1] if len(values) == 2 else NONE
    if isinstance(key, Unknown):
        return key
    if not isinstance(key, Known):
        return _look_up(context, found, key, otherwise, span)
    entry = found.find(key)
    if entry is None:
        return otherwise
    if entry.when is None:
        return entry.value
    return context.symbolic(
        Choice(
            test=entry.when, then=context.data(entry.value, span), otherwise=context.data(otherwise, span)
        ),
        span,
    )


def _map_update(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    if len(values) != 1:
        return None
    update_map(context, receiver, values[0], span)
    return NONE


def _map_views(name: str) -> Handler:
    def view(
        context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
    ) -> Value | None:
        found = context.state.get(receiver)
        assert isinstance(found, MapObject)
        if values or any(entry.when is not None for entry in found.items):
            return None
        pairs = found.items
        if name == "keys":
            return TupleValue(tuple(entry.key for entry in pairs))
        if name == "values":
            return TupleValue(tuple(entry.value for entry in pairs))
        return TupleValue(tuple(TupleValue((entry.key, entry.value)) for entry in pairs))

    return view


def _map_pop(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    found = context.state.get(receiver)
    assert isinstance(found, MapObject)
    if not (1 <= len(values) <= 2 and isinstance(values[0], Known)):
        return None
    entry = found.find(values[0])
    if entry is None:
        if len(values) == 2:
            return values[1]
        raise context.halt(True, "KeyError on a map of known keys", span)
    if entry.when is not None:
        return None
    context.replace(receiver, MapObject(tuple(e for e in found.items if e is not entry), found.table), span)
    return entry.value


def _map_copy(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    found = context.state.get(receiver)
    assert isinstance(found, MapObject)
    return context.state.allocate(MapObject(found.items)) if not values else None


def _list_append(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    found = context.state.get(receiver)
    if len(values) != 1:
        return None
    if isinstance(found, ListObject):
        context.replace(receiver, ListObject((*found.items, values[0])), span)
    elif isinstance(found, DataObject):
        added = SequenceExpression(items=(context.copied(values[0], span),))
        context.replace(
            receiver, DataObject(operators.call("python.add", found.expression, added), "list"), span
        )
    return NONE


def _list_extend(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    found = context.state.get(receiver)
    if len(values) != 1:
        return None
    fixed = context.fixed_items(values[0])
    if isinstance(found, ListObject) and fixed is not None:
        context.replace(receiver, ListObject(found.items + fixed), span)
        return NONE
    base = _contents(context, receiver, span)
    added = operators.call("python.iterate", context.copied(values[0], span))
    context.symbolic(added, span)
    context.replace(receiver, DataObject(operators.call("python.add", base, added), "list"), span)
    return NONE


def _data_view(name: str) -> Handler:
    def view(
        context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
    ) -> Value | None:
        return _view(context, context.data(receiver, span), name, span) if not values else None

    return view


def _data_get(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    if not 1 <= len(values) <= 2:
        return None
    expressions = tuple(context.data(value, span) for value in values)
    return context.symbolic(operators.call("python.get", context.data(receiver, span), *expressions), span)


_OBJECT_METHODS: dict[tuple[str, str], Handler] = {
    ("map", "get"): _map_get,
    ("map", "update"): _map_update,
    ("map", "keys"): _map_views("keys"),
    ("map", "values"): _map_views("values"),
    ("map", "items"): _map_views("items"),
    ("map", "pop"): _map_pop,
    ("map", "copy"): _map_copy,
    ("list", "append"): _list_append,
    ("list", "extend"): _list_extend,
    ("list filled at run time", "append"): _list_append,
    ("list filled at run time", "extend"): _list_extend,
    ("map filled at run time", "get"): _data_get,
    ("map filled at run time", "keys"): _data_view("keys"),
    ("map filled at run time", "values"): _data_view("values"),
    ("map filled at run time", "items"): _data_view("items"),
    ("map filled at run time", "update"): _map_update,
}
