"""The dicts of the standard library's `collections` that give a value for keys they have not.

Reads: `defaultdict` of `list`, `int`, `dict`, `set`, `str`, `float`, `bool` or a lambda that gives new data;
    `Counter`, `OrderedDict`; keys that are read and changed, `get`, `items`, `keys`, `values`, `setdefault`, `pop`,
    `clear`, `in`, `len`, `sorted`, loops, `dict`, `list`, the body of a request as JSON.
Becomes: maps; a `defaultdict` gets the value at its first reading, a `Counter` gives 0 and stays as it is.
Cannot see: the order as part of a comparison of `OrderedDict`s; any of them within data other than JSON.
Example:
    from collections import defaultdict
    import requests
    orders = defaultdict(list)
    for order in requests.get("https://shop.example/orders").json():
        orders[order["customer"]].append(order["id"])
    for customer, ids in orders.items():
        requests.post("https://crm.example/orders", json={"customer": customer, "ids": ids})
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge, comparison, containers, methods
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    External,
    FunctionValue,
    HeapObject,
    Instance,
    Known,
    ListObject,
    MapObject,
    Pointer,
    Unknown,
    Value,
)
from extractors.ir import FunctionExpr
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_DEFAULTDICT, COUNTER = "collections.defaultdict", "collections.Counter"
_ORDERED = "collections.OrderedDict"
_EMPTY: dict[str, HeapObject] = {
    "list": ListObject(()),
    "set": ListObject((), "set"),
    "dict": MapObject(()),
}
_SCALARS = {"int": Known(0), "float": Known(0.0), "str": Known(""), "bool": Known(False)}


def made(context: Evaluator, of: str, factory: Value) -> Value:
    held = context.state.allocate(MapObject(()))
    return context.state.allocate(Instance(External(of), {"map": held, "factory": factory}))


@KNOWLEDGE.function(_DEFAULTDICT)
def _defaultdict(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    factory = arguments.positional[0] if arguments.positional else NONE
    if len(arguments.positional) > 1 or arguments.keywords:
        return context.gap("HS101", "a defaultdict that is made with items", span)
    match factory:
        case Unknown():
            return factory
        case External(name=name) if name.removeprefix("builtins.") in (*_EMPTY, *_SCALARS):
            return made(context, _DEFAULTDICT, factory)
        case FunctionValue(definition=FunctionExpr()) | Known(value=None):
            return made(context, _DEFAULTDICT, factory)
        case _:
            return context.gap(
                "HS101", "a defaultdict of a function other than a lambda or a basic type", span
            )


@KNOWLEDGE.function(_ORDERED)
def _ordered(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """What `dict` makes of the same; only comparisons and texts of it are others."""
    held = context.call(External("builtins.dict"), arguments, span)
    if not isinstance(held, Pointer):
        return held
    return context.state.allocate(Instance(External(_ORDERED), {"map": held, "factory": NONE}))


@KNOWLEDGE.method(_ORDERED, "__getitem__")
def _ordered_item(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return containers.item(context, map_of(context, receiver), arguments.positional[0], span)


def _attribute(context: Evaluator, receiver: Pointer, name: str) -> Value:
    value = context.state.read((receiver.address, name))
    assert value is not None
    return value


def map_of(context: Evaluator, receiver: Pointer) -> Value:
    return _attribute(context, receiver, "map")


@KNOWLEDGE.method(COUNTER, "__getitem__")
def _count(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The number at a key, 0 where there is none."""
    return methods.method(
        context, map_of(context, receiver), "get", Arguments((*arguments.positional, Known(0)), {}), span
    )


