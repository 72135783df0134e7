"""The methods of the language's own types: texts, lists, maps, and values known at run time only."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Literal

from extractors.evaluator import operators
from extractors.evaluator.changing_methods import CHANGING, changing_method
from extractors.evaluator.containers import look_up, ruin, update_map
from extractors.evaluator.context import Arguments, Context
from extractors.evaluator.values import (
    NONE,
    DataObject,
    Known,
    ListObject,
    MapObject,
    Pointer,
    Ruined,
    TupleValue,
    Unknown,
    Value,
    ViewValue,
)
from migrate.model import Call, Choice, Expression, SourceSpan

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
        if isinstance(found, (MapObject, ListObject)) and name in CHANGING and _sort(found) != "set":
            sort: Literal["list", "map"] = "map" if isinstance(found, MapObject) else "list"
            context.replace(receiver, DataObject(context.contents(receiver, span), sort), span)
        changed = changing_method(context, receiver, name, arguments, span)
        if changed is not None:
            return changed
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
            operators.call("python.get", context.contents(receiver, span), *expressions), span
        )
    if name in ("items", "values", "keys") and not values:
        return _view(context, context.contents(receiver, span), name, span)
    if name == "format" and isinstance(receiver, Known) and isinstance(receiver.value, str):
        return _format(context, receiver.value, arguments, span)
    changed = changing_method(context, receiver, name, arguments, span) if name in CHANGING else None
    if changed is not None:
        return changed
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
            raise context.fail(type(failure).__name__, "a constant expression", span) from None
        if isinstance(result, list):
            return context.state.allocate(ListObject(tuple(Known(one) for one in result)))
        return Known(result)
    if name in ("startswith", "endswith") and isinstance(values[0], TupleValue):
        return context.gap("HS101", f"{name} with several texts", span)
    if name == "split" and values and values[0] == NONE:
        values = ()
    expressions = tuple(context.snapshot(value, span) for value in (receiver, *values))
    return context.symbolic(Call(function=function, arguments=expressions), span)


def _format(context: Context, template: str, arguments: Arguments, span: SourceSpan) -> Value:
    parts: list[Value] = []
    automatic = 0
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError:
        raise context.fail("ValueError", "a constant format", span) from None
    for head, field, specification, conversion in pieces:
        parts.append(Known(head))
        if field is None:
            continue
        if field == "":
            field, automatic = str(automatic), automatic + 1
        if "{" in (specification or ""):
            return context.unknown("HS101", "a format inside a format", span)
        if conversion or not (field.isidentifier() or (field.isascii() and field.isdigit())):
            return context.unknown("HS101", "a format with conversions or attributes", span)
        if field.isdigit():
            if int(field) >= len(arguments.positional):
                raise context.fail("IndexError", "a constant format", span)
            value = arguments.positional[int(field)]
        elif field in arguments.keywords:
            value = arguments.keywords[field]
        else:
            raise context.fail("KeyError", "a constant format", span)
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
        return look_up(context, found, key, otherwise, span)
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
    source = context.state.get(values[0]) if len(values) == 1 and isinstance(values[0], Pointer) else None
    if not isinstance(source, MapObject):
        return None
    update_map(context, receiver, values[0], span)
    return NONE


def _map_views(name: Literal["keys", "values", "items"]) -> Handler:
    def view(
        context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
    ) -> Value | None:
        found = context.state.get(receiver)
        assert isinstance(found, MapObject)
        if values or any(entry.when is not None for entry in found.items):
            return None
        return ViewValue(receiver, name)

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
        raise context.fail("KeyError", "a map of known keys", span)
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
    return None


def _data_view(name: str) -> Handler:
    def view(
        context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
    ) -> Value | None:
        return _view(context, context.contents(receiver, span), name, span) if not values else None

    return view


def _data_get(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    if not 1 <= len(values) <= 2:
        return None
    expressions = tuple(context.data(value, span) for value in values)
    return context.symbolic(
        operators.call("python.get", context.contents(receiver, span), *expressions), span
    )


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
    ("map filled at run time", "get"): _data_get,
    ("map filled at run time", "keys"): _data_view("keys"),
    ("map filled at run time", "values"): _data_view("values"),
    ("map filled at run time", "items"): _data_view("items"),
}
