"""Python's built-in functions that make or go through iterables.

What is a list when the flow runs goes to a kernel function; a generator, or a function of the script, is followed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from extractors.evaluator import Evaluator, Knowledge, containers, operators
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.unpacking import items_of
from extractors.evaluator.values import (
    NONE,
    CollectionValue,
    DataObject,
    GeneratorValue,
    Known,
    ListObject,
    MapItem,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from extractors.python.following import follow, plain
from migrate.model import Constant, Expression, SourceSpan
from migrate.model.operands import includes

KNOWLEDGE = Knowledge()
MAX_RANGE = 64
"""The numbers of a range that is taken apart at most."""

Bound = dict[str, Value]
Handler = Callable[[Evaluator, Bound, SourceSpan], Value]


def _function(name: str, *parameters: str, least: int = 1) -> Callable[[Handler], Handler]:
    """Registers a built-in with its parameters; a call that does not fit them, or an unknown argument, is a gap."""

    def register(handler: Handler) -> Handler:
        @KNOWLEDGE.function(f"builtins.{name}")
        def call(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
            bound = arguments.bind(*parameters)
            if (
                bound is None
                or any(one not in bound for one in parameters[:least])
                or any(isinstance(one, Unknown) for one in bound.values())
            ):
                return misfit(context, name, arguments, span)
            return handler(context, bound, span)

        return handler

    return register


# --- lists and other collections -------------------------------------------------------------------------------------


def listed(context: Evaluator, value: Value, span: SourceSpan) -> Value:
    """A new list with the items of an iterable."""
    value = plain(context, value)
    if isinstance(value, GeneratorValue):
        return context.collected(value, span)
    made = context.special(value, "__list__", Arguments((), {}), span)
    if made is not None:
        return made
    fixed = context.fixed_items(value)
    if fixed is not None:
        return context.state.allocate(ListObject(fixed))
    expression = items_of(context, value, span)
    return expression if isinstance(expression, Unknown) else new_list(context, expression, span)


def new_list(context: Evaluator, expression: Expression, span: SourceSpan) -> Value:
    """A list that is made here and known when the flow runs."""
    made = context.symbolic(expression, span)
    if isinstance(made, Symbolic):
        return context.state.allocate(DataObject(made.expression, "list"))
    return made


def constants(context: Evaluator, value: Value) -> list[Any] | None:
    """The items where all are constants."""
    fixed = context.fixed_items(value)
    known = [one.value for one in fixed or () if isinstance(one, Known)]
    return known if fixed is not None and len(known) == len(fixed) else None


@_function("list", "iterable", least=0)
def _list(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    return listed(context, bound.get("iterable", TupleValue(())), span)


@_function("tuple", "iterable", least=0)
def _tuple(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    value = listed(context, bound.get("iterable", TupleValue(())), span)
    fixed = context.fixed_items(value)
    if fixed is not None:
        return TupleValue(fixed)
    return value if isinstance(value, Unknown) else CollectionValue(value, "tuple")


def _set(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    value = bound.get("iterable", TupleValue(()))
    if isinstance(value, CollectionValue) and value.sort == "set":
        return value
    if isinstance(value, GeneratorValue):
        value = follow(context, "set", (value,), span)
    known = constants(context, value)
    if known is not None:
        items = tuple(Known(one) for one in dict.fromkeys(known))
        return context.state.allocate(ListObject(items, "set"))
    if isinstance(value, Unknown):
        return value
    expression = items_of(context, value, span)
    if isinstance(expression, Unknown):
        return expression
    return CollectionValue(context.symbolic(operators.call("python.unique", expression), span), "set")


_function("set", "iterable", least=0)(_set)
_function("frozenset", "iterable", least=0)(_set)


@KNOWLEDGE.function("builtins.dict")
def _dict(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    values = arguments.positional
    if len(values) > 1 or any(isinstance(value, Unknown) for value in values):
        return misfit(context, "dict", arguments, span)
    made = _map_of(context, values[0], span) if values else context.state.allocate(MapObject(()))
    for name, value in arguments.keywords.items():
        containers.set_item(context, made, Known(name), context.guarded_secret(name, value, span), span)
    return made


def _map_of(context: Evaluator, value: Value, span: SourceSpan) -> Value:
    """`dict(value)`."""
    value = plain(context, value)
    if isinstance(value, GeneratorValue):
        return follow(context, "dict", (value,), span)
    made = context.special(value, "__dict__", Arguments((), {}), span)
    if made is not None:
        return made
    if isinstance(value, Pointer) and isinstance(context.state.get(value), MapObject):
        pointer = context.state.allocate(MapObject(()))
        containers.update_map(context, pointer, value, span)
        return pointer
    rows = [context.fixed_items(row) for row in context.fixed_items(value) or ()]
    if rows and all(row is not None and len(row) == 2 and isinstance(row[0], Known) for row in rows):
        pointer = context.state.allocate(MapObject(()))
        for row in rows:
            assert row is not None
            containers.set_item(context, pointer, row[0], row[1], span)
        return pointer
    if isinstance(value, CollectionValue):
        value = value.items if value.sort != "set" else context.gap("HS101", "dict() of a set", span)
    if isinstance(value, Unknown):
        return value
    expression = context.contents(value, span)
    mapped = context.symbolic(operators.call("python.dict", expression), span)
    return (
        context.state.allocate(DataObject(mapped.expression, "map"))
        if isinstance(mapped, Symbolic)
        else mapped
    )


@KNOWLEDGE.function("builtins.dict.fromkeys")
def _from_keys(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """The keys alone, in their order: what `list`, `len`, `in` and loops ask of it."""
    if len(arguments.positional) != 1 or arguments.keywords or isinstance(arguments.positional[0], Unknown):
        return misfit(context, "dict.fromkeys", arguments, span)
    value: Value = arguments.positional[0]
    if isinstance(value, GeneratorValue):
        value = follow(context, "set", (value,), span)
    known = constants(context, value)
    if known is not None:
        rows = tuple(MapItem(Known(one), NONE, None, span) for one in dict.fromkeys(known))
        return context.state.allocate(MapObject(rows))
    expression = items_of(context, value, span)
    if isinstance(expression, Unknown):
        return expression
    return CollectionValue(context.symbolic(operators.call("python.unique", expression), span), "keys")


# --- iterators -------------------------------------------------------------------------------------------------------


@KNOWLEDGE.function("builtins.range")
def _range(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    given = arguments.positional
    if (
        arguments.keywords
        or not 1 <= len(given) <= 3
        or not all(isinstance(one, (Known, Symbolic)) for one in given)
    ):
        return misfit(context, "range", arguments, span)
    start, stop, step = (Known(0), *given, Known(1)) if len(given) == 1 else (*given, Known(1))[:3]
    numbers = [one.value for one in (start, stop, step) if isinstance(one, Known)]
    if len(numbers) == 3 and all(isinstance(one, int) for one in numbers) and numbers[2] != 0:
        made = range(*numbers)  # type: ignore[arg-type]  # three integers
        if made == made[:MAX_RANGE]:
            return CollectionValue(TupleValue(tuple(map(Known, made))), "range")
    expressions = [context.snapshot(one, span) for one in (start, stop, step)]
    return CollectionValue(context.symbolic(operators.call("python.range", *expressions), span), "range")


@_function("enumerate", "iterable", "start")
def _enumerate(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    start = bound.get("start", Known(0))
    if isinstance(start, Known) and isinstance(start.value, int):
        start = Known(int(start.value))
    elif not (isinstance(start, Symbolic) and context.type_of(start.expression) == "integer"):
        return context.gap("HS101", "enumerate from what could be no integer", span)
    return follow(context, "enumerate", (context.iterated(bound["iterable"], span), start), span)


@KNOWLEDGE.function("builtins.zip")
def _zip(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    values = arguments.positional
    strict = arguments.keywords.get("strict", Known(False))
    if strict != Known(False) or any(isinstance(one, (GeneratorValue, Unknown)) for one in values):
        return misfit(context, "zip", arguments, span)
    lists = [context.fixed_items(value) for value in values]
    if all(one is not None for one in lists):
        rows = zip(*(one or () for one in lists), strict=False)
        return follow(context, "iterate", (TupleValue(tuple(map(TupleValue, rows))),), span)
    expressions = [items_of(context, value, span) for value in values]
    for value, expression in zip(values, expressions, strict=True):
        if isinstance(expression, Unknown):
            return expression
        context.state.freeze(value)
    rows_ = operators.call("python.zip", *expressions)  # type: ignore[arg-type]  # none is unknown
    return follow(context, "iterate", (context.symbolic(rows_, span),), span)


@_function("reversed", "sequence")
def _reversed(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    value = bound["sequence"]
    if isinstance(value, GeneratorValue):
        return context.gap("HS101", "reversed of a generator", span)
    context.state.freeze(value)
    fixed = context.fixed_items(value)
    if fixed is not None:
        return follow(context, "iterate", (TupleValue(fixed[::-1]),), span)
    expression = items_of(context, value, span)
    if isinstance(expression, Unknown):
        return expression
    made = context.symbolic(operators.call("python.reversed", expression), span)
    return follow(context, "iterate", (made,), span)


@_function("iter", "iterable")
def _iter(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    value = bound["iterable"]
    if isinstance(value, GeneratorValue):
        return value
    return follow(context, "iterate", (context.iterated(value, span),), span)


@_function("next", "iterator", "default")
def _next(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    if not isinstance(bound["iterator"], GeneratorValue):
        default = (bound["default"],) if "default" in bound else ()
        made = context.special(bound["iterator"], "__next__", Arguments(default, {}), span)
        if made is not None:
            return made
        return context.gap("HS101", "next of a value that is no generator", span)
    return follow(context, "next_or" if "default" in bound else "next", tuple(bound.values()), span)


@_function("map", "function", "iterable", least=2)
def _map(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    return follow(context, "map", (bound["function"], context.iterated(bound["iterable"], span)), span)


@_function("filter", "function", "iterable", least=2)
def _filter(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    iterable = context.iterated(bound["iterable"], span)
    if bound["function"] == NONE:
        return follow(context, "filter_true", (iterable,), span)
    return follow(context, "filter", (bound["function"], iterable), span)


# --- what a whole iterable comes to ----------------------------------------------------------------------------------


def whole(context: Evaluator, value: Value, span: SourceSpan) -> Expression | Unknown:
    """As `items_of`, for functions to which the order of a set is all one."""
    if isinstance(value, CollectionValue) and value.sort == "set":
        value = value.items
    elif isinstance(value, Pointer) and isinstance(found := context.state.get(value), ListObject):
        value = TupleValue(found.items)
    elif (members := context.state.members(value)) is not None:
        return operators.call("python.iterate", members)
    return items_of(context, value, span)


def _truths(name: Literal["any", "all"]) -> None:
    @_function(name, "iterable")
    def apply(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
        value = bound["iterable"]
        if isinstance(value, GeneratorValue):
            return follow(context, name, (value,), span)
        expression = whole(context, value, span)
        if isinstance(expression, Unknown):
            return expression
        return context.symbolic(operators.call(f"python.{name}", expression), span)


_truths("any")
_truths("all")


@_function("sum", "iterable", "start")
def _sum(context: Evaluator, bound: Bound, span: SourceSpan) -> Value:
    value, start = bound["iterable"], bound.get("start", Known(0))
    first = context.contents(start, span)
    kind = context.type_of(first)
    if not (includes("number", kind) or kind == "list"):
        return context.gap("HS101", "sum from what could be a text", span)
    if isinstance(value, GeneratorValue):
        return follow(context, "sum", (value, start), span)
    known = constants(context, value)
    if known is not None and isinstance(start, Known) and all(isinstance(one, int) for one in known):
        return Known(sum(known, start.value))  # type: ignore[arg-type]  # a number
    expression = items_of(context, value, span)
    if isinstance(expression, Unknown):
        return expression
    return context.symbolic(operators.call("python.sum", expression, first), span)


def _extreme(name: Literal["max", "min"], function: str, followed: str) -> None:
    @KNOWLEDGE.function(f"builtins.{name}")
    def apply(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        values, keywords = arguments.positional, dict(arguments.keywords)
        rank_of, default = keywords.pop("key", NONE), keywords.pop("default", None)
        unknown = any(isinstance(one, Unknown) for one in (*values, rank_of, default))
        if not values or keywords or unknown or (default is not None and len(values) > 1):
            return misfit(context, name, arguments, span)
        value: Value = values[0] if len(values) == 1 else TupleValue(values)
        if isinstance(value, GeneratorValue) or rank_of != NONE:
            value = (
                follow(context, followed, (value,), span)
                if rank_of == NONE
                else follow(context, f"{followed}_by", (value, rank_of), span)
            )
            if isinstance(value, Unknown):
                return value
        known = constants(context, value)
        if known and all(isinstance(one, (int, float)) for one in known):
            return Known({"max": max, "min": min}[name](known))
        expression = whole(context, value, span)
        if isinstance(expression, Unknown):
            return expression
        others = () if default is None else (context.data(default, span),)
        return context.symbolic(operators.call(function, expression, *others), span)


_extreme("max", "python.maximum", "highest")
_extreme("min", "python.minimum", "lowest")


@KNOWLEDGE.function("builtins.sorted")
def _sorted(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    keywords = dict(arguments.keywords)
    rank_of, reverse = keywords.pop("key", NONE), keywords.pop("reverse", Known(False))
    if len(arguments.positional) != 1 or keywords or isinstance(arguments.positional[0], Unknown):
        return misfit(context, "sorted", arguments, span)
    backwards = context.snapshot(reverse, span)
    if context.type_of(backwards) != "boolean":
        return context.gap("HS101", "sorted with reverse that could be no boolean", span)
    value: Value = arguments.positional[0]
    if isinstance(value, GeneratorValue):
        value = listed(context, value, span)
        if isinstance(value, Unknown):
            return value
    if rank_of == NONE:
        expression = whole(context, value, span)
        if isinstance(expression, Unknown):
            return expression
        return new_list(context, _ordered("python.sorted", (expression,), backwards), span)
    items = items_of(context, value, span)
    if isinstance(items, Unknown):
        return items
    ranks = follow(context, "ranks", (rank_of, context.symbolic(items, span)), span)
    if isinstance(ranks, Unknown):
        return ranks
    return new_list(
        context, _ordered("python.sorted_by", (items, context.contents(ranks, span)), backwards), span
    )


def _ordered(function: str, values: tuple[Expression, ...], backwards: Expression) -> Expression:
    """Sorted, with `reverse` only where it is not false."""
    return operators.call(function, *values, *(() if backwards == Constant(value=False) else (backwards,)))
