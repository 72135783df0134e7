"""Python's `itertools`, `functools`, `operator` and `copy`, as far as they are exact here.

Reads: `chain`, `islice`, `starmap`, `filterfalse`, `takewhile`, `count`; `reduce`, `partial`; `itemgetter`;
    `copy`, `deepcopy`.
Becomes: the loops and calls that they stand for, in Python's order.
Cannot see: `groupby` (read behind a gap), `tee`, `cycle`, copies of objects that define how they are copied.
Example:
    import itertools
    from operator import itemgetter
    import requests
    first = requests.get("https://a.example/orders").json()
    for order in sorted(itertools.islice(first, 10), key=itemgetter("total")):
        requests.post("https://b.example/orders", json=order)
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    ClassValue,
    DataObject,
    External,
    FunctionValue,
    HeapObject,
    Known,
    ListObject,
    MapItem,
    MapObject,
    Method,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from extractors.python.following import follow
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()


def _followed(name: str, equivalent: str, *sorts: str) -> None:
    """A function that is followed as its equivalent; an argument of the sort `iterable` is asked for its items."""

    @KNOWLEDGE.function(name)
    def call(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        values = arguments.positional
        unknown = any(isinstance(value, Unknown) for value in values)
        if arguments.keywords or len(values) != len(sorts) or unknown:
            return misfit(context, name, arguments, span)
        given = (
            context.iterated(value, span) if sort == "iterable" else value
            for value, sort in zip(values, sorts, strict=True)
        )
        return follow(context, equivalent, tuple(given), span)


_followed("itertools.chain.from_iterable", "chain", "iterable")
_followed("itertools.starmap", "starmap", "function", "iterable")
_followed("itertools.filterfalse", "filter_false", "function", "iterable")
_followed("itertools.takewhile", "take_while", "function", "iterable")


@KNOWLEDGE.function("itertools.chain")
def _chain(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.keywords:
        return misfit(context, "itertools.chain", arguments, span)
    return follow(context, "chain", (TupleValue(arguments.positional),), span)


@KNOWLEDGE.function("itertools.islice")
def _islice(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    match arguments.positional:
        case (iterable, Known(value=int() as stop)) if stop >= 0 and not arguments.keywords:
            return follow(context, "islice", (context.iterated(iterable, span), Known(int(stop))), span)
        case _:
            return misfit(context, "itertools.islice", arguments, span)


@KNOWLEDGE.function("itertools.count")
def _count(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("start", "step")
    if bound is None:
        return misfit(context, "itertools.count", arguments, span)
    return follow(context, "count", (bound.get("start", Known(0)), bound.get("step", Known(1))), span)


@KNOWLEDGE.function("itertools.groupby")
def _groupby(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Groups of neighbours: where a key fails within a group, the script has begun with the group; here it has not."""
    bound = arguments.bind("iterable", "key")
    if not bound or any(isinstance(value, Unknown) for value in bound.values()):
        return misfit(context, "itertools.groupby", arguments, span)
    context.gap("HS101", "groups of neighbours, which the script reads one by one (itertools.groupby)", span)
    key = bound.get("key", NONE)
    if key == NONE:
        key = follow(context, "itemgetter_of_itself", (), span)
    return follow(context, "groupby", (key, context.iterated(bound["iterable"], span)), span)


@KNOWLEDGE.function("functools.reduce")
def _reduce(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    match arguments.positional:
        case (function, iterable) if not arguments.keywords:
            return follow(context, "reduce_all", (function, context.iterated(iterable, span)), span)
        case (function, iterable, initial) if not arguments.keywords:
            return follow(context, "reduce", (function, context.iterated(iterable, span), initial), span)
        case _:
            return misfit(context, "functools.reduce", arguments, span)


@KNOWLEDGE.function("functools.partial")
def _partial(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if not arguments.positional:
        return misfit(context, "functools.partial", arguments, span)
    function, *values = arguments.positional
    keywords = tuple(MapItem(Known(name), value, None, span) for name, value in arguments.keywords.items())
    held = context.state.allocate(MapObject(keywords))
    return follow(context, "partial", (function, TupleValue(tuple(values)), held), span)


@KNOWLEDGE.function("operator.itemgetter")
def _itemgetter(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    match arguments.positional:
        case (item,) if not arguments.keywords:
            return follow(context, "itemgetter", (item,), span)
        case (_, _, *_) if not arguments.keywords:
            return follow(context, "itemgetter_of_several", (TupleValue(arguments.positional),), span)
        case _:
            return misfit(context, "operator.itemgetter", arguments, span)


@KNOWLEDGE.function("copy.deepcopy")
def _deepcopy(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords:
        return misfit(context, "copy.deepcopy", arguments, span)
    found = _deep(context, arguments.positional[0], {}, span)
    return misfit(context, "copy.deepcopy", arguments, span) if found is None else found


def _deep(context: Evaluator, value: Value, copies: dict[int, Pointer], span: SourceSpan) -> Value | None:
    """A copy that shares nothing with the value; None where an object in it could say itself how it is copied."""
    match value:
        case Known() | FunctionValue() | ClassValue() | External():
            return value
        case Symbolic(expression=expression):
            copied = operators.call("python.deep_copy", expression)
            match context.type_of(expression):
                case "map" | "list" as sort:
                    return context.state.allocate(DataObject(copied, sort))
                case None:
                    return context.symbolic(copied, span)
            return value
        case TupleValue(items=items):
            parts = [_deep(context, item, copies, span) for item in items]
            known = tuple(part for part in parts if part is not None)
            return TupleValue(known) if len(known) == len(parts) else None
        case Pointer(address=address) if address in copies:
            return copies[address]
        case Pointer(address=address):
            made = context.state.allocate(ListObject(()))
            copies[address] = made
            copy = _deep_object(context, context.state.get(value), copies, span)
            if copy is None:
                return None
            context.state.set(made, copy)
            return made
    return None


def _deep_object(
    context: Evaluator, found: HeapObject, copies: dict[int, Pointer], span: SourceSpan
) -> HeapObject | None:
    match found:
        case ListObject(items=items, sort=sort):
            parts = [_deep(context, item, copies, span) for item in items]
            known = tuple(part for part in parts if part is not None)
            return ListObject(known, sort) if len(known) == len(parts) else None
        case MapObject(items=entries):
            values = [_deep(context, entry.value, copies, span) for entry in entries]
            made = tuple(
                MapItem(entry.key, value, entry.when, entry.span)
                for entry, value in zip(entries, values, strict=True)
                if value is not None
            )
            return MapObject(made) if len(made) == len(entries) else None
        case DataObject(expression=expression, sort=kind):
            return DataObject(operators.call("python.deep_copy", expression), kind)
        case _:
            return None


@KNOWLEDGE.function("copy.copy")
def _shallow(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    value = arguments.positional[0] if len(arguments.positional) == 1 else None
    match context.state.get(value) if isinstance(value, Pointer) else value:
        case ListObject() | MapObject() | DataObject() if isinstance(value, Pointer):
            return context.call(Method(value, "copy"), Arguments((), {}), span)
        case (Known() | TupleValue()) as same:
            return same
        case _:
            return misfit(context, "copy.copy", arguments, span)
