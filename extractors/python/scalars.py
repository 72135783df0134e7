"""Python's built-in functions of numbers and texts as compositions over the kernel."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from extractors.evaluator import Evaluator, Knowledge, operators, texts
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import NONE, Known, TupleValue, Unknown, Value
from migrate.model import Call, SourceSpan

KNOWLEDGE = Knowledge()
EMPTY: dict[str, Value] = {"builtins.int": Known(0), "builtins.float": Known(0.0)}
"""What these give without an argument."""


def _kernel(name: str, function: str, compute: Callable[..., Any], *names: str) -> None:
    """A function that is one kernel function of its arguments, the first required; computed where all are known."""

    @KNOWLEDGE.function(name)
    def apply(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        if name in EMPTY and not arguments.positional and not arguments.keywords:
            return EMPTY[name]
        bound = arguments.bind(*names) or {}
        values = [bound[each] for each in names if each in bound]
        if not arguments.positional or any(isinstance(value, Unknown) for value in values):
            return misfit(context, name.removeprefix("builtins."), arguments, span)
        known = [value.value for value in values if isinstance(value, Known)]
        if len(known) == len(values):
            try:
                return Known(compute(*known))
            except (TypeError, ValueError, OverflowError) as failure:
                raise context.fail(type(failure).__name__, "a constant expression", span) from None
        expressions = tuple(context.snapshot(value, span) for value in values)
        return context.symbolic(Call(function=function, arguments=expressions), span)


_kernel("builtins.float", "python.float", float, "x")
_kernel("builtins.abs", "python.absolute", abs, "x")
_kernel("builtins.round", "python.round", round, "number", "ndigits")
_kernel("math.floor", "python.floor", math.floor, "x")
_kernel("math.ceil", "python.ceiling", math.ceil, "x")
_kernel("builtins.int", "python.integer", int, "x", "base")


@KNOWLEDGE.function("builtins.divmod")
def _divmod(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 2 or arguments.keywords:
        return misfit(context, "divmod", arguments, span)
    left, right = arguments.positional
    parts = [operators.binary(context, sign, left, right, span) for sign in ("//", "%")]
    return next((part for part in parts if isinstance(part, Unknown)), TupleValue(tuple(parts)))


def _printing(name: str, function: str) -> None:
    @KNOWLEDGE.function(f"builtins.{name}")
    def apply(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        if name == "str" and not arguments.positional and not arguments.keywords:
            return Known("")
        if len(arguments.positional) != 1 or arguments.keywords:
            return misfit(context, name, arguments, span)
        return texts.text(context, arguments.positional[0], span, function)


_printing("str", "python.text")
_printing("repr", "python.representation")
_printing("ascii", "python.ascii")


@KNOWLEDGE.function("builtins.format")
def _format(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if not 1 <= len(arguments.positional) <= 2 or arguments.keywords:
        return misfit(context, "format", arguments, span)
    value, *rest = arguments.positional
    return texts.formatted(context, value, rest[0] if rest else Known(""), span)


@KNOWLEDGE.function("builtins.bool")
def _bool(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    value = arguments.positional[0] if arguments.positional else NONE
    if len(arguments.positional) > 1 or arguments.keywords or isinstance(value, Unknown):
        return misfit(context, "bool", arguments, span)
    return context.symbolic(operators.truth(context, value, span), span)
