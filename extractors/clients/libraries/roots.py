"""Where a value comes from: which call of a library gave it, and by which names it was reached from there."""

from __future__ import annotations

from extractors.evaluator import Evaluator
from extractors.evaluator.described import Described
from migrate.model import Call, Choice, Constant, Expression, LoopValue, RecordExpression, Reference

_MEMBERS = ("python.member", "python.get")


def root_of(
    context: Evaluator, expression: Expression, seen: frozenset[Expression] = frozenset()
) -> tuple[Described, tuple[str, ...]] | None:
    """What the value comes from and the names from there to it; None for one that no library gave."""
    described = context.effects.described
    if expression in described:
        return described[expression], ()
    if expression in seen:
        return None
    seen |= {expression}
    match expression:
        case Call(function=function, arguments=(inner, key, *_)) if function in _MEMBERS:
            found = root_of(context, inner, seen)
            name = (key.value,) if isinstance(key, Constant) and isinstance(key.value, str) else ()
            return None if found is None else (found[0], (*found[1], *name))
        case Call(arguments=arguments):
            return _first(context, arguments, seen)
        case Choice(then=then, otherwise=otherwise):
            return _first(context, (then, otherwise), seen)
        case Reference(step=step, part="item") if step in context.tuples.over:
            return root_of(context, context.tuples.over[step], seen)
        case LoopValue(loop=loop, name=name):
            return _first(context, context.loops.carried.get((loop, name), ()), seen)
        case RecordExpression():
            return None
    return None


def _first(
    context: Evaluator, expressions: tuple[Expression, ...], seen: frozenset[Expression]
) -> tuple[Described, tuple[str, ...]] | None:
    found = (root_of(context, one, seen) for one in expressions)
    return next((one for one in found if one is not None), None)
