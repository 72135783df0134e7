"""The methods of the language's own types: texts, lists, maps, and values known at run time only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from extractors.evaluator import changes, operators, text_methods, time_methods
from extractors.evaluator.changing_methods import CHANGING, changing_method
from extractors.evaluator.containers import look_up, ruin, set_item, update_map
from extractors.evaluator.context import Context
from extractors.evaluator.documents import note_key
from extractors.evaluator.parts import Arguments
from extractors.evaluator.paths import lookup
from extractors.evaluator.set_methods import set_method
from extractors.evaluator.sets import together
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.values import (
    NONE,
    CollectionValue,
    DataObject,
    External,
    GeneratorValue,
    Known,
    ListObject,
    MapObject,
    Pointer,
    Ruined,
    Symbolic,
    Unknown,
    Value,
    ViewValue,
)
from migrate.model import Choice, Expression, SequenceExpression, SourceSpan


def method(context: Context, receiver: Value, name: str, arguments: Arguments, span: SourceSpan) -> Value:
    """Calls a method of a text, list or map."""
    if isinstance(receiver, Unknown):
        return context.doubtful(receiver, span)
    made = together(context, receiver, name, arguments, span)
    if made is not None:
        return made
    for argument in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(argument, Unknown) and name not in CHANGING and name not in ("get", "format"):
            if isinstance(receiver, Pointer) and name not in _READING:
                ruin(context, receiver, context.gap(argument.code, argument.reason, span))
            return context.doubtful(argument, span)
    match arguments.positional:
        case (GeneratorValue() as generator,) if name in ("join", "extend"):
            if name == "extend" and isinstance(receiver, Pointer):
                context.collect(generator, receiver, span)
                return NONE
            arguments = Arguments((context.collected(generator, span),), {})
            return method(context, receiver, name, arguments, span)
        case (CollectionValue(items=items, sort=sort),) if sort != "set" and name in ("join", "extend"):
            return method(context, receiver, name, Arguments((items,), arguments.keywords), span)
    match arguments:
        case Arguments(positional=(value,), keywords={}) if name == "append":
            if not arguments.keywords and changes.grows(context, receiver, value):
                return NONE
    if isinstance(receiver, Pointer):
        found = context.state.get(receiver)
        if isinstance(found, Ruined):
            return found.unknown
        if name == "sort" and _named(found).startswith("list") and not arguments.positional:
            return _sort(context, receiver, arguments, span)
        handler = _OBJECT_METHODS.get((_named(found), name))
        if handler is not None and not arguments.keywords:
            done = handler(context, receiver, arguments.positional, span)
            if done is not None:
                return done
        if isinstance(found, MapObject) and name == "update" and arguments.keywords:
            for positional in arguments.positional:
                method(context, receiver, name, Arguments((positional,), {}), span)
            for key, value in arguments.keywords.items():
                set_item(context, receiver, Known(key), value, span)
            return NONE
        if isinstance(found, (MapObject, ListObject)) and name in CHANGING and _named(found) != "set":
            filled = DataObject(
                context.contents(receiver, span), "map" if isinstance(found, MapObject) else "list"
            )
            context.replace(receiver, filled, span)
        changed = set_method(context, receiver, name, arguments.positional, span)
        if changed is None and _named(found) not in ("set", "set filled at run time"):
            changed = changing_method(context, receiver, name, arguments, span)
        if changed is not None:
            return changed
        unknown = context.gap("HS101", f"the method {name} of a {_named(found)}", span)
        ruin(context, receiver, unknown)
        return unknown
    if isinstance(receiver, Known) and not isinstance(receiver.value, str):
        return context.gap("HS101", f"the method {name} of a {type(receiver.value).__name__}", span)
    return _value_method(context, receiver, name, arguments, span)


def _named(found: object) -> str:
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
    if isinstance(receiver, Symbolic):
        of_time = time_methods.method(context, receiver, name, arguments, span)
        if of_time is not None:
            return of_time
    values = arguments.positional
    if name == "get" and not arguments.keywords and 1 <= len(values) <= 2:
        note_key(context, receiver, values[0], span)
        expressions = tuple(context.data(value, span) for value in values)
        return context.symbolic(lookup(context.contents(receiver, span), *expressions), span)
    if name == "copy" and not values and not arguments.keywords:
        copied = operators.call("python.copy", context.contents(receiver, span))
        made = context.symbolic(copied, span)
        match context.type_of(copied):
            case "map" | "list" as sort if isinstance(made, Symbolic):
                return context.state.allocate(DataObject(copied, sort))
        return made
    match name:
        case "items" | "values" | "keys" if not values:
            return _view(context, context.contents(receiver, span), name, span)
    if name in ("sort", "reverse") and isinstance(receiver, Symbolic) and not values:
        return _in_order(context, receiver, name, arguments, span)
    changed = changing_method(context, receiver, name, arguments, span) if name in CHANGING else None
    if changed is not None:
        return changed
    found = text_methods.method(context, receiver, name, arguments, span)
    if found is None and isinstance(receiver, Symbolic) and context.is_supposed(receiver.expression):
        return receiver
    reason = f"the method {name} of a value that is known at run time only"
    return found or context.gap("HS101", reason, span, (receiver, *arguments.positional))


def _view(
    context: Context, expression: Expression, name: Literal["keys", "values", "items"], span: SourceSpan
) -> Value:
    # `keys()` exists on maps only; asking for the items first makes anything else fail as it does in the script.
    if name == "keys":
        context.symbolic(operators.call("python.items", expression), span)
        items = context.symbolic(operators.call("python.iterate", expression), span)
    else:
        items = context.symbolic(operators.call(f"python.{name}", expression), span)
    return items if isinstance(items, Unknown) else CollectionValue(items, name)


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


def _map_setdefault(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    found = context.state.get(receiver)
    assert isinstance(found, MapObject)
    if not (1 <= len(values) <= 2 and isinstance(values[0], Known)):
        return None
    entry = found.find(values[0])
    if entry is not None:
        return entry.value if entry.when is None else None
    default = values[1] if len(values) == 2 else NONE
    set_item(context, receiver, values[0], default, span)
    return default


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


def _list_insert(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    match context.state.get(receiver), values:
        case ListObject(items=items), (Known(value=int() as position), value):
            context.replace(receiver, ListObject((*items[:position], value, *items[position:])), span)
            return NONE
        case _:
            return None


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


def _live_view(name: Literal["keys", "values", "items"]) -> Handler:
    def view(
        context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
    ) -> Value | None:
        return ViewValue(receiver, name) if not values else None

    return view


def _data_get(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    if not 1 <= len(values) <= 2:
        return None
    expressions = tuple(context.data(value, span) for value in values)
    return context.symbolic(lookup(context.contents(receiver, span), *expressions), span)


def _list_find(name: str) -> Handler:
    def find(
        context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
    ) -> Value | None:
        if len(values) != 1 or any(holds_tuple(context, value) for value in (receiver, *values)):
            return None
        listed, wanted = context.contents(receiver, span), context.snapshot(values[0], span)
        return context.symbolic(operators.call(f"python.{name}", listed, wanted), span)

    return find


def _copy(context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan) -> Value | None:
    return context.state.allocate(context.state.get(receiver)) if not values else None


def _list_reverse(
    context: Context, receiver: Pointer, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    found = context.state.get(receiver)
    if values:
        return None
    if isinstance(found, ListObject):
        context.replace(receiver, ListObject(found.items[::-1]), span)
    elif isinstance(found, DataObject):
        context.replace(
            receiver, DataObject(operators.call("python.reversed", found.expression), "list"), span
        )
    return NONE


def _sort(context: Context, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """`list.sort(key=, reverse=)`: the list becomes what `sorted` makes of it."""
    made = context.call(External("builtins.sorted"), Arguments((receiver,), arguments.keywords), span)
    if isinstance(made, Pointer):
        context.replace(receiver, context.state.get(made), span)
    elif isinstance(made, Unknown):
        ruin(context, receiver, made)
    return NONE


def _in_order(
    context: Context, receiver: Symbolic, name: str, arguments: Arguments, span: SourceSpan
) -> Value:
    """`sort` and `reverse` of a list that is known at run time only."""
    if context.control.failure_points and name == "sort":
        return context.gap("HS101", "a list that a handler finds half sorted", span)
    contents = receiver.expression
    if context.type_of(contents) != "list":  # of another type there is no such method
        nothing = SequenceExpression(items=())
        contents = operators.call("python.extended", contents, nothing)
        context.symbolic(contents, span)
    if name == "reverse":
        ordered = operators.call("python.reversed", receiver.expression)
    else:
        items = Symbolic(receiver.expression)
        made = context.call(External("builtins.sorted"), Arguments((items,), arguments.keywords), span)
        if isinstance(made, Unknown):
            return made
        ordered = context.snapshot(made, span)
    return changes.change(context, receiver, lambda _: ordered, "any", span) or NONE


_READING = frozenset({"keys", "values", "items", "copy", "index", "count"})
"""Methods of lists and maps that leave them as they are."""

_OBJECT_METHODS: dict[tuple[str, str], Handler] = {
    ("map", "get"): _map_get,
    ("map", "update"): _map_update,
    ("map", "keys"): _live_view("keys"),
    ("map", "values"): _live_view("values"),
    ("map", "items"): _live_view("items"),
    ("map", "pop"): _map_pop,
    ("map", "setdefault"): _map_setdefault,
    ("map", "copy"): _map_copy,
    ("list", "append"): _list_append,
    ("list", "insert"): _list_insert,
    ("list", "extend"): _list_extend,
    ("list", "index"): _list_find("index"),
    ("list", "count"): _list_find("count"),
    ("list", "copy"): _copy,
    ("list", "reverse"): _list_reverse,
    ("list filled at run time", "index"): _list_find("index"),
    ("list filled at run time", "count"): _list_find("count"),
    ("list filled at run time", "copy"): _copy,
    ("list filled at run time", "reverse"): _list_reverse,
    ("map filled at run time", "copy"): _copy,
    ("map filled at run time", "get"): _data_get,
    ("map filled at run time", "keys"): _live_view("keys"),
    ("map filled at run time", "values"): _live_view("values"),
    ("map filled at run time", "items"): _live_view("items"),
}