@KNOWLEDGE.method(_DEFAULTDICT, "__getitem__")
def _item(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The value at a key, which is set to a new one first where it is not there."""
    (key,), held = arguments.positional, map_of(context, receiver)
    if isinstance(key, Unknown):
        return key
    found = context.state.get(held) if isinstance(held, Pointer) else None
    fixed = isinstance(found, MapObject) and isinstance(key, Known)
    entry = found.find(key) if isinstance(found, MapObject) and isinstance(key, Known) else None
    if (entry is not None and entry.when is None) or _attribute(context, receiver, "factory") == NONE:
        return containers.item(context, held, key, span)
    default = _default(context, _attribute(context, receiver, "factory"), span)
    if isinstance(default, Unknown):
        containers.ruin(context, held, default)
        return default
    if fixed and entry is None:
        containers.set_item(context, held, key, default, span)
        return default
    return methods.method(context, held, "setdefault", Arguments((key, default), {}), span)


def _default(context: Evaluator, factory: Value, span: SourceSpan) -> Value:
    """A new value for a key; where it is not needed after all, making it must have done nothing."""
    if isinstance(factory, External):
        name = factory.name.removeprefix("builtins.")
        if name in _SCALARS:
            return _SCALARS[name]
        return context.state.allocate(_EMPTY[name])
    items, first, before = len(context.region.items), context.state.next_address, dict(context.state.heap)
    made = context.call(factory, Arguments((), {}), span)
    silent = len(context.region.items) == items and all(
        context.state.heap.get(address) is one for address, one in before.items()
    )
    if silent and _is_new(context, made, first):
        return made
    return context.gap("HS101", "a defaultdict whose lambda does more than give new or constant data", span)


def _is_new(context: Evaluator, value: Value, first: int) -> bool:
    """True for a constant, and for an object that, with all in it, was made at or after an address."""
    if isinstance(value, Known):
        return True
    if not isinstance(value, Pointer) or value.address < first:
        return False
    match context.state.get(value):
        case ListObject(items=items):
            return all(_is_new(context, one, first) for one in items)
        case MapObject(items=entries):
            return all(_is_new(context, entry.value, first) for entry in entries)
        case Instance(of=External(name=name), attributes=attributes):
            return name in (_DEFAULTDICT, COUNTER) and _is_new(context, attributes["map"], first)
        case _:
            return False


@KNOWLEDGE.method(_DEFAULTDICT, "__setitem__")
@KNOWLEDGE.method(_ORDERED, "__setitem__")
@KNOWLEDGE.method(COUNTER, "__setitem__")
def _set_item(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    key, value = arguments.positional
    containers.set_item(context, map_of(context, receiver), key, value, span)
    return NONE


@KNOWLEDGE.method(_DEFAULTDICT, "__contains__")
@KNOWLEDGE.method(_ORDERED, "__contains__")
@KNOWLEDGE.method(COUNTER, "__contains__")
def _contains(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return comparison.compare(context, "in", arguments.positional[0], map_of(context, receiver), span)


@KNOWLEDGE.method(_DEFAULTDICT, "__bool__", "__iter__", "__keys__", "__json__")
@KNOWLEDGE.method(_ORDERED, "__bool__", "__iter__", "__keys__", "__json__")
@KNOWLEDGE.method(COUNTER, "__bool__", "__iter__", "__keys__", "__json__")
def _itself(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The dict, of which it makes no difference here that it gives values for other keys."""
    return map_of(context, receiver)


def _register_builtin(special: str, name: str) -> None:
    """`len(value)`, `dict(value)` and `list(value)`, of the dict that it is."""

    @KNOWLEDGE.method(_DEFAULTDICT, special)
    @KNOWLEDGE.method(_ORDERED, special)
    @KNOWLEDGE.method(COUNTER, special)
    def call(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return context.call(External(f"builtins.{name}"), Arguments((map_of(context, receiver),), {}), span)


for _name in ("len", "dict", "list"):
    _register_builtin(f"__{_name}__", _name)


def _register_method(name: str, *of: str) -> None:
    def call(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return methods.method(context, map_of(context, receiver), name, arguments, span)

    for one in of:
        KNOWLEDGE.methods[one, name] = call


for _name in ("get", "items", "keys", "values", "setdefault", "pop", "clear"):
    _register_method(_name, _DEFAULTDICT, COUNTER, _ORDERED)
_register_method("update", _DEFAULTDICT, _ORDERED)
