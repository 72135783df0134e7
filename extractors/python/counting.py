"""Counters of `collections` that count what they are given.

Reads: `Counter` of a list or generator, its `update`, `most_common` and `total`; `collections` reads the rest of it.
Becomes: maps of counts; `most_common` is a sorted list.
Cannot see: a `Counter` of counts, its arithmetic.
Example:
    from collections import Counter
    import requests
    orders = requests.get("https://shop.example/orders").json()
    for country, orders in Counter(order["country"] for order in orders).most_common(3):
        requests.post("https://crm.example/top", json={"country": country, "orders": orders})
"""

from __future__ import annotations

from extractors.clients.collections import COUNTER, made, map_of
from extractors.evaluator import Evaluator, Knowledge, containers, methods
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    CollectionValue,
    DataObject,
    External,
    GeneratorValue,
    GrownList,
    Known,
    ListObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from extractors.python.following import follow
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()


@KNOWLEDGE.function(COUNTER)
def _counter(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    counter = made(context, COUNTER, NONE)
    if not arguments.positional and not arguments.keywords:
        return counter
    if len(arguments.positional) != 1 or arguments.keywords:
        return context.gap("HS101", "a Counter of given counts", span)
    return _counted(context, counter, arguments.positional[0], span)


def _counted(context: Evaluator, counter: Value, items: Value, span: SourceSpan) -> Value:
    """The counter, with the items of a list or generator counted; what could be a map would give counts."""
    if isinstance(items, Unknown):
        return context.gap(items.code, items.reason, span)
    if not isinstance(items, GeneratorValue) and not _is_list(context, items):
        context.gap("HS101", "a Counter of what could be a map of counts", span)
    return follow(context, "counts", (counter, items), span)


def _is_list(context: Evaluator, value: Value) -> bool:
    match value:
        case TupleValue() | CollectionValue() | Known(value=str()):
            return True
        case Pointer():
            found = context.state.peek(value)
            return isinstance(found, (ListObject, GrownList)) or (
                isinstance(found, DataObject) and found.sort == "list"
            )
        case Symbolic(expression=expression):
            return context.type_of(expression) in ("list", "text")
        case _:
            return False


@KNOWLEDGE.method(COUNTER, "update")
def _update_counts(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords:
        return context.gap("HS101", "this update of a Counter", span)
    _counted(context, receiver, arguments.positional[0], span)
    return NONE


@KNOWLEDGE.method(COUNTER, "most_common")
def _most_common(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The pairs of items and counts, most first, those with equal counts as they came (`sorted` is stable)."""
    bound = arguments.bind("n")
    if bound is None or not isinstance(bound.get("n", NONE), Known):
        return context.gap("HS101", "this call of Counter.most_common", span)
    pairs = methods.method(context, map_of(context, receiver), "items", Arguments((), {}), span)
    ranked = follow(context, "ranked", (pairs,), span)
    n = bound.get("n", NONE)
    if n == NONE:
        return ranked
    assert isinstance(n, Known)
    if not isinstance(n.value, int) or n.value < 0:
        return context.gap("HS101", "this call of Counter.most_common", span)
    return containers.part(context, ranked, NONE, n, NONE, span)


@KNOWLEDGE.method(COUNTER, "total")
def _total(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    values = methods.method(context, map_of(context, receiver), "values", Arguments((), {}), span)
    return context.call(External("builtins.sum"), Arguments((values,), {}), span)
