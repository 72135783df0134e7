"""Taking iterables apart: `a, *b = value`, `[*a, *b]`."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.evaluator import operators
from extractors.evaluator.context import Context
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Region
from extractors.evaluator.values import (
    CollectionValue,
    DataObject,
    GeneratorValue,
    Instance,
    Known,
    ListObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
    ViewValue,
)
from migrate.model import Constant, Expression, SequenceExpression, SourceSpan


def parts(
    context: Context, value: Value, count: int, star: int | None, span: SourceSpan
) -> tuple[Value, ...] | Unknown:
    """The values for `count` targets, of which that at `star` gets a list of what is left."""
    if isinstance(value, GeneratorValue):
        mark = len(context.region.items)
        value = context.collected(value, span)
        if Region(context.region.items[mark:]).acts():
            return context.gap("HS101", "unpacking a generator that does more than compute", span)
    fixed = context.fixed_items(value)
    if fixed is None:
        return _run_time_parts(context, value, count, star, span)
    if star is None:
        if len(fixed) != count:
            raise context.fail("ValueError", "unpacking another number of values", span)
        return fixed
    end = len(fixed) - (count - star - 1)
    if end < star:
        raise context.fail("ValueError", "not enough values to unpack", span)
    return (*fixed[:star], context.state.allocate(ListObject(fixed[star:end])), *fixed[end:])


def _run_time_parts(
    context: Context, value: Value, count: int, star: int | None, span: SourceSpan
) -> tuple[Value, ...] | Unknown:
    items = items_of(context, value, span)
    if isinstance(items, Unknown):
        return items
    numbers = (count,) if star is None else (star, count - star - 1)
    made = operators.call("python.unpack", items, *(Constant(value=number) for number in numbers))
    whole = context.symbolic(made, span)
    if isinstance(whole, Unknown):
        return whole
    found: list[Value] = []
    for number in range(count):
        part = operators.call("python.member", made, Constant(value=number))
        if number == star:
            found.append(context.state.allocate(DataObject(part, "list")))
        else:
            found.append(context.value_of(part))
    return tuple(found)


def items_of(context: Context, value: Value, span: SourceSpan) -> Expression | Unknown:
    """What a loop over the value would go through, as an expression; of a generator, a gap."""
    match value:
        case Unknown():
            return context.doubtful(value, span)
        case ViewValue(of=of, sort=sort) if context.fixed_items(value) is None:
            viewed = context.contents(of, span)
            return operators.call("python.iterate" if sort == "keys" else f"python.{sort}", viewed)
        case CollectionValue(sort="set"):
            return context.gap("HS101", "the order of a set is not that of its making", span)
        case CollectionValue(items=inner):
            value = inner
        case Pointer() if isinstance(context.state.get(value), Instance):
            keys = context.special(value, "__keys__", Arguments((), {}), span)
            if keys is None:
                return context.gap("HS101", "going through an object of a class", span)
            value = keys
        case Known(value=scalar) if not isinstance(scalar, str):
            raise context.fail("TypeError", "a value that is not iterable", span)
        case Known() | Symbolic() | TupleValue() | Pointer():
            pass
        case _:
            if context.fixed_items(value) is None:
                return context.gap("HS101", f"going through a {type(value).__name__}", span)
    fixed = context.fixed_items(value)
    expression = context.contents(value if fixed is None else TupleValue(fixed), span)
    if fixed is None and context.type_of(expression) != "list":
        return operators.call("python.iterate", expression)
    return expression


def joined(context: Context, pieces: Sequence[tuple[Value, ...] | Expression], span: SourceSpan) -> Value:
    """A new list of items and of whole lists that are known at run time only."""
    whole: Expression | None = None
    for piece in pieces:
        if isinstance(piece, tuple):
            if not piece:
                continue
            piece = SequenceExpression(items=tuple(context.data(one, span) for one in piece))
        whole = piece if whole is None else operators.call("python.add", whole, piece)
    made = context.symbolic(whole or SequenceExpression(items=()), span)
    return context.state.allocate(DataObject(made.expression, "list")) if isinstance(made, Symbolic) else made
